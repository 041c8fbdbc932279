/*
 * net/loop - the one event loop of a process, on libevent.
 *
 * Single-threaded.  Callbacks run from as_loop_run only, never from the call
 * that registered them.  A watch or timer may be freed inside its own callback.
 */
#ifndef AS_NET_LOOP_H
#define AS_NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

struct event_base;
struct as_loop;
struct as_watch;
struct as_timer;

#define AS_LOOP_READ  1
#define AS_LOOP_WRITE 2

typedef void as_watch_fn(void *ctx, int fd, int ready); /* AS_LOOP_ bits */
typedef void as_timer_fn(void *ctx);

struct as_loop *as_loop_new(void) AS_MUST_USE; /* NULL: no memory */
void as_loop_free(struct as_loop *loop);       /* accepts NULL */

/* Run until as_loop_stop, or until nothing is left to wait for. */
void as_loop_run(struct as_loop *loop);
void as_loop_stop(struct as_loop *loop);

/* Persistent watch on fd; NULL on no memory.  The fd stays the caller's. */
struct as_watch *as_watch_new(struct as_loop *loop, int fd, int want,
    as_watch_fn *fn, void *ctx) AS_MUST_USE;
void as_watch_want(struct as_watch *w, int want); /* 0 pauses it */
void as_watch_free(struct as_watch *w);           /* accepts NULL */

/* One call after `ms`; then the timer is idle and may be set again. */
struct as_timer *as_timer_new(
    struct as_loop *loop, as_timer_fn *fn, void *ctx) AS_MUST_USE;
/* Restarts it; one that is set to 0 ms twice fires once, no later. */
void as_timer_set(struct as_timer *t, uint32_t ms);
void as_timer_clear(struct as_timer *t);
void as_timer_free(struct as_timer *t); /* accepts NULL */

/* For libunbound and curl, which speak libevent themselves. */
struct event_base *as_loop_base(struct as_loop *loop);

#endif
