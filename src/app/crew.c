#include "app/crew_private.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"

#include "base/banned.h"

#define MEMBER_QUEUE  ((size_t)1024 * 1024) /* octets it has not taken yet */
#define TASKS_A_START 4     /* more tasks than this a prober: start another */
#define READY_MS      30000 /* from fork to the READY frame */
#define MAX_FAILURES  3     /* starts in a row, a tick apart */
#define MAX_LATER     20    /* the same, once a prober has been ready */
#define STALL_MS      2000  /* between two ticks: we stood still ourselves */
#define SOLO_FACTOR   4     /* lone retries at a time, for each prober */

int64_t
as_crew_now(const struct as_crew *c)
{
	const struct as_clock *clock = &c->config.program.config->clock;

	return clock->mono_ms(clock->ctx);
}

void
as_crew_work_soon(struct as_crew *c)
{
	as_timer_set(c->work, 0);
}

void
as_crew_add(struct as_crew *c, struct as_task *task)
{
	task->job.id = c->next_id++;
	task->member = NULL;
	TAILQ_INSERT_TAIL(&c->queue, task, link);
	c->n_tasks++;
	as_crew_work_soon(c);
}

void
as_crew_fail(struct as_crew *c, enum as_err err, const char *why)
{
	if (c->failed)
		return;
	c->failed = true;
	c->config.failed(c->config.ctx, err, why);
}

void
as_member_end(struct as_member *m, const char *reason)
{
	if (m->state == MEMBER_ENDING)
		return;
	m->state = MEMBER_ENDING;
	m->reason = reason;
	as_crew_work_soon(m->crew);
}

/* --- the life of members --- */

static bool
is_any_working(const struct as_crew *c)
{
	const struct as_member *m;

	TAILQ_FOREACH(m, &c->members, link)
	if (m->state == MEMBER_WORKING && !m->solo)
		return true;
	return false;
}

/* For those that work already nothing has changed; but a lone retry cannot be
 * had. */
static void
suspects_give_up(struct as_crew *c, const char *why)
{
	struct as_crew_fault fault = {.outcome = AS_SUBJECT_CANCELLED,
	    .reason = "no prober can be started to try again",
	    .end = why};
	struct as_task *task;

	while ((task = TAILQ_FIRST(&c->suspects)) != NULL) {
		TAILQ_REMOVE(&c->suspects, task, link);
		as_task_give_up(c, task, fault);
	}
}

/* Starts that fail together count as one. */
static void
start_failed(struct as_crew *c, const char *why)
{
	if (c->resting)
		return;
	c->resting = true;
	c->failures++;
	(void)snprintf(c->start_why, sizeof(c->start_why), "%s", why);
}

/* Is it in vain to go on trying? */
static void
starts_judge(struct as_crew *c)
{
	char text[200];

	if (c->failures < (c->was_ready ? MAX_LATER : MAX_FAILURES))
		return;
	if (is_any_working(c)) {
		suspects_give_up(c, c->start_why);
		return;
	}
	(void)snprintf(
	    text, sizeof(text), "no prober can be started: %s", c->start_why);
	as_crew_fail(c, AS_ESYS, text);
}

static struct as_member *
member_start(struct as_crew *c, bool solo)
{
	struct as_member *m = calloc(1, sizeof(*m));
	struct as_why why = {.text = "out of memory"};

	if (m == NULL ||
	    as_worker_start(&m->worker, c->config.loop, &c->config.program,
		&as_member_events, m, &why) != AS_OK) {
		free(m);
		start_failed(c, why.text);
		return NULL;
	}
	as_worker_allow_cpu(&m->worker, c->config.cpu_s);
	m->crew = c;
	m->solo = solo;
	m->started_ms = as_crew_now(c);
	TAILQ_INIT(&m->tasks);
	TAILQ_INSERT_TAIL(&c->members, m, link);
	if (solo)
		c->n_solo++;
	else
		c->n_members++;
	return m;
}

/* A lone task that ended its prober has its answer now. */
static void
task_condemn(struct as_member *m, struct as_task *task, const char *end)
{
	struct as_crew_fault fault = {
	    .outcome = m->stuck ? AS_SUBJECT_STUCK : AS_SUBJECT_CRASHED,
	    .reason = m->reason,
	    .end = end,
	};

	as_task_give_up(m->crew, task, fault);
}

static void
member_settle(struct as_member *m, const char *end)
{
	struct as_crew *c = m->crew;
	struct as_task *task;

	while ((task = TAILQ_FIRST(&m->tasks)) != NULL) {
		as_task_release(m, task);
		if (m->solo && m->ready_seen)
			task_condemn(m, task, end);
		else
			TAILQ_INSERT_TAIL(&c->suspects, task, link);
	}
}

static void
member_bury(struct as_member *m)
{
	struct as_crew *c = m->crew;
	const struct as_log *log = &c->config.program.config->log;
	bool expected = m->solo && m->n_tasks == 0;
	char end[AS_WORKER_TEXT];

	TAILQ_REMOVE(&c->members, m, link);
	if (m->solo)
		c->n_solo--;
	else
		c->n_members--;
	as_worker_stop(&m->worker, 0, end);
	if (!expected)
		as_log(log, AS_LOG_WARN,
		    "a prober ended (%s%s%s)%s; jobs it held: %zu",
		    m->reason != NULL ? m->reason : "",
		    m->reason != NULL ? "; " : "", end,
		    m->solo ? ", alone with one job" : "", m->n_tasks);
	if (!m->ready_seen)
		start_failed(c, m->reason != NULL ? m->reason : end);
	member_settle(m, end);
	free(m);
}

/* --- work --- */

static void
members_bury(struct as_crew *c)
{
	struct as_member *m, *next;

	for (m = TAILQ_FIRST(&c->members); m != NULL; m = next) {
		next = TAILQ_NEXT(m, link);
		if (m->state == MEMBER_ENDING)
			member_bury(m);
	}
}

static void
members_start(struct as_crew *c)
{
	struct as_task *task;

	while (!c->resting && c->n_members < c->config.probers &&
	    c->n_tasks > (size_t)c->n_members * TASKS_A_START)
		(void)member_start(c, false);
	while (!c->resting && (task = TAILQ_FIRST(&c->suspects)) != NULL &&
	    c->n_solo < c->config.probers * SOLO_FACTOR) {
		struct as_member *m = member_start(c, true);
		if (m == NULL)
			break;
		TAILQ_REMOVE(&c->suspects, task, link);
		as_task_hold(m, task);
	}
}

/* The member that should have the next task; NULL when none can take it. */
static struct as_member *
member_choose(const struct as_crew *c)
{
	struct as_member *m, *best = NULL;

	TAILQ_FOREACH(m, &c->members, link)
	{
		if (m->solo || m->state != MEMBER_WORKING ||
		    m->n_tasks >= c->capacity ||
		    as_link_backlog(&m->worker.link) >= MEMBER_QUEUE)
			continue;
		if (best == NULL || m->n_tasks < best->n_tasks)
			best = m;
	}
	return best;
}

static void
on_work(void *ctx)
{
	struct as_crew *c = ctx;
	struct as_task *task;
	struct as_member *m;

	members_bury(c);
	starts_judge(c);
	if (c->failed)
		return;
	members_start(c);
	while ((task = TAILQ_FIRST(&c->queue)) != NULL &&
	    (m = member_choose(c)) != NULL) {
		TAILQ_REMOVE(&c->queue, task, link);
		as_task_hold(m, task);
		as_task_send(m, task);
	}
}

static bool
is_over_time(const struct as_member *m, int64_t now)
{
	const struct as_task *task;

	TAILQ_FOREACH(task, &m->tasks, link)
	if (now > task->due_ms)
		return true;
	return false;
}

/* Time in which we were stopped, or waited for who reads our output, is not
 * held against the probers: they may have waited for us. */
static void
stall_forgive(struct as_crew *c, int64_t now)
{
	int64_t stall = now - c->ticked_ms;
	struct as_member *m;
	struct as_task *task;

	c->ticked_ms = now;
	if (stall < STALL_MS)
		return;
	TAILQ_FOREACH(m, &c->members, link)
	{
		m->started_ms += stall;
		TAILQ_FOREACH(task, &m->tasks, link)
		task->due_ms += stall;
	}
}

void
as_crew_tick(struct as_crew *c)
{
	int64_t now = as_crew_now(c);
	struct as_member *m;

	stall_forgive(c, now);
	TAILQ_FOREACH(m, &c->members, link)
	{
		if (m->answered)
			as_worker_allow_cpu(&m->worker, c->config.cpu_s);
		m->answered = false;
		if (m->state == MEMBER_STARTING &&
		    now > m->started_ms + READY_MS) {
			as_member_end(m, "not ready in time");
		} else if (m->state == MEMBER_WORKING && is_over_time(m, now)) {
			m->stuck = true;
			as_member_end(m, "a job is over its time");
		}
	}
	c->resting = false;
	as_crew_work_soon(c);
}

/* --- the crew --- */

struct as_crew *
as_crew_new(const struct as_crew_config *config)
{
	struct as_crew *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->config = *config;
	if (c->config.cpu_s == 0)
		c->config.cpu_s = AS_PROBER_CPU_S;
	c->next_id = 1;
	c->capacity = as_prober_capacity();
	c->ticked_ms = as_crew_now(c);
	TAILQ_INIT(&c->members);
	TAILQ_INIT(&c->queue);
	TAILQ_INIT(&c->suspects);
	c->work = as_timer_new(config->loop, on_work, c);
	if (c->work == NULL) {
		free(c);
		return NULL;
	}
	return c;
}

void
as_crew_free(struct as_crew *c)
{
	struct as_member *m;
	char end[AS_WORKER_TEXT];

	if (c == NULL)
		return;
	TAILQ_FOREACH(m, &c->members, link)
	as_worker_hang_up(&m->worker);
	while ((m = TAILQ_FIRST(&c->members)) != NULL) {
		TAILQ_REMOVE(&c->members, m, link);
		as_worker_stop(&m->worker, AS_PROBER_END_MS, end);
		free(m);
	}
	as_timer_free(c->work);
	free(c);
}
