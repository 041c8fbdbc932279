/*
 * app/tls_run - one mail host asked, by sandboxed probers, what TLS it offers at
 * each of its addresses.
 */
#ifndef AS_APP_TLS_RUN_H
#define AS_APP_TLS_RUN_H

#include "app/fleet.h"
#include "model/tls_report.h"

struct as_tls_run_options {
	struct as_str host; /* canonical name, or an address */
	bool is_address;
	uint16_t port;
	bool implicit, deep;
	uint32_t pause_ms;
};

/* Ask; blocks until every address has answered or was given up.  *out lives in
 * the arena.  AS_ESYS: no prober can be started; AS_ENOMEM. */
AS_MUST_USE enum as_err as_tls_run(const struct as_fleet_config *config,
    const struct as_tls_run_options *options, struct as_arena *a,
    struct as_tls_report **out, struct as_why *why);

#endif
