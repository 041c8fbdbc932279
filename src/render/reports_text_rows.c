/*
 * What received reports say, for people: rows, policies, failures.
 */
#include <inttypes.h>

#include "render/reports_parts.h"

#include "base/banned.h"

#define ROW_COLUMNS  16 /* of an address */
#define WORD_COLUMNS 9
#define ROW_INDENT   13

/* --- an aggregate row --- */

static void
word_cell(const struct as_term *t, struct as_str s, size_t columns)
{
	enum as_style style = AS_STYLE_PLAIN;

	if (as_report_verdict(s) == AS_REPORT_VERDICT_PASS)
		style = AS_STYLE_GOOD;
	else if (as_report_verdict(s) == AS_REPORT_VERDICT_FAIL)
		style = AS_STYLE_BAD;
	as_report_cell(t, style, s, columns);
}

static void
results(const struct as_term *t, const struct as_report_row *r)
{
	struct as_buf b;

	as_buf_init(&b, AS_REPORT_LINE);
	for (size_t i = 0; i < r->n_dkims; i++) {
		as_buf_puts(&b, b.n > 0 ? "; " : "");
		as_dkim_result_add(&b, &r->dkims[i]);
	}
	for (size_t i = 0; i < r->n_spfs; i++) {
		as_buf_puts(&b, b.n > 0 ? "; " : "");
		as_spf_result_add(&b, &r->spfs[i]);
	}
	if (r->envelope_from.n > 0) {
		as_buf_puts(&b, b.n > 0 ? "; " : "");
		as_buf_puts(&b, "envelope from ");
		as_buf_add_str(&b, r->envelope_from);
	}
	if (r->envelope_to.n > 0) {
		as_buf_puts(&b, b.n > 0 ? "; " : "");
		as_buf_puts(&b, "envelope to ");
		as_buf_add_str(&b, r->envelope_to);
	}
	if (b.n > 0)
		as_report_paragraph(t, AS_STYLE_DIM, ROW_INDENT, &b);
	else
		as_buf_fini(&b);
}

static void
reasons(const struct as_term *t, const struct as_report_row *r)
{
	for (size_t i = 0; i < r->n_reasons; i++) {
		struct as_buf b;

		as_buf_init(&b, AS_REPORT_LINE);
		as_buf_puts(&b, "not as the policy says: ");
		as_reason_add(&b, &r->reasons[i]);
		as_report_paragraph(t, AS_STYLE_PLAIN, ROW_INDENT, &b);
	}
}

void
as_reports_text_row(struct as_reports_sheet *s, const struct as_report_row *r)
{
	const struct as_term *t = &s->term;
	char ip[AS_IP_TEXT];

	as_report_number(t, r->count, 11);
	as_term_spaces(t, 1);
	as_report_cell(t, AS_STYLE_PLAIN,
	    r->ip.len > 0 ? as_str_from(as_ip_text(&r->ip, ip)) : r->source_ip,
	    ROW_COLUMNS);
	word_cell(t, r->dkim, WORD_COLUMNS);
	word_cell(t, r->spf, WORD_COLUMNS);
	as_report_cell(t, AS_STYLE_PLAIN, r->disposition, AS_REPORT_DAY);
	as_report_cell(t, AS_STYLE_PLAIN, r->header_from, 0);
	as_term_newline(t);
	results(t, r);
	reasons(t, r);
	s->n++;
}

/* --- TLS --- */

static void
list_add(struct as_buf *b, const struct as_str *list, size_t n, const char *sep)
{
	for (size_t i = 0; i < n; i++) {
		as_buf_puts(b, i > 0 ? sep : "");
		as_buf_add_str(b, list[i]);
	}
}

void
as_reports_text_policy(
    struct as_reports_sheet *s, const struct as_report_tls_policy *p)
{
	const struct as_term *t = &s->term;
	bool failed = p->failures > 0 && p->failures != AS_REPORT_NO_COUNT;
	struct as_buf b;

	s->policy++;
	as_term_newline(t);
	as_buf_init(&b, AS_REPORT_LINE);
	as_buf_printf(&b, "Policy %" PRIu64 " (", s->policy);
	as_buf_add_str(&b, as_report_or_dash(p->type));
	as_buf_puts(&b, ") of ");
	as_buf_add_str(&b, as_report_or_dash(p->domain));
	as_buf_puts(&b, ": ");
	as_report_count_add(&b, p->successes, "session");
	as_buf_puts(&b, " succeeded, ");
	if (p->failures == AS_REPORT_NO_COUNT)
		as_buf_puts(&b, "an unknown number");
	else
		as_buf_printf(&b, "%" PRIu64, p->failures);
	as_buf_puts(&b, " failed");
	as_report_paragraph(
	    t, failed ? AS_STYLE_BAD : AS_STYLE_BOLD, AS_REPORT_INDENT, &b);
	as_buf_init(&b, AS_REPORT_LINE);
	list_add(&b, p->mx_hosts, p->n_mx_hosts, ", ");
	as_report_entry_text(t, "Mail servers", as_buf_str(&b));
	as_buf_fini(&b);
	as_buf_init(&b, AS_REPORT_LINE);
	list_add(&b, p->strings, p->n_strings, "; ");
	as_report_entry_text(t, "As published", as_buf_str(&b));
	as_buf_fini(&b);
	s->n++;
}

/* "at mx.example.org (192.0.2.1), from 198.51.100.2" */
static void
parties_add(struct as_buf *b, const struct as_report_tls_failure *f)
{
	if (f->receiving_mx_hostname.n > 0 || f->receiving_ip.n > 0) {
		as_buf_puts(b, " at ");
		as_buf_add_str(b,
		    f->receiving_mx_hostname.n > 0 ? f->receiving_mx_hostname
						   : f->receiving_ip);
	}
	if (f->receiving_mx_hostname.n > 0 && f->receiving_ip.n > 0) {
		as_buf_puts(b, " (");
		as_buf_add_str(b, f->receiving_ip);
		as_buf_puts(b, ")");
	}
	if (f->receiving_mx_helo.n > 0) {
		as_buf_puts(b, ", which says EHLO ");
		as_buf_add_str(b, f->receiving_mx_helo);
	}
	if (f->sending_mta_ip.n > 0) {
		as_buf_puts(b, ", from ");
		as_buf_add_str(b, f->sending_mta_ip);
	}
}

void
as_reports_text_tls(
    struct as_reports_sheet *s, const struct as_report_tls_failure *f)
{
	const struct as_term *t = &s->term;
	struct as_buf b;

	as_report_number(t, f->sessions, 11);
	as_term_spaces(t, 1);
	as_buf_init(&b, AS_REPORT_LINE);
	as_buf_add_str(&b, as_report_or_dash(f->result_type));
	parties_add(&b, f);
	if (f->reason_code.n > 0) {
		as_buf_puts(&b, "; reason: ");
		as_buf_add_str(&b, f->reason_code);
	}
	if (f->info_uri.n > 0) {
		as_buf_puts(&b, "; more: ");
		as_buf_add_str(&b, f->info_uri);
	}
	as_term_wrap(t, AS_STYLE_PLAIN, ROW_INDENT, ROW_INDENT, as_buf_str(&b));
	as_buf_fini(&b);
}

/* --- a failure report --- */

/* "reported_domain" as people write it; returns buf. */
static const char *
spaced(const char *name, char *buf, size_t room)
{
	size_t n = 0;

	for (; name[n] != 0 && n + 1 < room; n++)
		buf[n] = name[n] == '_' ? ' ' : name[n];
	buf[n] = 0;
	if (n > 0 && buf[0] >= 'a' && buf[0] <= 'z')
		buf[0] = (char)(buf[0] - 'a' + 'A');
	return buf;
}

void
as_reports_text_failure(
    struct as_reports_sheet *s, const struct as_report_failure *f)
{
	struct as_failure_text texts[AS_FAILURE_TEXTS];
	const struct as_term *t = &s->term;
	char name[40], ip[AS_IP_TEXT];
	struct as_buf b;

	as_failure_texts(f, texts);
	for (size_t i = 0; i < AS_FAILURE_TEXTS; i++) {
		if (texts[i].text.n == 0)
			continue;
		as_buf_init(&b, AS_REPORT_LINE);
		as_buf_printf(
		    &b, "%s: ", spaced(texts[i].name, name, sizeof(name)));
		as_buf_add_str(&b, texts[i].text);
		as_report_paragraph(
		    t, AS_STYLE_PLAIN, 2 * AS_REPORT_INDENT, &b);
	}
	as_buf_init(&b, AS_REPORT_LINE);
	as_buf_puts(&b, "Source ip: ");
	as_buf_add_str(&b,
	    f->ip.len > 0 ? as_str_from(as_ip_text(&f->ip, ip))
			  : as_report_or_dash(f->source_ip));
	as_report_paragraph(t, AS_STYLE_PLAIN, 2 * AS_REPORT_INDENT, &b);
	as_buf_init(&b, AS_REPORT_LINE);
	as_buf_puts(&b, "Incidents: ");
	as_buf_printf(&b, "%" PRIu64, f->incidents);
	as_report_paragraph(t, AS_STYLE_PLAIN, 2 * AS_REPORT_INDENT, &b);
	as_buf_init(&b, AS_REPORT_LINE);
	as_buf_puts(&b,
	    "What is personal, the part of an address ahead of"
	    " \"@\" and the subject, was left out when it was read.");
	as_report_paragraph(t, AS_STYLE_DIM, 2 * AS_REPORT_INDENT, &b);
	s->n++;
}
