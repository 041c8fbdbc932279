/*
 * store/verify_private - the parts of a verification.
 */
#ifndef AS_STORE_VERIFY_PRIVATE_H
#define AS_STORE_VERIFY_PRIVATE_H

#include "store/verify.h"

/* Are octets what their names say: raw and doc?  *n counts them. */
AS_MUST_USE enum as_err as_verify_octets(
    struct as_store *s, uint64_t *n, struct as_why *why);

#endif
