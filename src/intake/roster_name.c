#include <string.h>

#include "intake/roster.h"
#include "std/domain.h"

#include "base/banned.h"

AS_DEFINE_ENUM(roster_form, AS_ROSTER_FORM_MAP)

/* Behind "https://", or behind a "//" at the start; 0: there is no such thing. */
static size_t
scheme_end(struct as_str s)
{
	for (size_t i = 0; i + 1 < s.n; i++)
		if (s.p[i] == '/')
			return s.p[i + 1] == '/' ? i + 2 : 0;
	return 0;
}

static size_t
first_of(struct as_str s, const char *set)
{
	size_t i = 0;

	while (i < s.n && (s.p[i] == 0 || strchr(set, s.p[i]) == NULL))
		i++;
	return i;
}

/* Behind the last "@"; 0: there is none. */
static size_t
at_end(struct as_str s)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == '@')
			return i;
	return 0;
}

/* The host of a URL (RFC 3986 3.2), without the name that only web servers have. */
static struct as_str
url_host(struct as_str s, size_t from)
{
	s = as_str_slice(s, from, s.n);
	s = as_str_slice(s, 0, first_of(s, "/?#"));
	s = as_str_slice(s, at_end(s), s.n);
	if (s.n > 0 && s.p[0] != '[')
		s = as_str_slice(s, 0, as_str_find(s, ':', 0));
	if (as_str_has_prefix_case(s, "www.") && as_str_find(s, '.', 4) < s.n)
		s = as_str_slice(s, 4, s.n);
	return s;
}

/* The domain of "Name <user@domain>", "mailto:user@domain?subject=x". */
static struct as_str
address_domain(struct as_str s)
{
	size_t open = as_str_find(s, '<', 0);

	if (open < s.n)
		s = as_str_slice(s, open + 1, as_str_find(s, '>', open));
	if (as_str_has_prefix_case(s, "mailto:"))
		s = as_str_slice(s, 0, as_str_find(s, '?', 0));
	return as_str_slice(s, at_end(s), s.n);
}

static struct as_str
wildcard_base(struct as_str s)
{
	return as_str_slice(s, s.p[0] == '*' ? 2 : 1, s.n);
}

static bool
is_wildcard(struct as_str s)
{
	return (s.n > 2 && s.p[0] == '*' && s.p[1] == '.') ||
	    (s.n > 1 && s.p[0] == '.');
}

/* Reduce the text to what should be a name. */
static struct as_str
reduce(struct as_str s, enum as_roster_form *form)
{
	size_t scheme = scheme_end(s);

	*form = AS_ROSTER_PLAIN;
	if (scheme > 0 || as_str_find(s, '/', 0) < s.n) {
		*form = AS_ROSTER_URL;
		s = url_host(s, scheme);
	} else if (at_end(s) > 0) {
		*form = AS_ROSTER_ADDRESS;
		s = address_domain(s);
	}
	if (is_wildcard(s)) {
		*form = AS_ROSTER_WILDCARD;
		s = wildcard_base(s);
	}
	return s;
}

enum as_err
as_roster_name(struct as_arena *a, struct as_str text, struct as_str *out,
    enum as_roster_form *form, struct as_why *why)
{
	struct as_str name;

	AS_TRY(as_domain_parse(a, reduce(text, form), &name, why));
	if (as_domain_labels(name) < 2)
		return as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "a single label is not a whole domain name");
	*out = name;
	return AS_OK;
}
