/*
 * A list of questions, answered in its order.
 */
#include "replay.h"

#define LABEL_16 "0123456789abcdef"
#define LABEL_64 LABEL_16 LABEL_16 LABEL_16 LABEL_16

static struct as_lookup_facts *
lookup(struct replay *r, struct as_question *list, size_t n)
{
	r->job.questions = list;
	r->job.n_questions = n;
	replay_run(r, as_probe_lookup_start, AS_JOB_LOOKUP, "");
	return r->done.lookup;
}

static void
test_answers(void)
{
	struct as_question list[] = {
	    {AS_STR("a.example.org"), AS_RR_AAAA},
	    {AS_STR("a.example.org"), AS_RR_A},
	    {AS_STR("none.example.org"), AS_RR_TXT},
	    {AS_STR("bad.example.org"), AS_RR_TXT},
	    {AS_STR("a.example.org"), AS_RR_A},
	};
	const struct as_lookup_facts *l;
	struct replay r;

	t_case("answers in the order of the questions");
	fake_reset();
	fake_rr("a.example.org", "A", "198.41.0.4");
	fake_fault("bad.example.org", NULL, FAKE_SERVFAIL);
	replay_open(&r);
	l = lookup(&r, list, 5);
	T_INT(l->outcome, AS_SUBJECT_DONE);
	T_INT(l->n_answers, 5);
	T_INT(l->answers[0].outcome, AS_DNS_NODATA);
	T_STR(l->answers[1].addresses[0], "198.41.0.4");
	T_INT(l->answers[2].outcome, AS_DNS_NXDOMAIN);
	T_INT(l->answers[3].outcome, AS_DNS_SERVFAIL);
	T_STR(l->answers[4].addresses[0], "198.41.0.4");
	replay_close(&r);
}

static void
test_odd_names(void)
{
	struct as_question list[] = {
	    {AS_STR(LABEL_64 ".example.org"), AS_RR_A},
	    {AS_STR("none.example.org"), AS_RR_A},
	};
	const struct as_lookup_facts *l;
	struct replay r;

	t_case("names that DNS cannot carry are not asked, and answered so");
	fake_reset();
	replay_open(&r);
	l = lookup(&r, list, 2);
	T_INT(l->n_answers, 2);
	T_INT(l->answers[0].outcome, AS_DNS_NOT_ASKED);
	T_STR(l->answers[0].name, LABEL_64 ".example.org");
	T_INT(l->answers[1].outcome, AS_DNS_NXDOMAIN);
	replay_close(&r);
}

static void
test_budget(void)
{
	static struct as_question list[AS_MAX_QUERIES_PER_DOMAIN + 5];
	const struct as_lookup_facts *l;
	struct replay r;
	size_t left_out = 0;

	t_case("more questions than a job may ask: the rest is not asked");
	fake_reset();
	replay_open(&r);
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		list[i] = (struct as_question){
		    as_str_printf(r.arena, "n%zu.example.org", i), AS_RR_A};
	l = lookup(&r, list, sizeof(list) / sizeof(list[0]));
	for (size_t i = 0; i < l->n_answers; i++)
		left_out += l->answers[i].outcome == AS_DNS_NOT_ASKED;
	T_INT(l->n_answers, AS_MAX_QUERIES_PER_DOMAIN + 5);
	T_INT(left_out, 5);
	replay_close(&r);
}

static void
test_no_questions(void)
{
	struct replay r;

	t_case("a job without a question is refused");
	fake_reset();
	replay_open(&r);
	r.job.kind = AS_JOB_LOOKUP;
	T_OK(as_probe_lookup_start(
		 &r.probe, r.arena, &r.job, replay_on_done, &r) == NULL);
	replay_close(&r);
}

static void
test_cancel(void)
{
	struct as_question list[] = {{AS_STR("a.example.org"), AS_RR_A}};
	struct as_probing *p;
	struct replay r;

	t_case("cancelled during the questions");
	fake_reset();
	replay_open(&r);
	r.job.questions = list;
	r.job.n_questions = 1;
	p = as_probe_lookup_start(
	    &r.probe, r.arena, &r.job, replay_on_done, &r);
	p->cancel(p);
	as_loop_run(r.probe.loop);
	T_INT(r.dones, 0);
	replay_close(&r);
}

int
main(void)
{
	test_answers();
	test_odd_names();
	test_budget();
	test_no_questions();
	test_cancel();
	fake_reset();
	return t_done();
}
