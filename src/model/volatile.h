/*
 * model/volatile - what of a fact document changes by itself.
 *
 * Times, durations, TTLs, signatures made anew and the words of a greeting differ
 * from look to look of a domain where nobody changed anything.  They are parted
 * from the rest: what stays is the same octets as long as the domain is the same,
 * and is kept once; the other part is small, and is put back for whoever judges.
 */
#ifndef AS_MODEL_VOLATILE_H
#define AS_MODEL_VOLATILE_H

#include "model/codec.h"

/* Take it out of the struct, which then reads as if it had none, and append it to
 * `side`; side->full when it does not fit.  Lists of answers are put in the order
 * of their names. */
void as_volatile_take(
    struct as_buf *side, const struct as_shape *shape, void *v);

/* Put it back into a struct with the same rest; texts live in `side`.
 * AS_ESYNTAX: it is of another. */
AS_MUST_USE enum as_err as_volatile_put(const struct as_shape *shape, void *v,
    struct as_str side, struct as_why *why);

#endif
