/*
 * intake/notes - notes of one report, of which only so many are told.
 */
#ifndef AS_INTAKE_NOTES_H
#define AS_INTAKE_NOTES_H

#include "model/report.h"

struct as_notes {
	const struct as_report_sink *sink;
	uint64_t told, left;
};

/* Tell a note, or count it past AS_MAX_REPORT_NOTES. */
AS_MUST_USE enum as_err as_notes_tell(struct as_notes *n, const char *code,
    struct as_str where, const char *text);

/* Tell how many were left out, when there were any. */
AS_MUST_USE enum as_err as_notes_end(struct as_notes *n);

#endif
