/*
 * store/jobs - which domains are to be looked at, and who does it now.
 *
 * One job a domain.  A worker leases a batch, looks without a transaction open,
 * and gives each job back with the time of the next look.  A lease that runs out
 * may be taken by another; the attempt number then tells the first one that it
 * came too late (fencing).  Times are UTC seconds.  All functions that write are
 * to be committed by the caller.
 */
#ifndef AS_STORE_JOBS_H
#define AS_STORE_JOBS_H

#include "base/limits.h"
#include "model/codec.h"
#include "store/store.h"

#define AS_MAX_JOB_BATCH 1000

/* Why it is due. */
#define AS_JOB_REASON_MAP(X) \
	X(AS_JOB_FIRST, "first") \
	X(AS_JOB_ROUTINE, "routine") \
	X(AS_JOB_CONFIRM, "confirm") /* a change is to be seen again */ \
	X(AS_JOB_RETRY, "retry")     /* the last look could not test all */ \
	X(AS_JOB_ASKED, "asked")     /* somebody said: check now */
AS_DECLARE_ENUM(job_reason, AS_JOB_REASON_MAP);

struct as_lease {
	struct as_str domain; /* canonical */
	enum as_job_reason reason;
	int64_t attempt;
	unsigned fails; /* looks in a row that could not test all */
};

/* Called for each; its texts live until it returns. */
typedef enum as_err as_lease_fn(void *ctx, const struct as_lease *lease);

/* Make a job of each domain of the list that has none, due within `spread`
 * seconds from now by a number that depends on its name alone.  *made: how many. */
AS_MUST_USE enum as_err as_jobs_add(struct as_store *s,
    const struct as_str *domains, size_t n, int64_t now, int64_t spread,
    uint64_t *made, struct as_why *why);

/* Make jobs of the domains of the estate that have none, due ten a second, but all
 * within `spread` seconds; drop those of domains that were removed from it. */
AS_MUST_USE enum as_err as_jobs_follow(
    struct as_store *s, int64_t now, int64_t spread, struct as_why *why);

/* The domain is no longer watched. */
AS_MUST_USE enum as_err as_job_drop(
    struct as_store *s, struct as_str domain, struct as_why *why);

/* Lease at most n jobs that are due, those that were asked for first, until
 * now + seconds.  Commit before the work begins. */
AS_MUST_USE enum as_err as_jobs_lease(struct as_store *s, struct as_str worker,
    int64_t now, int64_t seconds, size_t n, as_lease_fn *fn, void *ctx,
    struct as_why *why);

/* How often in a row a look of this job could not test all.  AS_EABSENT: the lease
 * is not this attempt's. */
AS_MUST_USE enum as_err as_job_fails(struct as_store *s, struct as_str domain,
    int64_t attempt, unsigned *fails, struct as_why *why);

/* Give a job back that was looked at now; the next look is due at `next`.  AS_EABSENT: the lease was
 * lost to another attempt, whose answer counts; nothing is changed. */
AS_MUST_USE enum as_err as_job_done(struct as_store *s,
    const struct as_lease *lease, int64_t now, int64_t next,
    enum as_job_reason reason, unsigned fails, struct as_why *why);

/* Give all jobs of a worker back that it will not do any more. */
AS_MUST_USE enum as_err as_jobs_release(
    struct as_store *s, struct as_str worker, struct as_why *why);

/* Somebody wants it looked at now.  Refused (*due: when it may be) within
 * `floor` seconds of the last look.  AS_EABSENT: it is not watched. */
AS_MUST_USE enum as_err as_job_ask(struct as_store *s, struct as_str domain,
    int64_t now, int64_t floor, int64_t *due, struct as_why *why);

struct as_jobs_sum {
	uint64_t jobs, due, leased;
	int64_t oldest_due; /* AS_REPORT_NO_TIME: nothing is due */
};
AS_MUST_USE enum as_err as_jobs_count(struct as_store *s, int64_t now,
    struct as_jobs_sum *out, struct as_why *why);

#endif
