/*
 * The MTA-STS policy file, one for all that is found about it, and the id that
 * tells senders of it.
 */
#include <string.h>

#include "assess/advice.h"
#include "assess/fix_private.h"

#include "base/banned.h"

#define AGE_LEAST    604800  /* mta-sts.max-age notes less */
#define AGE_PROPOSED 1209600 /* two weeks */

/* What findings ask of the file; not more than it gives. */
enum want {
	WANT_NOTHING,
	WANT_FILE,  /* it is to be served, its text is nobody's fault */
	WANT_OTHER, /* it is to say something else: the id changes */
};

static enum want
want_of(const struct as_finding *f)
{
	static const char *const file[] = {
	    "mta-sts.missing", "mta-sts.policy-fetch"};
	static const char *const other[] = {"mta-sts.policy-syntax",
	    "mta-sts.mx-mismatch", "mta-sts.mode", "mta-sts.max-age"};

	if (f->verdict < AS_VERDICT_INFO || f->verdict == AS_VERDICT_UNKNOWN)
		return WANT_NOTHING;
	for (size_t i = 0; i < sizeof(file) / sizeof(file[0]); i++)
		if (as_str_is(f->rule, file[i]))
			return WANT_FILE;
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		if (as_str_is(f->rule, other[i]))
			return WANT_OTHER;
	return WANT_NOTHING;
}

static bool
rule_passed(const struct as_assessment *as, const char *rule)
{
	bool passed = false;

	for (size_t i = 0; i < as->n_findings; i++) {
		if (!as_str_is(as->findings[i].rule, rule))
			continue;
		if (as->findings[i].verdict != AS_VERDICT_PASS)
			return false;
		passed = true;
	}
	return passed;
}

/* A policy that is tested is enforced when every server satisfies it and
 * somebody gets the reports that say so. */
static const char *
mode_next(const struct as_fix_maker *m)
{
	const struct as_mta_sts_policy *p = m->c->policy;

	if (p == NULL || p->mode == AS_MTA_STS_NONE)
		return "testing";
	if (p->mode == AS_MTA_STS_TESTING && m->c->rpt != NULL &&
	    rule_passed(m->as, "mta-sts.certificate-of-mx") &&
	    rule_passed(m->as, "mta-sts.mx-mismatch"))
		return "enforce";
	return as_mta_sts_mode_text(p->mode);
}

static bool
mode_moves(const struct as_fix_maker *m)
{
	return m->c->policy == NULL ||
	    strcmp(mode_next(m), as_mta_sts_mode_text(m->c->policy->mode)) != 0;
}

static bool
is_named(const struct as_mta_sts_policy *p, struct as_str host)
{
	for (size_t i = 0; p != NULL && i < p->n_mx; i++)
		if (as_mta_sts_mx_match(p->mx[i], host))
			return true;
	return false;
}

static void
put_mx(struct as_buf *b, struct as_str name)
{
	as_buf_puts(b, "mx: ");
	as_buf_add_str(b, name);
	as_buf_puts(b, "\n");
}

/* The file; AS_STR_NULL: what it must name is not known, or cannot be named. */
static struct as_str
file_make(struct as_fix_maker *m)
{
	const struct as_case *c = m->c;
	const struct as_mta_sts_policy *p = c->policy;
	struct as_mta_sts_policy *parsed;
	struct as_str text;
	struct as_buf b;

	if (c->receives != AS_YES || c->n_mx == 0 || c->mx_answer->cut ||
	    (c->mail != AS_MAIL_LISTED && c->mail != AS_MAIL_IMPLICIT))
		return AS_STR_NULL;
	as_buf_init(&b, AS_MAX_POLICY_OCTETS);
	as_buf_printf(&b, "version: STSv1\nmode: %s\n", mode_next(m));
	for (size_t i = 0; p != NULL && i < p->n_mx; i++)
		put_mx(&b, p->mx[i]);
	for (size_t i = 0; i < c->n_mx; i++)
		if (!is_named(p, c->mx[i].host))
			put_mx(&b, c->mx[i].host);
	as_buf_printf(&b, "max_age: %u\n",
	    p != NULL && p->max_age >= AGE_LEAST ? (unsigned)p->max_age
						 : AGE_PROPOSED);
	text = as_say_take(&m->say, &b);
	if (as_str_is_null(text) ||
	    as_mta_sts_policy_parse(c->a, text, &parsed, NULL) != AS_OK)
		return AS_STR_NULL;
	return text;
}

static bool
has_web(const struct as_fix *fix)
{
	for (size_t i = 0; i < fix->n_steps; i++)
		if (fix->steps[i].by == AS_FIX_WEB)
			return true;
	return false;
}

bool
as_fix_has_policy(const struct as_fix_maker *m)
{
	return m->c->policy != NULL || has_web(m->out);
}

/* Senders fetch a policy again when the id is another (RFC 8461 3.1). */
static void
id_change(struct as_fix_maker *m, const struct as_finding *f)
{
	struct as_str text = as_advice_mta_sts_new(&m->say);
	struct as_fix_step *step;

	if (as_str_is_null(text))
		return;
	step = as_fix_step_at(m, m->c->sts_set.name, AS_STR("TXT"));
	if (step == NULL)
		return;
	as_fix_drop(step, as_mta_sts_is_record);
	as_fix_add(step, text);
	as_fix_mends(m, step, f);
}

/* Does the file that is served say this already? */
static bool
is_served(const struct as_fix_maker *m, struct as_str file)
{
	const struct as_mta_sts_policy *p = m->c->policy;
	struct as_mta_sts_policy *q;

	if (p == NULL ||
	    as_mta_sts_policy_parse(m->c->a, file, &q, NULL) != AS_OK)
		return false;
	return p->mode == q->mode && p->max_age == q->max_age &&
	    p->n_mx == q->n_mx;
}

void
as_fix_policy(struct as_fix_maker *m)
{
	const struct as_assessment *as = m->as;
	struct as_fix_step *web = NULL;
	struct as_str file;

	if (has_web(m->out))
		return;
	file = file_make(m);
	if (as_str_is_null(file) || is_served(m, file))
		return;
	for (size_t i = 0; i < as->n_findings; i++) {
		const struct as_finding *f = &as->findings[i];
		enum want want = want_of(f);

		if (want == WANT_NOTHING ||
		    (as_str_is(f->rule, "mta-sts.mode") && !mode_moves(m)))
			continue;
		if (web == NULL)
			web = as_fix_step_web(m,
			    as_say_text(&m->say,
				"https://mta-sts." AS_STR_FMT
				"/.well-known/mta-sts.txt",
				AS_STR_ARG(m->c->name)),
			    file);
		if (web == NULL)
			return;
		as_fix_mends(m, web, f);
		if (want == WANT_OTHER)
			id_change(m, f);
	}
}
