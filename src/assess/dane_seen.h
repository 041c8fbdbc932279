/*
 * assess/dane_seen - the TLSA records of a mail host against the certificates
 * that visits saw.
 *
 * A server may have several certificates, at its addresses and for senders that
 * ask for other algorithms: each handshake is judged on its own.
 */
#ifndef AS_ASSESS_DANE_SEEN_H
#define AS_ASSESS_DANE_SEEN_H

#include "assess/case.h"

/* The n-th finished handshake of a visit; NULL: there are no more. */
const struct as_tls_facts *as_visit_handshake(
    const struct as_host_facts *h, size_t n);

struct as_dane_cert as_dane_cert_of(const struct as_cert *cert);

enum as_dane_seen {
	AS_DANE_SEEN_MATCH,
	AS_DANE_SEEN_OUTRANKED, /* matches only a digest that senders pass over
	                           for a stronger one (RFC 7671 9) */
	AS_DANE_SEEN_NAME, /* usage 2 vouches for it, but its names are others */
	AS_DANE_SEEN_OTHER, /* no record stands for it */
	AS_DANE_SEEN_CUT,   /* unknown: not all records were kept */
	AS_DANE_SEEN_OPEN,  /* unknown: they were not compared */
};

/* What the records in force make of one handshake (DANE-4, DANE-5). */
enum as_dane_seen as_dane_see(const struct as_case *c, const struct as_mx *m,
    const struct as_tls_facts *tls);

/* Does the usable record i stand for a certificate that a visit saw?  UNSURE:
 * not all that the server has was seen. */
enum as_tri as_dane_record_used(const struct as_mx *m, size_t i);

/* How many keys the visits saw, up to 2; *all: at every address. */
size_t as_dane_keys_seen(const struct as_mx *m, bool *all);

/* The names one of which a usage 2 certificate needs (RFC 7672 3.2.2): that of
 * the TLSA records and the mail domain's, alias resolved or not.  At most 3. */
size_t as_dane_names(
    const struct as_case *c, const struct as_mx *m, struct as_str names[3]);

#endif
