#include "app/policy_visit.h"

#include <stddef.h>

#include "app/crew_done.h"
#include "base/limits.h"

#include "base/banned.h"

static struct as_policy_visit *
visit_of_task(struct as_task *task)
{
	return (struct as_policy_visit *)((char *)task -
	    offsetof(struct as_policy_visit, task));
}

static struct as_policy_visit *
visit_of_turn(struct as_turn *turn)
{
	return (struct as_policy_visit *)((char *)turn -
	    offsetof(struct as_policy_visit, turn));
}

static void
visit_fail(struct as_policy_visit *f)
{
	f->config->failed(f->config->ctx);
}

static void
visit_finish(struct as_policy_visit *f, struct as_policy_facts *facts)
{
	const struct as_policy_facts *before = f->looked_up;

	/* One visit to the reader, whoever made it. */
	if (before != NULL && facts != before) {
		facts->answers = before->answers;
		facts->n_answers = before->n_answers;
		facts->took_ms += before->took_ms;
		facts->at = before->at;
	}
	f->fn(f, facts);
}

/* --- the fetch --- */

static void
on_fetched(
    struct as_task *task, struct as_arena *a, const struct as_job_done *done)
{
	struct as_policy_visit *f = visit_of_task(task);

	as_politeness_leave(f->config->politeness, &f->turn);
	f->fetch_arena = a;
	visit_finish(f, done->policy);
}

static void
on_turn(struct as_turn *turn)
{
	struct as_policy_visit *f = visit_of_turn(turn);

	as_crew_add(f->config->crew, &f->task);
}

/* Its turn never came. */
static void
on_late(struct as_turn *turn)
{
	struct as_policy_visit *f = visit_of_turn(turn);
	struct as_crew_fault fault = {
	    .outcome = AS_SUBJECT_CANCELLED,
	    .reason = "the policy host was busy with other visits of ours",
	    .config = f->config->prober,
	};
	struct as_job_done *done = NULL;

	as_politeness_leave(f->config->politeness, turn);
	f->fetch_arena = as_arena_new(AS_MAX_FACTS_OCTETS);
	if (f->fetch_arena != NULL)
		done = as_crew_done_fault(f->fetch_arena, &f->task.job, &fault);
	if (done != NULL)
		visit_finish(f, done->policy);
	else
		visit_fail(f);
}

/* --- the lookup --- */

/* All addresses that were found: the prober judges them again. */
static enum as_err
addresses_take(struct as_policy_visit *f)
{
	const struct as_policy_facts *p = f->looked_up;
	struct as_job *job = &f->task.job;
	size_t n = 0;

	for (size_t i = 0; i < p->n_answers; i++)
		n += p->answers[i].n_addresses;
	f->addresses =
	    as_arena_array(f->lookup_arena, n, sizeof(f->addresses[0]));
	if (f->addresses == NULL)
		return AS_ENOMEM;
	n = 0;
	for (size_t i = 0; i < p->n_answers; i++)
		for (size_t k = 0; k < p->answers[i].n_addresses; k++)
			f->addresses[n++] = p->answers[i].addresses[k];
	job->only_dns = false;
	job->addresses = f->addresses;
	job->n_addresses = n;
	return AS_OK;
}

static bool
wants_fetch(const struct as_policy_facts *p, struct as_ip *first)
{
	return p->outcome == AS_SUBJECT_DONE &&
	    p->fetch == AS_FETCH_NOT_TRIED &&
	    as_ip_parse(p->address, first) == AS_OK;
}

static void
on_looked_up(
    struct as_task *task, struct as_arena *a, const struct as_job_done *done)
{
	struct as_policy_visit *f = visit_of_task(task);
	const struct as_clock *clock = &f->config->prober->clock;

	f->lookup_arena = a;
	f->looked_up = done->policy;
	if (!wants_fetch(done->policy, &f->turn.ip)) {
		visit_finish(f, f->looked_up);
		return;
	}
	f->task.fn = on_fetched;
	f->turn.since_ms = clock->mono_ms(clock->ctx);
	f->turn.go = on_turn;
	f->turn.late = on_late;
	if (addresses_take(f) != AS_OK ||
	    as_politeness_join(f->config->politeness, &f->turn) != AS_OK)
		visit_fail(f);
}

void
as_policy_visit_start(struct as_policy_visit *f, struct as_str name)
{
	f->task = (struct as_task){.fn = on_looked_up};
	f->task.job.kind = AS_JOB_POLICY;
	f->task.job.name = name;
	f->task.job.only_dns = true;
	as_crew_add(f->config->crew, &f->task);
}

void
as_policy_visit_close(struct as_policy_visit *f)
{
	as_arena_free(f->lookup_arena);
	as_arena_free(f->fetch_arena);
	f->lookup_arena = f->fetch_arena = NULL;
}
