/*
 * app/whatif - facts as they would be were a fix published.
 *
 * The records of the fix are a zone file, read as --zone is; each answer of the
 * facts is taken again from there, by the same code that reads those of the
 * net.  What the fix does not touch stays as it was seen, signatures and all:
 * the zone will be signed as it is today.
 */
#ifndef AS_APP_WHATIF_H
#define AS_APP_WHATIF_H

#include "assess/fix.h"
#include "net/zone.h"

/*
 * `zones` holds the records of the fix alone.  `more` (may be NULL) are facts of
 * the domain gathered with them: what was not asked before is taken from there.
 * AS_ENOMEM.
 */
AS_MUST_USE enum as_err as_whatif_make(struct as_arena *a,
    const struct as_facts *facts, const struct as_fix *fix,
    struct as_zones *zones, const struct as_domain_facts *more,
    struct as_facts **out);

#endif
