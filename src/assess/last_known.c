#include "assess/last_known.h"

#include <string.h>

#include "assess/case.h"
#include "assess/verdicts.h"
#include "std/dns_wire.h"

#include "base/banned.h"

struct carry {
	struct as_arena *a;
	const struct as_facts *before, *now;
	struct as_facts *out;
	bool taken; /* something of before */
};

/* --- DNS answers --- */

static bool
is_open(const struct as_answer *ans)
{
	return ans->outcome != AS_DNS_BOGUS && !as_answer_is_known(ans);
}

static enum as_err
answers_carry(struct carry *k, const struct as_answer *old, size_t n_old,
    struct as_answer **list, size_t n)
{
	struct as_answer *copy = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct as_answer *was;

		if (!is_open(&(*list)[i]))
			continue;
		was = as_answer_find(
		    old, n_old, (*list)[i].name, (*list)[i].type);
		if (was == NULL || is_open(was))
			continue;
		if (copy == NULL) {
			copy = as_arena_array(k->a, n, sizeof(*copy));
			if (copy == NULL)
				return AS_ENOMEM;
			memcpy(copy, *list, n * sizeof(*copy));
			*list = copy;
		}
		copy[i] = *was;
		k->taken = true;
	}
	return AS_OK;
}

static enum as_err
domain_carry(struct carry *k)
{
	const struct as_domain_facts *was = k->before->domain;
	struct as_domain_facts *d = AS_NEW(k->a, struct as_domain_facts);

	if (d == NULL)
		return AS_ENOMEM;
	*d = *k->now->domain;
	k->out->domain = d;
	if (d->outcome != AS_SUBJECT_DONE && was->outcome == AS_SUBJECT_DONE) {
		*d = *was;
		d->at = k->now->domain->at;
		k->taken = true;
		return AS_OK;
	}
	return answers_carry(
	    k, was->answers, was->n_answers, &d->answers, d->n_answers);
}

/* --- visits --- */

static bool
is_handshake_open(const struct as_host_facts *h)
{
	switch (h->smtp->starttls) {
	case AS_STARTTLS_LATER:
	case AS_STARTTLS_NO_ANSWER: return true;
	case AS_STARTTLS_ACCEPTED: break;
	default: return false;
	}
	return h->tls == NULL || h->tls->outcome == AS_TLS_NOT_TRIED ||
	    h->tls->outcome == AS_TLS_TIMEOUT ||
	    h->tls->outcome == AS_TLS_CLOSED;
}

/* Did the visit come to nothing for a cause that may pass? */
static bool
is_visit_open(const struct as_host_facts *h)
{
	if (h->outcome != AS_SUBJECT_DONE || h->smtp == NULL)
		return true;
	switch (h->smtp->outcome) {
	case AS_SMTP_NOT_TRIED:
	case AS_SMTP_UNREACHABLE:
	case AS_SMTP_TIMEOUT:
	case AS_SMTP_CLOSED:
	case AS_SMTP_BUSY: return true;
	case AS_SMTP_OK: return is_handshake_open(h);
	default: return false;
	}
}

static const struct as_host_facts *
visit_find(const struct as_facts *f, const struct as_host_facts *like)
{
	for (size_t i = 0; i < f->n_hosts; i++)
		if (as_str_eq(f->hosts[i].name, like->name) &&
		    as_str_eq(f->hosts[i].address, like->address))
			return &f->hosts[i];
	return NULL;
}

/* The rest of a visit stands; its TLSA may have been hidden. */
static void
tlsa_carry(
    struct carry *k, const struct as_host_facts *was, struct as_host_facts *h)
{
	if (was->tlsa != NULL && h->tlsa != NULL && is_open(h->tlsa) &&
	    !is_open(was->tlsa)) {
		h->tlsa = was->tlsa;
		k->taken = true;
	}
	if (was->tlsa_alias != NULL && h->tlsa_alias != NULL &&
	    is_open(h->tlsa_alias) && !is_open(was->tlsa_alias)) {
		h->tlsa_alias = was->tlsa_alias;
		k->taken = true;
	}
}

static void
visit_carry(struct carry *k, struct as_host_facts *h)
{
	const struct as_host_facts *was = visit_find(k->before, h);

	if (was == NULL)
		return;
	if (is_visit_open(h) && !is_visit_open(was)) {
		*h = *was;
		k->taken = true;
	} else {
		tlsa_carry(k, was, h);
	}
}

static bool
has_address(const struct carry *k, uint32_t type, const struct as_host_facts *h)
{
	const struct as_domain_facts *d = k->out->domain;
	const struct as_answer *ans =
	    as_answer_find(d->answers, d->n_answers, h->name, type);

	for (size_t i = 0; ans != NULL && i < ans->n_addresses; i++)
		if (as_str_eq(ans->addresses[i], h->address))
			return true;
	return false;
}

/* A server that was not visited because its address was hidden. */
static bool
is_missed(const struct carry *k, const struct as_host_facts *was)
{
	return visit_find(k->now, was) == NULL && !is_visit_open(was) &&
	    (has_address(k, AS_RR_A, was) || has_address(k, AS_RR_AAAA, was));
}

static enum as_err
hosts_carry(struct carry *k)
{
	size_t n = k->now->n_hosts + k->before->n_hosts;
	struct as_facts *out = k->out;

	out->hosts = as_arena_array(k->a, n, sizeof(*out->hosts));
	if (out->hosts == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < k->now->n_hosts; i++) {
		out->hosts[i] = k->now->hosts[i];
		visit_carry(k, &out->hosts[i]);
	}
	for (size_t i = 0; !k->now->domain->only_dns && i < k->before->n_hosts;
	     i++) {
		if (!is_missed(k, &k->before->hosts[i]))
			continue;
		out->hosts[out->n_hosts++] = k->before->hosts[i];
		k->taken = true;
	}
	return AS_OK;
}

/* --- the policy --- */

static bool
is_fetch_known(const struct as_policy_facts *p)
{
	return p != NULL &&
	    (p->fetch == AS_FETCH_OK || as_fetch_is_definite(p));
}

static void
policy_carry(struct carry *k)
{
	const struct as_policy_facts *now = k->now->policy;

	if (now == NULL || is_fetch_known(now) ||
	    !is_fetch_known(k->before->policy))
		return;
	k->out->policy = k->before->policy;
	k->taken = true;
}

enum as_err
as_last_known(struct as_arena *a, const struct as_facts *before,
    const struct as_facts *now, const struct as_facts **out)
{
	struct carry k = {.a = a, .before = before, .now = now};

	*out = now;
	if (before == NULL || before->domain == NULL || now->domain == NULL)
		return AS_OK;
	k.out = AS_NEW(a, struct as_facts);
	if (k.out == NULL)
		return AS_ENOMEM;
	*k.out = *now;
	AS_TRY(domain_carry(&k));
	AS_TRY(hosts_carry(&k));
	policy_carry(&k);
	if (k.taken)
		*out = k.out;
	return AS_OK;
}
