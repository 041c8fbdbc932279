/*
 * app/politeness - whose turn it is to visit a mail server (design 7).
 *
 * At most `per_address` sessions at a time to one address and `per_network` to
 * one /24 (IPv4) or /48 (IPv6).  At an address who comes first goes first; the
 * addresses of a network take turns, so that many names at one of them do not
 * hold up the others.  An IPv6 address that carries an IPv4 one counts as that.
 */
#ifndef AS_APP_POLITENESS_H
#define AS_APP_POLITENESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/ip.h"

struct as_politeness;
struct as_spot;

/* A visit that waits for its turn or has it; lies in its owner's struct. */
struct as_turn {
	struct as_ip ip;
	int64_t since_ms; /* the caller's clock: when it began to wait */
	void (*go)(struct as_turn *turn);
	/* Private. */
	struct as_spot *spot;
	bool waiting;
	TAILQ_ENTRY(as_turn) link;
	TAILQ_ENTRY(as_turn) age;
};

struct as_politeness *as_politeness_new(
    unsigned per_address, unsigned per_network) AS_MUST_USE;
void as_politeness_free(struct as_politeness *p); /* accepts NULL */

/* Wait for a turn; `go` is called once it comes, perhaps before this returns.
 * ip, since_ms and go are set by the caller. */
AS_MUST_USE enum as_err as_politeness_join(
    struct as_politeness *p, struct as_turn *turn);

/* The visit is over, or waits no more: others may go. */
void as_politeness_leave(struct as_politeness *p, struct as_turn *turn);

/* The turn that has waited longest and still does; NULL when none waits. */
struct as_turn *as_politeness_oldest(const struct as_politeness *p);

#endif
