/*
 * net/direct - one question to one name server, with nobody between.
 *
 * What a resolver hands on is one server's answer; this asks each server
 * itself, without recursion (RFC 1034 4.3.1).  UDP with EDNS, again without it
 * when the server does not know it (RFC 6891 7), TCP when the answer was cut
 * (RFC 7766 5).  An answer counts when it comes from the address asked, to our
 * port, with our random id and our question; anything else is waited past.
 *
 * More than `window` questions are not in flight at once, later ones wait their
 * turn; so descriptors are bounded.  Each try has a deadline of its own.
 */
#ifndef AS_NET_DIRECT_H
#define AS_NET_DIRECT_H

#include <stdbool.h>

#include "base/ip.h"
#include "net/loop.h"

struct as_direct;
struct as_direct_query;

struct as_direct_config {
	uint32_t window; /* 0: AS_DIRECT_WINDOW */
	uint32_t try_ms; /* 0: AS_DIRECT_TRY_MS */
	uint32_t tries;  /* of UDP; 0: AS_DIRECT_TRIES */
};

/* NULL: no memory. */
struct as_direct *as_direct_new(
    struct as_loop *loop, const struct as_direct_config *config) AS_MUST_USE;
void as_direct_free(struct as_direct *d); /* accepts NULL; pending ones die */

enum as_direct_end {
	AS_DIRECT_ANSWER,  /* a packet: what it says is the caller's to read */
	AS_DIRECT_REFUSED, /* no name server waits there */
	AS_DIRECT_UNREACHABLE, /* no way there */
	AS_DIRECT_TIMEOUT,
	AS_DIRECT_NO_TCP, /* the answer was cut, and TCP did not bring it */
	AS_DIRECT_OURS,   /* we have no memory or descriptor left */
};

struct as_direct_reply {
	enum as_direct_end end;
	const uint8_t *packet; /* valid inside the callback */
	size_t n;
	bool tcp;           /* it came by TCP */
	const char *detail; /* cause when there is none; never NULL */
	uint32_t took_ms;   /* waiting for a place in the window out */
};

/* `reply` dies with the call. */
typedef void as_direct_fn(void *ctx, const struct as_direct_reply *reply);

struct as_direct_question {
	struct as_ip ip; /* vetted by the caller */
	uint16_t port;
	struct as_str name; /* canonical; copied */
	uint16_t type;
};

/* fn runs exactly once, never before this returns, unless cancelled.  NULL: no
 * memory, or not a name. */
struct as_direct_query *as_direct_ask(struct as_direct *d,
    const struct as_direct_question *question, as_direct_fn *fn,
    void *ctx) AS_MUST_USE;

/* Forget a question whose callback has not run. */
void as_direct_cancel(struct as_direct_query *q);

#endif
