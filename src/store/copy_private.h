/*
 * store/copy_private - the rows of a copy.
 */
#ifndef AS_STORE_COPY_PRIVATE_H
#define AS_STORE_COPY_PRIVATE_H

#include "store/copy.h"
#include "store/tables.h"

#define AS_SUM_OCTETS 32

/* All rows of a table, in the order of its key. */
struct as_cursor {
	const struct as_table *table;
	struct as_query *q;
	struct as_arena *a; /* of the row at hand */
	bool found;
};

/* A value; its text is UTF-8 without NUL, whatever the database holds. */
struct as_value {
	bool null;
	int64_t n;
	struct as_str s;
};

AS_MUST_USE enum as_err as_cursor_open(struct as_store *s,
    const struct as_table *t, struct as_cursor *out, struct as_why *why);
AS_MUST_USE enum as_err as_cursor_next(struct as_cursor *c, struct as_why *why);
void as_cursor_close(struct as_cursor *c);

AS_MUST_USE enum as_err as_cursor_value(const struct as_cursor *c, size_t at,
    struct as_value *out, struct as_why *why);

/* Order of the keys of two rows at hand, and are all their values equal? */
AS_MUST_USE enum as_err as_cursors_compare(const struct as_cursor *a,
    const struct as_cursor *b, int *order, bool *same, struct as_why *why);

/* Count and checksum of a table: the sum of the SHA-256 of its rows, whatever
 * their order. */
AS_MUST_USE enum as_err as_table_sum(struct as_store *s,
    const struct as_table *t, uint64_t *rows, uint8_t sum[AS_SUM_OCTETS],
    struct as_why *why);

/* Make the table of `to` that of `from`; commits now and then.  `seen` is
 * another connection to the database of `to`. */
struct as_merge {
	struct as_store *from, *seen, *to;
	const struct as_copy_sink *sink;
};

AS_MUST_USE enum as_err as_merge_table(const struct as_merge *m,
    const struct as_table *t, struct as_copy_table *out, struct as_why *why);

#endif
