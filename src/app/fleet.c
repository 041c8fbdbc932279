/*
 * A domain on its way:
 *
 *	next -> own job -> claims on its mail hosts, policy job -> bundle -> done
 *
 * Nothing blocks: the crew runs jobs, the hosts share visits, and a domain
 * counts what it still waits for.
 */
#include "app/fleet.h"

#include <stdlib.h>
#include <unistd.h>

#include "app/crew.h"
#include "app/fleet_plan.h"
#include "app/hosts.h"
#include "app/policy_visit.h"
#include "base/limits.h"

#include "base/banned.h"

#define TICK_MS          250
#define WINDOW_A_PROBER  200
#define MAX_PROBERS      64
#define DEFAULT_ADDRESS  1
#define DEFAULT_NETWORK  2
#define DEFAULT_OPERATOR 4
#define DOMAIN_OCTETS    ((size_t)1024 * 1024) /* our own notes on one */

struct flight {
	TAILQ_ENTRY(flight) link;
	struct fleet *fleet;
	struct as_arena *arena; /* this struct, name, claims */
	struct as_str name;
	struct as_task task;
	struct as_policy_visit policy_visit;
	struct as_arena *facts_arena;
	struct as_domain_facts *facts;
	const struct as_policy_facts *policy;
	struct as_fleet_claim *claims;
	size_t n_claims;
	size_t waiting; /* visits and policy that are not finished */
};

TAILQ_HEAD(flight_list, flight);

struct fleet {
	const struct as_fleet_config *config;
	const struct as_fleet_events *events;
	struct as_loop *loop;
	struct as_crew *crew;
	struct as_politeness *politeness;
	struct as_hosts *hosts;
	struct as_policy_visit_config policy_visit;
	struct as_timer *tick;
	struct as_timer *refill;
	struct flight_list flights;
	unsigned in_flight;
	unsigned window;
	bool no_more; /* next said so */
	enum as_err err;
	struct as_why *why;
};

static void
fleet_fail(struct fleet *f, enum as_err err, const char *why)
{
	if (f->err == AS_OK)
		f->err = as_why_set(f->why, err, AS_WHY_NOWHERE, "%s", why);
	as_loop_stop(f->loop);
}

static void
fleet_no_memory(struct fleet *f)
{
	fleet_fail(f, AS_ENOMEM, "out of memory");
}

/* --- the end of a flight --- */

static void
flight_free(struct flight *d)
{
	struct fleet *f = d->fleet;

	for (size_t i = 0; i < d->n_claims; i++)
		as_hosts_release(f->hosts, &d->claims[i].claim);
	TAILQ_REMOVE(&f->flights, d, link);
	f->in_flight--;
	as_arena_free(d->facts_arena);
	as_policy_visit_close(&d->policy_visit);
	as_arena_free(d->arena);
}

static enum as_err
bundle_make(struct as_arena *a, const struct flight *d, struct as_facts *out)
{
	*out = (struct as_facts){
	    .schema = AS_STR(AS_FACTS_SCHEMA),
	    .domain = d->facts,
	    .policy = (struct as_policy_facts *)(uintptr_t)d->policy,
	};
	return as_fleet_hosts(
	    a, d->claims, d->n_claims, &out->hosts, &out->n_hosts);
}

static void
flight_land(struct flight *d)
{
	struct fleet *f = d->fleet;
	struct as_arena *a = as_arena_new(AS_MAX_FACTS_OCTETS);
	struct as_facts facts;

	if (a == NULL || bundle_make(a, d, &facts) != AS_OK) {
		as_arena_free(a);
		fleet_no_memory(f);
		return;
	}
	f->events->done(f->events->ctx, &facts);
	as_arena_free(a);
	flight_free(d);
	as_timer_set(f->refill, 0);
}

static void
flight_count_down(struct flight *d)
{
	if (--d->waiting == 0)
		flight_land(d);
}

/* --- hosts and policy --- */

static void
on_visit(struct as_claim *claim)
{
	struct as_fleet_claim *c = (struct as_fleet_claim *)claim;

	flight_count_down(c->ctx);
}

static enum as_err
claims_make(struct flight *d)
{
	const struct as_fleet_events *events = d->fleet->events;
	uint32_t age = AS_HOSTS_ANY_AGE;
	struct as_fleet_target *targets;
	size_t n;

	if (events->host_age != NULL)
		age = events->host_age(events->ctx, d->name);
	AS_TRY(as_fleet_targets(d->arena, d->facts, &targets, &n));
	d->claims = as_arena_array(d->arena, n, sizeof(d->claims[0]));
	if (d->claims == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct as_fleet_claim *c = &d->claims[d->n_claims];
		bool finished;
		enum as_err err;
		c->ctx = d;
		c->claim.done = on_visit;
		err = as_hosts_claim(d->fleet->hosts, targets[i].name,
		    targets[i].address, age, &c->claim, &finished);
		if (err == AS_ENOMEM)
			return err;
		if (err != AS_OK)
			continue;
		d->n_claims++;
		d->waiting += !finished;
	}
	return AS_OK;
}

static struct flight *
flight_of_task(struct as_task *task)
{
	return (struct flight *)((char *)task - offsetof(struct flight, task));
}

static void
on_policy(struct as_policy_visit *f, const struct as_policy_facts *facts)
{
	struct flight *d = (struct flight *)((char *)f -
	    offsetof(struct flight, policy_visit));

	d->policy = facts;
	flight_count_down(d);
}

static void
policy_ask(struct flight *d)
{
	d->policy_visit.config = &d->fleet->policy_visit;
	d->policy_visit.fn = on_policy;
	d->waiting++;
	as_policy_visit_start(&d->policy_visit, d->name);
}

static void
on_domain(
    struct as_task *task, struct as_arena *a, const struct as_job_done *done)
{
	struct flight *d = flight_of_task(task);

	d->facts_arena = a;
	d->facts = done->domain;
	d->waiting = 1; /* this function */
	if (!d->fleet->config->only_dns) {
		if (claims_make(d) != AS_OK) {
			fleet_no_memory(d->fleet);
			return;
		}
		if (as_fleet_wants_policy(d->facts))
			policy_ask(d);
	}
	flight_count_down(d);
}

/* --- the start of a flight --- */

static struct flight *
flight_new(struct fleet *f, struct as_str name)
{
	struct as_arena *a = as_arena_new(DOMAIN_OCTETS);
	struct flight *d = a != NULL ? AS_NEW(a, struct flight) : NULL;

	if (d != NULL)
		d->name = as_str_dup(a, name);
	if (d == NULL || as_str_is_null(d->name)) {
		as_arena_free(a);
		return NULL;
	}
	d->arena = a;
	d->fleet = f;
	d->task.fn = on_domain;
	d->task.job = (struct as_job){
	    .kind = AS_JOB_DOMAIN,
	    .name = d->name,
	    .only_dns = f->config->only_dns,
	    .each_server = f->config->each_server,
	    .selectors = (struct as_str *)(uintptr_t)f->config->selectors,
	    .n_selectors = f->config->n_selectors,
	};
	TAILQ_INSERT_TAIL(&f->flights, d, link);
	f->in_flight++;
	return d;
}

/* Keep the window full; the end of the run shows here. */
static void
on_refill(void *ctx)
{
	struct fleet *f = ctx;
	struct as_str name;

	while (!f->no_more && f->in_flight < f->window) {
		struct flight *d;
		enum as_fleet_next next =
		    f->events->next(f->events->ctx, &name);
		f->no_more = next == AS_FLEET_END;
		if (next != AS_FLEET_NEXT)
			break;
		d = flight_new(f, name);
		if (d == NULL) {
			fleet_no_memory(f);
			return;
		}
		as_crew_add(f->crew, &d->task);
	}
	if (f->no_more && f->in_flight == 0)
		as_loop_stop(f->loop);
}

static int64_t
fleet_now(const struct fleet *f)
{
	const struct as_clock *clock = &f->config->prober.clock;

	return clock->mono_ms(clock->ctx);
}

static void
on_tick(void *ctx)
{
	struct fleet *f = ctx;

	as_crew_tick(f->crew);
	as_politeness_expire(f->politeness, fleet_now(f) - AS_HOST_WAIT_MS);
	if (f->events->tick != NULL)
		f->events->tick(f->events->ctx, f->in_flight);
	if (!f->no_more)
		as_timer_set(f->refill, 0);
	as_timer_set(f->tick, TICK_MS);
}

static void
on_crew_failed(void *ctx, enum as_err err, const char *why)
{
	fleet_fail(ctx, err, why);
}

static void
on_no_memory(void *ctx)
{
	fleet_no_memory(ctx);
}

/* --- the fleet --- */

static unsigned
probers_count(const struct as_fleet_config *config)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (config->probers != 0)
		return config->probers;
	if (cores < 1)
		return 1;
	return cores > MAX_PROBERS ? MAX_PROBERS : (unsigned)cores;
}

static unsigned
or_default(unsigned n, unsigned usual)
{
	return n != 0 ? n : usual;
}

struct as_manners
as_fleet_manners(const struct as_fleet_config *config)
{
	return (struct as_manners){
	    .per_address = or_default(config->per_address, DEFAULT_ADDRESS),
	    .per_network = or_default(config->per_network, DEFAULT_NETWORK),
	    .per_operator = or_default(config->per_operator, DEFAULT_OPERATOR),
	};
}

/* Who shares the servers of others. */
static bool
visitors_open(struct fleet *f)
{
	const struct as_fleet_config *config = f->config;
	struct as_manners manners = as_fleet_manners(config);
	struct as_hosts_config hosts = {
	    .crew = f->crew,
	    .prober = &config->prober,
	    .psl = config->psl,
	    .tls_matrix = config->tls_matrix,
	    .pause_ms = config->pause_ms,
	    .failed = on_no_memory,
	    .ctx = f,
	};

	f->politeness = as_politeness_new(&manners);
	hosts.politeness = f->politeness;
	if (f->politeness != NULL)
		f->hosts = as_hosts_new(&hosts);
	f->policy_visit = (struct as_policy_visit_config){
	    .crew = f->crew,
	    .politeness = f->politeness,
	    .prober = &config->prober,
	    .failed = on_no_memory,
	    .ctx = f,
	};
	return f->hosts != NULL;
}

static enum as_err
fleet_open(struct fleet *f)
{
	const struct as_fleet_config *config = f->config;
	unsigned probers = probers_count(config);
	struct as_crew_config crew = {
	    .loop = f->loop,
	    .program = {config->prober_main, &config->prober},
	    .probers = probers,
	    .job_ms = config->job_ms,
	    .cpu_s = config->cpu_s,
	    .failed = on_crew_failed,
	    .ctx = f,
	};

	f->window = or_default(config->window, WINDOW_A_PROBER * probers);
	f->tick = as_timer_new(f->loop, on_tick, f);
	f->refill = as_timer_new(f->loop, on_refill, f);
	f->crew = as_crew_new(&crew);
	if (f->tick == NULL || f->refill == NULL || f->crew == NULL ||
	    !visitors_open(f))
		return as_why_no_memory(f->why);
	return AS_OK;
}

static void
fleet_close(struct fleet *f)
{
	struct flight *d;

	while ((d = TAILQ_FIRST(&f->flights)) != NULL)
		flight_free(d);
	as_hosts_free(f->hosts);
	as_politeness_free(f->politeness);
	as_crew_free(f->crew);
	as_timer_free(f->tick);
	as_timer_free(f->refill);
	as_loop_free(f->loop);
}

enum as_err
as_fleet_run(const struct as_fleet_config *config,
    const struct as_fleet_events *events, struct as_why *why)
{
	struct fleet f = {.config = config, .events = events, .why = why};

	TAILQ_INIT(&f.flights);
	f.loop = as_loop_new();
	if (f.loop == NULL)
		return as_why_no_memory(why);
	f.err = fleet_open(&f);
	if (f.err == AS_OK) {
		as_timer_set(f.tick, TICK_MS);
		as_timer_set(f.refill, 0);
		as_loop_run(f.loop);
	}
	fleet_close(&f);
	return f.err;
}
