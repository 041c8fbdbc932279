/*
 * A fix as lines of a zone file (RFC 1035 5.1) and as an update of a zone (RFC
 * 2136), in the language of nsupdate.
 */
#include "render/fix_private.h"

#include "base/banned.h"

/* --- zone --- */

static void
set_put(struct as_buf *b, const struct as_fix_step *step,
    const struct as_fix_set *s)
{
	for (size_t i = 0; i < s->n; i++) {
		as_buf_printf(b, AS_STR_FMT ". %d IN " AS_STR_FMT " ",
		    AS_STR_ARG(step->name), AS_FIX_TTL, AS_STR_ARG(step->type));
		as_fix_put_data(b, step, &s->rr[i]);
		as_buf_puts(b, "\n");
	}
}

void
as_fix_records(const struct as_fix *fix, struct as_buf *b)
{
	for (size_t i = 0; i < fix->n_steps; i++) {
		if (!as_fix_is_own(&fix->steps[i]))
			continue;
		set_put(b, &fix->steps[i], &fix->steps[i].kept);
		set_put(b, &fix->steps[i], &fix->steps[i].added);
	}
}

static void
gone_comment(struct as_buf *b, const struct as_fix_format *format,
    const struct as_fix_step *step)
{
	for (size_t i = 0; i < step->gone.n; i++) {
		as_buf_puts(b, format->comment);
		as_buf_puts(b, "    ");
		as_fix_put_data(b, step, &step->gone.rr[i]);
		as_buf_puts(b, "\n");
	}
}

void
as_fix_write_zone(const struct as_fix *fix, const struct as_fix_format *format,
    struct as_buf *b)
{
	for (size_t i = 0; i < fix->n_steps; i++) {
		const struct as_fix_step *step = &fix->steps[i];

		if (!as_fix_is_own(step))
			continue;
		as_fix_step_comment(b, format, fix, step);
		if (step->gone.n > 0)
			as_fix_comment(b, format, "   Remove:");
		gone_comment(b, format, step);
		if (step->kept.n > 0)
			as_fix_comment(b, format,
			    "   There is today, and stays: the first %zu.",
			    step->kept.n);
		set_put(b, step, &step->kept);
		set_put(b, step, &step->added);
	}
}

/* --- nsupdate --- */

/* The update is refused when the set is no longer as it was seen (RFC 2136
 * 2.4.2, 2.4.3): then nothing is changed. */
static void
prereqs_put(struct as_buf *b, const struct as_fix_step *step)
{
	const struct as_fix_set *now[] = {&step->kept, &step->gone};
	size_t n = 0;

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < now[k]->n; i++, n++) {
			as_buf_printf(b,
			    "prereq yxrrset " AS_STR_FMT ". IN " AS_STR_FMT " ",
			    AS_STR_ARG(step->name), AS_STR_ARG(step->type));
			as_fix_put_data(b, step, &now[k]->rr[i]);
			as_buf_puts(b, "\n");
		}
	if (n == 0)
		as_buf_printf(b,
		    "prereq nxrrset " AS_STR_FMT ". IN " AS_STR_FMT "\n",
		    AS_STR_ARG(step->name), AS_STR_ARG(step->type));
}

static void
changes_put(struct as_buf *b, const struct as_fix_step *step)
{
	for (size_t i = 0; i < step->gone.n; i++) {
		as_buf_printf(b,
		    "update delete " AS_STR_FMT ". IN " AS_STR_FMT " ",
		    AS_STR_ARG(step->name), AS_STR_ARG(step->type));
		as_fix_put_data(b, step, &step->gone.rr[i]);
		as_buf_puts(b, "\n");
	}
	for (size_t i = 0; i < step->added.n; i++) {
		as_buf_printf(b,
		    "update add " AS_STR_FMT ". %d IN " AS_STR_FMT " ",
		    AS_STR_ARG(step->name), AS_FIX_TTL, AS_STR_ARG(step->type));
		as_fix_put_data(b, step, &step->added.rr[i]);
		as_buf_puts(b, "\n");
	}
}

/* Is it the first step of its zone? */
static bool
is_first(const struct as_fix *fix, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (as_fix_is_own(&fix->steps[i]) &&
		    as_str_eq(fix->steps[i].zone, fix->steps[at].zone))
			return false;
	return true;
}

/* One message a zone: all of its changes are made, or none. */
static void
zone_put(struct as_buf *b, const struct as_fix *fix,
    const struct as_fix_format *format, struct as_str zone)
{
	as_buf_puts(b, format->blank);
	if (zone.n > 0)
		as_buf_printf(b, "zone " AS_STR_FMT ".\n", AS_STR_ARG(zone));
	for (size_t i = 0; i < fix->n_steps; i++) {
		const struct as_fix_step *step = &fix->steps[i];

		if (!as_fix_is_own(step) || !as_str_eq(step->zone, zone))
			continue;
		as_fix_step_comment(b, format, fix, step);
		prereqs_put(b, step);
		changes_put(b, step);
	}
	as_buf_puts(b, "send\n");
}

void
as_fix_write_nsupdate(const struct as_fix *fix,
    const struct as_fix_format *format, struct as_buf *b)
{
	for (size_t i = 0; i < fix->n_steps; i++)
		if (as_fix_is_own(&fix->steps[i]) && is_first(fix, i))
			zone_put(b, fix, format, fix->steps[i].zone);
}
