#include "app/cmd.h"

#include <string.h>
#include <sysexits.h>

#include "app/progress.h"
#include "app/stored.h"
#include "base/limits.h"
#include "render/check.h"

#include "base/banned.h"

#define TEXT_WIDTH 100
#define OUTPUT     "standard output"

static const char help[] =
    "Examples:\n"
    "  assay check example.gov                what is wrong, and what to do\n"
    "  assay check -v example.gov             with evidence and sources\n"
    "  assay check example.gov --json         the same for programs\n"
    "  assay check example.gov --zone new.zone\n"
    "                                         as if new.zone were published\n"
    "  assay check --facts stored.json        judge again what was stored\n"
    "\n"
    "Usage: assay check DOMAIN... [OPTION...]\n"
    "\n"
    "Exit status: 0 nothing at or above --fail-on; 1 findings at or above\n"
    "it; 2 usage; 3 something could not be tested; 64 and above: our fault.\n";

/* One domain of the command line, and its finished output. */
struct item {
	struct as_str domain;
	struct as_buf output;
	bool done;
};

struct check {
	struct as_run run;
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

static void
render(struct check *c, struct as_buf *b, const struct as_assessment *as,
    const struct as_facts *facts)
{
	if (c->run.format == AS_FORMAT_TEXT) {
		struct as_term t = as_run_term(b, stdout, TEXT_WIDTH);
		as_check_text(&t, as, c->run.verbose);
		return;
	}
	as_run_document(b, as, AS_DETAIL_WHOLE, facts,
	    c->run.format == AS_FORMAT_JSON ? AS_JSON_PRETTY : AS_JSON_COMPACT);
}

/* Judge one domain's facts and append what is to be printed. */
static enum as_err
judge(struct check *c, const struct as_facts *facts, struct as_buf *out,
    struct as_why *why)
{
	struct as_arena *a = as_arena_new(AS_MAX_JOB_OCTETS);
	struct as_assessment *as;
	enum as_err err = AS_ENOMEM;

	as_buf_init(out, AS_MAX_FACTS_OCTETS);
	if (a != NULL)
		err = as_run_judge(&c->run, a, facts, &as);
	if (err == AS_OK)
		render(c, out, as, facts);
	as_arena_free(a);
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
		c->err = as_run_write(stdout, OUTPUT, &item->output, &c->why);
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
	struct as_fleet_events events = {next, done, tick, c};

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
		err = as_run_write(stdout, OUTPUT, &out, why);
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
	AS_TRY(as_stored_each(c->run.arena, path, facts_show, c, why));
	return stored_check(c, path, why);
}

static enum as_err
check_all(struct check *c, const struct as_settings *s, struct as_why *why)
{
	AS_TRY(as_run_open(&c->run, s, AS_FORMAT_TEXT, why));
	AS_TRY(as_run_each_server(&c->run, s, true, why));
	c->run.fleet.prober.both_kinds = true;
	if (s->n_args == 0 && s->facts == NULL)
		return as_why_set(
		    why, AS_EINVAL, AS_WHY_NOWHERE, "which domain?");
	AS_TRY(items_read(c, s, why));
	if (s->facts != NULL)
		return check_stored(c, s->facts, why);
	AS_TRY(as_run_zones(
	    &c->run, s, c->n == 1 ? c->items[0].domain : AS_STR_NULL, why));
	return check_live(c, why);
}

int
as_cmd_check(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct check c = {0};
	struct as_settings s;
	struct as_why why = {0};
	int status;

	if (as_cmd_settings(
		a, "check", AS_FOR_CHECK, help, argc, argv, &s, &status)) {
		if (check_all(&c, &s, &why) != AS_OK)
			status = as_cmd_fail("check", &why);
		else
			status = as_run_status(&c.run);
		for (size_t i = 0; i < c.n; i++)
			as_buf_fini(&c.items[i].output);
		as_run_close(&c.run);
	}
	as_arena_free(a);
	return status;
}
