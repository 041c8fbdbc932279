/*
 * Received reports as JSON: documents assay.reports/1, assay.report/1 and
 * assay.quarantine/1, written value by value.
 */
#include "render/json_members.h"
#include "render/reports.h"

#include "base/banned.h"

/* --- a report --- */

static void
summary_put(struct as_json_out *o, const struct as_received *r)
{
	const struct as_report_head *h = &r->head;

	as_member_number(o, "id", (uint64_t)r->id);
	as_member_text(o, "kind", as_str_from(as_report_kind_name(h->kind)));
	as_member_text(o, "reporter", h->org_name);
	as_member_text(o, "report_id", h->report_id);
	as_member_text(o, "domain", h->domain);
	as_member_time(o, "begin", h->begin);
	as_member_time(o, "end", h->end);
	as_member_number(o, "rows", h->rows);
	as_member_number(o, "messages", h->messages);
	as_member_number(o, "unread", h->unread);
	as_member_flag(o, "cut", h->cut);
	as_member_flag(o, "conflict", r->conflict);
	as_member_time(o, "received", r->from.received);
}

static void
published_put(struct as_json_out *o, const struct as_report_head *h)
{
	as_json_out_name(o, "policy");
	if (h->kind != AS_REPORT_AGGREGATE) {
		as_json_out_word(o, "null");
		return;
	}
	as_json_out_open(o, '{');
	as_member_text(o, "p", h->p);
	as_member_text(o, "sp", h->sp);
	as_member_text(o, "np", h->np);
	as_member_text(o, "adkim", h->adkim);
	as_member_text(o, "aspf", h->aspf);
	as_member_text(o, "fo", h->fo);
	as_member_text(o, "pct", h->pct);
	as_member_text(o, "testing", h->testing);
	as_member_text(o, "discovery_method", h->discovery_method);
	as_json_out_close(o, '}');
}

static void
from_put(struct as_json_out *o, const struct as_received_from *f)
{
	as_member_text(o, "input", f->input);
	as_member_text(o, "path", f->path);
	as_member_text(o, "mail_from", f->mail_from);
	as_member_text(o, "mail_date", f->mail_date);
	as_member_text(o, "message_id", f->message_id);
	as_member_count(o, "octets", f->kept ? f->octets : AS_REPORT_NO_COUNT);
}

static void
notes_put(struct as_json_out *o, const struct as_received *r)
{
	as_json_out_name(o, "notes");
	as_json_out_open(o, '[');
	for (size_t i = 0; i < r->n_notes; i++) {
		as_json_out_open(o, '{');
		as_member_text(o, "code", r->notes[i].code);
		as_member_text(o, "where", r->notes[i].where);
		as_member_text(o, "text", r->notes[i].text);
		as_json_out_close(o, '}');
	}
	as_json_out_close(o, ']');
}

static void
details_put(struct as_json_out *o, const struct as_received *r)
{
	const struct as_report_head *h = &r->head;

	as_member_text(o, "contact", h->email);
	as_member_text(o, "extra_contact", h->extra_contact_info);
	as_member_text(o, "version", h->version);
	as_member_text(o, "generator", h->generator);
	as_member_texts(o, "errors", h->errors, h->n_errors);
	published_put(o, h);
	as_json_out_name(o, "from");
	as_json_out_open(o, '{');
	from_put(o, &r->from);
	as_json_out_close(o, '}');
	as_json_out_name(o, "conflicts_with");
	as_json_out_open(o, '[');
	for (size_t i = 0; i < r->n_others; i++)
		as_number_out(o, (uint64_t)r->others[i]);
	as_json_out_close(o, ']');
	notes_put(o, r);
}

static const char *
rows_name(enum as_report_kind kind)
{
	switch (kind) {
	case AS_REPORT_TLS: return "policies";
	case AS_REPORT_FAILURE: return "failures";
	case AS_REPORT_AGGREGATE: break;
	}
	return "records";
}

static void
begin(struct as_reports_sheet *s, enum as_json_style style)
{
	s->json = (struct as_json_out){.b = s->term.out, .style = style};
	as_json_out_open(&s->json, '{');
}

static void
report_head(struct as_reports_sheet *s, const struct as_received *r,
    enum as_json_style style)
{
	struct as_json_out *o = &s->json;

	begin(s, style);
	as_member_text(o, "schema", AS_STR("assay.report/1"));
	summary_put(o, r);
	details_put(o, r);
	as_json_out_name(o, rows_name(r->head.kind));
	as_json_out_open(o, '[');
}

static void
pretty_head(struct as_reports_sheet *s, const struct as_received *r)
{
	report_head(s, r, AS_JSON_PRETTY);
}

static void
line_head(struct as_reports_sheet *s, const struct as_received *r)
{
	report_head(s, r, AS_JSON_COMPACT);
}

static void
dkim_put(struct as_json_out *o, const struct as_report_dkim *d)
{
	as_json_out_open(o, '{');
	as_member_text(o, "domain", d->domain);
	as_member_text(o, "selector", d->selector);
	as_member_text(o, "result", d->result);
	as_member_text(o, "human_result", d->human_result);
	as_json_out_close(o, '}');
}

static void
spf_put(struct as_json_out *o, const struct as_report_spf *s)
{
	as_json_out_open(o, '{');
	as_member_text(o, "domain", s->domain);
	as_member_text(o, "scope", s->scope);
	as_member_text(o, "result", s->result);
	as_member_text(o, "human_result", s->human_result);
	as_json_out_close(o, '}');
}

static void
results_put(struct as_json_out *o, const struct as_report_row *r)
{
	as_json_out_name(o, "dkim_results");
	as_json_out_open(o, '[');
	for (size_t i = 0; i < r->n_dkims; i++)
		dkim_put(o, &r->dkims[i]);
	as_json_out_close(o, ']');
	as_json_out_name(o, "spf_results");
	as_json_out_open(o, '[');
	for (size_t i = 0; i < r->n_spfs; i++)
		spf_put(o, &r->spfs[i]);
	as_json_out_close(o, ']');
	as_json_out_name(o, "reasons");
	as_json_out_open(o, '[');
	for (size_t i = 0; i < r->n_reasons; i++) {
		as_json_out_open(o, '{');
		as_member_text(o, "type", r->reasons[i].type);
		as_member_text(o, "comment", r->reasons[i].comment);
		as_json_out_close(o, '}');
	}
	as_json_out_close(o, ']');
}

/* `ip` is true for an address; else it is a text of the report's own. */
static void
source_put(struct as_json_out *o, const struct as_ip *ip, struct as_str source)
{
	char text[AS_IP_TEXT];

	as_member_text(o, "source_ip",
	    ip->len > 0 ? as_str_from(as_ip_text(ip, text)) : source);
	as_member_flag(o, "source_is_ip", ip->len > 0);
}

static void
row(struct as_reports_sheet *s, const struct as_report_row *r)
{
	struct as_json_out *o = &s->json;

	as_json_out_open(o, '{');
	as_member_number(o, "row", s->first + ++s->n);
	source_put(o, &r->ip, r->source_ip);
	as_member_count(o, "messages", r->count);
	as_member_text(o, "disposition", r->disposition);
	as_member_text(o, "dkim", r->dkim);
	as_member_text(o, "spf", r->spf);
	as_member_text(o, "header_from", r->header_from);
	as_member_text(o, "envelope_from", r->envelope_from);
	as_member_text(o, "envelope_to", r->envelope_to);
	results_put(o, r);
	as_json_out_close(o, '}');
}

/* --- TLS --- */

/* The failures of the last policy end with the next one. */
static void
policy_end(struct as_reports_sheet *s)
{
	if (s->n == 0)
		return;
	as_json_out_close(&s->json, ']');
	as_json_out_close(&s->json, '}');
}

static void
policy(struct as_reports_sheet *s, const struct as_report_tls_policy *p)
{
	struct as_json_out *o = &s->json;

	policy_end(s);
	s->policy++;
	s->n++;
	as_json_out_open(o, '{');
	as_member_text(o, "type", p->type);
	as_member_text(o, "domain", p->domain);
	as_member_texts(o, "strings", p->strings, p->n_strings);
	as_member_texts(o, "mx_hosts", p->mx_hosts, p->n_mx_hosts);
	as_member_count(o, "successes", p->successes);
	as_member_count(o, "failures", p->failures);
	as_json_out_name(o, "details");
	as_json_out_open(o, '[');
}

static void
tls_failure(struct as_reports_sheet *s, const struct as_report_tls_failure *f)
{
	struct as_json_out *o = &s->json;

	as_json_out_open(o, '{');
	as_member_text(o, "result", f->result_type);
	as_member_text(o, "sending_mta_ip", f->sending_mta_ip);
	as_member_text(o, "receiving_mx", f->receiving_mx_hostname);
	as_member_text(o, "receiving_ip", f->receiving_ip);
	as_member_text(o, "receiving_helo", f->receiving_mx_helo);
	as_member_count(o, "sessions", f->sessions);
	as_member_text(o, "reason_code", f->reason_code);
	as_member_text(o, "info_uri", f->info_uri);
	as_json_out_close(o, '}');
}

/* --- a failure report --- */

static void
failure(struct as_reports_sheet *s, const struct as_report_failure *f)
{
	struct as_failure_text texts[AS_FAILURE_TEXTS];
	struct as_json_out *o = &s->json;

	as_failure_texts(f, texts);
	as_json_out_open(o, '{');
	source_put(o, &f->ip, f->source_ip);
	for (size_t i = 0; i < AS_FAILURE_TEXTS; i++)
		as_member_text(o, texts[i].name, texts[i].text);
	as_member_count(o, "incidents", f->incidents);
	as_json_out_close(o, '}');
	s->n++;
}

static void
rest_put(struct as_json_out *o, const struct as_reports_rest *rest)
{
	as_json_out_name(o, "next_after");
	if (rest->more)
		as_number_out(o, (uint64_t)rest->after);
	else
		as_json_out_word(o, "null");
}

static void
end(struct as_reports_sheet *s)
{
	as_json_out_close(&s->json, '}');
	as_buf_puts(s->term.out, "\n");
}

static void
foot(struct as_reports_sheet *s, const struct as_received *r,
    const struct as_reports_rest *rest)
{
	if (r->head.kind == AS_REPORT_TLS)
		policy_end(s);
	as_json_out_close(&s->json, ']');
	rest_put(&s->json, rest);
	end(s);
}

/* --- lists --- */

static void
list_begin(struct as_reports_sheet *s, struct as_str schema, const char *name)
{
	begin(s, AS_JSON_PRETTY);
	as_member_text(&s->json, "schema", schema);
	as_json_out_name(&s->json, name);
	as_json_out_open(&s->json, '[');
}

static void
list_head(struct as_reports_sheet *s)
{
	list_begin(s, AS_STR("assay.reports/1"), "reports");
}

static void
list_entry(struct as_reports_sheet *s, const struct as_received *r)
{
	as_json_out_open(&s->json, '{');
	summary_put(&s->json, r);
	as_json_out_close(&s->json, '}');
	s->n++;
}

static void
list_foot(struct as_reports_sheet *s, const struct as_reports_rest *rest)
{
	as_json_out_close(&s->json, ']');
	rest_put(&s->json, rest);
	end(s);
}

static void
held_head(struct as_reports_sheet *s)
{
	list_begin(s, AS_STR("assay.quarantine/1"), "quarantine");
}

static void
held_put(struct as_json_out *o, const struct as_quarantined *q)
{
	as_member_number(o, "id", (uint64_t)q->id);
	as_member_text(o, "diagnosis", q->diagnosis);
	as_member_text(o, "advice", as_str_from(as_quarantine_advice(q)));
	from_put(o, &q->from);
	as_member_time(o, "received", q->from.received);
}

static void
held_entry(struct as_reports_sheet *s, const struct as_quarantined *q)
{
	as_json_out_open(&s->json, '{');
	held_put(&s->json, q);
	as_json_out_close(&s->json, '}');
	s->n++;
}

/* One of them is a list of one. */
static void
held(struct as_reports_sheet *s, const struct as_quarantined *q)
{
	const struct as_reports_rest none = {.more = false};

	held_head(s);
	held_entry(s, q);
	list_foot(s, &none);
}

/* --- a document a line --- */

static void
line_none(struct as_reports_sheet *s)
{
	(void)s;
}

static void
line_no_foot(struct as_reports_sheet *s, const struct as_reports_rest *rest)
{
	(void)s;
	(void)rest;
}

static void
line_entry(struct as_reports_sheet *s, const struct as_received *r)
{
	begin(s, AS_JSON_COMPACT);
	summary_put(&s->json, r);
	end(s);
	s->n++;
}

static void
line_held(struct as_reports_sheet *s, const struct as_quarantined *q)
{
	begin(s, AS_JSON_COMPACT);
	held_put(&s->json, q);
	end(s);
	s->n++;
}

const struct as_reports_form as_reports_json = {
    .list_head = list_head,
    .list_entry = list_entry,
    .list_foot = list_foot,
    .head = pretty_head,
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

const struct as_reports_form as_reports_ndjson = {
    .list_head = line_none,
    .list_entry = line_entry,
    .list_foot = line_no_foot,
    .head = line_head,
    .row = row,
    .policy = policy,
    .tls_failure = tls_failure,
    .failure = failure,
    .foot = foot,
    .held_head = line_none,
    .held_entry = line_held,
    .held_foot = line_no_foot,
    .held = line_held,
};
