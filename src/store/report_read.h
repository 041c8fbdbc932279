/*
 * store/report_read - received reports, and what gave none, as the store has them.
 *
 * What is given to a function lives until it returns; an error of it ends the
 * reading and is returned.
 */
#ifndef AS_STORE_REPORT_READ_H
#define AS_STORE_REPORT_READ_H

#include "base/buf.h"
#include "model/received.h"
#include "store/store.h"

/* --- reports --- */

#define AS_MAX_REPORT_OTHERS \
	20 /* named of those that a report is at odds with */

/* Which ones; {0} with no times is all. */
struct as_reports_filter {
	struct as_str domain;   /* canonical: on it */
	struct as_str reporter; /* a part of its name or address, in any case */
	bool has_kind;
	enum as_report_kind kind;
	int64_t from, to; /* that cover some of this time; AS_REPORT_NO_TIME */
	bool conflict;
	int64_t after; /* an id: only those behind it in the list; 0 */
};

typedef enum as_err as_received_fn(void *ctx, const struct as_received *r);
typedef enum as_err as_quarantined_fn(
    void *ctx, const struct as_quarantined *q);

/* At most `most` of them, by the begin of what they cover, the newest first;
 * *more: there are others behind.  AS_EABSENT: there is no report `after`. */
AS_MUST_USE enum as_err as_reports_list(struct as_store *s,
    const struct as_reports_filter *f, size_t most, as_received_fn *fn,
    void *ctx, bool *more, struct as_why *why);

/* One, with all that is known of it but its rows.  AS_EABSENT. */
AS_MUST_USE enum as_err as_report_find(struct as_store *s, struct as_arena *a,
    int64_t id, struct as_received **out, struct as_why *why);

/* At most `most` of its rows, from number `first` on: to `row`; of a TLS report
 * policies with all their failures, of a failure report that failure. */
AS_MUST_USE enum as_err as_report_rows(struct as_store *s,
    const struct as_received *r, uint64_t first, uint64_t most,
    const struct as_report_sink *to, struct as_why *why);

/* --- what gave no report --- */

/* At most `most` of those before the id `after` (0: all), the newest first. */
AS_MUST_USE enum as_err as_quarantine_list(struct as_store *s, int64_t after,
    size_t most, as_quarantined_fn *fn, void *ctx, bool *more,
    struct as_why *why);
AS_MUST_USE enum as_err as_quarantine_find(struct as_store *s,
    struct as_arena *a, int64_t id, struct as_quarantined **out,
    struct as_why *why);

/* The first id above `after`, and the last there is; 0: none. */
AS_MUST_USE enum as_err as_quarantine_next(
    struct as_store *s, int64_t after, int64_t *out, struct as_why *why);
AS_MUST_USE enum as_err as_quarantine_last(
    struct as_store *s, int64_t *out, struct as_why *why);

/* Append its octets.  AS_EABSENT: they were too many to be kept. */
AS_MUST_USE enum as_err as_quarantine_octets(
    struct as_store *s, int64_t id, struct as_buf *out, struct as_why *why);

/* Forget it; its octets go with as_raw_sweep.  To be committed.  AS_EABSENT. */
AS_MUST_USE enum as_err as_quarantine_drop(
    struct as_store *s, int64_t id, struct as_why *why);

/* Drop octets that nothing was made of any more.  To be committed. */
AS_MUST_USE enum as_err as_raw_sweep(struct as_store *s, struct as_why *why);

#endif
