#include "intake/field.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "intake/value.h"

#include "base/banned.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* The line at *at without its end. */
static struct as_str
next_line(struct as_str s, size_t *at)
{
	size_t end = as_str_find(s, '\n', *at);
	struct as_str line = as_str_slice(s, *at, end);

	*at = end < s.n ? end + 1 : s.n;
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Octets ahead of the colon of a field; 0: it is none. */
static size_t
name_length(struct as_str line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] > ' ' && line.p[n] < 0x7f &&
	    line.p[n] != ':')
		n++;
	return n < line.n && line.p[n] == ':' ? n : 0;
}

bool
as_field_next(struct as_str s, bool one, size_t *at, struct as_field *out)
{
	bool begun = *at > 0;

	while (*at < s.n) {
		struct as_str line = next_line(s, at);
		size_t n = name_length(line), from, end;

		if (line.n == 0 && one && begun)
			return false;
		if (n == 0)
			continue;
		from = (size_t)(line.p - s.p) + n + 1;
		end = (size_t)(line.p - s.p) + line.n;
		while (*at < s.n && is_blank(s.p[*at])) {
			line = next_line(s, at);
			end = (size_t)(line.p - s.p) + line.n;
		}
		out->name = as_str_slice(s, from - n - 1, from - 1);
		out->value = as_str_slice(s, from, end);
		return true;
	}
	return false;
}

/* One character of a value. */
static size_t
add_character(struct as_buf *b, struct as_str s, size_t at, bool *repaired)
{
	uint32_t cp;
	size_t n = as_utf8_next(s, at, &cp);

	if (n > 0 && cp >= 0x20 && cp != 0x7f) {
		as_buf_add(b, s.p + at, n);
		return n;
	}
	if (n > 0 && (cp == '\t' || cp == '\n' || cp == '\r')) {
		if (b->n > 0 && b->p[b->n - 1] != ' ')
			as_buf_puts(b, " ");
		return n;
	}
	*repaired = true;
	as_buf_puts(b, REPLACEMENT);
	return n > 0 ? n : 1;
}

struct as_str
as_field_text(struct as_arena *a, struct as_str value, bool *repaired)
{
	struct as_buf b;
	struct as_str out;

	as_buf_init(&b, AS_MAX_REPORT_TEXT + 8);
	value = as_value_trim(value);
	for (size_t at = 0; at < value.n && b.n + 4 <= AS_MAX_REPORT_TEXT;)
		at += add_character(&b, value, at, repaired);
	out = as_buf_ok(&b)
	    ? as_str_dup(
		  a, b.n > 0 ? as_value_trim(as_buf_str(&b)) : AS_STR(""))
	    : AS_STR_NULL;
	as_buf_fini(&b);
	return out;
}

/* The quote that opens what the one at text[at] closes; `at`: there is none. */
static size_t
quote_start(struct as_str text, size_t at)
{
	for (size_t i = at; i > 0; i--)
		if (text.p[i - 1] == '"')
			return i - 1;
	return at;
}

/* Where the part ahead of the "@" at text[at] begins: words and what stands
 * in quotes, without a gap. */
static size_t
local_start(struct as_str text, size_t at)
{
	size_t i = at;

	while (i > 0) {
		size_t from = i - 1;
		if (text.p[from] == '"')
			from = quote_start(text, from);
		if (from == i - 1 &&
		    strchr(" <>()[],;:\"", text.p[from]) != NULL)
			break;
		i = from;
	}
	/* "smtp.mailfrom=local@domain": not the name of the property. */
	for (size_t k = i; k < at; k++) {
		char c = text.p[k];
		if (c == '=' && k > i)
			return k + 1;
		if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && c != '.' &&
		    c != '-')
			break;
	}
	return i;
}

struct as_str
as_field_redact(struct as_arena *a, struct as_str text)
{
	struct as_buf b;
	struct as_str out;
	size_t done = 0;

	as_buf_init(&b, text.n + 1);
	for (size_t at = as_str_find(text, '@', 0); at < text.n;
	     at = as_str_find(text, '@', at + 1)) {
		size_t start = local_start(text, at);
		if (start > done)
			as_buf_add_str(&b, as_str_slice(text, done, start));
		done = at;
	}
	as_buf_add_str(&b, as_str_slice(text, done, text.n));
	out = as_buf_ok(&b)
	    ? as_str_dup(a, b.n > 0 ? as_buf_str(&b) : AS_STR(""))
	    : AS_STR_NULL;
	as_buf_fini(&b);
	return out;
}

struct as_str
as_field_domain(struct as_str text)
{
	size_t at = text.n, end;

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '@')
			at = i;
	if (at == text.n)
		return AS_STR_NULL;
	for (end = at + 1;
	     end < text.n && strchr(" <>()[],;:\"", text.p[end]) == NULL; end++)
		continue;
	return as_str_slice(text, at + 1, end);
}
