/*
 * app/staff - the long-lived processes of the monitor, kept alive.
 *
 * Each post is a forked child.  One that ends is started again, later each time
 * it does so at once; one that is silent for its limit is ended first, for it must
 * say a word (as_staff_alive) often enough.  SIGTERM and SIGINT end all: in the
 * reverse order of the list, each asked by SIGTERM and, past the time for all, by
 * SIGKILL.  SIGHUP starts all anew, with what `reload` found.
 */
#ifndef AS_APP_STAFF_H
#define AS_APP_STAFF_H

#include "base/log.h"
#include "net/loop.h"

#define AS_STAFF_DRAIN_MS 9000 /* for all, until SIGKILL: 10 s with its rest */

/* What a child runs: the exit status.  `word` is for as_staff_alive. */
typedef int as_post_fn(void *ctx, int word);

struct as_post {
	const char *name; /* at most 15 octets: the process's name */
	as_post_fn *run;
	void *ctx;
	uint32_t silent_ms; /* most between two words; 0: it need not speak */
};

struct as_staff_config {
	const struct as_post *posts; /* the first is started first */
	size_t n_posts;
	struct as_log *log;
	/* SIGHUP: false, and everything goes on as it was; may be NULL. */
	bool (*reload)(void *ctx);
	void *ctx;
};

/* Run until told to end.  AS_ESYS: the signals or the first children cannot be
 * had.  The service manager is told when all have said their first word. */
AS_MUST_USE enum as_err as_staff_run(
    const struct as_staff_config *config, struct as_why *why);

/* In a child: I am well.  The first word says that it is ready. */
void as_staff_alive(int word);

/* In a child: was it asked to end?  A descriptor that can be read from then on
 * (signalfd of SIGTERM); to be made before anything else.  -1: no. */
int as_staff_end_fd(void);

#endif
