/*
 * Names that terms point at, as they are asked for (RFC 7208 4.3, 4.8).
 */
#include <stdio.h>

#include "base/limits.h"
#include "std/spf_parts.h"

#include "base/banned.h"

static bool
is_name_octet(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

struct as_str
as_spf_name_write(struct as_arena *a, struct as_str s)
{
	char *p = as_arena_alloc(a, 4 * s.n + 1);
	size_t n = 0;

	if (p == NULL)
		return AS_STR_NULL;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (is_name_octet(s.p[i]))
			p[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
		else
			n += (size_t)snprintf(p + n, 5, "\\%03u", c);
	}
	return (struct as_str){p, n};
}

struct as_str
as_spf_target(
    struct as_arena *a, const struct as_spf_term *t, struct as_str domain)
{
	struct as_str spec = t->spec;

	if (t->has_macro)
		return AS_STR_NULL;
	if (spec.n == 0)
		return domain;
	if (spec.p[spec.n - 1] == '.')
		spec.n--;
	return as_spf_name_write(a, spec);
}

bool
as_spf_is_name(struct as_str target)
{
	size_t octets = 0, label = 0;

	for (size_t i = 0; i < target.n; i++) {
		if (target.p[i] == '.' && label == 0)
			return false;
		if (target.p[i] == '\\')
			i += 3; /* one octet, as \DDD */
		octets++;
		label = i < target.n && target.p[i] == '.' ? 0 : label + 1;
		if (label > AS_MAX_LABEL_OCTETS)
			return false;
	}
	return label > 0 && octets <= AS_MAX_NAME_OCTETS;
}
