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

/* A word of letters alone: no name, no value that must stay as it is. */
static bool
is_plain(struct as_str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] < 'a' || word.p[i] > 'z')
			return false;
	return word.n > 0;
}

static void
word_put(const struct as_term *t, struct as_str word, bool capital)
{
	if (capital && is_plain(word)) {
		as_buf_printf(t->out, "%c", word.p[0] - 'a' + 'A');
		word = as_str_slice(word, 1, word.n);
	}
	as_term_add(t->out, word);
}

static bool
ends_sentence(struct as_str s)
{
	char last = s.n > 0 ? s.p[s.n - 1] : '.';

	return last == '.' || last == '!' || last == '?';
}

static void
wrap(const struct as_term *t, enum as_style style, size_t column, size_t indent,
    struct as_str s, bool sentence)
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
		word_put(t, word, first && sentence);
		used += width;
		first = false;
	}
	if (sentence && !ends_sentence(s))
		as_buf_puts(t->out, ".");
	style_off(t, on);
	as_term_newline(t);
}

void
as_term_wrap(const struct as_term *t, enum as_style style, size_t column,
    size_t indent, struct as_str s)
{
	wrap(t, style, column, indent, s, false);
}

void
as_term_sentence(const struct as_term *t, enum as_style style, size_t column,
    size_t indent, struct as_str clause)
{
	wrap(t, style, column, indent, clause, true);
}
