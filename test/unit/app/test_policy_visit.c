/*
 * Visits to policy hosts, with a crew that answers when the test says so.
 */
#include "app/policy_visit.h"

#include "base/limits.h"
#include "fake_crew.h"
#include "harness.h"
#include "std/dns_wire.h"

#define N 8

static unsigned n_done, n_failed;

static void
on_failed(void *ctx)
{
	(void)ctx;
	n_failed++;
}

/* One domain. */
struct domain {
	struct as_policy_visit visit; /* first */
	const struct as_policy_facts *facts;
};

static void
on_done(struct as_policy_visit *v, const struct as_policy_facts *facts)
{
	((struct domain *)v)->facts = facts;
	n_done++;
}

static const struct as_prober_config prober = {
    .clock = {clock_now, clock_now, NULL},
    .vantage = {"here", 4},
};
static struct as_policy_visit_config config = {
    .prober = &prober, .failed = on_failed};

/* Let the crew answer its task number i: a lookup that found this address, or
 * none (NULL); or a fetch. */
static void
answer(unsigned i, const char *address)
{
	struct as_task *task = queue[i];
	struct as_arena *a = as_arena_new(100000);
	struct as_job_done *done = AS_NEW(a, struct as_job_done);
	struct as_policy_facts *p = AS_NEW(a, struct as_policy_facts);
	struct as_answer *ans = AS_NEW(a, struct as_answer);

	p->name = task->job.name;
	p->took_ms = 10;
	p->at = now;
	if (!task->job.only_dns) {
		p->fetch = AS_FETCH_OK;
	} else {
		p->fetch =
		    address != NULL ? AS_FETCH_NOT_TRIED : AS_FETCH_NO_ADDRESS;
		p->address = as_str_from(address);
		ans->type = AS_RR_A;
		ans->addresses = &p->address;
		ans->n_addresses = address != NULL;
		p->answers = ans;
		p->n_answers = 1;
	}
	done->policy = p;
	task->fn(task, a, done);
}

static void
start(struct domain *d, unsigned n)
{
	static const struct as_manners manners = {1, 2, 4};

	as_politeness_free(config.politeness);
	config.politeness = as_politeness_new(&manners);
	n_queue = n_done = n_failed = 0;
	memset(d, 0, n * sizeof(*d));
	for (unsigned i = 0; i < n; i++) {
		d[i].visit.config = &config;
		d[i].visit.fn = on_done;
		as_policy_visit_start(&d[i].visit, AS_STR("example.org"));
	}
}

static void
stop(struct domain *d, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		as_policy_visit_close(&d[i].visit);
	T_INT(n_failed, 0);
}

static void
test_one(void)
{
	struct domain d;

	t_case("no policy host: one job");
	start(&d, 1);
	T_OK(queue[0]->job.only_dns);
	answer(0, NULL);
	T_INT(n_done, 1);
	T_INT(n_queue, 1);
	T_INT(d.facts->fetch, AS_FETCH_NO_ADDRESS);
	stop(&d, 1);

	t_case("a policy host: its addresses are fetched from");
	start(&d, 1);
	answer(0, "192.0.2.1");
	T_INT(n_done, 0);
	T_INT(n_queue, 2);
	T_OK(!queue[1]->job.only_dns);
	T_INT(queue[1]->job.n_addresses, 1);
	T_STR(queue[1]->job.addresses[0], "192.0.2.1");
	now += 500;
	answer(1, NULL);
	T_INT(n_done, 1);

	t_case("the facts are those of one visit");
	T_INT(d.facts->fetch, AS_FETCH_OK);
	T_INT(d.facts->n_answers, 1);
	T_INT(d.facts->took_ms, 20);
	T_INT(d.facts->at, now - 500);
	stop(&d, 1);

	t_case("an address that is none: as the prober said");
	start(&d, 1);
	answer(0, "nonsense");
	T_INT(n_done, 1);
	T_INT(d.facts->fetch, AS_FETCH_NOT_TRIED);
	stop(&d, 1);
}

static void
test_turns(void)
{
	struct domain d[N];

	t_case("one fetch at a time from an address, two in a network");
	start(d, N);
	for (unsigned i = 0; i < N; i++)
		answer(i,
		    i % 2 == 0      ? "192.0.2.1"
			: i < N / 2 ? "192.0.2.2"
				    : "192.0.2.3");
	T_INT(n_queue, N + 2);
	for (unsigned i = N; i < n_queue; i++) {
		answer(i, NULL);
		T_OK(n_queue - i - 1 <= 2);
	}
	T_INT(n_queue, 2 * N);
	T_INT(n_done, N);
	stop(d, N);
}

static void
test_late(void)
{
	struct domain d[2];

	t_case("one whose turn does not come is answered cancelled");
	start(d, 2);
	answer(0, "192.0.2.1");
	answer(1, "192.0.2.1");
	T_INT(n_queue, 3);
	now += AS_HOST_WAIT_MS;
	as_politeness_expire(config.politeness, now - AS_HOST_WAIT_MS);
	T_INT(n_done, 0);
	now++;
	as_politeness_expire(config.politeness, now - AS_HOST_WAIT_MS);
	T_INT(n_done, 1);
	T_INT(d[1].facts->outcome, AS_SUBJECT_CANCELLED);
	T_STR(d[1].facts->name, "example.org");
	T_OK(d[1].facts->detail.n > 0);
	T_INT(d[1].facts->n_answers, 1);
	answer(2, NULL);
	T_INT(d[0].facts->fetch, AS_FETCH_OK);
	T_INT(n_queue, 3);
	stop(d, 2);
}

int
main(void)
{
	now = 1000;
	test_one();
	test_turns();
	test_late();
	as_politeness_free(config.politeness);
	return t_done();
}
