/*
 * The traits of what a domain publishes: SPF, DMARC, DKIM, TLS reporting.
 */
#include "assess/role.h"
#include "assess/rules_caa.h"
#include "assess/rules_dkim.h"
#include "assess/rules_dmarc.h"
#include "assess/rules_spf.h"
#include "assess/traits.h"
#include "std/caa.h"

#include "base/banned.h"

/* --- SPF --- */

/* The record whose end decides, a redirect followed; NULL: not known. */
static const struct as_spf *
last_record(const struct as_case *c)
{
	const struct as_spf_node *node = c->cost.root;

	while (node != NULL && node->spf != NULL && node->spf->all == NULL &&
	    node->spf->redirect != NULL)
		node = node->child;
	return node != NULL ? node->spf : NULL;
}

void
as_trait_spf_all(const struct as_case *c, struct as_trait *t)
{
	const struct as_spf *spf;

	if (c->spf == NULL && c->spf_set.found != AS_FOUND_UNKNOWN) {
		(void)as_trait_add(t, 0);
		return;
	}
	if (!as_spf_need(c, &t->say))
		return;
	spf = last_record(c);
	if (spf == NULL) {
		as_say_cause(&t->say, as_cause_spf(&t->say));
		return;
	}
	switch (spf->all != NULL ? spf->all->qualifier : '?') {
	case '-': as_trait_add_one(t, "fail"); break;
	case '~': as_trait_add_one(t, "softfail"); break;
	case '+': as_trait_add_one(t, "pass"); break;
	default: as_trait_add_one(t, "neutral"); break;
	}
}

void
as_trait_spf_lookups(const struct as_case *c, struct as_trait *t)
{
	struct as_cause cause;

	if (!as_spf_need(c, &t->say))
		return;
	cause = as_cause_spf(&t->say);
	if (cause.text.n > 0)
		as_say_cause(&t->say, cause);
	else
		as_trait_add_number(t, c->cost.lookups);
}

/* --- DMARC --- */

/* The record that applies; NULL: said why not, none being an item without a
 * value. */
static const struct as_dmarc *
record_of(const struct as_case *c, struct as_trait *t)
{
	if (c->dmarc_record == NULL && !c->dmarc.unknown)
		(void)as_trait_add(t, 0);
	else if (as_dmarc_need_policy(c, &t->say))
		return c->dmarc_record;
	return NULL;
}

static void
policy_add(struct as_trait *t, enum as_dmarc_policy policy)
{
	if (policy == AS_DMARC_ABSENT)
		(void)as_trait_add(t, 0);
	else
		as_trait_add_one(t, as_dmarc_policy_text(policy));
}

void
as_trait_dmarc_p(const struct as_case *c, struct as_trait *t)
{
	if (record_of(c, t) != NULL)
		policy_add(t, c->dmarc_policy);
}

void
as_trait_dmarc_sp(const struct as_case *c, struct as_trait *t)
{
	const struct as_dmarc *d = record_of(c, t);

	if (d != NULL)
		policy_add(t, as_dmarc_applied(d, as_dmarc_sub_policy(d)));
}

void
as_trait_dmarc_place(const struct as_case *c, struct as_trait *t)
{
	if (record_of(c, t) != NULL)
		as_trait_add_one(t, c->dmarc.inherited ? "above" : "own");
}

void
as_trait_dmarc_adkim(const struct as_case *c, struct as_trait *t)
{
	const struct as_dmarc *d = record_of(c, t);

	if (d != NULL)
		as_trait_add_one(t, d->adkim == 's' ? "s" : "r");
}

void
as_trait_dmarc_aspf(const struct as_case *c, struct as_trait *t)
{
	const struct as_dmarc *d = record_of(c, t);

	if (d != NULL)
		as_trait_add_one(t, d->aspf == 's' ? "s" : "r");
}

void
as_trait_dmarc_pct(const struct as_case *c, struct as_trait *t)
{
	const struct as_dmarc *d = record_of(c, t);

	if (d != NULL)
		as_trait_add_number(t, d->pct);
}

void
as_trait_dmarc_octets(const struct as_case *c, struct as_trait *t)
{
	const struct as_dmarc *d = record_of(c, t);

	if (d != NULL)
		as_trait_add_number(t, d->text.n);
}

void
as_trait_dmarc_uris(const struct as_case *c, struct as_trait *t)
{
	const struct as_dmarc *d = record_of(c, t);

	if (d != NULL)
		as_trait_add_number(
		    t, d->n_rua > d->n_ruf ? d->n_rua : d->n_ruf);
}

void
as_trait_dmarc_reports(const struct as_case *c, struct as_trait *t)
{
	const struct as_dmarc *d = record_of(c, t);
	struct as_trait_item *item;

	if (d == NULL)
		return;
	item = as_trait_add(t, 2);
	if (d->n_rua > 0)
		as_trait_value(item, AS_STR("rua"));
	if (d->n_ruf > 0)
		as_trait_value(item, AS_STR("ruf"));
}

void
as_trait_dmarc_fo(const struct as_case *c, struct as_trait *t)
{
	const struct as_dmarc *d = record_of(c, t);
	struct as_trait_item *item;

	if (d == NULL)
		return;
	item = as_trait_add(t, 8);
	if (d->fo.n == 0)
		as_trait_value(item, AS_STR("0"));
	for (size_t at = 0; at < d->fo.n;) {
		size_t end = as_str_find(d->fo, ':', at);

		as_trait_value(item, as_str_trim(as_str_slice(d->fo, at, end)));
		at = end + 1;
	}
}

/* "dmarc@example.org" of "mailto:dmarc@example.org". */
static struct as_str
address_of(struct as_trait *t, struct as_str uri)
{
	struct as_str s = as_str_lower(t->say.c->a, uri);

	if (as_str_is_null(s))
		t->say.err = AS_ENOMEM;
	return as_str_has_prefix(s, "mailto:") ? as_str_slice(s, 7, s.n) : s;
}

void
as_trait_dmarc_rua(const struct as_case *c, struct as_trait *t)
{
	const struct as_dmarc *d = record_of(c, t);
	struct as_trait_item *item;

	if (d == NULL)
		return;
	item = as_trait_add(t, d->n_rua);
	for (size_t i = 0; i < d->n_rua; i++)
		as_trait_value(item, address_of(t, d->rua[i].text));
}

/* --- DKIM --- */

/* A selector that nobody thought of may hold a key: none found is not none. */
static bool
need_keys(const struct as_case *c, struct as_trait *t)
{
	if (c->n_keys > 0 || c->n_key_unknown > 0 || c->n_selectors == 0 ||
	    c->d->no_selectors)
		return as_dkim_need_keys(c, &t->say);
	as_say_unknown(&t->say,
	    as_say_text(&t->say,
		"no DKIM key was found at the %zu selectors tried; selectors "
		"cannot be listed from outside",
		c->n_selectors));
	return false;
}

void
as_trait_dkim_algorithms(const struct as_case *c, struct as_trait *t)
{
	bool rsa = false, ed25519 = false;
	struct as_trait_item *item;

	if (!need_keys(c, t) && !c->d->no_selectors)
		return;
	for (size_t i = 0; i < c->n_keys; i++)
		if (as_dkim_is_live(&c->keys[i])) {
			rsa |= c->keys[i].key->alg == AS_DKIM_RSA;
			ed25519 |= c->keys[i].key->alg == AS_DKIM_ED25519;
		}
	item = as_trait_add(t, 2);
	if (rsa)
		as_trait_value(item, AS_STR("rsa"));
	if (ed25519)
		as_trait_value(item, AS_STR("ed25519"));
}

void
as_trait_dkim_rsa_bits(const struct as_case *c, struct as_trait *t)
{
	if (!need_keys(c, t))
		return;
	for (size_t i = 0; i < c->n_keys; i++) {
		const struct as_dkim_probe *p = &c->keys[i];

		if (!as_dkim_is_live(p) || p->key->alg != AS_DKIM_RSA)
			continue;
		t->say.subject = as_say_text(&t->say, ":DKIM key " AS_STR_FMT,
		    AS_STR_ARG(as_say_esc(&t->say, p->selector)));
		as_trait_add_number(t, p->key->bits);
	}
	t->say.subject = AS_STR("");
}

void
as_trait_dkim_wildcard(const struct as_case *c, struct as_trait *t)
{
	if (c->random_open != NULL ||
	    (c->d->random_selector.n == 0 && !c->d->no_selectors))
		as_say_unknown_answer(&t->say, c->random_open);
	else if (c->wildcard == NULL)
		as_trait_add_one(t, "none");
	else if (c->wildcard->key != NULL && c->wildcard->key->revoked)
		as_trait_add_one(t, "revoked");
	else
		as_trait_add_one(t, "key");
}

/* --- CAA --- */

/* Whom one record lets issue; a value that cannot be read lets nobody. */
static void
issuer_add(
    struct as_trait *t, struct as_trait_item *item, const struct as_rr_caa *rr)
{
	struct as_caa_issue *issue;
	struct as_why why = {0};
	enum as_err err;

	if (as_caa_property_find(rr->tag) != AS_CAA_ISSUE)
		return;
	err = as_caa_issue_parse(t->say.c->a, rr->value, &issue, &why);
	if (err == AS_ENOMEM)
		t->say.err = err;
	as_trait_value(item,
	    err == AS_OK && issue->issuer.n > 0 ? issue->issuer
						: AS_STR("nobody"));
}

/* An authority beside "nobody" may issue all the same (RFC 8659 4.2). */
static void
nobody_drop(struct as_trait_item *item)
{
	size_t n = 0;

	for (size_t i = 0; i < item->n; i++)
		if (!as_str_is(item->values[i].value, "nobody"))
			item->values[n++] = item->values[i];
	if (n > 0)
		item->n = n;
}

void
as_trait_caa_issuers(const struct as_case *c, struct as_trait *t)
{
	const struct as_answer *ans = NULL;
	enum as_found found = as_caa_set_find(c, c->name, &ans);
	struct as_trait_item *item;

	if (found == AS_FOUND_UNKNOWN) {
		as_say_unknown_answer(&t->say, ans);
		return;
	}
	item = as_trait_add(t, found == AS_FOUND_ONE ? ans->n_caa : 0);
	for (size_t i = 0; i < item->room; i++)
		issuer_add(t, item, &ans->caa[i]);
	nobody_drop(item);
}

/* --- TLS reporting --- */

void
as_trait_tls_rpt_schemes(const struct as_case *c, struct as_trait *t)
{
	struct as_trait_item *item;

	if (!as_tls_rpt_need_answer(c, &t->say))
		return;
	item = as_trait_add(t, c->rpt != NULL ? c->rpt->n_rua : 0);
	for (size_t i = 0; c->rpt != NULL && i < c->rpt->n_rua; i++)
		as_trait_value(item,
		    as_str_has_prefix_case(c->rpt->rua[i], "https:")
			? AS_STR("https")
			: AS_STR("mailto"));
}

void
as_trait_tls_rpt_uris(const struct as_case *c, struct as_trait *t)
{
	if (as_tls_rpt_need_answer(c, &t->say))
		as_trait_add_number(t, c->rpt != NULL ? c->rpt->n_rua : 0);
}
