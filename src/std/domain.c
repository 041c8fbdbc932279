#include "std/domain.h"

#include <idn2.h>
#include <string.h>

#include "base/ip.h"
#include "base/limits.h"

#include "base/banned.h"

/* A code point takes at most four octets of UTF-8, and at least one of its
 * A-label: longer text cannot become a name of legal length. */
#define TYPED_OCTETS ((size_t)4 * AS_MAX_NAME_OCTETS)

static bool
is_white(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Without surrounding white space; *at is where the rest starts. */
static struct as_str
typed_trim(struct as_str text, size_t *at)
{
	size_t from = 0, to = text.n;

	while (from < to && is_white(text.p[from]))
		from++;
	while (to > from && is_white(text.p[to - 1]))
		to--;
	*at = from;
	return as_str_slice(text, from, to);
}

static bool
is_ip(struct as_str s)
{
	struct as_ip ip;

	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = as_str_slice(s, 1, s.n - 1);
	if (as_str_has_prefix_case(s, "IPv6:"))
		s = as_str_slice(s, 5, s.n);
	return as_ip_parse(s, &ip) == AS_OK;
}

/* What the text is when it is plainly not a name; NULL when it may be one. */
static const char *
kind_of_other(struct as_str s)
{
	struct as_prefix prefix;

	if (s.n == 0)
		return "empty";
	if (is_ip(s))
		return "an IP address";
	if (as_prefix_parse(s, &prefix) == AS_OK)
		return "a block of IP addresses";
	for (size_t i = 0; i + 3 <= s.n; i++)
		if (memcmp(s.p + i, "://", 3) == 0)
			return "a URL";
	if (as_str_find(s, '@', 0) < s.n)
		return "an e-mail address";
	if (as_str_find(s, '/', 0) < s.n)
		return "a path or URL";
	if (as_str_find(s, ':', 0) < s.n)
		return "a name with a port";
	return NULL;
}

static bool
is_ascii(struct as_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static enum as_err
idn_error(struct as_why *why, int rc, size_t at)
{
	if (rc == IDN2_MALLOC)
		return as_why_no_memory(why);
	return as_why_set(
	    why, AS_ESYNTAX, at, "RFC 5891 5: %s", idn2_strerror(rc));
}

/* U-labels become A-labels. */
static enum as_err
name_to_ascii(struct as_arena *a, struct as_str s, size_t at,
    struct as_str *out, struct as_why *why)
{
	const char *in = as_arena_copy(a, s.p, s.n);
	char *ascii = NULL;
	int rc;

	if (in == NULL)
		return idn_error(why, IDN2_MALLOC, at);
	rc = idn2_to_ascii_8z(in, &ascii, IDN2_NONTRANSITIONAL);
	if (rc != IDN2_OK)
		return idn_error(why, rc, at);
	*out = as_str_dup(a, as_str_from(ascii));
	idn2_free(ascii);
	return as_str_is_null(*out) ? idn_error(why, IDN2_MALLOC, at) : AS_OK;
}

static bool
is_name_octet(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	    c == '_';
}

/* One label, without its dot; `at` is where it stands, for why. */
static enum as_err
label_check(struct as_str label, size_t at, struct as_why *why)
{
	if (label.n == 0)
		return as_why_set(why, AS_ESYNTAX, at,
		    "RFC 1035 2.3.1: empty label (two dots, or a dot first)");
	if (label.n > AS_MAX_LABEL_OCTETS)
		return as_why_set(why, AS_ESYNTAX, at,
		    "RFC 1035 2.3.4: label of %zu octets; at most 63", label.n);
	for (size_t i = 0; i < label.n; i++) {
		unsigned char c = (unsigned char)label.p[i];
		if (is_name_octet(label.p[i]))
			continue;
		if (c > 0x20 && c < 0x7f)
			return as_why_set(why, AS_ESYNTAX, at + i,
			    "\"%c\" has no place in one", c);
		return as_why_set(
		    why, AS_ESYNTAX, at + i, "octet %u has no place in one", c);
	}
	return AS_OK;
}

static bool
is_number(struct as_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static enum as_err
name_check(struct as_str name, size_t at, struct as_why *why)
{
	struct as_str label = AS_STR_NULL;

	if (name.n > AS_MAX_NAME_OCTETS)
		return as_why_set(why, AS_ESYNTAX, at,
		    "RFC 1035 2.3.4: name of %zu octets; at most %d", name.n,
		    AS_MAX_NAME_OCTETS);
	for (size_t from = 0; from <= name.n;) {
		size_t dot = as_str_find(name, '.', from);
		label = as_str_slice(name, from, dot);
		AS_TRY(label_check(label, at + from, why));
		from = dot + 1;
	}
	if (is_number(label))
		return as_why_set(why, AS_ESYNTAX, at + name.n - label.n,
		    "RFC 3696 2: the last label is a number, as in an IP "
		    "address");
	return AS_OK;
}

/* TREE-8 */
enum as_err
as_domain_parse(struct as_arena *a, struct as_str text, struct as_str *out,
    struct as_why *why)
{
	size_t at;
	struct as_str s = typed_trim(text, &at);
	const char *other = kind_of_other(s);

	if (other != NULL)
		return as_why_set(why, AS_ESYNTAX, at, "it is %s", other);
	if (s.n > TYPED_OCTETS)
		return as_why_set(
		    why, AS_ESYNTAX, at, "RFC 1035 2.3.4: it is too long");
	if (!is_ascii(s)) {
		if (as_str_find(s, 0, 0) < s.n)
			return label_check(s, at, why);
		AS_TRY(name_to_ascii(a, s, at, &s, why));
	}
	if (s.n > 0 && s.p[s.n - 1] == '.')
		s.n--;
	s = as_str_lower(a, s);
	if (as_str_is_null(s))
		return as_why_no_memory(why);
	AS_TRY(name_check(s, at, why));
	*out = s;
	return AS_OK;
}

size_t
as_domain_labels(struct as_str name)
{
	size_t n = 1;

	if (name.n == 0 || as_str_is(name, "."))
		return 0;
	for (size_t i = 0; i < name.n; i++)
		n += name.p[i] == '.';
	return n;
}

struct as_str
as_domain_drop(struct as_str name, size_t drop)
{
	if (as_str_is(name, "."))
		return name;
	for (; drop > 0; drop--) {
		size_t dot = as_str_find(name, '.', 0);
		if (dot == name.n)
			return AS_STR(".");
		name = as_str_slice(name, dot + 1, name.n);
	}
	return name;
}

bool
as_domain_within(struct as_str name, struct as_str top)
{
	if (as_str_is(top, "."))
		return true;
	if (top.n == 0 || name.n < top.n ||
	    !as_str_eq(as_str_slice(name, name.n - top.n, name.n), top))
		return false;
	return name.n == top.n || name.p[name.n - top.n - 1] == '.';
}
