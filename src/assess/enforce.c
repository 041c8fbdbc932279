#include "assess/enforce_private.h"

#include <inttypes.h>

#include "base/banned.h"

#define MAX_NOTES  8
#define LIST_LEAST 10  /* messages by lists, */
#define LIST_SHARE 200 /* and one in so many of ours */

AS_DEFINE_ENUM(enforce_answer, AS_ENFORCE_ANSWER_MAP)
AS_DEFINE_ENUM(enforce_want, AS_ENFORCE_WANT_MAP)
AS_DEFINE_ENUM(usage_scope, AS_USAGE_SCOPE_MAP)

/* --- replay --- */

static void
replay(struct as_enforce_work *w)
{
	const struct as_usage *u = w->e->usage;
	struct as_enforce_scope *s = w->s;

	for (size_t i = 0; i < u->n_sources; i++) {
		const struct as_usage_count *c = &u->sources[i].count[s->scope];
		struct as_enforce_replay *r = &s->replay[u->sources[i].class];
		uint64_t failing = c->messages - c->passed;

		r->messages += c->messages;
		r->failing += failing;
		r->stopped += c->stopped < failing ? c->stopped : failing;
		if (!as_usage_is_legitimate(&u->sources[i]))
			continue;
		s->good.messages += c->messages;
		s->good.passed += c->passed;
		s->good.dkim += c->dkim;
		s->good.spf += c->spf;
		s->good.stopped += c->stopped;
	}
	s->bound = as_enforce_bound(s->good.passed, s->good.messages);
	s->silent = s->good.messages == 0 &&
	    s->replay[AS_USAGE_FORWARDER].messages == 0;
}

/* Copies that lists send change the mail and fail. */
static bool
has_lists(const struct as_usage *u)
{
	uint64_t lists = 0, good = 0;

	for (size_t i = 0; i < u->n_sources; i++) {
		const struct as_usage_source *s = &u->sources[i];

		if (s->class == AS_USAGE_FORWARDER)
			lists += s->all.messages - s->all.passed;
		if (as_usage_is_legitimate(s))
			good += s->all.messages;
	}
	return lists >= LIST_LEAST && lists >= good / LIST_SHARE;
}

/* --- the policy in force --- */

/* Of three tags the one that holds in a scope. */
static struct as_str
policy_of(enum as_usage_scope scope, struct as_str p, struct as_str sp,
    struct as_str np, bool *inherited)
{
	struct as_str own = scope == AS_USAGE_P ? p
	    : scope == AS_USAGE_SP              ? sp
						: np;

	*inherited = own.n == 0;
	if (own.n == 0 && scope == AS_USAGE_NP)
		own = sp;
	return own.n > 0 ? own : p;
}

static void
policy_find(struct as_enforce_work *w)
{
	const struct as_usage_policy *r = &w->e->usage->policy;
	const struct as_policy_now *n = &w->e->now;
	struct as_enforce_scope *s = w->s;

	s->reported = policy_of(s->scope, r->p, r->sp, r->np, &s->inherited);
	s->policy = s->reported;
	if (n->known)
		s->policy =
		    policy_of(s->scope, n->p, n->sp, n->np, &s->inherited);
}

static bool
is_at(const struct as_enforce_scope *s, const char *policy)
{
	return as_str_is(s->policy, policy);
}

/* --- the answer --- */

static void
answer(struct as_enforce_work *w, enum as_enforce_answer a, const char *fmt,
    const char *word)
{
	w->s->answer = a;
	w->s->why = as_str_printf(w->a, fmt, word);
	if (as_str_is_null(w->s->why))
		w->err = AS_ENOMEM;
}

static bool
has_want(const struct as_enforce_step *step, enum as_enforce_want want)
{
	for (size_t i = 0; i < step->n_reasons; i++)
		if (step->reasons[i].want == want)
			return true;
	return false;
}

static const char *
tag_of(const struct as_enforce_scope *s)
{
	return as_usage_scope_text(s->scope);
}

static void
silent_answer(struct as_enforce_work *w)
{
	if (is_at(w->s, "reject"))
		answer(w, AS_ENFORCE_NOTHING,
		    "no mail of yours is seen, and %s=reject stands already",
		    tag_of(w->s));
	else if (w->s->reject.ready)
		answer(w, AS_ENFORCE_REJECT_AT_ONCE,
		    w->s->scope == AS_USAGE_P
			? "no mail of yours is seen: publish %s=reject at "
			  "once, "
			  "a null MX and the SPF record \"v=spf1 -all\""
			: "no mail of yours is seen: publish %s=reject at once",
		    tag_of(w->s));
	else
		answer(w, AS_ENFORCE_NOT_YET,
		    "no mail of yours is seen so far; if you know that nobody "
		    "sends as it, publish %s=reject at once",
		    tag_of(w->s));
}

static void
enforced_answer(struct as_enforce_work *w, const struct as_enforce_step *now)
{
	bool reject = is_at(w->s, "reject");

	if (has_want(now, AS_WANT_SOURCE))
		answer(w, AS_ENFORCE_MEND,
		    "%s is in force and your own mail is lost: mend the "
		    "sources below",
		    reject ? "reject" : "quarantine");
	else if (reject)
		answer(w, AS_ENFORCE_NOTHING,
		    "%s=reject stands, and no "
		    "source of yours suffers from it",
		    tag_of(w->s));
	else if (w->s->reject.ready)
		answer(w, AS_ENFORCE_REJECT,
		    "your mail passes: publish %s=reject", tag_of(w->s));
	else
		answer(w, AS_ENFORCE_NOT_YET,
		    "stay at quarantine: %s=reject would come too early",
		    tag_of(w->s));
}

static void
scope_answer(struct as_enforce_work *w)
{
	struct as_enforce_scope *s = w->s;

	if (w->e->usage->first > w->e->usage->last)
		answer(w, AS_ENFORCE_NO_REPORTS,
		    "no report tells of mail of these days%s", "");
	else if (s->silent)
		silent_answer(w);
	else if (is_at(s, "reject"))
		enforced_answer(w, &s->reject);
	else if (is_at(s, "quarantine"))
		enforced_answer(w, &s->quarantine);
	else if (s->quarantine.ready)
		answer(w, AS_ENFORCE_QUARANTINE,
		    s->reject.ready
			? "your mail passes: publish %s=quarantine, and if "
			  "nothing is missed for 14 days, reject"
			: "your mail passes: publish %s=quarantine; reject "
			  "would come too early",
		    tag_of(s));
	else
		answer(w, AS_ENFORCE_NOT_YET,
		    "%s=quarantine would come too early", tag_of(s));
}

/* --- notes --- */

static void
note(struct as_enforce_work *w, struct as_str text)
{
	if (as_str_is_null(text))
		w->err = AS_ENOMEM;
	else if (w->e->n_notes < MAX_NOTES)
		w->e->notes[w->e->n_notes++] = text;
}

/* The record: as DNS has it, else as it was seen last. */
static void
record_notes(struct as_enforce_work *w)
{
	const struct as_usage_policy *r = &w->e->usage->policy;
	const struct as_policy_now *n = &w->e->now;

	if (n->known && !n->there)
		note(w,
		    AS_STR("DNS has no DMARC record of the domain's own now "
			   "that can be used: publish one, with rua"));
	if (n->known ? n->has_pct : r->pct.n > 0 && !as_str_is(r->pct, "100"))
		note(w,
		    AS_STR("the record has pct: take it out, RFC 9989 no "
			   "longer knows it"));
	if (n->known ? n->testing : as_str_is(r->testing, "y"))
		note(w,
		    AS_STR("the record has t=y: receivers apply one step less "
			   "than it says"));
}

static void
notes_make(struct as_enforce_work *w)
{
	const struct as_usage *u = w->e->usage;

	record_notes(w);
	if (u->we_pass + u->they_pass > 0)
		note(w,
		    as_str_printf(w->a,
			"%" PRIu64 " messages are counted as failing because "
			"the receiver's "
			"word and its own results differ, most of them told "
			"by " AS_STR_FMT,
			u->we_pass + u->they_pass,
			AS_STR_ARG(as_str_slice(u->disputes, 0, 100))));
	if (u->beyond > 0)
		note(w,
		    as_str_printf(w->a,
			"%" PRIu64 " messages came from more addresses than "
			"are told apart",
			u->beyond));
	if (u->guessed > 0)
		note(w,
		    as_str_printf(w->a,
			"%" PRIu64
			" messages are of names below of which it is "
			"not known whether they exist: those that never passed "
			"count to np, the others to sp",
			u->guessed));
}

enum as_err
as_enforce_judge(struct as_arena *a, const struct as_usage *usage,
    const struct as_policy_now *now, int64_t today, struct as_enforce **out)
{
	struct as_enforce_work w = {.a = a, .e = AS_NEW(a, struct as_enforce)};

	if (w.e == NULL)
		return AS_ENOMEM;
	w.e->usage = usage;
	if (now != NULL)
		w.e->now = *now;
	w.e->today = today;
	w.e->lists = has_lists(usage);
	w.e->notes = as_arena_array(a, MAX_NOTES, sizeof(*w.e->notes));
	if (w.e->notes == NULL)
		return AS_ENOMEM;
	for (int i = 0; i < AS_USAGE_SCOPES; i++) {
		w.s = &w.e->scopes[i];
		w.s->scope = (enum as_usage_scope)i;
		policy_find(&w);
		replay(&w);
		as_enforce_step_judge(&w, &w.s->quarantine, false);
		as_enforce_step_judge(&w, &w.s->reject, true);
		scope_answer(&w);
	}
	notes_make(&w);
	*out = w.e;
	return w.err;
}
