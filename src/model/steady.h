/*
 * model/steady - facts without what is another at every look.
 *
 * Two looks at a domain that has not changed give equal steady facts, so that they
 * are stored once: times, durations and counts of tries are 0, the vantage is
 * absent, a selector made up at random is "random", and of a banner, where many
 * servers put the number of the session, its first word is left.
 */
#ifndef AS_MODEL_STEADY_H
#define AS_MODEL_STEADY_H

#include "model/facts.h"

/* A copy; NULL: no memory. */
struct as_facts *as_facts_steady(
    struct as_arena *a, const struct as_facts *facts) AS_MUST_USE;

/* The time of a look, put into steady facts that were stored without. */
void as_facts_date(struct as_facts *facts, int64_t at_ms);

#endif
