/*
 * Histories of test/vector/enforce, row by row, against the answers that were
 * written by hand; then single rows and bounds.
 */
#include <libpsl.h>

#include "assess/enforce.h"

#include "harness.h"
#include "source_file.h"
#include "usage_vector.h"

#define ARENA_OCTETS ((size_t)64 * 1024 * 1024)
#define MAX_FLOWS    64
#define WINDOW       90

static const char senders_text[] =
    "spf\tservice.example\tMail Service\tmarketing\tchecked\t\n";
static const struct as_str senders = {senders_text, sizeof(senders_text) - 1};
static psl_ctx_t *suffixes;
static struct as_arena *arena;

static struct as_usage_work *
work_new(const char *domain, int64_t today)
{
	struct as_usage_options o = {.domain = as_str_from(domain),
	    .from = today - WINDOW + 1,
	    .to = today,
	    .senders = senders,
	    .psl = suffixes};
	struct as_usage_work *w = NULL;

	T_OK(as_usage_begin(arena, &o, &w) == AS_OK);
	return w;
}

/* --- histories --- */

static void
words_give(const json_t *doc, const struct as_usage_sink *sink)
{
	const char *source;
	json_t *class;

	json_object_foreach(json_object_get(doc, "words"), source, class)
	{
		struct as_usage_word word = {.source = as_str_from(source)};

		T_OK(as_usage_class_find(as_json_get_str(class), &word.class));
		T_OK(sink->word(sink->ctx, &word) == AS_OK);
	}
}

static void
reporter_give(const json_t *doc, struct v_flow *flows, size_t n,
    struct as_str reporter, const struct as_usage_sink *sink)
{
	struct as_usage_reporter r = {.org = reporter};

	for (int64_t ago = WINDOW; ago >= 0; ago--) {
		struct as_report_head head = v_head(doc, ago, reporter);

		for (size_t i = 0; i < n; i++) {
			struct as_usage_row u = {v_today(doc) - ago,
			    flows[i].row.count, reporter, &head, &flows[i].row};

			if (!v_flow_on(&flows[i], ago, reporter))
				continue;
			r.messages += u.messages;
			if (sink->row(sink->ctx, &u) != AS_OK)
				T_OK(false);
		}
	}
	T_OK(r.messages == 0 || sink->reporter(sink->ctx, &r) == AS_OK);
}

static struct as_enforce *
history_judge(const json_t *doc, bool words)
{
	static struct v_flow flows[MAX_FLOWS];
	const json_t *list = json_object_get(doc, "flows");
	const json_t *who = json_object_get(doc, "reporters");
	struct as_usage_work *w = work_new(
	    json_string_value(json_object_get(doc, "domain")), v_today(doc));
	struct as_usage_sink sink = as_usage_take(w);
	struct as_usage *u = NULL;
	struct as_enforce *e = NULL;
	size_t n = json_array_size(list);

	T_OK(n <= MAX_FLOWS);
	for (size_t i = 0; i < n; i++)
		T_OK(v_flow_read(doc, json_array_get(list, i), &flows[i]));
	if (words)
		words_give(doc, &sink);
	for (size_t i = 0; i < json_array_size(who); i++)
		reporter_give(doc, flows, n, v_item(who, i), &sink);
	T_OK(as_usage_end(w, &u) == AS_OK);
	T_OK(as_enforce_judge(arena, u, NULL, v_today(doc), &e) == AS_OK);
	return e;
}

/* Each wanted reason stands there, and no other. */
static void
reasons_check(const struct as_enforce_step *step, const json_t *wanted)
{
	if (wanted == NULL)
		return;
	if (!T_INT(step->n_reasons, json_array_size(wanted)))
		for (size_t i = 0; i < step->n_reasons; i++)
			printf("# " AS_STR_FMT "\n",
			    AS_STR_ARG(step->reasons[i].text));
	for (size_t k = 0; k < json_array_size(wanted); k++) {
		bool found = false;

		for (size_t i = 0; i < step->n_reasons; i++)
			found = found ||
			    as_str_is(v_item(wanted, k),
				as_enforce_want_text(step->reasons[i].want));
		if (!T_OK(found))
			printf("# missing: " AS_STR_FMT "\n",
			    AS_STR_ARG(v_item(wanted, k)));
	}
	T_INT(step->ready, json_array_size(wanted) == 0);
}

static void
scope_check(const struct as_enforce_scope *s, const json_t *wanted)
{
	const char *name;
	json_t *numbers;

	if (wanted == NULL)
		return;
	T_STR(as_str_from(as_enforce_answer_text(s->answer)),
	    json_string_value(json_object_get(wanted, "answer")));
	reasons_check(&s->quarantine, json_object_get(wanted, "quarantine"));
	reasons_check(&s->reject, json_object_get(wanted, "reject"));
	if (json_object_get(wanted, "legitimate") != NULL)
		T_INT(s->good.messages, v_int(wanted, "legitimate", -1));
	json_object_foreach(json_object_get(wanted, "replay"), name, numbers)
	{
		enum as_usage_class class = AS_USAGE_UNKNOWN;

		T_OK(as_usage_class_find(as_str_from(name), &class));
		T_INT(s->replay[class].messages,
		    json_integer_value(json_array_get(numbers, 0)));
		T_INT(s->replay[class].failing,
		    json_integer_value(json_array_get(numbers, 1)));
	}
}

static void
classes_check(const struct as_usage *u, const json_t *expect)
{
	const char *name;
	json_t *class;
	size_t foreign = 0;

	json_object_foreach(json_object_get(expect, "classes"), name, class)
	{
		const struct as_usage_source *s = NULL;

		for (size_t i = 0; i < u->n_sources; i++)
			if (as_str_is(u->sources[i].name, name))
				s = &u->sources[i];
		if (!T_OK(s != NULL)) {
			printf("# no source %s\n", name);
			continue;
		}
		T_STR(as_str_from(as_usage_class_text(s->class)),
		    json_string_value(class));
		T_OK(s->evidence.n > 0);
	}
	for (size_t i = 0; i < u->n_sources; i++)
		foreign += u->sources[i].class == AS_USAGE_FOREIGN;
	T_INT(foreign, v_int(expect, "foreign_sources", -1));
}

static void
history_check(const char *name)
{
	char path[80];
	struct as_why why = {0};
	struct as_enforce *e;
	const json_t *expect;
	json_t *doc;

	t_case("history: %s", name);
	as_arena_reset(arena);
	(void)snprintf(path, sizeof(path), "test/vector/enforce/%s.json", name);
	if (!T_OK(as_json_parse(t_source_file(arena, path), 1 << 20, &doc,
		      &why) == AS_OK)) {
		printf("# %s\n", why.text);
		return;
	}
	expect = json_object_get(doc, "expect");
	e = history_judge(doc, true);
	classes_check(e->usage, expect);
	T_INT(e->lists, json_is_true(json_object_get(expect, "lists")));
	for (int i = 0; i < AS_USAGE_SCOPES; i++)
		scope_check(&e->scopes[i],
		    json_object_get(
			expect, as_usage_scope_text((enum as_usage_scope)i)));
	if (json_object_get(expect, "without_words") != NULL)
		scope_check(&history_judge(doc, false)->scopes[AS_USAGE_P],
		    json_object_get(expect, "without_words"));
	json_decref(doc);
}

/* --- single rows --- */

/* One row of 10 messages on the last day. */
static struct as_usage *
one(const char *policy_mode, const char *from, struct as_report_dkim dkim,
    struct as_report_spf spf, const char *they)
{
	struct as_usage_work *w = work_new("example.org", 20000);
	struct as_report_head head = {.domain = AS_STR("example.org"),
	    .adkim = as_str_from(policy_mode),
	    .aspf = as_str_from(policy_mode),
	    .p = AS_STR("none")};
	struct as_report_row row = {.ip = {4, {192, 0, 2, 1}},
	    .count = 10,
	    .header_from = as_str_from(from),
	    .dkim = as_str_from(they),
	    .spf = AS_STR("fail"),
	    .dkims = &dkim,
	    .n_dkims = dkim.domain.n > 0,
	    .spfs = &spf,
	    .n_spfs = spf.domain.n > 0};
	struct as_usage_row u = {20000, 10, AS_STR("R"), &head, &row};
	struct as_usage_sink sink = as_usage_take(w);
	struct as_usage *out = NULL;

	T_OK(sink.row(sink.ctx, &u) == AS_OK);
	T_OK(as_usage_end(w, &out) == AS_OK);
	return out;
}

static const struct {
	const char *name, *mode, *from, *dkim, *dkim_result, *spf, *spf_result;
	const char *they;
	uint64_t dkim_pass, spf_pass, disputed;
} rows[] = {
    {"equal names", "s", "example.org", "example.org", "pass", "", "", "pass",
	10, 0, 0},
    {"another case and a final dot", "s", "Example.ORG", "EXAMPLE.org.", "pass",
	"", "", "pass", 10, 0, 0},
    {"relaxed: the same organization", "r", "example.org", "mail.example.org",
	"pass", "b.example.org", "pass", "pass", 10, 10, 0},
    {"strict: not the same name", "s", "example.org", "mail.example.org",
	"pass", "", "", "fail", 0, 0, 0},
    {"another organization", "r", "example.org", "example.net", "pass",
	"xexample.org", "pass", "fail", 0, 0, 0},
    {"a result that is no word", "r", "example.org", "example.org", "passed",
	"", "", "", 0, 0, 0},
    {"no results: the receiver's word", "r", "example.org", "", "", "", "",
	"pass", 10, 0, 0},
    {"the receiver passes what does not align", "r", "example.org",
	"example.net", "pass", "", "", "pass", 0, 0, 10},
    {"the receiver fails what aligns", "r", "example.org", "example.org",
	"pass", "", "", "fail", 0, 0, 10},
    {"softfail is no pass", "r", "example.org", "", "", "example.org",
	"softfail", "fail", 0, 0, 0},
};

static void
rows_check(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct as_usage *u;

		t_case("row: %s", rows[i].name);
		as_arena_reset(arena);
		u = one(rows[i].mode, rows[i].from,
		    (struct as_report_dkim){as_str_from(rows[i].dkim),
			AS_STR("s"), as_str_from(rows[i].dkim_result),
			AS_STR_NULL},
		    (struct as_report_spf){as_str_from(rows[i].spf),
			AS_STR_NULL, as_str_from(rows[i].spf_result),
			AS_STR_NULL},
		    rows[i].they);
		T_INT(u->all.messages, 10);
		T_INT(u->all.dkim, rows[i].dkim_pass);
		T_INT(u->all.spf, rows[i].spf_pass);
		T_INT(u->we_pass + u->they_pass, rows[i].disputed);
	}
}

/* --- bounds --- */

static void
bounds_check(void)
{
	char text[AS_SHARE_TEXT];

	t_case("bounds: Wilson, one-sided");
	/* n / (n + z^2) where nothing fails. */
	T_INT((int)(as_enforce_bound(100, 100) * 10000), 9736);
	T_INT((int)(as_enforce_bound(9990, 10000) * 10000), 9983);
	T_INT((int)(as_enforce_bound(99, 100) * 10000), 9564);
	T_OK(as_enforce_bound(0, 0) <= 0);
	T_OK(as_enforce_bound(0, 10) >= 0);

	t_case("bounds: how much mail is needed");
	T_INT(as_enforce_needed(0, 0.98), 133);
	T_INT(as_enforce_needed(0, 0.995), 539);
	T_OK(as_enforce_bound(133, 133) >= 0.98);
	T_OK(as_enforce_bound(132, 132) < 0.98);
	T_OK(as_enforce_needed(1, 0.98) > 133);
	T_OK(as_enforce_needed(UINT64_MAX, 0.98) == UINT64_MAX);

	t_case("bounds: a share is cut, not rounded");
	T_STR(as_str_from(as_share_text(0.99996, text)), "99.9");
	T_STR(as_str_from(as_share_text(1, text)), "100.0");
	T_STR(as_str_from(as_share_text(0, text)), "0.0");
}

static void
edges_check(void)
{
	struct as_usage_options o = {
	    .domain = AS_STR("example.org"), .from = 10, .to = 9};
	struct as_usage_work *w;
	struct as_usage *u = NULL;
	struct as_enforce *e = NULL;

	t_case("no reports: nothing is said");
	as_arena_reset(arena);
	T_OK(as_usage_begin(arena, &o, &w) == AS_ERANGE);
	o.to = 10 + AS_USAGE_DAYS;
	T_OK(as_usage_begin(arena, &o, &w) == AS_ERANGE);
	w = work_new("example.org", 20000);
	T_OK(as_usage_end(w, &u) == AS_OK);
	T_OK(as_enforce_judge(arena, u, NULL, 20000, &e) == AS_OK);
	for (int i = 0; i < AS_USAGE_SCOPES; i++)
		T_INT(e->scopes[i].answer, AS_ENFORCE_NO_REPORTS);
}

/* --- what DNS has now --- */

static const struct {
	const char *name, *history;
	struct {
		bool known, there;
		const char *p, *sp;
		bool pct, testing;
	} now;
	const char *policy; /* of p */
	bool unseen;        /* against both steps */
	const char *note;   /* NULL: not said */
} nows[] = {
    {"not asked", "clean", {false, false, "", "", false, false}, "none", false,
	NULL},
    {"as reports saw it", "clean", {true, true, "none", "", false, false},
	"none", false, NULL},
    {"stricter by now", "clean", {true, true, "reject", "", false, false},
	"reject", true, NULL},
    {"taken away", "clean", {true, false, "", "", false, false}, "", true,
	"no DMARC record"},
    {"historic and test tags", "clean", {true, true, "none", "", true, true},
	"none", false, "t=y"},
};

static void
now_check(size_t i)
{
	char path[80];
	struct as_why why = {0};
	struct as_enforce *e;
	struct as_policy_now now = {.known = nows[i].now.known,
	    .there = nows[i].now.there,
	    .p = as_str_from(nows[i].now.p),
	    .sp = as_str_from(nows[i].now.sp),
	    .np = AS_STR(""),
	    .has_pct = nows[i].now.pct,
	    .testing = nows[i].now.testing};
	bool unseen = false, noted = false;
	json_t *doc;

	t_case("DNS now: %s", nows[i].name);
	as_arena_reset(arena);
	(void)snprintf(
	    path, sizeof(path), "test/vector/enforce/%s.json", nows[i].history);
	if (!T_OK(as_json_parse(t_source_file(arena, path), 1 << 20, &doc,
		      &why) == AS_OK))
		return;
	e = history_judge(doc, true);
	T_OK(
	    as_enforce_judge(arena, e->usage, &now, v_today(doc), &e) == AS_OK);
	T_STR(e->scopes[0].policy, nows[i].policy);
	T_STR(e->scopes[0].reported, "none");
	for (size_t k = 0; k < e->scopes[0].quarantine.n_reasons; k++)
		unseen = unseen ||
		    e->scopes[0].quarantine.reasons[k].want == AS_WANT_SEEN;
	T_INT(unseen, nows[i].unseen);
	for (size_t k = 0; nows[i].note != NULL && k < e->n_notes; k++)
		noted =
		    noted || as_str_has(e->notes[k], as_str_from(nows[i].note));
	T_INT(noted, nows[i].note != NULL);
	json_decref(doc);
}

int
main(void)
{
	static const char *const names[] = {
	    "clean", "forged", "low", "monthly", "forwarders", "parked"};
	const char *root = getenv("AS_SOURCE_ROOT");
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/test/vector/suffixes.dat",
	    root != NULL ? root : ".");
	suffixes = psl_load_file(path);
	arena = as_arena_new(ARENA_OCTETS);
	if (suffixes == NULL || arena == NULL)
		return 1;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		history_check(names[i]);
	for (size_t i = 0; i < sizeof(nows) / sizeof(nows[0]); i++)
		now_check(i);
	rows_check();
	bounds_check();
	edges_check();
	as_arena_free(arena);
	psl_free(suffixes);
	return t_done();
}
