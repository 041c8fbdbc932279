#include "app/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/data.h"
#include "app/file.h"
#include "app/profiles.h"
#include "app/run_probers.h"
#include "base/limits.h"

#include "base/banned.h"

#define SETTINGS_OCTETS ((size_t)256 * 1024 * 1024) /* zones, CA, answers */

/* --- words with a meaning --- */

/* Every command has the first three. */
static bool
has_format(unsigned command, enum as_format format)
{
	if (command == AS_FOR_CHECK)
		return as_form_check(format) != NULL;
	if (command == AS_FOR_SCAN)
		return as_form_scan(format) != NULL;
	if ((command &
		(AS_FOR_USAGE | AS_FOR_REPORTS | AS_FOR_ESTATE |
		    AS_FOR_TLS_TOLD | AS_FOR_CHANGES)) != 0)
		return format <= AS_FORMAT_CSV;
	return format <= AS_FORMAT_NDJSON;
}

/* "text, json or ndjson" */
static void
formats_add(struct as_buf *b, unsigned command)
{
	size_t n = 0, left = 0;

	for (size_t f = 0; f < as_names_format.n; f++)
		left += has_format(command, (enum as_format)f);
	for (size_t f = 0; f < as_names_format.n; f++) {
		if (!has_format(command, (enum as_format)f))
			continue;
		left--;
		as_buf_printf(b, "%s%s",
		    n++ == 0        ? ""
			: left == 0 ? " or "
				    : ", ",
		    as_format_text((enum as_format)f));
	}
}

enum as_err
as_run_format(const struct as_settings *s, enum as_format usual,
    enum as_format *out, struct as_why *why)
{
	const char *name = s->json ? "json" : s->format;
	struct as_buf b;

	*out = usual;
	if (name == NULL)
		return AS_OK;
	for (size_t f = 0; f < as_names_format.n; f++)
		if (has_format(s->command, (enum as_format)f) &&
		    strcmp(name, as_format_text((enum as_format)f)) == 0) {
			*out = (enum as_format)f;
			return AS_OK;
		}
	as_buf_init(&b, sizeof(why->text));
	formats_add(&b, s->command);
	(void)as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "--format must be " AS_STR_FMT ", not \"%.80s\"",
	    AS_STR_ARG(as_buf_str(&b)), name);
	as_buf_fini(&b);
	return AS_EINVAL;
}

/* When a plugin raises. */
static enum as_err
alarm_read(struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	if (run->format != AS_FORMAT_NAGIOS &&
	    (s->warning != NULL || s->critical != NULL))
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--warning and --critical need --format nagios");
	AS_TRY(as_threshold_parse(
	    s->warning, AS_VERDICT_WARN, &run->alarm.warning, why));
	AS_TRY(as_threshold_parse(
	    s->critical, AS_VERDICT_FAIL, &run->alarm.critical, why));
	as_alarm_init(&run->alarm);
	return AS_OK;
}

static enum as_err
fail_on_read(
    struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	run->fail_on = AS_VERDICT_FAIL;
	if (s->fail_on == NULL)
		return AS_OK;
	if (strcmp(s->fail_on, "never") == 0) {
		run->fail_on = AS_VERDICT_UNKNOWN;
		return AS_OK;
	}
	if (as_verdict_level(as_str_from(s->fail_on), &run->fail_on))
		return AS_OK;
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "--fail-on must be info, warn, fail or never, not \"%s\"",
	    s->fail_on);
}

static enum as_err
role_read(struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	run->role = AS_ROLE_UNKNOWN;
	if (s->role == NULL)
		return AS_OK;
	for (int r = AS_ROLE_FULL; r <= AS_ROLE_LEGACY; r++)
		if (strcmp(s->role, as_role_text((enum as_role)r)) == 0) {
			run->role = (enum as_role)r;
			return AS_OK;
		}
	return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
	    "--role must be full, receives-only, sends-only, parked or "
	    "legacy, not \"%s\"",
	    s->role);
}

static enum as_err
now_read(struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	run->has_now = s->now != NULL;
	if (s->now != NULL &&
	    as_time_parse(as_str_from(s->now), &run->now_ms) != AS_OK)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--now must be a time such as 2026-11-24T17:03:04Z, not "
		    "\"%s\"",
		    s->now);
	return AS_OK;
}

static enum as_err
only_read(struct as_run *run, const struct as_settings *s, struct as_why *why)
{
	run->fleet.only_dns = s->only != NULL;
	if (s->only != NULL && strcmp(s->only, "dns") != 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--only must be dns, not \"%s\"", s->only);
	return AS_OK;
}

static enum as_err
words_read(struct as_run *run, const struct as_settings *s,
    enum as_format usual, struct as_why *why)
{
	run->verbose = s->verbose;
	AS_TRY(as_run_format(s, usual, &run->format, why));
	AS_TRY(alarm_read(run, s, why));
	AS_TRY(fail_on_read(run, s, why));
	AS_TRY(role_read(run, s, why));
	AS_TRY(now_read(run, s, why));
	AS_TRY(only_read(run, s, why));
	as_tls_documents(run->tls_documents);
	run->n_profiles = s->profile.n;
	return as_profiles_find(run->arena, (const char *const *)s->profile.v,
	    s->profile.n, &run->profiles, why);
}

enum as_err
as_run_open(struct as_run *run, const struct as_settings *s,
    enum as_format usual, struct as_why *why)
{
	*run = (struct as_run){.arena = as_arena_new(SETTINGS_OCTETS)};
	if (run->arena == NULL)
		return as_why_no_memory(why);
	AS_TRY(words_read(run, s, usual, why));
	if (s->zone_only && s->zone.n == 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--zone-only needs at least one --zone FILE");
	return as_run_probers(run, s, why);
}

void
as_run_close(struct as_run *run)
{
	as_zones_free(run->fleet.prober.dns.zones);
	psl_free(run->psl);
	as_estate_book_fini(&run->estate);
	as_arena_free(run->estate_arena);
	as_alarm_fini(&run->alarm);
	as_arena_free(run->arena);
	*run = (struct as_run){0};
}

enum as_err
as_run_zones_with(struct as_run *run, const struct as_settings *s,
    struct as_str origin, struct as_str first, struct as_zones **out,
    struct as_why *why)
{
	struct as_why inner = {0};
	struct as_str text;

	*out = as_zones_new();
	if (*out == NULL)
		return as_why_no_memory(why);
	if (first.n > 0)
		AS_TRY(as_zones_add(*out, first, AS_STR_NULL, why));
	for (size_t i = 0; i < s->zone.n; i++) {
		enum as_err err;
		AS_TRY(as_file_read(
		    run->arena, s->zone.v[i], AS_MAX_ZONE_OCTETS, &text, why));
		err = as_zones_add(*out, text, origin, &inner);
		if (err != AS_OK)
			return as_why_set(why, err, inner.at, "%s: %.180s",
			    s->zone.v[i], inner.text);
	}
	return AS_OK;
}

enum as_err
as_run_zones(struct as_run *run, const struct as_settings *s,
    struct as_str origin, struct as_why *why)
{
	return s->zone.n == 0 ? AS_OK
			      : as_run_zones_with(run, s, origin, AS_STR_NULL,
				    &run->fleet.prober.dns.zones, why);
}

/* --- judging --- */

/* Facts without any answer, in place of those that are too large. */
static enum as_err
facts_cancelled(struct as_arena *a, const struct as_facts *large,
    const struct as_facts **out)
{
	struct as_facts *f = AS_NEW(a, struct as_facts);
	struct as_domain_facts *d = AS_NEW(a, struct as_domain_facts);

	if (f == NULL || d == NULL)
		return AS_ENOMEM;
	*d = (struct as_domain_facts){
	    .name = large->domain->name,
	    .outcome = AS_SUBJECT_CANCELLED,
	    .detail = AS_STR("the facts are too large to be judged"),
	    .at = large->domain->at,
	    .vantage = large->domain->vantage,
	    .only_dns = large->domain->only_dns,
	};
	*f = (struct as_facts){.schema = large->schema, .domain = d};
	*out = f;
	return AS_OK;
}

/* --role goes before the estate, and that before what is found. */
static enum as_role
role_of(const struct as_run *run, const struct as_facts *facts)
{
	const struct as_estate_entry *e =
	    as_estate_book_find(&run->estate, facts->domain->name);
	int role = e == NULL
	    ? -1
	    : as_names_find(&as_names_role, e->text[AS_ESTATE_ROLE]);

	if (run->role != AS_ROLE_UNKNOWN || role < 0)
		return run->role;
	return (enum as_role)role;
}

struct as_assess_options
as_run_options(const struct as_run *run, const struct as_facts *facts)
{
	return (struct as_assess_options){
	    .now_ms = run->has_now ? run->now_ms : facts->domain->at,
	    .role = role_of(run, facts),
	    .psl = run->psl,
	    .report_services = as_data_report_services,
	    .senders = as_data_senders,
	    .tls_documents = run->tls_documents,
	    .n_tls_documents = AS_TLS_DOCUMENTS,
	    .profiles = run->profiles,
	    .n_profiles = run->n_profiles,
	    .caa_issuers = as_data_caa_issuers,
	};
}

/* One domain must not end the run of the others: what does not fit into the
 * arena is judged as cancelled. */
static enum as_err
facts_judge(struct as_run *run, struct as_arena *a,
    const struct as_facts *facts, struct as_assessment **out)
{
	struct as_assess_options options = as_run_options(run, facts);
	enum as_err err;

	as_arena_reset(a);
	err = as_assess(a, facts, &options, out);
	if (err != AS_ENOMEM)
		return err;
	as_arena_reset(a);
	AS_TRY(facts_cancelled(a, facts, &facts));
	return as_assess(a, facts, &options, out);
}

/* A requirement that is not met counts as a finding of its level: must as fail,
 * should as warn, may as info. */
static void
stands_note(struct as_run *run, const struct as_profiles_result *r)
{
	static const enum as_verdict weights[] = {
	    [AS_DEMAND_MUST] = AS_VERDICT_FAIL,
	    [AS_DEMAND_SHOULD] = AS_VERDICT_WARN,
	    [AS_DEMAND_MAY] = AS_VERDICT_INFO,
	};

	for (size_t i = 0; i < r->n_profiles; i++)
		for (size_t k = 0; k < r->profiles[i].n_stands; k++) {
			const struct as_stand *s = &r->profiles[i].stands[k];

			run->untested |= s->standing == AS_STANDING_UNKNOWN;
			run->reached |= s->standing == AS_STANDING_NOT_MET &&
			    weights[s->requirement->level] >= run->fail_on;
		}
}

enum as_err
as_run_judge(struct as_run *run, struct as_arena *a,
    const struct as_facts *facts, struct as_assessment **out)
{
	AS_TRY(facts_judge(run, a, facts, out));
	for (size_t i = 0; i < (*out)->n_findings; i++) {
		enum as_verdict v = (*out)->findings[i].verdict;
		if (v == AS_VERDICT_UNKNOWN)
			run->untested = true;
		else if (v >= run->fail_on)
			run->reached = true;
	}
	if ((*out)->profiles != NULL)
		stands_note(run, (*out)->profiles);
	return AS_OK;
}

int
as_run_status(const struct as_run *run)
{
	if (run->format == AS_FORMAT_NAGIOS)
		return (int)as_alarm_state(&run->alarm);
	return run->reached ? 1 : run->untested ? 3 : 0;
}

int
as_exit_status(enum as_err err)
{
	switch (err) {
	case AS_OK: return 0;
	case AS_EINVAL: return 2;
	case AS_ENOMEM:
	case AS_ESYS: return EX_OSERR;
	case AS_EABSENT:
	case AS_EIO: return EX_NOINPUT;
	case AS_EOUTPUT: return EX_IOERR;
	case AS_EAGAIN: return EX_TEMPFAIL;
	case AS_ESYNTAX:
	case AS_EVERSION:
	case AS_ELIMIT: return EX_DATAERR;
	default: return EX_SOFTWARE;
	}
}

/* --- output --- */

struct as_term
as_run_term(struct as_buf *out, FILE *stream, unsigned most)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	struct as_term t = {out, most < 80 ? most : 80, false};
	struct winsize size;
	int fd = fileno(stream);

	if (!isatty(fd))
		return t;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
		t.width = size.ws_col < most ? size.ws_col : most;
	t.colour = (no_color == NULL || no_color[0] == 0) && term != NULL &&
	    strcmp(term, "dumb") != 0;
	return t;
}

enum as_err
as_run_write(
    FILE *stream, const char *name, struct as_buf *b, struct as_why *why)
{
	bool fits = as_buf_ok(b);
	bool ok = fits && fwrite(b->p, 1, b->n, stream) == b->n &&
	    fflush(stream) == 0;
	int error = errno;

	as_buf_reset(b);
	if (!fits)
		return as_why_set(why, AS_ELIMIT, AS_WHY_NOWHERE,
		    "%.120s: too large to be written", name);
	if (ok)
		return AS_OK;
	if (error == EPIPE)
		return as_why_set(why, AS_EOUTPUT, AS_WHY_NOWHERE, "%s", "");
	return as_why_set(why, AS_EOUTPUT, AS_WHY_NOWHERE, "%.120s: %s", name,
	    strerror(error));
}
