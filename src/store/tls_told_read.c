#include "store/tls_told_read.h"

#include "store/sql.h"

#include "base/banned.h"

#define DAY        INT64_C(86400)
#define MAX_ROWS   5000 /* reporters give what they like as names */
#define MAX_TOTALS 1000

/* The policy says of which domain it is; a report may have several. */
static const char rows[] =
    "SELECT r.org, p.type, f.result, f.mx, sum(f.sessions),"
    " min(coalesce(r.begin, r.\"end\")), max(coalesce(r.\"end\", r.begin)),"
    " max(f.reason), max(f.receiving_ip)"
    " FROM report r JOIN tls_policy p ON p.report = r.id"
    " JOIN tls_failure f ON f.report = r.id AND f.policy = p.n"
    " WHERE r.kind = 2 AND lower(p.domain) = ?1"
    " AND coalesce(r.begin, r.\"end\") BETWEEN ?2 AND ?3"
    " GROUP BY r.org, p.type, f.result, f.mx"
    " ORDER BY 5 DESC, 1, 2, 3, 4 LIMIT ?4";

static const char totals[] =
    "SELECT org, sum(successes), sum(failures), count(*), min(day), max(day)"
    " FROM tls_daily WHERE domain = ?1 AND day BETWEEN ?2 AND ?3"
    " GROUP BY org ORDER BY sum(successes) + sum(failures) DESC, org LIMIT ?4";

static enum as_err
row_give(const struct as_tls_told_sink *sink, struct as_query *q)
{
	struct as_tls_told_row row = {.org = as_sql_column_text(q, 0),
	    .policy = as_sql_column_text(q, 1),
	    .result = as_sql_column_text(q, 2),
	    .mx = as_sql_column_text(q, 3),
	    .sessions = as_sql_column_count(q, 4),
	    .first = as_sql_column_int(q, 5) / DAY,
	    .last = as_sql_column_int(q, 6) / DAY,
	    .reason = as_sql_column_text(q, 7),
	    .ip = as_sql_column_text(q, 8)};

	return sink->row(sink->ctx, &row);
}

static enum as_err
total_give(const struct as_tls_told_sink *sink, struct as_query *q)
{
	struct as_tls_told_total total = {.org = as_sql_column_text(q, 0),
	    .successes = as_sql_column_count(q, 1),
	    .failures = as_sql_column_count(q, 2),
	    .days = as_sql_column_count(q, 3),
	    .first = as_sql_column_int(q, 4),
	    .last = as_sql_column_int(q, 5)};

	return sink->total(sink->ctx, &total);
}

struct part {
	const char *sql;
	int64_t first, last, most;
	enum as_err (*give)(
	    const struct as_tls_told_sink *sink, struct as_query *q);
};

static enum as_err
part_read(struct as_store *s, struct as_str domain, const struct part *part,
    const struct as_tls_told_sink *sink, struct as_why *why)
{
	struct as_query *q = NULL;
	bool found = true;
	enum as_err err = as_sql_prepare(s, part->sql, &q, why);

	if (err == AS_OK) {
		as_sql_bind_text(q, 1, domain);
		as_sql_bind_int(q, 2, part->first);
		as_sql_bind_int(q, 3, part->last);
		as_sql_bind_int(q, 4, part->most);
	}
	while (err == AS_OK && found) {
		err = as_sql_row(q, &found, why);
		if (err == AS_OK && found)
			err = part->give(sink, q);
	}
	as_sql_free(q);
	return err;
}

enum as_err
as_tls_told_read(struct as_store *s, struct as_str domain, int64_t first,
    int64_t last, const struct as_tls_told_sink *sink, struct as_why *why)
{
	const struct part failures = {
	    rows, first * DAY, (last + 1) * DAY - 1, MAX_ROWS, row_give};
	const struct part sums = {totals, first, last, MAX_TOTALS, total_give};

	AS_TRY(part_read(s, domain, &failures, sink, why));
	return part_read(s, domain, &sums, sink, why);
}
