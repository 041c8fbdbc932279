/*
 * std/dmarc_walk, dmarc_7489, dmarc_report: a domain on the first line, then
 * what TXT says at each name of its walk, a line a name, texts separated by
 * "|"; "?" is not answered.  Both readings stay on the path from the domain to
 * the top, agree on the domain's own record, and never lower a policy upwards.
 */
#include "base/limits.h"
#include "must.h"
#include "std/dmarc_7489.h"
#include "std/dmarc_report.h"
#include "std/domain.h"

#include "base/banned.h"

#define TEXTS 8

struct tree {
	struct as_arena *a;
	struct as_str domain;
	struct as_dmarc_step steps[AS_MAX_DMARC_QUERIES];
	size_t n;
};

static size_t
texts_split(struct as_str line, struct as_str out[TEXTS])
{
	size_t n = 0;

	for (size_t at = 0; at < line.n && n < TEXTS;) {
		size_t end = as_str_find(line, '|', at);
		out[n++] = as_str_slice(line, at, end);
		at = end + 1;
	}
	return n;
}

static void
check_consent(struct tree *t, const struct as_str *texts, size_t n)
{
	const struct as_dmarc *instead;
	enum as_dmarc_consent c;

	MUST(as_dmarc_consent_read(t->a, texts, n, false, AS_DMARC_RUA,
		 t->domain, &c, &instead) == AS_OK);
	MUST((instead != NULL) == (c == AS_DMARC_CONSENT_MOVED));
	MUST(c != AS_DMARC_CONSENT_UNKNOWN);
	for (size_t i = 0; instead != NULL && i < instead->n_rua; i++)
		MUST(!instead->rua[i].usable ||
		    as_str_eq(instead->rua[i].host, t->domain));
}

static bool
tree_read(struct tree *t, struct as_str in)
{
	struct as_str names[AS_MAX_DMARC_QUERIES];
	size_t at = as_str_find(in, '\n', 0), n;

	if (as_domain_parse(t->a, as_str_slice(in, 0, at), &t->domain, NULL) !=
	    AS_OK)
		return false;
	n = as_dmarc_walk_names(t->domain, names, AS_MAX_DMARC_QUERIES);
	for (; t->n < n && at < in.n; t->n++) {
		struct as_dmarc_step *s = &t->steps[t->n];
		struct as_str texts[TEXTS];
		size_t end = as_str_find(in, '\n', at + 1), k;
		struct as_str line = as_str_slice(in, at + 1, end);
		k = texts_split(line, texts);
		*s = (struct as_dmarc_step){.name = names[t->n]};
		MUST(as_dmarc_step_read(
			 t->a, texts, k, as_str_is(line, "?"), s) == AS_OK);
		check_consent(t, texts, k);
		at = end;
	}
	return true;
}

static void
check_walk(const struct tree *t, struct as_dmarc_result *r)
{
	as_dmarc_discover(t->domain, t->steps, t->n, r);
	MUST(r->n_used <= t->n);
	MUST(!r->unknown || r->policy == NULL);
	MUST(r->applied <= r->declared);
	MUST(r->organizational.n == 0 ||
	    as_domain_within(t->domain, r->organizational));
	if (r->policy == NULL) {
		MUST(r->declared == AS_DMARC_ABSENT && !r->inherited);
		return;
	}
	MUST(r->policy >= t->steps && r->policy < t->steps + r->n_used);
	MUST(r->inherited == (r->policy != t->steps));
}

static void
check_absent(struct as_dmarc_result r)
{
	enum as_dmarc_policy before = r.declared;

	as_dmarc_result_absent(&r);
	MUST(r.applied <= r.declared);
	MUST(r.inherited || r.declared == before);
}

/* The organization at each step of the walk in turn. */
static void
check_old(const struct tree *t, const struct as_dmarc_result *r, bool absent)
{
	for (size_t i = 0; i < t->n; i++) {
		struct as_dmarc_7489_tree in = {.author = &t->steps[0],
		    .organization = &t->steps[i],
		    .asks_suffix = absent,
		    .suffix = i + 1 < t->n ? &t->steps[i + 1] : NULL,
		    .absent = absent};
		struct as_dmarc_7489 old;

		as_dmarc_7489_discover(&in, &old);
		MUST((old.policy != NULL) + (old.stopped != NULL) +
			old.unknown <=
		    1);
		MUST(old.pct <= 100 && old.rest <= old.declared);
		MUST((old.tag != NULL) == (old.policy != NULL));
		MUST(old.policy != t->steps || r->policy == t->steps);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)8 << 20);
	struct tree t = {.a = a};
	struct as_dmarc_result r;

	if (a != NULL && n <= AS_MAX_TXT_OCTETS &&
	    tree_read(&t, (struct as_str){(const char *)p, n})) {
		check_walk(&t, &r);
		check_absent(r);
		check_old(&t, &r, false);
		check_old(&t, &r, true);
		(void)as_dmarc_walk_gap(t.domain);
	}
	as_arena_free(a);
	return 0;
}
