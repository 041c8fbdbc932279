#include "std/dmarc.h"

#include "base/limits.h"
#include "std/domain.h"
#include "std/report_uri.h"
#include "std/tag_list.h"

#include "base/banned.h"

static const char *const policy_texts[] = {
    [AS_DMARC_ABSENT] = "absent",
    [AS_DMARC_NONE] = "none",
    [AS_DMARC_QUARANTINE] = "quarantine",
    [AS_DMARC_REJECT] = "reject",
};

const char *
as_dmarc_policy_text(enum as_dmarc_policy p)
{
	return policy_texts[p];
}

/* What reading one record needs at hand. */
struct reader {
	struct as_arena *a;
	struct as_dmarc *d;
	const struct as_tag *tag;
	struct as_tag_seen seen;
	struct as_why *why;
};

/* A deviation that the record survives; those past the cap are not told. */
static enum as_err
note_add(struct reader *r, size_t at, const char *text)
{
	struct as_dmarc *d = r->d;

	if (d->notes == NULL)
		d->notes = as_arena_array(
		    r->a, AS_MAX_RECORD_NOTES, sizeof(*d->notes));
	if (d->notes == NULL)
		return as_why_no_memory(r->why);
	if (d->n_notes < AS_MAX_RECORD_NOTES)
		d->notes[d->n_notes++] =
		    (struct as_dmarc_note){r->tag->name, at, as_str_from(text)};
	return AS_OK;
}

static enum as_err
policy_read(struct reader *r, enum as_dmarc_policy *out, bool *invalid)
{
	for (size_t i = AS_DMARC_NONE; i <= AS_DMARC_REJECT; i++)
		if (as_str_is_case(r->tag->value, policy_texts[i])) {
			*out = (enum as_dmarc_policy)i;
			return AS_OK;
		}
	*invalid = true;
	return note_add(r, r->tag->value_at,
	    "RFC 9989 4.7: the value is not none, quarantine or reject");
}

static enum as_err
p_read(struct reader *r)
{
	return policy_read(r, &r->d->p, &r->d->p_invalid);
}

static enum as_err
sp_read(struct reader *r)
{
	return policy_read(r, &r->d->sp, &r->d->sp_invalid);
}

static enum as_err
np_read(struct reader *r)
{
	return policy_read(r, &r->d->np, &r->d->np_invalid);
}

/* A value of one letter out of `letters`; others leave *out alone. */
static enum as_err
letter_read(struct reader *r, const char *letters, char *out, const char *fault)
{
	for (const char *c = letters; *c != 0; c++)
		if (as_str_eq_case(r->tag->value, (struct as_str){c, 1})) {
			*out = *c;
			return AS_OK;
		}
	return note_add(r, r->tag->value_at, fault);
}

static enum as_err
t_read(struct reader *r)
{
	char t = 'n';
	enum as_err err = letter_read(
	    r, "yn", &t, "RFC 9989 4.7: the value is not y or n; n is assumed");

	r->d->testing = t == 'y';
	return err;
}

/* DMARC-7 */
static enum as_err
psd_read(struct reader *r)
{
	return letter_read(r, "ynu", &r->d->psd,
	    "RFC 9989 4.7: the value is not y, n or u; u is assumed");
}

#define NOT_R_OR_S "RFC 9989 4.7: the value is not r or s; r is assumed"

/* DMARC-7 */
static enum as_err
adkim_read(struct reader *r)
{
	return letter_read(r, "rs", &r->d->adkim, NOT_R_OR_S);
}

static enum as_err
aspf_read(struct reader *r)
{
	return letter_read(r, "rs", &r->d->aspf, NOT_R_OR_S);
}

/* One of 0 and 1, one d and one s, in any order (RFC 9989 4.8). */
static bool
is_fo(struct as_str value)
{
	static const char *const options[] = {"0", "1", "d", "s"};
	struct as_split list = as_split_start(value, ':', AS_WSP);
	unsigned seen[] = {0, 0, 0, 0};
	struct as_str item;
	size_t at;

	while (as_split_next(&list, &item, &at)) {
		size_t i = 0;
		while (i < 4 && !as_str_is_case(item, options[i]))
			i++;
		if (i == 4 || seen[i]++ > 0)
			return false;
	}
	return !(seen[0] && seen[1]);
}

/* DMARC-7 */
static enum as_err
fo_read(struct reader *r)
{
	if (!is_fo(r->tag->value))
		return note_add(r, r->tag->value_at,
		    "RFC 9989 4.8: the value is not 0 or 1, d, s, each once "
		    "with \":\" between; 0 is assumed");
	r->d->fo = r->tag->value;
	return AS_OK;
}

/* Where an obsolete "!" digits [k m g t] begins; text.n when there is none. */
static size_t
size_suffix_find(struct as_str text)
{
	size_t i = text.n, digits = 0;

	if (i > 0 && as_is_alpha(text.p[i - 1])) {
		switch (text.p[i - 1] | 0x20) {
		case 'k':
		case 'm':
		case 'g':
		case 't': i--; break;
		default: return text.n;
		}
	}
	for (; i > 0 && as_is_digit(text.p[i - 1]); digits++)
		i--;
	return digits > 0 && i > 0 && text.p[i - 1] == '!' ? i - 1 : text.n;
}

static enum as_err
host_read(struct reader *r, struct as_str host, struct as_dmarc_uri *out,
    const char **fault)
{
	enum as_err err = as_domain_parse(r->a, host, &out->host, NULL);

	if (err == AS_ENOMEM)
		return as_why_no_memory(r->why);
	if (err != AS_OK || as_str_is(out->host, ".")) {
		out->host = AS_STR("");
		*fault = "what follows the \"@\" is not a domain name";
	}
	return AS_OK;
}

/* DMARC-8 */
static enum as_err
uri_read(
    struct reader *r, struct as_str item, size_t at, struct as_dmarc_uri *out)
{
	struct as_report_uri uri;
	size_t end = size_suffix_find(item), fault_at;
	const char *fault;
	struct as_str text;

	*out = (struct as_dmarc_uri){.text = as_str_slice(item, 0, end),
	    .host = AS_STR(""),
	    .has_size = end < item.n};
	if (out->has_size)
		AS_TRY(note_add(r, at + end,
		    "RFC 9989 4.8: the size limit \"!\" is obsolete and "
		    "ignored"));
	fault = as_report_uri_read(out->text, &uri, &fault_at);
	if (fault == NULL && uri.scheme != AS_URI_MAILTO) {
		fault_at = 0;
		fault = "only mailto: is sure to be supported; other schemes "
			"are ignored";
	}
	if (fault == NULL)
		AS_TRY(host_read(r, uri.host, out, &fault));
	out->usable = fault == NULL;
	if (fault == NULL)
		return AS_OK;
	text = as_str_printf(r->a, "RFC 9989 4.7: %s", fault);
	if (as_str_is_null(text))
		return as_why_no_memory(r->why);
	return note_add(r, at + fault_at, text.p);
}

static enum as_err
uris_read(struct reader *r, struct as_dmarc_uri **uris, size_t *n)
{
	struct as_split list = as_split_start(r->tag->value, ',', AS_WSP);
	struct as_str item;
	size_t at;

	*uris = as_arena_array(r->a, AS_MAX_REPORT_URIS, sizeof(**uris));
	if (*uris == NULL)
		return as_why_no_memory(r->why);
	while (as_split_next(&list, &item, &at)) {
		at += r->tag->value_at;
		if (*n == AS_MAX_REPORT_URIS)
			return note_add(r, at, "more URIs than are looked at");
		if (item.n == 0)
			AS_TRY(note_add(r, at, "RFC 9989 4.8: an empty URI"));
		else
			AS_TRY(uri_read(r, item, at, &(*uris)[(*n)++]));
	}
	return AS_OK;
}

static enum as_err
rua_read(struct reader *r)
{
	return uris_read(r, &r->d->rua, &r->d->n_rua);
}

static enum as_err
ruf_read(struct reader *r)
{
	return uris_read(r, &r->d->ruf, &r->d->n_ruf);
}

/* DMARC-9 */
static enum as_err
pct_read(struct reader *r)
{
	uint64_t pct;

	r->d->has_pct = true;
	if (as_str_u64(r->tag->value, 100, &pct) != AS_OK)
		return note_add(r, r->tag->value_at,
		    "RFC 7489 6.3: the value is not a number from 0 to 100");
	r->d->pct = (uint32_t)pct;
	return AS_OK;
}

static enum as_err
rf_read(struct reader *r)
{
	r->d->has_rf = true;
	return AS_OK;
}

static enum as_err
ri_read(struct reader *r)
{
	r->d->has_ri = true;
	return AS_OK;
}

/* The tags of the IANA registry, the historic ones last. */
static const struct tag_row {
	const char *name;
	enum as_err (*read)(struct reader *r);
} tag_rows[] = {
    {"p", p_read},
    {"sp", sp_read},
    {"np", np_read},
    {"t", t_read},
    {"psd", psd_read},
    {"adkim", adkim_read},
    {"aspf", aspf_read},
    {"fo", fo_read},
    {"rua", rua_read},
    {"ruf", ruf_read},
    {"pct", pct_read},
    {"rf", rf_read},
    {"ri", ri_read},
};

/* RFC 9989 4.8 dmarc-tag; NULL when it is one. */
static const char *
tag_fault(const struct as_tag *t)
{
	if (t->name.n == 0 && !t->has_value)
		return "RFC 9989 4.8: nothing between two \";\"";
	if (!t->has_value)
		return "RFC 9989 4.8: no \"=\"; ignored";
	for (size_t i = 0; i < t->name.n; i++)
		if (!as_is_alpha(t->name.p[i]))
			return "RFC 9989 4.8: a tag name takes letters only; "
			       "ignored";
	if (t->name.n == 0)
		return "RFC 9989 4.8: no tag name before \"=\"; ignored";
	for (size_t i = 0; i < t->value.n; i++)
		if ((t->value.p[i] < 0x20 && t->value.p[i] != '\t') ||
		    t->value.p[i] >= 0x7f)
			return "RFC 9989 4.8: an octet in the value is not "
			       "printable ASCII; ignored";
	return NULL;
}

/* DMARC-2 */
static enum as_err
tag_read(struct reader *r)
{
	const char *fault = tag_fault(r->tag);

	if (fault != NULL)
		return note_add(r, r->tag->at, fault);
	AS_TRY(as_tag_seen_add(&r->seen, r->tag, true, r->why));
	if (r->tag->value.n == 0)
		AS_TRY(note_add(
		    r, r->tag->value_at, "RFC 9989 4.8: the value is empty"));
	for (size_t i = 0; i < sizeof(tag_rows) / sizeof(*tag_rows); i++)
		if (as_str_is_case(r->tag->name, tag_rows[i].name))
			return tag_rows[i].read(r);
	return note_add(r, r->tag->at, "RFC 9989 4.7: unknown tag, ignored");
}

bool
as_dmarc_is_like(struct as_str txt)
{
	struct as_split list = as_split_start(txt, ';', AS_WSP);
	struct as_tag t;

	return as_tag_next(&list, &t) && t.has_value &&
	    as_str_is_case(t.name, "v") &&
	    as_str_has_prefix_case(t.value, "DMARC1");
}

/* DMARC-1 */
static enum as_err
version_read(const struct as_tag *t, struct as_why *why)
{
	if (!t->has_value || !as_str_is_case(t->name, "v"))
		return as_why_set(why, AS_EVERSION, t->at,
		    "RFC 9989 4.7: the first tag is not v=DMARC1");
	if (t->at != 0)
		return as_why_set(why, AS_EVERSION, 0,
		    "RFC 9989 4.8: white space before v=DMARC1");
	if (as_str_is(t->value, "DMARC1"))
		return AS_OK;
	if (as_str_is_case(t->value, "DMARC1"))
		return as_why_set(why, AS_EVERSION, t->value_at,
		    "RFC 9989 4.7: DMARC1 must be in upper case");
	if (as_str_has_prefix(t->value, "DMARC1"))
		return as_why_set(why, AS_EVERSION, t->value_at + 6,
		    "RFC 9989 4.8: only \";\" may follow v=DMARC1");
	return as_why_set(why, AS_EVERSION, t->value_at,
	    "RFC 9989 4.7: the version is not DMARC1");
}

enum as_err
as_dmarc_read(struct as_arena *a, struct as_str txt, struct as_reading *rd,
    struct as_dmarc **out, struct as_why *why)
{
	struct as_split list = as_split_start(txt, ';', AS_WSP);
	struct as_why own = {0};
	struct as_tag t = {0};
	struct reader r = {.a = a, .tag = &t, .why = why != NULL ? why : &own};
	enum as_err err;

	(void)as_tag_next(&list, &t);
	AS_TRY(version_read(&t, why));
	r.d = AS_NEW(a, struct as_dmarc);
	if (r.d == NULL)
		return as_why_no_memory(why);
	*r.d = (struct as_dmarc){.text = txt,
	    .psd = 'u',
	    .adkim = 'r',
	    .aspf = 'r',
	    .fo = AS_STR(""),
	    .pct = 100};
	as_reading_tag(rd, &t);
	err = as_tag_seen_add(&r.seen, &t, true, r.why); /* v counts too */
	while (err == AS_OK && as_tag_next(&list, &t)) {
		as_reading_tag(rd, &t);
		err = as_reading_keep(rd, tag_read(&r), r.why);
	}
	if (err == AS_OK || rd != NULL)
		*out = r.d;
	return as_reading_end(rd, err, why);
}

enum as_err
as_dmarc_parse(struct as_arena *a, struct as_str txt, struct as_dmarc **out,
    struct as_why *why)
{
	return as_dmarc_read(a, txt, NULL, out, why);
}

/* RFC 9989 4.10.1: does an unusable p, sp or np stand in the way? */
static bool
is_degraded(const struct as_dmarc *d)
{
	return d->p == AS_DMARC_ABSENT || d->sp_invalid || d->np_invalid;
}

enum as_dmarc_policy
as_dmarc_own_policy(const struct as_dmarc *d)
{
	if (!is_degraded(d))
		return d->p;
	for (size_t i = 0; i < d->n_rua; i++)
		if (d->rua[i].usable)
			return AS_DMARC_NONE;
	return AS_DMARC_ABSENT;
}

enum as_dmarc_policy
as_dmarc_sub_policy(const struct as_dmarc *d)
{
	if (is_degraded(d) || d->sp == AS_DMARC_ABSENT)
		return as_dmarc_own_policy(d);
	return d->sp;
}

enum as_dmarc_policy
as_dmarc_np_policy(const struct as_dmarc *d)
{
	if (is_degraded(d) || d->np == AS_DMARC_ABSENT)
		return as_dmarc_sub_policy(d);
	return d->np;
}

enum as_dmarc_policy
as_dmarc_applied(const struct as_dmarc *d, enum as_dmarc_policy declared)
{
	if (!d->testing)
		return declared;
	switch (declared) {
	case AS_DMARC_REJECT: return AS_DMARC_QUARANTINE;
	case AS_DMARC_QUARANTINE: return AS_DMARC_NONE;
	default: return declared;
	}
}
