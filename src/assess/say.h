/*
 * assess/say - how a rule puts a finding into words.
 *
 * A rule says at least one thing.  What it says goes to a list; memory faults
 * are kept aside in `err` and asked once at the end, so that rules stay short.
 * Texts from the network must have gone through as_say_esc.
 */
#ifndef AS_ASSESS_SAY_H
#define AS_ASSESS_SAY_H

#include "assess/case.h"
#include "assess/plan.h"
#include "base/buf.h"

struct as_said {
	struct as_finding f;     /* first: as_say hands out &f */
	size_t rule;             /* index in the catalogue */
	enum as_plan_part waits; /* for its record */
	struct as_said *next;
};

/* What a rule came to, over all its subjects. */
struct as_result {
	bool said[AS_VERDICT_UNKNOWN + 1];
	bool untested; /* not applicable only because it was not to be tested */
	const struct as_finding *first[AS_VERDICT_UNKNOWN + 1];
};

struct as_say {
	const struct as_case *c;
	const struct as_rule_info *rule;
	size_t index;
	struct as_str subject; /* of the next finding; empty: the domain */
	struct as_str whole;   /* the domain as a subject */
	struct as_said *head, **tail;
	size_t n;
	struct as_result *result; /* of this rule */
	const struct as_answer
	    *cause_of;        /* as_cause_answer: the last it told */
	struct as_str cause;  /* why that is not known */
	struct as_plan plan;  /* what rules want of the records */
	struct as_said spare; /* written to when memory is out */
	enum as_err err;
};

/* A finding of the rule at work, with its title.  Never NULL. */
struct as_finding *as_say(struct as_say *o, enum as_verdict verdict,
    const char *fmt, ...) AS_PRINTF(3, 4);

void as_say_evidence(struct as_say *o, struct as_finding *f, const char *fmt,
    ...) AS_PRINTF(3, 4);
void as_say_advice(struct as_say *o, struct as_finding *f, const char *fmt, ...)
    AS_PRINTF(3, 4);

/* The record to publish; texts are octets and get escaped here.  A proposed
 * text of AS_STR_NULL leaves the record out. */
void as_say_record(struct as_say *o, struct as_finding *f, struct as_str name,
    const char *type, struct as_str current, struct as_str proposed);

/* The finding gets the one record proposed for its name when all rules have
 * spoken (assess/plan). */
void as_say_waits(struct as_finding *f, enum as_plan_part part);

/* One sentence more of advice. */
void as_say_advice_more(
    struct as_say *o, struct as_finding *f, const char *sentence);

/* It could not be tested; `cause` is one clause (assess/cause). */
void as_say_unknown(struct as_say *o, struct as_str cause);
void as_say_unknown_answer(struct as_say *o, const struct as_answer *ans);

/* Is there no record of the set?  Else said that it is not known, or, with these
 * words, that all is well. */
bool as_say_is_none(
    struct as_say *o, const struct as_txt_set *set, const char *pass);

/* The rule has nothing to judge here. */
void as_say_na(struct as_say *o, const char *reason);

/* It was not to be tested (--only dns). */
void as_say_untested(struct as_say *o);

void as_say_pass(struct as_say *o, const char *fmt, ...) AS_PRINTF(2, 3);

/* Escaped; cut with "..." past AS_SHOWN_OCTETS. */
struct as_str as_say_esc(struct as_say *o, struct as_str s);

/* Escaped, however long. */
struct as_str as_say_whole(struct as_say *o, struct as_str s);

/* Formatted text, a NUL behind it; notes a memory fault. */
struct as_str as_say_text(struct as_say *o, const char *fmt, ...)
    AS_PRINTF(2, 3);

/* What was built in the buffer, as text of the arena; the buffer is freed.
 * AS_STR_NULL when it did not fit its cap. */
struct as_str as_say_take(struct as_say *o, struct as_buf *b);

/* Items joined for the evidence; of more than AS_SHOWN_ITEMS the rest is only
 * counted. */
#define AS_SHOWN_ITEMS 8
struct as_list {
	const char *between; /* ", " */
	struct as_str text;
	size_t n;
};

void as_list_add(struct as_say *o, struct as_list *l, struct as_str item);

/* The list, with "and N more" at its end when it was cut; "none" when empty. */
struct as_str as_list_text(struct as_say *o, const struct as_list *l);

/* Octets of several texts, escaped, as such a list. */
struct as_str as_list_of(
    struct as_say *o, const char *between, const struct as_str *v, size_t n);

#endif
