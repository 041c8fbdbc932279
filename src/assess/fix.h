/*
 * assess/fix - what is to be published so that findings pass.
 *
 * A step is a change of one set of records (a name and a type), joined from all
 * findings that propose one for it, or a file to serve.  Sets are given whole:
 * what stays, what goes, what comes.  Of what is not known there is no step, and
 * what is not understood stays.
 *
 * Pure, as assess/assess.  Memory: the arena given.
 */
#ifndef AS_ASSESS_FIX_H
#define AS_ASSESS_FIX_H

#include "assess/assess.h"
#include "assess/fix_spf.h"

/* Who can take a step. */
#define AS_FIX_BY_MAP(X) \
	X(AS_FIX_ZONE, "zone")     /* who runs the domain's zone */ \
	X(AS_FIX_WEB, "web")       /* who runs the policy host */ \
	X(AS_FIX_PARENT, "parent") /* the registrar, for the zone above */ \
	X(AS_FIX_ALIAS, \
	    "alias-target") /* whoever runs what the name leads to */ \
	X(AS_FIX_OTHER, "other-zone") /* whoever runs the zone that it is in */
AS_DECLARE_ENUM(fix_by, AS_FIX_BY_MAP);

struct as_fix_rr {
	/* TXT: the octets of its strings, joined; else as in a master file,
	 * letters, digits, spaces, dots, \DDD. */
	struct as_str data;
	struct as_str lengths; /* TXT: as in struct as_rr_txt */
};

struct as_fix_set {
	struct as_fix_rr *rr;
	size_t n;
};

struct as_fix_step {
	enum as_fix_by by;
	struct as_str name;  /* canonical, as in the facts */
	struct as_str type;  /* "TXT"; empty with AS_FIX_WEB */
	struct as_str zone;  /* that the name is in; empty: not known */
	struct as_str alias; /* with AS_FIX_ALIAS: what the name leads to */
	struct as_fix_set kept, gone, added;
	struct as_str url, file; /* with AS_FIX_WEB */
	const struct as_finding **mends;
	size_t n_mends;   /* 0: it makes a set of records whole */
	bool check_first; /* good mail, or a server that is not the right one,
	                     may hang on it: see the advice */
};

struct as_fix {
	const struct as_assessment *before;
	struct as_str domain;      /* as in the facts */
	struct as_fix_step *steps; /* in the order to take them */
	size_t n_steps;
	struct as_fix_spf spf;
};

/* `as` must come from the same facts and options.  Only AS_ENOMEM. */
AS_MUST_USE enum as_err as_fix_make(struct as_arena *a,
    const struct as_facts *facts, const struct as_assess_options *options,
    const struct as_assessment *as, struct as_fix *out);

/* --- what a judge says of it --- */

struct as_fix_findings {
	const struct as_finding **v;
	size_t n;
};

struct as_fix_verdict {
	const struct as_assessment *after;
	struct as_fix_findings
	    mended;                   /* of before: a note or worse, now good */
	struct as_fix_findings left;  /* of after: warnings and failures */
	struct as_fix_findings worse; /* of after: they passed before */
	struct as_fix_findings unknown; /* of after: known before */
	bool letter_fell;
};

/* Compare the assessment of the facts as they were with that of the facts as
 * they would be.  Only AS_ENOMEM. */
AS_MUST_USE enum as_err as_fix_compare(struct as_arena *a,
    const struct as_assessment *before, const struct as_assessment *after,
    struct as_fix_verdict *out);

/* Steps of others, when the domain's own mend all that they mend, go; and those
 * to be looked at first are marked. */
void as_fix_settle(struct as_fix *fix, const struct as_fix_verdict *v);

/* Who must act on a finding that no step mends, a short noun phrase. */
const char *as_fix_who(const struct as_finding *f);

#endif
