#include "assess/assess.h"

#include <stdlib.h>
#include <string.h>

#include "assess/axes.h"
#include "assess/profile.h"
#include "assess/rules.h"

#include "base/banned.h"

#define VERDICTS (AS_VERDICT_UNKNOWN + 1)

/* The order of findings: by verdict, then by rule and subject. */
static const enum as_verdict urgency[VERDICTS] = {
    AS_VERDICT_FAIL,
    AS_VERDICT_WARN,
    AS_VERDICT_UNKNOWN,
    AS_VERDICT_INFO,
    AS_VERDICT_PASS,
    AS_VERDICT_NOT_APPLICABLE,
};

/* Of two of one verdict. */
static int
said_cmp(const void *pa, const void *pb)
{
	const struct as_said *a = *(const struct as_said *const *)pa;
	const struct as_said *b = *(const struct as_said *const *)pb;
	int d = 0;

	/* What one cause left unknown stands together. */
	if (a->f.verdict == AS_VERDICT_UNKNOWN)
		d = as_str_cmp(a->f.evidence, b->f.evidence);
	if (d == 0 && a->f.verdict == AS_VERDICT_UNKNOWN)
		d = as_str_cmp(a->f.subject, b->f.subject);
	if (d == 0)
		d = (a->rule > b->rule) - (a->rule < b->rule);
	if (d == 0)
		d = as_str_cmp(a->f.subject, b->f.subject);
	if (d == 0)
		d = as_str_cmp(a->f.title, b->f.title);
	return d;
}

/* Rules speak in the order of their ids, so that most of it is sorted. */
static void
sort_said(const struct as_said **v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (said_cmp(&v[i - 1], &v[i]) > 0) {
			qsort(v, n, sizeof(*v), said_cmp);
			return;
		}
}

static enum as_err
findings_sort(
    struct as_arena *a, const struct as_say *o, struct as_assessment *out)
{
	const struct as_said **order = as_arena_array(a, o->n, sizeof(*order));
	size_t count[VERDICTS] = {0}, from[VERDICTS], at = 0;

	out->findings = as_arena_raw(a, o->n * sizeof(*out->findings));
	if (order == NULL || out->findings == NULL)
		return AS_ENOMEM;
	for (const struct as_said *s = o->head; s != NULL; s = s->next)
		count[s->f.verdict]++;
	for (size_t i = 0; i < VERDICTS; at += count[urgency[i++]])
		from[urgency[i]] = at;
	for (const struct as_said *s = o->head; s != NULL; s = s->next)
		order[from[s->f.verdict]++] = s;
	for (size_t v = 0; v < VERDICTS; v++)
		sort_said(order + from[v] - count[v], count[v]);
	for (size_t i = 0; i < o->n; i++)
		out->findings[i] = order[i]->f;
	out->n_findings = o->n;
	return AS_OK;
}

/* A name that does not exist leaves one thing to say. */
static bool
is_moot(const struct as_case *c, const struct as_rule_info *rule)
{
	return c->mail == AS_MAIL_NO_NAME &&
	    strcmp(rule->id, "dns.exists") != 0;
}

static void
rules_run(const struct as_case *c, struct as_say *o, struct as_result *results)
{
	size_t n;
	const struct as_rule_info *rules = as_rules(&n);

	for (size_t i = 0; i < n && o->err == AS_OK; i++) {
		o->rule = &rules[i];
		o->index = i;
		o->result = &results[i];
		o->subject = AS_STR("");
		if (is_moot(c, o->rule))
			as_say_na(o, "the name does not exist");
		else
			as_rule_check_at(i)(c, o);
	}
}

static enum as_err
judge(struct as_case *c, struct as_assessment *out)
{
	struct as_say o = {.c = c};
	struct as_result *results;
	size_t n;

	(void)as_rules(&n);
	results = as_arena_array(c->a, n, sizeof(*results));
	if (results == NULL)
		return AS_ENOMEM;
	o.tail = &o.head;
	rules_run(c, &o, results);
	as_plan_dmarc_finish(&o);
	as_plan_spf_finish(&o);
	AS_TRY(o.err);
	AS_TRY(findings_sort(c->a, &o, out));
	return as_axes_eval(c, results, out);
}

enum as_err
as_assess_case(struct as_case *c, struct as_assessment **out)
{
	const struct as_assess_options *options = c->options;
	struct as_assessment *as = AS_NEW(c->a, struct as_assessment);

	if (as == NULL)
		return AS_ENOMEM;
	as->domain = c->shown;
	as->checked_at = c->d->at;
	as->rules_version = as_str_from(as_rules_version());
	as->role = c->role;
	as->role_why = c->role_why;
	AS_TRY(as_case_dkim_seen(c, as));
	AS_TRY(judge(c, as));
	if (options->n_profiles > 0)
		AS_TRY(as_profiles_eval(
		    c, as, options->profiles, options->n_profiles));
	*out = as;
	return AS_OK;
}

enum as_err
as_assess(struct as_arena *a, const struct as_facts *facts,
    const struct as_assess_options *options, struct as_assessment **out)
{
	struct as_case *c = AS_NEW(a, struct as_case);

	if (c == NULL)
		return AS_ENOMEM;
	AS_TRY(as_case_init(a, facts, options, c));
	return as_assess_case(c, out);
}
