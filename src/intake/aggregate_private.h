/*
 * intake/aggregate_private - inside intake/aggregate: what its parts share.
 */
#ifndef AS_INTAKE_AGGREGATE_PRIVATE_H
#define AS_INTAKE_AGGREGATE_PRIVATE_H

#include "base/limits.h"
#include "intake/aggregate.h"
#include "intake/mend.h"
#include "intake/notes.h"
#include "intake/tree.h"

/* An open element. */
struct as_open {
	enum as_node node;
	bool through; /* of no meaning: what is inside stands in its parent */
	const struct as_element *element;
};

struct as_aggregate {
	const struct as_report_sink *sink;
	struct as_mend_sink mend_sink;
	struct as_notes notes;
	enum as_err err;
	struct as_why *why;      /* of the call that runs */
	uint64_t octets, row_at; /* row_at: about where the last row ended */

	struct as_open open[AS_MAX_REPORT_DEPTH + 1]; /* [0]: the document */
	size_t depth;
	char text[AS_MAX_REPORT_TEXT];
	size_t n_text;
	bool text_cut, told_between;

	struct as_arena *head_arena;
	struct as_report_head head;
	struct as_str errors[AS_MAX_REPORT_ERRORS];
	bool begun, ended; /* <feedback> was opened, and closed */
	bool policy_seen;

	struct as_arena *row_arena;
	struct as_report_row row;
	bool row_open, row_damaged, row_seen, count_seen, reason_seen;
	uint64_t records; /* opened so far */
	struct as_report_reason reasons[AS_MAX_REPORT_REASONS];
	struct as_report_dkim dkims[AS_MAX_REPORT_RESULTS];
	struct as_report_spf spfs[AS_MAX_REPORT_RESULTS];
	/* What texts go to: the last of these, or one over the cap. */
	struct as_report_reason *reason;
	struct as_report_dkim *dkim;
	struct as_report_spf *spf;
	struct as_report_reason reason_over;
	struct as_report_dkim dkim_over;
	struct as_report_spf spf_over;
	struct as_mend mend; /* last: its window needs no zeros */
};

/* Keep the first error, if it is one; it is read no further. */
void as_aggregate_fail(struct as_aggregate *a, enum as_err err);

/* Tell a note of the row that is open, if one is, and of an element (may be
 * empty). */
void as_aggregate_note(struct as_aggregate *a, const char *code,
    struct as_str name, const char *text);

/* A row begins; its parts; it ends. */
void as_aggregate_row_start(struct as_aggregate *a);
void as_aggregate_row_part(struct as_aggregate *a, enum as_node node);
void as_aggregate_row_end(struct as_aggregate *a);

/* The text of an element is complete: a->text. */
void as_aggregate_text(struct as_aggregate *a, const struct as_element *e);

/* What only the whole report tells: oddities of its head. */
void as_aggregate_head_end(struct as_aggregate *a);

/* A <reason> ends that held no element. */
void as_aggregate_bare_reason(struct as_aggregate *a);

#endif
