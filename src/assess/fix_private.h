/*
 * assess/fix_private - the steps of a fix while they are made.
 */
#ifndef AS_ASSESS_FIX_PRIVATE_H
#define AS_ASSESS_FIX_PRIVATE_H

#include "assess/fix.h"
#include "assess/say.h"

struct as_fix_maker {
	const struct as_case *c;
	struct as_say say; /* for those who make texts */
	const struct as_assessment *as;
	struct as_fix *out;
	size_t room; /* for steps */
};

/* Does a text of a set belong to the kind of record that is replaced? */
typedef bool as_fix_is_kind(struct as_str txt);

/* The step for a set, made when there is none, with all of today's records as
 * kept; NULL: what is there today is not known, or no room. */
struct as_fix_step *as_fix_step_at(
    struct as_fix_maker *m, struct as_str name, struct as_str type);

/* A step that serves a file. */
struct as_fix_step *as_fix_step_web(
    struct as_fix_maker *m, struct as_str url, struct as_str file);

void as_fix_mends(struct as_fix_maker *m, struct as_fix_step *step,
    const struct as_finding *f);

/* Kept records of the kind go (NULL: all); one that is added is no change when
 * it stands there. */
void as_fix_drop(struct as_fix_step *step, as_fix_is_kind *is);
void as_fix_add(struct as_fix_step *step, struct as_str data);

/* The policy file, when a finding of MTA-STS asks for one or for another. */
void as_fix_policy(struct as_fix_maker *m);

/* Is there a file for a record to tell of: served today, or in a step? */
bool as_fix_has_policy(const struct as_fix_maker *m);

#endif
