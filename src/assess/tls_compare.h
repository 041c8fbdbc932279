/*
 * assess/tls_compare - does a mail host offer the same TLS at each of its
 * addresses?  Senders take whichever answers, so that the worst of them counts.
 */
#ifndef AS_ASSESS_TLS_COMPARE_H
#define AS_ASSESS_TLS_COMPARE_H

#include "assess/tls_verdict.h"

#define AS_TLS_MOST_DIFFERENCES 40 /* told of one address */

/* Fill v->beside, v->differs and v->same by what another address showed.  Only
 * what is known of both differs; what is known of one alone, or remarked of one
 * alone, keeps `same` from being true.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_tls_compare(struct as_arena *a,
    const struct as_tls_verdict *beside, struct as_tls_verdict *v);

#endif
