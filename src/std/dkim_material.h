/*
 * std/dkim_material - the octets of p as a key (RFC 6376 3.6.1, RFC 8463 4.2).
 *
 * A part of std/dkim_key.
 */
#ifndef AS_STD_DKIM_MATERIAL_H
#define AS_STD_DKIM_MATERIAL_H

#include "std/dkim_key.h"
#include "std/tag_list.h"

/* Read k->key by k->alg, which is RSA or Ed25519, into the rest of *k.  `p` is
 * its tag, for the place of a fault; `cut` is added to what is said of a key
 * that ends early.  AS_ESYNTAX, AS_ELIMIT, AS_ENOMEM. */
AS_MUST_USE enum as_err as_dkim_material_read(struct as_dkim_key *k,
    const struct as_tag *p, const char *cut, struct as_why *why);

#endif
