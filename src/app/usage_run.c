#include "app/usage_run.h"

#include "app/cmd.h"
#include "app/data.h"
#include "app/store_path.h"
#include "base/limits.h"
#include "store/usage_read.h"

#include "base/banned.h"

#define DAY_MS       INT64_C(86400000)
#define USUAL_DAYS   90
#define USAGE_OCTETS (8 * AS_MAX_JOB_OCTETS)

static enum as_err
now_read(struct as_usage_run *r, struct as_why *why)
{
	struct as_clock clock = as_clock_system();

	r->now_ms = r->run.has_now ? r->run.now_ms : clock.wall_ms(clock.ctx);
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
	AS_TRY(as_run_open(&r->run, s, AS_FORMAT_TEXT, why));
	AS_TRY(now_read(r, why));
	if (s->n_args != 1)
		return as_why_set(
		    why, AS_EINVAL, AS_WHY_NOWHERE, "name one domain");
	AS_TRY(
	    as_cmd_domain(r->arena, as_str_from(s->args[0]), &r->domain, why));
	AS_TRY(as_run_zones(&r->run, s, r->domain, why));
	AS_TRY(as_places_open(s->asn_db, s->country_db, &r->places, why));
	AS_TRY(as_store_path(r->arena, s, &r->path, why));
	/* DNS of today says nothing of another day. */
	r->offline = s->offline || r->run.has_now;
	if (as_store_is_missing(r->path))
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE,
		    "there are no reports yet: %.150s is missing", r->path);
	return AS_OK;
}

void
as_usage_run_close(struct as_usage_run *r)
{
	as_usage_ask_close(&r->ask);
	as_places_close(r->places);
	as_run_close(&r->run);
	as_arena_free(r->arena);
	*r = (struct as_usage_run){0};
}

/* Those that could not be kept count for this run at least. */
static enum as_err
hosts_give(const struct as_usage_run *r, const struct as_usage_sink *sink)
{
	for (size_t i = 0; i < r->ask.n_hosts; i++) {
		const struct as_reverse *v = &r->ask.hosts[i];
		struct as_usage_host h = {v->ip, v->name};

		if (v->state == AS_REVERSE_NAMED || v->state == AS_REVERSE_NONE)
			AS_TRY(sink->host(sink->ctx, &h));
	}
	return AS_OK;
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
	AS_TRY(hosts_give(r, &sink));
	return as_usage_end(w, out);
}

static enum as_err
store_read(struct as_usage_run *r, const struct as_usage_options *options,
    struct as_usage **out, struct as_why *why)
{
	struct as_store *store;
	enum as_err err;

	AS_TRY(as_store_open(r->path, true, &store, why));
	err = work_read(r, store, options, out, why);
	as_store_close(store);
	if (err != AS_OK && why->text[0] == 0)
		return as_why_set(why, err, AS_WHY_NOWHERE, "%s",
		    err == AS_ENOMEM ? "more senders than memory is set aside "
				       "for: look back fewer --days"
				     : as_err_text(err));
	return err;
}

/* What DNS says, in front of the reading. */
static enum as_err
dns_ask(struct as_usage_run *r, const struct as_settings *s,
    struct as_usage_options *options, struct as_why *why)
{
	r->ask = (struct as_usage_ask){.run = &r->run,
	    .arena = r->arena,
	    .domain = r->domain,
	    .store = r->path,
	    .first = options->from,
	    .last = options->to,
	    .now_ms = r->now_ms,
	    .names = s->names,
	    .facts = s->facts};
	if (!r->offline)
		AS_TRY(as_usage_ask_names(&r->ask, why));
	options->below = r->ask.below;
	options->n_below = r->ask.n_below;
	if (!r->offline || s->facts != NULL)
		AS_TRY(as_usage_ask_domain(&r->ask, why));
	if (r->ask.now != NULL &&
	    as_usage_permits_find(
		r->arena, r->ask.now, as_data_senders, options) != AS_OK)
		return as_why_no_memory(why);
	return AS_OK;
}

static enum as_err
since_read(const char *text, int64_t *out, struct as_why *why)
{
	int64_t ms;

	if (text == NULL)
		return AS_OK;
	if (as_time_parse(as_str_from(text), &ms) != AS_OK || ms < DAY_MS)
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "--since must be a date such as 2026-11-24, not \"%.80s\"",
		    text);
	*out = ms / DAY_MS;
	return AS_OK;
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
	    .psl = r->run.psl};

	if (r->places != NULL) {
		options.place = as_places_find;
		options.place_ctx = r->places;
	}
	AS_TRY(since_read(s->since, &options.new_since, why));
	AS_TRY(dns_ask(r, s, &options, why));
	return store_read(r, &options, out, why);
}

/* --- keys --- */

static enum as_err
keys_make(struct as_usage_run *r, const struct as_usage *u,
    struct as_key_uses *out, struct as_why *why)
{
	struct as_key_use_ask ask = {.usage = u,
	    .psl = r->run.psl,
	    .senders = as_data_senders,
	    .now = r->ask.now};

	if (r->ask.lookup != NULL)
		ask.answers = as_lookup_answers(r->ask.lookup, &ask.n_answers);
	return as_key_uses_make(r->arena, &ask, out) == AS_OK
	    ? AS_OK
	    : as_why_no_memory(why);
}

enum as_err
as_usage_run_keys(struct as_usage_run *r, const struct as_usage *u,
    struct as_key_uses *out, struct as_why *why)
{
	AS_TRY(keys_make(r, u, out, why));
	if (r->offline || out->n_needs == 0)
		return AS_OK;
	AS_TRY(as_usage_ask_more(&r->ask, out->needs, out->n_needs, why));
	return keys_make(r, u, out, why);
}
