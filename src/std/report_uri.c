#include "std/report_uri.h"

#include <string.h>

#include "std/tag_list.h"

#include "base/banned.h"

static bool
is_hex(char c)
{
	return as_is_digit(c) || (c >= 'a' && c <= 'f') ||
	    (c >= 'A' && c <= 'F');
}

/* RFC 3986 2.2, 2.3 without "!" and ",", which the lists need themselves. */
static bool
is_uri_char(char c)
{
	return as_is_alpha(c) || as_is_digit(c) ||
	    (c != 0 && strchr("-._~:/?#[]@$&'()*+;=", c) != NULL);
}

/* First octet that no URI holds in this place; text.n when all are right. */
static size_t
octets_check(struct as_str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (is_uri_char(text.p[i]))
			continue;
		if (text.p[i] != '%' || text.n - i < 3 ||
		    !is_hex(text.p[i + 1]) || !is_hex(text.p[i + 2]))
			return i;
		i += 2;
	}
	return text.n;
}

static bool
is_scheme(struct as_str s)
{
	if (s.n == 0 || !as_is_alpha(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!as_is_alpha(s.p[i]) && !as_is_digit(s.p[i]) &&
		    s.p[i] != '+' && s.p[i] != '-' && s.p[i] != '.')
			return false;
	return true;
}

/* RFC 6068 2: the address ends at "?". */
static const char *
mailto_read(struct as_str text, size_t at, struct as_report_uri *out)
{
	size_t end = as_str_find(text, '?', at);
	struct as_str address = as_str_slice(text, at, end);
	size_t mark = as_str_find(address, '@', 0);

	if (mark == address.n)
		return "a mailto: URI without \"@\"";
	out->host = as_str_slice(address, mark + 1, address.n);
	if (mark == 0)
		return "nothing stands before the \"@\"";
	if (out->host.n == 0)
		return "nothing stands behind the \"@\"";
	if (as_str_find(out->host, '@', 0) != out->host.n)
		return "two \"@\"; one mailto: URI names one address here";
	return NULL;
}

/* RFC 9110 4.2.2: no user information, a host. */
static const char *
https_read(struct as_str text, size_t at, struct as_report_uri *out)
{
	struct as_str rest = as_str_slice(text, at, text.n);
	size_t end = 0;

	if (!as_str_has_prefix(rest, "//"))
		return "an https: URI without \"//\"";
	rest = as_str_slice(rest, 2, rest.n);
	while (end < rest.n && strchr("/?#", rest.p[end]) == NULL)
		end++;
	rest = as_str_slice(rest, 0, end);
	if (as_str_find(rest, '@', 0) != rest.n)
		return "an https: URI with user information";
	if (rest.n > 0 && rest.p[0] == '[')
		end = as_str_find(rest, ']', 0) + 1;
	else
		end = as_str_find(rest, ':', 0);
	out->host = as_str_slice(rest, 0, end);
	return out->host.n == 0 ? "an https: URI without a host" : NULL;
}

/* DMARC-8, RPT-2 */
const char *
as_report_uri_read(
    struct as_str text, struct as_report_uri *out, size_t *fault_at)
{
	size_t colon = as_str_find(text, ':', 0);
	struct as_str scheme = as_str_slice(text, 0, colon);

	*out = (struct as_report_uri){.scheme = AS_URI_OTHER};
	*fault_at = 0;
	if (colon == text.n || !is_scheme(scheme))
		return "not a URI: no scheme such as \"mailto:\"";
	*fault_at = octets_check(text);
	if (*fault_at < text.n)
		return text.p[*fault_at] == '!'
		    ? "\"!\" inside a URI must be written %21"
		    : "a character that a URI cannot hold unencoded";
	*fault_at = colon + 1;
	if (as_str_is_case(scheme, "mailto")) {
		out->scheme = AS_URI_MAILTO;
		return mailto_read(text, colon + 1, out);
	}
	if (as_str_is_case(scheme, "https")) {
		out->scheme = AS_URI_HTTPS;
		return https_read(text, colon + 1, out);
	}
	return NULL;
}
