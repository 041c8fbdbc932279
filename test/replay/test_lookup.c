/*
 * Questions of a command, with real processes and fake probers.
 */
#include "app/lookup.h"

#include "fake_prober.h"
#include "harness.h"
#include "std/dns_wire.h"

struct desk {
	struct world *world;
	struct as_fleet_config config;
	struct as_lookup *lookup;
	struct as_why why;
};

static void
desk_open(struct desk *d)
{
	*d = (struct desk){.world = world_new()};
	d->config.prober_main = fake_prober_main;
	d->config.prober.allow = (void *)d->world;
	d->config.prober.clock = as_clock_system();
	d->config.prober.log = (struct as_log){.fd = -1, .name = "test"};
	d->config.job_ms = 1500;
	if (as_lookup_new(&d->config, &d->lookup, &d->why) != AS_OK)
		abort();
}

static const struct as_answer *
look(const struct desk *d, const char *name, uint32_t type)
{
	static const struct as_answer none = {.outcome = AS_DNS_REFUSED};
	const struct as_answer *ans =
	    as_lookup_find(d->lookup, as_str_from(name), type);

	return ans != NULL ? ans : &none;
}

static enum as_err
ask(struct desk *d, const char *one, const char *two)
{
	struct as_need list[] = {
	    {as_str_from(one), AS_RR_A},
	    {as_str_from(one), AS_RR_AAAA},
	    {as_str_from(two), AS_RR_A},
	};

	return as_lookup_ask(d->lookup, list, 3, &d->why);
}

static void
test_batches(void)
{
	struct desk d;
	size_t n;

	t_case("each question once, by one prober, answers kept");
	desk_open(&d);
	T_OK(as_lookup_find(d.lookup, AS_STR("a.example"), AS_RR_A) == NULL);
	T_INT(ask(&d, "a.example", "a.example"), AS_OK);
	T_OK(as_lookup_answers(d.lookup, &n) != NULL);
	T_INT(n, 2);
	T_INT(ask(&d, "a.example", "b.example"), AS_OK);
	T_INT(ask(&d, "b.example", "a.example"), AS_OK);
	T_INT(ask(&d, "b.example", "a.example"), AS_OK);
	T_INT(as_lookup_ask(d.lookup, NULL, 0, &d.why), AS_OK);
	(void)as_lookup_answers(d.lookup, &n);
	T_INT(n, 4);
	T_INT(d.world->lookups, 3);
	T_INT(d.world->n_probers, 1);
	T_INT(look(&d, "a.example", AS_RR_A)->n_addresses, 1);
	T_STR(look(&d, "b.example", AS_RR_AAAA)->addresses[0], "192.0.2.1");
	T_INT(look(&d, "b.example", AS_RR_MX)->outcome, AS_DNS_REFUSED);
	as_lookup_free(d.lookup);
}

static void
test_deaths(void)
{
	static const struct {
		const char *name, *detail;
	} cases[] = {
	    {"crash-a.example", "prober-crashed: "},
	    {"hang-a.example", "prober-stuck: "},
	    {"garbage-a.example", "prober-crashed: an answer"},
	    {"stranger-a.example", "prober-crashed: an answer"},
	    {"impostor-a.example", "prober-crashed: an answer"},
	    {"short-a.example", "prober-crashed: an answer"},
	    {"swapped-a.example", "prober-crashed: an answer"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct as_answer *ans;
		struct desk d;
		t_case("%s: unknown with its cause, and life goes on",
		    cases[i].name);
		desk_open(&d);
		T_INT(ask(&d, cases[i].name, "b.example"), AS_OK);
		ans = look(&d, cases[i].name, AS_RR_AAAA);
		T_INT(ans->outcome, AS_DNS_NOT_ASKED);
		T_OK(as_str_has_prefix(ans->detail, cases[i].detail));
		T_INT(
		    look(&d, "b.example", AS_RR_A)->outcome, AS_DNS_NOT_ASKED);
		T_INT(ask(&d, "c.example", "d.example"), AS_OK);
		T_INT(look(&d, "d.example", AS_RR_A)->outcome, AS_DNS_OK);
		as_lookup_free(d.lookup);
	}
}

static void
test_no_prober(void)
{
	struct desk d;

	t_case("no prober can be started: said at once, and again");
	desk_open(&d);
	d.world->never_ready = true;
	T_INT(ask(&d, "a.example", "b.example"), AS_ESYS);
	T_OK(as_str_has_prefix(as_str_from(d.why.text), "no prober"));
	d.why.text[0] = 0;
	T_INT(ask(&d, "a.example", "b.example"), AS_ESYS);
	T_OK(as_str_has_prefix(as_str_from(d.why.text), "no prober"));
	as_lookup_free(d.lookup);
}

int
main(void)
{
	test_batches();
	test_deaths();
	test_no_prober();
	return t_done();
}
