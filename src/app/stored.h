/*
 * app/stored - facts from a file in place of the net (--facts).
 *
 * A file holds one document or several, one after the other: facts alone, or
 * documents of check --json and scan with facts in them.
 */
#ifndef AS_APP_STORED_H
#define AS_APP_STORED_H

#include "model/facts.h"

/* Facts of one domain, which die with the call.  An error ends the reading. */
typedef enum as_err as_stored_take(
    void *ctx, const struct as_facts *facts, struct as_why *why);

/* Hand out all of a file ("-": standard input), which is read into the arena.
 * AS_EIO, AS_ESYNTAX, AS_EVERSION, AS_ELIMIT: why names file and document; what
 * `take` returned. */
AS_MUST_USE enum as_err as_stored_each(struct as_arena *a, const char *path,
    as_stored_take *take, void *ctx, struct as_why *why);

#endif
