/*
 * net/resolver - the libunbound context behind net/dns: options, trust
 * anchors, upstream servers.
 *
 * Ours come first, the operator's file may change them, `servers` and
 * `trust_anchors` of the configuration come last.  When as_resolver_new returns
 * every file has been read and libunbound is finalised.
 */
#ifndef AS_NET_RESOLVER_H
#define AS_NET_RESOLVER_H

#include <stdbool.h>

#include "base/str.h"

struct as_dns_config;
struct event_base;
struct ub_ctx;

struct as_resolver {
	struct ub_ctx *ub;
	char **anchors; /* lower case owner names, no final dot; "" the root */
	size_t n_anchors;
	bool anchors_elsewhere; /* the operator's file names some: taken to
	                           cover every name */
	bool validates;         /* the validator is among the modules */
};

AS_MUST_USE enum as_err as_resolver_new(struct event_base *base,
    const struct as_dns_config *config, struct as_resolver *out,
    struct as_why *why);
void as_resolver_fini(struct as_resolver *r); /* accepts a zeroed one */

/* Does a trust anchor stand at or above this canonical name?  Without one no
 * answer can be told secure from insecure. */
bool as_resolver_covers(const struct as_resolver *r, struct as_str name);

#endif
