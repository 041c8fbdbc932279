#include "net/loop.h"

#include <sys/socket.h>
#include <unistd.h>

#include "harness.h"

struct trace {
	struct as_loop *loop;
	struct as_timer *timer[3];
	struct as_watch *watch;
	char order[32];
	size_t n;
	int fd;
	bool stop_at_read;
	unsigned reads;
};

static void
note(struct trace *t, char c)
{
	if (t->n + 1 < sizeof(t->order))
		t->order[t->n++] = c;
}

static void
on_a(void *ctx)
{
	note(ctx, 'a');
}

static void
on_b(void *ctx)
{
	note(ctx, 'b');
}

static void
on_c(void *ctx)
{
	note(ctx, 'c');
}

static void
test_order(void)
{
	struct trace t = {.loop = as_loop_new()};

	t_case("timers fire by their time, not by their age");
	t.timer[0] = as_timer_new(t.loop, on_a, &t);
	t.timer[1] = as_timer_new(t.loop, on_b, &t);
	t.timer[2] = as_timer_new(t.loop, on_c, &t);
	as_timer_set(t.timer[0], 60);
	as_timer_set(t.timer[1], 1);
	as_timer_set(t.timer[2], 30);
	as_loop_run(t.loop);
	T_STR(as_str_from(t.order), "bca");

	t_case("a timer that is cleared stays silent, one set again moves");
	t.n = 0;
	memset(t.order, 0, sizeof(t.order));
	as_timer_set(t.timer[0], 1);
	as_timer_set(t.timer[1], 1);
	as_timer_set(t.timer[2], 20);
	as_timer_clear(t.timer[1]);
	as_timer_set(t.timer[0], 40);
	as_loop_run(t.loop);
	T_STR(as_str_from(t.order), "ca");
	for (int i = 0; i < 3; i++)
		as_timer_free(t.timer[i]);
	as_loop_free(t.loop);
}

static void
on_free_all(void *ctx)
{
	struct trace *t = ctx;

	note(t, 'f');
	as_timer_free(t->timer[0]);
	as_timer_free(t->timer[1]);
	t->timer[0] = t->timer[1] = NULL;
}

static void
test_free_in_timer(void)
{
	struct trace t = {.loop = as_loop_new()};

	t_case("a timer frees itself and its neighbour that is due");
	t.timer[0] = as_timer_new(t.loop, on_free_all, &t);
	t.timer[1] = as_timer_new(t.loop, on_free_all, &t);
	as_timer_set(t.timer[0], 0);
	as_timer_set(t.timer[1], 0);
	as_loop_run(t.loop);
	T_STR(as_str_from(t.order), "f");
	as_loop_free(t.loop);
}

static void
on_io(void *ctx, int fd, int ready)
{
	struct trace *t = ctx;
	char c;

	T_INT(fd, t->fd);
	if ((ready & AS_LOOP_WRITE) != 0) {
		note(t, 'w');
		as_watch_want(t->watch, AS_LOOP_READ);
		return;
	}
	if (read(fd, &c, 1) == 1) {
		note(t, c);
		if (t->stop_at_read)
			as_loop_stop(t->loop);
		return;
	}
	note(t, '$');
	as_watch_free(t->watch);
	t->watch = NULL;
}

static void
test_watch(void)
{
	struct trace t = {.loop = as_loop_new()};
	int pair[2];

	t_case("a watch sees writable, then each octet, then the end");
	T_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
	t.fd = pair[0];
	t.watch = as_watch_new(
	    t.loop, pair[0], AS_LOOP_READ | AS_LOOP_WRITE, on_io, &t);
	T_OK(t.watch != NULL);
	T_INT(t.n, 0);
	T_OK(write(pair[1], "xy", 2) == 2);
	(void)close(pair[1]);
	as_loop_run(t.loop);
	T_STR(as_str_from(t.order), "wxy$");
	T_OK(t.watch == NULL);
	(void)close(pair[0]);
	as_loop_free(t.loop);
}

static void
on_busy(void *ctx, int fd, int ready)
{
	struct trace *t = ctx;

	(void)fd;
	(void)ready;
	as_timer_set(t->timer[0], 0);
	if (++t->reads == 100)
		as_loop_stop(t->loop);
}

static void
on_due(void *ctx)
{
	struct trace *t = ctx;

	as_loop_stop(t->loop);
}

static void
test_busy(void)
{
	struct trace t = {.loop = as_loop_new()};
	int pair[2];

	t_case("a timer that is due fires beside a descriptor that is never "
	       "silent and sets it again");
	T_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
	t.timer[0] = as_timer_new(t.loop, on_due, &t);
	t.watch = as_watch_new(t.loop, pair[0], AS_LOOP_READ, on_busy, &t);
	T_OK(write(pair[1], "z", 1) == 1);
	as_loop_run(t.loop);
	T_OK(t.reads > 0 && t.reads < 10);
	as_timer_free(t.timer[0]);
	as_watch_free(t.watch);
	(void)close(pair[0]);
	(void)close(pair[1]);
	as_loop_free(t.loop);
}

static void
test_pause(void)
{
	struct trace t = {.loop = as_loop_new(), .stop_at_read = true};
	int pair[2];

	t_case("a paused watch keeps nothing alive and sees nothing");
	T_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
	t.fd = pair[0];
	t.watch = as_watch_new(t.loop, pair[0], 0, on_io, &t);
	T_OK(write(pair[1], "z", 1) == 1);
	as_loop_run(t.loop);
	T_INT(t.n, 0);

	t_case("stop ends the run although the watch still waits");
	as_watch_want(t.watch, AS_LOOP_READ);
	as_loop_run(t.loop);
	T_STR(as_str_from(t.order), "z");
	as_watch_free(t.watch);
	(void)close(pair[0]);
	(void)close(pair[1]);
	as_loop_free(t.loop);
}

static void
test_bad_fd(void)
{
	struct as_loop *loop = as_loop_new();
	struct trace t = {.loop = loop};

	t_case("a descriptor that cannot be watched is refused");
	T_OK(as_watch_new(loop, 9999, AS_LOOP_READ, on_io, &t) == NULL);
	as_watch_free(NULL);
	as_timer_free(NULL);
	as_loop_free(loop);
	as_loop_free(NULL);
}

int
main(void)
{
	test_order();
	test_free_in_timer();
	test_watch();
	test_busy();
	test_pause();
	test_bad_fd();
	return t_done();
}
