#include "assess/rules_spf.h"
#include "assess/advice.h"
#include "assess/cause.h"
#include "assess/role.h"
#include "assess/spf_tree.h"

#include "base/banned.h"

/* --- what the rules share --- */

/* Exactly one record, parsed?  Else the rule has nothing to judge. */
bool
as_spf_need(const struct as_case *c, struct as_say *o)
{
	switch (c->spf_set.found) {
	case AS_FOUND_UNKNOWN:
		as_say_unknown_answer(o, c->spf_set.answer);
		return false;
	case AS_FOUND_NONE:
		as_say_na(o, "there is no SPF record");
		return false;
	case AS_FOUND_MANY:
		as_say_na(o, "there are several SPF records");
		return false;
	default: break;
	}
	if (c->spf == NULL)
		as_say_na(o, "the SPF record cannot be read");
	return c->spf != NULL;
}

void
as_spf_show(struct as_say *o, struct as_finding *f)
{
	as_say_evidence(o, f, AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, o->c->spf_set.texts[0])));
}

/* --- presence --- */

void
as_check_spf_missing(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_say_is_none(o, &c->spf_set, "An SPF record is published."))
		return;
	f = as_say(o, AS_VERDICT_FAIL, AS_STR_FMT " publishes no SPF record.",
	    AS_STR_ARG(c->shown));
	as_say_evidence(o, f, "TXT " AS_STR_FMT ": %s", AS_STR_ARG(c->shown),
	    as_answer_is_none(c->spf_set.answer) ? "no records"
						 : "no text with v=spf1");
	if (c->sends == AS_NO)
		as_say_advice(o, f,
		    "Publish an SPF record that refuses everyone, "
		    "as the domain sends no mail.");
	else
		as_say_advice(o, f,
		    "Publish a first SPF record that names your "
		    "mail servers. Add an include for each service that "
		    "sends for you before you change ~all to -all.");
	as_spf_propose(
	    o, f, &(struct as_spf_edit){.whole = as_advice_spf_new(o)});
}

void
as_check_spf_multiple(const struct as_case *c, struct as_say *o)
{
	struct as_str all, joined;
	struct as_finding *f;

	if (c->spf_set.found == AS_FOUND_UNKNOWN) {
		as_say_unknown_answer(o, c->spf_set.answer);
		return;
	}
	if (c->spf_set.found == AS_FOUND_NONE) {
		as_say_na(o, "there is no SPF record");
		return;
	}
	if (c->spf_set.found == AS_FOUND_ONE) {
		as_say_pass(o, "There is one SPF record.");
		return;
	}
	all = as_list_of(o, " | ", c->spf_set.texts, c->spf_set.n);
	f = as_say(o, AS_VERDICT_FAIL,
	    "There are %zu SPF records; receivers discard them all.",
	    c->spf_set.n);
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(all));
	as_say_advice(o, f,
	    "Remove all SPF records but one. The proposed "
	    "record joins what they permit; drop senders you no longer use.");
	joined = as_advice_spf_merged(o, &c->spf_set);
	if (joined.n > 0)
		as_spf_propose(o, f, &(struct as_spf_edit){.whole = joined});
}

void
as_check_spf_syntax(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (c->spf_set.found != AS_FOUND_ONE || c->spf != NULL) {
		if (as_spf_need(c, o))
			as_say_pass(o, "The SPF record can be read.");
		return;
	}
	f = as_say(o, AS_VERDICT_FAIL,
	    "The SPF record has a fault and is discarded: %s", c->spf_why.text);
	if (c->spf_why.at != AS_WHY_NOWHERE)
		as_say_evidence(o, f, AS_STR_FMT " (at octet %zu)",
		    AS_STR_ARG(as_say_esc(o, c->spf_set.texts[0])),
		    c->spf_why.at + 1);
	else
		as_spf_show(o, f);
}

void
as_check_spf_deny_all(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_need_silent(c, o))
		return;
	if (c->spf_set.found == AS_FOUND_NONE) {
		as_say_na(o, "there is no SPF record; see spf.missing");
		return;
	}
	switch (as_role_spf_denies(c)) {
	case AS_YES: as_say_pass(o, "SPF refuses every server."); return;
	case AS_UNSURE:
		if (c->spf_set.found == AS_FOUND_UNKNOWN)
			as_say_unknown_answer(o, c->spf_set.answer);
		else
			as_say_cause(o, as_cause_spf(o));
		return;
	default: break;
	}
	f = as_say(o, AS_VERDICT_FAIL,
	    "The domain sends no mail, yet its SPF "
	    "does not refuse everyone.");
	as_say_evidence(
	    o, f, AS_STR_FMT, AS_STR_ARG(as_say_esc(o, c->spf_set.texts[0])));
	as_spf_propose(
	    o, f, &(struct as_spf_edit){.whole = AS_STR("v=spf1 -all")});
}

/* --- the end of the record --- */

/* Is the qualifier at the end known?  Else said unknown. */
static bool
need_end(const struct as_case *c, struct as_say *o)
{
	if (!as_spf_need(c, o))
		return false;
	if (c->cost.all_unknown)
		as_say_cause(o, as_cause_spf(o));
	return !c->cost.all_unknown;
}

void
as_check_spf_plus_all(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!need_end(c, o))
		return;
	if (c->cost.all != '+') {
		as_spf_say_open(o, c->cost.root);
		return;
	}
	f = as_say(o, AS_VERDICT_FAIL,
	    "SPF ends in +all: anyone may send as " AS_STR_FMT ".",
	    AS_STR_ARG(c->shown));
	as_spf_show(o, f);
	if (c->spf->all != NULL)
		as_spf_propose(o, f,
		    &(struct as_spf_edit){
			.all = c->sends == AS_NO ? '-' : '~'});
}

void
as_check_spf_no_all(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!need_end(c, o))
		return;
	if (c->cost.all != '?' && c->cost.all != 0) {
		as_say_pass(o, "SPF ends in %call.", c->cost.all);
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    c->cost.all == '?'
		? "SPF ends in ?all: no opinion on servers it does not name."
		: "SPF ends without all: no opinion on servers it does not "
		  "name.");
	as_spf_show(o, f);
	if (c->spf->redirect == NULL)
		as_spf_propose(o, f,
		    &(struct as_spf_edit){
			.all = c->sends == AS_NO ? '-' : '~'});
}

void
as_check_spf_softfail(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!need_end(c, o))
		return;
	if (c->cost.all == '-') {
		as_say_pass(o, "SPF ends in -all.");
		return;
	}
	if (c->cost.all != '~') {
		as_say_na(o, "the record does not end in ~all or -all");
		return;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    "SPF ends in ~all: unknown servers are suspected, not refused.");
	as_spf_show(o, f);
	as_say_advice(o, f, "%s", o->rule->advice);
}

/* --- terms --- */

static bool
keep_no_redirect(const struct as_say *o, const struct as_spf_term *t)
{
	(void)o;
	return t->kind != AS_SPF_REDIRECT;
}

void
as_check_spf_redirect_with_all(const struct as_case *c, struct as_say *o)
{
	bool redirect = false;
	struct as_finding *f;

	if (!as_spf_need(c, o))
		return;
	for (size_t i = 0; i < c->spf->n_terms; i++)
		redirect = redirect || c->spf->terms[i].kind == AS_SPF_REDIRECT;
	if (!redirect || c->spf->all == NULL) {
		as_say_pass(o, "SPF holds at most one of redirect and all.");
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    "SPF holds redirect and all; the redirect is ignored.");
	as_spf_show(o, f);
	as_spf_propose(o, f, &(struct as_spf_edit){.keep = keep_no_redirect});
}

/* May what stands behind all begin to count?  Only addresses, and no wide range
 * of them: what other terms lead to was never looked at. */
static bool
is_late_safe(const struct as_spf *spf)
{
	for (const struct as_spf_term *t = spf->all + 1;
	     t < spf->terms + spf->n_terms; t++)
		switch (t->kind) {
		case AS_SPF_IP4:
		case AS_SPF_IP6:
			if (as_spf_width_of(t) != AS_SPF_WIDTH_FINE)
				return false;
			break;
		case AS_SPF_ALL:
		case AS_SPF_REDIRECT:
		case AS_SPF_EXP:
		case AS_SPF_UNKNOWN_MODIFIER: break;
		default: return false;
		}
	return true;
}

void
as_check_spf_terms_after_all(const struct as_case *c, struct as_say *o)
{
	const struct as_spf_term *late = NULL;
	struct as_finding *f;

	if (!as_spf_need(c, o))
		return;
	for (size_t i = 0; i < c->spf->n_terms; i++) {
		const struct as_spf_term *t = &c->spf->terms[i];

		if (c->spf->all != NULL && t > c->spf->all &&
		    t->kind != AS_SPF_REDIRECT && t->kind != AS_SPF_EXP &&
		    t->kind != AS_SPF_UNKNOWN_MODIFIER && late == NULL)
			late = t;
	}
	if (late == NULL) {
		as_say_pass(o, "No mechanism stands behind all.");
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    "SPF lists " AS_STR_FMT " behind all, where it never counts.",
	    AS_STR_ARG(as_say_esc(o, late->text)));
	as_spf_show(o, f);
	if (is_late_safe(c->spf))
		as_spf_propose(o, f, &(struct as_spf_edit){.move_all = true});
	else
		as_say_advice_more(o, f,
		    "No record is proposed: what the terms behind all would "
		    "permit is not known. Remove those that are not meant.");
}

#define SPF_SIZE_MAX 450 /* name and text, RFC 7208 3.4 */
#define TXT_SIZE_MAX 512 /* an answer over UDP, RFC 1035 4.2.1 */
#define RR_OCTETS    12  /* of a record, its name compressed (RFC 1035 4.1.3) */

/* Octets of an answer that holds all TXT records of the name. */
static size_t
answer_size(const struct as_case *c)
{
	const struct as_answer *ans = c->spf_set.answer;
	size_t size = 12 + c->name.n + 6; /* header and question */

	for (size_t i = 0; i < ans->n_txt; i++)
		size += RR_OCTETS + ans->txt[i].text.n +
		    (ans->txt[i].text.n + 254) / 255;
	return size;
}

void
as_check_spf_record_size(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;
	size_t size;

	if (!as_spf_need(c, o))
		return;
	size = c->name.n + c->spf_set.texts[0].n;
	if (size <= SPF_SIZE_MAX && answer_size(c) <= TXT_SIZE_MAX) {
		as_say_pass(o,
		    "Name and SPF record take %zu octets, all TXT records of "
		    "the name %zu.",
		    size, answer_size(c));
		return;
	}
	if (size <= SPF_SIZE_MAX) {
		f = as_say(o, AS_VERDICT_INFO,
		    "The TXT records at " AS_STR_FMT
		    " take %zu octets together; "
		    "over %d they need a second connection.",
		    AS_STR_ARG(c->shown), answer_size(c), TXT_SIZE_MAX);
		as_say_evidence(
		    o, f, "%zu TXT records", c->spf_set.answer->n_txt);
		as_say_advice(o, f,
		    "Remove the site verifications that are no longer used.");
		return;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    "Name and SPF record take %zu octets; over %d the answer may not "
	    "fit one packet.",
	    size, SPF_SIZE_MAX);
	as_spf_show(o, f);
	as_say_advice(o, f, "%s", o->rule->advice);
}
