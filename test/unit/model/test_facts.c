#include "harness.h"

#include "model/facts.h"
#include "std/dns_wire.h"

struct reading {
	const char *name;
	const char *text;
	enum as_err err;
	const char *why;
};

#define NO_FACTS \
	"no facts: \"schema\" must be \"assay.facts/1\", here or in a member " \
	"\"facts\" (scan writes it with --with-facts)"

static const struct reading readings[] = {
    {"a bundle",
	"{\"schema\":\"assay.facts/1\",\"domain\":{\"name\":\"a.example\"}}",
	AS_OK, ""},
    {"another version",
	"{\"schema\":\"assay.facts/2\",\"domain\":{\"name\":\"a.example\"}}",
	AS_EVERSION, NO_FACTS},
    {"no schema", "{\"domain\":{\"name\":\"a.example\"}}", AS_EVERSION,
	NO_FACTS},
    {"a schema that is no string", "{\"schema\":1}", AS_EVERSION, NO_FACTS},
    {"no object", "[]", AS_EVERSION, NO_FACTS},
    {"no domain", "{\"schema\":\"assay.facts/1\"}", AS_ESYNTAX,
	"domain.name is missing"},
    {"no name", "{\"schema\":\"assay.facts/1\",\"domain\":{}}", AS_ESYNTAX,
	"domain.name is missing"},
    {"a bundle in a document of check",
	"{\"schema\":\"assay.check/1\",\"x\":[{\"facts\":1}],\"facts\":{"
	"\"domain\":{\"name\":\"a.example\"},\"schema\":\"assay.facts/1\"}}",
	AS_OK, ""},
    {"another version in a document",
	"{\"facts\":{\"schema\":\"assay.facts/2\",\"domain\":{\"name\":"
	"\"a.example\"}}}",
	AS_EVERSION, NO_FACTS},
    {"no JSON", "nonsense", AS_EVERSION, NO_FACTS},
    {"broken before its schema", "{\"domain\":}", AS_ESYNTAX,
	"JSON, line 1 column 11: no value stands here"},
    {"a fault inside",
	"{\"schema\":\"assay.facts/1\",\"domain\":{\"name\":\"a.example\"},"
	"\"policy\":{\"fetch\":\"never\"}}",
	AS_ESYNTAX, "policy.fetch: not one of the values known here"},
};

static void
test_read(struct as_arena *a)
{
	for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
		const struct reading *r = &readings[i];
		struct as_facts *f = NULL;
		struct as_why why = {0};

		t_case("reading %s", r->name);
		T_INT(as_facts_read(a, as_str_from(r->text), &f, &why), r->err);
		T_STR(as_str_from(why.text), r->why);
		T_INT(f != NULL, r->err == AS_OK);
	}
}

static void
test_find(void)
{
	const struct as_answer list[] = {
	    {.name = AS_STR("a.example"), .type = AS_RR_TXT},
	    {.name = AS_STR("a.example"), .type = AS_RR_MX},
	    {.name = AS_STR("b.example"), .type = AS_RR_MX},
	};

	t_case("an answer is found by name and type together");
	T_OK(
	    as_answer_find(list, 3, AS_STR("a.example"), AS_RR_MX) == &list[1]);
	T_OK(
	    as_answer_find(list, 3, AS_STR("b.example"), AS_RR_MX) == &list[2]);
	T_OK(as_answer_find(list, 3, AS_STR("b.example"), AS_RR_TXT) == NULL);
	T_OK(as_answer_find(NULL, 0, AS_STR("b.example"), AS_RR_TXT) == NULL);
}

/* Only the world's own yes and no are known; all else is unknown. */
static void
test_known(void)
{
	for (unsigned o = 0; o < as_names_dns_outcome.n; o++) {
		struct as_answer ans = {.outcome = (enum as_dns_outcome)o};
		bool none = o == AS_DNS_NODATA || o == AS_DNS_NXDOMAIN;

		t_case("is %s known", as_dns_outcome_text(ans.outcome));
		T_INT(as_answer_is_none(&ans), none);
		T_INT(as_answer_is_known(&ans), none || o == AS_DNS_OK);
	}
	t_case("an answer never asked for is neither known nor none");
	T_OK(!as_answer_is_known(NULL));
	T_OK(!as_answer_is_none(NULL));
}

static void
test_cause(struct as_arena *a)
{
	struct as_answer ans = {
	    .name = AS_STR("a.example"),
	    .type = AS_RR_MX,
	    .outcome = AS_DNS_SERVFAIL,
	};

	t_case("the cause of an unknown answer, in words");
	T_STR(as_answer_cause(a, &ans),
	    "the name server failed (SERVFAIL) for MX a.example");
	ans.detail = AS_STR("lame\x1b[2J");
	ans.outcome = AS_DNS_TIMEOUT;
	T_STR(as_answer_cause(a, &ans),
	    "no answer in time for MX a.example: lame\\027[2J");
	ans.type = 65280;
	ans.detail = AS_STR_NULL;
	T_STR(as_answer_cause(a, &ans),
	    "no answer in time for TYPE65280 a.example");
	T_STR(as_answer_cause(a, NULL), "not asked");
	t_case("the cause says nothing twice");
	ans.type = AS_RR_MX;
	ans.detail = AS_STR("no answer within 5000 ms, in 2 tries");
	T_STR(as_answer_cause(a, &ans),
	    "no answer in time for MX a.example: 5 s, in 2 tries");
	ans.outcome = AS_DNS_BOGUS;
	ans.detail = AS_STR("validation failure: key for validation a.example. "
			    "is marked as invalid because of a previous "
			    "validation failure <a.example. SOA IN>: signature "
			    "expired");
	T_STR(as_answer_cause(a, &ans),
	    "DNSSEC validation failed for MX a.example: signature expired");
}

static void
test_texts(void)
{
	t_case("a value outside an enum has a text");
	T_STR(as_str_from(as_dns_outcome_text((enum as_dns_outcome)99)), "?");
	T_STR(as_str_from(as_fetch_text(AS_FETCH_REDIRECT)), "redirect");
}

int
main(void)
{
	struct as_arena *a = as_arena_new((size_t)1024 * 1024);

	if (a == NULL)
		return 99;
	test_read(a);
	test_find();
	test_known();
	test_cause(a);
	test_texts();
	as_arena_free(a);
	return t_done();
}
