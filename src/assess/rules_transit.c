#include "assess/cause.h"
#include "assess/rules.h"

#include "base/banned.h"

/* The first mail server whose TLSA records are not known; without one there
 * are more of them than was kept. */
static void
say_tlsa_unsure(const struct as_case *c, struct as_say *o)
{
	for (size_t i = 0; i < c->n_mx; i++) {
		const struct as_mx *m = &c->mx[i];

		if (m->has_address == AS_NO || m->dane != AS_DANE_USE_UNKNOWN)
			continue;
		as_say_cause(o, as_cause_tlsa(o, m));
		return;
	}
	as_say_unknown_answer(o, c->mx_answer);
}

/* Why it is not known whether senders insist. */
static void
say_unsure(const struct as_case *c, struct as_say *o)
{
	if (c->d->only_dns && c->policy_facts == NULL && c->n_visits == 0)
		as_say_untested(o);
	else if (c->sts_enforces == AS_UNSURE &&
	    c->sts_set.found == AS_FOUND_UNKNOWN)
		as_say_unknown_answer(o, c->sts_set.answer);
	else if (c->sts_enforces == AS_UNSURE)
		as_say_cause(o, as_cause_policy(o, c->policy_facts));
	else
		say_tlsa_unsure(c, o);
}

static const char *
sts_words(const struct as_case *c)
{
	if (c->sts_set.found == AS_FOUND_NONE)
		return "there is no MTA-STS record";
	if (c->sts == NULL)
		return "the MTA-STS record is not usable";
	if (c->policy == NULL)
		return "the MTA-STS policy is not usable";
	switch (c->policy->mode) {
	case AS_MTA_STS_ENFORCE: return "MTA-STS is enforced";
	case AS_MTA_STS_TESTING: return "MTA-STS is only being tested";
	default: return "MTA-STS is switched off";
	}
}

void
as_check_transit_downgrade(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_need_mail_in(c, o))
		return;
	if (c->sts_enforces == AS_YES || c->dane_enforces == AS_YES) {
		as_say_pass(o, "Senders insist on encryption by %s.",
		    c->sts_enforces != AS_YES        ? "DANE"
			: c->dane_enforces == AS_YES ? "MTA-STS and DANE"
						     : "MTA-STS");
		return;
	}
	if (c->sts_enforces == AS_UNSURE || c->dane_enforces == AS_UNSURE) {
		say_unsure(c, o);
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    "An attacker on the way can switch the encryption off.");
	as_say_evidence(o, f,
	    "%s; not every mail server has TLSA records in "
	    "force",
	    sts_words(c));
}

/* What keeps MTA-STS from being in force. */
static const char *
sts_advice(const struct as_case *c)
{
	if (c->sts_set.found == AS_FOUND_NONE)
		return "Publish MTA-STS, first in mode testing.";
	if (c->sts == NULL)
		return "Mend the MTA-STS record: one alone, and as RFC 8461 "
		       "3.1 says.";
	if (c->policy == NULL)
		return "Mend the MTA-STS policy file, so that senders can "
		       "fetch and read it.";
	if (c->policy->mode == AS_MTA_STS_TESTING)
		return "Set the MTA-STS policy to enforce when TLS reports "
		       "have stayed clean for some weeks.";
	return "Set the MTA-STS policy to testing, and to enforce when TLS "
	       "reports stay clean.";
}

/* The first mail server that DANE does not hold for. */
static const struct as_mx *
dane_gap(const struct as_case *c)
{
	for (size_t i = 0; i < c->n_mx; i++)
		if (c->mx[i].has_address == AS_NO ||
		    c->mx[i].dane != AS_DANE_USE_EFFECTIVE)
			return &c->mx[i];
	return NULL;
}

/* What keeps DANE from being in force there. */
static const char *
dane_words(const struct as_mx *m)
{
	if (m->has_address == AS_NO)
		return "Take the MX record out, or give an address to";
	if (m->dane == AS_DANE_USE_BOGUS)
		return "Have the DNSSEC fault of the TLSA records mended for";
	if (m->dane == AS_DANE_USE_UNUSABLE)
		return "Replace the TLSA records, which cannot be used, of";
	if (m->address_security != AS_DNSSEC_SECURE)
		return "Have the zone signed with DNSSEC, and TLSA records "
		       "published, for";
	return m->dane == AS_DANE_USE_NO_TLSA
	    ? "Publish TLSA records for"
	    : "Have the zone of the TLSA records signed for";
}

static void
dane_advise(const struct as_case *c, struct as_say *o, struct as_finding *f)
{
	const struct as_mx *m = dane_gap(c);

	if (as_case_security(c) != AS_DNSSEC_SECURE)
		as_say_advice(o, f,
		    "Sign the domain with DNSSEC; TLSA records for its mail "
		    "servers count only then.");
	else if (m != NULL)
		as_say_advice(o, f, "%s " AS_STR_FMT ".", dane_words(m),
		    AS_STR_ARG(as_say_esc(o, m->host)));
}

void
as_check_transit_one_way_only(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_need_mail_in(c, o))
		return;
	if (c->sts_enforces == AS_UNSURE || c->dane_enforces == AS_UNSURE) {
		say_unsure(c, o);
		return;
	}
	if (c->sts_enforces == c->dane_enforces) {
		if (c->sts_enforces == AS_YES)
			as_say_pass(o, "MTA-STS and DANE are both in force.");
		else
			as_say_na(o, "neither MTA-STS nor DANE is in force");
		return;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    c->sts_enforces == AS_YES
		? "Only senders that use MTA-STS are sure of your servers."
		: "Only senders that use DANE are sure of your servers.");
	as_say_evidence(o, f, "%s; %s", sts_words(c),
	    c->dane_enforces == AS_YES
		? "every mail server has TLSA records in force"
		: "not every mail server has TLSA records in force");
	if (c->sts_enforces != AS_YES)
		as_say_advice(o, f, "%s", sts_advice(c));
	else
		dane_advise(c, o, f);
}
