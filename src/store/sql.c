#include "store/sql.h"

#include "store/engine.h"

#include "base/banned.h"

enum as_err
as_sql_exec(struct as_store *s, const char *sql, struct as_why *why)
{
	return s->engine->exec(s, sql, why);
}

enum as_err
as_sql_prepare(struct as_store *s, const char *sql, struct as_query **out,
    struct as_why *why)
{
	*out = NULL;
	return s->engine->prepare(s, sql, out, why);
}

void
as_sql_free(struct as_query *q)
{
	if (q != NULL)
		q->s->engine->free(q);
}

enum as_err
as_sql_begin(struct as_store *s, struct as_why *why)
{
	if (s->in_transaction)
		return AS_OK;
	AS_TRY(s->engine->begin(s, why));
	s->in_transaction = true;
	s->is_alone = false;
	return AS_OK;
}

enum as_err
as_sql_begin_alone(struct as_store *s, struct as_why *why)
{
	AS_TRY(as_sql_begin(s, why));
	if (!s->is_alone)
		AS_TRY(s->engine->alone(s, why));
	s->is_alone = true;
	return AS_OK;
}

enum as_err
as_sql_begin_snapshot(struct as_store *s, bool scratch, struct as_why *why)
{
	as_store_rollback(s);
	AS_TRY(s->engine->begin_snapshot(s, scratch, why));
	s->in_transaction = true;
	return AS_OK;
}

bool
as_sql_is_begun(const struct as_store *s)
{
	return s->in_transaction;
}

enum as_err
as_sql_run(struct as_query *q, struct as_why *why)
{
	return q->s->engine->run(q, why);
}

enum as_err
as_sql_row(struct as_query *q, bool *found, struct as_why *why)
{
	*found = false;
	return q->s->engine->row(q, found, why);
}

void
as_sql_reset(struct as_query *q)
{
	q->s->engine->reset(q);
}

enum as_err
as_sql_changes(struct as_query *q, uint64_t *out, struct as_why *why)
{
	*out = 0;
	return q->s->engine->changes(q, out, why);
}

/* --- parameters --- */

void
as_sql_bind_text(struct as_query *q, int at, struct as_str s)
{
	if (as_str_is_null(s))
		q->s->engine->bind_null(q, at);
	else
		q->s->engine->bind_text(q, at, s);
}

void
as_sql_bind_blob(struct as_query *q, int at, const void *p, size_t n)
{
	if (p == NULL)
		q->s->engine->bind_null(q, at);
	else
		q->s->engine->bind_blob(q, at, p, n);
}

void
as_sql_bind_int(struct as_query *q, int at, int64_t n)
{
	q->s->engine->bind_int(q, at, n);
}

void
as_sql_bind_null(struct as_query *q, int at)
{
	q->s->engine->bind_null(q, at);
}

void
as_sql_bind_count(struct as_query *q, int at, uint64_t n)
{
	if (n == AS_REPORT_NO_COUNT)
		q->s->engine->bind_null(q, at);
	else
		q->s->engine->bind_int(
		    q, at, n > INT64_MAX ? INT64_MAX : (int64_t)n);
}

void
as_sql_bind_time(struct as_query *q, int at, int64_t t)
{
	if (t == AS_REPORT_NO_TIME)
		q->s->engine->bind_null(q, at);
	else
		q->s->engine->bind_int(q, at, t);
}

/* --- columns --- */

struct as_str
as_sql_column_text(struct as_query *q, int at)
{
	return q->s->engine->column_text(q, at);
}

struct as_str
as_sql_column_blob(struct as_query *q, int at)
{
	return q->s->engine->column_blob(q, at);
}

int64_t
as_sql_column_int(struct as_query *q, int at)
{
	return q->s->engine->column_int(q, at);
}

uint64_t
as_sql_column_count(struct as_query *q, int at)
{
	int64_t n = as_sql_column_int(q, at);

	return n > 0 ? (uint64_t)n : 0;
}

int64_t
as_sql_column_time(struct as_query *q, int at)
{
	return as_sql_column_is_null(q, at) ? AS_REPORT_NO_TIME
					    : as_sql_column_int(q, at);
}

bool
as_sql_column_is_null(struct as_query *q, int at)
{
	return q->s->engine->column_is_null(q, at);
}

enum as_err
as_sql_next_id(
    struct as_store *s, const char *table, int64_t *out, struct as_why *why)
{
	return s->engine->next_id(s, table, out, why);
}
