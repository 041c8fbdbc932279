/*
 * net/dns_proposal - one question that the proposed zones answer.
 *
 * No I/O: it says what is still to be asked of the net, takes the answer, and
 * in the end holds the reply.  Two things may have to be asked: what security
 * the place has in the world now, and where a CNAME leads that leaves the
 * proposed zones.
 */
#ifndef AS_NET_DNS_PROPOSAL_H
#define AS_NET_DNS_PROPOSAL_H

#include "net/dns.h"

struct as_proposal;

/* Live security of the apexes met so far. */
struct as_proposal_apexes {
	struct apex *first;
};
void as_proposal_apexes_fini(struct as_proposal_apexes *a);

/* AS_EABSENT: the zones know nothing of it, ask the net.  `live`: may the net
 * be asked at all? */
AS_MUST_USE enum as_err as_proposal_new(struct as_zones *zones,
    struct as_proposal_apexes *apexes, struct as_str name, uint16_t type,
    bool live, struct as_proposal **out);
void as_proposal_free(struct as_proposal *p); /* accepts NULL */

/* What is to be asked next, NULL: nothing.  Valid as long as p. */
const char *as_proposal_next(const struct as_proposal *p, uint16_t *type);

/* The net's answer to it; only kind, rcode, security, packet, n and detail are
 * looked at. */
void as_proposal_take(struct as_proposal *p, const struct as_dns_reply *live);

/* The reply, when nothing is to be asked any more; all but took_ms is set.
 * Valid as long as p. */
void as_proposal_reply(const struct as_proposal *p, struct as_dns_reply *out);

#endif
