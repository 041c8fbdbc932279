/*
 * Mail servers: another certificate, TLS that broke or works again.  A server
 * with several addresses is told of once.
 */
#include "assess/change_private.h"
#include "base/clock.h"

#include "base/banned.h"

enum tls_state {
	TLS_UNKNOWN,
	TLS_BROKEN,
	TLS_WORKS,
};

static enum tls_state
tls_state(const struct as_host_facts *h)
{
	if (h->outcome != AS_SUBJECT_DONE || h->smtp == NULL ||
	    h->smtp->outcome != AS_SMTP_OK)
		return TLS_UNKNOWN;
	if (h->smtp->starttls == AS_STARTTLS_NOT_OFFERED ||
	    h->smtp->starttls == AS_STARTTLS_REFUSED)
		return TLS_BROKEN;
	if (h->smtp->starttls != AS_STARTTLS_ACCEPTED || h->tls == NULL)
		return TLS_UNKNOWN;
	switch (h->tls->outcome) {
	case AS_TLS_OK: return TLS_WORKS;
	case AS_TLS_ALERT:
	case AS_TLS_FAILED: return TLS_BROKEN;
	default: return TLS_UNKNOWN;
	}
}

static const struct as_cert *
leaf_of(const struct as_host_facts *h)
{
	return tls_state(h) == TLS_WORKS && h->tls->n_chain > 0
	    ? &h->tls->chain[0]
	    : NULL;
}

/* --- one visit and the same before --- */

static const struct as_host_facts *
visit_before(const struct as_change *ch, const struct as_host_facts *now)
{
	const struct as_facts *f = ch->before->facts;

	for (size_t i = 0; i < f->n_hosts; i++)
		if (as_str_eq(f->hosts[i].name, now->name) &&
		    as_str_eq(f->hosts[i].address, now->address))
			return &f->hosts[i];
	return NULL;
}

static const char *
tls_words(const struct as_host_facts *h)
{
	if (tls_state(h) == TLS_WORKS)
		return "TLS works";
	if (h->smtp->starttls == AS_STARTTLS_ACCEPTED)
		return "the handshake fails";
	return h->smtp->starttls == AS_STARTTLS_REFUSED
	    ? "STARTTLS is refused"
	    : "STARTTLS is not offered";
}

static void
tls_say(struct as_change *ch, const struct as_host_facts *was,
    const struct as_host_facts *is)
{
	bool broke = tls_state(is) == TLS_BROKEN;
	struct as_event *e = as_change_add(ch,
	    broke ? AS_EVENT_TLS_BROKEN : AS_EVENT_TLS_RESTORED,
	    broke ? AS_EVENT_WORSE : AS_EVENT_BETTER,
	    as_change_subject(ch, "host", is->name));

	e->before = as_str_from(tls_words(was));
	e->after = as_str_from(tls_words(is));
}

static struct as_str
cert_words(struct as_change *ch, const struct as_cert *c)
{
	char until[AS_TIME_TEXT];
	struct as_str text =
	    as_str_printf(ch->a, "of " AS_STR_FMT ", valid until %.10s",
		AS_STR_ARG(as_change_shown(ch, c->issuer)),
		as_time_text(c->not_after, until));

	if (as_str_is_null(text))
		ch->err = AS_ENOMEM;
	return text;
}

static bool
same_names(const struct as_cert *a, const struct as_cert *b)
{
	if (a->n_names != b->n_names)
		return false;
	for (size_t i = 0; i < a->n_names; i++)
		if (!as_str_eq(a->names[i], b->names[i]))
			return false;
	return true;
}

/* Renewed: for the same names, by the same issuer. */
static void
cert_say(struct as_change *ch, struct as_str host, const struct as_cert *was,
    const struct as_cert *is)
{
	bool renewed =
	    as_str_eq(was->issuer, is->issuer) && same_names(was, is);
	struct as_event *e = as_change_add(ch,
	    renewed ? AS_EVENT_CERT_RENEWED : AS_EVENT_CERT_REPLACED,
	    AS_EVENT_NEITHER, as_change_subject(ch, "host", host));

	e->before = cert_words(ch, was);
	e->after = cert_words(ch, is);
}

/* --- one server --- */

struct server {
	const struct as_host_facts *moved[2]; /* before, after */
	const struct as_cert *certs[2];
};

static void
visit_compare(
    struct as_change *ch, struct server *s, const struct as_host_facts *is)
{
	const struct as_host_facts *was = visit_before(ch, is);
	enum tls_state before, after;

	if (was == NULL)
		return;
	before = tls_state(was);
	after = tls_state(is);
	if (before != TLS_UNKNOWN && after != TLS_UNKNOWN && before != after &&
	    (s->moved[0] == NULL || after == TLS_BROKEN)) {
		s->moved[0] = was;
		s->moved[1] = is;
	}
	if (leaf_of(was) != NULL && leaf_of(is) != NULL &&
	    !as_str_eq(leaf_of(was)->sha256, leaf_of(is)->sha256)) {
		s->certs[0] = leaf_of(was);
		s->certs[1] = leaf_of(is);
	}
}

void
as_change_servers(struct as_change *ch)
{
	for (size_t i = 0; i < ch->after->n_mx; i++) {
		const struct as_mx *m = &ch->after->mx[i];
		struct server s = {0};

		for (size_t v = 0; v < m->n_visits; v++)
			visit_compare(ch, &s, m->visits[v]);
		if (s.moved[0] != NULL)
			tls_say(ch, s.moved[0], s.moved[1]);
		if (s.certs[0] != NULL)
			cert_say(ch, m->host, s.certs[0], s.certs[1]);
	}
}
