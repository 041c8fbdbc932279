/*
 * std/rsa_weak - RSA moduli that give their factors away.
 */
#ifndef AS_STD_RSA_WEAK_H
#define AS_STD_RSA_WEAK_H

#include <openssl/bn.h>
#include <stdbool.h>

#include "base/err.h"

/* libcrypto verifies with no longer modulus. */
#define AS_RSA_BITS_MOST 16384

/*
 * *weak is NULL or says what is wrong with an odd modulus of at most
 * AS_RSA_BITS_MOST bits: a small prime
 * divides it, its form is that of CVE-2017-15361 (ROCA), or its factors are so
 * close that Fermat's method finds them in a few steps (CVE-2022-26320).
 * AS_ENOMEM when libcrypto has none.
 */
AS_MUST_USE enum as_err as_rsa_weak(const BIGNUM *n, const char **weak);

#endif
