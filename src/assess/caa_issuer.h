/*
 * assess/caa_issuer - may the authority that issued a certificate do so, by the
 * CAA records of today (RFC 8659)?
 *
 * CAA binds an authority on the day it issues: records of today say only what
 * the next renewal will meet.  The table data/caa-issuers.tsv tells by which
 * names an authority is known; columns: organization in its certificates, names,
 * source.  It comes in as text (see assess/senders).
 */
#ifndef AS_ASSESS_CAA_ISSUER_H
#define AS_ASSESS_CAA_ISSUER_H

#include "assess/case.h"

/* The first CAA set at `name` or above (RFC 8659 3): ONE, NONE or UNKNOWN; *out
 * is its answer, or the one that is not known and hides it (NULL: not asked). */
enum as_found as_caa_set_in(const struct as_answer *list, size_t n,
    struct as_str name, const struct as_answer **out);

enum as_caa_match {
	AS_CAA_UNTOLD,    /* the records are not known */
	AS_CAA_NO_LIMIT,  /* none speaks of such certificates */
	AS_CAA_NO_NAME,   /* the certificate is for another host */
	AS_CAA_STRANGER,  /* who issued it is not in the table */
	AS_CAA_NAMED,     /* the authority may issue */
	AS_CAA_NOT_NAMED, /* others may, or nobody */
};

struct as_caa_compare_ask {
	const struct as_cert *leaf;
	struct as_str host;
	const struct as_answer *answers; /* CAA of the host and above */
	size_t n_answers;
	struct as_str table;
};

struct as_caa_compared {
	enum as_caa_match match;
	const struct as_answer *set; /* or the answer that is not known */
	struct as_str organization;  /* of the issuer; empty: none */
	struct as_str names;         /* by which it is known, spaces between */
	struct as_str named;         /* who may issue, escaped; empty: nobody */
};

/* AS_OK or AS_ENOMEM.  Texts are slices, or in the arena. */
AS_MUST_USE enum as_err as_caa_compare(struct as_arena *a,
    const struct as_caa_compare_ask *ask, struct as_caa_compared *out);

#endif
