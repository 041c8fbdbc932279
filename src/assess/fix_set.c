/*
 * The sets of records that a fix changes, as they are today.
 */
#include "assess/fix_private.h"
#include "model/rr_text.h"
#include "std/dns_wire.h"
#include "std/domain.h"

#include "base/banned.h"

#define ADDED_MOST 4 /* records that findings add to one set */

/* --- what is there today --- */

/* The answer of a mail host's TLSA. */
static const struct as_answer *
tlsa_find(const struct as_facts *facts, struct as_str name)
{
	for (size_t i = 0; i < facts->n_hosts; i++) {
		const struct as_host_facts *h = &facts->hosts[i];

		if (h->tlsa != NULL && as_str_eq(h->tlsa->name, name))
			return h->tlsa;
		if (h->tlsa_alias != NULL &&
		    as_str_eq(h->tlsa_alias->name, name))
			return h->tlsa_alias;
	}
	return NULL;
}

static const struct as_answer *
answer_find(struct as_fix_maker *m, struct as_str name, struct as_str type)
{
	uint16_t number;

	if (as_rrtype_parse(type, &number) != AS_OK)
		return NULL;
	if (number == AS_RR_TLSA)
		return tlsa_find(m->c->facts, name);
	if (as_str_has_prefix(name, "*._domainkey.") && m->c->wildcard != NULL)
		return m->c->wildcard->answer;
	return as_case_answer(m->c, name, number);
}

/* No memory for a text ends the fix. */
static struct as_str
kept(struct as_fix_maker *m, struct as_str text)
{
	if (as_str_is_null(text))
		m->say.err = AS_ENOMEM;
	return text;
}

static void
set_fill(
    struct as_fix_maker *m, const struct as_answer *ans, struct as_fix_set *set)
{
	size_t n = ans->n_txt + ans->n_mx + ans->n_tlsa + ans->n_ds;
	struct as_arena *a = m->c->a;

	set->rr = as_arena_array(a, n + ADDED_MOST, sizeof(*set->rr));
	if (set->rr == NULL) {
		m->say.err = AS_ENOMEM;
		return;
	}
	for (size_t i = 0; i < ans->n_txt; i++)
		set->rr[set->n++] =
		    (struct as_fix_rr){ans->txt[i].text, ans->txt[i].lengths};
	for (size_t i = 0; i < ans->n_mx; i++)
		set->rr[set->n++].data = kept(m, as_rr_mx_text(a, &ans->mx[i]));
	for (size_t i = 0; i < ans->n_tlsa; i++)
		set->rr[set->n++].data =
		    kept(m, as_rr_tlsa_text(a, &ans->tlsa[i]));
	for (size_t i = 0; i < ans->n_ds; i++)
		set->rr[set->n++].data = kept(m, as_rr_ds_text(a, &ans->ds[i]));
}

/* A TXT of which only the start was kept cannot be written again. */
static bool
is_whole(const struct as_answer *ans)
{
	for (size_t i = 0; i < ans->n_txt; i++)
		if (ans->txt[i].cut)
			return false;
	return as_case_known(ans) && !ans->cut;
}

/* --- where it is --- */

static bool
is_within(struct as_str name, struct as_str top)
{
	return top.n > 0 && as_domain_within(name, top);
}

/* Signatures tell it best: a part of the domain may be a zone of its own. */
static struct as_str
zone_find(
    const struct as_case *c, const struct as_answer *ans, struct as_str name)
{
	if (ans != NULL && ans->n_chain == 0 && ans->n_rrsig > 0 &&
	    is_within(name, ans->rrsig[0].signer))
		return ans->rrsig[0].signer;
	if (is_within(name, c->d->zone))
		return c->d->zone;
	return is_within(name, c->d->server_zone) ? c->d->server_zone
						  : AS_STR("");
}

static enum as_fix_by
by_find(const struct as_case *c, const struct as_fix_step *step,
    const struct as_answer *ans)
{
	if (as_str_is(step->type, "DS"))
		return AS_FIX_PARENT;
	if (ans != NULL && ans->n_chain > 0)
		return AS_FIX_ALIAS;
	return is_within(step->name, c->name) ||
		is_within(step->name, c->d->zone) ||
		is_within(step->name, c->d->server_zone)
	    ? AS_FIX_ZONE
	    : AS_FIX_OTHER;
}

/* --- steps --- */

static struct as_fix_step *
step_new(struct as_fix_maker *m)
{
	struct as_fix *out = m->out;
	struct as_fix_step *step;

	if (out->n_steps == m->room)
		return NULL;
	step = &out->steps[out->n_steps];
	step->mends = as_arena_array(
	    m->c->a, m->as->n_findings, sizeof(struct as_finding *));
	if (step->mends == NULL) {
		m->say.err = AS_ENOMEM;
		return NULL;
	}
	out->n_steps++;
	return step;
}

static struct as_fix_step *
step_find(struct as_fix_maker *m, struct as_str name, struct as_str type)
{
	for (size_t i = 0; i < m->out->n_steps; i++) {
		struct as_fix_step *step = &m->out->steps[i];

		if (as_str_eq(step->name, name) && as_str_eq(step->type, type))
			return step;
	}
	return NULL;
}

static bool
sets_make(struct as_fix_maker *m, const struct as_answer *ans,
    struct as_fix_step *step)
{
	static const struct as_answer none;
	struct as_arena *a = m->c->a;

	set_fill(m, ans != NULL ? ans : &none, &step->kept);
	step->gone.rr =
	    as_arena_array(a, step->kept.n + 1, sizeof(*step->gone.rr));
	step->added.rr = as_arena_array(a, ADDED_MOST, sizeof(*step->added.rr));
	if (step->gone.rr == NULL || step->added.rr == NULL)
		m->say.err = AS_ENOMEM;
	return m->say.err == AS_OK;
}

struct as_fix_step *
as_fix_step_at(struct as_fix_maker *m, struct as_str name, struct as_str type)
{
	struct as_fix_step *step = step_find(m, name, type);
	const struct as_answer *ans;

	if (step != NULL)
		return step;
	ans = answer_find(m, name, type);
	if (ans != NULL ? !is_whole(ans) : name.n == 0 || name.p[0] != '*')
		return NULL;
	step = step_new(m);
	if (step == NULL || !sets_make(m, ans, step))
		return NULL;
	step->name = name;
	step->type = type;
	step->zone = zone_find(m->c, ans, name);
	step->by = by_find(m->c, step, ans);
	if (step->by == AS_FIX_ALIAS)
		step->alias = ans->chain[ans->n_chain - 1];
	return step;
}

struct as_fix_step *
as_fix_step_web(struct as_fix_maker *m, struct as_str url, struct as_str file)
{
	struct as_fix_step *step = step_new(m);

	if (step == NULL)
		return NULL;
	step->by = AS_FIX_WEB;
	step->name = step->type = step->zone = step->alias = AS_STR("");
	step->url = url;
	step->file = file;
	return step;
}

void
as_fix_mends(struct as_fix_maker *m, struct as_fix_step *step,
    const struct as_finding *f)
{
	for (size_t i = 0; i < step->n_mends; i++)
		if (as_str_eq(step->mends[i]->rule, f->rule) &&
		    as_str_eq(step->mends[i]->subject, f->subject))
			return;
	if (step->n_mends < m->as->n_findings)
		step->mends[step->n_mends++] = f;
}

/* --- changes --- */

void
as_fix_drop(struct as_fix_step *step, as_fix_is_kind *is)
{
	struct as_fix_set *kept = &step->kept;
	size_t n = 0;

	for (size_t i = 0; i < kept->n; i++) {
		if (is == NULL || is(kept->rr[i].data))
			step->gone.rr[step->gone.n++] = kept->rr[i];
		else
			kept->rr[n++] = kept->rr[i];
	}
	kept->n = n;
}

static bool
set_has(const struct as_fix_set *set, struct as_str data, size_t *at)
{
	for (*at = 0; *at < set->n; (*at)++)
		if (as_str_eq(set->rr[*at].data, data))
			return true;
	return false;
}

void
as_fix_add(struct as_fix_step *step, struct as_str data)
{
	struct as_fix_set *gone = &step->gone;
	size_t at;

	if (set_has(&step->kept, data, &at) || set_has(&step->added, data, &at))
		return;
	if (set_has(gone, data, &at)) {
		step->kept.rr[step->kept.n++] = gone->rr[at];
		gone->rr[at] = gone->rr[--gone->n];
	} else if (step->added.n < ADDED_MOST) {
		step->added.rr[step->added.n++].data = data;
	}
}
