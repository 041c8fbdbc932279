/*
 * What is proposed for a name is one text, and publishing it mends every finding
 * that proposed it, makes no letter worse, and leads on.
 */
#include "harness.h"

#include "base/json.h"
#include "std/dmarc.h"
#include "vectors.h"

#define ARENA_OCTETS ((size_t)64 * 1024 * 1024)

static bool
is_planned(const struct as_finding *f)
{
	return f->record.name.n > 0 &&
	    (as_str_has_prefix(f->rule, "spf.") ||
		as_str_has_prefix(f->rule, "dmarc.")) &&
	    !as_str_is(f->rule, "dmarc.external-report-unauthorised");
}

static size_t
rank(char grade)
{
	static const char order[] = "FEDCBA";
	const char *at = strchr(order, grade);

	/* What is not tested yet, or does not apply, is not worse. */
	return at == NULL ? sizeof(order) : (size_t)(at - order);
}

static void
show(const struct as_finding *f, const struct as_finding *now)
{
	printf("# " AS_STR_FMT ": " AS_STR_FMT " -> " AS_STR_FMT "\n",
	    AS_STR_ARG(f->rule), AS_STR_ARG(f->record.current),
	    AS_STR_ARG(f->record.proposed));
	if (now != NULL)
		printf("# now: " AS_STR_FMT " -> " AS_STR_FMT "\n",
		    AS_STR_ARG(now->title), AS_STR_ARG(now->record.proposed));
}

/* Its fault is gone: a milder finding of the same rule is another one. */
static void
check_mended(const struct as_finding *f, const struct as_assessment *after)
{
	const struct as_finding *now = t_worst(after, f->rule);
	bool bad = now != NULL && now->verdict >= f->verdict &&
	    now->verdict != AS_VERDICT_UNKNOWN;

	/* The record at the wrong place is still to be removed. */
	if (as_str_is(f->rule, "dmarc.wrong-place"))
		bad = now->record.name.n > 0;
	/* Of a tag that nobody knows the record stays free to tell. */
	if (as_str_is(f->rule, "dmarc.syntax") && bad)
		bad = now->record.name.n > 0 || as_str_eq(now->title, f->title);
	if (!T_OK(!bad))
		show(f, now);
}

/* No name is protected less than before. */
static void
check_no_weaker(struct as_arena *a, const struct as_finding *f)
{
	struct as_str was, is;
	struct as_dmarc *old, *new;

	if (as_str_unescape(a, f->record.current, &was, NULL) != AS_OK ||
	    as_str_unescape(a, f->record.proposed, &is, NULL) != AS_OK ||
	    as_dmarc_parse(a, was, &old, NULL) != AS_OK ||
	    as_dmarc_parse(a, is, &new, NULL) != AS_OK)
		return;
	if (!T_OK(as_dmarc_own_policy(new) >= as_dmarc_own_policy(old) &&
		as_dmarc_sub_policy(new) >= as_dmarc_sub_policy(old) &&
		as_dmarc_np_policy(new) >= as_dmarc_np_policy(old) &&
		(old->testing || !new->testing) && !new->has_pct))
		show(f, NULL);
}

static void
check_after(const struct as_assessment *before,
    const struct as_assessment *after, const struct as_finding *first)
{
	for (size_t i = 0; i < before->n_findings; i++) {
		const struct as_finding *f = &before->findings[i];

		if (is_planned(f) &&
		    as_str_eq(f->record.name, first->record.name))
			check_mended(f, after);
	}
	for (size_t i = 0; i < AS_AXES; i++)
		if (!T_OK(rank(after->axes[i].grade) >=
			    rank(before->axes[i].grade) ||
			before->axes[i].grade == '?' ||
			before->axes[i].grade == '-')) {
			show(first, NULL);
			printf("# letter %c -> %c: " AS_STR_FMT "\n",
			    before->axes[i].grade, after->axes[i].grade,
			    AS_STR_ARG(after->axes[i].gate));
		}
	for (size_t i = 0; i < after->n_findings; i++) {
		const struct as_finding *f = &after->findings[i];

		if (is_planned(f) &&
		    !T_OK(
			!as_str_eq(f->record.proposed, first->record.proposed)))
			show(f, NULL);
	}
}

/* Publish what the finding proposes and judge again. */
static void
check_published(struct as_arena *a, const json_t *facts, const json_t *one,
    const struct as_assessment *as, const struct as_finding *f)
{
	json_t *changed = json_deep_copy(facts);
	struct as_assessment *after;
	struct as_str text;

	if (T_OK(
		as_str_unescape(a, f->record.proposed, &text, NULL) == AS_OK)) {
		check_no_weaker(a, f);
		t_facts_publish(changed, f->record.name, text);
		after = t_judge(a, changed, one);
		if (T_OK(after != NULL))
			check_after(as, after, f);
	}
	json_decref(changed);
}

static size_t
check_facts(const json_t *facts, const json_t *one)
{
	struct as_arena *a = as_arena_new(ARENA_OCTETS);
	struct as_assessment *as = t_judge(a, facts, one);
	const struct as_finding *spf = NULL, *dmarc = NULL;
	size_t n = 0;

	for (size_t i = 0; as != NULL && i < as->n_findings; i++) {
		const struct as_finding *f = &as->findings[i];
		bool is_spf = as_str_has_prefix(f->rule, "spf.");
		const struct as_finding **first = is_spf ? &spf : &dmarc;

		if (!is_planned(f))
			continue;
		if (*first == NULL) {
			*first = f;
			check_published(a, facts, one, as, f);
			n++;
		}
		if (!T_OK(as_str_eq(f->record.name, (*first)->record.name) &&
			as_str_eq(
			    f->record.proposed, (*first)->record.proposed)))
			show(f, *first);
	}
	T_OK(as != NULL);
	as_arena_free(a);
	return n;
}

/* --- random records --- */

struct dice {
	uint32_t state;
};

static uint32_t
throw_dice(struct dice *d, size_t n)
{
	d->state = d->state * 1664525 + 1013904223;
	return (uint32_t)((d->state >> 8) % n);
}

static const char *const dmarc_parts[] = {"p=none", "p=quarantine", "p=reject",
    "p=rejct", "sp=none", "sp=quarantine", "sp=reject", "sp=x", "np=none",
    "np=reject", "t=y", "psd=y", "psd=n", "adkim=s", "aspf=x", "pct=20",
    "pct=100", "rf=afrf", "ri=86400", "x-own=1", "own=1", "fo=1", "junk",
    "rua=mailto:a@example.org!10m", "rua=mailto:a@example.org",
    "rua=https://example.org/r,mailto:b@example.org",
    "ruf=mailto:a@example.org!5m", "rua=https://example.org/r",
    "rua=mailto:x7@dmarc-rua.mailcheck.service.ncsc.gov.uk"};

static const char *const spf_parts[] = {"mx", "a", "ptr", "?mx", "-ptr", "+all",
    "~all", "-all", "?all", "ip4:10.0.0.1", "ip4:20.1.2.3", "ip4:20.1.2.3/32",
    "ip4:0.0.0.0/0", "include:_spf.example.org", "include:gone.example.org",
    "redirect=_spf.example.org", "exists:%{p}.example.org", "x=1",
    "-ip4:10.0.0.0/8", "exp=%{p}.example.org", "ip6:fe80::1"};

static void
record_make(struct dice *d, const char *start, const char *between,
    const char *const *parts, size_t n, char *out, size_t room)
{
	size_t len = (size_t)snprintf(out, room, "%s", start);

	for (uint32_t left = 1 + throw_dice(d, 6); left > 0; left--)
		len += (size_t)snprintf(out + len, room - len, "%s%s", between,
		    parts[throw_dice(d, n)]);
}

static void
check_random(const struct t_vectors *v, const char *base, const char *role)
{
	struct dice d = {.state = 7};
	char dmarc[600], spf[600];
	size_t proposals = 0;

	t_case("random records: %s, %s", base, role);
	for (size_t i = 0; i < 400; i++) {
		json_t *one, *facts;

		record_make(&d, "v=DMARC1", "; ", dmarc_parts,
		    sizeof(dmarc_parts) / sizeof(dmarc_parts[0]), dmarc,
		    sizeof(dmarc));
		record_make(&d, "v=spf1", " ", spf_parts,
		    sizeof(spf_parts) / sizeof(spf_parts[0]), spf, sizeof(spf));
		one = json_pack("{s:s, s:s, s:{s:[s], s:[s], s:[]}}", "base",
		    base, "role", role, "txt", "_dmarc.example.org", dmarc,
		    "example.org", spf, "gone.example.org");
		facts = t_vector_facts(v, one);
		if (T_OK(facts != NULL))
			proposals += check_facts(facts, one);
		json_decref(facts);
		json_decref(one);
	}
	T_OK(proposals > 100);
}

/* At a suffix a policy that rises leaves the names below as they are. */
static void
check_suffix(const struct t_vectors *v)
{
	json_t *one = json_pack("{s:{s:s}, s:{s:[s], s:[]}, s:s}", "domain",
	    "name", "org", "txt", "_dmarc.org",
	    "v=DMARC1; p=none; psd=y; rua=mailto:a@example.org", "org", "role",
	    "full");
	json_t *facts = t_vector_facts(v, one);
	struct as_arena *a = as_arena_new(ARENA_OCTETS);
	struct as_assessment *as;

	t_case("a suffix and the names below it");
	as = t_judge(a, facts, one);
	if (T_OK(as != NULL))
		T_STR(t_worst(as, AS_STR("dmarc.policy-none"))->record.proposed,
		    "v=DMARC1; p=quarantine; sp=none; np=reject; psd=y; "
		    "rua=mailto:a@example.org");
	json_decref(facts);
	json_decref(one);
	as_arena_free(a);
}

int
main(void)
{
	struct t_vectors v;

	t_case("the vectors can be read");
	if (T_OK(t_vectors_load(&v, "rules"))) {
		for (size_t i = 0; i < json_array_size(v.cases); i++) {
			const json_t *one = json_array_get(v.cases, i);
			struct as_str p =
			    as_json_get_str(json_object_get(one, "proposed"));
			json_t *facts;

			if (as_str_is_null(p) || p.n == 0)
				continue;
			t_case("%s: %s",
			    json_string_value(json_object_get(one, "rule")),
			    json_string_value(json_object_get(one, "name")));
			facts = t_vector_facts(&v, one);
			if (T_OK(facts != NULL))
				(void)check_facts(facts, one);
			json_decref(facts);
		}
		check_suffix(&v);
		check_random(&v, "full", "full");
		check_random(&v, "parked", "parked");
	}
	t_vectors_free(&v);
	return t_done();
}
