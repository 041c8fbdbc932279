/*
 * One table becomes another: both are read in the order of their key, and what
 * differs is written.
 */
#include "base/buf.h"
#include "store/copy_private.h"

#include "base/banned.h"

#define SQL_OCTETS    ((size_t)8192)
#define COMMIT_ROWS   5000
#define COMMIT_OCTETS ((size_t)16 * 1024 * 1024)
#define TOLD_ROWS     10000

struct merge {
	const struct as_merge *m;
	const struct as_table *t;
	struct as_cursor from, seen;
	struct as_query *insert, *drop;
	size_t rows, octets; /* since the last commit */
	struct as_copy_table *done;
};

/* --- statements --- */

static enum as_err
insert_prepare(struct merge *x, struct as_buf *sql, struct as_why *why)
{
	as_buf_printf(sql, "INSERT INTO \"%s\"(", x->t->name);
	as_table_columns_put(sql, x->t);
	for (size_t i = 0; i < x->t->n; i++)
		as_buf_printf(
		    sql, "%s?%zu", i == 0 ? ") VALUES(" : ", ", i + 1);
	as_buf_add(sql, ")", 2);
	return as_buf_ok(sql)
	    ? as_sql_prepare(x->m->to, sql->p, &x->insert, why)
	    : as_why_no_memory(why);
}

static enum as_err
drop_prepare(struct merge *x, struct as_buf *sql, struct as_why *why)
{
	as_buf_reset(sql);
	as_buf_printf(sql, "DELETE FROM \"%s\"", x->t->name);
	for (size_t i = 0; i < x->t->n_keys; i++)
		as_buf_printf(sql, "%s\"%s\" = ?%zu",
		    i == 0 ? " WHERE " : " AND ",
		    x->t->columns[x->t->keys[i]].name, i + 1);
	as_buf_add(sql, "", 1);
	return as_buf_ok(sql) ? as_sql_prepare(x->m->to, sql->p, &x->drop, why)
			      : as_why_no_memory(why);
}

static enum as_err
prepare(struct merge *x, struct as_why *why)
{
	struct as_buf sql;
	enum as_err err;

	as_buf_init(&sql, SQL_OCTETS);
	err = insert_prepare(x, &sql, why);
	if (err == AS_OK)
		err = drop_prepare(x, &sql, why);
	as_buf_fini(&sql);
	return err;
}

/* --- rows --- */

static enum as_err
bind(struct merge *x, struct as_query *q, int at, const struct as_cursor *c,
    size_t column, struct as_why *why)
{
	struct as_value v;

	AS_TRY(as_cursor_value(c, column, &v, why));
	x->octets += v.s.n;
	if (v.null)
		as_sql_bind_null(q, at);
	else if (x->t->columns[column].type == AS_COLUMN_INT)
		as_sql_bind_int(q, at, v.n);
	else if (x->t->columns[column].type == AS_COLUMN_BLOB)
		as_sql_bind_blob(q, at, v.s.p, v.s.n);
	else
		as_sql_bind_text(q, at, v.s);
	return AS_OK;
}

static enum as_err
insert(struct merge *x, struct as_why *why)
{
	AS_TRY(as_sql_begin(x->m->to, why));
	for (size_t i = 0; i < x->t->n; i++)
		AS_TRY(bind(x, x->insert, (int)i + 1, &x->from, i, why));
	x->rows++;
	return as_sql_run(x->insert, why);
}

static enum as_err
drop(struct merge *x, struct as_why *why)
{
	AS_TRY(as_sql_begin(x->m->to, why));
	for (size_t i = 0; i < x->t->n_keys; i++)
		AS_TRY(
		    bind(x, x->drop, (int)i + 1, &x->seen, x->t->keys[i], why));
	x->rows++;
	return as_sql_run(x->drop, why);
}

static enum as_err
pace(struct merge *x, struct as_why *why)
{
	const struct as_copy_sink *sink = x->m->sink;

	if (sink->progress != NULL && x->done->rows % TOLD_ROWS == 0)
		sink->progress(sink->ctx, x->t->name, x->done->rows);
	if (x->rows < COMMIT_ROWS && x->octets < COMMIT_OCTETS)
		return AS_OK;
	x->rows = x->octets = 0;
	return as_store_commit(x->m->to, why);
}

/* One step of the one that is behind, or of both. */
static enum as_err
advance(struct merge *x, struct as_why *why)
{
	int order = x->from.found ? -1 : 1;
	bool same = false;

	if (x->from.found && x->seen.found)
		AS_TRY(
		    as_cursors_compare(&x->from, &x->seen, &order, &same, why));
	if (order > 0 || (order == 0 && !same))
		AS_TRY(drop(x, why));
	if (order < 0 || (order == 0 && !same))
		AS_TRY(insert(x, why));
	x->done->added += order < 0;
	x->done->dropped += order > 0;
	x->done->changed += order == 0 && !same;
	x->done->rows += order <= 0;
	if (order >= 0)
		AS_TRY(as_cursor_next(&x->seen, why));
	if (order <= 0)
		AS_TRY(as_cursor_next(&x->from, why));
	return pace(x, why);
}

static enum as_err
merge(struct merge *x, struct as_why *why)
{
	AS_TRY(as_cursor_open(x->m->from, x->t, &x->from, why));
	AS_TRY(as_cursor_open(x->m->seen, x->t, &x->seen, why));
	AS_TRY(prepare(x, why));
	AS_TRY(as_cursor_next(&x->from, why));
	AS_TRY(as_cursor_next(&x->seen, why));
	while (x->from.found || x->seen.found)
		AS_TRY(advance(x, why));
	return as_store_commit(x->m->to, why);
}

enum as_err
as_merge_table(const struct as_merge *m, const struct as_table *t,
    struct as_copy_table *out, struct as_why *why)
{
	struct merge x = {.m = m, .t = t, .done = out};
	enum as_err err;

	*out = (struct as_copy_table){.name = t->name};
	err = merge(&x, why);
	as_sql_free(x.insert);
	as_sql_free(x.drop);
	as_cursor_close(&x.from);
	as_cursor_close(&x.seen);
	return err;
}
