/*
 * One mail host at one address: TLSA and PTR first, then one SMTP visit with
 * the TLSA records that count (secure and usable, RFC 7672 2.2, 3.1), a second
 * one where another kind of certificate may be seen, and the name by which the
 * server greets.  The
 * address is asked for again, mostly from the resolver's cache, for the aliases
 * that lead to it.
 */
#include <string.h>

#include "base/limits.h"
#include "net/smtp.h"
#include "probe/book.h"
#include "probe/probe.h"
#include "probe/visit_facts.h"
#include "std/dane.h"
#include "std/dns_wire.h"
#include "std/domain.h"

#include "base/banned.h"

struct host_probe {
	struct as_probing base;
	const struct as_probe *p;
	const struct as_job *job;
	struct as_arena *arena;
	struct as_book *book;
	struct as_host_facts *facts;
	struct as_ip ip;
	const char *forbidden;
	struct as_smtp_target target;
	struct as_smtp_visit *visit;
	as_probe_fn *fn;
	void *ctx;
	int64_t started; /* monotonic */
};

/* --- names --- */

static struct as_str
tlsa_name(const struct host_probe *h, struct as_str base)
{
	return as_str_printf(
	    h->arena, "_25._tcp." AS_STR_FMT, AS_STR_ARG(base));
}

/* The name that the host is an alias of, where every alias on the way is
 * signed (RFC 7672 2.2); empty: none. */
static struct as_str
alias_of(const struct as_answer *ans)
{
	if (ans == NULL || !as_answer_is_known(ans) ||
	    ans->security != AS_DNSSEC_SECURE || ans->n_chain == 0)
		return AS_STR("");
	return ans->chain[ans->n_chain - 1];
}

/* Addresses of the same family as the one that is visited. */
static uint16_t
address_type(const struct host_probe *h)
{
	return h->ip.len == 4 ? AS_RR_A : AS_RR_AAAA;
}

/* DANE-4 */
static void
on_address(void *ctx, const struct as_answer *ans)
{
	struct host_probe *h = ctx;
	struct as_str base = alias_of(ans);

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
	struct host_probe *h = ctx;

	for (size_t i = 0; i < names_followed(ptr); i++)
		as_book_ask(h->book, ptr->names[i], address_type(h),
		    AS_BOOK_KEEP, NULL, NULL);
}

static struct as_book *
book_open(struct host_probe *h, void (*idle)(void *ctx))
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

static void
host_finish(struct host_probe *h)
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

/* --- the name in the greeting (MX-5) --- */

/* The first word of the answer to EHLO (RFC 5321 4.1.1.1), when it is a name
 * that nobody else has asked for; AS_STR_NULL: there is nothing to ask. */
static struct as_str
greeting_name(const struct host_probe *h)
{
	const struct as_host_facts *f = h->facts;
	struct as_str line, name = AS_STR_NULL;

	if (f->smtp == NULL || f->smtp->n_ehlo == 0)
		return AS_STR_NULL;
	line = as_str_trim(f->smtp->ehlo[0]);
	line = as_str_slice(line, 0, as_str_find(line, ' ', 0));
	if (as_domain_parse(h->arena, line, &name, NULL) != AS_OK ||
	    as_domain_labels(name) < 2 || as_str_eq(name, f->name))
		return AS_STR_NULL;
	for (size_t i = 0; f->ptr != NULL && i < f->ptr->n_names; i++)
		if (as_str_eq(name, f->ptr->names[i]))
			return AS_STR_NULL;
	return name;
}

static void
on_greeting_idle(void *ctx)
{
	struct host_probe *h = ctx;
	struct as_host_facts *f = h->facts;

	if (as_book_answers(h->book, &f->greeting, &f->n_greeting) != AS_OK)
		as_book_fail(h->book);
	host_finish(h);
}

/* A book of its own: a slow server has used up the time of the first. */
static void
greeting_ask(struct host_probe *h)
{
	struct as_str name = greeting_name(h);
	struct as_book *book;

	if (as_str_is_null(name) || as_book_error(h->book) != AS_OK) {
		host_finish(h);
		return;
	}
	book = book_open(h, on_greeting_idle);
	if (book == NULL) {
		as_book_fail(h->book);
		host_finish(h);
		return;
	}
	as_book_close(h->book);
	h->book = book;
	as_book_ask(book, name, AS_RR_A, AS_BOOK_KEEP, NULL, NULL);
	as_book_ask(book, name, AS_RR_AAAA, AS_BOOK_KEEP, NULL, NULL);
}

/* --- the visits --- */

/* Is there another kind of certificate to ask for?  DANE records announce all
 * that a server has (RFC 7671 8.1), and who has an ECDSA one mostly has one for
 * older senders, too. */
static enum as_tls_kind
other_kind(const struct host_probe *h)
{
	const struct as_tls_facts *tls = h->facts->tls;
	bool rsa;

	if (tls == NULL || tls->outcome != AS_TLS_OK || tls->n_chain == 0)
		return AS_TLS_ANY;
	rsa = as_str_has_prefix(tls->chain[0].key_type, "RSA");
	if (h->target.n_tlsa > 0)
		return rsa ? AS_TLS_ECDSA : AS_TLS_RSA;
	return h->p->config->both_kinds && !rsa ? AS_TLS_RSA : AS_TLS_ANY;
}

/* Only a certificate that the first visit did not see says anything new. */
static void
on_second_visit(void *ctx, const struct as_smtp_view *view)
{
	struct host_probe *h = ctx;
	struct as_host_facts *f = h->facts;
	struct as_tls_facts *more;

	h->visit = NULL;
	more = view != NULL ? as_visit_tls_facts(h->arena, view) : NULL;
	if (more == NULL) {
		as_book_fail(h->book);
	} else if (more->outcome == AS_TLS_OK && more->n_chain > 0 &&
	    !as_str_eq(more->chain[0].sha256, f->tls->chain[0].sha256)) {
		f->tls_more = more;
		f->n_tls_more = 1;
	}
	greeting_ask(h);
}

static void
second_visit_start(struct host_probe *h, enum as_tls_kind kind)
{
	h->target.kind = kind;
	h->visit = as_smtp_start(
	    h->p->loop, h->p->tls, h->arena, &h->target, on_second_visit, h);
	if (h->visit == NULL) {
		as_book_fail(h->book);
		host_finish(h);
	}
}

/* All of it, or nothing: false with no memory. */
static bool
visit_take(struct host_probe *h, const struct as_smtp_view *view)
{
	struct as_host_facts *f = h->facts;

	if (view == NULL)
		return false;
	if (view->handshake != AS_VISIT_SHAKE_NOT_TRIED) {
		f->tls = as_visit_tls_facts(h->arena, view);
		if (f->tls == NULL)
			return false;
	}
	f->smtp = as_visit_smtp_facts(h->arena, view);
	return f->smtp != NULL;
}

static void
on_visit(void *ctx, const struct as_smtp_view *view)
{
	struct host_probe *h = ctx;
	enum as_tls_kind kind;

	h->visit = NULL;
	if (!visit_take(h, view)) {
		host_finish(h);
		return;
	}
	kind = other_kind(h);
	if (kind != AS_TLS_ANY)
		second_visit_start(h, kind);
	else
		greeting_ask(h);
}

/* The TLSA records that may authenticate the host; n is 0 when none may.  False:
 * no memory. */
static bool
tlsa_choose(struct host_probe *h)
{
	const struct as_host_facts *f = h->facts;
	const struct as_answer *ans = as_answer_tlsa(f->tlsa, f->tlsa_alias);
	struct as_tls_tlsa *list;

	if (ans == NULL || ans->outcome != AS_DNS_OK ||
	    ans->security != AS_DNSSEC_SECURE)
		return true;
	list = as_arena_array(h->arena, ans->n_tlsa, sizeof(*list));
	if (list == NULL)
		return false;
	h->target.tlsa = list;
	if (ans == f->tlsa_alias)
		h->target.base = alias_of(
		    as_book_find(h->book, h->job->name, address_type(h)));
	for (size_t i = 0; i < ans->n_tlsa; i++) {
		const struct as_rr_tlsa *rr = &ans->tlsa[i];
		struct as_dns_tlsa t = {(uint8_t)rr->usage,
		    (uint8_t)rr->selector, (uint8_t)rr->matching, rr->data};
		if (h->target.n_tlsa < AS_MAX_TLSA_RECORDS &&
		    as_dane_unusable(&t) == NULL)
			list[h->target.n_tlsa++] = (struct as_tls_tlsa){
			    t.usage, t.selector, t.matching, t.data};
	}
	return true;
}

static void
visit_start(struct host_probe *h)
{
	const struct as_prober_config *config = h->p->config;

	h->target.ip = h->ip;
	h->target.port = config->smtp_port;
	h->target.host = h->job->name;
	h->target.ehlo_name = config->ehlo_name;
	h->target.clock = config->clock;
	if (tlsa_choose(h))
		h->visit = as_smtp_start(
		    h->p->loop, h->p->tls, h->arena, &h->target, on_visit, h);
	if (h->visit == NULL)
		host_finish(h);
}

/* The address is not to be visited: say why. */
static void
visit_refuse(
    struct host_probe *h, enum as_smtp_outcome outcome, const char *why)
{
	struct as_smtp_facts *f = AS_NEW(h->arena, struct as_smtp_facts);

	if (f != NULL) {
		f->outcome = outcome;
		f->detail = as_str_from(why);
	}
	h->facts->smtp = f;
	host_finish(h);
}

/* NULL: it was not asked, or the book has failed. */
static struct as_answer *
answer_take(const struct host_probe *h, struct as_str name, uint16_t type)
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
reverse_take(struct host_probe *h)
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
tlsa_take(struct host_probe *h)
{
	struct as_str base =
	    alias_of(as_book_find(h->book, h->job->name, address_type(h)));

	h->facts->tlsa = answer_take(h, tlsa_name(h, h->job->name), AS_RR_TLSA);
	if (base.n > 0)
		h->facts->tlsa_alias =
		    answer_take(h, tlsa_name(h, base), AS_RR_TLSA);
}

static void
on_idle(void *ctx)
{
	struct host_probe *h = ctx;
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
		host_finish(h);
}

/* --- start --- */

static void
host_cancel(struct as_probing *base)
{
	struct host_probe *h = (struct host_probe *)base;

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
host_ask(struct host_probe *h)
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
	struct host_probe *h = AS_NEW(a, struct host_probe);
	const struct as_clock *clock = &p->config->clock;

	if (h == NULL)
		return NULL;
	*h = (struct host_probe){.base = {host_cancel},
	    .p = p,
	    .job = job,
	    .arena = a,
	    .fn = fn,
	    .ctx = ctx};
	h->started = clock->mono_ms(clock->ctx);
	h->facts = facts_new(a, p, job);
	h->book = book_open(h, on_idle);
	if (h->facts == NULL || h->book == NULL) {
		as_book_close(h->book);
		return NULL;
	}
	host_ask(h);
	return &h->base;
}
