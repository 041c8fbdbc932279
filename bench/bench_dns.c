/*
 * bench_dns - what net/dns costs over the library beneath it.
 *
 * Asks the names of a file from one server, in turn by net/dns and by a bare
 * loop around libunbound with the same options and window, each time in a fresh
 * process (cold caches), and prints the median of both and their ratio.
 *
 *	bench_dns ADDRESS@PORT ANCHORS|- NAMES RUNS
 */
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unbound-event.h>
#include <unbound.h>
#include <unistd.h>

#include "net/dns.h"
#include "net/resolver.h"

#define WINDOW   100
#define TYPE_TXT 16
#define MAX_RUNS 31

struct load {
	struct as_dns_config config;
	struct as_str server;
	char **names;
	size_t n;
};

struct result {
	double seconds, cpu;
	unsigned long good, secure;
};

/* One way to ask them all. */
struct asker {
	const struct load *load;
	struct result r;
	size_t next, left;
	struct as_loop *loop;
	struct as_dns *dns;
	struct ub_ctx *ub;
};

static double
seconds(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static double
cpu_seconds(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void
count(struct asker *a, bool good, bool secure)
{
	a->r.good += good;
	a->r.secure += secure;
	if (--a->left == 0)
		as_loop_stop(a->loop);
}

static void
on_reply(void *ctx, const struct as_dns_reply *reply)
{
	count(ctx, reply->kind == AS_REPLY_PACKET,
	    reply->security == AS_SECURITY_SECURE);
}

static bool
run_ours(struct asker *a)
{
	if (as_dns_new(a->loop, &a->load->config, &a->dns, NULL) != AS_OK)
		return false;
	for (size_t i = 0; i < a->load->n; i++)
		if (as_dns_ask(a->dns, as_str_from(a->load->names[i]), TYPE_TXT,
			on_reply, a) == NULL)
			return false;
	as_loop_run(a->loop);
	return true;
}

static void on_bare(void *ctx, int rcode, void *packet, int n, int security,
    char *why, int limited);

static void
launch_bare(struct asker *a)
{
	char *name = a->load->names[a->next++];

	if (ub_resolve_event(a->ub, name, TYPE_TXT, 1, a, on_bare, NULL) != 0)
		exit(1);
}

static void
on_bare(void *ctx, int rcode, void *packet, int n, int security, char *why,
    int limited)
{
	(void)packet;
	(void)n;
	(void)why;
	(void)limited;
	count(ctx, rcode == 0 && security != 1, security == 2);
}

/* Fill the window from outside the callbacks: libunbound calls back inside
 * ub_resolve_event, which would nest. */
static bool
run_bare(struct asker *a)
{
	struct as_resolver r;

	if (as_resolver_new(
		as_loop_base(a->loop), &a->load->config, &r, NULL) != AS_OK)
		return false;
	a->ub = r.ub;
	while (a->left > 0) {
		while (a->next < a->load->n &&
		    a->next - (a->load->n - a->left) < WINDOW)
			launch_bare(a);
		if (a->left > 0)
			(void)event_base_loop(
			    as_loop_base(a->loop), EVLOOP_ONCE);
	}
	return true;
}

static struct result
run_here(const struct load *load, bool (*run)(struct asker *))
{
	struct asker a = {.load = load, .left = load->n};
	double start, cpu;

	a.loop = as_loop_new();
	if (a.loop == NULL)
		exit(1);
	start = seconds();
	cpu = cpu_seconds();
	if (!run(&a))
		exit(1);
	a.r.seconds = seconds() - start;
	a.r.cpu = cpu_seconds() - cpu;
	return a.r;
}

static struct result
run_child(const struct load *load, bool (*run)(struct asker *))
{
	struct result r = {.good = 0};
	int fds[2], status;
	pid_t pid;

	if (pipe(fds) != 0)
		exit(1);
	pid = fork();
	if (pid == 0) {
		r = run_here(load, run);
		_exit(write(fds[1], &r, sizeof(r)) == sizeof(r) ? 0 : 1);
	}
	(void)close(fds[1]);
	if (read(fds[0], &r, sizeof(r)) != sizeof(r) ||
	    waitpid(pid, &status, 0) != pid || r.good != load->n) {
		fprintf(stderr, "bench_dns: %lu of %zu answered\n", r.good,
		    load->n);
		exit(1);
	}
	(void)close(fds[0]);
	return r;
}

static int
by_cpu(const void *a, const void *b)
{
	double x = ((const struct result *)a)->cpu;
	double y = ((const struct result *)b)->cpu;

	return (x > y) - (x < y);
}

static struct result
median(struct result *r, size_t n)
{
	qsort(r, n, sizeof(*r), by_cpu);
	return r[n / 2];
}

static void
show(const char *what, const struct load *load, const struct result *r)
{
	printf("  %-12s %8.0f questions/s  %6.1f us CPU each  %lu secure\n",
	    what, (double)load->n / r->seconds, r->cpu * 1e6 / (double)load->n,
	    r->secure);
}

static void
compare(const struct load *load, size_t runs)
{
	struct result ours[MAX_RUNS], bare[MAX_RUNS], o, b;

	for (size_t i = 0; i < runs; i++) {
		bare[i] = run_child(load, run_bare);
		ours[i] = run_child(load, run_ours);
	}
	b = median(bare, runs);
	o = median(ours, runs);
	show("libunbound", load, &b);
	show("net/dns", load, &o);
	printf("  ratio        %8.2f of its rate, %.2f of its CPU\n",
	    b.seconds / o.seconds, o.cpu / b.cpu);
}

static char *
file_read(const char *path, size_t *n)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t room = 0;

	if (f == NULL || getdelim(&text, &room, EOF, f) < 0) {
		perror(path);
		exit(1);
	}
	(void)fclose(f);
	*n = strlen(text);
	return text;
}

static void
names_read(struct load *load, char *text)
{
	size_t room = 0;

	for (char *p = text; *p != 0;) {
		size_t n = strcspn(p, "\n");

		if (load->n == room) {
			room = room == 0 ? 1024 : room * 2;
			load->names =
			    realloc(load->names, room * sizeof(*load->names));
			if (load->names == NULL)
				exit(1);
		}
		load->names[load->n++] = p;
		p += n;
		if (*p != 0)
			*p++ = 0;
	}
}

int
main(int argc, char **argv)
{
	struct load load = {.config = {.window = WINDOW, .n_servers = 1}};
	uint64_t runs;
	size_t n;

	if (argc != 5 ||
	    as_str_u64(as_str_from(argv[4]), MAX_RUNS, &runs) != AS_OK ||
	    runs == 0) {
		fprintf(stderr,
		    "usage: bench_dns ADDRESS@PORT ANCHORS|- NAMES RUNS\n");
		return 2;
	}
	load.server = as_str_from(argv[1]);
	load.config.servers = &load.server;
	/* Covers nothing that is asked: no validation. */
	load.config.trust_anchors = AS_STR(
	    "unused.example. DS 1 13 2 "
	    "0000000000000000000000000000000000000000000000000000000000000000");
	if (strcmp(argv[2], "-") != 0) {
		load.config.trust_anchors.p = file_read(argv[2], &n);
		load.config.trust_anchors.n = n;
	}
	names_read(&load, file_read(argv[3], &n));
	compare(&load, (size_t)runs);
	return 0;
}
