#include <inttypes.h>

#include "assess/usage.h"
#include "render/reports_parts.h"
#include "render/tls_told.h"
#include "render/usage.h"

#include "base/banned.h"

#define INDENT      2
#define LINE_OCTETS 8192
#define MOST_SHOWN  30
#define NAME_SHOWN  100 /* octets of what a reporter named */

static const struct {
	const char *words;
	enum as_style style;
} nows[] = {
    [AS_TLS_NOW_NOT_ASKED] = {"not looked at", AS_STYLE_UNKNOWN},
    [AS_TLS_NOW_SAME] = {"the prober sees the same", AS_STYLE_BAD},
    [AS_TLS_NOW_GONE] = {"the prober does not see it: mended, or only some "
			 "senders meet it",
	AS_STYLE_GOOD},
    [AS_TLS_NOW_UNKNOWN] = {"it could not be tested", AS_STYLE_UNKNOWN},
    [AS_TLS_NOW_NO_MX] = {"this server is in no MX record of the domain",
	AS_STYLE_PLAIN},
    [AS_TLS_NOW_NOTHING] = {"there is nothing of the kind to be tested",
	AS_STYLE_PLAIN},
};

static struct as_str
name(struct as_str s)
{
	return as_str_slice(s, 0, NAME_SHOWN);
}

void
as_tls_who_add(struct as_buf *b, const struct as_tls_fault *f)
{
	for (size_t i = 0; i < f->reporters && i < AS_TLS_TOLD_NAMES; i++) {
		as_buf_puts(b, i > 0 ? ", " : "");
		as_buf_add_str(b, name(f->who[i]));
	}
	if (f->reporters > AS_TLS_TOLD_NAMES)
		as_buf_printf(
		    b, " and %zu more", f->reporters - AS_TLS_TOLD_NAMES);
}

static void
labelled(const struct as_term *t, enum as_style style, const char *label,
    struct as_buf *b)
{
	as_term_spaces(t, INDENT);
	as_term_puts(t, AS_STYLE_BOLD, label);
	as_term_sentence(t, style, 3 * INDENT, 3 * INDENT, as_buf_str(b));
	as_buf_fini(b);
}

static void
told_text(const struct as_term *t, const struct as_tls_fault *f)
{
	char first[AS_DAY_TEXT], last[AS_DAY_TEXT];
	struct as_buf b;

	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b, "%" PRIu64 " session%s, told by ", f->sessions,
	    f->sessions == 1 ? "" : "s");
	as_tls_who_add(&b, f);
	as_buf_printf(&b, "; %s", as_day_text(f->first, first));
	if (f->last > f->first)
		as_buf_printf(&b, " to %s", as_day_text(f->last, last));
	if (f->policy.n > 0)
		as_buf_printf(
		    &b, "; policy " AS_STR_FMT, AS_STR_ARG(name(f->policy)));
	if (f->ip.n > 0)
		as_buf_printf(&b, "; at " AS_STR_FMT, AS_STR_ARG(name(f->ip)));
	if (f->reason.n > 0)
		as_buf_printf(&b, "; reason: " AS_STR_FMT,
		    AS_STR_ARG(as_str_slice(f->reason, 0, 3 * NAME_SHOWN)));
	as_report_paragraph(t, AS_STYLE_DIM, INDENT, &b);
}

static void
fault_text(const struct as_term *t, const struct as_tls_fault *f)
{
	struct as_buf b;

	as_term_newline(t);
	as_term_put(t, AS_STYLE_BOLD, name(f->result));
	if (f->mx.n > 0) {
		as_term_puts(t, AS_STYLE_PLAIN, "  ");
		as_term_put(t, AS_STYLE_PLAIN, name(f->mx));
	}
	as_term_newline(t);
	told_text(t, f);
	as_buf_init(&b, LINE_OCTETS);
	as_buf_add_str(&b, f->means);
	labelled(t, AS_STYLE_PLAIN, "Means ", &b);
	as_buf_init(&b, LINE_OCTETS);
	as_buf_puts(&b, nows[f->now].words);
	if (f->finding != NULL)
		as_buf_printf(
		    &b, ". " AS_STR_FMT, AS_STR_ARG(f->finding->title));
	labelled(t, nows[f->now].style, "Now   ", &b);
	if (f->finding != NULL && f->finding->evidence.n > 0) {
		as_buf_init(&b, LINE_OCTETS);
		as_buf_add_str(
		    &b, as_str_slice(f->finding->evidence, 0, 3 * NAME_SHOWN));
		labelled(t, AS_STYLE_DIM, "Seen  ", &b);
	}
	as_buf_init(&b, LINE_OCTETS);
	as_buf_add_str(&b, f->next);
	labelled(t, AS_STYLE_PLAIN, "Next  ", &b);
}

static void
totals_text(const struct as_term *t, const struct as_tls_told *told)
{
	char first[AS_DAY_TEXT], last[AS_DAY_TEXT];
	struct as_buf b;

	if (told->n_totals == 0)
		return;
	as_usage_head(t, "Reporters");
	for (size_t i = 0; i < told->n_totals && i < MOST_SHOWN; i++) {
		const struct as_tls_told_total *x = &told->totals[i];

		as_buf_init(&b, LINE_OCTETS);
		as_buf_add_str(
		    &b, x->org.n > 0 ? name(x->org) : AS_STR("(no name)"));
		as_buf_printf(&b,
		    ": %" PRIu64 " sessions, %" PRIu64 " failed; %" PRIu64
		    " day%s, %s to %s",
		    x->successes + x->failures, x->failures, x->days,
		    x->days == 1 ? "" : "s", as_day_text(x->first, first),
		    as_day_text(x->last, last));
		as_report_paragraph(t, AS_STYLE_PLAIN, INDENT, &b);
	}
}

void
as_tls_told_text(const struct as_term *t, const struct as_tls_told *told)
{
	char from[AS_DAY_TEXT], to[AS_DAY_TEXT];
	struct as_buf b;

	as_term_put(t, AS_STYLE_BOLD, told->domain);
	as_buf_init(&b, LINE_OCTETS);
	as_buf_printf(&b,
	    ": %" PRIu64 " sessions of mail to it, %" PRIu64
	    " without TLS as it should be, %s to %s",
	    told->successes + told->failures, told->failures,
	    as_day_text(told->from, from), as_day_text(told->to, to));
	as_term_put(t, AS_STYLE_PLAIN, as_buf_str(&b));
	as_term_newline(t);
	as_buf_fini(&b);
	if (told->n_totals == 0 && told->n == 0) {
		as_buf_init(&b, LINE_OCTETS);
		as_buf_puts(&b,
		    "no TLS report tells of it: see that _smtp._tls of the "
		    "domain asks for them");
		as_report_paragraph(t, AS_STYLE_UNKNOWN, INDENT, &b);
		return;
	}
	if (told->failures > told->told) {
		as_buf_init(&b, LINE_OCTETS);
		as_buf_printf(&b,
		    "reporters gave no details of %" PRIu64 " of these",
		    told->failures - told->told);
		as_report_paragraph(t, AS_STYLE_DIM, INDENT, &b);
	}
	for (size_t i = 0; i < told->n && i < MOST_SHOWN; i++)
		fault_text(t, &told->faults[i]);
	if (told->n > MOST_SHOWN) {
		as_term_newline(t);
		as_buf_init(&b, LINE_OCTETS);
		as_buf_printf(&b, "and %zu more (--json lists all)",
		    told->n - MOST_SHOWN);
		as_report_paragraph(t, AS_STYLE_DIM, 0, &b);
	}
	totals_text(t, told);
}
