/*
 * What TLS one host offers at one address: a visit as a modern client makes it,
 * unless a host probe has made it, then the hellos of std/tls_plan, one
 * connection each, with a pause between; last, where that is asked for, a visit
 * that tries to inject a command (RFC 3207 6).  One that the server puts off ends
 * the search: what is left stays unknown.
 */
#include "base/limits.h"
#include "net/smtp.h"
#include "probe/probe.h"
#include "probe/tls_facts.h"
#include "probe/visit_facts.h"

#include "base/banned.h"

#define VISIT_OCTETS ((size_t)1024 * 1024) /* of one visit's arena */

struct tls_probe {
	struct as_probing base;
	const struct as_probe *p;
	const struct as_job *job;
	struct as_arena *arena;
	struct as_arena *visit_arena; /* of one hello */
	struct as_tls_server *facts;
	struct as_tls_plan *plan;
	struct as_hello_reader *reader;
	struct as_buf wire;
	struct as_smtp_hello hello;
	struct as_smtp_target target;
	struct as_smtp_visit *visit;
	struct as_timer *pause;
	as_probe_fn *fn;
	void *ctx;
	int64_t started; /* monotonic */
	bool begun;      /* hellos are next */
	bool failed;     /* we had no memory or descriptor */
	bool injects;    /* a command, when the plan is done */
	bool plan_done;
};

static void
release(struct tls_probe *t)
{
	as_timer_free(t->pause);
	as_hello_reader_free(t->reader);
	as_arena_free(t->visit_arena);
	as_buf_fini(&t->wire);
}

static void
finish(struct tls_probe *t)
{
	const struct as_clock *clock = &t->p->config->clock;
	struct as_job_done done = {.id = t->job->id, .tls = t->facts};
	struct as_tls_server *f = t->facts;
	struct as_tls_facts_ask ask = {.config = t->p->config,
	    .tls = t->p->tls,
	    .target = &t->target,
	    .map = as_tls_plan_map(t->plan),
	    .now_ms = clock->wall_ms(clock->ctx)};

	f->took_ms = (uint32_t)(clock->mono_ms(clock->ctx) - t->started);
	if (t->failed || as_tls_facts_fill(t->arena, &ask, f) != AS_OK) {
		f->outcome = AS_SUBJECT_CANCELLED;
		f->detail = AS_STR("no memory or descriptor was left");
	}
	release(t);
	t->fn(t->ctx, &done);
}

static void
fail(struct tls_probe *t)
{
	t->failed = true;
	finish(t);
}

/* --- one hello --- */

static void hello_next(struct tls_probe *t);
static void inject_next(struct tls_probe *t);

static bool
on_octets(void *ctx, const char *p, size_t n)
{
	struct tls_probe *t = ctx;

	return as_hello_read(t->reader, p, n) != AS_HELLO_MORE;
}

/* Why no hello could be said; NULL: one was. */
static const char *
obstacle(const struct as_smtp_view *v)
{
	switch (v->end) {
	case AS_VISIT_OK: break;
	case AS_VISIT_BUSY: return "the server asks to come back later";
	case AS_VISIT_REFUSED: return "the server refuses connections by now";
	case AS_VISIT_UNREACHABLE: return "the server is out of reach by now";
	case AS_VISIT_TIMEOUT: return "the server takes too long by now";
	default: return "the server breaks off the dialogue by now";
	}
	switch (v->starttls) {
	case AS_VISIT_TLS_NOT_REACHED: /* TLS from the first octet */
	case AS_VISIT_TLS_ACCEPTED: break;
	case AS_VISIT_TLS_LATER: return "STARTTLS is put off by now";
	default: return "STARTTLS is refused by now";
	}
	return v->injected > 0 ? "plain text came after STARTTLS" : NULL;
}

static enum as_hello_loss
loss_of(const struct as_smtp_view *v)
{
	if (v->handshake == AS_VISIT_SHAKE_TIMEOUT)
		return AS_HELLO_LOSS_TIMEOUT;
	return v->reset ? AS_HELLO_LOSS_RESET : AS_HELLO_LOSS_CLOSED;
}

/* Has the search used up its time?  A server that greets late would hold it for
 * minutes. */
static bool
is_late(const struct tls_probe *t)
{
	const struct as_clock *clock = &t->p->config->clock;
	int64_t most = t->job->deep ? AS_TLS_DEEP_MS : AS_TLS_SEARCH_MS;

	return clock->mono_ms(clock->ctx) - t->started > most;
}

static void
on_hello_done(void *ctx, const struct as_smtp_view *view)
{
	struct tls_probe *t = ctx;
	const char *why;

	t->visit = NULL;
	if (view == NULL) {
		fail(t);
		return;
	}
	why = obstacle(view);
	if (why != NULL) {
		as_tls_plan_stop(t->plan, why);
	} else {
		if (view->handshake != AS_VISIT_SHAKE_READ)
			(void)as_hello_lose(t->reader, loss_of(view));
		as_tls_plan_take(t->plan, as_hello_reader_answer(t->reader));
		if (is_late(t))
			as_tls_plan_stop(t->plan, "the search took too long");
	}
	hello_next(t);
}

static void
hello_visit(void *ctx)
{
	struct tls_probe *t = ctx;

	t->visit = as_smtp_start(
	    t->p->loop, NULL, t->visit_arena, &t->target, on_hello_done, t);
	if (t->visit == NULL)
		fail(t);
}

static void
hello_next(struct tls_probe *t)
{
	struct as_tls_ask ask;

	as_hello_reader_free(t->reader);
	t->reader = NULL;
	as_arena_reset(t->visit_arena);
	if (!as_tls_plan_next(t->plan, &ask)) {
		inject_next(t);
		return;
	}
	as_buf_reset(&t->wire);
	t->reader = as_hello_reader_new(t->visit_arena, ask.keep);
	if (t->reader == NULL ||
	    as_hello_write(&t->wire, &ask.hello, NULL) != AS_OK) {
		fail(t);
		return;
	}
	t->hello = (struct as_smtp_hello){.octets = as_buf_str(&t->wire),
	    .farewell = as_hello_farewell(),
	    .read = on_octets,
	    .ctx = t};
	t->target.hello = &t->hello;
	as_timer_set(t->pause, t->job->pause_ms);
}

/* --- an injected command --- */

static enum as_offer
injection_of(const struct as_smtp_view *v)
{
	switch (as_visit_slipped(v)) {
	case AS_SLIPPED_OBEYED: return AS_OFFER_YES;
	case AS_SLIPPED_DROPPED: return AS_OFFER_NO;
	default: return AS_OFFER_UNKNOWN;
	}
}

static void
on_injected(void *ctx, const struct as_smtp_view *view)
{
	struct tls_probe *t = ctx;

	t->visit = NULL;
	t->facts->connections++;
	/* No memory for this one takes nothing from what is known. */
	t->facts->command_injection =
	    view != NULL ? injection_of(view) : AS_OFFER_UNKNOWN;
	finish(t);
}

/* The plan has come to its end. */
static void
inject_next(struct tls_probe *t)
{
	if (!t->injects) {
		finish(t);
	} else if (as_tls_plan_map(t->plan)->stopped != NULL) {
		t->facts->command_injection = AS_OFFER_UNKNOWN;
		finish(t);
	} else {
		t->plan_done = true;
		t->target.hello = NULL;
		t->target.inject = true;
		as_timer_set(t->pause, t->job->pause_ms);
	}
}

static void
inject_visit(struct tls_probe *t)
{
	t->visit = as_smtp_start(
	    t->p->loop, t->p->tls, t->visit_arena, &t->target, on_injected, t);
	if (t->visit == NULL)
		fail(t);
}

/* --- the first visit --- */

static void
on_first_visit(void *ctx, const struct as_smtp_view *view)
{
	struct tls_probe *t = ctx;
	struct as_tls_server *f = t->facts;

	t->visit = NULL;
	if (view != NULL)
		f->smtp = as_visit_smtp_facts(t->arena, view);
	if (f->smtp == NULL) {
		fail(t);
		return;
	}
	f->connections = 1;
	t->begun = true;
	if (view->handshake != AS_VISIT_SHAKE_NOT_TRIED) {
		f->tls = as_visit_tls_facts(t->arena, view);
		if (f->tls == NULL) {
			fail(t);
			return;
		}
	}
	if (obstacle(view) == NULL) {
		if (view->handshake != AS_VISIT_SHAKE_OK)
			t->injects = false;
		hello_next(t);
		return;
	}
	/* Other obstacles are facts of the dialogue. */
	if (view->injected > 0)
		as_tls_plan_stop(t->plan, obstacle(view));
	finish(t);
}

/* Nothing is to be visited: say why. */
static void
refuse(struct tls_probe *t, enum as_smtp_outcome outcome, const char *why)
{
	struct as_smtp_facts *f = AS_NEW(t->arena, struct as_smtp_facts);

	if (f != NULL) {
		f->outcome = outcome;
		f->detail = as_str_from(why);
	} else {
		t->failed = true;
	}
	t->facts->smtp = f;
	finish(t);
}

static void
begin(void *ctx)
{
	struct tls_probe *t = ctx;
	const struct as_prober_config *config = t->p->config;
	const char *forbidden;

	if (as_ip_parse(t->job->address, &t->target.ip) != AS_OK) {
		refuse(t, AS_SMTP_NOT_TRIED, "not an address");
		return;
	}
	forbidden = as_probe_forbidden(config, &t->target.ip);
	if (forbidden != NULL) {
		refuse(t, AS_SMTP_FORBIDDEN, forbidden);
		return;
	}
	if (as_probe_is_own(config, &t->target.ip)) {
		refuse(t, AS_SMTP_OWN, "");
		return;
	}
	if (t->job->made > 0) {
		t->begun = true;
		hello_next(t);
		return;
	}
	t->visit = as_smtp_start(
	    t->p->loop, t->p->tls, t->arena, &t->target, on_first_visit, t);
	if (t->visit == NULL)
		fail(t);
}

/* The timer's work: the first visit, then one hello after the other. */
static void
on_pause(void *ctx)
{
	struct tls_probe *t = ctx;

	if (!t->begun)
		begin(t);
	else if (t->plan_done)
		inject_visit(t);
	else
		hello_visit(t);
}

/* --- start --- */

static void
tls_cancel(struct as_probing *base)
{
	struct tls_probe *t = (struct tls_probe *)base;

	if (t->visit != NULL)
		as_smtp_cancel(t->visit);
	release(t);
}

static struct as_tls_server *
facts_new(
    struct as_arena *a, const struct as_probe *p, const struct as_job *job)
{
	struct as_tls_server *f = AS_NEW(a, struct as_tls_server);
	const struct as_clock *clock = &p->config->clock;

	if (f == NULL)
		return NULL;
	f->name = job->name;
	f->address = job->address;
	f->port = job->port;
	f->implicit = job->implicit;
	f->deep = job->deep;
	f->budget = job->deep ? AS_TLS_PLAN_BUDGET_DEEP : AS_TLS_PLAN_BUDGET;
	f->connections = job->made + 1 < f->budget ? job->made : f->budget - 2;
	f->at = clock->wall_ms(clock->ctx);
	f->vantage = p->config->vantage;
	return f;
}

/* False: no memory. */
static bool
target_fill(struct tls_probe *t)
{
	const struct as_prober_config *config = t->p->config;

	t->target.port = (uint16_t)t->job->port;
	t->target.host = t->job->name;
	t->target.ehlo_name = config->ehlo_name;
	t->target.clock = config->clock;
	t->target.implicit = t->job->implicit;
	t->target.base = t->job->base;
	return as_visit_tlsa_set(
	    t->arena, t->job->tlsa, t->job->n_tlsa, &t->target);
}

struct as_probing *
as_probe_tls_start(const struct as_probe *p, struct as_arena *a,
    const struct as_job *job, as_probe_fn *fn, void *ctx)
{
	struct tls_probe *t = AS_NEW(a, struct tls_probe);
	const struct as_clock *clock = &p->config->clock;
	struct as_tls_plan_options options = {
	    .deep = job->deep, .server_name = job->name};

	if (t == NULL || p->config->tls_tables == NULL)
		return NULL;
	*t = (struct tls_probe){.base = {tls_cancel},
	    .p = p,
	    .job = job,
	    .arena = a,
	    .fn = fn,
	    .ctx = ctx,
	    .started = clock->mono_ms(clock->ctx)};
	as_buf_init(&t->wire, AS_MAX_HELLO_OCTETS);
	t->facts = facts_new(a, p, job);
	if (t->facts == NULL)
		return NULL;
	/* Visits are connections too, the last one among them. */
	t->injects = job->inject && !job->implicit;
	options.budget = t->facts->budget - t->injects -
	    (t->facts->connections > 0 ? t->facts->connections : 1);
	t->plan = as_tls_plan_new(a, p->config->tls_tables, &options);
	t->visit_arena = as_arena_new(VISIT_OCTETS);
	t->pause = as_timer_new(p->loop, on_pause, t);
	if (t->plan == NULL || t->visit_arena == NULL || t->pause == NULL ||
	    !target_fill(t)) {
		release(t);
		return NULL;
	}
	as_timer_set(t->pause, 0);
	return &t->base;
}
