/*
 * check_host() (RFC 7208 4): records, terms in order, include, redirect, and the
 * explanation of a fail.
 *
 * Recursion is bounded by the limit on lookups: each include and redirect costs
 * one.
 */
#include "std/spf_eval.h"

#include <inttypes.h>

#include "base/limits.h"
#include "std/dns_wire.h"
#include "std/spf_run.h"

#include "base/banned.h"

const char *
as_spf_result_text(enum as_spf_result r)
{
	static const char *const texts[] = {
#define AS_SPF_TEXT(code, text) [AS_SPF_RESULT_##code] = text,
	    AS_SPF_RESULT_MAP(AS_SPF_TEXT)
#undef AS_SPF_TEXT
	};

	return texts[r];
}

const char *
as_spf_outcome_text(enum as_spf_outcome o)
{
	static const char *const texts[] = {
#define AS_SPF_TEXT(code, text) [AS_SPF_OUTCOME_##code] = text,
	    AS_SPF_OUTCOME_MAP(AS_SPF_TEXT)
#undef AS_SPF_TEXT
	};

	return texts[o];
}

/* The steps so far, in order. */
struct node {
	struct node *next;
	struct as_spf_step step;
};

struct eval {
	struct as_spf_run run; /* first */
	struct node *steps, **steps_end;
	const struct as_spf_step *last;
	/* Of the record whose "-" decides, for exp; NULL: none did. */
	const struct as_spf *failed;
	struct as_spf_scope failed_scope;
};

static enum as_err host_check(struct eval *e, const struct as_spf_scope *scope,
    enum as_spf_result *result);

static struct as_spf_step *
step_new(struct eval *e, const struct as_spf_scope *scope,
    const struct as_spf_term *term)
{
	struct node *n = AS_NEW(e->run.a, struct node);

	if (n == NULL)
		return NULL;
	n->step = (struct as_spf_step){
	    .depth = scope->depth, .domain = scope->name, .term = term};
	*e->steps_end = n;
	e->steps_end = &n->next;
	e->last = &n->step;
	return &n->step;
}

/* --- records --- */

/* The one record among the TXT of a domain (4.5; SPF-1). */
static enum as_err
record_select(struct as_spf_run *run, const struct as_spf_scope *scope,
    const struct as_spf_reply *txt, struct as_str *record,
    enum as_spf_result *result)
{
	struct as_str one = AS_STR_NULL;
	size_t n = 0;

	for (size_t i = 0; txt->kind == AS_SPF_REPLY_RECORDS && i < txt->n; i++)
		if (as_spf_is_record(txt->list[i])) {
			one = txt->list[i];
			n++;
		}
	if (n == 0) {
		*result = AS_SPF_RESULT_NONE;
		return as_spf_run_problem(run,
		    "RFC 7208 4.5: " AS_STR_FMT " has no SPF record",
		    AS_STR_ARG(scope->name));
	}
	if (n > 1) {
		*result = AS_SPF_RESULT_PERMERROR;
		return as_spf_run_problem(run,
		    "RFC 7208 4.5: " AS_STR_FMT " has %zu SPF records",
		    AS_STR_ARG(scope->name), n);
	}
	*record = one;
	return AS_OK;
}

/* 4.3: no name with an empty or a long label, none of one label alone, and no
 * address literal (SPF-4). */
static bool
is_domain(const struct as_spf_scope *scope)
{
	struct as_str name = scope->name;

	return as_spf_is_name(name) && as_str_find(name, '.', 0) < name.n &&
	    scope->domain.p[0] != '[';
}

/* The text of the domain's record; or *result says that there is none, and the
 * problem why (SPF-4). */
static enum as_err
record_find(struct eval *e, const struct as_spf_scope *scope,
    struct as_str *record, enum as_spf_result *result)
{
	struct as_spf_run *run = &e->run;
	struct as_spf_reply txt;

	if (!is_domain(scope)) {
		*result = AS_SPF_RESULT_NONE;
		return as_spf_run_problem(run,
		    "RFC 7208 4.3: \"" AS_STR_FMT
		    "\" is no domain name of several labels",
		    AS_STR_ARG(scope->name));
	}
	AS_TRY(as_spf_run_ask(run, scope->name, AS_RR_TXT, &txt));
	if (txt.kind == AS_SPF_REPLY_ERROR) {
		*result = AS_SPF_RESULT_TEMPERROR;
		return as_spf_run_problem(run,
		    "RFC 7208 4.4: no answer for TXT of " AS_STR_FMT
		    ": " AS_STR_FMT,
		    AS_STR_ARG(scope->name), AS_STR_ARG(txt.cause));
	}
	/* That of the domain checked is no term (4.6.4). */
	if (txt.kind == AS_SPF_REPLY_VOID && scope->depth > 0)
		run->v->voids++;
	return record_select(run, scope, &txt, record, result);
}

/* Syntax errors anywhere count before any term is evaluated (4.6; SPF-9). */
static enum as_err
record_parse(struct eval *e, const struct as_spf_scope *scope,
    struct as_str record, struct as_spf **spf, enum as_spf_result *result)
{
	struct as_why why = {0};
	enum as_err err = as_spf_parse(e->run.a, record, spf, &why);

	if (err == AS_OK || err == AS_ENOMEM)
		return err;
	*spf = NULL;
	*result = AS_SPF_RESULT_PERMERROR;
	return as_spf_run_problem(&e->run, "%s (record of " AS_STR_FMT ")",
	    why.text, AS_STR_ARG(scope->name));
}

/* --- include and redirect --- */

/* The step's result: what check_host() gives for its target. */
static enum as_err
target_check(
    struct eval *e, const struct as_spf_scope *scope, struct as_spf_step *step)
{
	struct as_spf_scope down = {.depth = scope->depth + 1,
	    .included = scope->included || step->term->kind == AS_SPF_INCLUDE};
	struct as_str name;

	AS_TRY(as_spf_run_target(
	    &e->run, scope, step->term->spec, &down.domain, &name));
	down.name = as_spf_name_write(e->run.a, down.domain);
	if (as_str_is_null(down.name))
		return AS_ENOMEM;
	step->target = down.name;
	return host_check(e, &down, &step->result);
}

/* The table of 5.2; without a pass, a redirect has the same errors (6.1).
 * SPF-10. */
static enum as_spf_hit
hit_of(enum as_spf_result r)
{
	switch (r) {
	case AS_SPF_RESULT_PASS: return AS_SPF_HIT_YES;
	case AS_SPF_RESULT_FAIL:
	case AS_SPF_RESULT_SOFTFAIL:
	case AS_SPF_RESULT_NEUTRAL: break;
	case AS_SPF_RESULT_TEMPERROR: return AS_SPF_HIT_TEMPERROR;
	case AS_SPF_RESULT_NONE:
	case AS_SPF_RESULT_PERMERROR: return AS_SPF_HIT_PERMERROR;
	}
	return AS_SPF_HIT_NO;
}

/* --- terms --- */

static enum as_spf_result
result_of(char qualifier)
{
	switch (qualifier) {
	case '-': return AS_SPF_RESULT_FAIL;
	case '~': return AS_SPF_RESULT_SOFTFAIL;
	case '?': return AS_SPF_RESULT_NEUTRAL;
	default: return AS_SPF_RESULT_PASS;
	}
}

/* The lookups that a term costs, before it makes any (4.6.4; SPF-5). */
static enum as_err
lookups_charge(
    struct eval *e, const struct as_spf_term *t, enum as_spf_hit *hit)
{
	uint32_t cost = as_spf_term_lookups(t);

	e->run.v->lookups += cost;
	if (cost == 0 || e->run.v->lookups <= AS_SPF_LOOKUPS)
		return AS_OK;
	*hit = AS_SPF_HIT_PERMERROR;
	return as_spf_run_problem(&e->run,
	    "RFC 7208 4.6.4: more than %d terms cause lookups", AS_SPF_LOOKUPS);
}

static enum as_err
mechanism_match(struct eval *e, const struct as_spf_scope *scope,
    struct as_spf_step *step, enum as_spf_hit *hit)
{
	if (step->term->kind == AS_SPF_ALL)
		*hit = AS_SPF_HIT_YES;
	if (step->term->kind == AS_SPF_ALL)
		return AS_OK;
	if (step->term->kind != AS_SPF_INCLUDE)
		return as_spf_run_match(&e->run, scope, step, hit);
	AS_TRY(target_check(e, scope, step));
	*hit = hit_of(step->result);
	return AS_OK;
}

/* Time is up: whatever the answers were (4.6.4; SPF-8). */
static enum as_err
late_check(struct eval *e, enum as_spf_hit *hit)
{
	if (!e->run.late || *hit == AS_SPF_HIT_TEMPERROR)
		return AS_OK;
	*hit = AS_SPF_HIT_TEMPERROR;
	return as_spf_run_problem(&e->run,
	    "RFC 7208 4.6.4: the lookups took more than %" PRIu32 " ms",
	    e->run.query->time_limit_ms);
}

/* The problem is told where it is, not once more for each include above. */
static void
step_fail(struct eval *e, struct as_spf_step *step, enum as_spf_result result)
{
	step->outcome = AS_SPF_OUTCOME_ERROR;
	step->result = result;
	if (step == e->last)
		step->detail = e->run.v->problem;
}

/* `lookups`, `voids`: before the term. */
static void
step_close(struct eval *e, struct as_spf_step *step, enum as_spf_hit hit,
    uint32_t lookups, uint32_t voids)
{
	const struct as_spf_verdict *v = e->run.v;

	switch (hit) {
	case AS_SPF_HIT_NO: break;
	case AS_SPF_HIT_YES:
		step->outcome = AS_SPF_OUTCOME_MATCH;
		step->result = result_of(step->term->qualifier);
		break;
	case AS_SPF_HIT_TEMPERROR:
		step_fail(e, step, AS_SPF_RESULT_TEMPERROR);
		break;
	case AS_SPF_HIT_PERMERROR:
		step_fail(e, step, AS_SPF_RESULT_PERMERROR);
		break;
	}
	step->lookups = v->lookups;
	step->cost = v->lookups - lookups;
	step->voids = v->voids - voids;
}

/* Evaluate one mechanism; its step tells what came of it. */
static enum as_err
mechanism_eval(struct eval *e, const struct as_spf_scope *scope,
    const struct as_spf_term *t, struct as_spf_step **out)
{
	struct as_spf_verdict *v = e->run.v;
	uint32_t lookups = v->lookups, voids = v->voids;
	struct as_spf_step *step = step_new(e, scope, t);
	enum as_spf_hit hit = AS_SPF_HIT_NO;

	if (step == NULL)
		return AS_ENOMEM;
	e->run.term_void = false;
	AS_TRY(lookups_charge(e, t, &hit));
	if (hit == AS_SPF_HIT_NO)
		AS_TRY(mechanism_match(e, scope, step, &hit));
	AS_TRY(late_check(e, &hit));
	step_close(e, step, hit, lookups, voids);
	*out = step;
	return AS_OK;
}

/* 6.1 (SPF-11) */
static enum as_err
redirect_eval(struct eval *e, const struct as_spf_scope *scope,
    const struct as_spf_term *t, enum as_spf_result *result)
{
	struct as_spf_verdict *v = e->run.v;
	uint32_t lookups = v->lookups, voids = v->voids;
	struct as_spf_step *step = step_new(e, scope, t);
	enum as_spf_hit hit = AS_SPF_HIT_NO;

	if (step == NULL)
		return AS_ENOMEM;
	e->run.term_void = false;
	AS_TRY(lookups_charge(e, t, &hit));
	if (hit == AS_SPF_HIT_NO) {
		AS_TRY(target_check(e, scope, step));
		step->outcome = AS_SPF_OUTCOME_USED;
		if (step->result != AS_SPF_RESULT_PASS)
			hit = hit_of(step->result);
	}
	step_close(e, step, hit, lookups, voids);
	*result = step->result;
	return AS_OK;
}

static bool
is_mechanism(const struct as_spf_term *t)
{
	return t->kind != AS_SPF_REDIRECT && t->kind != AS_SPF_EXP &&
	    t->kind != AS_SPF_UNKNOWN_MODIFIER;
}

/* SPF-13 */
static enum as_err
terms_eval(struct eval *e, const struct as_spf_scope *scope,
    const struct as_spf *spf, enum as_spf_result *result)
{
	for (size_t i = 0; i < spf->n_terms; i++) {
		const struct as_spf_term *t = &spf->terms[i];
		struct as_spf_step *step;
		if (!is_mechanism(t))
			continue;
		AS_TRY(mechanism_eval(e, scope, t, &step));
		if (step->outcome == AS_SPF_OUTCOME_NO_MATCH)
			continue;
		*result = step->result;
		if (*result == AS_SPF_RESULT_FAIL && !scope->included) {
			e->failed = spf;
			e->failed_scope = *scope;
		}
		return AS_OK;
	}
	*result = AS_SPF_RESULT_NEUTRAL; /* 4.7 */
	if (spf->redirect != NULL)
		return redirect_eval(e, scope, spf->redirect, result);
	return AS_OK;
}

static enum as_err
host_check(struct eval *e, const struct as_spf_scope *scope,
    enum as_spf_result *result)
{
	struct as_str record = AS_STR_NULL;
	struct as_spf *spf = NULL;

	AS_TRY(record_find(e, scope, &record, result));
	if (scope->depth == 0)
		e->run.v->record = record;
	if (as_str_is_null(record))
		return AS_OK;
	AS_TRY(record_parse(e, scope, record, &spf, result));
	if (spf == NULL)
		return AS_OK;
	return terms_eval(e, scope, spf, result);
}

/* --- the verdict --- */

static enum as_err
scope_init(struct as_spf_run *run, struct as_spf_scope *scope)
{
	struct as_str domain = run->query->domain;

	*scope = (struct as_spf_scope){
	    .domain = as_str_is_null(domain) ? run->macros.o : domain};
	scope->name = as_spf_name_write(run->a, scope->domain);
	run->v->sender = run->macros.s;
	run->v->domain = scope->name;
	return as_str_is_null(scope->name) ? AS_ENOMEM : AS_OK;
}

static const struct as_spf_term *
exp_find(const struct as_spf *spf)
{
	for (size_t i = 0; i < spf->n_terms; i++)
		if (spf->terms[i].kind == AS_SPF_EXP)
			return &spf->terms[i];
	return NULL;
}

/* Its lookups count for no limit (SPF-12). */
static enum as_err
explanation_eval(struct eval *e)
{
	const struct as_spf_term *t = exp_find(e->failed);
	struct as_spf_step *step;

	if (t == NULL)
		return AS_OK;
	step = step_new(e, &e->failed_scope, t);
	if (step == NULL)
		return AS_ENOMEM;
	step->outcome = AS_SPF_OUTCOME_IGNORED;
	step->lookups = e->run.v->lookups;
	return as_spf_run_explain(&e->run, &e->failed_scope, step);
}

static enum as_err
trace_write(struct eval *e)
{
	struct as_spf_verdict *v = e->run.v;
	size_t n = 0;

	for (const struct node *s = e->steps; s != NULL; s = s->next)
		n++;
	v->trace = as_arena_array(e->run.a, n, sizeof(v->trace[0]));
	if (v->trace == NULL)
		return AS_ENOMEM;
	for (const struct node *s = e->steps; s != NULL; s = s->next)
		v->trace[v->n_trace++] = s->step;
	return AS_OK;
}

static enum as_err
verdict_find(struct eval *e)
{
	struct as_spf_verdict *v = e->run.v;
	enum as_spf_hit hit = AS_SPF_HIT_NO;
	struct as_spf_scope scope;

	AS_TRY(as_spf_run_init(&e->run));
	AS_TRY(scope_init(&e->run, &scope));
	AS_TRY(host_check(e, &scope, &v->result));
	if (v->result != AS_SPF_RESULT_TEMPERROR)
		AS_TRY(late_check(e, &hit));
	if (hit == AS_SPF_HIT_TEMPERROR)
		v->result = AS_SPF_RESULT_TEMPERROR;
	if (v->result == AS_SPF_RESULT_FAIL)
		AS_TRY(explanation_eval(e));
	return trace_write(e);
}

enum as_err
as_spf_eval(struct as_arena *a, const struct as_spf_query *query,
    as_spf_lookup *lookup, void *ctx, struct as_spf_verdict *out)
{
	struct eval e = {.run = {.a = a,
			     .query = query,
			     .lookup = lookup,
			     .ctx = ctx,
			     .v = out}};
	enum as_err err;

	*out = (struct as_spf_verdict){.n_needs = 0};
	e.steps_end = &e.steps;
	err = verdict_find(&e);
	return err == AS_EABSENT ? AS_OK : err;
}
