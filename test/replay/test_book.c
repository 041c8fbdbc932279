/*
 * Questions and their answers: each way an answer can go wrong keeps its name.
 */
#include "base/limits.h"
#include "probe/answer.h"
#include "probe/book.h"
#include "replay.h"

struct session {
	struct replay r;
	struct as_book *book;
	unsigned idles;
	unsigned calls;
	const struct as_answer *last;
};

static void
on_idle(void *ctx)
{
	struct session *s = ctx;

	s->idles++;
}

static void
on_answer(void *ctx, const struct as_answer *ans)
{
	struct session *s = ctx;

	s->calls++;
	s->last = ans;
}

static void
session_open(struct session *s, uint32_t max_queries, uint32_t deadline_ms)
{
	struct as_book_config config = {.clock = fake_clock(),
	    .max_queries = max_queries,
	    .deadline_ms = deadline_ms,
	    .idle = on_idle,
	    .ctx = s};

	memset(s, 0, sizeof(*s));
	replay_open(&s->r);
	config.loop = s->r.probe.loop;
	config.dns = s->r.probe.dns;
	config.scratch = s->r.probe.scratch;
	s->book = as_book_new(s->r.arena, &config);
}

static void
session_close(struct session *s)
{
	as_book_close(s->book);
	replay_close(&s->r);
}

static void
ask(struct session *s, const char *name, uint16_t type)
{
	as_book_ask(
	    s->book, as_str_from(name), type, AS_BOOK_KEEP, on_answer, s);
}

/* Ask one question in a book of its own. */
static const struct as_answer *
ask_one(struct session *s, const char *name, uint16_t type)
{
	session_open(s, 100, AS_DOMAIN_JOB_MS);
	ask(s, name, type);
	T_INT(s->calls, 0);
	as_loop_run(s->r.probe.loop);
	T_INT(s->calls, 1);
	return s->last;
}

static void
test_records(void)
{
	struct session s;
	const struct as_answer *ans;

	t_case("records come sorted, with their security and time");
	fake_reset();
	fake_secure("example.org");
	fake_rr("example.org", "MX", "20 b.example.org");
	fake_rr("example.org", "MX", "10 c.example.org");
	fake_rr("example.org", "MX", "10 a.example.org");
	ans = ask_one(&s, "example.org", AS_RR_MX);
	T_INT(ans->outcome, AS_DNS_OK);
	T_INT(ans->security, AS_DNSSEC_SECURE);
	T_INT(ans->n_mx, 3);
	T_STR(ans->mx[0].exchange, "a.example.org");
	T_STR(ans->mx[2].exchange, "b.example.org");
	T_INT(ans->ttl, 300);
	T_OK(ans->at > 0);
	T_INT(ans->took_ms, 20);
	session_close(&s);

	t_case("the types beside MX");
	fake_reset();
	fake_rr("t.example", "TXT", "zz");
	fake_rr("t.example", "TXT", "aa");
	fake_rr("t.example", "A", "192.0.2.9");
	fake_rr("t.example", "AAAA", "2001:db8::1");
	fake_rr("t.example", "TLSA", "3 1 1 00ff");
	fake_rr("t.example", "CAA", "0 issue ca.example");
	fake_rr("t.example", "NS", "ns.example");
	fake_rr("t.example", "SOA", "any");
	ans = ask_one(&s, "t.example", AS_RR_TXT);
	T_STR(ans->txt[0].text, "aa");
	T_INT(ans->security, AS_DNSSEC_INSECURE);
	session_close(&s);
	ans = ask_one(&s, "t.example", AS_RR_A);
	T_STR(ans->addresses[0], "192.0.2.9");
	session_close(&s);
	ans = ask_one(&s, "t.example", AS_RR_AAAA);
	T_STR(ans->addresses[0], "2001:db8::1");
	session_close(&s);
	ans = ask_one(&s, "t.example", AS_RR_TLSA);
	T_INT(ans->tlsa[0].usage, 3);
	T_OK(as_str_eq(ans->tlsa[0].data, (struct as_str){"\0\xff", 2}));
	session_close(&s);
	ans = ask_one(&s, "t.example", AS_RR_CAA);
	T_STR(ans->caa[0].value, "ca.example");
	session_close(&s);
	ans = ask_one(&s, "t.example", AS_RR_NS);
	T_STR(ans->names[0], "ns.example");
	session_close(&s);
	ans = ask_one(&s, "t.example", AS_RR_SOA);
	T_INT(ans->outcome, AS_DNS_OK);
	session_close(&s);

	t_case("NSEC of a name that is there, and of one that is not");
	fake_reset();
	fake_rr_octets("t.example", "NSEC", AS_STR("\0\0\1\100"));
	fake_rr_octets("x.example", "NSEC",
	    AS_STR("\0\0\21\0\0\0\0\0\3\0\0\0\0\0\0\0\0\0\0\200"));
	ans = ask_one(&s, "t.example", AS_RR_NSEC);
	T_INT(ans->outcome, AS_DNS_OK);
	T_OK(!ans->nxname);
	session_close(&s);
	ans = ask_one(&s, "x.example", AS_RR_NSEC);
	T_INT(ans->outcome, AS_DNS_OK);
	T_OK(ans->nxname);
	session_close(&s);
}

static void
test_nothing(void)
{
	struct session s;

	t_case("NODATA and NXDOMAIN are kept apart");
	fake_reset();
	fake_rr("a.b.example", "A", "192.0.2.1");
	T_INT(ask_one(&s, "b.example", AS_RR_MX)->outcome, AS_DNS_NODATA);
	session_close(&s);
	T_INT(ask_one(&s, "c.example", AS_RR_MX)->outcome, AS_DNS_NXDOMAIN);
	session_close(&s);
}

static void
test_faults(void)
{
	static const struct {
		const char *name;
		enum fake_fault fault;
		enum as_dns_outcome outcome;
		enum as_dnssec security;
	} cases[] = {
	    {"SERVFAIL", FAKE_SERVFAIL, AS_DNS_SERVFAIL,
		AS_DNSSEC_INDETERMINATE},
	    {"REFUSED", FAKE_REFUSED, AS_DNS_REFUSED, AS_DNSSEC_INDETERMINATE},
	    {"silence", FAKE_TIMEOUT, AS_DNS_TIMEOUT, AS_DNSSEC_INDETERMINATE},
	    {"a question left to a zone file", FAKE_NOT_ASKED, AS_DNS_NOT_ASKED,
		AS_DNSSEC_INDETERMINATE},
	    {"a bogus answer", FAKE_BOGUS, AS_DNS_BOGUS, AS_DNSSEC_BOGUS},
	    {"garbage", FAKE_GARBAGE, AS_DNS_MALFORMED,
		AS_DNSSEC_INDETERMINATE},
	    {"NXDOMAIN with records", FAKE_CONFUSED, AS_DNS_MALFORMED,
		AS_DNSSEC_INDETERMINATE},
	    {"a truncated answer", FAKE_TRUNCATED, AS_DNS_MALFORMED,
		AS_DNSSEC_INDETERMINATE},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct session s;
		const struct as_answer *ans;
		t_case("%s gives no records and a cause", cases[i].name);
		fake_reset();
		fake_rr("x.example", "TXT", "v=spf1 -all");
		fake_fault("x.example", NULL, cases[i].fault);
		ans = ask_one(&s, "x.example", AS_RR_TXT);
		T_INT(ans->outcome, cases[i].outcome);
		T_INT(ans->security, cases[i].security);
		T_INT(ans->n_txt, 0);
		T_OK(ans->detail.n > 0);
		T_OK(!as_answer_is_known(ans));
		session_close(&s);
	}
}

/* DKIM-1, DMARC-10 */
static void
test_chain(void)
{
	struct session s;
	const struct as_answer *ans;
	char name[30], next[30];

	t_case("a CNAME chain is kept, its security is the worst");
	fake_reset();
	fake_secure("signed.example");
	fake_rr("a.signed.example", "CNAME", "b.signed.example");
	fake_rr("b.signed.example", "CNAME", "c.open.example");
	fake_rr("c.open.example", "TXT", "hello");
	ans = ask_one(&s, "a.signed.example", AS_RR_TXT);
	T_INT(ans->outcome, AS_DNS_OK);
	T_INT(ans->n_chain, 2);
	T_STR(ans->chain[1], "c.open.example");
	T_STR(ans->txt[0].text, "hello");
	T_INT(ans->security, AS_DNSSEC_INSECURE);
	T_INT(fake_asked(NULL, NULL), 1);
	session_close(&s);

	t_case("a CNAME to nothing is asked for once more, then NXDOMAIN");
	fake_reset();
	fake_rr("a.example", "CNAME", "gone.example");
	fake_rr("w.example", "A", "192.0.2.1");
	ans = ask_one(&s, "a.example", AS_RR_TXT);
	T_INT(ans->outcome, AS_DNS_NXDOMAIN);
	T_INT(ans->n_chain, 1);
	session_close(&s);

	t_case("a chain that leaves a proposed zone is followed in the world");
	fake_reset();
	fake_secure("example");
	fake_proposed("new.example");
	fake_rr("a.new.example", "CNAME", "b.example");
	fake_rr("b.example", "CNAME", "c.example");
	fake_rr("c.example", "TXT", "there");
	ans = ask_one(&s, "a.new.example", AS_RR_TXT);
	T_INT(ans->outcome, AS_DNS_OK);
	T_INT(ans->n_chain, 2);
	T_OK(ans->proposed);
	T_INT(ans->security, AS_DNSSEC_SECURE);
	T_INT(ans->took_ms, 40);
	T_INT(as_book_queries(s.book), 2);
	session_close(&s);

	t_case("the target of a chain fails: so does the answer");
	fake_reset();
	fake_proposed("new.example");
	fake_rr("a.new.example", "CNAME", "b.example");
	fake_fault("b.example", NULL, FAKE_SERVFAIL);
	ans = ask_one(&s, "a.new.example", AS_RR_TXT);
	T_INT(ans->outcome, AS_DNS_SERVFAIL);
	T_INT(ans->n_chain, 1);
	session_close(&s);

	t_case("a CNAME loop ends");
	fake_reset();
	fake_rr("a.example", "CNAME", "b.example");
	fake_rr("b.example", "CNAME", "a.example");
	ans = ask_one(&s, "a.example", AS_RR_TXT);
	T_INT(ans->outcome, AS_DNS_CHAIN);
	T_INT(ans->n_txt, 0);
	session_close(&s);

	t_case("a CNAME loop through a proposed zone ends");
	fake_reset();
	fake_proposed("a.example");
	fake_proposed("b.example");
	fake_rr("a.example", "CNAME", "b.example");
	fake_rr("b.example", "CNAME", "a.example");
	ans = ask_one(&s, "a.example", AS_RR_TXT);
	T_INT(ans->outcome, AS_DNS_CHAIN);
	T_OK(fake_asked(NULL, NULL) <= 2);
	session_close(&s);

	t_case("a chain of 8 is followed, one of 9 is not");
	fake_reset();
	for (int i = 0; i < 9; i++) {
		(void)snprintf(name, sizeof(name), "c%d.example", i);
		(void)snprintf(next, sizeof(next), "c%d.example", i + 1);
		fake_rr(name, "CNAME", next);
	}
	fake_rr("c9.example", "TXT", "end");
	ans = ask_one(&s, "c1.example", AS_RR_TXT);
	T_INT(ans->outcome, AS_DNS_OK);
	T_INT(ans->n_chain, 8);
	session_close(&s);
	ans = ask_one(&s, "c0.example", AS_RR_TXT);
	T_INT(ans->outcome, AS_DNS_CHAIN);
	session_close(&s);
}

static void
test_caps(void)
{
	struct session s;
	const struct as_answer *ans;
	char text[20000], name[40];
	size_t sum = 0;

	t_case("a TXT over its cap is cut, and says so");
	fake_reset();
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = 0;
	fake_rr("big.example", "TXT", text);
	ans = ask_one(&s, "big.example", AS_RR_TXT);
	T_INT(ans->outcome, AS_DNS_OK);
	T_INT(ans->txt[0].text.n, AS_MAX_TXT_OCTETS);
	T_INT(ans->txt[0].strings, 79);
	T_OK(ans->txt[0].cut && ans->cut);
	session_close(&s);

	t_case("more records than are kept: cut");
	fake_reset();
	for (int i = 0; i < AS_MAX_RRS_PER_ANSWER + 44; i++) {
		(void)snprintf(
		    name, sizeof(name), "192.0.%d.%d", i / 256, i % 256);
		fake_rr("many.example", "A", name);
	}
	ans = ask_one(&s, "many.example", AS_RR_A);
	T_INT(ans->outcome, AS_DNS_OK);
	T_INT(ans->n_addresses, AS_MAX_RRS_PER_ANSWER);
	T_OK(ans->cut);
	session_close(&s);

	t_case("long names through a short message: kept to the cap");
	fake_reset();
	memset(text, 'n', 60);
	for (int i = 0; i < 250; i++) {
		char mx[300];
		(void)snprintf(mx, sizeof(mx), "10 %.60s.%.60s.%.60s.%.50s%d.e",
		    text, text, text, text, 100 + i);
		fake_rr("wide.example", "MX", mx);
	}
	ans = ask_one(&s, "wide.example", AS_RR_MX);
	for (size_t i = 0; i < ans->n_mx; i++)
		sum += ans->mx[i].exchange.n;
	T_OK(ans->n_mx > 100);
	T_OK(sum <= AS_MAX_ANSWER_OCTETS);
	session_close(&s);

	t_case("answers too large in all are dropped, not cut short");
	fake_reset();
	memset(text, 'y', sizeof(text));
	text[16000] = 0;
	session_open(&s, 200, AS_DOMAIN_JOB_MS);
	for (int i = 0; i < 100; i++) {
		(void)snprintf(name, sizeof(name), "n%d.example", i);
		fake_rr(name, "TXT", text);
		ask(&s, name, AS_RR_TXT);
	}
	as_loop_run(s.r.probe.loop);
	T_INT(s.calls, 100);
	ans = as_book_find(s.book, AS_STR("n0.example"), AS_RR_TXT);
	T_INT(ans->outcome, AS_DNS_OK);
	T_INT(s.last->outcome, AS_DNS_NOT_ASKED);
	T_INT(s.last->n_txt, 0);
	T_OK(as_book_budget_reached(s.book));
	T_OK(as_arena_used(s.r.arena) < 4 * AS_MAX_SUBJECT_OCTETS);
	session_close(&s);
}

static void
test_book(void)
{
	struct session s;
	struct as_answer *list;
	size_t n;
	char name[40];

	t_case("a question is asked once and answered to all");
	fake_reset();
	fake_rr("a.example", "A", "192.0.2.1");
	session_open(&s, 100, AS_DOMAIN_JOB_MS);
	ask(&s, "a.example", AS_RR_A);
	ask(&s, "a.example", AS_RR_A);
	ask(&s, "a.example", AS_RR_AAAA);
	as_loop_run(s.r.probe.loop);
	T_INT(s.calls, 3);
	T_INT(s.idles, 1);
	ask(&s, "a.example", AS_RR_A);
	T_INT(s.calls, 3);
	as_loop_run(s.r.probe.loop);
	T_INT(s.calls, 4);
	T_INT(s.idles, 2);
	T_INT(fake_asked(NULL, NULL), 2);
	session_close(&s);

	t_case("a few are in flight at a time");
	fake_reset();
	session_open(&s, 100, AS_DOMAIN_JOB_MS);
	for (int i = 0; i < 60; i++) {
		(void)snprintf(name, sizeof(name), "q%d.example", i);
		ask(&s, name, AS_RR_A);
	}
	as_loop_run(s.r.probe.loop);
	T_INT(s.calls, 60);
	T_OK(fake_in_flight_most() <= 12);
	session_close(&s);

	t_case("the query budget leaves the rest not asked");
	fake_reset();
	session_open(&s, 10, AS_DOMAIN_JOB_MS);
	for (int i = 0; i < 15; i++) {
		(void)snprintf(name, sizeof(name), "q%d.example", i);
		ask(&s, name, AS_RR_A);
	}
	as_loop_run(s.r.probe.loop);
	T_INT(s.calls, 15);
	T_INT(as_book_queries(s.book), 10);
	T_OK(as_book_budget_reached(s.book));
	T_INT(as_book_find(s.book, AS_STR("q14.example"), AS_RR_A)->outcome,
	    AS_DNS_NOT_ASKED);
	session_close(&s);

	t_case("the deadline ends what is in flight and leaves out the rest");
	fake_reset();
	fake_fault(".example", NULL, FAKE_TIMEOUT);
	session_open(&s, 100, 3000);
	for (int i = 0; i < 20; i++) {
		(void)snprintf(name, sizeof(name), "q%d.example", i);
		ask(&s, name, AS_RR_A);
	}
	as_loop_run(s.r.probe.loop);
	T_INT(s.calls, 20);
	T_INT(s.idles, 1);
	T_INT(fake_asked(NULL, NULL), 12);
	T_INT(as_book_find(s.book, AS_STR("q0.example"), AS_RR_A)->outcome,
	    AS_DNS_TIMEOUT);
	T_INT(as_book_find(s.book, AS_STR("q19.example"), AS_RR_A)->outcome,
	    AS_DNS_NOT_ASKED);
	session_close(&s);

	t_case("what may be left out of the list is left out");
	fake_reset();
	fake_rr("c.example", "CNAME", "nowhere.test");
	session_open(&s, 100, AS_DOMAIN_JOB_MS);
	as_book_ask(s.book, AS_STR("a.example"), AS_RR_TXT, AS_BOOK_KEEP_IF_ANY,
	    NULL, NULL);
	as_book_ask(
	    s.book, AS_STR("b.example"), AS_RR_TXT, AS_BOOK_KEEP, NULL, NULL);
	as_book_ask(s.book, AS_STR("c.example"), AS_RR_TXT, AS_BOOK_KEEP_IF_ANY,
	    NULL, NULL);
	as_book_skip(s.book, AS_STR("d.example"), AS_RR_TXT, "because");
	as_loop_run(s.r.probe.loop);
	T_INT(as_book_answers(s.book, &list, &n), AS_OK);
	T_INT(n, 3);
	T_STR(list[0].name, "b.example");
	T_STR(list[1].name, "c.example");
	T_STR(list[2].detail, "because");
	session_close(&s);

	t_case("a name that DNS cannot carry is not asked");
	fake_reset();
	memset(name, 'x', sizeof(name));
	name[39] = 0;
	session_open(&s, 100, AS_DOMAIN_JOB_MS);
	as_book_ask(s.book,
	    as_str_printf(s.r.arena, "%s%s.example", name, name), AS_RR_A,
	    AS_BOOK_KEEP, on_answer, &s);
	as_loop_run(s.r.probe.loop);
	T_INT(s.calls, 1);
	T_INT(s.last->outcome, AS_DNS_NOT_ASKED);
	T_OK(!as_book_budget_reached(s.book));
	session_close(&s);

	t_case("closed in mid-flight: no callback, no timer left");
	fake_reset();
	session_open(&s, 100, AS_DOMAIN_JOB_MS);
	ask(&s, "a.example", AS_RR_A);
	as_book_close(s.book);
	as_loop_run(s.r.probe.loop);
	T_INT(s.calls, 0);
	session_close(&s);
}

static void
test_no_memory(void)
{
	struct as_book_config config = {.clock = fake_clock(),
	    .max_queries = 100,
	    .deadline_ms = 30000,
	    .idle = on_idle};

	t_case("a full arena ends the book instead of hanging it");
	for (size_t cap = 600; cap < 12000; cap += 150) {
		struct session s;
		struct as_arena *small = as_arena_new(cap);
		struct as_book *b;
		memset(&s, 0, sizeof(s));
		replay_open(&s.r);
		fake_reset();
		fake_rr("a.example", "TXT", "some text");
		config.loop = s.r.probe.loop;
		config.dns = s.r.probe.dns;
		config.scratch = s.r.probe.scratch;
		config.ctx = &s;
		b = as_book_new(small, &config);
		for (int i = 0; b != NULL && i < 6; i++) {
			char name[] = "a.example";
			name[0] = (char)('a' + i);
			as_book_ask(b, as_str_from(name), AS_RR_TXT,
			    AS_BOOK_KEEP, NULL, NULL);
		}
		as_loop_run(s.r.probe.loop);
		if (b != NULL)
			T_OK(s.idles >= 1);
		as_book_close(b);
		as_arena_free(small);
		replay_close(&s.r);
	}
}

int
main(void)
{
	test_records();
	test_nothing();
	test_faults();
	test_chain();
	test_caps();
	test_book();
	test_no_memory();
	fake_reset();
	return t_done();
}
