/*
 * assay tls with several targets: whose turn it is, and where answers go.
 */
#include "app/tls_run.h"

#include "fake_prober.h"
#include "harness.h"

#define MOST_TARGETS 130

struct desk {
	struct world *world;
	struct as_fleet_config config;
	struct as_tls_target targets[MOST_TARGETS];
	struct as_tls_run_options options;
	struct as_arena *a;
	struct as_tls_report *reports;
};

static void
desk_open(struct desk *d)
{
	*d = (struct desk){.world = world_new()};
	d->config.prober_main = fake_prober_main;
	d->config.prober.allow = (void *)d->world;
	d->config.prober.clock = as_clock_system();
	d->config.prober.log = (struct as_log){.fd = -1, .name = "test"};
	d->options.targets = d->targets;
	d->a = as_arena_new((size_t)64 * 1024 * 1024);
}

/* n targets named by the format; with is_address, addresses. */
static enum as_err
ask(struct desk *d, const char *format, bool is_address, unsigned n)
{
	struct as_why why;

	d->options.n_targets = n;
	for (unsigned i = 0; i < n; i++)
		d->targets[i] = (struct as_tls_target){
		    .host = as_str_printf(d->a, format, i + 1),
		    .is_address = is_address,
		    .port = 25};
	return as_tls_run(&d->config, &d->options, d->a, &d->reports, &why);
}

static bool
each_has_its_own(const struct desk *d)
{
	for (size_t i = 0; i < d->options.n_targets; i++) {
		const struct as_tls_report *r = &d->reports[i];
		const struct as_tls_target *t = &d->targets[i];

		if (r->n_servers != 1 || r->servers[0].connections != 1 ||
		    r->servers[0].outcome != AS_SUBJECT_DONE ||
		    !as_str_eq(r->host, t->host) ||
		    !as_str_eq(t->is_address ? r->servers[0].address
					     : r->servers[0].name,
			t->host))
			return false;
	}
	return true;
}

static void
test_one_address(void)
{
	struct desk d;

	t_case("names at one address: one after the other, two lookups");
	desk_open(&d);
	T_INT(ask(&d, "mx%u.example", false, 5), AS_OK);
	T_INT(atomic_load(&d.world->most_searches), 1);
	/* Addresses, then TLSA and CAA. */
	T_INT(atomic_load(&d.world->lookups), 2);
	T_INT(atomic_load(&d.world->n_probers), 1);
	for (size_t i = 0; i < 5; i++) {
		/* A and AAAA bring one each. */
		T_INT(d.reports[i].n_answers, 2);
		T_INT(d.reports[i].n_servers, 2);
		T_INT(d.reports[i].n_tlsa, 1);
		T_INT(d.reports[i].n_caa, 2);
		T_STR(d.reports[i].caa[1].name, "example");
		T_OK(
		    as_str_eq(d.reports[i].servers[1].name, d.targets[i].host));
	}
	as_arena_free(d.a);
}

static void
test_one_network(void)
{
	struct desk d;

	t_case("addresses of one network: two at a time");
	desk_open(&d);
	d.world->company = 2;
	T_INT(ask(&d, "192.0.2.%u", true, 7), AS_OK);
	T_INT(atomic_load(&d.world->most_searches), 2);
	T_INT(atomic_load(&d.world->lookups), 0);
	T_OK(each_has_its_own(&d));
	as_arena_free(d.a);
}

static void
test_networks(void)
{
	struct desk d;

	t_case("strangers: all at the same time");
	desk_open(&d);
	d.world->company = 40;
	T_INT(ask(&d, "192.0.%u.1", true, 40), AS_OK);
	T_INT(atomic_load(&d.world->most_searches), 40);
	T_OK(each_has_its_own(&d));
	as_arena_free(d.a);
}

static void
test_many_names(void)
{
	struct desk d;

	t_case("more names than one lookup holds");
	desk_open(&d);
	T_INT(ask(&d, "mx%u.example", false, MOST_TARGETS), AS_OK);
	T_INT(atomic_load(&d.world->lookups), 4);
	T_INT(d.reports[MOST_TARGETS - 1].n_tlsa, 1);
	T_OK(as_str_eq(d.reports[MOST_TARGETS - 1].servers[0].name,
	    d.targets[MOST_TARGETS - 1].host));
	T_INT(d.reports[MOST_TARGETS - 1].servers[0].connections, 1);
	as_arena_free(d.a);
}

static void
test_no_prober(void)
{
	struct desk d;

	t_case("no prober can be started: an error, and no report");
	desk_open(&d);
	d.world->never_ready = true;
	T_INT(ask(&d, "192.0.%u.1", true, 3), AS_ESYS);
	T_OK(d.reports == NULL);
	as_arena_free(d.a);
}

int
main(void)
{
	test_one_address();
	test_one_network();
	test_networks();
	test_many_names();
	test_no_prober();
	return t_done();
}
