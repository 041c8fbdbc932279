/*
 * std/spf_run - one evaluation of check_host() under way; shared by the files of
 * std/spf_eval and by nobody else.
 */
#ifndef AS_STD_SPF_RUN_H
#define AS_STD_SPF_RUN_H

#include "std/spf_eval.h"
#include "std/spf_parts.h"

struct as_spf_seen; /* a question whose time is counted */

struct as_spf_run {
	struct as_arena *a;
	const struct as_spf_query *query;
	as_spf_lookup *lookup;
	void *ctx;
	struct as_spf_verdict *v;
	struct as_ip ip;             /* IPv4 also when it came mapped (5) */
	struct as_spf_macros macros; /* all but d and p */
	struct as_spf_seen *seen;
	bool late;      /* time_limit_ms is over */
	bool term_void; /* the term under way has found nothing once */
};

/* The record being evaluated: <domain> of check_host(). */
struct as_spf_scope {
	struct as_str domain; /* raw octets, for macros */
	struct as_str name;   /* for lookups */
	uint32_t depth;
	bool included; /* beneath an include: no explanation (6.2) */
};

enum as_spf_hit {
	AS_SPF_HIT_NO,
	AS_SPF_HIT_YES,
	AS_SPF_HIT_TEMPERROR,
	AS_SPF_HIT_PERMERROR,
};

/* All functions below return AS_OK, AS_ENOMEM, or AS_EABSENT: an answer is
 * pending, and the verdict's needs name it. */

/* From the query: client, and macros but d and p. */
AS_MUST_USE enum as_err as_spf_run_init(struct as_spf_run *run);

/* Ask for (name, type) and count its time. */
AS_MUST_USE enum as_err as_spf_run_ask(struct as_spf_run *run,
    struct as_str name, uint16_t type, struct as_spf_reply *out);

/* The same for a term: an error is a temperror, and a void answer counts
 * (once a term, 4.6.4) and may be one too many. */
AS_MUST_USE enum as_err as_spf_run_term_ask(struct as_spf_run *run,
    struct as_str name, uint16_t type, struct as_spf_reply *out,
    enum as_spf_hit *hit);

/* The term under way found nothing. */
AS_MUST_USE enum as_err as_spf_run_void(
    struct as_spf_run *run, enum as_spf_hit *hit);

/* Validated names of the client (5.5): none also when DNS gives an error. */
struct as_spf_names {
	struct as_str list[AS_SPF_PTR_NAMES];
	size_t n;
	bool
	    found_void; /* the client has no PTR record, or a name no address */
};
AS_MUST_USE enum as_err as_spf_run_names(
    struct as_spf_run *run, struct as_spf_names *out);

/* A domain-spec expanded; an empty one is the scope's domain.  *name is absent
 * when DNS cannot hold it (*domain is set all the same). */
AS_MUST_USE enum as_err as_spf_run_target(struct as_spf_run *run,
    const struct as_spf_scope *scope, struct as_str spec, struct as_str *domain,
    struct as_str *name);

/* Macros of a scope; p is looked up only when `text` uses it (7.3). */
AS_MUST_USE enum as_err as_spf_run_macros(struct as_spf_run *run,
    const struct as_spf_scope *scope, struct as_str text,
    struct as_spf_macros *out);

/* Evaluate a mechanism other than all and include (5.3 to 5.7). */
AS_MUST_USE enum as_err as_spf_run_match(struct as_spf_run *run,
    const struct as_spf_scope *scope, struct as_spf_step *step,
    enum as_spf_hit *hit);

/* Find the explanation behind an exp term; without one, the step's detail says
 * why (6.2). */
AS_MUST_USE enum as_err as_spf_run_explain(struct as_spf_run *run,
    const struct as_spf_scope *scope, struct as_spf_step *step);

/* Say why the result is an error, or none. */
AS_MUST_USE enum as_err as_spf_run_problem(
    struct as_spf_run *run, const char *fmt, ...) AS_PRINTF(2, 3);

#endif
