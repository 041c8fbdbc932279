/*
 * The prober process in this process: real socket and loop, fake net.  A second
 * process plays the parent.
 */
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/frame.h"
#include "base/limits.h"
#include "fake_net.h"
#include "harness.h"
#include "net/sandbox.h"
#include "probe/job.h"
#include "probe/prober.h"

/* Not under test here, and it could not be left again. */
enum as_err
as_sandbox_enter(const struct as_sandbox_limits *limits,
    struct as_sandbox_state *state, struct as_why *why)
{
	(void)why;
	if (limits->files < 64)
		abort();
	*state = (struct as_sandbox_state){true, false};
	return AS_OK;
}

/* A prober in a child, and our end of its socket. */
#define QUIET_MS 20000 /* a busy machine may take seconds */

struct peer {
	pid_t pid;
	int fd;
	struct as_buf in, out;
	bool ended;
};

static void
peer_open(struct peer *p)
{
	int fds[2];

	(void)fflush(stdout);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) != 0)
		abort();
	*p = (struct peer){.fd = fds[0]};
	as_buf_init(&p->in, AS_MAX_FRAME_OCTETS * 4);
	as_buf_init(&p->out, AS_MAX_FRAME_OCTETS * 4);
	p->pid = fork();
	if (p->pid == 0) {
		struct as_prober_config config = {.clock = as_clock_system(),
		    .log = {.fd = -1, .name = "test"},
		    .smtp_port = 25,
		    .https_port = 443,
		    .ehlo_name = "probe.example"};
		(void)close(fds[0]);
		exit(as_prober_main(&config, fds[1])); /* leaks show */
	}
	(void)close(fds[1]);
}

static int
peer_close(struct peer *p)
{
	int status;

	(void)close(p->fd);
	as_buf_fini(&p->in);
	as_buf_fini(&p->out);
	if (waitpid(p->pid, &status, 0) != p->pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* Move octets both ways; false when nothing came for long. */
static bool
peer_step(struct peer *p)
{
	struct pollfd pf = {p->fd, POLLIN, 0};
	char chunk[65536];
	ssize_t n;

	if (p->out.n > 0)
		pf.events |= POLLOUT;
	if (p->ended || poll(&pf, 1, QUIET_MS) <= 0)
		return false;
	if (pf.revents & POLLOUT) {
		n = send(p->fd, p->out.p, p->out.n, MSG_NOSIGNAL);
		if (n > 0)
			as_buf_drop(&p->out, (size_t)n);
		else
			as_buf_reset(&p->out);
	}
	if (pf.revents & (POLLIN | POLLHUP)) {
		n = read(p->fd, chunk, sizeof(chunk));
		p->ended = n <= 0;
		if (n > 0)
			as_buf_add(&p->in, chunk, (size_t)n);
	}
	return true;
}

/* The type of the next frame, its payload copied; 0 at the end. */
static char
peer_frame(struct peer *p, struct as_arena *a, struct as_str *payload)
{
	struct as_frame f;
	char type;

	while (as_frame_read(&p->in, &f) == AS_EABSENT)
		if (!peer_step(p))
			return 0;
	if (as_frame_read(&p->in, &f) != AS_OK)
		return 0;
	*payload = as_str_dup(a, f.payload);
	type = (char)f.type;
	as_frame_drop(&p->in, &f);
	return type;
}

static void
job_out(struct peer *p, const struct as_job *job)
{
	struct as_buf b;

	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	as_codec_print(&b, &as_shape_job, job, AS_JSON_COMPACT);
	as_frame_write(&p->out, AS_FRAME_JOB, as_buf_str(&b));
	as_buf_fini(&b);
}

static struct as_job_done *
done_in(struct peer *p, struct as_arena *a)
{
	struct as_str text;
	void *done;

	if (peer_frame(p, a, &text) != AS_FRAME_DONE ||
	    as_codec_parse(a, &as_shape_job_done, text, AS_MAX_FRAME_OCTETS,
		&done, NULL) != AS_OK)
		return NULL;
	return done;
}

static void
world(void)
{
	fake_reset();
	fake_rr("example.org", "SOA", "x");
	fake_rr("example.org", "MX", "10 mx.example.org");
	fake_rr("mx.example.org", "A", "198.41.0.4");
	fake_rr("mta-sts.example.org", "A", "198.41.0.4");
}

static void
test_kinds(struct as_arena *a)
{
	struct as_job jobs[] = {
	    {.id = 1, .kind = AS_JOB_DOMAIN, .name = AS_STR("example.org")},
	    {.id = 2,
		.kind = AS_JOB_HOST,
		.name = AS_STR("mx.example.org"),
		.address = AS_STR("198.41.0.4")},
	    {.id = 3, .kind = AS_JOB_POLICY, .name = AS_STR("example.org")},
	};
	unsigned seen = 0;
	struct as_str text;
	struct peer p;

	t_case("it greets once, then answers each kind of job");
	world();
	peer_open(&p);
	T_INT(peer_frame(&p, a, &text), AS_FRAME_READY);
	T_OK(as_str_find(text, 'l', 0) < text.n);
	for (size_t i = 0; i < 3; i++)
		job_out(&p, &jobs[i]);
	for (size_t i = 0; i < 3; i++) {
		struct as_job_done *d = done_in(&p, a);
		if (!T_OK(d != NULL))
			break;
		seen |= 1u << d->id;
		if (d->id == 1)
			T_INT(d->domain->answers[1].n_mx, 1);
		if (d->id == 2)
			T_INT(d->host->smtp->outcome, AS_SMTP_REFUSED);
		if (d->id == 3)
			T_INT(d->policy->fetch, AS_FETCH_REFUSED);
	}
	T_INT(seen, 14);
	T_INT(peer_close(&p), EX_OK);
}

static void
test_many(struct as_arena *a)
{
	static bool seen[5000];
	static char banner[2000];
	static const struct as_smtp_view talkative = {
	    .banner = {banner, sizeof(banner)}};
	struct as_str text;
	struct peer p;
	unsigned n = 0;

	t_case("5000 jobs at once, answers unread at first: none is lost");
	memset(banner, 'b', sizeof(banner));
	world();
	fake_smtp("198.41.0.4", &talkative);
	peer_open(&p);
	T_INT(peer_frame(&p, a, &text), AS_FRAME_READY);
	for (uint32_t i = 0; i < 5000; i++) {
		struct as_job job = {.id = i,
		    .kind = AS_JOB_HOST,
		    .name = as_str_printf(a, "mx%u.example.org", i),
		    .address = AS_STR("198.41.0.4")};
		job_out(&p, &job);
	}
	while (p.out.n > 0 && peer_step(&p)) {
	}
	for (unsigned i = 0; i < 5000; i++) {
		struct as_arena *one = as_arena_new(1000000);
		struct as_job_done *d = done_in(&p, one);
		if (d != NULL && d->id < 5000 && !seen[d->id] &&
		    as_str_eq(d->host->name,
			as_str_printf(one, "mx%u.example.org", d->id))) {
			seen[d->id] = true;
			n++;
		}
		as_arena_free(one);
	}
	T_INT(n, 5000);
	T_INT(peer_close(&p), EX_OK);
}

static void
test_split(struct as_arena *a)
{
	struct as_job job = {
	    .id = 9, .kind = AS_JOB_POLICY, .name = AS_STR("none.example")};
	struct as_job_done *d;
	struct as_str text;
	struct peer p;

	t_case("a job that comes octet by octet");
	world();
	peer_open(&p);
	T_INT(peer_frame(&p, a, &text), AS_FRAME_READY);
	job_out(&p, &job);
	for (size_t i = 0; i < p.out.n; i++)
		if (send(p.fd, p.out.p + i, 1, 0) != 1)
			break;
	as_buf_reset(&p.out);
	d = done_in(&p, a);
	T_OK(d != NULL && d->policy->fetch == AS_FETCH_NO_ADDRESS);
	T_INT(peer_close(&p), EX_OK);
}

static void
test_broken(struct as_arena *a)
{
	static const struct {
		const char *what;
		struct as_str octets;
	} cases[] = {
	    {"a length over the cap", {"\xff\xff\xff\xff", 4}},
	    {"a length of nothing", {"\0\0\0\0", 4}},
	    {"another type", {"\0\0\0\3Z{}", 7}},
	    {"no JSON", {"\0\0\0\3J{x", 7}},
	    {"JSON of another shape", {"\0\0\0\3J[]", 7}},
	    {"an unknown kind", {"\0\0\0\x0fJ{\"kind\":\"rm\"}", 19}},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_str text;
		struct peer p;
		t_case("the parent sends %s", cases[i].what);
		world();
		peer_open(&p);
		T_INT(peer_frame(&p, a, &text), AS_FRAME_READY);
		as_buf_add_str(&p.out, cases[i].octets);
		T_INT(peer_frame(&p, a, &text), 0);
		T_INT(peer_close(&p), EX_PROTOCOL);
	}
}

static void
test_end(struct as_arena *a)
{
	struct as_job job = {
	    .id = 1, .kind = AS_JOB_DOMAIN, .name = AS_STR("slow.example")};
	struct as_str text;
	struct peer p;

	t_case("the parent goes while jobs run: it ends at once");
	world();
	fake_delay("example", 20000);
	peer_open(&p);
	T_INT(peer_frame(&p, a, &text), AS_FRAME_READY);
	job_out(&p, &job);
	while (p.out.n > 0 && peer_step(&p)) {
	}
	T_INT(peer_close(&p), EX_OK);
}

static void
test_too_large(struct as_arena *a)
{
	struct as_job job = {.id = 1,
	    .kind = AS_JOB_HOST,
	    .name = AS_STR("mx.example.org"),
	    .address = AS_STR("198.41.0.4")};
	static char big[7 * 1024 * 1024];
	struct as_smtp_view view = {.banner = {big, sizeof(big)}};
	struct as_https_view page = {.body = {big, sizeof(big)}};
	struct as_job_done *d;
	struct as_str text;
	struct peer p;

	t_case("facts that fit no frame are told as cancelled");
	memset(big, 1, sizeof(big));
	world();
	fake_smtp("198.41.0.4", &view);
	peer_open(&p);
	T_INT(peer_frame(&p, a, &text), AS_FRAME_READY);
	job_out(&p, &job);
	d = done_in(&p, a);
	if (T_OK(d != NULL)) {
		T_INT(d->host->outcome, AS_SUBJECT_CANCELLED);
		T_STR(d->host->name, "mx.example.org");
		T_STR(d->host->address, "198.41.0.4");
	}
	T_INT(peer_close(&p), EX_OK);

	t_case("so is a policy");
	world();
	fake_https("198.41.0.4", &page);
	peer_open(&p);
	T_INT(peer_frame(&p, a, &text), AS_FRAME_READY);
	job.kind = AS_JOB_POLICY;
	job.name = AS_STR("example.org");
	job.id = 2;
	job_out(&p, &job);
	d = done_in(&p, a);
	if (T_OK(d != NULL)) {
		T_INT(d->policy->outcome, AS_SUBJECT_CANCELLED);
		T_STR(d->policy->name, "example.org");
	}
	T_INT(peer_close(&p), EX_OK);
}

static void
test_no_start(struct as_arena *a)
{
	struct as_str text;
	struct peer p;

	t_case("without a resolver it does not greet, and says why");
	world();
	fake_no_resolver();
	peer_open(&p);
	T_INT(peer_frame(&p, a, &text), AS_FRAME_FAILED);
	T_OK(as_str_has_prefix(text, "1"));
	T_OK(text.n > 1);
	T_INT(peer_frame(&p, a, &text), 0);
	T_INT(peer_close(&p), EX_CONFIG);
}

static void
test_capacity(void)
{
	static const struct {
		rlim_t files;
		unsigned jobs;
	} cases[] = {{4096, 1000}, {1024, 496}, {256, 112}, {64, 16}, {20, 4}};
	pid_t pid;
	int status;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct rlimit r = {cases[i].files, cases[i].files};
		t_case("%u descriptors: %u jobs at a time",
		    (unsigned)cases[i].files, cases[i].jobs);
		pid = fork();
		if (pid == 0)
			_exit(setrlimit(RLIMIT_NOFILE, &r) != 0 ||
			    as_prober_capacity() != cases[i].jobs);
		T_INT(waitpid(pid, &status, 0), pid);
		T_INT(status, 0);
	}
}

int
main(void)
{
	struct as_arena *a = as_arena_new((size_t)64 * 1024 * 1024);

	test_kinds(a);
	test_many(a);
	test_split(a);
	test_broken(a);
	test_end(a);
	test_too_large(a);
	test_no_start(a);
	test_capacity();
	fake_reset();
	as_arena_free(a);
	return t_done();
}
