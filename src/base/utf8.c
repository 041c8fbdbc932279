#include "base/utf8.h"

#include <string.h>

#include "base/banned.h"

/* Sequence length by lead octet, and the bits it contributes. */
static size_t
lead_read(unsigned char c, uint32_t *cp)
{
	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	if (c >= 0xc2 && c <= 0xdf) {
		*cp = c & 0x1fu;
		return 2;
	}
	if (c >= 0xe0 && c <= 0xef) {
		*cp = c & 0x0fu;
		return 3;
	}
	if (c >= 0xf0 && c <= 0xf4) {
		*cp = c & 0x07u;
		return 4;
	}
	return 0;
}

size_t
as_utf8_next(struct as_str s, size_t at, uint32_t *cp)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n;

	if (at >= s.n)
		return 0;
	n = lead_read((unsigned char)s.p[at], cp);
	if (n == 0 || s.n - at < n)
		return 0;
	for (size_t i = 1; i < n; i++) {
		unsigned char c = (unsigned char)s.p[at + i];
		if ((c & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (c & 0x3fu);
	}
	if (*cp < least[n] || *cp > 0x10ffff ||
	    (*cp >= 0xd800 && *cp <= 0xdfff))
		return 0;
	return n;
}

size_t
as_utf8_put(char *out, uint32_t cp)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

bool
as_utf8_is_valid(struct as_str s)
{
	uint32_t cp;

	for (size_t at = 0; at < s.n;) {
		size_t n = as_utf8_next(s, at, &cp);
		if (n == 0)
			return false;
		at += n;
	}
	return true;
}

bool
as_utf8_is_clean(struct as_str s)
{
	return s.n == 0 || (memchr(s.p, 0, s.n) == NULL && as_utf8_is_valid(s));
}

size_t
as_utf8_mend(char *out, struct as_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		uint32_t cp;
		size_t step = as_utf8_next(s, i, &cp);

		n += as_utf8_put(out + n, step == 0 || cp == 0 ? 0xFFFD : cp);
		i += step > 0 ? step : 1;
	}
	return n;
}

struct as_str
as_utf8_cut(struct as_str s, size_t most)
{
	size_t n = most;

	if (s.n <= most)
		return s;
	while (n > 0 && most - n < 3 && ((uint8_t)s.p[n] & 0xC0) == 0x80)
		n--;
	return as_str_slice(s, 0, n);
}

struct range {
	uint32_t from, to;
};

/* Controls, bidi controls, invisible operators and fillers, tags (Unicode Cc,
 * Cf, Zl, Zp and default-ignorable, as far as they can disguise a line). */
static const struct range unsafe[] = {
    {0x00, 0x1f},
    {0x7f, 0x9f},
    {0xad, 0xad},
    {0x34f, 0x34f},
    {0x61c, 0x61c},
    {0x115f, 0x1160},
    {0x17b4, 0x17b5},
    {0x180b, 0x180f},
    {0x200b, 0x200f},
    {0x2028, 0x202e},
    {0x2060, 0x206f},
    {0x3164, 0x3164},
    {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},
    {0xfff0, 0xfffb},
    {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a},
    {0xe0000, 0xe0fff},
};

bool
as_utf8_is_unsafe(uint32_t cp)
{
	for (size_t i = 0; i < sizeof(unsafe) / sizeof(unsafe[0]); i++)
		if (cp >= unsafe[i].from && cp <= unsafe[i].to)
			return true;
	return false;
}

/* The last four are the wide forms that some spreadsheets take for the same. */
bool
as_utf8_starts_formula(uint32_t cp)
{
	switch (cp) {
	case '=':
	case '+':
	case '-':
	case '@':
	case 0xff1d:
	case 0xff0b:
	case 0xff0d:
	case 0xff20: return true;
	default: return false;
	}
}

/* Octets from `at` on that are printed as they are. */
static size_t
plain_octets(struct as_str s, size_t at)
{
	size_t end = at;

	while (end < s.n && s.p[end] >= ' ' && s.p[end] < 0x7f)
		end++;
	return end - at;
}

void
as_term_add(struct as_buf *b, struct as_str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t cp;
		size_t n = plain_octets(s, at);

		if (n > 0) {
			as_buf_add(b, s.p + at, n);
			at += n;
			continue;
		}
		n = as_utf8_next(s, at, &cp);
		if (n == 0) {
			as_buf_printf(
			    b, "\\x%02x", (unsigned)(unsigned char)s.p[at]);
			n = 1;
		} else if (cp == '\n') {
			as_buf_puts(b, " ");
		} else if (!as_utf8_is_unsafe(cp)) {
			as_buf_add(b, s.p + at, n);
		} else if (cp < 0x80) {
			as_buf_printf(b, "\\x%02x", (unsigned)cp);
		} else {
			as_buf_printf(b, "\\u{%x}", (unsigned)cp);
		}
		at += n;
	}
}

static size_t
hex_digits(uint32_t cp)
{
	size_t n = 1;

	while (cp >>= 4)
		n++;
	return n;
}

size_t
as_term_width(struct as_str s)
{
	size_t width = 0;

	for (size_t at = 0; at < s.n;) {
		uint32_t cp;
		size_t n = as_utf8_next(s, at, &cp);
		if (n == 0)
			width += 4;
		else if (cp == '\n' || !as_utf8_is_unsafe(cp))
			width += 1;
		else
			width += cp < 0x80 ? 4 : 4 + hex_digits(cp);
		at += n == 0 ? 1 : n;
	}
	return width;
}
