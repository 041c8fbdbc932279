/*
 * model/estate_plan - what a list would change in the estate.
 */
#ifndef AS_MODEL_ESTATE_PLAN_H
#define AS_MODEL_ESTATE_PLAN_H

#include "model/estate.h"

#define AS_PLAN_MAP(X) \
	X(AS_PLAN_ADD, "added") \
	X(AS_PLAN_CHANGE, "changed") \
	X(AS_PLAN_REMOVE, "removed") \
	X(AS_PLAN_KEEP, "unchanged")
AS_DECLARE_ENUM(plan_kind, AS_PLAN_MAP);
#define AS_PLANS 4

struct as_plan_step {
	enum as_plan_kind what;
	struct as_estate_entry entry; /* as it will be; removed: as it is */
	const struct as_estate_entry *was; /* NULL when it is added */
	unsigned changed;                  /* bits of as_estate_merge */
};

/* Something of the list that was not taken as it stands. */
struct as_plan_word {
	size_t line; /* 0: of the whole */
	struct as_str typed;
	struct as_str text;
	bool refused; /* else a remark */
};

struct as_estate_plan {
	struct as_str list;         /* its name; may be absent */
	bool done;                  /* else only shown */
	struct as_plan_step *steps; /* by name */
	size_t n_steps;
	size_t counts[AS_PLANS];
	struct as_plan_word *words; /* by line */
	size_t n_words, n_refused;
};

#endif
