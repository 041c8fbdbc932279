/*
 * app/reports_run - what the subcommands of `assay reports` share: the store, the
 * form that is printed in, and words of the command line.
 */
#ifndef AS_APP_REPORTS_RUN_H
#define AS_APP_REPORTS_RUN_H

#include "app/run.h"
#include "render/reports.h"
#include "store/report_read.h"

struct as_reports_run {
	const struct as_settings *settings;
	struct as_arena *arena;
	const char *path; /* of the database */
	struct as_store *store;
	enum as_format format;
	const struct as_reports_form *form;
	struct as_reports_sheet sheet;
	struct as_buf out;
};

/* AS_EINVAL; AS_EIO: there is no database, or it cannot be read; AS_EVERSION.
 * as_reports_run_close also after an error. */
AS_MUST_USE enum as_err as_reports_run_open(struct as_reports_run *r,
    const struct as_settings *s, bool read_only, struct as_why *why);
void as_reports_run_close(struct as_reports_run *r);

/* Print what the sheet holds, when it is much or `all`. */
AS_MUST_USE enum as_err as_reports_run_print(
    struct as_reports_run *r, bool all, struct as_why *why);

/* How many are shown when --limit does not say. */
uint64_t as_reports_limit(
    const struct as_reports_run *r, uint64_t text, uint64_t others);

/* An id, or a row, from 1.  AS_EINVAL. */
AS_MUST_USE enum as_err as_reports_id(
    const char *text, const char *what, int64_t *out, struct as_why *why);

/* --- subcommands; args behind their names --- */

AS_MUST_USE enum as_err as_quarantine_run(struct as_reports_run *r,
    const struct as_settings *s, int *status, struct as_why *why);

/* Read once more what is in quarantine: `ids`, or all. */
AS_MUST_USE enum as_err as_replay(struct as_reports_run *r, const int64_t *ids,
    size_t n, bool all, int *status, struct as_why *why);

#endif
