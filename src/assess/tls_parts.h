/*
 * assess/tls_parts - the parts that a verdict on TLS is made of.
 */
#ifndef AS_ASSESS_TLS_PARTS_H
#define AS_ASSESS_TLS_PARTS_H

#include "assess/tls_verdict.h"

/* What each document says of v->server; AS_ENOMEM. */
AS_MUST_USE enum as_err as_tls_readings_make(struct as_arena *a,
    const struct as_tls_judge_ask *ask, struct as_tls_verdict *v);

/* What to change so that v->remarks go away; AS_ENOMEM. */
AS_MUST_USE enum as_err as_tls_changes_make(
    struct as_arena *a, struct as_tls_verdict *v);

bool as_tls_remarked(const struct as_tls_verdict *v, const char *id);

#endif
