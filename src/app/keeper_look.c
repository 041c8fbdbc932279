#include "app/keeper_look.h"

#include "assess/settle.h"
#include "base/limits.h"
#include "model/steady.h"

#include "base/banned.h"

#define RETRIES_MOST 6  /* doublings of the wait */
#define CHANGED_PART 4  /* after a change: in a part of the usual time */
#define JITTER_PART  10 /* of the wait, so that rounds spread out */

/* --- the state in the database --- */

static enum as_err
facts_parse(struct as_arena *a, struct as_str text, int64_t at_ms,
    const struct as_facts **out, struct as_why *why)
{
	void *v;

	if (text.n == 0)
		return AS_OK;
	AS_TRY(as_codec_parse(
	    a, &as_shape_facts, text, AS_MAX_FACTS_OCTETS, &v, why));
	as_facts_date(v, at_ms);
	*out = v;
	return AS_OK;
}

static enum as_err
state_parse(struct as_desk *d, const struct as_watched *w,
    struct as_settle *out, struct as_why *why)
{
	void *verdicts;

	AS_TRY(facts_parse(d->arena, w->known, w->judged_ms, &out->known, why));
	AS_TRY(facts_parse(
	    d->arena, w->pending, w->looked * 1000, &out->pending, why));
	AS_TRY(as_codec_parse(d->arena, &as_shape_verdicts, w->verdicts,
	    AS_MAX_FACTS_OCTETS, &verdicts, why));
	out->verdicts = *(const struct as_verdicts *)verdicts;
	out->judged_ms = w->judged_ms;
	out->looks = w->looks;
	return AS_OK;
}

/* What is damaged is told, and the domain begins anew. */
static enum as_err
state_read(struct as_desk *d, struct as_str domain, struct as_settle *out,
    struct as_why *why)
{
	struct as_watched w;
	struct as_why damage = {.text = ""};
	enum as_err err =
	    as_watched_get(d->watched, d->arena, domain, &w, &damage);

	*out = (struct as_settle){0};
	if (err == AS_OK)
		err = state_parse(d, &w, out, &damage);
	if (err == AS_OK || (err == AS_EABSENT && out->known == NULL))
		return AS_OK;
	if (err == AS_EIO || err == AS_ENOMEM)
		return as_why_set(why, err, AS_WHY_NOWHERE, "%s", damage.text);
	as_log(d->config->log, AS_LOG_WARN,
	    AS_STR_FMT ": what was known of it cannot be read (%s); it begins "
		       "anew",
	    AS_STR_ARG(domain), damage.text);
	*out = (struct as_settle){0};
	return AS_OK;
}

static enum as_err
text_of(struct as_arena *a, const struct as_shape *shape, const void *v,
    struct as_str *out, struct as_why *why)
{
	struct as_buf b;

	as_buf_init(&b, AS_MAX_FACTS_OCTETS);
	as_codec_print(&b, shape, v, AS_JSON_COMPACT);
	*out = as_buf_ok(&b) ? as_str_dup(a, as_buf_str(&b)) : AS_STR_NULL;
	as_buf_fini(&b);
	return as_str_is_null(*out) ? as_why_no_memory(why) : AS_OK;
}

static enum as_err
facts_text(struct as_desk *d, const struct as_facts *facts, struct as_str *out,
    struct as_why *why)
{
	const struct as_facts *steady = as_facts_steady(d->arena, facts);

	if (steady == NULL)
		return as_why_no_memory(why);
	return text_of(d->arena, &as_shape_facts, steady, out, why);
}

static enum as_err
state_write(struct as_desk *d, struct as_str domain, int64_t looked,
    const struct as_settle *s, struct as_why *why)
{
	struct as_watched w = {.domain = domain,
	    .looked = looked,
	    .judged_ms = s->judged_ms,
	    .looks = s->looks};

	AS_TRY(facts_text(d, s->known, &w.known, why));
	if (s->pending != NULL)
		AS_TRY(facts_text(d, s->pending, &w.pending, why));
	AS_TRY(text_of(
	    d->arena, &as_shape_verdicts, &s->verdicts, &w.verdicts, why));
	return as_watched_put(d->watched, &w, why);
}

/* --- when to look again --- */

/* Could something not be tested? */
static bool
is_part(const struct as_facts *facts)
{
	if (facts->domain->outcome != AS_SUBJECT_DONE)
		return true;
	for (size_t i = 0; i < facts->domain->n_answers; i++)
		if (!as_answer_is_known(&facts->domain->answers[i]) &&
		    facts->domain->answers[i].outcome != AS_DNS_BOGUS)
			return true;
	for (size_t i = 0; i < facts->n_hosts; i++)
		if (facts->hosts[i].outcome != AS_SUBJECT_DONE)
			return true;
	return false;
}

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* A tenth earlier or later, by the name and the day. */
static int64_t
jitter(struct as_str domain, int64_t now, int64_t wait)
{
	uint64_t h = (uint64_t)now / 86400;
	int64_t most = wait / JITTER_PART;

	for (size_t i = 0; i < domain.n; i++)
		h = h * 31 + (uint8_t)domain.p[i];
	return most > 0 ? (int64_t)(h % (uint64_t)(2 * most)) - most : 0;
}

struct plan {
	int64_t next;
	enum as_job_reason reason;
	unsigned fails;
};

static struct plan
plan_make(const struct as_desk *d, const struct as_facts *facts,
    const struct as_settle *s, bool changed, unsigned fails, int64_t now)
{
	const struct as_rhythm *r = &d->config->rhythm;
	struct plan p = {.reason = AS_JOB_ROUTINE};
	int64_t wait = r->every;

	if (is_part(facts)) {
		p.fails = fails + 1;
		p.reason = AS_JOB_RETRY;
		wait = smaller(wait,
		    r->retry << (fails < RETRIES_MOST ? fails : RETRIES_MOST));
	} else if (changed) {
		wait = wait / CHANGED_PART;
	}
	if (s->pending != NULL) {
		p.reason = AS_JOB_CONFIRM;
		wait = smaller(wait, r->confirm * (int64_t)s->looks);
	}
	p.next = now + wait + jitter(facts->domain->name, now, wait);
	return p;
}

/* --- the look --- */

static enum as_err
events_keep(struct as_desk *d, struct as_str domain, int64_t now,
    const struct as_events *told, struct as_why *why)
{
	for (size_t i = 0; i < told->n_list; i++) {
		int64_t id;

		AS_TRY(as_event_put(
		    d->watched, domain, now, &told->list[i], &id, why));
	}
	return AS_OK;
}

/* What was seen, whatever came of it; judged is what is known. */
static enum as_err
history_keep(struct as_desk *d, const struct as_facts *facts,
    const struct as_settle *s, struct as_why *why)
{
	AS_TRY(as_history_keep(d->history, facts, why));
	return as_history_judged(d->history, facts->domain->name, &s->verdicts,
	    facts->domain->at / 1000, why);
}

/* The job, while the lease is this attempt's; else the look does not count. */
static enum as_err
job_give_back(struct as_desk *d, const struct as_facts *facts, int64_t attempt,
    const struct plan *plan, int64_t now, struct as_why *why)
{
	struct as_lease lease = {
	    .domain = facts->domain->name, .attempt = attempt};

	return as_job_done(
	    d->store, &lease, now, plan->next, plan->reason, plan->fails, why);
}

enum as_err
as_desk_look(struct as_desk *d, const struct as_facts *facts, int64_t attempt,
    enum as_role role, int64_t now, struct as_why *why)
{
	struct as_assess_options options =
	    as_run_options(d->config->run, facts);
	struct as_str domain = facts->domain->name;
	struct as_settle state;
	struct as_events told;
	struct plan plan;
	unsigned fails = 0;
	enum as_err err;

	options.role = role;
	as_arena_reset(d->arena);
	err = as_job_fails(d->store, domain, attempt, &fails, why);
	if (err == AS_EABSENT)
		return AS_OK;
	AS_TRY(err);
	AS_TRY(state_read(d, domain, &state, why));
	if (as_settle_look(d->arena, &state, facts, &options, &told) != AS_OK)
		return as_why_no_memory(why);
	plan = plan_make(d, facts, &state, told.n_list > 0, fails, now);
	AS_TRY(job_give_back(d, facts, attempt, &plan, now, why));
	AS_TRY(events_keep(d, domain, now, &told, why));
	AS_TRY(history_keep(d, facts, &state, why));
	return state_write(d, domain, now, &state, why);
}
