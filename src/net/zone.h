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
 * AS_ESYNTAX: why names the line; nothing of the text is kept then.  AS_ELIMIT
 * past AS_MAX_ZONE_OCTETS.  A logical line may have 10,000 octets. */
AS_MUST_USE enum as_err as_zones_add(struct as_zones *z, struct as_str text,
    struct as_str origin, struct as_why *why);

/* One record: its owner in text, as std/domain has names where they are such. */
struct as_zone_record {
	struct as_str name;
	uint16_t type;
	struct as_str rdata; /* wire form */
	bool apex;           /* the top of a whole zone */
};

/* Give all records, of each zone in the order of names; they die with the call.
 * AS_ENOMEM; what `take` returns, which ends it. */
AS_MUST_USE enum as_err as_zones_each(const struct as_zones *z,
    enum as_err (*take)(void *ctx, const struct as_zone_record *r), void *ctx);

enum as_zone_answer {
	AS_ZONE_NOT_OURS, /* ask the net; *packet is empty */
	AS_ZONE_ANSWER,   /* *packet holds a DNS message, rcode 0 or 3 */
	AS_ZONE_LEAVES,   /* as ANSWER, but its last CNAME points out of the
	                     zones: the net knows the rest */
	AS_ZONE_BROKEN,   /* more than AS_MAX_CNAME_CHAIN CNAMEs (a loop), or
	                     an answer that does not fit in *packet */
};

/*
 * Answer (name, type) as a DNS message with the question and the answer
 * section, CNAME and DNAME chains followed as long as they stay in the zones.
 * An RRset of a fragment comes before those of whole zones; of these, the
 * deepest one that holds the name.  At and below a delegation the child's own
 * servers know, so that is NOT_OURS (its DS excepted), and so is the DS of an
 * apex whose parent is not here.  A wildcard in a fragment stands for itself
 * only.
 *
 * *apex is the top name of the zone that answered first (empty for a fragment),
 * valid as long as z; *leaves is what to ask next with AS_ZONE_LEAVES, valid
 * until the next call.
 */
enum as_zone_answer as_zones_find(struct as_zones *z, struct as_str name,
    uint16_t type, struct as_buf *packet, struct as_str *apex,
    struct as_str *leaves);

#endif
