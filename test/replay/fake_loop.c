/*
 * net/loop in virtual time: nothing waits, the clock jumps to the next timer.
 * There are no descriptors to watch.
 */
#include "fake_loop.h"

#include <stdlib.h>

#include "base/banned.h"

#define BEGIN_MS 1795000000000 /* in November 2026 */

struct as_timer {
	struct as_timer *next; /* all of the loop */
	struct as_loop *loop;
	as_timer_fn *fn;
	void *ctx;
	bool set;
	int64_t due;
	uint64_t order; /* equal times fire in the order they were set */
};

struct as_loop {
	struct as_timer *timers;
	bool stopped;
};

static int64_t now;
static uint64_t order;

static int64_t
wall(void *ctx)
{
	(void)ctx;
	return BEGIN_MS + now;
}

static int64_t
mono(void *ctx)
{
	(void)ctx;
	return now;
}

struct as_clock
fake_clock(void)
{
	return (struct as_clock){wall, mono, NULL};
}

struct as_loop *
as_loop_new(void)
{
	now = 0;
	return calloc(1, sizeof(struct as_loop));
}

void
as_loop_free(struct as_loop *loop)
{
	free(loop);
}

static struct as_timer *
timer_first(const struct as_loop *loop)
{
	struct as_timer *best = NULL;

	for (struct as_timer *t = loop->timers; t != NULL; t = t->next) {
		if (!t->set)
			continue;
		if (best == NULL || t->due < best->due ||
		    (t->due == best->due && t->order < best->order))
			best = t;
	}
	return best;
}

void
as_loop_run(struct as_loop *loop)
{
	struct as_timer *t;

	loop->stopped = false;
	while (!loop->stopped && (t = timer_first(loop)) != NULL) {
		if (t->due > now)
			now = t->due;
		t->set = false;
		t->fn(t->ctx);
	}
}

void
as_loop_stop(struct as_loop *loop)
{
	loop->stopped = true;
}

struct as_timer *
as_timer_new(struct as_loop *loop, as_timer_fn *fn, void *ctx)
{
	struct as_timer *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	*t = (struct as_timer){
	    .next = loop->timers, .loop = loop, .fn = fn, .ctx = ctx};
	loop->timers = t;
	return t;
}

void
as_timer_set(struct as_timer *t, uint32_t ms)
{
	t->set = true;
	t->due = now + ms;
	t->order = ++order;
}

void
as_timer_clear(struct as_timer *t)
{
	t->set = false;
}

void
as_timer_free(struct as_timer *t)
{
	struct as_timer **at;

	if (t == NULL)
		return;
	for (at = &t->loop->timers; *at != t; at = &(*at)->next) {
	}
	*at = t->next;
	free(t);
}

size_t
fake_loop_timers(const struct as_loop *loop)
{
	size_t n = 0;

	for (struct as_timer *t = loop->timers; t != NULL; t = t->next)
		n++;
	return n;
}

struct as_watch *
as_watch_new(struct as_loop *loop, int fd, int want, as_watch_fn *fn, void *ctx)
{
	(void)loop;
	(void)fd;
	(void)want;
	(void)fn;
	(void)ctx;
	abort();
}

void
as_watch_want(struct as_watch *w, int want)
{
	(void)w;
	(void)want;
	abort();
}

void
as_watch_free(struct as_watch *w)
{
	if (w != NULL)
		abort();
}

struct event_base *
as_loop_base(struct as_loop *loop)
{
	(void)loop;
	abort();
}
