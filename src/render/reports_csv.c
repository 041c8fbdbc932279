/*
 * Received reports as CSV: a row a report, a row of it, a policy or failure of a
 * TLS report, or a thing that gave no report.
 */
#include "base/clock.h"
#include "base/limits.h"
#include "render/csv.h"
#include "render/reports.h"

#include "base/banned.h"

static void
heads(struct as_buf *b, const char *const *names)
{
	for (; *names != NULL; names++)
		as_csv_cell(b, as_str_from(*names));
	as_csv_end(b);
}

/* An empty cell when it was not given. */
static void
count(struct as_buf *b, uint64_t n)
{
	if (n == AS_REPORT_NO_COUNT)
		as_csv_cell(b, AS_STR(""));
	else
		as_csv_number(b, n);
}

static void
when(struct as_buf *b, int64_t t)
{
	char text[AS_TIME_TEXT];
	struct as_str s = as_str_from(as_seconds_text(t, text));

	as_csv_cell(b, as_str_is(s, "-") ? AS_STR("") : s);
}

static void
flag(struct as_buf *b, bool v)
{
	as_csv_cell(b, v ? AS_STR("yes") : AS_STR("no"));
}

static void
cells(struct as_buf *b, const struct as_str *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		as_csv_cell(b, list[i]);
}

#define CELLS(b, ...) \
	cells(b, (const struct as_str[]){__VA_ARGS__}, \
	    sizeof((const struct as_str[]){__VA_ARGS__}) / \
		sizeof(struct as_str))

/* --- the list --- */

static void
list_head(struct as_reports_sheet *s)
{
	static const char *const names[] = {"id", "kind", "domain", "reporter",
	    "report_id", "begin", "end", "rows", "messages", "unread", "cut",
	    "conflict", "received", NULL};

	heads(s->term.out, names);
}

static void
list_entry(struct as_reports_sheet *s, const struct as_received *r)
{
	const struct as_report_head *h = &r->head;
	struct as_buf *b = s->term.out;

	as_csv_number(b, (size_t)r->id);
	CELLS(b, as_str_from(as_report_kind_name(h->kind)), h->domain,
	    h->org_name, h->report_id);
	when(b, h->begin);
	when(b, h->end);
	as_csv_number(b, h->rows);
	as_csv_number(b, h->messages);
	as_csv_number(b, h->unread);
	flag(b, h->cut);
	flag(b, r->conflict);
	when(b, r->from.received);
	as_csv_end(b);
	s->n++;
}

static void
list_foot(struct as_reports_sheet *s, const struct as_reports_rest *rest)
{
	(void)s;
	(void)rest;
}

/* --- a report --- */

static const char *const row_names[] = {"report", "domain", "reporter", "row",
    "source_ip", "messages", "disposition", "dkim", "spf", "header_from",
    "envelope_from", "envelope_to", "dkim_results", "spf_results", "reasons",
    NULL};

static const char *const tls_names[] = {"report", "what", "policy",
    "policy_type", "policy_domain", "successes", "failures", "mx_hosts",
    "result", "sending_mta_ip", "receiving_mx", "receiving_ip",
    "receiving_helo", "sessions", "reason_code", "info_uri", NULL};

static void
failure_heads(struct as_buf *b)
{
	static const struct as_report_failure none;
	struct as_failure_text texts[AS_FAILURE_TEXTS];

	as_csv_cell(b, AS_STR("report"));
	as_csv_cell(b, AS_STR("source_ip"));
	as_failure_texts(&none, texts);
	for (size_t i = 0; i < AS_FAILURE_TEXTS; i++)
		as_csv_cell(b, as_str_from(texts[i].name));
	as_csv_cell(b, AS_STR("incidents"));
	as_csv_end(b);
}

static void
head(struct as_reports_sheet *s, const struct as_received *r)
{
	struct as_buf *b = s->term.out;

	s->of = r;
	switch (r->head.kind) {
	case AS_REPORT_AGGREGATE: heads(b, row_names); break;
	case AS_REPORT_TLS: heads(b, tls_names); break;
	case AS_REPORT_FAILURE: failure_heads(b); break;
	}
}

/* A cell that was built; frees it. */
static void
built(struct as_buf *b, struct as_buf *cell)
{
	as_csv_cell(b, as_buf_str(cell));
	if (!as_buf_ok(cell))
		b->full = true;
	as_buf_fini(cell);
}

static void
results(struct as_buf *b, const struct as_report_row *r)
{
	struct as_buf cell;

	as_buf_init(&cell, AS_MAX_REPORT_ROW_OCTETS);
	for (size_t i = 0; i < r->n_dkims; i++) {
		as_buf_puts(&cell, i > 0 ? "; " : "");
		as_dkim_result_add(&cell, &r->dkims[i]);
	}
	built(b, &cell);
	as_buf_init(&cell, AS_MAX_REPORT_ROW_OCTETS);
	for (size_t i = 0; i < r->n_spfs; i++) {
		as_buf_puts(&cell, i > 0 ? "; " : "");
		as_spf_result_add(&cell, &r->spfs[i]);
	}
	built(b, &cell);
	as_buf_init(&cell, AS_MAX_REPORT_ROW_OCTETS);
	for (size_t i = 0; i < r->n_reasons; i++) {
		as_buf_puts(&cell, i > 0 ? "; " : "");
		as_reason_add(&cell, &r->reasons[i]);
	}
	built(b, &cell);
}

static void
source(struct as_buf *b, const struct as_ip *ip, struct as_str text)
{
	char buf[AS_IP_TEXT];

	as_csv_cell(b, ip->len > 0 ? as_str_from(as_ip_text(ip, buf)) : text);
}

static void
row(struct as_reports_sheet *s, const struct as_report_row *r)
{
	struct as_buf *b = s->term.out;

	as_csv_number(b, (size_t)s->of->id);
	CELLS(b, s->of->head.domain, s->of->head.org_name);
	as_csv_number(b, s->first + ++s->n);
	source(b, &r->ip, r->source_ip);
	count(b, r->count);
	CELLS(b, r->disposition, r->dkim, r->spf, r->header_from,
	    r->envelope_from, r->envelope_to);
	results(b, r);
	as_csv_end(b);
}

static void
policy(struct as_reports_sheet *s, const struct as_report_tls_policy *p)
{
	struct as_buf *b = s->term.out, cell;

	as_csv_number(b, (size_t)s->of->id);
	as_csv_cell(b, AS_STR("policy"));
	as_csv_number(b, ++s->policy);
	CELLS(b, p->type, p->domain);
	count(b, p->successes);
	count(b, p->failures);
	as_buf_init(&cell, AS_MAX_REPORT_ROW_OCTETS);
	for (size_t i = 0; i < p->n_mx_hosts; i++) {
		as_buf_puts(&cell, i > 0 ? ", " : "");
		as_buf_add_str(&cell, p->mx_hosts[i]);
	}
	built(b, &cell);
	for (int i = 0; i < 8; i++) /* those of a failure */
		as_csv_cell(b, AS_STR(""));
	as_csv_end(b);
	s->n++;
}

static void
tls_failure(struct as_reports_sheet *s, const struct as_report_tls_failure *f)
{
	struct as_buf *b = s->term.out;

	as_csv_number(b, (size_t)s->of->id);
	as_csv_cell(b, AS_STR("failure"));
	as_csv_number(b, s->policy);
	for (int i = 0; i < 5; i++) /* those of a policy */
		as_csv_cell(b, AS_STR(""));
	CELLS(b, f->result_type, f->sending_mta_ip, f->receiving_mx_hostname,
	    f->receiving_ip, f->receiving_mx_helo);
	count(b, f->sessions);
	CELLS(b, f->reason_code, f->info_uri);
	as_csv_end(b);
}

static void
failure(struct as_reports_sheet *s, const struct as_report_failure *f)
{
	struct as_failure_text texts[AS_FAILURE_TEXTS];
	struct as_buf *b = s->term.out;

	as_failure_texts(f, texts);
	as_csv_number(b, (size_t)s->of->id);
	source(b, &f->ip, f->source_ip);
	for (size_t i = 0; i < AS_FAILURE_TEXTS; i++)
		as_csv_cell(b, texts[i].text);
	count(b, f->incidents);
	as_csv_end(b);
	s->n++;
}

static void
foot(struct as_reports_sheet *s, const struct as_received *r,
    const struct as_reports_rest *rest)
{
	(void)s;
	(void)r;
	(void)rest;
}

/* --- what gave no report --- */

static void
held_head(struct as_reports_sheet *s)
{
	static const char *const names[] = {"id", "input", "path", "diagnosis",
	    "advice", "octets", "mail_from", "mail_date", "message_id",
	    "received", NULL};

	heads(s->term.out, names);
}

static void
held_entry(struct as_reports_sheet *s, const struct as_quarantined *q)
{
	struct as_buf *b = s->term.out;

	as_csv_number(b, (size_t)q->id);
	CELLS(b, q->from.input, q->from.path, q->diagnosis,
	    as_str_from(as_quarantine_advice(q)));
	count(b, q->from.kept ? q->from.octets : AS_REPORT_NO_COUNT);
	CELLS(b, q->from.mail_from, q->from.mail_date, q->from.message_id);
	when(b, q->from.received);
	as_csv_end(b);
	s->n++;
}

static void
held(struct as_reports_sheet *s, const struct as_quarantined *q)
{
	held_head(s);
	held_entry(s, q);
}

const struct as_reports_form as_reports_csv = {
    .list_head = list_head,
    .list_entry = list_entry,
    .list_foot = list_foot,
    .head = head,
    .row = row,
    .policy = policy,
    .tls_failure = tls_failure,
    .failure = failure,
    .foot = foot,
    .held_head = held_head,
    .held_entry = held_entry,
    .held_foot = list_foot,
    .held = held,
};
