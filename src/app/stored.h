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

/* Hand out each document of a file ("-": standard input) as soon as it is whole.
 * The file may be of any length; no document may be over AS_MAX_FACTS_OCTETS.
 * AS_EIO, AS_ESYNTAX, AS_EVERSION, AS_ELIMIT, AS_ENOMEM: why names file and
 * document; what `take` returned. */
AS_MUST_USE enum as_err as_stored_each(
    const char *path, as_stored_take *take, void *ctx, struct as_why *why);

#endif
