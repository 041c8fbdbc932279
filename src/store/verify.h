/*
 * store/verify - does what the database holds fit together?
 *
 * Its pages (SQLite's integrity_check; a PostgreSQL server answers for its own),
 * what points to what, octets by their SHA-256, counts of reports by their rows,
 * and all sums, which are made again of the rows.  It is seen as it was at one
 * moment, also while others write; nothing is changed.
 */
#ifndef AS_STORE_VERIFY_H
#define AS_STORE_VERIFY_H

#include "store/store.h"

struct as_verified {
	uint64_t reports, octets; /* looked at */
	uint64_t sums;
};

/* AS_ESYNTAX: it does not; why names the first fault. */
AS_MUST_USE enum as_err as_store_verify_all(
    struct as_store *s, struct as_verified *out, struct as_why *why);

#endif
