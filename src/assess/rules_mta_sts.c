#include "assess/rules_mta_sts.h"

#include "assess/advice.h"
#include "assess/cause.h"

#include "base/banned.h"

/* --- what the rules share --- */

/* One record that can be read?  Else said why not. */
static bool
need_record(const struct as_case *c, struct as_say *o)
{
	if (!as_need_mail_in(c, o))
		return false;
	if (c->sts_set.found == AS_FOUND_UNKNOWN)
		as_say_unknown_answer(o, c->sts_set.answer);
	else if (c->sts_set.found == AS_FOUND_NONE)
		as_say_na(o, "there is no MTA-STS record");
	else if (c->sts == NULL)
		as_say_na(o, "there is no usable MTA-STS record");
	return c->sts != NULL;
}

struct as_str
as_policy_subject(const struct as_case *c, struct as_say *o)
{
	return as_say_text(o, "policy:" AS_STR_FMT, AS_STR_ARG(c->shown));
}

static const char *
fetch_words(enum as_fetch fetch)
{
	switch (fetch) {
	case AS_FETCH_NO_ADDRESS: return "its host has no address";
	case AS_FETCH_FORBIDDEN:
		return "its host has an address that the internet cannot reach";
	case AS_FETCH_TLS: return "the TLS handshake fails";
	case AS_FETCH_CERTIFICATE: return "the certificate is not valid";
	case AS_FETCH_STATUS: return "the server does not answer 200";
	case AS_FETCH_REDIRECT:
		return "the server redirects, which is not "
		       "allowed";
	case AS_FETCH_TOO_LARGE: return "the file is too large";
	case AS_FETCH_MEDIA_TYPE: return "it is not served as text/plain";
	case AS_FETCH_BROKEN: return "the server does not speak proper HTTP";
	default: return as_fetch_text(fetch);
	}
}

static struct as_str
fetch_text(struct as_say *o, const struct as_policy_facts *p)
{
	struct as_str detail = as_say_esc(
	    o, p->fetch == AS_FETCH_REDIRECT ? p->location : p->detail);

	if (p->outcome != AS_SUBJECT_DONE)
		return as_say_text(o, "the visit ended early (%s)",
		    as_subject_outcome_text(p->outcome));
	if (p->fetch == AS_FETCH_STATUS)
		return as_say_text(o, "the server answers %u", p->status);
	return as_say_text(o, "%s%s" AS_STR_FMT, fetch_words(p->fetch),
	    detail.n > 0 ? ": " : "", AS_STR_ARG(detail));
}

bool
as_need_policy(const struct as_case *c, struct as_say *o)
{
	const struct as_policy_facts *p = c->policy_facts;

	if (!need_record(c, o))
		return false;
	o->subject = as_policy_subject(c, o);
	if (c->policy != NULL)
		return true;
	if (p == NULL && c->d->only_dns)
		as_say_untested(o);
	else if (p != NULL && p->outcome == AS_SUBJECT_DONE &&
	    p->fetch == AS_FETCH_OK)
		as_say_na(o, "the policy file cannot be read");
	else if (as_fetch_is_definite(p))
		as_say_na(o, "the policy file cannot be fetched");
	else
		as_say_cause(o, as_cause_policy(o, p));
	return false;
}

/* --- the record --- */

void
as_check_mta_sts_missing(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_need_mail_in(c, o))
		return;
	if (!as_say_is_none(o, &c->sts_set, "MTA-STS is published."))
		return;
	f = as_say(o, AS_VERDICT_WARN, AS_STR_FMT " does not use MTA-STS.",
	    AS_STR_ARG(c->shown));
	as_say_evidence(o, f, "TXT " AS_STR_FMT ": no text with v=STSv1",
	    AS_STR_ARG(as_say_esc(o, c->sts_set.name)));
	if (c->policy != NULL)
		as_say_advice(o, f,
		    "The policy file is served already: see that it is right, "
		    "then publish the record.");
	else
		as_say_advice(o, f,
		    "Serve a policy file at https://mta-sts." AS_STR_FMT
		    "/.well-known/mta-sts.txt, then publish the record. "
		    "The lines of the file: " AS_STR_FMT,
		    AS_STR_ARG(c->shown),
		    AS_STR_ARG(as_advice_policy(o, "testing")));
	as_say_record(
	    o, f, c->sts_set.name, "TXT", AS_STR(""), as_advice_mta_sts_new(o));
}

void
as_check_mta_sts_multiple(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;
	struct as_str all;

	if (!as_need_mail_in(c, o))
		return;
	switch (c->sts_set.found) {
	case AS_FOUND_UNKNOWN:
		as_say_unknown_answer(o, c->sts_set.answer);
		return;
	case AS_FOUND_NONE: as_say_na(o, "there is no MTA-STS record"); return;
	case AS_FOUND_ONE:
		as_say_pass(o, "There is one MTA-STS record.");
		return;
	default: break;
	}
	all = as_list_of(o, " | ", c->sts_set.texts, c->sts_set.n);
	f = as_say(o, AS_VERDICT_FAIL,
	    "There are %zu MTA-STS records; senders act as if there were "
	    "none.",
	    c->sts_set.n);
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(all));
	as_say_record(
	    o, f, c->sts_set.name, "TXT", AS_STR(""), as_advice_mta_sts_new(o));
	if (f->record.name.n > 0)
		f->record.current = all;
}

void
as_check_mta_sts_record_syntax(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (c->receives != AS_YES || c->sts_set.found != AS_FOUND_ONE ||
	    c->sts != NULL) {
		if (need_record(c, o))
			as_say_pass(o, "The MTA-STS record can be read.");
		return;
	}
	f = as_say(o, AS_VERDICT_FAIL,
	    "The MTA-STS record has a fault and is ignored: %s",
	    c->sts_why.text);
	as_say_evidence(
	    o, f, AS_STR_FMT, AS_STR_ARG(as_say_esc(o, c->sts_set.texts[0])));
	as_say_record(o, f, c->sts_set.name, "TXT", c->sts_set.texts[0],
	    as_advice_mta_sts_new(o));
}

/* --- the policy file --- */

void
as_check_mta_sts_policy_fetch(const struct as_case *c, struct as_say *o)
{
	const struct as_policy_facts *p = c->policy_facts;
	struct as_finding *f;

	if (!need_record(c, o))
		return;
	o->subject = as_policy_subject(c, o);
	if (p != NULL && p->outcome == AS_SUBJECT_DONE &&
	    p->fetch == AS_FETCH_OK) {
		as_say_pass(o, "The MTA-STS policy file can be fetched.");
		return;
	}
	if (!as_fetch_is_definite(p)) {
		(void)as_need_policy(c, o);
		return;
	}
	f = as_say(o, AS_VERDICT_FAIL,
	    "The MTA-STS policy file cannot be fetched: %s.",
	    fetch_words(p->fetch));
	as_say_evidence(o, f,
	    "https://" AS_STR_FMT "/.well-known/mta-sts.txt: " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, p->host)), AS_STR_ARG(fetch_text(o, p)));
}

void
as_check_mta_sts_policy_syntax(const struct as_case *c, struct as_say *o)
{
	const struct as_policy_facts *p = c->policy_facts;
	struct as_finding *f;

	if (c->policy_why.code == AS_OK || c->sts == NULL ||
	    c->receives != AS_YES) {
		if (as_need_policy(c, o))
			as_say_pass(o, "The MTA-STS policy file can be read.");
		return;
	}
	o->subject = as_policy_subject(c, o);
	f = as_say(o, AS_VERDICT_FAIL,
	    "The MTA-STS policy file has a fault and is ignored: %s",
	    c->policy_why.text);
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_say_esc(o, p->body)));
}

void
as_check_mta_sts_mode(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_need_policy(c, o))
		return;
	if (c->policy->mode == AS_MTA_STS_ENFORCE) {
		as_say_pass(o, "The MTA-STS policy is enforced.");
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    c->policy->mode == AS_MTA_STS_NONE
		? "The MTA-STS policy is switched off (mode none)."
		: "The MTA-STS policy is only being tested.");
	as_say_evidence(
	    o, f, "mode: %s", as_mta_sts_mode_text(c->policy->mode));
	if (c->policy->mode == AS_MTA_STS_NONE)
		as_say_advice(o, f,
		    "Set mode: testing and name your mail "
		    "servers, or remove the record if you mean to leave "
		    "MTA-STS. Lines for the file: " AS_STR_FMT,
		    AS_STR_ARG(as_advice_policy(o, "testing")));
}

/* In the largest unit that it fills. */
static struct as_str
after_text(struct as_say *o, uint32_t age)
{
	static const struct {
		uint32_t seconds;
		const char *name;
	} units[] = {
	    {86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
	size_t i = 0;

	if (age == 0)
		return AS_STR("at once");
	while (age < units[i].seconds)
		i++;
	age /= units[i].seconds;
	return as_say_text(
	    o, "after %u %s%s", age, units[i].name, age == 1 ? "" : "s");
}

void
as_check_mta_sts_max_age(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;
	uint32_t age;

	if (!as_need_policy(c, o))
		return;
	age = c->policy->max_age;
	if (age >= 604800) {
		as_say_pass(o,
		    "Senders remember the MTA-STS policy for %u "
		    "days.",
		    age / 86400);
		return;
	}
	f = as_say(o, age < 86400 ? AS_VERDICT_WARN : AS_VERDICT_INFO,
	    "Senders forget the MTA-STS policy " AS_STR_FMT ".",
	    AS_STR_ARG(after_text(o, age)));
	as_say_evidence(o, f, "max_age: %u", age);
	as_say_advice(o, f, "%s", o->rule->advice);
}
