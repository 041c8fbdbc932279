/*
 * Proposed DMARC records, and the records of transport.
 */
#include "assess/advice.h"

#include "base/banned.h"

static struct as_str
checked(struct as_say *o, struct as_str text)
{
	struct as_dmarc *d;

	if (as_str_is_null(text) ||
	    as_dmarc_parse(o->c->a, text, &d, NULL) != AS_OK ||
	    as_dmarc_own_policy(d) == AS_DMARC_ABSENT)
		return AS_STR_NULL;
	return text;
}

/* Where the tags begin: behind the version, also when its ";" was forgotten. */
static size_t
tags_at(struct as_str text)
{
	for (size_t i = 0; i + 6 <= text.n; i++)
		if (as_str_is_case(as_str_slice(text, i, i + 6), "DMARC1"))
			return i + 6;
	return text.n;
}

/* --- one tag of the present record --- */

struct tag {
	struct as_str name;  /* as written */
	struct as_str value; /* trimmed */
	struct as_str text;  /* the whole, trimmed */
};

static struct tag
tag_read(struct as_str part)
{
	struct tag t;
	size_t eq;

	t.text = as_str_trim(part);
	eq = as_str_find(t.text, '=', 0);
	t.name = as_str_trim(as_str_slice(t.text, 0, eq));
	t.value = as_str_trim(as_str_slice(t.text, eq + 1, t.text.n));
	return t;
}

struct build {
	const struct as_dmarc_edit *edit;
	const struct as_dmarc *parsed; /* NULL: the record is not readable */
	const struct as_say *o;
	struct as_buf text;
};

static void
put(struct build *b, const char *name, struct as_str value)
{
	as_buf_printf(&b->text, "; %s=", name);
	as_buf_add_str(&b->text, value);
}

static bool
is_given_before(const struct as_dmarc_uri *uri, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (as_str_eq_case(uri[i].text, uri[at].text))
			return true;
	return false;
}

/* The addresses that can be used and may stay, each once; no tag when there is
 * none. */
static void
put_usable(
    struct build *b, const char *name, const struct as_dmarc_uri *uri, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (!uri[i].usable || is_given_before(uri, i) ||
		    (b->edit->keep_uri != NULL &&
			!b->edit->keep_uri(b->o, &uri[i])))
			continue;
		if (any)
			as_buf_puts(&b->text, ",");
		else
			as_buf_printf(&b->text, "; %s=", name);
		as_buf_add_str(&b->text, uri[i].text);
		any = true;
	}
}

static bool
is_letters(struct as_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] | 0x20) < 'a' || (s.p[i] | 0x20) > 'z')
			return false;
	return s.n > 0;
}

/* A value that cannot be read counts for nothing, but where a policy hangs on it
 * (p) or addresses stand beside it. */
static bool
is_slip(const struct build *b, const struct tag *t)
{
	static const char *const plain[] = {
	    "sp", "np", "t", "psd", "adkim", "aspf", "fo"};
	bool known = false;

	if (as_str_find(t->text, '=', 0) == t->text.n || !is_letters(t->name))
		return true;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		known |= as_str_is_case(t->name, plain[i]);
	for (size_t i = 0; known && b->parsed != NULL && i < b->parsed->n_notes;
	     i++)
		if (as_str_eq_case(b->parsed->notes[i].tag, t->name))
			return true;
	return false;
}

static bool
is_changed(const struct build *b, const struct tag *t)
{
	const struct as_dmarc_edit *e = b->edit;

	return as_str_is_case(t->name, "pct") ||
	    as_str_is_case(t->name, "rf") || as_str_is_case(t->name, "ri") ||
	    (e->p != NULL && as_str_is_case(t->name, "p")) ||
	    (e->sp != NULL && as_str_is_case(t->name, "sp")) ||
	    (e->np != NULL && as_str_is_case(t->name, "np")) ||
	    (e->no_testing && as_str_is_case(t->name, "t")) ||
	    (e->no_psd && as_str_is_case(t->name, "psd")) ||
	    (e->rua.n > 0 && as_str_is_case(t->name, "rua")) || is_slip(b, t);
}

static void
keep(struct build *b, const struct tag *t)
{
	const struct as_dmarc *d = b->parsed;

	if (d != NULL && as_str_is_case(t->name, "rua")) {
		put_usable(b, "rua", d->rua, d->n_rua);
	} else if (d != NULL && as_str_is_case(t->name, "ruf")) {
		put_usable(b, "ruf", d->ruf, d->n_ruf);
	} else {
		as_buf_puts(&b->text, "; ");
		as_buf_add_str(&b->text, t->text);
	}
}

static void
put_policies(struct build *b)
{
	const struct as_dmarc_edit *e = b->edit;

	if (e->p != NULL)
		put(b, "p", as_str_from(e->p));
	if (e->sp != NULL && e->sp[0] != 0)
		put(b, "sp", as_str_from(e->sp));
	if (e->np != NULL && e->np[0] != 0)
		put(b, "np", as_str_from(e->np));
}

struct as_str
as_advice_dmarc(
    struct as_say *o, struct as_str text, const struct as_dmarc_edit *edit)
{
	struct build b = {.edit = edit, .o = o};
	struct as_dmarc *parsed;
	size_t at = tags_at(text);

	if (as_dmarc_parse(o->c->a, text, &parsed, NULL) == AS_OK)
		b.parsed = parsed;
	as_buf_init(&b.text, AS_MAX_TXT_OCTETS);
	as_buf_puts(&b.text, "v=DMARC1");
	put_policies(&b);
	while (at < text.n) {
		size_t end = as_str_find(text, ';', at);
		struct tag t = tag_read(as_str_slice(text, at, end));

		at = end + 1;
		if (t.text.n > 0 && !is_changed(&b, &t))
			keep(&b, &t);
	}
	if (edit->rua.n > 0)
		put(&b, "rua", edit->rua);
	return checked(o, as_say_take(o, &b.text));
}

struct as_str
as_advice_mailbox(struct as_say *o, const char *local_part)
{
	return as_say_text(
	    o, "mailto:%s@" AS_STR_FMT, local_part, AS_STR_ARG(o->c->name));
}

struct as_str
as_advice_dmarc_new(struct as_say *o)
{
	if (o->c->sends == AS_NO && o->c->receives != AS_YES)
		return checked(o,
		    AS_STR("v=DMARC1; p=reject; sp=reject; "
			   "np=reject; adkim=s; aspf=s"));
	return checked(o,
	    as_say_text(o, "v=DMARC1; p=%s; rua=" AS_STR_FMT,
		o->c->sends == AS_NO ? "reject" : "none",
		AS_STR_ARG(as_advice_mailbox(o, "dmarc-reports"))));
}
