/*
 * Macro-strings and domain-specs (RFC 7208 7.1).
 */
#include <string.h>

#include "std/spf_parts.h"

#include "base/banned.h"

static bool
slip_set(
    struct as_spf_slip *slip, size_t at, const char *clause, const char *what)
{
	*slip = (struct as_spf_slip){at, clause, what};
	return false;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_one_of(char c, const char *set)
{
	return c != 0 && strchr(set, c) != NULL;
}

struct check {
	struct as_str s;
	bool explanation;
	struct as_spf_slip *slip;
};

/* "{", letter, transformers, delimiters, "}" at *at, which moves behind it. */
static bool
braces_check(const struct check *c, size_t *at)
{
	struct as_str s = c->s;
	struct as_spf_slip *slip = c->slip;
	size_t i = *at + 1, digits;
	bool zero = true;

	if (i >= s.n)
		return slip_set(slip, *at, "7.1", "\"%{\" without \"}\"");
	if (!c->explanation && is_one_of(s.p[i], "cCrRtT"))
		return slip_set(slip, i, "7.2",
		    "the macros c, r and t belong in explanation texts only");
	if (!is_one_of(s.p[i], "sSlLoOdDiIpPvVhHcCrRtT"))
		return slip_set(slip, i, "7.1", "unknown macro letter");
	for (digits = ++i; i < s.n && is_digit(s.p[i]); i++)
		zero = zero && s.p[i] == '0';
	if (i > digits && zero)
		return slip_set(
		    slip, digits, "7.3", "a macro keeps at least one part");
	if (i < s.n && (s.p[i] == 'r' || s.p[i] == 'R'))
		i++;
	while (i < s.n && is_one_of(s.p[i], ".-+,/_="))
		i++;
	if (i >= s.n)
		return slip_set(slip, *at, "7.1", "\"%{\" without \"}\"");
	if (s.p[i] != '}')
		return slip_set(slip, i, "7.1",
		    "a macro is a letter, digits, \"r\" and delimiters");
	*at = i + 1;
	return true;
}

/* The macro whose "%" stands at *at, which moves behind it. */
static bool
macro_check(const struct check *c, size_t *at)
{
	struct as_str s = c->s;
	size_t i = *at + 1;

	if (i < s.n && is_one_of(s.p[i], "%_-")) {
		*at = i + 1;
		return true;
	}
	if (i >= s.n || s.p[i] != '{')
		return slip_set(c->slip, *at, "7.1",
		    "\"%\" must be followed by \"{\", \"%\", \"_\" or \"-\"");
	*at = i;
	return braces_check(c, at);
}

/* Walks a macro-string; *literal is where the part behind the last macro
 * starts (SPF-16). */
static bool
macro_walk(const struct check *c, size_t *literal)
{
	struct as_str s = c->s;
	char least = c->explanation ? ' ' : '!';

	*literal = 0;
	for (size_t i = 0; i < s.n;) {
		if (s.p[i] < least || s.p[i] > '~')
			return slip_set(c->slip, i, "3.1",
			    "only visible ASCII characters may stand here");
		if (s.p[i] != '%') {
			i++;
			continue;
		}
		if (!macro_check(c, &i))
			return false;
		*literal = i;
	}
	return true;
}

bool
as_spf_macro_check(struct as_str s, struct as_spf_slip *slip)
{
	struct check c = {s, false, slip};
	size_t literal;

	return macro_walk(&c, &literal);
}

bool
as_spf_explanation_check(struct as_str s, struct as_spf_slip *slip)
{
	struct check c = {s, true, slip};
	size_t literal;

	return macro_walk(&c, &literal);
}

/* A top label: letters, digits, inner hyphens, and not digits alone. */
static bool
top_check(struct as_str top, size_t at, struct as_spf_slip *slip)
{
	bool digits = true;

	if (top.n == 0)
		return slip_set(
		    slip, at, "7.1", "nothing stands behind the last dot");
	for (size_t i = 0; i < top.n; i++) {
		char c = top.p[i];
		if (!is_alpha(c) && !is_digit(c) && c != '-')
			return slip_set(slip, at + i, "7.1",
			    "the last label has letters, digits and hyphens "
			    "only");
		digits = digits && is_digit(c);
	}
	if (top.p[0] == '-' || top.p[top.n - 1] == '-')
		return slip_set(slip, at, "7.1",
		    "the last label neither starts nor ends with a hyphen");
	if (digits)
		return slip_set(
		    slip, at, "7.1", "the last label may not be a number");
	return true;
}

/* SPF-17 */
bool
as_spf_spec_check(struct as_str s, struct as_spf_slip *slip)
{
	struct check c = {s, false, slip};
	size_t literal, end = s.n, dot;

	if (s.n == 0)
		return slip_set(slip, 0, "7.1", "a domain is missing");
	if (!macro_walk(&c, &literal))
		return false;
	if (literal == s.n)
		return true;
	if (s.p[end - 1] == '.' && end - 1 > literal)
		end--;
	for (dot = end; dot > literal && s.p[dot - 1] != '.';)
		dot--;
	if (dot == literal)
		return slip_set(slip, literal, "7.1",
		    "a domain needs a dot before its last label");
	return top_check(as_str_slice(s, dot, end), dot, slip);
}
