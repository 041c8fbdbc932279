/*
 * app/crew_private - what the files of app/crew share: crew.c (who works, who
 * is ended, who tries again), crew_task.c (jobs out, answers in).
 */
#ifndef AS_APP_CREW_PRIVATE_H
#define AS_APP_CREW_PRIVATE_H

#include "app/crew.h"
#include "app/crew_done.h"

TAILQ_HEAD(task_list, as_task);

/*
 * A member is STARTING until its READY frame, then WORKING, and at last ENDING:
 * the next turn of on_work stops it and settles what it held.  Nothing else
 * takes a member out, so no callback loses the one it runs for.
 */
enum member_state { MEMBER_STARTING, MEMBER_WORKING, MEMBER_ENDING };

struct as_member {
	TAILQ_ENTRY(as_member) link;
	struct as_crew *crew;
	struct as_worker worker;
	enum member_state state;
	bool solo; /* has one task only, which is under suspicion */
	bool ready_seen;
	bool stuck;
	const char *reason; /* why we end it; NULL: it ended by itself */
	char said[200];     /* the reason, when it told us */
	bool answered;      /* since the last tick */
	int64_t started_ms;
	struct task_list tasks;
	size_t n_tasks;
};

TAILQ_HEAD(member_list, as_member);

struct as_crew {
	struct as_crew_config config;
	struct member_list members;
	struct task_list queue;
	struct task_list suspects;
	struct as_timer *work;
	unsigned capacity; /* tasks that a member holds at a time */
	size_t n_tasks;    /* queued, suspected and held */
	unsigned n_members;
	unsigned n_solo;
	unsigned failures; /* starts in a row */
	bool resting;      /* a start failed: wait for the next tick */
	bool was_ready;    /* a prober has been */
	char start_why[160];
	bool failed;
	int64_t ticked_ms; /* the last tick */
	uint32_t next_id;
};

/* --- crew.c --- */

int64_t as_crew_now(const struct as_crew *c);
void as_crew_work_soon(struct as_crew *c);
void as_crew_fail(struct as_crew *c, enum as_err err, const char *why);
void as_member_end(struct as_member *m, const char *reason);

/* --- crew_task.c --- */

void as_task_hold(struct as_member *m, struct as_task *task);
void as_task_release(struct as_member *m, struct as_task *task);
void as_task_send(struct as_member *m, struct as_task *task);

/* Answer a task without facts. */
void as_task_give_up(
    struct as_crew *c, struct as_task *task, struct as_crew_fault fault);

/* What a member says. */
extern const struct as_link_events as_member_events;

#endif
