/*
 * app/ingest_private - what the files of app/ingest share: ingest.c (the run),
 * ingest_seat.c (one parser and its input).
 */
#ifndef AS_APP_INGEST_PRIVATE_H
#define AS_APP_INGEST_PRIVATE_H

#include "app/ingest.h"
#include "app/ingest_walk.h"
#include "app/parser.h"
#include "app/progress.h"

#define AS_MAX_PARSERS 64

struct ingest;

/* A parser and the input it has. */
struct seat {
	struct ingest *run;
	struct as_worker worker;
	bool running; /* there is a process */
	bool ready;   /* it said so */
	bool gone;    /* its socket is at the end */
	bool broken;  /* what it says is no protocol */
	bool stuck;
	bool busy; /* it has an input */
	char *name;
	int fd;             /* of the input; -1 */
	bool sent;          /* the input's end was sent */
	int fault;          /* errno of reading it */
	struct as_buf kept; /* octets of what cannot be read again */
	struct as_ingest_input in;
	struct as_wire_reader wire;
	bool moved; /* something came or went since the last tick */
	int64_t moved_ms;
};

struct ingest {
	const struct as_ingest_config *config;
	struct as_keep *keep;
	struct as_loop *loop;
	struct as_timer *tick, *work;
	struct as_clock clock;
	struct as_prober_config prober;
	struct as_walk *walk;
	bool exhausted; /* the walk gave all */
	struct seat seats[AS_MAX_PARSERS];
	unsigned n_seats;
	struct seat *holder; /* is inside a report */
	unsigned failures;   /* starts in a row that came to nothing */
	int64_t committed_ms;
	struct as_progress progress;
	enum as_err err;
	struct as_why why;
};

/* The run ends with that; the first one counts. */
void as_ingest_fail(struct ingest *g, enum as_err err, const char *text);

/* Something is to be done: seats are looked at from the loop. */
void as_ingest_work_soon(struct ingest *g);

/* --- ingest_seat.c --- */

AS_MUST_USE bool as_seat_init(struct seat *s, struct ingest *g);
void as_seat_fini(struct seat *s);
void as_seat_start(struct seat *s);

/* Give it the input; it is free. */
void as_seat_give(struct seat *s, const struct as_walk_input *input);

/* Take what it says, until it has to wait; true when something was taken. */
bool as_seat_take(struct seat *s);

/* Called a few times a second. */
void as_seat_tick(struct seat *s);

#endif
