/*
 * Mails and mail boxes.
 */
#include <string.h>

#include "base/limits.h"
#include "intake/failure.h"
#include "intake/unwrap_private.h"

#include "base/banned.h"

/* One mail at work. */
struct walk {
	struct as_unwrap *u;
	struct as_arena *a;
	size_t parts, told; /* told: before this mail */
	unsigned depth;
	size_t enclosed;    /* octets of encoded mails that are open */
	struct as_buf seen; /* types of the parts, for the diagnosis */
	/* Of a failure report; empty when there is none. */
	struct as_buf feedback, text, original;
};

/* Texts and pictures that stand in a mail beside its report. */
static bool
is_company(const struct as_part *p)
{
	return !p->attached &&
	    (as_str_is(p->type, "text/plain") ||
		as_str_is(p->type, "text/html") ||
		as_str_has_prefix(p->type, "image/"));
}

static bool
has_end(struct as_str name, const char *end)
{
	return as_str_has_suffix_case(name, as_str_from(end));
}

/* Does it claim to be a report? */
static bool
is_promised(const struct as_part *p)
{
	static const char *const ends[] = {
	    ".xml", ".gz", ".zip", ".json", ".tar", ".tgz", ".zlib"};
	static const char *const types[] = {
	    "gzip", "zip", "xml", "json", "tlsrpt"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (has_end(p->name, ends[i]))
			return true;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (as_str_has_prefix(p->type, "application/") &&
		    as_str_has(p->type, as_str_from(types[i])))
			return true;
	return false;
}

static enum as_err
leaf(struct walk *w, const struct as_part *p)
{
	size_t before = as_path_push(w->u, "part %zu", w->parts, p->name);
	struct as_why why;
	struct as_memory memory;
	struct as_source from;
	struct as_peek peek;
	struct as_buf octets;
	struct layer l = {.octets = &peek,
	    .raw = &octets,
	    .within_mail = true,
	    .quiet = is_company(p) || !is_promised(p),
	    .words = is_company(p)};
	enum as_err err;

	as_buf_init(&octets, AS_MAX_MAIL_OCTETS);
	err = as_part_decode(p, &octets);
	if (err == AS_OK) {
		memory.left = as_buf_str(&octets);
		from = as_memory_source(&memory);
		as_peek_init(&peek, &from, NULL);
		err = as_unwrap_thing(w->u, &l);
	} else {
		(void)as_why_set(&why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "the attachment is too large");
		err = as_unwrap_refuse(w->u, &l, &why);
	}
	as_buf_fini(&octets);
	as_path_pop(w->u, before);
	return err;
}

static enum as_err walk(struct walk *w, const struct as_part *p);

static enum as_err
inner(struct walk *w, struct as_str octets)
{
	struct as_part part;
	struct as_why why;

	if (++w->parts > AS_MAX_MAIL_PARTS)
		return AS_OK; /* the first ones have been read */
	if (as_part_read(w->a, octets, &part, &why) != AS_OK)
		return AS_OK;
	return walk(w, &part);
}

static enum as_err
multipart(struct walk *w, const struct as_part *p)
{
	struct as_str octets;
	size_t at = 0;

	while (as_part_next(p, &at, &octets))
		AS_TRY(inner(w, octets));
	return AS_OK;
}

/* Mails inside of each other are copied only when they are encoded. */
static enum as_err
enclosed(struct walk *w, const struct as_part *p)
{
	struct as_buf octets;
	enum as_err err = AS_OK;

	if (!as_part_is_coded(p))
		return inner(w, p->body);
	as_buf_init(&octets, AS_MAX_MAIL_ENCLOSED - w->enclosed);
	if (as_part_decode(p, &octets) == AS_OK) {
		w->enclosed += octets.n;
		err = inner(w, as_buf_str(&octets));
		w->enclosed -= octets.n;
	} else {
		w->u->hint = "a mail inside it is too large";
	}
	as_buf_fini(&octets);
	return err;
}

/* One that is too long is left out. */
static void
keep_first(struct walk *w, const struct as_part *p, struct as_buf *to)
{
	if (to->n > 0 || as_part_decode(p, to) == AS_OK)
		return;
	as_buf_reset(to);
	to->full = false;
	if (to == &w->feedback)
		w->u->hint = "its fields are longer than those that are read";
}

/* The parts of a failure report are read together, at the end of the mail: the
 * first of each kind.  False: it is none of them. */
static bool
is_of_failure(struct walk *w, const struct as_part *p)
{
	bool original = as_str_is(p->type, "text/rfc822-headers") ||
	    as_str_is(p->type, "message/rfc822");
	struct as_buf *to = as_str_is(p->type, "message/feedback-report")
	    ? &w->feedback
	    : original && w->feedback.n > 0 ? &w->original
					    : NULL;

	if (to != NULL)
		keep_first(w, p, to);
	else if (as_str_is(p->type, "text/plain") && !p->attached)
		keep_first(w, p, &w->text);
	return to != NULL;
}

static enum as_err
walk(struct walk *w, const struct as_part *p)
{
	enum as_err err;

	if (w->depth == AS_MAX_MAIL_DEPTH)
		return AS_OK;
	w->depth++;
	if (w->seen.n > 0)
		as_buf_puts(&w->seen, ", ");
	as_term_add(&w->seen, p->type);
	if (as_str_has_prefix(p->type, "multipart/"))
		err = multipart(w, p);
	else if (is_of_failure(w, p))
		err = AS_OK;
	else if (as_str_is(p->type, "message/rfc822"))
		err = enclosed(w, p);
	else
		err = leaf(w, p);
	w->depth--;
	return err;
}

/* --- one mail --- */

/* A failure report, of parts or as the plain text that some systems send. */
static enum as_err
failure_in(struct walk *w, const struct layer *l, const struct as_part *mail)
{
	struct as_failure_parts parts = {.feedback = as_buf_str(&w->feedback),
	    .text = as_buf_str(&w->text),
	    .original = as_buf_str(&w->original),
	    .mail_from = mail->from,
	    .message_id = mail->message_id};
	struct as_why why = {.text = "it is no failure report"};
	enum as_err err;

	if (w->feedback.n == 0 &&
	    (w->told != w->u->told || !as_failure_is_text(parts.text)))
		return AS_OK;
	err = as_failure_read(
	    &parts, w->u->options->keep_personal, &w->u->watch, &why);
	if (w->u->fatal != AS_OK)
		return w->u->fatal;
	if (err == AS_OK)
		return as_unwrap_found(w->u, l);
	return err == AS_ENOMEM ? err : as_unwrap_refuse(w->u, l, &why);
}

static enum as_err
nothing_in(struct walk *w, const struct layer *l)
{
	const char *hint = w->u->hint;
	struct as_str parts =
	    as_str_slice(as_buf_str(&w->seen), 0, hint != NULL ? 60 : 150);
	struct as_why why;

	(void)as_why_set(&why, AS_EABSENT, AS_WHY_NOWHERE,
	    "the mail holds no report; its parts are " AS_STR_FMT "%s%s",
	    AS_STR_ARG(parts), hint != NULL ? "; one of them: " : "",
	    hint != NULL ? hint : "");
	return as_unwrap_refuse(w->u, l, &why);
}

static enum as_err
mail_walk(struct as_unwrap *u, const struct layer *l, struct as_str octets)
{
	const struct as_part *around = u->mail;
	const char *hint = u->hint; /* on the mail around */
	struct walk w = {.u = u, .a = as_arena_new(4 * AS_MAX_MAIL_HEADER)};
	struct as_why why = {.text = "the mail could not be read"};
	struct as_part part = {0};
	enum as_err err;

	if (w.a == NULL)
		return AS_ENOMEM;
	w.told = u->told;
	u->hint = NULL;
	as_buf_init(&w.seen, MAX_NAME_SHOWN * 4);
	as_buf_init(&w.feedback, AS_MAX_REPORT_FAILURE_OCTETS);
	as_buf_init(&w.text, AS_MAX_REPORT_FAILURE_OCTETS);
	as_buf_init(&w.original, AS_MAX_REPORT_FAILURE_OCTETS);
	err = as_part_read(w.a, octets, &part, &why);
	u->mail = &part;
	if (err == AS_OK)
		err = walk(&w, &part);
	else if (!l->quiet)
		err = as_unwrap_refuse(u, l, &why);
	else
		err = AS_OK;
	if (err == AS_OK)
		err = failure_in(&w, l, &part);
	if (err == AS_OK && u->told == w.told && !l->quiet)
		err = nothing_in(&w, l);
	u->mail = around;
	u->hint = u->hint != NULL ? u->hint : hint;
	as_buf_fini(&w.seen);
	as_buf_fini(&w.feedback);
	as_buf_fini(&w.text);
	as_buf_fini(&w.original);
	as_arena_free(w.a);
	return err;
}

enum as_err
as_unwrap_mail(struct as_unwrap *u, const struct layer *l)
{
	struct as_source from = as_peek_source(l->octets);
	struct as_why why = {.text = "the mail could not be read"};
	struct as_buf mail;
	struct layer whole = {
	    .octets = l->octets, .raw = &mail, .quiet = l->quiet};
	struct layer over = *l;
	enum as_err err;

	if (l->raw_from == l->octets) { /* it is kept here, not twice */
		l->octets->tee = NULL;
		over.raw = NULL;
		over.raw_from = NULL;
	}
	as_buf_init(&mail, AS_MAX_MAIL_OCTETS);
	err = as_source_read_all(&from, &mail, &why);
	if (u->fatal != AS_OK)
		err = u->fatal;
	else if (err != AS_OK)
		err = as_unwrap_refuse(u, &over, &why);
	else
		err = mail_walk(u, &whole, as_buf_str(&mail));
	as_buf_fini(&mail);
	return err;
}

/* --- a mail box --- */

/* Where the next mail begins in what is at hand: behind an empty line, a line
 * "From ".  n: not there. */
static size_t
next_from(struct as_str s, size_t at)
{
	for (; at < s.n; at++) {
		at = as_str_find(s, '\n', at);
		if (as_str_has_prefix(as_str_slice(s, at + 1, s.n), "From ") &&
		    at > 0 &&
		    (s.p[at - 1] == '\n' ||
			(at > 1 && s.p[at - 1] == '\r' && s.p[at - 2] == '\n')))
			return at + 1;
	}
	return s.n;
}

/* Without the line "From ". */
static enum as_err
box_mail(struct as_unwrap *u, struct as_str octets, size_t number)
{
	size_t before = as_path_push(u, "mail %zu", number, AS_STR_NULL);
	size_t body = as_str_find(octets, '\n', 0) + 1;
	struct as_str mail = as_str_slice(octets, body, octets.n);
	/* To be looked at only: the octets are not its own. */
	const struct as_buf raw = {
	    .p = (char *)(uintptr_t)mail.p, .n = mail.n, .cap = mail.n};
	struct layer l = {.raw = &raw};
	enum as_err err = mail_walk(u, &l, mail);

	as_path_pop(u, before);
	return err;
}

/* Some more octets; the mails that are whole now are read. */
static enum as_err
box_turn(struct as_unwrap *u, struct as_buf *b, size_t *seen, size_t *number,
    bool last)
{
	struct as_str s = as_buf_str(b);
	size_t from = 0, end = next_from(s, *seen);
	enum as_err err = AS_OK;

	while (err == AS_OK && end < s.n) {
		err = box_mail(u, as_str_slice(s, from, end), ++*number);
		from = end;
		end = next_from(s, from);
	}
	if (err == AS_OK && last && from < s.n)
		err = box_mail(u, as_str_slice(s, from, s.n), ++*number);
	as_buf_drop(b, from);
	/* "From " may be cut by the end of what is at hand. */
	*seen = b->n > 8 ? b->n - 8 : 0;
	return err;
}

enum as_err
as_unwrap_mbox(struct as_unwrap *u, const struct layer *l)
{
	struct as_why why;
	struct as_buf b;
	size_t seen = 0, number = 0;
	struct as_str have;
	enum as_err err = AS_OK;

	as_buf_init(&b, AS_MAX_MAIL_OCTETS);
	for (have.n = 1; err == AS_OK && have.n > 0;) {
		err = as_peek_look(l->octets, &have);
		if (err != AS_OK)
			break;
		as_buf_add_str(&b, have);
		as_peek_take(l->octets, have.n);
		err = as_buf_ok(&b)
		    ? box_turn(u, &b, &seen, &number, have.n == 0)
		    : AS_ELIMIT;
	}
	as_buf_fini(&b);
	if (u->fatal != AS_OK || err == AS_OK || err == AS_ENOMEM)
		return u->fatal != AS_OK ? u->fatal : err;
	(void)as_why_set(&why, err, AS_WHY_NOWHERE, "%s",
	    err == AS_ELIMIT ? "a mail in the box is too large: the rest was "
			       "not read"
			     : "the mail box could not be read to its end");
	return as_unwrap_refuse(u, l, &why);
}
