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
	struct as_heads heads;
	struct as_arena *a; /* of the report at hand and of those that wait */
	struct as_digest digest;
	struct as_event *held, **tail;
	size_t n_held;
	size_t before; /* octets of the arena, of those that wait */
	struct as_batch batch;
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

	if (w->sums != NULL)
		as_sums_forget(w->sums);
	w->open = w->ended = w->spilled = false;
	w->held = NULL;
	w->tail = &w->held;
	w->n_held = 0;
	w->rows.n = w->rows.policies = 0;
	if (w->batch.n == 0)
		as_arena_reset(w->a);
	w->before = as_arena_used(w->a);
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
events_insert(struct as_store_writer *w, const struct as_event *events,
    struct as_why *why)
{
	for (const struct as_event *e = events; e != NULL; e = e->next)
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
	AS_TRY(events_insert(w, w->held, why));
	for (const struct as_event *e = w->held; e != NULL; e = e->next)
		AS_TRY(as_sums_expect(w->sums, e, why));
	w->held = NULL;
	w->tail = &w->held;
	w->n_held = 0;
	if (w->batch.n == 0)
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
	as_digest_event(&w->digest, e);
	if (!w->spilled &&
	    (w->n_held == AS_HELD_EVENTS ||
		as_arena_used(w->a) - w->before > AS_HELD_OCTETS))
		AS_TRY(spill(w, &w->why));
	if (w->spilled) {
		AS_TRY(as_sums_expect(w->sums, e, &w->why));
		return as_rows_insert(&w->rows, w->id, e, &w->why);
	}
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
	w->batch.n = 0;
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

static enum as_err batch_write(struct as_store_writer *w, struct as_why *why);

/* --- the sink --- */

static enum as_err
on_begin(void *ctx, enum as_report_kind kind)
{
	struct as_store_writer *w = ctx;
	enum as_err err;

	AS_TRY(forget(w, &w->why));
	if (as_arena_used(w->a) > AS_BATCH_OCTETS) {
		err = batch_write(w, &w->why);
		if (err != AS_OK)
			return failed(w, err);
	}
	w->head.kind = kind;
	w->open = true;
	return as_digest_begin(&w->digest) ? AS_OK : as_why_no_memory(&w->why);
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
	as_digest_head(&w->digest, &w->head);
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

static enum as_err
spilled_add(struct as_store_writer *w, const struct as_report_head *h,
    struct as_why *why)
{
	bool added;

	AS_TRY(as_sums_add_expected(w->sums, h, &added, why));
	return added ? AS_OK : as_sums_add_stored(w->sums, h, w->id, why);
}

/* A new report: its rows, what they add up to, its head. */
static enum as_err
insert(struct as_store_writer *w, const struct as_kept *k, bool spilled,
    struct as_why *why)
{
	if (spilled) {
		AS_TRY(spilled_add(w, &k->head, why));
	} else {
		w->rows.n = w->rows.policies = 0;
		AS_TRY(id_find(w, why));
		AS_TRY(events_insert(w, k->events, why));
		AS_TRY(as_sums_add(w->sums, &k->head, k->events, why));
	}
	AS_TRY(as_heads_insert(&w->heads, w->a, w->id, k, why));
	if (k->conflict)
		AS_TRY(as_heads_mark(&w->heads, &k->head, why));
	return spilled ? as_sql_exec(w->s, "RELEASE report", why) : AS_OK;
}

/* Only between reports. */
static enum as_err
batch_write(struct as_store_writer *w, struct as_why *why)
{
	as_batch_sort(&w->batch);
	for (size_t i = 0; i < w->batch.n; i++)
		AS_TRY(insert(w, w->batch.kept[i], false, why));
	w->batch.n = 0;
	return forget(w, why);
}

static bool
origin_copy(struct as_arena *a, struct as_store_origin *o)
{
	struct as_str *const texts[] = {&o->input, &o->path, &o->mail_from,
	    &o->mail_date, &o->message_id, &o->raw};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (as_str_is_null(*texts[i]))
			continue;
		*texts[i] = as_str_dup(a, *texts[i]);
		if (as_str_is_null(*texts[i]))
			return false;
	}
	return true;
}

/* It waits for others of its domain and day. */
static enum as_err
hold(struct as_store_writer *w, const struct as_kept *k, struct as_why *why)
{
	struct as_kept *copy = AS_NEW(w->a, struct as_kept);

	if (copy == NULL)
		return as_why_no_memory(why);
	*copy = *k;
	if (!as_str_is_null(k->notes))
		copy->notes = as_str_dup(w->a, k->notes);
	if (as_str_is_null(copy->notes) != as_str_is_null(k->notes) ||
	    !origin_copy(w->a, &copy->origin))
		return as_why_no_memory(why);
	as_batch_add(&w->batch, copy);
	return w->batch.n == AS_BATCH_REPORTS ? batch_write(w, why) : AS_OK;
}

/* What is it to those that are there, and to those that wait? */
static enum as_err
look(struct as_store_writer *w, const struct as_kept *k, enum as_stored *out,
    struct as_why *why)
{
	bool same, named;

	*out = AS_STORED_DUPLICATE;
	if (as_batch_has(&w->batch, k->digest))
		return AS_OK;
	AS_TRY(as_heads_find(&w->heads, k, &same, &named, why));
	if (same)
		return AS_OK;
	named = as_batch_mark(&w->batch, &k->head) || named;
	*out = named ? AS_STORED_CONFLICT : AS_STORED_NEW;
	return AS_OK;
}

static enum as_err
keep(struct as_store_writer *w, const struct as_store_origin *o,
    enum as_stored *out, struct as_why *why)
{
	struct as_kept k = {.head = w->head,
	    .events = w->held,
	    .origin = *o,
	    .notes = w->notes.n > 0 ? as_buf_str(&w->notes) : AS_STR_NULL};
	bool spilled = w->spilled;

	if (!as_digest_end(&w->digest, k.digest))
		return as_why_no_memory(why);
	AS_TRY(as_sql_begin_alone(w->s, why));
	AS_TRY(look(w, &k, out, why));
	if (*out == AS_STORED_DUPLICATE)
		return AS_OK;
	k.conflict = *out == AS_STORED_CONFLICT;
	if (!spilled && o->raw.n <= AS_BATCH_RAW)
		return hold(w, &k, why);
	AS_TRY(insert(w, &k, spilled, why));
	w->spilled = false;
	return AS_OK;
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
	enum as_err err = batch_write(w, why);

	return err == AS_OK ? as_sums_flush(w->sums, why) : failed(w, err);
}

/* --- life --- */

static enum as_err
statements(struct as_store_writer *w, struct as_why *why)
{
	AS_TRY(as_rows_init(w->s, &w->rows, why));
	return as_heads_init(w->s, &w->heads, why);
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
	w->digest.md = EVP_MD_CTX_new();
	as_buf_init(&w->notes, NOTES_OCTETS);
	err = w->a != NULL && w->digest.md != NULL
	    ? as_sums_new(s, &w->sums, why)
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
	as_heads_fini(&w->heads);
	as_sums_free(w->sums);
	EVP_MD_CTX_free(w->digest.md);
	as_arena_free(w->a);
	as_buf_fini(&w->notes);
	free(w);
}
