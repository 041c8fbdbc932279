#include "app/fleet_plan.h"

#include "base/limits.h"
#include "harness.h"
#include "std/dns_wire.h"

#define D "example.org"

/* A small document, written as lists of answers. */
static struct as_answer answers[300];
static struct as_rr_mx mx[100];
static struct as_domain_facts facts;

static void
start(enum as_dns_outcome mx_outcome)
{
	memset(answers, 0, sizeof(answers));
	memset(mx, 0, sizeof(mx));
	facts = (struct as_domain_facts){
	    .name = AS_STR(D), .answers = answers, .n_answers = 1};
	answers[0] = (struct as_answer){.name = facts.name,
	    .type = AS_RR_MX,
	    .outcome = mx_outcome,
	    .mx = mx};
}

static void
add_mx(const char *host)
{
	mx[answers[0].n_mx++].exchange = as_str_from(host);
}

static void
add(const char *name, uint16_t type, enum as_dns_outcome outcome,
    struct as_str *addresses, size_t n)
{
	answers[facts.n_answers++] =
	    (struct as_answer){.name = as_str_from(name),
		.type = type,
		.outcome = outcome,
		.addresses = addresses,
		.n_addresses = n};
}

static struct as_fleet_target *
plan(struct as_arena *a, size_t *n)
{
	struct as_fleet_target *list;

	if (as_fleet_targets(a, &facts, &list, n) != AS_OK)
		abort();
	return list;
}

/* MX-1, MX-4, TLS-8 */
static void
test_targets(struct as_arena *a)
{
	struct as_str v4[] = {{"192.0.2.1", 9}, {"192.0.2.2", 9}};
	struct as_str v6[] = {{"2001:db8::1", 11}};
	struct as_str many[40];
	struct as_fleet_target *t;
	size_t n;

	t_case("each address of each mail host, once");
	start(AS_DNS_OK);
	add_mx("mx." D);
	add_mx("mx." D);
	add_mx("mx2." D);
	add("mx." D, AS_RR_A, AS_DNS_OK, v4, 2);
	add("mx." D, AS_RR_AAAA, AS_DNS_OK, v6, 1);
	add("mx2." D, AS_RR_A, AS_DNS_OK, v4, 1);
	add(D, AS_RR_A, AS_DNS_OK, v4, 1);
	t = plan(a, &n);
	T_INT(n, 4);
	T_STR(t[0].name, "mx." D);
	T_STR(t[2].address, "2001:db8::1");
	T_STR(t[3].name, "mx2." D);

	t_case("without MX the domain itself, RFC 5321 5.1");
	start(AS_DNS_NODATA);
	add(D, AS_RR_A, AS_DNS_OK, v4, 1);
	t = plan(a, &n);
	T_INT(n, 1);
	T_STR(t[0].name, D);

	t_case("null MX: nobody");
	start(AS_DNS_OK);
	add_mx(".");
	add(".", AS_RR_A, AS_DNS_OK, v4, 1);
	(void)plan(a, &n);
	T_INT(n, 0);

	t_case("MX unknown: nobody, the address of the domain least of all");
	for (int o = AS_DNS_NXDOMAIN; o <= AS_DNS_NOT_ASKED; o++) {
		start((enum as_dns_outcome)o);
		add(D, AS_RR_A, AS_DNS_OK, v4, 1);
		(void)plan(a, &n);
		T_INT(n, 0);
	}

	t_case("sixteen addresses of a host, sixty-four in all");
	for (size_t i = 0; i < 40; i++)
		many[i] = as_str_printf(a, "198.51.100.%zu", i);
	start(AS_DNS_OK);
	add_mx("mx." D);
	add("mx." D, AS_RR_A, AS_DNS_OK, many, 40);
	(void)plan(a, &n);
	T_INT(n, AS_MAX_HOST_ADDRESSES);
	start(AS_DNS_OK);
	for (size_t i = 0; i < 30; i++) {
		struct as_str name = as_str_printf(a, "mx%zu." D, i);
		add_mx(name.p);
		add(name.p, AS_RR_A, AS_DNS_OK, many, 10);
	}
	(void)plan(a, &n);
	T_INT(n, AS_MAX_DOMAIN_VISITS);
}

static void
test_policy(void)
{
	t_case("a policy is asked for, unless nothing can be there");
	start(AS_DNS_OK);
	add_mx("mx." D);
	T_OK(as_fleet_wants_policy(&facts));
	start(AS_DNS_SERVFAIL);
	T_OK(as_fleet_wants_policy(&facts));
	start(AS_DNS_NXDOMAIN);
	T_OK(!as_fleet_wants_policy(&facts));

	t_case("null MX: only with an _mta-sts record, or when it is unknown");
	start(AS_DNS_OK);
	add_mx(".");
	T_OK(!as_fleet_wants_policy(&facts));
	add("_mta-sts." D, AS_RR_TXT, AS_DNS_NXDOMAIN, NULL, 0);
	T_OK(!as_fleet_wants_policy(&facts));
	answers[1].outcome = AS_DNS_OK;
	T_OK(as_fleet_wants_policy(&facts));
	answers[1].outcome = AS_DNS_TIMEOUT;
	T_OK(as_fleet_wants_policy(&facts));

	t_case("no facts of the domain: no policy");
	start(AS_DNS_OK);
	facts.outcome = AS_SUBJECT_CRASHED;
	T_OK(!as_fleet_wants_policy(&facts));
}

int
main(void)
{
	struct as_arena *a = as_arena_new(1000000);

	test_targets(a);
	test_policy();
	as_arena_free(a);
	return t_done();
}
