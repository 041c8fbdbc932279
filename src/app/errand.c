#include "app/errand.h"

#include <stdlib.h>

#include "base/banned.h"

#define TICK_MS 250

struct as_errand {
	struct as_loop *loop;
	struct as_crew *crew;
	struct as_timer *tick;
	size_t open;       /* tasks that are not done */
	struct as_why why; /* code: that of the failure; AS_OK: none yet */
};

static void
on_failed(void *ctx, enum as_err err, const char *why)
{
	struct as_errand *e = ctx;

	(void)as_why_set(&e->why, err, AS_WHY_NOWHERE, "%s", why);
	as_loop_stop(e->loop);
}

static void
on_tick(void *ctx)
{
	struct as_errand *e = ctx;

	as_crew_tick(e->crew);
	as_timer_set(e->tick, TICK_MS);
}

void
as_errand_add(struct as_errand *e, struct as_task *task)
{
	e->open++;
	as_crew_add(e->crew, task);
}

void
as_errand_done(struct as_errand *e, enum as_err err)
{
	e->open--;
	if (err != AS_OK)
		(void)as_why_set(
		    &e->why, err, AS_WHY_NOWHERE, "%s", as_err_text(err));
	if (e->open == 0 || err != AS_OK)
		as_loop_stop(e->loop);
}

enum as_err
as_errand_run(struct as_errand *e, struct as_why *why)
{
	if (e->why.code == AS_OK && e->open > 0) {
		as_timer_set(e->tick, TICK_MS);
		as_loop_run(e->loop);
		as_timer_clear(e->tick);
	}
	if (e->why.code == AS_OK)
		return AS_OK;
	return as_why_set(why, e->why.code, AS_WHY_NOWHERE, "%s", e->why.text);
}

struct as_errand *
as_errand_new(const struct as_fleet_config *config)
{
	struct as_errand *e = calloc(1, sizeof(*e));
	struct as_crew_config crew = {
	    .program = {config->prober_main, &config->prober},
	    .probers = 1,
	    .job_ms = config->job_ms,
	    .cpu_s = config->cpu_s,
	    .failed = on_failed,
	    .ctx = e,
	};

	if (e == NULL)
		return NULL;
	e->loop = as_loop_new();
	crew.loop = e->loop;
	if (e->loop != NULL) {
		e->tick = as_timer_new(e->loop, on_tick, e);
		e->crew = as_crew_new(&crew);
	}
	if (e->tick != NULL && e->crew != NULL)
		return e;
	as_errand_free(e);
	return NULL;
}

void
as_errand_free(struct as_errand *e)
{
	if (e == NULL)
		return;
	as_crew_free(e->crew);
	as_timer_free(e->tick);
	as_loop_free(e->loop);
	free(e);
}
