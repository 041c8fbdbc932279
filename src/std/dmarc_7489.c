#include "std/dmarc_7489.h"

#include "base/banned.h"

/* RFC 7489 6.6.3: without a usable p, or with an unusable sp, an address for
 * reports makes it p=none; without one there is no DMARC. */
static bool
is_degraded(const struct as_dmarc *d)
{
	return d->p == AS_DMARC_ABSENT || d->sp_invalid;
}

static enum as_dmarc_policy
degraded_policy(const struct as_dmarc *d)
{
	for (size_t i = 0; i < d->n_rua; i++)
		if (d->rua[i].usable)
			return AS_DMARC_NONE;
	return AS_DMARC_ABSENT;
}

static void
policy_read(const struct as_dmarc_7489_tree *tree, struct as_dmarc_7489 *out)
{
	const struct as_dmarc *d = out->policy->record;

	out->tag = "p";
	out->declared = d->p;
	if (is_degraded(d)) {
		out->declared = degraded_policy(d);
		return;
	}
	if (!out->inherited)
		return;
	if (tree->asks_suffix && tree->absent && d->np != AS_DMARC_ABSENT) {
		out->tag = "np";
		out->declared = d->np;
	} else if (d->sp != AS_DMARC_ABSENT) {
		out->tag = "sp";
		out->declared = d->sp;
	}
}

/* RFC 7489 6.6.4: mail that is not sampled meets the next milder policy. */
static void
sampling_read(struct as_dmarc_7489 *out)
{
	out->pct = 100;
	out->rest = out->declared;
	if (out->declared < AS_DMARC_QUARANTINE)
		return;
	out->pct = out->policy->record->pct;
	if (out->pct < 100)
		out->rest = out->declared == AS_DMARC_REJECT
		    ? AS_DMARC_QUARANTINE
		    : AS_DMARC_NONE;
}

/* True: the search ends here, whatever was found. */
static bool
step_take(const struct as_dmarc_step *s, struct as_dmarc_7489 *out)
{
	if (s == NULL || s->known == AS_DMARC_KNOWN_UNKNOWN) {
		out->unknown = true;
		return true;
	}
	if (s->known == AS_DMARC_KNOWN_MULTIPLE)
		out->stopped = s;
	if (s->known == AS_DMARC_KNOWN_RECORD)
		out->policy = s;
	return s->known != AS_DMARC_KNOWN_NONE;
}

void
as_dmarc_7489_discover(
    const struct as_dmarc_7489_tree *tree, struct as_dmarc_7489 *out)
{
	*out = (struct as_dmarc_7489){.pct = 100};
	if (!step_take(tree->author, out) &&
	    !step_take(tree->organization, out) && tree->asks_suffix)
		(void)step_take(tree->suffix, out);
	if (out->policy == NULL)
		return;
	out->inherited = out->policy != tree->author;
	policy_read(tree, out);
	sampling_read(out);
}
