/*
 * std/dmarc_7489 - the policy that receivers of the older generation find: by
 * RFC 7489, and by RFC 9091 where they know it.
 *
 * The same answers as those of the tree walk, read by other rules: one question
 * at the author domain, one at the organizational domain, and (RFC 9091) one at
 * the public suffix above it.  Which names these are a list of public suffixes
 * tells, which is the caller's.
 */
#ifndef AS_STD_DMARC_7489_H
#define AS_STD_DMARC_7489_H

#include "std/dmarc.h"

/* What the receiver asks.  A step that is NULL cannot be told: there is no list
 * at hand, or nobody asked. */
struct as_dmarc_7489_tree {
	const struct as_dmarc_step *author;
	const struct as_dmarc_step *organization; /* may be the author's */
	/* RFC 9091: the longest public suffix domain, of which the receiver has
	 * found that it may set policy.  Otherwise not looked at. */
	bool asks_suffix;
	const struct as_dmarc_step *suffix;
	bool absent; /* RFC 9091 2.7: A, AAAA and MX are NXDOMAIN or NODATA */
};

struct as_dmarc_7489 {
	const struct as_dmarc_step *policy; /* NULL: no record applies */
	/* RFC 7489 6.6.3: two or more records there, discovery ends, no DMARC */
	const struct as_dmarc_step *stopped;
	bool unknown;    /* a step that matters was not answered */
	bool inherited;  /* the record is not the author domain's own */
	const char *tag; /* which one decides: "p", "sp" or "np" */
	enum as_dmarc_policy declared;
	uint32_t pct; /* of the failing mail that meets it, 0 to 100 */
	enum as_dmarc_policy rest; /* what the others meet (RFC 7489 6.6.4) */
};

/* RFC 7489 6.6.3, RFC 9091 3.5.  t and psd mean nothing to these receivers, np
 * only to those that ask the suffix. */
void as_dmarc_7489_discover(
    const struct as_dmarc_7489_tree *tree, struct as_dmarc_7489 *out);

#endif
