/*
 * The traits of how mail to a domain is taken: servers, TLS, MTA-STS.
 */
#include "assess/rules_dane.h"
#include "assess/rules_mta_sts.h"
#include "assess/traits.h"

#include "base/banned.h"

#define DAY_MS INT64_C(86400000)

/* --- mail servers --- */

/* Of an address answer: yes, no, or said that it is not known. */
static bool
has_addresses(const struct as_answer *ans, struct as_trait *t,
    const char *value, struct as_trait_item *item)
{
	if (!as_case_known(ans)) {
		as_say_unknown_answer(&t->say, ans);
		return false;
	}
	if (ans->n_addresses > 0)
		as_trait_value(item, as_str_from(value));
	return true;
}

static enum as_judged
judge_addresses(
    const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	struct as_trait *t = (struct as_trait *)o; /* o is its first member */
	struct as_trait_item *item = as_trait_add(t, 2);

	(void)c;
	(void)has_addresses(m->a, t, "ipv4", item);
	(void)has_addresses(m->aaaa, t, "ipv6", item);
	return AS_JUDGED_SAID;
}

void
as_trait_mx_addresses(const struct as_case *c, struct as_trait *t)
{
	as_each_host(c, &t->say, judge_addresses, "", "no mail server");
}

/* --- DNSSEC and DANE --- */

/* Of the words of the codec; an answer that could not be validated is none. */
static void
security_add(struct as_trait *t, enum as_dnssec security)
{
	if (security == AS_DNSSEC_INDETERMINATE)
		as_say_unknown(
		    &t->say, AS_STR("the answers could not be validated"));
	else
		as_trait_add_one(t, as_dnssec_text(security));
}

void
as_trait_dnssec_domain(const struct as_case *c, struct as_trait *t)
{
	enum as_dnssec security = as_case_security(c);

	if (security == AS_DNSSEC_INDETERMINATE &&
	    !as_case_known(c->mx_answer) && !as_case_known(c->spf_set.answer))
		as_say_unknown_answer(&t->say, c->mx_answer);
	else
		security_add(t, security);
}

static enum as_judged
judge_security(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	(void)c;
	if (m->has_address == AS_NO || m->literal)
		return AS_JUDGED_SKIP;
	if (m->address_security != AS_DNSSEC_BOGUS && !as_case_known(m->a) &&
	    !as_case_known(m->aaaa))
		as_say_unknown_answer(o, m->a);
	else
		security_add((struct as_trait *)o, m->address_security);
	return AS_JUDGED_SAID;
}

void
as_trait_dnssec_servers(const struct as_case *c, struct as_trait *t)
{
	as_each_host(c, &t->say, judge_security, "", "no mail server");
}

static enum as_judged
judge_dane(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	static const char *const words[] = {
	    [AS_DANE_USE_NO_TLSA] = "none",
	    [AS_DANE_USE_INSECURE] = "insecure",
	    [AS_DANE_USE_BOGUS] = "bogus",
	    [AS_DANE_USE_UNUSABLE] = "unusable",
	    [AS_DANE_USE_EFFECTIVE] = "effective",
	};

	if (as_dane_need_tlsa(c, o, m))
		as_trait_add_one((struct as_trait *)o, words[m->dane]);
	return AS_JUDGED_SAID;
}

void
as_trait_dane_servers(const struct as_case *c, struct as_trait *t)
{
	as_each_host(c, &t->say, judge_dane, "", "no mail server");
}

/* --- TLS and certificates --- */

static const char no_tls[] = "no mail server could be met over TLS";

static enum as_judged
judge_best(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got = as_visit_encrypted(o, h);
	struct as_str version;

	(void)c;
	(void)m;
	if (got != AS_JUDGED_PASS)
		return got;
	version = h->tls->version; /* "TLSv1.3", and "TLSv1" for 1.0 */
	version = as_str_slice(version, 4, version.n);
	as_trait_value(as_trait_add((struct as_trait *)o, 1),
	    as_str_is(version, "1") ? AS_STR("1.0") : version);
	return AS_JUDGED_PASS;
}

void
as_trait_tls_best(const struct as_case *c, struct as_trait *t)
{
	as_each_visit(c, &t->say, judge_best, "", no_tls);
}

/* The certificate that was shown; NULL: not met, or none was kept. */
static const struct as_cert *
leaf_of(struct as_say *o, const struct as_host_facts *h, enum as_judged *got)
{
	*got = as_visit_encrypted(o, h);
	if (*got != AS_JUDGED_PASS)
		return NULL;
	if (h->tls->n_chain > 0)
		return &h->tls->chain[0];
	as_say_unknown(o, AS_STR("no certificate was recorded"));
	*got = AS_JUDGED_SAID;
	return NULL;
}

static enum as_judged
judge_days(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got;
	const struct as_cert *leaf = leaf_of(o, h, &got);
	int64_t ms;

	(void)c;
	(void)m;
	if (leaf == NULL)
		return got;
	ms = leaf->not_after - leaf->not_before;
	as_trait_add_number((struct as_trait *)o,
	    ms > 0 ? (uint64_t)((ms + DAY_MS - 1) / DAY_MS) : 0);
	return AS_JUDGED_PASS;
}

void
as_trait_cert_days(const struct as_case *c, struct as_trait *t)
{
	as_each_visit(c, &t->say, judge_days, "", no_tls);
}

static enum as_judged
judge_key(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got;
	const struct as_cert *leaf = leaf_of(o, h, &got);
	const char *kind = "other";

	(void)c;
	(void)m;
	if (leaf == NULL)
		return got;
	if (as_str_is_case(leaf->key_type, "rsa"))
		kind = "rsa";
	else if (as_str_is_case(leaf->key_type, "ec"))
		kind = "ec";
	else if (as_str_is_case(leaf->key_type, "ed25519"))
		kind = "ed25519";
	as_trait_add_one((struct as_trait *)o, kind);
	return AS_JUDGED_PASS;
}

void
as_trait_cert_key(const struct as_case *c, struct as_trait *t)
{
	as_each_visit(c, &t->say, judge_key, "", no_tls);
}

static enum as_judged
judge_rsa_bits(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got;
	const struct as_cert *leaf = leaf_of(o, h, &got);

	(void)c;
	(void)m;
	if (leaf == NULL)
		return got;
	if (!as_str_is_case(leaf->key_type, "rsa"))
		return AS_JUDGED_SKIP;
	as_trait_add_number((struct as_trait *)o, leaf->key_bits);
	return AS_JUDGED_PASS;
}

void
as_trait_cert_rsa_bits(const struct as_case *c, struct as_trait *t)
{
	as_each_visit(c, &t->say, judge_rsa_bits, "",
	    "no certificate with an RSA key was seen");
}

/* --- MTA-STS --- */

void
as_trait_mta_sts_mode(const struct as_case *c, struct as_trait *t)
{
	if (as_need_policy(c, &t->say))
		as_trait_add_one(t, as_mta_sts_mode_text(c->policy->mode));
	else if (c->receives == AS_YES && as_trait_unknown(t) == NULL)
		(void)as_trait_add(t, 0);
}

void
as_trait_mta_sts_max_age(const struct as_case *c, struct as_trait *t)
{
	if (as_need_policy(c, &t->say))
		as_trait_add_number(t, c->policy->max_age);
}
