/*
 * The events of a report as rows of the database.
 */
#include "store/writer_private.h"

#include "base/json_out.h"
#include "base/limits.h"

#include "base/banned.h"

/* --- JSON of what stays together --- */

/* A member, when it is there. */
static void
member_put(struct as_json_out *o, const char *key, struct as_str s)
{
	if (as_str_is_null(s))
		return;
	as_json_out_name(o, key);
	as_json_out_str(o, s);
}

static void
dkim_put(struct as_json_out *o, const struct as_report_dkim *d)
{
	as_json_out_open(o, '{');
	member_put(o, "domain", d->domain);
	member_put(o, "selector", d->selector);
	member_put(o, "result", d->result);
	member_put(o, "human", d->human_result);
	as_json_out_close(o, '}');
}

static void
spf_put(struct as_json_out *o, const struct as_report_spf *s)
{
	as_json_out_open(o, '{');
	member_put(o, "domain", s->domain);
	member_put(o, "scope", s->scope);
	member_put(o, "result", s->result);
	member_put(o, "human", s->human_result);
	as_json_out_close(o, '}');
}

static void
auth_put(struct as_buf *b, const struct as_report_row *r)
{
	struct as_json_out o = {.b = b, .style = AS_JSON_COMPACT};

	as_json_out_open(&o, '{');
	as_json_out_name(&o, "dkim");
	as_json_out_open(&o, '[');
	for (size_t i = 0; i < r->n_dkims; i++)
		dkim_put(&o, &r->dkims[i]);
	as_json_out_close(&o, ']');
	as_json_out_name(&o, "spf");
	as_json_out_open(&o, '[');
	for (size_t i = 0; i < r->n_spfs; i++)
		spf_put(&o, &r->spfs[i]);
	as_json_out_close(&o, ']');
	as_json_out_close(&o, '}');
}

static void
reasons_put(struct as_buf *b, const struct as_report_row *r)
{
	struct as_json_out o = {.b = b, .style = AS_JSON_COMPACT};

	as_json_out_open(&o, '[');
	for (size_t i = 0; i < r->n_reasons; i++) {
		as_json_out_open(&o, '{');
		member_put(&o, "type", r->reasons[i].type);
		member_put(&o, "comment", r->reasons[i].comment);
		as_json_out_close(&o, '}');
	}
	as_json_out_close(&o, ']');
}

static void
strings_put(struct as_buf *b, const struct as_str *list, size_t n)
{
	struct as_json_out o = {.b = b, .style = AS_JSON_COMPACT};

	as_json_out_open(&o, '[');
	for (size_t i = 0; i < n; i++)
		as_json_out_str(&o, list[i]);
	as_json_out_close(&o, ']');
}

static struct as_str
part(const struct as_buf *b, size_t from, size_t to)
{
	return as_str_slice(as_buf_str(b), from, to);
}

/* --- rows --- */

static enum as_err
row_insert(struct as_rows *r, int64_t report, const struct as_report_row *row,
    struct as_why *why)
{
	struct as_query *q = r->row;
	size_t auth;

	as_buf_reset(&r->text);
	auth_put(&r->text, row);
	auth = r->text.n;
	if (row->n_reasons > 0)
		reasons_put(&r->text, row);
	if (!as_buf_ok(&r->text))
		return as_why_no_memory(why);
	as_sql_bind_int(q, 1, report);
	as_sql_bind_int(q, 2, r->n++);
	as_sql_bind_blob(q, 3, row->ip.len > 0 ? row->ip.b : NULL, row->ip.len);
	as_sql_bind_text(q, 4, row->ip.len > 0 ? AS_STR_NULL : row->source_ip);
	as_sql_bind_count(q, 5, row->count);
	as_sql_bind_text(q, 6, row->disposition);
	as_sql_bind_text(q, 7, row->dkim);
	as_sql_bind_text(q, 8, row->spf);
	as_sql_bind_text(q, 9, row->header_from);
	as_sql_bind_text(q, 10, row->envelope_from);
	as_sql_bind_text(q, 11, row->envelope_to);
	as_sql_bind_text(q, 12,
	    row->n_reasons > 0 ? part(&r->text, auth, r->text.n) : AS_STR_NULL);
	as_sql_bind_text(q, 13,
	    row->n_dkims + row->n_spfs > 0 ? part(&r->text, 0, auth)
					   : AS_STR_NULL);
	return as_sql_run(q, why);
}

static enum as_err
policy_insert(struct as_rows *r, int64_t report,
    const struct as_report_tls_policy *p, struct as_why *why)
{
	struct as_query *q = r->policy;
	size_t strings;

	as_buf_reset(&r->text);
	strings_put(&r->text, p->strings, p->n_strings);
	strings = r->text.n;
	strings_put(&r->text, p->mx_hosts, p->n_mx_hosts);
	if (!as_buf_ok(&r->text))
		return as_why_no_memory(why);
	as_sql_bind_int(q, 1, report);
	as_sql_bind_int(q, 2, r->policies++);
	as_sql_bind_text(q, 3, p->type);
	as_sql_bind_text(q, 4, p->domain);
	as_sql_bind_text(q, 5, part(&r->text, 0, strings));
	as_sql_bind_text(q, 6, part(&r->text, strings, r->text.n));
	as_sql_bind_count(q, 7, p->successes);
	as_sql_bind_count(q, 8, p->failures);
	return as_sql_run(q, why);
}

static enum as_err
tls_insert(struct as_rows *r, int64_t report,
    const struct as_report_tls_failure *f, struct as_why *why)
{
	struct as_query *q = r->tls;

	as_sql_bind_int(q, 1, report);
	as_sql_bind_int(q, 2, r->n++);
	as_sql_bind_int(q, 3, r->policies - 1);
	as_sql_bind_text(q, 4, f->result_type);
	as_sql_bind_text(q, 5, f->sending_mta_ip);
	as_sql_bind_text(q, 6, f->receiving_ip);
	as_sql_bind_text(q, 7, f->receiving_mx_hostname);
	as_sql_bind_text(q, 8, f->receiving_mx_helo);
	as_sql_bind_count(q, 9, f->sessions);
	as_sql_bind_text(q, 10, f->info_uri);
	as_sql_bind_text(q, 11, f->reason_code);
	return as_sql_run(q, why);
}

static enum as_err
failure_insert(struct as_rows *r, int64_t report,
    const struct as_report_failure *f, struct as_why *why)
{
	const struct as_str words[] = {f->reported_domain, f->reporting_mta,
	    f->arrival_date, f->original_mail_from, f->original_rcpt_to,
	    f->header_from, f->subject, f->message_id, f->dkim_domain,
	    f->dkim_identity, f->dkim_selector, f->spf_dns,
	    f->authentication_results};
	struct as_query *q = r->failure;
	int at = 8;

	as_sql_bind_int(q, 1, report);
	as_sql_bind_text(q, 2, f->feedback_type);
	as_sql_bind_text(q, 3, f->auth_failure);
	as_sql_bind_text(q, 4, f->delivery_result);
	as_sql_bind_text(q, 5, f->identity_alignment);
	as_sql_bind_blob(q, 6, f->ip.len > 0 ? f->ip.b : NULL, f->ip.len);
	as_sql_bind_text(q, 7, f->source_ip);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		as_sql_bind_text(q, at++, words[i]);
	as_sql_bind_count(q, at, f->incidents);
	return as_sql_run(q, why);
}

enum as_err
as_rows_insert(struct as_rows *r, int64_t report, const struct as_event *e,
    struct as_why *why)
{
	switch (e->kind) {
	case AS_EVENT_ROW: return row_insert(r, report, &e->of.row, why);
	case AS_EVENT_TLS_POLICY:
		return policy_insert(r, report, &e->of.policy, why);
	case AS_EVENT_TLS_FAILURE:
		return tls_insert(r, report, &e->of.tls, why);
	case AS_EVENT_FAILURE: break;
	}
	return failure_insert(r, report, &e->of.failure, why);
}

enum as_err
as_rows_init(struct as_store *s, struct as_rows *r, struct as_why *why)
{
	as_buf_init(&r->text, AS_MAX_REPORT_JSON_OCTETS);
	AS_TRY(as_sql_prepare(s,
	    "INSERT INTO aggregate_row VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
	    &r->row, why));
	AS_TRY(as_sql_prepare(s,
	    "INSERT INTO tls_policy VALUES(?,?,?,?,?,?,?,?)", &r->policy, why));
	AS_TRY(as_sql_prepare(s,
	    "INSERT INTO tls_failure VALUES(?,?,?,?,?,?,?,?,?,?,?)", &r->tls,
	    why));
	return as_sql_prepare(s,
	    "INSERT INTO failure "
	    "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
	    "?)",
	    &r->failure, why);
}

void
as_rows_fini(struct as_rows *r)
{
	as_sql_free(r->row);
	as_sql_free(r->policy);
	as_sql_free(r->tls);
	as_sql_free(r->failure);
	as_buf_fini(&r->text);
}
