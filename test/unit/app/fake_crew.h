/*
 * test/unit/app/fake_crew - in place of the crew's own queue: tasks wait until
 * the test answers them.  To be included once a program.
 */
#ifndef AS_TEST_FAKE_CREW_H
#define AS_TEST_FAKE_CREW_H

#include "app/crew.h"

#define MAX_TASKS 100

static struct as_task *queue[MAX_TASKS];
static unsigned n_queue;
static int64_t now; /* of clock_now */

void
as_crew_add(struct as_crew *c, struct as_task *task)
{
	(void)c;
	queue[n_queue++] = task;
}

static int64_t
clock_now(void *ctx)
{
	(void)ctx;
	return now;
}

#endif
