/*
 * Policies that moved, whatever else their records say.
 */
#include "assess/change_private.h"

#include "base/banned.h"

static void
moved(struct as_change *ch, const char *which, const char *before, int was,
    const char *after, int is)
{
	struct as_event *e;

	if (was == is)
		return;
	e = as_change_add(ch, AS_EVENT_POLICY_MOVED,
	    is > was ? AS_EVENT_BETTER : AS_EVENT_WORSE,
	    as_change_subject(ch, "domain", ch->after->name));
	e->name = as_str_from(which);
	e->before = as_str_from(before);
	e->after = as_str_from(after);
}

/* --- DMARC: what applies, wherever it is published --- */

/* The policies for the domain and the names below it. */
struct dmarc {
	enum as_dmarc_policy p, sp, np;
};

static bool
dmarc_of(const struct as_case *c, struct dmarc *out)
{
	const struct as_dmarc *d = c->dmarc_record;

	*out = (struct dmarc){0};
	if (c->dmarc.unknown)
		return false;
	if (d == NULL)
		return true;
	out->p = c->dmarc_policy;
	out->sp = as_dmarc_applied(d, as_dmarc_sub_policy(d));
	out->np = as_dmarc_applied(d, as_dmarc_np_policy(d));
	return true;
}

static const char *
policy_text(enum as_dmarc_policy p)
{
	return p == AS_DMARC_ABSENT ? "no policy" : as_dmarc_policy_text(p);
}

static void
dmarc_compare(struct as_change *ch)
{
	struct dmarc was, is;

	if (!dmarc_of(ch->before, &was) || !dmarc_of(ch->after, &is))
		return;
	moved(ch, "p", policy_text(was.p), was.p, policy_text(is.p), is.p);
	/* With nothing published, or all of it gone, one event is enough. */
	if (was.p == AS_DMARC_ABSENT || is.p == AS_DMARC_ABSENT)
		return;
	moved(ch, "sp", policy_text(was.sp), was.sp, policy_text(is.sp), is.sp);
	moved(ch, "np", policy_text(was.np), was.np, policy_text(is.np), is.np);
}

/* --- SPF: how it ends --- */

static const char *const spf_ends[] = {"+all", "?all", "~all", "-all"};

/* Of the record itself; -1: it does not say, or another record does. */
static int
spf_of(const struct as_case *c)
{
	if (c->spf == NULL || c->spf->redirect != NULL)
		return -1;
	if (c->spf->all == NULL)
		return 1; /* neutral, RFC 7208 4.7 */
	switch (c->spf->all->qualifier) {
	case '-': return 3;
	case '~': return 2;
	case '?': return 1;
	default: return 0;
	}
}

static void
spf_compare(struct as_change *ch)
{
	int was = spf_of(ch->before), is = spf_of(ch->after);

	if (was >= 0 && is >= 0)
		moved(ch, "spf", spf_ends[was], was, spf_ends[is], is);
}

/* --- MTA-STS --- */

/* AS_MTA_STS_NONE is also: no policy at all. */
static bool
mta_sts_of(const struct as_case *c, enum as_mta_sts_mode *out)
{
	*out = AS_MTA_STS_NONE;
	if (c->d->only_dns)
		return false;
	if (c->sts != NULL && c->policy != NULL)
		*out = c->policy->mode;
	else if (c->sts_set.found == AS_FOUND_UNKNOWN)
		return false;
	else if (c->sts != NULL && !as_fetch_is_definite(c->policy_facts))
		return c->policy_facts != NULL &&
		    c->policy_facts->fetch == AS_FETCH_OK;
	return true;
}

static void
mta_sts_compare(struct as_change *ch)
{
	enum as_mta_sts_mode was, is;

	if (mta_sts_of(ch->before, &was) && mta_sts_of(ch->after, &is))
		moved(ch, "mta-sts", as_mta_sts_mode_text(was), (int)was,
		    as_mta_sts_mode_text(is), (int)is);
}

void
as_change_policies(struct as_change *ch)
{
	dmarc_compare(ch);
	spf_compare(ch);
	mta_sts_compare(ch);
}
