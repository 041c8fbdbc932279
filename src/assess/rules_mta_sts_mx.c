/*
 * The MTA-STS policy and the mail servers it is about; and the policy that
 * nobody is told of.
 */
#include <string.h>

#include "assess/advice.h"
#include "assess/cause.h"
#include "assess/dane_seen.h"
#include "assess/rules_mta_sts.h"
#include "base/clock.h"

#include "base/banned.h"

static bool
need_active(const struct as_case *c, struct as_say *o)
{
	if (!as_need_policy(c, o))
		return false;
	if (c->policy->mode == AS_MTA_STS_NONE)
		as_say_na(o, "the policy is switched off");
	return c->policy->mode != AS_MTA_STS_NONE;
}

/* --- names --- */

bool
as_mta_sts_names(const struct as_mta_sts_policy *p, struct as_str host)
{
	for (size_t i = 0; i < p->n_mx; i++)
		if (as_mta_sts_mx_match(p->mx[i], host))
			return true;
	return false;
}

static enum as_judged
judge_named(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	struct as_str all, host = as_say_esc(o, m->host);
	struct as_finding *f;
	bool enforced = c->policy->mode == AS_MTA_STS_ENFORCE;

	if (as_mta_sts_names(c->policy, m->host))
		return AS_JUDGED_PASS;
	all = as_list_of(o, ", ", c->policy->mx, c->policy->n_mx);
	f = as_say(o, enforced ? AS_VERDICT_FAIL : AS_VERDICT_WARN,
	    "The MTA-STS policy does not name the mail server " AS_STR_FMT
	    "%s.",
	    AS_STR_ARG(host),
	    enforced ? ": senders refuse to deliver to it" : "");
	as_say_evidence(o, f, "the policy names: " AS_STR_FMT, AS_STR_ARG(all));
	as_say_advice(o, f,
	    "Add the line \"mx: " AS_STR_FMT "\" to the policy file, and then "
	    "change the id in the record.",
	    AS_STR_ARG(host));
	return AS_JUDGED_SAID;
}

void
as_check_mta_sts_mx_mismatch(const struct as_case *c, struct as_say *o)
{
	if (need_active(c, o))
		as_each_host(c, o, judge_named,
		    "The MTA-STS policy names every mail server.",
		    "the domain names no mail server");
}

static bool
is_used(const struct as_case *c, struct as_str pattern)
{
	for (size_t i = 0; i < c->n_mx; i++)
		if (as_mta_sts_mx_match(pattern, c->mx[i].host))
			return true;
	return false;
}

/* STS-6 */
void
as_check_mta_sts_unused_pattern(const struct as_case *c, struct as_say *o)
{
	struct as_list idle = {.between = ", "};
	struct as_finding *f;

	if (!need_active(c, o))
		return;
	for (size_t i = 0; i < c->policy->n_mx; i++)
		if (!is_used(c, c->policy->mx[i]))
			as_list_add(o, &idle, as_say_esc(o, c->policy->mx[i]));
	if (idle.n == 0) {
		as_say_pass(
		    o, "Every name in the MTA-STS policy is a mail server's.");
		return;
	}
	if (c->mx_answer != NULL && c->mx_answer->cut) {
		as_say_unknown_answer(o, c->mx_answer);
		return;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    "The MTA-STS policy names what is no mail server of the "
	    "domain: " AS_STR_FMT ".",
	    AS_STR_ARG(as_list_text(o, &idle)));
	as_say_evidence(
	    o, f, "mx: " AS_STR_FMT, AS_STR_ARG(as_list_text(o, &idle)));
	as_say_advice(o, f, "%s", o->rule->advice);
}

/* The mail servers that a pattern stands for today, as lines of the file. */
static void
lines_add(struct as_say *o, struct as_list *l, struct as_str pattern)
{
	const struct as_case *c = o->c;

	for (size_t i = 0; i < c->n_mx; i++)
		if (as_mta_sts_mx_match(pattern, c->mx[i].host))
			as_list_add(o, l,
			    as_say_text(o, "\"mx: " AS_STR_FMT "\"",
				AS_STR_ARG(as_say_esc(o, c->mx[i].host))));
}

void
as_check_mta_sts_wildcard(const struct as_case *c, struct as_say *o)
{
	struct as_list wild = {.between = ", "}, lines = {.between = ", "};
	struct as_finding *f;

	if (!need_active(c, o))
		return;
	for (size_t i = 0; i < c->policy->n_mx; i++)
		if (as_str_has_prefix(c->policy->mx[i], "*.")) {
			as_list_add(o, &wild, as_say_esc(o, c->policy->mx[i]));
			lines_add(o, &lines, c->policy->mx[i]);
		}
	if (wild.n == 0) {
		as_say_pass(o, "The MTA-STS policy names each mail server.");
		return;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    "The MTA-STS policy lets any host of a domain take the "
	    "mail: " AS_STR_FMT ".",
	    AS_STR_ARG(as_list_text(o, &wild)));
	as_say_evidence(
	    o, f, "mx: " AS_STR_FMT, AS_STR_ARG(as_list_text(o, &wild)));
	if (lines.n > 0 && (c->mx_answer == NULL || !c->mx_answer->cut))
		as_say_advice(o, f,
		    "If the mail servers seldom change, name each in the "
		    "policy file: " AS_STR_FMT
		    ". Then change the id in the record.",
		    AS_STR_ARG(as_list_text(o, &lines)));
	else
		as_say_advice(o, f, "%s", o->rule->advice);
}

/* --- what RFC 8461 4.2 asks of each mail server --- */

struct sts_fault {
	const char *text;
	const char *day; /* follows the text: one of these two dates */
	const char *advice;
};

static const struct sts_fault no_starttls = {
    "it offers no STARTTLS", NULL, "Switch STARTTLS on at the mail server."};
static const struct sts_fault handshake = {"the TLS handshake fails", NULL,
    "Find out from the mail server's log why TLS fails, and mend it."};
static const struct sts_fault old_version = {"its TLS version is too old", NULL,
    "Switch TLS 1.2 and 1.3 on at the mail server."};
static const struct sts_fault no_certificate = {"it sends no certificate", NULL,
    "Give the mail server a certificate of a public authority."};
static const struct sts_fault past = {"its certificate ran out on ",
    "not_after",
    "Renew the certificate and let the renewal run by itself from now on."};
static const struct sts_fault early = {"its certificate becomes valid only on ",
    "not_before",
    "Put the former certificate back until then, and check the clock of the "
    "machine that made the new one."};
static const struct sts_fault untrusted = {
    "no public authority vouches for its certificate", NULL,
    "Use a certificate of a public authority, and send its intermediate "
    "certificates along."};
static const struct sts_fault other_name = {
    "its certificate is for another name", NULL,
    "Get a certificate whose subjectAltName holds the name in the MX record."};

/* NULL: all is well. */
static const struct sts_fault *
leaf_fault(const struct as_case *c, const struct as_tls_facts *tls)
{
	const struct as_cert *leaf = &tls->chain[0];

	if (c->options->now_ms > leaf->not_after)
		return &past;
	if (c->options->now_ms < leaf->not_before)
		return &early;
	if (!tls->trusted)
		return &untrusted;
	return tls->name_matches ? NULL : &other_name;
}

/* What this visit does not show; NULL: all is well.  Which of several
 * certificates a sender gets, its own algorithms decide: each must do.  *tls is
 * the handshake with the fault. */
static const struct sts_fault *
fault_of(const struct as_case *c, const struct as_host_facts *h,
    const struct as_tls_facts **tls)
{
	const struct sts_fault *fault = NULL;

	if (h->smtp->starttls != AS_STARTTLS_ACCEPTED)
		return &no_starttls;
	if (h->tls->outcome != AS_TLS_OK)
		return &handshake;
	if (!as_str_is(h->tls->version, "TLSv1.2") &&
	    !as_str_is(h->tls->version, "TLSv1.3"))
		return &old_version;
	for (size_t i = 0;
	     fault == NULL && (*tls = as_visit_handshake(h, i)) != NULL; i++)
		fault = (*tls)->n_chain == 0 ? &no_certificate
					     : leaf_fault(c, *tls);
	return fault;
}

static struct as_str
fault_text(struct as_say *o, const struct sts_fault *fault,
    const struct as_tls_facts *tls)
{
	const struct as_cert *leaf;
	char buf[AS_TIME_TEXT];

	if (fault->day == NULL)
		return as_str_from(fault->text);
	leaf = &tls->chain[0];
	return as_say_text(o, "%s%.10s", fault->text,
	    as_time_text(
		fault == &past ? leaf->not_after : leaf->not_before, buf));
}

struct as_str
as_mta_sts_visit_fault(struct as_say *o, const struct as_host_facts *h)
{
	const struct as_tls_facts *tls;
	const struct sts_fault *fault = fault_of(o->c, h, &tls);

	return fault == NULL ? AS_STR("") : fault_text(o, fault, tls);
}

static enum as_judged
judge_certificate(const struct as_case *c, struct as_say *o,
    const struct as_mx *m, const struct as_host_facts *h)
{
	bool enforced = c->policy->mode == AS_MTA_STS_ENFORCE;
	enum as_judged got = as_visit_encrypted(o, h);
	const struct as_tls_facts *tls;
	const struct sts_fault *fault;
	struct as_finding *f;
	struct as_str text;

	if (got == AS_JUDGED_SAID)
		return got;
	fault = fault_of(c, h, &tls);
	if (fault == NULL)
		return AS_JUDGED_PASS;
	text = fault_text(o, fault, tls);
	f = as_say(o, enforced ? AS_VERDICT_FAIL : AS_VERDICT_WARN,
	    AS_STR_FMT " does not satisfy the MTA-STS policy%s: " AS_STR_FMT
		       ".",
	    AS_STR_ARG(as_say_esc(o, m->host)),
	    enforced ? "; senders refuse to deliver to it" : "",
	    AS_STR_ARG(text));
	as_say_evidence(o, f, "mode: %s; " AS_STR_FMT,
	    as_mta_sts_mode_text(c->policy->mode), AS_STR_ARG(text));
	as_say_advice(o, f, "%s%s", fault->advice,
	    enforced ? " If that takes time, set the policy to testing "
		       "meanwhile and change the id in the record."
		     : "");
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

/* --- a policy without a record --- */

/* Did the policy host say whether it has a file?  A host that cannot be reached
 * hands out none. */
static bool
need_file(const struct as_case *c, struct as_say *o)
{
	const struct as_policy_facts *p = c->policy_facts;

	if (c->policy != NULL)
		return true;
	if (p == NULL && c->d->only_dns)
		as_say_untested(o);
	else if (as_fetch_is_definite(p) ||
	    (p != NULL && p->outcome == AS_SUBJECT_DONE &&
		(p->fetch == AS_FETCH_OK || p->fetch == AS_FETCH_REFUSED ||
		    p->fetch == AS_FETCH_UNREACHABLE)))
		as_say_na(o, "no policy file is served");
	else
		as_say_cause(o, as_cause_policy(o, p));
	return false;
}

/* STS-9 */
void
as_check_mta_sts_forgotten_policy(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_need_mail_in(c, o))
		return;
	if (!as_say_is_none(o, &c->sts_set,
		"A record tells senders of the MTA-STS policy."))
		return;
	if (!need_file(c, o))
		return;
	o->subject = as_policy_subject(c, o);
	f = as_say(o, AS_VERDICT_WARN,
	    "An MTA-STS policy is served, and no record tells senders of it.");
	as_say_evidence(o, f,
	    "https://" AS_STR_FMT "/.well-known/mta-sts.txt: mode %s",
	    AS_STR_ARG(as_say_esc(o, c->policy_facts->host)),
	    as_mta_sts_mode_text(c->policy->mode));
	as_say_record(
	    o, f, c->sts_set.name, "TXT", AS_STR(""), as_advice_mta_sts_new(o));
}
