/*
 * app/link - frames to and from another process of ours, over a socket that is
 * watched by the loop and never blocks.
 */
#ifndef AS_APP_LINK_H
#define AS_APP_LINK_H

#include "base/frame.h"
#include "net/loop.h"

struct as_link_events {
	/* Frames may be waiting: take them with as_link_next. */
	void (*frames)(void *ctx);
	/* The socket is closed or broken.  Not called again. */
	void (*gone)(void *ctx);
	/* All that was queued is written; may be NULL. */
	void (*written)(void *ctx);
};

struct as_link {
	int fd;
	struct as_watch *watch;
	struct as_buf in, out;
	size_t taken; /* octets of `in` whose frames were dropped */
	const struct as_link_events *events;
	void *ctx;
	bool paused;
};

/* Take over a connected socket (O_NONBLOCK).  AS_ENOMEM; the socket is the link's
 * then, too. */
AS_MUST_USE enum as_err as_link_open(struct as_link *l, struct as_loop *loop,
    int fd, const struct as_link_events *events, void *ctx);

/* Accepts one that is closed. */
void as_link_close(struct as_link *l);

/* Next frame, valid until as_link_drop.  AS_EABSENT: none; else the stream is
 * unusable. */
AS_MUST_USE enum as_err as_link_next(struct as_link *l, struct as_frame *out);
void as_link_drop(struct as_link *l, const struct as_frame *f);

/* Read nothing more until it is told to go on: the peer has to wait. */
void as_link_pause(struct as_link *l, bool paused);

/* Octets that wait to be written. */
size_t as_link_backlog(const struct as_link *l);

/* Queue a frame and write what the socket takes.  A broken socket shows later,
 * as `gone`.  AS_ENOMEM: does not fit. */
AS_MUST_USE enum as_err as_link_send(
    struct as_link *l, uint8_t type, struct as_str payload);

/* Only queue it, for as_link_flush to write with others. */
AS_MUST_USE enum as_err as_link_add(
    struct as_link *l, uint8_t type, struct as_str payload);
void as_link_flush(struct as_link *l);

#endif
