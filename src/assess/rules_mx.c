#include "assess/rules.h"

#include "base/banned.h"

/* "10 mx1.example.org, 20 mx2.example.org" for evidence and records. */
static struct as_str
mx_text(const struct as_case *c, struct as_say *o)
{
	const struct as_answer *ans = c->mx_answer;
	struct as_list l = {.between = ", "};

	for (size_t i = 0; ans != NULL && i < ans->n_mx; i++)
		as_list_add(o, &l,
		    as_say_text(o, "%u " AS_STR_FMT "%s", ans->mx[i].preference,
			AS_STR_ARG(as_say_esc(o, ans->mx[i].exchange)),
			as_str_is(ans->mx[i].exchange, ".") ? "" : "."));
	return as_list_text(o, &l);
}

static bool
need_mx(const struct as_case *c, struct as_say *o)
{
	if (c->mail == AS_MAIL_UNKNOWN) {
		as_say_unknown_answer(o, c->mail_open);
		return false;
	}
	if (c->mail == AS_MAIL_LISTED || c->mail == AS_MAIL_NULL_MIXED)
		return true;
	as_say_na(o, "the domain names no mail server");
	return false;
}

/* --- the record set --- */

void
as_check_mx_missing(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_need_mail_in(c, o))
		return;
	if (c->mail == AS_MAIL_UNKNOWN) {
		as_say_unknown_answer(o, c->mail_open);
		return;
	}
	if (c->mail == AS_MAIL_LISTED || c->mail == AS_MAIL_NULL_MIXED) {
		as_say_pass(o, "%zu mail server%s named.", c->n_mx,
		    c->n_mx == 1 ? " is" : "s are");
		return;
	}
	f = as_say(o,
	    c->mail == AS_MAIL_IMPLICIT ? AS_VERDICT_WARN : AS_VERDICT_FAIL,
	    c->mail == AS_MAIL_IMPLICIT
		? "No MX record: mail goes to the domain's own address."
		: "The domain should take mail but names no mail server.");
	as_say_evidence(
	    o, f, "MX " AS_STR_FMT ": no usable records", AS_STR_ARG(c->shown));
	if (c->mail != AS_MAIL_IMPLICIT)
		return;
	as_say_advice(o, f,
	    "Publish an MX record. The proposed one names the machine that "
	    "takes the mail today; put another name if that should change.");
	as_say_record(o, f, c->name, "MX", AS_STR(""),
	    as_say_text(o, "10 " AS_STR_FMT ".", AS_STR_ARG(c->name)));
}

void
as_check_mx_no_null(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (c->receives == AS_YES) {
		as_say_na(o, "the domain takes mail");
		return;
	}
	if (c->mail == AS_MAIL_UNKNOWN) {
		as_say_unknown_answer(o, c->mail_open);
		return;
	}
	if (c->mail == AS_MAIL_NULL) {
		as_say_pass(o, "A null MX says that the domain takes no mail.");
		return;
	}
	if (c->mail == AS_MAIL_NONE)
		f = as_say(o, AS_VERDICT_INFO,
		    "Nothing says outright that the domain takes no mail.");
	else if (c->mail == AS_MAIL_IMPLICIT)
		f = as_say(o, AS_VERDICT_WARN,
		    "The domain takes no mail, yet "
		    "senders will try its own address.");
	else
		f = as_say(o, AS_VERDICT_FAIL,
		    "The domain should take no "
		    "mail, yet MX records name mail servers.");
	as_say_evidence(o, f, "MX " AS_STR_FMT ": " AS_STR_FMT,
	    AS_STR_ARG(c->shown),
	    AS_STR_ARG(c->n_mx > 0 && c->mx_answer->n_mx > 0
		    ? mx_text(c, o)
		    : AS_STR("no records")));
	as_say_advice(o, f, "%s", o->rule->advice);
	as_say_record(o, f, c->name, "MX", AS_STR(""), AS_STR("0 ."));
	if (c->mx_answer->n_mx > 0)
		f->record.current = mx_text(c, o);
}

void
as_check_mx_null_with_others(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (c->mail == AS_MAIL_NULL) {
		if (c->mx_answer->n_mx == 1 &&
		    c->mx_answer->mx[0].preference == 0) {
			as_say_pass(o, "The null MX stands alone.");
			return;
		}
		f = as_say(o, AS_VERDICT_WARN,
		    "The null MX is not a single record of preference 0.");
		as_say_record(o, f, c->name, "MX", AS_STR(""), AS_STR("0 ."));
		f->record.current = mx_text(c, o);
	} else if (!need_mx(c, o)) {
		return;
	} else if (c->mail == AS_MAIL_LISTED && c->mx_answer->cut) {
		as_say_unknown_answer(o, c->mx_answer);
		return;
	} else if (c->mail == AS_MAIL_LISTED) {
		as_say_pass(o, "No null MX stands beside mail servers.");
		return;
	} else {
		f = as_say(o, AS_VERDICT_FAIL,
		    "A null MX stands beside mail servers.");
	}
	as_say_evidence(o, f, "MX " AS_STR_FMT ": " AS_STR_FMT,
	    AS_STR_ARG(c->shown), AS_STR_ARG(mx_text(c, o)));
}

static size_t
addresses(const struct as_mx *m)
{
	return (m->a != NULL ? m->a->n_addresses : 0) +
	    (m->aaaa != NULL ? m->aaaa->n_addresses : 0);
}

void
as_check_mx_single(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;
	bool v4_known, v6_known;

	if (!as_need_mail_in(c, o) || !need_mx(c, o))
		return;
	if (c->n_mx > 1 || addresses(&c->mx[0]) > 1) {
		as_say_pass(o, "The mail has more than one way in.");
		return;
	}
	v4_known = as_case_known(c->mx[0].a);
	v6_known = as_case_known(c->mx[0].aaaa);
	if (!v4_known || !v6_known) {
		as_say_unknown_answer(o, v4_known ? c->mx[0].aaaa : c->mx[0].a);
		return;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    "One machine at one address takes all the mail.");
	as_say_evidence(o, f, "MX " AS_STR_FMT ": " AS_STR_FMT,
	    AS_STR_ARG(c->shown), AS_STR_ARG(mx_text(c, o)));
	as_say_advice(o, f, "%s", o->rule->advice);
}

/* --- each host --- */

static enum as_judged
judge_literal(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	struct as_finding *f;

	(void)c;
	if (!m->literal)
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_FAIL,
	    "An MX record holds the address " AS_STR_FMT " in place of a name.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f, "MX %u " AS_STR_FMT, m->preference,
	    AS_STR_ARG(as_say_esc(o, m->host)));
	return AS_JUDGED_SAID;
}

void
as_check_mx_target_address_literal(const struct as_case *c, struct as_say *o)
{
	as_each_host(c, o, judge_literal, "Every MX record names a host.",
	    "the domain names no mail server");
}

static enum as_judged
judge_cname(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	struct as_finding *f;

	(void)c;
	if (m->literal || c->mail == AS_MAIL_IMPLICIT)
		return AS_JUDGED_SKIP;
	if (m->alias.n > 0) {
		f = as_say(o, AS_VERDICT_FAIL,
		    "The mail server " AS_STR_FMT " is an alias.",
		    AS_STR_ARG(as_say_esc(o, m->host)));
		as_say_evidence(o, f, AS_STR_FMT " CNAME " AS_STR_FMT,
		    AS_STR_ARG(as_say_esc(o, m->host)),
		    AS_STR_ARG(as_say_esc(o, m->alias)));
		return AS_JUDGED_SAID;
	}
	if (as_case_known(m->a) || as_case_known(m->aaaa))
		return AS_JUDGED_PASS;
	as_say_unknown_answer(o, m->a);
	return AS_JUDGED_SAID;
}

void
as_check_mx_target_cname(const struct as_case *c, struct as_say *o)
{
	as_each_host(c, o, judge_cname, "No mail server is an alias.",
	    "the domain names no mail server by MX");
}

static enum as_judged
judge_address(const struct as_case *c, struct as_say *o, const struct as_mx *m)
{
	struct as_finding *f;

	(void)c;
	if (m->literal)
		return AS_JUDGED_SKIP;
	if (m->has_address == AS_YES)
		return AS_JUDGED_PASS;
	if (m->has_address == AS_UNSURE) {
		as_say_unknown_answer(o, as_case_known(m->a) ? m->aaaa : m->a);
		return AS_JUDGED_SAID;
	}
	f = as_say(o, AS_VERDICT_FAIL,
	    "The mail server " AS_STR_FMT " has no address.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f, "A: %s, AAAA: %s",
	    as_dns_outcome_text(m->a->outcome),
	    as_dns_outcome_text(m->aaaa->outcome));
	return AS_JUDGED_SAID;
}

void
as_check_mx_target_no_address(const struct as_case *c, struct as_say *o)
{
	as_each_host(c, o, judge_address, "Every mail server has an address.",
	    "the domain names no mail server by name");
}

/* --- each visit --- */

static enum as_judged
judge_special(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	struct as_finding *f;

	(void)c;
	if (h->outcome != AS_SUBJECT_DONE || h->smtp == NULL) {
		(void)as_visit_spoke(o, h);
		return AS_JUDGED_SAID;
	}
	if (h->smtp->outcome != AS_SMTP_FORBIDDEN)
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_FAIL,
	    "The mail server " AS_STR_FMT " has an address that the internet "
	    "cannot reach.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f, AS_STR_FMT ": " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, h->address)),
	    AS_STR_ARG(as_say_esc(o, h->smtp->detail)));
	return AS_JUDGED_SAID;
}

void
as_check_mx_special_address(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_special,
	    "Every mail server has a public address.",
	    "no mail server has an address");
}

/* Did any server answer this prober?  Then port 25 is open where it stands,
 * and a refusal elsewhere is the refuser's own. */
static bool
someone_answered(const struct as_case *c)
{
	for (size_t i = 0; i < c->n_mx; i++)
		for (size_t k = 0; k < c->mx[i].n_visits; k++) {
			const struct as_host_facts *h = c->mx[i].visits[k];

			if (h->smtp != NULL && h->smtp->outcome == AS_SMTP_OK)
				return true;
		}
	return false;
}

static enum as_judged
judge_unreachable(const struct as_case *c, struct as_say *o,
    const struct as_mx *m, const struct as_host_facts *h)
{
	struct as_finding *f;

	if (h->outcome == AS_SUBJECT_DONE && h->smtp != NULL &&
	    h->smtp->outcome == AS_SMTP_FORBIDDEN)
		return AS_JUDGED_SKIP;
	if (h->outcome != AS_SUBJECT_DONE || h->smtp == NULL ||
	    h->smtp->outcome != AS_SMTP_REFUSED || !someone_answered(c))
		return as_visit_spoke(o, h) ? AS_JUDGED_PASS : AS_JUDGED_SAID;
	f = as_say(o, AS_VERDICT_WARN,
	    "The mail server " AS_STR_FMT " refuses connections while others "
	    "answer.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f, AS_STR_FMT ": connection refused",
	    AS_STR_ARG(as_say_esc(o, h->address)));
	return AS_JUDGED_SAID;
}

void
as_check_mx_unreachable(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_unreachable, "Every mail server answers.",
	    "no mail server has an address that may be visited");
}

static enum as_judged
judge_ptr(const struct as_case *c, struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h)
{
	struct as_finding *f;

	(void)c;
	if (h->ptr == NULL) {
		if (h->outcome != AS_SUBJECT_DONE) {
			(void)as_visit_spoke(o, h);
			return AS_JUDGED_SAID;
		}
		return AS_JUDGED_SKIP;
	}
	if (!as_case_known(h->ptr)) {
		as_say_unknown_answer(o, h->ptr);
		return AS_JUDGED_SAID;
	}
	if (h->ptr->outcome == AS_DNS_OK)
		return AS_JUDGED_PASS;
	f = as_say(o, AS_VERDICT_INFO,
	    "The address of " AS_STR_FMT " has no reverse name.",
	    AS_STR_ARG(as_say_esc(o, m->host)));
	as_say_evidence(o, f, "PTR of " AS_STR_FMT ": %s",
	    AS_STR_ARG(as_say_esc(o, h->address)),
	    as_dns_outcome_text(h->ptr->outcome));
	as_say_advice(o, f, "%s", o->rule->advice);
	return AS_JUDGED_SAID;
}

void
as_check_mx_ptr(const struct as_case *c, struct as_say *o)
{
	as_each_visit(c, o, judge_ptr,
	    "Every visited address has a reverse name.",
	    "no reverse name was asked for");
}
