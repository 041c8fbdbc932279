/*
 * A schema of SQLite in memory, made as any other one is, says what tables there
 * are: no list has to be kept.
 */
#include "store/tables.h"

#include <string.h>

#include "base/banned.h"

static enum as_err
column_read(struct as_arena *a, struct as_query *q, struct as_table *t,
    struct as_why *why)
{
	struct as_column *c = &t->columns[t->n];
	struct as_str type = as_sql_column_text(q, 1);
	int64_t key = as_sql_column_int(q, 2);

	if (t->n == AS_MAX_COLUMNS || key > AS_MAX_COLUMNS)
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "%.40s has too many columns", t->name);
	c->name = as_str_dup(a, as_sql_column_text(q, 0)).p;
	c->type = as_str_is(type, "INTEGER") ? AS_COLUMN_INT
	    : as_str_is(type, "BLOB")        ? AS_COLUMN_BLOB
					     : AS_COLUMN_TEXT;
	if (key > 0) {
		t->keys[key - 1] = t->n;
		t->n_keys++;
	}
	t->n++;
	return c->name != NULL ? AS_OK : as_why_no_memory(why);
}

static enum as_err
columns_read(struct as_arena *a, struct as_query *q, struct as_table *t,
    struct as_why *why)
{
	bool found = true;

	as_sql_bind_text(q, 1, as_str_from(t->name));
	for (;;) {
		AS_TRY(as_sql_row(q, &found, why));
		if (!found)
			break;
		AS_TRY(column_read(a, q, t, why));
	}
	as_sql_reset(q);
	if (t->n_keys == 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "%.40s has no key", t->name);
	return AS_OK;
}

static enum as_err
names_read(struct as_arena *a, struct as_query *q, struct as_tables *all,
    struct as_why *why)
{
	bool found = true;

	for (;;) {
		AS_TRY(as_sql_row(q, &found, why));
		if (!found)
			return AS_OK;
		if (all->n == AS_MAX_TABLES)
			return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
			    "there are too many tables");
		all->v[all->n].name = as_str_dup(a, as_sql_column_text(q, 0)).p;
		if (all->v[all->n++].name == NULL)
			return as_why_no_memory(why);
	}
}

static enum as_err
schema_read(struct as_arena *a, struct as_store *s, struct as_tables *all,
    struct as_why *why)
{
	struct as_query *names = NULL, *columns = NULL;
	enum as_err err = as_sql_prepare(s,
	    "SELECT name FROM sqlite_master WHERE type = 'table' AND"
	    " substr(name, 1, 7) <> 'sqlite_' ORDER BY rowid",
	    &names, why);

	if (err == AS_OK)
		err = names_read(a, names, all, why);
	if (err == AS_OK)
		err = as_sql_prepare(s,
		    "SELECT name, type, pk FROM pragma_table_info(?1)"
		    " ORDER BY cid",
		    &columns, why);
	for (size_t i = 0; err == AS_OK && i < all->n; i++)
		err = columns_read(a, columns, &all->v[i], why);
	as_sql_free(names);
	as_sql_free(columns);
	return err;
}

enum as_err
as_tables_read(struct as_arena *a, struct as_tables **out, struct as_why *why)
{
	struct as_store *s;
	enum as_err err;

	*out = AS_NEW(a, struct as_tables);
	if (*out == NULL)
		return as_why_no_memory(why);
	AS_TRY(as_store_open(":memory:", false, &s, why));
	err = schema_read(a, s, *out, why);
	as_store_close(s);
	return err;
}

static void
name_put(struct as_buf *b, const struct as_column *c, bool first)
{
	as_buf_printf(b, "%s\"%s\"", first ? "" : ", ", c->name);
}

void
as_table_columns_put(struct as_buf *b, const struct as_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		name_put(b, &t->columns[i], i == 0);
}

void
as_table_keys_put(struct as_buf *b, const struct as_table *t)
{
	for (size_t i = 0; i < t->n_keys; i++)
		name_put(b, &t->columns[t->keys[i]], i == 0);
}

bool
as_table_has_id(const struct as_table *t)
{
	const struct as_column *c = &t->columns[t->keys[0]];

	return t->n_keys == 1 && c->type == AS_COLUMN_INT &&
	    strcmp(c->name, "id") == 0;
}
