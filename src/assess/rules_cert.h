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

/* Which of several certificates of one server: "RSA " or "ECDSA "; else "". */
const char *as_cert_kind(const struct as_host_facts *h);

struct as_str as_cert_day(struct as_say *o, int64_t ms);

/* --- for the gates of assess/tls_gates, too --- */

/* No path was found, and the server did not send the certificate of the one
 * who issued its own: nobody can tell whom to trust. */
bool as_cert_is_alone(const struct as_tls_facts *tls);

/* Its end is nearer than a step: a month, two weeks, a week, or parts of a
 * short life. */
enum as_cert_step { AS_CERT_MONTH, AS_CERT_FORTNIGHT, AS_CERT_WEEK };
bool as_cert_ends_within(
    const struct as_cert *leaf, int64_t now_ms, enum as_cert_step step);

/* Is it signed with an algorithm that can be forged, and does that count? */
bool as_cert_can_be_forged(const struct as_cert *cert);

/* Does it name itself as its issuer? */
bool as_cert_is_self_issued(const struct as_cert *cert);

/* How many bits its key should have at least (RFC 9325 4.5); 0: any. */
uint32_t as_cert_bits_wanted(const struct as_cert *cert);

/* By its extended key usage (RFC 5280 4.2.1.12). */
bool as_cert_is_for_servers(const struct as_cert *leaf);

/* What is wrong with the stapled response, or with its absence, but for a
 * certificate that is revoked; NULL: nothing. */
const char *as_cert_staple_fault(
    const struct as_tls_facts *tls, int64_t now_ms);

#endif
