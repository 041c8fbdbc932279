#include "net/smtp_reply.h"

#include <string.h>

#include "base/limits.h"

#include "base/banned.h"

/* One reply as it lies in the buffer: found in a first pass that takes no
 * memory, so that a dripping peer costs none. */
struct extent {
	size_t end; /* octets of the whole reply */
	size_t n_lines;
	bool bare_lf;
};

/*
 * Every decision below rests on the octets before it alone, never on how many
 * more have come.  So a reply reads the same whole and octet by octet.
 */

/* The code of the line at `at`: digits as RFC 5321 4.2 has them, and the same
 * ones on every line (4.2.1). */
static enum as_err
check_code(const char *p, size_t n, size_t at, struct as_why *why)
{
	for (size_t i = 0; i < 3; i++) {
		if (at + i >= n)
			return AS_EABSENT;
		if (p[at + i] < (i == 0 ? '2' : '0') ||
		    p[at + i] > (i == 0 ? '5' : '9'))
			return as_why_set(why, AS_ESYNTAX, at + i,
			    "RFC 5321 4.2: a line without a reply code");
		if (p[at + i] != p[i])
			return as_why_set(why, AS_ESYNTAX, at + i,
			    "RFC 5321 4.2.1: the code differs between lines");
	}
	return AS_OK;
}

/* End of the line that starts at `at`, in *end; *last tells whether it ends the
 * reply. */
static enum as_err
scan_line(const char *p, size_t n, size_t at, size_t *end, bool *last,
    struct as_why *why)
{
	size_t room = n - at;
	const char *lf;
	char mark;

	if (room > AS_MAX_SMTP_LINE_OCTETS)
		room = AS_MAX_SMTP_LINE_OCTETS;
	AS_TRY(check_code(p, at + room, at, why));
	if (room < 4)
		return AS_EABSENT;
	mark = p[at + 3];
	if (mark != ' ' && mark != '-' && mark != '\r' && mark != '\n')
		return as_why_set(why, AS_ESYNTAX, at + 3,
		    "RFC 5321 4.2: neither space nor hyphen after the code");
	lf = memchr(p + at, '\n', room);
	if (lf == NULL && room == AS_MAX_SMTP_LINE_OCTETS)
		return as_why_set(why, AS_ELIMIT, at,
		    "a reply line of over %d octets", AS_MAX_SMTP_LINE_OCTETS);
	if (lf == NULL)
		return AS_EABSENT;
	*end = (size_t)(lf - p) + 1;
	*last = mark != '-';
	return AS_OK;
}

static enum as_err
scan_reply(const char *p, size_t n, struct extent *e, struct as_why *why)
{
	bool last = false;

	*e = (struct extent){0};
	while (!last) {
		size_t end = 0;

		if (e->n_lines == AS_MAX_SMTP_REPLY_LINES)
			return as_why_set(why, AS_ELIMIT, e->end,
			    "a reply of over %d lines",
			    AS_MAX_SMTP_REPLY_LINES);
		AS_TRY(scan_line(p, n, e->end, &end, &last, why));
		if (end - e->end < 2 || p[end - 2] != '\r')
			e->bare_lf = true;
		e->end = end;
		e->n_lines++;
	}
	return AS_OK;
}

/* The text of the line at p, whose LF is at p[n - 1]. */
static struct as_str
line_text(const char *p, size_t n)
{
	n--;
	if (n > 0 && p[n - 1] == '\r')
		n--;
	return n > 4 ? (struct as_str){p + 4, n - 4} : AS_STR("");
}

static enum as_err
build_reply(struct as_arena *a, const char *p, const struct extent *e,
    struct as_smtp_reply **out)
{
	struct as_smtp_reply *r = AS_NEW(a, struct as_smtp_reply);
	const char *copy = as_arena_copy(a, p, e->end);
	struct as_str *lines = as_arena_array(a, e->n_lines, sizeof(*lines));
	size_t at = 0;

	if (r == NULL || copy == NULL || lines == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < e->n_lines; i++) {
		const char *lf = memchr(copy + at, '\n', e->end - at);
		size_t next = (size_t)(lf - copy) + 1;

		lines[i] = line_text(copy + at, next - at);
		at = next;
	}
	r->code =
	    (uint32_t)((p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0'));
	r->lines = lines;
	r->n_lines = e->n_lines;
	r->bare_lf = e->bare_lf;
	*out = r;
	return AS_OK;
}

enum as_err
as_smtp_reply_read(struct as_arena *a, struct as_buf *in,
    struct as_smtp_reply **out, struct as_why *why)
{
	size_t n = in->n;
	struct extent e;
	enum as_err err;

	if (n > AS_MAX_SMTP_REPLY_OCTETS)
		n = AS_MAX_SMTP_REPLY_OCTETS;
	err = scan_reply(as_buf_str(in).p, n, &e, why);
	if (err == AS_EABSENT && n == AS_MAX_SMTP_REPLY_OCTETS)
		return as_why_set(why, AS_ELIMIT, n,
		    "a reply of over %d octets", AS_MAX_SMTP_REPLY_OCTETS);
	AS_TRY(err);
	AS_TRY(build_reply(a, in->p, &e, out));
	as_buf_drop(in, e.end);
	return AS_OK;
}
