/*
 * What a DMARC view finds in small worlds.
 */
#include "dmarc_world.h"
#include "harness.h"
#include "vectors.h"

static struct as_arena *arena;
static psl_ctx_t *suffixes;

static struct as_dmarc_view
view_of(struct t_world *w, const char *domain, const struct as_str *ids,
    size_t n_ids, const psl_ctx_t *list)
{
	struct as_dmarc_view v = t_world_view(w, domain, ids, n_ids, list);

	T_INT(v.n_needs, 0);
	return v;
}

/* --- what is found (DMARC-10, DMARC-20 to 22, TREE-6, TREE-7) --- */

struct tree {
	const char *name, *domain;
	const char *lines[8];
	const char *made;       /* of each query: "no-record kept ends" */
	const char *found;      /* "tag declared applied policy organization" */
	const char *old;        /* RFC 7489: "state declared pct rest" */
	const char *suffix_old; /* RFC 9091; NULL: the same */
	const char *note;       /* is among them; NULL: there is none */
	bool unknown;
};

#define OWN  "example.org MX mx.example"
#define D    "_dmarc.example.org TXT v=DMARC1; "
#define GOV  "_dmarc.gov.test TXT v=DMARC1; p=reject; sp=none; np=reject; psd=y"
#define NONE "- absent absent -"

static const struct tree trees[] = {
    {"own record", "example.org", {OWN, D "p=reject"}, "kept no-record",
	"p reject reject example.org example.org", "policy reject 100 reject",
	NULL, NULL, false},
    {"nothing", "example.org", {OWN}, "no-record no-record",
	NONE " example.org", "none absent 100 absent", NULL, NULL, false},
    {"inherited", "a.example.org", {"a.example.org A x", D "p=reject; sp=none"},
	"no-record kept no-record", "sp none none example.org example.org",
	"policy none 100 none", NULL, NULL, false},
    {"a name that does not exist", "a.example.org",
	{OWN, D "p=none; np=reject"}, "no-record kept no-record",
	"np reject reject example.org example.org", "policy none 100 none",
	"policy reject 100 reject", "a.example.org does not exist: np counts",
	false},
    {"a name with a type alone exists", "a.example.org",
	{"x.a.example.org A x", D "p=none; np=reject"},
	"no-record kept no-record", "p none none example.org example.org",
	"policy none 100 none", "policy reject 100 reject", NULL, false},
    {"an alias to nothing exists", "a.example.org",
	{"a.example.org MX >gone.example", "a.example.org A >gone.example",
	    "a.example.org AAAA >gone.example", D "p=none; np=reject"},
	"no-record kept no-record", "p none none example.org example.org",
	"policy none 100 none", "policy reject 100 reject", NULL, false},
    {"compact denial", "a.example.org",
	{"a.example.org NSEC nxname", D "p=none; np=reject"},
	"no-record kept no-record", "np reject reject example.org example.org",
	"policy none 100 none", "policy reject 100 reject", "NXNAME", false},
    {"existence not known, and np matters", "a.example.org",
	{"a.example.org MX !servfail", "a.example.org A !timeout",
	    "a.example.org AAAA !timeout", D "p=none; np=reject"},
	"no-record kept no-record", "p none none example.org example.org",
	"policy none 100 none", "unknown absent 100 absent",
	"exists is not known", true},
    {"existence not known, and it does not matter", "a.example.org",
	{"a.example.org MX !servfail", "a.example.org A !timeout",
	    "a.example.org AAAA !timeout", D "p=reject"},
	"no-record kept no-record", "p reject reject example.org example.org",
	"policy reject 100 reject", NULL, "exists is not known", false},
    {"public suffix with psd=y", "dept.gov.test", {"dept.gov.test A x", GOV},
	"no-record ends", "sp none none gov.test dept.gov.test",
	"none absent 100 absent", "policy none 100 none", NULL, false},
    {"np of a public suffix", "new.gov.test", {GOV}, "no-record ends",
	"np reject reject gov.test new.gov.test", "none absent 100 absent",
	"policy reject 100 reject", "new.gov.test does not exist", false},
    {"two records at one name", "a.example.org",
	{"a.example.org A x", "_dmarc.a.example.org TXT v=DMARC1; p=none",
	    "_dmarc.a.example.org TXT v=DMARC1; p=reject", D "p=reject"},
	"discarded kept no-record", "p reject reject example.org example.org",
	"stopped absent 100 absent", NULL, "older ones end there", false},
    {"a record that is none", "example.org", {OWN, D "p=none; p=none"},
	"unusable no-record", NONE " example.org", "none absent 100 absent",
	NULL, "is no record", false},
    {"t=y and pct", "example.org", {OWN, D "p=reject; t=y; pct=20"},
	"kept no-record", "p reject quarantine example.org example.org",
	"policy reject 20 quarantine", NULL, "t=y lowers reject to quarantine",
	false},
    {"a degraded record", "a.example.org",
	{"a.example.org A x", D "p=reject; sp=x; rua=mailto:a@example.org"},
	"no-record kept no-record", "p none none example.org example.org",
	"policy none 100 none", NULL, "p=none is taken", false},
    {"a record that leads to nothing", "example.org", {OWN, D "p=x"},
	"kept no-record", "p absent absent example.org example.org",
	"policy absent 100 absent", NULL, "it leads to no DMARC", false},
    {"the list and the walk differ", "a.example.org",
	{"a.example.org A x", "_dmarc.a.example.org TXT v=DMARC1; p=reject"},
	"kept no-record no-record",
	"p reject reject a.example.org a.example.org",
	"policy reject 100 reject", NULL, "older ones example.org", false},
    {"sp where it does nothing", "a.example.org",
	{"a.example.org A x",
	    "_dmarc.a.example.org TXT v=DMARC1; p=reject; sp=none",
	    D "p=reject"},
	"kept kept no-record", "p reject reject a.example.org example.org",
	"policy reject 100 reject", NULL, "have no effect", false},
    {"psd=y where it must not be", "example.org", {OWN, D "p=reject; psd=y"},
	"ends", "p reject reject example.org example.org",
	"policy reject 100 reject", NULL, "which is no public suffix", false},
    {"a public suffix without psd=y", "gov.test",
	{"gov.test A x", "_dmarc.gov.test TXT v=DMARC1; p=reject"},
	"kept no-record", "p reject reject gov.test gov.test",
	"policy reject 100 reject", NULL, "lacks psd=y", false},
    {"ruf of a public suffix", "dept.gov.test",
	{"dept.gov.test A x", GOV "; ruf=mailto:a@gov.test",
	    "gov.test MX mx.example"},
	"no-record ends", "sp none none gov.test dept.gov.test",
	"none absent 100 absent", "policy none 100 none", "is passed over",
	false},
    {"an alias", "example.org",
	{OWN, "_dmarc.example.org TXT >_dmarc.other.example", D "p=reject"},
	"kept no-record", "p reject reject example.org example.org",
	"policy reject 100 reject", NULL, "alias of _dmarc.other.example",
	false},
    {"nine labels", "1.2.3.4.5.6.7.example.org",
	{OWN, "1.2.3.4.5.6.7.example.org A x", D "p=reject"},
	"no-record no-record no-record no-record no-record no-record kept "
	"no-record",
	"p reject reject example.org example.org", "policy reject 100 reject",
	NULL, "leaves out 1 name between", false},
    {"no answer at the domain", "example.org",
	{OWN, "_dmarc.example.org TXT !servfail"}, "unknown no-record",
	NONE " -", "unknown absent 100 absent", NULL, NULL, true},
    {"no answer above an own record", "example.org",
	{OWN, D "p=reject", "_dmarc.org TXT !timeout"}, "kept unknown",
	"p reject reject example.org -", "policy reject 100 reject", NULL, NULL,
	true},
    {"bogus", "example.org", {OWN, "_dmarc.example.org TXT !bogus"},
	"unknown no-record", NONE " -", "unknown absent 100 absent", NULL, NULL,
	true},
};

static struct as_str
made_text(const struct as_dmarc_view *v)
{
	struct as_str s = AS_STR("");

	for (size_t i = 0; i < v->n_queries; i++)
		s = as_str_printf(arena, AS_STR_FMT "%s%s", AS_STR_ARG(s),
		    i > 0 ? " " : "", as_dmarc_made_text(v->queries[i].made));
	return s;
}

static struct as_str
dash(struct as_str s)
{
	return s.n > 0 ? s : AS_STR("-");
}

static struct as_str
found_text(const struct as_dmarc_view *v)
{
	const struct as_dmarc_result *r = &v->result;

	return as_str_printf(arena, "%s %s %s " AS_STR_FMT " " AS_STR_FMT,
	    v->tag != NULL ? v->tag : "-", as_dmarc_policy_text(r->declared),
	    as_dmarc_policy_text(r->applied),
	    AS_STR_ARG(r->policy != NULL ? r->policy->name : AS_STR("-")),
	    AS_STR_ARG(dash(r->organizational)));
}

static struct as_str
old_text(const struct as_dmarc_old *old)
{
	const struct as_dmarc_7489 *r = &old->result;

	return as_str_printf(arena, "%s %s %u %s",
	    r->unknown               ? "unknown"
		: r->stopped != NULL ? "stopped"
		: r->policy != NULL  ? "policy"
				     : "none",
	    as_dmarc_policy_text(r->declared), r->pct,
	    as_dmarc_policy_text(r->rest));
}

static bool
has_note(const struct as_dmarc_view *v, const char *text)
{
	for (size_t i = 0; i < v->n_notes; i++)
		if (memmem(v->notes[i].p, v->notes[i].n, text, strlen(text)) !=
		    NULL)
			return true;
	return false;
}

static void
check_tree(const struct tree *t)
{
	struct t_world *w;
	struct as_dmarc_view v;

	w = t_world_new(arena, t->lines);
	v = view_of(w, t->domain, NULL, 0, suffixes);
	T_STR(made_text(&v), t->made);
	T_STR(found_text(&v), t->found);
	T_STR(old_text(&v.old), t->old);
	T_STR(old_text(&v.suffix_old),
	    t->suffix_old != NULL ? t->suffix_old : t->old);
	T_INT(v.unknown, t->unknown);
	if (t->note == NULL)
		T_INT(v.n_notes, 0);
	else if (!T_OK(has_note(&v, t->note)))
		for (size_t i = 0; i < v.n_notes; i++)
			printf(
			    "# note: " AS_STR_FMT "\n", AS_STR_ARG(v.notes[i]));
}

/* --- reports (EXT-1 to 3, EXT-5) --- */

static const struct {
	const char *name;
	const char *tags; /* of the record of example.org */
	const char *lines[5];
	const char *found; /* of each: "rua consent external mail" */
	bool withdrawn, unknown;
} reports[] = {
    {"its own", "rua=mailto:a@example.org", {NULL}, "rua given no 1", false,
	false},
    {"below it, of the same organization", "rua=mailto:a@mail.example.org",
	{"mail.example.org MX mx.example"}, "rua given no 1", false, false},
    {"an organization of its own below", "rua=mailto:a@mail.example.org",
	{"mail.example.org MX mx.example",
	    "_dmarc.mail.example.org TXT v=DMARC1; p=none; psd=n"},
	"rua refused yes 1", false, false},
    {"another that agrees", "rua=mailto:a@b.example.net",
	{"b.example.net MX mx.example",
	    "example.org._report._dmarc.b.example.net TXT v=DMARC1"},
	"rua given yes 1", false, false},
    {"another that does not", "ruf=mailto:a@b.example.net",
	{"b.example.net MX mx.example"}, "ruf refused yes 1", false, false},
    {"another that names an address", "rua=mailto:a@b.example.net",
	{"b.example.net MX mx.example",
	    "example.org._report._dmarc.b.example.net TXT v=DMARC1; "
	    "rua=mailto:c@b.example.net"},
	"rua moved yes 1", false, false},
    {"another that names another host", "rua=mailto:a@b.example.net",
	{"b.example.net MX mx.example",
	    "example.org._report._dmarc.b.example.net TXT v=DMARC1; "
	    "rua=mailto:c@example.com"},
	"rua elsewhere yes 1", false, false},
    {"no answer", "rua=mailto:a@b.example.net",
	{"b.example.net MX mx.example",
	    "example.org._report._dmarc.b.example.net TXT !servfail"},
	"rua unknown yes 1", false, true},
    {"whose organization is not known", "rua=mailto:a@b.example.net",
	{"b.example.net MX mx.example", "_dmarc.b.example.net TXT !servfail"},
	"rua unknown ? 1", false, true},
    {"whose organization is not known, but it agrees",
	"rua=mailto:a@b.example.net",
	{"b.example.net MX mx.example", "_dmarc.b.example.net TXT !servfail",
	    "example.org._report._dmarc.b.example.net TXT v=DMARC1"},
	"rua given ? 1", false, false},
    {"null MX", "rua=mailto:a@b.example.net",
	{"b.example.net MX .",
	    "example.org._report._dmarc.b.example.net TXT v=DMARC1"},
	"rua given yes 2", false, false},
    {"mail not known", "rua=mailto:a@b.example.net",
	{"b.example.net MX !timeout",
	    "example.org._report._dmarc.b.example.net TXT v=DMARC1"},
	"rua given yes 0", false, true},
    {"withdrawn", "rua=mailto:a@dmarc.service.gov.uk",
	{"example.org._report._dmarc.dmarc.service.gov.uk TXT v=DMARC1"},
	"rua given yes 5", true, false},
    {"a scheme that cannot be used", "rua=https://example.org/r", {NULL},
	"rua - - -", false, false},
    {"a name too long to ask",
	"rua=mailto:a@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb."
	"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc."
	"dddddddddddddddddddddddddddddddddddddddddddddd.net",
	{NULL}, "rua impossible yes 6", false, false},
    {"two", "rua=mailto:a@example.org; ruf=mailto:f@example.org", {NULL},
	"rua given no 1, ruf given no 1", false, false},
};

static struct as_str
targets_text(const struct as_dmarc_view *v)
{
	static const char *const tri[] = {"no", "yes", "?"};
	struct as_str s = AS_STR("");

	for (size_t i = 0; i < v->n_targets; i++) {
		const struct as_dmarc_target *t = &v->targets[i];
		const char *kind = t->kind == AS_DMARC_RUA ? "rua" : "ruf";
		struct as_str one = t->uri->usable
		    ? as_str_printf(arena, "%s %s %s %d", kind,
			  as_dmarc_consent_text(t->consent), tri[t->external],
			  (int)t->mail)
		    : as_str_printf(arena, "%s - - -", kind);
		s = as_str_printf(arena, AS_STR_FMT "%s" AS_STR_FMT,
		    AS_STR_ARG(s), i > 0 ? ", " : "", AS_STR_ARG(one));
	}
	return s;
}

static void
check_report(size_t i)
{
	struct t_world *w;
	const char *lines[8] = {OWN};
	struct as_dmarc_view v;

	lines[1] = as_str_printf(arena, D "p=reject; %s", reports[i].tags).p;
	memcpy(&lines[2], reports[i].lines, sizeof(reports[i].lines));
	w = t_world_new(arena, lines);
	v = view_of(w, "example.org", NULL, 0, suffixes);
	T_STR(targets_text(&v), reports[i].found);
	T_INT(v.n_targets > 0 && v.targets[0].withdrawn.n > 0,
	    reports[i].withdrawn);
	T_INT(v.unknown, reports[i].unknown);
}

/* More addresses than are looked at leave something unknown. */
static void
check_many(void)
{
	struct t_world *w;
	const char *lines[] = {OWN, NULL, NULL};
	struct as_str list = AS_STR("mailto:a@example.org");
	struct as_dmarc_view v;

	t_case("reports: more than are looked at");
	for (unsigned i = 1; i < AS_MAX_REPORT_URIS; i++)
		list = as_str_printf(arena,
		    AS_STR_FMT ",mailto:a%u@example.org", AS_STR_ARG(list), i);
	lines[1] = as_str_printf(arena,
	    D "p=reject; rua=" AS_STR_FMT "; ruf=mailto:f@example.org",
	    AS_STR_ARG(list))
		       .p;
	w = t_world_new(arena, lines);
	v = view_of(w, "example.org", NULL, 0, suffixes);
	T_INT(v.n_targets, AS_MAX_REPORT_URIS);
	T_OK(v.unknown && has_note(&v, "more report addresses than the 16"));
}

/* --- alignment (TREE-5) --- */

static const struct {
	const char *name, *tags, *id, *line;
	enum as_dmarc_alignment spf, dkim, old_spf;
} aligns[] = {
    {"the same name", "adkim=s", "example.org", NULL, AS_DMARC_ALIGNED_YES,
	AS_DMARC_ALIGNED_YES, AS_DMARC_ALIGNED_YES},
    {"below, strict for DKIM", "adkim=s", "a.example.org", NULL,
	AS_DMARC_ALIGNED_YES, AS_DMARC_ALIGNED_NO, AS_DMARC_ALIGNED_YES},
    {"below, strict for SPF", "aspf=s", "a.example.org", NULL,
	AS_DMARC_ALIGNED_NO, AS_DMARC_ALIGNED_YES, AS_DMARC_ALIGNED_NO},
    {"another", "adkim=r", "example.net", NULL, AS_DMARC_ALIGNED_NO,
	AS_DMARC_ALIGNED_NO, AS_DMARC_ALIGNED_NO},
    {"below, an organization of its own", "adkim=r", "a.example.org",
	"_dmarc.a.example.org TXT v=DMARC1; psd=n; p=none", AS_DMARC_ALIGNED_NO,
	AS_DMARC_ALIGNED_NO, AS_DMARC_ALIGNED_YES},
    {"not answered", "adkim=s", "a.example.org",
	"_dmarc.a.example.org TXT !timeout", AS_DMARC_ALIGNED_UNKNOWN,
	AS_DMARC_ALIGNED_NO, AS_DMARC_ALIGNED_YES},
};

static void
check_align(size_t i)
{
	struct t_world *w;
	const char *lines[] = {OWN, NULL, aligns[i].line, NULL};
	struct as_str id = as_str_from(aligns[i].id);
	struct as_dmarc_view v;

	lines[1] = as_str_printf(arena, D "p=reject; %s", aligns[i].tags).p;
	w = t_world_new(arena, lines);
	v = view_of(w, "example.org", &id, 1, suffixes);
	if (!T_INT(v.n_identifiers, 1))
		return;
	T_INT(v.identifiers[0].spf, aligns[i].spf);
	T_INT(v.identifiers[0].dkim, aligns[i].dkim);
	T_INT(v.identifiers[0].old_spf, aligns[i].old_spf);
	T_INT(v.unknown, aligns[i].spf == AS_DMARC_ALIGNED_UNKNOWN);
}

/* --- without a list, and without memory --- */

static void
check_no_list(void)
{
	const char *lines[] = {"a.example.org A x", D "p=reject", NULL, NULL};
	struct t_world *w;
	struct as_dmarc_view v;

	t_case("no list: the new reading stands, the old is not known");
	w = t_world_new(arena, lines);
	v = view_of(w, "a.example.org", NULL, 0, NULL);
	T_STR(found_text(&v), "p reject reject example.org example.org");
	T_STR(old_text(&v.old), "unknown absent 100 absent");
	T_STR(old_text(&v.suffix_old), "unknown absent 100 absent");
	T_OK(v.unknown && has_note(&v, "no public suffix list"));

	t_case("no list: with a record of its own both stand");
	w = t_world_new(arena, lines);
	v = view_of(w, "example.org", NULL, 0, NULL);
	T_STR(old_text(&v.old), "policy reject 100 reject");
	T_OK(v.unknown);
}

static void
check_rounds(void)
{
	const char *lines[] = {
	    OWN, D "p=reject; rua=mailto:a@b.example.net", NULL};
	struct t_world *w;

	t_case("the questions come to an end, none is asked twice");
	w = t_world_new(arena, lines);
	(void)view_of(w, "example.org", NULL, 0, suffixes);
	T_OK(w->rounds <= 3);
	for (size_t i = 0; i < w->n; i++)
		for (size_t k = 0; k < i; k++)
			T_OK(w->answers[i].type != w->answers[k].type ||
			    !as_str_eq(w->answers[i].name, w->answers[k].name));
}

static void
check_memory(void)
{
	const char *lines[] = {
	    OWN, D "p=reject; t=y; rua=mailto:a@b.example.net", NULL};
	struct t_world *w;
	struct as_str id = AS_STR("a.example.org");
	struct as_assess_options options = {.psl = suffixes};
	struct as_dmarc_ask ask = {.domain = AS_STR("example.org"),
	    .identifiers = &id,
	    .n_identifiers = 1,
	    .options = &options};
	enum as_err err = AS_ENOMEM;

	t_case("memory that ends anywhere");
	w = t_world_new(arena, lines);
	(void)view_of(w, "example.org", &id, 1, suffixes);
	ask.answers = w->answers;
	ask.n_answers = w->n;
	for (size_t cap = 64; err != AS_OK && cap < (1 << 22); cap += 1009) {
		struct as_arena *a = as_arena_new(cap);
		struct as_dmarc_view v;
		err = as_dmarc_view_make(a, &ask, &v);
		T_OK(err == AS_OK || err == AS_ENOMEM);
		as_arena_free(a);
	}
	T_INT(err, AS_OK);
}

int
main(void)
{
	arena = as_arena_new((size_t)256 * 1024 * 1024);
	suffixes = t_suffixes();
	for (size_t i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
		t_case("view: %s", trees[i].name);
		check_tree(&trees[i]);
	}
	for (size_t i = 0; i < sizeof(reports) / sizeof(*reports); i++) {
		t_case("reports: %s", reports[i].name);
		check_report(i);
	}
	check_many();
	for (size_t i = 0; i < sizeof(aligns) / sizeof(*aligns); i++) {
		t_case("align: %s", aligns[i].name);
		check_align(i);
	}
	check_no_list();
	check_rounds();
	check_memory();
	psl_free(suffixes);
	as_arena_free(arena);
	return t_done();
}
