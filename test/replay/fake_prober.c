#include "fake_prober.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/frame.h"
#include "base/limits.h"
#include "net/loop.h"
#include "probe/job.h"
#include "std/dns_wire.h"

#include "base/banned.h"

struct side {
	struct world *w;
	int fd;
	struct as_loop *loop;
	struct as_buf in;
	struct as_timer *backwards;
	struct work *kept; /* for world.reverse */
};

struct work {
	struct work *next;
	struct side *side;
	struct as_arena *a;
	struct as_job *job;
	struct as_timer *timer;
	unsigned waits; /* for company */
};

struct world *
world_new(void)
{
	struct world *w = mmap(NULL, sizeof(*w), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (w == MAP_FAILED)
		abort();
	w->hosts = 12;
	w->in_network = 4;
	return w;
}

static void
out_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		struct pollfd pf = {fd, POLLOUT, 0};
		ssize_t got = write(fd, p, n);
		if (got > 0) {
			p += got;
			n -= (size_t)got;
		} else if (errno == EAGAIN) {
			(void)poll(&pf, 1, -1);
		} else {
			_exit(0); /* the parent is gone */
		}
	}
}

static void
frame_out(int fd, uint8_t type, struct as_str text)
{
	struct as_buf b;

	as_buf_init(&b, AS_MAX_FRAME_OCTETS + 8);
	as_frame_write(&b, type, text);
	out_all(fd, b.p, b.n);
	as_buf_fini(&b);
}

static void
done_out(int fd, const struct as_job_done *done)
{
	struct as_buf b;

	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	as_codec_print(&b, &as_shape_job_done, done, AS_JSON_COMPACT);
	frame_out(fd, AS_FRAME_DONE, as_buf_str(&b));
	as_buf_fini(&b);
}

/* --- answers --- */

static unsigned
number_of(struct as_str name)
{
	unsigned n = 0;

	for (size_t i = 0; i < name.n && name.p[i] != '.'; i++)
		if (name.p[i] >= '0' && name.p[i] <= '9')
			n = n * 10 + (unsigned)(name.p[i] - '0');
	return n;
}

/* One mail host and its address. */
static void
host_describe(const struct work *k, unsigned host, struct as_rr_mx *mx,
    struct as_answer *ans)
{
	const struct world *w = k->side->w;
	struct as_str *address = AS_NEW(k->a, struct as_str);
	bool bad = as_str_has_prefix(k->job->name, "badhost-");

	mx->exchange = as_str_printf(
	    k->a, "%smx%u.example", bad ? "crash-" : "", host % w->hosts);
	if (as_str_has_prefix(k->job->name, "parked-"))
		mx->exchange = AS_STR(".");
	host %= w->hosts;
	*address = as_str_printf(k->a, "192.0.%u.%u", host / w->in_network,
	    host % w->in_network + 1);
	*ans = (struct as_answer){.name = mx->exchange,
	    .type = AS_RR_A,
	    .addresses = address,
	    .n_addresses = 1};
}

static void
domain_answer(const struct work *k)
{
	const struct side *s = k->side;
	struct as_rr_mx mx[2] = {{.preference = 10}, {.preference = 20}};
	struct as_answer list[3] = {{.name = k->job->name, .type = AS_RR_MX}};
	struct as_domain_facts d = {.name = k->job->name,
	    .answers = list,
	    .only_dns = k->job->only_dns};
	struct as_job_done done = {.id = k->job->id, .domain = &d};
	bool pair = as_str_has_prefix(k->job->name, "pair-");
	unsigned host = number_of(k->job->name);

	list[0].mx = mx;
	list[0].n_mx = pair ? 2 : 1;
	d.n_answers = list[0].n_mx + 1;
	host_describe(k, host + pair, &mx[0], &list[1]);
	host_describe(k, host, &mx[1], &list[2]);
	atomic_fetch_add(&s->w->domains, 1);
	done_out(s->fd, &done);
}

static void
count_in(atomic_int *now, atomic_int *most)
{
	int n = atomic_fetch_add(now, 1) + 1, old = atomic_load(most);

	while (n > old && !atomic_compare_exchange_weak(most, &old, n)) {
	}
}

static void
host_answer(const struct work *k)
{
	struct world *w = k->side->w;
	unsigned host = number_of(k->job->name) % w->hosts;
	struct as_smtp_facts smtp = {.banner_code = 220};
	struct as_host_facts h = {
	    .name = k->job->name, .address = k->job->address, .smtp = &smtp};
	struct as_job_done done = {.id = k->job->id, .host = &h};

	atomic_fetch_sub(&w->inside[host], 1);
	atomic_fetch_sub(&w->in_net[host / w->in_network], 1);
	done_out(k->side->fd, &done);
}

static void
tls_answer(const struct work *k)
{
	struct as_tls_server t = {.name = k->job->name,
	    .address = k->job->address,
	    .port = k->job->port,
	    .connections = 1};
	struct as_job_done done = {.id = k->job->id, .tls = &t};

	atomic_fetch_sub(&k->side->w->searches, 1);
	done_out(k->side->fd, &done);
}

static void
policy_answer(const struct work *k)
{
	struct as_policy_facts p = {
	    .name = k->job->name, .fetch = AS_FETCH_NO_ADDRESS};
	struct as_job_done done = {.id = k->job->id, .policy = &p};

	atomic_fetch_add(&k->side->w->policies, 1);
	done_out(k->side->fd, &done);
}

static void
lookup_answer(const struct work *k)
{
	const struct as_job *job = k->job;
	struct as_str address = AS_STR("192.0.2.1");
	struct as_lookup_facts l = {.n_answers = job->n_questions};
	struct as_job_done done = {.id = job->id, .lookup = &l};

	l.answers =
	    as_arena_array(k->a, job->n_questions, sizeof(l.answers[0]));
	for (size_t i = 0; i < job->n_questions; i++)
		l.answers[i] =
		    (struct as_answer){.name = job->questions[i].name,
			.type = job->questions[i].type,
			.addresses = &address,
			.n_addresses = 1};
	if (as_str_has_prefix(job->questions[0].name, "short-"))
		l.n_answers--;
	if (as_str_has_prefix(job->questions[0].name, "swapped-"))
		l.answers[0].type++;
	atomic_fetch_add(&k->side->w->lookups, 1);
	done_out(k->side->fd, &done);
}

static void
work_answer(struct work *k)
{
	if (k->job->kind == AS_JOB_DOMAIN)
		domain_answer(k);
	else if (k->job->kind == AS_JOB_HOST)
		host_answer(k);
	else if (k->job->kind == AS_JOB_LOOKUP)
		lookup_answer(k);
	else if (k->job->kind == AS_JOB_TLS)
		tls_answer(k);
	else
		policy_answer(k);
	as_timer_free(k->timer);
	as_arena_free(k->a);
}

#define COMPANY_MS    5
#define COMPANY_WAITS 2000 /* ten seconds: then nobody will come */

/* Must this visit wait for another in its network, or this search for any? */
static bool
wants_company(struct work *k)
{
	const struct world *w = k->side->w;
	unsigned net;

	if (k->job->kind == AS_JOB_TLS)
		return (unsigned)atomic_load(&w->most_searches) < w->company &&
		    k->waits++ < COMPANY_WAITS;
	if (k->job->kind != AS_JOB_HOST || w->company == 0)
		return false;
	net = number_of(k->job->name) % w->hosts / w->in_network;
	return (unsigned)atomic_load(&w->most_in_net[net]) < w->company &&
	    k->waits++ < COMPANY_WAITS;
}

static void
on_time(void *ctx)
{
	struct work *k = ctx;

	if (wants_company(k))
		as_timer_set(k->timer, COMPANY_MS);
	else
		work_answer(k);
}

static void
on_backwards(void *ctx)
{
	struct side *s = ctx;
	struct work *k;

	while ((k = s->kept) != NULL) {
		s->kept = k->next;
		work_answer(k);
	}
}

/* --- misbehaviour --- */

static void
stranger_out(const struct work *k, uint32_t id, struct as_str name)
{
	struct as_domain_facts d = {.name = name};
	struct as_job_done done = {.id = id, .domain = &d};

	(void)k;
	done_out(k->side->fd, &done);
}

/* Until those that are to start well have started. */
static void
others_wait(const struct world *w)
{
	const struct timespec t = {0, 5000000};

	while (atomic_load(&w->n_probers) < (int)w->first)
		(void)nanosleep(&t, NULL);
}

static bool
misbehave(const struct work *k)
{
	struct as_str name =
	    k->job->n_questions > 0 ? k->job->questions[0].name : k->job->name;
	static const char flood[] = "\xff\xff\xff\xff";

	if (as_str_has_prefix(name, "nopolicy-") &&
	    k->job->kind == AS_JOB_POLICY)
		(void)raise(SIGSEGV);
	if (k->job->kind == AS_JOB_POLICY)
		return false;
	if (as_str_has_prefix(name, "crash-")) {
		others_wait(k->side->w);
		(void)raise(SIGSEGV);
	}
	if (as_str_has_prefix(name, "leave-"))
		_exit(3);
	if (as_str_has_prefix(name, "hang-"))
		for (;;)
			(void)pause();
	if (as_str_has_prefix(name, "spin-"))
		for (volatile unsigned n = 0;; n++) {
		}
	if (as_str_has_prefix(name, "garbage-"))
		frame_out(k->side->fd, AS_FRAME_DONE, AS_STR("{\"id\":[1"));
	else if (as_str_has_prefix(name, "again-"))
		frame_out(k->side->fd, AS_FRAME_READY, AS_STR("again"));
	else if (as_str_has_prefix(name, "odd-"))
		frame_out(k->side->fd, '?', AS_STR("{}"));
	else if (as_str_has_prefix(name, "stranger-"))
		stranger_out(k, k->job->id + 100000, name);
	else if (as_str_has_prefix(name, "impostor-"))
		stranger_out(k, k->job->id, AS_STR("victim.example"));
	else if (as_str_has_prefix(name, "flood-"))
		out_all(k->side->fd, flood, 4);
	else
		return false;
	return true;
}

static void
job_take(struct side *s, struct as_str payload)
{
	struct as_arena *a = as_arena_new(AS_MAX_JOB_OCTETS);
	struct work *k = AS_NEW(a, struct work);
	void *job;

	if (as_codec_parse(a, &as_shape_job, payload, AS_MAX_FRAME_OCTETS, &job,
		NULL) != AS_OK)
		abort();
	*k = (struct work){.side = s, .a = a, .job = job};
	if (k->job->kind == AS_JOB_HOST &&
	    as_str_has_prefix(k->job->name, "mx")) {
		unsigned host = number_of(k->job->name) % s->w->hosts;
		unsigned net = host / s->w->in_network;
		atomic_fetch_add(&s->w->visits[host], 1);
		count_in(&s->w->inside[host], &s->w->most_inside[host]);
		count_in(&s->w->in_net[net], &s->w->most_in_net[net]);
	}
	if (k->job->kind == AS_JOB_TLS)
		count_in(&s->w->searches, &s->w->most_searches);
	if (misbehave(k))
		return;
	if (k->job->kind == AS_JOB_DOMAIN && s->w->reverse) {
		k->next = s->kept;
		s->kept = k;
		as_timer_set(s->backwards, 5);
		return;
	}
	k->timer = as_timer_new(s->loop, on_time, k);
	as_timer_set(k->timer,
	    k->job->kind == AS_JOB_HOST ? s->w->visit_ms
		: k->job->kind == AS_JOB_DOMAIN && s->w->domain_ms > 0
		? k->job->id % s->w->domain_ms
		: 0);
}

static void
on_socket(void *ctx, int fd, int ready)
{
	struct side *s = ctx;
	char chunk[65536];
	ssize_t n = read(fd, chunk, sizeof(chunk));
	struct as_frame f;

	(void)ready;
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		as_loop_stop(s->loop);
		return;
	}
	as_buf_add(&s->in, chunk, (size_t)n);
	while (as_frame_read(&s->in, &f) == AS_OK) {
		job_take(s, f.payload);
		as_frame_drop(&s->in, &f);
	}
}

int
fake_prober_main(const struct as_prober_config *config, int fd)
{
	struct side s = {.w = (struct world *)(uintptr_t)config->allow,
	    .fd = fd,
	    .loop = as_loop_new()};
	int at = atomic_fetch_add(&s.w->n_probers, 1);

	if (at < WORLD_PROBERS)
		atomic_store(&s.w->pids[at], (int)getpid());
	if (s.w->never_ready ||
	    (at >= (int)s.w->first &&
		atomic_fetch_sub(&s.w->early_ends, 1) > 0))
		return 78;
	if (s.w->failed != NULL) {
		frame_out(fd, AS_FRAME_FAILED, as_str_from(s.w->failed));
		return 78;
	}
	as_buf_init(&s.in, AS_MAX_FRAME_OCTETS * 2);
	s.backwards = as_timer_new(s.loop, on_backwards, &s);
	if (as_watch_new(s.loop, fd, AS_LOOP_READ, on_socket, &s) == NULL)
		return 71;
	as_log(&config->log, AS_LOG_DEBUG, "fake prober logs");
	frame_out(fd, AS_FRAME_READY, AS_STR("fake prober"));
	as_loop_run(s.loop);
	return 0;
}
