/*
 * Letters, roles, phase and next step, by test/vector/axes.
 */
#include "harness.h"

#include "assess/axes.h"
#include "assess/rules.h"
#include "base/json.h"
#include "vectors.h"

#define ARENA_OCTETS ((size_t)64 * 1024 * 1024)

static struct as_str
text_of(const json_t *one, const char *key)
{
	return as_json_get_str(json_object_get(one, key));
}

static void
check_grades(const struct as_assessment *as, struct as_str want)
{
	char got[AS_AXES + 1] = {0};

	for (size_t i = 0; i < AS_AXES; i++) {
		got[i] = as->axes[i].grade;
		/* A letter below A, and a '?', name what stands in the way. */
		T_OK((as->axes[i].gate.n > 0) ==
		    (got[i] != 'A' && got[i] != '-'));
	}
	if (!as_str_is_null(want) && !T_STR(as_str_from(got), want.p))
		for (size_t i = 0; i < AS_AXES; i++)
			printf("# %c: " AS_STR_FMT "\n", got[i],
			    AS_STR_ARG(as->axes[i].gate));
}

static void
check_case(const json_t *one, const struct as_assessment *as)
{
	struct as_str role = text_of(one, "role_found");
	struct as_str phase = text_of(one, "phase");
	struct as_str next = text_of(one, "next");

	check_grades(as, text_of(one, "grades"));
	if (!as_str_is_null(role))
		T_STR(as_str_from(as_role_text(as->role)), role.p);
	if (!as_str_is_null(phase))
		T_STR(as_str_from(as_phase_text(as->phase)), phase.p);
	if (!as_str_is_null(next))
		T_STR(as->next_step, next.p);
	T_OK(as->role_why.n > 0);
	T_OK(as->rules_version.n > 0);
}

static void
run_case(const struct t_vectors *v, const json_t *one)
{
	struct as_arena *a = as_arena_new(ARENA_OCTETS);
	json_t *facts = t_vector_facts(v, one);
	struct as_assessment *as = NULL;

	t_case("%s", json_string_value(json_object_get(one, "name")));
	if (T_OK(facts != NULL))
		as = t_judge(a, facts, one);
	if (T_OK(as != NULL))
		check_case(one, as);
	json_decref(facts);
	as_arena_free(a);
}

/* Within an axis the gates stand from the worst letter to the best, and each
 * names rules that exist: as_rule_index ends the program otherwise. */
static void
check_gates(void)
{
	size_t n, rules;
	const struct as_gate *g = as_gates(&n);

	(void)as_rules(&rules);
	t_case("the gates are in order");
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && g[i].axis == g[i - 1].axis)
			T_OK(g[i].grade <= g[i - 1].grade);
		T_OK(g[i].grade >= 'B' && g[i].grade <= 'F');
		T_OK(g[i].rules[0] != NULL);
		for (size_t k = 0; g[i].rules[k] != NULL; k++)
			T_OK(as_rule_index(g[i].rules[k]) < rules);
	}
}

/* doc/grading.md has a row for each gate: its letter, sentence, rules, level. */
static void
check_paper(void)
{
	const char *root = getenv("AS_SOURCE_ROOT");
	static char paper[65536];
	char path[4096], part[512];
	size_t n;
	const struct as_gate *g = as_gates(&n);
	FILE *f;

	t_case("grading.md shows every gate");
	(void)snprintf(
	    path, sizeof(path), "%s/doc/grading.md", root != NULL ? root : ".");
	f = fopen(path, "r");
	if (!T_OK(f != NULL))
		return;
	T_OK(fread(paper, 1, sizeof(paper) - 1, f) > 0);
	(void)fclose(f);
	for (size_t i = 0; i < n; i++) {
		const char *row, *end;

		(void)snprintf(
		    part, sizeof(part), "| %c | %s", g[i].grade, g[i].sentence);
		row = strstr(paper, part);
		if (!T_OK(row != NULL)) {
			printf("# %s\n", part);
			continue;
		}
		end = strchr(row, '\n');
		(void)snprintf(
		    part, sizeof(part), "; %s |", as_verdict_text(g[i].floor));
		T_OK(strstr(row, part) < end);
		for (size_t k = 0; g[i].rules[k] != NULL; k++) {
			const char *at;

			(void)snprintf(
			    part, sizeof(part), "`%s`", g[i].rules[k]);
			at = strstr(row, part);
			if (!T_OK(at != NULL && at < end))
				printf("# %s: %s\n", g[i].sentence, part);
		}
	}
}

int
main(void)
{
	struct t_vectors v;

	check_gates();
	check_paper();
	t_case("the cases can be read");
	if (T_OK(t_vectors_load(&v, "axes")))
		for (size_t i = 0; i < json_array_size(v.cases); i++)
			run_case(&v, json_array_get(v.cases, i));
	t_vectors_free(&v);
	return t_done();
}
