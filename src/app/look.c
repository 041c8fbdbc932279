#include "app/look.h"

#include "app/progress.h"

#include "base/banned.h"

struct look {
	struct as_str domain;
	struct as_arena *a; /* for the copy */
	struct as_facts *facts;
	bool asked;
	struct as_progress progress;
};

static enum as_fleet_next
next(void *ctx, struct as_str *domain)
{
	struct look *l = ctx;

	if (l->asked)
		return AS_FLEET_END;
	l->asked = true;
	*domain = l->domain;
	return AS_FLEET_NEXT;
}

static void
done(void *ctx, const struct as_facts *facts)
{
	struct look *l = ctx;

	l->facts = as_codec_copy(l->a, &as_shape_facts, facts);
	as_progress_clear(&l->progress);
}

static void
tick(void *ctx, unsigned in_flight)
{
	const struct look *l = ctx;

	as_progress_show(&l->progress, in_flight);
}

enum as_err
as_look(const struct as_fleet_config *fleet, struct as_str domain,
    struct as_arena *a, struct as_facts **out, struct as_why *why)
{
	struct look l = {.domain = domain, .a = a};
	struct as_fleet_events events = {.next = next, .done = done, .tick = tick, .ctx = &l};

	as_progress_init(&l.progress, fleet->prober.clock, 1);
	AS_TRY(as_fleet_run(fleet, &events, why));
	if (l.facts == NULL)
		return as_why_no_memory(why);
	*out = l.facts;
	return AS_OK;
}
