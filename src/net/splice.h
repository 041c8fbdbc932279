/*
 * net/splice - put the answer section of one DNS message behind that of
 * another (RFC 1035 4.1).
 */
#ifndef AS_NET_SPLICE_H
#define AS_NET_SPLICE_H

#include "base/buf.h"

/*
 * Append the answer records of `from` to `to`, a message of header, question
 * and answers that are not compressed by more than a pointer to its question;
 * the rcode becomes that of `from`.  Names are written out, so nothing points
 * into a message that is not there.  AS_ESYNTAX: `from` is damaged; AS_ELIMIT:
 * `to` is full; it is of no use then.
 */
AS_MUST_USE enum as_err as_splice(
    struct as_buf *to, const uint8_t *from, size_t n);

#endif
