#include "assess/tls_told.h"

#include <stdlib.h>
#include <string.h>

#include "assess/tls_told_private.h"

#include "base/banned.h"

AS_DEFINE_ENUM(tls_now, AS_TLS_NOW_MAP)

#define MAX_FAULTS ((size_t)500)
#define MAX_TOTALS ((size_t)1000)

struct as_tls_told_work {
	struct as_arena *a;
	struct as_tls_told *told;
	uint64_t best[MAX_FAULTS]; /* sessions of its policy */
};

static struct as_str
kept(struct as_arena *a, struct as_str s)
{
	return as_str_is_null(s) ? AS_STR("") : as_str_dup(a, s);
}

/* Lower case, without the final dot. */
static struct as_str
host_kept(struct as_arena *a, struct as_str s)
{
	if (s.n > 0 && s.p[s.n - 1] == '.')
		s.n--;
	return as_str_is_null(s) ? AS_STR("") : as_str_lower(a, s);
}

/* One past the cap stands for all further ones. */
static struct as_tls_fault *
fault_find(struct as_tls_told_work *w, struct as_str result, struct as_str mx)
{
	struct as_tls_told *t = w->told;
	struct as_tls_fault *f;

	for (size_t i = 0; i < t->n; i++) {
		f = &t->faults[i];
		if (as_str_eq_case(f->result, result) && as_str_eq(f->mx, mx))
			return f;
	}
	if (t->n == MAX_FAULTS)
		return &t->faults[MAX_FAULTS - 1];
	f = &t->faults[t->n++];
	*f = (struct as_tls_fault){.result = as_str_lower(w->a, result),
	    .mx = mx,
	    .policy = AS_STR(""),
	    .reason = AS_STR(""),
	    .ip = AS_STR(""),
	    .first = INT64_MAX,
	    .last = INT64_MIN};
	return as_str_is_null(f->result) ? NULL : f;
}

/* Rows come with most sessions first, a reporter once for each policy type. */
static bool
who_add(struct as_arena *a, struct as_tls_fault *f, struct as_str org)
{
	org = org.n > 0 ? org : AS_STR("(no name)");
	for (size_t i = 0; i < f->reporters && i < AS_TLS_TOLD_NAMES; i++)
		if (as_str_eq(f->who[i], org))
			return true;
	if (f->reporters < AS_TLS_TOLD_NAMES) {
		f->who[f->reporters] = as_str_dup(a, org);
		if (as_str_is_null(f->who[f->reporters]))
			return false;
	}
	f->reporters++;
	return true;
}

static bool
detail_take(struct as_arena *a, struct as_str from, struct as_str *to)
{
	if (to->n == 0)
		*to = kept(a, from);
	return !as_str_is_null(*to);
}

static enum as_err
take_row(void *ctx, const struct as_tls_told_row *row)
{
	struct as_tls_told_work *w = ctx;
	struct as_str mx = host_kept(w->a, row->mx);
	struct as_str result =
	    row->result.n > 0 ? row->result : AS_STR("(none)");
	struct as_tls_fault *f =
	    as_str_is_null(mx) ? NULL : fault_find(w, result, mx);
	size_t at;

	if (f == NULL || !who_add(w->a, f, row->org) ||
	    !detail_take(w->a, row->reason, &f->reason) ||
	    !detail_take(w->a, row->ip, &f->ip))
		return AS_ENOMEM;
	at = (size_t)(f - w->told->faults);
	if (f->policy.n == 0 || row->sessions > w->best[at]) {
		w->best[at] = row->sessions;
		f->policy = kept(w->a, row->policy);
		if (as_str_is_null(f->policy))
			return AS_ENOMEM;
	}
	f->sessions += row->sessions;
	w->told->told += row->sessions;
	if (row->first < f->first)
		f->first = row->first;
	if (row->last > f->last)
		f->last = row->last;
	return AS_OK;
}

static enum as_err
take_total(void *ctx, const struct as_tls_told_total *total)
{
	struct as_tls_told_work *w = ctx;
	struct as_tls_told *t = w->told;
	struct as_tls_told_total *to = &t->totals[t->n_totals];

	t->successes += total->successes;
	t->failures += total->failures;
	if (t->n_totals == MAX_TOTALS)
		return AS_OK;
	*to = *total;
	to->org = kept(w->a, total->org);
	t->n_totals++;
	return as_str_is_null(to->org) ? AS_ENOMEM : AS_OK;
}

struct as_tls_told_sink
as_tls_told_take(struct as_tls_told_work *w)
{
	return (struct as_tls_told_sink){w, take_row, take_total};
}

enum as_err
as_tls_told_begin(struct as_arena *a, struct as_str domain, int64_t from,
    int64_t to, struct as_tls_told_work **out)
{
	struct as_tls_told_work *w = AS_NEW(a, struct as_tls_told_work);
	struct as_tls_told *t = AS_NEW(a, struct as_tls_told);

	if (w == NULL || t == NULL)
		return AS_ENOMEM;
	w->a = a;
	w->told = t;
	*t = (struct as_tls_told){.domain = domain,
	    .from = from,
	    .to = to,
	    .faults = as_arena_array(a, MAX_FAULTS, sizeof(*t->faults)),
	    .totals = as_arena_array(a, MAX_TOTALS, sizeof(*t->totals))};
	if (t->faults == NULL || t->totals == NULL)
		return AS_ENOMEM;
	*out = w;
	return AS_OK;
}

static int
fault_cmp(const void *a, const void *b)
{
	const struct as_tls_fault *x = a, *y = b;
	int c;

	if (x->sessions != y->sessions)
		return x->sessions < y->sessions ? 1 : -1;
	c = as_str_cmp(x->result, y->result);
	return c != 0 ? c : as_str_cmp(x->mx, y->mx);
}

enum as_err
as_tls_told_end(struct as_tls_told_work *w, const struct as_case *c,
    const struct as_assessment *seen, struct as_tls_told **out)
{
	struct as_tls_told *t = w->told;

	qsort(t->faults, t->n, sizeof(*t->faults), fault_cmp);
	for (size_t i = 0; i < t->n; i++)
		AS_TRY(as_tls_fault_judge(w->a, c, seen, &t->faults[i]));
	*out = t;
	return AS_OK;
}
