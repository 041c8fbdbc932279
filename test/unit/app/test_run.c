/*
 * One domain whose facts are too large must not end the run of the others.
 */
#include "app/run.h"
#include "base/limits.h"
#include "harness.h"
#include "render/told.h"
#include "std/dns_wire.h"

#define HOSTS 64
#define NAMES 20

/* As large as a hostile server can make it: names of a certificate that grow
 * fourfold when they are written out, at each of many hosts. */
struct giant {
	char octets[250];
	struct as_str names[NAMES];
	struct as_cert cert;
	struct as_tls_facts tls;
	struct as_smtp_facts smtp;
	struct as_host_facts hosts[HOSTS];
	char host_names[HOSTS][24];
	struct as_rr_mx mx[HOSTS];
	struct as_str address;
	struct as_answer answers[HOSTS + 1];
	struct as_domain_facts domain;
	struct as_facts facts;
};

static void
giant_make(struct giant *g)
{
	memset(g, 0, sizeof(*g));
	memset(g->octets, 1, sizeof(g->octets));
	for (size_t i = 0; i < NAMES; i++)
		g->names[i] = (struct as_str){g->octets, sizeof(g->octets)};
	g->cert = (struct as_cert){.subject = g->names[0],
	    .issuer = g->names[0],
	    .names = g->names,
	    .n_names = NAMES,
	    .key_type = AS_STR("RSA"),
	    .key_bits = 512};
	g->tls = (struct as_tls_facts){
	    .outcome = AS_TLS_OK, .chain = &g->cert, .n_chain = 1};
	g->smtp = (struct as_smtp_facts){.starttls = AS_STARTTLS_ACCEPTED};
	g->address = AS_STR("192.0.2.1");
	for (size_t i = 0; i < HOSTS; i++) {
		struct as_str name = {g->host_names[i],
		    (size_t)snprintf(g->host_names[i], sizeof(*g->host_names),
			"mx%zu.example", i)};
		g->hosts[i] = (struct as_host_facts){.name = name,
		    .address = g->address,
		    .smtp = &g->smtp,
		    .tls = &g->tls};
		g->mx[i].exchange = name;
		g->answers[i + 1] = (struct as_answer){.name = name,
		    .type = AS_RR_A,
		    .addresses = &g->address,
		    .n_addresses = 1};
	}
	g->domain = (struct as_domain_facts){.name = AS_STR("giant.example"),
	    .at = 1795000000000,
	    .answers = g->answers,
	    .n_answers = HOSTS + 1};
	g->answers[0] = (struct as_answer){.name = g->domain.name,
	    .type = AS_RR_MX,
	    .mx = g->mx,
	    .n_mx = HOSTS};
	g->facts = (struct as_facts){.schema = AS_STR(AS_FACTS_SCHEMA),
	    .domain = &g->domain,
	    .hosts = g->hosts,
	    .n_hosts = HOSTS};
}

static struct giant giant;

static void
test_each_server(void)
{
	static const struct {
		const char *word;
		bool usual, zone_only;
		enum as_err err;
		bool want;
	} cases[] = {
	    {NULL, true, false, AS_OK, true},
	    {NULL, false, false, AS_OK, false},
	    {"yes", false, false, AS_OK, true},
	    {"no", true, false, AS_OK, false},
	    {"yes", true, true, AS_OK, false},
	    {"maybe", true, false, AS_EINVAL, false},
	    {"", true, false, AS_EINVAL, false},
	};

	t_case("--each-name-server");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_settings s = {.each_name_server = cases[i].word,
		    .zone_only = cases[i].zone_only};
		struct as_run run = {.arena = NULL};

		T_INT(as_run_each_server(&run, &s, cases[i].usual, NULL),
		    cases[i].err);
		T_INT(run.fleet.each_server, cases[i].want);
	}
}

static void
test_judge(void)
{
	struct as_arena *large = as_arena_new((size_t)1024 * 1024 * 1024);
	struct as_arena *usual = as_arena_new((size_t)4 * 1024 * 1024);
	struct as_run run = {.fail_on = AS_VERDICT_FAIL};
	struct as_assessment *as;
	size_t unknown;

	giant_make(&giant);
	t_case("with room for it, the giant is judged");
	T_INT(as_run_judge(&run, large, &giant.facts, &as), AS_OK);
	T_OK(as_arena_used(large) > (size_t)8 * 1024 * 1024);
	T_OK(run.reached);

	t_case("without, it is unknown, never good or bad");
	run = (struct as_run){.fail_on = AS_VERDICT_FAIL};
	T_INT(as_run_judge(&run, usual, &giant.facts, &as), AS_OK);
	T_STR(as->domain, "giant.example");
	T_OK(!run.reached);
	T_OK(run.untested);
	T_INT(as_run_status(&run), 3);
	unknown = as_told_count(as, AS_VERDICT_UNKNOWN);
	T_OK(unknown > 0);
	T_INT(as_told_count(as, AS_VERDICT_FAIL) +
		as_told_count(as, AS_VERDICT_WARN) +
		as_told_count(as, AS_VERDICT_PASS),
	    0);

	t_case("and the arena serves the next domain");
	giant.facts.n_hosts = 0;
	giant.answers[0].n_mx = 1;
	T_INT(as_run_judge(&run, usual, &giant.facts, &as), AS_OK);
	T_OK(as_told_count(as, AS_VERDICT_UNKNOWN) < unknown ||
	    as_told_count(as, AS_VERDICT_FAIL) > 0);
	as_arena_free(large);
	as_arena_free(usual);
}

static void
test_document(void)
{
	struct as_arena *a = as_arena_new((size_t)64 * 1024 * 1024);
	struct as_run run = {.fail_on = AS_VERDICT_FAIL};
	struct as_assessment *as;
	struct as_buf b;
	struct as_sheet sheet = {
	    .term = {.out = &b}, .detail = AS_DETAIL_BRIEF};

	giant_make(&giant);
	giant.facts.n_hosts = giant.answers[0].n_mx = 4;
	T_INT(as_run_judge(&run, a, &giant.facts, &as), AS_OK);
	t_case("a document with its facts");
	as_buf_init(&b, AS_MAX_FACTS_OCTETS);
	as_form_scan(AS_FORMAT_NDJSON)->domain(&sheet, as, &giant.facts);
	T_OK(as_buf_ok(&b));
	T_OK(memmem(b.p, b.n, "\"facts\":", 8) != NULL);
	T_OK(b.p[b.n - 1] == '\n');
	b.cap = b.n - 1;

	t_case("one that is too large goes without them, whole");
	as_buf_fini(&b);
	as_form_scan(AS_FORMAT_NDJSON)->domain(&sheet, as, &giant.facts);
	T_OK(as_buf_ok(&b));
	T_OK(memmem(b.p, b.n, "\"facts\":", 8) == NULL);
	T_OK(memmem(b.p, b.n, "giant.example", 13) != NULL);
	T_OK(b.p[b.n - 1] == '\n');
	as_buf_fini(&b);
	as_arena_free(a);
}

int
main(void)
{
	test_each_server();
	test_judge();
	test_document();
	return t_done();
}
