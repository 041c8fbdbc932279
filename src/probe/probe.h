/*
 * probe/probe - one subject becomes facts: domain, host, policy; or a list of
 * questions becomes answers: lookup.
 *
 * Each start function begins one probe; fn runs exactly once, from the loop,
 * never before start has returned, unless the probe is cancelled.  The facts in
 * `done` live in the arena given to start, which must outlive the callback: the
 * probe's own state lies there too.  Every probe ends: its questions, its visit
 * and its fetch have deadlines (as_job_limit_ms is their sum).
 */
#ifndef AS_PROBE_PROBE_H
#define AS_PROBE_PROBE_H

#include "net/direct.h"
#include "net/https.h"
#include "net/loop.h"
#include "net/tls.h"
#include "probe/job.h"
#include "probe/prober.h"

/* What all probes of a process share. */
struct as_probe {
	const struct as_prober_config *config;
	struct as_loop *loop;
	struct as_dns *dns;
	struct as_direct *direct;
	struct as_tls *tls;
	struct as_https *https;
	struct as_arena *scratch; /* reset at any callback */
};

/* A running probe. */
struct as_probing {
	void (*cancel)(struct as_probing *p);
};

typedef void as_probe_fn(void *ctx, const struct as_job_done *done);

/* NULL: no memory, or a job without a question.  `job` must live as long as the arena. */
typedef struct as_probing *as_probe_start(const struct as_probe *p,
    struct as_arena *a, const struct as_job *job, as_probe_fn *fn, void *ctx);

as_probe_start as_probe_domain_start AS_MUST_USE;
as_probe_start as_probe_host_start AS_MUST_USE;
as_probe_start as_probe_policy_start AS_MUST_USE;
as_probe_start as_probe_lookup_start AS_MUST_USE;
as_probe_start as_probe_tls_start AS_MUST_USE;

/* May this address be connected to?  NULL, or the special-purpose range that
 * forbids it (design 7). */
const char *as_probe_forbidden(
    const struct as_prober_config *config, const struct as_ip *ip);

/* Is it an address of this machine, and not allowed?  Nothing is wrong with the
 * domain then; but nobody aims us at ourselves. */
bool as_probe_is_own(
    const struct as_prober_config *config, const struct as_ip *ip);

#endif
