/*
 * intake/notes - notes of one report, of which only so many are told.
 */
#ifndef AS_INTAKE_NOTES_H
#define AS_INTAKE_NOTES_H

#include "model/report.h"

#define AS_NOTES_WAITING 8

struct as_notes {
	const struct as_report_sink *sink;
	uint64_t told, left;
	bool begun; /* the sink got `begin` */
	struct {
		const char *code, *text;
	} waiting[AS_NOTES_WAITING]; /* for that */
	size_t n_waiting;
};

/* Tell a note, or count it past AS_MAX_REPORT_NOTES; before the report has begun,
 * keep it (without `where`) for as_notes_begin.  `code` and `text` are static. */
AS_MUST_USE enum as_err as_notes_tell(struct as_notes *n, const char *code,
    struct as_str where, const char *text);

/* The report has begun: tell what waits. */
AS_MUST_USE enum as_err as_notes_begin(struct as_notes *n);

/* Tell how many were left out, when there were any. */
AS_MUST_USE enum as_err as_notes_end(struct as_notes *n);

#endif
