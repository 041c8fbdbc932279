/*
 * The rules on DKIM keys side by side, and on where their records are kept.
 */
#include "assess/dkim_uses.h"
#include "assess/rules_dkim.h"
#include "assess/senders.h"
#include "std/domain.h"

#include "base/banned.h"

/* --- aliases --- */

static struct as_str
target_of(const struct as_answer *ans)
{
	return ans->n_chain == 0 ? AS_STR("") : ans->chain[ans->n_chain - 1];
}

/* Who is known to run one of the names that the alias leads over. */
static bool
service_find(
    const struct as_case *c, const struct as_answer *ans, struct as_sender *out)
{
	for (size_t i = 0; i < ans->n_chain; i++)
		if (as_sender_find(
			c->options->senders, "dkim-cname", ans->chain[i], out))
			return true;
	return false;
}

/* Only the domain itself is meant: an alias into it delegates nothing. */
static struct as_str
fault_alias(struct as_say *o, const struct as_dkim_probe *p)
{
	const struct as_answer *ans = p->answer;
	struct as_sender s;

	if (ans->n_chain == 0 || as_domain_within(target_of(ans), o->c->name))
		return AS_STR_NULL;
	if (service_find(o->c, ans, &s))
		return as_say_text(o,
		    "an alias of " AS_STR_FMT " (" AS_STR_FMT ")",
		    AS_STR_ARG(as_say_esc(o, target_of(ans))),
		    AS_STR_ARG(as_say_esc(o, s.service)));
	return as_say_text(o, "an alias of " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, target_of(ans))));
}

/* The one service behind all of them; false when there is none such. */
static bool
service_of_all(const struct as_case *c, struct as_str *out)
{
	struct as_sender s;

	*out = AS_STR_NULL;
	for (size_t i = 0; i < c->n_keys; i++) {
		const struct as_answer *ans = c->keys[i].answer;

		if (ans->n_chain == 0 ||
		    as_domain_within(target_of(ans), c->name))
			continue;
		if (!service_find(c, ans, &s))
			return false;
		if (!as_str_is_null(*out) && !as_str_eq(*out, s.service))
			return false;
		*out = s.service;
	}
	return !as_str_is_null(*out);
}

/* Who can change the key: whoever runs the name that it is kept under. */
void
as_check_dkim_alias(const struct as_case *c, struct as_say *o)
{
	struct as_str service;
	struct as_dkim_faults l;
	const char *by;

	if (!as_dkim_need_keys(c, o))
		return;
	l = as_dkim_faults_find(o, c->keys, c->n_keys, fault_alias);
	if (l.names.n == 0) {
		as_say_pass(
		    o, "Every DKIM key found is kept by the domain itself.");
		return;
	}
	if (!service_of_all(c, &service))
		by = "kept elsewhere, by an alias";
	else
		by = as_say_text(o, "kept by " AS_STR_FMT,
		    AS_STR_ARG(as_say_esc(o, service)))
			 .p;
	(void)as_dkim_say_faults(o, AS_VERDICT_INFO, &l,
	    as_say_text(o, "is %s", by).p, as_say_text(o, "are %s", by).p);
}

static struct as_str
fault_dangling(struct as_say *o, const struct as_dkim_probe *p)
{
	return as_say_text(o, "an alias of " AS_STR_FMT ", %s",
	    AS_STR_ARG(as_say_esc(o, target_of(p->answer))),
	    p->answer->outcome == AS_DNS_NXDOMAIN ? "which does not exist"
						  : "which has no TXT record");
}

/* A target that does not exist may be free for others to take. */
static enum as_verdict
dangling_verdict(const struct as_case *c)
{
	for (size_t i = 0; i < c->n_dangling; i++)
		if (c->dangling[i].answer->outcome == AS_DNS_NXDOMAIN)
			return AS_VERDICT_WARN;
	return AS_VERDICT_INFO;
}

static void
say_dangling(const struct as_case *c, struct as_say *o)
{
	struct as_dkim_faults l =
	    as_dkim_faults_find(o, c->dangling, c->n_dangling, fault_dangling);
	bool one = l.names.n == 1;
	struct as_finding *f = as_say(o, dangling_verdict(c),
	    "DKIM selector%s " AS_STR_FMT " %s that leads to no key.",
	    one ? "" : "s", AS_STR_ARG(as_dkim_names_text(o, &l.names)),
	    one ? "is an alias" : "are each an alias");

	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &l.list)));
	if (one)
		as_say_advice(o, f,
		    "If the service is no longer used, remove the "
		    "CNAME " AS_STR_FMT "._domainkey." AS_STR_FMT
		    "; else have it publish its key.",
		    AS_STR_ARG(as_say_esc(o, c->dangling[0].selector)),
		    AS_STR_ARG(c->shown));
	else
		as_say_advice(o, f, "%s", o->rule->advice);
}

/* DKIM-11.  A target whose servers are gone is not answered, so here those that
 * were not answered count. */
void
as_check_dkim_alias_dangling(const struct as_case *c, struct as_say *o)
{
	if (c->n_dangling > 0)
		say_dangling(c, o);
	else if (c->n_selectors == 0 && !c->d->no_selectors)
		as_say_unknown_answer(o, c->key_unknown);
	else if (c->n_key_unknown > 0)
		as_dkim_say_unanswered(c, o);
	else
		as_say_pass(o, "No selector probed is an alias without a key.");
}

/* --- side by side --- */

static struct as_str
fault_ed25519(struct as_say *o, const struct as_dkim_probe *p)
{
	(void)o;
	return as_dkim_is_live(p) && p->key->alg == AS_DKIM_ED25519
	    ? AS_STR("Ed25519")
	    : AS_STR_NULL;
}

static bool
has_rsa(const struct as_case *c)
{
	for (size_t i = 0; i < c->n_keys; i++)
		if (as_dkim_is_live(&c->keys[i]) &&
		    c->keys[i].key->alg == AS_DKIM_RSA)
			return true;
	return false;
}

/* DKIM-6 */
void
as_check_dkim_ed25519_only(const struct as_case *c, struct as_say *o)
{
	struct as_dkim_faults l;
	struct as_finding *f;

	if (!as_dkim_need_keys(c, o))
		return;
	l = as_dkim_faults_find(o, c->keys, c->n_keys, fault_ed25519);
	if (l.names.n == 0 || has_rsa(c)) {
		as_dkim_say_none(c, o,
		    l.names.n == 0 ? "No DKIM key found is of Ed25519."
				   : "An RSA key stands beside the Ed25519 "
				     "one.");
		return;
	}
	if (c->n_key_unknown > 0) {
		as_dkim_say_unanswered(c, o);
		return;
	}
	f = as_dkim_say_faults(o, AS_VERDICT_INFO, &l,
	    "is of Ed25519, and no RSA key was found beside it",
	    "are of Ed25519, and no RSA key was found beside them");
	as_say_advice(o, f, "%s", o->rule->advice);
}

static size_t
uses_of(const struct as_case *c, struct as_dkim_use *v)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_keys; i++) {
		const struct as_dkim_key *k = c->keys[i].key;

		if (!as_dkim_is_live(&c->keys[i]) || k->bits == 0)
			continue;
		v[n].selector = c->keys[i].selector;
		v[n].domain = c->name;
		for (size_t b = 0; b < sizeof(k->sha256); b++)
			v[n].sha256[b] = k->sha256[b];
		n++;
	}
	as_dkim_uses_sort(v, n);
	return n;
}

static void
say_shared(struct as_say *o, const struct as_dkim_use *v, size_t n)
{
	struct as_dkim_names names = {0};
	struct as_finding *f;

	for (size_t i = 0; i < n; i++)
		as_dkim_names_add(o, &names, v[i].selector);
	f = as_say(o, AS_VERDICT_INFO,
	    "DKIM selectors " AS_STR_FMT " have the same key.",
	    AS_STR_ARG(as_dkim_names_text(o, &names)));
	as_say_advice(o, f, "%s", o->rule->advice);
}

/* DKIM-11 */
void
as_check_dkim_same_key(const struct as_case *c, struct as_say *o)
{
	struct as_dkim_use *v;
	size_t n, run, at = 0, before = o->n;

	if (!as_dkim_need_keys(c, o))
		return;
	v = as_arena_array(c->a, c->n_keys, sizeof(*v));
	if (v == NULL) {
		o->err = AS_ENOMEM;
		return;
	}
	n = uses_of(c, v);
	for (; (run = as_dkim_uses_next(v, n, &at)) > 0; at += run)
		say_shared(o, v + at, run);
	if (o->n == before)
		as_dkim_say_none(
		    c, o, "Every DKIM selector found has a key of its own.");
}
