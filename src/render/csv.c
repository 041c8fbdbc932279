#include "render/csv.h"

#include "base/utf8.h"

#include "base/banned.h"

#define MOST_WIDER 4 /* an octet becomes "\\xNN" at the most */

/* Quoted text (RFC 4180 2), formulas made inert. */
static void
quoted_add(struct as_buf *b, struct as_str s)
{
	bool fresh = true; /* a cell could start here */

	for (size_t at = 0; at < s.n;) {
		uint32_t cp;
		size_t n = as_utf8_next(s, at, &cp);
		if (fresh && as_utf8_starts_formula(cp))
			as_buf_puts(b, "'");
		if (cp == '"')
			as_buf_puts(b, "\"");
		as_buf_add(b, s.p + at, n);
		fresh = cp == ';' || (fresh && (cp == ' ' || cp == '"'));
		at += n;
	}
}

/* Does it stand at the start of a row? */
static bool
begins_row(const struct as_buf *b)
{
	return b->n == 0 || b->p[b->n - 1] == '\n';
}

void
as_csv_cell(struct as_buf *b, struct as_str s)
{
	struct as_buf safe;

	if (!begins_row(b))
		as_buf_puts(b, ",");
	as_buf_init(&safe, MOST_WIDER * s.n);
	as_term_add(&safe, s);
	as_buf_puts(b, "\"");
	quoted_add(b, as_buf_str(&safe));
	as_buf_puts(b, "\"");
	if (!as_buf_ok(&safe))
		b->full = true;
	as_buf_fini(&safe);
}

void
as_csv_number(struct as_buf *b, size_t n)
{
	as_buf_printf(b, "%s%zu", begins_row(b) ? "" : ",", n);
}

void
as_csv_end(struct as_buf *b)
{
	as_buf_puts(b, "\r\n");
}
