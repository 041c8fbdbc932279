/*
 * intake/tls_cut - the JSON of a TLS report cut into pieces that are read one by
 * one, so that a report of any length needs no more memory than its largest piece.
 *
 * What is between the pieces is checked here as strictly as base/json does; the
 * pieces themselves are not.  Failures that stand ahead of the policy and the
 * summary that they belong to (no known reporter writes so) stay a part of the
 * policy's piece.
 */
#ifndef AS_INTAKE_TLS_CUT_H
#define AS_INTAKE_TLS_CUT_H

#include "base/buf.h"
#include "base/json.h"

/* What is found, in this order; texts are until the call returns, and an item of
 * a list stands alone in one.  An error that is returned ends the reading. */
struct as_tls_cut_sink {
	void *ctx;
	/* "policies" is a list: it is a TLS report. */
	enum as_err (*begin)(void *ctx);
	/* An item of it; with `more`, failures follow, and later `checked`. */
	enum as_err (*policy)(void *ctx, struct as_str json, bool more);
	enum as_err (*failure)(void *ctx, struct as_str json);
	/* The policy again, with what stood behind its failures. */
	enum as_err (*checked)(void *ctx, struct as_str json);
	/* Last, all other members, and "policies" without its items. */
	enum as_err (*head)(void *ctx, struct as_str json);
};

/* Where in the document a container is open that is not taken whole. */
enum as_tls_level {
	AS_TLS_OUTSIDE,
	AS_TLS_REPORT,
	AS_TLS_POLICIES,
	AS_TLS_POLICY,
	AS_TLS_FAILURES,
};

struct as_tls_cut {
	const struct as_tls_cut_sink *sink;
	enum as_tls_level level;
	enum {
		AS_TLS_FIRST, /* an item or the end */
		AS_TLS_ITEM,
		AS_TLS_COLON,
		AS_TLS_VALUE, /* of a member */
		AS_TLS_NEXT,  /* a comma or the end */
	} expect;
	enum {
		AS_TLS_GAP,
		AS_TLS_NAME,
		AS_TLS_STRING,
		AS_TLS_WORD,
		AS_TLS_CONTAINER
	} in;
	bool escaped; /* in a string, behind a backslash */
	struct as_json_scan scan;
	struct as_buf name, report, policy, failure;
	bool policies_seen, policy_seen, summary_seen, streamed;
	size_t marks;         /* octets of a byte-order mark */
	uint64_t at, told_at; /* octets so far; at the last event */
};

void as_tls_cut_init(struct as_tls_cut *c, const struct as_tls_cut_sink *sink);
void as_tls_cut_fini(struct as_tls_cut *c);

/* AS_ESYNTAX, AS_ELIMIT with why, or what the sink returned. */
AS_MUST_USE enum as_err as_tls_cut_feed(
    struct as_tls_cut *c, struct as_str octets, struct as_why *why);
AS_MUST_USE enum as_err as_tls_cut_end(
    struct as_tls_cut *c, struct as_why *why);

/* One of its pieces as a tree, octets that are no UTF-8 as U+FFFD.  AS_ESYNTAX,
 * AS_ELIMIT with the place in the document. */
AS_MUST_USE enum as_err as_tls_cut_parse(const struct as_tls_cut *c,
    struct as_str json, bool *repaired, json_t **out, struct as_why *why);

#endif
