#include "assess/tls_told.h"

#include "harness.h"

#define FROM 20000
#define TO   20029

static struct as_arena *arena;
static struct as_tls_told_work *work;
static struct as_tls_told_sink sink;

static void
begin(void)
{
	as_arena_reset(arena);
	if (!T_OK(as_tls_told_begin(arena, AS_STR("council.example"), FROM, TO,
		      &work) == AS_OK))
		exit(1);
	sink = as_tls_told_take(work);
}

static void
row(const char *org, const char *result, const char *mx, uint64_t sessions,
    int64_t day)
{
	struct as_tls_told_row r = {.org = as_str_from(org),
	    .policy = AS_STR("sts"),
	    .result = as_str_from(result),
	    .mx = as_str_from(mx),
	    .sessions = sessions,
	    .first = day,
	    .last = day + 1};

	T_OK(sink.row(sink.ctx, &r) == AS_OK);
}

static struct as_tls_told *
end(const struct as_case *c, const struct as_assessment *seen)
{
	struct as_tls_told *t = NULL;

	if (!T_OK(as_tls_told_end(work, c, seen, &t) == AS_OK))
		exit(1);
	return t;
}

/* --- sums --- */

static void
sums_check(void)
{
	struct as_tls_told_total total = {
	    AS_STR("google.com"), 100, 20, 3, FROM, FROM + 2};
	struct as_tls_told *t;

	t_case("rows of one result and server are one, most sessions first");
	begin();
	row("google.com", "certificate-expired", "MX.council.example.", 5,
	    FROM);
	row("Microsoft", "certificate-expired", "mx.council.example", 3,
	    FROM + 4);
	row("google.com", "Certificate-Expired", "mx.council.example", 1,
	    FROM + 2);
	row("google.com", "starttls-not-supported", "mx.council.example", 7,
	    FROM);
	row(NULL, NULL, NULL, 1, FROM);
	T_OK(sink.total(sink.ctx, &total) == AS_OK);
	t = end(NULL, NULL);
	T_INT(t->n, 3);
	T_STR(t->faults[0].result, "certificate-expired");
	T_STR(t->faults[0].mx, "mx.council.example");
	T_INT(t->faults[0].sessions, 9);
	T_INT(t->faults[0].reporters, 2);
	T_STR(t->faults[0].who[0], "google.com");
	T_INT(t->faults[0].first, FROM);
	T_INT(t->faults[0].last, FROM + 5);
	T_INT(t->faults[0].now, AS_TLS_NOW_NOT_ASKED);
	T_OK(t->faults[0].known);
	T_STR(t->faults[2].result, "(none)");
	T_OK(!t->faults[2].known);
	T_INT(t->told, 17);
	T_INT(t->failures, 20);
	T_INT(t->successes, 100);

	t_case("more kinds than are kept count as one");
	begin();
	for (int i = 0; i < 700; i++) {
		char mx[20];

		(void)snprintf(mx, sizeof(mx), "mx%d.example", i);
		row("R", "validation-failure", mx, 1, FROM);
	}
	t = end(NULL, NULL);
	T_INT(t->n, 500);
	T_INT(t->faults[0].sessions, 201);
	T_INT(t->told, 700);
}

/* Every result of RFC 8460 4.3 has its words. */
static void
words_check(void)
{
	static const char *const names[] = {"starttls-not-supported",
	    "certificate-host-mismatch", "certificate-not-trusted",
	    "certificate-expired", "validation-failure", "tlsa-invalid",
	    "dnssec-invalid", "dane-required", "sts-policy-fetch-error",
	    "sts-policy-invalid", "sts-webpki-invalid"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct as_tls_told *t;

		t_case("result: %s", names[i]);
		begin();
		row("R", names[i], "mx.council.example", 1, FROM);
		t = end(NULL, NULL);
		T_OK(t->faults[0].known);
		T_OK(t->faults[0].means.n > 20);
		T_OK(t->faults[0].next.n > 20);
	}
}

/* --- what is seen now --- */

static const struct {
	const char *name, *result, *mx;
	/* findings: rule, verdict, subject */
	struct {
		const char *rule;
		enum as_verdict verdict;
		const char *subject;
	} found[3];
	enum as_tls_now now;
	const char *next; /* a part of it */
} rows[] = {
    {"the same", "certificate-expired", "mx.council.example",
	{{"cert.expired", AS_VERDICT_FAIL,
	    "host:mx.council.example@192.0.2.1"}},
	AS_TLS_NOW_SAME, "ADVICE"},
    {"mended", "certificate-expired", "mx.council.example",
	{{"cert.expired", AS_VERDICT_PASS, "domain:council.example"}},
	AS_TLS_NOW_GONE, "renewed since"},
    {"it could not be tested", "certificate-expired", "mx.council.example",
	{{"cert.expired", AS_VERDICT_UNKNOWN, "domain:council.example"}},
	AS_TLS_NOW_UNKNOWN, "look again later"},
    {"another fault of another rule", "certificate-expired",
	"mx.council.example",
	{{"cert.expired", AS_VERDICT_PASS, "domain:council.example"},
	    {"cert.trust", AS_VERDICT_FAIL, "host:mx.council.example"}},
	AS_TLS_NOW_GONE, "renewed since"},
    {"the other server", "certificate-expired", "mx.council.example",
	{{"cert.expired", AS_VERDICT_FAIL,
	     "host:mx2.council.example@192.0.2.2"},
	    {"cert.expired", AS_VERDICT_PASS, "host:mx.council.example"}},
	AS_TLS_NOW_GONE, "renewed since"},
    {"a longer name is another server", "certificate-expired",
	"mx.council.example",
	{{"cert.expired", AS_VERDICT_FAIL, "host:mx.council.example.net"}},
	AS_TLS_NOW_NOTHING, "taken away"},
    {"a server that is gone", "certificate-expired", "old.council.example",
	{{"cert.expired", AS_VERDICT_FAIL, "host:mx.council.example"}},
	AS_TLS_NOW_NO_MX, "nothing to do"},
    {"the policy file names no server of ours", "sts-policy-fetch-error",
	"mta-sts.council.example",
	{{"mta-sts.policy-fetch", AS_VERDICT_FAIL, "policy:council.example"}},
	AS_TLS_NOW_SAME, "ADVICE"},
    {"no server told: any", "starttls-not-supported", "",
	{{"starttls.offered", AS_VERDICT_FAIL,
	    "host:mx2.council.example@192.0.2.2"}},
	AS_TLS_NOW_SAME, "ADVICE"},
    {"an info is no fault", "dane-required", "mx.council.example",
	{{"dane.missing", AS_VERDICT_INFO, "host:mx.council.example"},
	    {"dane.bogus", AS_VERDICT_PASS, "host:mx.council.example"}},
	AS_TLS_NOW_GONE, "rule of its own"},
    {"nothing to be tested", "tlsa-invalid", "mx.council.example",
	{{"spf.missing", AS_VERDICT_FAIL, "domain:council.example"}},
	AS_TLS_NOW_NOTHING, "taken away"},
};

static void
now_check(size_t i)
{
	struct as_mx mx[2] = {{.host = AS_STR("mx.council.example"),
				  .subject = AS_STR("host:mx.council.example")},
	    {.host = AS_STR("mx2.council.example"),
		.subject = AS_STR("host:mx2.council.example")}};
	struct as_case c = {.mx = mx, .n_mx = 2, .mail = AS_MAIL_LISTED};
	struct as_finding found[3] = {{.verdict = AS_VERDICT_PASS}};
	struct as_assessment seen = {.findings = found};
	struct as_tls_told *t;

	t_case("now: %s", rows[i].name);
	while (seen.n_findings < 3 &&
	    rows[i].found[seen.n_findings].rule != NULL) {
		size_t k = seen.n_findings++;

		found[k] = (struct as_finding){
		    .rule = as_str_from(rows[i].found[k].rule),
		    .verdict = rows[i].found[k].verdict,
		    .subject = as_str_from(rows[i].found[k].subject),
		    .advice = AS_STR("ADVICE")};
	}
	begin();
	row("R", rows[i].result, rows[i].mx, 1, FROM);
	t = end(&c, &seen);
	T_INT(t->faults[0].now, rows[i].now);
	if (!T_OK(as_str_has(t->faults[0].next, as_str_from(rows[i].next))))
		printf("# " AS_STR_FMT "\n", AS_STR_ARG(t->faults[0].next));
	c.mail = AS_MAIL_UNKNOWN;
	begin();
	row("R", rows[i].result, rows[i].mx, 1, FROM);
	T_INT(end(&c, &seen)->faults[0].now, AS_TLS_NOW_UNKNOWN);
}

/* The rules that stand in the table are there. */
static void
rules_check(void)
{
	static const char *const lists[] = {
#define RESULT(name, means, rules, step) rules,
#include "assess/tls_told.tbl"
#undef RESULT
	};

	t_case("every rule of the table exists");
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct as_str words = as_str_from(lists[i]);

		for (size_t at = 0; at < words.n;) {
			size_t end_at = as_str_find(words, ' ', at);
			struct as_str id = as_str_slice(words, at, end_at);

			if (!T_OK(as_rule_find(id) != NULL))
				printf("# " AS_STR_FMT "\n", AS_STR_ARG(id));
			at = end_at + 1;
		}
	}
}

int
main(void)
{
	arena = as_arena_new(1 << 24);
	if (arena == NULL)
		return 1;
	sums_check();
	words_check();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		now_check(i);
	rules_check();
	as_arena_free(arena);
	return t_done();
}
