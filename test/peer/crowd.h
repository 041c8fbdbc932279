/*
 * test/peer/crowd - a prober that asks a thousand mail servers at the same time
 * what TLS they offer, and what that takes.
 *
 *	crowd_open(&c, a, 1000);
 *	while (crowd_next_round(&c))   all conversations are open
 *		crowd_go_on(&c, true);
 *	crowd_close(&c, &used);
 */
#ifndef AS_TEST_PEER_CROWD_H
#define AS_TEST_PEER_CROWD_H

#include <dirent.h>
#include <poll.h>
#include <sys/resource.h>

#include "base/frame.h"
#include "base/limits.h"
#include "peer/crowd_server.h"
#include "probe/job.h"
#include "probe/prober.h"
#include "source_file.h"

#define CROWD_FDS     (CROWD_MOST + 200) /* of the server */
#define CROWD_WAIT_MS 60000

struct crowd {
	struct as_arena *a;
	unsigned n;
	uint16_t port;
	pid_t server, prober;
	int control, fd;
	struct as_buf in, out;
	size_t fds_idle, kb_idle; /* of the prober, before the first job */
	unsigned rounds, n_done, n_complete;
	uint64_t connections; /* of all searches that are done */
};

/* --- what a process takes --- */

static inline size_t
crowd_fds(pid_t pid)
{
	char path[64];
	DIR *d;
	size_t n = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	d = opendir(path);
	while (d != NULL && readdir(d) != NULL)
		n++;
	if (d != NULL)
		(void)closedir(d);
	return n;
}

/* A figure of /proc/PID/status in KiB, such as "VmRSS:". */
static inline size_t
crowd_kb(pid_t pid, const char *what)
{
	char path[64], line[256];
	unsigned long kb = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, what, strlen(what)) == 0)
			kb = strtoul(line + strlen(what), NULL, 10);
	if (f != NULL)
		(void)fclose(f);
	return kb;
}

/* --- both processes --- */

/* May this user have the descriptors that it takes? */
static inline bool
crowd_is_possible(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_max < CROWD_FDS * 2)
		return false;
	r.rlim_cur = CROWD_FDS;
	return setrlimit(RLIMIT_NOFILE, &r) == 0;
}

static inline void
crowd_server_start(struct crowd *c, const struct pki *pki)
{
	static struct crowd_server s;
	const struct pki_server how = {
	    .leaf = pki_leaf(pki,
		(struct pki_spec){
		    .san = "DNS:mx.example", .key = pki->mid_key}),
	    .key = pki->mid_key,
	    .rest = {pki->mid}};
	struct sockaddr_in any = {.sin_family = AF_INET};
	socklen_t size = sizeof(any);
	int fds[2];

	s = (struct crowd_server){.n = c->n, .ctx = pki_server_ctx(&how)};
	as_buf_init(&s.flight, AS_MAX_SHAKE_OCTETS);
	s.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* Every address, but of loopback alone. */
	if (setsockopt(s.listener, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) != 0 ||
	    bind(s.listener, (struct sockaddr *)&any, size) != 0 ||
	    listen(s.listener, CROWD_MOST * 2) != 0 ||
	    getsockname(s.listener, (struct sockaddr *)&any, &size) != 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0 ||
	    !peer_keys_init(&s.keys))
		pki_need(NULL, "server");
	c->port = ntohs(any.sin_port);
	c->control = fds[0];
	s.control = fds[1];
	c->server = fork();
	if (c->server == 0) {
		(void)close(fds[0]);
		crowd_serve(&s);
	}
	(void)close(fds[1]);
	(void)close(s.listener);
	peer_keys_fini(&s.keys);
	SSL_CTX_free(s.ctx);
	X509_free(how.leaf);
}

static inline void
crowd_tables(struct crowd *c, struct as_prober_config *config)
{
	const struct as_tls_tables text = {
	    t_source_file(c->a, "data/tls-ciphers.tsv"),
	    t_source_file(c->a, "data/tls-groups.tsv"),
	    t_source_file(c->a, "data/tls-signatures.tsv")};
	struct as_tls_plan_tables *tables =
	    AS_NEW(c->a, struct as_tls_plan_tables);
	struct as_tls_book *book;

	if (as_tls_book_parse(c->a, &text, &book, NULL) != AS_OK ||
	    as_tls_plan_tables_make(c->a, book, tables) != AS_OK)
		pki_need(NULL, "tables");
	config->tls_book = book;
	config->tls_tables = tables;
	config->dh_primes = t_source_file(c->a, "data/dh-primes.tsv");
}

static inline void
crowd_prober_start(struct crowd *c, const struct pki *pki)
{
	static const struct as_prefix loopback = {{4, {127}}, 8};
	const struct as_str nobody = AS_STR("127.0.0.1@1");
	struct as_prober_config config = {
	    .dns = {.servers = &nobody, .n_servers = 1},
	    .ca_pem = pki_pem(c->a, pki->root),
	    .allow = &loopback,
	    .n_allow = 1,
	    .ehlo_name = "probe.example",
	    .clock = as_clock_system(),
	    .log = {.fd = -1, .name = "test"}};
	int fds[2];

	crowd_tables(c, &config);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		fds) != 0)
		pki_need(NULL, "socket pair");
	c->fd = fds[0];
	c->prober = fork();
	if (c->prober == 0) {
		(void)close(c->fd);
		(void)close(c->control);
		_exit(as_prober_main(&config, fds[1]));
	}
	(void)close(fds[1]);
}

/* --- jobs --- */

static inline void
crowd_job_out(struct crowd *c, unsigned i)
{
	uint32_t at = crowd_address(i);
	struct as_job job = {.id = i + 1,
	    .kind = AS_JOB_TLS,
	    .name = AS_STR("mx.example"),
	    .address = as_str_printf(c->a, "%u.%u.%u.%u", at >> 24,
		at >> 16 & 255, at >> 8 & 255, at & 255),
	    .port = c->port,
	    .pause_ms = 1};
	struct as_buf b;

	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	as_codec_print(&b, &as_shape_job, &job, AS_JSON_COMPACT);
	as_frame_write(&c->out, AS_FRAME_JOB, as_buf_str(&b));
	as_buf_fini(&b);
}

static inline void
crowd_done_take(struct crowd *c, struct as_str payload)
{
	struct as_arena *a = as_arena_new(AS_MAX_JOB_OCTETS);
	void *parsed = NULL;

	if (as_codec_parse(a, &as_shape_job_done, payload, AS_MAX_FRAME_OCTETS,
		&parsed, NULL) == AS_OK) {
		const struct as_tls_server *t =
		    ((struct as_job_done *)parsed)->tls;

		c->connections += t != NULL ? t->connections : 0;
		c->n_complete += t != NULL && t->outcome == AS_SUBJECT_DONE &&
		    t->tls != NULL && t->tls->outcome == AS_TLS_OK;
	}
	c->n_done++;
	as_arena_free(a);
}

/* Read frames; false: the prober is gone.  READY starts the count. */
static inline bool
crowd_frames(struct crowd *c)
{
	char chunk[65536];
	ssize_t n = read(c->fd, chunk, sizeof(chunk));
	struct as_frame f;

	if (n < 0 && errno == EAGAIN)
		return true;
	if (n <= 0)
		return false;
	as_buf_add(&c->in, chunk, (size_t)n);
	while (as_frame_read(&c->in, &f) == AS_OK) {
		if (f.type == AS_FRAME_READY) {
			c->fds_idle = crowd_fds(c->prober);
			c->kb_idle = crowd_kb(c->prober, "VmRSS:");
			for (unsigned i = 0; i < c->n; i++)
				crowd_job_out(c, i);
		} else if (f.type == AS_FRAME_DONE) {
			crowd_done_take(c, f.payload);
		}
		as_frame_drop(&c->in, &f);
	}
	return true;
}

/* Wait until all conversations are open; false: all searches are done, or
 * something went wrong. */
static inline bool
crowd_next_round(struct crowd *c)
{
	char word;

	while (c->n_done < c->n) {
		struct pollfd p[2] = {
		    {c->fd, POLLIN, 0}, {c->control, POLLIN, 0}};

		if (c->out.n > 0)
			p[0].events |= POLLOUT;
		if (poll(p, 2, CROWD_WAIT_MS) <= 0)
			return false;
		if (p[0].revents & POLLOUT) {
			ssize_t n =
			    send(c->fd, c->out.p, c->out.n, MSG_NOSIGNAL);
			as_buf_drop(&c->out, n > 0 ? (size_t)n : 0);
		}
		if ((p[0].revents & (POLLIN | POLLHUP)) && !crowd_frames(c))
			return false;
		if (p[1].revents & (POLLIN | POLLHUP)) {
			c->rounds++;
			return read(c->control, &word, 1) == 1;
		}
	}
	return false;
}

static inline void
crowd_go_on(struct crowd *c, bool another)
{
	const char word = another ? CROWD_GO_ON : CROWD_CLOSE;

	if (write(c->control, &word, 1) != 1)
		pki_need(NULL, "server");
}

/* --- from begin to end --- */

static inline void
crowd_open(struct crowd *c, struct as_arena *a, unsigned n)
{
	struct pki pki;

	*c = (struct crowd){.a = a, .n = n};
	pki_init(&pki);
	as_buf_init(&c->in, AS_MAX_FRAME_OCTETS * 4);
	as_buf_init(&c->out, AS_MAX_FRAME_OCTETS);
	(void)fflush(stdout);
	crowd_server_start(c, &pki);
	crowd_prober_start(c, &pki);
	pki_fini(&pki);
}

/* The exit status of the prober; -1: it did not exit.  *used: what it took. */
static inline int
crowd_close(struct crowd *c, struct rusage *used)
{
	int status = -1;

	(void)close(c->fd);
	if (wait4(c->prober, &status, 0, used) != c->prober ||
	    !WIFEXITED(status))
		status = -1;
	else
		status = WEXITSTATUS(status);
	(void)close(c->control);
	(void)waitpid(c->server, NULL, 0);
	as_buf_fini(&c->in);
	as_buf_fini(&c->out);
	return status;
}

#endif
