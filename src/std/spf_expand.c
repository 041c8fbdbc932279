/*
 * Macro expansion (RFC 7208 7.2, 7.3).
 */
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "std/spf_parts.h"

#include "base/banned.h"

/* One "%{...}" taken apart. */
struct macro {
	char letter; /* lower case */
	bool url;    /* written in upper case */
	size_t keep; /* right-hand parts; 0: all */
	bool reverse;
	struct as_str delimiters; /* empty: "." */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* s[*at] is the "{" of a macro that was checked; *at moves behind its "}". */
static struct macro
macro_read(struct as_str s, size_t *at)
{
	size_t i = *at + 1, from, end = as_str_find(s, '}', *at);
	struct macro m = {.letter = s.p[i++]};

	m.url = m.letter >= 'A' && m.letter <= 'Z';
	if (m.url)
		m.letter = (char)(m.letter + 32);
	for (; is_digit(s.p[i]); i++)
		if (m.keep <= AS_MAX_SPF_TEXT)
			m.keep = m.keep * 10 + (size_t)(s.p[i] - '0');
	m.reverse = s.p[i] == 'r' || s.p[i] == 'R';
	from = i + m.reverse;
	m.delimiters = as_str_slice(s, from, end);
	*at = end + 1;
	return m;
}

static struct as_str
value_of(const struct as_spf_macros *m, char letter)
{
	switch (letter) {
	case 's': return m->s;
	case 'l': return m->l;
	case 'o': return m->o;
	case 'd': return m->d;
	case 'i': return m->i;
	case 'p': return m->p;
	case 'v': return m->v;
	case 'h': return m->h;
	case 'c': return m->c;
	case 'r': return m->r;
	case 't': return m->t;
	default: return AS_STR_NULL;
	}
}

/* RFC 3986 2.3 */
static bool
is_unreserved(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' ||
	    c == '~';
}

static void
text_add(struct as_buf *b, const struct macro *m, struct as_str s)
{
	if (!m->url) {
		as_buf_add_str(b, s);
		return;
	}
	for (size_t i = 0; i < s.n; i++)
		if (is_unreserved(s.p[i]))
			as_buf_add(b, s.p + i, 1);
		else
			as_buf_printf(b, "%%%02X", (unsigned char)s.p[i]);
}

static bool
is_delimiter(const struct macro *m, char c)
{
	struct as_str set = m->delimiters.n > 0 ? m->delimiters : AS_STR(".");

	return as_str_find(set, c, 0) < set.n;
}

static size_t
parts_count(const struct macro *m, struct as_str value)
{
	size_t n = 1;

	for (size_t i = 0; i < value.n; i++)
		n += is_delimiter(m, value.p[i]);
	return n;
}

/* Where part number k, counted from 0, starts. */
static size_t
part_start(const struct macro *m, struct as_str value, size_t k)
{
	size_t i = 0;

	for (; k > 0; i++)
		k -= is_delimiter(m, value.p[i]);
	return i;
}

/* The part that starts at `from`. */
static struct as_str
part_at(const struct macro *m, struct as_str value, size_t from)
{
	size_t end = from;

	while (end < value.n && !is_delimiter(m, value.p[end]))
		end++;
	return as_str_slice(value, from, end);
}

/* Of parts 0 to n-1, reversed, the right-hand ones are keep-1 down to 0. */
static void
value_add(struct as_buf *b, const struct macro *m, struct as_str value)
{
	size_t n = parts_count(m, value);
	size_t keep = m->keep == 0 || m->keep > n ? n : m->keep;
	size_t at = part_start(m, value, m->reverse ? keep - 1 : n - keep);

	for (size_t k = keep; k-- > 0;) {
		struct as_str part = part_at(m, value, at);
		text_add(b, m, part);
		if (k == 0)
			break;
		as_buf_puts(b, ".");
		if (!m->reverse)
			at += part.n + 1;
		else
			for (at--; at > 0 && !is_delimiter(m, value.p[at - 1]);)
				at--;
	}
}

/* The macro whose "%" stands at s[*at]; *at moves behind it. */
static void
macro_add(struct as_buf *b, struct as_str s, size_t *at,
    const struct as_spf_macros *values)
{
	char c = s.p[++*at];
	struct macro m;

	if (c != '{') {
		as_buf_puts(b, c == '_' ? " " : c == '-' ? "%20" : "%");
		++*at;
		return;
	}
	m = macro_read(s, at);
	value_add(b, &m, value_of(values, m.letter));
}

bool
as_spf_macro_has(struct as_str s, char letter)
{
	for (size_t i = as_str_find(s, '%', 0); i < s.n;
	     i = as_str_find(s, '%', i)) {
		if (s.p[++i] == '{') {
			if (macro_read(s, &i).letter == letter)
				return true;
		} else {
			i++;
		}
	}
	return false;
}

static void
text_expand(struct as_buf *b, struct as_str s, const struct as_spf_macros *m)
{
	for (size_t i = 0; i < s.n && as_buf_ok(b);) {
		size_t end = as_str_find(s, '%', i);
		as_buf_add_str(b, as_str_slice(s, i, end));
		i = end;
		if (i < s.n)
			macro_add(b, s, &i, m);
	}
}

/* SPF-16 */
enum as_err
as_spf_expand(struct as_arena *a, struct as_str s,
    const struct as_spf_macros *m, struct as_str *out)
{
	enum as_err err;
	struct as_buf b;

	if (as_str_find(s, '%', 0) == s.n) {
		*out = s;
		return AS_OK;
	}
	as_buf_init(&b, AS_MAX_SPF_TEXT);
	text_expand(&b, s, m);
	if (!as_buf_ok(&b)) {
		err = AS_ELIMIT;
	} else {
		out->p = as_arena_copy(a, b.p, b.n);
		out->n = b.n;
		err = out->p == NULL ? AS_ENOMEM : AS_OK;
	}
	as_buf_fini(&b);
	return err;
}

/* SPF-16 */
struct as_str
as_spf_expand_trim(struct as_str name)
{
	if (name.n > 0 && name.p[name.n - 1] == '.')
		name.n--;
	while (name.n > AS_MAX_NAME_OCTETS) {
		size_t dot = as_str_find(name, '.', 0);
		if (dot == name.n)
			break;
		name = as_str_slice(name, dot + 1, name.n);
	}
	return name;
}
