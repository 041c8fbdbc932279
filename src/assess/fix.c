/*
 * From findings with a record to steps.
 */
#include "assess/fix.h"

#include "assess/fix_private.h"
#include "assess/rules_dkim.h"
#include "model/profile.h"
#include "std/dkim_key.h"

#include "base/banned.h"

AS_DEFINE_ENUM(fix_by, AS_FIX_BY_MAP)

#define REVOKED "v=DKIM1; p="

/* --- one finding --- */

/* The kind of record that a proposed text is of; NULL: none that we know. */
static as_fix_is_kind *
kind_of(struct as_str txt)
{
	static as_fix_is_kind *const kinds[] = {as_spf_is_record,
	    as_dmarc_is_like, as_mta_sts_is_record, as_tls_rpt_is_record,
	    as_dkim_key_is_like};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i](txt))
			return kinds[i];
	return NULL;
}

static bool
is_nothing(struct as_str txt)
{
	(void)txt;
	return false;
}

/* What goes when `data` comes.  A TLSA record comes beside those there are,
 * which may be for the next key, and a DS record beside those of other keys;
 * where none of them can be used, they go. */
static as_fix_is_kind *
replaced_by(const struct as_finding *f, struct as_str data)
{
	if (as_str_is(f->record.type, "TXT"))
		return kind_of(data);
	if (as_str_is(f->record.type, "MX") ||
	    as_str_is(f->rule, "dane.unusable") ||
	    as_str_is(f->rule, "dnssec.ds-digest"))
		return NULL;
	return is_nothing;
}

/* The octets of an escaped text of a finding. */
static bool
octets_of(struct as_fix_maker *m, struct as_str text, struct as_str *out)
{
	enum as_err err = as_str_unescape(m->c->a, text, out, NULL);

	if (err == AS_ENOMEM)
		m->say.err = err;
	return err == AS_OK;
}

static void
record_take(struct as_fix_maker *m, const struct as_finding *f)
{
	const struct as_record *r = &f->record;
	struct as_str name, data;
	struct as_fix_step *step;

	if (r->proposed.n == 0 || !octets_of(m, r->name, &name) ||
	    !octets_of(m, r->proposed, &data))
		return;
	if (as_str_is(r->type, "TXT") && kind_of(data) == NULL)
		return;
	step = as_fix_step_at(m, name, r->type);
	if (step == NULL)
		return;
	as_fix_drop(step, replaced_by(f, data));
	as_fix_add(step, data);
	as_fix_mends(m, step, f);
}

/* The record where nobody looks goes once the right place has one. */
static void
misplaced_take(struct as_fix_maker *m, const struct as_finding *f)
{
	struct as_fix_step *step;

	if (f->record.name.n == 0 && m->c->dmarc_sets[0].n == 0)
		return;
	step = as_fix_step_at(m, m->c->name, AS_STR("TXT"));
	if (step == NULL)
		return;
	as_fix_drop(step, as_dmarc_is_like);
	as_fix_mends(m, step, f);
}

/* A wildcard hides no key that has a name of its own: each is revoked. */
static void
keys_take(struct as_fix_maker *m, const struct as_finding *f)
{
	for (size_t i = 0; i < m->c->n_keys; i++) {
		const struct as_dkim_probe *p = &m->c->keys[i];
		struct as_fix_step *step;

		if (!as_dkim_is_live(p))
			continue;
		step = as_fix_step_at(m, p->answer->name, AS_STR("TXT"));
		if (step == NULL)
			continue;
		as_fix_drop(step, as_dkim_key_is_like);
		as_fix_add(step, AS_STR(REVOKED));
		as_fix_mends(m, step, f);
	}
}

static void
finding_take(struct as_fix_maker *m, const struct as_finding *f)
{
	if (f->verdict < AS_VERDICT_INFO || f->verdict == AS_VERDICT_UNKNOWN)
		return;
	if (as_str_has_prefix(f->rule, "mta-sts."))
		as_fix_policy(m);
	if (as_str_is(f->rule, "dkim.no-mail"))
		keys_take(m, f);
	if (!as_str_is(f->rule, "mta-sts.missing") || as_fix_has_policy(m))
		record_take(m, f);
	if (as_str_is(f->rule, "dmarc.wrong-place"))
		misplaced_take(m, f);
}

/* --- a parked name --- */

/* With the rest a parked name gets the key that revokes all selectors. */
static void
parked_complete(struct as_fix_maker *m)
{
	const struct as_case *c = m->c;
	struct as_fix_step *step;

	if (c->role != AS_ROLE_PARKED || m->out->n_steps == 0 ||
	    c->wildcard != NULL || c->random_open != NULL ||
	    c->d->random_selector.n == 0 || c->n_dangling > 0)
		return;
	step = as_fix_step_at(m,
	    as_say_text(
		&m->say, "*._domainkey." AS_STR_FMT, AS_STR_ARG(c->name)),
	    AS_STR("TXT"));
	if (step != NULL)
		as_fix_add(step, AS_STR(REVOKED));
}

/* --- what profiles require --- */

/* The part of a rule or a trait before its first dot. */
static struct as_str
topic_of(struct as_str name)
{
	return as_str_slice(name, 0, as_str_find(name, '.', 0));
}

/* Does a step mend what keeps a requirement from being met?  A trait is mended
 * by what changes a record of its topic. */
static bool
is_ground(const struct as_fix_step *step, const struct as_ground *g)
{
	for (size_t i = 0; i < step->n_mends; i++) {
		struct as_str rule = step->mends[i]->rule;

		if (g->finding != NULL
			? as_str_eq(rule, g->finding->rule)
			: as_str_eq(topic_of(rule), topic_of(g->test->name)))
			return true;
	}
	return false;
}

static bool
is_asked_for(const struct as_fix_step *step, const struct as_profile_result *r)
{
	for (size_t i = 0; i < r->n_stands; i++) {
		const struct as_stand *s = &r->stands[i];

		for (size_t k = 0;
		     s->standing == AS_STANDING_NOT_MET && k < s->n_grounds;
		     k++)
			if (is_ground(step, &s->grounds[k]))
				return true;
	}
	return false;
}

/* Of the parked set all parts go together. */
static bool
is_required(const struct as_assessment *as, const struct as_fix_step *step)
{
	const struct as_profiles_result *all = as->profiles;

	if (all == NULL || step->n_mends == 0)
		return true;
	for (size_t i = 0; i < all->n_profiles; i++)
		if (is_asked_for(step, &all->profiles[i]))
			return true;
	return false;
}

/* --- all --- */

static bool
is_change(const struct as_fix_step *step)
{
	return step->by == AS_FIX_WEB || step->gone.n > 0 || step->added.n > 0;
}

static void
idle_drop(struct as_fix *fix)
{
	size_t n = 0;

	for (size_t i = 0; i < fix->n_steps; i++)
		if (is_change(&fix->steps[i]) &&
		    is_required(fix->before, &fix->steps[i]))
			fix->steps[n++] = fix->steps[i];
	fix->n_steps = n;
}

static enum as_err
steps_make(struct as_fix_maker *m)
{
	const struct as_assessment *as = m->as;

	m->room = 2 * as->n_findings + m->c->n_keys + 4;
	m->out->steps =
	    as_arena_array(m->c->a, m->room, sizeof(*m->out->steps));
	if (m->out->steps == NULL)
		return AS_ENOMEM;
	if (as->first != NULL)
		finding_take(m, as->first);
	for (size_t i = 0; i < as->n_findings; i++)
		finding_take(m, &as->findings[i]);
	idle_drop(m->out);
	parked_complete(m);
	return m->say.err;
}

enum as_err
as_fix_make(struct as_arena *a, const struct as_facts *facts,
    const struct as_assess_options *options, const struct as_assessment *as,
    struct as_fix *out)
{
	struct as_case *c = AS_NEW(a, struct as_case);
	struct as_fix_maker m = {.as = as, .out = out};

	*out = (struct as_fix){.before = as, .domain = facts->domain->name};
	if (c == NULL)
		return AS_ENOMEM;
	AS_TRY(as_case_init(a, facts, options, c));
	m.c = m.say.c = c;
	m.say.tail = &m.say.head;
	AS_TRY(steps_make(&m));
	return as_fix_spf_make(c, &out->spf);
}
