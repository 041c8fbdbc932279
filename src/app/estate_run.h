/*
 * app/estate_run - what the parts of the command estate share.
 */
#ifndef AS_APP_ESTATE_RUN_H
#define AS_APP_ESTATE_RUN_H

#include "app/estate_plan.h"
#include "app/run.h"
#include "app/settings.h"

struct as_estate_run {
	struct as_arena *arena;
	const struct as_settings *settings;
	enum as_format format;
	int64_t now; /* UTC seconds */
	const char *path;
	struct as_store *store; /* NULL: there is none yet, and none was made */
	struct as_estate_book book; /* what is in it */
	const char **args;          /* behind the verb */
	size_t n_args;
	int status;
};

/* as_estate_run_close also after an error. */
AS_MUST_USE enum as_err as_estate_run_open(
    struct as_estate_run *r, const struct as_settings *s, struct as_why *why);
void as_estate_run_close(struct as_estate_run *r);

/* Open the store, and read the estate.  To be read only, it need not be there. */
AS_MUST_USE enum as_err as_estate_run_store(
    struct as_estate_run *r, bool read_only, struct as_why *why);

/* The names behind the verb, at least one, each canonical.  AS_EINVAL. */
AS_MUST_USE enum as_err as_estate_run_names(
    struct as_estate_run *r, struct as_str **out, struct as_why *why);

/* Print a document. */
AS_MUST_USE enum as_err as_estate_run_json(
    struct as_estate_run *r, json_t *doc, struct as_why *why);

/* What the options say of each domain.  AS_EINVAL. */
AS_MUST_USE enum as_err as_estate_said(
    struct as_estate_run *r, struct as_estate_entry *e, struct as_why *why);

/* Tags of a repeated option; none leaves *e alone. */
AS_MUST_USE enum as_err as_estate_tags_read(struct as_estate_run *r,
    const struct as_list *list, struct as_estate_entry *e, struct as_why *why);

/* AS_EINVAL: the name is not in the estate. */
enum as_err as_estate_absent(struct as_str name, struct as_why *why);

/* Carry out a plan that was made, and print it; with `show` only print. */
AS_MUST_USE enum as_err as_estate_run_plan(struct as_estate_run *r,
    struct as_planner *p, bool show, struct as_why *why);

/* --- verbs --- */

AS_MUST_USE enum as_err as_estate_add(
    struct as_estate_run *r, struct as_planner *p, struct as_why *why);
AS_MUST_USE enum as_err as_estate_tag(
    struct as_estate_run *r, struct as_planner *p, struct as_why *why);
AS_MUST_USE enum as_err as_estate_remove(
    struct as_estate_run *r, struct as_planner *p, struct as_why *why);

/* Find new suggestions, and list all that are not decided. */
AS_MUST_USE enum as_err as_estate_suggestions(
    struct as_estate_run *r, struct as_planner *p, struct as_why *why);

/* Accept or refuse some. */
AS_MUST_USE enum as_err as_estate_decide(struct as_estate_run *r,
    struct as_planner *p, enum as_hint_state state, struct as_why *why);

#endif
