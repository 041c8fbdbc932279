#include "intake/unwrap.h"

#include "base/limits.h"
#include "intake/archived.h"
#include "intake/inflate.h"
#include "intake/tnef.h"
#include "intake/unwrap_private.h"

#include "base/banned.h"

/* --- the path of a piece --- */

size_t
as_path_push(
    struct as_unwrap *u, const char *fmt, size_t number, struct as_str name)
{
	size_t before = u->path.n;

	if (before > 0)
		as_buf_puts(&u->path, " > ");
	if (name.n > 0)
		as_term_add(&u->path, as_str_slice(name, 0, MAX_NAME_SHOWN));
	else
		as_buf_printf(&u->path, fmt, number);
	return before;
}

void
as_path_pop(struct as_unwrap *u, size_t before)
{
	u->path.n = before;
}

/* --- telling --- */

static struct as_unwrap_piece
piece(const struct as_unwrap *u, struct as_str raw)
{
	struct as_unwrap_piece p = {.path = as_buf_str(&u->path), .raw = raw};

	if (u->mail != NULL) {
		p.mail_from = u->mail->from;
		p.mail_date = u->mail->date;
		p.message_id = u->mail->message_id;
	}
	return p;
}

/* An error of the source or of the sink ends it all. */
static enum as_err
fatal(struct as_unwrap *u, enum as_err err)
{
	if (err != AS_OK && u->fatal == AS_OK)
		u->fatal = err;
	return err;
}

/* What is kept of a thing: as it came when it is packed, else packed here.  A
 * thing that is too long is not kept. */
static struct as_str
raw_of(const struct layer *l, struct as_buf *packed)
{
	struct as_str raw;

	if (l->raw == NULL || !as_buf_ok(l->raw))
		return AS_STR_NULL;
	raw = as_buf_str(l->raw);
	if (as_is_gzip(raw) || as_is_zlib(raw) || as_is_zip(raw))
		return raw;
	as_deflate(packed, raw);
	return as_buf_ok(packed) ? as_buf_str(packed) : AS_STR_NULL;
}

/* Read to its end what is to be kept. */
static void
drain(const struct layer *l)
{
	struct as_str have;

	while (l->raw_from != NULL && as_buf_ok(l->raw) &&
	    as_peek_look(l->raw_from, &have) == AS_OK && have.n > 0)
		as_peek_take(l->raw_from, have.n);
}

typedef enum as_err tell_fn(
    struct as_unwrap *u, struct as_str raw, const struct as_why *why);

static enum as_err
refused(struct as_unwrap *u, struct as_str raw, const struct as_why *why)
{
	struct as_unwrap_piece p = piece(u, raw);

	return u->sink->refused(u->sink->ctx, &p, why);
}

static enum as_err
found(struct as_unwrap *u, struct as_str raw, const struct as_why *why)
{
	struct as_unwrap_piece p = piece(u, raw);

	(void)why;
	return u->sink->found(u->sink->ctx, &p);
}

static enum as_err
tell(struct as_unwrap *u, const struct layer *l, tell_fn *fn,
    const struct as_why *why)
{
	struct as_buf packed;
	enum as_err err;

	u->told++;
	as_budget_tell(&u->budget, fn == found);
	if (fn == refused && ++u->refused > AS_MAX_UNWRAP_REFUSED)
		return AS_OK;
	as_buf_init(&packed, AS_MAX_RAW_OCTETS);
	err = fn(u, raw_of(l, &packed), why);
	as_buf_fini(&packed);
	return fatal(u, err);
}

enum as_err
as_unwrap_refuse(
    struct as_unwrap *u, const struct layer *l, const struct as_why *why)
{
	drain(l);
	return u->fatal != AS_OK ? u->fatal : tell(u, l, refused, why);
}

enum as_err
as_unwrap_found(struct as_unwrap *u, const struct layer *l)
{
	return tell(u, l, found, NULL);
}

static enum as_err
tell_note(struct as_unwrap *u, const char *code, const char *text)
{
	struct as_report_note note = {
	    as_str_from(code), AS_STR(""), as_str_from(text)};
	const struct as_report_sink *s = &u->sink->report;

	return s->note == NULL ? AS_OK : fatal(u, s->note(s->ctx, &note));
}

/* --- a report --- */

static enum as_err
report_feed(struct as_unwrap *u, struct as_reader *r, const struct layer *l,
    struct as_why *why)
{
	struct as_str have;
	enum as_err err;

	for (;;) {
		err = as_peek_look(l->octets, &have);
		if (err != AS_OK) {
			if (l->why != NULL && l->why->code != AS_OK)
				*why = *l->why;
			return err;
		}
		if (have.n == 0)
			break;
		AS_TRY(as_reader_feed(r, have, why));
		as_peek_take(l->octets, have.n);
	}
	u->behind = l->inflate != NULL && as_inflate_rest(l->inflate);
	return AS_OK;
}

/* What the sink says of an event is what the reader returns: then nothing more
 * can be told. */
static enum as_err
report_read(
    struct as_unwrap *u, enum as_report_kind kind, const struct layer *l)
{
	struct as_why why = {.text = "it could not be read"};
	struct as_reader *r;
	enum as_err err;

	err = as_reader_new(kind, &u->watch, &r);
	if (err != AS_OK)
		return fatal(u, err);
	u->in_report = u->behind = false;
	err = report_feed(u, r, l, &why);
	if (err == AS_OK)
		err = as_reader_end(r, &why);
	as_reader_free(r);
	if (u->fatal != AS_OK)
		return u->fatal;
	if (err == AS_ENOMEM)
		return fatal(u, err);
	if (err == AS_OK)
		return as_unwrap_found(u, l);
	if (l->quiet && !u->in_report)
		return AS_OK; /* some other XML or JSON of a mail */
	if (u->in_report)
		AS_TRY(fatal(u, u->sink->report.drop(u->sink->report.ctx)));
	u->in_report = false;
	return as_unwrap_refuse(u, l, &why);
}

/* --- layers --- */

static enum as_err
inflated(struct as_unwrap *u, const struct layer *l)
{
	struct as_why why = {.text = ""};
	struct as_inflate *z;
	struct as_source from;
	struct as_peek peek;
	struct layer inner = {.octets = &peek,
	    .raw = l->raw,
	    .raw_from = l->raw_from,
	    .within_mail = l->within_mail,
	    .quiet = l->quiet,
	    .words = l->words};
	enum as_err err;

	err = as_inflate_new(l->octets, &u->budget, &z, &why);
	if (err != AS_OK) {
		as_inflate_free(z);
		return fatal(u, err);
	}
	from = as_inflate_source(z);
	as_peek_init(&peek, &from, NULL);
	inner.why = as_inflate_why(z);
	inner.inflate = z;
	err = as_unwrap_thing(u, &inner);
	as_inflate_free(z);
	return err;
}

enum as_err
as_unwrap_member(
    struct as_unwrap *u, const struct layer *l, const struct member *m)
{
	size_t before = as_path_push(u, "file %zu", m->number, m->name);
	bool alone = l->raw_from != NULL;
	struct as_buf raw;
	struct as_peek peek;
	struct layer inner = {.octets = &peek,
	    /* cppcheck-suppress uninitvar; its address alone */
	    .raw = alone ? &raw : l->raw,
	    /* cppcheck-suppress uninitvar; the same */
	    .raw_from = alone ? &peek : NULL,
	    .why = m->why,
	    .within_mail = l->within_mail};
	enum as_err err;

	as_buf_init(&raw, AS_MAX_RAW_OCTETS);
	as_peek_init(&peek, m->octets, alone ? &raw : NULL);
	err = as_unwrap_thing(u, &inner);
	as_buf_fini(&raw);
	as_path_pop(u, before);
	return err;
}

static enum as_err
archived(struct as_unwrap *u, const struct layer *l)
{
	struct as_why why = {.text = "the archive is damaged"};
	struct as_archive *ar;
	struct as_source octets;
	struct member m = {.octets = &octets};
	enum as_err err = as_archive_new(l->octets, &u->budget, &ar, &why);

	while (err == AS_OK) {
		err = as_archive_next(ar, &m.name, &octets, &why);
		m.number++;
		m.why = as_archive_why(ar);
		if (err == AS_OK)
			err = as_unwrap_member(u, l, &m);
	}
	as_archive_free(ar);
	if (u->fatal != AS_OK)
		return u->fatal;
	if (err == AS_ENOMEM)
		return fatal(u, err);
	if (err == AS_EABSENT && m.number > 1)
		return AS_OK;
	if (err == AS_EABSENT)
		(void)as_why_set(&why, AS_EABSENT, AS_WHY_NOWHERE,
		    "the archive holds no file");
	return as_unwrap_refuse(u, l, &why);
}

/* A small zip, as reports come in, is kept as it is. */
static enum as_err
zipped(struct as_unwrap *u, const struct layer *l, struct as_str start)
{
	struct as_memory memory;
	struct as_source from;
	struct as_peek peek;
	struct layer inner = *l;
	struct as_buf whole;
	enum as_err err;

	if (l->raw_from == NULL || !l->octets->ended ||
	    l->raw_from != l->octets)
		return archived(u, l);
	as_buf_init(&whole, AS_PEEK_OCTETS);
	as_buf_add_str(&whole, start);
	as_peek_take(l->octets, start.n);
	memory.left = as_buf_str(&whole);
	from = as_memory_source(&memory);
	as_peek_init(&peek, &from, NULL);
	inner.octets = &peek;
	inner.raw_from = NULL;
	err = archived(u, &inner);
	as_buf_fini(&whole);
	return err;
}

/* --- one thing --- */

static enum as_err
unknown(struct as_unwrap *u, const struct layer *l, struct as_str start,
    const struct as_why *sniffed)
{
	const char *outlook = as_unwrap_outlook(start);
	const char *kind = outlook != NULL ? outlook : as_unwrap_other(start);
	struct as_why why = *sniffed;

	if (outlook != NULL)
		u->hint = outlook;
	if (l->quiet) /* a text of a mail, or a picture in it */
		return AS_OK;
	if (kind != NULL)
		(void)as_why_set(&why, AS_EABSENT, 0, "%s", kind);
	return as_unwrap_refuse(u, l, &why);
}

static enum as_err
dispatch(struct as_unwrap *u, const struct layer *l, struct as_str start)
{
	struct as_why why = {.text = "it is no report"};
	enum as_report_kind kind;

	if (as_is_gzip(start) || as_is_zlib(start))
		return inflated(u, l);
	if (as_is_tar(start) || as_is_packed(start))
		return archived(u, l);
	if (as_is_zip(start))
		return zipped(u, l, start);
	if (as_is_tnef(start))
		return as_unwrap_tnef(u, l);
	if (as_reader_sniff(start, &kind, &why) == AS_OK)
		return report_read(u, kind, l);
	if (as_is_mbox(start) && !l->words)
		return as_unwrap_mbox(u, l);
	if (as_is_mail(start) && !l->words)
		return as_unwrap_mail(u, l);
	return unknown(u, l, start, &why);
}

enum as_err
as_unwrap_thing(struct as_unwrap *u, const struct layer *l)
{
	struct as_why why = {.text = "it could not be read"};
	struct as_str start;
	enum as_err err = as_peek_more(l->octets, AS_PEEK_OCTETS, &start);

	if (u->fatal != AS_OK)
		return u->fatal;
	if (err == AS_ENOMEM)
		return fatal(u, err);
	if (err != AS_OK)
		return as_unwrap_refuse(u, l,
		    l->why != NULL && l->why->code != AS_OK ? l->why : &why);
	if (u->budget.depth == AS_MAX_UNWRAP_DEPTH) {
		(void)as_why_set(&why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "it is wrapped more than %d times", AS_MAX_UNWRAP_DEPTH);
		return as_unwrap_refuse(u, l, &why);
	}
	u->budget.depth++;
	err = dispatch(u, l, start);
	u->budget.depth--;
	return err;
}

/* --- one input --- */

static enum as_err
root_read(void *ctx, void *p, size_t n, size_t *got)
{
	struct as_unwrap *u = ctx;
	enum as_err err = u->root->read(u->root->ctx, p, n, got);

	if (err == AS_OK)
		u->budget.in += *got;
	return fatal(u, err);
}

/* What was too much to be told one by one. */
static enum as_err
rest_tell(struct as_unwrap *u)
{
	struct as_why why;

	if (u->refused <= AS_MAX_UNWRAP_REFUSED)
		return AS_OK;
	(void)as_why_set(&why, AS_ELIMIT, AS_WHY_NOWHERE,
	    "%zu more things in it gave no report; they are not kept",
	    u->refused - AS_MAX_UNWRAP_REFUSED);
	return refused(u, AS_STR_NULL, &why);
}

/* The sink of the caller, watched: is a report open, and what did it return? */
#define WATCH(name, parameter) \
	static enum as_err watch_##name(void *ctx, parameter) \
	{ \
		struct as_unwrap *u = ctx; \
		const struct as_report_sink *s = &u->sink->report; \
		return s->name == NULL ? AS_OK \
				       : fatal(u, s->name(s->ctx, event)); \
	}
WATCH(row, const struct as_report_row *event)
WATCH(tls_policy, const struct as_report_tls_policy *event)
WATCH(tls_failure, const struct as_report_tls_failure *event)
WATCH(failure, const struct as_report_failure *event)
WATCH(note, const struct as_report_note *event)

static enum as_err
watch_begin(void *ctx, enum as_report_kind kind)
{
	struct as_unwrap *u = ctx;

	u->in_report = true;
	return fatal(u, u->sink->report.begin(u->sink->report.ctx, kind));
}

static enum as_err
watch_end(void *ctx, const struct as_report_head *head)
{
	struct as_unwrap *u = ctx;

	if (u->behind) /* only now has every report begun */
		AS_TRY(tell_note(u, "octets-behind-gzip",
		    "octets behind the compressed data were left out"));
	u->in_report = false;
	return fatal(u, u->sink->report.end(u->sink->report.ctx, head));
}

static enum as_err
watch_drop(void *ctx)
{
	struct as_unwrap *u = ctx;

	u->in_report = false;
	return fatal(u, u->sink->report.drop(u->sink->report.ctx));
}

enum as_err
as_unwrap(const struct as_source *source, struct as_str name,
    const struct as_unwrap_options *options, const struct as_unwrap_sink *sink,
    struct as_why *why)
{
	struct as_unwrap u = {.root = source, .options = options, .sink = sink};
	struct as_source root = {root_read, &u};
	struct as_buf raw;
	struct as_peek peek;
	struct layer outer = {.octets = &peek, .raw = &raw, .raw_from = &peek};
	enum as_err err;

	u.watch = (struct as_report_sink){.ctx = &u,
	    .begin = watch_begin,
	    .row = watch_row,
	    .tls_policy = watch_tls_policy,
	    .tls_failure = watch_tls_failure,
	    .failure = watch_failure,
	    .note = watch_note,
	    .end = watch_end,
	    .drop = watch_drop};
	as_buf_init(
	    &raw, options->length > AS_MAX_RAW_OCTETS ? 0 : AS_MAX_RAW_OCTETS);
	as_buf_init(&u.path, PATH_OCTETS);
	(void)as_path_push(&u, "input", 0, name);
	as_peek_init(&peek, &root, &raw);
	err = as_unwrap_thing(&u, &outer);
	if (err == AS_OK)
		err = rest_tell(&u);
	as_buf_fini(&u.path);
	as_buf_fini(&raw);
	if (err == AS_ENOMEM)
		return as_why_no_memory(why);
	return err == AS_OK
	    ? AS_OK
	    : as_why_set(why, err, AS_WHY_NOWHERE, "%s", as_err_text(err));
}
