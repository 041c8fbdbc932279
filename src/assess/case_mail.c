/*
 * Where mail goes: the MX records joined with the host visits.
 */
#include <string.h>

#include "assess/case.h"
#include "base/ip.h"
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
	if (ans->outcome == AS_DNS_OK && ans->n_mx == 0 && ans->cut)
		return AS_MAIL_UNKNOWN;
	if (ans->outcome != AS_DNS_OK || ans->n_mx == 0)
		return mail_without_mx(c);
	for (size_t i = 0; i < ans->n_mx; i++)
		null_mx += as_str_is(ans->mx[i].exchange, ".");
	if (null_mx == 0)
		return AS_MAIL_LISTED;
	if (null_mx < ans->n_mx)
		return AS_MAIL_NULL_MIXED;
	return ans->cut ? AS_MAIL_UNKNOWN : AS_MAIL_NULL;
}

/* The answer that leaves the routing unknown. */
static const struct as_answer *
mail_open(const struct as_case *c)
{
	const struct as_answer *a = as_case_answer(c, c->name, AS_RR_A);

	if (!as_case_known(c->mx_answer) || c->mx_answer->cut)
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
	m->visit_subjects = as_arena_array(c->a, n, sizeof(struct as_str));
	if (m->visits == NULL || m->visit_subjects == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < f->n_hosts; i++)
		if (as_str_eq(f->hosts[i].name, m->host))
			m->visits[m->n_visits++] = &f->hosts[i];
	c->n_visits += m->n_visits;
	return AS_OK;
}

/* What findings on the host and on its visits are about: made once for all
 * rules. */
static enum as_err
subjects_fill(struct as_case *c, struct as_mx *m)
{
	struct as_str name = as_case_shown(c->a, m->host);
	bool ok = !as_str_is_null(name);

	m->subject = as_str_printf(c->a, "host:" AS_STR_FMT, AS_STR_ARG(name));
	ok = ok && !as_str_is_null(m->subject);
	for (size_t i = 0; ok && i < m->n_visits; i++) {
		struct as_str address =
		    as_case_shown(c->a, m->visits[i]->address);
		m->visit_subjects[i] =
		    as_str_printf(c->a, AS_STR_FMT "@" AS_STR_FMT,
			AS_STR_ARG(m->subject), AS_STR_ARG(address));
		ok = !as_str_is_null(address) &&
		    !as_str_is_null(m->visit_subjects[i]);
	}
	return ok ? AS_OK : AS_ENOMEM;
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
	AS_TRY(subjects_fill(c, m));
	return as_case_dane(c, m);
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
