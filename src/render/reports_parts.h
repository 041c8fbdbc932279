/*
 * render/reports_parts - what the text form of received reports is made of:
 * reports_text (lists and heads), reports_text_rows, quarantine_text.
 */
#ifndef AS_RENDER_REPORTS_PARTS_H
#define AS_RENDER_REPORTS_PARTS_H

#include "base/limits.h"
#include "render/reports.h"

#define AS_REPORT_INDENT 2
#define AS_REPORT_KEY    14 /* columns of a name with its blanks */
#define AS_REPORT_ID     8  /* columns */
#define AS_REPORT_DAY    12
#define AS_REPORT_LINE   AS_MAX_REPORT_ROW_OCTETS /* of a paragraph */

/* --- cells of a table --- */

struct as_str as_report_or_dash(struct as_str s); /* "-" for nothing */

/* Of `columns`, or the last one when 0; a long text is cut. */
void as_report_cell(const struct as_term *t, enum as_style style,
    struct as_str s, size_t columns);
void as_report_number(const struct as_term *t, uint64_t n, int columns);
void as_report_day(const struct as_term *t, int64_t at);
void as_report_id(const struct as_term *t, int64_t id);

/* --- paragraphs; the buffer is freed --- */

/* "12 rows", appended. */
void as_report_count_add(struct as_buf *b, uint64_t n, const char *noun);

/* Behind a name. */
void as_report_entry(const struct as_term *t, const char *name,
    enum as_style style, struct as_buf *b);
void as_report_entry_text(
    const struct as_term *t, const char *name, struct as_str s);
void as_report_paragraph(const struct as_term *t, enum as_style style,
    size_t indent, struct as_buf *b);
void as_report_heading(const struct as_term *t, const char *text);

/* Where it came from. */
void as_report_place_add(struct as_buf *b, const struct as_received_from *f);
void as_report_origin(
    const struct as_term *t, const struct as_received_from *f);

/* That there is more, and how to see it. */
void as_report_more(const struct as_term *t, const struct as_reports_rest *r);

/* --- parts of as_reports_text --- */

void as_reports_text_row(
    struct as_reports_sheet *s, const struct as_report_row *r);
void as_reports_text_policy(
    struct as_reports_sheet *s, const struct as_report_tls_policy *p);
void as_reports_text_tls(
    struct as_reports_sheet *s, const struct as_report_tls_failure *f);
void as_reports_text_failure(
    struct as_reports_sheet *s, const struct as_report_failure *f);
void as_quarantine_text_head(struct as_reports_sheet *s);
void as_quarantine_text_entry(
    struct as_reports_sheet *s, const struct as_quarantined *q);
void as_quarantine_text_foot(
    struct as_reports_sheet *s, const struct as_reports_rest *rest);
void as_quarantine_text(
    struct as_reports_sheet *s, const struct as_quarantined *q);

#endif
