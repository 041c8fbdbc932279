#include "harness.h"
#include "render/check.h"

static struct as_finding findings[] = {
    {.rule = {"spf.lookup-limit", 16},
	.verdict = AS_VERDICT_FAIL,
	.subject = {"domain:a.test", 13},
	.title = {"The SPF record needs 11 lookups.", 32},
	.evidence = {"v=spf1 \x1b[31m", 12},
	.why = {"Receivers stop at ten.", 22},
	.advice = {"Remove an include.", 18},
	.record = {{"a.test", 6}, {"TXT", 3}, {"v=spf1 -all", 11},
	    {"v=spf1 mx -all", 14}},
	.cites = {"RFC 7208 4.6.4", 14}},
    {.rule = {"dane.missing", 12},
	.verdict = AS_VERDICT_PASS,
	.subject = {"domain:a.test", 13},
	.title = {"Passed well.", 12}},
};

static const struct as_assessment sample = {
    .domain = {"a.test", 6},
    .rules_version = {"1", 1},
    .role = AS_ROLE_FULL,
    .role_why = {"it has MX records", 17},
    .phase = AS_PHASE_DEPLOY,
    .next_step = {"Remove an include.", 18},
    .first = &findings[0],
    .axes = {{'C', {"SPF fails", 9}}, {'A', {NULL, 0}}, {'?', {"x", 1}}},
    .findings = findings,
    .n_findings = 2,
};

static bool
has(const struct as_buf *b, const char *text)
{
	return memmem(b->p, b->n, text, strlen(text)) != NULL;
}

static void
text(void)
{
	struct as_buf b;
	struct as_term t = {&b, 80, false};

	as_buf_init(&b, 65536);
	t_case("text: the verdict, what to do, the record");
	as_check_text(&t, &sample, false);
	T_OK(has(&b, "FAIL      The SPF record needs 11 lookups."));
	T_OK(has(&b, "1 failed, 1 passed.  Phase: deploy."));
	T_OK(has(&b, "publish   v=spf1 mx -all\n"));
	t_case("text: evidence and passes only when asked");
	T_OK(!has(&b, "Seen:") && !has(&b, "Passed well"));
	as_buf_reset(&b);
	as_check_text(&t, &sample, true);
	T_OK(has(&b, "Passed well") && has(&b, "see RFC 7208 4.6.4"));
	t_case("text: no octet of the net reaches the terminal");
	T_OK(has(&b, "Seen: v=spf1 \\x1b[31m"));
	T_OK(memchr(b.p, 0x1b, b.n) == NULL);
	t_case("text: no line is longer than the terminal");
	for (size_t at = 0; at < b.n;) {
		size_t end = as_str_find(as_buf_str(&b), '\n', at);
		T_OK(end - at <= 80);
		at = end + 1;
	}
	as_buf_fini(&b);
}

#define STR(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

/* One fault at two addresses of a host, one cause that hid three checks. */
static struct as_finding crowd[] = {
    {.rule = STR("cert.name"),
	.verdict = AS_VERDICT_FAIL,
	.subject = STR("host:mx.a.test@192.0.2.1"),
	.title = STR("The certificate is for another name."),
	.evidence = STR("names in it: b.test"),
	.advice = STR("Get another.")},
    {.rule = STR("cert.name"),
	.verdict = AS_VERDICT_FAIL,
	.subject = STR("host:mx.a.test@192.0.2.2"),
	.title = STR("The certificate is for another name."),
	.evidence = STR("names in it: b.test"),
	.advice = STR("Get another.")},
    {.rule = STR("dane.bogus"),
	.verdict = AS_VERDICT_UNKNOWN,
	.subject = STR("domain:a.test"),
	.evidence = STR("no answer in time for MX a.test"),
	.advice = STR("Ask again.")},
    {.rule = STR("mx.missing"),
	.verdict = AS_VERDICT_UNKNOWN,
	.subject = STR("domain:a.test"),
	.evidence = STR("no answer in time for MX a.test"),
	.advice = STR("Ask again.")},
    {.rule = STR("mx.ptr"),
	.verdict = AS_VERDICT_UNKNOWN,
	.subject = STR("host:mx.a.test"),
	.evidence = STR("no answer in time for MX a.test"),
	.advice = STR("Ask again.")},
    {.rule = STR("mta-sts.missing"),
	.verdict = AS_VERDICT_INFO,
	.subject = STR("domain:a.test"),
	.title = STR("No policy."),
	.advice = STR("Serve it."),
	.file = {STR("https://mta-sts.a.test/p"),
	    STR("version: STSv1\nmode: testing\n")}},
};

static struct as_dkim_seen seen[] = {
    {STR("s1"), STR("00ff"), STR("k.b.test")},
    {STR("s2"), STR("11ee"), STR("")},
};

static const struct as_assessment crowded = {
    .domain = STR("a.test"),
    .role = AS_ROLE_UNKNOWN,
    .role_why = STR("the MX records could not be read."),
    .axes = {{'F', STR("It fails.")}, {'A', {NULL, 0}}, {'-', {NULL, 0}}},
    .findings = crowd,
    .n_findings = sizeof(crowd) / sizeof(crowd[0]),
    .dkim_keys = seen,
    .n_dkim_keys = 2,
};

static struct as_finding same[] = {
    {.rule = STR("cert.expired"),
	.verdict = AS_VERDICT_FAIL,
	.subject = STR("host:mx1.a.test@192.0.2.1"),
	.title = STR("The certificate of mx1.a.test ran out."),
	.advice = STR("Renew it.")},
    {.rule = STR("cert.expired"),
	.verdict = AS_VERDICT_FAIL,
	.subject = STR("host:mx1.a.test@192.0.2.2"),
	.title = STR("The certificate of mx1.a.test ran out."),
	.advice = STR("Renew it.")},
    {.rule = STR("cert.expired"),
	.verdict = AS_VERDICT_FAIL,
	.subject = STR("host:mx10.a.test@192.0.2.10"),
	.title = STR("The certificate of mx10.a.test ran out."),
	.advice = STR("Renew it.")},
    {.rule = STR("cert.expired"),
	.verdict = AS_VERDICT_FAIL,
	.subject = STR("host:mx2.a.test@192.0.2.3"),
	.title = STR("The certificate of mx2.a.test runs out."),
	.advice = STR("Renew it.")},
    {.rule = STR("cert.expired"),
	.verdict = AS_VERDICT_FAIL,
	.subject = STR("host:mx3.a.test@192.0.2.4"),
	.title = STR("The certificate of mx3.a.test ran out."),
	.advice = STR("Have mx3.a.test renewed.")},
    {.rule = STR("cert.expired"),
	.verdict = AS_VERDICT_FAIL,
	.subject = STR("host:mx4.a.test@192.0.2.5"),
	.title = STR("The certificate of mx4.a.test ran out."),
	.advice = STR("Have mx4.a.test renewed.")},
};

static const struct as_assessment alike = {
    .domain = STR("a.test"),
    .role = AS_ROLE_UNKNOWN,
    .role_why = STR("the MX records could not be read."),
    .axes = {{'F', STR("It fails.")}, {'A', {NULL, 0}}, {'-', {NULL, 0}}},
    .findings = same,
    .n_findings = sizeof(same) / sizeof(same[0]),
};

static void
hosts(void)
{
	struct as_buf b;
	struct as_term t = {&b, 80, false};

	as_buf_init(&b, 65536);
	as_check_text(&t, &alike, false);
	t_case("text: a fault of two hosts is told once, with both names");
	T_OK(has(&b,
	    "The certificate of mx1.a.test ran out.\n"
	    "            At 192.0.2.1, 192.0.2.2\n"
	    "            The same goes for mx10.a.test\n"));
	t_case("text: other words, and advice that names the host, stay apart");
	T_OK(has(&b, "4 failed."));
	T_OK(!has(&b, "The same goes for mx2"));
	T_OK(!has(&b, "The same goes for mx4"));
	as_buf_fini(&b);
}

static void
groups(void)
{
	struct as_buf b;
	struct as_term t = {&b, 80, false};

	as_buf_init(&b, 65536);
	as_check_text(&t, &crowded, false);
	t_case("text: a fault at two addresses is told once");
	T_OK(has(&b, "1 failed, 3 could not be tested, 1 note."));
	T_OK(has(&b, "At 192.0.2.1, 192.0.2.2\n"));
	t_case("text: a cause is told once, with all that it hides");
	T_OK(has(&b, "UNKNOWN   No answer in time for MX a.test.\n"));
	T_OK(has(&b,
	    "Not tested because of it: 2 checks of a.test; 1 check of "
	    "mx.a.test\n"));
	t_case("text: a note says what to do, and a file stands line by line");
	T_OK(has(&b,
	    "note      No policy.\n"
	    "            What to do: Serve it.\n"
	    "            https://mta-sts.a.test/p\n"
	    "              serve     version: STSv1\n"
	    "                        mode: testing\n"));
	t_case("text: no blank ends a line");
	T_OK(!has(&b, " \n"));
	as_buf_fini(&b);
}

static void
json(void)
{
	struct as_buf b;

	as_buf_init(&b, 65536);
	as_check_json(&b, &sample, AS_DETAIL_WHOLE, NULL, AS_JSON_COMPACT);
	t_case("json: the document of the contract");
	T_OK(has(&b, "{\"schema\":\"assay.check/1\",\"domain\":\"a.test\""));
	T_OK(has(&b,
	    "\"impersonation\":{\"grade\":\"C\",\"gate\":"
	    "\"SPF fails\"}"));
	T_OK(has(&b,
	    "\"advice\":{\"text\":\"Remove an include.\",\"record\":"
	    "{\"name\":\"a.test\",\"type\":\"TXT\",\"current\":"
	    "\"v=spf1 -all\",\"proposed\":\"v=spf1 mx -all\"}}"));
	t_case("json: a pass has its verdict and no advice");
	T_OK(has(&b, "\"rule\":\"dane.missing\",\"verdict\":\"pass\""));
	T_OK(has(&b, "\"advice\":null"));

	t_case("json: brief tells a pass in three members");
	as_buf_reset(&b);
	as_check_json(&b, &sample, AS_DETAIL_BRIEF, NULL, AS_JSON_COMPACT);
	T_OK(has(&b,
	    "{\"rule\":\"dane.missing\",\"verdict\":\"pass\","
	    "\"subject\":\"domain:a.test\"}"));
	T_OK(has(&b, "\"cites\":[\"RFC 7208 4.6.4\"]"));

	t_case("json: a file to serve, whole");
	as_buf_reset(&b);
	as_check_json(&b, &crowded, AS_DETAIL_BRIEF, NULL, AS_JSON_COMPACT);
	T_OK(has(&b,
	    "\"advice\":{\"text\":\"Serve it.\",\"file\":{\"url\":"
	    "\"https://mta-sts.a.test/p\",\"text\":\"version: STSv1\\n"
	    "mode: testing\\n\"}}"));
	t_case("json: the keys by which domains are joined");
	T_OK(has(&b,
	    "\"dkim_keys\":[{\"selector\":\"s1\",\"sha256\":\"00ff\","
	    "\"alias\":\"k.b.test\"},{\"selector\":\"s2\",\"sha256\":"
	    "\"11ee\",\"alias\":null}]"));
	as_buf_fini(&b);
}

static void
row(void)
{
	struct as_buf b;
	struct as_term t = {&b, 120, false};

	as_buf_init(&b, 65536);
	t_case("row: one line a domain, the worst finding last");
	as_check_row(&t, &sample);
	T_OK(has(&b, "The SPF record needs 11 lookups.\n"));
	T_INT(as_str_find(as_buf_str(&b), '\n', 0), b.n - 1);

	t_case("row: on a narrow terminal what comes first stands below");
	t.width = 80;
	as_buf_reset(&b);
	as_check_row_head(&t);
	T_OK(!has(&b, "What first"));
	as_check_row(&t, &sample);
	T_OK(has(&b, "\n    The SPF record needs 11 lookups.\n"));
	T_OK(!has(&b, " \n"));
	as_buf_fini(&b);
}

int
main(void)
{
	text();
	groups();
	hosts();
	json();
	row();
	return t_done();
}
