/*
 * Every rule against its vectors.  A rule needs one that passes, one that is
 * found fault with, and one that stays unknown.
 */
#include "harness.h"

#include "base/json.h"
#include "base/utf8.h"
#include "std/dkim_key.h"
#include "std/dmarc.h"
#include "std/mta_sts.h"
#include "std/spf.h"
#include "std/tls_rpt.h"
#include "vectors.h"

#define ARENA_OCTETS ((size_t)64 * 1024 * 1024)

/* --- what must hold for every finding --- */

static bool
has(struct as_str s, struct as_str part)
{
	for (size_t i = 0; i + part.n <= s.n; i++)
		if (memcmp(s.p + i, part.p, part.n) == 0)
			return true;
	return false;
}

/* What is proposed must itself be read by the parsers of std. */
static bool
is_readable(struct as_arena *a, const struct as_record *r)
{
	struct as_str text;
	void *out;

	if (!as_str_is(r->type, "TXT"))
		return as_str_is(r->type, "MX") || as_str_is(r->type, "TLSA") ||
		    as_str_is(r->type, "DS");
	if (as_str_unescape(a, r->proposed, &text, NULL) != AS_OK)
		return false;
	if (as_spf_is_record(text))
		return as_spf_parse(a, text, (struct as_spf **)&out, NULL) ==
		    AS_OK;
	if (as_dmarc_is_like(text))
		return as_dmarc_parse(
			   a, text, (struct as_dmarc **)&out, NULL) == AS_OK;
	if (as_mta_sts_is_record(text))
		return as_mta_sts_parse(
			   a, text, (struct as_mta_sts **)&out, NULL) == AS_OK;
	if (as_tls_rpt_is_record(text))
		return as_tls_rpt_parse(
			   a, text, (struct as_tls_rpt **)&out, NULL) == AS_OK;
	return as_dkim_key_parse(a, text, (struct as_dkim_key **)&out, NULL) ==
	    AS_OK;
}

static void
check_texts(const struct as_finding *f)
{
	struct as_str texts[] = {f->title, f->evidence, f->why, f->advice,
	    f->subject, f->record.name, f->record.current, f->record.proposed};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		T_OK(!as_str_is_null(texts[i]));
		for (size_t k = 0; k < texts[i].n; k++)
			if (texts[i].p[k] < 0x20 || texts[i].p[k] > 0x7e)
				T_OK(!"printable ASCII only");
	}
}

static void
check_finding(struct as_arena *a, const struct as_finding *f)
{
	check_texts(f);
	T_OK(f->title.n > 0 && f->why.n > 0);
	T_OK(f->cites.n > 0);
	if (f->verdict == AS_VERDICT_FAIL || f->verdict == AS_VERDICT_WARN ||
	    f->verdict == AS_VERDICT_UNKNOWN)
		T_OK(f->advice.n > 0 && f->evidence.n > 0);
	if (f->verdict == AS_VERDICT_PASS)
		T_OK(f->advice.n == 0 && f->record.name.n == 0);
	if (f->record.name.n == 0)
		return;
	T_OK(f->record.proposed.n > 0);
	T_OK(!has(f->record.proposed, AS_STR("pct")));
	T_OK(!as_str_eq(f->record.current, f->record.proposed));
	if (!T_OK(is_readable(a, &f->record)))
		printf("# proposed: " AS_STR_FMT "\n",
		    AS_STR_ARG(f->record.proposed));
}

/* Each rule says something, and the order is that of urgency. */
static void
check_whole(struct as_arena *a, const struct as_assessment *as)
{
	static const int urgency[] = {5, 4, 3, 1, 0, 2};
	size_t n;
	const struct as_rule_info *rules = as_rules(&n);

	for (size_t i = 0; i < n; i++)
		T_OK(t_worst(as, as_str_from(rules[i].id)) != NULL);
	for (size_t i = 0; i < as->n_findings; i++) {
		check_finding(a, &as->findings[i]);
		if (i > 0)
			T_OK(urgency[as->findings[i - 1].verdict] <=
			    urgency[as->findings[i].verdict]);
	}
}

/* --- one vector --- */

static struct as_str
text_of(const json_t *one, const char *key)
{
	return as_json_get_str(json_object_get(one, key));
}

static void
check_expected(const json_t *one, const struct as_finding *f)
{
	struct as_str says = text_of(one, "says");
	struct as_str proposed = text_of(one, "proposed");
	struct as_str advises = text_of(one, "advises");

	T_STR(as_str_from(as_verdict_text(f->verdict)),
	    json_string_value(json_object_get(one, "expect")));
	if (!as_str_is_null(proposed))
		T_STR(f->record.proposed,
		    json_string_value(json_object_get(one, "proposed")));
	if (!as_str_is_null(says) &&
	    !T_OK(has(f->title, says) || has(f->evidence, says)))
		printf("# says \"" AS_STR_FMT "\" / \"" AS_STR_FMT "\"\n",
		    AS_STR_ARG(f->title), AS_STR_ARG(f->evidence));
	if (!as_str_is_null(advises) && !T_OK(has(f->advice, advises)))
		printf("# advises \"" AS_STR_FMT "\"\n", AS_STR_ARG(f->advice));
}

/* Twice the same facts give twice the same octets. */
static void
check_pure(
    const struct as_assessment *as, const json_t *facts, const json_t *one)
{
	struct as_arena *a = as_arena_new(ARENA_OCTETS);
	struct as_assessment *again = t_judge(a, facts, one);
	json_t *first = t_assessment_json(as), *second = NULL;

	if (again != NULL)
		second = t_assessment_json(again);
	T_OK(second != NULL && json_equal(first, second));
	json_decref(first);
	json_decref(second);
	as_arena_free(a);
}

static void
run_case(const struct t_vectors *v, const json_t *one)
{
	struct as_arena *a = as_arena_new(ARENA_OCTETS);
	struct as_str rule = text_of(one, "rule");
	json_t *facts = t_vector_facts(v, one);
	struct as_assessment *as = NULL;
	const struct as_finding *f;

	t_case(AS_STR_FMT ": %s", AS_STR_ARG(rule),
	    json_string_value(json_object_get(one, "name")));
	if (T_OK(facts != NULL))
		as = t_judge(a, facts, one);
	if (T_OK(as != NULL)) {
		f = t_worst(as, rule);
		if (T_OK(f != NULL))
			check_expected(one, f);
		check_whole(a, as);
		check_pure(as, facts, one);
	}
	json_decref(facts);
	as_arena_free(a);
}

/* --- coverage --- */

/* Rules that cannot be unknown, and why. */
static const char *const never_unknown[][2] = {
    {NULL, NULL},
};

static bool
may_lack_unknown(const char *id)
{
	for (size_t i = 0; never_unknown[i][0] != NULL; i++)
		if (strcmp(never_unknown[i][0], id) == 0)
			return true;
	return false;
}

static void
check_covered(const struct t_vectors *v, const char *id)
{
	bool pass = false, bad = false, unknown = false;

	t_case("%s has a vector of each kind", id);
	for (size_t i = 0; i < json_array_size(v->cases); i++) {
		const json_t *one = json_array_get(v->cases, i);
		struct as_str expect = text_of(one, "expect");

		if (!as_str_is(text_of(one, "rule"), id))
			continue;
		pass |= as_str_is(expect, "pass");
		unknown |= as_str_is(expect, "unknown");
		bad |= as_str_is(expect, "fail") || as_str_is(expect, "warn") ||
		    as_str_is(expect, "info");
	}
	T_OK(pass);
	T_OK(bad);
	T_OK(unknown || may_lack_unknown(id));
}

/* --- memory --- */

/* NULL: memory was out. */
static struct as_assessment *
judge_in(struct as_arena *a, const json_t *facts)
{
	struct as_assess_options options = {0};
	struct as_assessment *as = NULL;
	struct as_facts *f = NULL;
	enum as_err err = t_facts_read(a, facts, &f, NULL);

	if (err == AS_OK)
		err = as_assess(a, f, &options, &as);
	T_OK(err == AS_OK || err == AS_ENOMEM);
	T_OK((as != NULL) == (err == AS_OK));
	return as;
}

/* At whatever octet memory ends, the judgement says so or is whole. */
static void
check_memory(const struct t_vectors *v, const char *base)
{
	json_t *one = json_pack("{s:s}", "base", base);
	json_t *facts = t_vector_facts(v, one);
	struct as_assessment *as = NULL;

	t_case("memory that ends anywhere: %s", base);
	for (size_t cap = 64; as == NULL && cap < ARENA_OCTETS; cap += 997) {
		struct as_arena *a = as_arena_new(cap);

		as = judge_in(a, facts);
		as_arena_free(a);
	}
	T_OK(as != NULL);
	json_decref(facts);
	json_decref(one);
}

/* DKIM-11 */
static void
check_keys(const struct t_vectors *v)
{
	struct as_arena *a = as_arena_new(ARENA_OCTETS);
	json_t *one = json_loads(
	    "{\"answers\": [{\"name\": \"s2._domainkey.example.org\", "
	    "\"type\": \"TXT\", \"chain\": [\"k.example.net\"], \"txt\": "
	    "[{\"text\": \"k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIa"
	    "aPcHURo=\"}]}]}",
	    0, NULL);
	json_t *facts = t_vector_facts(v, one);
	struct as_assessment *as = t_judge(a, facts, one);

	t_case("keys that are read come with their hash and their alias");
	if (T_OK(as != NULL) && T_INT(as->n_dkim_keys, 2)) {
		T_STR(as->dkim_keys[0].selector, "s1");
		T_STR(as->dkim_keys[0].alias, "");
		T_INT(as->dkim_keys[0].sha256.n, 64);
		T_STR(as->dkim_keys[1].selector, "s2");
		T_STR(as->dkim_keys[1].alias, "k.example.net");
		T_STR(as->dkim_keys[1].sha256,
		    "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b"
		    "792fa9");
	}
	json_decref(facts);
	json_decref(one);
	as_arena_free(a);
}

/* --- the catalogue itself --- */

static void
check_catalogue(void)
{
	size_t n;
	const struct as_rule_info *r = as_rules(&n);

	t_case("the catalogue is in order, and each text is there");
	T_OK(n >= 30);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && !T_OK(strcmp(r[i - 1].id, r[i].id) < 0))
			printf("# %s stands after %s\n", r[i].id, r[i - 1].id);
		T_OK(strchr(r[i].id, '.') != NULL);
		T_OK(r[i].title[0] != 0 && r[i].applies[0] != 0);
		T_OK(r[i].why[0] != 0 && r[i].advice[0] != 0);
		T_OK(strncmp(r[i].cites, "RFC ", 4) == 0 ||
		    strncmp(r[i].cites, "draft-", 6) == 0);
		T_OK(as_rule_find(as_str_from(r[i].id)) == &r[i]);
	}
	T_OK(as_rule_find(AS_STR("no.such-rule")) == NULL);
}

int
main(void)
{
	struct t_vectors v;
	size_t n;
	const struct as_rule_info *rules = as_rules(&n);

	check_catalogue();
	t_case("the vectors can be read");
	if (T_OK(t_vectors_load(&v, "rules"))) {
		for (size_t i = 0; i < json_array_size(v.cases); i++)
			run_case(&v, json_array_get(v.cases, i));
		for (size_t i = 0; i < n; i++)
			check_covered(&v, rules[i].id);
		check_keys(&v);
		check_memory(&v, "full");
		check_memory(&v, "dark");
	}
	t_vectors_free(&v);
	return t_done();
}
