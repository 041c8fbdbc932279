#include "render/term.h"

#include "base/utf8.h"

#include "base/banned.h"

static const char *const style_codes[] = {
    [AS_STYLE_PLAIN] = "",
    [AS_STYLE_BOLD] = "\x1b[1m",
    [AS_STYLE_DIM] = "\x1b[2m",
    [AS_STYLE_GOOD] = "\x1b[32m",
    [AS_STYLE_WARN] = "\x1b[33m",
    [AS_STYLE_BAD] = "\x1b[1;31m",
    [AS_STYLE_UNKNOWN] = "\x1b[35m",
};

static bool
style_on(const struct as_term *t, enum as_style style)
{
	if (!t->colour || style == AS_STYLE_PLAIN)
		return false;
	as_buf_puts(t->out, style_codes[style]);
	return true;
}

static void
style_off(const struct as_term *t, bool on)
{
	if (on)
		as_buf_puts(t->out, "\x1b[0m");
}

void
as_term_put(const struct as_term *t, enum as_style style, struct as_str s)
{
	bool on = style_on(t, style);

	as_term_add(t->out, s);
	style_off(t, on);
}

void
as_term_puts(const struct as_term *t, enum as_style style, const char *s)
{
	as_term_put(t, style, as_str_from(s));
}

void
as_term_put_padded(const struct as_term *t, enum as_style style,
    struct as_str s, size_t columns)
{
	size_t width = as_term_width(s);

	as_term_put(t, style, s);
	if (columns > 0)
		as_term_spaces(t, width < columns ? columns - width : 1);
}

void
as_term_spaces(const struct as_term *t, size_t n)
{
	while (n-- > 0)
		as_buf_puts(t->out, " ");
}

void
as_term_newline(const struct as_term *t)
{
	as_buf_puts(t->out, "\n");
}

static struct as_str
word_next(struct as_str s, size_t *at)
{
	size_t from = *at, to;

	while (from < s.n && (s.p[from] == ' ' || s.p[from] == '\n'))
		from++;
	to = from;
	while (to < s.n && s.p[to] != ' ' && s.p[to] != '\n')
		to++;
	*at = to;
	return as_str_slice(s, from, to);
}

void
as_term_wrap(const struct as_term *t, enum as_style style, size_t column,
    size_t indent, struct as_str s)
{
	size_t at = 0, used = column;
	bool first = true, on = style_on(t, style);

	for (;;) {
		struct as_str word = word_next(s, &at);
		size_t width = as_term_width(word);
		if (word.n == 0)
			break;
		if (!first && used + 1 + width > t->width) {
			as_term_newline(t);
			as_term_spaces(t, indent);
			used = indent;
		} else if (!first) {
			as_buf_puts(t->out, " ");
			used++;
		}
		as_term_add(t->out, word);
		used += width;
		first = false;
	}
	style_off(t, on);
	as_term_newline(t);
}

/* --- clauses --- */

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

/* Words are letters alone: no name, no value that must stay as it is. */
static bool
begins_plain(struct as_str s)
{
	size_t n = 0;

	while (n < s.n && is_lower(s.p[n]))
		n++;
	return n > 0 && (n == s.n || s.p[n] == ' ' || s.p[n] == '\n');
}

void
as_sentence_add(struct as_buf *b, struct as_str clause)
{
	char last = clause.n > 0 ? clause.p[clause.n - 1] : '.';

	if (begins_plain(clause)) {
		as_buf_printf(b, "%c", clause.p[0] - 'a' + 'A');
		clause = as_str_slice(clause, 1, clause.n);
	}
	as_buf_add_str(b, clause);
	if (last != '.' && last != '!' && last != '?')
		as_buf_puts(b, ".");
}

void
as_term_sentence(const struct as_term *t, enum as_style style, size_t column,
    size_t indent, struct as_str clause)
{
	struct as_buf b;

	as_buf_init(&b, clause.n + 1);
	as_sentence_add(&b, clause);
	as_term_wrap(t, style, column, indent, as_buf_str(&b));
	as_buf_fini(&b);
}
