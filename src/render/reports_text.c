/*
 * Received reports for people: the list, and the head of one.
 */
#include <inttypes.h>

#include "base/clock.h"
#include "render/reports_parts.h"

#include "base/banned.h"

#define KIND_COLUMNS 10
#define NAME_COLUMNS 22

/* Who made it, by name or by address. */
static struct as_str
reporter(const struct as_report_head *h)
{
	return h->org_name.n > 0 ? h->org_name : h->email;
}

/* --- the list --- */

static void
list_head(struct as_reports_sheet *s)
{
	as_term_puts(&s->term, AS_STYLE_DIM,
	    "ID      BEGINS      KIND       MESSAGES  DOMAIN                "
	    "REPORTER");
	as_term_newline(&s->term);
}

/* What is odd about a report stands below it. */
static void
flags(const struct as_term *t, const struct as_received *r)
{
	struct as_buf b;

	if (!r->conflict && r->head.unread == 0 && !r->head.cut)
		return;
	as_buf_init(&b, AS_REPORT_LINE);
	if (r->conflict)
		as_buf_puts(&b, "another of its name says otherwise");
	if (r->head.unread > 0) {
		as_buf_puts(&b, b.n > 0 ? "; " : "");
		as_report_count_add(&b, r->head.unread, "row");
		as_buf_puts(&b, " could not be read");
	}
	if (r->head.cut) {
		as_buf_puts(&b, b.n > 0 ? "; " : "");
		as_buf_puts(&b, "its end is missing");
	}
	as_report_paragraph(t, AS_STYLE_WARN, AS_REPORT_ID, &b);
}

static void
list_entry(struct as_reports_sheet *s, const struct as_received *r)
{
	const struct as_term *t = &s->term;
	const struct as_report_head *h = &r->head;

	as_report_id(t, r->id);
	as_report_day(t, h->begin != AS_REPORT_NO_TIME ? h->begin : h->end);
	as_report_cell(t, AS_STYLE_PLAIN,
	    as_str_from(as_report_kind_name(h->kind)), KIND_COLUMNS);
	as_report_number(t, h->messages, 9);
	as_term_spaces(t, 1);
	as_report_cell(t, AS_STYLE_PLAIN, h->domain, NAME_COLUMNS);
	as_report_cell(t, AS_STYLE_PLAIN, reporter(h), 0);
	as_term_newline(t);
	flags(t, r);
	s->n++;
}

static void
list_foot(struct as_reports_sheet *s, const struct as_reports_rest *rest)
{
	if (s->n == 0) {
		as_term_puts(&s->term, AS_STYLE_PLAIN, "There is none.");
		as_term_newline(&s->term);
	}
	if (rest->more)
		as_report_more(&s->term, rest);
}

/* --- the head of one --- */

static const char *
kind_title(enum as_report_kind kind)
{
	switch (kind) {
	case AS_REPORT_AGGREGATE: return "DMARC aggregate report";
	case AS_REPORT_FAILURE: return "Failure report";
	case AS_REPORT_TLS: return "TLS report";
	}
	return "Report";
}

static void
title(const struct as_term *t, const struct as_received *r)
{
	struct as_str by;
	struct as_buf b;

	as_buf_init(&b, AS_REPORT_LINE);
	as_buf_printf(
	    &b, "%s %" PRId64 " on ", kind_title(r->head.kind), r->id);
	as_buf_add_str(
	    &b, r->head.domain.n > 0 ? r->head.domain : AS_STR("no domain"));
	as_buf_puts(&b, ", by ");
	by = reporter(&r->head);
	as_buf_add_str(&b, by.n > 0 ? by : AS_STR("nobody named"));
	as_report_paragraph(t, AS_STYLE_BOLD, 0, &b);
	as_term_newline(t);
}

static void
times(const struct as_term *t, const struct as_report_head *h)
{
	char begin[AS_TIME_TEXT], end[AS_TIME_TEXT];
	struct as_buf b;

	as_buf_init(&b, AS_REPORT_LINE);
	if (h->begin == AS_REPORT_NO_TIME && h->end == AS_REPORT_NO_TIME)
		as_buf_puts(&b, "not said");
	else if (h->begin == h->end)
		as_buf_puts(&b, as_seconds_text(h->begin, begin));
	else
		as_buf_printf(&b, "%s to %s", as_seconds_text(h->begin, begin),
		    as_seconds_text(h->end, end));
	as_report_entry(t, "Covers", AS_STYLE_PLAIN, &b);
}

static void
contact(const struct as_term *t, const struct as_report_head *h)
{
	struct as_buf b;

	if (h->email.n == 0 && h->extra_contact_info.n == 0)
		return;
	as_buf_init(&b, AS_REPORT_LINE);
	as_buf_add_str(&b, h->email);
	as_buf_puts(
	    &b, h->email.n > 0 && h->extra_contact_info.n > 0 ? ", " : "");
	as_buf_add_str(&b, h->extra_contact_info);
	as_report_entry(t, "Contact", AS_STYLE_PLAIN, &b);
}

static void
totals(const struct as_term *t, const struct as_report_head *h)
{
	bool odd = h->unread > 0 || h->cut;
	struct as_buf b;

	as_buf_init(&b, AS_REPORT_LINE);
	as_report_count_add(
	    &b, h->messages, h->kind == AS_REPORT_TLS ? "session" : "message");
	if (h->kind != AS_REPORT_FAILURE) {
		as_buf_puts(&b, h->kind == AS_REPORT_TLS ? " under " : " in ");
		as_buf_printf(&b, "%" PRIu64 " %s", h->rows,
		    h->kind == AS_REPORT_TLS
			? (h->rows == 1 ? "policy" : "policies")
			: (h->rows == 1 ? "row" : "rows"));
	}
	if (h->unread > 0) {
		as_buf_puts(&b, "; ");
		as_report_count_add(&b, h->unread, "row");
		as_buf_puts(&b, " could not be read: not counted");
	}
	if (h->cut)
		as_buf_puts(&b, "; the end of the report is missing");
	as_report_entry(t, "Counts", odd ? AS_STYLE_WARN : AS_STYLE_PLAIN, &b);
}

static void
word_add(struct as_buf *b, const char *name, struct as_str s)
{
	if (as_str_is_null(s))
		return;
	as_buf_printf(b, "%s%s=", b->n > 0 ? " " : "", name);
	as_buf_add_str(b, s.n > 0 ? s : AS_STR("(empty)"));
}

static void
policy_published(const struct as_term *t, const struct as_report_head *h)
{
	struct as_buf b;

	if (h->kind != AS_REPORT_AGGREGATE)
		return;
	as_buf_init(&b, AS_REPORT_LINE);
	word_add(&b, "p", h->p);
	word_add(&b, "sp", h->sp);
	word_add(&b, "np", h->np);
	word_add(&b, "adkim", h->adkim);
	word_add(&b, "aspf", h->aspf);
	word_add(&b, "pct", h->pct);
	word_add(&b, "fo", h->fo);
	word_add(&b, "testing", h->testing);
	word_add(&b, "discovery_method", h->discovery_method);
	if (b.n == 0)
		as_buf_puts(&b, "none told");
	as_report_entry(t, "Policy seen", AS_STYLE_PLAIN, &b);
}

static void
conflict(const struct as_term *t, const struct as_received *r)
{
	struct as_buf b;

	if (!r->conflict)
		return;
	as_buf_init(&b, AS_REPORT_LINE);
	as_buf_puts(&b, r->n_others == 1 ? "report" : "reports");
	for (size_t i = 0; i < r->n_others; i++)
		as_buf_printf(
		    &b, "%s %" PRId64, i > 0 ? "," : "", r->others[i]);
	if (r->n_others == 0)
		as_buf_puts(&b, " that are no longer there");
	as_buf_printf(&b,
	    " %s the same reporter, id, domain and time but %s"
	    " something else. All are counted: some reporters send one report"
	    " from each of their machines.",
	    r->n_others == 1 ? "has" : "have",
	    r->n_others == 1 ? "says" : "say");
	as_report_entry(t, "Conflict", AS_STYLE_WARN, &b);
}

static void
notes(const struct as_term *t, const struct as_received *r)
{
	if (r->n_notes == 0)
		return;
	as_report_heading(t, "Repaired, or left as it stood");
	for (size_t i = 0; i < r->n_notes; i++) {
		const struct as_report_note *n = &r->notes[i];
		struct as_buf b;

		as_buf_init(&b, AS_REPORT_LINE);
		as_buf_add_str(&b, n->where);
		as_buf_puts(&b, n->where.n > 0 ? ": " : "");
		as_buf_add_str(&b, n->text);
		as_buf_puts(&b, " (");
		as_buf_add_str(&b, n->code);
		as_buf_puts(&b, ")");
		as_report_paragraph(
		    t, AS_STYLE_PLAIN, 2 * AS_REPORT_INDENT, &b);
	}
}

static void
rows_heading(const struct as_term *t, enum as_report_kind kind)
{
	if (kind == AS_REPORT_TLS)
		return;
	as_report_heading(
	    t, kind == AS_REPORT_FAILURE ? "What failed" : "Rows");
	if (kind == AS_REPORT_AGGREGATE)
		as_buf_puts(t->out,
		    "   MESSAGES  SOURCE          DKIM     SPF      "
		    "DONE        FROM\n");
}

static void
head(struct as_reports_sheet *s, const struct as_received *r)
{
	const struct as_term *t = &s->term;
	const struct as_report_head *h = &r->head;

	title(t, r);
	times(t, h);
	as_report_entry_text(t, "Report id", h->report_id);
	contact(t, h);
	as_report_entry_text(t, "Made by", h->generator);
	as_report_entry_text(t, "Version", h->version);
	totals(t, h);
	policy_published(t, h);
	for (size_t i = 0; i < h->n_errors; i++)
		as_report_entry_text(t, "It says", h->errors[i]);
	as_report_origin(t, &r->from);
	conflict(t, r);
	notes(t, r);
	if (h->rows > 0)
		rows_heading(t, h->kind);
	s->of = r;
}

static void
foot(struct as_reports_sheet *s, const struct as_received *r,
    const struct as_reports_rest *rest)
{
	struct as_buf b;

	if (r->head.rows == 0) {
		as_buf_init(&b, AS_REPORT_LINE);
		as_buf_puts(&b, "It has no rows: no mail was seen.");
		as_term_newline(&s->term);
		as_report_paragraph(
		    &s->term, AS_STYLE_PLAIN, AS_REPORT_INDENT, &b);
	}
	if (!rest->more)
		return;
	as_buf_init(&b, AS_REPORT_LINE);
	as_buf_printf(&b,
	    "%" PRIu64 " more %s: assay reports show %" PRId64
	    " --after %" PRId64 " (or a larger --limit).",
	    rest->left, rest->left == 1 ? "row" : "rows", r->id, rest->after);
	as_term_newline(&s->term);
	as_report_paragraph(&s->term, AS_STYLE_PLAIN, AS_REPORT_INDENT, &b);
}

const struct as_reports_form as_reports_text = {
    .list_head = list_head,
    .list_entry = list_entry,
    .list_foot = list_foot,
    .head = head,
    .row = as_reports_text_row,
    .policy = as_reports_text_policy,
    .tls_failure = as_reports_text_tls,
    .failure = as_reports_text_failure,
    .foot = foot,
    .held_head = as_quarantine_text_head,
    .held_entry = as_quarantine_text_entry,
    .held_foot = as_quarantine_text_foot,
    .held = as_quarantine_text,
};
