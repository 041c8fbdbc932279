#include "app/cmd.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/print.h"
#include "app/progress.h"
#include "app/scan_done.h"
#include "app/scan_keep.h"
#include "app/scan_list.h"
#include "base/limits.h"
#include "render/told.h"

#include "base/banned.h"

#define TABLE_WIDTH 160

static const char help[] =
    "Examples:\n"
    "  assay scan domains.txt                 one JSON document a line\n"
    "  assay scan domains.txt --format text   a table for people\n"
    "  assay scan big.txt -o out.ndjson --resume\n"
    "                                         go on where the last run ended\n"
    "  assay scan domains.txt --format csv    a table for a spreadsheet\n"
    "  assay scan --estate --tag critical     the domains of the estate\n"
    "\n"
    "Usage: assay scan [FILE|-] [OPTION...]\n"
    "\n"
    "A line is the document of \"check --json\" without its facts; of what\n"
    "passed or does not apply it names rule, verdict and subject only,\n"
    "without --verbose.  FILE holds one domain a line; what follows a comma,\n"
    "semicolon or blank is ignored.  Lines appear as domains finish, not in\n"
    "the order of FILE.\n"
    "\n"
    "Exit status: 0 nothing at or above --fail-on; 1 findings at or above\n"
    "it; 2 usage; 3 something could not be tested; 65 some lines held no\n"
    "domain; other values from 64: our fault.\n";

struct scan {
	struct as_run run;
	bool from_estate; /* in place of a list */
	size_t at;        /* in it */
	struct as_scan_list list;
	struct as_scan_done *skip; /* NULL: nothing */
	struct as_progress progress;
	struct as_print print;
	FILE *out;
	bool with_facts;
	struct as_scan_keep *keep; /* NULL: nothing is kept */
	struct as_arena *arena;    /* of the domain being judged */
	struct as_buf buf;
	enum as_err err; /* what stops it; why says it */
	struct as_why why;
};

/* --- the output file --- */

static enum as_err
output_failed(const char *path, struct as_why *why)
{
	return as_why_set(
	    why, AS_EOUTPUT, AS_WHY_NOWHERE, "%s: %s", path, strerror(errno));
}

/* Open the file to append to, without the line that a stop cut short. */
static enum as_err
output_resume(struct scan *sc, const char *path, struct as_why *why)
{
	long keep;

	sc->out = fopen(path, "a+e");
	if (sc->out == NULL || fseek(sc->out, 0, SEEK_SET) != 0)
		return output_failed(path, why);
	AS_TRY(as_scan_done_read(sc->out, path, &sc->skip, &keep, why));
	if (ftruncate(fileno(sc->out), keep) != 0 ||
	    fseek(sc->out, 0, SEEK_END) != 0)
		return output_failed(path, why);
	return AS_OK;
}

static enum as_err
output_open(struct scan *sc, const struct as_settings *s, struct as_why *why)
{
	sc->out = stdout;
	if (s->resume &&
	    (s->output == NULL ||
		as_form_scan(sc->run.format) != as_form_scan(AS_FORMAT_NDJSON)))
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--resume needs --output FILE, as JSON");
	if (s->resume)
		return output_resume(sc, s->output, why);
	if (s->output == NULL)
		return AS_OK;
	/* "x": a scan that took hours is not written over by mistake */
	sc->out = fopen(s->output, "wxe");
	if (sc->out == NULL && errno == EEXIST)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "%s is there already: --resume goes on with it", s->output);
	return sc->out != NULL ? AS_OK : output_failed(s->output, why);
}

/* --- the fleet's questions and answers --- */

/* Of the list, or of the estate. */
static enum as_fleet_next
list_next(struct scan *sc, struct as_str *domain)
{
	if (!sc->from_estate)
		return as_scan_list_next(&sc->list, domain);
	if (sc->at == sc->run.estate.n)
		return AS_FLEET_END;
	*domain = sc->run.estate.list[sc->at++].name;
	return AS_FLEET_NEXT;
}

static enum as_fleet_next
next(void *ctx, struct as_str *domain)
{
	struct scan *sc = ctx;

	while (sc->err == AS_OK) {
		enum as_fleet_next next = list_next(sc, domain);
		if (next != AS_FLEET_NEXT || sc->skip == NULL ||
		    !as_scan_done_has(sc->skip, *domain))
			return next;
		sc->progress.done++;
	}
	return AS_FLEET_END;
}

static void
done(void *ctx, const struct as_facts *facts)
{
	struct scan *sc = ctx;
	struct as_assessment *as;

	if (sc->err != AS_OK)
		return;
	sc->err = as_run_judge(&sc->run, sc->arena, facts, &as);
	if (sc->err != AS_OK) {
		(void)as_why_set(&sc->why, sc->err, AS_WHY_NOWHERE,
		    AS_STR_FMT ": %s", AS_STR_ARG(facts->domain->name),
		    as_err_text(sc->err));
		return;
	}
	if (sc->keep != NULL)
		sc->err = as_scan_keep_look(sc->keep, facts, as, &sc->why);
	if (sc->err != AS_OK)
		return;
	sc->progress.done++;
	sc->progress.untested += as_told_count(as, AS_VERDICT_UNKNOWN) > 0;
	if (isatty(fileno(sc->out)))
		as_progress_clear(&sc->progress);
	as_print_make(&sc->print, &sc->buf, as, sc->with_facts ? facts : NULL);
	sc->err = as_print_part(&sc->print, &sc->buf, &sc->why);
}

static void
tick(void *ctx, unsigned in_flight)
{
	struct scan *sc = ctx;

	as_progress_show(&sc->progress, in_flight);
}

static void
print_init(struct scan *sc, const struct as_settings *s)
{
	struct as_print *p = &sc->print;

	as_print_init(p, as_form_scan(sc->run.format), &sc->run, TABLE_WIDTH);
	if (!sc->run.verbose)
		p->sheet.detail = AS_DETAIL_BRIEF;
	p->stream = sc->out;
	if (s->output != NULL)
		p->name = s->output;
	p->sheet.term = as_run_term(NULL, sc->out, TABLE_WIDTH);
	if (!isatty(fileno(sc->out)))
		p->sheet.term.width = TABLE_WIDTH;
}

static enum as_err
scan_all(struct scan *sc, const struct as_settings *s, struct as_why *why)
{
	struct as_fleet_events events = {
	    .next = next, .done = done, .tick = tick, .ctx = sc};
	const char *path = s->n_args > 0 ? s->args[0] : "-";

	AS_TRY(as_run_open(&sc->run, s, AS_FORMAT_NDJSON, why));
	AS_TRY(as_run_each_server(&sc->run, s, false, why));
	AS_TRY(as_run_tls_matrix(&sc->run, s, s->tls_matrix, why));
	if (s->n_args > 1)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "one list at a time, please");
	sc->arena = as_arena_new(AS_MAX_JOB_OCTETS);
	if (sc->arena == NULL)
		return as_why_no_memory(why);
	as_buf_init(&sc->buf, AS_MAX_FACTS_OCTETS);
	/* Facts are judged again, for the secure list too. */
	sc->with_facts = sc->run.fleet.prober.both_kinds = s->with_facts;
	AS_TRY(as_run_zones(&sc->run, s, AS_STR_NULL, why));
	AS_TRY(as_run_estate(&sc->run, s, why));
	if (s->keep)
		AS_TRY(as_scan_keep_open(sc->run.arena, s, &sc->keep, why));
	sc->from_estate = s->estate && s->n_args == 0;
	if (!sc->from_estate)
		AS_TRY(as_scan_list_open(&sc->list, path, why));
	AS_TRY(output_open(sc, s, why));
	as_progress_init(&sc->progress, sc->run.fleet.prober.clock,
	    sc->from_estate ? sc->run.estate.n : sc->list.total);
	print_init(sc, s);
	AS_TRY(as_print_head(&sc->print, why));
	AS_TRY(as_fleet_run(&sc->run.fleet, &events, why));
	as_progress_clear(&sc->progress);
	if (sc->err != AS_OK) {
		*why = sc->why;
		return sc->err;
	}
	AS_TRY(as_scan_list_end(&sc->list, why));
	if (sc->keep != NULL)
		AS_TRY(as_scan_keep_end(sc->keep, why));
	return as_print_foot(&sc->print, why);
}

static void
scan_close(struct scan *sc)
{
	if (sc->out != NULL && sc->out != stdout)
		(void)fclose(sc->out);
	as_scan_list_close(&sc->list);
	as_scan_keep_close(sc->keep);
	as_scan_done_free(sc->skip);
	as_buf_fini(&sc->buf);
	as_arena_free(sc->arena);
	as_run_close(&sc->run);
}

int
as_cmd_scan(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct scan sc = {0};
	struct as_settings s;
	struct as_why why = {0};
	int status;

	if (as_cmd_settings(
		a, "scan", AS_FOR_SCAN, help, argc, argv, &s, &status)) {
		if (scan_all(&sc, &s, &why) != AS_OK)
			status = as_cmd_fail("scan", &why);
		else if (sc.list.refused > 0)
			status = EX_DATAERR;
		else
			status = as_run_status(&sc.run);
		scan_close(&sc);
	}
	as_arena_free(a);
	return status;
}
