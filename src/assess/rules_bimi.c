#include "assess/rules_dmarc.h"

#include "base/banned.h"

/* Is there a record?  Else said why not. */
static bool
need_record(const struct as_case *c, struct as_say *o)
{
	if (c->bimi_set.found == AS_FOUND_UNKNOWN)
		as_say_unknown_answer(o, c->bimi_set.answer);
	if (c->bimi_set.found == AS_FOUND_NONE)
		as_say_na(o, "there is no BIMI record");
	return c->bimi_set.n > 0 && c->bimi_set.found != AS_FOUND_UNKNOWN;
}

void
as_check_bimi_syntax(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;
	struct as_str all;

	if (!need_record(c, o))
		return;
	if (c->bimi != NULL) {
		as_say_pass(o, "The BIMI record can be read.");
		return;
	}
	if (c->bimi_set.found == AS_FOUND_MANY)
		f = as_say(o, AS_VERDICT_WARN,
		    "There are %zu BIMI records; receivers use none.",
		    c->bimi_set.n);
	else
		f = as_say(o, AS_VERDICT_WARN,
		    "The BIMI record has a fault and is ignored: %s",
		    c->bimi_why.text);
	all = as_list_of(o, " | ", c->bimi_set.texts, c->bimi_set.n);
	as_say_evidence(o, f, AS_STR_FMT ": " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, c->bimi_set.name)), AS_STR_ARG(all));
}

/* Why the policy in force is too weak for a logo; NULL when it is not. */
static const char *
weakness(const struct as_case *c)
{
	const struct as_dmarc *d = c->dmarc_record;

	if (d == NULL)
		return "no DMARC policy applies";
	if (d->testing)
		return "the policy is in test mode (t=y)";
	if (c->dmarc_policy < AS_DMARC_QUARANTINE)
		return "the policy is none";
	if (as_dmarc_sub_policy(d) < AS_DMARC_QUARANTINE)
		return "the policy for subdomains is none";
	if (c->dmarc_policy == AS_DMARC_QUARANTINE && d->pct < 100)
		return "the policy is quarantine with a pct below 100";
	return NULL;
}

void
as_check_bimi_dmarc(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;
	const char *why;

	if (!need_record(c, o))
		return;
	if (c->bimi == NULL || c->bimi->l.n == 0) {
		as_say_na(o, "the BIMI record names no logo");
		return;
	}
	if (c->dmarc.unknown && !as_dmarc_need_policy(c, o))
		return;
	why = weakness(c);
	if (why == NULL) {
		as_say_pass(o, "DMARC is strict enough for a logo.");
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    "No logo will be shown for " AS_STR_FMT ": %s.",
	    AS_STR_ARG(c->shown), why);
	as_say_evidence(o, f, AS_STR_FMT ": " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, c->bimi_set.name)),
	    AS_STR_ARG(as_say_esc(o, c->bimi_set.texts[0])));
}
