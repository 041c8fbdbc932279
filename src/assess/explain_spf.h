/*
 * assess/explain_spf - what two files share on SPF records.
 */
#ifndef AS_ASSESS_EXPLAIN_SPF_H
#define AS_ASSESS_EXPLAIN_SPF_H

#include "assess/explainer.h"
#include "std/spf.h"

/* Does an evaluation that matches nothing else reach this term, at the cost of
 * a lookup (RFC 7208 4.6.4)? */
bool as_explain_spf_counts(
    const struct as_spf *spf, const struct as_spf_term *t);

/* What is wrong with terms that can be read. */
void as_explain_spf_lint(struct as_explainer *x, const struct as_spf *spf);

#endif
