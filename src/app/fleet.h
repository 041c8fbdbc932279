/*
 * app/fleet - the parent of the probers: domains in, bundles of facts out.
 *
 * Keeps `window` domains in flight over `probers` processes.  For each domain:
 * its own job, then one job for each (mail host, address) that nobody asked for
 * in this run yet - others wait for the same visit - then the policy job.
 * Holds the manners of design 7: one session at a time to an address, two to a
 * /24 or /48, four to an operator, those with policy hosts among them.  A prober that dies loses nothing: the jobs it held are tried
 * again one by one, each alone in a fresh prober, and the one that kills
 * it is answered with outcome prober-crashed; one that outlives its deadline is
 * ended by the parent and answered prober-stuck.
 *
 * Memory is bounded by the window and by AS_MAX_HOST_CACHE, not by the number
 * of domains.
 */
#ifndef AS_APP_FLEET_H
#define AS_APP_FLEET_H

#include "app/politeness.h"
#include "probe/job.h"
#include "probe/prober.h"

struct as_fleet_config {
	struct as_prober_config prober;
	/* as_prober_main; a test puts its own here. */
	int (*prober_main)(const struct as_prober_config *config, int fd);
	unsigned probers;     /* processes; 0: one a core */
	unsigned window;      /* domains in flight; 0: 200 a prober */
	unsigned per_address; /* sessions at a time; 0: 1 */
	unsigned per_network; /* to a /24 or /48; 0: 2 */
	unsigned
	    per_operator; /* to mail hosts of one registered domain; 0: 4 */
	const void *psl; /* public suffix list, which tells who operates a host,
	                    or NULL: then nobody is known */
	uint32_t job_ms; /* what a prober may take over one job before it is
	                    ended; 0: its deadlines and AS_JOB_GRACE_MS */
	unsigned cpu_s;  /* what a prober may use up without an answer; 0:
	                   AS_PROBER_CPU_S */
	bool only_dns;
	bool each_server;  /* ask name servers one by one */
	bool tls_matrix;   /* ask mail servers for all of their TLS */
	uint32_t pause_ms; /* between the connections of that */
	const struct as_str *selectors; /* given by the user */
	size_t n_selectors;
};

enum as_fleet_next {
	AS_FLEET_NEXT,  /* here is one */
	AS_FLEET_LATER, /* there may be one at the next tick */
	AS_FLEET_END,   /* there are no more; not asked again */
};

struct as_fleet_events {
	/* Next domain, canonical.  The text must live until the next call.
	 * Must not wait: everything else would. */
	enum as_fleet_next (*next)(void *ctx, struct as_str *domain);
	/* One domain is finished; `facts` dies with the call. */
	void (*done)(void *ctx, const struct as_facts *facts);
	/* How old a visit of a mail server may be that this domain shares, in
	 * milliseconds; may be NULL: those of this run are all shared. */
	uint32_t (*host_age)(void *ctx, struct as_str domain);
	/* About four times a second, for progress; may be NULL. */
	void (*tick)(void *ctx, unsigned in_flight);
	void *ctx;
};

/* The manners that the configuration asks for. */
struct as_manners as_fleet_manners(const struct as_fleet_config *config);

/* Run until next says no and all is done.  AS_ESYS, AS_ENOMEM when no prober
 * can be started at all; why says what. */
AS_MUST_USE enum as_err as_fleet_run(const struct as_fleet_config *config,
    const struct as_fleet_events *events, struct as_why *why);

#endif
