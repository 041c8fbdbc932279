/*
 * assess/verdicts - the verdicts of an assessment in a form to keep and compare.
 *
 * One line for a rule and its subject; the addresses of a mail server are one
 * subject, since they come and go.  The line has the worst verdict; one that is
 * unknown beside others that are well is unknown.
 */
#ifndef AS_ASSESS_VERDICTS_H
#define AS_ASSESS_VERDICTS_H

#include "model/event.h"

/* What passed and what does not apply has a line too.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_verdicts_of(struct as_arena *a,
    const struct as_assessment *as, struct as_verdicts *out);

/* NULL: there is no such line. */
const struct as_verdict_line *as_verdicts_find(
    const struct as_verdicts *v, struct as_str rule, struct as_str subject);

#endif
