#include <inttypes.h>

#include "base/clock.h"
#include "render/history.h"

#include "base/banned.h"

#define LINE_OCTETS 256
#define MS          1000

static enum as_style
style_of(const struct as_verdict_run *r)
{
	if (r->fails > 0)
		return AS_STYLE_BAD;
	if (r->warns > 0)
		return AS_STYLE_WARN;
	return r->unknowns > 0 ? AS_STYLE_UNKNOWN : AS_STYLE_GOOD;
}

static void
run_put(const struct as_term *t, const struct as_verdict_run *r)
{
	char first[AS_TIME_TEXT], last[AS_TIME_TEXT];
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b, "%.16s  %.16s  %5" PRIu64 "  ",
	    as_time_text(r->run.first * MS, first),
	    as_time_text(r->run.last * MS, last), r->run.looks);
	as_term_put(t, AS_STYLE_PLAIN, as_buf_str(&b));
	as_buf_reset(&b);
	for (size_t i = 0; i < r->grades.n; i++)
		as_buf_printf(&b, "%c ", r->grades.p[i]);
	as_term_put_padded(t, style_of(r), as_buf_str(&b), 8);
	as_buf_reset(&b);
	as_buf_printf(&b, "%6" PRIu64 " %6" PRIu64 " %7" PRIu64 "  %s, %s",
	    r->fails, r->warns, r->unknowns, as_role_text(r->role),
	    as_phase_text(r->phase));
	as_term_put(t, AS_STYLE_PLAIN, as_buf_str(&b));
	as_term_newline(t);
	as_buf_fini(&b);
}

void
as_history_text(const struct as_term *t, const struct as_history_view *v)
{
	as_term_put(t, AS_STYLE_BOLD, v->domain);
	as_term_newline(t);
	as_term_puts(t, AS_STYLE_DIM,
	    "from              to                looks  grades  failed "
	    "warned unknown  role, phase");
	as_term_newline(t);
	for (size_t i = 0; i < v->n_runs; i++) {
		if (i > 0 &&
		    !as_str_eq(v->runs[i - 1].rules_version,
			v->runs[i].rules_version)) {
			as_term_puts(t, AS_STYLE_DIM,
			    "  from here by other rules of Assay");
			as_term_newline(t);
		}
		run_put(t, &v->runs[i]);
	}
	as_term_newline(t);
	as_term_wrap(t, AS_STYLE_PLAIN, 0, 0,
	    AS_STR(
		"Times are UTC.  Grades: can others pose as it, can its mail "
		"be read, would its owner notice.  With --at DATE the domain "
		"is shown as it was known then."));
}
