/*
 * Look after look at one domain, by test/vector/settle: looks made as those of
 * test/vector/rules, and for each the kinds of events that it must tell, in order
 * ("told"), beginnings of "KIND CAUSE RULE" among them ("some"), and whether a
 * change waits after it ("pending").
 */
#include "harness.h"

#include "assess/settle.h"
#include "base/json.h"
#include "vectors.h"

#define ARENA_OCTETS ((size_t)256 * 1024 * 1024)

static struct as_arena *arena;

static void
show(const struct as_events *told)
{
	for (size_t i = 0; i < told->n_list; i++)
		printf("# %s %s " AS_STR_FMT " " AS_STR_FMT " " AS_STR_FMT "\n",
		    as_event_kind_text(told->list[i].kind),
		    as_event_cause_text(told->list[i].cause),
		    AS_STR_ARG(told->list[i].rule),
		    AS_STR_ARG(told->list[i].before),
		    AS_STR_ARG(told->list[i].after));
}

static void
check_told(const json_t *want, const struct as_events *told)
{
	if (want == NULL)
		return;
	if (!T_INT(told->n_list, json_array_size(want)))
		show(told);
	for (size_t i = 0; i < told->n_list && i < json_array_size(want); i++)
		T_STR(as_str_from(as_event_kind_text(told->list[i].kind)),
		    json_string_value(json_array_get(want, i)));
}

static void
check_some(const json_t *want, const struct as_events *told)
{
	size_t i;
	json_t *one;

	json_array_foreach(want, i, one)
	{
		bool found = false;

		for (size_t k = 0; k < told->n_list; k++) {
			const struct as_event *e = &told->list[k];

			found |= as_str_has_prefix(
			    as_str_printf(arena, "%s %s " AS_STR_FMT,
				as_event_kind_text(e->kind),
				as_event_cause_text(e->cause),
				AS_STR_ARG(e->rule)),
			    json_string_value(one));
		}
		if (!T_OK(found))
			show(told);
	}
}

static bool
look(struct as_settle *state, const struct t_vectors *v, const json_t *step,
    struct as_events *told)
{
	struct as_assess_options options;
	json_t *doc = t_vector_facts(v, step);
	struct as_facts *facts;
	bool ok = doc != NULL && t_options(arena, step, &options) &&
	    t_facts_read(arena, doc, &facts, NULL) == AS_OK &&
	    as_settle_look(arena, state, facts, &options, told) == AS_OK;

	t_options_free(&options);
	json_decref(doc);
	return ok;
}

static void
run_case(const struct t_vectors *v, const json_t *one)
{
	struct as_settle state = {0};
	const json_t *step;
	size_t i;

	t_case("%s", json_string_value(json_object_get(one, "name")));
	as_arena_reset(arena);
	json_array_foreach(json_object_get(one, "looks"), i, step)
	{
		struct as_events told;
		const json_t *pending =
		    json_array_get(json_object_get(one, "pending"), i);

		if (!T_OK(look(&state, v, step, &told)))
			return;
		check_told(
		    json_array_get(json_object_get(one, "told"), i), &told);
		check_some(
		    json_array_get(json_object_get(one, "some"), i), &told);
		if (pending != NULL)
			T_INT(state.pending != NULL, json_is_true(pending));
	}
	T_OK(i > 1);
}

static void
test_rules(const struct t_vectors *v)
{
	static const char text[] = "{}";
	struct as_settle state = {0};
	struct as_events told;
	json_t *step = json_loads(text, 0, NULL);

	t_case("a newer catalogue is told apart, and at once");
	as_arena_reset(arena);
	T_OK(look(&state, v, step, &told));
	/* As an older one might have found. */
	state.verdicts.rules_version = AS_STR("0");
	for (size_t i = 0; i < state.verdicts.n_lines; i++)
		if (as_str_is(state.verdicts.lines[i].rule, "spf.syntax"))
			state.verdicts.lines[i].verdict = AS_VERDICT_FAIL;
	T_OK(look(&state, v, step, &told));
	if (T_INT(told.n_list, 1)) {
		T_INT(told.list[0].cause, AS_EVENT_BY_RULES);
		T_INT(told.list[0].kind, AS_EVENT_FINDING_CLOSED);
		T_STR(told.list[0].rule, "spf.syntax");
	}
	T_STR(state.verdicts.rules_version, as_rules_version());
	T_OK(look(&state, v, step, &told));
	T_INT(told.n_list, 0);
	json_decref(step);
}

int
main(void)
{
	struct t_vectors v;
	const json_t *one;
	size_t i;

	arena = as_arena_new(ARENA_OCTETS);
	t_case("the vectors");
	if (T_OK(arena != NULL && t_vectors_load(&v, "settle"))) {
		json_array_foreach(v.cases, i, one) run_case(&v, one);
		test_rules(&v);
	}
	t_vectors_free(&v);
	as_arena_free(arena);
	return t_done();
}
