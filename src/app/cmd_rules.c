#include "app/cmd.h"

#include <sysexits.h>

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

static int
rules_print(const struct as_run *run, const struct as_rule_info *one)
{
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TABLE_WIDTH);
	json_t *doc = NULL;
	enum as_err err;

	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	if (run->format != AS_FORMAT_TEXT) {
		doc = as_rules_json(one);
		as_json_write(&b, doc,
		    run->format == AS_FORMAT_JSON ? AS_JSON_PRETTY
						  : AS_JSON_COMPACT);
		as_buf_puts(&b, "\n");
	} else if (one != NULL) {
		as_rule_text(&t, one);
	} else {
		as_rules_text(&t);
	}
	err = as_run_write(stdout, &b);
	json_decref(doc);
	as_buf_fini(&b);
	return err == AS_OK ? 0 : EX_IOERR;
}

static int
rules_run(const struct as_settings *s)
{
	struct as_run run;
	struct as_why why = {0};
	const struct as_rule_info *one = NULL;
	int status;

	if (s->n_args > 1)
		as_why_set(&why, AS_EINVAL, AS_WHY_NOWHERE,
		    "one rule at a time, please");
	else if (s->n_args == 1 &&
	    (one = as_rule_find(as_str_from(s->args[0]))) == NULL)
		as_why_set(&why, AS_EINVAL, AS_WHY_NOWHERE,
		    "there is no rule \"%s\"; \"assay rules\" lists them",
		    s->args[0]);
	if (why.code != AS_OK)
		return as_cmd_fail("rules", &why);
	if (as_run_open(&run, s, AS_FORMAT_TEXT, &why) != AS_OK)
		status = as_cmd_fail("rules", &why);
	else
		status = rules_print(&run, one);
	as_run_close(&run);
	return status;
}

int
as_cmd_rules(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct as_settings s;
	int status;

	if (as_cmd_settings(
		a, "rules", AS_FOR_RULES, help, argc, argv, &s, &status))
		status = rules_run(&s);
	as_arena_free(a);
	return status;
}
