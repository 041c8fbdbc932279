/*
 * What reports add up to: held back, ordered by their keys, and written as few
 * rows as there are keys.
 */
#include <stdlib.h>

#include "store/writer_private.h"

#include "base/banned.h"

#define MAX_HELD    ((size_t)65536)
#define HELD_OCTETS ((size_t)64 * 1024 * 1024)
#define FULL_OCTETS ((size_t)48 * 1024 * 1024)
#define MAX_KEYS    5

enum table { DAILY, DKIM, TLS, REPORTER, TABLES };

/* Text keys behind (domain, day), and two numbers. */
static const struct {
	const char *sql;
	size_t keys;
	size_t numbers;
} tables[TABLES] = {
    [DAILY] = {"INSERT INTO daily(domain, day, ip, dkim, spf, disposition,"
	       " header_from, messages) VALUES(?,?,?,?,?,?,?,?) ON CONFLICT DO"
	       " UPDATE SET messages = messages + excluded.messages",
	5, 1},
    [DKIM] = {"INSERT INTO dkim_daily(domain, day, signer, selector, result,"
	      " messages) VALUES(?,?,?,?,?,?) ON CONFLICT DO UPDATE SET"
	      " messages = messages + excluded.messages",
	3, 1},
    [TLS] = {"INSERT INTO tls_daily(domain, day, org, successes, failures)"
	     " VALUES(?,?,?,?,?) ON CONFLICT DO UPDATE SET"
	     " successes = successes + excluded.successes,"
	     " failures = failures + excluded.failures",
	1, 2},
    [REPORTER] = {"INSERT INTO reporter_daily(domain, day, kind, org, reports,"
		  " messages) VALUES(?,?,?,?,?,?) ON CONFLICT DO UPDATE SET"
		  " reports = reports + excluded.reports,"
		  " messages = messages + excluded.messages",
	2, 2},
};

struct sum {
	enum table table;
	struct as_str domain;
	int64_t day;
	struct as_str keys[MAX_KEYS];
	uint64_t n[2];
};

struct as_sums {
	struct as_store *s;
	struct as_query *q[TABLES];
	struct as_query *rows, *results; /* of a report that is stored */
	struct as_arena *a;
	struct sum *held;
	size_t n;
};

/* --- holding back --- */

static struct as_str
present(struct as_str s)
{
	return as_str_is_null(s) ? AS_STR("") : s;
}

static bool
is_full(const struct as_sums *u)
{
	return u->n == MAX_HELD || as_arena_used(u->a) > FULL_OCTETS;
}

static enum as_err
hold(struct as_sums *u, struct sum sum, struct as_why *why)
{
	if (is_full(u))
		AS_TRY(as_sums_flush(u, why));
	sum.domain = as_str_dup(u->a, present(sum.domain));
	if (as_str_is_null(sum.domain))
		return as_why_no_memory(why);
	for (size_t i = 0; i < tables[sum.table].keys; i++) {
		sum.keys[i] = as_str_dup(u->a, present(sum.keys[i]));
		if (as_str_is_null(sum.keys[i]))
			return as_why_no_memory(why);
	}
	u->held[u->n++] = sum;
	return AS_OK;
}

/* Spread over the days of the report. */
static enum as_err
hold_days(struct as_sums *u, const struct as_days *d, struct sum sum,
    struct as_why *why)
{
	uint64_t n[2] = {sum.n[0], sum.n[1]};

	for (size_t i = 0; i < d->n; i++) {
		sum.day = d->first + (int64_t)i;
		sum.n[0] = as_days_share(d, i, n[0]);
		sum.n[1] = as_days_share(d, i, n[1]);
		if (sum.n[0] > 0 || sum.n[1] > 0)
			AS_TRY(hold(u, sum, why));
	}
	return AS_OK;
}

/* A count that was not given adds nothing. */
static uint64_t
known(uint64_t count)
{
	return count == AS_REPORT_NO_COUNT ? 0 : count;
}

/* --- from events --- */

static enum as_err
add_row(struct as_sums *u, const struct as_report_head *h,
    const struct as_days *d, const struct as_report_row *r, struct as_why *why)
{
	struct as_str domain = h->domain.n > 0 ? h->domain : r->header_from;
	struct as_str source = r->source_ip;
	struct sum sum = {
	    .table = DAILY, .domain = domain, .n = {known(r->count), 0}};

	if (r->ip.len > 0)
		source = (struct as_str){(const char *)r->ip.b, r->ip.len};
	sum.keys[0] = source;
	sum.keys[1] = r->dkim;
	sum.keys[2] = r->spf;
	sum.keys[3] = r->disposition;
	sum.keys[4] = r->header_from;
	AS_TRY(hold_days(u, d, sum, why));
	for (size_t i = 0; i < r->n_dkims; i++) {
		sum.table = DKIM;
		sum.keys[0] = r->dkims[i].domain;
		sum.keys[1] = r->dkims[i].selector;
		sum.keys[2] = r->dkims[i].result;
		AS_TRY(hold_days(u, d, sum, why));
	}
	return AS_OK;
}

static enum as_err
add_policy(struct as_sums *u, const struct as_report_head *h,
    const struct as_days *d, const struct as_report_tls_policy *p,
    struct as_why *why)
{
	struct sum sum = {.table = TLS,
	    .domain = p->domain,
	    .keys = {h->org_name},
	    .n = {known(p->successes), known(p->failures)}};

	return hold_days(u, d, sum, why);
}

/* Who reports on whom; a report without messages counts too. */
static enum as_err
add_reporter(struct as_sums *u, const struct as_report_head *h,
    const struct as_days *d, struct as_why *why)
{
	static const char kinds[] = "012";
	struct sum sum = {.table = REPORTER,
	    .domain = h->domain,
	    .day = d->first,
	    .keys = {{&kinds[h->kind], 1}, h->org_name},
	    .n = {1, h->messages}};

	return hold(u, sum, why);
}

enum as_err
as_sums_add(struct as_sums *u, const struct as_report_head *h,
    const struct as_event *events, struct as_why *why)
{
	struct as_days d = as_days_of(h);

	if (d.n == 0)
		return AS_OK; /* of no day */
	for (const struct as_event *e = events; e != NULL; e = e->next) {
		if (e->kind == AS_EVENT_ROW)
			AS_TRY(add_row(u, h, &d, &e->of.row, why));
		else if (e->kind == AS_EVENT_TLS_POLICY)
			AS_TRY(add_policy(u, h, &d, &e->of.policy, why));
	}
	return add_reporter(u, h, &d, why);
}

/* --- from the database --- */

typedef enum as_err take_fn(struct as_sums *u, const struct as_report_head *h,
    const struct as_days *d, struct as_query *q, struct as_why *why);

static enum as_err
take_row(struct as_sums *u, const struct as_report_head *h,
    const struct as_days *d, struct as_query *q, struct as_why *why)
{
	struct sum sum = {.table = DAILY,
	    .domain = h->domain,
	    .n = {as_sql_column_count(q, 5), 0}};

	for (int i = 0; i < MAX_KEYS; i++)
		sum.keys[i] = i == 0 ? as_sql_column_blob(q, i)
				     : as_sql_column_text(q, i);
	if (h->domain.n == 0)
		sum.domain = sum.keys[4];
	return hold_days(u, d, sum, why);
}

static enum as_err
take_result(struct as_sums *u, const struct as_report_head *h,
    const struct as_days *d, struct as_query *q, struct as_why *why)
{
	struct sum sum = {.table = DKIM,
	    .domain = h->domain,
	    .keys = {as_sql_column_text(q, 0), as_sql_column_text(q, 1),
		as_sql_column_text(q, 2)},
	    .n = {as_sql_column_count(q, 3), 0}};

	if (h->domain.n == 0)
		sum.domain = as_sql_column_text(q, 4);
	return hold_days(u, d, sum, why);
}

static enum as_err
take_all(struct as_sums *u, const struct as_report_head *h,
    const struct as_days *d, int64_t report, struct as_query *q, take_fn *take,
    struct as_why *why)
{
	bool found = true;
	enum as_err err = AS_OK;

	as_sql_bind_int(q, 1, report);
	while (err == AS_OK && found) {
		err = as_sql_row(q, &found, why);
		if (err == AS_OK && found)
			err = take(u, h, d, q, why);
	}
	as_sql_reset(q);
	return err;
}

enum as_err
as_sums_add_stored(struct as_sums *u, const struct as_report_head *h,
    int64_t report, struct as_why *why)
{
	struct as_days d = as_days_of(h);

	if (d.n == 0)
		return AS_OK;
	AS_TRY(take_all(u, h, &d, report, u->rows, take_row, why));
	AS_TRY(take_all(u, h, &d, report, u->results, take_result, why));
	return add_reporter(u, h, &d, why);
}

/* --- writing --- */

static int
sum_cmp(const void *pa, const void *pb)
{
	const struct sum *a = pa, *b = pb;
	int d = (a->table > b->table) - (a->table < b->table);

	if (d == 0)
		d = as_str_cmp(a->domain, b->domain);
	if (d == 0)
		d = (a->day > b->day) - (a->day < b->day);
	for (size_t i = 0; d == 0 && i < tables[a->table].keys; i++)
		d = as_str_cmp(a->keys[i], b->keys[i]);
	return d;
}

static enum as_err
sum_write(struct as_sums *u, const struct sum *sum, struct as_why *why)
{
	struct as_query *q = u->q[sum->table];
	int at = 3;

	as_sql_bind_text(q, 1, sum->domain);
	as_sql_bind_int(q, 2, sum->day);
	for (size_t i = 0; i < tables[sum->table].keys; i++) {
		if (sum->table == DAILY && i == 0)
			as_sql_bind_blob(
			    q, at++, sum->keys[i].p, sum->keys[i].n);
		else
			as_sql_bind_text(q, at++, sum->keys[i]);
	}
	for (size_t i = 0; i < tables[sum->table].numbers; i++)
		as_sql_bind_count(q, at++, sum->n[i]);
	return as_sql_run(q, why);
}

static uint64_t
plus(uint64_t a, uint64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

enum as_err
as_sums_flush(struct as_sums *u, struct as_why *why)
{
	enum as_err err = AS_OK;

	qsort(u->held, u->n, sizeof(*u->held), sum_cmp);
	for (size_t i = 0; err == AS_OK && i < u->n;) {
		struct sum all = u->held[i++];

		for (; i < u->n && sum_cmp(&all, &u->held[i]) == 0; i++) {
			all.n[0] = plus(all.n[0], u->held[i].n[0]);
			all.n[1] = plus(all.n[1], u->held[i].n[1]);
		}
		err = sum_write(u, &all, why);
	}
	as_sums_drop(u);
	return err;
}

void
as_sums_drop(struct as_sums *u)
{
	u->n = 0;
	as_arena_reset(u->a);
}

/* --- life --- */

static enum as_err
statements(struct as_sums *u, struct as_why *why)
{
	for (int t = 0; t < TABLES; t++)
		AS_TRY(as_sql_prepare(u->s, tables[t].sql, &u->q[t], why));
	AS_TRY(as_sql_prepare(u->s,
	    "SELECT coalesce(ip, CAST(source AS BLOB), x''), coalesce(dkim, "
	    "''),"
	    " coalesce(spf, ''), coalesce(disposition, ''),"
	    " coalesce(header_from, ''), sum(coalesce(messages, 0))"
	    " FROM aggregate_row WHERE report = ? GROUP BY 1, 2, 3, 4, 5",
	    &u->rows, why));
	return as_sql_prepare(u->s,
	    "SELECT coalesce(value ->> '$.domain', ''),"
	    " coalesce(value ->> '$.selector', ''),"
	    " coalesce(value ->> '$.result', ''), sum(coalesce(messages, 0)),"
	    " coalesce(header_from, '')"
	    " FROM aggregate_row, json_each(auth, '$.dkim')"
	    " WHERE report = ? GROUP BY 1, 2, 3, 5",
	    &u->results, why);
}

enum as_err
as_sums_new(struct as_store *s, struct as_sums **out, struct as_why *why)
{
	struct as_sums *u = calloc(1, sizeof(*u));

	*out = u;
	if (u == NULL)
		return as_why_no_memory(why);
	u->s = s;
	u->a = as_arena_new(HELD_OCTETS);
	u->held = calloc(MAX_HELD, sizeof(*u->held));
	if (u->a == NULL || u->held == NULL)
		return as_why_no_memory(why);
	return statements(u, why);
}

void
as_sums_free(struct as_sums *u)
{
	if (u == NULL)
		return;
	for (int t = 0; t < TABLES; t++)
		as_sql_free(u->q[t]);
	as_sql_free(u->rows);
	as_sql_free(u->results);
	as_arena_free(u->a);
	free(u->held);
	free(u);
}
