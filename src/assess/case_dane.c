/*
 * What DANE does for one mail host: which TLSA records count, and whether all
 * that leads to them is signed (RFC 7672 2.2).
 */
#include "assess/case.h"
#include "std/dns_wire.h"

#include "base/banned.h"

#define AT_SMTP "_25._tcp."

/* The answer that counts of the first visit that knows it, else of the first
 * that asked at all. */
static const struct as_answer *
tlsa_of_visits(const struct as_mx *m)
{
	const struct as_answer *open = NULL;

	for (size_t i = 0; i < m->n_visits; i++) {
		const struct as_host_facts *h = m->visits[i];
		const struct as_answer *ans =
		    as_answer_tlsa(h->tlsa, h->tlsa_alias);

		if (as_case_known(ans))
			return ans;
		if (open == NULL)
			open = ans;
	}
	return open;
}

static enum as_err
tlsa_find(struct as_case *c, struct as_mx *m)
{
	struct as_str name =
	    as_str_printf(c->a, AT_SMTP AS_STR_FMT, AS_STR_ARG(m->host));

	if (as_str_is_null(name))
		return AS_ENOMEM;
	m->tlsa = tlsa_of_visits(m);
	if (m->tlsa == NULL)
		m->tlsa = as_case_answer(c, name, AS_RR_TLSA);
	m->tlsa_base = m->host;
	if (m->tlsa != NULL && as_str_has_prefix(m->tlsa->name, AT_SMTP))
		m->tlsa_base = as_str_slice(
		    m->tlsa->name, sizeof(AT_SMTP) - 1, m->tlsa->name.n);
	return AS_OK;
}

static const char *
unusable(const struct as_rr_tlsa *r, struct as_dns_tlsa *out)
{
	if (r->usage > 255 || r->selector > 255 || r->matching > 255)
		return "a field is out of range";
	*out = (struct as_dns_tlsa){(uint8_t)r->usage, (uint8_t)r->selector,
	    (uint8_t)r->matching, r->data};
	return as_dane_unusable(out);
}

/* DANE-2 */
static enum as_err
records_read(struct as_case *c, struct as_mx *m)
{
	m->records = as_arena_array(c->a, m->tlsa->n_tlsa, sizeof(*m->records));
	if (m->records == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < m->tlsa->n_tlsa; i++) {
		const char *bad =
		    unusable(&m->tlsa->tlsa[i], &m->records[m->usable]);

		if (bad == NULL) {
			m->usable++;
			continue;
		}
		m->unusable++;
		if (m->unusable_why == NULL)
			m->unusable_why = bad;
	}
	return AS_OK;
}

static enum as_dnssec
weaker(enum as_dnssec a, enum as_dnssec b)
{
	if (a == AS_DNSSEC_BOGUS || b == AS_DNSSEC_BOGUS)
		return AS_DNSSEC_BOGUS;
	if (a == AS_DNSSEC_INSECURE || b == AS_DNSSEC_INSECURE)
		return AS_DNSSEC_INSECURE;
	if (a == AS_DNSSEC_INDETERMINATE || b == AS_DNSSEC_INDETERMINATE)
		return AS_DNSSEC_INDETERMINATE;
	return AS_DNSSEC_SECURE;
}

/* Does it matter whether the addresses are signed?  Not behind an alias that
 * is: then the records at the alias itself hold (RFC 7672 2.2), and they could
 * not be signed in a zone that is not. */
static bool
needs_addresses(const struct as_mx *m)
{
	return m->alias.n == 0 || !as_str_eq(m->tlsa_base, m->host) ||
	    m->tlsa->security != AS_DNSSEC_SECURE ||
	    m->address_security != AS_DNSSEC_INSECURE;
}

/* DANE-1: the MX RRset, the addresses and the TLSA RRset must all be secure,
 * else the records have no effect. */
static enum as_dnssec
security_of(const struct as_case *c, const struct as_mx *m)
{
	enum as_dnssec all = m->tlsa->security;

	if (needs_addresses(m))
		all = weaker(all, m->address_security);
	if (c->mx_answer != NULL)
		all = weaker(all, c->mx_answer->security);
	return all;
}

static enum as_dane_use
use_of(const struct as_case *c, const struct as_mx *m)
{
	enum as_dnssec all = security_of(c, m);

	if (all == AS_DNSSEC_INSECURE)
		return AS_DANE_USE_INSECURE;
	if (all != AS_DNSSEC_SECURE)
		return AS_DANE_USE_UNKNOWN;
	if (m->usable > 0)
		return AS_DANE_USE_EFFECTIVE;
	return m->tlsa->cut ? AS_DANE_USE_UNKNOWN : AS_DANE_USE_UNUSABLE;
}

enum as_err
as_case_dane(struct as_case *c, struct as_mx *m)
{
	AS_TRY(tlsa_find(c, m));
	m->dane = AS_DANE_USE_UNKNOWN;
	if (as_case_is_bogus(m->tlsa)) {
		m->dane = AS_DANE_USE_BOGUS;
	} else if (!as_case_known(m->tlsa) ||
	    (m->tlsa->n_tlsa == 0 && m->tlsa->cut)) {
		return AS_OK;
	} else if (m->tlsa->n_tlsa == 0) {
		m->dane = AS_DANE_USE_NO_TLSA;
	} else {
		AS_TRY(records_read(c, m));
		m->dane = use_of(c, m);
	}
	return AS_OK;
}
