/*
 * assess/fix_spf - the repair of an SPF record that no edit of it mends: which
 * parts cost what, which are dead, and which senders could move to a subdomain.
 */
#ifndef AS_ASSESS_FIX_SPF_H
#define AS_ASSESS_FIX_SPF_H

#include "assess/spf_tree.h"

struct as_fix_spf_part {
	const struct as_spf_row *row;
	struct as_str under;  /* the term of the domain's own record that leads
	                        to it; empty: it is one itself */
	bool move;            /* its sender is to move to a subdomain */
	struct as_str name;   /* with `move`: the subdomain */
	struct as_str record; /* and its SPF record; octets from outside */
};

#define AS_FIX_SPF_PARTS 64

struct as_fix_spf {
	bool needed; /* over a limit, or a part is dead; else nothing is set */
	bool strict; /* the DMARC record asks for aspf=s */
	uint32_t lookups, voids;       /* today, at worst */
	uint32_t lookups_after;        /* when the senders have moved */
	struct as_fix_spf_part *parts; /* what costs, or is dead or empty */
	size_t n_parts;
};

/* Only AS_ENOMEM. */
AS_MUST_USE enum as_err as_fix_spf_make(
    const struct as_case *c, struct as_fix_spf *out);

#endif
