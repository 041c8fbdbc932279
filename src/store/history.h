/*
 * store/history - what was seen at each subject, and how it was judged, over time.
 *
 * A look that sees what the last one saw only makes the run longer: it costs the
 * times of its answers (model/volatile), not a document.  Documents are kept once
 * in store/docs.  A look that is older than the last one is not kept.
 *
 * Times are UTC seconds.  What is written is to be committed by the caller.
 */
#ifndef AS_STORE_HISTORY_H
#define AS_STORE_HISTORY_H

#include "model/history.h"
#include "store/docs.h"

struct as_history;

AS_MUST_USE enum as_err as_history_open(struct as_store *s,
    struct as_docs *docs, struct as_history **out, struct as_why *why);
void as_history_close(struct as_history *h); /* accepts NULL */

/* --- writing --- */

/* A look at a domain, with its hosts and its policy. */
AS_MUST_USE enum as_err as_history_keep(
    struct as_history *h, const struct as_facts *facts, struct as_why *why);

/* How it was judged. */
AS_MUST_USE enum as_err as_history_judged(struct as_history *h,
    struct as_str domain, const struct as_verdicts *v, int64_t at,
    struct as_why *why);

/* One subject's document, as it stays, and what of it does not. */
AS_MUST_USE enum as_err as_history_look(struct as_history *h,
    struct as_str subject, struct as_str still, struct as_str side, int64_t at,
    struct as_why *why);

/* --- reading --- */

/* The facts of a domain as they were known at a time: of the last look of the run
 * that had begun by then.  AS_EABSENT: there was none; AS_ESYNTAX: what is kept is
 * damaged. */
AS_MUST_USE enum as_err as_history_facts(struct as_history *h,
    struct as_arena *a, struct as_str domain, int64_t at, struct as_facts **out,
    struct as_history_run *run, struct as_why *why);

/* The same of the verdicts. */
AS_MUST_USE enum as_err as_history_verdicts(struct as_history *h,
    struct as_arena *a, struct as_str domain, int64_t at,
    struct as_verdicts **out, struct as_verdict_run *run, struct as_why *why);

/* What is read goes there, and dies with the call; an error ends the reading. */
typedef enum as_err as_run_take(void *ctx, const struct as_history_run *r);
typedef enum as_err as_verdict_take(void *ctx, const struct as_verdict_run *r);
typedef enum as_err as_state_take(void *ctx, const struct as_state *s);
typedef enum as_err as_overview_take(
    void *ctx, const struct as_overview_row *r);

/* The runs of a subject ("domain:NAME"), and of the verdicts on a domain, in the
 * order of time. */
AS_MUST_USE enum as_err as_history_runs(struct as_history *h,
    struct as_str subject, as_run_take *take, void *ctx, struct as_why *why);
AS_MUST_USE enum as_err as_history_verdict_runs(struct as_history *h,
    struct as_str domain, as_verdict_take *take, void *ctx, struct as_why *why);

/* How each domain stands, in the order of names; and how many stand alike. */
AS_MUST_USE enum as_err as_history_states(
    struct as_history *h, as_state_take *take, void *ctx, struct as_why *why);
AS_MUST_USE enum as_err as_history_overview(struct as_history *h,
    as_overview_take *take, void *ctx, struct as_why *why);

#endif
