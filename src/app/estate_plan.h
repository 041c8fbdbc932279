/*
 * app/estate_plan - lists and words of the operator laid against the estate.
 *
 * First everything that is wanted is gathered (as_planner_want, or a whole list),
 * then the plan is made, then it is carried out or only shown.
 */
#ifndef AS_APP_ESTATE_PLAN_H
#define AS_APP_ESTATE_PLAN_H

#include "app/estate_book.h"
#include "model/estate_plan.h"

struct as_planner {
	struct as_arena *arena;
	struct as_estate_book wanted;
	struct as_plan_word *words;
	size_t n_words, room_words;
	enum as_estate_source source;
	struct as_estate_plan plan;
};

void as_planner_init(
    struct as_planner *p, struct as_arena *a, enum as_estate_source source);
void as_planner_fini(struct as_planner *p);

/* A domain that is wanted, with what is said of it.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_planner_want(
    struct as_planner *p, const struct as_estate_entry *e, size_t line);

/* Something to tell.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_planner_tell(struct as_planner *p, size_t line,
    struct as_str typed, struct as_str text, bool refused);

/* A list: CSV or names (intake/roster), `charset` NULL when it is to be found. */
AS_MUST_USE enum as_err as_planner_list(struct as_planner *p,
    struct as_str octets, const char *charset, struct as_why *why);

/* The plan: with `all`, what the estate has and nobody wants is removed. */
AS_MUST_USE enum as_err as_planner_make(struct as_planner *p,
    const struct as_estate_book *now, enum as_estate_how how, bool all,
    struct as_why *why);

/* Carry it out.  To be committed. */
AS_MUST_USE enum as_err as_planner_do(struct as_planner *p,
    struct as_estate_writer *w, int64_t now, struct as_why *why);

#endif
