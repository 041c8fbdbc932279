/*
 * test/dns_peer - a scripted DNS server in a child process, on a free port of
 * 127.0.0.1, UDP and TCP.
 *
 * The script is a function from question to answer; it may keep state, which
 * lives in the child.
 */
#ifndef AS_TEST_DNS_PEER_H
#define AS_TEST_DNS_PEER_H

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PEER_NAME_OCTETS 1024
#define PEER_OUT_OCTETS  65535

struct peer_question {
	char name[PEER_NAME_OCTETS]; /* lower case, no final dot */
	uint16_t type;
	bool tcp;
	const uint8_t *packet;
	size_t n;   /* of the packet */
	size_t end; /* of the question section */
};

/* Octets of answer put to `out`; 0: stay silent. */
typedef size_t peer_script(
    void *ctx, const struct peer_question *q, uint8_t out[PEER_OUT_OCTETS]);

struct peer {
	pid_t pid;
	char address[32]; /* "127.0.0.1@PORT" */
};

static inline bool
peer_question_read(struct peer_question *q, const uint8_t *p, size_t n)
{
	size_t at = 12, len = 0;

	q->packet = p;
	q->n = n;
	while (at < n && p[at] != 0) {
		size_t label = p[at++];

		if (label > 63 || at + label >= n)
			return false;
		if (len > 0)
			q->name[len++] = '.';
		for (size_t i = 0; i < label; i++) {
			uint8_t c = p[at++];

			q->name[len++] =
			    (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
		}
	}
	q->name[len] = 0;
	if (at + 5 > n)
		return false;
	q->type = (uint16_t)(p[at + 1] << 8 | p[at + 2]);
	q->end = at + 5;
	return true;
}

/* Header and question of the answer; returns where the answers go. */
static inline size_t
peer_begin(const struct peer_question *q, int rcode, uint8_t *out)
{
	memcpy(out, q->packet, q->end);
	out[2] = 0x84; /* QR AA */
	out[3] = (uint8_t)(0x80 | rcode);
	memset(out + 4, 0, 8);
	out[5] = 1;
	return q->end;
}

/* One record whose owner is the question's name; class IN, TTL 300. */
static inline size_t
peer_add(uint8_t *out, size_t at, uint16_t type, const void *rdata, size_t n)
{
	const uint8_t head[] = {0xc0, 12, (uint8_t)(type >> 8), (uint8_t)type,
	    0, 1, 0, 0, 1, 44, (uint8_t)(n >> 8), (uint8_t)n};
	unsigned count = (unsigned)(out[6] << 8 | out[7]) + 1;

	memcpy(out + at, head, sizeof(head));
	memcpy(out + at + sizeof(head), rdata, n);
	out[6] = (uint8_t)(count >> 8);
	out[7] = (uint8_t)count;
	return at + sizeof(head) + n;
}

static inline void
peer_udp(int fd, peer_script *script, void *ctx, uint8_t *out)
{
	uint8_t in[4096];
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	struct peer_question q = {.tcp = false};
	ssize_t n =
	    recvfrom(fd, in, sizeof(in), 0, (struct sockaddr *)&from, &len);
	size_t m;

	if (n < 12 || !peer_question_read(&q, in, (size_t)n))
		return;
	m = script(ctx, &q, out);
	if (m > 0 && sendto(fd, out, m, 0, (struct sockaddr *)&from, len) < 0)
		perror("sendto");
}

static inline bool
peer_read_all(int fd, uint8_t *p, size_t n)
{
	for (size_t got = 0; got < n;) {
		ssize_t r = read(fd, p + got, n - got);

		if (r <= 0)
			return false;
		got += (size_t)r;
	}
	return true;
}

/* One question on a connection of its own; the client is ours and prompt. */
static inline void
peer_tcp(int listener, peer_script *script, void *ctx, uint8_t *out)
{
	uint8_t in[4096], len[2];
	struct peer_question q = {.tcp = true};
	int fd = accept(listener, NULL, NULL);
	size_t n, m;

	if (fd < 0)
		return;
	if (peer_read_all(fd, len, 2) &&
	    (n = (size_t)(len[0] << 8 | len[1])) <= sizeof(in) &&
	    peer_read_all(fd, in, n) && peer_question_read(&q, in, n) &&
	    (m = script(ctx, &q, out)) > 0) {
		len[0] = (uint8_t)(m >> 8);
		len[1] = (uint8_t)m;
		if (write(fd, len, 2) != 2 || write(fd, out, m) != (ssize_t)m)
			perror("write");
	}
	(void)close(fd);
}

static inline _Noreturn void
peer_serve(int udp, int tcp, peer_script *script, void *ctx)
{
	uint8_t *out = malloc(PEER_OUT_OCTETS);
	struct pollfd fds[] = {{udp, POLLIN, 0}, {tcp, POLLIN, 0}};

	if (out == NULL)
		_exit(1);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (poll(fds, 2, -1) >= 0) {
		if ((fds[0].revents & POLLIN) != 0)
			peer_udp(udp, script, ctx, out);
		if ((fds[1].revents & POLLIN) != 0)
			peer_tcp(tcp, script, ctx, out);
	}
	_exit(1);
}

/* A port that is free for both; -1 sockets never leave this function. */
static inline bool
peer_bind(int *udp, int *tcp, uint16_t *port)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);

	for (int i = 0; i < 50; i++) {
		a.sin_port = 0;
		*tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		*udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (bind(*tcp, (struct sockaddr *)&a, sizeof(a)) == 0 &&
		    listen(*tcp, 100) == 0 &&
		    getsockname(*tcp, (struct sockaddr *)&a, &len) == 0 &&
		    bind(*udp, (struct sockaddr *)&a, sizeof(a)) == 0) {
			*port = ntohs(a.sin_port);
			return true;
		}
		(void)close(*tcp);
		(void)close(*udp);
	}
	return false;
}

static inline bool
peer_start(struct peer *peer, peer_script *script, void *ctx)
{
	int udp, tcp;
	uint16_t port;

	if (!peer_bind(&udp, &tcp, &port))
		return false;
	(void)fflush(stdout);
	peer->pid = fork();
	if (peer->pid == 0)
		peer_serve(udp, tcp, script, ctx);
	(void)close(udp);
	(void)close(tcp);
	(void)snprintf(
	    peer->address, sizeof(peer->address), "127.0.0.1@%u", port);
	return peer->pid > 0;
}

static inline void
peer_stop(struct peer *peer)
{
	if (peer->pid > 0 && kill(peer->pid, SIGKILL) == 0)
		(void)waitpid(peer->pid, NULL, 0);
}

#endif
