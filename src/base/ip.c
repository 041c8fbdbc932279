#include "base/ip.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum as_err
as_ip_parse(struct as_str text, struct as_ip *out)
{
	char buf[AS_IP_TEXT];
	struct as_ip ip = {0};

	if (text.n == 0 || text.n >= sizeof(buf) ||
	    memchr(text.p, 0, text.n) != NULL)
		return AS_ESYNTAX;
	memcpy(buf, text.p, text.n);
	buf[text.n] = 0;
	if (inet_pton(AF_INET, buf, ip.b) == 1)
		ip.len = 4;
	else if (inet_pton(AF_INET6, buf, ip.b) == 1)
		ip.len = 16;
	else
		return AS_ESYNTAX;
	*out = ip;
	return AS_OK;
}

enum as_err
as_prefix_parse(struct as_str text, struct as_prefix *out)
{
	size_t slash = as_str_find(text, '/', 0);
	struct as_prefix p;
	uint64_t bits;

	AS_TRY(as_ip_parse(as_str_slice(text, 0, slash), &p.ip));
	bits = p.ip.len * 8u;
	if (slash < text.n)
		AS_TRY(as_str_u64(
		    as_str_slice(text, slash + 1, text.n), bits, &bits));
	p.bits = (uint8_t)bits;
	*out = p;
	return AS_OK;
}

const char *
as_ip_text(const struct as_ip *ip, char buf[AS_IP_TEXT])
{
	int family = ip->len == 16 ? AF_INET6 : AF_INET;

	if (ip->len == 0 || inet_ntop(family, ip->b, buf, AS_IP_TEXT) == NULL) {
		buf[0] = '-';
		buf[1] = 0;
	}
	return buf;
}

const char *
as_ip_reverse(const struct as_ip *ip, char buf[AS_IP_REVERSE])
{
	static const char hex[] = "0123456789abcdef";
	char *p = buf;

	if (ip->len == 4) {
		(void)snprintf(buf, AS_IP_REVERSE, "%u.%u.%u.%u.in-addr.arpa",
		    ip->b[3], ip->b[2], ip->b[1], ip->b[0]);
		return buf;
	}
	for (size_t i = 16; i-- > 0;) {
		*p++ = hex[ip->b[i] & 15];
		*p++ = '.';
		*p++ = hex[ip->b[i] >> 4];
		*p++ = '.';
	}
	memcpy(p, "ip6.arpa", sizeof("ip6.arpa"));
	return buf;
}

bool
as_ip_eq(const struct as_ip *a, const struct as_ip *b)
{
	return a->len == b->len && memcmp(a->b, b->b, a->len) == 0;
}

bool
as_prefix_has(const struct as_prefix *p, const struct as_ip *ip)
{
	size_t whole = p->bits / 8;
	unsigned mask = (0xff00u >> (p->bits % 8)) & 0xff;

	if (p->ip.len != ip->len || memcmp(p->ip.b, ip->b, whole) != 0)
		return false;
	return mask == 0 || (p->ip.b[whole] & mask) == (ip->b[whole] & mask);
}

struct special {
	uint8_t len;
	uint8_t bits;
	uint8_t b[16];
	const char *name;
};

/* IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), and the
 * multicast blocks; narrower ranges before wider ones.  Those of them that are
 * reachable (AS112, AMT) serve one purpose each, and mail is none of them. */
static const struct special specials[] = {
    {4, 8, {0}, "this network (RFC 791)"},
    {4, 8, {10}, "private use (RFC 1918)"},
    {4, 10, {100, 64}, "shared address space (RFC 6598)"},
    {4, 8, {127}, "loopback (RFC 1122)"},
    {4, 16, {169, 254}, "link local (RFC 3927)"},
    {4, 12, {172, 16}, "private use (RFC 1918)"},
    {4, 24, {192, 0, 0}, "protocol assignments (RFC 6890)"},
    {4, 24, {192, 0, 2}, "documentation (RFC 5737)"},
    {4, 24, {192, 31, 196}, "AS112 (RFC 7535)"},
    {4, 24, {192, 52, 193}, "AMT (RFC 7450)"},
    {4, 24, {192, 88, 99}, "6to4 relay anycast (RFC 7526)"},
    {4, 16, {192, 168}, "private use (RFC 1918)"},
    {4, 24, {192, 175, 48}, "AS112 (RFC 7534)"},
    {4, 15, {198, 18}, "benchmarking (RFC 2544)"},
    {4, 24, {198, 51, 100}, "documentation (RFC 5737)"},
    {4, 24, {203, 0, 113}, "documentation (RFC 5737)"},
    {4, 4, {224}, "multicast (RFC 1112)"},
    {4, 4, {240}, "reserved (RFC 1112)"},
    {16, 128, {[15] = 1}, "loopback (RFC 4291)"},
    {16, 128, {0}, "unspecified (RFC 4291)"},
    {16, 48, {0x00, 0x64, 0xff, 0x9b, 0, 1}, "local NAT64 (RFC 8215)"},
    {16, 64, {0x01}, "discard only (RFC 6666)"},
    {16, 64, {0x01, [7] = 1}, "dummy prefix (RFC 9780)"},
    {16, 32, {0x20, 0x01, 0x0d, 0xb8}, "documentation (RFC 3849)"},
    {16, 23, {0x20, 0x01}, "protocol assignments (RFC 2928)"},
    {16, 48, {0x26, 0x20, 0x00, 0x4f, 0x80}, "AS112 (RFC 7534)"},
    {16, 20, {0x3f, 0xff}, "documentation (RFC 9637)"},
    {16, 16, {0x5f, 0x00}, "segment routing (RFC 9602)"},
    {16, 7, {0xfc}, "unique local (RFC 4193)"},
    {16, 10, {0xfe, 0x80}, "link local (RFC 4291)"},
    {16, 10, {0xfe, 0xc0}, "site local (RFC 3879)"},
    {16, 8, {0xff}, "multicast (RFC 4291)"},
};

/* IPv6 addresses that carry an IPv4 address at octet `at`. */
struct carrier {
	struct as_prefix prefix;
	size_t at;
};

static const struct carrier carriers[] = {
    {{{16, {[10] = 0xff, [11] = 0xff}}, 96}, 12}, /* mapped */
    {{{16, {0x00, 0x64, 0xff, 0x9b}}, 96}, 12},   /* NAT64 */
    {{{16, {0x20, 0x02}}, 16}, 2},                /* 6to4 */
};

static const char *
special_find(const struct as_ip *ip)
{
	for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++) {
		const struct special *s = &specials[i];
		struct as_prefix p = {{s->len, {0}}, s->bits};
		memcpy(p.ip.b, s->b, sizeof(p.ip.b));
		if (as_prefix_has(&p, ip))
			return s->name;
	}
	return NULL;
}

/* The IPv4 address at octet `at`. */
static struct as_ip
inner_ip(const struct as_ip *ip, size_t at)
{
	struct as_ip inner = {.len = 4};

	memcpy(inner.b, ip->b + at, 4);
	return inner;
}

/* RFC 4291 2.4: of what no table names, only 2000::/3 is given out.  The rest
 * holds the old IPv4-compatible addresses, judged by what is inside. */
static const char *
special_rest(const struct as_ip *ip)
{
	static const struct as_prefix compatible = {{16, {0}}, 96};
	static const struct as_prefix global = {{16, {0x20}}, 3};
	struct as_ip inner = inner_ip(ip, 12);
	const char *name = NULL;

	if (as_prefix_has(&global, ip))
		return NULL;
	if (as_prefix_has(&compatible, ip))
		name = special_find(&inner);
	return name != NULL ? name : "reserved by IETF (RFC 4291)";
}

struct as_ip
as_ip_inner(const struct as_ip *ip)
{
	for (size_t i = 0; i < sizeof(carriers) / sizeof(carriers[0]); i++)
		if (as_prefix_has(&carriers[i].prefix, ip))
			return inner_ip(ip, carriers[i].at);
	return *ip;
}

const char *
as_ip_special(const struct as_ip *ip)
{
	const char *name = special_find(ip);
	struct as_ip inner = as_ip_inner(ip);

	if (name != NULL || ip->len != 16)
		return name;
	return inner.len == 4 ? special_find(&inner) : special_rest(ip);
}

/* The first (fill 0) or last (fill 0xff) address of a prefix. */
static struct as_ip
prefix_end(const struct as_prefix *p, uint8_t fill)
{
	struct as_ip ip = p->ip;

	for (unsigned bit = p->bits; bit < ip.len * 8u; bit++) {
		uint8_t mask = (uint8_t)(0x80 >> (bit % 8));

		ip.b[bit / 8] =
		    (uint8_t)((ip.b[bit / 8] & ~mask) | (fill & mask));
	}
	return ip;
}

/* A range of the tables is a prefix, and so is what lies between two addresses
 * of one range: with both ends in it, all of it is. */
const char *
as_prefix_special(const struct as_prefix *p)
{
	struct as_ip first = prefix_end(p, 0), last = prefix_end(p, 0xff);
	const char *name = as_ip_special(&first);
	const char *other = as_ip_special(&last);

	if (name == NULL || other == NULL || strcmp(name, other) != 0)
		return NULL;
	return name;
}
