#include <assert.h>

#include "base/limits.h"
#include "std/dmarc.h"
#include "std/domain.h"

#include "base/banned.h"

/* RFC 9989 4.10: a longer name is cut to this many labels. */
#define WALK_LABELS 7

/* TREE-1 */
size_t
as_dmarc_walk_names(struct as_str domain, struct as_str out[], size_t room)
{
	size_t labels = as_domain_labels(domain);
	size_t n = 0;

	while (labels > 0 && n < room && n < AS_MAX_DMARC_QUERIES) {
		out[n++] = domain;
		size_t drop = labels > WALK_LABELS ? labels - WALK_LABELS : 1;
		domain = as_domain_drop(domain, drop);
		labels -= drop;
	}
	return n;
}

/* DMARC-3 */
enum as_err
as_dmarc_step_read(struct as_arena *a, const struct as_str *texts, size_t n,
    bool cut, struct as_dmarc_step *step)
{
	struct as_dmarc *record = NULL;
	size_t records = 0;

	step->known = AS_DMARC_KNOWN_UNKNOWN;
	step->record = NULL;
	for (size_t i = 0; i < n; i++) {
		enum as_err err = as_dmarc_parse(a, texts[i], &record, NULL);

		if (err == AS_ENOMEM)
			return err;
		cut |= err == AS_ELIMIT;
		records += err != AS_EVERSION;
	}
	if (records > 1) {
		step->known = AS_DMARC_KNOWN_MULTIPLE;
	} else if (!cut) {
		step->record = record;
		step->known = record != NULL ? AS_DMARC_KNOWN_RECORD
					     : AS_DMARC_KNOWN_NONE;
	}
	return AS_OK;
}

static bool
has_record(const struct as_dmarc_step *s)
{
	assert(s->known != AS_DMARC_KNOWN_RECORD || s->record != NULL);
	return s->known == AS_DMARC_KNOWN_RECORD;
}

/* A single record with psd=y or psd=n ends the walk (TREE-2). */
static bool
ends_walk(const struct as_dmarc_step *s)
{
	return has_record(s) && s->record->psd != 'u';
}

/* What the walk came upon. */
struct walk {
	struct as_str domain;
	const struct as_dmarc_step *steps;
	size_t used;                     /* steps up to the end of the walk */
	const struct as_dmarc_step *psd; /* the psd=y record above the start */
	bool hidden;                     /* a step within was not answered */
};

static void
walk_run(struct walk *w, size_t n)
{
	struct as_str names[AS_MAX_DMARC_QUERIES];
	size_t want =
	    as_dmarc_walk_names(w->domain, names, AS_MAX_DMARC_QUERIES);

	for (size_t i = 0; i < n && i < want; i++) {
		const struct as_dmarc_step *s = &w->steps[i];
		w->used++;
		w->hidden |= s->known == AS_DMARC_KNOWN_UNKNOWN;
		if (!ends_walk(s))
			continue;
		if (i > 0 && s->record->psd == 'y')
			w->psd = s;
		return;
	}
	/* Steps that nobody asked are as good as unanswered. */
	w->hidden |= n < want;
}

/* The name one label below the psd=y record, on the way to the start. */
static struct as_str
below_psd(const struct walk *w)
{
	size_t labels = as_domain_labels(w->domain);

	return as_domain_drop(
	    w->domain, labels - as_domain_labels(w->psd->name) - 1);
}

/* RFC 9989 4.10.2.  A psd=n record is the last one found, so that it is also
 * the one with the fewest labels (TREE-3). */
static struct as_str
organizational(const struct walk *w)
{
	if (w->psd != NULL)
		return below_psd(w);
	for (size_t i = w->used; i > 0; i--)
		if (has_record(&w->steps[i - 1]))
			return w->steps[i - 1].name;
	return w->domain;
}

static const struct as_dmarc_step *
step_find(const struct walk *w, struct as_str name)
{
	for (size_t i = 0; i < w->used; i++)
		if (has_record(&w->steps[i]) &&
		    as_str_eq(w->steps[i].name, name))
			return &w->steps[i];
	return NULL;
}

/* RFC 9989 4.10.1: the author domain's record, else that of its organizational
 * domain, else that of the public suffix domain (TREE-4). */
static const struct as_dmarc_step *
policy_find(const struct walk *w, struct as_str org)
{
	const struct as_dmarc_step *s;

	if (w->used > 0 && has_record(&w->steps[0]))
		return &w->steps[0];
	if (w->hidden)
		return NULL;
	s = step_find(w, org);
	return s != NULL ? s : w->psd;
}

void
as_dmarc_discover(struct as_str domain, const struct as_dmarc_step *steps,
    size_t n, struct as_dmarc_result *out)
{
	struct walk w = {.domain = domain, .steps = steps};
	const struct as_dmarc *d;

	*out = (struct as_dmarc_result){.organizational = AS_STR("")};
	walk_run(&w, n);
	out->n_used = w.used;
	if (!w.hidden)
		out->organizational = organizational(&w);
	out->policy = policy_find(&w, out->organizational);
	out->unknown = out->policy == NULL && w.hidden;
	if (out->policy == NULL)
		return;
	d = out->policy->record;
	out->inherited = out->policy != &steps[0];
	out->declared =
	    out->inherited ? as_dmarc_sub_policy(d) : as_dmarc_own_policy(d);
	out->applied = as_dmarc_applied(d, out->declared);
}

void
as_dmarc_result_absent(struct as_dmarc_result *r)
{
	if (r->policy == NULL || !r->inherited)
		return;
	r->declared = as_dmarc_np_policy(r->policy->record);
	r->applied = as_dmarc_applied(r->policy->record, r->declared);
}

size_t
as_dmarc_walk_gap(struct as_str domain)
{
	size_t labels = as_domain_labels(domain);

	return labels > WALK_LABELS + 1 ? labels - WALK_LABELS - 1 : 0;
}

enum as_dmarc_alignment
as_dmarc_align(char mode, const struct as_dmarc_identity *author,
    const struct as_dmarc_identity *id)
{
	if (as_str_eq(author->domain, id->domain))
		return AS_DMARC_ALIGNED_YES;
	if (mode == 's')
		return AS_DMARC_ALIGNED_NO;
	if (author->organizational.n == 0 || id->organizational.n == 0)
		return AS_DMARC_ALIGNED_UNKNOWN;
	return as_str_eq(author->organizational, id->organizational)
	    ? AS_DMARC_ALIGNED_YES
	    : AS_DMARC_ALIGNED_NO;
}
