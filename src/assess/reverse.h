/*
 * assess/reverse - the name of an address, taken only when it leads back
 * (forward-confirmed reverse DNS).
 *
 * Pure: it asks for lookups and never makes them.
 */
#ifndef AS_ASSESS_REVERSE_H
#define AS_ASSESS_REVERSE_H

#include "base/ip.h"
#include "model/facts.h"
#include "std/need.h"

enum as_reverse_state {
	AS_REVERSE_OPEN, /* more must be known */
	AS_REVERSE_NAMED,
	AS_REVERSE_NONE,    /* DNS is clear: no name leads back */
	AS_REVERSE_UNKNOWN, /* an answer that would tell is missing */
};

struct as_reverse {
	struct as_ip ip;
	enum as_reverse_state state;
	struct as_str name; /* with NAMED */
	uint32_t ttl;       /* seconds, the least of what was used */
};

/* Judge by the answers so far.  OPEN: what is missing was added to `needs`
 * (room for 1 + AS_MAX_REVERSE_NAMES).  Names live in the answers or the arena.
 * AS_ENOMEM. */
AS_MUST_USE enum as_err as_reverse_judge(struct as_arena *a,
    const struct as_answer *answers, size_t n_answers, struct as_reverse *r,
    struct as_need *needs, size_t *n_needs);

#endif
