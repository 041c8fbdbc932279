/*
 * app/politeness - whose turn it is to visit a server (design 7).
 *
 * At most so many sessions at a time to one address, to one network, which is a
 * /24 (IPv4) or /48 (IPv6), and to one operator.  At an address the first of
 * each operator goes first, and the operators take turns; so do the addresses
 * of a network, so that many names at one of them do not hold up the others.
 * An IPv6 address that carries an IPv4 one counts as that.
 */
#ifndef AS_APP_POLITENESS_H
#define AS_APP_POLITENESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/ip.h"

struct as_politeness;
struct as_queue;

/* A visit that waits for its turn or has it; lies in its owner's struct. */
struct as_turn {
	struct as_ip ip;
	struct as_str operator; /* a name that stands for them, copied; empty:
				   not known, without that limit */
	int64_t since_ms;       /* the caller's clock: when it began to wait */
	/* Its turn has come.  Must not leave at once. */
	void (*go)(struct as_turn *turn);
	/* It has waited too long.  Must leave. */
	void (*late)(struct as_turn *turn);
	/* Private. */
	struct as_queue *queue;
	bool waiting;
	TAILQ_ENTRY(as_turn) link;
	TAILQ_ENTRY(as_turn) age;
};

struct as_manners {
	unsigned per_address, per_network, per_operator;
};

struct as_politeness *as_politeness_new(
    const struct as_manners *manners) AS_MUST_USE;

/* Turns are forgotten; their owners need not leave.  Accepts NULL. */
void as_politeness_free(struct as_politeness *p);

/* Wait for a turn; `go` is called once it comes, perhaps before this returns.
 * The members that are not private are set by the caller. */
AS_MUST_USE enum as_err as_politeness_join(
    struct as_politeness *p, struct as_turn *turn);

/* The visit is over, or waits no more: others may go. */
void as_politeness_leave(struct as_politeness *p, struct as_turn *turn);

/* Call `late` of those that began to wait before this time. */
void as_politeness_expire(struct as_politeness *p, int64_t before_ms);

#endif
