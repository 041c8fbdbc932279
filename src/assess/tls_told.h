/*
 * assess/tls_told - the failures that TLS reports tell of, in plain words, each
 * beside what the prober sees now.
 *
 * Pure: sums of reports come in through a sink; what is seen now comes as the
 * findings on the domain, or not at all.
 */
#ifndef AS_ASSESS_TLS_TOLD_H
#define AS_ASSESS_TLS_TOLD_H

#include "assess/case.h"
#include "model/tls_told.h"

/* Does the prober see the same fault now? */
#define AS_TLS_NOW_MAP(X) \
	X(AS_TLS_NOW_NOT_ASKED, "not-asked") \
	X(AS_TLS_NOW_SAME, "same") \
	X(AS_TLS_NOW_GONE, "not-seen") \
	X(AS_TLS_NOW_UNKNOWN, "unknown")   /* it could not be tested */ \
	X(AS_TLS_NOW_NO_MX, "no-such-mx")  /* the server is in no MX record */ \
	X(AS_TLS_NOW_NOTHING, "not-there") /* what it speaks of is not there */
AS_DECLARE_ENUM(tls_now, AS_TLS_NOW_MAP);

#define AS_TLS_TOLD_NAMES 4 /* of reporters, kept */

/* One kind of failure at one mail server. */
struct as_tls_fault {
	struct as_str result; /* RFC 8460 4.3, or as the reporter has it */
	struct as_str mx;     /* lower case; empty: not told */
	bool known;           /* the result is one of RFC 8460 4.3 */
	uint64_t sessions;
	struct as_str who[AS_TLS_TOLD_NAMES]; /* most sessions first */
	size_t reporters;
	struct as_str policy; /* "sts", "tlsa"; of most sessions */
	struct as_str reason, ip;
	int64_t first, last; /* day */
	struct as_str means; /* a sentence */
	enum as_tls_now now;
	const struct as_finding *finding; /* that shows it now, or NULL */
	struct as_str next;               /* the next step, a sentence */
};

struct as_tls_told {
	struct as_str domain;
	int64_t from, to;            /* the window: days */
	struct as_tls_fault *faults; /* most sessions first */
	size_t n;
	struct as_tls_told_total *totals;
	size_t n_totals;
	uint64_t successes, failures; /* sessions, in all */
	uint64_t told;                /* of the failures, those with details */
};

struct as_tls_told_work;
AS_MUST_USE enum as_err as_tls_told_begin(struct as_arena *a,
    struct as_str domain, int64_t from, int64_t to,
    struct as_tls_told_work **out);
struct as_tls_told_sink as_tls_told_take(struct as_tls_told_work *w);

/* All was given.  `c` and `seen` are the domain as the prober sees it, or both
 * NULL.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_tls_told_end(struct as_tls_told_work *w,
    const struct as_case *c, const struct as_assessment *seen,
    struct as_tls_told **out);

#endif
