/*
 * The search for DKIM keys: guards first, then selectors in batches.
 */
#include "replay.h"

#define D   "example.org"
#define KEY "v=DKIM1; p=AAAA"

static const struct as_str shipped[] = {
    {"google", 6},
    {"selector1", 9},
    {"selector2", 9},
    {"s1", 2},
    {"s2", 2},
    {"k1", 2},
    {"k2", 2},
    {"k3", 2},
    {"mx", 2},
    {"smtp", 4},
    {"mail", 4},
    {"dkim", 4},
    {"default", 7},
};

#define N_SHIPPED (sizeof(shipped) / sizeof(shipped[0]))

static struct as_str given[] = {{"Mine", 4}, {"google", 6}};

static void
open_with(struct replay *r, size_t n_given)
{
	replay_open(r);
	r->config.selectors = shipped;
	r->config.n_selectors = N_SHIPPED;
	r->job.selectors = given;
	r->job.n_selectors = n_given;
}

static void
world(void)
{
	fake_reset();
	fake_rr(D, "SOA", "x");
}

/* DKIM-1 */
static void
test_found(void)
{
	struct replay r;
	struct as_domain_facts *f;
	char name[100];

	t_case("given and shipped selectors, each once; the found are kept");
	world();
	fake_rr("mine._domainkey." D, "TXT", KEY);
	fake_rr("k2._domainkey." D, "CNAME", "dkim.provider.example");
	fake_rr("dkim.provider.example", "TXT", KEY);
	fake_rr("k3._domainkey." D, "CNAME", "gone.provider.example");
	open_with(&r, 2);
	f = replay_domain(&r, D);
	T_INT(f->n_selectors, N_SHIPPED + 1);
	T_STR(f->selectors[0], "mine");
	T_STR(f->selectors[1], "google");
	T_OK(!f->no_selectors);
	T_INT(replay_answer(f, "mine._domainkey." D, AS_RR_TXT)->outcome,
	    AS_DNS_OK);
	T_INT(replay_answer(f, "k2._domainkey." D, AS_RR_TXT)->n_chain, 1);
	T_INT(replay_answer(f, "k3._domainkey." D, AS_RR_TXT)->outcome,
	    AS_DNS_NXDOMAIN);
	T_OK(!replay_has(f, "s1._domainkey." D, AS_RR_TXT));
	for (size_t i = 0; i < N_SHIPPED; i++) {
		(void)snprintf(name, sizeof(name), AS_STR_FMT "._domainkey." D,
		    AS_STR_ARG(shipped[i]));
		T_INT(fake_asked(name, "TXT"), 1);
	}

	t_case("the random selector is the same for the same name");
	T_STR(f->random_selector, "assay-ee7160631269bf51");
	T_OK(!replay_has(f, "assay-ee7160631269bf51._domainkey." D, AS_RR_TXT));
	replay_close(&r);
}

/* DKIM-9 */
static void
test_denied(void)
{
	struct replay r;
	struct as_domain_facts *f;

	t_case("no _domainkey in a signed zone: nothing is tried");
	world();
	fake_secure(D);
	open_with(&r, 0);
	f = replay_domain(&r, D);
	T_OK(f->no_selectors);
	T_INT(f->n_selectors, 0);
	T_INT(replay_answer(f, "_domainkey." D, AS_RR_TXT)->outcome,
	    AS_DNS_NXDOMAIN);
	replay_close(&r);

	t_case("no _domainkey, unsigned: three are tried anyway");
	world();
	open_with(&r, 0);
	f = replay_domain(&r, D);
	T_OK(f->no_selectors);
	T_INT(f->n_selectors, 3);
	replay_close(&r);

	t_case("a given selector is tried even so");
	world();
	fake_secure(D);
	open_with(&r, 1);
	f = replay_domain(&r, D);
	T_INT(f->n_selectors, 1);
	T_INT(fake_asked("mine._domainkey." D, "TXT"), 1);
	replay_close(&r);
}

/* DKIM-9 */
static void
test_wrongly_denied(void)
{
	struct replay r;
	struct as_domain_facts *f;

	t_case("a server that denies _domainkey wrongly is found out");
	world();
	fake_fault("_domainkey." D, NULL, FAKE_NXDOMAIN);
	fake_rr("selector1._domainkey." D, "TXT", KEY);
	fake_rr("default._domainkey." D, "TXT", KEY);
	open_with(&r, 0);
	f = replay_domain(&r, D);
	T_INT(replay_answer(f, "_domainkey." D, AS_RR_TXT)->outcome,
	    AS_DNS_NXDOMAIN);
	T_OK(!f->no_selectors);
	T_INT(f->n_selectors, N_SHIPPED);
	T_OK(replay_has(f, "default._domainkey." D, AS_RR_TXT));
	replay_close(&r);
}

static void
test_cut_off(void)
{
	struct replay r;
	struct as_domain_facts *f;

	t_case("a guess that our deadline cut off is not told as tried");
	world();
	fake_rr("s1._domainkey." D, "TXT", KEY);
	fake_fault("google._domainkey." D, NULL, FAKE_TIMEOUT);
	fake_fault("mine._domainkey." D, NULL, FAKE_TIMEOUT);
	fake_delay("_smtp._tls." D, 11000); /* so little time is left */
	fake_delay("_domainkey." D, 11000);
	open_with(&r, 1);
	f = replay_domain(&r, D);
	T_OK(f->budget_reached);
	T_INT(f->n_selectors, 1);
	T_STR(f->selectors[0], "mine");
	T_INT(replay_answer(f, "mine._domainkey." D, AS_RR_TXT)->outcome,
	    AS_DNS_TIMEOUT);
	T_OK(!replay_has(f, "google._domainkey." D, AS_RR_TXT));
	T_OK(!f->no_selectors);
	replay_close(&r);
}

/* DKIM-10 */
static void
test_wildcard(void)
{
	struct replay r;
	struct as_domain_facts *f;
	char random[100];

	t_case("a wildcard answers all: its echo is not stored per selector");
	world();
	fake_rr("*._domainkey." D, "TXT", "v=DKIM1; p=");
	fake_rr("s1._domainkey." D, "TXT", KEY);
	open_with(&r, 0);
	f = replay_domain(&r, D);
	(void)snprintf(random, sizeof(random), AS_STR_FMT "._domainkey." D,
	    AS_STR_ARG(f->random_selector));
	T_STR(replay_answer(f, random, AS_RR_TXT)->txt[0].text, "v=DKIM1; p=");
	T_STR(
	    replay_answer(f, "s1._domainkey." D, AS_RR_TXT)->txt[0].text, KEY);
	T_OK(!replay_has(f, "google._domainkey." D, AS_RR_TXT));
	T_INT(f->n_selectors, N_SHIPPED);
	T_OK(!f->no_selectors);
	replay_close(&r);

	t_case("a wildcard alias that leads nowhere is kept once");
	world();
	fake_rr("*._domainkey." D, "CNAME", "gone.provider.example");
	fake_rr("s1._domainkey." D, "TXT", KEY);
	open_with(&r, 0);
	f = replay_domain(&r, D);
	(void)snprintf(random, sizeof(random), AS_STR_FMT "._domainkey." D,
	    AS_STR_ARG(f->random_selector));
	T_INT(replay_answer(f, random, AS_RR_TXT)->n_chain, 1);
	T_INT(replay_answer(f, random, AS_RR_TXT)->outcome, AS_DNS_NXDOMAIN);
	T_OK(replay_has(f, "s1._domainkey." D, AS_RR_TXT));
	T_OK(!replay_has(f, "google._domainkey." D, AS_RR_TXT));
	replay_close(&r);

	t_case("a wildcard of the domain itself shows in the random selector");
	world();
	fake_rr("*." D, "TXT", "v=spf1 -all");
	open_with(&r, 0);
	f = replay_domain(&r, D);
	(void)snprintf(random, sizeof(random), AS_STR_FMT "._domainkey." D,
	    AS_STR_ARG(f->random_selector));
	T_INT(replay_answer(f, random, AS_RR_TXT)->outcome, AS_DNS_OK);
	T_OK(!replay_has(f, "google._domainkey." D, AS_RR_TXT));
	replay_close(&r);
}

static void
test_silent(void)
{
	struct replay r;
	struct as_domain_facts *f;

	t_case("a batch without one clear answer ends the search");
	world();
	fake_fault("._domainkey." D, NULL, FAKE_SERVFAIL);
	open_with(&r, 0);
	f = replay_domain(&r, D);
	T_INT(f->n_selectors, 10);
	T_INT(replay_answer(f, "google._domainkey." D, AS_RR_TXT)->outcome,
	    AS_DNS_SERVFAIL);
	T_OK(!f->no_selectors);
	T_INT(fake_asked("default._domainkey." D, NULL), 0);
	replay_close(&r);

	t_case("one selector that fails is kept as unknown");
	world();
	fake_rr("s1._domainkey." D, "TXT", KEY);
	fake_fault("s2._domainkey." D, NULL, FAKE_SERVFAIL);
	open_with(&r, 0);
	f = replay_domain(&r, D);
	T_INT(f->n_selectors, N_SHIPPED);
	T_INT(replay_answer(f, "s2._domainkey." D, AS_RR_TXT)->outcome,
	    AS_DNS_SERVFAIL);
	replay_close(&r);
}

int
main(void)
{
	test_found();
	test_denied();
	test_wrongly_denied();
	test_cut_off();
	test_wildcard();
	test_silent();
	fake_reset();
	return t_done();
}
