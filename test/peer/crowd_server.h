/*
 * test/peer/crowd_server - one process that is a thousand mail servers.
 *
 * Each has an address of its own in 127/8.  A server's first visitor gets a real
 * handshake; later ones get a flight that was made once, when they offer its
 * suite, and an alert when they do not.  No ClientHello is answered before every
 * server has one: then all conversations are open at the same time, a round, and
 * the test is told and asked whether there shall be another.
 */
#ifndef AS_TEST_PEER_CROWD_SERVER_H
#define AS_TEST_PEER_CROWD_SERVER_H

#include <sys/epoll.h>

#include "hello_peer.h"
#include "peer/script.h"

#define CROWD_SUITE        0xC02B /* TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 */
#define CROWD_CIPHER       "ECDHE-ECDSA-AES128-GCM-SHA256"
#define CROWD_MOST         1000
#define CROWD_HELLO_OCTETS 20000

/* What the test says after a round. */
#define CROWD_GO_ON 'g'
#define CROWD_CLOSE 'c' /* the greeting is 421 from now on */

struct crowd_guest {
	int fd;
	unsigned host;
	bool first, tls; /* of this server's visitors; behind STARTTLS */
	bool answered;   /* its hello: what follows is a farewell */
	SSL *ssl;        /* the handshake of the first one */
	struct as_buf in;
};

struct crowd_server {
	int listener, epoll, control;
	unsigned n;
	bool closed;
	SSL_CTX *ctx;
	struct peer_keys keys;
	struct as_buf flight; /* empty: not made yet */
	unsigned visits[CROWD_MOST];
	struct crowd_guest *waiting[CROWD_MOST];
	unsigned n_waiting;
};

/* Server i stands at 127.64.(i / 250).(i % 250 + 1). */
static inline uint32_t
crowd_address(unsigned i)
{
	return 127u << 24 | 64u << 16 | (i / 250) << 8 | (i % 250 + 1);
}

static inline void
crowd_say(struct crowd_guest *g, const char *p, size_t n)
{
	if (g->ssl != NULL)
		(void)SSL_write(g->ssl, p, (int)n);
	else
		(void)send(g->fd, p, n, MSG_NOSIGNAL);
}

static inline void
crowd_say_text(struct crowd_guest *g, const char *text)
{
	crowd_say(g, text, strlen(text));
}

static inline void
crowd_guest_free(struct crowd_guest *g)
{
	SSL_free(g->ssl);
	(void)close(g->fd);
	as_buf_fini(&g->in);
	free(g);
}

/* --- hellos --- */

static inline bool
crowd_hello_is_whole(const struct as_buf *b)
{
	const unsigned char *p = (const unsigned char *)b->p;

	if (b->n < 5)
		return false;
	if (p[0] & 0x80) /* SSLv2 */
		return b->n >= 2 + ((size_t)(p[0] & 0x7f) << 8 | p[1]);
	return b->n >= 5 + ((size_t)p[3] << 8 | p[4]);
}

/* TLS 1.2, and the suite among those on offer? */
static inline bool
crowd_hello_fits(const struct as_buf *b)
{
	const unsigned char *p = (const unsigned char *)b->p;
	size_t at, end;

	if (b->n < 46 || p[0] != 22 || p[9] != 3 || p[10] != 3)
		return false;
	at = 44 + (size_t)p[43];
	if (at + 2 > b->n)
		return false;
	end = at + 2 + ((size_t)p[at] << 8 | p[at + 1]);
	for (at += 2; at + 2 <= end && at + 2 <= b->n; at += 2)
		if ((p[at] << 8 | p[at + 1]) == CROWD_SUITE)
			return true;
	return false;
}

static inline void
crowd_shake_begin(struct crowd_server *s, struct crowd_guest *g)
{
	BIO *hello = BIO_new(BIO_s_mem());

	g->ssl = SSL_new(s->ctx);
	(void)BIO_set_mem_eof_return(hello, -1);
	(void)BIO_write(hello, g->in.p, (int)g->in.n);
	SSL_set0_rbio(g->ssl, hello);
	SSL_set0_wbio(g->ssl, BIO_new_socket(g->fd, BIO_NOCLOSE));
	SSL_set_accept_state(g->ssl);
	(void)SSL_do_handshake(g->ssl);
	SSL_set0_rbio(g->ssl, BIO_new_socket(g->fd, BIO_NOCLOSE));
}

static inline void
crowd_answer(struct crowd_server *s, struct crowd_guest *g)
{
	const struct peer settings = {
	    .to = TLS1_2_VERSION, .ciphers = CROWD_CIPHER, .ec = true};

	g->answered = true;
	if (g->first) {
		crowd_shake_begin(s, g);
	} else if (crowd_hello_fits(&g->in)) {
		if (s->flight.n == 0 &&
		    !peer_answer(
			&settings, &s->keys, as_buf_str(&g->in), &s->flight))
			pki_need(NULL, "flight");
		crowd_say(g, s->flight.p, s->flight.n);
	} else {
		crowd_say(g, "\x15\x03\x01\x00\x02\x02\x28", 7);
	}
	as_buf_reset(&g->in);
}

/* Everybody waits: a round. */
static inline void
crowd_round(struct crowd_server *s)
{
	char word = 0;

	if (write(s->control, "r", 1) != 1 || read(s->control, &word, 1) != 1)
		_exit(0);
	s->closed = word == CROWD_CLOSE;
	for (unsigned i = 0; i < s->n_waiting; i++)
		crowd_answer(s, s->waiting[i]);
	s->n_waiting = 0;
}

/* --- dialogue --- */

static inline void
crowd_on_tls(struct crowd_server *s, struct crowd_guest *g)
{
	if (g->answered || !crowd_hello_is_whole(&g->in))
		return;
	s->waiting[s->n_waiting++] = g;
	if (s->n_waiting == s->n)
		crowd_round(s);
}

static inline void
crowd_on_line(struct crowd_guest *g)
{
	struct as_str line = as_buf_str(&g->in);

	if (as_str_find(line, '\n', 0) == line.n)
		return;
	if (as_str_has_prefix(line, "EHLO")) {
		crowd_say_text(g,
		    g->ssl != NULL ? "250-mx.example\r\n250 SIZE 1000\r\n"
				   : "250-mx.example\r\n250-SIZE 1000\r\n250 "
				     "STARTTLS\r\n");
	} else if (as_str_has_prefix(line, "STARTTLS")) {
		crowd_say_text(g, "220 go\r\n");
		g->tls = true;
	} else {
		crowd_say_text(g, "221 bye\r\n");
	}
	as_buf_reset(&g->in);
}

/* False: the guest is gone. */
static inline bool
crowd_receive(struct crowd_guest *g)
{
	char chunk[4096];
	ssize_t n;

	if (g->ssl == NULL) {
		n = recv(g->fd, chunk, sizeof(chunk), MSG_DONTWAIT);
		if (n < 0 && errno == EAGAIN)
			return true;
	} else {
		n = SSL_read(g->ssl, chunk, sizeof(chunk));
		if (n <= 0 &&
		    SSL_get_error(g->ssl, (int)n) == SSL_ERROR_WANT_READ)
			return true;
	}
	if (n <= 0)
		return false;
	as_buf_add(&g->in, chunk, (size_t)n);
	return true;
}

static inline void
crowd_on_guest(struct crowd_server *s, struct crowd_guest *g)
{
	if (!crowd_receive(g)) {
		crowd_guest_free(g);
		return;
	}
	if (g->in.n == 0)
		return;
	if (g->tls && g->ssl == NULL)
		crowd_on_tls(s, g);
	else
		crowd_on_line(g);
}

static inline void
crowd_accept(struct crowd_server *s)
{
	struct sockaddr_in at;
	socklen_t size = sizeof(at);
	int fd = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK);
	struct crowd_guest *g;
	struct epoll_event e = {.events = EPOLLIN};
	uint32_t a;
	int one = 1;

	if (fd < 0)
		return;
	g = pki_need(calloc(1, sizeof(*g)), "memory");
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	(void)getsockname(fd, (struct sockaddr *)&at, &size);
	a = ntohl(at.sin_addr.s_addr) - crowd_address(0);
	g->fd = fd;
	g->host = (a >> 8) * 250 + (a & 0xff);
	as_buf_init(&g->in, CROWD_HELLO_OCTETS);
	g->first = g->host < s->n && s->visits[g->host]++ == 0;
	e.data.ptr = g;
	(void)epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e);
	crowd_say_text(
	    g, s->closed ? "421 later\r\n" : "220 mx.example ESMTP\r\n");
}

static inline void
crowd_serve(struct crowd_server *s)
{
	struct epoll_event events[64], e = {.events = EPOLLIN};

	(void)signal(SIGPIPE, SIG_IGN);
	s->epoll = epoll_create1(0);
	(void)epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listener, &e);
	e.data.ptr = s; /* the test is gone */
	e.events = EPOLLRDHUP;
	(void)epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->control, &e);
	for (;;) {
		int n = epoll_wait(s->epoll, events, 64, -1);

		for (int i = 0; i < n; i++) {
			if (events[i].data.ptr == s)
				_exit(0);
			if (events[i].data.ptr == NULL)
				crowd_accept(s);
			else
				crowd_on_guest(s, events[i].data.ptr);
		}
	}
}

#endif
