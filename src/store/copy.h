/*
 * store/copy - all of one database into another, of either engine.
 *
 * The other one is empty, or holds an unfinished copy of the same: what is there
 * is compared row by row, and only what differs is written, so that a copy that
 * was ended at any point is taken up where it was.  At the end all is read again
 * on both sides, and counts and checksums of each table are compared.
 *
 * The source is seen as it was at one moment, also while others write to it.
 */
#ifndef AS_STORE_COPY_H
#define AS_STORE_COPY_H

#include "store/store.h"

#define AS_COPY_SUM_CHARS 64

/* What came of one table. */
struct as_copy_table {
	const char *name;
	uint64_t rows;                    /* that both have */
	uint64_t added, changed, dropped; /* written by this run */
	char sum[AS_COPY_SUM_CHARS + 1];  /* of the SHA-256 of each row */
};

struct as_copy_sink {
	void *ctx;
	/* Each table, once it was compared.  May be NULL. */
	enum as_err (*table)(void *ctx, const struct as_copy_table *t);
	/* Rows read of one that is being copied; now and then.  May be NULL. */
	void (*progress)(void *ctx, const char *table, uint64_t rows);
};

/* *resumed: it was begun before.  AS_EINVAL: the other one holds something else;
 * AS_ESYNTAX: it is not equal at the end. */
AS_MUST_USE enum as_err as_store_copy(const char *from, const char *to,
    const struct as_copy_sink *sink, bool *resumed, struct as_why *why);

#endif
