/*
 * probe/tls_facts - the map of std/tls_plan as facts, with names.
 */
#ifndef AS_PROBE_TLS_FACTS_H
#define AS_PROBE_TLS_FACTS_H

#include "model/tls_report.h"
#include "net/smtp.h"
#include "probe/prober.h"

struct as_tls_facts_ask {
	const struct as_prober_config *config;
	struct as_tls *tls;
	const struct as_smtp_target *target; /* its name and TLSA records */
	const struct as_tls_map *map;
	int64_t now_ms; /* for dates on the path of TLSA records */
};

/* Add what the map holds to `out`.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_tls_facts_fill(struct as_arena *a,
    const struct as_tls_facts_ask *ask, struct as_tls_server *out);

#endif
