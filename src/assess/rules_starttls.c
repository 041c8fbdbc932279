#include "assess/cause.h"
#include "assess/rules.h"

#include "base/banned.h"

static enum as_judged
judge_offered(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	struct as_finding *f;

	(void)c;
	if (!as_visit_spoke(o, h))
		return AS_JUDGED_SAID;
	if (h->smtp->starttls == AS_STARTTLS_NOT_REACHED &&
	    !h->smtp->helo_only) {
		as_say_cause(o, as_cause_starttls(o, h));
		return AS_JUDGED_SAID;
	}
	if (h->smtp->starttls != AS_STARTTLS_NOT_OFFERED && !h->smtp->helo_only)
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_FAIL,
	    AS_STR_FMT " offers no encryption (STARTTLS).",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	if (h->smtp->helo_only)
		as_say_evidence(o, f,
		    "EHLO was refused; after HELO no "
		    "STARTTLS is possible");
	else
		as_say_evidence(o, f,
		    "the EHLO answer holds no STARTTLS (%zu line%s)",
		    h->smtp->n_ehlo, h->smtp->n_ehlo == 1 ? "" : "s");
	return AS_JUDGED_SAID;
}

void
as_check_starttls_offered(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_offered, "Every mail server offers STARTTLS.",
	    "no mail server answered");
}

/* Offered at all?  A server that does not is starttls.offered's business. */
static bool
is_offered(const struct as_host_facts *h)
{
	return h->smtp->starttls != AS_STARTTLS_NOT_OFFERED &&
	    !h->smtp->helo_only;
}

static enum as_judged
judge_refused(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	struct as_finding *f;

	(void)c;
	if (!as_visit_spoke(o, h))
		return AS_JUDGED_SAID;
	if (!is_offered(h))
		return AS_JUDGED_SKIP;
	switch (h->smtp->starttls) {
	case AS_STARTTLS_ACCEPTED: return AS_JUDGED_PASS;
	case AS_STARTTLS_REFUSED: break;
	default:
		as_say_cause(o, as_cause_starttls(o, h));
		return AS_JUDGED_SAID;
	}
	f = as_say(o, AS_VERDICT_FAIL,
	    AS_STR_FMT " offers STARTTLS and then refuses it.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f, "STARTTLS answered %u " AS_STR_FMT,
	    h->smtp->starttls_code,
	    AS_STR_ARG(as_say_esc(o, h->smtp->starttls_text)));
	return AS_JUDGED_SAID;
}

void
as_check_starttls_refused(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_refused,
	    "Every mail server that offers STARTTLS starts it.",
	    "no mail server offers STARTTLS");
}

static enum as_judged
judge_injection(const struct as_case *c, struct as_say *o,
    const struct as_mx *m, const struct as_host_facts *h)
{
	struct as_finding *f;

	(void)c;
	if (!as_visit_spoke(o, h))
		return AS_JUDGED_SAID;
	if (!is_offered(h) || h->smtp->starttls == AS_STARTTLS_REFUSED)
		return AS_JUDGED_SKIP;
	if (h->smtp->starttls != AS_STARTTLS_ACCEPTED) {
		as_say_cause(o, as_cause_starttls(o, h));
		return AS_JUDGED_SAID;
	}
	if (h->smtp->injected == 0)
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_FAIL,
	    AS_STR_FMT " goes on in the clear after accepting STARTTLS.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f,
	    "%u octets came between the 220 answer and the "
	    "TLS handshake",
	    h->smtp->injected);
	return AS_JUDGED_SAID;
}

void
as_check_starttls_injection(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_injection,
	    "No mail server sends anything between STARTTLS and TLS.",
	    "no mail server accepts STARTTLS");
}
