/*
 * Rules on where a DMARC record stands in the tree: public suffixes, the walk
 * against the list, and policies for the names below.
 */
#include "assess/rules_dmarc.h"
#include "assess/suffix.h"
#include "std/dmarc_7489.h"

#include "base/banned.h"

static bool
need_list(const struct as_case *c, struct as_say *o)
{
	if (c->options->psl != NULL)
		return true;
	as_say_unknown(o, AS_STR("there is no public suffix list at hand"));
	return false;
}

/* The record of a step, NULL when there is none. */
static const struct as_dmarc *
record_at(const struct as_case *c, size_t i)
{
	return c->steps[i].known == AS_DMARC_KNOWN_RECORD ? c->steps[i].record
							  : NULL;
}

/* --- psd --- */

struct psd_view {
	size_t records;
	bool open;             /* a step is unknown */
	bool misused, missing; /* psd=y where it is not, or the reverse */
	size_t misused_at, missing_at;
};

static void
psd_look(const struct as_case *c, struct psd_view *v)
{
	for (size_t i = 0; i < c->dmarc.n_used; i++) {
		const struct as_dmarc *d = record_at(c, i);
		bool suffix;

		v->open |= c->steps[i].known == AS_DMARC_KNOWN_UNKNOWN;
		if (d == NULL)
			continue;
		v->records++;
		suffix = as_suffix_is(c->options->psl, c->steps[i].name);
		if (d->psd == 'y' && !suffix && !v->misused) {
			v->misused = true;
			v->misused_at = i;
		} else if (d->psd != 'y' && suffix && !v->missing) {
			v->missing = true;
			v->missing_at = i;
		}
	}
}

static void
psd_show(
    const struct as_case *c, struct as_say *o, struct as_finding *f, size_t i)
{
	as_say_evidence(o, f, AS_STR_FMT ": " AS_STR_FMT,
	    AS_STR_ARG(as_say_esc(o, c->dmarc_sets[i].name)),
	    AS_STR_ARG(as_say_esc(o, c->steps[i].record->text)));
}

static void
say_misused(const struct as_case *c, struct as_say *o, size_t i)
{
	struct as_finding *f = as_say(o,
	    i == 0 ? AS_VERDICT_FAIL : AS_VERDICT_WARN,
	    "The DMARC record of " AS_STR_FMT " says psd=y, but the name is no "
	    "public suffix: every name below it counts as an organization of "
	    "its own.",
	    AS_STR_ARG(as_say_esc(o, c->steps[i].name)));

	psd_show(c, o, f, i);
	if (i == 0)
		as_dmarc_propose(
		    c, o, f, &(struct as_dmarc_edit){.no_psd = true});
}

static void
say_missing(const struct as_case *c, struct as_say *o, size_t i)
{
	struct as_finding *f = as_say(o, AS_VERDICT_WARN,
	    AS_STR_FMT " is a public suffix, but its DMARC record does not say "
		       "psd=y: all names below it count as one organization.",
	    AS_STR_ARG(as_say_esc(o, c->steps[i].name)));

	psd_show(c, o, f, i);
	as_say_advice(o, f,
	    i == 0 ? "Add psd=y, if names below belong to others."
		   : "Ask the operator of the suffix to add psd=y. Until then "
		     "psd=n in your own record marks your organization.");
}

void
as_check_dmarc_psd_misuse(const struct as_case *c, struct as_say *o)
{
	struct psd_view v = {0};

	psd_look(c, &v);
	if (v.records == 0 && !v.open)
		as_say_na(o, "there is no DMARC record on the way up");
	else if (c->options->psl == NULL)
		(void)need_list(c, o);
	else if (v.misused)
		say_misused(c, o, v.misused_at);
	else if (v.missing)
		say_missing(c, o, v.missing_at);
	else if (!v.open || as_dmarc_need_organization(c, o))
		as_say_pass(
		    o, "psd=y stands at public suffixes, and nowhere else.");
}

/* --- the walk against the list --- */

static const struct as_dmarc_step *
step_of(const struct as_case *c, struct as_str name)
{
	for (size_t i = 0; i < c->n_steps; i++)
		if (as_str_eq(c->steps[i].name, name))
			return &c->steps[i];
	return NULL;
}

/* Do receivers of both generations ask for the same? */
static bool
is_same_policy(const struct as_case *c, const struct as_dmarc_7489 *old)
{
	return !old->unknown && old->declared == c->dmarc.declared;
}

static void
differs_advise(
    struct as_say *o, struct as_finding *f, const struct as_dmarc_step *list)
{
	if (list != NULL && list->known == AS_DMARC_KNOWN_NONE)
		as_say_advice(o, f,
		    "Publish a DMARC record at " AS_STR_FMT
		    " too, if both names are yours: then both find the same "
		    "organization.",
		    AS_STR_ARG(as_say_esc(o, list->name)));
	else
		as_say_advice(o, f, "%s", o->rule->advice);
}

static void
say_differs(const struct as_case *c, struct as_say *o, struct as_str list)
{
	struct as_dmarc_7489_tree tree = {
	    .author = &c->steps[0], .organization = step_of(c, list)};
	struct as_dmarc_7489 old;
	struct as_finding *f;

	as_dmarc_7489_discover(&tree, &old);
	f = as_say(o,
	    is_same_policy(c, &old) ? AS_VERDICT_INFO : AS_VERDICT_WARN,
	    "New receivers (RFC 9989) take " AS_STR_FMT
	    " for the organization, old ones " AS_STR_FMT ".",
	    AS_STR_ARG(as_say_esc(o, c->dmarc.organizational)),
	    AS_STR_ARG(as_say_esc(o, list)));
	as_say_evidence(o, f,
	    "policy for new receivers: %s, for old ones: %s; relaxed alignment "
	    "reaches as far as the organization",
	    as_dmarc_policy_text(c->dmarc.declared),
	    old.unknown ? "not known" : as_dmarc_policy_text(old.declared));
	differs_advise(o, f, tree.organization);
}

void
as_check_dmarc_walk_differs(const struct as_case *c, struct as_say *o)
{
	struct as_str list;

	if (!as_dmarc_need_policy(c, o) || !as_dmarc_need_organization(c, o) ||
	    !need_list(c, o))
		return;
	list = as_suffix_organization(c->options->psl, c->name);
	if (as_str_eq(list, c->dmarc.organizational))
		as_say_pass(o,
		    "Receivers old and new take " AS_STR_FMT
		    " for the organization.",
		    AS_STR_ARG(as_say_esc(o, list)));
	else
		say_differs(c, o, list);
}

/* --- policies for the names below --- */

bool
as_dmarc_is_suffix(const struct as_case *c)
{
	bool says = c->n_steps > 0 &&
	    c->steps[0].known == AS_DMARC_KNOWN_RECORD &&
	    c->steps[0].record->psd == 'y';

	/* Where it says so falsely, dmarc.psd-misuse takes it away. */
	return c->options->psl == NULL ? says
				       : as_suffix_is(c->options->psl, c->name);
}

/* Is the domain one whose sp and np count in the walk? */
static bool
rules_below(const struct as_case *c)
{
	return as_str_eq(c->dmarc.organizational, c->name) ||
	    c->steps[0].record->psd == 'y';
}

void
as_check_dmarc_sp_no_effect(const struct as_case *c, struct as_say *o)
{
	const struct as_dmarc *d;
	struct as_finding *f;

	if (!as_dmarc_need_own(c, o))
		return;
	d = c->steps[0].record;
	if (d->sp == AS_DMARC_ABSENT && d->np == AS_DMARC_ABSENT) {
		as_say_na(o, "the record has neither sp nor np");
		return;
	}
	if (!as_dmarc_need_organization(c, o))
		return;
	if (rules_below(c)) {
		as_say_pass(o, "The policy for names below counts.");
		return;
	}
	if (!need_list(c, o))
		return;
	if (as_str_eq(
		as_suffix_organization(c->options->psl, c->name), c->name)) {
		as_say_pass(o,
		    "The policy for names below counts for older receivers.");
		return;
	}
	f = as_say(o, AS_VERDICT_INFO,
	    "%s in the record of " AS_STR_FMT " has no effect: names below "
	    "take their policy from " AS_STR_FMT ".",
	    d->sp != AS_DMARC_ABSENT ? "sp" : "np", AS_STR_ARG(c->shown),
	    AS_STR_ARG(as_say_esc(o, c->dmarc.organizational)));
	as_dmarc_show(c, o, f);
	as_dmarc_propose(c, o, f, &(struct as_dmarc_edit){.sp = "", .np = ""});
}

void
as_check_dmarc_nonexistent_names(const struct as_case *c, struct as_say *o)
{
	const struct as_dmarc *d;
	enum as_dmarc_policy p, np;
	struct as_finding *f;

	if (!as_dmarc_need_own(c, o) || !as_dmarc_need_organization(c, o))
		return;
	d = c->steps[0].record;
	p = as_dmarc_own_policy(d);
	np = as_dmarc_np_policy(d);
	if (p == AS_DMARC_ABSENT) {
		as_say_na(o, "the record does nothing; see dmarc.syntax");
	} else if (!rules_below(c)) {
		as_say_na(o,
		    "np counts only in the record of the organizational "
		    "domain");
	} else if (np == AS_DMARC_REJECT) {
		as_say_pass(o, "Names that do not exist are refused.");
	} else if (np < p) {
		as_say_na(o, "np is weaker; see dmarc.subdomain-weaker");
	} else {
		f = as_say(o, AS_VERDICT_INFO,
		    "Names below " AS_STR_FMT
		    " that do not exist are not refused (%s).",
		    AS_STR_ARG(c->shown), as_dmarc_policy_text(np));
		as_dmarc_show(c, o, f);
		as_dmarc_propose(c, o, f,
		    &(struct as_dmarc_edit){
			.p = as_dmarc_policy_text(p), .np = "reject"});
	}
}
