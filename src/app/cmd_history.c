#include "app/cmd.h"

#include <stdlib.h>

#include "app/print.h"
#include "app/store_path.h"
#include "base/limits.h"
#include "render/history.h"
#include "store/history.h"

#include "base/banned.h"

#define MS             1000
#define TEXT_WIDTH     100
#define PRINT_OCTETS   ((size_t)256 * 1024 * 1024)
#define STATUS_UNKNOWN 3

static const char help[] =
    "Examples:\n"
    "  assay scan --estate --keep              look, and keep what is seen, "
    "as\n"
    "                                          \"assay serve\" does\n"
    "  assay history council.example           how it was judged over time\n"
    "  assay history council.example --at 2026-09-01\n"
    "                                          as it was known on that day\n"
    "\n"
    "Usage: assay history DOMAIN [--at DATE] [OPTION...]\n"
    "\n"
    "Without --at: a line for each time in which all looks were judged the "
    "same,\n"
    "by the rules of then.  With --at: the facts of the last look by then, "
    "judged\n"
    "by the rules of today, as \"assay check\" prints them.  Asks nothing of "
    "the net.\n"
    "\n"
    "Exit status: 0; 2 usage; 3 nothing was known; with --at also 1, as for\n"
    "check; 64 and above: our fault.\n";

struct history_run {
	struct as_run run; /* settings, format */
	struct as_str domain;
	struct as_store *store;
	struct as_docs *docs;
	struct as_history *history;
	struct as_arena *arena;
	struct as_verdict_run *runs;
	size_t n, room;
	int status;
};

static enum as_err
history_open(
    struct history_run *r, const struct as_settings *s, struct as_why *why)
{
	const char *path;

	AS_TRY(as_run_open(&r->run, s, AS_FORMAT_TEXT, why));
	r->arena = as_arena_new(8 * AS_MAX_JOB_OCTETS);
	if (r->arena == NULL)
		return as_why_no_memory(why);
	if (s->n_args != 1)
		return as_why_set(
		    why, AS_EINVAL, AS_WHY_NOWHERE, "name one domain");
	AS_TRY(
	    as_cmd_domain(r->arena, as_str_from(s->args[0]), &r->domain, why));
	AS_TRY(as_store_path(r->arena, s, &path, why));
	if (as_store_is_missing(path))
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE,
		    "there is no history yet: %.150s is missing", path);
	AS_TRY(as_store_open(path, true, &r->store, why));
	AS_TRY(as_docs_open(r->store, &r->docs, why));
	return as_history_open(r->store, r->docs, &r->history, why);
}

static void
history_close(struct history_run *r)
{
	as_history_close(r->history);
	as_docs_close(r->docs);
	as_store_close(r->store);
	free(r->runs);
	as_arena_free(r->arena);
	as_run_close(&r->run);
}

/* --- over time --- */

static enum as_err
on_run(void *ctx, const struct as_verdict_run *run)
{
	struct history_run *r = ctx;
	struct as_verdict_run *kept;

	if (r->n == r->room) {
		size_t room = r->room == 0 ? 64 : 2 * r->room;

		kept = realloc(r->runs, room * sizeof(*kept));
		if (kept == NULL)
			return AS_ENOMEM;
		r->runs = kept;
		r->room = room;
	}
	kept = &r->runs[r->n];
	*kept = *run;
	kept->rules_version = as_str_dup(r->arena, run->rules_version);
	kept->grades = as_str_dup(r->arena, run->grades);
	if (as_str_is_null(kept->rules_version) || as_str_is_null(kept->grades))
		return AS_ENOMEM;
	r->n++;
	return AS_OK;
}

static enum as_err
unknown(struct history_run *r, const char *when, struct as_why *why)
{
	r->status = STATUS_UNKNOWN;
	return as_why_set(why, AS_EABSENT, AS_WHY_NOWHERE,
	    "nothing was kept of " AS_STR_FMT "%s", AS_STR_ARG(r->domain),
	    when);
}

static enum as_err
list(struct history_run *r, struct as_why *why)
{
	struct as_history_view view = {.domain = r->domain};
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TEXT_WIDTH);
	enum as_err err =
	    as_history_verdict_runs(r->history, r->domain, on_run, r, why);

	if (err == AS_ENOMEM)
		return as_why_no_memory(why);
	AS_TRY(err);
	if (r->n == 0)
		return unknown(r, "", why);
	view.runs = r->runs;
	view.n_runs = r->n;
	as_buf_init(&b, PRINT_OCTETS);
	if (r->run.format == AS_FORMAT_TEXT)
		as_history_text(&t, &view);
	else
		as_cmd_json(&b, r->run.format, as_history_json(&view));
	return as_cmd_print(&b, why);
}

/* --- as of a date --- */

static enum as_err
facts_print(struct history_run *r, const struct as_facts *facts,
    const struct as_history_run *run, struct as_why *why)
{
	struct as_arena *a = as_arena_new(AS_MAX_JOB_OCTETS);
	char first[AS_TIME_TEXT], last[AS_TIME_TEXT];
	struct as_assessment *as;
	struct as_print print;
	struct as_buf b;
	enum as_err err = AS_ENOMEM;

	as_print_init(
	    &print, as_form_check(r->run.format), &r->run, TEXT_WIDTH);
	as_buf_init(&b, AS_MAX_FACTS_OCTETS);
	if (a != NULL)
		err = as_run_judge(&r->run, a, facts, &as);
	if (err == AS_OK) {
		if (r->run.format == AS_FORMAT_TEXT)
			(void)printf(
			    "As seen from %.16sZ to %.16sZ, in %llu look%s\n\n",
			    as_time_text(run->first * MS, first),
			    as_time_text(run->last * MS, last),
			    (unsigned long long)run->looks,
			    run->looks == 1 ? "" : "s");
		as_print_make(&print, &b, as, facts);
		err = as_print_part(&print, &b, why);
	} else {
		(void)as_why_set(
		    why, err, AS_WHY_NOWHERE, "%s", as_err_text(err));
	}
	as_buf_fini(&b);
	as_arena_free(a);
	return err;
}

static enum as_err
show(struct history_run *r, const char *at, struct as_why *why)
{
	struct as_facts *facts;
	struct as_history_run run;
	enum as_err err;

	if (as_time_parse(as_str_from(at), &r->run.now_ms) != AS_OK)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--at must be a date such as 2026-09-01, not \"%.80s\"",
		    at);
	err = as_history_facts(r->history, r->arena, r->domain,
	    r->run.now_ms / MS, &facts, &run, why);
	if (err == AS_EABSENT)
		return unknown(r, " until then", why);
	AS_TRY(err);
	/* A run that has ended was last seen before that day. */
	r->run.has_now = r->run.now_ms < run.last * MS;
	AS_TRY(facts_print(r, facts, &run, why));
	r->status = as_run_status(&r->run);
	return AS_OK;
}

int
as_cmd_history(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct history_run r = {0};
	struct as_why why = {0};
	struct as_settings s;
	enum as_err err;
	int status;

	if (as_cmd_settings(
		a, "history", AS_FOR_HISTORY, help, argc, argv, &s, &status)) {
		err = history_open(&r, &s, &why);
		if (err == AS_OK)
			err = s.at != NULL ? show(&r, s.at, &why)
					   : list(&r, &why);
		status = err == AS_OK ? r.status : as_cmd_fail("history", &why);
		if (r.status == STATUS_UNKNOWN)
			status = STATUS_UNKNOWN;
		history_close(&r);
	}
	as_arena_free(a);
	return status;
}
