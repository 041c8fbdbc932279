/*
 *   ask --> WAITING --> UDP --> callback, freed
 *                       | ^ |
 *                       | +-+ silence, tries left; no EDNS
 *                       +--> TCP --> callback, freed
 *
 * A question holds one socket at a time, and none while it waits.
 */
#include "net/direct.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "net/address.h"
#include "net/direct_wire.h"

#include "base/banned.h"

enum direct_state { STATE_WAITING, STATE_UDP, STATE_TCP, STATE_LOST };

struct as_direct_query {
	TAILQ_ENTRY(as_direct_query) link;
	struct as_direct *d;
	as_direct_fn *fn;
	void *ctx;
	struct as_ip ip;
	uint16_t port;
	struct as_direct_wire wire;
	enum direct_state state;
	uint32_t tries_left; /* after this one */
	int fd;              /* -1: none */
	struct as_watch *watch;
	struct as_timer *timer;
	struct as_buf in, out; /* TCP, lengths included */
	int64_t started;
	enum as_direct_end lost; /* of STATE_LOST */
	char detail[96];
};

TAILQ_HEAD(direct_list, as_direct_query);

struct as_direct {
	struct as_loop *loop;
	struct as_direct_config config;
	struct as_clock clock;
	struct direct_list waiting, flying;
	uint32_t n_flying;
};

/* --- the end of a question --- */

static void
socket_close(struct as_direct_query *q)
{
	as_watch_free(q->watch);
	q->watch = NULL;
	if (q->fd >= 0)
		(void)close(q->fd);
	q->fd = -1;
}

static void
query_free(struct as_direct_query *q)
{
	struct as_direct *d = q->d;

	if (q->state == STATE_WAITING) {
		TAILQ_REMOVE(&d->waiting, q, link);
	} else {
		TAILQ_REMOVE(&d->flying, q, link);
		d->n_flying--;
	}
	socket_close(q);
	as_timer_free(q->timer);
	as_buf_fini(&q->in);
	as_buf_fini(&q->out);
	free(q);
}

static void queue_advance(struct as_direct *d);

/* The question is gone before its callback runs, which may do as it likes. */
static void
finish(struct as_direct_query *q, enum as_direct_end end, const uint8_t *packet,
    size_t n)
{
	struct as_direct *d = q->d;
	struct as_direct_reply reply = {.end = end,
	    .packet = packet,
	    .n = n,
	    .tcp = q->state == STATE_TCP,
	    .took_ms = (uint32_t)(d->clock.mono_ms(d->clock.ctx) - q->started)};
	struct as_buf in = q->in; /* the packet may lie in it */
	as_direct_fn *fn = q->fn;
	void *ctx = q->ctx;
	char detail[sizeof(q->detail)];

	memcpy(detail, q->detail, sizeof(detail));
	reply.detail = detail;
	as_buf_init(&q->in, 0);
	query_free(q);
	queue_advance(d);
	fn(ctx, &reply);
	as_buf_fini(&in);
}

static enum as_direct_end
end_of_errno(int error)
{
	switch (error) {
	case ECONNREFUSED: return AS_DIRECT_REFUSED;
	case ETIMEDOUT: return AS_DIRECT_TIMEOUT;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ENOBUFS:
	case EADDRNOTAVAIL: return AS_DIRECT_OURS;
	default: return AS_DIRECT_UNREACHABLE;
	}
}

/* Note what went wrong; the callback runs from the timer. */
static void
lose(struct as_direct_query *q, enum as_direct_end end, const char *detail)
{
	socket_close(q);
	q->lost = end;
	q->state = STATE_LOST;
	(void)snprintf(q->detail, sizeof(q->detail), "%s", detail);
	as_timer_set(q->timer, 0);
}

static void
lose_tcp(struct as_direct_query *q, const char *why)
{
	char detail[96];

	(void)snprintf(detail, sizeof(detail),
	    "the answer was cut, and TCP failed: %s", why);
	lose(q, AS_DIRECT_NO_TCP, detail);
}

/* --- sockets --- */

static void on_ready(void *ctx, int fd, int ready);

/* 0, or an errno. */
static int
socket_open(struct as_direct_query *q, int kind, int want)
{
	struct sockaddr_storage s;
	socklen_t n = as_address_socket(&q->ip, q->port, &s);

	socket_close(q);
	q->fd = socket(s.ss_family, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (q->fd < 0)
		return errno;
	if (connect(q->fd, (struct sockaddr *)&s, n) != 0 &&
	    errno != EINPROGRESS)
		return errno;
	q->watch = as_watch_new(q->d->loop, q->fd, want, on_ready, q);
	return q->watch != NULL ? 0 : ENOMEM;
}

/* A socket of its own for each try: a port of its own, too. */
static void
udp_start(struct as_direct_query *q)
{
	uint8_t packet[AS_DIRECT_QUERY_OCTETS];
	size_t n;
	int error;

	q->state = STATE_UDP;
	if (getrandom(&q->wire.id, sizeof(q->wire.id), 0) !=
	    sizeof(q->wire.id)) {
		lose(q, AS_DIRECT_OURS, "no random number");
		return;
	}
	n = as_direct_wire_write(&q->wire, packet);
	error = socket_open(q, SOCK_DGRAM, AS_LOOP_READ);
	if (error == 0 && send(q->fd, packet, n, MSG_NOSIGNAL) < 0)
		error = errno;
	if (error != 0)
		lose(q, end_of_errno(error), strerror(error));
	else
		as_timer_set(q->timer, q->d->config.try_ms);
}

static void
tcp_start(struct as_direct_query *q)
{
	uint8_t packet[AS_DIRECT_QUERY_OCTETS];
	size_t n = as_direct_wire_write(&q->wire, packet);
	uint8_t len[2] = {(uint8_t)(n >> 8), (uint8_t)n};
	int error = socket_open(q, SOCK_STREAM, AS_LOOP_WRITE);

	q->state = STATE_TCP;
	as_buf_add(&q->out, len, sizeof(len));
	as_buf_add(&q->out, packet, n);
	if (error == 0 && !as_buf_ok(&q->out))
		error = ENOMEM;
	if (error != 0)
		lose_tcp(q, strerror(error));
	else
		as_timer_set(q->timer, q->d->config.try_ms);
}

static void
queue_advance(struct as_direct *d)
{
	struct as_direct_query *q;

	while (d->n_flying < d->config.window &&
	    (q = TAILQ_FIRST(&d->waiting)) != NULL) {
		TAILQ_REMOVE(&d->waiting, q, link);
		TAILQ_INSERT_TAIL(&d->flying, q, link);
		d->n_flying++;
		q->started = d->clock.mono_ms(d->clock.ctx);
		udp_start(q);
	}
}

/* --- answers --- */

static void
udp_read(struct as_direct_query *q)
{
	uint8_t packet[4096];
	ssize_t n = recv(q->fd, packet, sizeof(packet), MSG_TRUNC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		lose(q, end_of_errno(errno), strerror(errno));
		return;
	}
	if ((size_t)n > sizeof(packet)) {
		tcp_start(q);
		return;
	}
	switch (as_direct_wire_judge(&q->wire, packet, (size_t)n)) {
	case AS_DIRECT_STRAY: return;
	case AS_DIRECT_FITS:
		finish(q, AS_DIRECT_ANSWER, packet, (size_t)n);
		return;
	case AS_DIRECT_CUT: tcp_start(q); return;
	case AS_DIRECT_NO_EDNS:
		q->wire.edns = false;
		udp_start(q);
		return;
	}
}

static void
tcp_take(struct as_direct_query *q)
{
	const uint8_t *p = (const uint8_t *)q->in.p;
	size_t n;

	if (!as_buf_ok(&q->in)) {
		lose(q, AS_DIRECT_OURS, "out of memory");
		return;
	}
	if (q->in.n < 2)
		return;
	n = (size_t)p[0] << 8 | p[1];
	if (q->in.n - 2 < n)
		return;
	if (as_direct_wire_judge(&q->wire, p + 2, n) == AS_DIRECT_FITS)
		finish(q, AS_DIRECT_ANSWER, p + 2, n);
	else
		lose_tcp(q, "what came is no answer to the question");
}

static void
tcp_read(struct as_direct_query *q)
{
	char chunk[4096];
	ssize_t n = recv(q->fd, chunk, sizeof(chunk), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		lose_tcp(q, n < 0 ? strerror(errno) : "closed by the server");
		return;
	}
	as_buf_add(&q->in, chunk, (size_t)n);
	tcp_take(q);
}

static void
tcp_send(struct as_direct_query *q)
{
	int error = 0;
	socklen_t len = sizeof(error);
	ssize_t n;

	if (getsockopt(q->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	n = error != 0 ? 0 : send(q->fd, q->out.p, q->out.n, MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		error = errno;
	if (error != 0) {
		lose_tcp(q, strerror(error));
		return;
	}
	if (n > 0)
		as_buf_drop(&q->out, (size_t)n);
	if (q->out.n == 0)
		as_watch_want(q->watch, AS_LOOP_READ);
}

static void
on_ready(void *ctx, int fd, int ready)
{
	struct as_direct_query *q = ctx;

	(void)fd;
	if (q->state == STATE_UDP)
		udp_read(q);
	else if ((ready & AS_LOOP_WRITE) != 0)
		tcp_send(q);
	else
		tcp_read(q);
}

static void
on_timer(void *ctx)
{
	struct as_direct_query *q = ctx;
	const struct as_direct_config *c = &q->d->config;

	if (q->state == STATE_LOST) {
		finish(q, q->lost, NULL, 0);
	} else if (q->state == STATE_TCP) {
		lose_tcp(q, "no answer in time");
	} else if (q->tries_left > 0) {
		q->tries_left--;
		udp_start(q);
	} else {
		(void)snprintf(q->detail, sizeof(q->detail),
		    "no answer in %u tries of %u ms", c->tries, c->try_ms);
		finish(q, AS_DIRECT_TIMEOUT, NULL, 0);
	}
}

/* --- from begin to end --- */

struct as_direct *
as_direct_new(struct as_loop *loop, const struct as_direct_config *config)
{
	struct as_direct *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	*d = (struct as_direct){
	    .loop = loop, .config = *config, .clock = as_clock_system()};
	if (d->config.window == 0)
		d->config.window = AS_DIRECT_WINDOW;
	if (d->config.try_ms == 0)
		d->config.try_ms = AS_DIRECT_TRY_MS;
	if (d->config.tries == 0)
		d->config.tries = AS_DIRECT_TRIES;
	TAILQ_INIT(&d->waiting);
	TAILQ_INIT(&d->flying);
	return d;
}

void
as_direct_free(struct as_direct *d)
{
	struct as_direct_query *q;

	if (d == NULL)
		return;
	while ((q = TAILQ_FIRST(&d->waiting)) != NULL)
		query_free(q);
	while ((q = TAILQ_FIRST(&d->flying)) != NULL)
		query_free(q);
	free(d);
}

struct as_direct_query *
as_direct_ask(struct as_direct *d, const struct as_direct_question *question,
    as_direct_fn *fn, void *ctx)
{
	struct as_direct_query *q = calloc(1, sizeof(*q));

	if (q == NULL)
		return NULL;
	*q = (struct as_direct_query){.d = d,
	    .fn = fn,
	    .ctx = ctx,
	    .ip = question->ip,
	    .port = question->port,
	    .wire = {.type = question->type, .edns = true},
	    .tries_left = d->config.tries - 1,
	    .fd = -1};
	as_buf_init(&q->in, AS_MAX_DNS_MESSAGE_OCTETS + 2 + 4096);
	as_buf_init(&q->out, 1024);
	q->wire.name_n = as_wire_name_parse(question->name, q->wire.name);
	if (q->wire.name_n > 0)
		q->timer = as_timer_new(d->loop, on_timer, q);
	if (q->timer == NULL) {
		free(q);
		return NULL;
	}
	TAILQ_INSERT_TAIL(&d->waiting, q, link);
	queue_advance(d);
	return q;
}

void
as_direct_cancel(struct as_direct_query *q)
{
	struct as_direct *d = q->d;

	query_free(q);
	queue_advance(d);
}
