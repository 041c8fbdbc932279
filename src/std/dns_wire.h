/*
 * std/dns_wire - reading a DNS message (RFC 1035 4.1, RFC 3597, RFC 6698).
 *
 * Opens one message, walks its answer section and reads the RDATA of the types
 * that mail needs.  The input is hostile: compression pointers only go back,
 * every length is checked, and nothing is allocated but from the arena.
 */
#ifndef AS_STD_DNS_WIRE_H
#define AS_STD_DNS_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/ip.h"
#include "base/str.h"

/* One row a type: enum suffix, number, text. */
#define AS_RRTYPE_MAP(X) \
	X(A, 1, "A") \
	X(NS, 2, "NS") \
	X(CNAME, 5, "CNAME") \
	X(SOA, 6, "SOA") \
	X(PTR, 12, "PTR") \
	X(MX, 15, "MX") \
	X(TXT, 16, "TXT") \
	X(AAAA, 28, "AAAA") \
	X(DNAME, 39, "DNAME") \
	X(DS, 43, "DS") \
	X(RRSIG, 46, "RRSIG") \
	X(NSEC, 47, "NSEC") \
	X(DNSKEY, 48, "DNSKEY") \
	X(NSEC3PARAM, 51, "NSEC3PARAM") \
	X(TLSA, 52, "TLSA") \
	X(NXNAME, 128, "NXNAME") \
	X(CAA, 257, "CAA")

enum as_rrtype {
#define AS_RRTYPE_ENUM(name, number, text) AS_RR_##name = number,
	AS_RRTYPE_MAP(AS_RRTYPE_ENUM)
#undef AS_RRTYPE_ENUM
};

/* "MX"; NULL for a type that is not in the table. */
const char *as_rrtype_text(uint16_t type);

/* Number of a type by its text (any case); AS_EABSENT if not in the table. */
AS_MUST_USE enum as_err as_rrtype_parse(struct as_str text, uint16_t *out);

struct as_dns_msg {
	const uint8_t *p;
	size_t n;
	uint8_t rcode; /* the low four bits (RFC 1035 4.1.1) */
	bool tc;
	bool aa;
	uint16_t answers;   /* as the header claims */
	uint16_t authority; /* records of the authority section, too */
	size_t at;          /* where the next record starts */
	uint16_t read;      /* records handed out */
};

struct as_dns_rr {
	struct as_str owner; /* lower case, no final dot; "." is the root */
	uint16_t type;
	uint16_t class_;
	uint32_t ttl;
	size_t rdata_at; /* offset in the message, for as_dns_read_* */
	uint16_t rdata_n;
};

/* Check the header and skip the question.  AS_ESYNTAX with why on damage;
 * AS_ELIMIT when it is longer than a DNS message can be. */
AS_MUST_USE enum as_err as_dns_msg_open(
    const uint8_t *p, size_t n, struct as_dns_msg *out, struct as_why *why);

/* Next record of the answer section.  AS_EABSENT at its end (why untouched);
 * AS_ESYNTAX on damage, AS_ELIMIT past AS_MAX_RRS_PER_ANSWER (records read
 * before stay good; asking again gives the same). */
AS_MUST_USE enum as_err as_dns_msg_next(struct as_arena *a,
    struct as_dns_msg *m, struct as_dns_rr *out, struct as_why *why);

/* Once the answer section was read to its end: go on with the authority section,
 * which then takes its place in m.  AS_EINVAL before that end. */
AS_MUST_USE enum as_err as_dns_msg_authority(struct as_dns_msg *m);

/* A name in RDATA at offset *at, which moves behind it (the caller compares it
 * with the end of the RDATA).  Text form: lower case, no final dot, "." for the
 * root; octets that are not letters, digits, hyphen or underscore are escaped
 * as \DDD, a dot inside a label as \046. */
AS_MUST_USE enum as_err as_dns_read_name(struct as_arena *a,
    const struct as_dns_msg *m, size_t *at, struct as_str *out,
    struct as_why *why);

AS_MUST_USE enum as_err as_dns_read_ip(const struct as_dns_msg *m,
    const struct as_dns_rr *rr, struct as_ip *out, struct as_why *why);

AS_MUST_USE enum as_err as_dns_read_mx(struct as_arena *a,
    const struct as_dns_msg *m, const struct as_dns_rr *rr,
    uint16_t *preference, struct as_str *exchange, struct as_why *why);

/* The character-strings joined without separator (RFC 7208 3.3), at most
 * AS_MAX_TXT_OCTETS (AS_ELIMIT past it); *strings counts them. */
AS_MUST_USE enum as_err as_dns_read_txt(struct as_arena *a,
    const struct as_dns_msg *m, const struct as_dns_rr *rr,
    struct as_str *joined, uint16_t *strings, struct as_why *why);

/* The length of each character-string of a TXT, an octet each: how the text is
 * parted.  AS_ESYNTAX, AS_ENOMEM. */
AS_MUST_USE enum as_err as_dns_read_txt_lengths(struct as_arena *a,
    const struct as_dns_msg *m, const struct as_dns_rr *rr, struct as_str *out,
    struct as_why *why);

/* The serial of a SOA (RFC 1035 3.3.13); untouched on damage.  Its names are read
 * into the arena and forgotten. */
AS_MUST_USE enum as_err as_dns_read_soa(struct as_arena *a,
    const struct as_dns_msg *m, const struct as_dns_rr *rr, uint32_t *serial,
    struct as_why *why);

struct as_dns_tlsa {
	uint8_t usage;
	uint8_t selector;
	uint8_t matching;
	struct as_str data; /* raw octets */
};
AS_MUST_USE enum as_err as_dns_read_tlsa(struct as_arena *a,
    const struct as_dns_msg *m, const struct as_dns_rr *rr,
    struct as_dns_tlsa *out, struct as_why *why);

struct as_dns_caa {
	uint8_t flags;
	struct as_str tag;
	struct as_str value;
};
AS_MUST_USE enum as_err as_dns_read_caa(struct as_arena *a,
    const struct as_dns_msg *m, const struct as_dns_rr *rr,
    struct as_dns_caa *out, struct as_why *why);

/* Does an NSEC record list the type (RFC 4034 4.1.2)?  Its name is read into the
 * arena and forgotten. */
AS_MUST_USE enum as_err as_dns_read_nsec(struct as_arena *a,
    const struct as_dns_msg *m, const struct as_dns_rr *rr, uint16_t type,
    bool *listed, struct as_why *why);

#endif
