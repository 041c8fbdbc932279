/*
 * assess/rules_caa - what the rules on CAA share.
 */
#ifndef AS_ASSESS_RULES_CAA_H
#define AS_ASSESS_RULES_CAA_H

#include "assess/rules.h"

/* The first CAA set at `name` or above (RFC 8659 3); *out is its answer, or the
 * one that is not known and hides it. */
enum as_found as_caa_set_find(
    const struct as_case *c, struct as_str name, const struct as_answer **out);

#endif
