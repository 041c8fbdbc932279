/*
 * probe/cert_facts - certificates of net/tls as facts.
 */
#ifndef AS_PROBE_CERT_FACTS_H
#define AS_PROBE_CERT_FACTS_H

#include "model/facts.h"
#include "net/tls.h"

/* Texts and names are shared with `from`.  NULL on no memory, or for none. */
struct as_cert *as_cert_facts(
    struct as_arena *a, const struct as_tls_cert *from, size_t n) AS_MUST_USE;

#endif
