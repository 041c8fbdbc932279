#include "harness.h"

#include "assess/fix.h"
#include "base/json.h"
#include "std/domain.h"
#include "vectors.h"

#define ARENA_OCTETS ((size_t)64 * 1024 * 1024)

static struct t_vectors vectors;
static struct as_arena *arena;
static struct as_assess_options options;
static struct as_assessment *as;
static struct as_fix fix;

/* The fix of a case: as those of test/vector/rules. */
static bool
make(const char *name, const char *text)
{
	json_t *one = json_loads(text, 0, NULL), *facts;
	struct as_facts *f;
	bool ok;

	t_case("%s", name);
	as_arena_reset(arena);
	if (!T_OK(one != NULL))
		return false;
	facts = t_vector_facts(&vectors, one);
	ok = t_options(arena, one, &options) &&
	    t_facts_read(arena, facts, &f, NULL) == AS_OK &&
	    as_assess(arena, f, &options, &as) == AS_OK &&
	    as_fix_make(arena, f, &options, as, &fix) == AS_OK;
	t_options_free(&options);
	json_decref(facts);
	json_decref(one);
	return T_OK(ok);
}

static const struct as_fix_step *
step_at(const char *name, const char *type)
{
	for (size_t i = 0; i < fix.n_steps; i++)
		if (as_str_is(fix.steps[i].name, name) &&
		    as_str_is(fix.steps[i].type, type))
			return &fix.steps[i];
	return NULL;
}

/* The records of a set, sorted as they stand, with " | " between. */
static struct as_str
set_text(const struct as_fix_set *set)
{
	struct as_str text = AS_STR("");

	for (size_t i = 0; i < set->n; i++)
		text = as_str_printf(arena, AS_STR_FMT "%s" AS_STR_FMT,
		    AS_STR_ARG(text), i > 0 ? " | " : "",
		    AS_STR_ARG(set->rr[i].data));
	return text;
}

static void
check(const char *name, const char *type, const char *gone, const char *added,
    const char *kept)
{
	const struct as_fix_step *step = step_at(name, type);

	if (!T_OK(step != NULL))
		return;
	T_STR(set_text(&step->gone), gone);
	T_STR(set_text(&step->added), added);
	T_STR(set_text(&step->kept), kept);
}

static void
test_sets(void)
{
	if (make("all is well", "{}"))
		T_INT(fix.n_steps, 0);
	if (make("what is not SPF stays",
		"{\"txt\": {\"example.org\": [\"verification=1\", "
		"\"v=spf1 mx +all\", \"\\\\255\\\"\"]}}"))
		check("example.org", "TXT", "v=spf1 mx +all", "v=spf1 mx ~all",
		    "verification=1 | \377\"");
	if (make("of two that discard each other one stays",
		"{\"txt\": {\"_dmarc.example.org\": [\"x\", "
		"\"v=DMARC1; p=reject; rua=mailto:a@example.org\", "
		"\"v=DMARC1; p=reject; rua=mailto:a@example.org; fo=1\"]}}"))
		check("_dmarc.example.org", "TXT",
		    "v=DMARC1; p=reject; rua=mailto:a@example.org; fo=1", "",
		    "x | v=DMARC1; p=reject; rua=mailto:a@example.org");
	if (make("pct goes, and nothing else",
		"{\"txt\": {\"_dmarc.example.org\": [\"v=DMARC1; p=reject; "
		"pct=20; rua=mailto:a@example.org\"]}}"))
		check("_dmarc.example.org", "TXT",
		    "v=DMARC1; p=reject; pct=20; rua=mailto:a@example.org",
		    "v=DMARC1; p=reject; rua=mailto:a@example.org", "");
	if (make("moved to its place, taken out where nobody looks",
		"{\"txt\": {\"_dmarc.example.org\": [], \"example.org\": "
		"[\"v=spf1 mx -all\", "
		"\"v=DMARC1; p=reject; rua=mailto:a@example.org\"]}}")) {
		check("_dmarc.example.org", "TXT", "",
		    "v=DMARC1; p=reject; rua=mailto:a@example.org", "");
		check("example.org", "TXT",
		    "v=DMARC1; p=reject; rua=mailto:a@example.org", "",
		    "v=spf1 mx -all");
	}
}

static void
test_unknown(void)
{
	if (make("of what is not known there is no step",
		"{\"fault\": {\"TXT example.org\": \"servfail\", "
		"\"TXT _dmarc.example.org\": \"timeout\", "
		"\"TXT _smtp._tls.example.org\": \"bogus\", "
		"\"MX example.org\": \"servfail\"}}"))
		T_INT(fix.n_steps, 0);
	if (make("nor where records may be missing",
		"{\"answers\": [{\"name\": \"example.org\", \"type\": \"TXT\", "
		"\"security\": \"secure\", \"cut\": true, \"txt\": "
		"[{\"text\": \"v=spf1 mx +all\"}]}]}"))
		T_OK(step_at("example.org", "TXT") == NULL);
	if (make("what an alias leads to is another's",
		"{\"answers\": [{\"name\": \"_dmarc.example.org\", \"type\": "
		"\"TXT\", \"security\": \"secure\", \"chain\": "
		"[\"d.example.net\"], \"txt\": [{\"text\": "
		"\"v=DMARC1; p=reject; pct=1; "
		"rua=mailto:a@example.org\"}]}]}")) {
		const struct as_fix_step *step =
		    step_at("_dmarc.example.org", "TXT");

		T_OK(step != NULL && step->by == AS_FIX_ALIAS);
		if (step != NULL)
			T_STR(step->alias, "d.example.net");
	}
}

static void
test_silent(void)
{
	static const char *const names[][3] = {
	    {"example.org", "MX", "0 ."},
	    {"example.org", "TXT", "v=spf1 -all"},
	    {"_dmarc.example.org", "TXT",
		"v=DMARC1; p=reject; rua=mailto:a@example.org"},
	    {"*._domainkey.example.org", "TXT", "v=DKIM1; p="},
	};

	if (!make("a parked name gets the whole set, and keeps its reports",
		"{\"base\": \"parked\", \"txt\": {\"example.org\": [], "
		"\"_dmarc.example.org\": "
		"[\"v=DMARC1; p=none; rua=mailto:a@example.org\"]}, "
		"\"drop\": [\"TXT x7f3._domainkey.example.org\"], \"answers\": "
		"[{\"name\": \"example.org\", \"type\": \"MX\", \"outcome\": "
		"\"nodata\", \"security\": \"secure\"}]}"))
		return;
	T_INT(fix.n_steps, 4);
	for (size_t i = 0; i < 4; i++) {
		const struct as_fix_step *step =
		    step_at(names[i][0], names[i][1]);

		if (T_OK(step != NULL))
			T_STR(set_text(&step->added), names[i][2]);
	}
	if (make("each key of a domain that sends no mail is revoked",
		"{\"txt\": {\"example.org\": [\"v=spf1 -all\"]}}")) {
		const struct as_fix_step *step =
		    step_at("s1._domainkey.example.org", "TXT");

		T_OK(step != NULL && step->gone.n == 1);
		if (step != NULL)
			T_STR(set_text(&step->added), "v=DKIM1; p=");
		T_OK(step_at("example.org", "MX") == NULL);
	}
}

static void
test_policy(void)
{
	if (!make("a file before its record",
		"{\"txt\": {\"_mta-sts.example.org\": []}, \"policy\": null}"))
		return;
	T_INT(fix.n_steps, 2);
	if (fix.n_steps == 2) {
		T_INT(fix.steps[0].by, AS_FIX_WEB);
		T_STR(fix.steps[0].file,
		    "version: STSv1\nmode: testing\nmx: mx1.example.org\n"
		    "mx: mx2.example.org\nmax_age: 1209600\n");
		T_STR(fix.steps[1].name, "_mta-sts.example.org");
	}
	if (make("another file, another id",
		"{\"policy\": {\"body\": \"version: STSv1\\nmode: enforce\\n"
		"mx: mx1.example.org\\nmax_age: 9\\n\"}}")) {
		const struct as_fix_step *step =
		    step_at("_mta-sts.example.org", "TXT");

		T_OK(step != NULL && step->gone.n == 1 && step->added.n == 1);
		T_STR(fix.steps[0].file,
		    "version: STSv1\nmode: enforce\nmx: mx1.example.org\n"
		    "mx: mx2.example.org\nmax_age: 1209600\n");
	}
}

static void
test_spf(void)
{
	if (make("within its limits", "{}"))
		T_OK(!fix.spf.needed);
	if (!make("over the limit",
		"{\"txt\": {\"example.org\": [\"v=spf1 mx a "
		"include:_spf.google.com "
		"include:n.example.net a:1.example.net a:2.example.net "
		"a:3.example.net a:4.example.net a:5.example.net "
		"a:6.example.net a:7.example.net -all\"], "
		"\"_spf.google.com\": [\"v=spf1 ip4:192.0.2.1 -all\"], "
		"\"n.example.net\": [\"v=spf1 ip4:192.0.2.2 -all\"]}}"))
		return;
	T_OK(fix.spf.needed);
	T_INT(fix.spf.lookups, 11);
	T_INT(fix.spf.lookups_after, 10);
	for (size_t i = 0; i < fix.spf.n_parts; i++) {
		const struct as_fix_spf_part *p = &fix.spf.parts[i];

		/* mail of people stays, whoever carries newsletters moves */
		T_INT(p->move,
		    as_str_is(p->row->term->text, "include:n.example.net"));
		if (p->move) {
			T_STR(p->name, "example.example.org");
			T_STR(p->record, "v=spf1 include:n.example.net -all");
		}
	}
}

/* Nobody is told to take the mail of people out of the record. */
static void
test_spf_people(void)
{
	if (!make("over the limit by mailboxes alone",
		"{\"txt\": {\"example.org\": [\"v=spf1 mx a "
		"include:_spf.google.com "
		"include:spf.protection.outlook.com a:1.example.net "
		"a:2.example.net a:3.example.net a:4.example.net "
		"a:5.example.net a:6.example.net a:7.example.net -all\"], "
		"\"_spf.google.com\": [\"v=spf1 ip4:192.0.2.1 -all\"], "
		"\"spf.protection.outlook.com\": "
		"[\"v=spf1 ip4:192.0.2.2 -all\"]}}"))
		return;
	T_OK(fix.spf.needed);
	T_INT(fix.spf.lookups, 11);
	T_INT(fix.spf.lookups_after, 11);
	for (size_t i = 0; i < fix.spf.n_parts; i++)
		T_OK(!fix.spf.parts[i].move);
}

/* --- comparing --- */

static struct as_finding
finding(const char *rule, enum as_verdict verdict)
{
	return (struct as_finding){.rule = as_str_from(rule),
	    .verdict = verdict,
	    .subject = AS_STR("domain:example.org"),
	    .title = AS_STR("")};
}

static void
test_compare(void)
{
	struct as_finding was[] = {finding("a", AS_VERDICT_FAIL),
	    finding("b", AS_VERDICT_PASS), finding("c", AS_VERDICT_WARN),
	    finding("d", AS_VERDICT_NOT_APPLICABLE),
	    finding("e", AS_VERDICT_PASS)};
	struct as_finding is[] = {finding("a", AS_VERDICT_PASS),
	    finding("b", AS_VERDICT_FAIL), finding("c", AS_VERDICT_WARN),
	    finding("d", AS_VERDICT_WARN), finding("e", AS_VERDICT_UNKNOWN)};
	struct as_assessment before = {.findings = was, .n_findings = 5};
	struct as_assessment after = {.findings = is, .n_findings = 5};
	struct as_fix_verdict v;

	t_case("what is mended, left, worse and unknown");
	for (size_t i = 0; i < AS_AXES; i++)
		before.axes[i].grade = after.axes[i].grade = 'C';
	T_INT(as_fix_compare(arena, &before, &after, &v), AS_OK);
	T_INT(v.mended.n, 1);
	T_STR(v.mended.v[0]->rule, "a");
	T_INT(v.left.n, 3);
	T_INT(v.worse.n, 1);
	T_STR(v.worse.v[0]->rule, "b");
	T_INT(v.unknown.n, 1);
	T_STR(v.unknown.v[0]->rule, "e");
	T_OK(!v.letter_fell);

	t_case("a letter falls from one to a worse one only");
	after.axes[1].grade = 'D';
	T_INT(as_fix_compare(arena, &before, &after, &v), AS_OK);
	T_OK(v.letter_fell);
	after.axes[1].grade = '?';
	T_INT(as_fix_compare(arena, &before, &after, &v), AS_OK);
	T_OK(!v.letter_fell);
	before.axes[1].grade = '-';
	after.axes[1].grade = 'F';
	T_INT(as_fix_compare(arena, &before, &after, &v), AS_OK);
	T_OK(!v.letter_fell);
}

static void
test_settle(void)
{
	struct as_finding a = finding("dmarc.external-report-unauthorised",
			      AS_VERDICT_FAIL),
			  b = finding("dmarc.policy-none", AS_VERDICT_WARN);
	const struct as_finding *of_a[] = {&a}, *of_b[] = {&b};
	struct as_fix_step steps[] = {
	    {.by = AS_FIX_OTHER, .mends = of_a, .n_mends = 1},
	    {.by = AS_FIX_ZONE, .mends = of_b, .n_mends = 1}};
	struct as_assessment before = {.role = AS_ROLE_FULL};
	struct as_fix f = {.before = &before, .steps = steps, .n_steps = 2};
	struct as_fix_verdict v = {.mended = {of_b, 1}};

	t_case("what only others can mend is asked of them");
	as_fix_settle(&f, &v);
	T_INT(f.n_steps, 2);
	T_OK(!steps[0].check_first && steps[1].check_first);

	t_case("what is mended without them is not");
	v.mended.v = of_a;
	as_fix_settle(&f, &v);
	T_INT(f.n_steps, 1);
	T_INT(steps[0].by, AS_FIX_ZONE);

	t_case("a domain that sends nothing can lose nothing");
	steps[0].check_first = false;
	before.role = AS_ROLE_PARKED;
	as_fix_settle(&f, &v);
	T_OK(!steps[0].check_first);

	t_case("a key that was seen is compared with that of the server");
	b.rule = AS_STR("dane.missing");
	as_fix_settle(&f, &v);
	T_OK(steps[0].check_first);
}

int
main(void)
{
	arena = as_arena_new(ARENA_OCTETS);
	t_case("the vectors can be read");
	if (T_OK(t_vectors_load(&vectors, "rules"))) {
		test_sets();
		test_unknown();
		test_silent();
		test_policy();
		test_spf();
		test_spf_people();
		test_compare();
		test_settle();
	}
	t_vectors_free(&vectors);
	as_arena_free(arena);
	return t_done();
}
