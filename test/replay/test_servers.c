/*
 * Name servers asked one by one: who they are, and what each says.
 */
#include "replay.h"

#define D  "example.org"
#define S1 "198.41.0.53"
#define S2 "199.9.14.53"

static void
world(void)
{
	fake_reset();
	fake_rr(D, "SOA", "x");
	fake_rr(D, "NS", "ns1.example.net");
	fake_rr(D, "NS", "ns2.example.net");
	fake_rr(D, "MX", "10 mx1." D);
	fake_rr(D, "TXT", "v=spf1 mx -all");
	fake_rr("_dmarc." D, "TXT", "v=DMARC1; p=reject");
	fake_rr("mx1." D, "A", "192.0.2.1");
	fake_rr("ns1.example.net", "A", S1);
	fake_rr("ns2.example.net", "A", S2);
	fake_server_rr(S1, D, "SOA", "2026112401");
	fake_server_rr(S2, D, "SOA", "2026112401");
}

static const struct as_domain_facts *
run(struct replay *r, const char *name)
{
	replay_open(r);
	r->job.each_server = true;
	return replay_domain(r, name);
}

static const struct as_server_facts *
server(const struct as_domain_facts *f, size_t i)
{
	static const struct as_server_facts none;

	return i < f->n_servers ? &f->servers[i] : &none;
}

static void
test_agree(void)
{
	const struct as_domain_facts *f;
	struct replay r;

	t_case("both servers are asked four questions");
	world();
	f = run(&r, D);
	T_INT(f->outcome, AS_SUBJECT_DONE);
	T_STR(f->server_zone, D);
	if (T_INT(f->n_servers, 2)) {
		T_STR(f->servers[0].name, "ns1.example.net");
		T_STR(f->servers[0].address, S1);
		T_STR(f->servers[1].address, S2);
	}
	for (size_t i = 0; i < 2; i++) {
		const struct as_server_facts *s = server(f, i);

		T_INT(s->outcome, AS_SERVER_ASKED);
		if (!T_INT(s->n_answers, 4))
			continue;
		T_STR(s->answers[0].name, D);
		T_INT(s->answers[0].type, AS_RR_SOA);
		T_OK(s->answers[0].authoritative);
		T_OK(s->answers[0].serial == 2026112401);
		T_INT(s->answers[1].type, AS_RR_MX);
		T_STR(s->answers[1].mx[0].exchange, "mx1." D);
		T_INT(s->answers[2].type, AS_RR_TXT);
		T_STR(s->answers[2].txt[0].text, "v=spf1 mx -all");
		T_STR(s->answers[3].name, "_dmarc." D);
		T_STR(s->answers[3].txt[0].text, "v=DMARC1; p=reject");
	}
	T_INT(fake_server_asked(NULL), 8);
	replay_close(&r);

	t_case("only when it is wanted");
	world();
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(f->n_servers, 0);
	T_INT(f->server_zone.n, 0);
	T_INT(fake_server_asked(NULL), 0);
	T_INT(fake_asked("ns1.example.net", "A"), 0);
	replay_close(&r);
}

static void
test_views(void)
{
	const struct as_domain_facts *f;
	struct replay r;

	t_case("each server has its own view");
	world();
	fake_server_rr(S2, D, "MX", "10 old." D);
	fake_server_rr(S2, D, "TXT", NULL);
	f = run(&r, D);
	T_STR(server(f, 0)->answers[1].mx[0].exchange, "mx1." D);
	T_STR(server(f, 1)->answers[1].mx[0].exchange, "old." D);
	T_INT(server(f, 1)->answers[2].outcome, AS_DNS_NODATA);
	T_OK(server(f, 1)->answers[2].authoritative);
	replay_close(&r);
}

static void
test_faults(void)
{
	static const struct {
		enum fake_server_fault fault;
		enum as_server_outcome outcome;
		size_t n; /* answers */
		enum as_dns_outcome first;
		bool authoritative;
	} cases[] = {
	    {FAKE_SERVER_SILENT, AS_SERVER_TIMEOUT, 0, AS_DNS_OK, false},
	    {FAKE_SERVER_NOBODY, AS_SERVER_REFUSED, 0, AS_DNS_OK, false},
	    {FAKE_SERVER_NO_WAY, AS_SERVER_UNREACHABLE, 0, AS_DNS_OK, false},
	    {FAKE_SERVER_NO_TCP, AS_SERVER_NO_TCP, 0, AS_DNS_OK, false},
	    {FAKE_SERVER_LAME, AS_SERVER_ASKED, 4, AS_DNS_OK, false},
	    {FAKE_SERVER_REFUSED, AS_SERVER_ASKED, 4, AS_DNS_REFUSED, true},
	    {FAKE_SERVER_SERVFAIL, AS_SERVER_ASKED, 4, AS_DNS_SERVFAIL, true},
	    {FAKE_SERVER_GARBAGE, AS_SERVER_ASKED, 4, AS_DNS_MALFORMED, true},
	};
	const struct as_domain_facts *f;
	struct replay r;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		t_case("a server that fails, way %zu", i);
		world();
		fake_server_fault(S2, NULL, cases[i].fault);
		f = run(&r, D);
		T_INT(f->outcome, AS_SUBJECT_DONE);
		T_INT(server(f, 0)->n_answers, 4);
		T_INT(server(f, 1)->outcome, cases[i].outcome);
		if (T_INT(server(f, 1)->n_answers, cases[i].n) &&
		    cases[i].n > 0) {
			T_INT(server(f, 1)->answers[0].outcome, cases[i].first);
			T_INT(server(f, 1)->answers[0].authoritative,
			    cases[i].authoritative);
		}
		T_INT(fake_server_asked(S2), cases[i].n > 0 ? 4 : 1);
		T_INT(server(f, 1)->detail.n > 0, cases[i].n == 0);
		replay_close(&r);
	}

	t_case("silent for one question: what came before stays");
	world();
	fake_server_fault(S2, "TXT", FAKE_SERVER_SILENT);
	f = run(&r, D);
	T_INT(server(f, 1)->n_answers, 2);
	T_INT(server(f, 1)->outcome, AS_SERVER_TIMEOUT);
	T_STR(
	    server(f, 1)->detail, "TXT " D ": no answer in 2 tries of 2000 ms");
	replay_close(&r);

	t_case("time ends for all of them together");
	world();
	fake_server_delay(S2, 5000);
	f = run(&r, D);
	T_INT(server(f, 0)->n_answers, 4);
	T_INT(server(f, 1)->n_answers, 2);
	T_STR(server(f, 1)->detail, "TXT " D ": out of time");
	replay_close(&r);
}

static void
test_addresses(void)
{
	static const struct as_prefix allow = {{4, {10, 0, 0, 0}}, 8};
	const struct as_domain_facts *f;
	struct replay r;

	t_case("special-purpose addresses are not asked");
	world();
	fake_rr(D, "NS", "ns3.example.net");
	fake_rr("ns3.example.net", "A", "10.0.0.53");
	f = run(&r, D);
	T_INT(f->n_servers, 3);
	T_INT(server(f, 2)->outcome, AS_SERVER_FORBIDDEN);
	T_STR(server(f, 2)->detail, "private use (RFC 1918)");
	T_INT(server(f, 2)->n_answers, 0);
	T_INT(fake_server_asked("10.0.0.53"), 0);
	replay_close(&r);

	t_case("unless the operator allows the range");
	replay_open(&r);
	r.config.allow = &allow;
	r.config.n_allow = 1;
	r.job.each_server = true;
	f = replay_domain(&r, D);
	T_INT(server(f, 2)->outcome, AS_SERVER_ASKED);
	T_INT(fake_server_asked("10.0.0.53"), 4);
	replay_close(&r);

	t_case("IPv6 where there is no IPv4");
	world();
	fake_rr(D, "NS", "ns6.example.net");
	fake_rr("ns6.example.net", "AAAA", "2001:500::53");
	f = run(&r, D);
	T_STR(server(f, 2)->address, "2001:500::53");
	T_INT(fake_server_asked("2001:500::53"), 4);
	T_INT(fake_asked("ns1.example.net", "AAAA"), 0);
	replay_close(&r);

	t_case("a server without an address, and one whose address is unknown");
	world();
	fake_rr(D, "NS", "none.example.net");
	fake_rr(D, "NS", "open.example.net");
	fake_rr("none.example.net", "TXT", "x");
	fake_fault("open.example.net", NULL, FAKE_SERVFAIL);
	f = run(&r, D);
	T_INT(f->n_servers, 4);
	T_STR(server(f, 0)->name, "none.example.net");
	T_INT(server(f, 0)->outcome, AS_SERVER_NO_ADDRESS);
	T_INT(server(f, 3)->outcome, AS_SERVER_NOT_ASKED);
	replay_close(&r);

	t_case("two names of one address are asked once");
	world();
	fake_rr(D, "NS", "ns0.example.net");
	fake_rr("ns0.example.net", "A", S1);
	f = run(&r, D);
	T_INT(f->n_servers, 2);
	T_INT(fake_server_asked(S1), 4);
	replay_close(&r);

	t_case("of many servers eight are asked");
	world();
	for (unsigned i = 10; i < 60; i++) {
		char name[32], address[32];

		(void)snprintf(name, sizeof(name), "n%u.example.net", i);
		(void)snprintf(address, sizeof(address), "198.41.1.%u", i);
		fake_rr(D, "NS", name);
		fake_rr(name, "A", address);
	}
	f = run(&r, D);
	T_INT(f->n_servers, AS_MAX_SERVERS);
	T_INT(fake_server_asked(NULL), AS_MAX_SERVERS * 4);
	replay_close(&r);
}

static void
test_zone(void)
{
	const struct as_domain_facts *f;
	struct replay r;

	t_case("a name inside a zone: upwards to the first servers");
	world();
	fake_rr("a.b." D, "MX", "10 mx1." D);
	f = run(&r, "a.b." D);
	T_STR(f->server_zone, D);
	T_INT(f->n_servers, 2);
	T_STR(server(f, 0)->answers[0].name, D);
	T_STR(server(f, 0)->answers[1].name, "a.b." D);
	T_STR(server(f, 0)->answers[3].name, "_dmarc.a.b." D);
	replay_close(&r);

	t_case("the zone that signatures name");
	world();
	fake_rr("b." D, "MX", "10 mx1." D);
	fake_rr("b." D, "RRSIG", "MX 13 1 1795000000 1796000000 " D);
	f = run(&r, "b." D);
	T_STR(f->zone, D);
	T_STR(f->server_zone, D);
	T_INT(f->n_servers, 2);
	replay_close(&r);

	t_case("not far up");
	world();
	fake_rr("a.b.c.d.e.f." D, "MX", "10 mx1." D);
	f = run(&r, "a.b.c.d.e.f." D);
	T_INT(f->n_servers, 0);
	T_INT(fake_server_asked(NULL), 0);
	T_STR(f->server_zone, "e.f." D);
	replay_close(&r);

	t_case("servers that are not known");
	world();
	fake_fault(D, "NS", FAKE_SERVFAIL);
	f = run(&r, D);
	T_INT(f->n_servers, 0);
	T_STR(f->server_zone, D);
	T_INT(replay_answer(f, D, AS_RR_NS)->outcome, AS_DNS_SERVFAIL);
	replay_close(&r);

	t_case("an alias has its records elsewhere");
	world();
	fake_rr("alias." D, "CNAME", D);
	f = run(&r, "alias." D);
	T_INT(f->n_servers, 0);
	T_INT(f->server_zone.n, 0);
	replay_close(&r);

	t_case("a name that does not exist has no servers");
	world();
	f = run(&r, "nothing." D);
	T_INT(f->server_zone.n, 0);
	replay_close(&r);

	t_case("a proposed zone is nobody's yet");
	world();
	fake_proposed(D);
	f = run(&r, D);
	T_INT(f->server_zone.n, 0);
	T_INT(fake_server_asked(NULL), 0);
	replay_close(&r);
}

static void
test_much(void)
{
	const struct as_domain_facts *f;
	struct replay r;
	char text[12000];

	t_case("more octets than are kept of one server");
	world();
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	for (int i = 0; i < 4; i++)
		fake_rr(D, "TXT", text);
	f = run(&r, D);
	T_INT(f->outcome, AS_SUBJECT_DONE);
	if (T_INT(server(f, 0)->n_answers, 4)) {
		T_INT(server(f, 0)->answers[2].outcome, AS_DNS_OK);
		T_OK(server(f, 0)->answers[2].cut);
		T_INT(server(f, 0)->answers[2].n_txt, 0);
		T_INT(server(f, 0)->answers[3].n_txt, 1);
	}
	replay_close(&r);
}

static void
test_end(void)
{
	static const struct as_job job = {.id = 7,
	    .kind = AS_JOB_DOMAIN,
	    .name = {D, sizeof(D) - 1},
	    .each_server = true};
	static const uint32_t when[] = {1, 30, 90, 200, 230};
	struct replay r;

	for (size_t i = 0; i < sizeof(when) / sizeof(when[0]); i++) {
		t_case("cancelled after %u ms", when[i]);
		world();
		fake_server_fault(S2, NULL, FAKE_SERVER_SILENT);
		replay_open(&r);
		r.job.each_server = true;
		replay_cancel(
		    &r, as_probe_domain_start, AS_JOB_DOMAIN, D, when[i]);
		replay_close(&r);
	}

	t_case("at whatever octet memory ends, the facts are whole or none");
	replay_sweep(world, as_probe_domain_start, job);
}

int
main(void)
{
	test_agree();
	test_views();
	test_faults();
	test_addresses();
	test_zone();
	test_much();
	test_end();
	return t_done();
}
