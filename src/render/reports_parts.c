/*
 * The cells, lines and paragraphs that received reports are shown in.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "render/reports_parts.h"

#include "base/banned.h"

#define CELL_COLUMNS 60 /* of one cell; what is longer is cut */

struct as_str
as_report_or_dash(struct as_str s)
{
	return s.n > 0 ? s : AS_STR("-");
}

/* The first columns of it. */
static struct as_str
cut(struct as_str s, size_t columns, bool *was_cut)
{
	size_t at = 0, n = 1;

	for (size_t i = 0; i < columns && at < s.n; i++) {
		uint32_t cp;

		n = as_utf8_next(s, at, &cp);
		at += n == 0 ? 1 : n;
	}
	*was_cut = at < s.n;
	return as_str_slice(s, 0, at);
}

/* A cell of `columns`, or of at most CELL_COLUMNS when 0: the last one. */
void
as_report_cell(const struct as_term *t, enum as_style style, struct as_str s,
    size_t columns)
{
	bool was_cut;
	struct as_str shown = cut(as_report_or_dash(s), CELL_COLUMNS, &was_cut);

	as_term_put_padded(t, style, shown, was_cut ? 0 : columns);
	if (was_cut)
		as_term_puts(t, AS_STYLE_PLAIN, columns > 0 ? "... " : "...");
}

void
as_report_number(const struct as_term *t, uint64_t n, int columns)
{
	if (n == AS_REPORT_NO_COUNT)
		as_buf_printf(t->out, "%*s ", columns, "-");
	else
		as_buf_printf(t->out, "%*" PRIu64 " ", columns, n);
}

/* "12 rows" */
void
as_report_count_add(struct as_buf *b, uint64_t n, const char *noun)
{
	if (n == AS_REPORT_NO_COUNT)
		as_buf_printf(b, "an unknown number of %ss", noun);
	else
		as_buf_printf(
		    b, "%" PRIu64 " %s%s", n, noun, n == 1 ? "" : "s");
}

/* A paragraph behind a name; frees the buffer. */
void
as_report_entry(const struct as_term *t, const char *name, enum as_style style,
    struct as_buf *b)
{
	as_term_spaces(t, AS_REPORT_INDENT);
	as_term_put_padded(t, AS_STYLE_DIM, as_str_from(name), AS_REPORT_KEY);
	as_term_wrap(t, style, AS_REPORT_INDENT + AS_REPORT_KEY,
	    AS_REPORT_INDENT + AS_REPORT_KEY, as_buf_str(b));
	as_buf_fini(b);
}

void
as_report_entry_text(const struct as_term *t, const char *name, struct as_str s)
{
	struct as_buf b;

	if (s.n == 0)
		return;
	as_buf_init(&b, s.n);
	as_buf_add_str(&b, s);
	as_report_entry(t, name, AS_STYLE_PLAIN, &b);
}

/* A paragraph of its own; frees the buffer. */
void
as_report_paragraph(const struct as_term *t, enum as_style style, size_t indent,
    struct as_buf *b)
{
	as_term_spaces(t, indent);
	as_term_wrap(t, style, indent, indent, as_buf_str(b));
	as_buf_fini(b);
}

void
as_report_heading(const struct as_term *t, const char *text)
{
	as_term_newline(t);
	as_term_spaces(t, AS_REPORT_INDENT);
	as_term_puts(t, AS_STYLE_BOLD, text);
	as_term_newline(t);
}

void
as_report_day(const struct as_term *t, int64_t at)
{
	char text[AS_TIME_TEXT];
	struct as_str s = as_str_from(as_seconds_text(at, text));

	as_term_put_padded(t, AS_STYLE_PLAIN,
	    as_str_slice(s, 0, sizeof("2026-11-24") - 1), AS_REPORT_DAY);
}

void
as_report_id(const struct as_term *t, int64_t id)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%" PRId64, id);

	as_term_put_padded(t, AS_STYLE_BOLD,
	    (struct as_str){text, (size_t)(n > 0 ? n : 0)}, AS_REPORT_ID);
}

void
as_report_place_add(struct as_buf *b, const struct as_received_from *f)
{
	as_buf_add_str(b, as_report_or_dash(f->input));
	if (f->path.n > 0) {
		as_buf_puts(b, " > ");
		as_buf_add_str(b, f->path);
	}
}

void
as_report_origin(const struct as_term *t, const struct as_received_from *f)
{
	char when[AS_TIME_TEXT];
	struct as_buf b;

	as_buf_init(&b, AS_REPORT_LINE);
	as_report_place_add(&b, f);
	if (f->received != AS_REPORT_NO_TIME)
		as_buf_printf(
		    &b, ", read %s", as_seconds_text(f->received, when));
	as_report_entry(t, "Came in", AS_STYLE_PLAIN, &b);
	as_report_entry_text(t, "Mail from", f->mail_from);
	as_report_entry_text(t, "Mail date", f->mail_date);
	as_report_entry_text(t, "Message id", f->message_id);
}

void
as_report_more(const struct as_term *t, const struct as_reports_rest *r)
{
	struct as_buf b;

	as_buf_init(&b, AS_REPORT_LINE);
	as_buf_printf(&b,
	    "There are more: the same with --after %" PRId64
	    " (or a larger --limit).",
	    r->after);
	as_term_newline(t);
	as_report_paragraph(t, AS_STYLE_PLAIN, 0, &b);
}
