/*
 * probe/prober_open - what all jobs of a prober share: loop, resolver, trust
 * store, made before the sandbox is entered.
 */
#ifndef AS_PROBE_PROBER_OPEN_H
#define AS_PROBE_PROBER_OPEN_H

#include "probe/probe.h"

/* Descriptors that a prober may have open. */
uint64_t as_prober_descriptors(void);

/* config is set, the rest NULL.  as_prober_close also after an error. */
AS_MUST_USE enum as_err as_prober_open(
    struct as_probe *shared, struct as_why *why);
void as_prober_close(struct as_probe *shared);

#endif
