/*
 * Things that gave no report.
 */
#include <inttypes.h>

#include "base/limits.h"
#include "store/report_read_private.h"

#include "base/banned.h"

#define COLUMNS \
	"q.id, q.diagnosis, q.input, q.path, q.mail_from, q.mail_date," \
	" q.message_id, q.received, length(r.octets)"
#define TABLES " FROM quarantine q LEFT JOIN raw r ON r.hash = q.raw"

static enum as_err
absent(int64_t id, struct as_why *why)
{
	return as_why_set(why, AS_EABSENT, AS_WHY_NOWHERE,
	    "there is nothing %" PRId64 " in quarantine", id);
}

static struct as_quarantined
columns(struct as_query *q)
{
	return (struct as_quarantined){.id = as_sql_column_int(q, 0),
	    .diagnosis = as_sql_column_text(q, 1),
	    .from = {.input = as_sql_column_text(q, 2),
		.path = as_sql_column_text(q, 3),
		.mail_from = as_sql_column_text(q, 4),
		.mail_date = as_sql_column_text(q, 5),
		.message_id = as_sql_column_text(q, 6),
		.received = as_sql_column_time(q, 7),
		.kept = !as_sql_column_is_null(q, 8),
		.octets = as_sql_column_count(q, 8)}};
}

static enum as_err
give_all(struct as_query *q, size_t most, as_quarantined_fn *fn, void *ctx,
    bool *more, struct as_why *why)
{
	for (size_t i = 0;; i++) {
		struct as_quarantined v;
		bool found;

		AS_TRY(as_sql_row(q, &found, why));
		*more = found && i == most;
		if (!found || *more)
			return AS_OK;
		v = columns(q);
		AS_TRY(fn(ctx, &v));
	}
}

enum as_err
as_quarantine_list(struct as_store *s, int64_t after, size_t most,
    as_quarantined_fn *fn, void *ctx, bool *more, struct as_why *why)
{
	struct as_query *q = NULL;
	enum as_err err = as_sql_prepare(s,
	    "SELECT " COLUMNS TABLES
	    " WHERE q.id < ?1 ORDER BY q.id DESC LIMIT ?2",
	    &q, why);

	if (err == AS_OK) {
		as_sql_bind_int(q, 1, after > 0 ? after : INT64_MAX);
		as_sql_bind_int(q, 2, (int64_t)most + 1);
		err = give_all(q, most, fn, ctx, more, why);
	}
	as_sql_free(q);
	return err;
}

/* The one row of a query of an id. */
static enum as_err
row_of(struct as_store *s, const char *sql, int64_t id, struct as_query **q,
    struct as_why *why)
{
	bool found = false;

	AS_TRY(as_sql_prepare(s, sql, q, why));
	as_sql_bind_int(*q, 1, id);
	AS_TRY(as_sql_row(*q, &found, why));
	return found ? AS_OK : absent(id, why);
}

enum as_err
as_quarantine_find(struct as_store *s, struct as_arena *a, int64_t id,
    struct as_quarantined **out, struct as_why *why)
{
	struct as_quarantined *v = AS_NEW(a, struct as_quarantined);
	struct as_query *q = NULL;
	enum as_err err;

	*out = v;
	if (v == NULL)
		return as_why_no_memory(why);
	err =
	    row_of(s, "SELECT " COLUMNS TABLES " WHERE q.id = ?1", id, &q, why);
	if (err == AS_OK) {
		struct as_str *const texts[] = {&v->diagnosis, &v->from.input,
		    &v->from.path, &v->from.mail_from, &v->from.mail_date,
		    &v->from.message_id};

		*v = columns(q);
		if (!as_texts_keep(a, texts, sizeof(texts) / sizeof(texts[0])))
			err = as_why_no_memory(why);
	}
	as_sql_free(q);
	return err;
}

/* A query of at most one number; 0: none. */
static enum as_err
number_find(struct as_store *s, const char *sql, int64_t bound, int64_t *out,
    struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = false;
	enum as_err err = as_sql_prepare(s, sql, &q, why);

	*out = 0;
	if (err == AS_OK) {
		as_sql_bind_int(q, 1, bound);
		err = as_sql_row(q, &found, why);
	}
	if (err == AS_OK && found)
		*out = as_sql_column_int(q, 0);
	as_sql_free(q);
	return err;
}

enum as_err
as_quarantine_next(
    struct as_store *s, int64_t after, int64_t *out, struct as_why *why)
{
	return number_find(
	    s, "SELECT min(id) FROM quarantine WHERE id > ?1", after, out, why);
}

enum as_err
as_quarantine_last(struct as_store *s, int64_t *out, struct as_why *why)
{
	return number_find(
	    s, "SELECT max(id) FROM quarantine WHERE id > ?1", 0, out, why);
}

enum as_err
as_quarantine_octets(
    struct as_store *s, int64_t id, struct as_buf *out, struct as_why *why)
{
	struct as_query *q = NULL;
	enum as_err err =
	    row_of(s, "SELECT r.octets" TABLES " WHERE q.id = ?1", id, &q, why);

	if (err == AS_OK && as_sql_column_is_null(q, 0))
		err = as_why_set(why, AS_EABSENT, AS_WHY_NOWHERE,
		    "the octets of %" PRId64
		    " were too many to be kept: ingest it anew",
		    id);
	if (err == AS_OK) {
		as_buf_add_str(out, as_sql_column_blob(q, 0));
		if (!as_buf_ok(out))
			err = as_why_no_memory(why);
	}
	as_sql_free(q);
	return err;
}

enum as_err
as_quarantine_drop(struct as_store *s, int64_t id, struct as_why *why)
{
	struct as_query *q = NULL;
	uint64_t n = 0;
	enum as_err err;

	AS_TRY(as_sql_begin_alone(s, why));
	err =
	    as_sql_prepare(s, "DELETE FROM quarantine WHERE id = ?1", &q, why);
	if (err == AS_OK) {
		as_sql_bind_int(q, 1, id);
		err = as_sql_run(q, why);
	}
	if (err == AS_OK)
		err = as_sql_changes(q, &n, why);
	as_sql_free(q);
	return err == AS_OK && n == 0 ? absent(id, why) : err;
}

enum as_err
as_raw_sweep(struct as_store *s, struct as_why *why)
{
	AS_TRY(as_sql_begin_alone(s, why));
	return as_sql_exec(s,
	    "DELETE FROM raw WHERE hash NOT IN"
	    " (SELECT raw FROM report WHERE raw IS NOT NULL)"
	    " AND hash NOT IN (SELECT raw FROM quarantine"
	    " WHERE raw IS NOT NULL)",
	    why);
}
