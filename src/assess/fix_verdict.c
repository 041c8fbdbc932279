/*
 * What would be better, what stays, and whether something gets worse.
 */
#include "assess/fix.h"
#include "assess/role.h"

#include "base/banned.h"

static bool
is_bad(const struct as_finding *f)
{
	return f->verdict == AS_VERDICT_WARN || f->verdict == AS_VERDICT_FAIL;
}

/* Something to be told of, or not known. */
static bool
is_open(const struct as_finding *f)
{
	return f->verdict >= AS_VERDICT_INFO;
}

static bool
says_open(const struct as_assessment *as, const struct as_finding *f)
{
	for (size_t i = 0; i < as->n_findings; i++)
		if (is_open(&as->findings[i]) &&
		    as_str_eq(as->findings[i].rule, f->rule) &&
		    as_str_eq(as->findings[i].subject, f->subject))
			return true;
	return false;
}

static bool
says(const struct as_assessment *as, const struct as_finding *f,
    enum as_verdict verdict)
{
	for (size_t i = 0; i < as->n_findings; i++)
		if (as->findings[i].verdict == verdict &&
		    as_str_eq(as->findings[i].rule, f->rule))
			return true;
	return false;
}

/* The rule passed for all, or had something to say of other subjects only. */
static bool
passed_before(const struct as_assessment *before, const struct as_finding *f)
{
	return says(before, f, AS_VERDICT_PASS) && !says_open(before, f);
}

static bool
list_make(struct as_arena *a, struct as_fix_findings *l, size_t most)
{
	l->v = as_arena_array(a, most, sizeof(struct as_finding *));
	return l->v != NULL;
}

static void
list_add(struct as_fix_findings *l, const struct as_finding *f)
{
	l->v[l->n++] = f;
}

static bool
is_letter(char grade)
{
	return grade >= 'A' && grade <= 'F';
}

static bool
fell(const struct as_assessment *before, const struct as_assessment *after)
{
	for (size_t i = 0; i < AS_AXES; i++) {
		char was = before->axes[i].grade, is = after->axes[i].grade;

		if (is_letter(was) && is_letter(is) && is > was)
			return true;
	}
	return false;
}

enum as_err
as_fix_compare(struct as_arena *a, const struct as_assessment *before,
    const struct as_assessment *after, struct as_fix_verdict *out)
{
	*out = (struct as_fix_verdict){.after = after};
	if (!list_make(a, &out->mended, before->n_findings) ||
	    !list_make(a, &out->left, after->n_findings) ||
	    !list_make(a, &out->worse, after->n_findings) ||
	    !list_make(a, &out->unknown, after->n_findings))
		return AS_ENOMEM;
	for (size_t i = 0; i < before->n_findings; i++) {
		const struct as_finding *f = &before->findings[i];

		if (is_open(f) && f->verdict != AS_VERDICT_UNKNOWN &&
		    !says_open(after, f))
			list_add(&out->mended, f);
	}
	for (size_t i = 0; i < after->n_findings; i++) {
		const struct as_finding *f = &after->findings[i];

		if (is_bad(f))
			list_add(&out->left, f);
		if (is_bad(f) && passed_before(before, f))
			list_add(&out->worse, f);
		if (f->verdict == AS_VERDICT_UNKNOWN &&
		    !says(before, f, AS_VERDICT_UNKNOWN))
			list_add(&out->unknown, f);
	}
	out->letter_fell = fell(before, after);
	return AS_OK;
}

/* --- what is left of the steps --- */

static bool
is_listed(const struct as_fix_findings *l, const struct as_finding *f)
{
	for (size_t i = 0; i < l->n; i++)
		if (as_str_eq(l->v[i]->rule, f->rule) &&
		    as_str_eq(l->v[i]->subject, f->subject))
			return true;
	return false;
}

/* Only what the domain itself publishes was judged. */
static bool
is_needless(const struct as_fix_step *step, const struct as_fix_verdict *v)
{
	if (step->by == AS_FIX_ZONE || step->by == AS_FIX_WEB)
		return false;
	for (size_t i = 0; i < step->n_mends; i++)
		if (!is_listed(&v->mended, step->mends[i]))
			return false;
	return step->n_mends > 0;
}

/* The key that was seen may be that of a stranger in the middle; a stricter
 * policy, or a sender fewer, may cost mail. */
static bool
is_delicate(const struct as_finding *f, enum as_role role)
{
	static const char *const always[] = {
	    "dane.mismatch", "dane.missing", "mta-sts.mode"};
	static const char *const senders[] = {"dmarc.policy-none",
	    "dmarc.policy-quarantine", "dmarc.historic-tags", "dmarc.testing",
	    "dmarc.subdomain-weaker", "spf.include-broken", "spf.multiple",
	    "spf.plus-all", "spf.ptr", "spf.void-lookups"};

	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (as_str_is(f->rule, always[i]))
			return true;
	for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++)
		if (as_str_is(f->rule, senders[i]))
			return !as_role_is_silent(role);
	return false;
}

void
as_fix_settle(struct as_fix *fix, const struct as_fix_verdict *v)
{
	size_t n = 0;

	for (size_t i = 0; i < fix->n_steps; i++) {
		struct as_fix_step *step = &fix->steps[i];

		if (is_needless(step, v))
			continue;
		for (size_t k = 0; k < step->n_mends; k++)
			step->check_first |=
			    is_delicate(step->mends[k], fix->before->role);
		fix->steps[n++] = *step;
	}
	fix->n_steps = n;
}

const char *
as_fix_who(const struct as_finding *f)
{
	static const struct {
		const char *prefix, *who;
	} rows[] = {
	    {"dmarc.external-report", "whoever takes the reports"},
	    {"mta-sts.certificate", "whoever runs the mail server"},
	    {"mta-sts.policy", "whoever runs the policy host"},
	    {"dnssec.no-ds", "the registrar, with a DS record of yours"},
	    {"dnssec.ds", "the registrar, with a DS record of yours"},
	    {"dnssec.", "whoever runs the name servers"},
	    {"dns.", "whoever runs the name servers"},
	    {"mx.", "whoever decides where mail goes"},
	    {"dkim.", "whoever runs the servers that sign"},
	    {"spf.", "whoever knows who sends for the domain"},
	    {"dmarc.psd-misuse", "whoever publishes that DMARC record"},
	    {"dmarc.", "whoever reads the DMARC reports"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (as_str_has_prefix(f->rule, rows[i].prefix))
			return rows[i].who;
	if (as_str_has_prefix(f->subject, "policy:"))
		return "whoever runs the policy host";
	if (as_str_has_prefix(f->subject, "host:"))
		return "whoever runs the mail server";
	return "whoever runs the domain";
}
