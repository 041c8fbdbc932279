#include "assess/rules.h"

#include <assert.h>
#include <string.h>

#include "base/banned.h"

/* Grows with every change of a rule or of a gate. */
#define RULES_VERSION "1"

static const struct as_rule_info infos[] = {
#define RULE(fn, id, title, applies, why, advice, cites, axis) \
	{id, title, applies, why, advice, cites, AS_AXIS_##axis},
#include "assess/rules.tbl"
#undef RULE
};

/* clang-format off */
#define WORDS(lit) {(lit), sizeof(lit) - 1}
static const struct as_rule_words words[] = {
#define RULE(fn, id, title, applies, why, advice, cites, axis) \
	{WORDS(id), WORDS(why), WORDS(advice), WORDS(cites)},
#include "assess/rules.tbl"
#undef RULE
};
/* clang-format on */

static as_rule_check *const checks[] = {
#define RULE(fn, id, title, applies, why, advice, cites, axis) as_check_##fn,
#include "assess/rules.tbl"
#undef RULE
};

#define N_RULES (sizeof(infos) / sizeof(infos[0]))

const struct as_rule_info *
as_rules(size_t *n)
{
	*n = N_RULES;
	return infos;
}

const struct as_rule_info *
as_rule_find(struct as_str id)
{
	size_t from = 0, to = N_RULES;

	while (from < to) {
		size_t middle = (from + to) / 2;
		int d = as_str_cmp(id, as_str_from(infos[middle].id));
		if (d == 0)
			return &infos[middle];
		if (d < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return NULL;
}

const char *
as_rules_version(void)
{
	return RULES_VERSION;
}

as_rule_check *
as_rule_check_at(size_t index)
{
	assert(index < N_RULES);
	return checks[index];
}

const struct as_rule_words *
as_rule_words_at(size_t index)
{
	assert(index < N_RULES);
	return &words[index];
}

size_t
as_rule_index(const char *id)
{
	size_t from = 0, to = N_RULES;

	while (from < to) {
		size_t middle = (from + to) / 2;
		int d = strcmp(id, infos[middle].id);

		if (d == 0)
			return middle;
		if (d < 0)
			to = middle;
		else
			from = middle + 1;
	}
	assert(!"a rule that is not there");
	return 0;
}
