/*
 * intake/mail - the parts of a mail (RFC 2045, RFC 2046), for hostile and sloppy
 * senders: a bounded walk over octets at hand.
 *
 * Lenient where real reporters are: lone LF, headers without a space after the
 * colon, "ContentType", base64 with noise or without padding, a multipart whose
 * end is missing.
 */
#ifndef AS_INTAKE_MAIL_H
#define AS_INTAKE_MAIL_H

#include "base/buf.h"

/* One part: what its header says, and its body as it stands. */
struct as_part {
	struct as_str type;     /* "multipart/report", lower case; "text/plain"
	                           when the header is silent */
	struct as_str boundary; /* of a multipart */
	struct as_str report_type; /* lower case */
	struct as_str encoding;    /* lower case: "base64" */
	struct as_str name;        /* file name, decoded (RFC 2231) */
	bool attached;             /* has a name, or says attachment */
	struct as_str from, date, message_id; /* of a mail */
	struct as_str header;                 /* all of it */
	struct as_str body;
};

/* Does this look like the beginning of a mail: a line of a header, and no sign
 * of something else? */
bool as_is_mail(struct as_str start);

/* Split header and body.  Memory: the arena.  AS_ENOMEM; AS_ELIMIT: a header
 * over AS_MAX_MAIL_HEADER. */
AS_MUST_USE enum as_err as_part_read(struct as_arena *a, struct as_str octets,
    struct as_part *out, struct as_why *why);

/* The next part of a multipart from *at on, header and body together.  False:
 * there is none. */
bool as_part_next(const struct as_part *multi, size_t *at, struct as_str *out);

/* Has the body a transfer encoding that changes it? */
bool as_part_is_coded(const struct as_part *p);

/* The body without its transfer encoding, appended; AS_ELIMIT when it does not
 * fit.  Noise in base64 is passed over. */
AS_MUST_USE enum as_err as_part_decode(
    const struct as_part *p, struct as_buf *out);

/* Is it a mail box: mails one after the other, each behind a line "From "? */
bool as_is_mbox(struct as_str start);

#endif
