/*
 * Addresses become sources.
 */
#include <stdlib.h>
#include <string.h>

#include "assess/usage_private.h"

#include "base/banned.h"

#define GROUP_BUCKETS ((size_t)4096)

struct groups {
	const struct as_usage_work *w;
	struct as_usage_group *all, *buckets[GROUP_BUCKETS];
	size_t n;
};

/* --- groups --- */

static struct as_usage_group *
group_find(struct groups *g, const struct as_usage_name *n)
{
	struct as_usage_group *x;
	size_t at = 5381;

	for (size_t i = 0; i < n->text.n; i++)
		at = at * 33 + ((unsigned char)n->text.p[i] | 0x20);
	at %= GROUP_BUCKETS;
	for (x = g->buckets[at]; x != NULL; x = x->same_hash)
		if (as_str_eq_case(x->s.name, n->text))
			return x;
	x = AS_NEW(g->w->a, struct as_usage_group);
	if (x == NULL)
		return NULL;
	x->s.name = n->text;
	x->s.category = n->category;
	x->s.host = AS_STR("");
	x->service = n->service;
	x->by_host = n->by_host;
	x->pooled = n->pooled;
	x->word = n->word;
	x->same_hash = g->buckets[at];
	g->buckets[at] = x;
	x->next = g->all;
	g->all = x;
	g->n++;
	return x;
}

static void
count_join(struct as_usage_count *to, const struct as_usage_count *c)
{
	to->messages += c->messages;
	to->passed += c->passed;
	to->dkim += c->dkim;
	to->spf += c->spf;
	to->stopped += c->stopped;
}

static enum as_usage_scope
scope_of(const struct as_usage_from *f)
{
	if (!f->below)
		return AS_USAGE_P;
	return (f->asked ? f->exists : f->passed > 0) ? AS_USAGE_SP
						      : AS_USAGE_NP;
}

static void
froms_ask(struct as_usage_work *w)
{
	for (struct as_usage_from *f = w->froms; f != NULL; f = f->next)
		for (size_t i = 0; f->below && i < w->options.n_below; i++)
			if (as_str_eq_case(f->name, w->options.below[i].name)) {
				f->asked = true;
				f->exists = w->options.below[i].exists;
			}
}

static bool
voucher_join(struct as_arena *a, struct as_usage_group *g,
    const struct as_usage_voucher *x)
{
	struct as_usage_voucher *o;

	for (o = g->vouchers; o != NULL; o = o->next)
		if (o->v.by_dkim == x->v.by_dkim &&
		    o->v.aligned == x->v.aligned &&
		    o->v.passed == x->v.passed &&
		    as_str_eq(o->v.domain, x->v.domain) &&
		    as_str_eq(o->v.selector, x->v.selector)) {
			o->v.messages += x->v.messages;
			return true;
		}
	o = AS_NEW(a, struct as_usage_voucher);
	if (o == NULL)
		return false;
	o->v = x->v;
	o->next = g->vouchers;
	g->vouchers = o;
	return true;
}

/* Where it is, and its name: those of the busiest address. */
static void
host_join(struct as_usage_group *to, const struct as_usage_address *x,
    const struct as_usage_name *n)
{
	to->by_host = to->by_host && n->by_host;
	to->pooled = to->pooled && n->pooled;
	to->own += n->own ? x->messages : 0;
	to->ranged += n->range != NULL ? x->messages : 0;
	to->range = n->range != NULL ? n->range : to->range;
	to->s.host_asked = to->s.host_asked || x->host_asked;
	if (x->host.n > 0 && x->messages > to->busiest_host) {
		to->busiest_host = x->messages;
		to->s.host = x->host;
	}
	if (x->messages > to->busiest) {
		to->busiest = x->messages;
		to->s.place = n->place;
	}
}

static enum as_err
address_join(struct groups *g, struct as_usage_address *x)
{
	struct as_usage_name n = as_usage_name_of(g->w, x);
	struct as_usage_group *to =
	    as_str_is_null(n.text) ? NULL : group_find(g, &n);

	if (to == NULL)
		return AS_ENOMEM;
	x->group = to;
	host_join(to, x, &n);
	for (const struct as_usage_cell *c = x->cells; c != NULL; c = c->next) {
		count_join(&to->s.count[scope_of(c->from)], &c->count);
		if (c->from->below && !c->from->asked)
			g->w->u->guessed += c->count.messages;
		count_join(&to->s.all, &c->count);
	}
	for (size_t i = 0; i < AS_USAGE_DAY_WORDS; i++)
		to->days[i] |= x->days[i];
	to->s.forwarded += x->forwarded;
	to->s.broken += x->broken;
	if (x->ip.len > 0 && to->s.n_shown < AS_USAGE_SHOWN)
		to->s.shown[to->s.n_shown++] = x->ip;
	to->s.addresses++;
	to->mixed = to->mixed || x == &g->w->beyond;
	for (const struct as_usage_voucher *o = x->vouchers; o != NULL;
	     o = o->next)
		if (!voucher_join(g->w->a, to, o))
			return AS_ENOMEM;
	return AS_OK;
}

/* Those vouchers that stand for most, in order. */
static void
vouchers_show(struct as_usage_group *g)
{
	for (const struct as_usage_voucher *o = g->vouchers; o != NULL;
	     o = o->next) {
		size_t at = g->s.n_vouches;

		while (
		    at > 0 && g->s.vouches[at - 1].messages < o->v.messages) {
			if (at < AS_USAGE_VOUCHES)
				g->s.vouches[at] = g->s.vouches[at - 1];
			at--;
		}
		if (at < AS_USAGE_VOUCHES)
			g->s.vouches[at] = o->v;
		if (g->s.n_vouches < AS_USAGE_VOUCHES)
			g->s.n_vouches++;
	}
}

/* --- keys --- */

static bool
is_key(const struct as_usage_voucher *o)
{
	return o->v.by_dkim && o->v.aligned;
}

/* Is this key of ours used by one whom the domain's SPF record lets send? */
static bool
is_origin_key(
    const struct as_usage_group *all, const struct as_usage_voucher *key)
{
	for (const struct as_usage_group *g = all; g != NULL; g = g->next) {
		if (g->s.all.spf == 0)
			continue;
		for (const struct as_usage_voucher *o = g->vouchers; o != NULL;
		     o = o->next)
			if (is_key(o) && o->v.passed &&
			    as_str_eq(o->v.domain, key->v.domain) &&
			    as_str_eq(o->v.selector, key->v.selector))
				return true;
	}
	return false;
}

static void
keys_find(const struct as_usage_group *all, struct as_usage_group *g)
{
	for (const struct as_usage_voucher *o = g->vouchers; o != NULL;
	     o = o->next) {
		if (!is_key(o) || (g->s.all.dkim > 0 && !o->v.passed))
			continue;
		if (g->key == NULL || o->v.messages > g->key->v.messages)
			g->key = o;
	}
	g->other = as_usage_other_find(g->vouchers);
	g->origin_key = g->key != NULL && is_origin_key(all, g->key);
}

/* --- all of it --- */

void
as_usage_days_read(const struct as_usage_work *w, struct as_usage_group *g)
{
	int64_t before = -1;

	g->s.first = w->options.to + 1;
	g->s.last = w->options.from - 1;
	for (int64_t i = 0; i < AS_USAGE_DAYS; i++) {
		if ((g->days[i / 64] >> (i % 64) & 1) == 0)
			continue;
		if (before < 0)
			g->s.first = w->options.from + i;
		else if (i - before > g->s.gap)
			g->s.gap = (unsigned)(i - before);
		g->s.last = w->options.from + i;
		g->s.days++;
		before = i;
	}
}

static int
source_cmp(const void *a, const void *b)
{
	const struct as_usage_source *x = a, *y = b;

	if (x->all.messages != y->all.messages)
		return x->all.messages < y->all.messages ? 1 : -1;
	return as_str_cmp(x->name, y->name);
}

static enum as_err
sources_make(struct as_usage_work *w, struct groups *g)
{
	struct as_usage_group *every = AS_NEW(w->a, struct as_usage_group);
	struct as_usage *u = w->u;

	u->sources = as_arena_array(w->a, g->n, sizeof(*u->sources));
	if (u->sources == NULL || every == NULL)
		return AS_ENOMEM;
	for (struct as_usage_group *x = g->all; x != NULL; x = x->next) {
		as_usage_days_read(w, x);
		vouchers_show(x);
		keys_find(g->all, x);
		AS_TRY(as_usage_class_judge(w, x));
		for (int s = 0; s < AS_USAGE_SCOPES; s++)
			count_join(&u->count[s], &x->s.count[s]);
		count_join(&u->all, &x->s.all);
		for (size_t i = 0; i < AS_USAGE_DAY_WORDS; i++)
			every->days[i] |= x->days[i];
		u->sources[u->n_sources++] = x->s;
	}
	as_usage_days_read(w, every);
	u->first = every->s.first;
	u->last = every->s.last;
	u->days = every->s.days;
	u->gap = every->s.gap;
	for (size_t i = 0; i < u->n_sources; i++)
		u->sources[i].is_new = u->sources[i].first >= u->new_since &&
		    u->new_since > u->first;
	qsort(u->sources, u->n_sources, sizeof(*u->sources), source_cmp);
	return as_usage_bursts_find(w);
}

enum as_err
as_usage_end(struct as_usage_work *w, struct as_usage **out)
{
	struct groups *g = AS_NEW(w->a, struct groups);

	if (g == NULL)
		return AS_ENOMEM;
	g->w = w;
	froms_ask(w);
	for (struct as_usage_address *x = w->addresses; x != NULL; x = x->next)
		AS_TRY(address_join(g, x));
	if (w->beyond.messages > 0) {
		w->beyond.text = AS_STR("further addresses");
		AS_TRY(address_join(g, &w->beyond));
	}
	AS_TRY(sources_make(w, g));
	w->u->policy.since = w->changed_day + 1;
	w->u->disputes = w->disputer;
	w->u->beyond = w->beyond.messages;
	*out = w->u;
	return AS_OK;
}
