/*
 * model/profile - what a body requires of a domain, and how a domain stands.
 *
 * A profile is read from a file (assess/profile); a standing is the verdict on
 * one of its requirements.  Memory: the arena they were made in.
 */
#ifndef AS_MODEL_PROFILE_H
#define AS_MODEL_PROFILE_H

#include "model/finding.h"

#define AS_DEMAND_MAP(X) \
	X(AS_DEMAND_MUST, "must") \
	X(AS_DEMAND_SHOULD, "should") \
	X(AS_DEMAND_MAY, "may")
AS_DECLARE_ENUM(demand, AS_DEMAND_MAP);
#define AS_DEMANDS 3

/* Whom a requirement is made of. */
#define AS_WHOM_MAP(X) \
	X(AS_WHOM_ALL, "all") \
	X(AS_WHOM_SENDERS, "senders") \
	X(AS_WHOM_RECEIVERS, "receivers") \
	X(AS_WHOM_SILENT, "silent") \
	X(AS_WHOM_PARKED, "parked")
AS_DECLARE_ENUM(whom, AS_WHOM_MAP);

/* How a requirement can be decided. */
#define AS_SIGHT_MAP(X) \
	X(AS_SIGHT_TESTS, "tests") \
	X(AS_SIGHT_OUTSIDE, "outside") \
	X(AS_SIGHT_LATER, "later")
AS_DECLARE_ENUM(sight, AS_SIGHT_MAP);

enum as_test_kind {
	AS_TEST_RULE,  /* no finding of the rule at `floor` or worse */
	AS_TEST_IS,    /* a value of the trait is one of these */
	AS_TEST_NOT,   /* none is */
	AS_TEST_LEAST, /* each is a number of at least this */
	AS_TEST_MOST,  /* at most this */
};

struct as_test {
	enum as_test_kind kind;
	struct as_str text; /* as written */
	struct as_str name; /* of the rule or the trait */
	enum as_verdict floor;
	struct as_str *values; /* IS, NOT; case does not matter */
	size_t n_values;
	uint64_t number; /* LEAST, MOST */
};

struct as_requirement {
	struct as_str id; /* the body's own where it has one */
	enum as_demand level;
	enum as_whom whom;
	enum as_sight sight;
	struct as_test *tests; /* all of them must hold */
	size_t n_tests;
	struct as_str source; /* URL */
	struct as_str words;  /* what is required, in ours */
	struct as_str note;   /* why it cannot be measured, or how far it is;
	                         empty: nothing to say */
};

struct as_profile {
	struct as_str id, title, publisher, edition, source;
	struct as_str levels; /* how the body's words became levels */
	struct as_str basis;  /* what it was read from */
	struct as_requirement *requirements;
	size_t n_requirements;
};

#define AS_STANDING_MAP(X) \
	X(AS_STANDING_NOT_MET, "not-met") \
	X(AS_STANDING_UNKNOWN, "unknown") \
	X(AS_STANDING_MET, "met") \
	X(AS_STANDING_NOT_APPLICABLE, "not-applicable") \
	X(AS_STANDING_NOT_MEASURABLE, "not-measurable")
AS_DECLARE_ENUM(standing, AS_STANDING_MAP);
#define AS_STANDINGS 5

/* What decided: a finding, or a trait (then without one). */
struct as_ground {
	const struct as_finding *finding; /* NULL: a trait */
	const struct as_test *test;
	bool unknown; /* it left the requirement open; else it fails it */
	struct as_str
	    text; /* one sentence, or the clause of a cause; escaped */
};

/* Of one requirement; not-met and unknown have grounds. */
struct as_stand {
	const struct as_requirement *requirement;
	enum as_standing standing;
	struct as_ground *grounds;
	size_t n_grounds;
};

struct as_profile_result {
	const struct as_profile *profile;
	struct as_stand *stands; /* in the order of the profile */
	size_t n_stands;
};

/* Two tests that nothing can meet at once. */
struct as_conflict {
	const struct as_profile *profile[2];
	const struct as_requirement *requirement[2];
	struct as_str text; /* one sentence */
};

struct as_profiles_result {
	struct as_profile_result *profiles; /* as they were asked for */
	size_t n_profiles;
	struct as_conflict *conflicts;
	size_t n_conflicts;
	bool conflicts_cut; /* there are more */
};

#endif
