/*
 * app/policy_visit - the MTA-STS policy of one domain of a run: looked up, then fetched
 * when its host may be asked (app/politeness).
 *
 * Two jobs, for only the first one tells the address.  Most domains have no
 * policy host, and the first job is all.
 */
#ifndef AS_APP_POLICY_VISIT_H
#define AS_APP_POLICY_VISIT_H

#include "app/crew.h"
#include "app/politeness.h"
#include "model/facts.h"

struct as_policy_visit_config {
	struct as_crew *crew;
	struct as_politeness *politeness;
	const struct as_prober_config *prober;
	/* Nothing will be answered any more: out of memory. */
	void (*failed)(void *ctx);
	void *ctx;
};

struct as_policy_visit;

/* facts: the fetch's own, until as_policy_visit_close. */
typedef void as_policy_visit_fn(
    struct as_policy_visit *f, const struct as_policy_facts *facts);

/* Lies in its owner's struct, which must not go before fn has run or the crew
 * is freed. */
struct as_policy_visit {
	const struct as_policy_visit_config *config;
	as_policy_visit_fn *fn;
	/* Private. */
	struct as_task task;
	struct as_turn turn;
	struct as_str *addresses;
	struct as_arena *lookup_arena, *fetch_arena;
	struct as_policy_facts *looked_up;
};

/* config and fn are set, the rest is zero.  The name must outlive it. */
void as_policy_visit_start(struct as_policy_visit *f, struct as_str name);

/* Free its facts: after fn, or when its politeness is not used any more. */
void as_policy_visit_close(struct as_policy_visit *f);

#endif
