/*
 * base/frame - length-checked frames on a pipe between two processes.
 *
 * One frame: four octets of length (network order, of what follows), one octet
 * of type, the payload.  A length of 0 or over AS_MAX_FRAME_OCTETS ends the
 * conversation: the peer is broken or hostile.
 */
#ifndef AS_BASE_FRAME_H
#define AS_BASE_FRAME_H

#include <stdint.h>

#include "base/buf.h"

struct as_frame {
	uint8_t type;
	struct as_str payload; /* inside the buffer, until as_frame_drop */
};

/* Append one frame; b->full, and nothing of it, when it does not fit. */
void as_frame_write(struct as_buf *b, uint8_t type, struct as_str payload);

/* The first whole frame of what was read.  AS_EABSENT: more octets needed;
 * AS_ELIMIT, AS_ESYNTAX: the stream is unusable. */
AS_MUST_USE enum as_err as_frame_read(
    const struct as_buf *b, struct as_frame *out);

/* Remove the frame that as_frame_read gave. */
void as_frame_drop(struct as_buf *b, const struct as_frame *f);

/* The same from b[at] on, for whoever drops many at once; the frame has
 * as_frame_octets. */
AS_MUST_USE enum as_err as_frame_find(
    const struct as_buf *b, size_t at, struct as_frame *out);
size_t as_frame_octets(const struct as_frame *f);

#endif
