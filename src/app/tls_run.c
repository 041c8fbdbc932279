#include "app/tls_run.h"

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
	struct as_lookup *lookup; /* its prober makes the visits, too */
	struct tls_task tasks[AS_MAX_HOST_ADDRESSES];
};

/* --- addresses --- */

/* Room for the servers; no memory: false. */
static bool
server_add(struct tls_run *r, struct as_str address)
{
	struct as_tls_report *p = r->report;

	if (p->n_servers == AS_MAX_HOST_ADDRESSES) {
		p->addresses_left_out++;
		return true;
	}
	p->servers[p->n_servers] =
	    (struct as_tls_server){.name = r->options->host,
		.address = as_str_dup(r->a, address),
		.port = r->options->port};
	return !as_str_is_null(p->servers[p->n_servers++].address);
}

static enum as_err
answer_take(struct tls_run *r, const struct as_answer *ans)
{
	const struct as_answer *copy =
	    as_codec_copy(r->a, &as_shape_answer, ans);

	if (copy == NULL)
		return AS_ENOMEM;
	r->report->answers[r->report->n_answers++] = *copy;
	for (size_t i = 0; i < copy->n_addresses; i++)
		if (!server_add(r, copy->addresses[i]))
			return AS_ENOMEM;
	return AS_OK;
}

static enum as_err
addresses_find(struct tls_run *r, struct as_why *why)
{
	struct as_need list[] = {
	    {r->options->host, AS_RR_A}, {r->options->host, AS_RR_AAAA}};
	const struct as_answer *ans;
	size_t n;

	AS_TRY(as_lookup_ask(r->lookup, list, 2, why));
	ans = as_lookup_answers(r->lookup, &n);
	r->report->answers = as_arena_array(r->a, n, sizeof(*ans));
	if (r->report->answers == NULL)
		return as_why_no_memory(why);
	for (size_t i = 0; i < n; i++)
		if (answer_take(r, &ans[i]) != AS_OK)
			return as_why_no_memory(why);
	return AS_OK;
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

	if (copy != NULL) {
		*t->server = *copy;
		t->server->name = r->options->host; /* also of an address */
	}
	as_arena_free(a);
	as_errand_done(
	    as_lookup_errand(r->lookup), copy != NULL ? AS_OK : AS_ENOMEM);
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
		    .pause_ms = o->pause_ms,
		    .inject = true};
		as_errand_add(as_lookup_errand(r->lookup), &t->task);
	}
}

static enum as_err
servers_ask(struct tls_run *r, struct as_why *why)
{
	if (!r->options->is_address)
		AS_TRY(addresses_find(r, why));
	else if (!server_add(r, r->options->host))
		return as_why_no_memory(why);
	tasks_add(r);
	return as_errand_run(as_lookup_errand(r->lookup), why);
}

enum as_err
as_tls_run(const struct as_fleet_config *config,
    const struct as_tls_run_options *options, struct as_arena *a,
    struct as_tls_report **out, struct as_why *why)
{
	struct tls_run *r = AS_NEW(a, struct tls_run);
	struct as_tls_report *report = AS_NEW(a, struct as_tls_report);
	enum as_err err;

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
	*out = report;
	AS_TRY(as_lookup_new(config, &r->lookup, why));
	err = servers_ask(r, why);
	as_lookup_free(r->lookup);
	return err;
}
