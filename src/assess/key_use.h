/*
 * assess/key_use - the DKIM keys of a domain: those that reports tell of, each
 * with what DNS publishes now, and those published that no report tells of.
 *
 * Pure: it asks for lookups and never makes them.  The answers there are go in;
 * where more are needed the list ends with them, and is made again once they are
 * known.
 */
#ifndef AS_ASSESS_KEY_USE_H
#define AS_ASSESS_KEY_USE_H

#include "assess/case.h"
#include "assess/usage.h"
#include "std/need.h"

#define AS_KEY_STATE_MAP(X) \
	X(AS_KEY_NOT_ASKED, "not-asked") \
	X(AS_KEY_UNKNOWN, "unknown") /* DNS gave no clear answer */ \
	X(AS_KEY_ABSENT, "absent") \
	X(AS_KEY_UNUSABLE, "unusable") \
	X(AS_KEY_REVOKED, "revoked") \
	X(AS_KEY_PUBLISHED, "published")
AS_DECLARE_ENUM(key_state, AS_KEY_STATE_MAP);

struct as_key_use {
	struct as_str signer, selector; /* selector empty: not told */
	bool own;                       /* of the domain's organization */
	uint64_t messages, passed;
	int64_t first, last; /* day; first > last: in no report */
	enum as_key_state state;
	struct as_str alg;     /* "rsa"; empty: no key was read */
	uint32_t bits;         /* 0: no key was read */
	bool testing;          /* t=y */
	struct as_str service; /* that the name is an alias of, or empty */
	bool act;              /* something should be done */
	struct as_str text;    /* a sentence, escaped; may be empty */
};

#define AS_KEY_USES_ASKED 100 /* keys looked up, most messages first */

struct as_key_use_ask {
	const struct as_usage *usage;
	const void *psl;                 /* as in as_usage_options */
	struct as_str senders;           /* data/senders.tsv */
	const struct as_case *now;       /* the domain as DNS has it, or NULL */
	const struct as_answer *answers; /* so far */
	size_t n_answers;
};

struct as_key_uses {
	struct as_need *needs; /* not answered yet */
	size_t n_needs;
	struct as_key_use *list; /* our own first, then most messages first */
	size_t n;
	size_t others; /* of the list, those that are not our own */
};

/* AS_OK, also when more could be known; AS_ENOMEM. */
AS_MUST_USE enum as_err as_key_uses_make(struct as_arena *a,
    const struct as_key_use_ask *ask, struct as_key_uses *out);

#endif
