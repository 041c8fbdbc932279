#include "app/lookup.h"

#include <stdlib.h>

#include "base/limits.h"

#include "base/banned.h"

struct as_lookup {
	struct as_errand *errand;
	struct as_arena *arena; /* answers */
	struct as_answer *answers;
	size_t n_answers, room;
	struct as_task task;
};

/* --- answers --- */

/* Room for n more; those there are move. */
static enum as_err
answers_grow(struct as_lookup *l, size_t n)
{
	size_t room =
	    2 * l->room > l->n_answers + n ? 2 * l->room : l->n_answers + n;
	struct as_answer *list;

	if (l->n_answers + n <= l->room)
		return AS_OK;
	list = as_arena_array(l->arena, room, sizeof(*list));
	if (list == NULL)
		return AS_ENOMEM;
	l->room = room;
	for (size_t i = 0; i < l->n_answers; i++)
		list[i] = l->answers[i];
	l->answers = list;
	return AS_OK;
}

static enum as_err
answer_copy(struct as_lookup *l, const struct as_answer *ans)
{
	const struct as_answer *copy =
	    as_codec_copy(l->arena, &as_shape_answer, ans);

	if (copy == NULL)
		return AS_ENOMEM;
	l->answers[l->n_answers++] = *copy;
	return AS_OK;
}

/* No prober lived to answer: every question is answered so. */
static enum as_err
answers_fail(struct as_lookup *l, const struct as_lookup_facts *facts)
{
	const struct as_job *job = &l->task.job;

	for (size_t i = 0; i < job->n_questions; i++) {
		struct as_answer ans = {
		    .name = job->questions[i].name,
		    .type = job->questions[i].type,
		    .outcome = AS_DNS_NOT_ASKED,
		    .detail = as_str_printf(l->arena, "%s: " AS_STR_FMT,
			as_subject_outcome_text(facts->outcome),
			AS_STR_ARG(facts->detail)),
		};
		AS_TRY(answer_copy(l, &ans));
	}
	return AS_OK;
}

static enum as_err
answers_take(struct as_lookup *l, const struct as_lookup_facts *facts)
{
	AS_TRY(answers_grow(l, l->task.job.n_questions));
	if (facts->outcome != AS_SUBJECT_DONE)
		return answers_fail(l, facts);
	for (size_t i = 0; i < facts->n_answers; i++)
		AS_TRY(answer_copy(l, &facts->answers[i]));
	return AS_OK;
}

static void
on_done(
    struct as_task *task, struct as_arena *a, const struct as_job_done *done)
{
	struct as_lookup *l = (struct as_lookup *)((char *)task -
	    offsetof(struct as_lookup, task));

	as_errand_done(l->errand, answers_take(l, done->lookup));
	as_arena_free(a);
}

/* --- asking --- */

static bool
is_new(const struct as_lookup *l, const struct as_need *q)
{
	const struct as_job *job = &l->task.job;

	if (as_lookup_find(l, q->name, q->type) != NULL)
		return false;
	for (size_t i = 0; i < job->n_questions; i++)
		if (job->questions[i].type == q->type &&
		    as_str_eq(job->questions[i].name, q->name))
			return false;
	return true;
}

/* The questions that have no answer yet, each once, as the next job. */
static enum as_err
job_make(struct as_lookup *l, const struct as_need *list, size_t n)
{
	struct as_job *job = &l->task.job;

	*job = (struct as_job){.kind = AS_JOB_LOOKUP};
	job->questions = as_arena_array(l->arena, n, sizeof(job->questions[0]));
	if (job->questions == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct as_question q = {.type = list[i].type};

		if (!is_new(l, &list[i]))
			continue;
		q.name = as_str_dup(l->arena, list[i].name);
		if (as_str_is_null(q.name))
			return AS_ENOMEM;
		job->questions[job->n_questions++] = q;
	}
	return AS_OK;
}

enum as_err
as_lookup_ask(struct as_lookup *l, const struct as_need *list, size_t n,
    struct as_why *why)
{
	if (job_make(l, list, n) != AS_OK)
		return as_why_no_memory(why);
	if (l->task.job.n_questions == 0)
		return AS_OK;
	l->task.fn = on_done;
	as_errand_add(l->errand, &l->task);
	return as_errand_run(l->errand, why);
}

const struct as_answer *
as_lookup_find(const struct as_lookup *l, struct as_str name, uint32_t type)
{
	return as_answer_find(l->answers, l->n_answers, name, type);
}

struct as_errand *
as_lookup_errand(struct as_lookup *l)
{
	return l->errand;
}

const struct as_answer *
as_lookup_answers(const struct as_lookup *l, size_t *n)
{
	*n = l->n_answers;
	return l->answers;
}

/* --- life --- */

enum as_err
as_lookup_new(const struct as_fleet_config *config, struct as_lookup **out,
    struct as_why *why)
{
	struct as_lookup *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return as_why_no_memory(why);
	l->arena = as_arena_new(AS_MAX_FACTS_OCTETS);
	l->errand = as_errand_new(config);
	if (l->arena == NULL || l->errand == NULL) {
		as_lookup_free(l);
		return as_why_no_memory(why);
	}
	*out = l;
	return AS_OK;
}

void
as_lookup_free(struct as_lookup *l)
{
	if (l == NULL)
		return;
	as_errand_free(l->errand);
	as_arena_free(l->arena);
	free(l);
}
