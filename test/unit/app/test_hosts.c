/*
 * Shared visits, with a crew that answers when the test says so and a clock
 * that the test sets.
 */
#include "app/hosts.h"

#include <libpsl.h>

#include "base/limits.h"
#include "fake_crew.h"
#include "harness.h"

static unsigned n_answered;
static unsigned calls;

static enum as_subject_outcome outcome; /* of what the crew answers next */
static enum as_starttls starttls;       /* how far that one comes */

/* Let the crew finish its next task, with a banner of n octets. */
static void
answer(size_t n)
{
	static char text[100000];
	struct as_task *task = queue[n_answered++];
	struct as_arena *a = as_arena_new(1000000);
	struct as_job_done *done = AS_NEW(a, struct as_job_done);
	struct as_smtp_facts *smtp = AS_NEW(a, struct as_smtp_facts);

	memset(text, 'x', sizeof(text));
	smtp->banner = (struct as_str){text, n};
	done->host = AS_NEW(a, struct as_host_facts);
	done->host->name = as_str_dup(a, task->job.name);
	done->host->address = as_str_dup(a, task->job.address);
	done->host->smtp = smtp;
	smtp->starttls = starttls;
	done->host->outcome = outcome;
	task->fn(task, a, done);
}

/* Let it finish a search for all TLS. */
static void
answer_matrix(void)
{
	struct as_task *task = queue[n_answered++];
	struct as_arena *a = as_arena_new(1000000);
	struct as_job_done *done = AS_NEW(a, struct as_job_done);

	done->tls = AS_NEW(a, struct as_tls_server);
	done->tls->name = as_str_dup(a, task->job.name);
	done->tls->address = as_str_dup(a, task->job.address);
	done->tls->connections = task->job.made + 7;
	done->tls->outcome = outcome;
	task->fn(task, a, done);
}

static void
on_done(struct as_claim *claim)
{
	(void)claim;
	calls++;
}

static struct as_prober_config prober = {
    .clock = {clock_now, clock_now, NULL},
    .smtp_port = 25,
    .vantage = {"here", 4},
};

static struct as_politeness *politeness;
static const void *psl;

static void
stop(struct as_hosts *h)
{
	as_hosts_free(h);
	as_politeness_free(politeness);
}

static void
tick(void)
{
	as_politeness_expire(politeness, now - AS_HOST_WAIT_MS);
}

static bool tls_matrix;

static struct as_hosts *
start(size_t max_visits, size_t max_octets)
{
	static const struct as_manners manners = {1, 2, 4};
	struct as_hosts_config config = {.prober = &prober,
	    .max_visits = max_visits,
	    .max_octets = max_octets,
	    .tls_matrix = tls_matrix,
	    .pause_ms = 50};

	n_queue = n_answered = calls = 0;
	now = 1000;
	politeness = as_politeness_new(&manners);
	config.politeness = politeness;
	config.psl = psl;
	return as_hosts_new(&config);
}

static uint32_t age = AS_HOSTS_ANY_AGE;

static bool
claim(struct as_hosts *h, struct as_claim *c, const char *name,
    const char *address)
{
	bool finished;

	*c = (struct as_claim){.done = on_done};
	if (as_hosts_claim(h, as_str_from(name), as_str_from(address), age, c,
		&finished) != AS_OK)
		abort();
	return finished;
}

static struct as_host_facts *
facts(struct as_arena *a, const struct as_claim *c)
{
	static struct as_host_facts f;

	as_hosts_facts(a, c, &f);
	return &f;
}

static void
test_sharing(void)
{
	struct as_hosts *h = start(0, 0);
	struct as_arena *a = as_arena_new(1000000);
	struct as_host_facts *f;
	struct as_claim c[3], other;

	t_case("three claims, one visit");
	for (int i = 0; i < 3; i++)
		T_OK(!claim(h, &c[i], "mx.example", "192.0.2.1"));
	T_INT(n_queue, 1);
	T_STR(queue[0]->job.name, "mx.example");
	T_STR(queue[0]->job.address, "192.0.2.1");
	answer(5);
	T_INT(calls, 3);
	f = facts(a, &c[2]);
	T_STR(f->name, "mx.example");
	T_STR(f->smtp->banner, "xxxxx");

	t_case("a later claim finds it finished");
	for (int i = 0; i < 3; i++)
		as_hosts_release(h, &c[i]);
	T_OK(claim(h, &other, "mx.example", "192.0.2.1"));
	T_INT(n_queue, 1);
	T_STR(facts(a, &other)->address, "192.0.2.1");
	as_hosts_release(h, &other);

	t_case("another name at the same address is another visit, after it");
	T_OK(!claim(h, &c[0], "a.example", "192.0.2.1"));
	T_OK(!claim(h, &c[1], "b.example", "192.0.2.1"));
	T_INT(n_queue, 2);
	answer(1);
	T_INT(n_queue, 3);
	answer(1);
	as_hosts_release(h, &c[0]);
	as_hosts_release(h, &c[1]);

	t_case("released while it runs: the visit is kept for others");
	T_OK(!claim(h, &c[0], "c.example", "192.0.2.9"));
	as_hosts_release(h, &c[0]);
	calls = 0;
	answer(1);
	T_INT(calls, 0);
	T_OK(claim(h, &c[0], "c.example", "192.0.2.9"));
	as_hosts_release(h, &c[0]);

	t_case("what is no address is refused");
	bool finished;
	T_INT(as_hosts_claim(h, AS_STR("mx.example"), AS_STR("elsewhere"),
		  AS_HOSTS_ANY_AGE, &c[0], &finished),
	    AS_EINVAL);
	stop(h);
	as_arena_free(a);
}

static void
test_limits(void)
{
	struct as_hosts *h = start(3, 0);
	struct as_claim c, held;
	char name[20];

	t_case("past the cap the least recently used go, not what is held");
	(void)claim(h, &held, "held.example", "192.0.2.1");
	answer(1);
	for (int i = 0; i < 5; i++) {
		(void)snprintf(name, sizeof(name), "n%d.example", i);
		(void)claim(h, &c, name, "192.0.2.1");
		answer(1);
		as_hosts_release(h, &c);
	}
	T_INT(n_queue, 6);
	T_OK(claim(h, &c, "n4.example", "192.0.2.1"));
	as_hosts_release(h, &c);
	T_OK(claim(h, &c, "held.example", "192.0.2.1"));
	as_hosts_release(h, &c);
	T_OK(!claim(h, &c, "n0.example", "192.0.2.1"));
	T_INT(n_queue, 7);
	answer(1);
	as_hosts_release(h, &c);
	as_hosts_release(h, &held);
	stop(h);

	t_case("past the octets, too");
	h = start(0, 30000);
	for (int i = 0; i < 4; i++) {
		(void)snprintf(name, sizeof(name), "n%d.example", i);
		(void)claim(h, &c, name, "192.0.2.1");
		answer(10000);
		as_hosts_release(h, &c);
	}
	T_OK(claim(h, &c, "n3.example", "192.0.2.1"));
	as_hosts_release(h, &c);
	T_OK(!claim(h, &c, "n0.example", "192.0.2.1"));
	answer(1);
	as_hosts_release(h, &c);
	stop(h);
}

static void
test_waiting(void)
{
	struct as_hosts *h = start(0, 0);
	struct as_arena *a = as_arena_new(1000000);
	struct as_host_facts *f;
	struct as_claim c[3];

	t_case("who waits too long for a turn is told so");
	(void)claim(h, &c[0], "a.example", "192.0.2.1");
	(void)claim(h, &c[1], "b.example", "192.0.2.1");
	now += AS_HOST_WAIT_MS / 2;
	(void)claim(h, &c[2], "c.example", "192.0.2.1");
	now += AS_HOST_WAIT_MS / 2 + 1;
	T_INT(n_queue, 1);
	tick();
	T_INT(calls, 1);
	f = facts(a, &c[1]);
	T_INT(f->outcome, AS_SUBJECT_CANCELLED);
	T_STR(f->name, "b.example");
	T_STR(f->address, "192.0.2.1");
	T_STR(f->vantage, "here");
	T_INT(f->at, now);
	T_OK(f->detail.n > 0);

	t_case("the others go on, and it may be tried again");
	as_hosts_release(h, &c[1]);
	answer(1);
	T_INT(n_queue, 2);
	T_STR(queue[1]->job.name, "c.example");
	T_OK(!claim(h, &c[1], "b.example", "192.0.2.1"));
	answer(1);
	T_INT(n_queue, 3);
	answer(1);
	T_INT(facts(a, &c[1])->outcome, AS_SUBJECT_DONE);
	for (int i = 0; i < 3; i++)
		as_hosts_release(h, &c[i]);
	stop(h);
	as_arena_free(a);
}

static void
test_cancelled(void)
{
	struct as_hosts *h = start(0, 0);
	struct as_arena *small = as_arena_new(100);
	struct as_arena *a = as_arena_new(1000000);
	struct as_claim c;

	t_case("a visit that came to nothing for our own sake is tried again");
	T_OK(!claim(h, &c, "mx.example", "192.0.2.1"));
	outcome = AS_SUBJECT_CANCELLED;
	answer(1);
	outcome = AS_SUBJECT_DONE;
	T_INT(facts(a, &c)->outcome, AS_SUBJECT_CANCELLED);
	as_hosts_release(h, &c);
	T_OK(!claim(h, &c, "mx.example", "192.0.2.1"));
	answer(1);
	T_INT(facts(a, &c)->outcome, AS_SUBJECT_DONE);

	t_case("facts that find no room say that they are not known");
	T_INT(facts(small, &c)->outcome, AS_SUBJECT_CANCELLED);
	T_STR(facts(small, &c)->name, "mx.example");
	T_STR(facts(small, &c)->address, "192.0.2.1");
	T_OK(facts(small, &c)->smtp == NULL);
	as_hosts_release(h, &c);
	stop(h);
	as_arena_free(small);
	as_arena_free(a);
}

/* By the public suffix list, if there is one. */
static void
test_operators(void)
{
	struct as_claim c[8];
	char name[40], ip[40];

	for (int listed = 0; listed < 2; listed++) {
		struct as_hosts *h;
		psl = listed ? psl_builtin() : NULL;
		h = start(0, 0);
		t_case("servers of one registered domain, %s list",
		    listed ? "with a" : "without a");
		for (int i = 0; i < 8; i++) {
			(void)snprintf(
			    name, sizeof(name), "mx%d.big.example", i);
			(void)snprintf(ip, sizeof(ip), "198.51.%d.1", i);
			T_OK(!claim(h, &c[i], name, ip));
		}
		T_INT(n_queue, listed ? 4 : 8);
		while (n_answered < n_queue)
			answer(1);
		T_INT(calls, 8);
		for (int i = 0; i < 8; i++)
			as_hosts_release(h, &c[i]);
		stop(h);
	}
}

static void
test_matrix(void)
{
	struct as_arena *a = as_arena_new(1000000);
	struct as_claim c[2];
	struct as_hosts *h;

	tls_matrix = true;
	h = start(0, 0);
	t_case("without STARTTLS there is no more to ask");
	T_OK(!claim(h, &c[0], "plain.example", "192.0.2.1"));
	answer(1);
	T_INT(calls, 1);
	T_OK(facts(a, &c[0])->matrix == NULL);
	as_hosts_release(h, &c[0]);

	t_case("with it a second job asks for all TLS, in the same turn");
	starttls = AS_STARTTLS_ACCEPTED;
	T_OK(!claim(h, &c[0], "mx.example", "192.0.2.1"));
	T_OK(!claim(h, &c[1], "other.example", "192.0.2.1"));
	T_INT(n_queue, 2);
	answer(5);
	T_INT(calls, 1);
	T_INT(n_queue, 3);
	T_INT(queue[2]->job.kind, AS_JOB_TLS);
	T_STR(queue[2]->job.name, "mx.example");
	T_STR(queue[2]->job.address, "192.0.2.1");
	T_INT(queue[2]->job.port, 25);
	T_INT(queue[2]->job.pause_ms, 50);
	T_INT(queue[2]->job.made, 1);
	answer_matrix();
	T_INT(calls, 2);
	T_INT(facts(a, &c[0])->smtp->banner.n, 5);
	T_INT(facts(a, &c[0])->matrix->connections, 8);
	T_INT(n_queue, 4);
	T_STR(queue[3]->job.name, "other.example");

	t_case("one that ends the prober takes nothing else with it");
	answer(9);
	outcome = AS_SUBJECT_CRASHED;
	answer_matrix();
	outcome = AS_SUBJECT_DONE;
	T_INT(facts(a, &c[1])->outcome, AS_SUBJECT_DONE);
	T_INT(facts(a, &c[1])->smtp->banner.n, 9);
	T_INT(facts(a, &c[1])->matrix->outcome, AS_SUBJECT_CRASHED);
	as_hosts_release(h, &c[0]);
	as_hosts_release(h, &c[1]);

	t_case("the end may come between the two jobs");
	T_OK(!claim(h, &c[0], "late.example", "192.0.2.9"));
	answer(1);
	as_hosts_release(h, &c[0]);
	stop(h);
	tls_matrix = false;
	starttls = AS_STARTTLS_NOT_REACHED;
	as_arena_free(a);
}

static void
test_age(void)
{
	struct as_hosts *h = start(0, 0);
	struct as_claim c[4];

	t_case("a visit that is too old is made anew");
	T_OK(!claim(h, &c[0], "mx.example", "192.0.2.1"));
	answer(10);
	now += 5000;
	age = 5000;
	T_OK(claim(h, &c[1], "mx.example", "192.0.2.1"));
	T_INT(n_queue, 1);
	age = 4999;
	T_OK(!claim(h, &c[2], "mx.example", "192.0.2.1"));
	T_INT(n_queue, 2);
	t_case(
	    "who holds the old one keeps it, and those who come share the new");
	age = 0;
	T_OK(!claim(h, &c[3], "mx.example", "192.0.2.1"));
	answer(10);
	T_INT(calls, 3);
	T_OK(c[0].visit == c[1].visit && c[2].visit == c[3].visit);
	T_OK(c[0].visit != c[2].visit);
	for (size_t i = 0; i < 4; i++)
		as_hosts_release(h, &c[i]);
	t_case("an old one that nobody holds goes");
	now += 1;
	T_OK(!claim(h, &c[0], "mx.example", "192.0.2.1"));
	answer(10);
	T_INT(n_queue, 3);
	as_hosts_release(h, &c[0]);
	age = AS_HOSTS_ANY_AGE;
	stop(h);
}

int
main(void)
{
	test_age();
	test_sharing();
	test_limits();
	test_waiting();
	test_cancelled();
	test_operators();
	test_matrix();
	return t_done();
}
