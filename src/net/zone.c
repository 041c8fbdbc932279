#include "net/zone.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "net/zone_set.h"

#include "base/banned.h"

/* A record in memory takes several times its text, when that is short. */
#define ZONES_OCTETS (8 * AS_MAX_ZONE_OCTETS)

struct as_zones *
as_zones_new(void)
{
	struct as_zones *z = calloc(1, sizeof(*z));

	if (z == NULL)
		return NULL;
	as_buf_init(&z->leaves, 4 * AS_WIRE_NAME_OCTETS);
	z->arena = as_arena_new(ZONES_OCTETS);
	if (z->arena == NULL) {
		free(z);
		return NULL;
	}
	return z;
}

void
as_zones_free(struct as_zones *z)
{
	if (z == NULL)
		return;
	for (struct zone_set *s = z->sets; s != NULL; s = s->next)
		as_zone_set_free(s);
	as_buf_fini(&z->leaves);
	as_arena_free(z->arena);
	free(z);
}

enum as_err
as_zones_add(struct as_zones *z, struct as_str text, struct as_str origin,
    struct as_why *why)
{
	struct zone_set *set = NULL, **end = &z->sets;

	AS_TRY(as_zone_read(z->arena, text, origin, &set, why));
	for (; *end != NULL; end = &(*end)->next)
		if (set->whole && (*end)->whole &&
		    as_str_eq((*end)->apex_key, set->apex_key)) {
			as_zone_set_free(set);
			return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
			    "the zone " AS_STR_FMT " is here already",
			    AS_STR_ARG((*end)->apex));
		}
	*end = set;
	return AS_OK;
}

struct as_str
as_zone_key(const uint8_t *wire, size_t n, char room[ZONE_KEY_OCTETS])
{
	uint8_t labels[AS_WIRE_NAME_OCTETS];
	size_t count = 0, k = 0;

	for (size_t at = 0; at < n && wire[at] != 0; at += wire[at] + 1u)
		labels[count++] = (uint8_t)at;
	while (count > 0) {
		const uint8_t *label = wire + labels[--count];

		for (size_t i = 1; i <= label[0]; i++) {
			if (label[i] <= 1)
				room[k++] = 1;
			room[k++] =
			    (char)(label[i] <= 1 ? label[i] + 1 : label[i]);
		}
		room[k++] = 0;
	}
	return (struct as_str){room, k};
}

size_t
as_zone_seek(const struct zone_set *set, struct as_str key)
{
	size_t low = 0, high = set->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (as_str_cmp(set->rrs[mid].key, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool
key_begins(struct as_str key, struct as_str top)
{
	return key.n >= top.n && memcmp(key.p, top.p, top.n) == 0;
}

/* Records of one name. */
struct node {
	const struct zone_rr *rrs;
	size_t n;
};

static bool
node_find(const struct zone_set *set, struct as_str key, struct node *out)
{
	size_t at = as_zone_seek(set, key), end = at;

	while (end < set->n && as_str_eq(set->rrs[end].key, key))
		end++;
	*out = (struct node){set->rrs + at, end - at};
	return end > at;
}

/* The records of one type among them. */
static bool
node_type(const struct node *node, uint16_t type, struct node *out)
{
	size_t at = 0, end;

	while (at < node->n && node->rrs[at].type < type)
		at++;
	for (end = at; end < node->n && node->rrs[end].type == type; end++)
		;
	*out = (struct node){node->rrs + at, end - at};
	return end > at;
}

/* Does the name exist, be it only for names below it (RFC 4592 2.2.2)? */
static bool
name_exists(const struct zone_set *set, struct as_str key)
{
	size_t at = as_zone_seek(set, key);

	return at < set->n && key_begins(set->rrs[at].key, key);
}

enum step {
	STEP_NOT_OURS,
	STEP_DATA,
	STEP_CNAME,
	STEP_DNAME,
	STEP_NODATA,
	STEP_NXDOMAIN,
};

struct found {
	struct node rrs; /* with DATA, CNAME, DNAME */
	size_t key_n;    /* with DNAME: of its owner's key */
	struct as_str apex;
};

static enum step
node_step(const struct node *node, uint16_t type, struct node *out)
{
	if (node_type(node, type, out))
		return STEP_DATA;
	if (type != ZONE_RRSIG && type != ZONE_NSEC &&
	    node_type(node, ZONE_CNAME, out))
		return STEP_CNAME;
	return STEP_NODATA;
}

/* End of the label that starts at `at` in a key. */
static size_t
label_end(struct as_str key, size_t at)
{
	return as_str_find(key, 0, at) + 1;
}

/* Walk down from the apex to the name: a delegation or a DNAME on the way
 * decides (RFC 1034 4.3.2 3b, RFC 6672 3.2).  NODATA: neither. */
static enum step
step_down(const struct zone_set *set, struct as_str key, uint16_t type,
    struct found *out)
{
	size_t end = set->apex_key.n;
	struct node node;

	for (;;) {
		bool here = end == key.n, top = end == set->apex_key.n;

		if (node_find(set, as_str_slice(key, 0, end), &node)) {
			if (!top && !(here && type == ZONE_DS) &&
			    node_type(&node, ZONE_NS, &out->rrs))
				return STEP_NOT_OURS;
			if (!here && node_type(&node, ZONE_DNAME, &out->rrs)) {
				out->key_n = end;
				return STEP_DNAME;
			}
		}
		if (here)
			return STEP_NODATA;
		end = label_end(key, end);
	}
}

/* The wildcard of the closest encloser (RFC 4592 3.3.1). */
static enum step
step_wildcard(const struct zone_set *set, struct as_str key, uint16_t type,
    struct found *out)
{
	char room[ZONE_KEY_OCTETS + 2];
	size_t encloser = set->apex_key.n, end = encloser;
	struct node node;

	while (end < key.n && name_exists(set, as_str_slice(key, 0, end))) {
		encloser = end;
		end = label_end(key, end);
	}
	memcpy(room, key.p, encloser);
	room[encloser] = '*';
	room[encloser + 1] = 0;
	if (!node_find(set, (struct as_str){room, encloser + 2}, &node))
		return STEP_NXDOMAIN;
	return node_step(&node, type, &out->rrs);
}

static enum step
step_whole(const struct zone_set *set, struct as_str key, uint16_t type,
    struct found *out)
{
	enum step step = step_down(set, key, type, out);
	struct node node;

	out->apex = set->apex;
	if (step != STEP_NODATA)
		return step;
	if (node_find(set, key, &node))
		return node_step(&node, type, &out->rrs);
	if (name_exists(set, key))
		return STEP_NODATA;
	return step_wildcard(set, key, type, out);
}

/* The deepest whole zone that holds the name; for a DS, above it. */
static const struct zone_set *
set_find(const struct as_zones *z, struct as_str key, uint16_t type)
{
	const struct zone_set *best = NULL;

	for (const struct zone_set *s = z->sets; s != NULL; s = s->next) {
		if (!s->whole || !key_begins(key, s->apex_key) ||
		    (type == ZONE_DS && s->apex_key.n == key.n))
			continue;
		if (best == NULL || s->apex_key.n > best->apex_key.n)
			best = s;
	}
	return best;
}

static enum step
step_find(const struct as_zones *z, struct as_str key, uint16_t type,
    struct found *out)
{
	const struct zone_set *set;
	struct node node;
	enum step step;

	*out = (struct found){.apex = AS_STR("")};
	for (set = z->sets; set != NULL; set = set->next) {
		if (set->whole || !node_find(set, key, &node))
			continue;
		step = node_step(&node, type, &out->rrs);
		if (step != STEP_NODATA)
			return step;
	}
	set = set_find(z, key, type);
	return set == NULL ? STEP_NOT_OURS : step_whole(set, key, type, out);
}

/* An answer in the making. */
struct answer {
	struct as_buf *packet;
	uint8_t name[AS_WIRE_NAME_OCTETS]; /* what is looked for now */
	size_t n;
	bool moved; /* it is no more what the question holds */
	uint16_t count;
};

static void
put_u16(struct as_buf *b, uint32_t v)
{
	const uint8_t p[] = {(uint8_t)(v >> 8), (uint8_t)v};

	as_buf_add(b, p, sizeof(p));
}

static void
answer_begin(struct answer *a, uint16_t type)
{
	/* id 0; QR AA RD RA; one question */
	static const uint8_t header[12] = {0, 0, 0x85, 0x80, 0, 1};

	as_buf_add(a->packet, header, sizeof(header));
	as_buf_add(a->packet, a->name, a->n);
	put_u16(a->packet, type);
	put_u16(a->packet, 1);
}

static void
answer_rr(struct answer *a, uint16_t type, uint32_t ttl, const uint8_t *rdata,
    size_t n)
{
	/* The question's name, by pointer, saves room in large RRsets. */
	if (!a->moved)
		put_u16(a->packet, 0xc00c);
	else
		as_buf_add(a->packet, a->name, a->n);
	put_u16(a->packet, type);
	put_u16(a->packet, 1);
	put_u16(a->packet, ttl >> 16);
	put_u16(a->packet, ttl & 0xffff);
	put_u16(a->packet, (uint32_t)n);
	as_buf_add(a->packet, rdata, n);
	a->count++;
}

static void
answer_end(struct answer *a, uint8_t rcode)
{
	uint8_t *p = (uint8_t *)a->packet->p;

	if (a->packet->full)
		return;
	p[3] |= rcode;
	p[6] = (uint8_t)(a->count >> 8);
	p[7] = (uint8_t)a->count;
}

/* Go on with the CNAME's target. */
static void
follow(struct answer *a, const uint8_t *target, size_t n)
{
	memcpy(a->name, target, n);
	a->n = n;
	a->moved = true;
}

static bool
answer_cname(struct answer *a, const struct zone_rr *rr)
{
	if (rr->rdata_n == 0 || rr->rdata_n > AS_WIRE_NAME_OCTETS)
		return false;
	answer_rr(a, ZONE_CNAME, rr->ttl, rr->rdata, rr->rdata_n);
	follow(a, rr->rdata, rr->rdata_n);
	return true;
}

/* The CNAME that a DNAME stands for (RFC 6672 3.1): what the name has below
 * the DNAME's owner, put before its target. */
static bool
answer_dname(
    struct answer *a, const struct zone_rr *rr, struct as_str key, size_t key_n)
{
	uint8_t target[AS_WIRE_NAME_OCTETS];
	size_t labels = 0, n = 0;

	for (size_t at = key_n; at < key.n; at = label_end(key, at))
		labels++;
	while (labels-- > 0)
		n += a->name[n] + 1u;
	if (n + rr->rdata_n > AS_WIRE_NAME_OCTETS)
		return false;
	memcpy(target, a->name, n);
	memcpy(target + n, rr->rdata, rr->rdata_n);
	n += rr->rdata_n;
	answer_rr(a, ZONE_CNAME, rr->ttl, target, n);
	follow(a, target, n);
	return true;
}

/* One step along a chain; false when the next name would be too long. */
static bool
answer_alias(struct answer *a, enum step step, const struct found *found,
    struct as_str key)
{
	if (step == STEP_CNAME)
		return answer_cname(a, found->rrs.rrs);
	return answer_dname(a, found->rrs.rrs, key, found->key_n);
}

static void
answer_data(struct answer *a, uint16_t type, const struct node *rrs)
{
	for (size_t i = 0; i < rrs->n; i++)
		answer_rr(a, type, rrs->rrs[i].ttl, rrs->rrs[i].rdata,
		    rrs->rrs[i].rdata_n);
}

static enum as_zone_answer
answer_leaves(struct as_zones *z, struct answer *a, struct as_str *leaves)
{
	as_buf_reset(&z->leaves);
	as_wire_name_text(a->name, a->n, &z->leaves);
	answer_end(a, 0);
	*leaves = as_buf_str(&z->leaves);
	return a->packet->full || z->leaves.full ? AS_ZONE_BROKEN
						 : AS_ZONE_LEAVES;
}

enum as_zone_answer
as_zones_find(struct as_zones *z, struct as_str name, uint16_t type,
    struct as_buf *packet, struct as_str *apex, struct as_str *leaves)
{
	struct answer a = {.packet = packet};
	char room[ZONE_KEY_OCTETS];
	struct found found;

	as_buf_reset(packet);
	*apex = *leaves = AS_STR("");
	a.n = as_wire_name_parse(name, a.name);
	if (a.n == 0)
		return AS_ZONE_NOT_OURS;
	for (unsigned depth = 0; depth <= AS_MAX_CNAME_CHAIN; depth++) {
		struct as_str key = as_zone_key(a.name, a.n, room);
		enum step step = step_find(z, key, type, &found);

		if (step == STEP_NOT_OURS)
			return depth == 0 ? AS_ZONE_NOT_OURS
					  : answer_leaves(z, &a, leaves);
		if (depth == 0) {
			*apex = found.apex;
			answer_begin(&a, type);
		}
		if (step == STEP_CNAME || step == STEP_DNAME) {
			if (!answer_alias(&a, step, &found, key))
				return AS_ZONE_BROKEN;
			continue;
		}
		if (step == STEP_DATA)
			answer_data(&a, type, &found.rrs);
		answer_end(&a, step == STEP_NXDOMAIN ? 3 : 0);
		return packet->full ? AS_ZONE_BROKEN : AS_ZONE_ANSWER;
	}
	return AS_ZONE_BROKEN;
}
