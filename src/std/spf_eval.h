/*
 * std/spf_eval - check_host(): may this address send mail for this domain? (RFC
 * 7208 4.)
 *
 * Pure: it asks for lookups and never makes them.  The caller tells what it
 * knows of each (name, type); where that is nothing yet, the evaluation ends
 * with a list of what it needs, and is simply run again once that is known.
 * Equal answers give equal verdicts, whatever order they came in.
 */
#ifndef AS_STD_SPF_EVAL_H
#define AS_STD_SPF_EVAL_H

#include "std/need.h"
#include "std/spf.h"

/* Limits of 4.6.4. */
#define AS_SPF_LOOKUPS   10 /* terms that cause lookups */
#define AS_SPF_VOIDS     2  /* of them, those that find nothing */
#define AS_SPF_MX_NAMES  10 /* more is permerror */
#define AS_SPF_PTR_NAMES 10 /* more are ignored */
#define AS_SPF_TIME_MS   20000
#define AS_SPF_NEEDS     10 /* questions asked for at a time */

/* 2.6 */
#define AS_SPF_RESULT_MAP(X) \
	X(NONE, "none") \
	X(NEUTRAL, "neutral") \
	X(PASS, "pass") \
	X(FAIL, "fail") \
	X(SOFTFAIL, "softfail") \
	X(TEMPERROR, "temperror") \
	X(PERMERROR, "permerror")

enum as_spf_result {
#define AS_SPF_ENUM(code, text) AS_SPF_RESULT_##code,
	AS_SPF_RESULT_MAP(AS_SPF_ENUM)
#undef AS_SPF_ENUM
};

const char *as_spf_result_text(enum as_spf_result r); /* static */

/* What became of a term. */
#define AS_SPF_OUTCOME_MAP(X) \
	X(NO_MATCH, "no-match") \
	X(MATCH, "match") \
	X(ERROR, "error") \
	X(USED, "used")       /* redirect, exp */ \
	X(IGNORED, "ignored") /* exp that leads to no text */

enum as_spf_outcome {
#define AS_SPF_ENUM(code, text) AS_SPF_OUTCOME_##code,
	AS_SPF_OUTCOME_MAP(AS_SPF_ENUM)
#undef AS_SPF_ENUM
};

const char *as_spf_outcome_text(enum as_spf_outcome o); /* static */

/* --- the caller's side --- */

struct as_spf_query {
	struct as_ip ip;
	struct as_str sender;   /* MAIL FROM without "<>"; empty: null sender */
	struct as_str helo;     /* of HELO or EHLO */
	struct as_str domain;   /* checked; absent: that of the sender (2.4) */
	struct as_str receiver; /* %{r}; empty: "unknown" */
	int64_t now_ms;         /* %{t} */
	uint32_t void_limit;    /* AS_SPF_VOIDS */
	uint32_t time_limit_ms; /* over all lookups: AS_SPF_TIME_MS; 0: none */
};

enum as_spf_reply_kind {
	AS_SPF_REPLY_RECORDS,
	AS_SPF_REPLY_VOID,  /* NXDOMAIN or NODATA */
	AS_SPF_REPLY_ERROR, /* anything else: SERVFAIL, timeout, bogus ... */
	AS_SPF_REPLY_PENDING,
};

struct as_spf_reply {
	enum as_spf_reply_kind kind;
	/* RECORDS, one a record: TXT joined; addresses as text; names of MX (by
	 * preference) and PTR as std/dns_wire writes them. */
	const struct as_str *list;
	size_t n;
	struct as_str cause; /* of an ERROR, for people */
	uint32_t took_ms;
};

/* What is known of (name, type): TXT, A, AAAA, MX or PTR.  The name is
 * canonical, unusual octets as \DDD.  Lists must live as long as the arena. */
typedef struct as_spf_reply as_spf_lookup(
    void *ctx, struct as_str name, uint16_t type);

/* --- the verdict --- */

/* One term that was evaluated, in order; those of an included record follow
 * the include, one deeper. */
struct as_spf_step {
	uint32_t depth;
	struct as_str domain; /* whose record it stands in, as \DDD */
	const struct as_spf_term *term;
	enum as_spf_outcome outcome;
	/* MATCH: what the qualifier gives.  ERROR: temperror or permerror.
	 * Include and redirect else: what the record there gave. */
	enum as_spf_result result;
	struct as_str target; /* name that was looked up, expanded; or empty */
	struct as_str detail; /* for people, or empty */
	uint32_t lookups;     /* so far, with this term and all beneath */
	uint32_t cost;        /* lookups of this term and all beneath */
	uint32_t voids;       /* likewise */
};

struct as_spf_verdict {
	/* When n_needs is not 0, nothing else counts: run it again. */
	struct as_need needs[AS_SPF_NEEDS];
	size_t n_needs;
	enum as_spf_result result;
	struct as_str sender;  /* local part and domain (2.4, 4.3) */
	struct as_str domain;  /* checked, as \DDD */
	struct as_str record;  /* of the domain; absent when there is none */
	struct as_str problem; /* why none, temperror, permerror; or empty */
	struct as_str explanation; /* of a fail (6.2), or absent */
	uint32_t lookups;
	uint32_t voids;
	uint32_t took_ms; /* all lookups one after the other */
	struct as_spf_step *trace;
	size_t n_trace;
};

/* AS_OK, also when more must be known; AS_ENOMEM. */
AS_MUST_USE enum as_err as_spf_eval(struct as_arena *a,
    const struct as_spf_query *query, as_spf_lookup *lookup, void *ctx,
    struct as_spf_verdict *out);

#endif
