/*
 * assess/tls_told_private - one kind of failure, joined with what is seen now.
 */
#ifndef AS_ASSESS_TLS_TOLD_PRIVATE_H
#define AS_ASSESS_TLS_TOLD_PRIVATE_H

#include "assess/tls_told.h"

/* What it means, whether it is there now, and the next step.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_tls_fault_judge(struct as_arena *a,
    const struct as_case *c, const struct as_assessment *seen,
    struct as_tls_fault *f);

#endif
