/*
 * store/tables - what tables there are, read from the schema itself.
 */
#ifndef AS_STORE_TABLES_H
#define AS_STORE_TABLES_H

#include "base/buf.h"
#include "store/sql.h"

#define AS_MAX_TABLES  64
#define AS_MAX_COLUMNS 48

enum as_column_type { AS_COLUMN_INT, AS_COLUMN_TEXT, AS_COLUMN_BLOB };

struct as_column {
	const char *name;
	enum as_column_type type;
};

struct as_table {
	const char *name;
	struct as_column columns[AS_MAX_COLUMNS];
	size_t n;
	size_t keys[AS_MAX_COLUMNS]; /* columns, in the order of the key */
	size_t n_keys;
};

struct as_tables {
	struct as_table v[AS_MAX_TABLES];
	size_t n;
};

/* Those of this version of the schema, in the order in which they were made;
 * into the arena.  AS_EINVAL: one has no key. */
AS_MUST_USE enum as_err as_tables_read(
    struct as_arena *a, struct as_tables **out, struct as_why *why);

/* Append `"a", "b"`: all columns, or those of the key. */
void as_table_columns_put(struct as_buf *b, const struct as_table *t);
void as_table_keys_put(struct as_buf *b, const struct as_table *t);

/* Does the database number the rows, in a column `id`? */
bool as_table_has_id(const struct as_table *t);

#endif
