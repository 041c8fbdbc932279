/*
 * intake/inflate - gzip (RFC 1952) and zlib (RFC 1950) as a source.
 *
 * Members of gzip that follow each other are one text.  Octets behind the end
 * that are no further member are left alone (as_inflate_rest).
 */
#ifndef AS_INTAKE_INFLATE_H
#define AS_INTAKE_INFLATE_H

#include "intake/source.h"

struct as_inflate;

bool as_is_gzip(struct as_str start);
bool as_is_zlib(struct as_str start);

/* `from` and `budget` must outlive it. */
AS_MUST_USE enum as_err as_inflate_new(struct as_peek *from,
    struct as_budget *budget, struct as_inflate **out, struct as_why *why);
void as_inflate_free(struct as_inflate *z); /* accepts NULL */

/* Reads give AS_ESYNTAX when the stream is damaged or ends too early, AS_ELIMIT
 * when the budget is spent; as_inflate_why says more. */
struct as_source as_inflate_source(struct as_inflate *z);
const struct as_why *as_inflate_why(const struct as_inflate *z);

/* The other way: as gzip, quickly.  out->full when it does not fit. */
void as_deflate(struct as_buf *out, struct as_str octets);

/* Were there octets behind the end? */
bool as_inflate_rest(const struct as_inflate *z);

#endif
