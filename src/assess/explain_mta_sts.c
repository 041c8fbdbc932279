/*
 * What the MTA-STS record and the policy file mean (RFC 8461).
 */
#include <string.h>

#include "assess/explainer.h"
#include "base/ip.h"
#include "std/mta_sts.h"

#include "base/banned.h"

/* Of duplicates the first counts; names that are not known are extensions. */
static void
field_check(struct as_explainer *x, const struct as_tag *t, bool known,
    const char *cite)
{
	if (!t->has_value || t->name.n == 0)
		return;
	if (!known)
		as_explain_problem(x, AS_LEVEL_INFO, t->at, cite,
		    "an unknown field, ignored (names are lower case)");
	else if (as_explain_is_again(x, t, false))
		as_explain_problem(x, AS_LEVEL_WARN, t->at, cite,
		    "a field that was there before; only the first counts");
}

/* --- the record --- */

static void
record_field(struct as_explainer *x, const struct as_tag *t)
{
	struct as_str meaning = AS_STR("an extension; senders ignore it");
	bool known;

	if (as_explain_is_again(x, t, false))
		meaning = AS_STR("the same field once more");
	else if (as_str_is(t->name, "v"))
		meaning = AS_STR("MTA-STS, version 1");
	else if (as_str_is(t->name, "id"))
		meaning = AS_STR("the version of the policy: senders fetch the "
				 "policy file again when it changes");
	known = as_str_is(t->name, "v") || as_str_is(t->name, "id");
	as_explain_tag(x, t, meaning);
	field_check(x, t, known, "RFC 8461 3.1");
}

void
as_explain_mta_sts(struct as_explainer *x)
{
	struct as_mta_sts *m = NULL;
	struct as_why why = {0};
	enum as_err err = as_mta_sts_read(x->a, x->txt, &x->rd, &m, &why);

	if (!as_explain_read(x, err, &why, as_explain_is_like(x->txt, "STSv1")))
		return;
	for (size_t i = 0; i < x->rd.n_tags; i++)
		record_field(x, &x->rd.tags[i]);
}

/* --- the policy file --- */

#define DAY  86400u
#define WEEK 604800u

static struct as_str
age_text(struct as_explainer *x, uint32_t age)
{
	const char *unit = age >= DAY ? "day" : age >= 3600 ? "hour" : "second";
	uint32_t n = age >= DAY ? age / DAY : age >= 3600 ? age / 3600 : age;

	return as_explain_text(x, "%u %s%s", n, unit, n == 1 ? "" : "s");
}

static struct as_str
mode_meaning(struct as_str mode)
{
	if (as_str_is(mode, "enforce"))
		return AS_STR("mail is only delivered over TLS to a server "
			      "that this policy names, with a valid "
			      "certificate");
	if (as_str_is(mode, "testing"))
		return AS_STR("mail is delivered as usual; failures are only "
			      "reported (TLS-RPT)");
	if (as_str_is(mode, "none"))
		return AS_STR("no policy: senders forget the one before");
	return AS_STR("not a mode");
}

static struct as_str
mx_meaning(struct as_explainer *x, struct as_str mx)
{
	if (as_str_has_prefix(mx, "*."))
		return as_explain_text(x,
		    "mail servers one label below " AS_STR_FMT,
		    AS_STR_ARG(as_explain_esc(x, as_str_slice(mx, 2, mx.n))));
	return as_explain_text(x, "the mail server " AS_STR_FMT,
	    AS_STR_ARG(as_explain_esc(x, mx)));
}

/* A line as it is written. */
static struct as_str
line_of(const struct as_explainer *x, const struct as_tag *t)
{
	return as_str_slice(x->txt, t->at, t->value_at + t->value.n);
}

static void
policy_part(struct as_explainer *x, const struct as_tag *t,
    enum as_part_kind kind, struct as_str meaning)
{
	struct as_str name = as_explain_esc(x, t->name);

	as_explain_part(x, kind, name.p, t->value,
	    t->has_value ? line_of(x, t) : t->name, t->at, meaning);
}

static void
policy_line(struct as_explainer *x, const struct as_mta_sts_policy *p,
    const struct as_tag *t)
{
	struct as_ip ip;

	if (as_str_is(t->name, "mx")) {
		policy_part(x, t, AS_PART_ITEM, mx_meaning(x, t->value));
		if (as_ip_parse(t->value, &ip) == AS_OK)
			as_explain_problem(x, AS_LEVEL_WARN, t->value_at,
			    "RFC 8461 4.1",
			    "an address matches no mail server: mx takes "
			    "names");
		return;
	}
	if (as_str_is(t->name, "version"))
		policy_part(x, t, AS_PART_TEXT, AS_STR("MTA-STS, version 1"));
	else if (as_str_is(t->name, "mode"))
		policy_part(x, t, AS_PART_TEXT, mode_meaning(t->value));
	else if (as_str_is(t->name, "max_age") && p->max_age > 0)
		policy_part(x, t, AS_PART_NUMBER,
		    as_explain_text(x,
			"senders keep the policy for " AS_STR_FMT,
			AS_STR_ARG(age_text(x, p->max_age))));
	else if (as_str_is(t->name, "max_age"))
		policy_part(x, t, AS_PART_TEXT,
		    AS_STR("how many seconds senders keep the policy"));
	else
		policy_part(x, t, AS_PART_TEXT,
		    AS_STR("an extension; senders ignore it"));
	field_check(x, t,
	    as_str_is(t->name, "version") || as_str_is(t->name, "mode") ||
		as_str_is(t->name, "max_age"),
	    "RFC 8461 3.2");
}

static void
policy_check(struct as_explainer *x, const struct as_mta_sts_policy *p)
{
	const struct as_tag *age = as_explain_find(x, "max_age", false);
	const struct as_tag *mode = as_explain_find(x, "mode", false);

	if (p->max_age < DAY)
		as_explain_problem(x, AS_LEVEL_WARN, age->value_at,
		    "RFC 8461 3.2",
		    "senders forget the policy within a day, so that an "
		    "attacker need not block it for long; use weeks");
	else if (p->max_age < WEEK)
		as_explain_problem(x, AS_LEVEL_INFO, age->value_at,
		    "RFC 8461 3.2",
		    "senders keep the policy for less than a week; longer is "
		    "safer");
	if (p->mode == AS_MTA_STS_TESTING)
		as_explain_problem(x, AS_LEVEL_INFO, mode->value_at,
		    "RFC 8461 5",
		    "testing protects nobody yet; once the reports are clean, "
		    "go on to enforce");
	if (p->mode == AS_MTA_STS_NONE)
		as_explain_problem(x, AS_LEVEL_INFO, mode->value_at,
		    "RFC 8461 5", "the policy is switched off");
}

/* Is there a line with a name that such a file has? */
static bool
is_like_policy(const struct as_explainer *x)
{
	static const char *const names[] = {"version", "mode", "max_age", "mx"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct as_tag *t = as_explain_find(x, names[i], true);
		if (t != NULL && t->has_value)
			return true;
	}
	return false;
}

void
as_explain_mta_sts_policy(struct as_explainer *x)
{
	struct as_mta_sts_policy *p = NULL;
	struct as_why why = {0};
	enum as_err err =
	    as_mta_sts_policy_read(x->a, x->txt, &x->rd, &p, &why);

	if (err != AS_ENOMEM && !is_like_policy(x)) {
		x->view->status = AS_RECORD_NOT_THIS_TYPE;
		as_explain_problem(x, AS_LEVEL_ERROR, 0, "RFC 8461 3.2",
		    "not a policy file: no line is a version, mode, max_age "
		    "or mx");
		return;
	}
	if (!as_explain_read(x, err, &why, true))
		return;
	for (size_t i = 0; i < x->rd.n_tags; i++)
		policy_line(x, p, &x->rd.tags[i]);
	if (err == AS_OK)
		policy_check(x, p);
}
