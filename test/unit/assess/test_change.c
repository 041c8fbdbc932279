/*
 * What changed, by test/vector/change: a chain of looks at one domain, each made
 * as those of test/vector/rules, and the events that they must give.
 *
 *	looks      the looks, in order
 *	events     all of records, policies and servers, in order
 *	has        beginnings of lines among them
 *	findings   all of verdicts, grades and role
 *	finds      lines among those
 */
#include "harness.h"

#include "assess/change.h"
#include "assess/last_known.h"
#include "assess/verdicts.h"
#include "base/json.h"
#include "std/domain.h"
#include "vectors.h"

#define ARENA_OCTETS ((size_t)256 * 1024 * 1024)

static struct as_arena *arena;
static struct as_assess_options options;

struct chain {
	const struct as_facts *facts; /* known after the last look */
	struct as_verdicts verdicts;
	struct as_events of_facts, of_verdicts;
};

static struct as_str
line(const struct as_event *e, bool with_subject)
{
	bool of_record = e->type.n > 0;

	return as_str_printf(arena,
	    "%s %s" AS_STR_FMT "%s" AS_STR_FMT "%s" AS_STR_FMT " | " AS_STR_FMT
	    " | " AS_STR_FMT,
	    as_event_kind_text(e->kind), as_event_turn_text(e->turn),
	    AS_STR_ARG(with_subject ? as_str_printf(arena, " " AS_STR_FMT,
					  AS_STR_ARG(e->subject))
				    : AS_STR("")),
	    e->name.n > 0 ? " " : "", AS_STR_ARG(e->name),
	    of_record || e->rule.n > 0 ? " " : "",
	    AS_STR_ARG(of_record ? e->type : e->rule), AS_STR_ARG(e->before),
	    AS_STR_ARG(e->after));
}

/* A record or policy has a name, and is shown without its subject. */
static struct as_str
line_of(const struct as_event *e)
{
	return line(e, e->name.n == 0);
}

static void
show(const struct as_events *events)
{
	for (size_t i = 0; i < events->n_list; i++)
		printf("# " AS_STR_FMT "\n",
		    AS_STR_ARG(line_of(&events->list[i])));
}

static void
check_all(const json_t *want, const struct as_events *got)
{
	if (want == NULL)
		return;
	if (!T_INT(got->n_list, json_array_size(want)))
		show(got);
	for (size_t i = 0; i < json_array_size(want) && i < got->n_list; i++)
		T_STR(line_of(&got->list[i]),
		    json_string_value(json_array_get(want, i)));
}

static void
check_some(const json_t *want, const struct as_events *got)
{
	size_t i;
	json_t *one;

	json_array_foreach(want, i, one)
	{
		bool found = false;

		for (size_t k = 0; k < got->n_list; k++)
			found |= as_str_has_prefix(
			    line_of(&got->list[k]), json_string_value(one));
		if (!T_OK(found)) {
			printf("# not there: %s\n", json_string_value(one));
			show(got);
		}
	}
}

/* Every event can be told in a line. */
static void
check_titles(const struct as_events *events)
{
	for (size_t i = 0; i < events->n_list; i++) {
		const struct as_event *e = &events->list[i];

		T_OK(as_change_title(arena, e).n > 10);
		T_OK(e->subject.n > 5);
	}
}

static bool
verdicts_make(const struct as_facts *facts, struct as_verdicts *out)
{
	struct as_assessment *as;

	return as_assess(arena, facts, &options, &as) == AS_OK &&
	    as_verdicts_of(arena, as, out) == AS_OK;
}

static bool
look(struct chain *c, const struct as_facts *now)
{
	const struct as_facts *known = now;
	struct as_verdicts verdicts, merged;

	if (as_last_known(arena, c->facts, now, &known) != AS_OK ||
	    !verdicts_make(known, &verdicts) ||
	    as_last_verdicts(arena, c->facts != NULL ? &c->verdicts : NULL,
		&verdicts, &merged) != AS_OK)
		return false;
	if (c->facts != NULL &&
	    (as_change_facts(arena, c->facts, known, &options, &c->of_facts) !=
		    AS_OK ||
		as_change_verdicts(arena, known->domain->name, &c->verdicts,
		    &merged, AS_EVENT_BY_DOMAIN, &c->of_verdicts) != AS_OK))
		return false;
	c->facts = known;
	c->verdicts = merged;
	return true;
}

static void
run_case(const struct t_vectors *v, const json_t *one)
{
	struct chain c = {0};
	json_t *looks = json_object_get(one, "looks"), *step;
	size_t i;

	t_case("%s", json_string_value(json_object_get(one, "name")));
	as_arena_reset(arena);
	json_array_foreach(looks, i, step)
	{
		json_t *doc = t_vector_facts(v, step);
		struct as_facts *facts;
		bool ok = doc != NULL && t_options(arena, step, &options) &&
		    t_facts_read(arena, doc, &facts, NULL) == AS_OK &&
		    look(&c, facts);

		T_OK(ok);
		t_options_free(&options);
		json_decref(doc);
		if (!ok)
			return;
	}
	T_INT(json_array_size(looks), i);
	check_all(json_object_get(one, "events"), &c.of_facts);
	check_some(json_object_get(one, "has"), &c.of_facts);
	check_all(json_object_get(one, "findings"), &c.of_verdicts);
	check_some(json_object_get(one, "finds"), &c.of_verdicts);
	check_titles(&c.of_facts);
	check_titles(&c.of_verdicts);
}

int
main(void)
{
	struct t_vectors v;
	size_t i;
	json_t *one;

	arena = as_arena_new(ARENA_OCTETS);
	t_case("the vectors");
	if (T_OK(arena != NULL && t_vectors_load(&v, "change")))
		json_array_foreach(v.cases, i, one) run_case(&v, one);
	t_vectors_free(&v);
	as_arena_free(arena);
	return t_done();
}
