/*
 * Sums of TLS reports, of one domain and of days.
 */
#include "place.h"

#include "store/reports.h"
#include "store/tls_told_read.h"

#define DAY INT64_C(20000)

static struct as_store *store;
static struct as_why why;

/* One report: a failure of each of two policies. */
static void
report(const char *org, const char *id, int64_t day, const char *domain)
{
	struct as_store_writer *w = NULL;
	struct as_report_sink sink;
	struct as_report_tls_policy policy = {.type = AS_STR("sts"),
	    .domain = as_str_from(domain),
	    .successes = 10,
	    .failures = 4};
	struct as_report_tls_policy other = {.type = AS_STR("tlsa"),
	    .domain = AS_STR("other.example"),
	    .failures = 9};
	struct as_report_tls_failure f = {
	    .result_type = AS_STR("certificate-expired"),
	    .receiving_mx_hostname = AS_STR("mx.council.example"),
	    .receiving_ip = AS_STR("192.0.2.1"),
	    .reason_code = AS_STR("X509"),
	    .sessions = 4};
	struct as_report_head head = {.kind = AS_REPORT_TLS,
	    .org_name = as_str_from(org),
	    .report_id = as_str_from(id),
	    .begin = day * 86400,
	    .end = day * 86400 + 86399};
	struct as_store_origin origin = {.input = AS_STR("test")};
	enum as_stored stored;

	T_OK(as_store_writer_new(store, &w, &why) == AS_OK);
	sink = as_store_sink(w);
	T_OK(sink.begin(sink.ctx, AS_REPORT_TLS) == AS_OK);
	T_OK(sink.tls_policy(sink.ctx, &policy) == AS_OK);
	T_OK(sink.tls_failure(sink.ctx, &f) == AS_OK);
	T_OK(sink.tls_policy(sink.ctx, &other) == AS_OK);
	f.sessions = 9;
	T_OK(sink.tls_failure(sink.ctx, &f) == AS_OK);
	T_OK(sink.end(sink.ctx, &head) == AS_OK);
	T_OK(as_store_keep(w, &origin, &stored, &why) == AS_OK);
	T_INT(stored, AS_STORED_NEW);
	T_OK(as_store_flush(w, &why) == AS_OK);
	T_OK(as_store_commit(store, &why) == AS_OK);
	as_store_writer_free(w);
}

struct got {
	char text[400];
	uint64_t successes, failures;
	size_t totals;
};

static enum as_err
on_row(void *ctx, const struct as_tls_told_row *r)
{
	struct got *g = ctx;
	size_t at = strlen(g->text);

	(void)snprintf(g->text + at, sizeof(g->text) - at,
	    AS_STR_FMT " " AS_STR_FMT " %d %d-%d; ", AS_STR_ARG(r->org),
	    AS_STR_ARG(r->policy), (int)r->sessions, (int)(r->first - DAY),
	    (int)(r->last - DAY));
	T_STR(r->result, "certificate-expired");
	T_STR(r->mx, "mx.council.example");
	T_STR(r->reason, "X509");
	T_STR(r->ip, "192.0.2.1");
	return AS_OK;
}

static enum as_err
on_total(void *ctx, const struct as_tls_told_total *t)
{
	struct got *g = ctx;

	g->successes += t->successes;
	g->failures += t->failures;
	g->totals++;
	return AS_OK;
}

static void
read_check(const char *name, int64_t first, int64_t last, const char *text,
    uint64_t failures, size_t totals)
{
	struct got g = {.text = ""};
	struct as_tls_told_sink sink = {&g, on_row, on_total};

	t_case("%s", name);
	T_OK(as_tls_told_read(store, AS_STR("council.example"), first, last,
		 &sink, &why) == AS_OK);
	T_STR(as_str_from(g.text), text);
	T_INT(g.failures, failures);
	T_INT(g.totals, totals);
}

int
main(void)
{
	path_new();
	if (!T_OK(as_store_open(path, false, &store, &why) == AS_OK))
		return 1;
	t_case("reports of two domains are stored");
	report("A", "1", DAY, "council.example");
	report("A", "2", DAY + 3, "council.example");
	report("B", "3", DAY + 1, "council.example");
	read_check("all, each domain for itself", DAY, DAY + 9,
	    "A sts 8 0-3; B sts 4 1-1; ", 12, 2);
	read_check("some days", DAY + 1, DAY + 2, "B sts 4 1-1; ", 4, 1);
	read_check("no such days", DAY + 5, DAY + 9, "", 0, 0);
	as_store_close(store);
	path_drop();
	return t_done();
}
