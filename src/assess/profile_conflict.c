/*
 * Requirements of several profiles that nothing can meet at once.
 */
#include "assess/profile.h"

#include "assess/traits.h"
#include "base/limits.h"

#include "base/banned.h"

/* --- words --- */

struct as_str
as_test_words(struct as_arena *a, const struct as_test *t)
{
	struct as_str list = AS_STR("");
	const char *verb = t->kind == AS_TEST_NOT ? "is not " : "is ";

	switch (t->kind) {
	case AS_TEST_RULE: return t->text;
	case AS_TEST_LEAST:
		return as_str_printf(a, AS_STR_FMT " is at least %llu",
		    AS_STR_ARG(t->name), (unsigned long long)t->number);
	case AS_TEST_MOST:
		return as_str_printf(a, AS_STR_FMT " is at most %llu",
		    AS_STR_ARG(t->name), (unsigned long long)t->number);
	default: break;
	}
	for (size_t i = 0; i < t->n_values; i++)
		list = as_str_printf(a, AS_STR_FMT "%s" AS_STR_FMT,
		    AS_STR_ARG(list), i > 0 ? " or " : "",
		    AS_STR_ARG(t->values[i]));
	return as_str_printf(a, AS_STR_FMT " %s" AS_STR_FMT,
	    AS_STR_ARG(t->name), verb, AS_STR_ARG(list));
}

/* --- tests --- */

static bool
has_value(const struct as_test *t, struct as_str value)
{
	for (size_t i = 0; i < t->n_values; i++)
		if (as_str_eq_case(t->values[i], value))
			return true;
	return false;
}

/* How many values of `a` does `b` name too? */
static size_t
shared(const struct as_test *a, const struct as_test *b)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n_values; i++)
		n += has_value(b, a->values[i]);
	return n;
}

static bool
excludes_once(const struct as_test *a, const struct as_test *b)
{
	const struct as_trait_info *info = as_trait_find(a->name);

	if (a->kind == AS_TEST_LEAST && b->kind == AS_TEST_MOST)
		return a->number > b->number;
	if (a->kind != AS_TEST_IS)
		return false;
	if (b->kind == AS_TEST_NOT)
		return shared(a, b) == a->n_values;
	return b->kind == AS_TEST_IS && info != NULL &&
	    info->kind == AS_TRAIT_ONE && shared(a, b) == 0;
}

bool
as_test_excludes(const struct as_test *a, const struct as_test *b)
{
	return a->kind != AS_TEST_RULE && b->kind != AS_TEST_RULE &&
	    as_str_eq(a->name, b->name) &&
	    (excludes_once(a, b) || excludes_once(b, a));
}

/* --- profiles --- */

/* Of this domain, and more than a may: that can be left alone. */
static bool
is_demanded(const struct as_stand *s)
{
	return s->requirement->level != AS_DEMAND_MAY &&
	    s->standing <= AS_STANDING_MET;
}

static enum as_err
conflict_add(struct as_arena *a, struct as_profiles_result *out,
    const struct as_profile *const profile[2],
    const struct as_stand *const stand[2], const struct as_test *const test[2])
{
	struct as_conflict *f = &out->conflicts[out->n_conflicts];
	struct as_str words[2];

	for (size_t i = 0; i < 2; i++) {
		f->profile[i] = profile[i];
		f->requirement[i] = stand[i]->requirement;
		words[i] = as_test_words(a, test[i]);
		if (as_str_is_null(words[i]))
			return AS_ENOMEM;
	}
	f->text = as_str_printf(a,
	    AS_STR_FMT " (%s): " AS_STR_FMT "; " AS_STR_FMT " (%s): " AS_STR_FMT
		       ".",
	    AS_STR_ARG(profile[0]->id),
	    as_demand_text(stand[0]->requirement->level), AS_STR_ARG(words[0]),
	    AS_STR_ARG(profile[1]->id),
	    as_demand_text(stand[1]->requirement->level), AS_STR_ARG(words[1]));
	out->n_conflicts++;
	return as_str_is_null(f->text) ? AS_ENOMEM : AS_OK;
}

/* The tests of the two that exclude each other; false: there are none. */
static bool
tests_clash(
    const struct as_stand *const stand[2], const struct as_test *test[2])
{
	const struct as_requirement *a = stand[0]->requirement;
	const struct as_requirement *b = stand[1]->requirement;

	for (size_t i = 0; i < a->n_tests; i++)
		for (size_t k = 0; k < b->n_tests; k++) {
			test[0] = &a->tests[i];
			test[1] = &b->tests[k];
			if (as_test_excludes(test[0], test[1]))
				return true;
		}
	return false;
}

static enum as_err
pair_find(struct as_arena *a, struct as_profiles_result *out,
    const struct as_profile_result *one, const struct as_profile_result *two)
{
	const struct as_profile *const profile[2] = {
	    one->profile, two->profile};
	const struct as_test *test[2];

	for (size_t i = 0; i < one->n_stands; i++)
		for (size_t k = 0; k < two->n_stands; k++) {
			const struct as_stand *const stand[2] = {
			    &one->stands[i], &two->stands[k]};

			if (!is_demanded(stand[0]) || !is_demanded(stand[1]) ||
			    !tests_clash(stand, test))
				continue;
			out->conflicts_cut =
			    out->n_conflicts == AS_MAX_CONFLICTS;
			if (out->conflicts_cut)
				return AS_OK;
			AS_TRY(conflict_add(a, out, profile, stand, test));
		}
	return AS_OK;
}

enum as_err
as_conflicts_find(struct as_arena *a, struct as_profiles_result *out)
{
	out->conflicts =
	    as_arena_array(a, AS_MAX_CONFLICTS, sizeof(*out->conflicts));
	if (out->conflicts == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < out->n_profiles; i++)
		for (size_t k = i + 1;
		     k < out->n_profiles && !out->conflicts_cut; k++)
			AS_TRY(pair_find(
			    a, out, &out->profiles[i], &out->profiles[k]));
	return AS_OK;
}
