#include "assess/verdicts.h"

#include <stdlib.h>

#include "assess/last_known.h"

#include "base/banned.h"

/* host:NAME@ADDRESS is host:NAME here. */
static struct as_str
subject_of(const struct as_finding *f)
{
	if (!as_str_has_prefix(f->subject, "host:"))
		return f->subject;
	return as_str_slice(f->subject, 0, as_str_find(f->subject, '@', 0));
}

static int
order(
    const struct as_verdict_line *l, struct as_str rule, struct as_str subject)
{
	int cmp = as_str_cmp(l->rule, rule);

	return cmp != 0 ? cmp : as_str_cmp(l->subject, subject);
}

static int
line_cmp(const void *a, const void *b)
{
	const struct as_verdict_line *x = a, *y = b;

	return order(x, y->rule, y->subject);
}

/* What speaks for the subject as a whole. */
static int
weight(enum as_verdict v)
{
	static const int weights[] = {
	    [AS_VERDICT_NOT_APPLICABLE] = 0,
	    [AS_VERDICT_PASS] = 1,
	    [AS_VERDICT_INFO] = 2,
	    [AS_VERDICT_UNKNOWN] = 3,
	    [AS_VERDICT_WARN] = 4,
	    [AS_VERDICT_FAIL] = 5,
	};

	return weights[v];
}

static size_t
merge(struct as_verdict_line *lines, size_t n)
{
	size_t kept = 0;

	qsort(lines, n, sizeof(*lines), line_cmp);
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || line_cmp(&lines[kept - 1], &lines[i]) != 0)
			lines[kept++] = lines[i];
		else if (weight(lines[i].verdict) >
		    weight(lines[kept - 1].verdict))
			lines[kept - 1].verdict = lines[i].verdict;
	}
	return kept;
}

enum as_err
as_verdicts_of(
    struct as_arena *a, const struct as_assessment *as, struct as_verdicts *out)
{
	char grades[AS_AXES];

	*out = (struct as_verdicts){.rules_version = as->rules_version,
	    .role = as->role,
	    .phase = as->phase};
	for (size_t i = 0; i < AS_AXES; i++)
		grades[i] = as->axes[i].grade;
	out->grades = as_str_dup(a, (struct as_str){grades, AS_AXES});
	out->lines = as_arena_array(a, as->n_findings, sizeof(*out->lines));
	if (out->lines == NULL || as_str_is_null(out->grades))
		return AS_ENOMEM;
	for (size_t i = 0; i < as->n_findings; i++)
		out->lines[i] = (struct as_verdict_line){as->findings[i].rule,
		    subject_of(&as->findings[i]), as->findings[i].verdict};
	if (as->n_findings > 0)
		out->n_lines = merge(out->lines, as->n_findings);
	return AS_OK;
}

const struct as_verdict_line *
as_verdicts_find(
    const struct as_verdicts *v, struct as_str rule, struct as_str subject)
{
	size_t lo = 0, hi = v->n_lines;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int cmp = order(&v->lines[mid], rule, subject);

		if (cmp == 0)
			return &v->lines[mid];
		if (cmp < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static enum as_err
grades_carry(struct as_arena *a, const struct as_verdicts *before,
    struct as_verdicts *out)
{
	char *grades = as_arena_copy(a, out->grades.p, out->grades.n);

	if (grades == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < out->grades.n && i < before->grades.n; i++)
		if (grades[i] == '?')
			grades[i] = before->grades.p[i];
	out->grades.p = grades;
	return AS_OK;
}

enum as_err
as_last_verdicts(struct as_arena *a, const struct as_verdicts *before,
    const struct as_verdicts *now, struct as_verdicts *out)
{
	*out = *now;
	if (before == NULL)
		return AS_OK;
	out->lines = as_arena_array(a, now->n_lines, sizeof(*out->lines));
	if (out->lines == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < now->n_lines; i++) {
		const struct as_verdict_line *line = &now->lines[i], *was;

		was = line->verdict == AS_VERDICT_UNKNOWN
		    ? as_verdicts_find(before, line->rule, line->subject)
		    : NULL;
		out->lines[i] = was != NULL ? *was : *line;
	}
	if (now->role == AS_ROLE_UNKNOWN)
		out->role = before->role;
	if (now->phase == AS_PHASE_UNKNOWN)
		out->phase = before->phase;
	return grades_carry(a, before, out);
}
