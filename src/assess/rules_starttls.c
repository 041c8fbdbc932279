#include "assess/cause.h"
#include "assess/rules.h"

#include "base/banned.h"

#define MASKED_OCTETS 8 /* of STARTTLS */

/* The visit did not come far enough to tell whether STARTTLS is offered. */
static bool
is_open(const struct as_host_facts *h)
{
	return h->smtp->starttls == AS_STARTTLS_NOT_REACHED &&
	    !h->smtp->helo_only;
}

static enum as_judged
judge_offered(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	struct as_finding *f;

	(void)c;
	if (!as_visit_spoke(o, h))
		return AS_JUDGED_SAID;
	if (is_open(h)) {
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

/* --- stripped on the way --- */

/* A word that a firewall writes over the commands that it does not know: of X
 * alone, or with another letter at its end. */
static bool
is_masked(struct as_str line)
{
	struct as_str s = as_first_word(line);
	size_t i = 0;

	while (i < s.n && s.p[i] == 'X')
		i++;
	return s.n >= MASKED_OCTETS && i + 1 >= s.n;
}

/* Asterisks in place of the server's name. */
static bool
is_starred(struct as_str banner)
{
	size_t i = 0;

	while (i < banner.n && banner.p[i] == '*')
		i++;
	return i >= MASKED_OCTETS;
}

/* The sign that somebody takes the offer away; AS_STR_NULL: none. */
static struct as_str
stripped_by(struct as_say *o, const struct as_smtp_facts *s)
{
	if (s->unoffered_code == 220)
		return AS_STR("the EHLO answer holds no STARTTLS, yet STARTTLS "
			      "is answered 220");
	for (size_t i = 1; i < s->n_ehlo; i++)
		if (is_masked(s->ehlo[i]))
			return as_say_text(o,
			    "the EHLO answer holds \"" AS_STR_FMT
			    "\" and no STARTTLS",
			    AS_STR_ARG(as_say_esc(o, s->ehlo[i])));
	if (is_starred(s->banner))
		return as_say_text(o,
		    "the banner is \"" AS_STR_FMT
		    "\", and STARTTLS is not offered",
		    AS_STR_ARG(as_say_esc(o, s->banner)));
	return AS_STR_NULL;
}

static enum as_judged
judge_stripped(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	struct as_finding *f;
	struct as_str sign;

	(void)c;
	if (!as_visit_spoke(o, h))
		return AS_JUDGED_SAID;
	if (is_open(h)) {
		as_say_cause(o, as_cause_starttls(o, h));
		return AS_JUDGED_SAID;
	}
	if (is_offered(h))
		return AS_JUDGED_PASS;
	sign = stripped_by(o, h->smtp);
	if (as_str_is_null(sign))
		return AS_JUDGED_SKIP; /* starttls.offered tells */
	f = as_say(o, AS_VERDICT_FAIL,
	    "Something takes away the offer of encryption of " AS_STR_FMT ".",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(sign));
	return AS_JUDGED_SAID;
}

void
as_check_starttls_stripped(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_stripped,
	    "The offer of encryption reaches the visitor.",
	    "no mail server offers STARTTLS");
}

/* --- commands said in the clear --- */

static enum as_judged
judge_obeyed(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	enum as_judged got;
	struct as_finding *f;

	(void)c;
	if (h->smtp == NULL || h->smtp->slipped == AS_SLIPPED_NOT_TRIED) {
		got = as_visit_encrypted(o, h);
		return got == AS_JUDGED_PASS ? AS_JUDGED_SKIP : got;
	}
	if (h->smtp->slipped == AS_SLIPPED_DROPPED)
		return AS_JUDGED_PASS;
	if (h->smtp->slipped == AS_SLIPPED_NO_ANSWER) {
		as_say_unknown(
		    o, AS_STR("the visit that tries it came to no answer"));
		return AS_JUDGED_SAID;
	}
	f = as_say(o, AS_VERDICT_FAIL,
	    AS_STR_FMT " obeys inside TLS what was said in the clear.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f,
	    "EHLO came in one packet with STARTTLS, and was answered after the "
	    "handshake");
	return AS_JUDGED_SAID;
}

void
as_check_starttls_command_injection(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_obeyed,
	    "No mail server obeys inside TLS what was said in the clear.",
	    "not tried unasked (--try-injection)");
}
