/*
 * Where mail goes: the MX records joined with the host visits.
 */
#include <string.h>

#include "assess/case.h"
#include "base/ip.h"
#include "std/dane.h"
#include "std/dns_wire.h"

#include "base/banned.h"

/* MX-1 */
static enum as_mail
mail_without_mx(const struct as_case *c)
{
	const struct as_answer *a = as_case_answer(c, c->name, AS_RR_A);
	const struct as_answer *aaaa = as_case_answer(c, c->name, AS_RR_AAAA);

	if (c->mx_answer->outcome == AS_DNS_NXDOMAIN)
		return AS_MAIL_NO_NAME;
	if ((a != NULL && a->outcome == AS_DNS_OK) ||
	    (aaaa != NULL && aaaa->outcome == AS_DNS_OK))
		return AS_MAIL_IMPLICIT;
	if (as_answer_is_none(a) && as_answer_is_none(aaaa))
		return AS_MAIL_NONE;
	return AS_MAIL_UNKNOWN;
}

/* MX-1, MX-3 */
static enum as_mail
mail_find(const struct as_case *c)
{
	const struct as_answer *ans = c->mx_answer;
	size_t null_mx = 0;

	if (!as_case_known(ans))
		return AS_MAIL_UNKNOWN;
	if (ans->outcome != AS_DNS_OK || ans->n_mx == 0)
		return mail_without_mx(c);
	for (size_t i = 0; i < ans->n_mx; i++)
		null_mx += as_str_is(ans->mx[i].exchange, ".");
	if (null_mx == 0)
		return AS_MAIL_LISTED;
	return null_mx == ans->n_mx ? AS_MAIL_NULL : AS_MAIL_NULL_MIXED;
}

/* The answer that leaves the routing unknown. */
static const struct as_answer *
mail_open(const struct as_case *c)
{
	const struct as_answer *a = as_case_answer(c, c->name, AS_RR_A);

	if (!as_case_known(c->mx_answer))
		return c->mx_answer;
	return as_case_known(a) ? as_case_answer(c, c->name, AS_RR_AAAA) : a;
}

/* --- one host --- */

static enum as_tri
address_find(const struct as_mx *m)
{
	if ((m->a != NULL && m->a->outcome == AS_DNS_OK) ||
	    (m->aaaa != NULL && m->aaaa->outcome == AS_DNS_OK))
		return AS_YES;
	if (as_answer_is_none(m->a) && as_answer_is_none(m->aaaa))
		return AS_NO;
	return AS_UNSURE;
}

/* The weakest of the answers that hold addresses (DANE-1). */
static enum as_dnssec
address_security(const struct as_mx *m)
{
	const struct as_answer *both[2] = {m->a, m->aaaa};
	enum as_dnssec all = AS_DNSSEC_SECURE;
	bool any = false;

	for (size_t i = 0; i < 2; i++) {
		if (both[i] == NULL || !as_case_known(both[i])) {
			if (as_case_is_bogus(both[i]))
				return AS_DNSSEC_BOGUS;
			continue;
		}
		if (both[i]->security == AS_DNSSEC_INSECURE)
			all = AS_DNSSEC_INSECURE;
		else if (both[i]->security == AS_DNSSEC_INDETERMINATE &&
		    all == AS_DNSSEC_SECURE)
			all = AS_DNSSEC_INDETERMINATE;
		any = true;
	}
	return any ? all : AS_DNSSEC_INDETERMINATE;
}

static void
alias_find(struct as_mx *m)
{
	m->alias = AS_STR("");
	if (m->a != NULL && m->a->n_chain > 0)
		m->alias = m->a->chain[0];
	else if (m->aaaa != NULL && m->aaaa->n_chain > 0)
		m->alias = m->aaaa->chain[0];
}

static enum as_err
visits_join(struct as_case *c, struct as_mx *m)
{
	const struct as_facts *f = c->facts;
	size_t n = 0;

	for (size_t i = 0; i < f->n_hosts; i++)
		n += as_str_eq(f->hosts[i].name, m->host);
	m->visits = as_arena_array(c->a, n, sizeof(struct as_host_facts *));
	if (m->visits == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < f->n_hosts; i++)
		if (as_str_eq(f->hosts[i].name, m->host))
			m->visits[m->n_visits++] = &f->hosts[i];
	c->n_visits += m->n_visits;
	return AS_OK;
}

static const struct as_answer *
tlsa_find(struct as_case *c, const struct as_mx *m)
{
	struct as_str name;

	for (size_t i = 0; i < m->n_visits; i++)
		if (m->visits[i]->tlsa != NULL)
			return m->visits[i]->tlsa;
	name = as_str_printf(c->a, "_25._tcp." AS_STR_FMT, AS_STR_ARG(m->host));
	return as_str_is_null(name) ? NULL
				    : as_case_answer(c, name, AS_RR_TLSA);
}

static void
tlsa_count(struct as_mx *m)
{
	for (size_t i = 0; i < m->tlsa->n_tlsa; i++) {
		const struct as_rr_tlsa *r = &m->tlsa->tlsa[i];
		struct as_dns_tlsa t = {(uint8_t)r->usage, (uint8_t)r->selector,
		    (uint8_t)r->matching, r->data};
		const char *bad = as_dane_unusable(&t);

		if (r->usage > 255 || r->selector > 255 || r->matching > 255)
			bad = "a field is out of range";
		if (bad == NULL) {
			m->usable++;
			continue;
		}
		m->unusable++;
		if (m->unusable_why == NULL)
			m->unusable_why = bad;
	}
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

/* RFC 7672 2.2: the MX RRset, the addresses and the TLSA RRset must all be
 * secure, else the records have no effect. */
static enum as_dane_use
dane_find(const struct as_case *c, struct as_mx *m)
{
	enum as_dnssec all;

	if (as_case_is_bogus(m->tlsa))
		return AS_DANE_USE_BOGUS;
	if (!as_case_known(m->tlsa))
		return AS_DANE_USE_UNKNOWN;
	if (as_answer_is_none(m->tlsa) || m->tlsa->n_tlsa == 0)
		return AS_DANE_USE_NO_TLSA;
	tlsa_count(m);
	all = weaker(m->tlsa->security, m->address_security);
	if (c->mx_answer != NULL)
		all = weaker(all, c->mx_answer->security);
	if (all == AS_DNSSEC_INSECURE)
		return AS_DANE_USE_INSECURE;
	if (all != AS_DNSSEC_SECURE)
		return AS_DANE_USE_UNKNOWN;
	return m->usable > 0 ? AS_DANE_USE_EFFECTIVE : AS_DANE_USE_UNUSABLE;
}

static enum as_err
host_fill(
    struct as_case *c, struct as_mx *m, struct as_str host, uint32_t preference)
{
	struct as_ip ip;

	m->host = host;
	m->preference = preference;
	m->literal = as_ip_parse(host, &ip) == AS_OK;
	m->a = as_case_answer(c, host, AS_RR_A);
	m->aaaa = as_case_answer(c, host, AS_RR_AAAA);
	m->has_address = address_find(m);
	m->address_security = address_security(m);
	alias_find(m);
	AS_TRY(visits_join(c, m));
	m->tlsa = tlsa_find(c, m);
	m->dane = dane_find(c, m);
	return AS_OK;
}

static bool
host_is_new(const struct as_case *c, struct as_str host)
{
	for (size_t i = 0; i < c->n_mx; i++)
		if (as_str_eq(c->mx[i].host, host))
			return false;
	return true;
}

static enum as_err
hosts_from_mx(struct as_case *c)
{
	const struct as_answer *ans = c->mx_answer;

	c->mx = as_arena_array(c->a, ans->n_mx, sizeof(*c->mx));
	if (c->mx == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < ans->n_mx; i++) {
		struct as_str host = ans->mx[i].exchange;

		if (as_str_is(host, ".") || !host_is_new(c, host))
			continue;
		AS_TRY(
		    host_fill(c, &c->mx[c->n_mx], host, ans->mx[i].preference));
		c->n_mx++;
	}
	return AS_OK;
}

enum as_err
as_case_mail(struct as_case *c)
{
	c->mx_answer = as_case_answer(c, c->name, AS_RR_MX);
	c->mail = mail_find(c);
	if (c->mail == AS_MAIL_UNKNOWN)
		c->mail_open = mail_open(c);
	if (c->mail == AS_MAIL_LISTED || c->mail == AS_MAIL_NULL_MIXED)
		return hosts_from_mx(c);
	if (c->mail != AS_MAIL_IMPLICIT)
		return AS_OK;
	c->mx = AS_NEW(c->a, struct as_mx);
	if (c->mx == NULL)
		return AS_ENOMEM;
	AS_TRY(host_fill(c, &c->mx[0], c->name, 0));
	c->n_mx = 1;
	return AS_OK;
}
