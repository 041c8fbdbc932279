/*
 * std/dkim_key - the DKIM key record (RFC 6376 3.6.1, RFC 8301, RFC 8463).
 */
#ifndef AS_STD_DKIM_KEY_H
#define AS_STD_DKIM_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "std/reading.h"

#define AS_DKIM_HASH_OCTETS 32

enum as_dkim_alg { AS_DKIM_RSA, AS_DKIM_ED25519, AS_DKIM_OTHER };

struct as_dkim_key {
	enum as_dkim_alg alg;
	struct as_str k;   /* as written; "rsa" when absent */
	uint32_t bits;     /* modulus of RSA, 256 of Ed25519, 0 when revoked */
	uint32_t exponent; /* RSA; 0 when over 32 bits; 1 signs nothing: anyone
	                      can make such signatures (DKIM-7) */
	const char *weak;  /* RSA: NULL, or why the modulus is known to give
	                      its factors away (std/rsa_weak) */
	bool pkcs1;        /* RSA: a bare RSAPublicKey, the letter of RFC 6376,
	                      where verifiers mostly expect the usual wrapping */
	bool revoked;      /* p= is empty (DKIM-3) */
	bool testing;      /* t=y */
	bool strict;       /* t=s */
	bool sha1_only;    /* h= is there and does not name sha256: unusable
	                      (DKIM-5, RFC 8301 3.1) */
	bool for_email;    /* s= absent, "*" or holds "email" */
	bool for_tlsrpt;   /* s= absent, "*" or holds "tlsrpt" */
	bool has_g;        /* the tag g of RFC 4871, abolished by RFC 6376 */
	struct as_str g;   /* its value */
	struct as_str key; /* decoded octets of p */
	/* RSA and Ed25519: of the SubjectPublicKeyInfo, however p wraps the
	 * key, so equal keys have equal hashes (DKIM-11). */
	uint8_t sha256[AS_DKIM_HASH_OCTETS];
};

/* Where the key of a selector stands (DKIM-1), and the name that all of them
 * stand below.  AS_STR_NULL: no memory. */
struct as_str as_dkim_key_name(
    struct as_arena *a, struct as_str selector, struct as_str domain);
struct as_str as_dkim_keys_name(struct as_arena *a, struct as_str domain);

/* Does this TXT set out to be a DKIM key ("v=DKIM1" or a p= tag)? */
bool as_dkim_key_is_like(struct as_str txt);

/*
 * AS_EVERSION: v is there and is not first or not DKIM1; AS_ESYNTAX: tag list
 * or p not readable, key not a key (why: place and clause); AS_ELIMIT: more
 * tags, or a longer key, than anyone can use.  A key of another type than RSA
 * and Ed25519 gives AS_OK with AS_DKIM_OTHER; verifiers ignore it.
 */
AS_MUST_USE enum as_err as_dkim_key_parse(struct as_arena *a, struct as_str txt,
    struct as_dkim_key **out, struct as_why *why);

/* The same for people (std/reading): *out comes with faults too, as far as it
 * was read, but for AS_ENOMEM. */
AS_MUST_USE enum as_err as_dkim_key_read(struct as_arena *a, struct as_str txt,
    struct as_reading *rd, struct as_dkim_key **out, struct as_why *why);

/* The hash in hexadecimal; AS_STR_NULL: no memory. */
struct as_str as_dkim_key_hash_text(
    struct as_arena *a, const struct as_dkim_key *k);

#endif
