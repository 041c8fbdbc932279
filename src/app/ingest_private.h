/*
 * app/ingest_private - what the files of app/ingest share: ingest.c (the run),
 * ingest_seat.c (one parser and its inputs), ingest_input.c (an input).
 */
#ifndef AS_APP_INGEST_PRIVATE_H
#define AS_APP_INGEST_PRIVATE_H

#include "app/ingest.h"
#include "app/ingest_walk.h"
#include "app/parser.h"
#include "app/progress.h"

#define AS_MAX_PARSERS 64

struct ingest;

/* An input, from when it is opened until what came of it is told. */
struct input {
	struct input *next;
	char *name;
	int fd;             /* -1: there is none, or none any more */
	int fault;          /* errno of opening or reading it */
	bool unread;        /* it could not be opened: no parser gets it */
	uint64_t length;    /* 0: not known */
	bool whole;         /* `kept` has all of its octets */
	bool alone;         /* no other one is at its parser meanwhile */
	bool sent;          /* to its end */
	size_t mail;        /* as in struct as_walk_input */
	size_t taken;       /* pieces that came of it */
	size_t skip;        /* pieces to come that came already */
	struct as_buf kept; /* octets of a short one, and of a pipe */
	struct as_ingest_input in;
};

struct input_queue {
	struct input *first, *last;
	size_t n, octets; /* octets: of `kept` */
};

/* A parser and the inputs it has.  Short ones are given ahead, so that neither
 * side waits for the other; what comes is of the first. */
struct seat {
	struct ingest *run;
	struct as_worker worker;
	bool running; /* there is a process */
	bool ready;   /* it said so */
	bool gone;    /* its socket is at the end */
	bool broken;  /* what it says is no protocol */
	bool stuck;
	struct input_queue given, waiting; /* waiting: opened, not given */
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
	bool walked;                /* the walk gave all */
	struct as_mailbox *mailbox; /* that is read now, or NULL */
	size_t mailbox_at;          /* the next one */
	bool exhausted;             /* there is no more input */
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

/* The next input; false: there is none, now or (exhausted) at all. */
bool as_ingest_next(struct ingest *g, struct as_walk_input *out);

/* --- ingest_input.c --- */

void as_input_push(struct input_queue *q, struct input *x);
struct input *as_input_pop(struct input_queue *q); /* NULL: it is empty */

/* Open it and read it, if it is short.  NULL: no memory. */
struct input *as_input_open(const struct as_walk_input *walk) AS_MUST_USE;
void as_input_free(struct input *x);

/* Is what is read of it lost when it is not kept? */
bool as_input_is_kept(const struct input *x);

/* All its octets, for quarantine; AS_STR_NULL: too many, or not there. */
struct as_str as_input_raw(struct input *x);

/* --- ingest_seat.c --- */

AS_MUST_USE bool as_seat_init(struct seat *s, struct ingest *g);
void as_seat_fini(struct seat *s);

/* Give it inputs, from the walk or that it has; start its parser for that. */
void as_seat_serve(struct seat *s);

/* Take what it says, until it has to wait; true when something was taken. */
bool as_seat_take(struct seat *s);

bool as_seat_is_busy(const struct seat *s);

/* Called a few times a second. */
void as_seat_tick(struct seat *s);

#endif
