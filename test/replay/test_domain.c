/*
 * A whole domain: what is asked, what is left out, and how a hostile or broken
 * one ends within its budget.
 */
#include "replay.h"

#define D "example.org"

static void
world_plain(void)
{
	fake_reset();
	fake_secure(D);
	fake_rr(D, "SOA", "x");
	fake_rr(D, "NS", "ns1.example.net");
	fake_rr(D, "A", "192.0.2.80");
	fake_rr(D, "MX", "10 mx1." D);
	fake_rr(D, "MX", "20 mx2." D);
	fake_rr(D, "TXT", "v=spf1 mx -all");
	fake_rr(D, "CAA", "0 issue ca.example");
	fake_rr("_dmarc." D, "TXT", "v=DMARC1; p=reject; rua=mailto:d@" D);
	fake_rr("_mta-sts." D, "TXT", "v=STSv1; id=1");
	fake_rr("_smtp._tls." D, "TXT", "v=TLSRPTv1; rua=mailto:t@" D);
	fake_rr("mx1." D, "A", "192.0.2.1");
	fake_rr("mx1." D, "AAAA", "2001:db8::1");
	fake_rr("mx2." D, "CNAME", "mail.example.net");
	fake_rr("mail.example.net", "A", "192.0.2.2");
}

static void
test_plain(void)
{
	static const struct {
		const char *name;
		uint16_t type;
		enum as_dns_outcome outcome;
	} want[] = {
	    {D, AS_RR_SOA, AS_DNS_OK},
	    {D, AS_RR_NS, AS_DNS_OK},
	    {D, AS_RR_MX, AS_DNS_OK},
	    {D, AS_RR_A, AS_DNS_OK},
	    {D, AS_RR_AAAA, AS_DNS_NODATA},
	    {D, AS_RR_TXT, AS_DNS_OK},
	    {D, AS_RR_CAA, AS_DNS_OK},
	    {"_dmarc." D, AS_RR_TXT, AS_DNS_OK},
	    {"_dmarc.org", AS_RR_TXT, AS_DNS_NXDOMAIN},
	    {"_mta-sts." D, AS_RR_TXT, AS_DNS_OK},
	    {"_smtp._tls." D, AS_RR_TXT, AS_DNS_OK},
	    {"default._bimi." D, AS_RR_TXT, AS_DNS_NXDOMAIN},
	    {"mx1." D, AS_RR_A, AS_DNS_OK},
	    {"mx1." D, AS_RR_AAAA, AS_DNS_OK},
	    {"mx2." D, AS_RR_A, AS_DNS_OK},
	    {"mx2." D, AS_RR_AAAA, AS_DNS_NODATA},
	    {"_domainkey." D, AS_RR_TXT, AS_DNS_NXDOMAIN},
	};
	struct replay r;
	struct as_domain_facts *f;
	const struct as_answer *ans;

	t_case("an ordinary domain: every question has its answer");
	world_plain();
	replay_open(&r);
	f = replay_domain(&r, D);
	T_STR(f->name, D);
	T_INT(f->outcome, AS_SUBJECT_DONE);
	T_OK(!f->budget_reached);
	T_OK(f->at > 0 && f->took_ms > 0 && f->took_ms < 1000);
	T_STR(f->vantage, "test");
	T_INT(f->queries, fake_asked(NULL, NULL));
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		ans = replay_answer(f, want[i].name, want[i].type);
		if (!T_INT(ans->outcome, want[i].outcome))
			printf("# %s %u\n", want[i].name, want[i].type);
		T_INT(
		    fake_asked(want[i].name, as_rrtype_text(want[i].type)), 1);
	}

	t_case("an MX that is a CNAME shows by its chain");
	ans = replay_answer(f, "mx2." D, AS_RR_A);
	T_INT(ans->n_chain, 1);
	T_STR(ans->chain[0], "mail.example.net");
	T_INT(ans->security, AS_DNSSEC_INSECURE);
	ans = replay_answer(f, "mx1." D, AS_RR_A);
	T_INT(ans->security, AS_DNSSEC_SECURE);
	replay_close(&r);
}

/* MX-3 */
static void
test_null_mx(void)
{
	struct replay r;

	t_case("null MX: no address of the root is asked");
	fake_reset();
	fake_rr(D, "SOA", "x");
	fake_rr(D, "MX", "0 .");
	replay_open(&r);
	(void)replay_domain(&r, D);
	T_INT(fake_asked(".", NULL), 0);
	replay_close(&r);
}

/* CAA-1 */
static void
test_caa(void)
{
	struct replay r;
	struct as_domain_facts *f;

	t_case("CAA is asked upwards, to the first set there is");
	fake_reset();
	fake_rr(D, "SOA", "x");
	fake_rr(D, "MX", "10 mx1." D);
	fake_rr(D, "MX", "20 mail.example.net");
	fake_rr("mx1." D, "A", "192.0.2.1");
	fake_rr("org", "CAA", "0 issue ca.example");
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(replay_answer(f, "mta-sts." D, AS_RR_CAA)->outcome,
	    AS_DNS_NXDOMAIN);
	T_INT(replay_answer(f, "mx1." D, AS_RR_CAA)->outcome, AS_DNS_NODATA);
	T_INT(replay_answer(f, D, AS_RR_CAA)->outcome, AS_DNS_NODATA);
	T_INT(replay_answer(f, "org", AS_RR_CAA)->n_caa, 1);
	T_INT(fake_asked(NULL, "CAA"), 4);
	replay_close(&r);

	t_case("a set ends the climb, and so does an answer that failed");
	world_plain();
	fake_fault("mx1." D, "CAA", FAKE_SERVFAIL);
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(replay_answer(f, "mx1." D, AS_RR_CAA)->outcome, AS_DNS_SERVFAIL);
	T_INT(fake_asked("org", "CAA"), 0);
	replay_close(&r);
}

static void
test_gone(void)
{
	struct replay r;
	struct as_domain_facts *f;

	t_case("a domain that does not exist");
	fake_reset();
	fake_rr("other.example", "A", "192.0.2.1");
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(f->outcome, AS_SUBJECT_DONE);
	T_INT(replay_answer(f, D, AS_RR_MX)->outcome, AS_DNS_NXDOMAIN);
	T_INT(replay_answer(f, D, AS_RR_TXT)->outcome, AS_DNS_NXDOMAIN);
	T_OK(f->no_selectors);
	replay_close(&r);
}

/* DNS-1 */
static void
test_dead(void)
{
	struct replay r;
	struct as_domain_facts *f;
	const struct as_answer *ans;

	t_case("a dead zone costs few questions and is unknown throughout");
	fake_reset();
	fake_fault("." D, NULL, FAKE_TIMEOUT);
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(f->outcome, AS_SUBJECT_DONE);
	T_OK(f->took_ms <= 30000);
	T_OK(f->queries <= 6);
	T_INT(replay_answer(f, D, AS_RR_MX)->outcome, AS_DNS_TIMEOUT);
	T_INT(replay_answer(f, D, AS_RR_TXT)->outcome, AS_DNS_TIMEOUT);
	ans = replay_answer(f, "_mta-sts." D, AS_RR_TXT);
	T_INT(ans->outcome, AS_DNS_NOT_ASKED);
	T_STR(ans->detail, "the zone did not answer for SOA and MX");
	T_INT(replay_answer(f, "_domainkey." D, AS_RR_TXT)->outcome,
	    AS_DNS_NOT_ASKED);
	T_OK(!f->no_selectors);
	T_INT(f->n_selectors, 0);
	replay_close(&r);

	t_case("SERVFAIL for SOA and MX alone does not hide the rest");
	world_plain();
	fake_fault(D, "SOA", FAKE_SERVFAIL);
	fake_fault(D, "MX", FAKE_SERVFAIL);
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(replay_answer(f, D, AS_RR_MX)->outcome, AS_DNS_SERVFAIL);
	T_INT(replay_answer(f, D, AS_RR_TXT)->outcome, AS_DNS_OK);
	T_INT(replay_answer(f, "_mta-sts." D, AS_RR_TXT)->outcome, AS_DNS_OK);
	T_OK(replay_has(f, "_domainkey." D, AS_RR_TXT));
	replay_close(&r);
}

static void
test_zone_only(void)
{
	static struct as_str shipped[12];
	struct replay r;
	struct as_domain_facts *f;
	char name[60];

	t_case(
	    "a zone file alone: what it lacks is not asked, all of it tried");
	fake_reset();
	fake_fault(D, NULL, FAKE_NOT_ASKED);
	fake_fault("_dmarc." D, NULL, FAKE_NOT_ASKED);
	fake_fault("_domainkey." D, NULL, FAKE_NOT_ASKED);
	for (int i = 0; i < 12; i++) {
		(void)snprintf(name, sizeof(name), "s%d._domainkey." D, i);
		if (i < 11)
			fake_fault(name, NULL, FAKE_NOT_ASKED);
		else
			fake_rr(name, "TXT", "v=DKIM1; p=");
	}
	fake_rr("_mta-sts." D, "TXT", "v=STSv1; id=1");
	replay_open(&r);
	for (size_t i = 0; i < 12; i++)
		shipped[i] = as_str_printf(r.arena, "s%zu", i);
	r.config.selectors = shipped;
	r.config.n_selectors = 12;
	f = replay_domain(&r, D);
	T_INT(replay_answer(f, D, AS_RR_MX)->outcome, AS_DNS_NOT_ASKED);
	T_INT(replay_answer(f, "_mta-sts." D, AS_RR_TXT)->outcome, AS_DNS_OK);
	T_OK(!f->budget_reached);
	T_INT(f->n_selectors, 1);
	T_STR(f->selectors[0], "s11");
	replay_close(&r);
}

static void
test_slow(void)
{
	struct replay r;
	struct as_domain_facts *f;

	t_case("a slow zone ends at the deadline");
	world_plain();
	fake_delay(D, 9000);
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(f->outcome, AS_SUBJECT_DONE);
	T_OK(f->budget_reached);
	T_OK(f->took_ms >= 29000 && f->took_ms <= 30000);
	T_INT(replay_answer(f, D, AS_RR_MX)->outcome, AS_DNS_OK);
	T_INT(f->n_selectors, 0);
	T_OK(!f->no_selectors);
	replay_close(&r);
}

static void
test_bogus(void)
{
	struct replay r;
	struct as_domain_facts *f;

	t_case("a bogus zone: no record of it is taken");
	world_plain();
	fake_fault("." D, NULL, FAKE_BOGUS);
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(f->outcome, AS_SUBJECT_DONE);
	for (size_t i = 0; i < f->n_answers; i++) {
		const struct as_answer *a = &f->answers[i];
		if (!as_str_has_suffix_case(a->name, AS_STR(D)))
			continue;
		T_INT(a->outcome, AS_DNS_BOGUS);
		T_INT(a->security, AS_DNSSEC_BOGUS);
		T_INT(a->n_mx + a->n_txt + a->n_addresses, 0);
	}
	T_INT(fake_asked("mx1." D, "A"), 0);
	replay_close(&r);
}

static void
test_many_mx(void)
{
	struct replay r;
	struct as_domain_facts *f;
	char mx[60];

	t_case("the addresses of 32 mail hosts are asked, not of 100");
	fake_reset();
	fake_rr(D, "SOA", "x");
	for (int i = 0; i < 100; i++) {
		(void)snprintf(mx, sizeof(mx), "%d m%d.example.net", i, i);
		fake_rr(D, "MX", mx);
	}
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(replay_answer(f, D, AS_RR_MX)->n_mx, 100);
	T_INT(fake_asked("m31.example.net", "A"), 1);
	T_INT(fake_asked("m32.example.net", NULL), 0);
	T_OK(f->budget_reached);
	T_INT(f->outcome, AS_SUBJECT_DONE);
	replay_close(&r);
}

static void
test_huge(void)
{
	struct replay r;
	struct as_domain_facts *f;
	struct as_buf b;
	char name[60], text[16001];

	t_case("10 MB of TXT: bounded memory, and the document fits a frame");
	world_plain();
	/* Octets that take five characters each in a document. */
	memset(text, 1, sizeof(text));
	text[16000] = 0;
	for (int i = 0; i < 4; i++) {
		fake_rr(D, "TXT", text);
		fake_rr("_dmarc." D, "TXT", text);
		fake_rr("_mta-sts." D, "TXT", text);
		fake_rr("_smtp._tls." D, "TXT", text);
	}
	for (int i = 0; i < 60; i++) {
		(void)snprintf(name, sizeof(name), "s%d._domainkey." D, i);
		for (int k = 0; k < 4; k++)
			fake_rr(name, "TXT", text);
	}
	replay_open(&r);
	r.job.selectors = as_arena_array(r.arena, 60, sizeof(struct as_str));
	for (; r.job.n_selectors < 60; r.job.n_selectors++)
		r.job.selectors[r.job.n_selectors] =
		    as_str_printf(r.arena, "s%zu", r.job.n_selectors);
	f = replay_domain(&r, D);
	T_INT(f->outcome, AS_SUBJECT_DONE);
	T_OK(f->budget_reached);
	T_OK(as_arena_used(r.arena) < AS_MAX_JOB_OCTETS / 4);
	as_buf_init(&b, AS_MAX_FRAME_OCTETS - 1);
	as_codec_print(&b, &as_shape_job_done, &r.done, AS_JSON_COMPACT);
	T_OK(as_buf_ok(&b));
	T_OK(b.n > AS_MAX_SUBJECT_OCTETS * 3);
	as_buf_fini(&b);
	replay_close(&r);
}

static void
test_fan_out(void)
{
	struct replay r;
	struct as_domain_facts *f;
	char text[4000], name[60];
	int at;

	t_case("everything at once stays within 200 questions");
	fake_reset();
	fake_rr(D, "SOA", "x");
	for (int i = 0; i < 60; i++) {
		(void)snprintf(text, sizeof(text), "%d m%d.example.net", i, i);
		fake_rr(D, "MX", text);
	}
	at = snprintf(text, sizeof(text), "v=spf1");
	for (int i = 0; i < 100; i++)
		at += snprintf(text + at, sizeof(text) - (size_t)at,
		    " include:i%d.example.net", i);
	fake_rr(D, "TXT", text);
	at = snprintf(text, sizeof(text), "v=DMARC1; p=none; rua=");
	for (int i = 0; i < 40; i++)
		at += snprintf(text + at, sizeof(text) - (size_t)at,
		    "%smailto:a@h%d.example.net", i > 0 ? "," : "", i);
	fake_rr("_dmarc." D, "TXT", text);
	for (int i = 0; i < 300; i++) {
		(void)snprintf(name, sizeof(name), "s%d._domainkey." D, i);
		fake_rr(name, "TXT", "v=DKIM1; p=");
	}
	replay_open(&r);
	r.job.selectors = as_arena_array(r.arena, 300, sizeof(struct as_str));
	for (; r.job.n_selectors < 300; r.job.n_selectors++)
		r.job.selectors[r.job.n_selectors] =
		    as_str_printf(r.arena, "s%zu", r.job.n_selectors);
	f = replay_domain(&r, D);
	T_INT(f->outcome, AS_SUBJECT_DONE);
	T_INT(f->queries, AS_MAX_QUERIES_PER_DOMAIN);
	T_INT(fake_asked(NULL, NULL), AS_MAX_QUERIES_PER_DOMAIN);
	T_OK(f->budget_reached);
	/* The fixed names come first, whatever the fan-out. */
	T_INT(replay_answer(f, "_smtp._tls." D, AS_RR_TXT)->outcome,
	    AS_DNS_NXDOMAIN);
	/* A selector that was not asked is not listed as probed. */
	T_OK(f->n_selectors < 300);
	for (size_t i = 0; i < f->n_selectors; i++) {
		(void)snprintf(name, sizeof(name), AS_STR_FMT "._domainkey." D,
		    AS_STR_ARG(f->selectors[i]));
		T_INT(replay_answer(f, name, AS_RR_TXT)->outcome, AS_DNS_OK);
	}
	replay_close(&r);
}

/* The record of a.D is over AS_MAX_TXT_OCTETS; D has one, too. */
static void
world_cut_dmarc(void)
{
	struct as_buf b;

	as_buf_init(&b, AS_MAX_TXT_OCTETS * 2);
	as_buf_puts(&b, "v=DMARC1; p=reject; x=");
	while (b.n <= AS_MAX_TXT_OCTETS)
		as_buf_puts(&b, "xxxxxxxxxxxxxxxx");
	as_buf_add(&b, "", 1);
	fake_reset();
	fake_rr("a." D, "SOA", "x");
	fake_rr("_dmarc.a." D, "TXT", b.p);
	fake_rr("_dmarc." D, "TXT",
	    "v=DMARC1; p=none; rua=mailto:c@collector.example");
	as_buf_fini(&b);
}

static void
test_reports(void)
{
	struct replay r;
	struct as_domain_facts *f;
	char text[1000];
	unsigned asked = 0;
	int at;

	t_case("only foreign report targets are verified, each once");
	fake_reset();
	fake_rr(D, "SOA", "x");
	fake_rr("_dmarc." D, "TXT",
	    "v=DMARC1; p=none; rua=mailto:a@" D ",mailto:b@sub." D
	    ",mailto:c@collector.example,https://web.example/x;"
	    " ruf=mailto:f@collector.example,mailto:g@other.example");
	fake_rr(D "._report._dmarc.collector.example", "TXT", "v=DMARC1");
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(replay_answer(f, D "._report._dmarc.collector.example", AS_RR_TXT)
		  ->outcome,
	    AS_DNS_OK);
	T_INT(replay_answer(f, D "._report._dmarc.other.example", AS_RR_TXT)
		  ->outcome,
	    AS_DNS_NXDOMAIN);
	T_INT(fake_asked(D "._report._dmarc.collector.example", NULL), 1);
	T_INT(fake_asked(D "._report._dmarc." D, NULL), 0);
	T_INT(fake_asked(D "._report._dmarc.sub." D, NULL), 0);
	replay_close(&r);

	t_case("sixteen targets are verified, not more");
	fake_reset();
	fake_rr(D, "SOA", "x");
	at = snprintf(text, sizeof(text), "v=DMARC1; p=none; rua=");
	for (int i = 0; i < 24; i++)
		at += snprintf(text + at, sizeof(text) - (size_t)at,
		    "%smailto:a@h%d.example",
		    i == 12     ? ";ruf="
			: i > 0 ? ","
				: "",
		    i);
	fake_rr("_dmarc." D, "TXT", text);
	replay_open(&r);
	f = replay_domain(&r, D);
	for (size_t i = 0; i < f->n_answers; i++)
		asked +=
		    as_str_has_prefix(f->answers[i].name, D "._report._dmarc.");
	T_INT(asked, AS_MAX_REPORT_URIS);
	T_OK(f->budget_reached);
	replay_close(&r);

	t_case("a policy inherited from above is verified for its own name");
	fake_reset();
	fake_rr("a.b." D, "SOA", "x");
	fake_rr("_dmarc." D, "TXT",
	    "v=DMARC1; p=none; rua=mailto:c@collector.example");
	replay_open(&r);
	f = replay_domain(&r, "a.b." D);
	T_INT(fake_asked("_dmarc.a.b." D, "TXT"), 1);
	T_INT(fake_asked("_dmarc.b." D, "TXT"), 1);
	T_INT(fake_asked("_dmarc.org", "TXT"), 1);
	T_OK(replay_has(f, D "._report._dmarc.collector.example", AS_RR_TXT));
	replay_close(&r);

	t_case("a cut record is not a missing one: none above it applies");
	world_cut_dmarc();
	replay_open(&r);
	f = replay_domain(&r, "a." D);
	T_OK(replay_answer(f, "_dmarc.a." D, AS_RR_TXT)->cut);
	T_INT(fake_asked(D "._report._dmarc.collector.example", NULL), 0);
	replay_close(&r);
}

static void
test_cancel(void)
{
	struct as_probing *p;
	struct replay r;

	t_case("cancelled in mid-flight");
	world_plain();
	replay_open(&r);
	r.job.name = AS_STR(D);
	p = as_probe_domain_start(
	    &r.probe, r.arena, &r.job, replay_on_done, &r);
	p->cancel(p);
	as_loop_run(r.probe.loop);
	T_INT(r.dones, 0);
	replay_close(&r);
}

static void
world_tree(void)
{
	fake_reset();
	fake_rr(D, "SOA", "x");
	fake_rr(D, "MX", "10 mx1." D);
	fake_rr("mx1." D, "A", "192.0.2.1");
	fake_rr(D, "TXT", "v=spf1 a mx include:a." D " exists:b." D " -all");
	fake_rr("a." D, "TXT", "v=spf1 redirect=b." D);
	fake_rr("b." D, "TXT", "v=spf1 ip4:192.0.2.0/24 -all");
	fake_rr("_dmarc." D, "TXT",
	    "v=DMARC1; p=none; rua=mailto:d@collector.example");
	fake_rr("s1._domainkey." D, "TXT", "v=DKIM1; p=");
}

static void
test_no_memory(void)
{
	struct as_str selectors[] = {AS_STR("s1"), AS_STR("s2")};

	t_case("with any amount of memory: the same facts, or none");
	replay_sweep(world_tree, as_probe_domain_start,
	    (struct as_job){.id = 7,
		.kind = AS_JOB_DOMAIN,
		.name = AS_STR(D),
		.selectors = selectors,
		.n_selectors = 2});
}

int
main(void)
{
	test_plain();
	test_null_mx();
	test_caa();
	test_gone();
	test_dead();
	test_zone_only();
	test_slow();
	test_bogus();
	test_many_mx();
	test_huge();
	test_fan_out();
	test_reports();
	test_cancel();
	test_no_memory();
	fake_reset();
	return t_done();
}
