#include "intake/mail.h"

#include <string.h>

#include "base/limits.h"
#include "intake/field.h"

#include "base/banned.h"

/* --- lines --- */

/* The line at `at` without its end; *next is where the following one begins. */
static struct as_str
line_at(struct as_str s, size_t at, size_t *next)
{
	size_t end = as_str_find(s, '\n', at);
	struct as_str line = as_str_slice(s, at, end);

	*next = end < s.n ? end + 1 : s.n;
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

/* Of "Name: value"; 0: it is no such line. */
static size_t
name_length(struct as_str line)
{
	size_t i = 0;

	while (i < line.n && line.p[i] > ' ' && line.p[i] < 127 &&
	    line.p[i] != ':')
		i++;
	return i < line.n && line.p[i] == ':' ? i : 0;
}

bool
as_is_mail(struct as_str start)
{
	size_t next, fields = 0;

	for (size_t at = 0; at < start.n; at = next) {
		struct as_str line = line_at(start, at, &next);

		if (line.n == 0 || next == start.n)
			break;
		if (line.p[0] == ' ' || line.p[0] == '\t')
			continue;
		if (name_length(line) == 0)
			return false;
		fields++;
	}
	return fields > 0 && start.p[0] > ' ';
}

bool
as_is_mbox(struct as_str start)
{
	size_t next;
	struct as_str first = line_at(start, 0, &next);

	return as_str_has_prefix(first, "From ") && next < start.n &&
	    as_is_mail(as_str_slice(start, next, start.n));
}

/* --- one header --- */

/* A field, unfolded; AS_STR_NULL: not there. */
static struct as_str
field(struct as_arena *a, struct as_str header, const char *name)
{
	size_t next;

	for (size_t at = 0; at < header.n; at = next) {
		struct as_str line = line_at(header, at, &next);
		size_t n = name_length(line);
		size_t more = next;
		struct as_buf b;
		struct as_str out;

		if (n == 0 ||
		    !as_str_is_case(
			as_str_trim(as_str_slice(line, 0, n)), name))
			continue;
		as_buf_init(&b, AS_MAX_MAIL_HEADER);
		as_buf_add_str(&b, as_str_slice(line, n + 1, line.n));
		while (more < header.n &&
		    (header.p[more] == ' ' || header.p[more] == '\t')) {
			line = line_at(header, more, &more);
			as_buf_puts(&b, " ");
			as_buf_add_str(&b, as_str_trim(line));
		}
		out = as_str_dup(a, as_str_trim(as_buf_str(&b)));
		as_buf_fini(&b);
		return out;
	}
	return AS_STR_NULL;
}

/* The value at *at, quoted or not, into b; *at moves behind it. */
static void
parameter_value(struct as_buf *b, struct as_str s, size_t *at)
{
	bool quoted = *at < s.n && s.p[*at] == '"';

	as_buf_reset(b);
	for (*at += quoted; *at < s.n; (*at)++) {
		char c = s.p[*at];

		if (quoted && c == '"')
			break;
		if (!quoted && (c == ';' || c == ' ' || c == '\t'))
			break;
		if (quoted && c == '\\' && *at + 1 < s.n)
			c = s.p[++*at];
		as_buf_add(b, &c, 1);
	}
}

/* %XX of an extended value (RFC 2231 4), and its charset in front. */
static void
extended_add(struct as_buf *b, struct as_str s, bool first)
{
	size_t i = 0, ticks = 0;

	for (; first && i < s.n && ticks < 2; i++)
		ticks += s.p[i] == '\'';
	if (ticks < 2)
		i = 0;
	for (; i < s.n; i++) {
		int high = i + 2 < s.n ? as_hex_digit(s.p[i + 1]) : -1;
		int low = high >= 0 ? as_hex_digit(s.p[i + 2]) : -1;
		char c = s.p[i];

		if (c == '%' && low >= 0) {
			c = (char)(high * 16 + low);
			i += 2;
		}
		as_buf_add(b, &c, 1);
	}
}

/* The parameter behind the ";" at *at, if it has a value; *at moves on. */
static bool
parameter_next(
    struct as_str s, size_t *at, struct as_str *key, struct as_buf *value)
{
	size_t from = *at + 1, end = as_str_find(s, ';', from);
	size_t eq = as_str_find(as_str_slice(s, 0, end), '=', from);

	*at = end;
	if (eq >= end)
		return false;
	*key = as_str_trim(as_str_slice(s, from, eq));
	for (*at = eq + 1; *at < s.n && (s.p[*at] == ' ' || s.p[*at] == '\t');)
		(*at)++;
	parameter_value(value, s, at);
	return true;
}

/* name, name*, name*0, name*0*, name*1 ... of "value; name=x; ...". */
static struct as_str
parameter(struct as_arena *a, struct as_str s, const char *name)
{
	size_t n = strlen(name);
	struct as_buf b, value;
	struct as_str key, out = AS_STR_NULL;
	bool any = false;

	as_buf_init(&b, AS_MAX_MAIL_HEADER);
	as_buf_init(&value, AS_MAX_MAIL_HEADER);
	for (size_t at = as_str_find(s, ';', 0); at < s.n;
	     at = as_str_find(s, ';', at)) {
		if (!parameter_next(s, &at, &key, &value) || key.n < n ||
		    !as_str_is_case(as_str_slice(key, 0, n), name) ||
		    (key.n > n && key.p[n] != '*'))
			continue;
		if (key.n > n && key.p[key.n - 1] == '*')
			extended_add(&b, as_buf_str(&value), !any);
		else
			as_buf_add_str(&b, as_buf_str(&value));
		any = true;
	}
	if (any)
		out = as_str_dup(a, as_buf_str(&b));
	as_buf_fini(&b);
	as_buf_fini(&value);
	return out;
}

/* The word before the first ";", lower case. */
static struct as_str
first_word(struct as_arena *a, struct as_str s)
{
	return as_str_lower(
	    a, as_str_trim(as_str_slice(s, 0, as_str_find(s, ';', 0))));
}

/* One to be shown: 8-bit octets of no character set may stand in it. */
static struct as_str
text_field(struct as_arena *a, struct as_str header, const char *name)
{
	struct as_str s = field(a, header, name);
	bool repaired;

	return as_str_is_null(s) ? s : as_field_text(a, s, &repaired);
}

static void
header_read(struct as_arena *a, struct as_part *p)
{
	struct as_str type = field(a, p->header, "Content-Type");
	struct as_str place = field(a, p->header, "Content-Disposition");

	if (as_str_is_null(type))
		type = field(a, p->header, "ContentType");
	p->type =
	    as_str_is_null(type) ? AS_STR("text/plain") : first_word(a, type);
	p->boundary = parameter(a, type, "boundary");
	p->report_type = as_str_lower(a, parameter(a, type, "report-type"));
	p->encoding =
	    first_word(a, field(a, p->header, "Content-Transfer-Encoding"));
	p->name = parameter(a, place, "filename");
	if (p->name.n == 0)
		p->name = parameter(a, type, "name");
	p->attached =
	    p->name.n > 0 || as_str_is(first_word(a, place), "attachment");
	p->from = text_field(a, p->header, "From");
	p->date = text_field(a, p->header, "Date");
	p->message_id = text_field(a, p->header, "Message-ID");
}

enum as_err
as_part_read(struct as_arena *a, struct as_str octets, struct as_part *out,
    struct as_why *why)
{
	size_t at = 0, next = 0;

	*out = (struct as_part){0};
	while (at < octets.n) {
		struct as_str line = line_at(octets, at, &next);

		if (line.n == 0)
			break;
		at = next;
		if (at > AS_MAX_MAIL_HEADER)
			return as_why_set(why, AS_ELIMIT, at,
			    "a header of the mail is longer than the %zu "
			    "octets that are read",
			    AS_MAX_MAIL_HEADER);
	}
	out->header = as_str_slice(octets, 0, at);
	out->body = as_str_slice(octets, at < octets.n ? next : at, octets.n);
	header_read(a, out);
	return AS_OK;
}

/* --- multipart --- */

/* Is there a delimiter line at `at`?  *last: it closes the multipart. */
static bool
is_delimiter(struct as_str line, struct as_str boundary, bool *last)
{
	struct as_str rest;

	if (line.n < boundary.n + 2 || line.p[0] != '-' || line.p[1] != '-' ||
	    memcmp(line.p + 2, boundary.p, boundary.n) != 0)
		return false;
	rest = as_str_slice(line, boundary.n + 2, line.n);
	*last = as_str_has_prefix(rest, "--");
	return *last || as_str_trim(rest).n == 0;
}

bool
as_part_next(const struct as_part *multi, size_t *at, struct as_str *out)
{
	struct as_str body = multi->body, line;
	size_t next, from;
	bool last = false;

	if (multi->boundary.n == 0)
		return false;
	/* To the delimiter in front of it. */
	for (;; *at = next) {
		if (*at >= body.n)
			return false;
		line = line_at(body, *at, &next);
		if (is_delimiter(line, multi->boundary, &last))
			break;
	}
	*at = from = next;
	if (last)
		return false;
	/* To the one behind it, or the end. */
	for (; *at < body.n; *at = next) {
		line = line_at(body, *at, &next);
		if (is_delimiter(line, multi->boundary, &last))
			break;
	}
	*out = as_str_slice(body, from, *at);
	return from < body.n;
}

/* --- transfer encodings --- */

/* Both alphabets of RFC 4648; -1: what is passed over. */
// clang-format off
static const int8_t base64_digits[128] = {
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
	-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 62, -1, 62, -1, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1, -1,
	-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, 63,
	-1, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, -1, -1, -1, -1, -1,
};
// clang-format on

static int
base64_digit(char c)
{
	return (unsigned char)c < 128 ? base64_digits[(unsigned char)c] : -1;
}

/* Four digits that stand together; false: they do not. */
static bool
base64_four(const char *p, uint8_t out[3])
{
	int a = base64_digit(p[0]), b = base64_digit(p[1]);
	int c = base64_digit(p[2]), d = base64_digit(p[3]);

	if ((a | b | c | d) < 0)
		return false;
	out[0] = (uint8_t)(a << 2 | b >> 4);
	out[1] = (uint8_t)(b << 4 | c >> 2);
	out[2] = (uint8_t)(c << 6 | d);
	return true;
}

static void
base64_add(struct as_buf *out, struct as_str s)
{
	uint8_t part[3072];
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;

	for (size_t i = 0; i < s.n && s.p[i] != '=';) {
		int d;

		if (n > sizeof(part) - 3) {
			as_buf_add(out, part, n);
			n = 0;
		}
		if (have == 0 && s.n - i >= 4 &&
		    base64_four(s.p + i, part + n)) {
			n += 3;
			i += 4;
			continue;
		}
		d = base64_digit(s.p[i++]);
		if (d < 0)
			continue;
		bits = bits << 6 | (uint32_t)d;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		part[n++] = (uint8_t)(bits >> have);
	}
	as_buf_add(out, part, n);
}

static void
quoted_line(struct as_buf *out, struct as_str line, bool *soft)
{
	size_t end = line.n;

	while (end > 0 && (line.p[end - 1] == ' ' || line.p[end - 1] == '\t'))
		end--;
	*soft = end > 0 && line.p[end - 1] == '=';
	end -= *soft;
	for (size_t i = 0; i < end; i++) {
		int high = i + 2 < end ? as_hex_digit(line.p[i + 1]) : -1;
		int low = high >= 0 ? as_hex_digit(line.p[i + 2]) : -1;
		char c = line.p[i];

		if (c == '=' && low >= 0) {
			c = (char)(high * 16 + low);
			i += 2;
		}
		as_buf_add(out, &c, 1);
	}
}

static void
quoted_add(struct as_buf *out, struct as_str s)
{
	size_t next;
	bool soft;

	for (size_t at = 0; at < s.n; at = next) {
		quoted_line(out, line_at(s, at, &next), &soft);
		if (!soft)
			as_buf_puts(out, "\n");
	}
}

bool
as_part_is_coded(const struct as_part *p)
{
	return as_str_is(p->encoding, "base64") ||
	    as_str_is(p->encoding, "quoted-printable");
}

enum as_err
as_part_decode(const struct as_part *p, struct as_buf *out)
{
	if (as_str_is(p->encoding, "base64"))
		base64_add(out, p->body);
	else if (as_str_is(p->encoding, "quoted-printable"))
		quoted_add(out, p->body);
	else
		as_buf_add_str(out, p->body);
	return as_buf_ok(out) ? AS_OK : AS_ELIMIT;
}
