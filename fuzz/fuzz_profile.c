/* assess/profile: any text is a profile or is refused by line; one that is read
 * can be judged by, with itself beside it, and printed. */
#include <string.h>

#include "assess/assess.h"
#include "assess/profile.h"
#include "base/limits.h"
#include "must.h"
#include "render/profile.h"

#include "base/banned.h"

static void
check(const struct as_profile *p)
{
	MUST(p->id.n > 0 && p->title.n > 0 && p->n_requirements > 0);
	for (size_t i = 0; i < p->n_requirements; i++) {
		const struct as_requirement *r = &p->requirements[i];

		MUST(r->id.n > 0 && r->words.n > 0 && r->source.n > 0);
		MUST((r->sight == AS_SIGHT_TESTS) == (r->n_tests > 0));
		MUST(r->n_tests > 0 || r->note.n > 0);
		for (size_t k = 0; k < r->n_tests; k++)
			MUST(!as_test_excludes(&r->tests[k], &r->tests[k]) ||
			    r->tests[k].kind == AS_TEST_IS);
	}
}

/* Nothing was answered: no requirement may be met, nor not met. */
static void
judge(struct as_arena *a, const struct as_profile *p)
{
	const struct as_profile *const two[] = {p, p};
	struct as_domain_facts d = {.name = AS_STR("a.test")};
	struct as_facts facts = {.domain = &d};
	const struct as_assess_options options = {
	    .profiles = two, .n_profiles = 2};
	struct as_assessment *as;
	struct as_buf b;
	struct as_term t = {&b, 80, false};

	MUST(as_assess(a, &facts, &options, &as) == AS_OK);
	MUST(as->profiles->n_profiles == 2);
	for (size_t i = 0; i < p->n_requirements; i++) {
		enum as_standing s =
		    as->profiles->profiles[0].stands[i].standing;

		MUST(s == AS_STANDING_UNKNOWN || s > AS_STANDING_MET);
	}
	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	as_profile_text(&t, p);
	as_standings_text(&t, as->profiles, true);
	MUST(as_buf_ok(&b));
	for (size_t i = 0; i < b.n; i++)
		MUST((unsigned char)b.p[i] >= ' ' || b.p[i] == '\n');
	as_buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)64 << 20);
	struct as_profile *profile = NULL;
	struct as_why why = {0};
	enum as_err err;

	MUST(a != NULL);
	err = as_profile_parse(
	    a, "mine.tsv", (struct as_str){(const char *)p, n}, &profile, &why);
	MUST((err == AS_OK) == (profile != NULL));
	if (err != AS_OK) {
		must_explain(&why, err, n);
	} else {
		check(profile);
		judge(a, profile);
	}
	as_arena_free(a);
	return 0;
}
