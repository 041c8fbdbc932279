/*
 * probe/visit_facts - what a visit of net/smtp gave, as facts.
 */
#ifndef AS_PROBE_VISIT_FACTS_H
#define AS_PROBE_VISIT_FACTS_H

#include "model/facts.h"
#include "net/smtp.h"

/* Texts are shared with the view.  NULL: no memory. */
struct as_smtp_facts *as_visit_smtp_facts(
    struct as_arena *a, const struct as_smtp_view *v) AS_MUST_USE;

/* What a view holds goes into `f`; false: no memory. */
bool as_tls_view_facts(struct as_arena *a, const struct as_tls_view *t,
    struct as_tls_facts *f) AS_MUST_USE;

/* Of the handshake. */
struct as_tls_facts *as_visit_tls_facts(
    struct as_arena *a, const struct as_smtp_view *v) AS_MUST_USE;

/* Of a visit with `inject`. */
enum as_slipped as_visit_slipped(const struct as_smtp_view *v);
/* Those of the records that may authenticate a server (RFC 7672 3.1) go into
 * the target.  False: no memory. */
bool as_visit_tlsa_set(struct as_arena *a, const struct as_rr_tlsa *list,
    size_t n, struct as_smtp_target *target) AS_MUST_USE;

#endif
