/*
 * assess/last_known - what is known of a domain when some of the last look at it
 * failed.
 *
 * A resolver's or network's fault is no change, and what changes behind one must
 * not be missed: the look after it has to be compared with what was known before.
 * So watching compares not two looks, but what was known after each.
 */
#ifndef AS_ASSESS_LAST_KNOWN_H
#define AS_ASSESS_LAST_KNOWN_H

#include "model/event.h"
#include "model/facts.h"

/* `now`, and where it says that something could not be tested, `before`.  Parts
 * are shared with both, which must live as long.  A bogus answer is a fact, and
 * stays.  Without anything to take over, *out is `now` itself.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_last_known(struct as_arena *a,
    const struct as_facts *before, const struct as_facts *now,
    const struct as_facts **out);

/* The same of verdicts: an unknown one is replaced by that of before. */
AS_MUST_USE enum as_err as_last_verdicts(struct as_arena *a,
    const struct as_verdicts *before, const struct as_verdicts *now,
    struct as_verdicts *out);

#endif
