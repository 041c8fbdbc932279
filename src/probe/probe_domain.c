/*
 * A domain in steps, each when the one before has all its answers:
 *
 *	apex      SOA and MX: does the zone speak at all?
 *	silent    (only if not) TXT and _dmarc; no answer again ends it
 *	detail    everything at fixed names, MX hosts, the SPF tree
 *	reports   who may receive DMARC reports (RFC 9990 4); how the zone is
 *	          signed
 *	dkim      selectors: they may use what the budget has left
 *	servers   the name servers one by one, when that is wanted
 */
#include <string.h>

#include "base/limits.h"
#include "probe/book.h"
#include "probe/probe.h"
#include "probe/probe_dkim.h"
#include "probe/probe_report.h"
#include "probe/probe_servers.h"
#include "probe/probe_spf.h"
#include "probe/probe_zone.h"
#include "std/dmarc.h"
#include "std/dns_wire.h"
#include "std/domain.h"

#include "base/banned.h"

enum step {
	STEP_APEX,
	STEP_SILENT,
	STEP_DETAIL,
	STEP_REPORTS,
	STEP_DKIM,
	STEP_SERVERS,
};

struct domain_probe {
	struct as_probing base;
	const struct as_probe *p;
	const struct as_job *job;
	struct as_arena *arena;
	struct as_book *book;
	struct as_domain_facts *facts;
	struct as_probe_spf spf;
	struct as_probe_dkim dkim;
	struct as_probe_servers servers;
	enum step step;
	as_probe_fn *fn;
	void *ctx;
	int64_t started; /* monotonic */
};

/* A name at a fixed place beneath the domain. */
struct place {
	const char *prefix; /* "" is the domain itself */
	uint16_t type;
};

static const struct place detail_places[] = {
    {"", AS_RR_NS}, {"", AS_RR_A}, {"", AS_RR_AAAA}, {"_mta-sts.", AS_RR_TXT},
    {"_smtp._tls.", AS_RR_TXT},
    {"default._bimi.", AS_RR_TXT}, /* experimental */
};

/* Names whose certificates matter to mail, beside those of its servers. */
static const char *const caa_prefixes[] = {"", "mta-sts."};

#define N_CAA (sizeof(caa_prefixes) / sizeof(caa_prefixes[0]))

#define N_DETAIL (sizeof(detail_places) / sizeof(detail_places[0]))

static const char silent_text[] = "the zone did not answer for SOA and MX";

static struct as_str
place_name(const struct domain_probe *d, const char *prefix)
{
	return as_str_printf(
	    d->arena, "%s" AS_STR_FMT, prefix, AS_STR_ARG(d->job->name));
}

static void
place_ask(
    struct domain_probe *d, struct as_str name, uint16_t type, as_book_fn *fn)
{
	as_book_ask(d->book, name, type, AS_BOOK_KEEP, fn, d);
}

/* --- CAA: from a name upwards, to the first set there is (RFC 8659 3) --- */

static void
on_caa(void *ctx, const struct as_answer *ans)
{
	struct domain_probe *d = ctx;

	if (as_answer_is_none(ans) && as_domain_labels(ans->name) > 1)
		place_ask(d, as_domain_drop(ans->name, 1), AS_RR_CAA, on_caa);
}

/* --- mail hosts --- */

/* Who may issue for a server of others is their business. */
static void
exchange_ask(struct domain_probe *d, struct as_str host)
{
	if (as_str_is(host, "."))
		return; /* null MX, RFC 7505 */
	place_ask(d, host, AS_RR_A, NULL);
	place_ask(d, host, AS_RR_AAAA, NULL);
	if (as_domain_within(host, d->job->name))
		place_ask(d, host, AS_RR_CAA, on_caa);
}

static void
on_mx(void *ctx, const struct as_answer *ans)
{
	struct domain_probe *d = ctx;

	for (size_t i = 0; i < ans->n_mx; i++) {
		if (i >= AS_MAX_MX_HOSTS) {
			as_book_set_reached(d->book);
			break;
		}
		exchange_ask(d, ans->mx[i].exchange);
	}
}

/* --- steps --- */

static void
apex_ask(struct domain_probe *d)
{
	place_ask(d, d->job->name, AS_RR_SOA, NULL);
	place_ask(d, d->job->name, AS_RR_MX, on_mx);
}

static void
dmarc_ask(struct domain_probe *d, struct as_str name)
{
	place_ask(d,
	    as_str_printf(d->arena, "_dmarc." AS_STR_FMT, AS_STR_ARG(name)),
	    AS_RR_TXT, NULL);
}

static bool
is_silent(const struct domain_probe *d, struct as_str name, uint16_t type)
{
	const struct as_answer *ans = as_book_find(d->book, name, type);

	return ans == NULL || ans->outcome == AS_DNS_TIMEOUT ||
	    ans->outcome == AS_DNS_SERVFAIL;
}

static bool
is_apex_silent(const struct domain_probe *d)
{
	return is_silent(d, d->job->name, AS_RR_SOA) &&
	    is_silent(d, d->job->name, AS_RR_MX);
}

static bool
is_all_silent(const struct domain_probe *d)
{
	return is_silent(d, d->job->name, AS_RR_TXT) &&
	    is_silent(d, place_name(d, "_dmarc."), AS_RR_TXT);
}

static void
silent_ask(struct domain_probe *d)
{
	as_probe_spf_start(&d->spf, d->arena, d->book, d->job->name);
	dmarc_ask(d, d->job->name);
}

static void
detail_ask(struct domain_probe *d)
{
	struct as_str walk[AS_MAX_DMARC_QUERIES];
	size_t n;

	if (!as_book_has(d->book, d->job->name, AS_RR_TXT))
		as_probe_spf_start(&d->spf, d->arena, d->book, d->job->name);
	n = as_dmarc_walk_names(d->job->name, walk, AS_MAX_DMARC_QUERIES);
	for (size_t i = 0; i < n; i++)
		dmarc_ask(d, walk[i]);
	for (size_t i = 0; i < N_DETAIL; i++)
		place_ask(d, place_name(d, detail_places[i].prefix),
		    detail_places[i].type, NULL);
	for (size_t i = 0; i < N_CAA; i++)
		place_ask(d, place_name(d, caa_prefixes[i]), AS_RR_CAA, on_caa);
}

static void
detail_skip(struct domain_probe *d)
{
	for (size_t i = 0; i < N_DETAIL; i++)
		as_book_skip(d->book, place_name(d, detail_places[i].prefix),
		    detail_places[i].type, silent_text);
	as_book_skip(d->book, d->job->name, AS_RR_CAA, silent_text);
	as_book_skip(
	    d->book, place_name(d, "_domainkey."), AS_RR_TXT, silent_text);
}

/* --- the end --- */

static void
facts_finish(struct domain_probe *d)
{
	struct as_domain_facts *f = d->facts;
	const struct as_clock *clock = &d->p->config->clock;

	as_probe_dkim_write(&d->dkim, f);
	f->queries = as_book_queries(d->book);
	f->budget_reached = as_book_budget_reached(d->book);
	f->took_ms = (uint32_t)(clock->mono_ms(clock->ctx) - d->started);
	if (as_book_answers(d->book, &f->answers, &f->n_answers) != AS_OK ||
	    as_book_error(d->book) != AS_OK) {
		f->outcome = AS_SUBJECT_CANCELLED;
		f->detail = AS_STR("the memory for this subject was used up");
	}
}

static void
domain_finish(struct domain_probe *d)
{
	struct as_job_done done = {.id = d->job->id, .domain = d->facts};

	facts_finish(d);
	as_book_close(d->book);
	d->fn(d->ctx, &done);
}

/* Begin the step after the one that is complete; false: it was the last. */
static bool
step_next(struct domain_probe *d)
{
	switch (d->step) {
	case STEP_APEX:
		d->step = STEP_SILENT;
		if (is_apex_silent(d))
			silent_ask(d);
		return true;
	case STEP_SILENT:
		if (is_apex_silent(d) && is_all_silent(d)) {
			detail_skip(d);
			return false;
		}
		d->step = STEP_DETAIL;
		detail_ask(d);
		return true;
	case STEP_DETAIL:
		d->step = STEP_REPORTS;
		as_probe_report_ask(d->arena, d->book, d->job->name);
		d->facts->zone = as_probe_zone_ask(d->book, d->job->name);
		if (d->job->each_server)
			as_probe_servers_ask(&d->servers);
		return true;
	case STEP_REPORTS:
	case STEP_DKIM:
		d->step = STEP_DKIM;
		return as_probe_dkim_next(&d->dkim);
	case STEP_SERVERS: break;
	}
	return false;
}

static void
on_servers(void *ctx)
{
	domain_finish(ctx);
}

static void
on_idle(void *ctx)
{
	struct domain_probe *d = ctx;

	if (d->step == STEP_SERVERS)
		return; /* memory has ended: on_servers comes */
	while (step_next(d))
		if (!as_book_is_idle(d->book))
			return;
	d->step = STEP_SERVERS;
	if (!as_probe_servers_start(&d->servers))
		domain_finish(d);
}

static void
servers_init(struct domain_probe *d)
{
	d->servers = (struct as_probe_servers){.p = d->p,
	    .arena = d->arena,
	    .book = d->book,
	    .facts = d->facts,
	    .fn = on_servers,
	    .ctx = d};
}

/* --- start --- */

static void
domain_cancel(struct as_probing *base)
{
	struct domain_probe *d = (struct domain_probe *)base;

	as_probe_servers_cancel(&d->servers);
	as_book_close(d->book);
}

static struct as_domain_facts *
facts_new(
    struct as_arena *a, const struct as_probe *p, const struct as_job *job)
{
	struct as_domain_facts *f = AS_NEW(a, struct as_domain_facts);
	const struct as_clock *clock = &p->config->clock;

	if (f == NULL)
		return NULL;
	f->name = job->name;
	f->only_dns = job->only_dns;
	f->at = clock->wall_ms(clock->ctx);
	f->vantage = p->config->vantage;
	return f;
}

struct as_probing *
as_probe_domain_start(const struct as_probe *p, struct as_arena *a,
    const struct as_job *job, as_probe_fn *fn, void *ctx)
{
	struct domain_probe *d = AS_NEW(a, struct domain_probe);
	struct as_book_config config = {.loop = p->loop,
	    .dns = p->dns,
	    .clock = p->config->clock,
	    .scratch = p->scratch,
	    .max_queries = AS_MAX_QUERIES_PER_DOMAIN,
	    .deadline_ms = AS_DOMAIN_JOB_MS,
	    .idle = on_idle,
	    .ctx = d};

	if (d == NULL)
		return NULL;
	*d = (struct domain_probe){.base = {domain_cancel},
	    .p = p,
	    .job = job,
	    .arena = a,
	    .fn = fn,
	    .ctx = ctx};
	d->started = config.clock.mono_ms(config.clock.ctx);
	d->facts = facts_new(a, p, job);
	d->book = as_book_new(a, &config);
	if (d->facts == NULL || d->book == NULL ||
	    as_probe_dkim_init(&d->dkim, a, d->book, job->name, job->selectors,
		job->n_selectors, p->config->selectors,
		p->config->n_selectors) != AS_OK) {
		as_book_close(d->book);
		return NULL;
	}
	servers_init(d);
	apex_ask(d);
	return &d->base;
}
