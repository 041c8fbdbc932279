#include "render/form.h"

#include "base/json.h"
#include "render/form_private.h"

#include "base/banned.h"

AS_DEFINE_ENUM(format, AS_FORMAT_MAP)

/* --- text --- */

static void
text_domain(const struct as_sheet *s, const struct as_assessment *as,
    const struct as_facts *facts)
{
	(void)facts;
	as_check_text(&s->term, as, s->verbose);
}

static const struct as_form form_text = {.domain = text_domain, .between = ""};

static void
row_head(const struct as_sheet *s)
{
	as_check_row_head(&s->term);
}

static void
row_domain(const struct as_sheet *s, const struct as_assessment *as,
    const struct as_facts *facts)
{
	(void)facts;
	as_check_row(&s->term, as);
}

static const struct as_form form_rows = {
    .head = row_head, .domain = row_domain, .between = ""};

/* --- JSON --- */

static void
document_write(const struct as_sheet *s, const struct as_assessment *as,
    const struct as_facts *facts, enum as_json_style style)
{
	as_check_json(s->term.out, as, s->detail, facts, style);
	as_buf_puts(s->term.out, "\n");
}

/* Facts that do not fit are left out. */
static void
document(const struct as_sheet *s, const struct as_assessment *as,
    const struct as_facts *facts, enum as_json_style style)
{
	document_write(s, as, facts, style);
	if (as_buf_ok(s->term.out) || facts == NULL)
		return;
	as_buf_reset(s->term.out);
	document_write(s, as, NULL, style);
}

static void
json_domain(const struct as_sheet *s, const struct as_assessment *as,
    const struct as_facts *facts)
{
	document(s, as, facts, AS_JSON_PRETTY);
}

static const struct as_form form_json = {.domain = json_domain, .between = ""};

static void
line_domain(const struct as_sheet *s, const struct as_assessment *as,
    const struct as_facts *facts)
{
	document(s, as, facts, AS_JSON_COMPACT);
}

static const struct as_form form_ndjson = {
    .domain = line_domain, .between = ""};

/* --- a line for monitoring --- */

static void
alarm_domain(const struct as_sheet *s, const struct as_assessment *as,
    const struct as_facts *facts)
{
	(void)facts;
	as_alarm_add(s->alarm, as);
}

static void
alarm_foot(const struct as_sheet *s)
{
	as_alarm_line(s->term.out, s->alarm);
}

static const struct as_form form_alarm = {
    .domain = alarm_domain, .between = "", .foot = alarm_foot};

/* --- which command has which --- */

const struct as_form *
as_form_check(enum as_format format)
{
	static const struct as_form *const forms[] = {
	    [AS_FORMAT_TEXT] = &form_text,
	    [AS_FORMAT_JSON] = &form_json,
	    [AS_FORMAT_NDJSON] = &form_ndjson,
	    [AS_FORMAT_CSV] = &as_form_csv_findings,
	    [AS_FORMAT_SARIF] = &as_form_sarif,
	    [AS_FORMAT_HTML] = &as_form_html,
	    [AS_FORMAT_NAGIOS] = &form_alarm,
	};
	return forms[format];
}

const struct as_form *
as_form_scan(enum as_format format)
{
	static const struct as_form *const forms[] = {
	    [AS_FORMAT_TEXT] = &form_rows,
	    [AS_FORMAT_JSON] = &form_ndjson,
	    [AS_FORMAT_NDJSON] = &form_ndjson,
	    [AS_FORMAT_CSV] = &as_form_csv_domains,
	    [AS_FORMAT_SARIF] = &as_form_sarif,
	    [AS_FORMAT_NAGIOS] = NULL,
	};
	return forms[format];
}
