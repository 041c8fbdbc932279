/*
 * What rules share: the questions they ask first, and the walk over hosts.
 */
#include "assess/role.h"
#include "assess/rules.h"

#include "base/banned.h"

bool
as_need_mail_in(const struct as_case *c, struct as_say *o)
{
	if (c->receives == AS_YES)
		return true;
	if (c->receives == AS_UNSURE)
		as_say_unknown_answer(o, c->mail_open);
	else
		as_say_na(o, "the domain takes no mail");
	return false;
}

bool
as_need_sender(const struct as_case *c, struct as_say *o)
{
	if (c->sends == AS_YES)
		return true;
	if (c->sends == AS_NO) {
		as_say_na(o, "the domain sends no mail");
		return false;
	}
	if (c->spf_set.found == AS_FOUND_UNKNOWN)
		as_say_unknown_answer(o, c->spf_set.answer);
	else if (c->mail == AS_MAIL_UNKNOWN)
		as_say_unknown_answer(o, c->mail_open);
	else
		as_say_unknown(
		    o, AS_STR("SPF could not be followed to its end"));
	return false;
}

bool
as_need_silent(const struct as_case *c, struct as_say *o)
{
	if (as_role_is_silent(c->role))
		return true;
	if (c->role == AS_ROLE_UNKNOWN && c->sends == AS_UNSURE)
		return as_need_sender(c, o);
	as_say_na(o, "the domain sends mail");
	return false;
}

bool
as_need_visits(const struct as_case *c, struct as_say *o)
{
	if (!as_need_mail_in(c, o))
		return false;
	if (c->d->only_dns && c->n_visits == 0) {
		as_say_untested(o);
		return false;
	}
	if (c->n_mx == 0) {
		as_say_na(o, "the domain names no mail server");
		return false;
	}
	return true;
}

static struct as_str
visit_subject(struct as_say *o, const struct as_host_facts *h)
{
	return as_say_text(o, "host:" AS_STR_FMT "@" AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, h->name)),
	    AS_STR_ARG(as_say_esc(o, h->address)));
}

static struct as_str
host_subject(struct as_say *o, const struct as_mx *m)
{
	return as_say_text(
	    o, "host:" AS_STR_FMT, AS_STR_ARG(as_say_esc(o, m->host)));
}

/* A host with addresses that nobody visited must not pass in silence; one
 * without an address is the business of mx.target-no-address. */
static enum as_judged
host_unvisited(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	if (m->has_address == AS_NO)
		return AS_JUDGED_SKIP;
	o->subject = host_subject(o, m);
	if (m->has_address == AS_UNSURE)
		as_say_unknown_answer(o, as_case_known(m->a) ? m->aaaa : m->a);
	else if (c->d->only_dns)
		as_say_untested(o);
	else
		as_say_unknown(o, AS_STR("the host was not visited"));
	return AS_JUDGED_SAID;
}

static void
conclude(struct as_say *o, size_t before, size_t passed, const char *pass,
    const char *skipped)
{
	o->subject = AS_STR("");
	if (o->n > before || o->err != AS_OK)
		return;
	if (passed > 0)
		as_say_pass(o, "%s", pass);
	else
		as_say_na(o, skipped);
}

void
as_each_visit(const struct as_case *c, struct as_say *o, as_judge_visit *judge,
    const char *pass, const char *skipped)
{
	size_t before = o->n, passed = 0;

	if (!as_need_visits(c, o))
		return;
	for (size_t i = 0; i < c->n_mx; i++) {
		const struct as_mx *m = &c->mx[i];

		if (m->n_visits == 0)
			(void)host_unvisited(c, o, m);
		for (size_t k = 0; k < m->n_visits; k++) {
			o->subject = visit_subject(o, m->visits[k]);
			passed +=
			    judge(c, o, m, m->visits[k]) == AS_JUDGED_PASS;
		}
	}
	conclude(o, before, passed, pass, skipped);
}

void
as_each_host(const struct as_case *c, struct as_say *o, as_judge_host *judge,
    const char *pass, const char *skipped)
{
	size_t before = o->n, passed = 0;

	if (!as_need_mail_in(c, o))
		return;
	for (size_t i = 0; i < c->n_mx; i++) {
		o->subject = host_subject(o, &c->mx[i]);
		passed += judge(c, o, &c->mx[i]) == AS_JUDGED_PASS;
	}
	conclude(o, before, passed, pass, skipped);
}

static const char *
smtp_words(enum as_smtp_outcome outcome)
{
	switch (outcome) {
	case AS_SMTP_NOT_TRIED: return "no connection was tried";
	case AS_SMTP_REFUSED: return "the connection was refused";
	case AS_SMTP_UNREACHABLE: return "the address cannot be reached";
	case AS_SMTP_TIMEOUT: return "no answer in time";
	case AS_SMTP_CLOSED: return "the server closed the connection";
	case AS_SMTP_BUSY: return "the server says it is busy";
	case AS_SMTP_REJECTED: return "the server turned the visitor away";
	case AS_SMTP_MALFORMED: return "the server did not speak SMTP";
	case AS_SMTP_TOO_LONG: return "the server's answer did not end";
	case AS_SMTP_FORBIDDEN:
		return "the address is of a special range and is not visited";
	default: return as_smtp_outcome_text(outcome);
	}
}

bool
as_visit_spoke(struct as_say *o, const struct as_host_facts *h)
{
	struct as_str detail;

	if (h->outcome != AS_SUBJECT_DONE) {
		as_say_unknown(o,
		    as_say_text(o, "the visit ended early (%s)",
			as_subject_outcome_text(h->outcome)));
		return false;
	}
	if (h->smtp == NULL) {
		as_say_unknown(o, AS_STR("the host was not visited"));
		return false;
	}
	if (h->smtp->outcome == AS_SMTP_OK)
		return true;
	detail = as_say_esc(o, h->smtp->detail);
	as_say_unknown(o,
	    as_say_text(o, "%s%s" AS_STR_FMT, smtp_words(h->smtp->outcome),
		detail.n > 0 ? ": " : "", AS_STR_ARG(detail)));
	return false;
}

enum as_judged
as_visit_encrypted(struct as_say *o, const struct as_host_facts *h)
{
	if (!as_visit_spoke(o, h))
		return AS_JUDGED_SAID;
	switch (h->smtp->starttls) {
	case AS_STARTTLS_NOT_OFFERED:
	case AS_STARTTLS_REFUSED: return AS_JUDGED_SKIP;
	case AS_STARTTLS_LATER:
		as_say_unknown(o, AS_STR("the server put STARTTLS off (4xx)"));
		return AS_JUDGED_SAID;
	case AS_STARTTLS_ACCEPTED: break;
	default:
		as_say_unknown(o, AS_STR("STARTTLS was not answered"));
		return AS_JUDGED_SAID;
	}
	if (h->tls != NULL && h->tls->outcome == AS_TLS_OK)
		return AS_JUDGED_PASS;
	if (h->tls != NULL &&
	    (h->tls->outcome == AS_TLS_ALERT ||
		h->tls->outcome == AS_TLS_FAILED))
		return AS_JUDGED_SKIP; /* tls.handshake tells */
	as_say_unknown(o,
	    as_say_text(o, "no TLS handshake: %s",
		h->tls == NULL ? "not tried"
			       : as_tls_outcome_text(h->tls->outcome)));
	return AS_JUDGED_SAID;
}
