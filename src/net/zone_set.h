/*
 * net/zone_set - the records of one proposed zone, in memory.
 *
 * Records are sorted by a key of their owner name: its labels from the root
 * downward, each ended by a NUL (an octet 0 or 1 inside a label is written as 1
 * and the octet plus 1).  So keys sort in canonical order (RFC 4034 6.1), and a
 * name is below another exactly when its key begins with the other's.
 */
#ifndef AS_NET_ZONE_SET_H
#define AS_NET_ZONE_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "net/wire_name.h"
#include "net/zone.h"

#define ZONE_KEY_OCTETS (2 * AS_WIRE_NAME_OCTETS)

enum {
	ZONE_NS = 2,
	ZONE_CNAME = 5,
	ZONE_SOA = 6,
	ZONE_DNAME = 39,
	ZONE_DS = 43,
	ZONE_RRSIG = 46,
	ZONE_NSEC = 47,
};

struct zone_rr {
	struct as_str key;
	const uint8_t *rdata; /* names uncompressed, lower case */
	uint16_t rdata_n;
	uint16_t type;
	uint32_t ttl;
	uint32_t line;
};

struct zone_set {
	struct zone_set *next;
	bool whole;         /* has a SOA */
	struct as_str apex; /* text; empty for a fragment */
	struct as_str apex_key;
	struct zone_rr *rrs; /* owned */
	size_t n;
};

struct as_zones {
	struct as_arena *arena; /* sets, keys, rdata */
	struct zone_set *sets;
	struct as_buf leaves;
};

struct as_str as_zone_key(
    const uint8_t *wire, size_t n, char room[ZONE_KEY_OCTETS]);

/* Read one master file into a new set, sorted and checked. */
AS_MUST_USE enum as_err as_zone_read(struct as_arena *a, struct as_str text,
    struct as_str origin, struct zone_set **out, struct as_why *why);
void as_zone_set_free(struct zone_set *set);

/* Index of the first record whose key is not before `key`. */
size_t as_zone_seek(const struct zone_set *set, struct as_str key);

#endif
