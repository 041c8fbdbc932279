/* base/tsv: cells lie in the text, in order, hold no tab and no line feed; line
 * numbers count line feeds. */
#include "base/tsv.h"
#include "must.h"

#include "base/banned.h"

static size_t
lines_before(struct as_str text, size_t at)
{
	size_t n = 1;

	for (size_t i = 0; i < at; i++)
		n += text.p[i] == '\n';
	return n;
}

static size_t
check_cell(struct as_str text, struct as_str cell, size_t from)
{
	size_t at;

	MUST(cell.p >= text.p + from && cell.p + cell.n <= text.p + text.n);
	MUST(as_str_find(cell, '\t', 0) == cell.n);
	MUST(as_str_find(cell, '\n', 0) == cell.n);
	at = (size_t)(cell.p - text.p);
	return at + cell.n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_str text = {(const char *)p, n};
	struct as_tsv t = {.text = text};
	struct as_str cells[AS_TSV_COLUMNS];
	size_t count, at = 0, rows = 0;

	while ((count = as_tsv_next(&t, cells)) > 0) {
		MUST(count <= AS_TSV_COLUMNS);
		if (rows++ < 64)
			MUST(t.line ==
			    lines_before(text, (size_t)(cells[0].p - text.p)));
		MUST(cells[0].n == 0 || cells[0].p[0] != '#');
		for (size_t i = 0; i < count; i++)
			at = check_cell(text, cells[i], at);
	}
	MUST(t.at >= n);
	MUST(as_tsv_next(&t, cells) == 0);
	return 0;
}
