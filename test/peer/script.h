/*
 * test/peer/script - a server that plays a script, in a child process.
 *
 * One connection, one script.  The child exits with 0 when each step went as
 * written; script_peer_stop says whether it did.
 */
#ifndef AS_TEST_PEER_SCRIPT_H
#define AS_TEST_PEER_SCRIPT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "peer/pki.h"

enum script_act {
	SCRIPT_END = 0, /* shut down, wait for the peer to close */
	SCRIPT_SEND,
	SCRIPT_SEND_N,     /* `n` octets, NULs among them */
	SCRIPT_DRIP,       /* one octet every `n` ms, again and again */
	SCRIPT_FLOOD,      /* again and again, without a pause */
	SCRIPT_EXPECT,     /* this line */
	SCRIPT_EXPECT_ANY, /* `n` octets of anything */
	SCRIPT_PAUSE,      /* `n` ms */
	SCRIPT_TLS,        /* handshake that succeeds */
	SCRIPT_TLS_BAD,    /* handshake that fails */
	SCRIPT_HANG,       /* until the peer closes */
	SCRIPT_RESET,
	SCRIPT_NOTIFY, /* close_notify */
};

struct script_step {
	enum script_act act;
	const char *bytes;
	size_t n;
};

#define SCRIPT_MAX_STEPS 14

struct script_peer {
	pid_t pid;
	uint16_t port;
};

static inline void
peer_wait_ms(size_t ms)
{
	struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};

	(void)nanosleep(&t, NULL);
}

/* A listening socket on a free port of 127.0.0.1. */
static inline int
peer_listen(int backlog, uint16_t *port)
{
	struct sockaddr_in s = {.sin_family = AF_INET};
	socklen_t n = sizeof(s);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	s.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&s, n) != 0 ||
	    listen(fd, backlog) != 0 ||
	    getsockname(fd, (struct sockaddr *)&s, &n) != 0)
		pki_need(NULL, "listening socket");
	*port = ntohs(s.sin_port);
	return fd;
}

struct script_side {
	int fd;
	SSL_CTX *ctx;
	SSL *ssl;
};

static inline bool
side_write(struct script_side *s, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = s->ssl != NULL ? SSL_write(s->ssl, p, (int)n)
					   : send(s->fd, p, n, MSG_NOSIGNAL);
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

static inline ssize_t
side_read(struct script_side *s, char *p, size_t n)
{
	return s->ssl != NULL ? SSL_read(s->ssl, p, (int)n)
			      : recv(s->fd, p, n, 0);
}

static inline bool
side_expect(struct script_side *s, const char *line)
{
	char got[256] = "";
	size_t n = 0;

	while (n + 1 < sizeof(got) && side_read(s, got + n, 1) == 1)
		if (got[n++] == '\n')
			break;
	got[n] = 0;
	if (strcmp(got, line) == 0)
		return true;
	printf("# the server expected \"%s\", got \"%s\"\n", line, got);
	(void)fflush(stdout);
	return false;
}

static inline bool
side_expect_any(struct script_side *s, size_t n)
{
	char got[256];

	for (size_t i = 0; i < n; i++)
		if (side_read(s, got, 1) != 1)
			return false;
	return true;
}

static inline bool
side_shake(struct script_side *s, bool want)
{
	SSL *ssl = SSL_new(s->ctx);
	bool ok;

	SSL_set_fd(ssl, s->fd);
	ok = SSL_accept(ssl) == 1;
	if (ok)
		s->ssl = ssl;
	return ok == want;
}

static inline void
side_hang(struct script_side *s)
{
	char chunk[512];

	while (recv(s->fd, chunk, sizeof(chunk), 0) > 0)
		;
}

static inline bool
side_play(struct script_side *s, const struct script_step *t)
{
	const struct linger now = {1, 0};

	switch (t->act) {
	case SCRIPT_SEND: return side_write(s, t->bytes, strlen(t->bytes));
	case SCRIPT_SEND_N: return side_write(s, t->bytes, t->n);
	case SCRIPT_DRIP:
		for (size_t i = 0;; i = (i + 1) % strlen(t->bytes)) {
			if (!side_write(s, t->bytes + i, 1))
				return true;
			peer_wait_ms(t->n);
		}
	case SCRIPT_FLOOD:
		while (side_write(s, t->bytes, strlen(t->bytes)))
			;
		return true;
	case SCRIPT_EXPECT: return side_expect(s, t->bytes);
	case SCRIPT_EXPECT_ANY: return side_expect_any(s, t->n);
	case SCRIPT_PAUSE: peer_wait_ms(t->n); return true;
	case SCRIPT_TLS: return side_shake(s, true);
	case SCRIPT_TLS_BAD: return side_shake(s, false);
	case SCRIPT_HANG: side_hang(s); return true;
	case SCRIPT_RESET:
		(void)setsockopt(
		    s->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		(void)close(s->fd);
		return true;
	case SCRIPT_NOTIFY: (void)SSL_shutdown(s->ssl); return true;
	case SCRIPT_END: break;
	}
	(void)shutdown(s->fd, SHUT_WR);
	side_hang(s);
	return true;
}

static inline void
side_run(int listener, const struct script_step *steps, SSL_CTX *ctx)
{
	struct script_side s = {.fd = accept(listener, NULL, NULL), .ctx = ctx};
	int one = 1;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)setsockopt(s.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	for (size_t i = 0; i < SCRIPT_MAX_STEPS; i++) {
		if (!side_play(&s, &steps[i]))
			_exit((int)i + 1);
		if (steps[i].act == SCRIPT_END || steps[i].act == SCRIPT_RESET)
			break;
	}
	_exit(0);
}

/* Play `steps` for the next connection. */
static inline void
script_peer_start(
    struct script_peer *p, const struct script_step *steps, SSL_CTX *ctx)
{
	int fd = peer_listen(4, &p->port);

	(void)fflush(stdout);
	p->pid = fork();
	if (p->pid < 0)
		pki_need(NULL, "fork");
	if (p->pid == 0)
		side_run(fd, steps, ctx);
	(void)close(fd);
}

/* 0: all steps went as written; else the number of the one that did not. */
static inline int
script_peer_stop(struct script_peer *p)
{
	int status = 0;

	if (waitpid(p->pid, &status, 0) != p->pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#endif
