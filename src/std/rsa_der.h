/*
 * std/rsa_der - an RSA key as DER in its one usual form.
 */
#ifndef AS_STD_RSA_DER_H
#define AS_STD_RSA_DER_H

#include "base/str.h"

/* The numbers of a SubjectPublicKeyInfo (RFC 5280 4.1, RFC 8017 A.1.1) in
 * distinguished encoding, big-endian, as parts of `der`.  False: it is
 * anything else, perhaps a key all the same. */
bool as_rsa_der_read(struct as_str der, struct as_str *n, struct as_str *e);

#endif
