/*
 * The writer of reports, against both engines (place.h).
 */
#include "place.h"

#include <sqlite3.h>

#include "store/reports.h"
#include "store/writer_private.h"

#define DAY INT64_C(86400)

static struct as_report_head
head_of(const char *id, int64_t begin, int64_t span)
{
	return (struct as_report_head){.kind = AS_REPORT_AGGREGATE,
	    .org_name = AS_STR("Receiver"),
	    .report_id = as_str_from(id),
	    .domain = AS_STR("example.org"),
	    .begin = begin,
	    .end = begin + span};
}

static struct as_report_row
row_of(uint8_t last, uint64_t count)
{
	static const struct as_report_dkim dkim = {
	    .domain = {"example.org", 11},
	    .selector = {"s1", 2},
	    .result = {"pass", 4},
	    .human_result = {"a \"good\" key\n", 13}};
	static const struct as_report_spf spf = {
	    .domain = {"example.org", 11}, .result = {"fail", 4}};

	return (struct as_report_row){.source_ip = AS_STR("192.0.2.1"),
	    .ip = {4, {192, 0, 2, last}},
	    .count = count,
	    .disposition = AS_STR("none"),
	    .dkim = AS_STR("pass"),
	    .spf = AS_STR("fail"),
	    .header_from = AS_STR("example.org"),
	    .dkims = &dkim,
	    .n_dkims = 1,
	    .spfs = &spf,
	    .n_spfs = 1};
}

/* Give a report of `rows` rows with `count` messages each; keep it. */
static enum as_err
give(struct as_store_writer *w, struct as_report_head h, size_t rows,
    uint64_t count, enum as_stored *out, struct as_why *why)
{
	struct as_report_sink sink = as_store_sink(w);
	struct as_store_origin o = {
	    .input = AS_STR("test"), .raw = AS_STR("octets"), .received = 1};

	*out = AS_STORED_DUPLICATE;
	AS_TRY(sink.begin(sink.ctx, h.kind));
	for (size_t i = 0; i < rows; i++) {
		struct as_report_row row = row_of((uint8_t)i, count);

		row.ip.b[2] = (uint8_t)(i >> 8);
		AS_TRY(sink.row(sink.ctx, &row));
		h.rows++;
		h.messages += count;
	}
	AS_TRY(sink.end(sink.ctx, &h));
	return as_store_keep(w, &o, out, why);
}

struct desk {
	struct as_store *s;
	struct as_store_writer *w;
	struct as_why why;
};

static bool
desk_open(struct desk *d)
{
	*d = (struct desk){0};
	return T_OK(as_store_open(path, false, &d->s, &d->why) == AS_OK) &&
	    T_OK(as_store_writer_new(d->s, &d->w, &d->why) == AS_OK);
}

static void
desk_close(struct desk *d)
{
	as_store_writer_free(d->w);
	as_store_close(d->s);
}

static bool
desk_commit(struct desk *d)
{
	bool ok = as_store_flush(d->w, &d->why) == AS_OK &&
	    as_store_commit(d->s, &d->why) == AS_OK;

	if (!ok)
		printf("# %s\n", d->why.text);
	return T_OK(ok);
}

/* --- cases --- */

static void
test_kept(void)
{
	enum as_stored got;
	struct desk d;

	t_case("a report is kept, with all its rows and sums");
	path_new();
	if (!desk_open(&d))
		return;
	T_OK(give(d.w, head_of("1", 100 * DAY, DAY), 3, 5, &got, &d.why) ==
	    AS_OK);
	T_INT(got, AS_STORED_NEW);
	desk_commit(&d);
	desk_close(&d);
	if (!desk_open(&d))
		return;
	T_INT(number(d.s, "SELECT messages FROM report"), 15);
	T_INT(number(d.s, "SELECT count(*) FROM aggregate_row"), 3);
	T_INT(number(d.s, "SELECT sum(messages) FROM daily"), 15);
	T_INT(number(d.s, "SELECT day FROM daily"), 100);
	T_INT(number(d.s, "SELECT count(*) FROM daily"), 3);
	T_INT(number(d.s, "SELECT messages FROM dkim_daily"), 15);
	T_INT(number(d.s, "SELECT reports FROM reporter_daily"), 1);
	T_INT(number(d.s,
		  "SELECT count(*) FROM aggregate_row WHERE auth ="
		  " '{\"dkim\":[{\"domain\":\"example.org\",\"selector\":"
		  "\"s1\",\"result\":\"pass\",\"human\":\"a \\\"good\\\""
		  " key\\n\"}],\"spf\":[{\"domain\":\"example.org\","
		  "\"result\":\"fail\"}]}'"),
	    3);
	T_OK(as_store_verify(d.s, &d.why) == AS_OK);
	desk_close(&d);
	path_drop();
}

static void
test_same(void)
{
	enum as_stored got;
	struct desk d;

	t_case("what is there already changes nothing");
	path_new();
	if (!desk_open(&d))
		return;
	for (int i = 0; i < 3; i++) {
		T_OK(give(d.w, head_of("1", 100 * DAY, DAY), 3, 5, &got,
			 &d.why) == AS_OK);
		T_INT(got, i == 0 ? AS_STORED_NEW : AS_STORED_DUPLICATE);
	}
	desk_commit(&d);
	T_INT(number(d.s, "SELECT count(*) FROM report"), 1);
	T_INT(number(d.s, "SELECT sum(messages) FROM daily"), 15);
	T_INT(number(d.s, "SELECT count(*) FROM raw"), 1);

	t_case(
	    "one that says otherwise is kept beside it, and both are marked");
	T_OK(give(d.w, head_of("1", 100 * DAY, DAY), 3, 6, &got, &d.why) ==
	    AS_OK);
	T_INT(got, AS_STORED_CONFLICT);
	T_OK(give(d.w, head_of("1", 101 * DAY, DAY), 3, 6, &got, &d.why) ==
	    AS_OK);
	T_INT(got, AS_STORED_NEW);
	desk_commit(&d);
	T_INT(number(d.s, "SELECT count(*) FROM report WHERE conflict = 1"), 2);
	T_INT(number(d.s, "SELECT sum(messages) FROM daily"), 15 + 18 + 18);
	desk_close(&d);
	path_drop();
}

static void
test_waiting(void)
{
	static const char *const domains[] = {
	    "c.example", "a.example", "b.example", "a.example", "c.example"};
	enum as_stored got;
	struct desk d;

	t_case("reports go to the database by domain and day");
	path_new();
	if (!desk_open(&d))
		return;
	for (int i = 0; i < 5; i++) {
		struct as_report_head h = head_of("1", (200 - i) * DAY, DAY);

		h.domain = as_str_from(domains[i]);
		T_OK(give(d.w, h, 2, 1, &got, &d.why) == AS_OK);
		T_INT(got, AS_STORED_NEW);
	}
	desk_commit(&d);
	T_INT(number(d.s,
		  "SELECT count(*) FROM report a JOIN report b ON a.id < b.id"
		  " WHERE a.domain > b.domain"
		  " OR (a.domain = b.domain AND a.begin > b.begin)"),
	    0);
	T_INT(number(d.s, "SELECT count(*) FROM report"), 5);
	T_INT(number(d.s, "SELECT sum(messages) FROM daily"), 10);

	t_case("of those that wait, what is the same and what says otherwise");
	T_OK(give(d.w, head_of("2", 50 * DAY, DAY), 2, 1, &got, &d.why) ==
	    AS_OK);
	T_OK(give(d.w, head_of("2", 50 * DAY, DAY), 2, 1, &got, &d.why) ==
	    AS_OK);
	T_INT(got, AS_STORED_DUPLICATE);
	T_OK(give(d.w, head_of("2", 50 * DAY, DAY), 2, 9, &got, &d.why) ==
	    AS_OK);
	T_INT(got, AS_STORED_CONFLICT);
	desk_commit(&d);
	T_INT(number(d.s, "SELECT count(*) FROM report WHERE conflict = 1"), 2);
	T_INT(number(d.s, "SELECT sum(messages) FROM daily"), 10 + 2 + 18);
	desk_close(&d);
	path_drop();
}

static void
test_long(void)
{
	const size_t rows = 10000;
	enum as_stored got;
	struct desk d;

	t_case("a long report adds up as a short one does");
	path_new();
	if (!desk_open(&d))
		return;
	T_OK(give(d.w, head_of("1", 100 * DAY, 3 * DAY), rows, 7, &got,
		 &d.why) == AS_OK);
	T_INT(got, AS_STORED_NEW);
	desk_commit(&d);
	T_INT(number(d.s, "SELECT count(*) FROM aggregate_row"), rows);
	T_INT(number(d.s, "SELECT sum(messages) FROM daily"), 7 * rows);
	T_INT(number(d.s, "SELECT sum(messages) FROM dkim_daily"), 7 * rows);
	T_INT(number(d.s, "SELECT count(DISTINCT day) FROM daily"), 3);
	T_INT(number(d.s,
		  "SELECT max(n) - min(n) <= 10000 FROM (SELECT sum(messages) n"
		  " FROM daily GROUP BY day) x"),
	    1);

	t_case("so does a long one of one day, however many sources it has");
	for (size_t n = 10000; n <= 40000; n += 30000) {
		int64_t at = (int64_t)n * DAY;

		T_OK(give(d.w, head_of("2", at, DAY), n, 1, &got, &d.why) ==
		    AS_OK);
		desk_commit(&d);
		T_INT(number(d.s,
			  n == 10000 ? "SELECT sum(messages) FROM daily WHERE"
				       " day = 10000"
				     : "SELECT sum(messages) FROM daily WHERE"
				       " day = 40000"),
		    n);
	}
	T_INT(number(d.s, "SELECT sum(messages) FROM dkim_daily"),
	    7 * rows + 50000);
	T_INT(number(d.s,
		  "SELECT count(*) FROM reporter_daily WHERE messages = 10000"
		  " OR messages = 40000"),
	    2);

	t_case("a long one that is there already leaves no row");
	T_OK(give(d.w, head_of("1", 100 * DAY, 3 * DAY), rows, 7, &got,
		 &d.why) == AS_OK);
	T_INT(got, AS_STORED_DUPLICATE);
	desk_commit(&d);
	T_INT(number(d.s, "SELECT count(*) FROM aggregate_row"), rows + 50000);
	T_INT(number(d.s, "SELECT sum(messages) FROM daily"), 7 * rows + 50000);
	desk_close(&d);
	path_drop();
}

static void
test_dropped(void)
{
	struct as_report_sink sink;
	struct as_report_row row = row_of(1, 1);
	struct desk d;

	t_case("a report that is none after all leaves nothing");
	path_new();
	if (!desk_open(&d))
		return;
	sink = as_store_sink(d.w);
	for (int rows = 10; rows <= 10000; rows *= 1000) {
		T_OK(sink.begin(sink.ctx, AS_REPORT_AGGREGATE) == AS_OK);
		for (int i = 0; i < rows; i++)
			T_OK(sink.row(sink.ctx, &row) == AS_OK);
		T_OK(sink.drop(sink.ctx) == AS_OK);
	}
	desk_commit(&d);
	T_INT(number(d.s, "SELECT count(*) FROM aggregate_row"), 0);
	T_INT(number(d.s, "SELECT count(*) FROM report"), 0);

	t_case("events outside a report are refused");
	T_OK(sink.row(sink.ctx, &row) == AS_EINVAL);
	desk_close(&d);
	path_drop();
}

static void
test_tls(void)
{
	struct as_report_head h = head_of("t", 100 * DAY, DAY - 1);
	static const struct as_str mx = {"mx.example.org", 14};
	struct as_report_tls_policy p = {.type = AS_STR("sts"),
	    .domain = AS_STR("example.org"),
	    .mx_hosts = &mx,
	    .n_mx_hosts = 1,
	    .successes = 90,
	    .failures = 10};
	struct as_report_tls_failure f = {
	    .result_type = AS_STR("certificate-expired"), .sessions = 10};
	struct as_store_origin o = {.input = AS_STR("test")};
	struct as_report_sink sink;
	enum as_stored got;
	struct desk d;

	t_case("a TLS report is kept with its policies and failures");
	path_new();
	if (!desk_open(&d))
		return;
	h.kind = AS_REPORT_TLS;
	sink = as_store_sink(d.w);
	T_OK(sink.begin(sink.ctx, AS_REPORT_TLS) == AS_OK);
	T_OK(sink.tls_policy(sink.ctx, &p) == AS_OK);
	T_OK(sink.tls_failure(sink.ctx, &f) == AS_OK);
	T_OK(sink.end(sink.ctx, &h) == AS_OK);
	T_OK(as_store_keep(d.w, &o, &got, &d.why) == AS_OK);
	desk_commit(&d);
	T_INT(number(d.s, "SELECT failures FROM tls_daily"), 10);
	T_INT(number(d.s, "SELECT policy FROM tls_failure"), 0);
	T_INT(number(d.s,
		  "SELECT count(*) FROM tls_policy WHERE mx ="
		  " '[\"mx.example.org\"]'"),
	    1);

	t_case("of equal names on two domains neither is a conflict");
	h.domain = p.domain = AS_STR("two.example");
	T_OK(sink.begin(sink.ctx, AS_REPORT_TLS) == AS_OK);
	T_OK(sink.tls_policy(sink.ctx, &p) == AS_OK);
	T_OK(sink.end(sink.ctx, &h) == AS_OK);
	T_OK(as_store_keep(d.w, &o, &got, &d.why) == AS_OK);
	T_OK(got == AS_STORED_NEW);

	t_case("the domain of the head adds nothing to what policies say");
	h.domain = AS_STR_NULL;
	T_OK(sink.begin(sink.ctx, AS_REPORT_TLS) == AS_OK);
	T_OK(sink.tls_policy(sink.ctx, &p) == AS_OK);
	T_OK(sink.end(sink.ctx, &h) == AS_OK);
	T_OK(as_store_keep(d.w, &o, &got, &d.why) == AS_OK);
	T_OK(got == AS_STORED_DUPLICATE);
	desk_close(&d);
	path_drop();
}

static void
test_failure(void)
{
	struct as_report_head h = head_of("f", 100 * DAY, 0);
	struct as_report_failure f = {.feedback_type = AS_STR("auth-failure"),
	    .reported_domain = AS_STR("example.org"),
	    .incidents = 2};
	struct as_store_origin o = {.input = AS_STR("test")};
	struct as_report_sink sink;
	enum as_stored got;
	struct desk d;

	t_case("a failure report is kept");
	path_new();
	if (!desk_open(&d))
		return;
	h.kind = AS_REPORT_FAILURE;
	sink = as_store_sink(d.w);
	T_OK(sink.begin(sink.ctx, AS_REPORT_FAILURE) == AS_OK);
	T_OK(sink.failure(sink.ctx, &f) == AS_OK);
	T_OK(sink.end(sink.ctx, &h) == AS_OK);
	T_OK(as_store_keep(d.w, &o, &got, &d.why) == AS_OK);
	desk_commit(&d);
	T_INT(number(d.s, "SELECT incidents FROM failure"), 2);

	t_case("what gave no report is kept once");
	o.raw = AS_STR("no report");
	for (int i = 0; i < 2; i++)
		T_OK(as_store_quarantine(
			 d.s, &o, AS_STR("it is a picture"), &d.why) == AS_OK);
	desk_commit(&d);
	T_INT(number(d.s, "SELECT count(*) FROM quarantine"), 1);
	desk_close(&d);
	path_drop();
}

/* What as_days_share gives, day by day. */
static void
test_days(void)
{
	static const struct {
		const char *name;
		int64_t begin, span, first;
		size_t n;
	} rows[] = {
	    {"a day", 10 * DAY, DAY, 10, 1},
	    {"a day to its last second", 10 * DAY, DAY - 1, 10, 1},
	    {"a day, seen from elsewhere", 10 * DAY - 7200, DAY, 10, 1},
	    {"an hour too long", 10 * DAY, DAY + 3600, 10, 1},
	    {"no time at all", 10 * DAY, 0, 10, 1},
	    {"it ends before it begins", 10 * DAY, -5, 10, 1},
	    {"a week", 10 * DAY, 7 * DAY, 10, 7},
	    {"from noon to noon", 10 * DAY + 43200, 2 * DAY, 10, 3},
	    {"years", 1000 * DAY, 800 * DAY, 1400, 1},
	    {"before 1970", -2 * DAY, DAY, -2, 1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct as_report_head h =
		    head_of("1", rows[i].begin, rows[i].span);
		struct as_days d = as_days_of(&h);
		uint64_t sum = 0;

		t_case("days: %s", rows[i].name);
		T_INT(d.first, rows[i].first);
		T_INT(d.n, rows[i].n);
		for (size_t k = 0; k < d.n; k++)
			sum += as_days_share(&d, k, 1000003);
		T_INT(sum, 1000003);
	}
	t_case("days: an end without a beginning");
	{
		struct as_report_head h = head_of("1", AS_REPORT_NO_TIME, 0);

		h.end = 10 * DAY + 5;
		T_INT(as_days_of(&h).first, 10);
		h.end = AS_REPORT_NO_TIME;
		T_INT(as_days_of(&h).n, 0);
	}
}

static void
test_full_disk(void)
{
	enum as_err err = AS_OK;
	enum as_stored got;
	char id[16];
	struct desk d;

	t_case("a full disk is told, and what was committed stays");
	path_new();
	if (!desk_open(&d))
		return;
	T_OK(give(d.w, head_of("first", 100 * DAY, DAY), 9, 1, &got, &d.why) ==
	    AS_OK);
	desk_commit(&d);
	T_OK(as_sql_exec(d.s, "PRAGMA max_page_count=60", &d.why) == AS_OK);
	for (int i = 0; i < 1000 && err == AS_OK; i++) {
		(void)snprintf(id, sizeof(id), "%d", i);
		err =
		    give(d.w, head_of(id, 100 * DAY, DAY), 99, 1, &got, &d.why);
	}
	T_OK(err == AS_EIO);
	T_OK(strstr(d.why.text, "full") != NULL ||
	    strstr(as_store_writer_why(d.w)->text, "full") != NULL);
	T_INT(number(d.s, "SELECT count(*) FROM report"), 1);
	T_OK(as_sql_exec(d.s, "PRAGMA max_page_count=60000", &d.why) == AS_OK);
	T_OK(give(d.w, head_of("0", 100 * DAY, DAY), 99, 1, &got, &d.why) ==
	    AS_OK);
	T_INT(got, AS_STORED_NEW);
	desk_commit(&d);
	T_INT(number(d.s, "SELECT sum(messages) FROM daily"), 108);
	T_OK(as_store_verify(d.s, &d.why) == AS_OK);
	desk_close(&d);
	path_drop();
}

static void
test_files(void)
{
	struct as_store *s = NULL;
	struct as_why why;
	sqlite3 *db = NULL;

	t_case("a database of somebody else is left alone");
	path_new();
	T_OK(sqlite3_open(path, &db) == SQLITE_OK);
	T_OK(sqlite3_exec(db, "CREATE TABLE x(y)", NULL, NULL, NULL) ==
	    SQLITE_OK);
	(void)sqlite3_close(db);
	T_OK(as_store_open(path, false, &s, &why) == AS_ESYNTAX);
	T_OK(s == NULL);
	path_drop();

	t_case("a newer database is not touched");
	path_new();
	T_OK(as_store_open(path, false, &s, &why) == AS_OK);
	T_OK(as_sql_exec(s, "PRAGMA user_version=1000", &why) == AS_OK);
	as_store_close(s);
	T_OK(as_store_open(path, false, &s, &why) == AS_EVERSION);
	path_drop();

	t_case("a file that is no database says so");
	path_new();
	{
		FILE *f = fopen(path, "we");

		T_OK(f != NULL);
		for (int i = 0; f != NULL && i < 1000; i++)
			(void)fputs("this is no database ", f);
		if (f != NULL)
			(void)fclose(f);
	}
	T_OK(as_store_open(path, false, &s, &why) == AS_EIO);
	path_drop();

	t_case("one that is not there is not made to be read");
	path_new();
	T_OK(as_store_open(path, true, &s, &why) == AS_EIO);
	T_OK(access(path, F_OK) != 0);
}

int
main(void)
{
	test_kept();
	test_same();
	test_waiting();
	test_long();
	test_dropped();
	test_tls();
	test_failure();
	test_days();
	if (place_server() == NULL) {
		test_full_disk();
		test_files();
	}
	return t_done();
}
