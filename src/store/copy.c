#include "store/copy.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "store/copy_private.h"
#include "store/engine.h"

#include "base/banned.h"

/* While a copy is unfinished, this table of the other database says of what. */
#define MARK "copying"

struct copy {
	const char *from_where, *to_where;
	struct as_arena *a;
	struct as_tables *tables;
	struct as_str from_name; /* for people, and to know it again */
	struct as_merge m;
	const struct as_copy_sink *sink;
};

/* --- the mark --- */

/* One number or text; false: no row.  Text lives in the arena. */
static enum as_err
one_get(struct copy *c, struct as_store *s, const char *sql, bool *found,
    struct as_str *out, struct as_why *why)
{
	struct as_query *q = NULL;
	enum as_err err = as_sql_prepare(s, sql, &q, why);

	*found = false;
	if (err == AS_OK)
		err = as_sql_row(q, found, why);
	if (err == AS_OK && *found) {
		*out = as_str_dup(c->a, as_sql_column_text(q, 0));
		if (as_str_is_null(*out))
			err = as_why_no_memory(why);
	}
	as_sql_free(q);
	return err;
}

static enum as_err
mark_make(struct copy *c, struct as_why *why)
{
	struct as_query *q = NULL;
	enum as_err err;

	AS_TRY(as_sql_begin(c->m.to, why));
	AS_TRY(c->m.to->engine->define(c->m.to,
	    "CREATE TABLE " MARK "(source TEXT PRIMARY KEY) STRICT", why));
	err =
	    as_sql_prepare(c->m.to, "INSERT INTO " MARK " VALUES(?1)", &q, why);
	if (err == AS_OK) {
		as_sql_bind_text(q, 1, c->from_name);
		err = as_sql_run(q, why);
	}
	if (err == AS_OK)
		err = as_store_commit(c->m.to, why);
	as_sql_free(q);
	return err;
}

static enum as_err
empty_check(struct copy *c, const struct as_table *t, struct as_why *why)
{
	struct as_str row = AS_STR_NULL;
	char sql[120];
	bool found;

	(void)snprintf(sql, sizeof(sql),
	    "SELECT 'there is one' FROM \"%.60s\" LIMIT 1", t->name);
	AS_TRY(one_get(c, c->m.to, sql, &found, &row, why));
	return found ? as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
			   "%.150s holds data (%s), and no unfinished copy: "
			   "copy into an empty database",
			   as_store_shown(c->a, c->to_where), t->name)
		     : AS_OK;
}

/* Is it a copy of ours, or empty? */
static enum as_err
mark_check(struct copy *c, bool *resumed, struct as_why *why)
{
	struct as_str source = AS_STR_NULL;

	*resumed = false;
	AS_TRY(as_store_copy_mark(c->a, c->m.to, &source, why));
	if (!as_str_is_null(source)) {
		*resumed = as_str_eq(source, c->from_name);
		return *resumed ? AS_OK
				: as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
				      "it holds an unfinished copy of "
				      "%.150s: finish that one first",
				      source.p);
	}
	for (size_t i = 0; i < c->tables->n; i++)
		AS_TRY(empty_check(c, &c->tables->v[i], why));
	return mark_make(c, why);
}

enum as_err
as_store_copy_mark(struct as_arena *a, struct as_store *s, struct as_str *out,
    struct as_why *why)
{
	struct copy c = {.a = a};
	bool found;

	*out = AS_STR_NULL;
	AS_TRY(s->engine->has_table(s, MARK, &found, why));
	if (!found)
		return AS_OK;
	AS_TRY(one_get(&c, s, "SELECT source FROM " MARK, &found, out, why));
	return AS_OK;
}

/* --- the end --- */

static enum as_err
ids_follow(struct copy *c, struct as_why *why)
{
	AS_TRY(as_sql_begin(c->m.to, why));
	for (size_t i = 0; i < c->tables->n; i++)
		if (as_table_has_id(&c->tables->v[i]))
			AS_TRY(c->m.to->engine->ids_follow(
			    c->m.to, c->tables->v[i].name, why));
	AS_TRY(as_sql_exec(c->m.to, "DROP TABLE " MARK, why));
	return as_store_commit(c->m.to, why);
}

static void
hex_put(char out[AS_COPY_SUM_CHARS + 1], const uint8_t sum[AS_SUM_OCTETS])
{
	for (size_t i = 0; i < AS_SUM_OCTETS; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

/* Both sides are read again. */
static enum as_err
table_check(struct copy *c, const struct as_table *t,
    struct as_copy_table *done, struct as_why *why)
{
	uint8_t a[AS_SUM_OCTETS], b[AS_SUM_OCTETS];
	uint64_t there;

	AS_TRY(as_table_sum(c->m.from, t, &done->rows, a, why));
	AS_TRY(as_table_sum(c->m.seen, t, &there, b, why));
	if (done->rows != there || memcmp(a, b, sizeof(a)) != 0)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "the copy of %s is not equal: %llu rows here, %llu there; "
		    "does somebody else write to it?",
		    t->name, (unsigned long long)done->rows,
		    (unsigned long long)there);
	hex_put(done->sum, a);
	return c->sink->table != NULL ? c->sink->table(c->sink->ctx, done)
				      : AS_OK;
}

static enum as_err
tables_copy(struct copy *c, struct as_why *why)
{
	struct as_copy_table *done =
	    as_arena_array(c->a, c->tables->n, sizeof(*done));

	if (done == NULL)
		return as_why_no_memory(why);
	for (size_t i = 0; i < c->tables->n; i++)
		AS_TRY(as_merge_table(&c->m, &c->tables->v[i], &done[i], why));
	for (size_t i = 0; i < c->tables->n; i++)
		AS_TRY(table_check(c, &c->tables->v[i], &done[i], why));
	return ids_follow(c, why);
}

/* --- the copy --- */

static enum as_err
open_all(struct copy *c, struct as_why *why)
{
	AS_TRY(as_store_open(c->from_where, true, &c->m.from, why));
	AS_TRY(as_store_open(c->to_where, false, &c->m.to, why));
	AS_TRY(as_store_open(c->to_where, true, &c->m.seen, why));
	c->from_name = as_str_from(as_store_shown(c->a, c->from_where));
	return c->from_name.p != NULL ? AS_OK : as_why_no_memory(why);
}

static enum as_err
copy(struct copy *c, bool *resumed, struct as_why *why)
{
	AS_TRY(as_tables_read(c->a, &c->tables, why));
	AS_TRY(open_all(c, why));
	AS_TRY(mark_check(c, resumed, why));
	AS_TRY(as_sql_begin_snapshot(c->m.from, false, why));
	return tables_copy(c, why);
}

enum as_err
as_store_copy(const char *from, const char *to, const struct as_copy_sink *sink,
    bool *resumed, struct as_why *why)
{
	struct copy c = {.from_where = from,
	    .to_where = to,
	    .a = as_arena_new(AS_MAX_FRAME_OCTETS),
	    .sink = sink,
	    .m.sink = sink};
	enum as_err err =
	    c.a != NULL ? copy(&c, resumed, why) : as_why_no_memory(why);

	as_store_close(c.m.from);
	as_store_close(c.m.to);
	as_store_close(c.m.seen);
	as_arena_free(c.a);
	return err;
}
