/*
 * std/spf: the tree and its cost, on scripted answers.
 */
#include "base/limits.h"
#include "harness.h"
#include "std/spf.h"

#include "base/banned.h"

static struct as_arena *arena;

/* One line of a script: the record of a name, or what a lookup finds. */
struct fact {
	const char *name;
	const char *txt; /* NULL: see txt_known */
	enum as_spf_known txt_known;
	enum as_spf_known a, mx; /* exists asks for A too */
};

#define FACTS_MAX 12

struct cost_case {
	const char *name;
	const char *text; /* of own.test */
	struct fact facts[FACTS_MAX];
	uint32_t lookups, voids;
	bool incomplete, broken;
	char all;
	bool all_unknown;
};

struct script {
	const struct fact *facts;
	unsigned asked;
	bool odd; /* a name with a macro, or one that DNS cannot hold */
};

static enum as_spf_known
script_ask(
    void *ctx, enum as_spf_kind kind, struct as_str name, struct as_str *txt)
{
	struct script *s = ctx;

	s->asked++;
	if (!as_spf_is_name(name) || as_str_find(name, '%', 0) < name.n)
		s->odd = true;
	for (size_t i = 0; i < FACTS_MAX && s->facts[i].name != NULL; i++) {
		const struct fact *f = &s->facts[i];
		if (!as_str_is(name, f->name))
			continue;
		if (kind == AS_SPF_MX)
			return f->mx;
		if (kind == AS_SPF_A || kind == AS_SPF_EXISTS)
			return f->a;
		if (f->txt == NULL)
			return f->txt_known;
		*txt = as_str_from(f->txt);
		return AS_SPF_FOUND;
	}
	return AS_SPF_VOID;
}

#define FOUND .a = AS_SPF_FOUND, .mx = AS_SPF_FOUND
#define OWN \
	{ \
		"own.test", NULL, AS_SPF_NONE, FOUND \
	}
#define NO(who) \
	{ \
		who, NULL, AS_SPF_NONE, FOUND \
	}

static const struct cost_case cases[] = {
    {"nothing to look up", "v=spf1 ip4:192.0.2.1 ip6:::1 -all", {{0}}, 0, 0,
	false, false, '-', false},
    {"empty record", "v=spf1", {{0}}, 0, 0, false, false, 0, false},
    {"exp is free", "v=spf1 exp=nothere.test ~all", {{0}}, 0, 0, false, false,
	'~', false},
    {"each kind once",
	"v=spf1 a mx ptr exists:own.test include:i.test redirect=r.test",
	{OWN, {"i.test", "v=spf1 -all", AS_SPF_FOUND, FOUND},
	    {"r.test", "v=spf1 ?all", AS_SPF_FOUND, FOUND}},
	6, 0, false, false, '?', false},
    {"nothing behind all is reached", "v=spf1 a -all mx include:i.test", {OWN},
	1, 0, false, false, '-', false},
    {"redirect beside all is free", "v=spf1 a +all redirect=r.test", {OWN}, 1,
	0, false, false, '+', false},
    {"redirect before mechanisms is last", "v=spf1 redirect=r.test a",
	{OWN, {"r.test", "v=spf1 mx -all", AS_SPF_FOUND, FOUND}}, 3, 0, false,
	false, '-', false},
    {"a child costs its terms too", "v=spf1 a include:i.test mx -all",
	{OWN, {"i.test", "v=spf1 a a a a a a a a", AS_SPF_FOUND, FOUND}}, 11, 0,
	false, false, '-', false},
    {"all of an include does not decide", "v=spf1 include:i.test",
	{{"i.test", "v=spf1 -all", AS_SPF_FOUND, FOUND}}, 1, 0, false, false, 0,
	false},
    {"the same include twice costs twice",
	"v=spf1 include:i.test include:i.test -all",
	{{"i.test", "v=spf1 a mx -all", AS_SPF_FOUND, FOUND}}, 6, 0, false,
	false, '-', false},
    {"implicit names are those of the record they stand in",
	"v=spf1 include:i.test -all",
	{{"own.test", NULL, AS_SPF_NONE, .a = AS_SPF_VOID, .mx = AS_SPF_VOID},
	    {"i.test", "v=spf1 a mx -all", AS_SPF_FOUND, FOUND}},
	3, 0, false, false, '-', false},
    {"names are compared without case and final dot",
	"v=spf1 include:I.Test. -all",
	{{"i.test", "v=spf1 -all", AS_SPF_FOUND, FOUND}}, 1, 0, false, false,
	'-', false},
    {"redirect through redirect", "v=spf1 redirect=r.test",
	{{"r.test", "v=spf1 redirect=s.test", AS_SPF_FOUND, FOUND},
	    {"s.test", "v=spf1 ~all", AS_SPF_FOUND, FOUND}},
	2, 0, false, false, '~', false},
    /* void lookups */
    {"void lookups of a, mx and exists",
	"v=spf1 a:x.test mx:y.test exists:z.test -all", {{0}}, 3, 3, false,
	false, '-', false},
    {"void lookups beneath count", "v=spf1 a:x.test include:i.test -all",
	{{"i.test", "v=spf1 a:y.test a:z.test -all", AS_SPF_FOUND, FOUND}}, 4,
	3, false, false, '-', false},
    {"ptr is not void by itself", "v=spf1 ptr ptr:x.test -all", {{0}}, 2, 0,
	false, false, '-', false},
    {"the PTR query of a macro costs, too",
	"v=spf1 exists:%{p}.x.test a:%{P2r}.%{p} ?exists:%%{p.test -all "
	"exp=%{p}",
	{{0}}, 5, 0, false, false, '-', false},
    {"macros are not asked", "v=spf1 exists:%{i}.x.test a:%{h} -all", {{0}}, 2,
	0, false, false, '-', false},
    {"names that DNS cannot hold are not asked, nor void",
	"v=spf1 a:x..test -all", {{0}}, 1, 0, false, false, '-', false},
    {"void behind all is not reached", "v=spf1 -all a:x.test", {{0}}, 0, 0,
	false, false, '-', false},
    /* faults */
    {"include of a name that is not there", "v=spf1 include:x.test -all", {{0}},
	1, 1, false, true, '-', false},
    {"include of a name without record", "v=spf1 include:x.test -all",
	{NO("x.test")}, 1, 0, false, true, '-', false},
    {"include of two records", "v=spf1 include:x.test -all",
	{{"x.test", NULL, AS_SPF_MULTIPLE, FOUND}}, 1, 0, false, true, '-',
	false},
    {"include of a record with a fault", "v=spf1 include:x.test -all",
	{{"x.test", "v=spf1 a moo", AS_SPF_FOUND, FOUND}}, 1, 0, false, true,
	'-', false},
    {"include of a text that is no record", "v=spf1 include:x.test -all",
	{{"x.test", "v=spf10", AS_SPF_FOUND, FOUND}}, 1, 0, false, true, '-',
	false},
    {"include of a name that DNS cannot hold", "v=spf1 include:x..test -all",
	{{0}}, 1, 0, false, true, '-', false},
    {"redirect to nothing", "v=spf1 redirect=x.test", {{0}}, 1, 1, false, true,
	0, false},
    {"fault two levels down", "v=spf1 include:i.test -all",
	{{"i.test", "v=spf1 include:x.test", AS_SPF_FOUND, FOUND}}, 2, 1, false,
	true, '-', false},
    {"an include of itself", "v=spf1 include:own.test -all", {{0}}, 1, 0, false,
	true, '-', false},
    {"a redirect to itself", "v=spf1 redirect=OWN.test", {{0}}, 1, 0, false,
	true, 0, false},
    {"a loop of two", "v=spf1 a include:i.test -all",
	{OWN, {"i.test", "v=spf1 mx include:own.test", AS_SPF_FOUND, FOUND}}, 4,
	0, false, true, '-', false},
    {"mx with more than ten names", "v=spf1 mx -all",
	{{"own.test", NULL, AS_SPF_NONE, .a = AS_SPF_FOUND,
	    .mx = AS_SPF_TOO_MANY}},
	1, 0, false, true, '-', false},
    /* the unknown */
    {"an include that was not answered", "v=spf1 a include:x.test -all",
	{OWN, {"x.test", NULL, AS_SPF_UNKNOWN, FOUND}}, 2, 0, true, false, '-',
	false},
    {"a redirect that was not answered", "v=spf1 redirect=x.test",
	{{"x.test", NULL, AS_SPF_UNKNOWN, FOUND}}, 1, 0, true, false, 0, true},
    {"an address that was not answered", "v=spf1 a -all",
	{{"own.test", NULL, AS_SPF_NONE, .a = AS_SPF_UNKNOWN}}, 1, 0, true,
	false, '-', false},
    {"an include with a macro", "v=spf1 include:%{d}.x.test -all", {{0}}, 1, 0,
	true, false, '-', false},
    {"a redirect with a macro", "v=spf1 redirect=%{d2}.x.test", {{0}}, 1, 0,
	true, false, 0, true},
};

static struct as_spf_cost
must_walk(const char *text, const struct fact *facts, struct script *s)
{
	struct as_spf *spf = NULL;
	struct as_spf_cost cost = {0};

	*s = (struct script){.facts = facts};
	if (as_spf_parse(arena, as_str_from(text), &spf, NULL) != AS_OK ||
	    as_spf_cost_eval(arena, AS_STR("own.test"), spf, script_ask, s,
		&cost) != AS_OK) {
		printf("Bail out! %s\n", text);
		exit(1);
	}
	return cost;
}

/* SPF-5, SPF-6, SPF-7 */
static void
test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct cost_case *c = &cases[i];
		struct script s;
		struct as_spf_cost cost;

		t_case("cost: %s", c->name);
		cost = must_walk(c->text, c->facts, &s);
		T_INT(cost.lookups, c->lookups);
		T_INT(cost.voids, c->voids);
		T_INT(cost.incomplete, c->incomplete);
		T_INT(cost.broken, c->broken);
		T_INT(cost.all, c->all);
		T_INT(cost.all_unknown, c->all_unknown);
		T_OK(!s.odd);
	}
}

static void
test_tree(void)
{
	static const struct fact facts[FACTS_MAX] = {
	    OWN,
	    {"i.test", "v=spf1 a a:void.test include:j.test ~all", AS_SPF_FOUND,
		FOUND},
	    {"j.test", "v=spf1 ip4:192.0.2.1", AS_SPF_FOUND, FOUND},
	    {"bad.test", "v=spf1 ipv4:192.0.2.1", AS_SPF_FOUND, FOUND},
	    {"wide.test", "v=spf1 mx a mx -all", AS_SPF_FOUND,
		.a = AS_SPF_FOUND, .mx = AS_SPF_TOO_MANY},
	};
	struct script s;
	struct as_spf_cost cost =
	    must_walk("v=spf1 redirect=bad.test ?include:I.test "
		      "include:%{o}.x.test include:own.test include:wide.test",
		facts, &s);
	const struct as_spf_node *n = cost.root;

	t_case("tree: the root");
	T_STR(n->name, "own.test");
	T_INT(n->term.n, 0);
	T_OK(n->spf != NULL && n->next == NULL);
	T_INT(n->fault, AS_SPF_FAULT_NONE);

	t_case("tree: an include, its cost and its child");
	n = n->child;
	T_STR(n->name, "i.test");
	T_STR(n->term, "?include:I.test");
	T_INT(n->lookups, 3);
	T_INT(n->voids, 1);
	T_STR(n->child->name, "j.test");
	T_INT(n->child->lookups, 0);
	T_OK(n->child->child == NULL && n->child->next == NULL);

	t_case("tree: a macro");
	n = n->next;
	T_STR(n->name, "%{o}.x.test");
	T_OK(n->unknown && n->spf == NULL);

	t_case("tree: a loop");
	n = n->next;
	T_STR(n->name, "own.test");
	T_INT(n->fault, AS_SPF_FAULT_LOOP);
	T_OK(n->spf == NULL);

	t_case("tree: the first mx with too many names");
	n = n->next;
	T_STR(n->name, "wide.test");
	T_OK(n->mx_over == &n->spf->terms[0]);

	t_case("tree: the redirect comes last, with its fault");
	n = n->next;
	T_STR(n->name, "bad.test");
	T_STR(n->term, "redirect=bad.test");
	T_INT(n->fault, AS_SPF_FAULT_SYNTAX);
	T_OK(as_str_has_prefix(n->fault_text, "RFC 7208 4.6.1: ipv4:"));
	T_OK(n->spf == NULL && n->next == NULL);
}

/* Each name includes the next one: "n12.test" includes "n13.test". */
static enum as_spf_known
chain_ask(
    void *ctx, enum as_spf_kind kind, struct as_str name, struct as_str *txt)
{
	uint64_t n;

	(void)kind;
	(*(unsigned *)ctx)++;
	if (as_str_u64(as_str_slice(name, 1, as_str_find(name, '.', 0)), 1000,
		&n) != AS_OK)
		return AS_SPF_VOID;
	*txt = as_str_printf(
	    arena, "v=spf1 include:n%u.test -all", (unsigned)n + 1);
	return AS_SPF_FOUND;
}

/* Every name includes two others, all of them new. */
static enum as_spf_known
bush_ask(
    void *ctx, enum as_spf_kind kind, struct as_str name, struct as_str *txt)
{
	(void)kind;
	(*(unsigned *)ctx)++;
	*txt = as_str_printf(arena,
	    "v=spf1 include:a." AS_STR_FMT " include:b." AS_STR_FMT,
	    AS_STR_ARG(name), AS_STR_ARG(name));
	return AS_SPF_FOUND;
}

static enum as_spf_known
count_ask(
    void *ctx, enum as_spf_kind kind, struct as_str name, struct as_str *txt)
{
	(void)kind;
	(void)name;
	(void)txt;
	(*(unsigned *)ctx)++;
	return AS_SPF_FOUND;
}

static void
test_caps(void)
{
	struct as_spf *spf = NULL;
	struct as_spf_cost cost;
	unsigned asked = 0;
	char text[7 + 2 * AS_MAX_SPF_TERMS];

	t_case("cap: an endless chain is cut, and known to be too long");
	T_INT(as_spf_parse(arena, AS_STR("v=spf1 include:n1.test"), &spf, NULL),
	    AS_OK);
	T_INT(as_spf_cost_eval(
		  arena, AS_STR("n0.test"), spf, chain_ask, &asked, &cost),
	    AS_OK);
	T_INT(asked, AS_MAX_SPF_DEPTH);
	T_OK(cost.incomplete && !cost.broken);
	T_INT(cost.lookups, AS_MAX_SPF_DEPTH + 1);
	T_INT(cost.all, 0);

	t_case("cap: a bush is cut");
	asked = 0;
	T_INT(as_spf_parse(arena, AS_STR("v=spf1 include:x.test"), &spf, NULL),
	    AS_OK);
	T_INT(as_spf_cost_eval(
		  arena, AS_STR("y.test"), spf, bush_ask, &asked, &cost),
	    AS_OK);
	T_INT(asked, AS_MAX_SPF_QUERIES);
	T_OK(cost.incomplete);
	T_OK(cost.lookups > AS_MAX_SPF_QUERIES);

	t_case("cap: of many terms all are counted, some are asked");
	asked = 0;
	memset(text, ' ', sizeof(text));
	memcpy(text, "v=spf1 ", 7);
	for (size_t i = 0; i < AS_MAX_SPF_TERMS; i++)
		text[7 + 2 * i] = 'a';
	T_INT(as_spf_parse(
		  arena, (struct as_str){text, sizeof(text)}, &spf, NULL),
	    AS_OK);
	T_INT(as_spf_cost_eval(
		  arena, AS_STR("y.test"), spf, count_ask, &asked, &cost),
	    AS_OK);
	T_INT(cost.lookups, AS_MAX_SPF_TERMS);
	T_INT(asked, AS_MAX_QUERIES_PER_DOMAIN);
	T_OK(cost.incomplete);
}

static void
test_memory(void)
{
	struct as_spf *spf = NULL;
	struct as_spf_cost cost;
	unsigned asked = 0, refused = 0;

	t_case("no memory, at every size");
	T_INT(as_spf_parse(
		  arena, AS_STR("v=spf1 a include:n990.test"), &spf, NULL),
	    AS_OK);
	for (size_t cap = 0; cap < 20000; cap += 64) {
		struct as_arena *tiny = as_arena_new(cap);
		enum as_err err = as_spf_cost_eval(
		    tiny, AS_STR("n0.test"), spf, chain_ask, &asked, &cost);
		T_OK(err == AS_OK || err == AS_ENOMEM);
		refused += err == AS_ENOMEM;
		as_arena_free(tiny);
	}
	T_OK(refused > 3 && refused < 300);
}

int
main(void)
{
	arena = as_arena_new(AS_MAX_JOB_OCTETS);
	if (arena == NULL)
		return 1;
	test_cases();
	test_tree();
	test_caps();
	test_memory();
	as_arena_free(arena);
	return t_done();
}
