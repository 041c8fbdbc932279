/*
 * app/fleet_plan - what a domain's own facts call for next.
 */
#ifndef AS_APP_FLEET_PLAN_H
#define AS_APP_FLEET_PLAN_H

#include "app/hosts.h"
#include "model/facts.h"

struct as_fleet_target {
	struct as_str name;
	struct as_str address;
};

/*
 * The (mail host, address) pairs to visit, each once: those of the MX records;
 * without any, those of the domain itself (RFC 5321 5.1); none for null MX (RFC
 * 7505) or when the MX is not known.  At most AS_MAX_HOST_ADDRESSES of a host
 * and AS_MAX_DOMAIN_VISITS in all.
 */
AS_MUST_USE enum as_err as_fleet_targets(struct as_arena *a,
    const struct as_domain_facts *facts, struct as_fleet_target **out,
    size_t *n);

/* Is there a policy to fetch?  Not for a name that does not exist, nor for one
 * that takes no mail and has no `_mta-sts` record. */
bool as_fleet_wants_policy(const struct as_domain_facts *facts);

struct as_fleet_claim {
	struct as_claim claim; /* first */
	void *ctx;
};

/* The facts of finished visits, by name, then address. */
AS_MUST_USE enum as_err as_fleet_hosts(struct as_arena *a,
    const struct as_fleet_claim *claims, size_t n, struct as_host_facts **out,
    size_t *n_out);

#endif
