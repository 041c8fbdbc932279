#include "app/tls_run.h"

#include "app/lookup.h"
#include "app/tls_names.h"
#include "assess/suffix.h"
#include "base/limits.h"
#include "std/dns_wire.h"

#include "base/banned.h"

#define NAMES_A_LOOKUP (AS_MAX_QUERIES_PER_DOMAIN / 2) /* A and AAAA each */

/* The visits to one address of one target. */
struct tls_task {
	struct as_task task;
	struct as_turn turn;
	struct tls_run *run;
	struct as_tls_server *server; /* where its facts go */
};

struct tls_run {
	const struct as_tls_run_options *options;
	struct as_arena *a;
	struct as_tls_report *reports; /* one a target */
	struct as_lookup *lookup;      /* its prober makes the visits, too */
	struct as_politeness *politeness;
	const void *psl;
};

/* --- addresses --- */

static enum as_err
server_add(struct tls_run *r, struct as_tls_report *p, struct as_str address)
{
	struct as_tls_server *s = &p->servers[p->n_servers];

	if (p->n_servers == AS_MAX_HOST_ADDRESSES) {
		p->addresses_left_out++;
		return AS_OK;
	}
	*s = (struct as_tls_server){.name = p->host,
	    .address = as_str_dup(r->a, address),
	    .port = p->port};
	p->n_servers++;
	return as_str_is_null(s->address) ? AS_ENOMEM : AS_OK;
}

/* The names among the targets from..to, both kinds of address in one batch. */
static enum as_err
names_ask(struct tls_run *r, size_t from, size_t to, struct as_why *why)
{
	struct as_need needs[2 * NAMES_A_LOOKUP];
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		const struct as_tls_target *t = &r->options->targets[i];

		if (t->is_address)
			continue;
		needs[n++] = (struct as_need){t->host, AS_RR_A};
		needs[n++] = (struct as_need){t->host, AS_RR_AAAA};
	}
	return n > 0 ? as_lookup_ask(r->lookup, needs, n, why) : AS_OK;
}

static enum as_err
answer_take(struct tls_run *r, struct as_tls_report *p, uint32_t type)
{
	const struct as_answer *ans = as_lookup_find(r->lookup, p->host, type);
	const struct as_answer *copy =
	    ans != NULL ? as_codec_copy(r->a, &as_shape_answer, ans) : NULL;

	if (copy == NULL)
		return AS_ENOMEM;
	p->answers[p->n_answers++] = *copy;
	for (size_t i = 0; i < copy->n_addresses; i++)
		AS_TRY(server_add(r, p, copy->addresses[i]));
	return AS_OK;
}

static enum as_err
servers_find(struct tls_run *r, size_t i)
{
	const struct as_tls_target *t = &r->options->targets[i];
	struct as_tls_report *p = &r->reports[i];

	if (t->is_address)
		return server_add(r, p, t->host);
	AS_TRY(answer_take(r, p, AS_RR_A));
	return answer_take(r, p, AS_RR_AAAA);
}

static enum as_err
addresses_find(struct tls_run *r, struct as_why *why)
{
	size_t n = r->options->n_targets;

	for (size_t from = 0; from < n; from += NAMES_A_LOOKUP) {
		size_t rest = n - from;

		AS_TRY(names_ask(r, from,
		    from + (rest < NAMES_A_LOOKUP ? rest : NAMES_A_LOOKUP),
		    why));
	}
	for (size_t i = 0; i < n; i++)
		if (servers_find(r, i) != AS_OK)
			return as_why_no_memory(why);
	return as_tls_names_ask(r->lookup, r->a, r->reports, n, why);
}

/* --- visits --- */

static void
on_turn(struct as_turn *turn)
{
	struct tls_task *t =
	    (struct tls_task *)((char *)turn - offsetof(struct tls_task, turn));

	as_errand_add(as_lookup_errand(t->run->lookup), &t->task);
}

static void
on_done(
    struct as_task *task, struct as_arena *a, const struct as_job_done *done)
{
	struct tls_task *t =
	    (struct tls_task *)((char *)task - offsetof(struct tls_task, task));
	struct tls_run *r = t->run;
	const struct as_tls_server *copy =
	    as_codec_copy(r->a, &as_shape_tls_server, done->tls);

	if (copy != NULL) {
		struct as_str name = t->server->name; /* also of an address */

		*t->server = *copy;
		t->server->name = name;
	}
	as_arena_free(a);
	/* The next one's turn comes before this one counts as done, or the
	 * errand would seem to be over. */
	as_politeness_leave(r->politeness, &t->turn);
	as_errand_done(
	    as_lookup_errand(r->lookup), copy != NULL ? AS_OK : AS_ENOMEM);
}

static enum as_err
task_join(struct tls_run *r, const struct as_tls_target *target,
    const struct as_tls_report *report, struct as_tls_server *server)
{
	struct as_str base;
	const struct as_answer *tlsa = as_tls_names_tlsa(report, &base);
	struct tls_task *t = AS_NEW(r->a, struct tls_task);

	if (t == NULL)
		return AS_ENOMEM;
	t->run = r;
	t->server = server;
	t->task.fn = on_done;
	t->task.job = (struct as_job){.kind = AS_JOB_TLS,
	    .name = target->is_address ? AS_STR("") : target->host,
	    .address = server->address,
	    .port = target->port,
	    .implicit = target->implicit,
	    .deep = r->options->deep,
	    .pause_ms = r->options->pause_ms,
	    .inject = true,
	    .tlsa = tlsa != NULL ? tlsa->tlsa : NULL,
	    .n_tlsa = tlsa != NULL ? tlsa->n_tlsa : 0,
	    .base = base};
	t->turn.go = on_turn;
	t->turn.operator= as_suffix_organization(r->psl, t->task.job.name);
	AS_TRY(as_ip_parse(server->address, &t->turn.ip));
	return as_politeness_join(r->politeness, &t->turn);
}

static enum as_err
servers_ask(struct tls_run *r, struct as_why *why)
{
	for (size_t i = 0; i < r->options->n_targets; i++) {
		struct as_tls_report *p = &r->reports[i];

		for (size_t k = 0; k < p->n_servers; k++)
			if (task_join(r, &r->options->targets[i], p,
				&p->servers[k]) != AS_OK)
				return as_why_no_memory(why);
	}
	return as_errand_run(as_lookup_errand(r->lookup), why);
}

/* --- all --- */

static enum as_err
reports_make(struct tls_run *r)
{
	size_t n = r->options->n_targets;

	r->reports = as_arena_array(r->a, n, sizeof(*r->reports));
	if (r->reports == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct as_tls_target *t = &r->options->targets[i];
		struct as_tls_report *p = &r->reports[i];

		p->schema = AS_STR(AS_TLS_REPORT_SCHEMA);
		p->host = t->host;
		p->port = t->port;
		p->answers = as_arena_array(r->a, 2, sizeof(*p->answers));
		p->servers = as_arena_array(
		    r->a, AS_MAX_HOST_ADDRESSES, sizeof(*p->servers));
		if (p->answers == NULL || p->servers == NULL)
			return AS_ENOMEM;
	}
	return AS_OK;
}

static enum as_err
hosts_ask(struct tls_run *r, struct as_why *why)
{
	if (r->politeness == NULL || reports_make(r) != AS_OK)
		return as_why_no_memory(why);
	AS_TRY(addresses_find(r, why));
	return servers_ask(r, why);
}

enum as_err
as_tls_run(const struct as_fleet_config *config,
    const struct as_tls_run_options *options, struct as_arena *a,
    struct as_tls_report **out, struct as_why *why)
{
	struct as_manners manners = as_fleet_manners(config);
	struct tls_run r = {.options = options, .a = a, .psl = config->psl};
	enum as_err err;

	AS_TRY(as_lookup_new(config, &r.lookup, why));
	r.politeness = as_politeness_new(&manners);
	err = hosts_ask(&r, why);
	if (err == AS_OK)
		*out = r.reports;
	as_lookup_free(r.lookup);
	as_politeness_free(r.politeness);
	return err;
}
