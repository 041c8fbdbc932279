#include "app/usage_run.h"

#include "app/cmd.h"
#include "app/data.h"
#include "app/psl.h"
#include "app/store_path.h"
#include "base/limits.h"
#include "store/usage_read.h"

#include "base/banned.h"

#define DAY_MS       INT64_C(86400000)
#define USUAL_DAYS   90
#define USAGE_OCTETS (8 * AS_MAX_JOB_OCTETS)

static enum as_err
now_read(struct as_usage_run *r, const char *text, struct as_why *why)
{
	struct as_clock clock = as_clock_system();

	r->now_ms = clock.wall_ms(clock.ctx);
	if (text != NULL &&
	    as_time_parse(as_str_from(text), &r->now_ms) != AS_OK)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--now must be a time such as 2026-11-24T17:03:04Z, not "
		    "\"%.80s\"",
		    text);
	if (r->now_ms < 0)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--now: there were no reports before 1970");
	r->today = r->now_ms / DAY_MS;
	return AS_OK;
}

enum as_err
as_usage_run_open(
    struct as_usage_run *r, const struct as_settings *s, struct as_why *why)
{
	*r = (struct as_usage_run){.arena = as_arena_new(USAGE_OCTETS)};
	if (r->arena == NULL)
		return as_why_no_memory(why);
	AS_TRY(as_run_format(s, AS_FORMAT_TEXT, &r->format, why));
	AS_TRY(now_read(r, s->now, why));
	if (s->n_args != 1)
		return as_why_set(
		    why, AS_EINVAL, AS_WHY_NOWHERE, "name one domain");
	AS_TRY(
	    as_cmd_domain(r->arena, as_str_from(s->args[0]), &r->domain, why));
	AS_TRY(as_psl_open(s->psl, &r->psl, why));
	AS_TRY(as_store_path(r->arena, s, &r->path, why));
	if (as_store_is_missing(r->path))
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE,
		    "there are no reports yet: %.150s is missing", r->path);
	return AS_OK;
}

void
as_usage_run_close(struct as_usage_run *r)
{
	psl_free(r->psl);
	as_arena_free(r->arena);
	*r = (struct as_usage_run){0};
}

static enum as_err
work_read(struct as_usage_run *r, struct as_store *store,
    const struct as_usage_options *options, struct as_usage **out,
    struct as_why *why)
{
	struct as_usage_work *w;
	struct as_usage_sink sink;

	AS_TRY(as_usage_begin(r->arena, options, &w));
	sink = as_usage_take(w);
	AS_TRY(as_usage_read(
	    store, r->domain, options->from, options->to, &sink, why));
	return as_usage_end(w, out);
}

enum as_err
as_usage_run_read(struct as_usage_run *r, const struct as_settings *s,
    struct as_usage **out, struct as_why *why)
{
	int64_t days = s->days > 0 ? s->days : USUAL_DAYS;
	struct as_usage_options options = {.domain = r->domain,
	    .from = r->today - days + 1,
	    .to = r->today,
	    .senders = as_data_senders,
	    .psl = r->psl};
	struct as_store *store;
	enum as_err err;

	AS_TRY(as_store_open(r->path, true, &store, why));
	err = work_read(r, store, &options, out, why);
	as_store_close(store);
	if (err != AS_OK && why->text[0] == 0)
		return as_why_set(why, err, AS_WHY_NOWHERE, "%s",
		    err == AS_ENOMEM ? "more senders than memory is set aside "
				       "for: look back fewer --days"
				     : as_err_text(err));
	return err;
}
