#include "std/dns_wire.h"

#include <string.h>

#include "base/limits.h"

#include "base/banned.h"

#define HEADER_OCTETS    12
#define NAME_WIRE_OCTETS 255 /* RFC 1035 2.3.4, length octets and root too */
#define NAME_TEXT_OCTETS (4 * NAME_WIRE_OCTETS)

struct type_row {
	uint16_t number;
	const char *text;
	size_t n; /* octets of it */
};

static const struct type_row types[] = {
#define TYPE_ROW(name, number, text) {number, text, sizeof(text) - 1},
    AS_RRTYPE_MAP(TYPE_ROW)
#undef TYPE_ROW
};

const char *
as_rrtype_text(uint16_t type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].number == type)
			return types[i].text;
	return NULL;
}

enum as_err
as_rrtype_parse(struct as_str text, uint16_t *out)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct as_str known = {types[i].text, types[i].n};

		if (as_str_eq(text, known)) { /* as it is written */
			*out = types[i].number;
			return AS_OK;
		}
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (as_str_is_case(text, types[i].text)) {
			*out = types[i].number;
			return AS_OK;
		}
	}
	return AS_EABSENT;
}

static enum as_err
damaged(struct as_why *why, size_t at, const char *what)
{
	return as_why_set(why, AS_ESYNTAX, at, "RFC 1035 %s", what);
}

static uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

/* --- names --- */

struct name_text {
	char p[NAME_TEXT_OCTETS];
	size_t n;
	size_t wire; /* octets of the uncompressed form so far */
};

static bool
is_plain(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	    c == '_';
}

static void
label_add(struct name_text *t, const uint8_t *p, size_t n)
{
	if (t->n > 0)
		t->p[t->n++] = '.';
	for (size_t i = 0; i < n; i++) {
		uint8_t c = p[i];
		if (c >= 'A' && c <= 'Z')
			c = (uint8_t)(c + 32);
		if (is_plain(c)) {
			t->p[t->n++] = (char)c;
			continue;
		}
		t->p[t->n++] = '\\';
		t->p[t->n++] = (char)('0' + c / 100);
		t->p[t->n++] = (char)('0' + c / 10 % 10);
		t->p[t->n++] = (char)('0' + c % 10);
	}
}

/* The target of the pointer at `at`.  It must lie before `piece`, where the
 * labels that led here start: so a chain only goes back, and ends. */
static enum as_err
pointer_read(const struct as_dns_msg *m, size_t at, size_t piece,
    size_t *target, struct as_why *why)
{
	if (m->n - at < 2)
		return damaged(why, at, "4.1.4: pointer cut off");
	*target = get16(m->p + at) & 0x3fffu;
	if (*target >= piece || *target < HEADER_OCTETS)
		return damaged(
		    why, at, "4.1.4: pointer to no prior place of a name");
	return AS_OK;
}

static enum as_err
label_read(const struct as_dns_msg *m, size_t at, struct name_text *t,
    struct as_why *why)
{
	size_t n = m->p[at];

	if (n > AS_MAX_LABEL_OCTETS)
		return damaged(why, at, "4.1.4: unknown kind of label");
	if (n > m->n - at - 1)
		return damaged(why, at, "3.1: label cut off");
	t->wire += n + 1;
	if (t->wire > NAME_WIRE_OCTETS)
		return damaged(why, at, "2.3.4: name over 255 octets");
	label_add(t, m->p + at + 1, n);
	return AS_OK;
}

/* Read a name, following its pointers; *at moves behind its own octets. */
static enum as_err
name_walk(const struct as_dns_msg *m, size_t *at, struct name_text *t,
    struct as_why *why)
{
	size_t i = *at, piece = *at, after = 0;
	unsigned hops = 0;

	t->n = 0;
	t->wire = 1;
	for (;;) {
		if (i >= m->n)
			return damaged(why, i, "3.1: name cut off");
		if (m->p[i] == 0)
			break;
		if (m->p[i] < 0xc0) {
			AS_TRY(label_read(m, i, t, why));
			i += m->p[i] + 1u;
			continue;
		}
		if (++hops > AS_MAX_NAME_POINTERS)
			return damaged(why, i, "4.1.4: too many pointers");
		if (after == 0)
			after = i + 2;
		AS_TRY(pointer_read(m, i, piece, &i, why));
		piece = i;
	}
	*at = after != 0 ? after : i + 1;
	return AS_OK;
}

enum as_err
as_dns_read_name(struct as_arena *a, const struct as_dns_msg *m, size_t *at,
    struct as_str *out, struct as_why *why)
{
	struct name_text t;
	size_t i = *at;
	struct as_str name;

	AS_TRY(name_walk(m, &i, &t, why));
	if (t.n == 0)
		t.p[t.n++] = '.';
	name = as_str_dup(a, (struct as_str){t.p, t.n});
	if (as_str_is_null(name))
		return as_why_no_memory(why);
	*at = i;
	*out = name;
	return AS_OK;
}

/* --- the message --- */

enum as_err
as_dns_msg_open(
    const uint8_t *p, size_t n, struct as_dns_msg *out, struct as_why *why)
{
	struct as_dns_msg m = {.p = p, .n = n, .at = HEADER_OCTETS};
	struct name_text t;
	uint16_t questions;

	if (n > AS_MAX_DNS_MESSAGE_OCTETS)
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "RFC 1035 4.2.2: message over 65535 octets");
	if (n < HEADER_OCTETS)
		return damaged(why, n, "4.1.1: header cut off");
	m.aa = (p[2] & 4) != 0;
	m.tc = (p[2] & 2) != 0;
	m.rcode = p[3] & 0xf;
	questions = get16(p + 4);
	m.answers = get16(p + 6);
	m.authority = get16(p + 8);
	if (questions > 1)
		return as_why_set(
		    why, AS_ESYNTAX, 4, "RFC 9619: more than one question");
	if (questions == 1) {
		AS_TRY(name_walk(&m, &m.at, &t, why));
		if (m.n - m.at < 4)
			return damaged(why, m.at, "4.1.2: question cut off");
		m.at += 4;
	}
	*out = m;
	return AS_OK;
}

enum as_err
as_dns_msg_next(struct as_arena *a, struct as_dns_msg *m, struct as_dns_rr *out,
    struct as_why *why)
{
	struct as_dns_rr rr;
	size_t at = m->at;

	if (m->read >= m->answers)
		return AS_EABSENT;
	if (m->read >= AS_MAX_RRS_PER_ANSWER)
		return as_why_set(why, AS_ELIMIT, at,
		    "more than %d records in one answer",
		    AS_MAX_RRS_PER_ANSWER);
	AS_TRY(as_dns_read_name(a, m, &at, &rr.owner, why));
	if (m->n - at < 10)
		return damaged(why, at, "4.1.3: record cut off");
	rr.type = get16(m->p + at);
	rr.class_ = get16(m->p + at + 2);
	rr.ttl = get32(m->p + at + 4);
	rr.rdata_n = get16(m->p + at + 8);
	rr.rdata_at = at + 10;
	if (rr.rdata_n > m->n - rr.rdata_at)
		return damaged(why, at + 8, "4.1.3: record data cut off");
	m->at = rr.rdata_at + rr.rdata_n;
	m->read++;
	*out = rr;
	return AS_OK;
}

enum as_err
as_dns_msg_authority(struct as_dns_msg *m)
{
	if (m->read != m->answers)
		return AS_EINVAL;
	m->answers = m->authority;
	m->authority = 0;
	m->read = 0;
	return AS_OK;
}

/* --- record data --- */

/* Octets of the record data behind the first `skip`, copied. */
static enum as_err
rest_copy(struct as_arena *a, const struct as_dns_msg *m,
    const struct as_dns_rr *rr, size_t skip, struct as_str *out,
    struct as_why *why)
{
	size_t n = rr->rdata_n - skip;
	char *p = as_arena_copy(a, m->p + rr->rdata_at + skip, n);

	if (p == NULL)
		return as_why_no_memory(why);
	*out = (struct as_str){p, n};
	return AS_OK;
}

enum as_err
as_dns_read_ip(const struct as_dns_msg *m, const struct as_dns_rr *rr,
    struct as_ip *out, struct as_why *why)
{
	struct as_ip ip = {.len = rr->type == AS_RR_AAAA ? 16 : 4};

	if (rr->type != AS_RR_A && rr->type != AS_RR_AAAA)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "record type %u holds no address", rr->type);
	if (rr->rdata_n != ip.len)
		return as_why_set(why, AS_ESYNTAX, rr->rdata_at,
		    "%s: an address of %u octets",
		    ip.len == 4 ? "RFC 1035 3.4.1" : "RFC 3596 2.2",
		    rr->rdata_n);
	memcpy(ip.b, m->p + rr->rdata_at, ip.len);
	*out = ip;
	return AS_OK;
}

enum as_err
as_dns_read_mx(struct as_arena *a, const struct as_dns_msg *m,
    const struct as_dns_rr *rr, uint16_t *preference, struct as_str *exchange,
    struct as_why *why)
{
	size_t at = rr->rdata_at + 2, end = rr->rdata_at + rr->rdata_n;
	struct as_str name;

	if (rr->rdata_n < 3)
		return damaged(why, rr->rdata_at, "3.3.9: MX data too short");
	AS_TRY(as_dns_read_name(a, m, &at, &name, why));
	if (at != end)
		return damaged(why, rr->rdata_at,
		    "3.3.9: MX data and its name differ in length");
	*preference = get16(m->p + rr->rdata_at);
	*exchange = name;
	return AS_OK;
}

enum as_err
as_dns_read_soa(struct as_arena *a, const struct as_dns_msg *m,
    const struct as_dns_rr *rr, uint32_t *serial, struct as_why *why)
{
	size_t at = rr->rdata_at, end = rr->rdata_at + rr->rdata_n;
	struct as_str name;

	AS_TRY(as_dns_read_name(a, m, &at, &name, why));
	AS_TRY(as_dns_read_name(a, m, &at, &name, why));
	if (at > end || end - at != 20)
		return damaged(why, rr->rdata_at,
		    "3.3.13: SOA data of another length than its fields");
	*serial = get32(m->p + at);
	return AS_OK;
}

/* Count the strings and the octets they hold. */
static enum as_err
txt_measure(const struct as_dns_msg *m, const struct as_dns_rr *rr,
    uint16_t *strings, size_t *octets, struct as_why *why)
{
	size_t at = rr->rdata_at, end = at + rr->rdata_n;

	*strings = 0;
	*octets = 0;
	if (at == end)
		return damaged(why, at, "3.3.14: TXT without a string");
	while (at < end) {
		size_t n = m->p[at];
		if (n > end - at - 1)
			return damaged(why, at, "3.3: string cut off");
		*octets += n;
		(*strings)++;
		at += n + 1;
	}
	return AS_OK;
}

/* DNS-2, SPF-2 */
enum as_err
as_dns_read_txt(struct as_arena *a, const struct as_dns_msg *m,
    const struct as_dns_rr *rr, struct as_str *joined, uint16_t *strings,
    struct as_why *why)
{
	size_t octets, at = rr->rdata_at, used = 0;
	uint16_t count;
	char *p;

	AS_TRY(txt_measure(m, rr, &count, &octets, why));
	if (octets > AS_MAX_TXT_OCTETS)
		return as_why_set(why, AS_ELIMIT, rr->rdata_at,
		    "TXT of %zu octets; at most %d are read", octets,
		    AS_MAX_TXT_OCTETS);
	p = as_arena_alloc(a, octets + 1);
	if (p == NULL)
		return as_why_no_memory(why);
	for (uint16_t i = 0; i < count; i++) {
		size_t n = m->p[at];
		memcpy(p + used, m->p + at + 1, n);
		used += n;
		at += n + 1;
	}
	*joined = (struct as_str){p, octets};
	*strings = count;
	return AS_OK;
}

enum as_err
as_dns_read_txt_lengths(struct as_arena *a, const struct as_dns_msg *m,
    const struct as_dns_rr *rr, struct as_str *out, struct as_why *why)
{
	size_t octets, at = rr->rdata_at;
	uint16_t count;
	char *p;

	AS_TRY(txt_measure(m, rr, &count, &octets, why));
	p = as_arena_alloc(a, count);
	if (p == NULL)
		return as_why_no_memory(why);
	for (uint16_t i = 0; i < count; i++) {
		p[i] = (char)m->p[at];
		at += m->p[at] + 1u;
	}
	*out = (struct as_str){p, count};
	return AS_OK;
}

enum as_err
as_dns_read_tlsa(struct as_arena *a, const struct as_dns_msg *m,
    const struct as_dns_rr *rr, struct as_dns_tlsa *out, struct as_why *why)
{
	const uint8_t *p = m->p + rr->rdata_at;
	struct as_str data;

	if (rr->rdata_n < 3)
		return as_why_set(why, AS_ESYNTAX, rr->rdata_at,
		    "RFC 6698 2.1: TLSA data too short");
	AS_TRY(rest_copy(a, m, rr, 3, &data, why));
	*out = (struct as_dns_tlsa){p[0], p[1], p[2], data};
	return AS_OK;
}

/* RFC 8659 4.1: letters and digits of US-ASCII only. */
static bool
is_caa_tag(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t c = p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9')))
			return false;
	}
	return n > 0;
}

enum as_err
as_dns_read_caa(struct as_arena *a, const struct as_dns_msg *m,
    const struct as_dns_rr *rr, struct as_dns_caa *out, struct as_why *why)
{
	const uint8_t *p = m->p + rr->rdata_at;
	struct as_str rest = AS_STR_NULL;
	size_t n;

	if (rr->rdata_n < 2 || p[1] > rr->rdata_n - 2)
		return as_why_set(why, AS_ESYNTAX, rr->rdata_at,
		    "RFC 8659 4.1: CAA data cut off");
	n = p[1];
	if (!is_caa_tag(p + 2, n))
		return as_why_set(why, AS_ESYNTAX, rr->rdata_at + 2,
		    "RFC 8659 4.1: a CAA tag is letters and digits");
	AS_TRY(rest_copy(a, m, rr, 2, &rest, why));
	*out = (struct as_dns_caa){
	    .flags = p[0],
	    .tag = as_str_slice(rest, 0, n),
	    .value = as_str_slice(rest, n, rest.n),
	};
	return AS_OK;
}

/* RFC 4034 4.1.2: blocks in growing order, each of 1 to 32 octets. */
enum as_err
as_dns_read_nsec(struct as_arena *a, const struct as_dns_msg *m,
    const struct as_dns_rr *rr, uint16_t type, bool *listed, struct as_why *why)
{
	size_t at = rr->rdata_at, end = rr->rdata_at + rr->rdata_n;
	struct as_str next;
	int window = -1;

	*listed = false;
	AS_TRY(as_dns_read_name(a, m, &at, &next, why));
	while (at < end) {
		const uint8_t *p = m->p + at;
		size_t n = end - at >= 2 ? p[1] : 0;

		if (n == 0 || n > 32 || n > end - at - 2 || p[0] <= window)
			break;
		window = p[0];
		if (window == type >> 8 && (type & 0xff) / 8 < n)
			*listed = (p[2 + (type & 0xff) / 8] &
				      (0x80 >> type % 8)) != 0;
		at += 2 + n;
	}
	if (at == end)
		return AS_OK;
	*listed = false;
	return as_why_set(why, AS_ESYNTAX, at < end ? at : rr->rdata_at,
	    "RFC 4034 4.1.2: damaged type bitmap");
}
