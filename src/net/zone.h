/*
 * net/zone - answers from a proposed zone (RFC 1035 5, master file format).
 *
 * Two ways to read a file.  With a SOA it is a whole zone: names under its
 * apex that it lacks do not exist (wildcards, delegations and CNAMEs as in RFC
 * 1034 4.3.2).  Without one it is a fragment: only the RRsets that it holds are
 * answered, everything else is still asked of the net.
 */
#ifndef AS_NET_ZONE_H
#define AS_NET_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct as_zones;

struct as_zones *as_zones_new(void) AS_MUST_USE;
void as_zones_free(struct as_zones *z); /* accepts NULL */

/* Add the text of one master file; `origin` (may be AS_STR_NULL: the root) is
 * what relative names end in until $ORIGIN says otherwise.  $INCLUDE is refused.
 * AS_ESYNTAX: why names the line.  AS_ELIMIT past AS_MAX_ZONE_OCTETS. */
AS_MUST_USE enum as_err as_zones_add(struct as_zones *z, struct as_str text,
    struct as_str origin, struct as_why *why);

enum as_zone_answer {
	AS_ZONE_NOT_OURS, /* ask the net */
	AS_ZONE_ANSWER,   /* *packet holds a DNS message, rcode 0 or 3 */
};

/* Answer (name, type) as a DNS message with the question and the answer
 * section, CNAME chain inside the zones followed.  *apex is the zone's top name
 * (empty for a fragment), valid as long as z. */
enum as_zone_answer as_zones_find(struct as_zones *z, struct as_str name,
    uint16_t type, struct as_buf *packet, struct as_str *apex);

#endif
