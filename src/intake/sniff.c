#include "intake/decode.h"
#include "intake/mend_tag.h"
#include "intake/reader.h"
#include "intake/value.h"

#include "base/banned.h"

#define LOOK_MAX 1024 /* octets that are looked at */

/* The start as UTF-8, without a byte-order mark and white space. */
static struct as_str
plain_start(struct as_str start, char out[LOOK_MAX])
{
	struct as_decode d;
	size_t used, n;

	start = as_str_slice(start, 0, LOOK_MAX);
	(void)as_decode_init(&d, start, true);
	start = as_str_slice(start, d.mark, start.n);
	n = as_decode_run(&d, start, out, LOOK_MAX, &used);
	return as_value_trim((struct as_str){out, n});
}

/* Behind the comment or the instruction at s[at]; at itself when it is none. */
static size_t
pass_over(struct as_str s, size_t at)
{
	struct as_str rest = as_str_slice(s, at, s.n);
	const char *mark = as_str_has_prefix(rest, "<!--") ? "-->" : "?>";

	if (!as_str_has_prefix(rest, "<?") && !as_str_has_prefix(rest, "<!--"))
		return at;
	for (; at < s.n; at++)
		if (as_str_has_prefix(as_str_slice(s, at, s.n), mark))
			return at + as_str_from(mark).n;
	return s.n;
}

/* The first element's name; AS_STR_NULL: none is in sight. */
static struct as_str
root_name(struct as_str s, bool *doctype)
{
	struct as_mend_tag t;

	for (size_t at = as_str_find(s, '<', 0); at < s.n;
	     at = as_str_find(s, '<', at)) {
		size_t past = pass_over(s, at);
		*doctype = *doctype ||
		    as_str_has_prefix_case(
			as_str_slice(s, at, s.n), "<!DOCTYPE");
		if (past == at &&
		    as_mend_tag_read(s, at, &t) != AS_MEND_TAG_TEXT &&
		    t.name.n > 0)
			return t.name;
		at = past > at ? past : at + 1;
	}
	return AS_STR_NULL;
}

static enum as_err
sniff_xml(struct as_str s, enum as_report_kind *kind, struct as_why *why)
{
	bool doctype = false;
	struct as_str root = root_name(s, &doctype);

	if (as_str_is_case(root, "html") ||
	    (doctype && as_str_is_null(root) && as_str_has(s, AS_STR("html"))))
		return as_why_set(
		    why, AS_EABSENT, 0, "a web page (HTML), no report");
	*kind = AS_REPORT_AGGREGATE;
	return AS_OK;
}

/* "Name: " at the start of a line. */
static bool
is_header(struct as_str s)
{
	size_t colon = as_str_find(s, ':', 0);

	if (as_str_has_prefix(s, "From "))
		return true;
	for (size_t i = 0; i < colon; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return colon > 0 && colon < s.n;
}

enum as_err
as_reader_sniff(
    struct as_str start, enum as_report_kind *kind, struct as_why *why)
{
	char out[LOOK_MAX];
	struct as_str s;

	if (start.n == 0)
		return as_why_set(why, AS_EABSENT, 0, "nothing: no octets");
	s = plain_start(start, out);
	if (s.n == 0)
		return as_why_set(why, AS_EABSENT, 0, "white space alone");
	if (s.p[0] == '<')
		return sniff_xml(s, kind, why);
	if (s.p[0] == '{') {
		*kind = AS_REPORT_TLS;
		return AS_OK;
	}
	if (is_header(s))
		return as_why_set(
		    why, AS_EABSENT, 0, "a mail, or a part of one");
	return as_why_set(why, AS_EABSENT, 0, "neither XML nor JSON nor mail");
}
