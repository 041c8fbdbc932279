/*
 * assess/rules_cert - what the files of the rules on certificates share.
 */
#ifndef AS_ASSESS_RULES_CERT_H
#define AS_ASSESS_RULES_CERT_H

#include "assess/rules.h"

/* The leaf, when TLS went well; else what the judge returns, in *got. */
const struct as_cert *as_cert_leaf(
    struct as_say *o, const struct as_host_facts *h, enum as_judged *got);

/* DANE vouches for this very certificate, whatever its names and dates say
 * (RFC 7672 3.1.1): then senders with DANE are content. */
bool as_cert_dane_vouches(const struct as_mx *m, const struct as_host_facts *h);

struct as_str as_cert_day(struct as_say *o, int64_t ms);

/* No path was found, and the server did not send the certificate of the one
 * who issued its own: nobody can tell whom to trust. */
bool as_cert_is_alone(const struct as_host_facts *h);

#endif
