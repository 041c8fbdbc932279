/*
 * assess/profile - profiles: reading their files, and judging a domain by them.
 *
 * A file is a table (base/tsv) of two kinds of row:
 *
 *	about	KEY	TEXT
 *	require	ID	LEVEL	WHOM	TESTS	SOURCE	WORDS	[NOTE]
 *
 * KEY: id, title, publisher, edition, source (a URL), levels, basis.
 * LEVEL: must, should, may.  WHOM: all, senders, receivers, silent (sends no
 * mail), parked (neither sends nor takes any).  SOURCE: a URL, or "-" for that
 * of the profile.  TESTS: "outside" (nobody can tell from outside) or "later"
 * (Assay does not look yet), both with a note that says why; or tests that must
 * all hold, with a space between:
 *
 *	RULE		no finding of the rule at warn or worse
 *	RULE:LEVEL	none at info, warn or fail
 *	TRAIT=A|B	the trait (assess/traits) is, or holds, A or B
 *	TRAIT!=A|B	is not, and does not hold, either
 *	TRAIT>=N, TRAIT<=N
 */
#ifndef AS_ASSESS_PROFILE_H
#define AS_ASSESS_PROFILE_H

#include "assess/case.h"
#include "model/profile.h"

/* Read a file; `name` stands in messages, which give the line.  The texts are
 * slices of `text`.  AS_ESYNTAX; AS_ELIMIT past AS_MAX_PROFILE_*; AS_ENOMEM. */
AS_MUST_USE enum as_err as_profile_parse(struct as_arena *a, const char *name,
    struct as_str text, struct as_profile **out, struct as_why *why);

/* The standings of a domain: by the findings and traits of its case.  Only
 * AS_ENOMEM. */
AS_MUST_USE enum as_err as_profiles_eval(const struct as_case *c,
    struct as_assessment *as, const struct as_profile *const *profiles,
    size_t n);

/* "dmarc.p is quarantine or reject", for people; AS_STR_NULL: no memory. */
struct as_str as_test_words(struct as_arena *a, const struct as_test *test);

/* Is there nothing that meets both? */
bool as_test_excludes(const struct as_test *a, const struct as_test *b);

/* Fill in the conflicts of standings that are there.  Only AS_ENOMEM. */
AS_MUST_USE enum as_err as_conflicts_find(
    struct as_arena *a, struct as_profiles_result *out);

/* Requirements that come to a standing. */
size_t as_profile_count(
    const struct as_profile_result *r, enum as_standing standing);

#endif
