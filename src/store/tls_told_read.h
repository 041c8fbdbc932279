/*
 * store/tls_told_read - what the store knows of the TLS of one domain.
 */
#ifndef AS_STORE_TLS_TOLD_READ_H
#define AS_STORE_TLS_TOLD_READ_H

#include "model/tls_told.h"
#include "store/store.h"

/* Give all that TLS reports on `domain` (canonical) say of the days `first` to
 * `last`: rows, most sessions first, then totals.  An error of the sink is
 * returned as it is. */
AS_MUST_USE enum as_err as_tls_told_read(struct as_store *s,
    struct as_str domain, int64_t first, int64_t last,
    const struct as_tls_told_sink *sink, struct as_why *why);

#endif
