/*
 * Things that gave no report, for people.
 */
#include <inttypes.h>

#include "render/reports_parts.h"

#include "base/banned.h"

void
as_quarantine_text_head(struct as_reports_sheet *s)
{
	as_buf_puts(s->term.out,
	    "ID      READ        WHAT, AND WHY IT IS NO"
	    " REPORT\n");
}

void
as_quarantine_text_entry(
    struct as_reports_sheet *s, const struct as_quarantined *q)
{
	const struct as_term *t = &s->term;
	size_t indent = AS_REPORT_ID + AS_REPORT_DAY;
	struct as_buf b;

	as_report_id(t, q->id);
	as_report_day(t, q->from.received);
	as_buf_init(&b, AS_REPORT_LINE);
	as_report_place_add(&b, &q->from);
	as_term_wrap(t, AS_STYLE_PLAIN, indent, indent, as_buf_str(&b));
	as_buf_fini(&b);
	as_term_spaces(t, indent);
	as_term_sentence(t, AS_STYLE_WARN, indent, indent, q->diagnosis);
	s->n++;
}

void
as_quarantine_text_foot(
    struct as_reports_sheet *s, const struct as_reports_rest *rest)
{
	struct as_buf b;

	as_buf_init(&b, AS_REPORT_LINE);
	if (s->n > 0)
		as_buf_puts(&b,
		    "assay reports quarantine show ID says what"
		    " can be done about one.");
	else
		as_buf_puts(&b, "Nothing is in quarantine.");
	if (s->n > 0)
		as_term_newline(&s->term);
	as_report_paragraph(&s->term, AS_STYLE_PLAIN, 0, &b);
	if (rest->more)
		as_report_more(&s->term, rest);
}

void
as_quarantine_text(struct as_reports_sheet *s, const struct as_quarantined *q)
{
	const struct as_term *t = &s->term;
	struct as_buf b;

	as_buf_init(&b, AS_REPORT_LINE);
	as_buf_printf(&b, "Quarantine %" PRId64 ": no report", q->id);
	as_report_paragraph(t, AS_STYLE_BOLD, 0, &b);
	as_term_newline(t);
	as_report_origin(t, &q->from);
	as_buf_init(&b, AS_REPORT_LINE);
	if (q->from.kept)
		as_report_count_add(&b, q->from.octets, "octet");
	else
		as_buf_puts(&b, "too many octets to be kept");
	as_report_entry(t, "Kept", AS_STYLE_PLAIN, &b);
	as_buf_init(&b, AS_REPORT_LINE);
	as_sentence_add(&b, q->diagnosis);
	as_report_entry(t, "Why", AS_STYLE_WARN, &b);
	as_buf_init(&b, AS_REPORT_LINE);
	as_buf_puts(&b, as_quarantine_advice(q));
	as_report_entry(t, "What to do", AS_STYLE_PLAIN, &b);
	as_term_newline(t);
	as_buf_printf(t->out,
	    "  assay reports quarantine export %" PRId64 " FILE   its octets"
	    " (with gzip if it came bare)\n"
	    "  assay reports quarantine replay %" PRId64 "        read it once"
	    " more\n"
	    "  assay reports quarantine drop %" PRId64 "          forget it\n",
	    q->id, q->id, q->id);
	s->n++;
}
