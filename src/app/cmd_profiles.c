#include "app/cmd.h"

#include "app/profiles.h"
#include "base/limits.h"
#include "render/profile.h"

#include "base/banned.h"

#define TABLE_WIDTH    100
#define PROFILE_OCTETS ((size_t)16 * 1024 * 1024) /* all of them, as structs */

static const char help[] =
    "Examples:\n"
    "  assay profiles                  the profiles there are\n"
    "  assay profiles uk-gov           one, spelled out: each requirement, "
    "its\n"
    "                                  level, source, and what decides it\n"
    "  assay profiles ./mine.tsv       a file of your own: is it right?\n"
    "  assay profiles uk-gov --json    the same for programs\n"
    "  assay check --profile uk-gov example.gov\n"
    "\n"
    "Usage: assay profiles [ID | FILE] [OPTION...]\n";

static enum as_err
list_print(struct as_arena *a, enum as_format format, struct as_why *why)
{
	const struct as_profile *all[AS_PROFILES_SHIPPED];
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TABLE_WIDTH);

	AS_TRY(as_profiles_shipped(a, all, why));
	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	if (format != AS_FORMAT_TEXT)
		as_cmd_json(&b, format,
		    as_profiles_json(all, AS_PROFILES_SHIPPED, false));
	else
		as_profiles_text(&t, all, AS_PROFILES_SHIPPED);
	return as_cmd_print(&b, why);
}

static enum as_err
one_print(struct as_arena *a, enum as_format format, const char *word,
    struct as_why *why)
{
	const struct as_profile *p;
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TABLE_WIDTH);

	AS_TRY(as_profile_find(a, word, &p, why));
	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	if (format != AS_FORMAT_TEXT)
		as_cmd_json(&b, format, as_profiles_json(&p, 1, true));
	else
		as_profile_text(&t, p);
	return as_cmd_print(&b, why);
}

static enum as_err
profiles_run(
    struct as_arena *a, const struct as_settings *s, struct as_why *why)
{
	enum as_format format;

	AS_TRY(as_run_format(s, AS_FORMAT_TEXT, &format, why));
	if (s->n_args > 1)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "one profile at a time, please");
	if (s->n_args == 1)
		return one_print(a, format, s->args[0], why);
	return list_print(a, format, why);
}

int
as_cmd_profiles(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(PROFILE_OCTETS);
	struct as_why why = {0};
	struct as_settings s;
	int status;

	if (as_cmd_settings(a, "profiles", AS_FOR_PROFILES, help, argc, argv,
		&s, &status) &&
	    profiles_run(a, &s, &why) != AS_OK)
		status = as_cmd_fail("profiles", &why);
	as_arena_free(a);
	return status;
}
