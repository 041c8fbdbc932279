/*
 * base/ip - IPv4 and IPv6 addresses and prefixes as values.
 */
#ifndef AS_BASE_IP_H
#define AS_BASE_IP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct as_ip {
	uint8_t len;   /* 4 or 16; 0 means none */
	uint8_t b[16]; /* network order */
};

struct as_prefix {
	struct as_ip ip;
	uint8_t bits;
};

#define AS_IP_TEXT 46 /* octets that any address needs as text, with NUL */

/* Text without brackets, zone or prefix.  AS_ESYNTAX when it is neither. */
AS_MUST_USE enum as_err as_ip_parse(struct as_str text, struct as_ip *out);

/* "192.0.2.0/24", "2001:db8::/32", or an address alone (its full length). */
AS_MUST_USE enum as_err as_prefix_parse(
    struct as_str text, struct as_prefix *out);

/* Canonical text (RFC 5952) into buf of AS_IP_TEXT octets; returns buf. */
const char *as_ip_text(const struct as_ip *ip, char buf[AS_IP_TEXT]);

#define AS_IP_REVERSE 73 /* "f." 32 times, "ip6.arpa" and NUL */

/* The name that PTR records stand at (RFC 1035 3.5, RFC 3596 2.5); returns
 * buf. */
const char *as_ip_reverse(const struct as_ip *ip, char buf[AS_IP_REVERSE]);

/* The IPv4 address inside an IPv4-mapped, NAT64 or 6to4 one; else ip itself. */
struct as_ip as_ip_inner(const struct as_ip *ip);

bool as_ip_eq(const struct as_ip *a, const struct as_ip *b);
bool as_prefix_has(const struct as_prefix *p, const struct as_ip *ip);

/*
 * The special-purpose range that holds ip, or NULL for an address of the public
 * internet.  The ranges are those of the IANA registries (RFC 6890) and
 * multicast.  IPv4-mapped, NAT64 and 6to4 addresses are judged by the IPv4
 * address inside; other IPv6 outside 2000::/3 is reserved.  The text names the
 * range: "private use (RFC 1918)".
 */
const char *as_ip_special(const struct as_ip *ip);

/* The special-purpose range that holds all of the prefix, or NULL: that of
 * 10.0.0.0/7 is none, as half of it is public. */
const char *as_prefix_special(const struct as_prefix *p);

#endif
