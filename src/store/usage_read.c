#include "store/usage_read.h"

#include <string.h>

#include "base/limits.h"
#include "store/usage_private.h"
#include "store/writer_private.h"

#include "base/banned.h"

#define DAY         INT64_C(86400)
#define LONGEST     INT64_C(366) /* days that a report may be spread over */
#define MAX_KEYS    5000         /* of one domain; a signer may be anything */
#define MAX_SENDERS 1000         /* reporters of one domain */
#define MAX_HOSTS   200000       /* addresses of one domain */

/* One reading. */
struct read {
	struct as_store *s;
	struct as_str domain;
	int64_t first, last; /* day */
	const struct as_usage_sink *sink;
	struct as_arena *a; /* of one row */
};

/* --- sums --- */

static enum as_err
reporter_give(const struct read *r, struct as_query *q)
{
	struct as_usage_reporter v = {.org = as_sql_column_text(q, 0),
	    .first = as_sql_column_int(q, 1),
	    .last = as_sql_column_int(q, 2),
	    .days = as_sql_column_count(q, 3),
	    .reports = as_sql_column_count(q, 4),
	    .messages = as_sql_column_count(q, 5),
	    .gap = (unsigned)as_sql_column_count(q, 6)};

	return r->sink->reporter(r->sink->ctx, &v);
}

static enum as_err
key_give(const struct read *r, struct as_query *q)
{
	struct as_usage_key v = {.signer = as_sql_column_text(q, 0),
	    .selector = as_sql_column_text(q, 1),
	    .result = as_sql_column_text(q, 2),
	    .first = as_sql_column_int(q, 3),
	    .last = as_sql_column_int(q, 4),
	    .messages = as_sql_column_count(q, 5)};

	return r->sink->key(r->sink->ctx, &v);
}

bool
as_usage_ip_read(struct as_str octets, struct as_ip *out)
{
	*out = (struct as_ip){0};
	if (octets.n != 4 && octets.n != 16)
		return false;
	out->len = (uint8_t)octets.n;
	memcpy(out->b, octets.p, octets.n);
	return true;
}

static enum as_err
host_give(const struct read *r, struct as_query *q)
{
	struct as_usage_host h = {.name = as_sql_column_text(q, 1)};

	return as_usage_ip_read(as_sql_column_blob(q, 0), &h.ip)
	    ? r->sink->host(r->sink->ctx, &h)
	    : AS_OK;
}

/* A query of (domain, first day, last day, most rows); each row is given. */
static enum as_err
sums_read(const struct read *r, const char *sql, int64_t most,
    enum as_err (*give)(const struct read *r, struct as_query *q),
    struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = true;
	enum as_err err = as_sql_prepare(r->s, sql, &q, why);

	if (err == AS_OK) {
		as_sql_bind_text(q, 1, r->domain);
		as_sql_bind_int(q, 2, r->first);
		as_sql_bind_int(q, 3, r->last);
		as_sql_bind_int(q, 4, most);
	}
	while (err == AS_OK && found) {
		err = as_sql_row(q, &found, why);
		if (err == AS_OK && found)
			err = give(r, q);
	}
	as_sql_free(q);
	return err;
}

static const char reporters[] =
    "SELECT org, min(day), max(day), count(*), sum(reports), sum(messages),"
    " max(gap) FROM (SELECT org, day, reports, messages,"
    " day - lag(day) OVER (PARTITION BY org ORDER BY day) AS gap"
    " FROM reporter_daily WHERE domain = ?1 AND day BETWEEN ?2 AND ?3"
    " AND kind = 0) AS x GROUP BY org ORDER BY 6 DESC, org LIMIT ?4";

/* Of addresses that sent on these days. */
static const char hosts[] =
    "SELECT ip, name FROM host_name WHERE name IS NOT NULL AND ip IN"
    " (SELECT ip FROM daily WHERE domain = ?1 AND day BETWEEN ?2 AND ?3)"
    " ORDER BY ip LIMIT ?4";

static const char keys[] =
    "SELECT signer, selector, result, min(day), max(day), sum(messages)"
    " FROM dkim_daily WHERE domain = ? AND day BETWEEN ? AND ?"
    " GROUP BY signer, selector, result ORDER BY 6 DESC, 1, 2, 3 LIMIT ?";

/* --- rows --- */

/* Begin may be absent, then the end counts (as_days_of): such reports stand at
 * NULL in the index. */
static const char rows[] =
    "SELECT r.org, r.adkim, r.aspf, r.p, r.sp, r.np, r.begin, r.\"end\", a.ip,"
    " a.source, a.messages, a.disposition, a.dkim, a.spf, a.header_from,"
    " a.envelope_from, a.reasons, a.auth, r.pct, r.testing"
    " FROM report r CROSS JOIN aggregate_row a"
    " WHERE a.report = r.id AND r.domain = ?1 AND r.kind = 0 AND (r.begin "
    "BETWEEN ?2 AND ?3"
    " OR r.begin IS NULL AND r.\"end\" BETWEEN ?2 AND ?3)"
    " ORDER BY r.id, a.n";

static void
head_column(const struct read *r, struct as_query *q, struct as_report_head *h)
{
	*h = (struct as_report_head){.kind = AS_REPORT_AGGREGATE,
	    .org_name = as_sql_column_text(q, 0),
	    .domain = r->domain,
	    .adkim = as_sql_column_text(q, 1),
	    .aspf = as_sql_column_text(q, 2),
	    .p = as_sql_column_text(q, 3),
	    .sp = as_sql_column_text(q, 4),
	    .np = as_sql_column_text(q, 5),
	    .begin = as_sql_column_time(q, 6),
	    .end = as_sql_column_time(q, 7),
	    .pct = as_sql_column_text(q, 18),
	    .testing = as_sql_column_text(q, 19)};
}

static enum as_err
row_column(const struct read *r, struct as_query *q, struct as_report_row *row,
    struct as_why *why)
{
	*row = (struct as_report_row){.source_ip = as_sql_column_text(q, 9),
	    .count = as_sql_column_count(q, 10),
	    .disposition = as_sql_column_text(q, 11),
	    .dkim = as_sql_column_text(q, 12),
	    .spf = as_sql_column_text(q, 13),
	    .header_from = as_sql_column_text(q, 14),
	    .envelope_from = as_sql_column_text(q, 15)};
	(void)as_usage_ip_read(as_sql_column_blob(q, 8), &row->ip);
	as_arena_reset(r->a);
	return as_usage_auth_read(r->a, as_sql_column_text(q, 17),
	    as_sql_column_text(q, 16), row, why);
}

/* Once a day of the window. */
static enum as_err
row_give(const struct read *r, struct as_query *q, struct as_why *why)
{
	struct as_report_head head;
	struct as_report_row row;
	struct as_usage_row u = {.head = &head, .row = &row};
	struct as_days days;

	head_column(r, q, &head);
	AS_TRY(row_column(r, q, &row, why));
	u.reporter = head.org_name;
	days = as_days_of(&head);
	for (size_t i = 0; i < days.n; i++) {
		u.day = days.first + (int64_t)i;
		u.messages = as_days_share(&days, i, row.count);
		if (u.day >= r->first && u.day <= r->last)
			AS_TRY(r->sink->row(r->sink->ctx, &u));
	}
	return AS_OK;
}

static enum as_err
rows_read(const struct read *r, struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = true;
	enum as_err err = as_sql_prepare(r->s, rows, &q, why);

	if (err == AS_OK) {
		as_sql_bind_text(q, 1, r->domain);
		as_sql_bind_int(q, 2, (r->first - LONGEST) * DAY);
		as_sql_bind_int(q, 3, (r->last + 1) * DAY);
	}
	while (err == AS_OK && found) {
		err = as_sql_row(q, &found, why);
		if (err == AS_OK && found)
			err = row_give(r, q, why);
	}
	as_sql_free(q);
	return err;
}

enum as_err
as_usage_read(struct as_store *s, struct as_str domain, int64_t first,
    int64_t last, const struct as_usage_sink *sink, struct as_why *why)
{
	struct read r = {s, domain, first, last, sink, NULL};
	enum as_err err;

	if (first > last || last > INT64_MAX / DAY - 1 ||
	    first < INT64_MIN / DAY + LONGEST)
		return as_why_set(
		    why, AS_ERANGE, AS_WHY_NOWHERE, "there are no such days");
	AS_TRY(as_usage_words_read(s, domain, sink, why));
	AS_TRY(sums_read(&r, reporters, MAX_SENDERS, reporter_give, why));
	AS_TRY(sums_read(&r, keys, MAX_KEYS, key_give, why));
	r.a = as_arena_new(AS_MAX_FRAME_OCTETS);
	if (r.a == NULL)
		return as_why_no_memory(why);
	err = rows_read(&r, why);
	as_arena_free(r.a);
	AS_TRY(err);
	return sums_read(&r, hosts, MAX_HOSTS, host_give, why);
}
