#include "base/json_out.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_pull.h"
#include "base/utf8.h"

#include "base/banned.h"

/* --- what stands between values --- */

static void
break_add(struct as_json_out *o)
{
	if (o->style != AS_JSON_PRETTY)
		return;
	as_buf_puts(o->b, "\n");
	for (unsigned i = 0; i < o->depth; i++)
		as_buf_puts(o->b, "  ");
}

/* Before a name, or a value without one. */
static void
next(struct as_json_out *o)
{
	if (o->named) {
		o->named = false;
		return;
	}
	if (o->inside)
		as_buf_puts(o->b, ",");
	if (o->depth > 0)
		break_add(o);
	o->inside = true;
}

void
as_json_out_open(struct as_json_out *o, char bracket)
{
	next(o);
	as_buf_add(o->b, &bracket, 1);
	o->depth++;
	o->inside = false;
}

void
as_json_out_close(struct as_json_out *o, char bracket)
{
	o->depth--;
	if (o->inside)
		break_add(o);
	as_buf_add(o->b, &bracket, 1);
	o->inside = true;
}

void
as_json_out_word(struct as_json_out *o, const char *word)
{
	next(o);
	as_buf_puts(o->b, word);
}

/* --- strings --- */

static void
escape_add(struct as_buf *b, unsigned char c)
{
	switch (c) {
	case '"': as_buf_puts(b, "\\\""); break;
	case '\\': as_buf_puts(b, "\\\\"); break;
	case '\b': as_buf_puts(b, "\\b"); break;
	case '\f': as_buf_puts(b, "\\f"); break;
	case '\n': as_buf_puts(b, "\\n"); break;
	case '\r': as_buf_puts(b, "\\r"); break;
	case '\t': as_buf_puts(b, "\\t"); break;
	default: as_buf_printf(b, "\\u%04X", (unsigned)c); break;
	}
}

/* A code point in UTF-16, as JSON escapes it (RFC 8259 7). */
static void
code_add(struct as_buf *b, uint32_t cp)
{
	if (cp >= 0x10000) {
		as_buf_printf(
		    b, "\\u%04X", (unsigned)(0xd800 + ((cp - 0x10000) >> 10)));
		cp = 0xdc00 + (cp & 0x3ff);
	}
	as_buf_printf(b, "\\u%04X", (unsigned)cp);
}

/* What is not plain ASCII, which stands at s[at]; returns where it ends.  Malformed
 * UTF-8 becomes U+FFFD. */
static size_t
odd_add(struct as_buf *b, struct as_str s, size_t at)
{
	unsigned char c = (unsigned char)s.p[at];
	uint32_t cp;
	size_t n = 0;

	if (c >= 0x80)
		n = as_utf8_next(s, at, &cp);
	if (n > 0 && !as_utf8_is_unsafe(cp))
		as_buf_add(b, s.p + at, n);
	else if (n > 0)
		code_add(b, cp);
	else if (c >= 0x80)
		as_buf_puts(b, "\xef\xbf\xbd");
	else
		escape_add(b, c);
	return at + (n > 0 ? n : 1);
}

/* DEL may stand in JSON as it is, but not on a terminal. */
static size_t
plain_end(struct as_str s, size_t at)
{
	size_t end = as_json_plain_end(s, at);
	const char *del = memchr(s.p + at, 0x7f, end - at);

	return del != NULL ? (size_t)(del - s.p) : end;
}

static void
string_add(struct as_buf *b, struct as_str s)
{
	as_buf_add(b, "\"", 1);
	for (size_t at = 0; at < s.n;) {
		size_t end = plain_end(s, at);
		as_buf_add(b, s.p + at, end - at);
		at = end < s.n ? odd_add(b, s, end) : end;
	}
	as_buf_add(b, "\"", 1);
}

void
as_json_out_name(struct as_json_out *o, const char *name)
{
	next(o);
	string_add(o->b, as_str_from(name));
	as_buf_puts(o->b, o->style == AS_JSON_PRETTY ? ": " : ":");
	o->named = true;
}

void
as_json_out_str(struct as_json_out *o, struct as_str s)
{
	if (as_str_find(s, 0, 0) < s.n) {
		as_json_out_tree(o, as_json_str(s));
		return;
	}
	next(o);
	string_add(o->b, s);
}

void
as_json_out_str_or_null(struct as_json_out *o, struct as_str s)
{
	if (s.n == 0)
		as_json_out_word(o, "null");
	else
		as_json_out_str(o, s);
}

/* --- trees --- */

static void tree(struct as_json_out *o, const json_t *v);

static void
object(struct as_json_out *o, const json_t *v)
{
	const char *name;
	json_t *one;

	as_json_out_open(o, '{');
	json_object_foreach((json_t *)(uintptr_t)v, name, one)
	{
		as_json_out_name(o, name);
		tree(o, one);
	}
	as_json_out_close(o, '}');
}

static void
list(struct as_json_out *o, const json_t *v)
{
	json_t *one;
	size_t i;

	as_json_out_open(o, '[');
	json_array_foreach(v, i, one) tree(o, one);
	as_json_out_close(o, ']');
}

/* As the library writes it: as short as reads back the same. */
static void
real(struct as_json_out *o, const json_t *v)
{
	char *text = json_dumps(v, JSON_ENCODE_ANY);

	if (text == NULL)
		o->b->full = true;
	else
		as_json_out_word(o, text);
	free(text);
}

static void
integer(struct as_json_out *o, const json_t *v)
{
	next(o);
	as_buf_printf(o->b, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
}

static void
tree(struct as_json_out *o, const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT: object(o, v); break;
	case JSON_ARRAY: list(o, v); break;
	case JSON_STRING:
		next(o);
		string_add(o->b, as_json_get_str(v));
		break;
	case JSON_INTEGER: integer(o, v); break;
	case JSON_REAL: real(o, v); break;
	case JSON_TRUE: as_json_out_word(o, "true"); break;
	case JSON_FALSE: as_json_out_word(o, "false"); break;
	case JSON_NULL: as_json_out_word(o, "null"); break;
	}
}

void
as_json_out_tree(struct as_json_out *o, json_t *v)
{
	if (v == NULL)
		o->b->full = true;
	else
		tree(o, v);
	json_decref(v);
}

void
as_json_write(struct as_buf *b, const json_t *doc, enum as_json_style style)
{
	struct as_json_out o = {.b = b, .style = style};

	if (doc == NULL)
		b->full = true;
	else
		tree(&o, doc);
}
