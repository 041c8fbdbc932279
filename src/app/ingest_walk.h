/*
 * app/ingest_walk - the inputs that a command line names, one after the other:
 * files, all files below a directory, of a Maildir the mails in cur and new,
 * standard input.
 */
#ifndef AS_APP_INGEST_WALK_H
#define AS_APP_INGEST_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "model/received.h"

struct as_walk;

/* One input, to be opened by path; "-" is standard input.  What it names lives
 * until the next call. */
struct as_walk_input {
	const char *path;
	int fault;   /* errno: it cannot be read; 0 */
	bool listed; /* found in a directory, so it may be gone by now */
	int fd;      /* opened already, to be closed by who takes it; 0: not */
	/* It is in quarantine, and leaves it when it gives a report. */
	const struct as_quarantined *held;
	size_t
	    mail; /* of a mailbox (app/mailbox), counted from 1; 0: of none */
};

/* NULL: no memory.  paths must outlive it. */
struct as_walk *as_walk_new(const char *const *paths, size_t n) AS_MUST_USE;
void as_walk_free(struct as_walk *w); /* accepts NULL */

/* False: there is no more. */
bool as_walk_next(struct as_walk *w, struct as_walk_input *out);

#endif
