/*
 * The rules on the domain and its DKIM selectors as a whole.
 */
#include "assess/rules_dkim.h"

#include "assess/role.h"

#include "base/banned.h"

/* --- what the rules share --- */

void
as_dkim_say_unanswered(const struct as_case *c, struct as_say *o)
{
	struct as_cause cause = as_cause_answer(o, c->key_unknown);

	cause.text = as_say_text(o,
	    "%zu of %zu selectors were not answered: " AS_STR_FMT,
	    c->n_key_unknown, c->n_selectors, AS_STR_ARG(cause.text));
	as_say_cause(o, cause);
}

bool
as_dkim_need_keys(const struct as_case *c, struct as_say *o)
{
	if (c->n_keys > 0)
		return true;
	if (c->n_selectors == 0 && !c->d->no_selectors)
		as_say_unknown_answer(o, c->key_unknown);
	else if (c->n_key_unknown > 0)
		as_dkim_say_unanswered(c, o);
	else
		as_say_na(o, "no DKIM key was found");
	return false;
}

bool
as_dkim_is_live(const struct as_dkim_probe *p)
{
	return p->key != NULL && !p->key->revoked;
}

#define NAMES_MOST 4

void
as_dkim_names_add(
    struct as_say *o, struct as_dkim_names *l, struct as_str selector)
{
	if (l->n++ >= NAMES_MOST)
		return;
	if (l->n == 2)
		l->text = l->last;
	else if (l->n > 2)
		l->text = as_say_text(o, AS_STR_FMT ", " AS_STR_FMT,
		    AS_STR_ARG(l->text), AS_STR_ARG(l->last));
	l->last = as_say_esc(o, selector);
}

struct as_str
as_dkim_names_text(struct as_say *o, const struct as_dkim_names *l)
{
	if (l->n <= 1)
		return l->last;
	if (l->n <= NAMES_MOST)
		return as_say_text(o, AS_STR_FMT " and " AS_STR_FMT,
		    AS_STR_ARG(l->text), AS_STR_ARG(l->last));
	return as_say_text(o, AS_STR_FMT ", " AS_STR_FMT " and %zu more",
	    AS_STR_ARG(l->text), AS_STR_ARG(l->last), l->n - NAMES_MOST);
}

struct as_dkim_faults
as_dkim_faults_find(struct as_say *o, const struct as_dkim_probe *keys,
    size_t n, as_dkim_fault *fault)
{
	struct as_dkim_faults f = {.list = {.between = "; "}};

	for (size_t i = 0; i < n; i++) {
		struct as_str text = fault(o, &keys[i]);

		if (as_str_is_null(text))
			continue;
		as_dkim_names_add(o, &f.names, keys[i].selector);
		as_list_add(o, &f.list,
		    as_say_text(o, AS_STR_FMT "._domainkey: " AS_STR_FMT,
			AS_STR_ARG(as_say_esc(o, keys[i].selector)),
			AS_STR_ARG(text)));
	}
	return f;
}

struct as_finding *
as_dkim_say_faults(struct as_say *o, enum as_verdict verdict,
    const struct as_dkim_faults *faults, const char *one, const char *many)
{
	bool single = faults->names.n == 1;
	struct as_finding *f = as_say(o, verdict,
	    "DKIM key%s " AS_STR_FMT " %s.", single ? "" : "s",
	    AS_STR_ARG(as_dkim_names_text(o, &faults->names)),
	    single ? one : many);

	as_say_evidence(
	    o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &faults->list)));
	return f;
}

void
as_dkim_say_none(const struct as_case *c, struct as_say *o, const char *pass)
{
	for (size_t i = 0; i < c->n_keys; i++)
		if (c->keys[i].cut) {
			as_say_unknown_answer(o, c->keys[i].answer);
			return;
		}
	as_say_pass(o, "%s", pass);
}

/* --- rules on the domain --- */

static void
say_found(const struct as_case *c, struct as_say *o)
{
	struct as_dkim_names live = {0}, revoked = {0};

	for (size_t i = 0; i < c->n_keys; i++) {
		const struct as_dkim_key *k = c->keys[i].key;

		as_dkim_names_add(o, k != NULL && k->revoked ? &revoked : &live,
		    c->keys[i].selector);
	}
	if (live.n == 0)
		as_say_pass(o,
		    "Only revoked DKIM keys were found: " AS_STR_FMT ".",
		    AS_STR_ARG(as_dkim_names_text(o, &revoked)));
	else if (revoked.n == 0)
		as_say_pass(o, "DKIM keys found: " AS_STR_FMT ".",
		    AS_STR_ARG(as_dkim_names_text(o, &live)));
	else
		as_say_pass(o,
		    "DKIM keys found: " AS_STR_FMT "; revoked: " AS_STR_FMT ".",
		    AS_STR_ARG(as_dkim_names_text(o, &live)),
		    AS_STR_ARG(as_dkim_names_text(o, &revoked)));
}

/* RFC 8020 2; an answer that is not signed may be a lie, so some selectors were
 * tried even so. */
static void
say_no_selectors(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f = as_say(o, AS_VERDICT_WARN,
	    "No DKIM key exists: there is nothing below "
	    "_domainkey." AS_STR_FMT ".",
	    AS_STR_ARG(c->shown));

	as_say_evidence(o, f,
	    "_domainkey." AS_STR_FMT ": NXDOMAIN%s" AS_STR_FMT,
	    AS_STR_ARG(c->shown), c->n_selectors > 0 ? "; tried even so: " : "",
	    AS_STR_ARG(c->n_selectors == 0
		    ? AS_STR("")
		    : as_list_of(o, ", ", c->d->selectors, c->n_selectors)));
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
		say_no_selectors(c, o);
	} else if (c->wildcard != NULL) {
		as_say_cause(o,
		    (struct as_cause){
			AS_STR("a wildcard answers for every DKIM selector"),
			"Remove the wildcard, as dkim.wildcard says: then keys "
			"can be told from it."});
	} else if (c->n_selectors == 0) {
		as_say_unknown_answer(o, c->key_unknown);
	} else if (c->n_key_unknown > 0) {
		as_dkim_say_unanswered(c, o);
	} else {
		f = as_say(o, AS_VERDICT_INFO,
		    "No DKIM key was found among %zu selectors probed.",
		    c->n_selectors);
		as_say_evidence(o, f,
		    "selectors cannot be listed from outside, so keys may "
		    "exist under other names; tried: " AS_STR_FMT,
		    AS_STR_ARG(
			as_list_of(o, ", ", c->d->selectors, c->n_selectors)));
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
	if (!as_dkim_is_live(p))
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
		if (as_dkim_is_live(&c->keys[i])) {
			name = c->keys[i].selector;
			current = c->keys[i].text;
		}
	as_say_record(o, f,
	    as_say_text(o, AS_STR_FMT "._domainkey." AS_STR_FMT,
		AS_STR_ARG(name), AS_STR_ARG(c->name)),
	    "TXT", current, AS_STR("v=DKIM1; p="));
}

/* Every selector was answered, and every key is whole? */
static bool
need_all(const struct as_case *c, struct as_say *o)
{
	if (c->n_key_unknown > 0)
		as_dkim_say_unanswered(c, o);
	else if (c->n_selectors == 0 && !c->d->no_selectors)
		as_say_unknown_answer(o, c->key_unknown);
	else
		return true;
	return false;
}

void
as_check_dkim_no_mail(const struct as_case *c, struct as_say *o)
{
	struct as_dkim_faults l;
	struct as_finding *f;

	if (!as_need_silent(c, o))
		return;
	l = as_dkim_faults_find(o, c->keys, c->n_keys, fault_live);
	if (l.names.n > 0) {
		f = as_say(o, AS_VERDICT_WARN,
		    "The domain sends no mail, yet DKIM key%s " AS_STR_FMT
		    " for it %s valid.",
		    l.names.n == 1 ? "" : "s",
		    AS_STR_ARG(as_dkim_names_text(o, &l.names)),
		    l.names.n == 1 ? "is" : "are");
		as_say_evidence(
		    o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &l.list)));
		propose_revoked(c, o, f, l.names.n);
	} else if (need_all(c, o)) {
		as_dkim_say_none(c, o, "No working DKIM key was found.");
	}
}

/* An answer that nothing is there, which the selectors beneath refute: many
 * resolvers then deny these, too (DKIM-9). */
void
as_check_dkim_name_denied(const struct as_case *c, struct as_say *o)
{
	struct as_dkim_names l = {0};
	struct as_finding *f;

	if (c->wildcard == NULL && !as_dkim_need_keys(c, o))
		return;
	if (!as_case_known(c->domainkey)) {
		as_say_unknown_answer(o, c->domainkey);
		return;
	}
	if (c->domainkey->outcome != AS_DNS_NXDOMAIN ||
	    c->domainkey->n_chain > 0) {
		as_say_pass(o, "The name above the DKIM keys is not denied.");
		return;
	}
	if (c->wildcard != NULL)
		as_dkim_names_add(o, &l, AS_STR("*"));
	for (size_t i = 0; i < c->n_keys; i++)
		as_dkim_names_add(o, &l, c->keys[i].selector);
	f = as_say(o, AS_VERDICT_WARN,
	    "The name servers deny _domainkey." AS_STR_FMT
	    ", though DKIM key%s " AS_STR_FMT " %s below it.",
	    AS_STR_ARG(c->shown), l.n == 1 ? "" : "s",
	    AS_STR_ARG(as_dkim_names_text(o, &l)),
	    l.n == 1 ? "stands" : "stand");
	as_say_evidence(
	    o, f, "_domainkey." AS_STR_FMT ": NXDOMAIN", AS_STR_ARG(c->shown));
}
