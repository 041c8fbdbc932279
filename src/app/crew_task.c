/* Jobs on their way out, answers on their way in.  Part of app/crew. */
#include "app/crew_private.h"

#include <stdio.h>

#include "base/limits.h"

#include "base/banned.h"

void
as_task_hold(struct as_member *m, struct as_task *task)
{
	task->member = m;
	TAILQ_INSERT_TAIL(&m->tasks, task, link);
	m->n_tasks++;
}

void
as_task_release(struct as_member *m, struct as_task *task)
{
	TAILQ_REMOVE(&m->tasks, task, link);
	task->member = NULL;
	m->n_tasks--;
}

static void
task_answer(struct as_crew *c, struct as_task *task, struct as_arena *a,
    const struct as_job_done *done)
{
	c->n_tasks--;
	task->fn(task, a, done);
	as_crew_work_soon(c);
}

static int64_t
task_limit_ms(const struct as_crew *c, const struct as_task *task)
{
	if (c->config.job_ms != 0)
		return c->config.job_ms;
	return (int64_t)as_job_limit_ms(task->job.kind) + AS_JOB_GRACE_MS;
}

void
as_task_send(struct as_member *m, struct as_task *task)
{
	struct as_buf text;
	enum as_err err = AS_ENOMEM;

	task->due_ms = as_crew_now(m->crew) + task_limit_ms(m->crew, task);
	as_buf_init(&text, AS_MAX_FRAME_OCTETS - 1);
	as_codec_print(&text, &as_shape_job, &task->job, AS_JSON_COMPACT);
	if (as_buf_ok(&text))
		err = as_link_send(
		    &m->worker.link, AS_FRAME_JOB, as_buf_str(&text));
	as_buf_fini(&text);
	if (err != AS_OK)
		as_crew_fail(m->crew, err, "out of memory");
}

void
as_task_give_up(
    struct as_crew *c, struct as_task *task, struct as_crew_fault fault)
{
	struct as_arena *a = as_arena_new(AS_MAX_FACTS_OCTETS);
	struct as_job_done *done = NULL;

	fault.config = c->config.program.config;
	if (a != NULL)
		done = as_crew_done_fault(a, &task->job, &fault);
	if (done == NULL) {
		as_arena_free(a);
		as_crew_fail(c, AS_ENOMEM, "out of memory");
		return;
	}
	task_answer(c, task, a, done);
}

/* --- what members say --- */

static void
on_ready(struct as_member *m, struct as_str text)
{
	struct as_task *task;

	if (m->state != MEMBER_STARTING) {
		as_member_end(m, "a second greeting");
		return;
	}
	as_log(&m->crew->config.program.config->log, AS_LOG_DEBUG, AS_STR_FMT,
	    AS_STR_ARG(text));
	m->state = MEMBER_WORKING;
	m->ready_seen = true;
	m->crew->was_ready = true;
	m->crew->failures = 0;
	TAILQ_FOREACH(task, &m->tasks, link)
	as_task_send(m, task);
	as_crew_work_soon(m->crew);
}

/* What it says of its settings all others would say, too. */
static void
on_failed(struct as_member *m, struct as_str text)
{
	struct as_str why = as_str_slice(text, 1, text.n);

	(void)snprintf(m->said, sizeof(m->said), AS_STR_FMT, AS_STR_ARG(why));
	as_member_end(m, m->said);
	if (as_str_has_prefix(text, "1") && !m->crew->was_ready)
		as_crew_fail(m->crew, AS_ESYNTAX, m->said);
}

static struct as_task *
task_find(const struct as_member *m, uint32_t id)
{
	struct as_task *task;

	TAILQ_FOREACH(task, &m->tasks, link)
	if (task->job.id == id)
		return task;
	return NULL;
}

static void
on_facts(struct as_member *m, struct as_str payload)
{
	struct as_arena *a = as_arena_new(AS_MAX_FACTS_OCTETS);
	struct as_job_done *done = NULL;
	struct as_task *task = NULL;

	if (a == NULL) {
		as_crew_fail(m->crew, AS_ENOMEM, "out of memory");
		return;
	}
	if (as_crew_done_read(a, payload, &done) == AS_OK)
		task = task_find(m, done->id);
	if (task == NULL || !as_crew_done_fits(&task->job, done)) {
		as_arena_free(a);
		as_member_end(m, "an answer that cannot be right");
		return;
	}
	m->answered = true;
	as_task_release(m, task);
	if (m->solo)
		as_member_end(m, NULL);
	task_answer(m->crew, task, a, done);
}

static void
on_frames(void *ctx)
{
	struct as_member *m = ctx;
	struct as_frame f;
	enum as_err err = AS_EABSENT;

	while (m->state != MEMBER_ENDING) {
		err = as_link_next(&m->worker.link, &f);
		if (err != AS_OK)
			break;
		if (f.type == AS_FRAME_READY)
			on_ready(m, f.payload);
		else if (f.type == AS_FRAME_FAILED &&
		    m->state == MEMBER_STARTING)
			on_failed(m, f.payload);
		else if (f.type == AS_FRAME_DONE && m->state == MEMBER_WORKING)
			on_facts(m, f.payload);
		else
			as_member_end(m, "a frame of an unknown kind");
		as_link_drop(&m->worker.link, &f);
	}
	if (m->state != MEMBER_ENDING && err != AS_EABSENT)
		as_member_end(m, "a broken frame");
}

static void
on_gone(void *ctx)
{
	as_member_end(ctx, NULL);
}

const struct as_link_events as_member_events = {on_frames, on_gone, NULL};
