/*
 * The rows of one report.
 */
#include "base/json.h"
#include "base/limits.h"
#include "store/report_read_private.h"
#include "store/usage_private.h"

#include "base/banned.h"

/* One reading. */
struct rows {
	struct as_store *s;
	int64_t report;
	uint64_t first, most;
	const struct as_report_sink *to;
	struct as_arena *a; /* of one row */
	struct as_why *why;
};

static int64_t
bounded(uint64_t n)
{
	return n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

/* NULL: it was not given. */
static uint64_t
count_column(struct as_query *q, int at)
{
	return as_sql_column_is_null(q, at) ? AS_REPORT_NO_COUNT
					    : as_sql_column_count(q, at);
}

/* --- aggregate --- */

static enum as_err
row_give(const struct rows *r, struct as_query *q)
{
	struct as_report_row row = {.ip = as_ip_column(q, 0),
	    .source_ip = as_sql_column_text(q, 1),
	    .count = count_column(q, 2),
	    .disposition = as_sql_column_text(q, 3),
	    .dkim = as_sql_column_text(q, 4),
	    .spf = as_sql_column_text(q, 5),
	    .header_from = as_sql_column_text(q, 6),
	    .envelope_from = as_sql_column_text(q, 7),
	    .envelope_to = as_sql_column_text(q, 8)};

	as_arena_reset(r->a);
	AS_TRY(as_usage_auth_read(r->a, as_sql_column_text(q, 10),
	    as_sql_column_text(q, 9), &row, r->why));
	return r->to->row(r->to->ctx, &row);
}

static enum as_err
aggregate_give(const struct rows *r)
{
	struct as_query *q = NULL;
	bool found = true;
	enum as_err err = as_sql_prepare(r->s,
	    "SELECT ip, source, messages, disposition, dkim, spf, header_from,"
	    " envelope_from, envelope_to, reasons, auth FROM aggregate_row"
	    " WHERE report = ?1 AND n >= ?2 ORDER BY n LIMIT ?3",
	    &q, r->why);

	if (err == AS_OK) {
		as_sql_bind_int(q, 1, r->report);
		as_sql_bind_int(q, 2, bounded(r->first));
		as_sql_bind_int(q, 3, bounded(r->most));
	}
	while (err == AS_OK && found) {
		err = as_sql_row(q, &found, r->why);
		if (err == AS_OK && found)
			err = row_give(r, q);
	}
	as_sql_free(q);
	return err;
}

/* --- TLS --- */

static enum as_err
strings_read(struct as_arena *a, struct as_str text, const struct as_str **out,
    size_t *n, struct as_why *why)
{
	json_t *doc = NULL;
	struct as_str *list;
	bool ok;

	*out = NULL;
	*n = 0;
	if (text.n == 0)
		return AS_OK;
	AS_TRY(as_json_parse(text, AS_MAX_REPORT_JSON_OCTETS, &doc, why));
	list = as_arena_array(a, json_array_size(doc), sizeof(*list));
	ok = list != NULL;
	for (size_t i = 0; ok && i < json_array_size(doc); i++) {
		list[i] =
		    as_str_dup(a, as_json_get_str(json_array_get(doc, i)));
		ok = !as_str_is_null(list[i]);
		*n += ok;
	}
	*out = list;
	json_decref(doc);
	return ok ? AS_OK : as_why_no_memory(why);
}

static enum as_err
policy_give(const struct rows *r, struct as_query *q)
{
	struct as_report_tls_policy p = {.type = as_sql_column_text(q, 0),
	    .domain = as_sql_column_text(q, 1),
	    .successes = count_column(q, 4),
	    .failures = count_column(q, 5)};

	as_arena_reset(r->a);
	AS_TRY(strings_read(
	    r->a, as_sql_column_text(q, 2), &p.strings, &p.n_strings, r->why));
	AS_TRY(strings_read(r->a, as_sql_column_text(q, 3), &p.mx_hosts,
	    &p.n_mx_hosts, r->why));
	return r->to->tls_policy(r->to->ctx, &p);
}

static enum as_err
tls_give(const struct rows *r, struct as_query *q)
{
	struct as_report_tls_failure f = {
	    .result_type = as_sql_column_text(q, 0),
	    .sending_mta_ip = as_sql_column_text(q, 1),
	    .receiving_ip = as_sql_column_text(q, 2),
	    .receiving_mx_hostname = as_sql_column_text(q, 3),
	    .receiving_mx_helo = as_sql_column_text(q, 4),
	    .sessions = count_column(q, 5),
	    .info_uri = as_sql_column_text(q, 6),
	    .reason_code = as_sql_column_text(q, 7)};

	return r->to->tls_failure(r->to->ctx, &f);
}

/* Of the policy with this number; *found: there is one. */
static enum as_err
one_give(const struct rows *r, struct as_query *q, uint64_t number,
    enum as_err (*give)(const struct rows *r, struct as_query *q), bool *found)
{
	bool next = true;
	enum as_err err = AS_OK;

	*found = false;
	as_sql_bind_int(q, 1, r->report);
	as_sql_bind_int(q, 2, bounded(number));
	while (err == AS_OK && next) {
		err = as_sql_row(q, &next, r->why);
		*found = *found || (err == AS_OK && next);
		if (err == AS_OK && next)
			err = give(r, q);
	}
	as_sql_reset(q);
	return err;
}

static enum as_err
policies_give(const struct rows *r)
{
	struct as_query *policy = NULL, *failures = NULL;
	bool found = true, any;
	enum as_err err = as_sql_prepare(r->s,
	    "SELECT type, domain, strings, mx, successes, failures"
	    " FROM tls_policy WHERE report = ?1 AND n = ?2",
	    &policy, r->why);

	if (err == AS_OK)
		err = as_sql_prepare(r->s,
		    "SELECT result, sending_ip, receiving_ip, mx, helo,"
		    " sessions, info_uri, reason FROM tls_failure"
		    " WHERE report = ?1 AND policy = ?2 ORDER BY n",
		    &failures, r->why);
	for (uint64_t i = 0; err == AS_OK && found && i < r->most; i++) {
		err = one_give(r, policy, r->first + i, policy_give, &found);
		if (err == AS_OK && found)
			err =
			    one_give(r, failures, r->first + i, tls_give, &any);
	}
	as_sql_free(policy);
	as_sql_free(failures);
	return err;
}

/* --- failure --- */

static enum as_err
failure_give(const struct rows *r, struct as_query *q)
{
	struct as_report_failure f = {.feedback_type = as_sql_column_text(q, 0),
	    .auth_failure = as_sql_column_text(q, 1),
	    .delivery_result = as_sql_column_text(q, 2),
	    .identity_alignment = as_sql_column_text(q, 3),
	    .ip = as_ip_column(q, 4),
	    .source_ip = as_sql_column_text(q, 5),
	    .reported_domain = as_sql_column_text(q, 6),
	    .reporting_mta = as_sql_column_text(q, 7),
	    .arrival_date = as_sql_column_text(q, 8),
	    .original_mail_from = as_sql_column_text(q, 9),
	    .original_rcpt_to = as_sql_column_text(q, 10),
	    .header_from = as_sql_column_text(q, 11),
	    .subject = as_sql_column_text(q, 12),
	    .message_id = as_sql_column_text(q, 13),
	    .dkim_domain = as_sql_column_text(q, 14),
	    .dkim_identity = as_sql_column_text(q, 15),
	    .dkim_selector = as_sql_column_text(q, 16),
	    .spf_dns = as_sql_column_text(q, 17),
	    .authentication_results = as_sql_column_text(q, 18),
	    .incidents = count_column(q, 19)};

	return r->to->failure(r->to->ctx, &f);
}

static enum as_err
failures_give(const struct rows *r)
{
	struct as_query *q = NULL;
	bool found = false;
	enum as_err err = as_sql_prepare(r->s,
	    "SELECT feedback_type, auth_failure, delivery_result, alignment,"
	    " ip, source, reported_domain, reporting_mta, arrival, mail_from,"
	    " rcpt_to, header_from, subject, message_id, dkim_domain,"
	    " dkim_identity, dkim_selector, spf_dns, results, incidents"
	    " FROM failure WHERE report = ?1",
	    &q, r->why);

	if (err == AS_OK) {
		as_sql_bind_int(q, 1, r->report);
		err = as_sql_row(q, &found, r->why);
	}
	if (err == AS_OK && found && r->first == 0 && r->most > 0)
		err = failure_give(r, q);
	as_sql_free(q);
	return err;
}

enum as_err
as_report_rows(struct as_store *s, const struct as_received *of, uint64_t first,
    uint64_t most, const struct as_report_sink *to, struct as_why *why)
{
	struct rows r = {s, of->id, first, most, to, NULL, why};
	enum as_err err = AS_OK;

	r.a = as_arena_new(AS_MAX_REPORT_JSON_OCTETS);
	if (r.a == NULL)
		return as_why_no_memory(why);
	switch (of->head.kind) {
	case AS_REPORT_AGGREGATE: err = aggregate_give(&r); break;
	case AS_REPORT_TLS: err = policies_give(&r); break;
	case AS_REPORT_FAILURE: err = failures_give(&r); break;
	}
	as_arena_free(r.a);
	return err;
}
