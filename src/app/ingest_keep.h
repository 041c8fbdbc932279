/*
 * app/ingest_keep - reports go to the store, and what came of each input is told
 * once it is durable.
 *
 * Nothing is told before the commit that holds it.  After an error of the store
 * nothing more is kept: what was not told is not there, and a second run brings
 * it.
 */
#ifndef AS_APP_INGEST_KEEP_H
#define AS_APP_INGEST_KEEP_H

#include "model/received.h"
#include "model/report_wire.h"
#include "render/form.h"
#include "store/reports.h"

struct as_ingest_counts {
	uint64_t inputs;
	uint64_t stored; /* conflicts among them */
	uint64_t duplicates, conflicts;
	uint64_t quarantined;
	uint64_t unread; /* inputs that could not be opened or read */
};

/* What came of one input so far. */
struct as_ingest_input {
	const char *name;
	struct as_buf shown; /* the name as text, when it is none; else empty */
	const struct as_quarantined *held; /* it is in quarantine; NULL */
	bool refused;                      /* as a whole, again */
	struct as_ingest_counts counts;
	struct as_buf told; /* what gave no report, for output */
	uint64_t untold;    /* of them, more than it holds */
};

struct as_keep;

AS_MUST_USE enum as_err as_keep_new(const char *path, enum as_format format,
    struct as_keep **out, struct as_why *why);
void as_keep_free(struct as_keep *k); /* accepts NULL */

/* Its database, for what belongs into the same transaction. */
struct as_store *as_keep_store(struct as_keep *k);

void as_ingest_input_init(struct as_ingest_input *in, const char *name);
void as_ingest_input_fini(struct as_ingest_input *in);

/* Where events of an input go.  An error of its functions is one of the store:
 * as_keep_why. */
struct as_report_sink as_keep_sink(struct as_keep *k);
AS_MUST_USE enum as_err as_keep_found(struct as_keep *k,
    struct as_ingest_input *in, const struct as_report_piece *piece);
AS_MUST_USE enum as_err as_keep_refused(struct as_keep *k,
    struct as_ingest_input *in, const struct as_report_piece *piece,
    struct as_str diagnosis);

/* An input that cannot be opened or read: told, not kept. */
void as_keep_unread(
    struct as_keep *k, struct as_ingest_input *in, const char *cause);

/* The input is done; one that was in quarantine and gave a report leaves it. */
AS_MUST_USE enum as_err as_keep_input_end(
    struct as_keep *k, const struct as_ingest_input *in);

/* Make all durable, then tell.  Only between reports. */
AS_MUST_USE enum as_err as_keep_commit(struct as_keep *k, struct as_why *why);

/* Is there enough for a commit? */
bool as_keep_is_due(const struct as_keep *k);

/* What is told ahead of the first input, and after the last. */
AS_MUST_USE enum as_err as_keep_head(struct as_keep *k, struct as_why *why);
AS_MUST_USE enum as_err as_keep_foot(struct as_keep *k, struct as_why *why);

/* The foot of a run that `fault` ended, as far as it can be written; what was not
 * committed is not told.  Text has none. */
void as_keep_broken(struct as_keep *k, const char *fault);

/* Of what is durable. */
const struct as_ingest_counts *as_keep_counts(const struct as_keep *k);
const struct as_why *as_keep_why(const struct as_keep *k);

#endif
