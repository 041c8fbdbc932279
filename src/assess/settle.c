#include "assess/settle.h"

#include "assess/change.h"
#include "assess/last_known.h"
#include "assess/verdicts.h"

#include "base/banned.h"

struct work {
	struct as_arena *a;
	const struct as_assess_options *options;
	struct as_settle next;
	struct as_events *told;
};

static enum as_err
judge(struct work *w, const struct as_facts *facts, int64_t now_ms,
    struct as_verdicts *out)
{
	struct as_assess_options options = *w->options;
	struct as_assessment *as;

	options.now_ms = now_ms;
	AS_TRY(as_assess(w->a, facts, &options, &as));
	return as_verdicts_of(w->a, as, out);
}

/* One unknown verdict among those judged now is that of before. */
static enum as_err
judge_on(struct work *w, const struct as_facts *facts, int64_t now_ms,
    const struct as_verdicts *before, struct as_verdicts *out)
{
	struct as_verdicts judged;

	AS_TRY(judge(w, facts, now_ms, &judged));
	return as_last_verdicts(w->a, before, &judged, out);
}

/* What the same facts are worth today. */
static enum as_err
judge_anew(struct work *w)
{
	struct as_settle *s = &w->next;
	struct as_str name = s->known->domain->name;
	struct as_verdicts then = s->verdicts, now;

	if (!as_str_is(then.rules_version, as_rules_version())) {
		AS_TRY(
		    judge_on(w, s->known, s->judged_ms, &s->verdicts, &then));
		AS_TRY(as_change_verdicts(w->a, name, &s->verdicts, &then,
		    AS_EVENT_BY_RULES, w->told));
	}
	AS_TRY(judge_on(w, s->known, w->options->now_ms, &then, &now));
	AS_TRY(as_change_verdicts(
	    w->a, name, &then, &now, AS_EVENT_BY_TIME, w->told));
	s->verdicts = now;
	s->judged_ms = w->options->now_ms;
	return AS_OK;
}

/* All that is different, with the verdicts that go with it. */
static enum as_err
differ(struct work *w, const struct as_facts *before,
    const struct as_facts *after, const struct as_verdicts *was,
    struct as_verdicts *is, struct as_events *out)
{
	AS_TRY(judge_on(w, after, w->options->now_ms, was, is));
	AS_TRY(as_change_facts(w->a, before, after, w->options, out));
	return as_change_verdicts(
	    w->a, after->domain->name, was, is, AS_EVENT_BY_DOMAIN, out);
}

/* Certificates that take turns, and the like, need not agree. */
static bool
agree(const struct as_events *between)
{
	for (size_t i = 0; i < between->n_list; i++)
		if (between->list[i].turn != AS_EVENT_NEITHER)
			return false;
	return true;
}

static enum as_err
tell(struct work *w, const struct as_events *events)
{
	struct as_events *told = w->told;
	size_t n = told->n_list + events->n_list;
	struct as_event *list = as_arena_array(w->a, n, sizeof(*list));

	if (list == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < n; i++)
		list[i] = i < told->n_list ? told->list[i]
					   : events->list[i - told->n_list];
	told->list = list;
	told->n_list = n;
	told->cut |= events->cut;
	return AS_OK;
}

static void
wait_for_more(struct work *w, const struct as_facts *look)
{
	w->next.pending = look;
	w->next.looks++;
}

static void
settled(struct work *w, const struct as_facts *look,
    const struct as_verdicts *verdicts)
{
	w->next.known = look;
	w->next.verdicts = *verdicts;
	w->next.pending = NULL;
	w->next.looks = 0;
}

static enum as_err
compare(struct work *w, const struct as_facts *look)
{
	struct as_settle *s = &w->next;
	struct as_events events = {0}, between = {0};
	struct as_verdicts verdicts, was;

	AS_TRY(differ(w, s->known, look, &s->verdicts, &verdicts, &events));
	if (events.n_list == 0) {
		settled(w, look, &verdicts);
		return AS_OK;
	}
	if (s->pending == NULL) {
		wait_for_more(w, look);
		return AS_OK;
	}
	AS_TRY(judge_on(w, s->pending, w->options->now_ms, &s->verdicts, &was));
	AS_TRY(differ(
	    w, s->pending, look, &was, &(struct as_verdicts){0}, &between));
	if (!agree(&between) && s->looks + 1 < AS_SETTLE_LOOKS) {
		wait_for_more(w, look);
		return AS_OK;
	}
	settled(w, look, &verdicts);
	return tell(w, &events);
}

enum as_err
as_settle_look(struct as_arena *a, struct as_settle *state,
    const struct as_facts *look, const struct as_assess_options *options,
    struct as_events *told)
{
	struct work w = {a, options, *state, told};

	*told = (struct as_events){0};
	if (state->known == NULL) {
		w.next.known = look;
		w.next.judged_ms = options->now_ms;
		AS_TRY(judge(&w, look, options->now_ms, &w.next.verdicts));
	} else {
		AS_TRY(as_last_known(a, state->known, look, &look));
		AS_TRY(judge_anew(&w));
		AS_TRY(compare(&w, look));
	}
	*state = w.next;
	return AS_OK;
}
