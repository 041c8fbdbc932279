#include "app/cmd.h"

#include "app/look.h"
#include "app/store_path.h"
#include "app/usage_ask.h"
#include "base/limits.h"
#include "render/tls_told.h"
#include "store/tls_told_read.h"

#include "base/banned.h"

#define DAY_MS         INT64_C(86400000)
#define USUAL_DAYS     30
#define TEXT_WIDTH     100
#define PRINT_OCTETS   ((size_t)16 * 1024 * 1024)
#define STATUS_SAME    1
#define STATUS_UNKNOWN 3

static const char help[] =
    "Examples:\n"
    "  assay reports tls council.example          what senders could not "
    "encrypt,\n"
    "                                             and whether it is so now\n"
    "  assay reports tls council.example --days 90\n"
    "  assay reports tls council.example --offline\n"
    "                                             reports alone\n"
    "  assay reports tls council.example --format csv\n"
    "\n"
    "Usage: assay reports tls DOMAIN [OPTION...]\n"
    "\n"
    "Explains the failures of the TLS reports on a domain by mail server and\n"
    "result, looks at the domain and its mail servers, and says of each "
    "whether\n"
    "the prober sees the same, and what to do.\n"
    "\n"
    "Exit status: 0; 1 the prober sees a fault that was reported; 2 usage; 3 "
    "no\n"
    "TLS reports; 64 and above: our fault.\n";

struct told {
	struct as_run run;
	struct as_arena *arena;
	const struct as_settings *settings;
	const char *path; /* of the database */
	struct as_str domain;
	int64_t today; /* day */
	const struct as_facts *facts;
	struct as_assess_options options;
	struct as_case c;
	struct as_assessment *seen;
};

/* --- what is there now --- */

static enum as_err
facts_get(struct told *k, struct as_why *why)
{
	struct as_usage_ask ask = {.arena = k->arena,
	    .domain = k->domain,
	    .facts = k->settings->facts};
	struct as_facts *facts = NULL;

	if (ask.facts != NULL)
		return as_usage_ask_facts(&ask, &k->facts, why);
	AS_TRY(as_look(&k->run.fleet, k->domain, k->arena, &facts, why));
	k->facts = facts;
	return AS_OK;
}

static enum as_err
now_look(struct told *k, struct as_why *why)
{
	if (k->settings->facts == NULL &&
	    (k->settings->offline || k->run.has_now))
		return AS_OK;
	AS_TRY(facts_get(k, why));
	k->options = as_run_options(&k->run, k->facts);
	if (as_case_init(k->arena, k->facts, &k->options, &k->c) != AS_OK ||
	    as_assess_case(&k->c, &k->seen) != AS_OK)
		return as_why_no_memory(why);
	return AS_OK;
}

/* --- what was reported --- */

static enum as_err
store_read(struct told *k, struct as_tls_told_work *w, int64_t from,
    struct as_why *why)
{
	struct as_tls_told_sink sink = as_tls_told_take(w);
	struct as_store *s;
	enum as_err err;

	AS_TRY(as_store_open(k->path, true, &s, why));
	err = as_tls_told_read(s, k->domain, from, k->today, &sink, why);
	as_store_close(s);
	if (err != AS_OK && why->text[0] == 0)
		return as_why_set(
		    why, err, AS_WHY_NOWHERE, "%s", as_err_text(err));
	return err;
}

static enum as_err
told_make(struct told *k, struct as_tls_told **out, struct as_why *why)
{
	uint32_t days = k->settings->days > 0 ? k->settings->days : USUAL_DAYS;
	int64_t from = k->today - (int64_t)days + 1;
	struct as_tls_told_work *w;

	if (as_tls_told_begin(k->arena, k->domain, from, k->today, &w) != AS_OK)
		return as_why_no_memory(why);
	AS_TRY(store_read(k, w, from, why));
	AS_TRY(now_look(k, why));
	if (as_tls_told_end(w, k->seen != NULL ? &k->c : NULL, k->seen, out) !=
	    AS_OK)
		return as_why_no_memory(why);
	return AS_OK;
}

/* --- the command --- */

static int
status_of(const struct as_tls_told *told)
{
	if (told->n == 0 && told->n_totals == 0)
		return STATUS_UNKNOWN;
	for (size_t i = 0; i < told->n; i++)
		if (told->faults[i].now == AS_TLS_NOW_SAME)
			return STATUS_SAME;
	return 0;
}

static enum as_err
print(const struct told *k, const struct as_tls_told *told, struct as_why *why)
{
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TEXT_WIDTH);

	as_buf_init(&b, PRINT_OCTETS);
	if (k->run.format == AS_FORMAT_TEXT)
		as_tls_told_text(&t, told);
	else if (k->run.format == AS_FORMAT_CSV)
		as_tls_told_csv(&b, told);
	else
		as_cmd_json(&b, k->run.format, as_tls_told_json(told));
	return as_cmd_print(&b, why);
}

static enum as_err
told_open(struct told *k, const struct as_settings *s, struct as_why *why)
{
	const struct as_clock *clock = &k->run.fleet.prober.clock;

	k->settings = s;
	k->arena = as_arena_new(2 * AS_MAX_FACTS_OCTETS);
	if (k->arena == NULL)
		return as_why_no_memory(why);
	AS_TRY(as_run_open(&k->run, s, AS_FORMAT_TEXT, why));
	if (s->n_args != 1)
		return as_why_set(
		    why, AS_EINVAL, AS_WHY_NOWHERE, "name one domain");
	AS_TRY(
	    as_cmd_domain(k->arena, as_str_from(s->args[0]), &k->domain, why));
	AS_TRY(as_run_zones(&k->run, s, k->domain, why));
	AS_TRY(as_store_path(k->arena, s, &k->path, why));
	k->today =
	    (k->run.has_now ? k->run.now_ms : clock->wall_ms(clock->ctx)) /
	    DAY_MS;
	if (k->today < 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--now: there were no reports before 1970");
	return as_store_is_missing(k->path)
	    ? as_why_set(why, AS_EIO, AS_WHY_NOWHERE,
		  "there are no reports yet: %.150s is missing", k->path)
	    : AS_OK;
}

static enum as_err
told_run(struct told *k, const struct as_settings *s, int *status,
    struct as_why *why)
{
	struct as_tls_told *told;

	AS_TRY(told_open(k, s, why));
	AS_TRY(told_make(k, &told, why));
	*status = status_of(told);
	return print(k, told, why);
}

int
as_cmd_reports_tls(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct told k = {.path = NULL};
	struct as_why why = {.text = ""};
	struct as_settings s;
	int status;

	if (as_cmd_settings(a, "reports tls", AS_FOR_TLS_TOLD, help, argc, argv,
		&s, &status)) {
		if (told_run(&k, &s, &status, &why) != AS_OK)
			status = as_cmd_fail("reports tls", &why);
		as_run_close(&k.run);
		as_arena_free(k.arena);
	}
	as_arena_free(a);
	return status;
}
