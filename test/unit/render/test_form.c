#include "harness.h"
#include "render/csv.h"
#include "render/form.h"
#include "render/html.h"

#define STR(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

/* Texts as a hostile zone would have them, and worse than rules let through. */
static struct as_finding hostile[] = {
    {.rule = STR("spf.lookup-limit"),
	.verdict = AS_VERDICT_FAIL,
	.subject = STR("domain:a.test"),
	.title = STR("=cmd|' /C calc'!A0 <script>alert(1)</script>"),
	.evidence = STR("@SUM(1)\n;=1+1 \x1b[31m \"quoted\""),
	.why = STR("Receivers stop at ten."),
	.advice = STR("Remove an include."),
	.record = {STR("a.test"), STR("TXT"), STR("-all"), STR("+x")},
	.cites = STR("RFC 7208 4.6.4; RFC 7208 5.2")},
    {.rule = STR("spf.lookup-limit"),
	.verdict = AS_VERDICT_WARN,
	.subject = STR("domain:a.test"),
	.title = STR("A second one."),
	.evidence = STR("x"),
	.advice = STR("Look."),
	.cites = STR("RFC 7208 4.6.4")},
    {.rule = STR("mx.ptr"),
	.verdict = AS_VERDICT_UNKNOWN,
	.subject = STR("host:mx.a.test@192.0.2.1"),
	.title = STR("It could not be tested."),
	.evidence = STR("no answer in time for MX a.test"),
	.advice = STR("Ask again."),
	.cites = STR("RFC 7208 4.6.4")},
    {.rule = STR("caa.missing"),
	.verdict = AS_VERDICT_PASS,
	.subject = STR("domain:a.test"),
	.title = STR("Passed well."),
	.cites = STR("RFC 7208 4.6.4")},
};

static const struct as_assessment bad = {
    .domain = STR("a.test"),
    .rules_version = STR("1"),
    .checked_at = 1795000000000,
    .role = AS_ROLE_FULL,
    .role_why = STR("it has MX records"),
    .phase = AS_PHASE_DEPLOY,
    .next_step = STR("=Remove an include."),
    .axes = {{'F', STR("SPF <fails>")}, {'A', {NULL, 0}}, {'?', STR("x")}},
    .findings = hostile,
    .n_findings = 4,
};

static const struct as_assessment good = {
    .domain = STR("b.test"),
    .rules_version = STR("1"),
    .role = AS_ROLE_PARKED,
    .phase = AS_PHASE_MAINTAIN,
    .axes = {{'A', {NULL, 0}}, {'-', {NULL, 0}}, {'A', {NULL, 0}}},
    .findings = &hostile[3],
    .n_findings = 1,
};

static bool
has(const struct as_buf *b, const char *text)
{
	return as_str_has(as_buf_str(b), as_str_from(text));
}

static size_t
count(const struct as_buf *b, const char *text)
{
	struct as_str all = as_buf_str(b), part = as_str_from(text);
	size_t n = 0;

	for (size_t i = 0; i + part.n <= all.n; i++)
		n += as_str_eq(as_str_slice(all, i, i + part.n), part);
	return n;
}

/* Everything that a run over two domains prints. */
static void
print(struct as_buf *b, const struct as_form *form, bool verbose,
    struct as_alarm *alarm)
{
	struct as_buf part;
	struct as_sheet s = {.term = {b, 80, false},
	    .verbose = verbose,
	    .detail = AS_DETAIL_WHOLE,
	    .alarm = alarm};
	const struct as_assessment *all[] = {&bad, &good};
	bool begun = false;

	as_buf_reset(b);
	if (form->head != NULL)
		form->head(&s);
	as_buf_init(&part, 1 << 20);
	s.term.out = &part;
	for (size_t i = 0; i < 2; i++) {
		as_buf_reset(&part);
		form->domain(&s, all[i], NULL);
		if (part.n > 0 && begun)
			as_buf_puts(b, form->between);
		begun = begun || part.n > 0;
		as_buf_add_str(b, as_buf_str(&part));
		T_OK(as_buf_ok(&part));
	}
	as_buf_fini(&part);
	s.term.out = b;
	if (form->foot != NULL)
		form->foot(&s);
	T_OK(as_buf_ok(b));
}

static const struct {
	const char *name, *in, *want;
} cells[] = {
    {"plain text", "v=spf1 -all", "\"v=spf1 -all\""},
    {"nothing", "", "\"\""},
    {"quotes are doubled", "say \"no\", twice", "\"say \"\"no\"\", twice\""},
    {"=", "=1+1", "\"'=1+1\""},
    {"+", "+1", "\"'+1\""},
    {"-", "-1", "\"'-1\""},
    {"@", "@SUM(A1)", "\"'@SUM(A1)\""},
    {"spaces before it", "  =1", "\"  '=1\""},
    {"a quote before it", "\"=1", "\"\"\"'=1\""},
    {"tab and CR", "\t=1\r=2", "\"\\x09=1\\x0d=2\""},
    {"a line feed", "a\n=1", "\"a =1\""},
    {"behind a semicolon", "a;=1; @x", "\"a;'=1; '@x\""},
    {"wide forms", "\xef\xbc\x9d\xef\xbc\x91", "\"'\xef\xbc\x9d\xef\xbc\x91\""},
    {"malformed UTF-8", "\xff=1", "\"\\xff=1\""},
    {"a bidi control",
	"a\xe2\x80\xae"
	"b",
	"\"a\\u{202e}b\""},
};

static void
test_csv(void)
{
	struct as_buf b;

	as_buf_init(&b, 1 << 20);
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		t_case("csv cell: %s", cells[i].name);
		as_buf_reset(&b);
		as_csv_cell(&b, as_str_from(cells[i].in));
		T_STR(as_buf_str(&b), cells[i].want);
	}
	t_case("csv: commas between the cells of a row alone");
	as_buf_reset(&b);
	as_csv_cell(&b, AS_STR("a"));
	as_csv_number(&b, 7);
	as_csv_end(&b);
	as_csv_number(&b, 8);
	as_csv_cell(&b, AS_STR("b"));
	T_STR(as_buf_str(&b), "\"a\",7\r\n8,\"b\"");

	t_case("csv of a check: a row a finding, one at least a domain");
	print(&b, as_form_check(AS_FORMAT_CSV), false, NULL);
	T_INT(count(&b, "\r\n"), 1 + 3 + 1);
	T_OK(has(&b, "\"b.test\",\"-\"") || has(&b, "\"b.test\",\"1970"));
	T_OK(has(&b, "\"Nothing to do.\""));
	T_OK(has(&b, "\"RFC 7208 4.6.4; RFC 7208 5.2\",\"1\"\r\n"));
	T_OK(!has(&b, "\"=") && !has(&b, "\"@") && !has(&b, "\x1b"));
	t_case("csv of a check: what passed when asked");
	print(&b, as_form_check(AS_FORMAT_CSV), true, NULL);
	T_INT(count(&b, "\r\n"), 1 + 4 + 1);
	t_case("csv of a scan: a row a domain");
	print(&b, as_form_scan(AS_FORMAT_CSV), false, NULL);
	T_INT(count(&b, "\r\n"), 1 + 2);
	T_OK(has(&b, "\"full\",\"deploy\",\"F\",\"A\",\"?\",1,1,1,0,1,"));
	T_OK(has(&b, "\"'=Remove an include.\",\"1\"\r\n"));
	as_buf_fini(&b);
}

static void
test_sarif(void)
{
	struct as_buf b;
	json_t *doc, *run, *results;

	as_buf_init(&b, 1 << 24);
	print(&b, as_form_check(AS_FORMAT_SARIF), false, NULL);
	t_case("sarif: one document for all domains");
	if (!T_INT(as_json_parse(as_buf_str(&b), b.n, &doc, NULL), AS_OK))
		return;
	run = json_array_get(json_object_get(doc, "runs"), 0);
	results = json_object_get(run, "results");
	T_INT(json_array_size(results), 3);
	t_case("sarif: the version of the rules");
	T_INT(count(&b, "\"properties\":{\"rules_version\":\""), 1);
	t_case("sarif: two findings of a rule have fingerprints of their own");
	T_INT(count(&b, "spf.lookup-limit a.test domain:a.test 0\""), 1);
	T_INT(count(&b, "spf.lookup-limit a.test domain:a.test 1\""), 1);
	t_case("sarif: levels, and what could not be tested is open");
	T_OK(has(&b, "\"kind\":\"fail\",\"level\":\"error\""));
	T_OK(has(&b, "\"kind\":\"fail\",\"level\":\"warning\""));
	T_OK(has(&b, "\"kind\":\"open\",\"level\":\"none\""));
	T_OK(has(&b,
	    "{\"name\":\"mx.a.test@192.0.2.1\",\"fullyQualifiedName\":"
	    "\"a.test/mx.a.test@192.0.2.1\",\"kind\":\"host\"}"));
	json_decref(doc);
	as_buf_fini(&b);
}

static void
test_html(void)
{
	struct as_buf b;

	as_buf_init(&b, 1 << 20);
	t_case("html: text is no markup, in content or attributes");
	as_html_add(&b, AS_STR("<b a=\"'x'\">&\x1b\n"));
	T_STR(as_buf_str(&b), "&lt;b a=&quot;&#39;x&#39;&quot;&gt;&amp;\\x1b ");
	t_case("html: one page for all domains, nothing hostile in it");
	print(&b, as_form_check(AS_FORMAT_HTML), false, NULL);
	T_INT(count(&b, "<!DOCTYPE html>"), 1);
	T_INT(count(&b, "<article>"), 2);
	T_INT(count(&b, "</article>"), 2);
	T_INT(count(&b, "<script"), 0);
	T_OK(has(&b, "&lt;script&gt;alert(1)&lt;/script&gt;"));
	T_OK(has(&b, "Not protected. SPF &lt;fails&gt;"));
	T_OK(has(&b, "Well protected."));
	T_OK(memchr(b.p, 0x1b, b.n) == NULL);
	t_case("html: nothing may be loaded or run");
	T_OK(has(&b, "default-src 'none'") && has(&b, "style-src 'sha256-"));
	T_OK(!has(&b, " style=") && !has(&b, " href=") && !has(&b, " src="));
	t_case("html: a cause of unknown tells what it hid");
	T_OK(has(&b, "No answer in time for MX a.test."));
	T_OK(has(&b,
	    "<strong>Not tested because of it:</strong> 1 check of "
	    "mx.a.test@192.0.2.1"));
	as_buf_fini(&b);
}

static const struct {
	const char *text;
	enum as_err err;
	enum as_verdict level;
	uint64_t from, to;
	bool inside;
} thresholds[] = {
    {NULL, AS_OK, AS_VERDICT_WARN, 0, 0, false},
    {"fail", AS_OK, AS_VERDICT_FAIL, 0, 0, false},
    {"info", AS_OK, AS_VERDICT_INFO, 0, 0, false},
    {"5", AS_OK, AS_VERDICT_WARN, 0, 5, false},
    {"5:", AS_OK, AS_VERDICT_WARN, 5, UINT64_MAX, false},
    {"~:5", AS_OK, AS_VERDICT_WARN, 0, 5, false},
    {"2:5", AS_OK, AS_VERDICT_WARN, 2, 5, false},
    {"@2:5", AS_OK, AS_VERDICT_WARN, 2, 5, true},
    {"fail=2", AS_OK, AS_VERDICT_FAIL, 0, 2, false},
    {"", AS_EINVAL, 0, 0, 0, false},
    {"5:2", AS_EINVAL, 0, 0, 0, false},
    {"x", AS_EINVAL, 0, 0, 0, false},
    {"pass", AS_EINVAL, 0, 0, 0, false},
    {"fail=", AS_EINVAL, 0, 0, 0, false},
    {"-1", AS_EINVAL, 0, 0, 0, false},
    {"2:5:9", AS_EINVAL, 0, 0, 0, false},
};

static void
test_thresholds(void)
{
	for (size_t i = 0; i < sizeof(thresholds) / sizeof(thresholds[0]);
	     i++) {
		struct as_threshold t;
		const char *text = thresholds[i].text;

		t_case("threshold %s", text != NULL ? text : "not given");
		T_INT(as_threshold_parse(text, AS_VERDICT_WARN, &t, NULL),
		    thresholds[i].err);
		if (thresholds[i].err != AS_OK)
			continue;
		T_INT(t.level, thresholds[i].level);
		T_OK(t.from == thresholds[i].from && t.to == thresholds[i].to);
		T_INT(t.inside, thresholds[i].inside);
	}
}

/* The state of `bad` (1 failed, 1 warning, 1 unknown), alone. */
static enum as_alarm_state
state_of(
    const struct as_assessment *as, const char *warning, const char *critical)
{
	struct as_alarm a = {0};
	enum as_alarm_state state;

	T_INT(as_threshold_parse(warning, AS_VERDICT_WARN, &a.warning, NULL),
	    AS_OK);
	T_INT(as_threshold_parse(critical, AS_VERDICT_FAIL, &a.critical, NULL),
	    AS_OK);
	as_alarm_init(&a);
	as_alarm_add(&a, as);
	state = as_alarm_state(&a);
	as_alarm_fini(&a);
	return state;
}

static void
test_alarm(void)
{
	struct as_alarm a = {.warning = {.level = AS_VERDICT_WARN, .to = 0},
	    .critical = {.level = AS_VERDICT_FAIL, .from = 0, .to = 0}};
	struct as_buf b;

	t_case("nagios: states");
	T_INT(state_of(&bad, NULL, NULL), AS_ALARM_CRITICAL);
	T_INT(state_of(&bad, NULL, "1"), AS_ALARM_WARNING);
	T_INT(state_of(&bad, "2", "1"), AS_ALARM_UNKNOWN);
	T_INT(state_of(&good, NULL, NULL), AS_ALARM_OK);
	T_INT(state_of(&good, "@0:0", NULL), AS_ALARM_WARNING);

	t_case("nagios: one line, one bar, nothing that a shell reads");
	as_buf_init(&b, 1 << 20);
	as_alarm_init(&a);
	print(&b, as_form_check(AS_FORMAT_NAGIOS), false, &a);
	T_STR(as_buf_str(&b),
	    "ASSAY CRITICAL - 1 of 2 domains with faults; a.test: 1 failed, "
	    "1 warning, 1 could not be tested, 1 passed; =cmd\\x7c' /C "
	    "calc'!A0 \\x3cscript\\x3ealert(1)\\x3c/script\\x3e | "
	    "findings=2;;;0 faults=2;0;;0 failed=1;;0;0 untested=1;;;0 "
	    "passed=2;;;0 domains=2;;;0\n");
	as_alarm_fini(&a);

	t_case("nagios: a fault of ours is a line too");
	as_buf_reset(&b);
	as_alarm_fault(&b, AS_STR("no\nsuch | file"));
	T_STR(as_buf_str(&b), "ASSAY UNKNOWN - no such \\x7c file\n");
	as_buf_fini(&b);
}

static void
test_scan_forms(void)
{
	t_case("a page and a plugin are of check alone");
	T_OK(as_form_scan(AS_FORMAT_HTML) == NULL);
	T_OK(as_form_scan(AS_FORMAT_NAGIOS) == NULL);
	T_OK(as_form_scan(AS_FORMAT_SARIF) != NULL);
}

int
main(void)
{
	test_csv();
	test_sarif();
	test_html();
	test_thresholds();
	test_alarm();
	test_scan_forms();
	return t_done();
}
