/*
 * What reports add up to: held back, ordered by their keys, and written as few
 * rows as there are keys.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "store/usage_private.h"
#include "store/writer_private.h"

#include "base/banned.h"

#define MAX_HELD      ((size_t)65536)
#define HELD_OCTETS   ((size_t)20 * 1024 * 1024)
#define MAX_EXPECTED  ((size_t)32768) /* of one report */
#define EXPECT_OCTETS ((size_t)8 * 1024 * 1024)
#define MAX_KEYS      5
#define PAGE          ((size_t)1000) /* rows read at once */
#define KEY_OCTETS    ((size_t)253)  /* a key that is no longer than a name */

enum table { DAILY, DKIM, TLS, REPORTER, TABLES };

/* Text keys behind (domain, day), and two numbers. */
static const struct {
	const char *sql;
	size_t keys;
	size_t numbers;
} tables[TABLES] = {
    [DAILY] = {"INSERT INTO daily(domain, day, ip, dkim, spf, disposition,"
	       " header_from, messages) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)"
	       " ON CONFLICT(domain, day, ip, dkim, spf, disposition,"
	       " header_from) DO UPDATE SET"
	       " messages = daily.messages + excluded.messages",
	5, 1},
    [DKIM] = {"INSERT INTO dkim_daily(domain, day, signer, selector, result,"
	      " messages) VALUES(?1,?2,?3,?4,?5,?6)"
	      " ON CONFLICT(domain, day, signer, selector, result) DO UPDATE"
	      " SET messages = dkim_daily.messages + excluded.messages",
	3, 1},
    [TLS] = {"INSERT INTO tls_daily(domain, day, org, successes, failures)"
	     " VALUES(?1,?2,?3,?4,?5) ON CONFLICT(domain, day, org) DO UPDATE"
	     " SET successes = tls_daily.successes + excluded.successes,"
	     " failures = tls_daily.failures + excluded.failures",
	1, 2},
    [REPORTER] = {"INSERT INTO reporter_daily(domain, day, kind, org, reports,"
		  " messages) VALUES(?1,?2,?3,?4,?5,?6)"
		  " ON CONFLICT(domain, day, org, kind) DO UPDATE"
		  " SET reports = reporter_daily.reports + excluded.reports,"
		  " messages = reporter_daily.messages + excluded.messages",
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
	struct as_query *rows, *policies; /* of a report that is stored */
	struct as_arena *one;             /* row of it */
	struct as_held held;
	struct as_held expected; /* of the report at hand; of no day */
	bool too_many;           /* of them */
};

/* --- holding back --- */

/* Absent is empty; and it has to fit into an index. */
static struct as_str
key_of(struct as_str s)
{
	return as_str_is_null(s) ? AS_STR("") : as_utf8_cut(s, KEY_OCTETS);
}

static struct as_sum_key
sum_key(const struct sum *sum, size_t keys)
{
	struct as_sum_key k = {.table = (uint8_t)sum->table,
	    .day = sum->day,
	    .texts = {key_of(sum->domain)},
	    .n = keys + 1};

	for (size_t i = 0; i < keys; i++)
		k.texts[i + 1] = key_of(sum->keys[i]);
	return k;
}

static enum as_err
hold(struct as_sums *u, const struct sum *sum, struct as_why *why)
{
	struct as_sum_key k = sum_key(sum, tables[sum->table].keys);

	if (as_held_is_full(&u->held))
		AS_TRY(as_sums_flush(u, why));
	return as_held_add(&u->held, &k, sum->n) == AS_OK
	    ? AS_OK
	    : as_why_no_memory(why);
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
			AS_TRY(hold(u, &sum, why));
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

	return hold(u, &sum, why);
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

/* --- from events ahead of their head --- */

static enum as_err
expect(
    struct as_sums *u, const struct sum *sum, size_t keys, struct as_why *why)
{
	struct as_sum_key k = sum_key(sum, keys);

	u->too_many = u->too_many || as_held_is_full(&u->expected);
	if (u->too_many)
		return AS_OK;
	return as_held_add(&u->expected, &k, sum->n) == AS_OK
	    ? AS_OK
	    : as_why_no_memory(why);
}

static enum as_err
expect_row(struct as_sums *u, const struct as_report_row *r, struct as_why *why)
{
	struct sum sum = {.table = DAILY,
	    .keys = {r->source_ip, r->dkim, r->spf, r->disposition,
		r->header_from},
	    .n = {known(r->count), 0}};

	if (r->ip.len > 0)
		sum.keys[0] = (struct as_str){(const char *)r->ip.b, r->ip.len};
	AS_TRY(expect(u, &sum, 5, why));
	for (size_t i = 0; i < r->n_dkims; i++) {
		sum = (struct sum){.table = DKIM,
		    .keys = {r->dkims[i].domain, r->dkims[i].selector,
			r->dkims[i].result, r->header_from},
		    .n = {known(r->count), 0}};
		AS_TRY(expect(u, &sum, 4, why));
	}
	return AS_OK;
}

enum as_err
as_sums_expect(struct as_sums *u, const struct as_event *e, struct as_why *why)
{
	struct sum sum = {.table = TLS};

	if (e->kind == AS_EVENT_ROW)
		return expect_row(u, &e->of.row, why);
	if (e->kind != AS_EVENT_TLS_POLICY)
		return AS_OK;
	sum.domain = e->of.policy.domain;
	sum.n[0] = known(e->of.policy.successes);
	sum.n[1] = known(e->of.policy.failures);
	return expect(u, &sum, 0, why);
}

static enum as_err
expected_add(struct as_sums *u, const struct as_report_head *h, int64_t day,
    const struct as_sum *e, struct as_why *why)
{
	struct sum sum = {.table = (enum table)e->table,
	    .day = day,
	    .domain = h->domain,
	    .n = {e->counts[0], e->counts[1]}};

	for (size_t i = 1; i < e->n_keys; i++)
		sum.keys[i - 1] = as_sum_text(e, i);
	if (sum.table == TLS) {
		sum.domain = as_sum_text(e, 0);
		sum.keys[0] = h->org_name;
	} else if (h->domain.n == 0) {
		sum.domain = as_sum_text(e, sum.table == DAILY ? 5 : 4);
	}
	return sum.n[0] > 0 || sum.n[1] > 0 ? hold(u, &sum, why) : AS_OK;
}

/* Shares of a day are of each row, so they cannot be told of sums. */
enum as_err
as_sums_add_expected(struct as_sums *u, const struct as_report_head *h,
    bool *out, struct as_why *why)
{
	struct as_days d = as_days_of(h);

	*out = !u->too_many && d.n <= 1;
	if (!*out || d.n == 0)
		return AS_OK;
	for (size_t i = 0; i < u->expected.n; i++)
		AS_TRY(expected_add(u, h, d.first, &u->expected.list[i], why));
	return add_reporter(u, h, &d, why);
}

void
as_sums_forget(struct as_sums *u)
{
	as_held_reset(&u->expected);
	u->too_many = false;
}

/* --- from the database --- */

/* Adds the row at hand. */
typedef enum as_err take_fn(struct as_sums *u, const struct as_report_head *h,
    const struct as_days *d, struct as_query *q, struct as_why *why);

static enum as_err
take_row(struct as_sums *u, const struct as_report_head *h,
    const struct as_days *d, struct as_query *q, struct as_why *why)
{
	struct as_report_row row = {.source_ip = as_sql_column_text(q, 2),
	    .count = as_sql_column_count(q, 3),
	    .disposition = as_sql_column_text(q, 4),
	    .dkim = as_sql_column_text(q, 5),
	    .spf = as_sql_column_text(q, 6),
	    .header_from = as_sql_column_text(q, 7)};

	(void)as_usage_ip_read(as_sql_column_blob(q, 1), &row.ip);
	as_arena_reset(u->one);
	AS_TRY(as_usage_auth_read(
	    u->one, as_sql_column_text(q, 8), AS_STR_NULL, &row, why));
	return add_row(u, h, d, &row, why);
}

static enum as_err
take_policy(struct as_sums *u, const struct as_report_head *h,
    const struct as_days *d, struct as_query *q, struct as_why *why)
{
	struct as_report_tls_policy p = {.domain = as_sql_column_text(q, 1),
	    .successes = as_sql_column_count(q, 2),
	    .failures = as_sql_column_count(q, 3)};

	return add_policy(u, h, d, &p, why);
}

/* A page of rows behind *after; *n says how many there were. */
static enum as_err
take_page(struct as_sums *u, const struct as_report_head *h,
    const struct as_days *d, struct as_query *q, take_fn *take, int64_t *after,
    size_t *n, struct as_why *why)
{
	bool found = true;
	enum as_err err = AS_OK;

	as_sql_bind_int(q, 2, *after);
	for (*n = 0; err == AS_OK; ++*n) {
		err = as_sql_row(q, &found, why);
		if (err != AS_OK || !found)
			break;
		*after = as_sql_column_int(q, 0);
		err = take(u, h, d, q, why);
	}
	as_sql_reset(q);
	return err;
}

static enum as_err
take_all(struct as_sums *u, const struct as_report_head *h,
    const struct as_days *d, int64_t report, struct as_query *q, take_fn *take,
    struct as_why *why)
{
	int64_t after = -1;
	size_t n = PAGE;

	as_sql_bind_int(q, 1, report);
	as_sql_bind_int(q, 3, PAGE);
	while (n == PAGE)
		AS_TRY(take_page(u, h, d, q, take, &after, &n, why));
	return AS_OK;
}

enum as_err
as_sums_add_stored(struct as_sums *u, const struct as_report_head *h,
    int64_t report, struct as_why *why)
{
	struct as_days d = as_days_of(h);

	if (d.n == 0)
		return AS_OK;
	AS_TRY(take_all(u, h, &d, report, u->rows, take_row, why));
	AS_TRY(take_all(u, h, &d, report, u->policies, take_policy, why));
	return add_reporter(u, h, &d, why);
}

/* --- writing --- */

static enum as_err
sum_write(struct as_sums *u, const struct as_sum *sum, struct as_why *why)
{
	struct as_query *q = u->q[sum->table];
	int at = 3;

	as_sql_bind_text(q, 1, as_sum_text(sum, 0));
	as_sql_bind_int(q, 2, sum->day);
	for (size_t i = 1; i < sum->n_keys; i++) {
		struct as_str key = as_sum_text(sum, i);

		if (sum->table == DAILY && i == 1)
			as_sql_bind_blob(q, at++, key.p, key.n);
		else if (sum->table == REPORTER && i == 1)
			as_sql_bind_int(q, at++, key.p[0] - '0');
		else
			as_sql_bind_text(q, at++, key);
	}
	for (size_t i = 0; i < tables[sum->table].numbers; i++)
		as_sql_bind_count(q, at++, sum->counts[i]);
	return as_sql_run(q, why);
}

enum as_err
as_sums_flush(struct as_sums *u, struct as_why *why)
{
	const struct as_sum *list = u->held.list;
	size_t n = u->held.n;
	enum as_err err = AS_OK;

	as_held_sort(&u->held);
	for (size_t i = 0; err == AS_OK && i < n;) {
		struct as_sum all = list[i++];

		for (; i < n && as_sum_cmp(&all, &list[i]) == 0; i++)
			as_sum_add(&all, list[i].counts);
		err = sum_write(u, &all, why);
	}
	as_held_reset(&u->held);
	return err;
}

void
as_sums_drop(struct as_sums *u)
{
	as_held_reset(&u->held);
	as_sums_forget(u);
}

/* --- life --- */

static enum as_err
statements(struct as_sums *u, struct as_why *why)
{
	for (int t = 0; t < TABLES; t++)
		AS_TRY(as_sql_prepare(u->s, tables[t].sql, &u->q[t], why));
	AS_TRY(as_sql_prepare(u->s,
	    "SELECT n, ip, source, messages, disposition, dkim, spf,"
	    " header_from, auth FROM aggregate_row"
	    " WHERE report = ?1 AND n > ?2 ORDER BY n LIMIT ?3",
	    &u->rows, why));
	return as_sql_prepare(u->s,
	    "SELECT n, domain, successes, failures FROM tls_policy"
	    " WHERE report = ?1 AND n > ?2 ORDER BY n LIMIT ?3",
	    &u->policies, why);
}

enum as_err
as_sums_new(struct as_store *s, struct as_sums **out, struct as_why *why)
{
	struct as_sums *u = calloc(1, sizeof(*u));

	*out = u;
	if (u == NULL)
		return as_why_no_memory(why);
	u->s = s;
	u->one = as_arena_new(AS_MAX_FRAME_OCTETS);
	if (!as_held_init(&u->held, MAX_HELD, HELD_OCTETS) ||
	    !as_held_init(&u->expected, MAX_EXPECTED, EXPECT_OCTETS) ||
	    u->one == NULL)
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
	as_sql_free(u->policies);
	as_held_fini(&u->held);
	as_held_fini(&u->expected);
	as_arena_free(u->one);
	free(u);
}
