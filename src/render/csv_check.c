/*
 * Assessed domains as CSV: a row a finding for a check, a row a domain for a
 * scan.  One table a kind of row gives its head and its cells.
 */
#include "base/clock.h"
#include "render/csv.h"
#include "render/form_private.h"
#include "render/told.h"

#include "base/banned.h"

static void
when_cell(struct as_buf *b, const struct as_assessment *as)
{
	char when[AS_TIME_TEXT];

	as_csv_cell(b, as_str_from(as_time_text(as->checked_at, when)));
}

static void
heads_add(struct as_buf *b, const char *const *heads, size_t n)
{
	for (size_t i = 0; i < n; i++)
		as_csv_cell(b, as_str_from(heads[i]));
	as_csv_end(b);
}

/* --- a row a finding --- */

static const char *const finding_heads[] = {"domain", "checked_at", "verdict",
    "rule", "subject", "title", "evidence", "why", "advice", "record_name",
    "record_type", "record_current", "record_proposed", "sources",
    "rules_version"};

static void
finding_head(const struct as_sheet *s)
{
	heads_add(s->term.out, finding_heads,
	    sizeof(finding_heads) / sizeof(finding_heads[0]));
}

static void
finding_row(struct as_buf *b, const struct as_assessment *as,
    const struct as_finding *f)
{
	const struct as_str cells[] = {as_str_from(as_verdict_text(f->verdict)),
	    f->rule, f->subject, f->title, f->evidence, f->why, f->advice,
	    f->record.name, f->record.type, f->record.current,
	    f->record.proposed};

	as_csv_cell(b, as->domain);
	when_cell(b, as);
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		as_csv_cell(b, cells[i]);
	as_csv_cell(b, f->cites);
	as_csv_cell(b, as->rules_version);
	as_csv_end(b);
}

/* A domain without findings has a row too: it was looked at. */
static void
finding_rows(const struct as_sheet *s, const struct as_assessment *as,
    const struct as_facts *facts)
{
	static const struct as_finding none = {
	    .verdict = AS_VERDICT_PASS, .title = {"Nothing to do.", 14}};
	size_t rows = 0;

	(void)facts;
	for (size_t i = 0; i < as->n_findings; i++) {
		if (as->findings[i].verdict < AS_VERDICT_INFO && !s->verbose)
			continue;
		finding_row(s->term.out, as, &as->findings[i]);
		rows++;
	}
	if (rows == 0)
		finding_row(s->term.out, as, &none);
}

const struct as_form as_form_csv_findings = {
    .head = finding_head, .domain = finding_rows, .between = ""};

/* --- a row a domain --- */

static const char *const domain_heads[] = {"domain", "checked_at", "role",
    "phase", "impersonation", "transit", "visibility", "failed", "warnings",
    "untested", "notes", "passed", "impersonation_gate", "transit_gate",
    "visibility_gate", "next_step", "rules_version"};

static void
domain_head(const struct as_sheet *s)
{
	heads_add(s->term.out, domain_heads,
	    sizeof(domain_heads) / sizeof(domain_heads[0]));
}

static void
domain_row(const struct as_sheet *s, const struct as_assessment *as,
    const struct as_facts *facts)
{
	static const enum as_verdict counted[] = {AS_VERDICT_FAIL,
	    AS_VERDICT_WARN, AS_VERDICT_UNKNOWN, AS_VERDICT_INFO,
	    AS_VERDICT_PASS};
	struct as_buf *b = s->term.out;

	(void)facts;
	as_csv_cell(b, as->domain);
	when_cell(b, as);
	as_csv_cell(b, as_str_from(as_role_text(as->role)));
	as_csv_cell(b, as_str_from(as_phase_text(as->phase)));
	for (size_t i = 0; i < AS_AXES; i++)
		as_csv_cell(b, (struct as_str){&as->axes[i].grade, 1});
	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++)
		as_csv_number(b, as_told_count(as, counted[i]));
	for (size_t i = 0; i < AS_AXES; i++)
		as_csv_cell(b, as->axes[i].gate);
	as_csv_cell(b, as->next_step);
	as_csv_cell(b, as->rules_version);
	as_csv_end(b);
}

const struct as_form as_form_csv_domains = {
    .head = domain_head, .domain = domain_row, .between = ""};
