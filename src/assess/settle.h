/*
 * assess/settle - is a change real?  Look after look at one domain, told once.
 *
 * A difference that one look shows may be a rollout in the middle, or one server
 * of several.  It waits for a second look; what both agree on is told.  Where they
 * differ it waits for another, up to AS_SETTLE_LOOKS.  What a newer catalogue or
 * the passing of time changes needs no second look.
 */
#ifndef AS_ASSESS_SETTLE_H
#define AS_ASSESS_SETTLE_H

#include "assess/assess.h"
#include "model/event.h"

#define AS_SETTLE_LOOKS 5 /* then the last look counts */

/* What is kept of a domain from look to look. */
struct as_settle {
	const struct as_facts *known; /* what was told of; NULL: no look yet */
	struct as_verdicts verdicts;  /* of it */
	int64_t judged_ms;            /* wall: as of when */
	const struct as_facts
	    *pending;   /* what waits for another look, or NULL */
	unsigned looks; /* that it has had */
};

/*
 * Take a look into account: *state becomes what is to be kept, and `told` what to
 * tell; texts and facts are shared with both and the arena.  The options' now_ms
 * is when the look was made.  A first look tells nothing.  AS_ENOMEM, and then
 * *state is as it was.
 */
AS_MUST_USE enum as_err as_settle_look(struct as_arena *a,
    struct as_settle *state, const struct as_facts *look,
    const struct as_assess_options *options, struct as_events *told);

#endif
