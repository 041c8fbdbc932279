/*
 * Profiles: tests that exclude each other, and verdicts by the rule vectors'
 * whole documents.
 */
#include "harness.h"

#include "assess/profile.h"
#include "base/buf.h"
#include "base/limits.h"
#include "vectors.h"

#define ARENA_OCTETS ((size_t)64 * 1024 * 1024)
#define ABOUT \
	"about\tid\tmine\nabout\ttitle\tOurs\nabout\tsource\thttps://a.test/" \
	"\n"

/* A profile of one requirement. */
static const struct as_profile *
profile_of(struct as_arena *a, const char *whom, const char *tests)
{
	char *text = as_arena_alloc(a, 2000);
	struct as_profile *p = NULL;
	struct as_why why = {0};

	(void)snprintf(text, 2000,
	    ABOUT "require\tM-1\tmust\t%s\t%s\t-\tWords.\n", whom, tests);
	if (!T_OK(as_profile_parse(a, "mine", as_str_from(text), &p, &why) ==
		AS_OK))
		printf("# %s\n", why.text);
	return p;
}

/* --- which tests exclude each other --- */

static const struct {
	const char *one, *two;
	bool excludes;
} pairs[] = {
    {"dmarc.p=reject", "dmarc.p=none", true},
    {"dmarc.p=reject|quarantine", "dmarc.p=quarantine", false},
    {"dmarc.p=reject", "dmarc.p!=reject", true},
    {"dmarc.p=reject|none", "dmarc.p!=reject", false},
    {"dmarc.p!=reject", "dmarc.p!=none", false},
    {"dmarc.reports=rua", "dmarc.reports=ruf", false},
    {"dmarc.reports=ruf", "dmarc.reports!=ruf", true},
    {"dmarc.reports=rua|ruf", "dmarc.reports!=ruf", false},
    {"tls.versions=1.2", "tls.versions!=1.2|1.1", true},
    {"tls.versions=1.3", "tls.versions!=1.2", false},
    {"dkim.rsa-bits>=3072", "dkim.rsa-bits<=2048", true},
    {"dkim.rsa-bits>=2048", "dkim.rsa-bits<=2048", false},
    {"dkim.rsa-bits>=2048", "cert.rsa-bits<=1024", false},
    {"dmarc.p=reject", "dmarc.sp=none", false},
    {"spf.missing", "spf.missing", false},
    {"dmarc.rua=a@a.test", "dmarc.rua!=a@a.test", true},
};

static void
exclusion(void)
{
	struct as_arena *a = as_arena_new(ARENA_OCTETS);

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct as_profile *one, *two;
		const struct as_test *s, *t;

		t_case("%s and %s", pairs[i].one, pairs[i].two);
		one = profile_of(a, "all", pairs[i].one);
		two = profile_of(a, "all", pairs[i].two);
		s = &one->requirements[0].tests[0];
		t = &two->requirements[0].tests[0];
		T_OK(as_test_excludes(s, t) == pairs[i].excludes);
		T_OK(as_test_excludes(t, s) == pairs[i].excludes);
	}
	as_arena_free(a);
}

/* --- standings, by whole documents of the rule vectors --- */

static const struct {
	const char *base, *whom, *tests, *want;
} stands[] = {
    {"full", "all", "dmarc.missing", "met"},
    {"full", "all", "dmarc.p=reject", "met"},
    {"full", "all", "dmarc.p=none", "not-met"},
    {"full", "all", "dmarc.p!=reject", "not-met"},
    {"full", "all", "dmarc.p=reject dmarc.p=none", "not-met"},
    {"full", "all", "dmarc.pct>=100", "met"},
    {"full", "all", "dmarc.pct<=99", "not-met"},
    {"full", "all", "dmarc.reports=rua", "met"},
    {"full", "all", "dmarc.reports=ruf", "not-met"},
    {"full", "all", "spf.all=fail", "met"},
    {"full", "all", "spf.all=softfail|neutral", "not-met"},
    {"full", "all", "spf.lookups<=10", "met"},
    {"full", "all", "spf.lookups<=0", "not-met"},
    {"full", "silent", "spf.deny-all", "not-applicable"},
    {"full", "parked", "dmarc.p=none", "not-applicable"},
    {"full", "senders", "dkim.rsa-bits>=2048", "met"},
    {"full", "senders", "dkim.rsa-bits>=4096", "not-met"},
    {"full", "senders", "dkim.algorithms=rsa", "met"},
    {"full", "senders", "dkim.algorithms=ed25519", "not-met"},
    {"full", "receivers", "tls.best=1.3", "met"},
    {"full", "receivers", "tls.best=1.0|1.1", "not-met"},
    {"full", "receivers", "tls.versions=1.3", "unknown"},
    {"full", "receivers", "mta-sts.policy=enforce", "met"},
    {"full", "receivers", "mta-sts.policy=testing", "not-met"},
    {"full", "receivers", "mta-sts.max-age-s>=86400", "met"},
    {"full", "receivers", "tls-rpt.schemes=mailto", "met"},
    {"full", "receivers", "tls-rpt.schemes!=mailto", "not-met"},
    {"full", "receivers", "dane.servers=effective", "met"},
    {"full", "receivers", "dnssec.domain=secure", "met"},
    {"full", "receivers", "dnssec.servers=secure", "met"},
    {"full", "receivers", "cert.key=ec", "met"},
    {"full", "receivers", "cert.rsa-bits>=2048", "not-applicable"},
    {"full", "all", "caa.issuers=ca.example", "met"},
    {"full", "all", "caa.issuers=nobody", "not-met"},
    {"full", "all", "dkim.wildcard=none", "met"},
    {"full", "silent", "dkim.wildcard=revoked", "not-applicable"},
    {"full", "receivers", "mx.addresses=ipv4", "met"},
    {"full", "receivers", "mx.addresses=ipv6", "not-met"},
    {"unsigned", "all", "dnssec.domain=secure", "not-met"},
    {"unsigned", "receivers", "dane.servers=effective", "not-met"},
    {"parked", "parked", "spf.deny-all mx.no-null:info", "met"},
    {"parked", "receivers", "starttls.offered", "not-applicable"},
    {"parked", "senders", "dmarc.p=none", "not-applicable"},
    {"receives-only", "silent", "spf.deny-all", "met"},
    {"receives-only", "parked", "mx.no-null", "not-applicable"},
    {"sends-only", "receivers", "mta-sts.missing", "not-applicable"},
    {"only-dns", "receivers", "starttls.offered", "unknown"},
    {"only-dns", "receivers", "tls.best=1.3", "unknown"},
    {"only-dns", "receivers", "mta-sts.policy=enforce", "unknown"},
    {"dark", "all", "dmarc.missing", "unknown"},
    {"dark", "all", "dmarc.p=reject", "unknown"},
    {"dark", "senders", "spf.all=fail", "unknown"},
    {"dark", "receivers", "mx.addresses=ipv6", "unknown"},
    {"bogus", "all", "dnssec.domain=bogus", "met"},
    {"gone", "all", "spf.missing", "not-applicable"},
    {"gone", "all", "dmarc.p=reject", "not-applicable"},
};

static struct as_assessment *
judge(struct as_arena *a, const struct t_vectors *v, const char *base,
    const struct as_profile *const *profiles, size_t n)
{
	const struct as_assess_options options = {
	    .now_ms = INT64_C(1764000000000),
	    .profiles = profiles,
	    .n_profiles = n};
	struct as_assessment *as = NULL;
	struct as_facts *facts;
	struct as_why why = {0};

	if (!T_OK(t_facts_read(a, json_object_get(v->base, base), &facts,
		      &why) == AS_OK) ||
	    !T_OK(as_assess(a, facts, &options, &as) == AS_OK))
		printf("# %s: %s\n", base, why.text);
	return as;
}

static void
standings(const struct t_vectors *v)
{
	for (size_t i = 0; i < sizeof(stands) / sizeof(stands[0]); i++) {
		struct as_arena *a = as_arena_new(ARENA_OCTETS);
		const struct as_profile *p;
		const struct as_assessment *as;
		const struct as_stand *s;

		t_case("%s: %s", stands[i].base, stands[i].tests);
		p = profile_of(a, stands[i].whom, stands[i].tests);
		as = judge(a, v, stands[i].base, &p, 1);
		s = &as->profiles->profiles[0].stands[0];
		T_STR(
		    as_str_from(as_standing_text(s->standing)), stands[i].want);
		/* What decided is named, where something did. */
		T_OK(
		    (s->n_grounds > 0) == (s->standing <= AS_STANDING_UNKNOWN));
		as_arena_free(a);
	}
}

static void
conflicts(const struct t_vectors *v)
{
	struct as_arena *a = as_arena_new(ARENA_OCTETS);
	const struct as_profile *two[2];
	const struct as_assessment *as;

	two[0] = profile_of(a, "all", "spf.missing dmarc.reports=ruf");
	two[1] = profile_of(a, "all", "dmarc.reports!=ruf");
	t_case("a conflict is shown with both sides");
	as = judge(a, v, "full", two, 2);
	T_INT(as->profiles->n_conflicts, 1);
	T_OK(as->profiles->conflicts[0].profile[0] == two[0]);
	T_OK(as->profiles->conflicts[0].profile[1] == two[1]);
	T_STR(as->profiles->conflicts[0].text,
	    "mine (must): dmarc.reports is ruf; mine (must): dmarc.reports is "
	    "not ruf.");
	t_case("none where a requirement is not made of the domain");
	two[1] = profile_of(a, "silent", "dmarc.reports!=ruf");
	as = judge(a, v, "full", two, 2);
	T_INT(as->profiles->n_conflicts, 0);
	as_arena_free(a);
}

/* A profile that asks for failure reports n times. */
static const struct as_profile *
profile_long(struct as_arena *a, size_t n)
{
	struct as_profile *p = NULL;
	struct as_buf b;

	as_buf_init(&b, 65536);
	as_buf_puts(&b, ABOUT);
	for (size_t i = 0; i < n; i++)
		as_buf_printf(&b,
		    "require\tM-%zu\tmust\tall\tdmarc.reports=ruf\t-\tWords."
		    "\n",
		    i);
	T_OK(as_profile_parse(
		 a, "mine", as_str_dup(a, as_buf_str(&b)), &p, NULL) == AS_OK);
	as_buf_fini(&b);
	return p;
}

static void
many_conflicts(const struct t_vectors *v)
{
	struct as_arena *a = as_arena_new(ARENA_OCTETS);
	const struct as_profile *two[2];
	const struct as_assessment *as;

	two[1] = profile_of(a, "all", "dmarc.reports!=ruf");
	for (size_t more = 0; more < 2; more++) {
		t_case("%zu conflicts more than are shown", more);
		two[0] = profile_long(a, AS_MAX_CONFLICTS + more);
		as = judge(a, v, "full", two, 2);
		T_INT(as->profiles->n_conflicts, AS_MAX_CONFLICTS);
		T_INT(as->profiles->conflicts_cut, more > 0);
	}
	as_arena_free(a);
}

/* --- memory --- */

static void
memory(const struct t_vectors *v)
{
	static const char *const tests = "dmarc.p=none tls.best=1.0 "
					 "dkim.rsa-bits>=9999 dns.exists";
	struct as_arena *a = as_arena_new(ARENA_OCTETS);
	const struct as_profile *p = profile_of(a, "all", tests);
	struct as_facts *facts;
	struct as_why why = {0};
	size_t refused = 0;
	bool whole = false;

	t_case("at the end of memory there is no half verdict");
	T_OK(t_facts_read(a, json_object_get(v->base, "full"), &facts, &why) ==
	    AS_OK);
	for (size_t cap = 1024; !whole; cap += 4096) {
		const struct as_assess_options options = {
		    .profiles = &p, .n_profiles = 1};
		struct as_arena *small = as_arena_new(cap);
		struct as_assessment *as = NULL;
		enum as_err err = as_assess(small, facts, &options, &as);

		whole = err == AS_OK;
		refused += err == AS_ENOMEM;
		T_OK(whole || err == AS_ENOMEM);
		T_OK(!whole ||
		    as->profiles->profiles[0].stands[0].n_grounds == 3);
		as_arena_free(small);
	}
	T_OK(refused > 0);
	as_arena_free(a);
}

int
main(void)
{
	struct t_vectors v;

	exclusion();
	t_case("the vectors");
	if (T_OK(t_vectors_load(&v, "rules"))) {
		standings(&v);
		conflicts(&v);
		many_conflicts(&v);
		memory(&v);
	}
	t_vectors_free(&v);
	return t_done();
}
