/*
 * model/history - what is kept of the looks at a domain.
 */
#ifndef AS_MODEL_HISTORY_H
#define AS_MODEL_HISTORY_H

#include "model/event.h"
#include "model/facts.h"

/* The document of domain:NAME: its own facts, and whose facts belong to them. */
#define AS_HISTORY_DOMAIN_FIELDS(F) \
	F(ONE, domain, domain_facts, "") \
	F(STRS, hosts, , \
	    "NAME@ADDRESS of each visit, in the order of the facts") \
	F(BOOL, policy, , "there is a policy:NAME")
AS_DECLARE(history_domain, AS_HISTORY_DOMAIN_FIELDS);

/* A time in which each look saw the same: UTC seconds of the first and last. */
struct as_history_run {
	int64_t first, last;
	uint64_t looks;
};

/* A time in which each look was judged the same. */
struct as_verdict_run {
	struct as_history_run run;
	struct as_str rules_version;
	struct as_str grades; /* a letter an axis */
	enum as_role role;
	enum as_phase phase;
	uint64_t fails, warns, unknowns;
};

/* How a domain stands, as its last look was judged. */
struct as_state {
	struct as_str domain;
	int64_t checked; /* UTC seconds */
	struct as_str grades;
	enum as_role role;
	enum as_phase phase;
	uint64_t fails, warns, unknowns;
	struct as_str first_fail; /* rule; empty: none */
};

/* Domains that stand alike. */
struct as_overview_row {
	struct as_str grades;
	enum as_phase phase;
	uint64_t domains;
	uint64_t failing, warned, unknown; /* with at least one such verdict */
};

#endif
