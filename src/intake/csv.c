#include "intake/csv.h"

#include <string.h>

#include "base/limits.h"

#include "base/banned.h"

static bool
is_line_end(struct as_str s, size_t at)
{
	return at >= s.n || s.p[at] == '\n' || s.p[at] == '\r';
}

/* Behind the line end at `at`. */
static size_t
line_end_skip(struct as_str s, size_t at)
{
	if (at + 1 < s.n && s.p[at] == '\r' && s.p[at + 1] == '\n')
		return at + 2;
	return at < s.n ? at + 1 : at;
}

static size_t
line_end_find(struct as_str s, size_t at)
{
	while (!is_line_end(s, at))
		at++;
	return at;
}

static void
line_skip(struct as_csv *c)
{
	c->at = line_end_skip(c->text, line_end_find(c->text, c->at));
	c->line++;
}

/* --- cells --- */

static enum as_err
quote_fault(const char *what, size_t at, struct as_why *why)
{
	return as_why_set(why, AS_ESYNTAX, at, "RFC 4180 2: %s", what);
}

/* From behind the opening quote; *at moves behind the closing one, *pairs counts
 * the doubled ones between. */
static enum as_err
quoted_find(const struct as_csv *c, size_t *at, struct as_str *out,
    size_t *pairs, struct as_why *why)
{
	struct as_str s = c->text;
	size_t from = *at, i = from;

	for (*pairs = 0;; i++) {
		if (i >= s.n)
			return quote_fault(
			    "a quoted cell has no end", from - 1, why);
		if (i - c->at > AS_MAX_CSV_OCTETS)
			return quote_fault("a quoted cell has no end, or is "
					   "too long",
			    from - 1, why);
		if (s.p[i] != '"')
			continue;
		if (i + 1 >= s.n || s.p[i + 1] != '"')
			break;
		i++;
		(*pairs)++;
	}
	*out = as_str_slice(s, from, i);
	*at = i + 1;
	return AS_OK;
}

/* Doubled quotes become one. */
static struct as_str
quoted_undouble(struct as_arena *a, struct as_str s, size_t pairs)
{
	char *p = as_arena_alloc(a, s.n - pairs + 1);
	size_t n = 0;

	if (p == NULL)
		return AS_STR_NULL;
	for (size_t i = 0; i < s.n; i++) {
		p[n++] = s.p[i];
		if (s.p[i] == '"')
			i++;
	}
	return (struct as_str){p, n};
}

static size_t
blanks_skip(const struct as_csv *c, size_t at)
{
	while (at < c->text.n && c->text.p[at] == ' ')
		at++;
	return at;
}

static bool
is_cell_end(const struct as_csv *c, size_t at)
{
	return is_line_end(c->text, at) || c->text.p[at] == c->delimiter;
}

static enum as_err
quoted_take(const struct as_csv *c, struct as_arena *a, size_t *at,
    struct as_str *out, struct as_why *why)
{
	size_t pairs;

	(*at)++;
	AS_TRY(quoted_find(c, at, out, &pairs, why));
	*at = blanks_skip(c, *at);
	if (!is_cell_end(c, *at))
		return quote_fault(
		    "text behind a closing quote: is one missing?", *at, why);
	if (pairs > 0)
		*out = quoted_undouble(a, *out, pairs);
	return as_str_is_null(*out) ? as_why_no_memory(why) : AS_OK;
}

static enum as_err
cell_take(const struct as_csv *c, struct as_arena *a, size_t *at,
    struct as_str *out, struct as_why *why)
{
	size_t from = *at, start = blanks_skip(c, from);

	if (start < c->text.n && c->text.p[start] == '"') {
		*at = start;
		return quoted_take(c, a, at, out, why);
	}
	while (!is_cell_end(c, *at))
		(*at)++;
	*out = as_str_slice(c->text, from, *at);
	return AS_OK;
}

/* --- records --- */

/* From c->at; *end behind the record's line end. */
static enum as_err
cells_take(const struct as_csv *c, struct as_arena *a,
    struct as_csv_record *out, size_t *end, struct as_why *why)
{
	struct as_str cells[AS_MAX_CSV_CELLS], *kept;
	size_t at = c->at;

	for (out->n = 0;; at++) {
		if (out->n == AS_MAX_CSV_CELLS)
			return as_why_set(why, AS_ELIMIT, at,
			    "more than %d cells in one line", AS_MAX_CSV_CELLS);
		AS_TRY(cell_take(c, a, &at, &cells[out->n++], why));
		if (at - c->at > AS_MAX_CSV_OCTETS)
			return as_why_set(why, AS_ELIMIT, c->at,
			    "a line of more than %d octets", AS_MAX_CSV_OCTETS);
		if (is_line_end(c->text, at))
			break;
	}
	*end = line_end_skip(c->text, at);
	kept = as_arena_array(a, out->n, sizeof(*kept));
	if (kept == NULL)
		return as_why_no_memory(why);
	memcpy(kept, cells, out->n * sizeof(*kept));
	out->cells = kept;
	return AS_OK;
}

static void
record_pass(struct as_csv *c, size_t end)
{
	while (c->at < end) {
		size_t next = line_end_find(c->text, c->at);

		c->line += next < end;
		c->at = line_end_skip(c->text, next);
	}
	c->at = end;
}

static bool
is_passed_over(const struct as_csv *c)
{
	size_t at = c->at;

	while (at < c->text.n &&
	    (c->text.p[at] == ' ' || c->text.p[at] == '\t' ||
		c->text.p[at] == c->delimiter))
		at++;
	return is_line_end(c->text, at) || c->text.p[c->at] == '#';
}

enum as_err
as_csv_next(struct as_csv *c, struct as_arena *a, struct as_csv_record *out,
    struct as_why *why)
{
	enum as_err err;
	size_t end;

	while (c->at < c->text.n && is_passed_over(c))
		line_skip(c);
	*out = (struct as_csv_record){.line = c->line};
	if (c->at >= c->text.n)
		return AS_EABSENT;
	err = cells_take(c, a, out, &end, why);
	if (err == AS_OK)
		record_pass(c, end);
	else
		line_skip(c);
	return err;
}

/* --- the delimiter --- */

/* How well a delimiter parts the first records. */
struct guess {
	size_t score; /* cells of the first, times those that have as many */
	size_t first; /* octets of the first cell */
};

static bool
is_better(const struct guess *g, const struct guess *than)
{
	return g->score > than->score ||
	    (g->score == than->score && g->first < than->first);
}

static struct guess
delimiter_try(struct as_csv c, char delimiter)
{
	struct as_arena *a =
	    as_arena_new((size_t)AS_MAX_CSV_GUESS * AS_MAX_CSV_OCTETS * 2);
	struct guess g = {0};
	size_t width = 0;

	c.delimiter = delimiter;
	for (size_t i = 0; a != NULL && i < AS_MAX_CSV_GUESS; i++) {
		struct as_csv_record r;
		enum as_err err = as_csv_next(&c, a, &r, NULL);

		if (err == AS_EABSENT)
			break;
		if (err != AS_OK)
			continue;
		if (width == 0) {
			width = r.n;
			g.first = r.cells[0].n;
		}
		g.score += r.n == width && width > 1 ? width : 0;
	}
	as_arena_free(a);
	return g;
}

static char
delimiter_guess(const struct as_csv *c)
{
	static const char all[] = ",;\t|";
	struct guess best = {0};
	char found = ',';

	for (const char *d = all; *d != 0; d++) {
		struct guess g = delimiter_try(*c, *d);

		if (is_better(&g, &best)) {
			best = g;
			found = *d;
		}
	}
	return found;
}

void
as_csv_init(struct as_csv *c, struct as_str text)
{
	struct as_str first = as_str_slice(text, 0, line_end_find(text, 0));

	*c = (struct as_csv){.text = text, .delimiter = ',', .line = 1};
	if (first.n == 5 && as_str_has_prefix_case(first, "sep=")) {
		c->delimiter = first.p[4];
		line_skip(c);
		return;
	}
	c->delimiter = delimiter_guess(c);
}
