/*
 * app/tls_run - mail hosts asked, by a sandboxed prober, what TLS they offer at
 * each of their addresses.
 *
 * All at the same time, as far as manners allow (app/politeness): one search at
 * an address, two in a network, four at an operator.
 */
#ifndef AS_APP_TLS_RUN_H
#define AS_APP_TLS_RUN_H

#include "app/fleet.h"
#include "model/tls_report.h"

struct as_tls_target {
	struct as_str host; /* canonical name, or an address */
	bool is_address;
	uint16_t port;
	bool implicit;
};

struct as_tls_run_options {
	const struct as_tls_target *targets;
	size_t n_targets;
	bool deep;
	uint32_t pause_ms;
};

/* Ask; blocks until every address has answered or was given up.  *out, one
 * report a target in their order, lives in the arena.  AS_ESYS: no prober can be
 * started; AS_ENOMEM. */
AS_MUST_USE enum as_err as_tls_run(const struct as_fleet_config *config,
    const struct as_tls_run_options *options, struct as_arena *a,
    struct as_tls_report **out, struct as_why *why);

#endif
