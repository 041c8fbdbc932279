#include "assess/advice.h"
#include "assess/cause.h"
#include "assess/rules.h"

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

static struct as_str
policy_subject(const struct as_case *c, struct as_say *o)
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

/* A policy that can be read?  Else said why not. */
static bool
need_policy(const struct as_case *c, struct as_say *o)
{
	const struct as_policy_facts *p = c->policy_facts;

	if (!need_record(c, o))
		return false;
	o->subject = policy_subject(c, o);
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
	if (c->sts_set.found == AS_FOUND_UNKNOWN) {
		as_say_unknown_answer(o, c->sts_set.answer);
		return;
	}
	if (c->sts_set.found != AS_FOUND_NONE) {
		as_say_pass(o, "MTA-STS is published.");
		return;
	}
	f = as_say(o, AS_VERDICT_WARN, AS_STR_FMT " does not use MTA-STS.",
	    AS_STR_ARG(c->shown));
	as_say_evidence(o, f, "TXT " AS_STR_FMT ": no text with v=STSv1",
	    AS_STR_ARG(as_say_esc(o, c->sts_set.name)));
	as_say_advice(o, f,
	    "Serve a policy file at https://mta-sts." AS_STR_FMT
	    "/.well-known/mta-sts.txt, then publish the record. "
	    "The lines of the file: " AS_STR_FMT,
	    AS_STR_ARG(c->shown), AS_STR_ARG(as_advice_policy(o, "testing")));
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
	o->subject = policy_subject(c, o);
	if (p != NULL && p->outcome == AS_SUBJECT_DONE &&
	    p->fetch == AS_FETCH_OK) {
		as_say_pass(o, "The MTA-STS policy file can be fetched.");
		return;
	}
	if (!as_fetch_is_definite(p)) {
		(void)need_policy(c, o);
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
		if (need_policy(c, o))
			as_say_pass(o, "The MTA-STS policy file can be read.");
		return;
	}
	o->subject = policy_subject(c, o);
	f = as_say(o, AS_VERDICT_FAIL,
	    "The MTA-STS policy file has a fault and is ignored: %s",
	    c->policy_why.text);
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_say_esc(o, p->body)));
}

void
as_check_mta_sts_mode(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!need_policy(c, o))
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

void
as_check_mta_sts_max_age(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;
	uint32_t age, n;

	if (!need_policy(c, o))
		return;
	age = c->policy->max_age;
	if (age >= 604800) {
		as_say_pass(o,
		    "Senders remember the MTA-STS policy for %u "
		    "days.",
		    age / 86400);
		return;
	}
	n = age < 86400 ? age / 3600 : age / 86400;
	f = as_say(o, age < 86400 ? AS_VERDICT_WARN : AS_VERDICT_INFO,
	    "Senders forget the MTA-STS policy after %u %s%s.", n,
	    age < 86400 ? "hour" : "day", n == 1 ? "" : "s");
	as_say_evidence(o, f, "max_age: %u", age);
	as_say_advice(o, f, "%s", o->rule->advice);
}

/* --- policy and mail servers --- */

static bool
is_named(const struct as_mta_sts_policy *p, struct as_str host)
{
	for (size_t i = 0; i < p->n_mx; i++)
		if (as_mta_sts_mx_match(p->mx[i], host))
			return true;
	return false;
}

static enum as_judged
judge_named(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	struct as_str all;
	struct as_finding *f;
	bool enforced = c->policy->mode == AS_MTA_STS_ENFORCE;

	if (is_named(c->policy, m->host))
		return AS_JUDGED_PASS;
	all = as_list_of(o, ", ", c->policy->mx, c->policy->n_mx);
	f = as_say(o, enforced ? AS_VERDICT_FAIL : AS_VERDICT_WARN,
	    "The MTA-STS policy does not name the mail server " AS_STR_FMT
	    "%s.",
	    AS_STR_ARG(as_say_esc(o, m->host)),
	    enforced ? ": senders refuse to deliver to it" : "");
	as_say_evidence(o, f, "the policy names: " AS_STR_FMT, AS_STR_ARG(all));
	as_say_advice(o, f, "%s Lines for the file: " AS_STR_FMT,
	    o->rule->advice,
	    AS_STR_ARG(
		as_advice_policy(o, as_mta_sts_mode_text(c->policy->mode))));
	return AS_JUDGED_SAID;
}

static bool
need_active(const struct as_case *c, struct as_say *o)
{
	if (!need_policy(c, o))
		return false;
	if (c->policy->mode == AS_MTA_STS_NONE)
		as_say_na(o, "the policy is switched off");
	return c->policy->mode != AS_MTA_STS_NONE;
}

void
as_check_mta_sts_mx_mismatch(const struct as_case *c, struct as_say *o)
{
	if (need_active(c, o))
		as_each_host(c, o, judge_named,
		    "The MTA-STS policy names every mail server.",
		    "the domain names no mail server");
}

/* What RFC 8461 4.2 asks and this visit does not show; NULL: all is well. */
static const char *
sts_fault(const struct as_case *c, const struct as_host_facts *h)
{
	const struct as_cert *leaf;

	if (h->smtp->starttls != AS_STARTTLS_ACCEPTED)
		return "it offers no STARTTLS";
	if (h->tls->outcome != AS_TLS_OK)
		return "the TLS handshake fails";
	if (!as_str_is(h->tls->version, "TLSv1.2") &&
	    !as_str_is(h->tls->version, "TLSv1.3"))
		return "its TLS version is too old";
	if (h->tls->n_chain == 0)
		return "it sends no certificate";
	leaf = &h->tls->chain[0];
	if (c->options->now_ms > leaf->not_after ||
	    c->options->now_ms < leaf->not_before)
		return "its certificate is not within its dates";
	if (!h->tls->trusted)
		return "no public authority vouches for its certificate";
	return h->tls->name_matches ? NULL
				    : "its certificate is for another name";
}

static enum as_judged
judge_certificate(const struct as_case *c, struct as_say *o,
    const struct as_mx *m, const struct as_host_facts *h)
{
	bool enforced = c->policy->mode == AS_MTA_STS_ENFORCE;
	enum as_judged got = as_visit_encrypted(o, h);
	const char *fault;
	struct as_finding *f;

	if (got == AS_JUDGED_SAID)
		return got;
	fault = sts_fault(c, h);
	if (fault == NULL)
		return AS_JUDGED_PASS;
	f = as_say(o, enforced ? AS_VERDICT_FAIL : AS_VERDICT_WARN,
	    AS_STR_FMT " does not satisfy the MTA-STS policy%s: %s.",
	    AS_STR_ARG(as_say_esc(o, m->host)),
	    enforced ? "; senders refuse to deliver to it" : "", fault);
	as_say_evidence(
	    o, f, "mode: %s; %s", as_mta_sts_mode_text(c->policy->mode), fault);
	return AS_JUDGED_SAID;
}

void
as_check_mta_sts_certificate_of_mx(const struct as_case *c, struct as_say *o)
{
	if (need_active(c, o))
		as_each_visit(c, o, judge_certificate,
		    "Every mail server satisfies the MTA-STS policy.",
		    "no mail server was visited");
}
