/*
 * What the formats of a fix share, and the comments around them.
 */
#include <stdarg.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "render/fix_private.h"
#include "render/told.h"

#include "base/banned.h"

#define LINE_OCTETS 65536

/* To nsupdate an empty line is the command to send. */
static const struct as_fix_format formats[] = {
    {"zone", ";", "\n", as_fix_write_zone},
    {"nsupdate", ";", ";\n", as_fix_write_nsupdate},
    {"terraform", "#", "\n", as_fix_write_terraform},
    {"dnscontrol", "//", "\n", as_fix_write_dnscontrol},
};

const struct as_fix_format *
as_fix_format_find(struct as_str name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (as_str_is(name, formats[i].name))
			return &formats[i];
	return NULL;
}

/* --- pieces --- */

void
as_fix_comment(
    struct as_buf *b, const struct as_fix_format *format, const char *fmt, ...)
{
	struct as_buf line;
	va_list ap;

	as_buf_init(&line, LINE_OCTETS);
	va_start(ap, fmt);
	as_buf_vprintf(&line, fmt, ap);
	va_end(ap);
	as_buf_puts(b, format->comment);
	as_buf_puts(b, line.n > 0 ? " " : "");
	if (as_buf_ok(&line))
		as_term_add(b, as_buf_str(&line));
	else
		as_buf_puts(b, "(too long to be shown)");
	as_buf_puts(b, "\n");
	as_buf_fini(&line);
}

void
as_fix_put_quoted(struct as_buf *b, struct as_str octets)
{
	as_buf_puts(b, "\"");
	for (size_t i = 0; i < octets.n; i++) {
		unsigned char c = (unsigned char)octets.p[i];

		if (c == '"' || c == '\\')
			as_buf_printf(b, "\\%c", c);
		else if (c >= ' ' && c < 0x7f)
			as_buf_add(b, &c, 1);
		else
			as_buf_printf(b, "\\%03u", c);
	}
	as_buf_puts(b, "\"");
}

/* The length of the next string: as it is published, or as much as fits. */
static size_t
string_length(const struct as_fix_rr *rr, size_t index, size_t left)
{
	size_t n = index < rr->lengths.n ? (uint8_t)rr->lengths.p[index]
					 : AS_MAX_STRING_OCTETS;

	return n < left ? n : left;
}

static void
put_txt(struct as_buf *b, const struct as_fix_rr *rr)
{
	size_t at = 0, index = 0;

	do {
		size_t n = string_length(rr, index, rr->data.n - at);

		if (index > 0)
			as_buf_puts(b, " ");
		as_fix_put_quoted(b, as_str_slice(rr->data, at, at + n));
		at += n;
		index++;
	} while (at < rr->data.n || index < rr->lengths.n);
}

void
as_fix_put_data(struct as_buf *b, const struct as_fix_step *step,
    const struct as_fix_rr *rr)
{
	if (as_str_is(step->type, "TXT"))
		put_txt(b, rr);
	else
		as_buf_add_str(b, rr->data);
}

bool
as_fix_is_own(const struct as_fix_step *step)
{
	return step->by == AS_FIX_ZONE;
}

struct as_str
as_fix_zone_of(const struct as_fix *fix, const struct as_fix_step *step)
{
	return step->zone.n > 0 ? step->zone : fix->domain;
}

struct as_str
as_fix_relative(struct as_str name, struct as_str zone)
{
	if (name.n <= zone.n)
		return AS_STR("");
	return as_str_slice(name, 0, name.n - zone.n - 1);
}

/* Of the policy file a step of its own says all. */
static bool
is_said_by_file(const struct as_finding *f)
{
	return as_str_is(f->rule, "mta-sts.missing");
}

bool
as_fix_is_advised(
    const struct as_fix *fix, const struct as_fix_step *step, size_t i)
{
	if (is_said_by_file(step->mends[i]))
		return true;
	for (const struct as_fix_step *s = fix->steps; s <= step; s++)
		for (size_t k = 0; k < (s == step ? i : s->n_mends); k++)
			if (as_str_eq(
				s->mends[k]->advice, step->mends[i]->advice))
				return true;
	return false;
}

size_t
as_fix_untested(const struct as_assessment *as, struct as_str *cause)
{
	size_t n = 0;

	*cause = AS_STR("");
	for (size_t i = 0; i < as->n_findings; i++)
		if (as->findings[i].verdict == AS_VERDICT_UNKNOWN && n++ == 0)
			*cause = as->findings[i].evidence;
	return n;
}

const char *
as_fix_by_words(enum as_fix_by by)
{
	switch (by) {
	case AS_FIX_ZONE: return "in the zone of the domain";
	case AS_FIX_WEB: return "at the policy host";
	case AS_FIX_PARENT: return "at the registrar, for the zone above";
	case AS_FIX_ALIAS: return "where the name leads to";
	case AS_FIX_OTHER: break;
	}
	return "in a zone outside the domain, by whoever runs it";
}

/* --- comments --- */

static void
mends_add(struct as_buf *b, const struct as_fix_step *step)
{
	for (size_t i = 0; i < step->n_mends; i++) {
		size_t k = 0;

		while (k < i &&
		    !as_str_eq(step->mends[k]->rule, step->mends[i]->rule))
			k++;
		if (k < i)
			continue;
		as_buf_puts(b, i > 0 ? ", " : ": mends ");
		as_buf_add_str(b, step->mends[i]->rule);
	}
	if (step->n_mends == 0)
		as_buf_puts(b, ": belongs to the set of a parked name");
}

void
as_fix_step_comment(struct as_buf *b, const struct as_fix_format *format,
    const struct as_fix *fix, const struct as_fix_step *step)
{
	struct as_buf mends;

	as_buf_init(&mends, LINE_OCTETS);
	mends_add(&mends, step);
	as_buf_puts(b, format->blank);
	as_fix_comment(b, format, "%zu. " AS_STR_FMT "%s" AS_STR_FMT AS_STR_FMT,
	    (size_t)(step - fix->steps) + 1,
	    AS_STR_ARG(step->by == AS_FIX_WEB ? step->url : step->name),
	    step->by == AS_FIX_WEB ? "" : " ", AS_STR_ARG(step->type),
	    AS_STR_ARG(as_buf_str(&mends)));
	as_buf_fini(&mends);
	for (size_t i = 0; i < step->n_mends; i++)
		if (!as_fix_is_advised(fix, step, i) &&
		    step->mends[i]->advice.n > 0)
			as_fix_comment(b, format, "   " AS_STR_FMT,
			    AS_STR_ARG(step->mends[i]->advice));
	if (step->check_first)
		as_fix_comment(
		    b, format, "   FIRST look at that: mail may hang on it.");
}

/* A step that the format does not write. */
static void
other_step(struct as_buf *b, const struct as_fix_format *format,
    const struct as_fix *fix, const struct as_fix_step *step)
{
	as_fix_step_comment(b, format, fix, step);
	as_fix_comment(b, format, "   To be done %s%s" AS_STR_FMT ":",
	    as_fix_by_words(step->by), step->by == AS_FIX_ALIAS ? ", " : "",
	    AS_STR_ARG(step->by == AS_FIX_ALIAS ? step->alias : AS_STR("")));
	for (size_t i = 0; i < step->added.n; i++) {
		struct as_buf data;

		as_buf_init(&data, LINE_OCTETS);
		as_fix_put_data(&data, step, &step->added.rr[i]);
		as_fix_comment(b, format,
		    "   " AS_STR_FMT ". " AS_STR_FMT " " AS_STR_FMT,
		    AS_STR_ARG(step->name), AS_STR_ARG(step->type),
		    AS_STR_ARG(as_buf_str(&data)));
		as_buf_fini(&data);
	}
}

static void
web_step(struct as_buf *b, const struct as_fix_format *format,
    const struct as_fix *fix, const struct as_fix_step *step)
{
	as_fix_step_comment(b, format, fix, step);
	as_fix_comment(b, format,
	    "   Serve this text as " AS_STR_FMT ", before",
	    AS_STR_ARG(step->url));
	as_fix_comment(b, format,
	    "   the record is published, with a certificate for that name:");
	for (size_t at = 0; at < step->file.n;) {
		size_t end = as_str_find(step->file, '\n', at);
		struct as_str line = as_str_slice(step->file, at, end);

		as_fix_comment(b, format, "   " AS_STR_FMT, AS_STR_ARG(line));
		at = end + 1;
	}
}

static void
head(struct as_buf *b, const struct as_fix_format *format,
    const struct as_fix *fix, const struct as_fix_verdict *v)
{
	char when[AS_TIME_TEXT];
	struct as_str cause;
	size_t untested;

	as_time_text(fix->before->checked_at, when);
	as_fix_comment(b, format,
	    AS_STR_FMT ": proposed by assay from what was seen at %s.",
	    AS_STR_ARG(fix->before->domain), when);
	for (size_t i = 0; i < AS_AXES; i++)
		as_fix_comment(b, format, "%-38s %c, with this %c",
		    as_axis_question((enum as_axis_id)i),
		    fix->before->axes[i].grade, v->after->axes[i].grade);
	if (fix->n_steps == 0)
		as_fix_comment(b, format, "No record is to be published.");
	if (v->left.n > 0)
		as_fix_comment(b, format,
		    "%zu finding%s stay%s that no record mends: see assay "
		    "fix " AS_STR_FMT,
		    v->left.n, v->left.n == 1 ? "" : "s",
		    v->left.n == 1 ? "s" : "", AS_STR_ARG(fix->before->domain));
	untested = as_fix_untested(v->after, &cause);
	if (untested > 0)
		as_fix_comment(b, format,
		    "%zu check%s could not be tested, and of what is not known "
		    "nothing is proposed: " AS_STR_FMT,
		    untested, untested == 1 ? "" : "s", AS_STR_ARG(cause));
}

void
as_fix_write(const struct as_fix_format *format, const struct as_fix *fix,
    const struct as_fix_verdict *v, struct as_buf *b)
{
	head(b, format, fix, v);
	for (size_t i = 0; i < fix->n_steps; i++) {
		const struct as_fix_step *step = &fix->steps[i];

		if (step->by == AS_FIX_WEB)
			web_step(b, format, fix, step);
		else if (!as_fix_is_own(step))
			other_step(b, format, fix, step);
	}
	format->write(fix, format, b);
}
