/*
 * intake/source - octets that are pulled, looked at before they are taken, and
 * counted against the budget of the input.
 */
#ifndef AS_INTAKE_SOURCE_H
#define AS_INTAKE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "intake/unwrap.h"

#define AS_PEEK_OCTETS ((size_t)16384)

/* What one input may cost.  A bomb is told by its ratio long before it is read:
 * reports shrink to a fortieth, rarely to a hundredth. */
struct as_budget {
	uint64_t in;     /* octets of the input that were read */
	uint64_t out;    /* octets that were unpacked from them, all layers */
	uint64_t told;   /* of out, what some report or refusal was of */
	uint64_t wasted; /* of that, what gave no report */
	uint64_t members;
	unsigned depth;
};

/* What was unpacked since the last call was of a report, or of none. */
void as_budget_tell(struct as_budget *b, bool report);

/* AS_ELIMIT with *why when it is spent. */
AS_MUST_USE enum as_err as_budget_out(
    struct as_budget *b, size_t octets, struct as_why *why);
AS_MUST_USE enum as_err as_budget_member(
    struct as_budget *b, struct as_why *why);

/* A source with a window in front of it. */
struct as_peek {
	struct as_source from;
	char window[AS_PEEK_OCTETS];
	size_t at, n; /* what of the window is not taken */
	bool ended;
	struct as_buf *tee; /* gets what is taken, or NULL; full: too long */
};

void as_peek_init(
    struct as_peek *p, const struct as_source *from, struct as_buf *tee);

/* The next octets, as many as the window holds, without taking them. */
AS_MUST_USE enum as_err as_peek_look(struct as_peek *p, struct as_str *out);

/* The same, at least `want` (up to the window's size) unless the source ends. */
AS_MUST_USE enum as_err as_peek_more(
    struct as_peek *p, size_t want, struct as_str *out);

void as_peek_take(struct as_peek *p, size_t n); /* of what was looked at */

/* As a source again; the window first. */
struct as_source as_peek_source(struct as_peek *p);

/* Octets at hand as a source; m must stay. */
struct as_memory {
	struct as_str left;
};
struct as_source as_memory_source(struct as_memory *m);

/* Read all, up to `cap`.  AS_ELIMIT. */
AS_MUST_USE enum as_err as_source_read_all(
    const struct as_source *s, struct as_buf *out, struct as_why *why);

#endif
