#include "app/cmd.h"

#include <string.h>

#include "app/reports_run.h"
#include "base/limits.h"

#include "base/banned.h"

#define LIST_TEXT   50 /* shown when nothing is said */
#define LIST_OTHERS 1000
#define ROWS_TEXT   50
#define ROWS_OTHERS (UINT64_MAX / 2)

static const char help[] =
    "Examples:\n"
    "  assay reports                                the newest ones\n"
    "  assay reports list --domain council.example --kind tls\n"
    "  assay reports list --since 2026-11-01 --until 2026-11-30 --reporter "
    "google\n"
    "  assay reports show 1234                      all that one says\n"
    "  assay reports tls council.example            what TLS reports mean\n"
    "  assay reports quarantine                     what gave no report, and "
    "why\n"
    "  assay reports quarantine show 7              and what to do about it\n"
    "  assay reports quarantine replay --all        after an update of Assay\n"
    "\n"
    "Usage: assay reports [list] [OPTION...]\n"
    "       assay reports show ID [OPTION...]\n"
    "       assay reports tls DOMAIN [OPTION...]\n"
    "       assay reports quarantine [list|show ID|export ID [FILE]|\n"
    "                                 replay ID...|replay --all|drop ID...]\n"
    "\n"
    "Shows the reports that \"assay ingest\" stored.  Text shows the first "
    "50;\n"
    "--limit and --after show more.\n"
    "\n"
    "Exit status: 0; of replay 1, something still gives no report; 2 usage; "
    "64\n"
    "and above: our fault, or there is no such report (66).\n";

/* What the functions of a reading are given. */
struct showing {
	struct as_reports_run *run;
	struct as_why *why;
	int64_t last; /* id of the last one shown */
};

/* --- list --- */

static enum as_err
kind_read(const char *text, struct as_reports_filter *f, struct as_why *why)
{
	if (text == NULL)
		return AS_OK;
	for (int k = AS_REPORT_AGGREGATE; k <= AS_REPORT_TLS; k++) {
		f->kind = (enum as_report_kind)k;
		f->has_kind = strcmp(text, as_report_kind_name(f->kind)) == 0;
		if (f->has_kind)
			return AS_OK;
	}
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "--kind must be aggregate, failure or tls, not \"%.80s\"", text);
}

static enum as_err
filter_read(
    struct as_reports_run *r, struct as_reports_filter *f, struct as_why *why)
{
	const struct as_settings *s = r->settings;

	*f = (struct as_reports_filter){.from = AS_REPORT_NO_TIME,
	    .to = AS_REPORT_NO_TIME,
	    .reporter = as_str_from(s->reporter),
	    .conflict = s->conflict};
	if (s->domain != NULL)
		AS_TRY(as_cmd_domain(
		    r->arena, as_str_from(s->domain), &f->domain, why));
	AS_TRY(kind_read(s->kind, f, why));
	AS_TRY(as_cmd_time(s->since, "since", false, &f->from, why));
	AS_TRY(as_cmd_time(s->until, "until", true, &f->to, why));
	if (f->from != AS_REPORT_NO_TIME && f->to != AS_REPORT_NO_TIME &&
	    f->from > f->to)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--since is later than --until");
	return s->after == NULL
	    ? AS_OK
	    : as_reports_id(s->after, "--after", &f->after, why);
}

static enum as_err
on_entry(void *ctx, const struct as_received *received)
{
	struct showing *show = ctx;

	show->run->form->list_entry(&show->run->sheet, received);
	show->last = received->id;
	return as_reports_run_print(show->run, false, show->why);
}

static enum as_err
list_run(struct as_reports_run *r, struct as_why *why)
{
	struct showing show = {r, why, 0};
	struct as_reports_rest rest = {.more = false};
	struct as_reports_filter f;

	AS_TRY(filter_read(r, &f, why));
	r->form->list_head(&r->sheet);
	AS_TRY(as_reports_list(r->store, &f,
	    as_reports_limit(r, LIST_TEXT, LIST_OTHERS), on_entry, &show,
	    &rest.more, why));
	rest.after = show.last;
	r->form->list_foot(&r->sheet, &rest);
	return as_reports_run_print(r, true, why);
}

/* --- show --- */

static enum as_err
on_row(void *ctx, const struct as_report_row *row)
{
	struct showing *show = ctx;

	show->run->form->row(&show->run->sheet, row);
	return as_reports_run_print(show->run, false, show->why);
}

static enum as_err
on_policy(void *ctx, const struct as_report_tls_policy *policy)
{
	struct showing *show = ctx;

	show->run->form->policy(&show->run->sheet, policy);
	return as_reports_run_print(show->run, false, show->why);
}

static enum as_err
on_tls(void *ctx, const struct as_report_tls_failure *failure)
{
	struct showing *show = ctx;

	show->run->form->tls_failure(&show->run->sheet, failure);
	return as_reports_run_print(show->run, false, show->why);
}

static enum as_err
on_failure(void *ctx, const struct as_report_failure *failure)
{
	struct showing *show = ctx;

	show->run->form->failure(&show->run->sheet, failure);
	return as_reports_run_print(show->run, false, show->why);
}

static enum as_err
show_run(
    struct as_reports_run *r, int64_t id, int64_t after, struct as_why *why)
{
	struct showing show = {r, why, 0};
	struct as_report_sink sink = {.ctx = &show,
	    .row = on_row,
	    .tls_policy = on_policy,
	    .tls_failure = on_tls,
	    .failure = on_failure};
	struct as_reports_rest rest;
	struct as_received *received;
	uint64_t end;

	AS_TRY(as_report_find(r->store, r->arena, id, &received, why));
	r->sheet.first = r->sheet.policy = (uint64_t)after;
	r->form->head(&r->sheet, received);
	AS_TRY(as_report_rows(r->store, received, (uint64_t)after,
	    as_reports_limit(r, ROWS_TEXT, ROWS_OTHERS), &sink, why));
	end = (uint64_t)after + r->sheet.n;
	rest.more = r->sheet.n > 0 && end < received->head.rows;
	rest.after = (int64_t)end;
	rest.left = rest.more ? received->head.rows - end : 0;
	r->form->foot(&r->sheet, received, &rest);
	return as_reports_run_print(r, true, why);
}

static enum as_err
show_args(
    struct as_reports_run *r, const struct as_settings *s, struct as_why *why)
{
	int64_t id, after = 0;

	if (s->n_args != 2)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "show which one?  \"assay reports list\" has their ids");
	AS_TRY(as_reports_id(s->args[1], "the id of a report", &id, why));
	if (s->after != NULL)
		AS_TRY(as_reports_id(s->after, "--after", &after, why));
	return show_run(r, id, after, why);
}

/* --- the command --- */

/* What chooses from a list says nothing of one report. */
static enum as_err
choice_check(const struct as_settings *s, struct as_why *why)
{
	const bool given[] = {s->domain != NULL, s->kind != NULL,
	    s->reporter != NULL, s->since != NULL, s->until != NULL,
	    s->conflict};
	static const char *const names[] = {
	    "domain", "kind", "reporter", "since", "until", "conflict"};

	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		if (given[i])
			return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
			    "--%s is for \"assay reports list\"", names[i]);
	return AS_OK;
}

static enum as_err
reports_run(struct as_reports_run *r, const struct as_settings *s, int *status,
    struct as_why *why)
{
	const char *what = s->n_args > 0 ? s->args[0] : "list";

	if (strcmp(what, "quarantine") == 0 || strcmp(what, "show") == 0)
		AS_TRY(choice_check(s, why));
	if (strcmp(what, "quarantine") == 0)
		return as_quarantine_run(r, s, status, why);
	if (strcmp(what, "show") == 0) {
		AS_TRY(as_reports_run_open(r, s, true, why));
		return show_args(r, s, why);
	}
	if (strcmp(what, "list") != 0 || s->n_args > 1)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "\"%.80s\"?  There are list, show ID, tls DOMAIN and "
		    "quarantine; of one"
		    " domain: list --domain NAME",
		    strcmp(what, "list") == 0 ? s->args[1] : what);
	AS_TRY(as_reports_run_open(r, s, true, why));
	return list_run(r, why);
}

int
as_cmd_reports(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct as_reports_run r = {0};
	struct as_why why = {.text = ""};
	struct as_settings s;
	int status;

	if (argc > 0 && strcmp(argv[0], "tls") == 0) {
		as_arena_free(a);
		return as_cmd_reports_tls(argc - 1, argv + 1);
	}
	if (as_cmd_settings(
		a, "reports", AS_FOR_REPORTS, help, argc, argv, &s, &status)) {
		if (reports_run(&r, &s, &status, &why) != AS_OK)
			status = as_cmd_fail("reports", &why);
		as_reports_run_close(&r);
	}
	as_arena_free(a);
	return status;
}
