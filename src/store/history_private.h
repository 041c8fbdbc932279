/*
 * store/history_private - the statements of the history.
 */
#ifndef AS_STORE_HISTORY_PRIVATE_H
#define AS_STORE_HISTORY_PRIVATE_H

#include "base/buf.h"
#include "base/limits.h"
#include "store/history.h"
#include "store/sql.h"

/* Facts are given whole to whoever judges; a part of them, with what changes. */
#define AS_HISTORY_DOC_OCTETS AS_MAX_FRAME_OCTETS

struct as_history {
	struct as_store *s;
	struct as_docs *docs;
	struct as_arena *arena; /* of one look */
	struct as_buf still, side;
	struct as_query *subject_find, *subject_new;
	struct as_query *last, *same, *other;
	struct as_query *verdict_last, *verdict_same, *verdict_other;
	struct as_query *state, *state_same;
	/* reading */
	struct as_query *at, *earliest, *verdict_at;
};

/* The number of a subject.  AS_EABSENT: it has none. */
AS_MUST_USE enum as_err as_history_subject(
    struct as_history *h, struct as_str name, int64_t *out, struct as_why *why);

/* "domain:NAME" in the arena of the look.  AS_STR_NULL: no memory. */
struct as_str as_history_domain_subject(
    struct as_history *h, struct as_str domain);

/* The first columns of a row: first, last, looks; and of a row of verdicts, whose
 * texts live as long as it. */
struct as_history_run as_history_run_read(struct as_query *q);
struct as_verdict_run as_verdict_run_read(struct as_query *q);

/* The code of a word; 0 (unknown) of one that a later Assay wrote. */
int as_history_word(const struct as_names *names, struct as_str text);

#endif
