/*
 * What a CAA record means (RFC 8659, RFC 8657, RFC 9495).
 */
#include "assess/explainer.h"
#include "std/caa.h"

#include "base/banned.h"

/* What the properties speak of. */
static const char *const things[] = {
    [AS_CAA_ISSUE] = "certificates for this name and those below",
    [AS_CAA_ISSUEWILD] = "wildcard certificates (*.) for this name",
    [AS_CAA_ISSUEMAIL] = "S/MIME certificates for addresses at this name",
    [AS_CAA_ISSUEVMC] = "mark certificates (BIMI) for this name",
    [AS_CAA_IODEF] = "where authorities report requests that they refuse",
    [AS_CAA_CONTACTEMAIL] = "an address for the validation of requests",
    [AS_CAA_CONTACTPHONE] = "a number for the validation of requests",
    [AS_CAA_OTHER] = "a property that is not known here",
};

static void
flags_explain(struct as_explainer *x, const struct as_caa *c)
{
	unsigned flags = c->rr.flags;

	as_explain_part(x, AS_PART_NUMBER, "flags",
	    as_explain_text(x, "%u", flags),
	    as_explain_text(x, "flags %u", flags), c->flags_at,
	    (flags & AS_CAA_CRITICAL) != 0
		? AS_STR("critical: authorities that do not know the property "
			 "must not issue")
		: AS_STR("not critical: authorities skip a property that they "
			 "do not know"));
	if ((flags & ~(unsigned)AS_CAA_CRITICAL) != 0)
		as_explain_problem(x, AS_LEVEL_WARN, c->flags_at,
		    "RFC 8659 4.1",
		    "only 0 and 128 (critical) have a meaning as flags");
}

static void
tag_explain(struct as_explainer *x, const struct as_caa *c)
{
	enum as_caa_property p = as_caa_property_find(c->rr.tag);

	as_explain_part(x, AS_PART_TEXT, "tag", c->rr.tag, c->rr.tag, c->tag_at,
	    as_str_from(things[p]));
	if (p == AS_CAA_OTHER && (c->rr.flags & AS_CAA_CRITICAL) == 0)
		as_explain_problem(x, AS_LEVEL_WARN, c->tag_at, "RFC 8659 4.1",
		    "a property that is not known; authorities skip it");
}

static struct as_str
param_meaning(struct as_explainer *x, const struct as_tag *t)
{
	struct as_str value = as_explain_esc(x, t->value);

	if (as_str_is_case(t->name, "accounturi"))
		return as_explain_text(x,
		    "only for the account " AS_STR_FMT " (RFC 8657)",
		    AS_STR_ARG(value));
	if (as_str_is_case(t->name, "validationmethods"))
		return as_explain_text(x,
		    "only after validation by " AS_STR_FMT " (RFC 8657)",
		    AS_STR_ARG(value));
	return AS_STR("a parameter of that authority's own");
}

static void
issue_explain(struct as_explainer *x, const struct as_caa *c)
{
	const struct as_caa_issue *issue = c->issue;
	const char *thing = things[as_caa_property_find(c->rr.tag)];

	as_explain_part(x, AS_PART_TEXT, "issuer", issue->issuer,
	    issue->issuer.n > 0 ? issue->issuer : AS_STR("nobody"), c->value_at,
	    as_explain_text(x, AS_STR_FMT " may issue %s",
		AS_STR_ARG(issue->issuer.n > 0
			? as_explain_esc(x, issue->issuer)
			: AS_STR("nobody")),
		thing));
	for (size_t i = 0; i < issue->n_params; i++) {
		const struct as_tag *t = &issue->params[i];
		struct as_str written =
		    as_str_slice(c->rr.value, t->at, t->value_at + t->value.n);
		as_explain_part(x, AS_PART_ITEM, "parameters", written, written,
		    as_caa_place(c, t->at), param_meaning(x, t));
	}
	if (issue->issuer.n == 0 && issue->n_params > 0)
		as_explain_problem(x, AS_LEVEL_WARN, c->value_at,
		    "RFC 8659 4.2",
		    "parameters without an authority: nobody may issue");
}

void
as_explain_caa(struct as_explainer *x)
{
	struct as_caa *c = NULL;
	struct as_why why = {0};
	enum as_err err = as_caa_read(x->a, x->txt, &x->rd, &c, &why);

	if (!as_explain_read(x, err, &why, false))
		return;
	flags_explain(x, c);
	if (c->rr.tag.n > 0)
		tag_explain(x, c);
	as_explain_part(x, AS_PART_TEXT, "value", c->rr.value,
	    c->issue != NULL ? AS_STR("") : c->rr.value, c->value_at,
	    AS_STR("the value"));
	if (c->issue != NULL)
		issue_explain(x, c);
	if (err == AS_EUNSUPPORTED)
		x->view->status = AS_RECORD_VALID; /* it says what it says */
}
