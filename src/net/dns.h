/*
 * net/dns - validated DNS answers, by libunbound's event API.
 *
 * One resolver a process.  Each question has a deadline of its own, a second
 * try after SERVFAIL or silence, and a place in a window: more than
 * `window` are not in flight at once, later ones wait their turn.  Validation is ours
 * (RFC 4035): the AD bit of others is never believed.  A bogus answer is handed
 * over without its packet, because the packet holds forged data.
 *
 * A second try of SERVFAIL comes after AS_DNS_REST_MS, because libunbound only
 * repeats a failure that is younger; it has asked each server five times by
 * then.  A second try of silence goes on where the first one stopped.
 *
 * Proposed zones answer first.  A CNAME that leaves them is followed in the
 * world; one in the world that leads into them is not.
 *
 * The caller asks with std/dns_wire what the packet says.
 */
#ifndef AS_NET_DNS_H
#define AS_NET_DNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "net/loop.h"
#include "net/zone.h"

struct as_dns;
struct as_dns_query;

struct as_dns_config {
	const char *resolver_config; /* libunbound file; NULL: none */
	const struct as_str
	    *servers;     /* "ADDR" or "ADDR@PORT": forward to them */
	size_t n_servers; /* 0: recurse from the root ourselves */
	struct as_str trust_anchors; /* DS or DNSKEY lines; NULL: the built-in
	                                 KSK-2017 and KSK-2024 of the root */
	const char *trust_anchors_name; /* their file, for messages, or NULL */
	struct as_zones *zones;         /* proposed zones, or NULL */
	bool zone_only;                 /* answer nothing from the net: what the
	                                 zones lack is FAILED, "not asked" */
	uint32_t query_ms; /* deadline of one try; 0: AS_DNS_QUERY_MS */
	uint32_t tries;    /* 0: AS_DNS_TRIES */
	uint32_t window;   /* 0: AS_DNS_WINDOW */
	uint32_t cache_s;  /* answers are used again for so long; 0: an hour */
};

/* Reads its files now, so that a sandbox may be entered afterwards: the
 * resolver is finalised before this returns. */
AS_MUST_USE enum as_err as_dns_new(struct as_loop *loop,
    const struct as_dns_config *config, struct as_dns **out,
    struct as_why *why);
void as_dns_free(struct as_dns *dns); /* pending queries die uncalled */

enum as_dns_reply_kind {
	AS_REPLY_PACKET, /* an answer; look at rcode in the packet (0, 3, ...) */
	AS_REPLY_BOGUS,  /* validation failed; detail says how.  Keys that
	                    could not be had are FAILED, indeterminate */
	AS_REPLY_FAILED,  /* SERVFAIL and its like; rcode holds it, 0 when
	                     nothing was asked */
	AS_REPLY_TIMEOUT, /* no answer in `tries` times `query_ms` */
};

enum as_dns_security {
	AS_SECURITY_INDETERMINATE,
	AS_SECURITY_INSECURE,
	AS_SECURITY_SECURE,
	AS_SECURITY_BOGUS,
};

struct as_dns_reply {
	enum as_dns_reply_kind kind;
	uint8_t rcode;
	enum as_dns_security security; /* of a proposed answer: what the zone's
	                                  apex SOA has in the world now (of a
	                                  fragment: the same question) */
	const uint8_t *packet;         /* valid inside the callback */
	size_t n;
	const char *detail; /* never NULL */
	bool proposed;      /* came from a proposed zone */
	uint32_t took_ms; /* all tries, waiting for a place in the window out */
};

/* `reply` dies with the call.  Never called before as_dns_ask returns. */
typedef void as_dns_fn(void *ctx, const struct as_dns_reply *reply);

/* Ask for (name, type), class IN; name is canonical text (std/domain), escapes
 * \DDD allowed.  NULL: no memory, or not a name; no callback then. */
struct as_dns_query *as_dns_ask(struct as_dns *dns, struct as_str name,
    uint16_t type, as_dns_fn *fn, void *ctx) AS_MUST_USE;

/* Forget a query whose callback has not run; it will not run.  Both this and
 * as_dns_free may be called in a callback. */
void as_dns_cancel(struct as_dns_query *q);

#endif
