#include "render/profile.h"

#include "base/json.h"

#include "base/banned.h"

/* --- a profile --- */

/* {"rule", "from"} or {"trait", "test"} */
static json_t *
test_json(const struct as_test *test)
{
	json_t *o = json_object();
	bool rule = test->kind == AS_TEST_RULE;
	bool ok =
	    as_json_put(o, rule ? "rule" : "trait", as_json_str(test->name));

	if (ok && rule)
		ok = as_json_put(o, "not_met_from",
		    json_string(as_verdict_text(test->floor)));
	else if (ok)
		ok = as_json_put(o, "test", as_json_str(test->text));
	return as_json_done(o, ok);
}

static json_t *
tests_json(const struct as_requirement *r)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < r->n_tests; i++)
		ok = as_json_add(list, test_json(&r->tests[i]));
	return as_json_done(list, ok);
}

static json_t *
requirement_json(const struct as_requirement *r)
{
	json_t *o = json_object();
	const char *level = as_demand_text(r->level);
	const char *whom = as_whom_text(r->whom);
	const char *sight = as_sight_text(r->sight);

	return as_json_done(o,
	    as_json_put(o, "id", as_json_str(r->id)) &&
		as_json_put(o, "level", json_string(level)) &&
		as_json_put(o, "for", json_string(whom)) &&
		as_json_put(o, "decided_by", json_string(sight)) &&
		as_json_put(o, "tests", tests_json(r)) &&
		as_json_put(o, "words", as_json_str(r->words)) &&
		as_json_put(o, "source", as_json_str(r->source)) &&
		as_json_put(o, "note", as_json_str_or_null(r->note)));
}

static json_t *
requirements_json(const struct as_profile *p)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < p->n_requirements; i++)
		ok = as_json_add(list, requirement_json(&p->requirements[i]));
	return as_json_done(list, ok);
}

static json_t *
count_json(const struct as_profile *p, enum as_sight sight)
{
	json_int_t n = 0;

	for (size_t i = 0; i < p->n_requirements; i++)
		n += p->requirements[i].sight == sight;
	return json_integer(n);
}

static json_t *
profile_json(const struct as_profile *p, bool spelled)
{
	json_t *o = json_object();
	bool ok = as_json_put(o, "id", as_json_str(p->id)) &&
	    as_json_put(o, "title", as_json_str(p->title)) &&
	    as_json_put(o, "publisher", as_json_str_or_null(p->publisher)) &&
	    as_json_put(o, "edition", as_json_str_or_null(p->edition)) &&
	    as_json_put(o, "source", as_json_str_or_null(p->source)) &&
	    as_json_put(o, "levels", as_json_str_or_null(p->levels)) &&
	    as_json_put(o, "basis", as_json_str_or_null(p->basis));

	if (ok && spelled)
		ok = as_json_put(o, "requirements", requirements_json(p));
	else if (ok)
		ok = as_json_put(o, "requirements",
			 json_integer((json_int_t)p->n_requirements)) &&
		    as_json_put(o, "measured", count_json(p, AS_SIGHT_TESTS));
	return as_json_done(o, ok);
}

json_t *
as_profiles_json(
    const struct as_profile *const *profiles, size_t n, bool spelled)
{
	json_t *o = json_object(), *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < n; i++)
		ok = as_json_add(list, profile_json(profiles[i], spelled));
	return as_json_done(
	    o, as_json_put(o, "profiles", as_json_done(list, ok)));
}

/* --- standings --- */

static json_t *
rules_json(const struct as_requirement *r)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < r->n_tests; i++)
		ok = as_json_add(list,
		    as_json_str(r->tests[i].kind == AS_TEST_RULE
			    ? r->tests[i].name
			    : r->tests[i].text));
	return as_json_done(list, ok);
}

static json_t *
ground_json(const struct as_ground *g)
{
	json_t *o = json_object();
	bool ok = o != NULL;

	if (ok && g->finding != NULL)
		ok = as_json_put(o, "rule", as_json_str(g->finding->rule)) &&
		    as_json_put(o, "subject", as_json_str(g->finding->subject));
	else if (ok && g->test != NULL)
		ok = as_json_put(o, "trait", as_json_str(g->test->text));
	return as_json_done(
	    o, ok && as_json_put(o, "text", as_json_str(g->text)));
}

static json_t *
grounds_json(const struct as_stand *s)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < s->n_grounds; i++)
		ok = as_json_add(list, ground_json(&s->grounds[i]));
	return as_json_done(list, ok);
}

static json_t *
stand_json(const struct as_stand *s, bool brief)
{
	const struct as_requirement *r = s->requirement;
	const char *level = as_demand_text(r->level);
	const char *verdict = as_standing_text(s->standing);
	json_t *o = json_object();
	bool ok = as_json_put(o, "id", as_json_str(r->id)) &&
	    as_json_put(o, "level", json_string(level)) &&
	    as_json_put(o, "verdict", json_string(verdict));

	if (ok && !brief)
		ok = as_json_put(o, "words", as_json_str(r->words)) &&
		    as_json_put(o, "source", as_json_str(r->source)) &&
		    as_json_put(o, "note", as_json_str_or_null(r->note)) &&
		    as_json_put(o, "rules", rules_json(r)) &&
		    as_json_put(o, "decided_by", grounds_json(s));
	return as_json_done(o, ok);
}

static json_t *
stands_json(const struct as_profile_result *p, bool brief)
{
	json_t *list = json_array();
	bool ok = list != NULL;

	for (size_t i = 0; ok && i < p->n_stands; i++)
		ok = as_json_add(list, stand_json(&p->stands[i], brief));
	return as_json_done(list, ok);
}

static json_t *
result_json(const struct as_profile_result *p, bool brief)
{
	json_t *o = json_object();

	return as_json_done(o,
	    as_json_put(o, "id", as_json_str(p->profile->id)) &&
		as_json_put(o, "title", as_json_str(p->profile->title)) &&
		as_json_put(o, "requirements", stands_json(p, brief)));
}

static json_t *
side_json(const struct as_conflict *f, size_t side)
{
	json_t *o = json_object();
	const struct as_requirement *r = f->requirement[side];
	const char *level = as_demand_text(r->level);

	return as_json_done(o,
	    as_json_put(o, "profile", as_json_str(f->profile[side]->id)) &&
		as_json_put(o, "requirement", as_json_str(r->id)) &&
		as_json_put(o, "level", json_string(level)));
}

static json_t *
conflict_json(const struct as_conflict *f)
{
	json_t *o = json_object(), *between = json_array();
	bool ok = between != NULL;

	for (size_t i = 0; ok && i < 2; i++)
		ok = as_json_add(between, side_json(f, i));
	return as_json_done(o,
	    as_json_put(o, "between", as_json_done(between, ok)) &&
		as_json_put(o, "text", as_json_str(f->text)));
}

bool
as_standings_json(json_t *doc, const struct as_profiles_result *r, bool brief)
{
	json_t *list = json_array(), *conflicts = json_array();
	bool ok = list != NULL && conflicts != NULL;

	for (size_t i = 0; ok && r != NULL && i < r->n_profiles; i++)
		ok = as_json_add(list, result_json(&r->profiles[i], brief));
	for (size_t i = 0; ok && r != NULL && i < r->n_conflicts; i++)
		ok = as_json_add(conflicts, conflict_json(&r->conflicts[i]));
	list = as_json_done(list, ok);
	conflicts = as_json_done(conflicts, ok);
	ok = as_json_put(doc, "profiles", list);
	return as_json_put(doc, "conflicts", conflicts) && ok;
}
