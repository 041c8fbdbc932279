/*
 * std/dnssec_rr - record data of DNSSEC (RFC 4034, RFC 5155).
 *
 * Readers beside those of std/dns_wire, with the same promises: hostile input,
 * every length checked, memory from the arena only.
 */
#ifndef AS_STD_DNSSEC_RR_H
#define AS_STD_DNSSEC_RR_H

#include "std/dns_wire.h"

/* RFC 4034 2.1 */
struct as_dns_dnskey {
	uint16_t flags;
	uint8_t protocol;
	uint8_t algorithm;
	struct as_str key; /* raw octets */
};
AS_MUST_USE enum as_err as_dns_read_dnskey(struct as_arena *a,
    const struct as_dns_msg *m, const struct as_dns_rr *rr,
    struct as_dns_dnskey *out, struct as_why *why);

/* RFC 4034 5.1 */
struct as_dns_ds {
	uint16_t key_tag;
	uint8_t algorithm;
	uint8_t digest_type;
	struct as_str digest; /* raw octets */
};
AS_MUST_USE enum as_err as_dns_read_ds(struct as_arena *a,
    const struct as_dns_msg *m, const struct as_dns_rr *rr,
    struct as_dns_ds *out, struct as_why *why);

/* RFC 4034 3.1; the signature itself is not kept. */
struct as_dns_rrsig {
	uint16_t covered; /* the type that is signed */
	uint8_t algorithm;
	uint32_t expiration, inception; /* serial numbers of seconds, 3.1.5 */
	uint16_t key_tag;
	struct as_str signer;
};
AS_MUST_USE enum as_err as_dns_read_rrsig(struct as_arena *a,
    const struct as_dns_msg *m, const struct as_dns_rr *rr,
    struct as_dns_rrsig *out, struct as_why *why);

/* RFC 5155 4.2 */
struct as_dns_nsec3param {
	uint8_t hash;
	uint8_t flags;
	uint16_t iterations;
	struct as_str salt; /* raw octets */
};
AS_MUST_USE enum as_err as_dns_read_nsec3param(struct as_arena *a,
    const struct as_dns_msg *m, const struct as_dns_rr *rr,
    struct as_dns_nsec3param *out, struct as_why *why);

/* A time of an RRSIG in milliseconds since 1970: of all that fit, the one that
 * is nearest to `near_ms` (RFC 4034 3.1.5, RFC 1982 3.2). */
int64_t as_dns_rrsig_ms(uint32_t time, int64_t near_ms);

#endif
