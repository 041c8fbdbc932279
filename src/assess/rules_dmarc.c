#include "assess/rules_dmarc.h"
#include "std/dns_wire.h"

#include "base/banned.h"

/* --- what the rules share --- */

/* The cause of a walk that could not be ended. */
static void
unknown_walk(const struct as_case *c, struct as_say *o)
{
	for (size_t i = 0; i < c->n_steps; i++)
		if (c->steps[i].known == AS_DMARC_KNOWN_UNKNOWN) {
			as_say_unknown_answer(o, c->dmarc_sets[i].answer);
			return;
		}
	as_say_unknown_answer(o, NULL);
}

/* A policy applies, from whichever name?  Else said why not. */
bool
as_dmarc_need_policy(const struct as_case *c, struct as_say *o)
{
	if (c->dmarc_record != NULL)
		return true;
	if (c->dmarc.unknown)
		unknown_walk(c, o);
	else
		as_say_na(o, "no DMARC policy applies; see dmarc.missing");
	return false;
}

bool
as_dmarc_need_organization(const struct as_case *c, struct as_say *o)
{
	if (c->dmarc.organizational.n > 0)
		return true;
	unknown_walk(c, o);
	return false;
}

/* A record at the domain's own name applies?  Else said why not. */
bool
as_dmarc_need_own(const struct as_case *c, struct as_say *o)
{
	if (c->n_steps == 0 || c->dmarc_sets[0].found == AS_FOUND_UNKNOWN) {
		as_say_unknown_answer(
		    o, c->n_steps == 0 ? NULL : c->dmarc_sets[0].answer);
		return false;
	}
	if (c->steps[0].known == AS_DMARC_KNOWN_RECORD)
		return true;
	as_say_na(o, "the domain has no usable DMARC record of its own");
	return false;
}

void
as_dmarc_show(const struct as_case *c, struct as_say *o, struct as_finding *f)
{
	as_say_evidence(o, f, AS_STR_FMT ": " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, c->dmarc_name)),
	    AS_STR_ARG(as_say_esc(o, c->dmarc_record->text)));
}

struct as_str
as_dmarc_own_name(const struct as_case *c)
{
	return c->n_steps > 0 ? c->dmarc_sets[0].name : AS_STR("");
}

/* --- presence --- */

/* A DMARC record at the domain itself; AS_STR_NULL: none. */
static struct as_str
misplaced(const struct as_case *c)
{
	const struct as_answer *ans = as_case_answer(c, c->name, AS_RR_TXT);

	for (size_t i = 0; as_case_known(ans) && i < ans->n_txt; i++)
		if (as_dmarc_is_like(ans->txt[i].text))
			return ans->txt[i].text;
	return AS_STR_NULL;
}

void
as_check_dmarc_missing(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (c->dmarc.unknown && c->dmarc_record == NULL) {
		unknown_walk(c, o);
		return;
	}
	if (c->dmarc_record != NULL && c->dmarc_policy != AS_DMARC_ABSENT) {
		as_say_pass(o,
		    "A DMARC policy applies, published at " AS_STR_FMT ".",
		    AS_STR_ARG(as_say_esc(o, c->dmarc_name)));
		return;
	}
	f = as_say(o, AS_VERDICT_FAIL,
	    "No DMARC policy protects " AS_STR_FMT ".", AS_STR_ARG(c->shown));
	if (c->dmarc_record != NULL) {
		as_say_evidence(o, f,
		    "the record at " AS_STR_FMT " holds no policy",
		    AS_STR_ARG(as_say_esc(o, c->dmarc_name)));
		return; /* dmarc.syntax says what to do */
	}
	as_say_evidence(o, f,
	    "no usable record at %zu name%s from " AS_STR_FMT " upwards",
	    c->n_steps, c->n_steps == 1 ? "" : "s",
	    AS_STR_ARG(as_say_esc(o, as_dmarc_own_name(c))));
	if (c->steps[0].known == AS_DMARC_KNOWN_MULTIPLE ||
	    c->dmarc_sets[0].n > 0)
		return; /* dmarc.multiple and dmarc.syntax say what to do */
	if (!as_str_is_null(misplaced(c))) {
		as_say_advice(o, f,
		    "Move the record that stands at the domain itself "
		    "to " AS_STR_FMT ".",
		    AS_STR_ARG(as_say_esc(o, as_dmarc_own_name(c))));
		return;
	}
	if (c->sends == AS_NO)
		as_say_advice(o, f,
		    "Publish p=reject at once: the domain "
		    "sends no mail, so nothing can be lost.");
	else
		as_say_advice(o, f,
		    "Publish a DMARC record that asks for reports "
		    "and changes nothing yet. See that its mailbox exists "
		    "and is read.");
	as_dmarc_propose_own(
	    o, f, &(struct as_dmarc_edit){.base = as_advice_dmarc_new(o)});
}

/* Of several records the weakest is safe to keep: it surprises nobody. */
static struct as_str
weakest(struct as_say *o, const struct as_txt_set *set)
{
	struct as_str best = AS_STR_NULL;
	enum as_dmarc_policy least = AS_DMARC_REJECT;
	struct as_dmarc *d;

	for (size_t i = 0; i < set->n; i++) {
		enum as_err err =
		    as_dmarc_parse(o->c->a, set->texts[i], &d, NULL);
		enum as_dmarc_policy p;

		if (err == AS_ENOMEM)
			o->err = err;
		if (err != AS_OK)
			continue;
		p = as_dmarc_own_policy(d);
		if (p != AS_DMARC_ABSENT &&
		    (as_str_is_null(best) || p < least)) {
			best = set->texts[i];
			least = p;
		}
	}
	return best;
}

void
as_check_dmarc_multiple(const struct as_case *c, struct as_say *o)
{
	struct as_str keep, all;
	struct as_finding *f;

	if (c->n_steps == 0 || c->dmarc_sets[0].found == AS_FOUND_UNKNOWN) {
		(void)as_dmarc_need_own(c, o);
		return;
	}
	if (c->dmarc_sets[0].n == 0) {
		as_say_na(o, "the domain has no DMARC record of its own");
		return;
	}
	if (c->steps[0].known != AS_DMARC_KNOWN_MULTIPLE) {
		as_say_pass(o, "There is one DMARC record.");
		return;
	}
	all = as_list_of(o, " | ", c->dmarc_sets[0].texts, c->dmarc_sets[0].n);
	f = as_say(o, AS_VERDICT_FAIL,
	    "There are %zu DMARC records at one name; receivers discard "
	    "them all.",
	    c->dmarc_sets[0].n);
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(all));
	as_say_advice(o, f,
	    "Remove all but one. The proposed record is the "
	    "mildest of them, so that no mail is lost by the repair.");
	keep = weakest(o, &c->dmarc_sets[0]);
	if (as_str_is_null(keep))
		return;
	as_dmarc_propose_own(o, f, &(struct as_dmarc_edit){.base = keep});
}

static void
say_discarded(const struct as_case *c, struct as_say *o, struct as_str text)
{
	struct as_why why = {.at = AS_WHY_NOWHERE};
	struct as_dmarc *d;
	struct as_finding *f;

	if (as_dmarc_parse(c->a, text, &d, &why) == AS_ENOMEM)
		o->err = AS_ENOMEM;
	f = as_say(o, AS_VERDICT_FAIL,
	    "The DMARC record has a fault and is discarded: %s", why.text);
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_say_esc(o, text)));
	as_dmarc_propose_own(o, f, &(struct as_dmarc_edit){.base = text});
}

static void
say_notes(struct as_say *o, const struct as_dmarc *d)
{
	struct as_finding *f = as_say(o, AS_VERDICT_WARN,
	    "A part of the DMARC record is not understood: " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, d->notes[0].text)));

	as_say_evidence(o, f, "tag " AS_STR_FMT " in: " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, d->notes[0].tag)),
	    AS_STR_ARG(as_say_esc(o, d->text)));
	as_dmarc_propose_own(o, f, &(struct as_dmarc_edit){0});
	as_say_waits(f, AS_PLAN_DMARC_CLEAN);
}

void
as_check_dmarc_syntax(const struct as_case *c, struct as_say *o)
{
	const struct as_dmarc *d;
	struct as_finding *f;

	if (c->n_steps > 0 && c->dmarc_sets[0].found != AS_FOUND_UNKNOWN &&
	    c->steps[0].known == AS_DMARC_KNOWN_NONE &&
	    c->dmarc_sets[0].n > 0) {
		say_discarded(c, o, c->dmarc_sets[0].texts[0]);
		return;
	}
	if (!as_dmarc_need_own(c, o))
		return;
	d = c->steps[0].record;
	if (as_dmarc_own_policy(d) == AS_DMARC_ABSENT) {
		f = as_say(o, AS_VERDICT_FAIL,
		    "The DMARC record holds no "
		    "usable policy and no usable report address: it does "
		    "nothing.");
		as_say_evidence(
		    o, f, AS_STR_FMT, AS_STR_ARG(as_say_esc(o, d->text)));
		as_dmarc_propose_own(o, f,
		    &(struct as_dmarc_edit){
			.p = c->sends == AS_NO ? "reject" : "none"});
	} else if (d->p_invalid || d->p == AS_DMARC_ABSENT) {
		f = as_say(o, AS_VERDICT_WARN,
		    "The DMARC record names no "
		    "usable policy; receivers take it as p=none.");
		as_say_evidence(
		    o, f, AS_STR_FMT, AS_STR_ARG(as_say_esc(o, d->text)));
		as_dmarc_propose_own(o, f,
		    &(struct as_dmarc_edit){
			.p = c->sends == AS_NO ? "reject" : "none"});
	} else if (d->n_notes > 0) {
		say_notes(o, d);
	} else {
		as_say_pass(o, "The DMARC record can be read.");
	}
}

void
as_check_dmarc_wrong_place(const struct as_case *c, struct as_say *o)
{
	const struct as_answer *ans = as_case_answer(c, c->name, AS_RR_TXT);
	struct as_str text = misplaced(c);
	struct as_finding *f;

	if (!as_case_known(ans)) {
		as_say_unknown_answer(o, ans);
		return;
	}
	if (as_str_is_null(text)) {
		as_say_pass(o, "No DMARC record stands at the domain itself.");
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    "A DMARC record stands at " AS_STR_FMT
	    " itself, where nobody looks.",
	    AS_STR_ARG(c->shown));
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_say_esc(o, text)));
	if (c->n_steps > 0 && c->dmarc_sets[0].found == AS_FOUND_NONE)
		as_dmarc_propose_own(
		    o, f, &(struct as_dmarc_edit){.base = text});
	else
		as_say_advice(o, f,
		    "Remove this record; the one at " AS_STR_FMT " counts.",
		    AS_STR_ARG(as_say_esc(o, as_dmarc_own_name(c))));
}

/* --- strength --- */

#define REPORTS_FIRST \
	"No stricter policy is proposed yet: nobody gets the reports that " \
	"show whether it is safe."

void
as_check_dmarc_policy_none(const struct as_case *c, struct as_say *o)
{
	struct as_dmarc_edit edit = {.no_testing = true, .inherit = true};
	struct as_finding *f;

	if (!as_dmarc_need_policy(c, o))
		return;
	if (c->dmarc.declared >= AS_DMARC_QUARANTINE) {
		as_say_pass(o, "DMARC asks receivers to act (%s).",
		    as_dmarc_policy_text(c->dmarc.declared));
		return;
	}
	f = as_say(o, c->sends == AS_NO ? AS_VERDICT_FAIL : AS_VERDICT_WARN,
	    "%s only watches: forged mail is delivered as usual.",
	    c->dmarc.inherited ? "The DMARC policy inherited from above"
			       : "DMARC");
	as_dmarc_show(c, o, f);
	if (c->sends == AS_NO) {
		edit.p = "reject";
		as_say_advice(o, f,
		    "Publish p=reject at once: the domain "
		    "sends no mail, so nothing can be lost.");
	} else {
		edit.p = as_dmarc_has_reports(o) ? "quarantine" : NULL;
		as_say_advice(o, f,
		    "Publish p=quarantine, but only once two "
		    "weeks of reports show that every legitimate sender "
		    "passes: until then it can push good mail into spam "
		    "folders.");
	}
	if (edit.p != NULL)
		as_dmarc_propose_own(o, f, &edit);
	else
		as_say_advice_more(o, f, REPORTS_FIRST);
}

void
as_check_dmarc_testing(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_dmarc_need_policy(c, o))
		return;
	if (!c->dmarc_record->testing) {
		as_say_pass(o, "DMARC is not in test mode.");
		return;
	}
	if (c->dmarc.declared < AS_DMARC_QUARANTINE) {
		as_say_na(o, "with p=none the test mode changes nothing");
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    "DMARC says %s but is in test mode: receivers apply %s.",
	    as_dmarc_policy_text(c->dmarc.declared),
	    as_dmarc_policy_text(c->dmarc.applied));
	as_dmarc_show(c, o, f);
	as_dmarc_propose(c, o, f, &(struct as_dmarc_edit){.no_testing = true});
}

void
as_check_dmarc_policy_quarantine(const struct as_case *c, struct as_say *o)
{
	struct as_finding *f;

	if (!as_dmarc_need_policy(c, o))
		return;
	if (c->dmarc.declared == AS_DMARC_REJECT) {
		as_say_pass(o, "DMARC asks receivers to refuse forged mail.");
		return;
	}
	if (c->dmarc.declared != AS_DMARC_QUARANTINE) {
		as_say_na(o, "the policy is weaker; see dmarc.policy-none");
		return;
	}
	f = as_say(o, c->sends == AS_NO ? AS_VERDICT_WARN : AS_VERDICT_INFO,
	    "DMARC sends forged mail to the spam folder instead of refusing "
	    "it.");
	as_dmarc_show(c, o, f);
	if (c->sends == AS_NO)
		as_say_advice(o, f,
		    "Publish p=reject: the domain sends no "
		    "mail, so nothing can be lost.");
	else
		as_say_advice(o, f, "%s", o->rule->advice);
	if (c->sends != AS_NO && !as_dmarc_has_reports(o))
		as_say_advice_more(o, f, REPORTS_FIRST);
	else if (c->sends != AS_NO &&
	    (c->dmarc_record->testing || c->dmarc_record->pct < 100))
		as_say_advice_more(o, f,
		    "The step before it is quarantine for all mail, without "
		    "t=y and pct.");
	else
		as_dmarc_propose(c, o, f,
		    &(struct as_dmarc_edit){.p = "reject", .no_testing = true});
}

void
as_check_dmarc_subdomain_weaker(const struct as_case *c, struct as_say *o)
{
	const struct as_dmarc *d;
	enum as_dmarc_policy p, sp, np;
	struct as_finding *f;

	if (!as_dmarc_need_own(c, o))
		return;
	d = c->steps[0].record;
	p = as_dmarc_own_policy(d);
	sp = as_dmarc_sub_policy(d);
	np = as_dmarc_np_policy(d);
	if (p < AS_DMARC_QUARANTINE) {
		as_say_na(o, "the domain's own policy does not act yet");
		return;
	}
	if (sp >= p && np >= p) {
		as_say_pass(o, "Subdomains are protected like the domain.");
		return;
	}
	if (as_dmarc_is_suffix(c)) {
		as_say_na(o,
		    "the names below a public suffix belong to others, who "
		    "choose for themselves");
		return;
	}
	if (c->dmarc.organizational.n > 0 &&
	    !as_str_eq(c->dmarc.organizational, c->name)) {
		as_say_na(o,
		    "sp and np count only in the record of the "
		    "organizational domain");
		return;
	}
	f = as_say(o, AS_VERDICT_WARN,
	    "Subdomains are protected less than the domain: %s %s, the "
	    "domain %s.",
	    sp < p ? "existing ones" : "invented ones",
	    as_dmarc_policy_text(sp < p ? sp : np), as_dmarc_policy_text(p));
	as_dmarc_show(c, o, f);
	as_dmarc_propose(c, o, f,
	    &(struct as_dmarc_edit){
		.sp = sp < p ? "" : NULL, .np = np < p ? "" : NULL});
}

void
as_check_dmarc_historic_tags(const struct as_case *c, struct as_say *o)
{
	const struct as_dmarc *d;
	struct as_finding *f;

	if (!as_dmarc_need_own(c, o))
		return;
	d = c->steps[0].record;
	if (!d->has_pct && !d->has_rf && !d->has_ri) {
		as_say_pass(o, "The DMARC record holds no abolished tag.");
		return;
	}
	f = as_say(o, d->pct < 100 ? AS_VERDICT_WARN : AS_VERDICT_INFO,
	    d->pct < 100 ? "pct=%u makes older receivers spare a part of "
			   "forged mail; new ones ignore the tag."
			 : "The DMARC record holds abolished tags.",
	    d->pct);
	as_say_evidence(o, f, AS_STR_FMT, AS_STR_ARG(as_say_esc(o, d->text)));
	as_say_advice(o, f,
	    d->pct < 100
		? "Publish the DMARC record without pct. Older receivers then "
		  "apply "
		  "the policy to all mail, so look at the reports first."
		: "Publish the record without these tags; nothing else "
		  "changes.");
	as_dmarc_propose_own(o, f, &(struct as_dmarc_edit){0});
}
