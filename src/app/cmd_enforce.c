#include "app/cmd.h"

#include "app/usage_run.h"
#include "base/limits.h"
#include "render/usage.h"

#include "base/banned.h"

#define TEXT_WIDTH     100
#define PRINT_OCTETS   ((size_t)64 * 1024 * 1024)
#define STATUS_NOT_YET 1
#define STATUS_UNKNOWN 3

static const char help[] =
    "Examples:\n"
    "  assay enforce council.example              may p become stricter?\n"
    "  assay enforce council.example --days 180   with mailings that are rare\n"
    "  assay enforce council.example --json       for programs\n"
    "\n"
    "Usage: assay enforce DOMAIN [OPTION...]\n"
    "\n"
    "Replays the aggregate reports of the last days: what quarantine or "
    "reject\n"
    "would have lost and stopped, for the domain (p), names below it (sp) and\n"
    "names that do not exist (np); whether it is safe; and what would change\n"
    "the answer.  DNS is asked for the names of addresses, and for the policy\n"
    "that is published now; with --offline or --now it is not.\n"
    "\n"
    "Exit status: 0 nothing to do, or the next step may be taken; 1 not yet,\n"
    "or mail is being lost; 2 usage; 3 no reports; 64 and above: our fault.\n";

static int
status_of(const struct as_enforce *e)
{
	switch (e->scopes[AS_USAGE_P].answer) {
	case AS_ENFORCE_NO_REPORTS: return STATUS_UNKNOWN;
	case AS_ENFORCE_NOT_YET:
	case AS_ENFORCE_MEND: return STATUS_NOT_YET;
	case AS_ENFORCE_NOTHING:
	case AS_ENFORCE_QUARANTINE:
	case AS_ENFORCE_REJECT:
	case AS_ENFORCE_REJECT_AT_ONCE: break;
	}
	return 0;
}

static enum as_err
print(const struct as_usage_run *r, const struct as_enforce *e,
    struct as_why *why)
{
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TEXT_WIDTH);

	as_buf_init(&b, PRINT_OCTETS);
	if (r->run.format == AS_FORMAT_TEXT)
		as_enforce_text(&t, e);
	else if (r->run.format == AS_FORMAT_CSV)
		as_enforce_csv(&b, e);
	else
		as_cmd_json(&b, r->run.format, as_enforce_json(e));
	return as_cmd_print(&b, why);
}

static enum as_err
enforce_run(struct as_usage_run *r, const struct as_settings *s, int *status,
    struct as_why *why)
{
	struct as_policy_now now = {0};
	struct as_usage *usage;
	struct as_enforce *e;

	AS_TRY(as_usage_run_open(r, s, why));
	AS_TRY(as_usage_run_read(r, s, &usage, why));
	if (r->ask.now != NULL)
		now = as_policy_now_find(r->ask.now);
	if (as_enforce_judge(r->arena, usage, &now, r->today, &e) != AS_OK)
		return as_why_no_memory(why);
	*status = status_of(e);
	return print(r, e, why);
}

int
as_cmd_enforce(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct as_usage_run r = {0};
	struct as_why why = {0};
	struct as_settings s;
	int status;

	if (as_cmd_settings(
		a, "enforce", AS_FOR_ENFORCE, help, argc, argv, &s, &status)) {
		if (enforce_run(&r, &s, &status, &why) != AS_OK)
			status = as_cmd_fail("enforce", &why);
		as_usage_run_close(&r);
	}
	as_arena_free(a);
	return status;
}
