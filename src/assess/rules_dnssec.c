#include "assess/rules.h"
#include "std/dns_wire.h"
#include "std/domain.h"

#include "base/banned.h"

void
as_check_dnssec_bogus(const struct as_case *c, struct as_say *o)
{
	struct as_list bad = {.between = "; "};
	struct as_finding *f;

	for (size_t i = 0; i < c->d->n_answers; i++) {
		const struct as_answer *ans = &c->d->answers[i];

		if (!as_case_is_bogus(ans) ||
		    !as_domain_within(ans->name, c->name))
			continue;
		as_list_add(o, &bad, as_case_cause(c, ans));
	}
	if (bad.n > 0) {
		f = as_say(o, AS_VERDICT_FAIL,
		    "DNSSEC validation of " AS_STR_FMT " fails.",
		    AS_STR_ARG(c->shown));
		as_say_evidence(
		    o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &bad)));
		return;
	}
	if (!as_case_known(c->mx_answer) && !as_case_known(c->spf_set.answer)) {
		as_say_unknown_answer(o, c->mx_answer);
		return;
	}
	switch (as_case_security(c)) {
	case AS_DNSSEC_SECURE:
		as_say_pass(o, "The domain's DNSSEC signatures are valid.");
		break;
	case AS_DNSSEC_INSECURE:
		as_say_na(o, "the domain is not signed");
		break;
	default:
		as_say_unknown(o, AS_STR("the answers could not be validated"));
		break;
	}
}

void
as_check_dnssec_unsigned(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_case_known(c->mx_answer) && !as_case_known(c->spf_set.answer)) {
		as_say_unknown_answer(o, c->mx_answer);
		return;
	}
	switch (as_case_security(c)) {
	case AS_DNSSEC_SECURE:
		as_say_pass(o, "The domain is signed with DNSSEC.");
		return;
	case AS_DNSSEC_INSECURE: break;
	case AS_DNSSEC_BOGUS:
		as_say_unknown_answer(o,
		    as_case_is_bogus(c->mx_answer) ? c->mx_answer
						   : c->spf_set.answer);
		return;
	default:
		as_say_unknown(o, AS_STR("the answers could not be validated"));
		return;
	}
	f = as_say(o, AS_VERDICT_INFO, AS_STR_FMT " is not signed with DNSSEC.",
	    AS_STR_ARG(c->shown));
	as_say_evidence(o, f,
	    "the answers for " AS_STR_FMT " are proven to be "
	    "unsigned (insecure)",
	    AS_STR_ARG(c->shown));
	if (c->zone.dnskey != NULL && c->zone.dnskey->n_dnskey > 0)
		as_say_advice(o, f,
		    "The zone is signed already: have the registrar publish "
		    "its DS record.");
	else
		as_say_advice(o, f, "%s", o->rule->advice);
}

static const struct as_answer *
bogus_address(const struct as_mx *m)
{
	return as_case_is_bogus(m->a) ? m->a : m->aaaa;
}

static enum as_judged
judge_host(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	struct as_finding *f;

	if (m->address_security == AS_DNSSEC_BOGUS) {
		f = as_say(o, AS_VERDICT_FAIL,
		    "DNSSEC validation of the mail server " AS_STR_FMT
		    " fails.",
		    AS_STR_ARG(as_say_esc(o, m->host)));
		as_say_evidence(o, f, AS_STR_FMT,
		    AS_STR_ARG(as_case_cause(c, bogus_address(m))));
		as_say_advice(o, f,
		    "Have the zone of the mail server signed again, and check "
		    "its DS record at the parent.");
		return AS_JUDGED_SAID;
	}
	if (m->has_address == AS_NO || m->literal)
		return AS_JUDGED_SKIP;
	if (as_case_security(c) == AS_DNSSEC_INSECURE)
		return AS_JUDGED_SKIP;
	if (!as_case_known(m->a) && !as_case_known(m->aaaa)) {
		as_say_unknown_answer(o, m->a);
		return AS_JUDGED_SAID;
	}
	if (m->address_security == AS_DNSSEC_INDETERMINATE) {
		as_say_unknown(o, AS_STR("the answers could not be validated"));
		return AS_JUDGED_SAID;
	}
	if (m->address_security == AS_DNSSEC_SECURE)
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_INFO,
	    "The name of the mail server " AS_STR_FMT " is not signed.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f,
	    "the address of " AS_STR_FMT " is proven to be "
	    "unsigned (insecure)",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_advice(o, f, "%s", o->rule->advice);
	return AS_JUDGED_SAID;
}

void
as_check_dnssec_mx_host(const struct as_case *c, struct as_say *o)
{
	as_each_host(c, o, judge_host, "Every mail server's name is signed.",
	    "the domain itself is not signed, or names no mail server");
}
