/*
 * assess/axes - letters by gates, the phase and the next step.
 */
#ifndef AS_ASSESS_AXES_H
#define AS_ASSESS_AXES_H

#include "assess/say.h"

/* What a gate hangs on: it is shut when one of the rules came to `floor` or
 * worse.  `roles` is a set of bits 1 << enum as_role. */
struct as_gate {
	enum as_axis_id axis;
	char grade; /* of a domain that is stopped here */
	unsigned roles;
	const char *sentence; /* what blocks the next letter */
	enum as_verdict floor;
	const char *rules[12]; /* ended by NULL */
};

/* All gates, worst letter first within an axis; for the documentation. */
const struct as_gate *as_gates(size_t *n);

/* results: one a rule, in catalogue order.  Fills axes, phase, next_step. */
AS_MUST_USE enum as_err as_axes_eval(const struct as_case *c,
    const struct as_result *results, struct as_assessment *out);

#endif
