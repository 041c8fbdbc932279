/*
 * base/str - text as pointer and length.
 *
 * A struct as_str never owns its octets; they live in an arena, a literal or
 * the caller's buffer.  It may hold any octet, NUL included.  {NULL, 0} is
 * "absent" (as_str_is_null); {"", 0} is empty.  Case rules are ASCII only.
 */
#ifndef AS_BASE_STR_H
#define AS_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"

struct as_str {
	const char *p;
	size_t n;
};

#define AS_STR(lit)   ((struct as_str){(lit), sizeof(lit) - 1})
#define AS_STR_NULL   ((struct as_str){NULL, 0})
#define AS_STR_FMT    "%.*s"
#define AS_STR_ARG(s) (int)(s).n, (s).p != NULL ? (s).p : ""

/* The smallest ones are here because rules ask them by the thousand, mostly of
 * literals, whose length the compiler then knows. */

/* NULL gives AS_STR_NULL. */
static inline struct as_str
as_str_from(const char *cstr)
{
	if (cstr == NULL)
		return AS_STR_NULL;
	return (struct as_str){cstr, strlen(cstr)};
}

static inline bool
as_str_is_null(struct as_str s)
{
	return s.p == NULL;
}

/* Short texts are compared here: a call costs more. */
#define AS_STR_SHORT 32

static inline bool
as_str_eq(struct as_str a, struct as_str b)
{
	if (a.n != b.n)
		return false;
	if (a.n > AS_STR_SHORT)
		return memcmp(a.p, b.p, a.n) == 0;
	for (size_t i = 0; i < a.n; i++)
		if (a.p[i] != b.p[i])
			return false;
	return true;
}

static inline bool
as_str_is(struct as_str a, const char *lit)
{
	return as_str_eq(a, as_str_from(lit));
}

bool as_str_eq_case(struct as_str a, struct as_str b); /* ASCII case folded */

static inline bool
as_str_is_case(struct as_str a, const char *lit)
{
	return as_str_eq_case(a, as_str_from(lit));
}

bool as_str_has_suffix_case(struct as_str s, struct as_str suffix);
int as_str_cmp(struct as_str a, struct as_str b); /* bytewise, for sorting */

/* s[from..to), clipped to s. */
static inline struct as_str
as_str_slice(struct as_str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	if (s.p == NULL)
		return s;
	return (struct as_str){s.p + from, to - from};
}

static inline bool
as_str_has_prefix(struct as_str s, const char *prefix)
{
	struct as_str p = as_str_from(prefix);

	return s.n >= p.n && as_str_eq(as_str_slice(s, 0, p.n), p);
}

static inline bool
as_str_has_prefix_case(struct as_str s, const char *prefix)
{
	struct as_str p = as_str_from(prefix);

	return s.n >= p.n && as_str_eq_case(as_str_slice(s, 0, p.n), p);
}

/* Without leading and trailing space and tab. */
struct as_str as_str_trim(struct as_str s);

/* First index of c at or after `from`; s.n when there is none. */
size_t as_str_find(struct as_str s, char c, size_t from);

/* Does `part` stand anywhere in s? */
bool as_str_has(struct as_str s, struct as_str part);
bool as_str_has_case(struct as_str s, const char *part);

/* A decimal number without sign, all digits; AS_ESYNTAX, or AS_ERANGE when it
 * is over max. */
AS_MUST_USE enum as_err as_str_u64(
    struct as_str s, uint64_t max, uint64_t *out);

/* The value of a hexadecimal digit of either case; -1 for any other octet.  Here,
 * because stored facts hold many of them. */
static inline int
as_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Copies into the arena, NUL-terminated after n octets; AS_STR_NULL.p on no
 * memory (check with as_str_is_null). */
struct as_str as_str_dup(struct as_arena *a, struct as_str s);
struct as_str as_str_lower(struct as_arena *a, struct as_str s);
struct as_str as_str_printf(struct as_arena *a, const char *fmt, ...)
    AS_PRINTF(2, 3);
struct as_str as_str_vprintf(struct as_arena *a, const char *fmt, va_list ap)
    AS_PRINTF(2, 0);

/*
 * Octets for people and JSON: printable ASCII stays, "\" becomes "\\", any
 * other octet "\DDD" (decimal, as in master files, RFC 1035 5.1).
 */
struct as_str as_str_escape(struct as_arena *a, struct as_str s);

/* The reverse of as_str_escape.  AS_ESYNTAX names the place. */
AS_MUST_USE enum as_err as_str_unescape(struct as_arena *a, struct as_str s,
    struct as_str *out, struct as_why *why);

#endif
