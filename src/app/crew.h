/*
 * app/crew - the probers of a run, and the jobs they hold.
 *
 * A task goes to the prober with the fewest.  When a prober dies, breaks the
 * protocol or keeps a job past its time, it is ended, another takes its place,
 * and the tasks it held are tried again, each alone in a fresh prober.  One
 * that ends its prober again is answered prober-crashed or prober-stuck; one
 * that no prober can be started for is answered cancelled.
 */
#ifndef AS_APP_CREW_H
#define AS_APP_CREW_H

#include <sys/queue.h>

#include "app/worker.h"
#include "probe/job.h"

struct as_crew;
struct as_member;
struct as_task;

/* `done` holds facts of the job's kind and subject, in `a`, which now belongs
 * to the callee (as_arena_free).  Runs from the loop only. */
typedef void as_task_fn(
    struct as_task *task, struct as_arena *a, const struct as_job_done *done);

/* One job on its way; lies in its owner's struct, which must not go before fn
 * has run or as_crew_free. */
struct as_task {
	struct as_job job; /* texts are the owner's; the id is set here */
	as_task_fn *fn;
	/* Private. */
	struct as_member *member;
	int64_t due_ms;
	TAILQ_ENTRY(as_task) link;
};

struct as_crew_config {
	struct as_loop *loop;
	struct as_worker_program program;
	unsigned probers;
	uint32_t job_ms; /* 0: as_job_limit_ms and AS_JOB_GRACE_MS */
	unsigned cpu_s;  /* processor time that a prober may use up without an
	                   answer; 0: AS_PROBER_CPU_S */
	/* No prober can be started: nothing will be answered any more. */
	void (*failed)(void *ctx, enum as_err err, const char *why);
	void *ctx;
};

struct as_crew *as_crew_new(const struct as_crew_config *config) AS_MUST_USE;

/* End all probers (grace_ms for those that close down by themselves). */
void as_crew_free(struct as_crew *c); /* accepts NULL */

/* Queue a task; job and fn are set. */
void as_crew_add(struct as_crew *c, struct as_task *task);

/* To be called a few times a second: finds jobs that are over their time. */
void as_crew_tick(struct as_crew *c);

#endif
