/*
 * The visits to one mail host: the one that most is learnt from, a second where
 * another kind of certificate may be seen, when asked for one that says a
 * command behind STARTTLS, and the name by which the server greets.
 */
#include "probe/book.h"
#include "probe/host_private.h"
#include "probe/visit_facts.h"
#include "std/dns_wire.h"
#include "std/domain.h"

#include "base/banned.h"

/* --- the name in the greeting (MX-5) --- */

/* The first word of the answer to EHLO (RFC 5321 4.1.1.1), when it is a name
 * that nobody else has asked for; AS_STR_NULL: there is nothing to ask. */
static struct as_str
greeting_name(const struct as_host_probe *h)
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
	struct as_host_probe *h = ctx;
	struct as_host_facts *f = h->facts;

	if (as_book_answers(h->book, &f->greeting, &f->n_greeting) != AS_OK)
		as_book_fail(h->book);
	as_host_finish(h);
}

/* A book of its own: a slow server has used up the time of the first. */
static void
greeting_ask(struct as_host_probe *h)
{
	struct as_str name = greeting_name(h);
	struct as_book *book;

	if (as_str_is_null(name) || as_book_error(h->book) != AS_OK) {
		as_host_finish(h);
		return;
	}
	book = as_host_book(h, on_greeting_idle);
	if (book == NULL) {
		as_book_fail(h->book);
		as_host_finish(h);
		return;
	}
	as_book_close(h->book);
	h->book = book;
	as_book_ask(book, name, AS_RR_A, AS_BOOK_KEEP, NULL, NULL);
	as_book_ask(book, name, AS_RR_AAAA, AS_BOOK_KEEP, NULL, NULL);
}

/* --- the visits --- */

static void
visit_begin(struct as_host_probe *h, as_smtp_fn *fn)
{
	h->visit =
	    as_smtp_start(h->p->loop, h->p->tls, h->arena, &h->target, fn, h);
	if (h->visit == NULL) {
		as_book_fail(h->book);
		as_host_finish(h);
	}
}

/* --- a command behind STARTTLS (TLS-1) --- */

static void
on_slip_visit(void *ctx, const struct as_smtp_view *view)
{
	struct as_host_probe *h = ctx;

	h->visit = NULL;
	if (view == NULL)
		as_book_fail(h->book);
	else
		h->facts->smtp->slipped = as_visit_slipped(view);
	greeting_ask(h);
}

/* A visit of its own, so that what it provokes changes no other fact. */
static void
slip_visit(struct as_host_probe *h)
{
	const struct as_tls_facts *tls = h->facts->tls;

	if (!h->p->config->try_injection || tls == NULL ||
	    tls->outcome != AS_TLS_OK) {
		greeting_ask(h);
		return;
	}
	h->target.kind = AS_TLS_ANY;
	h->target.inject = true;
	visit_begin(h, on_slip_visit);
}

/* --- another kind of certificate --- */

/* Is there another kind of certificate to ask for?  DANE records announce all
 * that a server has (RFC 7671 8.1), and who has an ECDSA one mostly has one for
 * older senders, too. */
static enum as_tls_kind
other_kind(const struct as_host_probe *h)
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
	struct as_host_probe *h = ctx;
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
	slip_visit(h);
}

static void
second_visit_start(struct as_host_probe *h, enum as_tls_kind kind)
{
	h->target.kind = kind;
	visit_begin(h, on_second_visit);
}

/* --- the first visit --- */

/* All of it, or nothing: false with no memory. */
static bool
visit_take(struct as_host_probe *h, const struct as_smtp_view *view)
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
	struct as_host_probe *h = ctx;
	enum as_tls_kind kind;

	h->visit = NULL;
	if (!visit_take(h, view)) {
		as_host_finish(h);
		return;
	}
	kind = other_kind(h);
	if (kind != AS_TLS_ANY)
		second_visit_start(h, kind);
	else
		slip_visit(h);
}

void
as_host_visit(struct as_host_probe *h)
{
	const struct as_prober_config *config = h->p->config;

	h->target.ip = h->ip;
	h->target.port = config->smtp_port;
	h->target.host = h->job->name;
	h->target.ehlo_name = config->ehlo_name;
	h->target.clock = config->clock;
	h->target.insist = true;
	visit_begin(h, on_visit);
}
