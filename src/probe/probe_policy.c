/*
 * The MTA-STS policy of a domain: A and AAAA of mta-sts.NAME, then the file
 * over HTTPS (RFC 8461 3.3) from the first address that may be asked, and from
 * the next when a connection is refused or finds no way.
 *
 * A parent that is to wait for its turn at the host has the two done by two
 * jobs: with only_dns the facts end with the address that would be asked first
 * (not-tried; whatever else was found is final), with addresses they begin
 * there.
 */
#include <string.h>

#include "base/limits.h"
#include "net/https.h"
#include "probe/book.h"
#include "probe/cert_facts.h"
#include "probe/probe.h"
#include "std/dns_wire.h"

#include "base/banned.h"

#define POLICY_PATH "/.well-known/mta-sts.txt"

struct policy_probe {
	struct as_probing base;
	const struct as_probe *p;
	const struct as_job *job;
	struct as_arena *arena;
	struct as_book *book;
	struct as_policy_facts *facts;
	struct as_ip *addresses; /* that may be asked, in order */
	size_t n_addresses;
	bool own; /* there was one of this machine */
	size_t tried;
	struct as_https_target target;
	struct as_https_fetch *get;
	as_probe_fn *fn;
	void *ctx;
	int64_t started;       /* monotonic */
	int64_t fetch_started; /* the first one */
};

static int64_t
mono_now(const struct policy_probe *y)
{
	const struct as_clock *clock = &y->p->config->clock;

	return clock->mono_ms(clock->ctx);
}

static void
policy_finish(struct policy_probe *y)
{
	struct as_job_done done = {.id = y->job->id, .policy = y->facts};
	struct as_policy_facts *f = y->facts;

	f->took_ms = (uint32_t)(mono_now(y) - y->started);
	if (y->book != NULL && as_book_error(y->book) != AS_OK) {
		f->outcome = AS_SUBJECT_CANCELLED;
		f->detail = AS_STR("the memory for this subject was used up");
	}
	as_book_close(y->book);
	y->fn(y->ctx, &done);
}

/* Without a fetch. */
static void
policy_give_up(
    struct policy_probe *y, enum as_fetch fetch, struct as_str detail)
{
	y->facts->fetch = fetch;
	y->facts->detail = detail;
	policy_finish(y);
}

/* It is our fault that nothing is known. */
static void
policy_cut(struct policy_probe *y)
{
	y->facts->outcome = AS_SUBJECT_CANCELLED;
	policy_give_up(
	    y, AS_FETCH_NOT_TRIED, AS_STR("no memory or descriptor was left"));
}

/* --- the fetch --- */

static enum as_fetch
fetch_of(enum as_get_end end)
{
	switch (end) {
	case AS_GET_OK: return AS_FETCH_OK;
	case AS_GET_REFUSED: return AS_FETCH_REFUSED;
	case AS_GET_UNREACHABLE: return AS_FETCH_UNREACHABLE;
	case AS_GET_TIMEOUT: return AS_FETCH_TIMEOUT;
	case AS_GET_TLS: return AS_FETCH_TLS;
	case AS_GET_CERTIFICATE: return AS_FETCH_CERTIFICATE;
	case AS_GET_STATUS: return AS_FETCH_STATUS;
	case AS_GET_REDIRECT: return AS_FETCH_REDIRECT;
	case AS_GET_TOO_LARGE: return AS_FETCH_TOO_LARGE;
	case AS_GET_BROKEN: return AS_FETCH_BROKEN;
	case AS_GET_RESET: return AS_FETCH_RESET;
	}
	return AS_FETCH_NOT_TRIED;
}

/* RFC 8461 3.3: text/plain, parameters allowed (RFC 9110 8.3.1). */
static bool
is_text_plain(struct as_str type)
{
	size_t end = as_str_find(type, ';', 0);

	return as_str_is_case(
	    as_str_trim(as_str_slice(type, 0, end)), "text/plain");
}

static void
view_keep(struct policy_probe *y, const struct as_https_view *v)
{
	struct as_policy_facts *f = y->facts;

	f->fetch = fetch_of(v->end);
	f->detail = v->detail;
	f->status = v->status;
	f->content_type = v->content_type;
	f->location = v->location;
	f->body = v->body;
	f->chain = as_cert_facts(y->arena, v->chain, v->n_chain);
	f->n_chain = f->chain != NULL ? v->n_chain : 0;
	if (f->n_chain < v->n_chain)
		f->outcome = AS_SUBJECT_CANCELLED;
	if (f->fetch == AS_FETCH_OK && !is_text_plain(v->content_type)) {
		f->fetch = AS_FETCH_MEDIA_TYPE;
		f->detail =
		    AS_STR("RFC 8461 3.3: the media type is not text/plain");
	}
}

static void fetch_start(struct policy_probe *y);

static bool
may_try_next(const struct policy_probe *y, enum as_get_end end)
{
	return (end == AS_GET_REFUSED || end == AS_GET_UNREACHABLE) &&
	    y->tried < y->n_addresses &&
	    mono_now(y) - y->fetch_started < AS_HTTPS_FETCH_MS;
}

static void
on_fetch(void *ctx, const struct as_https_view *view)
{
	struct policy_probe *y = ctx;

	y->get = NULL;
	if (view == NULL) {
		policy_cut(y);
		return;
	}
	if (may_try_next(y, view->end)) {
		fetch_start(y);
		return;
	}
	view_keep(y, view);
	policy_finish(y);
}

/* False: no memory or descriptor. */
static bool
fetch_next(struct policy_probe *y)
{
	const struct as_prober_config *config = y->p->config;
	char text[AS_IP_TEXT];

	y->target = (struct as_https_target){
	    .host = y->facts->host,
	    .path = POLICY_PATH,
	    .ip = y->addresses[y->tried++],
	    .port = config->https_port,
	    .user_agent = config->user_agent,
	};
	y->facts->address =
	    as_str_dup(y->arena, as_str_from(as_ip_text(&y->target.ip, text)));
	if (!as_str_is_null(y->facts->address))
		y->get = as_https_start(
		    y->p->https, y->arena, &y->target, on_fetch, y);
	return y->get != NULL;
}

static void
fetch_start(struct policy_probe *y)
{
	if (!fetch_next(y))
		policy_cut(y);
}

/* --- addresses --- */

/* Those of a list that may be connected to; the range of one that may not, or
 * NULL. */
static const char *
addresses_vet(struct policy_probe *y, const struct as_str *list, size_t n)
{
	const char *forbidden = NULL;

	for (size_t i = 0; i < n; i++) {
		const char *range;
		struct as_ip ip;
		if (y->n_addresses >= AS_MAX_HOST_ADDRESSES ||
		    as_ip_parse(list[i], &ip) != AS_OK)
			continue;
		range = as_probe_forbidden(y->p->config, &ip);
		if (range != NULL)
			forbidden = range;
		else if (as_probe_is_own(y->p->config, &ip))
			y->own = true;
		else
			y->addresses[y->n_addresses++] = ip;
	}
	return forbidden;
}

static const char *
answer_vet(struct policy_probe *y, const struct as_answer *ans)
{
	return ans != NULL ? addresses_vet(y, ans->addresses, ans->n_addresses)
			   : NULL;
}

/* The address that would be asked first. */
static void
address_tell(struct policy_probe *y)
{
	char text[AS_IP_TEXT];

	y->facts->address = as_str_dup(
	    y->arena, as_str_from(as_ip_text(&y->addresses[0], text)));
	if (as_str_is_null(y->facts->address))
		policy_cut(y);
	else
		policy_give_up(y, AS_FETCH_NOT_TRIED, AS_STR_NULL);
}

static void
on_idle(void *ctx)
{
	struct policy_probe *y = ctx;
	struct as_str host = y->facts->host;
	const struct as_answer *a4 = as_book_find(y->book, host, AS_RR_A);
	const struct as_answer *a6 = as_book_find(y->book, host, AS_RR_AAAA);
	const char *bad4 = answer_vet(y, a4);
	const char *bad6 = answer_vet(y, a6);

	if (as_book_answers(
		y->book, &y->facts->answers, &y->facts->n_answers) != AS_OK)
		y->facts->outcome = AS_SUBJECT_CANCELLED;
	if (y->n_addresses > 0 && y->job->only_dns) {
		address_tell(y);
	} else if (y->n_addresses > 0) {
		y->fetch_started = mono_now(y);
		fetch_start(y);
	} else if (y->own) {
		policy_give_up(y, AS_FETCH_OWN, AS_STR_NULL);
	} else if (bad4 != NULL || bad6 != NULL) {
		policy_give_up(y, AS_FETCH_FORBIDDEN,
		    as_str_from(bad4 != NULL ? bad4 : bad6));
	} else if (!as_answer_is_known(a4) || !as_answer_is_known(a6)) {
		policy_give_up(y, AS_FETCH_DNS_UNKNOWN,
		    as_answer_cause(
			y->arena, as_answer_is_known(a4) ? a6 : a4));
	} else {
		policy_give_up(y, AS_FETCH_NO_ADDRESS, AS_STR_NULL);
	}
}

/* --- start --- */

static void
policy_cancel(struct as_probing *base)
{
	struct policy_probe *y = (struct policy_probe *)base;

	as_book_close(y->book);
	if (y->get != NULL)
		as_https_cancel(y->get);
}

static struct as_policy_facts *
facts_new(
    struct as_arena *a, const struct as_probe *p, const struct as_job *job)
{
	struct as_policy_facts *f = AS_NEW(a, struct as_policy_facts);
	const struct as_clock *clock = &p->config->clock;

	if (f == NULL)
		return NULL;
	f->name = job->name;
	f->host =
	    as_str_printf(a, "mta-sts." AS_STR_FMT, AS_STR_ARG(job->name));
	f->at = clock->wall_ms(clock->ctx);
	f->vantage = p->config->vantage;
	f->fetch = AS_FETCH_NOT_TRIED;
	return as_str_is_null(f->host) ? NULL : f;
}

/* False: no memory. */
static bool
lookup_begin(struct policy_probe *y)
{
	struct as_book_config config = {.loop = y->p->loop,
	    .dns = y->p->dns,
	    .clock = y->p->config->clock,
	    .scratch = y->p->scratch,
	    .max_queries = AS_MAX_QUERIES_PER_DOMAIN,
	    .deadline_ms = AS_HOST_DNS_MS,
	    .idle = on_idle,
	    .ctx = y};
	struct as_str host = y->facts->host;

	y->book = as_book_new(y->arena, &config);
	if (y->book == NULL)
		return false;
	as_book_ask(y->book, host, AS_RR_A, AS_BOOK_KEEP, NULL, NULL);
	as_book_ask(y->book, host, AS_RR_AAAA, AS_BOOK_KEEP, NULL, NULL);
	return true;
}

/* The addresses come from the parent.  False: no memory, or none may be
 * asked. */
static bool
fetch_begin(struct policy_probe *y)
{
	(void)addresses_vet(y, y->job->addresses, y->job->n_addresses);
	if (y->n_addresses == 0)
		return false;
	y->fetch_started = y->started;
	return fetch_next(y);
}

struct as_probing *
as_probe_policy_start(const struct as_probe *p, struct as_arena *a,
    const struct as_job *job, as_probe_fn *fn, void *ctx)
{
	struct policy_probe *y = AS_NEW(a, struct policy_probe);
	const struct as_clock *clock = &p->config->clock;

	if (y == NULL)
		return NULL;
	*y = (struct policy_probe){.base = {policy_cancel},
	    .p = p,
	    .job = job,
	    .arena = a,
	    .fn = fn,
	    .ctx = ctx};
	y->started = clock->mono_ms(clock->ctx);
	y->facts = facts_new(a, p, job);
	y->addresses =
	    as_arena_array(a, AS_MAX_HOST_ADDRESSES, sizeof(y->addresses[0]));
	if (y->facts == NULL || y->addresses == NULL)
		return NULL;
	return (job->n_addresses > 0 ? fetch_begin(y) : lookup_begin(y))
	    ? &y->base
	    : NULL;
}
