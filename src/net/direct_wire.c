#include "net/direct_wire.h"

#include <string.h>

#include "base/banned.h"

#define HEADER_OCTETS 12
#define CLASS_IN      1
#define TYPE_OPT      41

enum { RCODE_NOERROR = 0, RCODE_FORMERR = 1, RCODE_NXDOMAIN = 3, RCODE_NOTIMP };

static uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint8_t *
put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
	return p + 2;
}

size_t
as_direct_wire_write(
    const struct as_direct_wire *w, uint8_t out[AS_DIRECT_QUERY_OCTETS])
{
	uint8_t *p = out;

	p = put16(p, w->id);
	p = put16(p, 0); /* a query, no recursion desired */
	p = put16(p, 1);
	p = put16(p, 0);
	p = put16(p, 0);
	p = put16(p, w->edns ? 1 : 0);
	memcpy(p, w->name, w->name_n);
	p += w->name_n;
	p = put16(p, w->type);
	p = put16(p, CLASS_IN);
	if (!w->edns)
		return (size_t)(p - out);
	*p++ = 0; /* the root */
	p = put16(p, TYPE_OPT);
	p = put16(p, AS_DIRECT_UDP_OCTETS);
	p = put16(p, 0);
	p = put16(p, 0);
	p = put16(p, 0);
	return (size_t)(p - out);
}

/* Is the question of the packet ours, in whatever case? */
static bool
is_echo(const struct as_direct_wire *w, const uint8_t *p, size_t n)
{
	uint8_t name[AS_WIRE_NAME_OCTETS];
	size_t at = HEADER_OCTETS;
	size_t len = as_wire_name_expand(p, n, &at, name);

	if (len == 0 || len != w->name_n || n - at < 4)
		return false;
	for (size_t i = 0; i < len; i++)
		if (name[i] >= 'A' && name[i] <= 'Z')
			name[i] = (uint8_t)(name[i] + 32);
	return memcmp(name, w->name, len) == 0 && get16(p + at) == w->type &&
	    get16(p + at + 2) == CLASS_IN;
}

enum as_direct_fit
as_direct_wire_judge(const struct as_direct_wire *w, const uint8_t *p, size_t n)
{
	uint8_t rcode;
	bool puzzled;

	if (n < HEADER_OCTETS || get16(p) != w->id || (p[2] & 0xf8) != 0x80)
		return AS_DIRECT_STRAY;
	rcode = p[3] & 0xf;
	puzzled = rcode == RCODE_FORMERR || rcode == RCODE_NOTIMP;
	if (get16(p + 4) == 0) {
		if (rcode == RCODE_NOERROR || rcode == RCODE_NXDOMAIN)
			return AS_DIRECT_STRAY;
	} else if (get16(p + 4) != 1 || !is_echo(w, p, n)) {
		return AS_DIRECT_STRAY;
	}
	if (puzzled && w->edns)
		return AS_DIRECT_NO_EDNS;
	return (p[2] & 2) != 0 ? AS_DIRECT_CUT : AS_DIRECT_FITS;
}
