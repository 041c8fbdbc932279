#include "app/cmd.h"

#include <string.h>
#include <sysexits.h>

#include "app/print.h"
#include "app/progress.h"
#include "app/stored.h"
#include "base/limits.h"

#include "base/banned.h"

#define TEXT_WIDTH 100

static const char help[] =
    "Examples:\n"
    "  assay check example.gov                what is wrong, and what to do\n"
    "  assay check -v example.gov             with evidence and sources\n"
    "  assay check example.gov --json         the same for programs\n"
    "  assay check example.gov --zone new.zone\n"
    "                                         as if new.zone were published\n"
    "  assay check --facts stored.json        judge again what was stored\n"
    "  assay check example.gov --format html > page.html\n"
    "                                         a page to read, print and send\n"
    "  assay check example.gov --format nagios --critical fail\n"
    "                                         a plugin for monitoring systems\n"
    "\n"
    "Usage: assay check DOMAIN... [OPTION...]\n"
    "\n"
    "Exit status: 0 nothing at or above --fail-on; 1 findings at or above\n"
    "it; 2 usage; 3 something could not be tested; 64 and above: our fault.\n"
    "With --format nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n";

/* One domain of the command line, and its finished output. */
struct item {
	struct as_str domain;
	struct as_buf output;
	bool done;
};

struct check {
	struct as_run run;
	struct as_print print;
	struct as_arena *arena; /* of the domain being judged */
	struct item *items;
	size_t n;
	size_t asked;   /* handed to the fleet */
	size_t printed; /* items whose output is out */
	struct as_progress progress;
	enum as_err err; /* what stops it; why says it */
	struct as_why why;
};

static size_t
item_find(const struct check *c, struct as_str domain)
{
	size_t i = 0;

	while (i < c->n && !as_str_eq(c->items[i].domain, domain))
		i++;
	return i;
}

static enum as_err
items_read(struct check *c, const struct as_settings *s, struct as_why *why)
{
	struct as_str domain;

	c->items = as_arena_array(c->run.arena, s->n_args, sizeof(*c->items));
	if (c->items == NULL)
		return as_why_no_memory(why);
	for (size_t i = 0; i < s->n_args; i++) {
		AS_TRY(as_cmd_domain(
		    c->run.arena, as_str_from(s->args[i]), &domain, why));
		if (item_find(c, domain) == c->n)
			c->items[c->n++].domain = domain;
	}
	return AS_OK;
}

/* Judge one domain's facts and append what is to be printed. */
static enum as_err
judge(struct check *c, const struct as_facts *facts, struct as_buf *out,
    struct as_why *why)
{
	struct as_assessment *as;
	enum as_err err;

	as_buf_init(out, AS_MAX_FACTS_OCTETS);
	err = as_run_judge(&c->run, c->arena, facts, &as);
	if (err == AS_OK)
		as_print_make(&c->print, out, as, facts);
	if (err != AS_OK)
		return as_why_set(
		    why, err, AS_WHY_NOWHERE, "%s", as_err_text(err));
	return AS_OK;
}

/* --- from the net --- */

static enum as_fleet_next
next(void *ctx, struct as_str *domain)
{
	struct check *c = ctx;

	if (c->asked == c->n || c->err != AS_OK)
		return AS_FLEET_END;
	*domain = c->items[c->asked++].domain;
	return AS_FLEET_NEXT;
}

/* Print what is finished, in the order that was asked for. */
static void
flush(struct check *c)
{
	while (c->err == AS_OK && c->printed < c->n) {
		struct item *item = &c->items[c->printed];
		if (!item->done)
			return;
		c->err = as_print_part(&c->print, &item->output, &c->why);
		as_buf_fini(&item->output);
		c->printed++;
	}
}

static void
done(void *ctx, const struct as_facts *facts)
{
	struct check *c = ctx;
	size_t i = item_find(c, facts->domain->name);

	if (i < c->n && c->err == AS_OK) {
		c->err = judge(c, facts, &c->items[i].output, &c->why);
		c->items[i].done = c->err == AS_OK;
	}
	c->progress.done++;
	as_progress_clear(&c->progress);
	flush(c);
}

static void
tick(void *ctx, unsigned in_flight)
{
	const struct check *c = ctx;

	as_progress_show(&c->progress, in_flight);
}

static enum as_err
check_live(struct check *c, struct as_why *why)
{
	struct as_fleet_events events = {.next = next, .done = done, .tick = tick, .ctx = c};

	as_progress_init(&c->progress, c->run.fleet.prober.clock, c->n);
	AS_TRY(as_fleet_run(&c->run.fleet, &events, why));
	if (c->err != AS_OK)
		*why = c->why;
	return c->err;
}

/* --- from stored facts --- */

/* Judge and print them, unless other domains were asked for. */
static enum as_err
facts_show(void *ctx, const struct as_facts *facts, struct as_why *why)
{
	struct check *c = ctx;
	size_t i = item_find(c, facts->domain->name);
	struct as_buf out = {0};
	enum as_err err;

	if (c->n > 0 && i == c->n)
		return AS_OK;
	err = judge(c, facts, &out, why);
	if (err == AS_OK)
		err = as_print_part(&c->print, &out, why);
	if (c->n > 0)
		c->items[i].done = true;
	as_buf_fini(&out);
	return err;
}

/* Was there something of every domain that was asked for? */
static enum as_err
stored_check(const struct check *c, const char *path, struct as_why *why)
{
	for (size_t i = 0; i < c->n; i++)
		if (!c->items[i].done)
			return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
			    "%.80s holds no facts of " AS_STR_FMT, path,
			    AS_STR_ARG(c->items[i].domain));
	return AS_OK;
}

static enum as_err
check_stored(struct check *c, const char *path, struct as_why *why)
{
	AS_TRY(as_stored_each(path, facts_show, c, why));
	return stored_check(c, path, why);
}

/* Live, or from the file of --facts. */
static enum as_err
check_domains(struct check *c, const struct as_settings *s, struct as_why *why)
{
	if (s->facts != NULL)
		return check_stored(c, s->facts, why);
	AS_TRY(as_run_zones(
	    &c->run, s, c->n == 1 ? c->items[0].domain : AS_STR_NULL, why));
	return check_live(c, why);
}

static enum as_err
check_all(struct check *c, const struct as_settings *s, struct as_why *why)
{
	AS_TRY(as_run_open(&c->run, s, AS_FORMAT_TEXT, why));
	AS_TRY(as_run_each_server(&c->run, s, true, why));
	AS_TRY(as_run_tls_matrix(&c->run, s, !s->no_tls_matrix, why));
	AS_TRY(as_run_estate(&c->run, s, why));
	c->run.fleet.prober.both_kinds = true;
	if (s->n_args == 0 && s->facts == NULL)
		return as_why_set(
		    why, AS_EINVAL, AS_WHY_NOWHERE, "which domain?");
	AS_TRY(items_read(c, s, why));
	c->arena = as_arena_new(AS_MAX_JOB_OCTETS);
	if (c->arena == NULL)
		return as_why_no_memory(why);
	as_print_init(
	    &c->print, as_form_check(c->run.format), &c->run, TEXT_WIDTH);
	if (c->n == 1)
		c->print.sheet.about = c->items[0].domain;
	AS_TRY(as_print_head(&c->print, why));
	AS_TRY(check_domains(c, s, why));
	return as_print_foot(&c->print, why);
}

/* A monitoring system reads one line of standard output, whatever happened,
 * and takes a status of 2 for a critical state. */
static int
plugin_fault(const struct as_why *why)
{
	struct as_buf b;

	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	as_alarm_fault(&b, as_str_from(why->text));
	(void)fwrite(b.p, 1, b.n, stdout);
	as_buf_fini(&b);
	return AS_ALARM_UNKNOWN;
}

static bool
is_plugin(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "--format=nagios") == 0 ||
		    (i > 0 && strcmp(argv[i], "nagios") == 0 &&
			strcmp(argv[i - 1], "--format") == 0))
			return true;
	return false;
}

static int
check_run(struct check *c, const struct as_settings *s, bool *plugin,
    struct as_why *why)
{
	int status;

	if (check_all(c, s, why) == AS_OK)
		status = as_run_status(&c->run);
	else
		status = as_cmd_fail("check", why);
	*plugin = (*plugin || c->run.format == AS_FORMAT_NAGIOS) &&
	    why->code != AS_OK;
	for (size_t i = 0; i < c->n; i++)
		as_buf_fini(&c->items[i].output);
	as_arena_free(c->arena);
	as_run_close(&c->run);
	return status;
}

int
as_cmd_check(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct check c = {0};
	struct as_settings s;
	struct as_why why = {.text = "it was called wrongly; standard error "
				     "tells how"};
	bool plugin = is_plugin(argc, argv);
	int status;

	if (as_cmd_settings(
		a, "check", AS_FOR_CHECK, help, argc, argv, &s, &status)) {
		why = (struct as_why){0};
		status = check_run(&c, &s, &plugin, &why);
	} else {
		plugin = plugin && status != 0;
	}
	if (plugin)
		status = plugin_fault(&why);
	as_arena_free(a);
	return status;
}
