/*
 * MX: the same mail server by IPv4 and by IPv6.  A sender takes either address,
 * so the weaker one is what the domain offers.
 */
#include "assess/cause.h"
#include "assess/rules.h"

#include "base/banned.h"

static bool
is_v6(const struct as_host_facts *h)
{
	return as_str_find(h->address, ':', 0) < h->address.n;
}

static const char *
dane_said(const struct as_tls_facts *t)
{
	switch (t->dane) {
	case AS_DANE_MATCH: return ", as the TLSA records say";
	case AS_DANE_MISMATCH: return ", against the TLSA records";
	default: return "";
	}
}

/* How well mail is kept there: two servers with the same text are alike.
 * AS_STR_NULL: not known. */
static struct as_str
protection(struct as_say *o, const struct as_host_facts *h)
{
	const struct as_tls_facts *t = h->tls;

	if (h->outcome != AS_SUBJECT_DONE || h->smtp == NULL ||
	    h->smtp->outcome != AS_SMTP_OK)
		return AS_STR_NULL;
	if (h->smtp->helo_only || h->smtp->starttls == AS_STARTTLS_NOT_OFFERED)
		return AS_STR("no STARTTLS");
	if (h->smtp->starttls == AS_STARTTLS_REFUSED)
		return AS_STR("STARTTLS refused");
	if (h->smtp->starttls != AS_STARTTLS_ACCEPTED || t == NULL)
		return AS_STR_NULL;
	if (t->outcome == AS_TLS_ALERT || t->outcome == AS_TLS_FAILED)
		return AS_STR("no handshake");
	if (t->outcome != AS_TLS_OK)
		return AS_STR_NULL;
	return as_say_text(o, "%s certificate with %s name%s",
	    t->trusted ? "public" : "private",
	    t->name_matches ? "its" : "another", dane_said(t));
}

static struct as_str
version(const struct as_host_facts *h)
{
	if (h->tls == NULL || h->tls->outcome != AS_TLS_OK)
		return AS_STR("");
	return h->tls->version;
}

/* What is said of a visit in the evidence. */
static struct as_str
shown(struct as_say *o, const struct as_host_facts *h)
{
	struct as_str v = version(h);

	return as_say_text(o, AS_STR_FMT ": " AS_STR_FMT "%s" AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, h->address)), AS_STR_ARG(as_say_esc(o, v)),
	    v.n > 0 ? ", " : "", AS_STR_ARG(protection(o, h)));
}

/* What differs between the visits of the two families. */
struct contrast {
	const struct as_host_facts *v4, *v6; /* the pair that is shown */
	bool protected, version;
};

static void
contrast_pair(struct as_say *o, struct contrast *d,
    const struct as_host_facts *v4, const struct as_host_facts *v6)
{
	bool apart = !as_str_eq(protection(o, v4), protection(o, v6));
	bool versions = !as_str_eq(version(v4), version(v6));

	if (d->v4 == NULL || (apart && !d->protected)) {
		d->v4 = v4;
		d->v6 = v6;
	}
	d->protected |= apart;
	d->version |= versions;
}

static void
contrast_all(struct as_say *o, struct contrast *d, const struct as_mx *m)
{
	for (size_t i = 0; i < m->n_visits; i++)
		for (size_t k = 0; k < m->n_visits; k++)
			if (!is_v6(m->visits[i]) && is_v6(m->visits[k]))
				contrast_pair(o, d, m->visits[i], m->visits[k]);
}

/* The first visit that says nothing of the protection. */
static const struct as_host_facts *
visit_open(struct as_say *o, const struct as_mx *m)
{
	for (size_t i = 0; i < m->n_visits; i++)
		if (as_str_is_null(protection(o, m->visits[i])))
			return m->visits[i];
	return NULL;
}

static bool
has_both(const struct as_mx *m)
{
	size_t v6 = 0;

	for (size_t i = 0; i < m->n_visits; i++)
		v6 += is_v6(m->visits[i]);
	return v6 > 0 && v6 < m->n_visits;
}

static enum as_judged
judge_families(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	const struct as_host_facts *open;
	struct contrast d = {.v4 = NULL};
	struct as_finding *f;

	(void)c;
	if (!has_both(m))
		return AS_JUDGED_SKIP;
	open = visit_open(o, m);
	if (open != NULL) {
		if (as_visit_spoke(o, open))
			as_say_cause(o, as_cause_starttls(o, open));
		return AS_JUDGED_SAID;
	}
	contrast_all(o, &d, m);
	if (!d.protected && !d.version)
		return AS_JUDGED_PASS;
	f = as_say(o, d.protected ? AS_VERDICT_WARN : AS_VERDICT_INFO,
	    AS_STR_FMT " %s by IPv6 than by IPv4.",
	    AS_STR_ARG(as_say_esc(o, m->host)),
	    d.protected ? "protects mail otherwise"
			: "speaks another version of TLS");
	as_say_evidence(o, f, AS_STR_FMT "; " AS_STR_FMT,
	    AS_STR_ARG(shown(o, d.v4)), AS_STR_ARG(shown(o, d.v6)));
	as_say_advice(o, f, "%s", o->rule->advice);
	return AS_JUDGED_SAID;
}

void
as_check_mx_ipv6_differs(const struct as_case *c, struct as_say *o)
{
	if (as_need_visits(c, o))
		as_each_host(c, o, judge_families,
		    "The mail servers are the same by IPv4 and by IPv6.",
		    "no mail server was visited by both IPv4 and IPv6");
}
