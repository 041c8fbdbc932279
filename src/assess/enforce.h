/*
 * assess/enforce - may a domain move on to p=quarantine or p=reject, what would
 * be lost and what stopped, and what would change the answer?
 *
 * Pure, over what assess/usage made of the reports.  Judged by source and only
 * by those held to be legitimate: a heavily forged domain is not held back by its
 * forgers, and a rare mailer is not outvoted by a busy one.  `pct` is never
 * advised: receivers of RFC 9989 do not know it.
 */
#ifndef AS_ASSESS_ENFORCE_H
#define AS_ASSESS_ENFORCE_H

#include "assess/usage_now.h"

/* X(code, name) */
#define AS_ENFORCE_ANSWER_MAP(X) \
	X(AS_ENFORCE_NO_REPORTS, "no-reports") \
	X(AS_ENFORCE_NOTHING, "nothing-to-do") \
	X(AS_ENFORCE_NOT_YET, "not-yet") \
	X(AS_ENFORCE_MEND, "mend") /* enforced, and it loses good mail */ \
	X(AS_ENFORCE_QUARANTINE, "move-to-quarantine") \
	X(AS_ENFORCE_REJECT, "move-to-reject") \
	X(AS_ENFORCE_REJECT_AT_ONCE, "reject-at-once") /* nobody sends */
AS_DECLARE_ENUM(enforce_answer, AS_ENFORCE_ANSWER_MAP);

/* What stands in the way; stable names. */
#define AS_ENFORCE_WANT_MAP(X) \
	X(AS_WANT_WINDOW, "window") \
	X(AS_WANT_FRESH, "no-new-reports") \
	X(AS_WANT_REPORTERS, "reporters") \
	X(AS_WANT_SOURCE, "source-fails") \
	X(AS_WANT_PROOF, "too-little-mail") \
	X(AS_WANT_UNKNOWN, "unknown-sources") \
	X(AS_WANT_SETTLED, "new-source") \
	X(AS_WANT_CYCLE, "sending-cycle") \
	X(AS_WANT_POLICY, "policy-changed") \
	X(AS_WANT_SEEN, "policy-not-seen") /* what DNS has now */ \
	X(AS_WANT_DKIM, "spf-alone") \
	X(AS_WANT_LISTS, "mailing-lists")
AS_DECLARE_ENUM(enforce_want, AS_ENFORCE_WANT_MAP);

/* What would change the answer. */
struct as_enforce_reason {
	enum as_enforce_want want;
	const struct as_usage_source *source; /* or NULL */
	struct as_str text;                   /* a sentence */
};

/* Quarantine or reject, for one scope. */
struct as_enforce_step {
	bool ready;
	struct as_enforce_reason *reasons; /* against it */
	size_t n_reasons;
};

/* Messages of one class that fail DMARC: all that a policy acts on. */
struct as_enforce_replay {
	uint64_t messages, failing;
	uint64_t stopped; /* of the failing: already, as receivers told */
};

struct as_enforce_scope {
	enum as_usage_scope scope;
	struct as_str policy;       /* in force, as DNS has it, or as reports
	                               saw it last: "none", "" */
	struct as_str reported;     /* as reports saw it last */
	bool inherited;             /* from a policy above: sp from p ... */
	bool silent;                /* no legitimate mail at all */
	struct as_usage_count good; /* ours and third parties */
	double bound; /* lower 95 % bound of its share that passes; 0 to 1 */
	struct as_enforce_replay replay[AS_USAGE_CLASSES];
	struct as_enforce_step quarantine, reject;
	enum as_enforce_answer answer;
	struct as_str why; /* one sentence */
};

struct as_enforce {
	const struct as_usage *usage;
	struct as_policy_now now;
	int64_t today;
	struct as_enforce_scope scopes[AS_USAGE_SCOPES];
	bool lists;           /* people of the domain post to mailing lists */
	struct as_str *notes; /* sentences */
	size_t n_notes;
};

/* Judge.  `now` is what DNS publishes (NULL: not asked); `today` is a day.
 * AS_ENOMEM. */
AS_MUST_USE enum as_err as_enforce_judge(struct as_arena *a,
    const struct as_usage *usage, const struct as_policy_now *now,
    int64_t today, struct as_enforce **out);

/* The lower bound of a share at 95 % confidence, one-sided, by Wilson's score;
 * 0 for no messages. */
double as_enforce_bound(uint64_t passed, uint64_t messages);

/* How many messages, with `failed` of them failing, bring that bound to `bar`;
 * UINT64_MAX: more than can be. */
uint64_t as_enforce_needed(uint64_t failed, double bar);

/* "98.6", cut and not rounded: 99.96 is not 100. */
#define AS_SHARE_TEXT 16
const char *as_share_text(double share, char buf[AS_SHARE_TEXT]);

#endif
