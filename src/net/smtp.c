#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "net/address.h"
#include "net/smtp_private.h"

#include "base/banned.h"

static const struct {
	const char *name;
	size_t deadline; /* offset in struct as_smtp_deadlines */
} states[] = {
#define STATE_ROW(state, name, deadline) \
	[state] = {name, offsetof(struct as_smtp_deadlines, deadline)},
    AS_SMTP_STATE_MAP(STATE_ROW)
#undef STATE_ROW
};

const char *
as_smtp_state_name(enum as_smtp_state state)
{
	return states[state].name;
}

/* Every callback ends in settle, which frees the visit in this state. */
void
as_smtp_end(struct as_smtp_visit *v)
{
	v->state = AS_SMTP_STATE_DONE;
}

void
as_smtp_end_no_memory(struct as_smtp_visit *v)
{
	v->no_memory = true;
	as_smtp_end(v);
}

static uint32_t
deadline_ms(const struct as_smtp_visit *v, enum as_smtp_state state)
{
	uint32_t ms;

	memcpy(&ms, (const char *)&v->target.deadlines + states[state].deadline,
	    sizeof(ms));
	return ms;
}

void
as_smtp_enter(struct as_smtp_visit *v, enum as_smtp_state state)
{
	v->state = state;
	as_timer_set(v->step, deadline_ms(v, state));
}

/* Keep a text made of up to three parts. */
void
as_smtp_keep(struct as_smtp_visit *v, struct as_str *out, const char *what,
    const char *why, struct as_str more)
{
	*out = as_str_printf(v->a, "%s%s", what, why);
	if (!as_str_is_null(*out) && more.n > 0) {
		size_t n = out->n + more.n;
		char *p = as_arena_alloc(v->a, n + 1);

		if (p != NULL) {
			memcpy(p, out->p, out->n);
			memcpy(p + out->n, more.p, more.n);
		}
		*out = (struct as_str){p, p != NULL ? n : 0};
	}
	if (as_str_is_null(*out))
		as_smtp_end_no_memory(v);
}

void
as_smtp_begin_shake(struct as_smtp_visit *v)
{
	if (v->target.hello != NULL)
		as_smtp_begin_hello(v);
	else
		as_smtp_begin_tls(v);
}

/* --- octets --- */

/* Send what is waiting.  A peer that is gone shows when we read: what it said
 * before it went may still be there. */
void
as_smtp_flush(struct as_smtp_visit *v)
{
	ssize_t n = 0;

	if (v->out.n > 0)
		n = send(v->fd, v->out.p, v->out.n, MSG_NOSIGNAL);
	if (n > 0)
		as_buf_drop(&v->out, (size_t)n);
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		as_buf_reset(&v->out);
	if (v->watch != NULL)
		as_watch_want(v->watch,
		    v->out.n > 0 ? AS_LOOP_READ | AS_LOOP_WRITE : AS_LOOP_READ);
}

/* What lies unread on the socket; at most `cap` octets of it are taken. */
size_t
as_smtp_drain(int fd, size_t cap)
{
	char chunk[4096];
	size_t total = 0;
	ssize_t n;

	while (total < cap && (n = recv(fd, chunk, sizeof(chunk), 0)) > 0)
		total += (size_t)n;
	return total;
}

/* --- the peer fails us --- */

static enum as_visit_handshake
shake_lost(enum as_visit_end how)
{
	if (how == AS_VISIT_TOO_LONG)
		return AS_VISIT_SHAKE_FAILED;
	return how == AS_VISIT_TIMEOUT ? AS_VISIT_SHAKE_TIMEOUT
				       : AS_VISIT_SHAKE_CLOSED;
}

/* The answer awaited will not come. */
void
as_smtp_lose(struct as_smtp_visit *v, enum as_visit_end how, const char *why)
{
	struct as_smtp_view *view = v->view;
	const char *what = as_smtp_state_name(v->state);
	enum as_smtp_state state = v->state;

	as_smtp_end(v);
	switch (state) {
	case AS_SMTP_STATE_STARTTLS:
		view->starttls = AS_VISIT_TLS_NO_ANSWER;
		as_smtp_keep(v, &view->detail, what, why, AS_STR_NULL);
		break;
	case AS_SMTP_STATE_SHAKE:
		view->handshake = shake_lost(how);
		as_smtp_keep(
		    v, &view->handshake_detail, what, why, AS_STR_NULL);
		break;
	case AS_SMTP_STATE_UNASKED:
	case AS_SMTP_STATE_INSIDE: as_smtp_lose_inside(v, how, why); break;
	case AS_SMTP_STATE_UNOFFERED:
	case AS_SMTP_STATE_QUIT:
	case AS_SMTP_STATE_DONE: break;
	default:
		/* EHLO was refused, too. */
		if (state == AS_SMTP_STATE_HELO && how == AS_VISIT_CLOSED)
			how = AS_VISIT_REJECTED;
		view->end = how;
		as_smtp_keep(v, &view->detail, what, why, AS_STR_NULL);
	}
}

static void
lose_to_time(struct as_smtp_visit *v, const char *what, uint32_t ms)
{
	char why[96];

	(void)snprintf(why, sizeof(why), ": %s %u ms", what, (unsigned)ms);
	as_smtp_lose(v, AS_VISIT_TIMEOUT, why);
}

/* --- receiving --- */

void
as_smtp_read_replies(struct as_smtp_visit *v)
{
	while (as_smtp_wants_reply(v)) {
		struct as_smtp_reply *r = NULL;
		struct as_why why = {.text = ""};
		char text[sizeof(why.text) + 2];

		switch (as_smtp_reply_read(v->a, &v->in, &r, &why)) {
		case AS_OK: as_smtp_on_reply(v, r); break;
		case AS_EABSENT: return;
		case AS_ENOMEM: as_smtp_end_no_memory(v); break;
		case AS_ELIMIT:
			(void)snprintf(text, sizeof(text), ": %s", why.text);
			as_smtp_lose(v, AS_VISIT_TOO_LONG, text);
			break;
		default:
			(void)snprintf(text, sizeof(text), ": %s", why.text);
			as_smtp_lose(v, AS_VISIT_MALFORMED, text);
		}
	}
}

static void
receive(struct as_smtp_visit *v)
{
	char chunk[4096];
	ssize_t n = recv(v->fd, chunk, sizeof(chunk), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		v->view->reset = n < 0;
		as_smtp_lose(v, AS_VISIT_CLOSED,
		    n == 0 ? ": closed by the server" : ": connection reset");
		return;
	}
	if (v->state == AS_SMTP_STATE_SHAKE) {
		if (v->target.hello != NULL)
			as_smtp_on_hello(v, chunk, (size_t)n);
		else
			as_smtp_on_tls(v, chunk, (size_t)n);
		return;
	}
	if (v->state == AS_SMTP_STATE_UNASKED ||
	    v->state == AS_SMTP_STATE_INSIDE) {
		as_smtp_on_inside(v, chunk, (size_t)n);
		return;
	}
	as_buf_add(&v->in, chunk, (size_t)n);
	if (as_buf_ok(&v->in))
		as_smtp_read_replies(v);
	else
		as_smtp_end_no_memory(v);
}

/* --- from begin to end --- */

static void
release(struct as_smtp_visit *v)
{
	as_watch_free(v->watch);
	as_timer_free(v->step);
	as_timer_free(v->whole);
	SSL_free(v->ssl);
	as_buf_fini(&v->in);
	as_buf_fini(&v->out);
	if (v->fd >= 0) {
		/* Unread octets would turn the close into a reset. */
		(void)as_smtp_drain(v->fd, 16384);
		(void)close(v->fd);
	}
	free(v);
}

static void
settle(struct as_smtp_visit *v)
{
	const struct as_smtp_view *view = v->no_memory ? NULL : v->view;
	as_smtp_fn *fn = v->fn;
	void *ctx = v->ctx;

	if (v->state != AS_SMTP_STATE_DONE)
		return;
	release(v);
	fn(ctx, view);
}

static void
on_connected(struct as_smtp_visit *v, int error)
{
	struct as_str text = as_str_from(strerror(error));

	if (error == 0) {
		as_watch_want(v->watch, AS_LOOP_READ);
		if (v->target.implicit) {
			v->view->end = AS_VISIT_OK;
			as_smtp_begin_shake(v);
		} else {
			as_smtp_enter(v, AS_SMTP_STATE_BANNER);
		}
		return;
	}
	v->view->end = AS_VISIT_UNREACHABLE;
	if (error == ECONNREFUSED)
		v->view->end = AS_VISIT_REFUSED;
	else if (error == ETIMEDOUT)
		v->view->end = AS_VISIT_TIMEOUT;
	as_smtp_keep(
	    v, &v->view->detail, as_smtp_state_name(v->state), ": ", text);
	as_smtp_end(v);
}

static void
on_ready(void *ctx, int fd, int ready)
{
	struct as_smtp_visit *v = ctx;
	int error = 0;
	socklen_t n = sizeof(error);

	if (v->state == AS_SMTP_STATE_CONNECT) {
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) != 0)
			error = errno;
		on_connected(v, error);
	} else {
		if ((ready & AS_LOOP_WRITE) != 0)
			as_smtp_flush(v);
		if ((ready & AS_LOOP_READ) != 0)
			receive(v);
	}
	settle(v);
}

static void
on_step(void *ctx)
{
	struct as_smtp_visit *v = ctx;

	if (!as_smtp_is_content(v))
		lose_to_time(v, "no answer in", deadline_ms(v, v->state));
	settle(v);
}

static void
on_whole(void *ctx)
{
	struct as_smtp_visit *v = ctx;

	lose_to_time(v, "the visit was over", v->target.deadlines.session_ms);
	settle(v);
}

/* Is it we who cannot, so that nothing was learnt of the peer? */
static bool
is_ours(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM ||
	    error == ENOBUFS || error == EADDRNOTAVAIL || error == EAGAIN;
}

/* 0, an errno of the way there, or -1: ours. */
static int
begin_connect(struct as_smtp_visit *v)
{
	struct sockaddr_storage s;
	socklen_t n = as_address_socket(&v->target.ip, v->target.port, &s);
	int error = 0;

	v->fd =
	    socket(s.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (v->fd < 0 || connect(v->fd, (struct sockaddr *)&s, n) != 0)
		error = errno == EINPROGRESS || errno == EINTR ? 0 : errno;
	return is_ours(error) ? -1 : error;
}

static void
set_deadlines(struct as_smtp_deadlines *d)
{
	const struct {
		uint32_t *ms, usual;
	} all[] = {
	    {&d->connect_ms, AS_SMTP_CONNECT_MS},
	    {&d->banner_ms, AS_SMTP_BANNER_MS},
	    {&d->reply_ms, AS_SMTP_REPLY_MS},
	    {&d->handshake_ms, AS_TLS_HANDSHAKE_MS},
	    {&d->quit_ms, AS_SMTP_QUIT_MS},
	    {&d->session_ms, AS_SMTP_SESSION_MS},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (*all[i].ms == 0)
			*all[i].ms = all[i].usual;
}

struct as_smtp_visit *
as_smtp_start(struct as_loop *loop, struct as_tls *tls, struct as_arena *a,
    const struct as_smtp_target *target, as_smtp_fn *fn, void *ctx)
{
	struct as_smtp_visit *v = calloc(1, sizeof(*v));
	int error = -1;

	if (v == NULL)
		return NULL;
	*v = (struct as_smtp_visit){.tls = tls,
	    .a = a,
	    .target = *target,
	    .fn = fn,
	    .ctx = ctx,
	    .fd = -1};
	set_deadlines(&v->target.deadlines);
	as_buf_init(&v->in, AS_MAX_SMTP_REPLY_OCTETS + 4096);
	as_buf_init(&v->out, AS_MAX_SHAKE_OCTETS);
	v->view = AS_NEW(a, struct as_smtp_view);
	v->step = as_timer_new(loop, on_step, v);
	v->whole = as_timer_new(loop, on_whole, v);
	if (v->view != NULL && v->step != NULL && v->whole != NULL)
		error = begin_connect(v);
	if (error == 0)
		v->watch =
		    as_watch_new(loop, v->fd, AS_LOOP_WRITE, on_ready, v);
	if (error < 0 || (error == 0 && v->watch == NULL)) {
		release(v);
		return NULL;
	}
	as_smtp_enter(v, AS_SMTP_STATE_CONNECT);
	as_timer_set(v->whole, v->target.deadlines.session_ms);
	if (error > 0) {
		on_connected(v, error);
		as_timer_set(v->step, 0);
	}
	return v;
}

void
as_smtp_cancel(struct as_smtp_visit *v)
{
	release(v);
}
