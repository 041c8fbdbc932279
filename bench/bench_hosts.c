/*
 * bench_hosts: how much memory and processor time does one prober take that
 * asks many mail servers at the same time what TLS they offer?
 *
 *	bench_hosts [HOSTS]
 *
 * The servers are one scripted process on loopback (test/peer/crowd_server.h).
 * Each round has one connection of every host open at the same time.
 */
#include "peer/crowd.h"

#include "base/banned.h"

static void
report(const struct crowd *c, size_t most_kb, size_t most_fds)
{
	printf("%u hosts in flight in one prober, %u rounds, %llu "
	       "connections\n",
	    c->n, c->rounds, (unsigned long long)c->connections);
	printf("resident before   %8zu KiB\n", c->kb_idle);
	printf("in flight, most   %8zu KiB: %.1f KiB a host\n", most_kb,
	    (double)(most_kb - c->kb_idle) / c->n);
	printf("high-water mark   %8zu KiB: %.1f KiB a host\n",
	    crowd_kb(c->prober, "VmHWM:"),
	    (double)(crowd_kb(c->prober, "VmHWM:") - c->kb_idle) / c->n);
	printf("descriptors       %8zu before, %zu at most, %zu at the end\n",
	    c->fds_idle, most_fds, crowd_fds(c->prober));
}

static void
report_cpu(const struct crowd *c, const struct rusage *r, int64_t ms)
{
	double s = (double)(r->ru_utime.tv_sec + r->ru_stime.tv_sec) +
	    (double)(r->ru_utime.tv_usec + r->ru_stime.tv_usec) / 1e6;

	printf("processor         %8.2f s: %.2f ms a host, %.3f ms a "
	       "connection\n",
	    s, s * 1000 / c->n, s * 1000 / (double)c->connections);
	printf("elapsed           %8.2f s, with the servers on this machine\n",
	    (double)ms / 1000);
}

static bool
run(struct crowd *c, struct as_arena *a, unsigned hosts)
{
	struct as_clock clock = as_clock_system();
	int64_t start = clock.mono_ms(clock.ctx);
	size_t most_kb = 0, most_fds = 0;
	struct rusage used;
	int64_t ms;

	crowd_open(c, a, hosts);
	while (crowd_next_round(c)) {
		size_t kb = crowd_kb(c->prober, "VmRSS:");
		size_t fds = crowd_fds(c->prober);

		most_kb = kb > most_kb ? kb : most_kb;
		most_fds = fds > most_fds ? fds : most_fds;
		crowd_go_on(c, true);
	}
	ms = clock.mono_ms(clock.ctx) - start;
	if (c->n_done < hosts || c->connections == 0)
		return false;
	report(c, most_kb, most_fds);
	if (crowd_close(c, &used) != 0)
		return false;
	report_cpu(c, &used, ms);
	return true;
}

int
main(int argc, char **argv)
{
	unsigned long hosts =
	    argc > 1 ? strtoul(argv[1], NULL, 10) : CROWD_MOST;
	struct as_arena *a = as_arena_new((size_t)64 * 1024 * 1024);
	struct crowd c;
	bool ok;

	if (hosts == 0 || hosts > CROWD_MOST || !crowd_is_possible()) {
		(void)fprintf(stderr,
		    "bench_hosts [HOSTS]: at most %d, and as many "
		    "descriptors\n",
		    CROWD_MOST);
		return 2;
	}
	ok = run(&c, a, (unsigned)hosts);
	as_arena_free(a);
	return ok ? 0 : 1;
}
