/*
 * std/dh_prime - whose Diffie-Hellman prime is it?
 *
 * A prime that many servers share is worth breaking once for all of them, so a
 * known one has to be large (RFC 9325 4.5); one that nobody knows may not be
 * safe at all.  The table data/dh-primes.tsv knows primes by the SHA-256 of
 * their octets without leading zeros.
 */
#ifndef AS_STD_DH_PRIME_H
#define AS_STD_DH_PRIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define AS_DH_CLASS_MAP(X) \
	X(SAFE, "safe", "a safe prime of a standard") \
	X(SHARED, "shared", "a safe prime that a program came with") \
	X(SUBGROUP, "subgroup", "not a safe prime") \
	X(WEAK, "weak", "a shared prime that is too short")

enum as_dh_class {
#define AS_DH_CLASS_ENUM(code, word, text) AS_DH_##code,
	AS_DH_CLASS_MAP(AS_DH_CLASS_ENUM)
#undef AS_DH_CLASS_ENUM
};

struct as_dh_prime {
	struct as_str name;
	enum as_dh_class class;
	uint32_t bits;
};

const char *as_dh_class_name(enum as_dh_class c); /* "shared" */
const char *as_dh_class_text(enum as_dh_class c);

/* Look for the prime, most significant octet first, in the table.  False: not
 * there, or it is empty.  The name is a slice of the table. */
bool as_dh_prime_find(
    struct as_str table, struct as_str prime, struct as_dh_prime *out);

#endif
