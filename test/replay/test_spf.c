/*
 * The tree of an SPF record: what is asked for it, and where that ends.
 */
#include "replay.h"

#define D "example.org"

static void
world_spf(const char *record)
{
	fake_reset();
	fake_rr(D, "SOA", "x");
	fake_rr(D, "TXT", record);
}

static void
test_terms(void)
{
	struct replay r;
	struct as_domain_facts *f;

	t_case("each kind of term asks for what it needs");
	world_spf("v=spf1 ip4:192.0.2.1 a:a.example mx:m.example "
		  "exists:e.example include:i.example ptr:p.example "
		  "exists:%{i}.macro.example include:%{d}.macro.example "
		  "redirect=r.example");
	fake_rr("i.example", "TXT", "v=spf1 a redirect=r2.example");
	fake_rr("r.example", "TXT", "v=spf1 include:ri.example -all");
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(fake_asked("a.example", "A"), 1);
	T_INT(fake_asked("a.example", "AAAA"), 1);
	T_INT(fake_asked("m.example", "MX"), 1);
	T_INT(fake_asked("e.example", "A"), 1);
	T_INT(fake_asked("i.example", "TXT"), 1);
	T_INT(fake_asked("i.example", "A"), 1);
	T_INT(fake_asked("r.example", "TXT"), 1);
	T_INT(fake_asked("r2.example", "TXT"), 1);
	T_INT(fake_asked("ri.example", "TXT"), 1);
	T_INT(fake_asked("p.example", NULL), 0);
	T_OK(!f->budget_reached);
	for (size_t i = 0; i < f->n_answers; i++)
		T_OK(as_str_find(f->answers[i].name, '%', 0) ==
		    f->answers[i].name.n);
	replay_close(&r);

	t_case("a redirect beside all is not followed");
	world_spf("v=spf1 -all redirect=r.example");
	replay_open(&r);
	(void)replay_domain(&r, D);
	T_INT(fake_asked("r.example", NULL), 0);
	replay_close(&r);
}

static void
test_no_tree(void)
{
	static const struct {
		const char *what, *one, *two;
	} cases[] = {
	    {"two records", "v=spf1 include:i.example -all",
		"v=spf1 include:i.example -all"},
	    {"a syntax error", "v=spf1 include:i.example foo:bar -all", "x"},
	    {"another TXT", "spf1 include:i.example", "x"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct replay r;
		t_case("%s: no tree", cases[i].what);
		world_spf(cases[i].one);
		fake_rr(D, "TXT", cases[i].two);
		replay_open(&r);
		(void)replay_domain(&r, D);
		T_INT(fake_asked("i.example", NULL), 0);
		replay_close(&r);
	}
}

static void
test_loops(void)
{
	struct replay r;
	struct as_domain_facts *f;

	t_case("an include loop ends");
	world_spf("v=spf1 include:a.example -all");
	fake_rr("a.example", "TXT", "v=spf1 include:b.example -all");
	fake_rr(
	    "b.example", "TXT", "v=spf1 include:a.example include:" D " -all");
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(fake_asked("a.example", "TXT"), 1);
	T_INT(fake_asked("b.example", "TXT"), 1);
	T_INT(fake_asked(D, "TXT"), 1);
	T_OK(!f->budget_reached);
	replay_close(&r);

	t_case("a record that includes itself");
	world_spf("v=spf1 include:" D " -all");
	replay_open(&r);
	(void)replay_domain(&r, D);
	T_INT(fake_asked(D, "TXT"), 1);
	replay_close(&r);
}

static void
test_deep(void)
{
	struct replay r;
	struct as_domain_facts *f;
	char name[40], text[80];

	t_case("a chain of includes is followed to its depth");
	world_spf("v=spf1 include:n1.example -all");
	for (int i = 1; i < 30; i++) {
		(void)snprintf(name, sizeof(name), "n%d.example", i);
		(void)snprintf(text, sizeof(text),
		    "v=spf1 include:n%d.example -all", i + 1);
		fake_rr(name, "TXT", text);
	}
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(fake_asked("n12.example", "TXT"), 1);
	T_INT(fake_asked("n13.example", "TXT"), 0);
	T_OK(f->budget_reached);
	replay_close(&r);
}

static void
test_bomb(void)
{
	struct replay r;
	struct as_domain_facts *f;
	char text[8000], name[40];
	unsigned asked = 0;
	int at;

	t_case("an include bomb: 60 questions, then no more");
	for (int level = 0; level < 3; level++) {
		at = snprintf(text, sizeof(text), "v=spf1");
		for (int i = 0; i < 100; i++)
			at += snprintf(text + at, sizeof(text) - (size_t)at,
			    " include:l%d-%d.example", level, i);
		if (level == 0) {
			world_spf(text);
			continue;
		}
		for (int i = 0; i < 100; i++) {
			(void)snprintf(
			    name, sizeof(name), "l%d-%d.example", level - 1, i);
			fake_rr(name, "TXT", text);
		}
	}
	replay_open(&r);
	f = replay_domain(&r, D);
	for (size_t i = 0; i < f->n_answers; i++)
		asked += f->answers[i].name.p[0] == 'l';
	T_INT(asked, AS_MAX_SPF_QUERIES);
	T_OK(f->budget_reached);
	T_OK(f->queries <= AS_MAX_SPF_QUERIES + 20);
	T_OK(as_arena_used(r.arena) < AS_MAX_JOB_OCTETS / 2);
	replay_close(&r);
}

static void
test_unknown(void)
{
	struct replay r;
	struct as_domain_facts *f;

	t_case("an include that is not answered stays unknown");
	world_spf("v=spf1 include:dead.example include:fail.example -all");
	fake_fault("dead.example", NULL, FAKE_TIMEOUT);
	fake_fault("fail.example", NULL, FAKE_SERVFAIL);
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(replay_answer(f, "dead.example", AS_RR_TXT)->outcome,
	    AS_DNS_TIMEOUT);
	T_INT(replay_answer(f, "fail.example", AS_RR_TXT)->outcome,
	    AS_DNS_SERVFAIL);
	replay_close(&r);
}

int
main(void)
{
	test_terms();
	test_no_tree();
	test_loops();
	test_deep();
	test_bomb();
	test_unknown();
	fake_reset();
	return t_done();
}
