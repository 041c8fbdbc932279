#include "assess/cause.h"
#include "assess/role.h"
#include "assess/rules.h"

#include "base/banned.h"

/* --- what the rules share --- */

static void
say_unknown_keys(const struct as_case *c, struct as_say *o)
{
	struct as_cause cause = as_cause_answer(o, c->key_unknown);

	cause.text = as_say_text(o,
	    "%zu of %zu selectors were not answered: " AS_STR_FMT,
	    c->n_key_unknown, c->n_selectors, AS_STR_ARG(cause.text));
	as_say_cause(o, cause);
}

/* A key among those probed?  Else said why not.  Keys that were not answered
 * count only where none was found: selectors cannot be listed, so a rule on
 * keys always speaks of those found. */
static bool
need_keys(const struct as_case *c, struct as_say *o)
{
	if (c->n_keys > 0)
		return true;
	if (c->n_selectors == 0 && !c->d->no_selectors)
		as_say_unknown_answer(o, c->key_unknown);
	else if (c->n_key_unknown > 0)
		say_unknown_keys(c, o);
	else
		as_say_na(o, "no DKIM key was found");
	return false;
}

/* What is wrong with one key; AS_STR_NULL: nothing. */
typedef struct as_str key_fault(
    struct as_say *o, const struct as_dkim_probe *p);

static struct as_str
faults_list(
    const struct as_case *c, struct as_say *o, key_fault *fault, size_t *n)
{
	struct as_list l = {.between = "; "};

	for (size_t i = 0; i < c->n_keys; i++) {
		struct as_str text = fault(o, &c->keys[i]);

		if (!as_str_is_null(text))
			as_list_add(o, &l,
			    as_say_text(o,
				AS_STR_FMT "._domainkey: " AS_STR_FMT,
				AS_STR_ARG(as_say_esc(o, c->keys[i].selector)),
				AS_STR_ARG(text)));
	}
	*n = l.n;
	return as_list_text(o, &l);
}

/* --- rules on the domain --- */

static void
say_found(const struct as_case *c, struct as_say *o)
{
	size_t live = 0;

	for (size_t i = 0; i < c->n_keys; i++)
		live += c->keys[i].key != NULL && !c->keys[i].key->revoked;
	as_say_pass(o, "%zu DKIM key%s found, %zu of them live.", c->n_keys,
	    c->n_keys == 1 ? " was" : "s were", live);
}

void
as_check_dkim_none_found(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_need_sender(c, o))
		return;
	if (c->n_keys > 0) {
		say_found(c, o);
	} else if (c->d->no_selectors) {
		f = as_say(o, AS_VERDICT_WARN,
		    "No DKIM key exists: there is nothing below "
		    "_domainkey." AS_STR_FMT ".",
		    AS_STR_ARG(c->shown));
		as_say_evidence(o, f, "_domainkey." AS_STR_FMT ": NXDOMAIN",
		    AS_STR_ARG(c->shown));
	} else if (c->wildcard != NULL) {
		as_say_cause(o,
		    (struct as_cause){
			AS_STR("a wildcard answers for every DKIM selector"),
			"Remove the wildcard, as dkim.wildcard says: then keys "
			"can be told from it."});
	} else if (c->n_selectors == 0) {
		as_say_unknown_answer(o, c->key_unknown);
	} else if (c->n_key_unknown > 0) {
		say_unknown_keys(c, o);
	} else {
		f = as_say(o, AS_VERDICT_INFO,
		    "No DKIM key was found among %zu selectors probed.",
		    c->n_selectors);
		as_say_evidence(o, f,
		    "selectors cannot be listed from "
		    "outside, so keys may exist under other names");
		as_say_advice(o, f, "%s", o->rule->advice);
	}
}

void
as_check_dkim_wildcard(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (c->wildcard == NULL && c->random_open != NULL) {
		as_say_unknown_answer(o, c->random_open);
		return;
	}
	if (c->wildcard == NULL && c->d->random_selector.n == 0 &&
	    !c->d->no_selectors) {
		as_say_unknown_answer(o, c->key_unknown);
		return;
	}
	if (c->wildcard == NULL) {
		as_say_pass(o, "No wildcard answers for DKIM.");
		return;
	}
	if (c->wildcard->key != NULL && c->wildcard->key->revoked) {
		as_say_pass(o, "A wildcard revokes every other selector.");
		return;
	}
	f = as_say(
	    o, AS_VERDICT_WARN, "A wildcard answers for every DKIM selector.");
	as_say_evidence(o, f, "*._domainkey." AS_STR_FMT ": " AS_STR_FMT,
	    AS_STR_ARG(c->shown), AS_STR_ARG(as_say_esc(o, c->wildcard->text)));
}

static struct as_str
fault_live(struct as_say *o, const struct as_dkim_probe *p)
{
	if (p->key == NULL || p->key->revoked)
		return AS_STR_NULL;
	return as_say_text(o, "%u bits, not revoked", p->key->bits);
}

/* Revoke the one key that is left, or all selectors by a wildcard. */
static void
propose_revoked(
    const struct as_case *c, struct as_say *o, struct as_finding *f, size_t n)
{
	struct as_str name = AS_STR("*"), current = AS_STR("");

	for (size_t i = 0; i < c->n_keys && n == 1; i++)
		if (c->keys[i].key != NULL && !c->keys[i].key->revoked) {
			name = c->keys[i].selector;
			current = c->keys[i].text;
		}
	as_say_record(o, f,
	    as_say_text(o, AS_STR_FMT "._domainkey." AS_STR_FMT,
		AS_STR_ARG(name), AS_STR_ARG(c->name)),
	    "TXT", current, AS_STR("v=DKIM1; p="));
}

void
as_check_dkim_no_mail(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;
	struct as_str list;
	size_t n;

	if (!as_need_silent(c, o))
		return;
	list = faults_list(c, o, fault_live, &n);
	if (n > 0) {
		f = as_say(o, AS_VERDICT_WARN,
		    "The domain sends no mail, yet "
		    "%zu DKIM key%s for it %s valid.",
		    n, n == 1 ? "" : "s", n == 1 ? "is" : "are");
		as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(list));
		propose_revoked(c, o, f, n);
	} else if (c->n_key_unknown > 0) {
		say_unknown_keys(c, o);
	} else if (c->n_selectors == 0 && !c->d->no_selectors) {
		as_say_unknown_answer(o, c->key_unknown);
	} else {
		as_say_pass(o, "No working DKIM key was found.");
	}
}

/* --- rules on the keys found --- */

static struct as_str
fault_syntax(struct as_say *o, const struct as_dkim_probe *p)
{
	if (p->n > 1)
		return as_say_text(o, "%zu key records at one name", p->n);
	if (p->key == NULL)
		return as_str_from(p->why.text);
	return AS_STR_NULL;
}

void
as_check_dkim_syntax(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;
	struct as_str list;
	size_t n;

	if (!need_keys(c, o))
		return;
	list = faults_list(c, o, fault_syntax, &n);
	if (n == 0) {
		as_say_pass(o, "Every DKIM key found can be read.");
		return;
	}
	f = as_say(o, AS_VERDICT_FAIL, "%zu DKIM key%s cannot be used.", n,
	    n == 1 ? "" : "s");
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(list));
}

static struct as_str
fault_weak(struct as_say *o, const struct as_dkim_probe *p)
{
	const struct as_dkim_key *k = p->key;

	if (k == NULL || k->revoked || k->alg != AS_DKIM_RSA)
		return AS_STR_NULL;
	if (k->exponent == 1)
		return as_say_text(
		    o, "RSA, %u bits: exponent 1, anyone can sign", k->bits);
	if (k->weak != NULL)
		return as_say_text(o, "RSA, %u bits: %s", k->bits, k->weak);
	if (k->bits < 2048)
		return as_say_text(o, "RSA, %u bits", k->bits);
	return AS_STR_NULL;
}

/* Is there a key that others can sign with today, or that is refused? */
static bool
is_broken(const struct as_case *c)
{
	for (size_t i = 0; i < c->n_keys; i++) {
		const struct as_dkim_key *k = c->keys[i].key;

		if (k != NULL && !k->revoked && k->alg == AS_DKIM_RSA &&
		    (k->bits < 1024 || k->exponent == 1 || k->weak != NULL))
			return true;
	}
	return false;
}

void
as_check_dkim_weak_key(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;
	struct as_str list;
	size_t n;

	if (!need_keys(c, o))
		return;
	list = faults_list(c, o, fault_weak, &n);
	if (n == 0) {
		as_say_pass(o, "Every DKIM key found is strong enough.");
		return;
	}
	f = as_say(o, is_broken(c) ? AS_VERDICT_FAIL : AS_VERDICT_WARN,
	    "%zu DKIM key%s too weak.", n, n == 1 ? " is" : "s are");
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(list));
}

static struct as_str
fault_revoked(struct as_say *o, const struct as_dkim_probe *p)
{
	(void)o;
	return p->key != NULL && p->key->revoked ? AS_STR("revoked (empty p)")
						 : AS_STR_NULL;
}

void
as_check_dkim_revoked(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;
	struct as_str list;
	size_t n;

	if (!as_need_sender(c, o) || !need_keys(c, o))
		return;
	list = faults_list(c, o, fault_revoked, &n);
	if (n == 0) {
		as_say_pass(o, "No DKIM key found is revoked.");
		return;
	}
	f = as_say(o, n == c->n_keys ? AS_VERDICT_WARN : AS_VERDICT_INFO,
	    n == c->n_keys ? "Every DKIM key found is revoked."
			   : "%zu of %zu DKIM keys found are revoked.",
	    n, c->n_keys);
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(list));
	as_say_advice(o, f, "%s", o->rule->advice);
}

static struct as_str
fault_testing(struct as_say *o, const struct as_dkim_probe *p)
{
	(void)o;
	return p->key != NULL && !p->key->revoked && p->key->testing
	    ? AS_STR("t=y")
	    : AS_STR_NULL;
}

void
as_check_dkim_testing(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;
	struct as_str list;
	size_t n;

	if (!need_keys(c, o))
		return;
	list = faults_list(c, o, fault_testing, &n);
	if (n == 0) {
		as_say_pass(o, "No DKIM key found is in test mode.");
		return;
	}
	f = as_say(o, AS_VERDICT_WARN, "%zu DKIM key%s in test mode.", n,
	    n == 1 ? " is" : "s are");
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(list));
}

static struct as_str
fault_sha1(struct as_say *o, const struct as_dkim_probe *p)
{
	(void)o;
	return p->key != NULL && !p->key->revoked && p->key->sha1_only
	    ? AS_STR("h=sha1")
	    : AS_STR_NULL;
}

void
as_check_dkim_sha1_only(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;
	struct as_str list;
	size_t n;

	if (!need_keys(c, o))
		return;
	list = faults_list(c, o, fault_sha1, &n);
	if (n == 0) {
		as_say_pass(o, "Every DKIM key found allows SHA-256.");
		return;
	}
	f = as_say(o, AS_VERDICT_FAIL, "%zu DKIM key%s only SHA-1.", n,
	    n == 1 ? " allows" : "s allow");
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(list));
}
