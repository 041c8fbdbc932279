#include "app/cmd.h"

#include <string.h>

#include "app/look.h"
#include "app/stored.h"
#include "app/whatif.h"
#include "base/limits.h"
#include "render/fix.h"

#include "base/banned.h"

#define TEXT_WIDTH 100
#define OUTPUT     "standard output"

static const char help[] =
    "Examples:\n"
    "  assay fix example.gov                  what to publish, step by step\n"
    "  assay fix example.gov --format zone    the records, as a zone file\n"
    "  assay fix example.gov --format nsupdate > update.txt\n"
    "                                         read it, then nsupdate -k KEY\n"
    "                                         update.txt; it is refused when\n"
    "                                         the zone has changed since\n"
    "  assay fix example.gov --format terraform    or dnscontrol\n"
    "  assay fix example.gov --for uk-gov     what a profile requires\n"
    "  assay fix --facts stored.json          from what was stored\n"
    "\n"
    "Usage: assay fix DOMAIN... [OPTION...]\n"
    "\n"
    "Nothing is changed. The proposal is judged as if it were published "
    "before\n"
    "it is printed. Exit status: 0 nothing at or above --fail-on would be "
    "left;\n"
    "1 findings at or above it would; 2 usage; 3 something could not be "
    "tested;\n"
    "64 and above: our fault.\n";

struct fix_run {
	struct as_run run;
	const struct as_settings *settings;
	const struct as_fix_format *format; /* NULL: text or JSON */
	struct as_str *domains;             /* asked for */
	bool *done;                         /* of them */
	size_t n;
	bool live;                       /* not from stored facts */
	struct as_arena *before, *after; /* of assessments; reset by each */
	struct as_arena *work; /* facts and the verdict of one domain */
};

/* --- as if it were published --- */

/* The domain asked again, with the records in front of the zones of the user:
 * they may lead to names that nobody asked for.  No server is visited. */
static enum as_err
look_again(struct fix_run *r, struct as_str records, struct as_str domain,
    struct as_facts **out, struct as_why *why)
{
	struct as_fleet_config fleet = r->run.fleet;
	enum as_err err;

	fleet.only_dns = true;
	fleet.each_server = false;
	err = as_run_zones_with(&r->run, r->settings, domain, records,
	    &fleet.prober.dns.zones, why);
	if (err == AS_OK)
		err = as_look(&fleet, domain, r->work, out, why);
	as_zones_free(fleet.prober.dns.zones);
	return err;
}

static enum as_err
zones_make(struct as_str records, struct as_zones **out, struct as_why *why)
{
	*out = as_zones_new();
	if (*out == NULL)
		return as_why_no_memory(why);
	return records.n == 0 ? AS_OK
			      : as_zones_add(*out, records, AS_STR_NULL, why);
}

static enum as_err
facts_after(struct fix_run *r, const struct as_facts *facts,
    const struct as_fix *fix, struct as_str records, struct as_facts **out,
    struct as_why *why)
{
	struct as_zones *zones = NULL;
	struct as_facts *more = NULL;
	enum as_err err = zones_make(records, &zones, why);

	if (err == AS_OK && r->live && records.n > 0)
		err = look_again(r, records, fix->domain, &more, why);
	if (err == AS_OK &&
	    as_whatif_make(r->work, facts, fix, zones,
		more != NULL ? more->domain : NULL, out) != AS_OK)
		err = as_why_no_memory(why);
	as_zones_free(zones);
	return err;
}

/* The exit status tells of what would be left, not of what is. */
static enum as_err
judge_before(struct fix_run *r, const struct as_facts *facts,
    struct as_fix *fix, struct as_why *why)
{
	bool reached = r->run.reached, untested = r->run.untested;
	struct as_assess_options options = as_run_options(&r->run, facts);
	struct as_assessment *as;

	if (as_run_judge(&r->run, r->before, facts, &as) != AS_OK ||
	    as_fix_make(r->before, facts, &options, as, fix) != AS_OK)
		return as_why_no_memory(why);
	r->run.reached = reached;
	r->run.untested = untested;
	return AS_OK;
}

static enum as_err
judge_after(struct fix_run *r, const struct as_facts *facts,
    const struct as_fix *fix, struct as_fix_verdict *out, struct as_why *why)
{
	struct as_assessment *after;
	struct as_facts *then = NULL;
	struct as_buf records;
	enum as_err err;

	as_buf_init(&records, AS_MAX_ZONE_OCTETS);
	as_fix_records(fix, &records);
	if (as_buf_ok(&records))
		err = facts_after(
		    r, facts, fix, as_buf_str(&records), &then, why);
	else
		err = as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "the proposal is too large to be judged");
	as_buf_fini(&records);
	AS_TRY(err);
	if (as_run_judge(&r->run, r->after, then, &after) != AS_OK ||
	    as_fix_compare(r->work, fix->before, after, out) != AS_OK)
		return as_why_no_memory(why);
	return AS_OK;
}

/* --- output --- */

/* What publishes records gets none that would do harm. */
static enum as_err
format_print(struct fix_run *r, const struct as_fix *fix,
    const struct as_fix_verdict *v, struct as_buf *b, struct as_why *why)
{
	if (v->worse.n > 0 || v->letter_fell)
		return as_why_set(why, AS_EUNSUPPORTED, AS_WHY_NOWHERE,
		    "the proposal for " AS_STR_FMT
		    " would make something worse, see assay fix " AS_STR_FMT,
		    AS_STR_ARG(fix->before->domain),
		    AS_STR_ARG(fix->before->domain));
	as_fix_write(r->format, fix, v, b);
	return AS_OK;
}

static enum as_err
print(struct fix_run *r, const struct as_fix *fix,
    const struct as_fix_verdict *v, struct as_why *why)
{
	struct as_buf b;
	struct as_term t = as_run_term(&b, stdout, TEXT_WIDTH);
	enum as_err err = AS_OK;

	as_buf_init(&b, AS_MAX_FACTS_OCTETS);
	if (r->format != NULL)
		err = format_print(r, fix, v, &b, why);
	else if (r->run.format == AS_FORMAT_TEXT)
		as_fix_text(&t, fix, v);
	else
		as_cmd_json(&b, r->run.format, as_fix_json(fix, v));
	if (err == AS_OK)
		err = as_run_write(stdout, OUTPUT, &b, why);
	as_buf_fini(&b);
	return err;
}

static enum as_err
fix_one(struct fix_run *r, const struct as_facts *facts, struct as_why *why)
{
	struct as_fix_verdict v;
	struct as_fix fix;

	AS_TRY(judge_before(r, facts, &fix, why));
	AS_TRY(judge_after(r, facts, &fix, &v, why));
	as_fix_settle(&fix, &v);
	return print(r, &fix, &v, why);
}

/* --- all of them --- */

static enum as_err
fix_stored(void *ctx, const struct as_facts *facts, struct as_why *why)
{
	struct fix_run *r = ctx;
	size_t i = 0;

	while (i < r->n && !as_str_eq(r->domains[i], facts->domain->name))
		i++;
	if (r->n > 0 && i == r->n)
		return AS_OK;
	if (r->n > 0)
		r->done[i] = true;
	as_arena_reset(r->work);
	return fix_one(r, facts, why);
}

static enum as_err
stored_all(struct fix_run *r, struct as_why *why)
{
	AS_TRY(as_stored_each(r->settings->facts, fix_stored, r, why));
	for (size_t i = 0; i < r->n; i++)
		if (!r->done[i])
			return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
			    "%.80s holds no facts of " AS_STR_FMT,
			    r->settings->facts, AS_STR_ARG(r->domains[i]));
	return AS_OK;
}

static enum as_err
live_all(struct fix_run *r, struct as_why *why)
{
	struct as_facts *facts;

	AS_TRY(as_run_zones(&r->run, r->settings,
	    r->n == 1 ? r->domains[0] : AS_STR_NULL, why));
	for (size_t i = 0; i < r->n; i++) {
		as_arena_reset(r->work);
		AS_TRY(as_look(
		    &r->run.fleet, r->domains[i], r->work, &facts, why));
		AS_TRY(fix_one(r, facts, why));
	}
	return AS_OK;
}

static enum as_err
domains_read(struct fix_run *r, struct as_why *why)
{
	size_t n = r->settings->n_args;

	r->domains = as_arena_array(r->run.arena, n, sizeof(*r->domains));
	r->done = as_arena_array(r->run.arena, n, sizeof(*r->done));
	if (r->domains == NULL || r->done == NULL)
		return as_why_no_memory(why);
	for (; r->n < n; r->n++)
		AS_TRY(as_cmd_domain(r->run.arena,
		    as_str_from(r->settings->args[r->n]), &r->domains[r->n],
		    why));
	return AS_OK;
}

/* Formats of other commands are not for records. */
static enum as_err
format_read(struct fix_run *r, struct as_settings *s, struct as_why *why)
{
	static const char *const plain[] = {"text", "json", "ndjson"};
	bool known = s->json || s->format == NULL;

	if (known)
		return AS_OK;
	r->format = as_fix_format_find(as_str_from(s->format));
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		known |= strcmp(s->format, plain[i]) == 0;
	if (r->format != NULL)
		s->format = NULL;
	else if (!known)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--format must be text, json, ndjson, zone, nsupdate, "
		    "terraform or dnscontrol, not \"%.80s\"",
		    s->format);
	return AS_OK;
}

static enum as_err
fix_all(struct fix_run *r, const struct as_settings *s, struct as_why *why)
{
	struct as_settings own = *s;

	r->settings = s;
	r->live = s->facts == NULL;
	own.profile = s->for_profile;
	AS_TRY(format_read(r, &own, why));
	AS_TRY(as_run_open(&r->run, &own, AS_FORMAT_TEXT, why));
	AS_TRY(as_run_each_server(&r->run, s, true, why));
	AS_TRY(as_run_tls_matrix(&r->run, s, !s->no_tls_matrix, why));
	r->run.fleet.prober.both_kinds = true;
	if (s->n_args == 0 && s->facts == NULL)
		return as_why_set(
		    why, AS_EINVAL, AS_WHY_NOWHERE, "which domain?");
	AS_TRY(domains_read(r, why));
	r->before = as_arena_new(2 * AS_MAX_JOB_OCTETS);
	r->after = as_arena_new(AS_MAX_JOB_OCTETS);
	r->work = as_arena_new(3 * AS_MAX_FACTS_OCTETS);
	if (r->before == NULL || r->after == NULL || r->work == NULL)
		return as_why_no_memory(why);
	return r->live ? live_all(r, why) : stored_all(r, why);
}

int
as_cmd_fix(int argc, char **argv)
{
	struct as_arena *a = as_arena_new(AS_MAX_CONFIG_OCTETS);
	struct fix_run r = {.n = 0};
	struct as_settings s;
	struct as_why why = {0};
	int status;

	if (as_cmd_settings(
		a, "fix", AS_FOR_FIX, help, argc, argv, &s, &status)) {
		if (fix_all(&r, &s, &why) != AS_OK)
			status = as_cmd_fail("fix", &why);
		else
			status = as_run_status(&r.run);
		as_arena_free(r.before);
		as_arena_free(r.after);
		as_arena_free(r.work);
		as_run_close(&r.run);
	}
	as_arena_free(a);
	return status;
}
