/*
 * What stands against the next step.
 */
#include <inttypes.h>
#include <stdio.h>

#include "assess/enforce_private.h"

#include "base/buf.h"

#include "base/banned.h"

#define WINDOW_DAYS   30
#define FRESH_DAYS    10
#define REPORTERS     2
#define SETTLED_DAYS  14
#define CYCLE_DAYS    35 /* one mailing only: a month may be its cycle */
#define BURST_DAYS    7
#define SMALL         10
#define UNKNOWN_SHARE 200 /* one in so many */
#define LIST_DAYS     30
#define SHOWN_UNKNOWN 3
#define REASON_OCTETS 1024

void
as_enforce_say(struct as_enforce_work *w, struct as_enforce_step *step,
    enum as_enforce_want want, const struct as_usage_source *source,
    const char *fmt, ...)
{
	struct as_enforce_reason *r;
	struct as_buf b;
	va_list ap;

	as_buf_init(&b, REASON_OCTETS);
	va_start(ap, fmt);
	as_buf_vprintf(&b, fmt, ap);
	va_end(ap);
	r = as_arena_array(w->a, step->n_reasons + 1, sizeof(*r));
	if (r != NULL) {
		for (size_t i = 0; i < step->n_reasons; i++)
			r[i] = step->reasons[i];
		r[step->n_reasons] = (struct as_enforce_reason){
		    want, source, as_str_dup(w->a, as_buf_str(&b))};
		step->reasons = r;
		if (as_str_is_null(r[step->n_reasons++].text))
			r = NULL;
	}
	if (r == NULL)
		w->err = AS_ENOMEM;
	as_buf_fini(&b);
}

static const struct as_usage_count *
count_of(const struct as_enforce_work *w, const struct as_usage_source *s)
{
	return &s->count[w->s->scope];
}

/* --- the reports --- */

/* What DNS has now is not what reports saw. */
static bool
is_unseen(const struct as_enforce_work *w)
{
	return w->e->now.known && w->s->reported.n > 0 &&
	    !as_str_eq_case(w->s->policy, w->s->reported);
}

static void
window_judge(struct as_enforce_work *w, struct as_enforce_step *step)
{
	const struct as_usage *u = w->e->usage;
	int64_t days = u->last - u->first + 1;
	char text[AS_DAY_TEXT];

	if (days < WINDOW_DAYS)
		as_enforce_say(w, step, AS_WANT_WINDOW, NULL,
		    "reports cover %" PRId64 " days, %d are needed: ask again "
		    "on %s, or look further back with --days",
		    days, WINDOW_DAYS,
		    as_day_text(u->last + WINDOW_DAYS - days + 1, text));
	if (w->e->today - u->last > FRESH_DAYS)
		as_enforce_say(w, step, AS_WANT_FRESH, NULL,
		    "the newest report is of %s: see whether the address in "
		    "rua still takes reports",
		    as_day_text(u->last, text));
	if (is_unseen(w))
		as_enforce_say(w, step, AS_WANT_SEEN, NULL,
		    "DNS has %s" AS_STR_FMT " now for %s, the newest reports "
		    "(%s) saw " AS_STR_FMT
		    ": wait until they have seen it for %d days",
		    w->s->policy.n > 0 ? "" : "no policy",
		    AS_STR_ARG(w->s->policy), as_usage_scope_text(w->s->scope),
		    as_day_text(u->last, text),
		    AS_STR_ARG(as_str_slice(w->s->reported, 0, 20)),
		    SETTLED_DAYS);
	else if (u->policy.since > u->first &&
	    w->e->today - u->policy.since < SETTLED_DAYS)
		as_enforce_say(w, step, AS_WANT_POLICY, NULL,
		    "the policy changed on %s: wait until it has stood for %d "
		    "days",
		    as_day_text(u->policy.since, text), SETTLED_DAYS);
}

static void
reporters_judge(struct as_enforce_work *w, struct as_enforce_step *step)
{
	const struct as_usage *u = w->e->usage;
	size_t n = 0;

	for (size_t i = 0; i < u->n_reporters; i++)
		n += u->reporters[i].messages > 0;
	if (n < REPORTERS)
		as_enforce_say(w, step, AS_WANT_REPORTERS, NULL,
		    "reports come from %zu receiver%s, %d are needed to see "
		    "more than one of them",
		    n, n == 1 ? "" : "s", REPORTERS);
}

/* --- legitimate sources --- */

/* Mail that fails, and how it could be mended. */
static void
share_judge(struct as_enforce_work *w, struct as_enforce_step *step,
    const struct as_usage_source *s, double bar)
{
	const struct as_usage_count *c = count_of(w, s);
	double bound = as_enforce_bound(c->passed, c->messages);
	char share[AS_SHARE_TEXT], sure[AS_SHARE_TEXT], want[AS_SHARE_TEXT];

	/* Without a failure there may be too little to tell by: then it counts
	 * with all the others. */
	if (c->passed == c->messages || bound >= bar)
		return;
	as_enforce_say(w, step, AS_WANT_SOURCE, s,
	    AS_STR_FMT
	    ": %" PRIu64 " of %" PRIu64 " messages fail (%s %% pass, "
	    "with 95 %% confidence %s %% or more; %s %% are needed): %s",
	    AS_STR_ARG(s->name), c->messages - c->passed, c->messages,
	    as_share_text((double)c->passed / (double)c->messages, share),
	    as_share_text(bound, sure), as_share_text(bar, want),
	    c->dkim < c->passed || c->passed == 0
		? "have it sign all mail with a DKIM key of the domain"
		: "find out which of its mail goes unsigned");
}

static void
cycle_judge(struct as_enforce_work *w, struct as_enforce_step *step,
    const struct as_usage_source *s)
{
	const struct as_usage *u = w->e->usage;
	char first[AS_DAY_TEXT], until[AS_DAY_TEXT];
	bool once = s->last - s->first < BURST_DAYS;

	if (count_of(w, s)->messages < SMALL)
		return;
	if (s->first > u->first && u->last - s->first < SETTLED_DAYS)
		as_enforce_say(w, step, AS_WANT_SETTLED, s,
		    AS_STR_FMT " is new since %s: wait until no source of "
			       "yours is newer than %d days (%s)",
		    AS_STR_ARG(s->name), as_day_text(s->first, first),
		    SETTLED_DAYS, as_day_text(s->first + SETTLED_DAYS, until));
	else if (once && u->last - s->first < CYCLE_DAYS)
		as_enforce_say(w, step, AS_WANT_CYCLE, s,
		    AS_STR_FMT " has sent once, on %s: wait for its next "
			       "mailing, or until %s",
		    AS_STR_ARG(s->name), as_day_text(s->first, first),
		    as_day_text(s->first + CYCLE_DAYS, until));
}

/* Forwarding breaks SPF: what does not sign is lost there. */
static void
dkim_judge(struct as_enforce_work *w, struct as_enforce_step *step,
    const struct as_usage_source *s)
{
	const struct as_usage_count *c = count_of(w, s);

	if (c->messages >= SMALL && c->passed > 0 && c->dkim == 0)
		as_enforce_say(w, step, AS_WANT_DKIM, s,
		    AS_STR_FMT
		    " passes by SPF alone, which no forwarding "
		    "survives: have it sign with a DKIM key of the domain",
		    AS_STR_ARG(s->name));
}

static void
sources_judge(
    struct as_enforce_work *w, struct as_enforce_step *step, bool reject)
{
	const struct as_usage *u = w->e->usage;
	double bar = reject ? AS_ENFORCE_REJECT_BAR : AS_ENFORCE_QUARANTINE_BAR;

	for (size_t i = 0; i < u->n_sources; i++) {
		const struct as_usage_source *s = &u->sources[i];

		if (!as_usage_is_legitimate(s) || count_of(w, s)->messages == 0)
			continue;
		share_judge(w, step, s, bar);
		cycle_judge(w, step, s);
		if (reject)
			dkim_judge(w, step, s);
	}
}

/* All of them together must be enough to tell by. */
static void
proof_judge(struct as_enforce_work *w, struct as_enforce_step *step, double bar)
{
	const struct as_usage_count *c = &w->s->good;
	uint64_t needed = as_enforce_needed(c->messages - c->passed, bar);
	char sure[AS_SHARE_TEXT], want[AS_SHARE_TEXT];

	if (c->messages == 0 || w->s->bound >= bar)
		return;
	for (size_t i = 0; i < step->n_reasons; i++)
		if (step->reasons[i].want == AS_WANT_SOURCE)
			return; /* which says it better */
	as_enforce_say(w, step, AS_WANT_PROOF, NULL,
	    "%" PRIu64 " of %" PRIu64 " legitimate messages pass, which shows "
	    "no more than %s %% with 95 %% confidence; %s %% needs %" PRIu64
	    " messages without a further failure: look further back with "
	    "--days, or wait",
	    c->passed, c->messages, as_share_text(w->s->bound, sure),
	    as_share_text(bar, want), needed);
}

/* --- the others --- */

static void
unknown_names(const struct as_enforce_work *w, struct as_buf *b)
{
	const struct as_usage *u = w->e->usage;
	size_t shown = 0, more = 0;

	for (size_t i = 0; i < u->n_sources; i++) {
		const struct as_usage_source *s = &u->sources[i];
		const struct as_usage_count *c = count_of(w, s);

		if (s->class != AS_USAGE_UNKNOWN || c->messages == 0)
			continue;
		if (shown == SHOWN_UNKNOWN) {
			more++;
			continue;
		}
		as_buf_printf(b, "%s" AS_STR_FMT " (%" PRIu64 ")",
		    shown++ > 0 ? ", " : "",
		    AS_STR_ARG(as_str_slice(s->name, 0, 100)), c->messages);
	}
	if (more > 0)
		as_buf_printf(b, " and %zu more", more);
}

static void
unknown_judge(struct as_enforce_work *w, struct as_enforce_step *step)
{
	uint64_t limit = w->s->good.messages / UNKNOWN_SHARE;
	uint64_t n = w->s->replay[AS_USAGE_UNKNOWN].failing;
	struct as_buf b;

	if (limit < SMALL)
		limit = SMALL;
	if (n < limit)
		return;
	as_buf_init(&b, REASON_OCTETS / 2);
	unknown_names(w, &b);
	as_enforce_say(w, step, AS_WANT_UNKNOWN, NULL,
	    "%" PRIu64
	    " failing messages come from sources that may be yours: " AS_STR_FMT
	    "; fewer than %" PRIu64 " may be left. Say whose they "
	    "are with assay sources --set",
	    n, AS_STR_ARG(as_buf_str(&b)), limit);
	as_buf_fini(&b);
}

/* RFC 9989: not without a month or more at quarantine, if at all. */
static void
lists_judge(struct as_enforce_work *w, struct as_enforce_step *step)
{
	const struct as_usage *u = w->e->usage;

	if (!w->e->lists || w->s->scope != AS_USAGE_P ||
	    as_str_is(w->s->policy, "reject") ||
	    (as_str_is(w->s->policy, "quarantine") && !is_unseen(w) &&
		w->e->today - u->policy.since >= LIST_DAYS))
		return;
	as_enforce_say(w, step, AS_WANT_LISTS, NULL,
	    "people of the domain post to mailing lists, whose copies fail: "
	    "RFC 9989 advises such domains against reject; if you want it all "
	    "the same, stay at quarantine for %d days first and compare",
	    LIST_DAYS);
}

void
as_enforce_step_judge(
    struct as_enforce_work *w, struct as_enforce_step *step, bool reject)
{
	window_judge(w, step);
	if (!w->s->silent)
		reporters_judge(w, step);
	sources_judge(w, step, reject);
	proof_judge(w, step,
	    reject ? AS_ENFORCE_REJECT_BAR : AS_ENFORCE_QUARANTINE_BAR);
	unknown_judge(w, step);
	if (reject)
		lists_judge(w, step);
	step->ready = step->n_reasons == 0;
}
