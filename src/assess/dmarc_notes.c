/*
 * What a reader of a DMARC view should be told beside it, a sentence each.
 */
#include <stdio.h>

#include "assess/dmarc_maker.h"
#include "assess/suffix.h"

#include "base/banned.h"

#define MAX_NOTES   32
#define NOTE_OCTETS 1024

struct notes {
	struct as_dmarc_maker *m;
	enum as_err err;
};

static void note(struct notes *n, const char *fmt, ...) AS_PRINTF(2, 3);

static void
note(struct notes *n, const char *fmt, ...)
{
	struct as_dmarc_view *v = n->m->v;
	char text[NOTE_OCTETS];
	struct as_str copy;
	va_list ap;

	if (v->n_notes == MAX_NOTES)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	copy = as_str_dup(n->m->a, as_str_from(text));
	if (as_str_is_null(copy))
		n->err = AS_ENOMEM;
	else
		v->notes[v->n_notes++] = copy;
}

static struct as_str
esc(struct notes *n, struct as_str s)
{
	struct as_str out = as_str_escape(n->m->a, s);

	if (as_str_is_null(out))
		n->err = AS_ENOMEM;
	return as_str_is_null(out) ? AS_STR("") : out;
}

/* --- the walk --- */

/* DMARC-3, DMARC-10 */
static void
query_notes(struct notes *n, const struct as_dmarc_query *q)
{
	const struct as_answer *ans = q->set->answer;

	if (ans != NULL && ans->n_chain > 0)
		note(n, AS_STR_FMT " is an alias of " AS_STR_FMT ".",
		    AS_STR_ARG(esc(n, ans->name)),
		    AS_STR_ARG(esc(n, ans->chain[ans->n_chain - 1])));
	if (q->made == AS_DMARC_MADE_DISCARDED)
		note(n,
		    "%zu records at " AS_STR_FMT ": new receivers discard them "
		    "all and walk on; older ones end there, without DMARC.",
		    q->set->n, AS_STR_ARG(esc(n, q->set->name)));
	if (q->made == AS_DMARC_MADE_UNUSABLE)
		note(n, "The text at " AS_STR_FMT " is no record: " AS_STR_FMT,
		    AS_STR_ARG(esc(n, q->set->name)),
		    AS_STR_ARG(esc(n, q->fault)));
}

/* DMARC-20, DMARC-21 */
static void
psd_note(struct notes *n, const struct as_dmarc_query *q)
{
	const void *list = n->m->ask->options->psl;
	const struct as_dmarc *d = q->step->record;
	struct as_str name = esc(n, q->step->name);
	bool suffix = as_suffix_is(list, q->step->name);

	if (d == NULL || list == NULL)
		return;
	if (d->psd == 'y' && !suffix)
		note(n,
		    "psd=y at " AS_STR_FMT ", which is no public suffix: every "
		    "name below counts as an organization of its own.",
		    AS_STR_ARG(name));
	if (d->psd != 'y' && suffix)
		note(n,
		    AS_STR_FMT " is a public suffix, but its record lacks "
			       "psd=y: all names below count as one "
			       "organization.",
		    AS_STR_ARG(name));
	if (d->psd == 'y' && suffix && d->n_ruf > 0)
		note(n,
		    "ruf of " AS_STR_FMT
		    " is passed over: it is a public suffix.",
		    AS_STR_ARG(name));
}

/* TREE-6 */
static void
gap_note(struct notes *n)
{
	const struct as_case *c = n->m->v->walk;
	size_t gap = as_dmarc_walk_gap(c->name);

	if (gap > 0 && c->n_steps > 1)
		note(n,
		    "The walk leaves out %zu name%s between " AS_STR_FMT
		    " and " AS_STR_FMT ": a record there is never found.",
		    gap, gap == 1 ? "" : "s", AS_STR_ARG(c->shown),
		    AS_STR_ARG(esc(n, c->steps[1].name)));
}

/* --- the organization --- */

/* TREE-7 */
static void
organization_note(struct notes *n)
{
	const struct as_dmarc_view *v = n->m->v;
	struct as_str walk = v->result.organizational;

	if (as_str_is_null(v->list_organization))
		note(n,
		    "There is no public suffix list at hand: what older "
		    "receivers find above the domain is not known.");
	else if (walk.n > 0 && !as_str_eq(walk, v->list_organization))
		note(n,
		    "New receivers take " AS_STR_FMT
		    " for the organization, older ones " AS_STR_FMT
		    ": relaxed alignment reaches less far for one of them.",
		    AS_STR_ARG(esc(n, walk)),
		    AS_STR_ARG(esc(n, v->list_organization)));
}

/* --- the record --- */

static void
below_note(struct notes *n, const struct as_dmarc *d)
{
	const struct as_dmarc_view *v = n->m->v;
	struct as_str walk = v->result.organizational;

	if (v->result.inherited || d->psd == 'y' || walk.n == 0 ||
	    (d->sp == AS_DMARC_ABSENT && d->np == AS_DMARC_ABSENT) ||
	    as_str_eq(walk, v->domain) ||
	    as_str_is_null(v->list_organization) ||
	    as_str_eq(v->list_organization, v->domain))
		return;
	note(n,
	    "sp and np in this record have no effect: names below take their "
	    "policy from " AS_STR_FMT ".",
	    AS_STR_ARG(esc(n, walk)));
}

static void
record_notes(struct notes *n)
{
	const struct as_dmarc_view *v = n->m->v;
	const struct as_dmarc *d = v->result.policy->record;
	enum as_dmarc_policy declared = v->result.declared;

	if (declared == AS_DMARC_ABSENT)
		note(n,
		    "The record holds no usable policy and no usable report "
		    "address: it leads to no DMARC.");
	else if (d->p == AS_DMARC_ABSENT || d->sp_invalid || d->np_invalid)
		note(n,
		    "A policy in the record is missing or not usable; as "
		    "reports are asked for, p=none is taken.");
	if (d->testing && declared >= AS_DMARC_QUARANTINE)
		note(n,
		    "t=y lowers %s to %s for new receivers; older ones do not "
		    "know it.",
		    as_dmarc_policy_text(declared),
		    as_dmarc_policy_text(v->result.applied));
	if (d->has_pct && d->pct < 100)
		note(n,
		    "pct=%u counts for older receivers only; new ones apply "
		    "the policy to all mail.",
		    d->pct);
	below_note(n, d);
	if (d->n_rua + d->n_ruf > v->n_targets)
		note(n,
		    "The record names more report addresses than the %zu that "
		    "are looked at.",
		    v->n_targets);
}

static void
exists_note(struct notes *n)
{
	const struct as_dmarc_view *v = n->m->v;

	if (v->nxname)
		note(n,
		    AS_STR_FMT " does not exist, but its servers tell that "
			       "by NXNAME only (RFC 9824): receivers may take "
			       "it for one that does, and np does not count.",
		    AS_STR_ARG(v->walk->shown));
	else if (v->exists == AS_NO)
		note(n, AS_STR_FMT " does not exist%s.",
		    AS_STR_ARG(v->walk->shown),
		    v->result.inherited ? ": np counts where it is given" : "");
	else if (v->exists == AS_UNSURE &&
	    (v->result.inherited || v->result.unknown))
		note(n,
		    "Whether " AS_STR_FMT
		    " exists is not known; if not, np counts.",
		    AS_STR_ARG(v->walk->shown));
}

enum as_err
as_dmarc_notes_make(struct as_dmarc_maker *m)
{
	struct as_dmarc_view *v = m->v;
	struct notes n = {.m = m};

	v->notes = as_arena_array(m->a, MAX_NOTES, sizeof(*v->notes));
	if (v->notes == NULL)
		return AS_ENOMEM;
	exists_note(&n);
	organization_note(&n);
	gap_note(&n);
	for (size_t i = 0; i < v->n_queries; i++) {
		query_notes(&n, &v->queries[i]);
		psd_note(&n, &v->queries[i]);
	}
	if (v->result.policy != NULL)
		record_notes(&n);
	return n.err;
}
