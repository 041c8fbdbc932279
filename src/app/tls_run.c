#include "app/tls_run.h"

#include "app/errand.h"
#include "app/lookup.h"
#include "base/limits.h"
#include "std/dns_wire.h"

#include "base/banned.h"

struct tls_task {
	struct as_task task;
	struct tls_run *run;
	struct as_tls_server *server; /* where its facts go */
};

struct tls_run {
	const struct as_tls_run_options *options;
	struct as_arena *a;
	struct as_tls_report *report;
	struct as_errand *errand;
	struct tls_task tasks[AS_MAX_HOST_ADDRESSES];
};

/* --- addresses --- */

/* Room for the servers; no memory: false. */
static bool
server_add(struct tls_run *r, struct as_str address)
{
	struct as_tls_report *p = r->report;

	if (p->n_servers == AS_MAX_HOST_ADDRESSES)
		return true;
	p->servers[p->n_servers] =
	    (struct as_tls_server){.name = r->options->host,
		.address = as_str_dup(r->a, address),
		.port = r->options->port};
	return !as_str_is_null(p->servers[p->n_servers++].address);
}

static enum as_err
addresses_find(
    struct tls_run *r, const struct as_fleet_config *config, struct as_why *why)
{
	struct as_need list[] = {
	    {r->options->host, AS_RR_A}, {r->options->host, AS_RR_AAAA}};
	struct as_lookup *l;
	const struct as_answer *ans;
	enum as_err err;
	size_t n;

	AS_TRY(as_lookup_new(config, &l, why));
	err = as_lookup_ask(l, list, 2, why);
	ans = as_lookup_answers(l, &n);
	r->report->answers = as_arena_array(r->a, n, sizeof(*ans));
	for (size_t i = 0; err == AS_OK && i < n; i++) {
		const struct as_answer *copy =
		    as_codec_copy(r->a, &as_shape_answer, &ans[i]);

		if (copy == NULL || r->report->answers == NULL) {
			err = as_why_no_memory(why);
			break;
		}
		r->report->answers[r->report->n_answers++] = *copy;
		for (size_t k = 0; k < copy->n_addresses; k++)
			if (!server_add(r, copy->addresses[k]))
				err = as_why_no_memory(why);
	}
	as_lookup_free(l);
	return err;
}

/* --- visits --- */

static void
on_done(
    struct as_task *task, struct as_arena *a, const struct as_job_done *done)
{
	struct tls_task *t =
	    (struct tls_task *)((char *)task - offsetof(struct tls_task, task));
	struct tls_run *r = t->run;
	const struct as_tls_server *copy =
	    as_codec_copy(r->a, &as_shape_tls_server, done->tls);

	if (copy != NULL)
		*t->server = *copy;
	as_arena_free(a);
	as_errand_done(r->errand, copy != NULL ? AS_OK : AS_ENOMEM);
}

static void
tasks_add(struct tls_run *r)
{
	const struct as_tls_run_options *o = r->options;

	for (size_t i = 0; i < r->report->n_servers; i++) {
		struct tls_task *t = &r->tasks[i];

		t->run = r;
		t->server = &r->report->servers[i];
		t->task.fn = on_done;
		t->task.job = (struct as_job){.kind = AS_JOB_TLS,
		    .name = o->is_address ? AS_STR("") : o->host,
		    .address = t->server->address,
		    .port = o->port,
		    .implicit = o->implicit,
		    .deep = o->deep,
		    .pause_ms = o->pause_ms};
		as_errand_add(r->errand, &t->task);
	}
}

static enum as_err
visit_all(
    struct tls_run *r, const struct as_fleet_config *config, struct as_why *why)
{
	enum as_err err;

	r->errand = as_errand_new(config);
	if (r->errand == NULL)
		return as_why_no_memory(why);
	tasks_add(r);
	err = as_errand_run(r->errand, why);
	as_errand_free(r->errand);
	return err;
}

enum as_err
as_tls_run(const struct as_fleet_config *config,
    const struct as_tls_run_options *options, struct as_arena *a,
    struct as_tls_report **out, struct as_why *why)
{
	struct tls_run *r = AS_NEW(a, struct tls_run);
	struct as_tls_report *report = AS_NEW(a, struct as_tls_report);

	if (r == NULL || report == NULL)
		return as_why_no_memory(why);
	r->options = options;
	r->a = a;
	r->report = report;
	report->schema = AS_STR(AS_TLS_REPORT_SCHEMA);
	report->host = options->host;
	report->port = options->port;
	report->servers =
	    as_arena_array(a, AS_MAX_HOST_ADDRESSES, sizeof(*report->servers));
	if (report->servers == NULL)
		return as_why_no_memory(why);
	if (!options->is_address)
		AS_TRY(addresses_find(r, config, why));
	else if (!server_add(r, options->host))
		return as_why_no_memory(why);
	*out = report;
	return report->n_servers > 0 ? visit_all(r, config, why) : AS_OK;
}
