#include "store/reports.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "store/writer_private.h"

#include "base/banned.h"

#define ARENA_OCTETS ((size_t)64 * 1024 * 1024)
#define NOTES_OCTETS ((size_t)64 * 1024)

#define DOMAIN_OCTETS ((size_t)253) /* RFC 1035 3.1, as text */

struct as_store_writer {
	struct as_store *s;
	struct as_sums *sums;
	struct as_rows rows;
	struct as_query *report, *known, *mark, *raw;
	struct as_arena *a; /* of the report at hand */
	EVP_MD_CTX *md;
	struct as_event *held, **tail;
	size_t n_held;
	bool open, ended, spilled;
	int64_t id; /* that the report at hand has, or will have */
	struct as_report_head head;
	struct as_buf notes;
	struct as_why why; /* of an error inside the sink */
};

/* --- one report --- */

/* The rows of a long report are in the database already. */
static enum as_err
forget(struct as_store_writer *w, struct as_why *why)
{
	bool undo = w->spilled && as_sql_is_begun(w->s);

	w->open = w->ended = w->spilled = false;
	w->held = NULL;
	w->tail = &w->held;
	w->n_held = 0;
	w->rows.n = w->rows.policies = 0;
	as_arena_reset(w->a);
	as_buf_reset(&w->notes);
	return undo
	    ? as_sql_exec(w->s, "ROLLBACK TO report; RELEASE report", why)
	    : AS_OK;
}

static enum as_err
id_find(struct as_store_writer *w, struct as_why *why)
{
	AS_TRY(as_sql_begin_alone(w->s, why));
	return as_sql_next_id(w->s, "report", &w->id, why);
}

static enum as_err
held_insert(struct as_store_writer *w, struct as_why *why)
{
	for (const struct as_event *e = w->held; e != NULL; e = e->next)
		AS_TRY(as_rows_insert(&w->rows, w->id, e, why));
	return AS_OK;
}

/* Too long to be held: its rows go to the database from here on, where they can
 * be taken back. */
static enum as_err
spill(struct as_store_writer *w, struct as_why *why)
{
	AS_TRY(id_find(w, why));
	AS_TRY(as_sql_exec(w->s, "SAVEPOINT report", why));
	w->spilled = true;
	AS_TRY(held_insert(w, why));
	w->held = NULL;
	w->tail = &w->held;
	w->n_held = 0;
	as_arena_reset(w->a);
	return AS_OK;
}

static enum as_err
event_take(struct as_store_writer *w, const struct as_event *e)
{
	struct as_event *copy;

	if (!w->open)
		return as_why_set(&w->why, AS_EINVAL, AS_WHY_NOWHERE,
		    "an event outside a report");
	as_digest_event(w->md, e);
	if (!w->spilled &&
	    (w->n_held == AS_HELD_EVENTS ||
		as_arena_used(w->a) > AS_HELD_OCTETS))
		AS_TRY(spill(w, &w->why));
	if (w->spilled)
		return as_rows_insert(&w->rows, w->id, e, &w->why);
	copy = as_event_copy(w->a, e);
	if (copy == NULL)
		return as_why_no_memory(&w->why);
	*w->tail = copy;
	w->tail = &copy->next;
	w->n_held++;
	return AS_OK;
}

/* An error has rolled back all that was not committed. */
static enum as_err
failed(struct as_store_writer *w, enum as_err err)
{
	w->spilled = false;
	as_sums_drop(w->sums);
	(void)forget(w, NULL);
	return err;
}

static enum as_err
take(struct as_store_writer *w, const struct as_event *e)
{
	enum as_err err = event_take(w, e);

	return err == AS_OK ? AS_OK : failed(w, err);
}

/* --- the sink --- */

static enum as_err
on_begin(void *ctx, enum as_report_kind kind)
{
	struct as_store_writer *w = ctx;

	AS_TRY(forget(w, &w->why));
	w->head.kind = kind;
	w->open = true;
	return EVP_DigestInit_ex(w->md, EVP_sha256(), NULL) == 1
	    ? AS_OK
	    : as_why_no_memory(&w->why);
}

static enum as_err
on_row(void *ctx, const struct as_report_row *row)
{
	struct as_event e = {.kind = AS_EVENT_ROW, .of.row = *row};

	return take(ctx, &e);
}

static enum as_err
on_policy(void *ctx, const struct as_report_tls_policy *policy)
{
	struct as_event e = {.kind = AS_EVENT_TLS_POLICY, .of.policy = *policy};

	return take(ctx, &e);
}

static enum as_err
on_tls(void *ctx, const struct as_report_tls_failure *failure)
{
	struct as_event e = {.kind = AS_EVENT_TLS_FAILURE, .of.tls = *failure};

	return take(ctx, &e);
}

static enum as_err
on_failure(void *ctx, const struct as_report_failure *failure)
{
	struct as_event e = {.kind = AS_EVENT_FAILURE, .of.failure = *failure};

	return take(ctx, &e);
}

/* Notes are for people: one a line, the first ones. */
static enum as_err
on_note(void *ctx, const struct as_report_note *note)
{
	struct as_store_writer *w = ctx;
	size_t before = w->notes.n;

	if (!as_buf_ok(&w->notes))
		return AS_OK;
	as_buf_add_str(&w->notes, note->code);
	as_buf_puts(&w->notes, "\t");
	as_buf_add_str(&w->notes, note->where);
	as_buf_puts(&w->notes, "\t");
	as_buf_add_str(&w->notes, note->text);
	as_buf_puts(&w->notes, "\n");
	if (!as_buf_ok(&w->notes))
		w->notes.n = before;
	return AS_OK;
}

static enum as_err
on_end(void *ctx, const struct as_report_head *head)
{
	struct as_store_writer *w = ctx;

	if (!w->open)
		return as_why_set(
		    &w->why, AS_EINVAL, AS_WHY_NOWHERE, "the end of no report");
	if (as_head_copy(w->a, head, &w->head) != AS_OK)
		return as_why_no_memory(&w->why);
	as_digest_head(w->md, &w->head);
	/* It has to fit into an index, and none is longer. */
	w->head.domain = as_utf8_cut(w->head.domain, DOMAIN_OCTETS);
	w->ended = true;
	return AS_OK;
}

static enum as_err
on_drop(void *ctx)
{
	struct as_store_writer *w = ctx;

	return forget(w, &w->why);
}

struct as_report_sink
as_store_sink(struct as_store_writer *w)
{
	return (struct as_report_sink){.ctx = w,
	    .begin = on_begin,
	    .row = on_row,
	    .tls_policy = on_policy,
	    .tls_failure = on_tls,
	    .failure = on_failure,
	    .note = on_note,
	    .end = on_end,
	    .drop = on_drop};
}

/* --- keeping --- */

static void
name_bind(struct as_query *q, const struct as_report_head *h)
{
	as_sql_bind_text(q, 1, h->domain);
	as_sql_bind_time(q, 2, h->begin);
	as_sql_bind_text(q, 3, h->org_name);
	as_sql_bind_text(q, 4, h->report_id);
	as_sql_bind_time(q, 5, h->end);
}

/* Is the same report there, and one of its name? */
static enum as_err
known(struct as_store_writer *w, const uint8_t digest[AS_DIGEST_OCTETS],
    bool *same, bool *named, struct as_why *why)
{
	bool found;

	name_bind(w->known, &w->head);
	as_sql_bind_blob(w->known, 6, digest, AS_DIGEST_OCTETS);
	AS_TRY(as_sql_row(w->known, &found, why));
	*same = found && as_sql_column_int(w->known, 0) != 0;
	*named = found && as_sql_column_int(w->known, 1) != 0;
	as_sql_reset(w->known);
	return AS_OK;
}

static struct as_str
errors_text(struct as_store_writer *w)
{
	struct as_buf b;
	struct as_str text;

	if (w->head.n_errors == 0)
		return AS_STR_NULL;
	as_buf_init(&b, NOTES_OCTETS);
	for (size_t i = 0; i < w->head.n_errors; i++) {
		as_buf_puts(&b, i > 0 ? "\n" : "");
		as_buf_add_str(&b, w->head.errors[i]);
	}
	text = as_str_dup(w->a, as_buf_str(&b));
	as_buf_fini(&b);
	return text;
}

static enum as_err
head_insert(struct as_store_writer *w, const struct as_store_origin *o,
    const uint8_t digest[AS_DIGEST_OCTETS], bool conflict, struct as_why *why)
{
	const struct as_report_head *h = &w->head;
	const struct as_str words[] = {h->version, h->generator, h->adkim,
	    h->aspf, h->p, h->sp, h->np, h->fo, h->pct, h->testing,
	    h->discovery_method, errors_text(w)};
	const struct as_str from[] = {
	    o->input, o->path, o->mail_from, o->mail_date, o->message_id};
	uint8_t raw[AS_DIGEST_OCTETS];
	struct as_query *q = w->report;
	int at = 10;

	if (!as_str_is_null(o->raw))
		AS_TRY(as_raw_keep(w->raw, o->raw, raw, why));
	as_sql_bind_int(q, 1, w->id);
	as_sql_bind_int(q, 2, h->kind);
	as_sql_bind_text(q, 3, h->org_name);
	as_sql_bind_text(q, 4, h->email);
	as_sql_bind_text(q, 5, h->extra_contact_info);
	as_sql_bind_text(q, 6, h->report_id);
	as_sql_bind_text(q, 7, h->domain);
	as_sql_bind_time(q, 8, h->begin);
	as_sql_bind_time(q, 9, h->end);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		as_sql_bind_text(q, at++, words[i]);
	as_sql_bind_count(q, at++, h->rows);
	as_sql_bind_count(q, at++, h->messages);
	as_sql_bind_count(q, at++, h->unread);
	as_sql_bind_int(q, at++, h->cut);
	as_sql_bind_text(
	    q, at++, w->notes.n > 0 ? as_buf_str(&w->notes) : AS_STR_NULL);
	as_sql_bind_int(q, at++, conflict);
	as_sql_bind_blob(q, at++, digest, AS_DIGEST_OCTETS);
	as_sql_bind_blob(
	    q, at++, as_str_is_null(o->raw) ? NULL : raw, sizeof(raw));
	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++)
		as_sql_bind_text(q, at++, from[i]);
	as_sql_bind_time(q, at, o->received);
	return as_sql_run(q, why);
}

/* A new report: its rows, what they add up to, its head. */
static enum as_err
insert(struct as_store_writer *w, const struct as_store_origin *o,
    const uint8_t digest[AS_DIGEST_OCTETS], bool conflict, struct as_why *why)
{
	if (!w->spilled)
		AS_TRY(id_find(w, why));
	if (!w->spilled)
		AS_TRY(held_insert(w, why));
	if (w->spilled)
		AS_TRY(as_sums_add_stored(w->sums, &w->head, w->id, why));
	else
		AS_TRY(as_sums_add(w->sums, &w->head, w->held, why));
	AS_TRY(head_insert(w, o, digest, conflict, why));
	if (conflict) {
		name_bind(w->mark, &w->head);
		AS_TRY(as_sql_run(w->mark, why));
	}
	if (w->spilled)
		AS_TRY(as_sql_exec(w->s, "RELEASE report", why));
	w->spilled = false;
	return AS_OK;
}

static enum as_err
keep(struct as_store_writer *w, const struct as_store_origin *o,
    enum as_stored *out, struct as_why *why)
{
	uint8_t digest[AS_DIGEST_OCTETS];
	bool same, named;

	if (EVP_DigestFinal_ex(w->md, digest, NULL) != 1)
		return as_why_no_memory(why);
	AS_TRY(as_sql_begin_alone(w->s, why));
	AS_TRY(known(w, digest, &same, &named, why));
	*out = AS_STORED_DUPLICATE;
	if (same)
		return AS_OK;
	*out = named ? AS_STORED_CONFLICT : AS_STORED_NEW;
	return insert(w, o, digest, named, why);
}

enum as_err
as_store_keep(struct as_store_writer *w, const struct as_store_origin *o,
    enum as_stored *out, struct as_why *why)
{
	enum as_err err;

	if (!w->ended)
		return as_why_set(
		    why, AS_EINVAL, AS_WHY_NOWHERE, "no report has ended");
	err = keep(w, o, out, why);
	return err == AS_OK ? forget(w, why) : failed(w, err);
}

const struct as_why *
as_store_writer_why(const struct as_store_writer *w)
{
	return &w->why;
}

enum as_err
as_store_flush(struct as_store_writer *w, struct as_why *why)
{
	return as_sums_flush(w->sums, why);
}

/* --- life --- */

/* Of one name: domain and begin are looked for in the index, present or not; the
 * arm that does not fit the parameters costs nothing. */
#define REST \
	" AND org IS NOT DISTINCT FROM ?3 AND report_id IS NOT DISTINCT FROM" \
	" ?4 AND \"end\" IS NOT DISTINCT FROM ?5"
#define NAMED \
	"id IN (SELECT id FROM report WHERE domain = ?1 AND begin = ?2" REST \
	" UNION ALL SELECT id FROM report WHERE ?2 IS NULL" \
	" AND domain = ?1 AND begin IS NULL" REST \
	" UNION ALL SELECT id FROM report WHERE ?1 IS NULL AND" \
	" domain IS NULL AND begin IS NOT DISTINCT FROM ?2" REST ")"

static enum as_err
statements(struct as_store_writer *w, struct as_why *why)
{
	AS_TRY(as_rows_init(w->s, &w->rows, why));
	AS_TRY(as_sql_prepare(w->s,
	    "INSERT INTO report "
	    "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
	    "?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	    &w->report, why));
	AS_TRY(as_sql_prepare(w->s,
	    "SELECT EXISTS(SELECT 1 FROM report WHERE digest = ?6),"
	    " EXISTS(SELECT 1 FROM report WHERE " NAMED ")",
	    &w->known, why));
	AS_TRY(as_sql_prepare(w->s,
	    "UPDATE report SET conflict = 1 WHERE " NAMED, &w->mark, why));
	return as_sql_prepare(w->s,
	    "INSERT INTO raw VALUES(?,?) ON CONFLICT DO NOTHING", &w->raw, why);
}

enum as_err
as_store_writer_new(
    struct as_store *s, struct as_store_writer **out, struct as_why *why)
{
	struct as_store_writer *w = calloc(1, sizeof(*w));
	enum as_err err;

	*out = NULL;
	if (w == NULL)
		return as_why_no_memory(why);
	w->s = s;
	w->tail = &w->held;
	w->a = as_arena_new(ARENA_OCTETS);
	w->md = EVP_MD_CTX_new();
	as_buf_init(&w->notes, NOTES_OCTETS);
	err = w->a != NULL && w->md != NULL ? as_sums_new(s, &w->sums, why)
					    : as_why_no_memory(why);
	if (err == AS_OK)
		err = statements(w, why);
	if (err != AS_OK) {
		as_store_writer_free(w);
		return err;
	}
	*out = w;
	return AS_OK;
}

void
as_store_writer_free(struct as_store_writer *w)
{
	if (w == NULL)
		return;
	if (w->a != NULL)
		(void)forget(w, NULL);
	as_rows_fini(&w->rows);
	as_sql_free(w->report);
	as_sql_free(w->known);
	as_sql_free(w->mark);
	as_sql_free(w->raw);
	as_sums_free(w->sums);
	EVP_MD_CTX_free(w->md);
	as_arena_free(w->a);
	as_buf_fini(&w->notes);
	free(w);
}
