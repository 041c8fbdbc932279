/*
 * Bursts: days on which far more mail that fails came from foreign sources than
 * on a middling day.
 */
#include <stdlib.h>

#include "assess/usage_private.h"

#include "base/banned.h"

#define LEAST 50 /* messages a day above the usual, and five halves of it */

struct bursts {
	struct as_usage_work *w;
	uint64_t messages[AS_USAGE_DAYS], stopped[AS_USAGE_DAYS];
};

static bool
counts(const struct as_usage_address *x)
{
	return x->group != NULL && x->group->s.class == AS_USAGE_FOREIGN;
}

static void
days_fill(struct bursts *b)
{
	const struct as_usage_work *w = b->w;

	for (const struct as_usage_address *x = w->addresses; x != NULL;
	     x = x->next)
		for (const struct as_usage_failing *f = x->failing;
		     f != NULL && counts(x); f = f->next) {
			b->messages[f->day - w->options.from] += f->messages;
			b->stopped[f->day - w->options.from] += f->stopped;
		}
}

static int
number_cmp(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The middle of all days that reports tell of. */
static enum as_err
usual_find(struct bursts *b)
{
	struct as_usage *u = b->w->u;
	size_t n = (size_t)(u->last - u->first + 1);
	uint64_t *sorted = as_arena_array(b->w->a, n, sizeof(*sorted));

	if (sorted == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < n; i++)
		sorted[i] = b->messages[u->first - u->from + (int64_t)i];
	qsort(sorted, n, sizeof(*sorted), number_cmp);
	u->usual = sorted[(n - 1) / 2];
	return AS_OK;
}

static bool
is_burst(const struct bursts *b, int64_t day)
{
	uint64_t n = b->messages[day - b->w->options.from];
	uint64_t usual = b->w->u->usual;

	return n >= usual + LEAST && n * 2 >= usual * 5;
}

/* Who sent it: of each group the messages of these days. */
static void
sources_count(const struct bursts *b, struct as_usage_burst *burst)
{
	const struct as_usage_group *most = NULL;
	struct as_usage *u = b->w->u;

	for (struct as_usage_address *x = b->w->addresses; x != NULL;
	     x = x->next)
		if (counts(x))
			x->group->burst = 0;
	for (struct as_usage_address *x = b->w->addresses; x != NULL;
	     x = x->next)
		for (const struct as_usage_failing *f = x->failing;
		     f != NULL && counts(x); f = f->next) {
			if (f->day < burst->first || f->day > burst->last)
				continue;
			burst->sources += x->group->burst == 0;
			x->group->burst += f->messages;
			if (most == NULL || x->group->burst > most->burst)
				most = x->group;
		}
	for (size_t i = 0; most != NULL && i < u->n_sources; i++)
		if (as_str_eq(u->sources[i].name, most->s.name))
			burst->most = &u->sources[i];
	burst->of_most = most != NULL ? most->burst : 0;
}

enum as_err
as_usage_bursts_find(struct as_usage_work *w)
{
	struct bursts *b = AS_NEW(w->a, struct bursts);
	struct as_usage *u = w->u;

	u->bursts = as_arena_array(w->a, AS_USAGE_BURSTS, sizeof(*u->bursts));
	if (b == NULL || u->bursts == NULL)
		return AS_ENOMEM;
	b->w = w;
	if (u->first > u->last)
		return AS_OK;
	days_fill(b);
	AS_TRY(usual_find(b));
	for (int64_t day = u->first; day <= u->last; day++) {
		struct as_usage_burst *x = &u->bursts[u->n_bursts];

		if (!is_burst(b, day))
			continue;
		if (u->n_bursts > 0 &&
		    u->bursts[u->n_bursts - 1].last == day - 1)
			x--;
		else if (u->n_bursts++ == AS_USAGE_BURSTS)
			break;
		else
			x->first = day;
		x->last = day;
		x->messages += b->messages[day - u->from];
		x->stopped += b->stopped[day - u->from];
	}
	if (u->n_bursts > AS_USAGE_BURSTS)
		u->n_bursts = AS_USAGE_BURSTS;
	for (size_t i = 0; i < u->n_bursts; i++)
		sources_count(b, &u->bursts[i]);
	return AS_OK;
}
