/*
 * app/keeper - the process of the monitor that has the database: it gives jobs to
 * the scanner, takes what was seen into account, and keeps what changed.
 *
 * The only writer of an SQLite database, and its only checkpointer.  After an
 * error of the database it ends: what was not committed is looked at again.
 */
#ifndef AS_APP_KEEPER_H
#define AS_APP_KEEPER_H

#include "app/run.h"
#include "store/store.h"

/* When to look again, in seconds. */
struct as_rhythm {
	int64_t every;   /* a domain at rest */
	int64_t confirm; /* a change, for the second look */
	int64_t retry;   /* a look that could not test all; doubles each time */
	int64_t lease;   /* how long a job may take */
	int64_t estate;  /* the list of domains */
};

struct as_keeper_config {
	const struct as_run *run; /* how facts are judged */
	const char *store;
	const char *worker; /* whose leases these are */
	int listen_fd;      /* scanners come here */
	struct as_rhythm rhythm;
	struct as_log *log;
};

/* Runs a post of app/staff; ctx: struct as_keeper_config. */
int as_keeper_main(void *ctx, int word);

#endif
