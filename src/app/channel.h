/*
 * app/channel - a child's end of the socket to its parent: whole frames, by
 * blocking calls.
 */
#ifndef AS_APP_CHANNEL_H
#define AS_APP_CHANNEL_H

#include "base/frame.h"

struct as_channel {
	int fd;
	struct as_buf in, out;
	size_t dropped; /* octets of `in` whose frames were dropped */
};

/* fd stays the caller's.  AS_ESYS. */
AS_MUST_USE enum as_err as_channel_open(struct as_channel *c, int fd);
void as_channel_close(struct as_channel *c);

/* The next frame, until as_channel_drop.  AS_EABSENT: the parent is gone; else
 * the stream is unusable. */
AS_MUST_USE enum as_err as_channel_wait(
    struct as_channel *c, struct as_frame *out);
void as_channel_drop(struct as_channel *c, const struct as_frame *f);

/* Write it at once, or with others: when there are 32 KB of them, or before
 * waiting.  AS_EOUTPUT: the parent is gone; AS_ENOMEM. */
AS_MUST_USE enum as_err as_channel_send(
    struct as_channel *c, uint8_t type, struct as_str payload);
AS_MUST_USE enum as_err as_channel_add(
    struct as_channel *c, uint8_t type, struct as_str payload);

#endif
