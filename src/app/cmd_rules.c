#include "app/cmd.h"

#include "base/limits.h"
#include "render/rules.h"

#include "base/banned.h"

#define TABLE_WIDTH 100

static const char help[] =
    "Examples:\n"
    "  assay rules                     every rule, a line each\n"
    "  assay rules spf.lookup-limit    one rule: why it matters, what to do\n"
    "  assay rules --json              the whole catalogue for programs\n"
    "\n"
    "Usage: assay rules [ID] [OPTION...]\n";

static enum as_err
rules_print(
    enum as_format format, const struct as_rule_info *one, struct as_why *why)
{
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TABLE_WIDTH);

	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	if (format != AS_FORMAT_TEXT)
		as_cmd_json(&b, format, as_rules_json(one));
	else if (one != NULL)
		as_rule_text(&t, one);
	else
		as_rules_text(&t);
	return as_cmd_print(&b, why);
}

/* The rule that is named, or NULL: all of them. */
static enum as_err
rule_read(const struct as_settings *s, const struct as_rule_info **one,
    struct as_why *why)
{
	*one = NULL;
	if (s->n_args > 1)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "one rule at a time, please");
	if (s->n_args == 1)
		*one = as_rule_find(as_str_from(s->args[0]));
	if (s->n_args == 1 && *one == NULL)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "there is no rule \"%.120s\"; \"assay rules\" lists them",
		    s->args[0]);
	return AS_OK;
}

static enum as_err
rules_run(const struct as_settings *s, struct as_why *why)
{
	enum as_format format;
	const struct as_rule_info *one;

	AS_TRY(as_run_format(s, AS_FORMAT_TEXT, &format, why));
	AS_TRY(rule_read(s, &one, why));
	return rules_print(format, one, why);
}

int
as_cmd_rules(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct as_why why = {0};
	struct as_settings s;
	int status;

	if (as_cmd_settings(
		a, "rules", AS_FOR_RULES, help, argc, argv, &s, &status) &&
	    rules_run(&s, &why) != AS_OK)
		status = as_cmd_fail("rules", &why);
	as_arena_free(a);
	return status;
}
