/*
 * What a fix proposes for any facts, published as a zone and judged, mends what
 * it says it mends and makes nothing worse.
 */
#include "harness.h"

#include "../assess/vectors.h"
#include "app/whatif.h"
#include "base/json.h"
#include "base/limits.h"
#include "render/fix.h"

#define ARENA_OCTETS ((size_t)256 * 1024 * 1024)

struct world {
	struct as_arena *a;
	struct as_assess_options options;
	struct as_facts *facts;
	struct as_assessment *before;
	struct as_fix fix;
	struct as_fix_verdict verdict;
};

static struct as_facts *
publish(struct world *w)
{
	struct as_zones *zones = as_zones_new();
	struct as_facts *then = NULL;
	struct as_why why = {0};
	struct as_buf records;

	as_buf_init(&records, AS_MAX_ZONE_OCTETS);
	as_fix_records(&w->fix, &records);
	T_OK(as_buf_ok(&records));
	if (records.n > 0 &&
	    !T_OK(as_zones_add(
		      zones, as_buf_str(&records), AS_STR_NULL, &why) == AS_OK))
		printf("# %s\n", why.text);
	T_OK(as_whatif_make(w->a, w->facts, &w->fix, zones, NULL, &then) ==
	    AS_OK);
	as_buf_fini(&records);
	as_zones_free(zones);
	return then;
}

static bool
world_make(struct world *w, json_t *facts)
{
	struct as_assessment *after;
	struct as_why why = {0};
	struct as_facts *then;

	if (t_facts_read(w->a, facts, &w->facts, &why) != AS_OK ||
	    as_assess(w->a, w->facts, &w->options, &w->before) != AS_OK ||
	    as_fix_make(w->a, w->facts, &w->options, w->before, &w->fix) !=
		AS_OK)
		return false;
	then = publish(w);
	return then != NULL &&
	    as_assess(w->a, then, &w->options, &after) == AS_OK &&
	    as_fix_compare(w->a, w->before, after, &w->verdict) == AS_OK;
}

/* --- what must hold --- */

static bool
is_mended(const struct world *w, const struct as_finding *f)
{
	for (size_t i = 0; i < w->verdict.mended.n; i++)
		if (as_str_eq(w->verdict.mended.v[i]->rule, f->rule) &&
		    as_str_eq(w->verdict.mended.v[i]->subject, f->subject))
			return true;
	return false;
}

/* A longer way, of which this is a part: the finding says the next one then.
 * An unknown tag stays as it is. */
static bool
is_on_the_way(const struct world *w, const struct as_finding *f)
{
	const struct as_finding *now = t_worst(w->verdict.after, f->rule);

	return now != NULL && !as_str_eq(now->title, f->title) &&
	    now->verdict <= f->verdict;
}

static void
check_step(const struct world *w, const struct as_fix_step *step)
{
	if (step->by != AS_FIX_ZONE && step->by != AS_FIX_WEB)
		return;
	for (size_t i = 0; i < step->n_mends; i++)
		if (!T_OK(is_mended(w, step->mends[i]) ||
			is_on_the_way(w, step->mends[i])))
			printf("# " AS_STR_FMT " at " AS_STR_FMT
			       " is not mended\n",
			    AS_STR_ARG(step->mends[i]->rule),
			    AS_STR_ARG(step->name));
	for (size_t i = 0; i < step->added.n; i++)
		T_OK(!as_str_has(step->added.rr[i].data, AS_STR("pct=")));
}

static void
check_world(const struct world *w)
{
	T_OK(!w->verdict.letter_fell);
	T_INT(w->verdict.worse.n, 0);
	for (size_t i = 0; i < w->verdict.worse.n; i++)
		printf("# worse: " AS_STR_FMT "\n",
		    AS_STR_ARG(w->verdict.worse.v[i]->title));
	for (size_t i = 0; i < w->fix.n_steps; i++)
		check_step(w, &w->fix.steps[i]);
}

static void
test_vectors(const struct t_vectors *v)
{
	size_t i, with_steps = 0;
	json_t *one;

	json_array_foreach(v->cases, i, one)
	{
		json_t *facts = t_vector_facts(v, one);
		struct world w = {.a = as_arena_new(ARENA_OCTETS)};

		t_case("%s: %s",
		    json_string_value(json_object_get(one, "rule")),
		    json_string_value(json_object_get(one, "name")));
		if (T_OK(t_options(w.a, one, &w.options)) &&
		    T_OK(world_make(&w, facts)))
			check_world(&w);
		with_steps += w.fix.n_steps > 0;
		t_options_free(&w.options);
		as_arena_free(w.a);
		json_decref(facts);
	}
	t_case("many of them have steps");
	T_OK(with_steps > 150);
}

int
main(void)
{
	struct t_vectors v;

	t_case("the vectors can be read");
	if (T_OK(t_vectors_load(&v, "rules")))
		test_vectors(&v);
	t_vectors_free(&v);
	return t_done();
}
