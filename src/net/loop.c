#include "net/loop.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <sys/time.h>

#include "base/banned.h"

struct as_loop {
	struct event_base *base;
};

struct as_watch {
	struct event ev;
	struct event_base *base;
	int fd;
	int want; /* what it is armed for */
	as_watch_fn *fn;
	void *ctx;
};

struct as_timer {
	struct event ev;
	as_timer_fn *fn;
	void *ctx;
	bool at_once; /* set to 0 ms and not fired yet */
};

/* libevent's own words; what matters comes back as a result. */
static void
on_log(int severity, const char *text)
{
	(void)severity;
	(void)text;
}

/*
 * One priority for all: what arrived during a stall is read before a deadline
 * that passed in it fires.  The time is not cached, or a timer set at the end
 * of a long round would run short by the length of that round.
 */
struct as_loop *
as_loop_new(void)
{
	struct as_loop *loop = calloc(1, sizeof(*loop));
	struct event_config *config = event_config_new();

	event_set_log_callback(on_log);
	if (loop != NULL && config != NULL &&
	    event_config_set_flag(config, EVENT_BASE_FLAG_NO_CACHE_TIME) == 0)
		loop->base = event_base_new_with_config(config);
	if (config != NULL)
		event_config_free(config);
	if (loop == NULL || loop->base == NULL) {
		free(loop);
		return NULL;
	}
	return loop;
}

void
as_loop_free(struct as_loop *loop)
{
	if (loop == NULL)
		return;
	event_base_free(loop->base);
	free(loop);
}

void
as_loop_run(struct as_loop *loop)
{
	(void)event_base_loop(loop->base, 0);
}

void
as_loop_stop(struct as_loop *loop)
{
	(void)event_base_loopbreak(loop->base);
}

struct event_base *
as_loop_base(struct as_loop *loop)
{
	return loop->base;
}

/* The watch may be gone when fn returns. */
static void
on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct as_watch *w = arg;
	int ready = 0;

	if ((what & EV_READ) != 0)
		ready |= AS_LOOP_READ;
	if ((what & EV_WRITE) != 0)
		ready |= AS_LOOP_WRITE;
	w->fn(w->ctx, fd, ready);
}

static bool
watch_arm(struct as_watch *w, int want)
{
	short what = EV_PERSIST;

	if ((want & AS_LOOP_READ) != 0)
		what |= EV_READ;
	if ((want & AS_LOOP_WRITE) != 0)
		what |= EV_WRITE;
	w->want = 0;
	if (event_assign(&w->ev, w->base, w->fd, what, on_ready, w) != 0)
		return false;
	if (what != EV_PERSIST && event_add(&w->ev, NULL) != 0)
		return false;
	w->want = want;
	return true;
}

struct as_watch *
as_watch_new(struct as_loop *loop, int fd, int want, as_watch_fn *fn, void *ctx)
{
	struct as_watch *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->base = loop->base;
	w->fd = fd;
	w->fn = fn;
	w->ctx = ctx;
	if (!watch_arm(w, want)) {
		free(w);
		return NULL;
	}
	return w;
}

void
as_watch_want(struct as_watch *w, int want)
{
	/* Each change is two system calls. */
	if (want == w->want)
		return;
	(void)event_del(&w->ev);
	(void)watch_arm(w, want);
}

void
as_watch_free(struct as_watch *w)
{
	if (w == NULL)
		return;
	(void)event_del(&w->ev);
	free(w);
}

/* As on_ready. */
static void
on_time(evutil_socket_t fd, short what, void *arg)
{
	struct as_timer *t = arg;

	(void)fd;
	(void)what;
	t->at_once = false;
	t->fn(t->ctx);
}

struct as_timer *
as_timer_new(struct as_loop *loop, as_timer_fn *fn, void *ctx)
{
	struct as_timer *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->fn = fn;
	t->ctx = ctx;
	if (event_assign(&t->ev, loop->base, -1, 0, on_time, t) != 0) {
		free(t);
		return NULL;
	}
	return t;
}

void
as_timer_set(struct as_timer *t, uint32_t ms)
{
	struct timeval tv = {ms / 1000, (ms % 1000) * 1000};

	/* Set again, one that is due would be taken back: a descriptor that is
	 * never silent and sets it each time would keep it from firing. */
	if (ms == 0 && t->at_once)
		return;
	t->at_once = ms == 0;
	(void)event_add(&t->ev, &tv);
}

void
as_timer_clear(struct as_timer *t)
{
	t->at_once = false;
	(void)event_del(&t->ev);
}

void
as_timer_free(struct as_timer *t)
{
	if (t == NULL)
		return;
	(void)event_del(&t->ev);
	free(t);
}
