/*
 * One mail host at one address: TLSA and PTR first, then the visits with the
 * TLSA records that count (secure and usable, RFC 7672 2.2, 3.1).  The address
 * is asked for again, mostly from the resolver's cache, for the aliases that
 * lead to it.
 */
#include "base/limits.h"
#include "probe/book.h"
#include "probe/host_private.h"
#include "probe/visit_facts.h"
#include "std/dane.h"
#include "std/dns_wire.h"

#include "base/banned.h"

/* --- names --- */

static struct as_str
tlsa_name(const struct as_host_probe *h, struct as_str base)
{
	return as_str_printf(
	    h->arena, "_25._tcp." AS_STR_FMT, AS_STR_ARG(base));
}

/* Addresses of the same family as the one that is visited. */
static uint16_t
address_type(const struct as_host_probe *h)
{
	return h->ip.len == 4 ? AS_RR_A : AS_RR_AAAA;
}

/* DANE-4 */
static void
on_address(void *ctx, const struct as_answer *ans)
{
	struct as_host_probe *h = ctx;
	struct as_str base = as_answer_alias(ans);

	if (base.n > 0)
		as_book_ask(h->book, tlsa_name(h, base), AS_RR_TLSA,
		    AS_BOOK_KEEP, NULL, NULL);
}

static size_t
names_followed(const struct as_answer *ptr)
{
	return ptr->n_names < AS_MAX_REVERSE_NAMES ? ptr->n_names
						   : AS_MAX_REVERSE_NAMES;
}

/* MX-5: does the name of the address have this address? */
static void
on_ptr(void *ctx, const struct as_answer *ptr)
{
	struct as_host_probe *h = ctx;

	for (size_t i = 0; i < names_followed(ptr); i++)
		as_book_ask(h->book, ptr->names[i], address_type(h),
		    AS_BOOK_KEEP, NULL, NULL);
}

struct as_book *
as_host_book(struct as_host_probe *h, void (*idle)(void *ctx))
{
	struct as_book_config config = {.loop = h->p->loop,
	    .dns = h->p->dns,
	    .clock = h->p->config->clock,
	    .scratch = h->p->scratch,
	    .max_queries = AS_MAX_QUERIES_PER_DOMAIN,
	    .deadline_ms = AS_HOST_DNS_MS,
	    .idle = idle,
	    .ctx = h};

	return as_book_new(h->arena, &config);
}

/* --- the end --- */

void
as_host_finish(struct as_host_probe *h)
{
	const struct as_clock *clock = &h->p->config->clock;
	struct as_job_done done = {.id = h->job->id, .host = h->facts};
	struct as_host_facts *f = h->facts;

	f->took_ms = (uint32_t)(clock->mono_ms(clock->ctx) - h->started);
	if (f->smtp == NULL || as_book_error(h->book) != AS_OK) {
		f->outcome = AS_SUBJECT_CANCELLED;
		f->detail = AS_STR("no memory or descriptor was left");
	}
	as_book_close(h->book);
	h->fn(h->ctx, &done);
}

/* --- what the visit goes by --- */

/* The TLSA records that may authenticate the host; n is 0 when none may.  False:
 * no memory. */
static bool
tlsa_choose(struct as_host_probe *h)
{
	const struct as_host_facts *f = h->facts;
	const struct as_answer *ans = as_answer_tlsa(f->tlsa, f->tlsa_alias);

	if (ans == NULL || ans->outcome != AS_DNS_OK ||
	    ans->security != AS_DNSSEC_SECURE)
		return true;
	if (ans == f->tlsa_alias)
		h->target.base = as_answer_alias(
		    as_book_find(h->book, h->job->name, address_type(h)));
	return as_visit_tlsa_set(h->arena, ans->tlsa, ans->n_tlsa, &h->target);
}

static void
visit_start(struct as_host_probe *h)
{
	if (tlsa_choose(h))
		as_host_visit(h);
	else
		as_host_finish(h);
}

/* The address is not to be visited: say why. */
static void
visit_refuse(
    struct as_host_probe *h, enum as_smtp_outcome outcome, const char *why)
{
	struct as_smtp_facts *f = AS_NEW(h->arena, struct as_smtp_facts);

	if (f != NULL) {
		f->outcome = outcome;
		f->detail = as_str_from(why);
	}
	h->facts->smtp = f;
	as_host_finish(h);
}

/* NULL: it was not asked, or the book has failed. */
static struct as_answer *
answer_take(const struct as_host_probe *h, struct as_str name, uint16_t type)
{
	const struct as_answer *ans = as_book_find(h->book, name, type);
	struct as_answer *copy = NULL;

	if (ans != NULL)
		copy = AS_NEW(h->arena, struct as_answer);
	if (copy != NULL)
		*copy = *ans;
	else
		as_book_fail(h->book);
	return copy;
}

/* The answers that on_ptr asked for. */
static void
reverse_take(struct as_host_probe *h)
{
	struct as_host_facts *f = h->facts;
	size_t n = f->ptr != NULL ? names_followed(f->ptr) : 0;

	f->reverse = as_arena_array(h->arena, n, sizeof(*f->reverse));
	if (f->reverse == NULL)
		as_book_fail(h->book);
	for (size_t i = 0; i < n && f->reverse != NULL; i++) {
		const struct as_answer *ans =
		    as_book_find(h->book, f->ptr->names[i], address_type(h));

		if (ans == NULL) {
			as_book_fail(h->book);
			return;
		}
		f->reverse[f->n_reverse++] = *ans;
	}
}

static void
tlsa_take(struct as_host_probe *h)
{
	struct as_str base = as_answer_alias(
	    as_book_find(h->book, h->job->name, address_type(h)));

	h->facts->tlsa = answer_take(h, tlsa_name(h, h->job->name), AS_RR_TLSA);
	if (base.n > 0)
		h->facts->tlsa_alias =
		    answer_take(h, tlsa_name(h, base), AS_RR_TLSA);
}

static void
on_idle(void *ctx)
{
	struct as_host_probe *h = ctx;
	char reverse[AS_IP_REVERSE];

	tlsa_take(h);
	if (h->ip.len == 0) {
		visit_refuse(h, AS_SMTP_NOT_TRIED, "not an address");
		return;
	}
	if (h->forbidden != NULL) {
		visit_refuse(h, AS_SMTP_FORBIDDEN, h->forbidden);
		return;
	}
	if (as_probe_is_own(h->p->config, &h->ip)) {
		visit_refuse(h, AS_SMTP_OWN, "");
		return;
	}
	h->facts->ptr = answer_take(
	    h, as_str_from(as_ip_reverse(&h->ip, reverse)), AS_RR_PTR);
	reverse_take(h);
	if (as_book_error(h->book) == AS_OK)
		visit_start(h);
	else
		as_host_finish(h);
}

/* --- start --- */

static void
host_cancel(struct as_probing *base)
{
	struct as_host_probe *h = (struct as_host_probe *)base;

	as_book_close(h->book);
	if (h->visit != NULL)
		as_smtp_cancel(h->visit);
}

static struct as_host_facts *
facts_new(
    struct as_arena *a, const struct as_probe *p, const struct as_job *job)
{
	struct as_host_facts *f = AS_NEW(a, struct as_host_facts);
	const struct as_clock *clock = &p->config->clock;

	if (f == NULL)
		return NULL;
	f->name = job->name;
	f->address = job->address;
	f->port = p->config->smtp_port;
	f->at = clock->wall_ms(clock->ctx);
	f->vantage = p->config->vantage;
	return f;
}

static void
host_ask(struct as_host_probe *h)
{
	char reverse[AS_IP_REVERSE];

	as_book_ask(h->book, tlsa_name(h, h->job->name), AS_RR_TLSA,
	    AS_BOOK_KEEP, NULL, NULL);
	if (as_ip_parse(h->job->address, &h->ip) != AS_OK) {
		h->ip.len = 0;
		return;
	}
	as_book_ask(h->book, h->job->name, address_type(h), AS_BOOK_KEEP,
	    on_address, h);
	h->forbidden = as_probe_forbidden(h->p->config, &h->ip);
	if (h->forbidden == NULL)
		as_book_ask(h->book,
		    as_str_from(as_ip_reverse(&h->ip, reverse)), AS_RR_PTR,
		    AS_BOOK_KEEP, on_ptr, h);
}

struct as_probing *
as_probe_host_start(const struct as_probe *p, struct as_arena *a,
    const struct as_job *job, as_probe_fn *fn, void *ctx)
{
	struct as_host_probe *h = AS_NEW(a, struct as_host_probe);
	const struct as_clock *clock = &p->config->clock;

	if (h == NULL)
		return NULL;
	*h = (struct as_host_probe){.base = {host_cancel},
	    .p = p,
	    .job = job,
	    .arena = a,
	    .fn = fn,
	    .ctx = ctx};
	h->started = clock->mono_ms(clock->ctx);
	h->facts = facts_new(a, p, job);
	h->book = as_host_book(h, on_idle);
	if (h->facts == NULL || h->book == NULL) {
		as_book_close(h->book);
		return NULL;
	}
	host_ask(h);
	return &h->base;
}
