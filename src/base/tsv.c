#include "base/tsv.h"

#include "base/banned.h"

static struct as_str
line_next(struct as_tsv *t)
{
	size_t end = as_str_find(t->text, '\n', t->at);
	struct as_str line = as_str_slice(t->text, t->at, end);

	t->at = end + 1;
	t->line++;
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static size_t
cells_split(struct as_str line, struct as_str cells[AS_TSV_COLUMNS])
{
	size_t n = 0, at = 0;

	while (n < AS_TSV_COLUMNS) {
		size_t end = as_str_find(line, '\t', at);
		cells[n++] = as_str_slice(line, at, end);
		if (end >= line.n)
			break;
		at = end + 1;
	}
	return n;
}

size_t
as_tsv_next(struct as_tsv *t, struct as_str cells[AS_TSV_COLUMNS])
{
	while (t->at < t->text.n) {
		struct as_str line = line_next(t);
		if (line.n > 0 && line.p[0] != '#')
			return cells_split(line, cells);
	}
	return 0;
}
