/*
 * probe/tls_facts - the map of std/tls_plan as facts, with names.
 */
#ifndef AS_PROBE_TLS_FACTS_H
#define AS_PROBE_TLS_FACTS_H

#include "model/tls_report.h"
#include "probe/prober.h"

/* Add what the map holds to `out`.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_tls_facts_fill(struct as_arena *a,
    const struct as_prober_config *config, const struct as_tls_map *map,
    struct as_tls_server *out);

#endif
