#include "base/json_pull.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"

#include "base/banned.h"

#define NUMBER_OCTETS 400 /* of a real; a double needs 325 at most */

void
as_json_pull_init(
    struct as_json_pull *r, struct as_arena *a, struct as_str text)
{
	*r = (struct as_json_pull){.a = a, .text = text};
}

static bool
fault(struct as_json_pull *r, enum as_err err, const char *what)
{
	if (r->err == AS_OK) {
		r->err = err;
		r->what = what;
	}
	return false;
}

static bool
syntax(struct as_json_pull *r, const char *what)
{
	return fault(r, AS_ESYNTAX, what);
}

enum as_err
as_json_pull_why(const struct as_json_pull *r, struct as_why *why)
{
	size_t line = 1, column = 1;

	if (r->err == AS_ENOMEM)
		return as_why_no_memory(why);
	for (size_t i = 0; i < r->at && i < r->text.n; i++) {
		column++;
		if (r->text.p[i] == '\n') {
			line++;
			column = 1;
		}
	}
	return as_why_set(why, r->err, r->at, "JSON, line %zu column %zu: %s",
	    line, column, r->what);
}

/* --- tokens --- */

/* The octet that stands here; 0 at the end: a NUL is of no use anywhere. */
static char
here(struct as_json_pull *r)
{
	while (r->at < r->text.n) {
		char c = r->text.p[r->at];
		if (c != ' ' && c != '\n' && c != '\t' && c != '\r')
			return c;
		r->at++;
	}
	return 0;
}

static bool
word(struct as_json_pull *r, const char *w)
{
	size_t n = strlen(w);

	if (!as_str_is(as_str_slice(r->text, r->at, r->at + n), w))
		return syntax(r, "no such word");
	r->at += n;
	return true;
}

enum as_json_kind
as_json_pull_kind(struct as_json_pull *r)
{
	char c = here(r);

	if (r->err != AS_OK)
		return AS_JSON_NOTHING;
	switch (c) {
	case '{': return AS_JSON_OBJECT;
	case '[': return AS_JSON_LIST;
	case '"': return AS_JSON_STRING;
	case 't': return AS_JSON_TRUE;
	case 'f': return AS_JSON_FALSE;
	case 'n': return AS_JSON_NULL;
	default:
		return c == '-' || (c >= '0' && c <= '9') ? AS_JSON_NUMBER
							  : AS_JSON_NOTHING;
	}
}

/* --- objects and lists --- */

void
as_json_pull_enter(struct as_json_pull *r)
{
	r->at++;
	r->first = true;
	if (++r->depth > AS_MAX_JSON_DEPTH)
		(void)fault(r, AS_ELIMIT, "nested too deep");
}

/* Up to the next item: past the comma, unless it is the first. */
static bool
next(struct as_json_pull *r, char close)
{
	char c = here(r);

	if (r->err != AS_OK)
		return false;
	if (c == close) {
		r->at++;
		r->depth--;
		r->first = false;
		return false;
	}
	if (r->first) {
		r->first = false;
		return true;
	}
	if (c != ',')
		return syntax(r, c == 0 ? "it ends early" : "no comma");
	r->at++;
	return true;
}

bool
as_json_pull_item(struct as_json_pull *r)
{
	return next(r, ']');
}

bool
as_json_pull_member(struct as_json_pull *r, struct as_str *name)
{
	if (!next(r, '}'))
		return false;
	if (here(r) != '"')
		return syntax(r, "no name of a member");
	if (!as_json_pull_string(r, name))
		return false;
	/* Only an escape makes one. */
	if (!as_json_pull_is_part(r, *name) &&
	    as_str_find(*name, 0, 0) < name->n)
		return syntax(r, "a NUL in a name");
	if (here(r) != ':')
		return syntax(r, "no colon");
	r->at++;
	return true;
}

/* --- strings --- */

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

#define EACH(octet) (UINT64_C(0x0101010101010101) * (octet))

/*
 * Of eight octets, how many stand before the first that is not plain ASCII: the
 * lowest with its high bit set in `odd`.  A subtraction sets it where an octet
 * is less, and perhaps in those above.
 */
static inline unsigned
plain_count(const char *p)
{
	uint64_t x, odd;

	memcpy(&x, p, sizeof(x));
	x = le64toh(x); /* the first octet is the lowest */
	odd = (x | (x - EACH(0x20)) | ((x ^ EACH('"')) - EACH(1)) |
		  ((x ^ EACH('\\')) - EACH(1))) &
	    EACH(0x80);
	return odd == 0 ? 8 : (unsigned)__builtin_ctzll(odd) / 8;
}

static inline size_t
plain_end(struct as_str s, size_t at)
{
	while (at + 8 <= s.n) {
		unsigned n = plain_count(s.p + at);

		at += n;
		if (n < 8)
			return at;
	}
	while (at < s.n && is_plain((unsigned char)s.p[at]))
		at++;
	return at;
}

size_t
as_json_plain_end(struct as_str s, size_t at)
{
	return plain_end(s, at);
}

static int
hex4(struct as_str s, size_t at)
{
	int v = 0;

	if (at + 4 > s.n)
		return -1;
	for (size_t i = at; i < at + 4; i++) {
		int digit = as_hex_digit(s.p[i]);

		if (digit < 0)
			return -1;
		v = v << 4 | digit;
	}
	return v;
}

/* "\uXXXX", or two of them for one character; r->at stands at the u. */
static bool
unicode(struct as_json_pull *r, char *out, size_t *n)
{
	int high = hex4(r->text, r->at + 1), low;
	uint32_t cp;

	if (high < 0)
		return syntax(r, "no four digits behind \\u");
	cp = (uint32_t)high;
	r->at += 5;
	if (cp >= 0xd800 && cp < 0xe000) {
		low = as_str_has_prefix(
			  as_str_slice(r->text, r->at, r->text.n), "\\u")
		    ? hex4(r->text, r->at + 2)
		    : -1;
		if (cp >= 0xdc00 || low < 0xdc00 || low > 0xdfff)
			return syntax(r, "half a surrogate pair");
		cp = 0x10000 + ((cp - 0xd800) << 10) + ((uint32_t)low - 0xdc00);
		r->at += 6;
	}
	*n += as_utf8_put(out + *n, cp);
	return true;
}

/* An escape; r->at stands behind the backslash. */
static bool
escape(struct as_json_pull *r, char *out, size_t *n)
{
	static const char codes[] = "\"\\/bfnrt";
	static const char values[] = "\"\\/\b\f\n\r\t";
	char c = r->at < r->text.n ? r->text.p[r->at] : 0;
	const char *hit;

	if (c == 'u')
		return unicode(r, out, n);
	hit = c == 0 ? NULL : strchr(codes, c);
	if (hit == NULL)
		return syntax(r, "no such escape");
	out[(*n)++] = values[hit - codes];
	r->at++;
	return true;
}

/* Where the string that begins at `at` ends at the latest: an escape takes no
 * more than it has, so that its value fits into as many octets. */
static size_t
string_end(struct as_str s, size_t at)
{
	while (at < s.n && s.p[at] != '"')
		at += s.p[at] == '\\' ? 2 : 1;
	return at < s.n ? at : s.n;
}

/* A string with something else than plain ASCII, from `start` on; what is
 * before r->at is plain. */
static bool
string_rest(struct as_json_pull *r, size_t start, struct as_str *out)
{
	size_t n = r->at - start;
	char *p = as_arena_alloc(r->a, string_end(r->text, r->at) - start + 4);

	if (p == NULL)
		return fault(r, AS_ENOMEM, NULL);
	memcpy(p, r->text.p + start, n);
	while (r->at < r->text.n && r->text.p[r->at] != '"') {
		unsigned char c = (unsigned char)r->text.p[r->at];
		uint32_t cp;
		size_t took = 1;

		if (c == '\\') {
			r->at++;
			if (!escape(r, p, &n))
				return false;
			continue;
		}
		if (c < 0x20)
			return syntax(r, "a control character in a string");
		if (c >= 0x80)
			took = as_utf8_next(r->text, r->at, &cp);
		if (took == 0)
			return syntax(r, "a string that is not UTF-8");
		memcpy(p + n, r->text.p + r->at, took);
		n += took;
		r->at += took;
	}
	*out = (struct as_str){p, n};
	return true;
}

bool
as_json_pull_string(struct as_json_pull *r, struct as_str *out)
{
	size_t start = ++r->at, end = plain_end(r->text, start);

	r->at = end;
	if (end < r->text.n && r->text.p[end] == '"')
		*out = (struct as_str){r->text.p + start, end - start};
	else if (!string_rest(r, start, out))
		return false;
	if (r->at >= r->text.n)
		return syntax(r, "a string without end");
	r->at++;
	return true;
}

bool
as_json_pull_is_part(const struct as_json_pull *r, struct as_str s)
{
	return s.p >= r->text.p && s.p < r->text.p + r->text.n;
}

/* --- numbers --- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char
octet(const struct as_json_pull *r)
{
	return r->at < r->text.n ? r->text.p[r->at] : 0;
}

static bool
digits(struct as_json_pull *r)
{
	if (!is_digit(octet(r)))
		return syntax(r, "a number without digits");
	while (is_digit(octet(r)))
		r->at++;
	return true;
}

/* Does the real at text[start..at) fit a double? */
static bool
real_check(struct as_json_pull *r, size_t start)
{
	char copy[NUMBER_OCTETS + 1];
	size_t n = r->at - start;
	double v;

	if (n > NUMBER_OCTETS)
		return syntax(r, "a number that is too long");
	memcpy(copy, r->text.p + start, n);
	copy[n] = 0;
	v = strtod(copy, NULL);
	return isfinite(v) || syntax(r, "a number that is too large");
}

static bool
integer_read(struct as_json_pull *r, size_t start, int64_t *out)
{
	bool negative = r->text.p[start] == '-';
	uint64_t most = negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX, v;

	if (as_str_u64(as_str_slice(r->text, start + negative, r->at), most,
		&v) != AS_OK)
		return syntax(r, "a number that is too large");
	*out = negative ? (int64_t)(0 - v) : (int64_t)v;
	return true;
}

bool
as_json_pull_number(struct as_json_pull *r, bool *integer, int64_t *out)
{
	size_t start = r->at;

	*integer = true;
	r->at += octet(r) == '-';
	if (octet(r) == '0')
		r->at++;
	else if (!digits(r))
		return false;
	if (is_digit(octet(r)))
		return syntax(r, "a zero before a number");
	if (octet(r) == '.') {
		*integer = false;
		r->at++;
		if (!digits(r))
			return false;
	}
	if (octet(r) == 'e' || octet(r) == 'E') {
		*integer = false;
		r->at++;
		r->at += octet(r) == '+' || octet(r) == '-';
		if (!digits(r))
			return false;
	}
	return *integer ? integer_read(r, start, out) : real_check(r, start);
}

/* --- whatever there is --- */

static bool
scalar_skip(struct as_json_pull *r, enum as_json_kind kind)
{
	struct as_str s;
	bool integer;
	int64_t v;

	switch (kind) {
	case AS_JSON_STRING: return as_json_pull_string(r, &s);
	case AS_JSON_NUMBER: return as_json_pull_number(r, &integer, &v);
	case AS_JSON_TRUE: return word(r, "true");
	case AS_JSON_FALSE: return word(r, "false");
	case AS_JSON_NULL: return word(r, "null");
	default:
		return syntax(
		    r, here(r) == 0 ? "it ends early" : "no value stands here");
	}
}

static bool skip_inside(struct as_json_pull *r, enum as_json_kind kind);

bool
as_json_pull_skip(struct as_json_pull *r)
{
	enum as_json_kind kind = as_json_pull_kind(r);

	if (kind == AS_JSON_OBJECT || kind == AS_JSON_LIST)
		return skip_inside(r, kind);
	return scalar_skip(r, kind);
}

/* As deep as AS_MAX_JSON_DEPTH at most. */
static bool
skip_inside(struct as_json_pull *r, enum as_json_kind kind)
{
	struct as_str name;

	as_json_pull_enter(r);
	while (kind == AS_JSON_OBJECT ? as_json_pull_member(r, &name)
				      : as_json_pull_item(r))
		if (!as_json_pull_skip(r))
			return false;
	return r->err == AS_OK;
}

bool
as_json_pull_end(struct as_json_pull *r)
{
	if (r->err != AS_OK)
		return false;
	(void)here(r);
	return r->at == r->text.n || syntax(r, "something stands behind it");
}
