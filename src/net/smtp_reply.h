/*
 * net/smtp_reply - the one reader of SMTP replies (RFC 5321 4.2).
 *
 * Sans I/O: bytes in, in any split.  Lines end in CRLF (a bare LF is read too
 * and noted).  Caps: AS_MAX_SMTP_LINE_OCTETS, AS_MAX_SMTP_REPLY_LINES,
 * AS_MAX_SMTP_REPLY_OCTETS.
 */
#ifndef AS_NET_SMTP_REPLY_H
#define AS_NET_SMTP_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

struct as_smtp_reply {
	uint32_t code;        /* 200-599 */
	struct as_str *lines; /* without code and separator */
	size_t n_lines;
	bool bare_lf;
};

/*
 * Take one whole reply from the front of `in` (and remove it).  AS_EABSENT:
 * more octets needed; AS_ESYNTAX: not a reply (no code, code differs between
 * lines); AS_ELIMIT: over a cap.
 */
AS_MUST_USE enum as_err as_smtp_reply_read(struct as_arena *a,
    struct as_buf *in, struct as_smtp_reply **out, struct as_why *why);

#endif
