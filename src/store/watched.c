#include "store/watched.h"

#include <stdlib.h>

#include "base/limits.h"
#include "store/sql.h"

#include "base/banned.h"

#define VERDICTS_OCTETS ((size_t)4 * 1024 * 1024)

struct as_watched_table {
	struct as_store *store;
	struct as_docs *docs;
	struct as_query *get, *put, *drop, *event;
};

static const char get_sql[] =
    "SELECT looked, known, verdicts, judged_ms, pending, looks FROM watched"
    " WHERE domain = ?1";
static const char put_sql[] =
    "INSERT INTO watched(domain, looked, known, verdicts, judged_ms, pending,"
    " looks) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    " ON CONFLICT(domain) DO UPDATE SET looked = excluded.looked,"
    " known = excluded.known, verdicts = excluded.verdicts,"
    " judged_ms = excluded.judged_ms, pending = excluded.pending,"
    " looks = excluded.looks";
static const char drop_sql[] = "DELETE FROM watched WHERE domain = ?1";
static const char event_sql[] =
    "INSERT INTO event(id, domain, at, kind, cause, turn, severity, body)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

static enum as_err
prepare(struct as_watched_table *t, struct as_why *why)
{
	AS_TRY(as_sql_prepare(t->store, get_sql, &t->get, why));
	AS_TRY(as_sql_prepare(t->store, put_sql, &t->put, why));
	AS_TRY(as_sql_prepare(t->store, drop_sql, &t->drop, why));
	return as_sql_prepare(t->store, event_sql, &t->event, why);
}

enum as_err
as_watched_open(struct as_store *s, struct as_docs *docs,
    struct as_watched_table **out, struct as_why *why)
{
	struct as_watched_table *t = calloc(1, sizeof(*t));
	enum as_err err;

	*out = NULL;
	if (t == NULL)
		return as_why_no_memory(why);
	t->store = s;
	t->docs = docs;
	err = prepare(t, why);
	if (err == AS_OK)
		*out = t;
	else
		as_watched_close(t);
	return err;
}

void
as_watched_close(struct as_watched_table *t)
{
	if (t == NULL)
		return;
	as_sql_free(t->get);
	as_sql_free(t->put);
	as_sql_free(t->drop);
	as_sql_free(t->event);
	free(t);
}

/* --- what is kept of a domain --- */

/* The names of its documents; copied, for reading them uses other statements. */
struct names {
	struct as_str known, verdicts, pending;
};

static enum as_err
row_read(struct as_watched_table *t, struct as_arena *a, struct as_watched *out,
    struct names *names, struct as_why *why)
{
	bool found;

	AS_TRY(as_sql_row(t->get, &found, why));
	if (!found)
		return as_why_set(
		    why, AS_EABSENT, AS_WHY_NOWHERE, "no look was taken yet");
	out->looked = as_sql_column_int(t->get, 0);
	out->judged_ms = as_sql_column_int(t->get, 3);
	out->looks = (unsigned)as_sql_column_count(t->get, 5);
	names->known = as_str_dup(a, as_sql_column_blob(t->get, 1));
	names->verdicts = as_str_dup(a, as_sql_column_blob(t->get, 2));
	if (as_str_is_null(names->known) || as_str_is_null(names->verdicts))
		return as_why_no_memory(why);
	names->pending = AS_STR_NULL;
	if (as_sql_column_is_null(t->get, 4))
		return AS_OK;
	names->pending = as_str_dup(a, as_sql_column_blob(t->get, 4));
	return as_str_is_null(names->pending) ? as_why_no_memory(why) : AS_OK;
}

enum as_err
as_watched_get(struct as_watched_table *t, struct as_arena *a,
    struct as_str domain, struct as_watched *out, struct as_why *why)
{
	struct names names;
	enum as_err err;

	*out = (struct as_watched){.domain = domain};
	as_sql_bind_text(t->get, 1, domain);
	err = row_read(t, a, out, &names, why);
	as_sql_reset(t->get);
	AS_TRY(err);
	AS_TRY(as_docs_get(
	    t->docs, a, names.known, AS_MAX_FACTS_OCTETS, &out->known, why));
	AS_TRY(as_docs_get(
	    t->docs, a, names.verdicts, VERDICTS_OCTETS, &out->verdicts, why));
	return as_str_is_null(names.pending)
	    ? AS_OK
	    : as_docs_get(t->docs, a, names.pending, AS_MAX_FACTS_OCTETS,
		  &out->pending, why);
}

enum as_err
as_watched_put(
    struct as_watched_table *t, const struct as_watched *w, struct as_why *why)
{
	uint8_t known[AS_DOC_OCTETS], verdicts[AS_DOC_OCTETS];
	uint8_t pending[AS_DOC_OCTETS];

	AS_TRY(as_docs_put(t->docs, w->known, known, why));
	AS_TRY(as_docs_put(t->docs, w->verdicts, verdicts, why));
	if (w->pending.n > 0)
		AS_TRY(as_docs_put(t->docs, w->pending, pending, why));
	as_sql_bind_text(t->put, 1, w->domain);
	as_sql_bind_int(t->put, 2, w->looked);
	as_sql_bind_blob(t->put, 3, known, sizeof(known));
	as_sql_bind_blob(t->put, 4, verdicts, sizeof(verdicts));
	as_sql_bind_int(t->put, 5, w->judged_ms);
	as_sql_bind_blob(
	    t->put, 6, w->pending.n > 0 ? pending : NULL, sizeof(pending));
	as_sql_bind_int(t->put, 7, w->looks);
	return as_sql_run(t->put, why);
}

enum as_err
as_watched_drop(
    struct as_watched_table *t, struct as_str domain, struct as_why *why)
{
	AS_TRY(as_sql_begin(t->store, why));
	as_sql_bind_text(t->drop, 1, domain);
	return as_sql_run(t->drop, why);
}

/* --- events --- */

enum as_err
as_event_put(struct as_watched_table *t, struct as_str domain, int64_t at,
    const struct as_event *e, int64_t *id, struct as_why *why)
{
	struct as_buf body;
	enum as_err err = as_sql_begin(t->store, why);

	if (err == AS_OK)
		err = as_sql_next_id(t->store, "event", id, why);
	if (err != AS_OK)
		return err;
	as_buf_init(&body, AS_MAX_EVENT_OCTETS);
	as_codec_print(&body, &as_shape_event, e, AS_JSON_COMPACT);
	if (!as_buf_ok(&body)) {
		as_buf_fini(&body);
		return as_why_no_memory(why);
	}
	as_sql_bind_int(t->event, 1, *id);
	as_sql_bind_text(t->event, 2, domain);
	as_sql_bind_int(t->event, 3, at);
	as_sql_bind_int(t->event, 4, e->kind);
	as_sql_bind_int(t->event, 5, e->cause);
	as_sql_bind_int(t->event, 6, e->turn);
	as_sql_bind_int(t->event, 7, e->severity);
	as_sql_bind_text(t->event, 8, as_buf_str(&body));
	err = as_sql_run(t->event, why);
	as_buf_fini(&body);
	return err;
}

static enum as_err
event_row(struct as_query *q, struct as_arena *a, as_event_fn *fn, void *ctx,
    struct as_why *why)
{
	struct as_event_row row = {.id = as_sql_column_int(q, 0),
	    .at = as_sql_column_int(q, 2),
	    .domain = as_sql_column_text(q, 1)};
	struct as_why inner = {.text = ""};
	void *event;

	as_arena_reset(a);
	if (as_codec_parse(a, &as_shape_event, as_sql_column_text(q, 3),
		AS_MAX_EVENT_OCTETS, &event, &inner) != AS_OK)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "table event, id %lld: %.120s", (long long)row.id,
		    inner.text);
	row.event = event;
	return fn(ctx, &row);
}

static enum as_err
events_each(struct as_query *q, as_event_fn *fn, void *ctx, struct as_why *why)
{
	struct as_arena *a = as_arena_new(16 * AS_MAX_EVENT_OCTETS);
	enum as_err err = a != NULL ? AS_OK : as_why_no_memory(why);
	bool found = true;

	while (err == AS_OK) {
		err = as_sql_row(q, &found, why);
		if (err != AS_OK || !found)
			break;
		err = event_row(q, a, fn, ctx, why);
	}
	as_sql_reset(q);
	as_arena_free(a);
	return err;
}

enum as_err
as_events_read(struct as_store *s, const struct as_event_filter *filter,
    as_event_fn *fn, void *ctx, struct as_why *why)
{
	bool one = filter->domain.n > 0;
	struct as_query *q = NULL;
	enum as_err err;

	/* Two statements: each finds its index. */
	err = as_sql_prepare(s,
	    one ? "SELECT id, domain, at, body FROM event WHERE id < ?1 AND"
		  " at >= ?2 AND at <= ?3 AND domain = ?5"
		  " ORDER BY id DESC LIMIT ?4"
		: "SELECT id, domain, at, body FROM event WHERE id < ?1 AND"
		  " at >= ?2 AND at <= ?3 ORDER BY id DESC LIMIT ?4",
	    &q, why);
	if (err != AS_OK)
		return err;
	as_sql_bind_int(q, 1, filter->below > 0 ? filter->below : INT64_MAX);
	as_sql_bind_int(q, 2, filter->from);
	as_sql_bind_int(q, 3, filter->to > 0 ? filter->to : INT64_MAX);
	as_sql_bind_int(q, 4, (int64_t)filter->most);
	if (one)
		as_sql_bind_text(q, 5, filter->domain);
	err = events_each(q, fn, ctx, why);
	as_sql_free(q);
	return err;
}
