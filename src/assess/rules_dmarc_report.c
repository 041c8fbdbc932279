/*
 * Rules on where DMARC reports go.
 */
#include "assess/rules_dmarc.h"
#include "std/dmarc_report.h"
#include "std/dns_wire.h"
#include "std/domain.h"

#include "base/banned.h"

/* --- reports --- */

static size_t
usable(const struct as_dmarc_uri *uri, size_t n)
{
	size_t ok = 0;

	for (size_t i = 0; i < n; i++)
		ok += uri[i].usable;
	return ok;
}

void
as_check_dmarc_no_rua(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_dmarc_need_policy(c, o))
		return;
	if (usable(c->dmarc_record->rua, c->dmarc_record->n_rua) > 0) {
		as_say_pass(o, "DMARC asks for aggregate reports.");
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    c->dmarc_record->n_rua > 0 ? "No DMARC report address can be used."
				       : "DMARC asks nobody for reports.");
	as_dmarc_show(c, o, f);
	if (c->receives != AS_YES) {
		as_say_advice(o, f,
		    "Add rua=mailto: with an address at a "
		    "domain that takes mail.");
		return;
	}
	as_say_advice(o, f,
	    "Ask for DMARC reports. See that the mailbox exists and "
	    "that somebody, or some tool, reads it.");
	if (!c->dmarc.inherited)
		as_dmarc_propose_own(o, f,
		    &(struct as_dmarc_edit){
			.rua = as_advice_mailbox(o, "dmarc-reports")});
	else
		as_dmarc_propose_own(
		    o, f, &(struct as_dmarc_edit){.inherit = true});
}

/* rua and ruf as one row. */
static const struct as_dmarc_uri *
uri_at(const struct as_dmarc *d, size_t i)
{
	return i < d->n_rua ? &d->rua[i] : &d->ruf[i - d->n_rua];
}

void
as_check_dmarc_report_address(const struct as_case *c, struct as_say *o)
{
	struct as_list bad = {.between = "; "};
	const struct as_dmarc *d;
	struct as_finding *f;

	if (!as_dmarc_need_own(c, o))
		return;
	d = c->steps[0].record;
	if (d->n_rua + d->n_ruf == 0) {
		as_say_na(o, "the record names no report address");
		return;
	}
	for (size_t i = 0; i < d->n_rua + d->n_ruf; i++) {
		const struct as_dmarc_uri *u = uri_at(d, i);

		if (!u->usable || u->has_size)
			as_list_add(o, &bad,
			    as_say_text(o, AS_STR_FMT "%s",
				AS_STR_ARG(as_say_esc(o, u->text)),
				u->usable ? " has a size, which is obsolete"
					  : " cannot be used"));
	}
	if (bad.n == 0) {
		as_say_pass(o, "Every DMARC report address can be used.");
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    "%zu of %zu DMARC report addresses are not as they should be.",
	    bad.n, d->n_rua + d->n_ruf);
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &bad)));
	as_dmarc_propose_own(o, f, &(struct as_dmarc_edit){0});
}

/* Is the address given before, in the same tag? */
static bool
is_given_before(const struct as_dmarc *d, size_t at)
{
	for (size_t i = at < d->n_rua ? 0 : d->n_rua; i < at; i++)
		if (as_str_eq_case(uri_at(d, i)->text, uri_at(d, at)->text))
			return true;
	return false;
}

void
as_check_dmarc_duplicate_address(const struct as_case *c, struct as_say *o)
{
	struct as_list twice = {.between = ", "};
	const struct as_dmarc *d;
	struct as_finding *f;

	if (!as_dmarc_need_own(c, o))
		return;
	d = c->steps[0].record;
	for (size_t i = 0; i < d->n_rua + d->n_ruf; i++)
		if (is_given_before(d, i))
			as_list_add(
			    o, &twice, as_say_esc(o, uri_at(d, i)->text));
	if (d->n_rua + d->n_ruf == 0) {
		as_say_na(o, "the record names no report address");
	} else if (twice.n == 0) {
		as_say_pass(o, "No DMARC report address is given twice.");
	} else {
		f = as_say(o, AS_VERDICT_INFO,
		    "A DMARC report address is given twice: " AS_STR_FMT ".",
		    AS_STR_ARG(as_list_text(o, &twice)));
		as_say_evidence(o, f, AS_STR_FMT ": " AS_STR_FMT,
		    AS_STR_ARG(as_say_esc(o, as_dmarc_own_name(c))),
		    AS_STR_ARG(as_say_esc(o, d->text)));
		as_dmarc_propose_own(o, f, &(struct as_dmarc_edit){0});
	}
}

/* --- a mailbox where no mail is taken --- */

/* By its records; or by its role, and then the null MX is yet to come. */
static bool
takes_no_mail(const struct as_case *c)
{
	return c->receives == AS_NO || c->mail == AS_MAIL_NULL ||
	    c->mail == AS_MAIL_NONE;
}

static void
say_no_mailbox(const struct as_case *c, struct as_say *o,
    const struct as_list *own, bool all)
{
	struct as_finding *f =
	    as_say(o, all ? AS_VERDICT_FAIL : AS_VERDICT_WARN,
		"%sDMARC reports go to the domain itself, which takes no "
		"mail: " AS_STR_FMT ".",
		all ? "All " : "", AS_STR_ARG(as_list_text(o, own)));

	as_dmarc_show(c, o, f);
	as_say_advice(o, f, "%s", o->rule->advice);
}

void
as_check_dmarc_report_mailbox(const struct as_case *c, struct as_say *o)
{
	struct as_list own = {.between = ", "};
	const struct as_dmarc *d = c->dmarc_record;
	bool elsewhere = false;

	if (!as_dmarc_need_policy(c, o))
		return;
	for (size_t i = 0; i < d->n_rua + d->n_ruf; i++) {
		const struct as_dmarc_uri *u = uri_at(d, i);

		if (u->usable && as_str_eq_case(u->host, c->name))
			as_list_add(o, &own, as_say_esc(o, u->text));
		else if (u->usable)
			elsewhere |= i < d->n_rua;
	}
	if (own.n == 0)
		as_say_na(o, "no report address is at the domain itself");
	else if (takes_no_mail(c))
		say_no_mailbox(c, o, &own, !elsewhere);
	else if (c->mail == AS_MAIL_UNKNOWN)
		as_say_unknown_answer(o, c->mail_open);
	else
		as_say_pass(o, "Report addresses are where mail is taken.");
}

/* --- consent of others --- */

/* Is the host outside the organization of the policy domain (RFC 9990 4)?
 * Without a walk for the host, names below or above it are its own. */
static bool
is_external(const struct as_case *c, struct as_str host)
{
	struct as_str policy = c->dmarc.policy->name;
	struct as_str org =
	    c->dmarc.organizational.n > 0 ? c->dmarc.organizational : policy;

	return !as_domain_within(host, org) && !as_domain_within(org, host);
}

struct consent_view {
	size_t external;
	bool reached;                 /* some rua address may get reports */
	bool unknown;                 /* whether one has agreed */
	const struct as_answer *open; /* its answer */
	struct as_list refused;
	struct as_str refuser; /* the last name without consent; or absent */
};

/* What the answer at the name of consent says. */
static enum as_dmarc_consent
consent_read(const struct as_case *c, struct as_say *o,
    enum as_dmarc_report kind, struct as_str host, const struct as_answer *ans)
{
	const struct as_dmarc *instead;
	enum as_dmarc_consent consent = AS_DMARC_CONSENT_UNKNOWN;
	struct as_str *texts;

	if (!as_case_known(ans))
		return consent;
	texts = as_arena_array(c->a, ans->n_txt, sizeof(*texts));
	for (size_t i = 0; texts != NULL && i < ans->n_txt; i++)
		texts[i] = ans->txt[i].text;
	if (texts == NULL ||
	    as_dmarc_consent_read(c->a, texts, ans->n_txt, ans->cut, kind, host,
		&consent, &instead) != AS_OK)
		o->err = AS_ENOMEM;
	return consent;
}

static void
refused_add(struct as_say *o, struct consent_view *v,
    enum as_dmarc_consent consent, struct as_str name)
{
	const char *fault = "no TXT v=DMARC1 at ";

	v->refuser = AS_STR_NULL;
	if (consent == AS_DMARC_CONSENT_ELSEWHERE)
		fault = "an address at another host is named at ";
	else if (consent == AS_DMARC_CONSENT_IMPOSSIBLE)
		fault = "longer than a name may be: ";
	else
		v->refuser = name;
	as_list_add(o, &v->refused,
	    as_say_text(
		o, "%s" AS_STR_FMT, fault, AS_STR_ARG(as_say_esc(o, name))));
}

/* May reports be sent to this host, for all that is known? */
static bool
consent_look(const struct as_case *c, struct as_say *o,
    enum as_dmarc_report kind, struct as_str host, struct consent_view *v)
{
	enum as_dmarc_consent consent = AS_DMARC_CONSENT_IMPOSSIBLE;
	const struct as_answer *ans = NULL;
	struct as_str name;
	enum as_err err;

	if (!is_external(c, host))
		return true;
	v->external++;
	err = as_dmarc_consent_name(c->a, c->dmarc.policy->name, host, &name);
	if (err == AS_OK) {
		ans = as_case_answer(c, name, AS_RR_TXT);
		consent = consent_read(c, o, kind, host, ans);
	} else if (err == AS_ENOMEM) {
		o->err = err;
		return true;
	}
	if (consent == AS_DMARC_CONSENT_UNKNOWN) {
		v->unknown = true;
		v->open = ans;
		return true;
	}
	if (as_dmarc_consent_is_given(consent))
		return true;
	refused_add(o, v, consent, name);
	return false;
}

static void
say_refused(struct as_say *o, const struct consent_view *v)
{
	size_t n = v->refused.n;
	struct as_finding *f =
	    as_say(o, v->reached ? AS_VERDICT_WARN : AS_VERDICT_FAIL,
		"%zu report address%s elsewhere ha%s not agreed to take "
		"reports, so none are sent there.",
		n, n == 1 ? "" : "es", n == 1 ? "s" : "ve");

	as_say_evidence(
	    o, f, AS_STR_FMT, AS_STR_ARG(as_list_text(o, &v->refused)));
	if (n == 1 && !as_str_is_null(v->refuser))
		as_say_record(
		    o, f, v->refuser, "TXT", AS_STR(""), AS_STR("v=DMARC1;"));
}

void
as_check_dmarc_external_report(const struct as_case *c, struct as_say *o)
{
	struct consent_view v = {.refused = {.between = "; "}};
	const struct as_dmarc *d = c->dmarc_record;

	if (!as_dmarc_need_policy(c, o))
		return;
	for (size_t i = 0; i < d->n_rua + d->n_ruf; i++) {
		const struct as_dmarc_uri *u = uri_at(d, i);
		bool is_rua = i < d->n_rua;

		if (u->usable &&
		    consent_look(c, o, is_rua ? AS_DMARC_RUA : AS_DMARC_RUF,
			u->host, &v))
			v.reached |= is_rua;
	}
	if (v.refused.n > 0)
		say_refused(o, &v);
	else if (v.unknown)
		as_say_unknown_answer(o, v.open);
	else if (v.external > 0)
		as_say_pass(o, "Every report address elsewhere has agreed.");
	else
		as_say_na(o, "no report address is outside the organization");
}
