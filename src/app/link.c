#include "app/link.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"

#include "base/banned.h"

#define READ_OCTETS ((size_t)64 * 1024)
#define READS       16 /* a turn of the loop, then others have theirs */
#define BUF_CAP     (AS_MAX_FRAME_OCTETS + READ_OCTETS * READS + 16)

static void
want_update(struct as_link *l)
{
	as_watch_want(l->watch,
	    (l->paused ? 0 : AS_LOOP_READ) |
		(l->out.n > 0 ? AS_LOOP_WRITE : 0));
}

/* A fault of the socket is met when reading. */
void
as_link_flush(struct as_link *l)
{
	while (l->out.n > 0) {
		ssize_t n = send(l->fd, l->out.p, l->out.n, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			break;
		if (n < 0) {
			as_buf_reset(&l->out);
			break;
		}
		as_buf_drop(&l->out, (size_t)n);
	}
	want_update(l);
}

enum as_err
as_link_next(struct as_link *l, struct as_frame *out)
{
	if (!as_buf_ok(&l->in))
		return AS_ENOMEM;
	return as_frame_find(&l->in, l->taken, out);
}

void
as_link_drop(struct as_link *l, const struct as_frame *f)
{
	l->taken += as_frame_octets(f);
}

void
as_link_pause(struct as_link *l, bool paused)
{
	if (l->paused == paused)
		return;
	l->paused = paused;
	want_update(l);
}

size_t
as_link_backlog(const struct as_link *l)
{
	return l->out.n;
}

enum as_err
as_link_add(struct as_link *l, uint8_t type, struct as_str payload)
{
	size_t before = l->out.n;

	as_frame_write(&l->out, type, payload);
	if (!as_buf_ok(&l->out)) {
		l->out.n = before;
		l->out.full = false;
		return AS_ENOMEM;
	}
	return AS_OK;
}

enum as_err
as_link_send(struct as_link *l, uint8_t type, struct as_str payload)
{
	AS_TRY(as_link_add(l, type, payload));
	as_link_flush(l);
	return AS_OK;
}

/* Read what is there; true at the end of the stream. */
static bool
in_fill(struct as_link *l)
{
	char chunk[READ_OCTETS];

	as_buf_drop(&l->in, l->taken);
	l->taken = 0;
	for (int i = 0; i < READS && l->in.n <= BUF_CAP - READ_OCTETS; i++) {
		ssize_t n = read(l->fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return false;
		if (n <= 0)
			return true;
		as_buf_add(&l->in, chunk, (size_t)n);
	}
	return false;
}

/* The frames that came before the end still count, so they go first. */
static void
on_socket(void *ctx, int fd, int ready)
{
	struct as_link *l = ctx;
	const struct as_link_events *events = l->events;
	void *owner = l->ctx;
	bool end = false;

	(void)fd;
	if (ready & AS_LOOP_WRITE) {
		as_link_flush(l);
		if (l->out.n == 0 && events->written != NULL)
			events->written(owner);
	}
	if (!(ready & AS_LOOP_READ) || l->paused)
		return;
	end = in_fill(l);
	if (end)
		as_watch_want(l->watch, 0);
	events->frames(owner);
	if (end)
		events->gone(owner);
}

enum as_err
as_link_open(struct as_link *l, struct as_loop *loop, int fd,
    const struct as_link_events *events, void *ctx)
{
	*l = (struct as_link){.fd = fd, .events = events, .ctx = ctx};
	as_buf_init(&l->in, BUF_CAP);
	as_buf_init(&l->out, BUF_CAP);
	l->watch = as_watch_new(loop, fd, AS_LOOP_READ, on_socket, l);
	return l->watch != NULL ? AS_OK : AS_ENOMEM;
}

void
as_link_close(struct as_link *l)
{
	as_watch_free(l->watch);
	if (l->fd >= 0)
		(void)close(l->fd);
	as_buf_fini(&l->in);
	as_buf_fini(&l->out);
	*l = (struct as_link){.fd = -1};
}
