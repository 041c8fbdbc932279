/*
 * std/dnssec_lint - is a signed zone signed well?  Key tags, algorithms, digests,
 * key sizes, the times of signatures and the parameters of NSEC3.
 *
 * Which algorithms are good stands in the registry of IANA (RFC 9904), and in
 * RFC 9905 for SHA-1; the tables here follow both.  Nothing is verified: that is
 * the resolver's.
 */
#ifndef AS_STD_DNSSEC_LINT_H
#define AS_STD_DNSSEC_LINT_H

#include "std/dnssec_rr.h"

/* Flags of a DNSKEY: RFC 4034 2.1.1, RFC 5011 3. */
#define AS_DNSKEY_ZONE   0x0100u
#define AS_DNSKEY_REVOKE 0x0080u
#define AS_DNSKEY_SEP    0x0001u

enum as_dnssec_rank {
	AS_DNSSEC_RANK_GOOD,   /* recommended */
	AS_DNSSEC_RANK_USABLE, /* works, others are preferred */
	AS_DNSSEC_RANK_RARE,   /* few validators know it; to the others the zone
	                          is unsigned (RFC 4035 5.2) */
	AS_DNSSEC_RANK_SHA1,   /* RFC 9905: must no longer sign, and validators
	                          may treat the zone as unsigned */
	AS_DNSSEC_RANK_BROKEN, /* withdrawn: must not be used */
};

struct as_dnssec_kind {
	uint8_t number;
	enum as_dnssec_rank rank;
	const char *name; /* the mnemonic of the registry */
};

/* The row of an algorithm, or of a digest type; never NULL: numbers that nobody
 * has assigned are RARE. */
const struct as_dnssec_kind *as_dnssec_algorithm(uint32_t number);
const struct as_dnssec_kind *as_dnssec_digest(uint32_t number);

/* RFC 4034 B */
uint16_t as_dnssec_key_tag(const struct as_dns_dnskey *k);

/* May the key sign the zone: a zone key, not revoked, of protocol 3? */
bool as_dnssec_key_signs(const struct as_dns_dnskey *k);

/* Bits of the modulus of an RSA key (RFC 3110 2), or of the curve; 0: not known,
 * or not readable. */
uint32_t as_dnssec_key_bits(const struct as_dns_dnskey *k);
bool as_dnssec_is_rsa(uint32_t algorithm);

/* RSA keys below this are weak (DNSSEC-4). */
#define AS_DNSSEC_RSA_BITS 1280

enum as_ds_fit {
	AS_DS_FITS,
	AS_DS_DIFFERS,
	AS_DS_UNSURE, /* a digest that we cannot compute */
};

/* Is it this key of the zone `owner` (canonical text) that the DS names (RFC
 * 4034 5.1.4)? */
enum as_ds_fit as_dnssec_ds_fit(struct as_str owner, const struct as_dns_ds *ds,
    const struct as_dns_dnskey *k);

/* The SHA-256 digest that a DS record of the key has (RFC 4509 2.1); false: the
 * owner is no name, or memory is out. */
#define AS_DS_SHA256_OCTETS 32
bool as_dnssec_ds_sha256(struct as_str owner, const struct as_dns_dnskey *k,
    uint8_t out[AS_DS_SHA256_OCTETS]);

/* Does a signature end soon: in less than AS_DNSSEC_SOON_MS, and in less than
 * the last third of its life?  Signatures that are made for each answer may
 * live for a day and are never old (DNSSEC-2). */
#define AS_DNSSEC_SOON_MS (INT64_C(3) * 86400 * 1000)
bool as_dnssec_ends_soon(
    int64_t inception_ms, int64_t expiration_ms, int64_t now_ms);

/* More than this many NSEC3 iterations, and validators treat what the zone
 * denies as unsigned (RFC 9276 3.2); 0 is right (RFC 9276 3.1). */
#define AS_NSEC3_ITERATIONS 50

#endif
