/*
 * assess/plan - one clean proposal for a name.
 *
 * Rules do not make the text of a proposed DMARC or SPF record: they add what
 * must change to the plan of the assessment and mark their finding.  When all
 * rules have spoken the edits are joined, one text is made from the present
 * record, and every marked finding carries it.
 */
#ifndef AS_ASSESS_PLAN_H
#define AS_ASSESS_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "std/dmarc.h"
#include "std/spf.h"

struct as_say;

struct as_dmarc_edit {
	/* The text to start from; empty: the domain's own record. */
	struct as_str base;
	bool inherit;    /* else: start from the policy of above */
	const char *p;   /* new value; NULL: as it is.  Of two the stricter */
	const char *sp;  /* "": drop the tag; a value wins over that */
	const char *np;  /* likewise */
	bool no_testing; /* drop t */
	bool no_psd;     /* drop psd */
	/* Drop also the addresses that it refuses; NULL: none. */
	bool (*keep_uri)(
	    const struct as_say *o, const struct as_dmarc_uri *uri);
	struct as_str rua; /* new value; empty: as it is */
};

/* May a term stay in the proposed record? */
typedef bool as_spf_keep(const struct as_say *o, const struct as_spf_term *t);

struct as_spf_edit {
	struct as_str whole; /* this in place of all there is; or empty */
	char all;          /* new qualifier; 0: as it is.  The stricter wins */
	bool move_all;     /* to the end */
	as_spf_keep *keep; /* drop what decides nothing today */
	as_spf_keep *permit; /* drop what may permit somebody */
};

#define AS_PLAN_KEEPS 8 /* rules that drop terms */

struct as_plan {
	struct as_dmarc_edit dmarc;
	struct as_spf_edit spf;
	as_spf_keep *keep[AS_PLAN_KEEPS], *permit[AS_PLAN_KEEPS];
	size_t n_keep, n_permit;
};

/* What a finding waits for. */
enum as_plan_part {
	AS_PLAN_NOTHING,
	AS_PLAN_DMARC,
	AS_PLAN_DMARC_CLEAN, /* only when nothing in it is left to be noted */
	AS_PLAN_SPF,
	AS_PLAN_SPF_PERMIT, /* only when terms that permit may be dropped */
};

/* Give the marked findings their records. */
void as_plan_dmarc_finish(struct as_say *o);
void as_plan_spf_finish(struct as_say *o);

#endif
