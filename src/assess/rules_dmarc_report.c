/*
 * Rules on where DMARC reports go.
 */
#include "assess/rules_dmarc.h"
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
	    "Ask for reports. See that the mailbox exists and "
	    "that somebody, or some tool, reads it.");
	as_dmarc_propose(c, o, f,
	    &(struct as_dmarc_edit){
		.rua = as_advice_mailbox(o, "dmarc-reports")});
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
	as_say_record(o, f, as_dmarc_own_name(c), "TXT", d->text,
	    as_advice_dmarc(
		o, d->text, &(struct as_dmarc_edit){.clean_uris = true}));
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

static const struct as_answer *
consent(const struct as_case *c, struct as_say *o, struct as_str host,
    struct as_str *name)
{
	*name = as_say_text(o, AS_STR_FMT "._report._dmarc." AS_STR_FMT,
	    AS_STR_ARG(c->dmarc.policy->name), AS_STR_ARG(host));
	return as_case_answer(c, *name, AS_RR_TXT);
}

static bool
consents(const struct as_answer *ans)
{
	for (size_t i = 0; ans->outcome == AS_DNS_OK && i < ans->n_txt; i++)
		if (as_dmarc_is_like(ans->txt[i].text))
			return true;
	return false;
}

struct consent_view {
	size_t external;
	bool reached;                 /* some rua address may get reports */
	bool unknown;                 /* whether one has agreed */
	const struct as_answer *open; /* its answer */
	struct as_list refused;
	struct as_str refuser; /* the last name without consent */
};

/* May reports be sent to this host, for all that is known? */
static bool
consent_look(const struct as_case *c, struct as_say *o, struct as_str host,
    struct consent_view *v)
{
	const struct as_answer *ans;
	struct as_str name;

	if (!is_external(c, host))
		return true;
	v->external++;
	ans = consent(c, o, host, &name);
	if (!as_case_known(ans)) {
		v->unknown = true;
		v->open = ans;
		return true;
	}
	if (consents(ans))
		return true;
	v->refuser = name;
	as_list_add(o, &v->refused,
	    as_say_text(o, "no TXT v=DMARC1 at " AS_STR_FMT,
		AS_STR_ARG(as_say_esc(o, name))));
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
	if (n == 1)
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

		if (u->usable && consent_look(c, o, u->host, &v))
			v.reached |= i < d->n_rua;
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
