#include "base/buf.h"
#include "base/limits.h"
#include "harness.h"
#include "std/dmarc.h"

static struct as_arena *arena;

/* --- the names --- */

static const struct {
	const char *domain;
	const char *names[AS_MAX_DMARC_QUERIES + 1];
} walks[] = {
    {"test", {"test"}},
    {"example.test", {"example.test", "test"}},
    {"a.mail.example.com",
	{"a.mail.example.com", "mail.example.com", "example.com", "com"}},
    {"a.b.c.d.e.f.g.h", /* eight labels */
	{"a.b.c.d.e.f.g.h", "b.c.d.e.f.g.h", "c.d.e.f.g.h", "d.e.f.g.h",
	    "e.f.g.h", "f.g.h", "g.h", "h"}},
    /* RFC 9989 5.1.8: ten labels */
    {"mail.a.b.c.d.e.f.g.example.com",
	{"mail.a.b.c.d.e.f.g.example.com", "c.d.e.f.g.example.com",
	    "d.e.f.g.example.com", "e.f.g.example.com", "f.g.example.com",
	    "g.example.com", "example.com", "com"}},
    {"1.2.3.4.5.6.7.8.9.10.11.12",
	{"1.2.3.4.5.6.7.8.9.10.11.12", "6.7.8.9.10.11.12", "7.8.9.10.11.12",
	    "8.9.10.11.12", "9.10.11.12", "10.11.12", "11.12", "12"}},
    {".", {NULL}},
};

/* TREE-1 */
static void
test_names(void)
{
	for (size_t i = 0; i < sizeof(walks) / sizeof(*walks); i++) {
		struct as_str out[AS_MAX_DMARC_QUERIES];
		struct as_str domain = as_str_from(walks[i].domain);
		size_t n, want = 0;

		t_case("names from %s", walks[i].domain);
		n = as_dmarc_walk_names(domain, out, AS_MAX_DMARC_QUERIES);
		while (walks[i].names[want] != NULL)
			want++;
		if (!T_INT(n, want))
			continue;
		for (size_t k = 0; k < n; k++)
			T_STR(out[k], walks[i].names[k]);
	}
	t_case("names: no more than there is room for");
	struct as_str out[2];
	T_INT(as_dmarc_walk_names(AS_STR("a.b.c.d"), out, 2), 2);
	T_INT(as_dmarc_walk_names(AS_STR("a.b.c.d"), out, 0), 0);
}

/* --- trees --- */

/*
 * A step is a record without "v=DMARC1; ", "-" (none), "*" (several) or "?"
 * (not answered).  NULL ends the list early: nobody asked.
 */
struct tree {
	const char *name, *domain;
	const char *steps[AS_MAX_DMARC_QUERIES];
	size_t used;
	const char *org;     /* "" hidden */
	const char *policy;  /* name, or NULL */
	const char *verdict; /* "declared/applied", with "+" when inherited */
	bool unknown;
};

static const struct tree trees[] = {
    {"no record anywhere", "a.example.com", {"-", "-", "-"}, 3, "a.example.com",
	NULL, NULL, false},
    {"own record", "example.com", {"p=reject", "-"}, 2, "example.com",
	"example.com", "reject/reject", false},
    {"inherited, p", "a.example.com", {"-", "p=reject", "-"}, 3, "example.com",
	"example.com", "+reject/reject", false},
    {"inherited, sp", "a.example.com", {"-", "p=reject; sp=none", "-"}, 3,
	"example.com", "example.com", "+none/none", false},
    {"inherited, np is not for existing names", "a.example.com",
	{"-", "p=none; np=reject", "-"}, 3, "example.com", "example.com",
	"+none/none", false},
    {"sp of the own record has no effect", "a.example.com",
	{"p=none; sp=reject", "p=reject", "-"}, 3, "example.com",
	"a.example.com", "none/none", false},
    {"t=y lowers", "example.com", {"p=reject; t=y", "-"}, 2, "example.com",
	"example.com", "reject/quarantine", false},
    {"t=y of the parent lowers", "a.example.com",
	{"-", "p=quarantine; t=y", "-"}, 3, "example.com", "example.com",
	"+quarantine/none", false},
    {"RFC 9989 4.10.2: fewest labels", "a.mail.example.com",
	{"-", "p=none", "p=reject", "-"}, 4, "example.com", "example.com",
	"+reject/reject", false},
    {"RFC 9989 4.10.2: psd=n", "a.mail.example.com",
	{"-", "p=none; psd=n", "p=reject", "-"}, 2, "mail.example.com",
	"mail.example.com", "+none/none", false},
    {"RFC 9989 4.10.2: psd=y at the top", "a.mail.example.com",
	{"-", "-", "-", "p=reject; psd=y"}, 4, "example.com", "com",
	"+reject/reject", false},
    {"a record between is not used", "a.b.example.com",
	{"-", "p=reject", "p=none", "-"}, 4, "example.com", "example.com",
	"+none/none", false},
    {"a record between, psd=y above", "a.b.example.com",
	{"-", "p=none", "-", "p=reject; psd=y"}, 4, "example.com", "com",
	"+reject/reject", false},
    {"psd=y above, organizational record", "a.example.gov.test",
	{"-", "p=none", "p=reject; psd=y", "-"}, 3, "example.gov.test",
	"example.gov.test", "+none/none", false},
    {"psd=y above, none below", "a.example.gov.test",
	{"-", "-", "p=reject; sp=quarantine; psd=y", "-"}, 3,
	"example.gov.test", "gov.test", "+quarantine/quarantine", false},
    {"psd=y one above the start", "example.gov.test",
	{"-", "p=reject; psd=y", "-"}, 2, "example.gov.test", "gov.test",
	"+reject/reject", false},
    {"psd=y at the start", "gov.test", {"p=reject; psd=y", "p=none"}, 1,
	"gov.test", "gov.test", "reject/reject", false},
    {"psd=n at the start", "dept.gov.test",
	{"p=reject; psd=n", "p=none; psd=y", "-"}, 1, "dept.gov.test",
	"dept.gov.test", "reject/reject", false},
    {"psd=n below psd=y", "a.dept.gov.test",
	{"-", "p=none; psd=n", "p=reject; psd=y", "-"}, 2, "dept.gov.test",
	"dept.gov.test", "+none/none", false},
    {"psd=y where psd=n stands above", "a.b.c.test",
	{"-", "p=quarantine; psd=y", "p=reject; psd=n", "-"}, 2, "a.b.c.test",
	"b.c.test", "+quarantine/quarantine", false},
    {"a record at the top without psd", "a.example.com",
	{"-", "p=reject", "p=none"}, 3, "com", "com", "+none/none", false},
    {"several at the start: on upward", "a.example.com", {"*", "p=reject", "-"},
	3, "example.com", "example.com", "+reject/reject", false},
    {"several everywhere", "a.example.com", {"*", "*", "*"}, 3, "a.example.com",
	NULL, NULL, false},
    {"several hide no psd=y", "a.example.com", {"-", "*", "p=reject; psd=y"}, 3,
	"example.com", "com", "+reject/reject", false},
    {"a record that leads to no processing", "example.com", {"p=x", "-"}, 2,
	"example.com", "example.com", "absent/absent", false},
    {"it shields from the record above", "a.example.com",
	{"rua=x:y", "p=reject", "-"}, 3, "example.com", "a.example.com",
	"absent/absent", false},
    {"no p but rua", "a.example.com", {"-", "rua=mailto:a@b.example", "-"}, 3,
	"example.com", "example.com", "+none/none", false},
    {"one label", "test", {"p=reject"}, 1, "test", "test", "reject/reject",
	false},
    {"ten labels, own record", "mail.a.b.c.d.e.f.g.example.com",
	{"p=reject", "-", "-", "-", "-", "-", "-", "-"}, 8,
	"mail.a.b.c.d.e.f.g.example.com", "mail.a.b.c.d.e.f.g.example.com",
	"reject/reject", false},
    {"ten labels, inherited", "mail.a.b.c.d.e.f.g.example.com",
	{"-", "-", "-", "-", "-", "-", "p=reject", "-"}, 8, "example.com",
	"example.com", "+reject/reject", false},
    {"ten labels, psd=y just above the gap", "mail.a.b.c.d.e.f.g.example.com",
	{"-", "p=reject; psd=y", "-", "-", "-", "-", "-", "-"}, 2,
	"b.c.d.e.f.g.example.com", "c.d.e.f.g.example.com", "+reject/reject",
	false},
    {"unknown start", "a.example.com", {"?", "p=reject", "-"}, 3, "", NULL,
	NULL, true},
    {"unknown start, nothing else", "a.example.com", {"?", "-", "-"}, 3, "",
	NULL, NULL, true},
    {"unknown between", "a.b.example.com", {"-", "?", "p=reject", "-"}, 4, "",
	NULL, NULL, true},
    {"unknown at the organizational domain", "a.example.com", {"-", "?", "-"},
	3, "", NULL, NULL, true},
    {"unknown at the top", "a.example.com", {"-", "p=reject", "?"}, 3, "", NULL,
	NULL, true},
    {"unknown at the top, no record", "a.example.com", {"-", "-", "?"}, 3, "",
	NULL, NULL, true},
    {"unknown above the end of the walk does not matter", "a.example.com",
	{"-", "p=reject; psd=n", "?"}, 2, "example.com", "example.com",
	"+reject/reject", false},
    {"unknown below psd=y", "a.example.gov.test",
	{"-", "?", "p=reject; psd=y", "-"}, 3, "", NULL, NULL, true},
    {"own record, unknown above", "a.example.com", {"p=reject", "?", "-"}, 3,
	"", "a.example.com", "reject/reject", false},
    {"own record with psd=n, unknown above", "a.example.com",
	{"p=reject; psd=n", "?", "?"}, 1, "a.example.com", "a.example.com",
	"reject/reject", false},
    {"all unknown", "a.example.com", {"?", "?", "?"}, 3, "", NULL, NULL, true},
    {"several at the start, unknown above", "a.example.com", {"*", "?", "-"}, 3,
	"", NULL, NULL, true},
    {"steps that nobody asked", "a.example.com", {"-", NULL}, 1, "", NULL, NULL,
	true},
    {"nothing asked", "a.example.com", {NULL}, 0, "", NULL, NULL, true},
    {"own record, nothing else asked", "a.example.com", {"p=reject", NULL}, 1,
	"", "a.example.com", "reject/reject", false},
    {"not asked past the end of the walk", "a.example.com",
	{"-", "p=reject; psd=n", NULL}, 2, "example.com", "example.com",
	"+reject/reject", false},
};

static struct as_dmarc *
record_make(const char *tags)
{
	struct as_str txt = as_str_printf(arena, "v=DMARC1; %s", tags);
	struct as_dmarc *d = NULL;

	T_INT(as_dmarc_parse(arena, txt, &d, NULL), AS_OK);
	return d;
}

static size_t
steps_make(const struct tree *t, struct as_dmarc_step *steps)
{
	struct as_str names[AS_MAX_DMARC_QUERIES];
	size_t n = as_dmarc_walk_names(
	    as_str_from(t->domain), names, AS_MAX_DMARC_QUERIES);

	for (size_t i = 0; i < n; i++) {
		const char *s = t->steps[i];
		if (s == NULL)
			return i;
		steps[i] = (struct as_dmarc_step){.name = names[i]};
		if (strcmp(s, "-") == 0) {
			steps[i].known = AS_DMARC_KNOWN_NONE;
		} else if (strcmp(s, "*") == 0) {
			steps[i].known = AS_DMARC_KNOWN_MULTIPLE;
		} else if (strcmp(s, "?") == 0) {
			steps[i].known = AS_DMARC_KNOWN_UNKNOWN;
		} else {
			steps[i].known = AS_DMARC_KNOWN_RECORD;
			steps[i].record = record_make(s);
		}
	}
	return n;
}

static void
check_policy(const struct tree *t, const struct as_dmarc_result *r)
{
	struct as_str verdict;

	if (t->policy == NULL) {
		T_OK(r->policy == NULL);
		T_INT(r->declared, AS_DMARC_ABSENT);
		T_INT(r->applied, AS_DMARC_ABSENT);
		T_OK(!r->inherited);
		return;
	}
	if (!T_OK(r->policy != NULL))
		return;
	T_STR(r->policy->name, t->policy);
	verdict = as_str_printf(arena, "%s%s/%s", r->inherited ? "+" : "",
	    as_dmarc_policy_text(r->declared),
	    as_dmarc_policy_text(r->applied));
	T_STR(verdict, t->verdict);
}

/* TREE-2, TREE-3, TREE-4 */
static void
test_trees(void)
{
	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
		const struct tree *t = &trees[i];
		struct as_dmarc_step steps[AS_MAX_DMARC_QUERIES];
		struct as_dmarc_result r;
		size_t n;

		t_case("tree: %s", t->name);
		n = steps_make(t, steps);
		as_dmarc_discover(as_str_from(t->domain), steps, n, &r);
		T_INT(r.n_used, t->used);
		T_STR(r.organizational, t->org);
		T_INT(r.unknown, t->unknown);
		check_policy(t, &r);
	}
}

/*
 * Every walk of four names with every kind of step: where a step is not
 * answered, the verdict must be "unknown", or hold whatever the answer is.
 */
static const char *const kinds[] = {
    "-", "*", "p=none", "p=none; psd=n", "p=none; psd=y", "?"};
#define KINDS   6
#define UNKNOWN 5
#define NAMES   4

static struct as_dmarc_result
run(const struct as_dmarc_step made[KINDS], const size_t kind[NAMES],
    struct as_dmarc_step steps[NAMES])
{
	struct as_str domain = AS_STR("a.b.c.d"), names[NAMES];
	struct as_dmarc_result r;
	size_t n = as_dmarc_walk_names(domain, names, NAMES);

	for (size_t i = 0; i < n; i++) {
		steps[i] = made[kind[i]];
		steps[i].name = names[i];
	}
	as_dmarc_discover(domain, steps, n, &r);
	return r;
}

/* Replace the first unknown by each answer; does the verdict stay? */
static bool
holds(const struct as_dmarc_step made[KINDS], const size_t kind[NAMES],
    const struct as_dmarc_result *r, const struct as_dmarc_step *steps)
{
	size_t other[NAMES], at = 0;

	while (at < NAMES && kind[at] != UNKNOWN)
		at++;
	if (at == NAMES)
		return !r->unknown && r->organizational.n > 0;
	memcpy(other, kind, sizeof(other));
	for (other[at] = 0; other[at] < UNKNOWN; other[at]++) {
		struct as_dmarc_step s[NAMES];
		struct as_dmarc_result q = run(made, other, s);
		bool same = (q.policy == NULL) == (r->policy == NULL) &&
		    (q.policy == NULL || q.policy - s == r->policy - steps) &&
		    !q.unknown;
		if (!r->unknown && !same)
			return false;
		if (r->organizational.n > 0 &&
		    !as_str_eq(q.organizational, r->organizational))
			return false;
	}
	return true;
}

static void
test_unknown_never_lies(void)
{
	struct as_dmarc_step made[KINDS] = {
	    {.known = AS_DMARC_KNOWN_NONE}, {.known = AS_DMARC_KNOWN_MULTIPLE}};
	unsigned wrong = 0, runs = 0;

	t_case("tree: no verdict depends on what was not answered");
	made[UNKNOWN].known = AS_DMARC_KNOWN_UNKNOWN;
	for (size_t i = 2; i < UNKNOWN; i++) {
		made[i].known = AS_DMARC_KNOWN_RECORD;
		made[i].record = record_make(kinds[i]);
	}
	for (size_t x = 0; x < KINDS * KINDS * KINDS * KINDS; x++) {
		size_t kind[NAMES] = {x % 6, x / 6 % 6, x / 36 % 6, x / 216};
		struct as_dmarc_step steps[NAMES];
		struct as_dmarc_result r = run(made, kind, steps);
		runs++;
		if (!holds(made, kind, &r, steps) && wrong++ < 5)
			printf("# %zu %zu %zu %zu\n", kind[0], kind[1], kind[2],
			    kind[3]);
	}
	T_INT(runs, 1296);
	T_INT(wrong, 0);
}

static const struct {
	const char *what, *texts[3];
	bool cut;
	enum as_dmarc_known known;
} reads[] = {
    {"nothing", {NULL}, false, AS_DMARC_KNOWN_NONE},
    {"one record", {"v=DMARC1; p=none"}, false, AS_DMARC_KNOWN_RECORD},
    {"other texts", {"v=spf1", "v=DMARC1; p=none"}, false,
	AS_DMARC_KNOWN_RECORD},
    {"two records", {"v=DMARC1; p=none", "v=DMARC1"}, false,
	AS_DMARC_KNOWN_MULTIPLE},
    {"one that cannot be read", {"v=DMARC1; p=none; p=none"}, false,
	AS_DMARC_KNOWN_NONE},
    {"one of two that cannot be read",
	{"v=DMARC1; p=none; p=none", "v=DMARC1; p=none"}, false,
	AS_DMARC_KNOWN_MULTIPLE},
    {"cut, nothing in it", {NULL}, true, AS_DMARC_KNOWN_UNKNOWN},
    {"cut, one record", {"v=DMARC1; p=none"}, true, AS_DMARC_KNOWN_UNKNOWN},
    {"cut, two records", {"v=DMARC1", "v=DMARC1"}, true,
	AS_DMARC_KNOWN_MULTIPLE},
};

/* DMARC-3 */
static void
test_reads(void)
{
	struct as_buf b;
	struct as_str text;
	struct as_dmarc_step step = {.name = AS_STR("x")};
	struct as_arena *tiny = as_arena_new(1);

	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		struct as_str texts[3];
		size_t n = 0;

		t_case("step: %s", reads[i].what);
		for (; n < 3 && reads[i].texts[n] != NULL; n++)
			texts[n] = as_str_from(reads[i].texts[n]);
		T_INT(as_dmarc_step_read(arena, texts, n, reads[i].cut, &step),
		    AS_OK);
		T_INT(step.known, reads[i].known);
		T_INT(step.record != NULL,
		    reads[i].known == AS_DMARC_KNOWN_RECORD);
	}
	t_case("step: more tags than we read");
	as_buf_init(&b, 10000);
	as_buf_puts(&b, "v=DMARC1");
	for (unsigned i = 0; i <= AS_MAX_RECORD_TAGS; i++)
		as_buf_printf(&b, "; x%c%c=1", 'a' + i / 26, 'a' + i % 26);
	text = as_buf_str(&b);
	T_INT(as_dmarc_step_read(arena, &text, 1, false, &step), AS_OK);
	T_INT(step.known, AS_DMARC_KNOWN_UNKNOWN);
	as_buf_fini(&b);

	t_case("step: no memory");
	text = AS_STR("v=DMARC1; p=none");
	T_INT(as_dmarc_step_read(tiny, &text, 1, false, &step), AS_ENOMEM);
	T_INT(step.known, AS_DMARC_KNOWN_UNKNOWN);
	as_arena_free(tiny);
}

/* --- names that do not exist --- */

static const struct {
	const char *name, *domain, *steps[4], *verdict;
} absents[] = {
    {"np of the organization", "a.example.com",
	{"-", "p=none; sp=quarantine; np=reject", "-"}, "reject/reject"},
    {"no np: sp", "a.example.com", {"-", "p=reject; sp=quarantine", "-"},
	"quarantine/quarantine"},
    {"neither: p", "a.example.com", {"-", "p=reject", "-"}, "reject/reject"},
    {"np under t=y", "a.example.com", {"-", "p=none; np=reject; t=y", "-"},
	"reject/quarantine"},
    {"np of the public suffix", "a.gov.test",
	{"-", "p=none; np=quarantine; psd=y", "-"}, "quarantine/quarantine"},
    {"an own record keeps its p", "a.example.com",
	{"p=none; np=reject", "p=reject", "-"}, "none/none"},
    {"a false np", "a.example.com",
	{"-", "p=reject; np=x; rua=mailto:a@b.example", "-"}, "none/none"},
    {"no record", "a.example.com", {"-", "-", "-"}, "absent/absent"},
};

/* DMARC-22, DMARC-4 */
static void
test_absent(void)
{
	for (size_t i = 0; i < sizeof(absents) / sizeof(*absents); i++) {
		struct tree t = {.domain = absents[i].domain};
		struct as_dmarc_step steps[AS_MAX_DMARC_QUERIES];
		struct as_dmarc_result r;
		size_t n;

		t_case("a name that does not exist: %s", absents[i].name);
		memcpy(t.steps, absents[i].steps, sizeof(absents[i].steps));
		n = steps_make(&t, steps);
		as_dmarc_discover(as_str_from(t.domain), steps, n, &r);
		as_dmarc_result_absent(&r);
		T_STR(as_str_printf(arena, "%s/%s",
			  as_dmarc_policy_text(r.declared),
			  as_dmarc_policy_text(r.applied)),
		    absents[i].verdict);
	}
}

/* TREE-6 */
static void
test_gap(void)
{
	static const struct {
		const char *domain;
		size_t gap;
	} rows[] = {{".", 0}, {"test", 0}, {"2.3.4.5.6.7.8", 0},
	    {"1.2.3.4.5.6.7.8", 0}, {"0.1.2.3.4.5.6.7.8", 1},
	    {"a.0.1.2.3.4.5.6.7.8", 2}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		t_case("names left out below %s", rows[i].domain);
		T_INT(as_dmarc_walk_gap(as_str_from(rows[i].domain)),
		    rows[i].gap);
	}
	/* RFC 9989 4.10: psd=n in the gap is never found, so the organizational
	 * domain is the one above. */
	t_case("a record in the gap is nobody's");
	struct as_str names[AS_MAX_DMARC_QUERIES];
	size_t n = as_dmarc_walk_names(
	    AS_STR("0.1.2.3.4.5.6.7.8"), names, AS_MAX_DMARC_QUERIES);
	for (size_t i = 0; i < n; i++)
		T_OK(!as_str_is(names[i], "1.2.3.4.5.6.7.8"));
}

/* --- alignment --- */

static const struct {
	const char *name;
	char mode;
	const char *author, *author_org, *id, *id_org;
	enum as_dmarc_alignment want;
} aligns[] = {
    {"strict, equal", 's', "a.test", "a.test", "a.test", "a.test",
	AS_DMARC_ALIGNED_YES},
    {"strict, below", 's', "a.test", "a.test", "x.a.test", "a.test",
	AS_DMARC_ALIGNED_NO},
    {"strict needs no walk", 's', "a.test", "", "b.test", "",
	AS_DMARC_ALIGNED_NO},
    {"relaxed, equal needs no walk", 'r', "a.test", "", "a.test", "",
	AS_DMARC_ALIGNED_YES},
    {"relaxed, below", 'r', "a.test", "a.test", "x.a.test", "a.test",
	AS_DMARC_ALIGNED_YES},
    {"relaxed, above", 'r', "x.a.test", "a.test", "a.test", "a.test",
	AS_DMARC_ALIGNED_YES},
    {"relaxed, beside", 'r', "x.a.test", "a.test", "y.a.test", "a.test",
	AS_DMARC_ALIGNED_YES},
    {"relaxed, another organization", 'r', "a.test", "a.test", "b.test",
	"b.test", AS_DMARC_ALIGNED_NO},
    {"relaxed, an organization of its own below", 'r', "a.test", "a.test",
	"x.a.test", "x.a.test", AS_DMARC_ALIGNED_NO},
    {"relaxed, author unknown", 'r', "a.test", "", "x.a.test", "a.test",
	AS_DMARC_ALIGNED_UNKNOWN},
    {"relaxed, identifier unknown", 'r', "a.test", "a.test", "x.a.test", "",
	AS_DMARC_ALIGNED_UNKNOWN},
};

/* TREE-5 */
static void
test_align(void)
{
	for (size_t i = 0; i < sizeof(aligns) / sizeof(*aligns); i++) {
		struct as_dmarc_identity author = {
		    as_str_from(aligns[i].author),
		    as_str_from(aligns[i].author_org)};
		struct as_dmarc_identity id = {
		    as_str_from(aligns[i].id), as_str_from(aligns[i].id_org)};

		t_case("alignment: %s", aligns[i].name);
		T_INT(as_dmarc_align(aligns[i].mode, &author, &id),
		    aligns[i].want);
	}
}

int
main(void)
{
	arena = as_arena_new((size_t)4 * 1024 * 1024);
	test_names();
	test_trees();
	test_unknown_never_lies();
	test_absent();
	test_gap();
	test_align();
	test_reads();
	as_arena_free(arena);
	return t_done();
}
