/*
 * store/usage_read - what the store knows of the use of one domain's name.
 */
#ifndef AS_STORE_USAGE_READ_H
#define AS_STORE_USAGE_READ_H

#include "model/usage.h"
#include "store/store.h"

/*
 * Give all that aggregate reports on `domain` (canonical) say of the days `first`
 * to `last` to the sink: the operator's words, reporters, keys, then rows in the
 * order of their reports, one at a time, then the names of their addresses.  A row of several days comes once a day,
 * with its share.  An error of the sink is returned as it is.
 */
AS_MUST_USE enum as_err as_usage_read(struct as_store *s, struct as_str domain,
    int64_t first, int64_t last, const struct as_usage_sink *sink,
    struct as_why *why);

/* The operator says whose mail a source sends; `said` in UTC seconds.  To be
 * committed. */
AS_MUST_USE enum as_err as_usage_word_set(struct as_store *s,
    struct as_str domain, const struct as_usage_word *word, int64_t said,
    struct as_why *why);

/* Take such a word back; AS_EABSENT: there is none.  To be committed. */
AS_MUST_USE enum as_err as_usage_word_drop(struct as_store *s,
    struct as_str domain, struct as_str source, struct as_why *why);

#endif
