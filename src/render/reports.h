/*
 * render/reports - received reports, and what gave none: as text, JSON
 * (assay.reports/1, assay.report/1, assay.quarantine/1), NDJSON and CSV, each a
 * struct of functions.
 *
 * Parts are written one after the other into the sheet's buffer, which the caller
 * may empty between two of them, so that a report of a million rows needs no more
 * memory than one of ten.
 */
#ifndef AS_RENDER_REPORTS_H
#define AS_RENDER_REPORTS_H

#include "base/json_out.h"
#include "model/received.h"
#include "render/term.h"

struct as_reports_sheet {
	struct as_term term;     /* its buffer takes the parts of all formats */
	struct as_json_out json; /* of the JSON formats */
	const struct as_received *of; /* the report that is shown */
	uint64_t n; /* rows shown; the first is number `first` */
	uint64_t first;
	uint64_t policy; /* the last one shown, from 1 */
};

/* How many there are more, for the foot. */
struct as_reports_rest {
	bool more;
	int64_t after; /* what to give --after to go on */
	uint64_t left; /* of the rows of a report, behind those shown */
};

struct as_reports_form {
	/* A list. */
	void (*list_head)(struct as_reports_sheet *s);
	void (*list_entry)(
	    struct as_reports_sheet *s, const struct as_received *r);
	void (*list_foot)(
	    struct as_reports_sheet *s, const struct as_reports_rest *rest);
	/* A report: its head, its rows, policies with their failures, or the
	 * failure it tells of; its foot. */
	void (*head)(struct as_reports_sheet *s, const struct as_received *r);
	void (*row)(struct as_reports_sheet *s, const struct as_report_row *r);
	void (*policy)(
	    struct as_reports_sheet *s, const struct as_report_tls_policy *p);
	void (*tls_failure)(
	    struct as_reports_sheet *s, const struct as_report_tls_failure *f);
	void (*failure)(
	    struct as_reports_sheet *s, const struct as_report_failure *f);
	void (*foot)(struct as_reports_sheet *s, const struct as_received *r,
	    const struct as_reports_rest *rest);
	/* What gave no report: a list, and one of it. */
	void (*held_head)(struct as_reports_sheet *s);
	void (*held_entry)(
	    struct as_reports_sheet *s, const struct as_quarantined *q);
	void (*held_foot)(
	    struct as_reports_sheet *s, const struct as_reports_rest *rest);
	void (*held)(
	    struct as_reports_sheet *s, const struct as_quarantined *q);
};

extern const struct as_reports_form as_reports_text, as_reports_json,
    as_reports_ndjson, as_reports_csv;

/* --- shared by the forms --- */

/* What the owner does next about a thing that gave no report; static. */
const char *as_quarantine_advice(const struct as_quarantined *q);

/* "dkim pass example.org s1", appended; what was not given is left out. */
void as_dkim_result_add(struct as_buf *b, const struct as_report_dkim *d);
void as_spf_result_add(struct as_buf *b, const struct as_report_spf *s);
void as_reason_add(struct as_buf *b, const struct as_report_reason *r);

/* The texts of a failure report with their names, the same in all formats. */
struct as_failure_text {
	const char *name; /* "reported_domain" */
	struct as_str text;
};
#define AS_FAILURE_TEXTS 17
void as_failure_texts(const struct as_report_failure *f,
    struct as_failure_text out[AS_FAILURE_TEXTS]);

/* "2026-11-24T00:00:00Z" into buf of AS_TIME_TEXT octets; "-" for none; returns
 * buf. */
const char *as_seconds_text(int64_t t, char *buf);

#endif
