#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static unsigned char
fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

bool
as_str_eq_case(struct as_str a, struct as_str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (fold(a.p[i]) != fold(b.p[i]))
			return false;
	return true;
}

bool
as_str_has_suffix_case(struct as_str s, struct as_str suffix)
{
	return s.n >= suffix.n &&
	    as_str_eq_case(as_str_slice(s, s.n - suffix.n, s.n), suffix);
}

int
as_str_cmp(struct as_str a, struct as_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (c != 0)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

struct as_str
as_str_trim(struct as_str s)
{
	size_t from = 0, to = s.n;

	while (from < to && (s.p[from] == ' ' || s.p[from] == '\t'))
		from++;
	while (to > from && (s.p[to - 1] == ' ' || s.p[to - 1] == '\t'))
		to--;
	return as_str_slice(s, from, to);
}

size_t
as_str_find(struct as_str s, char c, size_t from)
{
	const char *hit;

	if (from >= s.n)
		return s.n;
	hit = memchr(s.p + from, c, s.n - from);
	return hit == NULL ? s.n : (size_t)(hit - s.p);
}

bool
as_str_has(struct as_str s, struct as_str part)
{
	for (size_t i = 0; i + part.n <= s.n; i++)
		if (as_str_eq(as_str_slice(s, i, i + part.n), part))
			return true;
	return false;
}

bool
as_str_has_case(struct as_str s, const char *part)
{
	struct as_str p = as_str_from(part);

	for (size_t i = 0; i + p.n <= s.n; i++)
		if (p.n == 0 ||
		    (fold(s.p[i]) == fold(*part) &&
			as_str_eq_case(as_str_slice(s, i, i + p.n), p)))
			return true;
	return false;
}

enum as_err
as_str_u64(struct as_str s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0)
		return AS_ESYNTAX;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return AS_ESYNTAX;
	for (size_t i = 0; i < s.n; i++) {
		uint64_t d = (uint64_t)(s.p[i] - '0');
		if (d > max || v > (max - d) / 10)
			return AS_ERANGE;
		v = v * 10 + d;
	}
	*out = v;
	return AS_OK;
}

struct as_str
as_str_dup(struct as_arena *a, struct as_str s)
{
	char *p = as_arena_copy(a, s.p, s.n);

	return p == NULL ? AS_STR_NULL : (struct as_str){p, s.n};
}

struct as_str
as_str_lower(struct as_arena *a, struct as_str s)
{
	char *p = as_arena_copy(a, s.p, s.n);

	if (p == NULL)
		return AS_STR_NULL;
	for (size_t i = 0; i < s.n; i++)
		p[i] = (char)fold(p[i]);
	return (struct as_str){p, s.n};
}

/* --- formats --- */

#define FORMAT_OCTETS 1024 /* most texts fit, and are formatted once */

struct format {
	char text[FORMAT_OCTETS];
	size_t n;
};

static bool
format_add(struct format *f, const char *p, size_t n)
{
	if (n > sizeof(f->text) - f->n)
		return false;
	if (n > 0)
		memcpy(f->text + f->n, p, n);
	f->n += n;
	return true;
}

static bool
format_number(struct format *f, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + v % 10);
	while ((v /= 10) > 0);
	return format_add(f, digits + at, sizeof(digits) - at);
}

/* What fmt asks for, from its "%" on; *fmt moves behind it.  False: it does not
 * fit, or is none of %s, %.*s, %u and %zu. */
static bool
format_one(struct format *f, const char **fmt, va_list *ap)
{
	const char *p = *fmt, *s;
	int most;

	if (p[1] == 's') {
		*fmt += 2;
		s = va_arg(*ap, const char *);
		return s != NULL && format_add(f, s, strlen(s));
	}
	if (p[1] == 'u') {
		*fmt += 2;
		return format_number(f, va_arg(*ap, unsigned));
	}
	if (p[1] == 'z' && p[2] == 'u') {
		*fmt += 3;
		return format_number(f, va_arg(*ap, size_t));
	}
	if (p[1] != '.' || p[2] != '*' || p[3] != 's')
		return false;
	*fmt += 4;
	most = va_arg(*ap, int);
	s = va_arg(*ap, const char *);
	return s != NULL && most >= 0 &&
	    format_add(f, s, strnlen(s, (size_t)most));
}

/* The few forms that nearly all texts are made of: rules make hundreds for each
 * domain, and vsnprintf would take a tenth of the time.  False: ask that one. */
static bool
format_plain(struct format *f, const char *fmt, va_list *ap)
{
	f->n = 0;
	while (*fmt != 0) {
		size_t n = 0;

		while (fmt[n] != 0 && fmt[n] != '%')
			n++;
		if (!format_add(f, fmt, n))
			return false;
		fmt += n;
		if (*fmt != 0 && !format_one(f, &fmt, ap))
			return false;
	}
	return true;
}

struct as_str
as_str_vprintf(struct as_arena *a, const char *fmt, va_list ap)
{
	struct format f;
	va_list again;
	char *p = NULL;
	bool plain;
	int n;

	va_copy(again, ap);
	plain = format_plain(&f, fmt, &again);
	va_end(again);
	if (plain)
		return as_str_dup(a, (struct as_str){f.text, f.n});
	va_copy(again, ap);
	n = vsnprintf(f.text, sizeof(f.text), fmt, again);
	va_end(again);
	if (n >= 0)
		p = as_arena_alloc(a, (size_t)n + 1);
	if (p == NULL)
		return AS_STR_NULL;
	if ((size_t)n < sizeof(f.text))
		memcpy(p, f.text, (size_t)n);
	else
		(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	return (struct as_str){p, (size_t)n};
}

struct as_str
as_str_printf(struct as_arena *a, const char *fmt, ...)
{
	struct as_str s;
	va_list ap;

	va_start(ap, fmt);
	s = as_str_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}

static bool
is_plain(char c)
{
	return c >= 0x20 && c < 0x7f && c != '\\';
}

struct as_str
as_str_escape(struct as_arena *a, struct as_str s)
{
	size_t need = 0, at = 0;
	char *p;

	for (size_t i = 0; i < s.n; i++)
		need += is_plain(s.p[i]) ? 1 : s.p[i] == '\\' ? 2 : 4;
	if (need == s.n) /* as nearly all */
		return as_str_dup(a, s);
	p = as_arena_alloc(a, need + 1);
	if (p == NULL)
		return AS_STR_NULL;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (is_plain(s.p[i])) {
			p[at++] = s.p[i];
		} else if (c == '\\') {
			p[at++] = '\\';
			p[at++] = '\\';
		} else {
			p[at++] = '\\';
			p[at++] = (char)('0' + c / 100);
			p[at++] = (char)('0' + c / 10 % 10);
			p[at++] = (char)('0' + c % 10);
		}
	}
	return (struct as_str){p, at};
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Octets of the escape that starts at s[i] ('\'); 0 when it is malformed. */
static size_t
escape_read(struct as_str s, size_t i, char *out)
{
	int v;

	if (i + 1 < s.n && s.p[i + 1] == '\\') {
		*out = '\\';
		return 2;
	}
	if (i + 3 >= s.n || !is_digit(s.p[i + 1]) || !is_digit(s.p[i + 2]) ||
	    !is_digit(s.p[i + 3]))
		return 0;
	v = (s.p[i + 1] - '0') * 100 + (s.p[i + 2] - '0') * 10 +
	    (s.p[i + 3] - '0');
	if (v > 255)
		return 0;
	*out = (char)v;
	return 4;
}

enum as_err
as_str_unescape(
    struct as_arena *a, struct as_str s, struct as_str *out, struct as_why *why)
{
	size_t at = as_str_find(s, '\\', 0);
	char *p = as_arena_copy(a, s.p, s.n);

	if (p == NULL)
		return as_why_no_memory(why);
	for (size_t i = at; i < s.n;) {
		size_t n = 1;
		if (s.p[i] != '\\')
			p[at] = s.p[i];
		else
			n = escape_read(s, i, &p[at]);
		if (n == 0)
			return as_why_set(why, AS_ESYNTAX, i,
			    "an escape must be \\\\ or \\DDD below 256");
		i += n;
		at++;
	}
	p[at] = 0;
	*out = (struct as_str){p, at};
	return AS_OK;
}
