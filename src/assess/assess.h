/*
 * assess/assess - facts of one domain become findings, axes, role and phase.
 *
 * Pure: equal facts, options and rules give equal findings, octet for octet.
 * No socket, no file, no clock but options->now_ms.
 */
#ifndef AS_ASSESS_ASSESS_H
#define AS_ASSESS_ASSESS_H

#include "model/facts.h"
#include "model/finding.h"
#include "model/profile.h"

struct as_tls_document; /* assess/tls_verdict */

struct as_assess_options {
	int64_t now_ms;    /* judge dates as of then */
	enum as_role role; /* override; AS_ROLE_UNKNOWN: find it */
	const void *psl;   /* psl_ctx_t of libpsl, or NULL: no suffix list */
	struct as_str
	    report_services;       /* data/report-services.tsv, or nothing */
	struct as_str senders;     /* data/senders.tsv, or nothing */
	struct as_str caa_issuers; /* data/caa-issuers.tsv, or nothing */
	const struct as_tls_document *tls_documents; /* data/tls, or nothing */
	size_t n_tls_documents;
	const struct as_profile *const *profiles; /* to judge by too */
	size_t n_profiles;
};

AS_MUST_USE enum as_err as_assess(struct as_arena *a,
    const struct as_facts *facts, const struct as_assess_options *options,
    struct as_assessment **out);

/* --- the catalogue --- */

struct as_rule_info {
	const char *id;       /* "spf.lookup-limit": stable, public */
	const char *title;    /* what it tests, a noun phrase */
	const char *applies;  /* roles and subject, in words */
	const char *why;      /* why it matters, one or two plain sentences */
	const char *advice;   /* the general next step */
	const char *cites;    /* "RFC 7208 4.6.4; RFC 7208 3.4" */
	enum as_axis_id axis; /* the question it answers */
};

/* All rules in the order of their ids; the table is static. */
const struct as_rule_info *as_rules(size_t *n);
const struct as_rule_info *as_rule_find(struct as_str id); /* or NULL */
const char *as_rules_version(void); /* "1" now; grows with every change */

#endif
