/*
 * app/look - one look at one domain: for commands that go on with its facts.
 */
#ifndef AS_APP_LOOK_H
#define AS_APP_LOOK_H

#include "app/fleet.h"

/* Ask the net about a domain as the fleet's settings say, with progress on a
 * terminal; the facts live in the arena.  AS_ENOMEM; what as_fleet_run returns. */
AS_MUST_USE enum as_err as_look(const struct as_fleet_config *fleet,
    struct as_str domain, struct as_arena *a, struct as_facts **out,
    struct as_why *why);

#endif
