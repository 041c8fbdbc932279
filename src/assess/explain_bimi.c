/*
 * What a BIMI assertion record means.  Experimental, as the draft is.
 */
#include "assess/explainer.h"
#include "std/bimi.h"

#include "base/banned.h"

static const struct tag_row {
	const char *name;
	const char *meaning;
	const char *empty; /* with an empty value */
} rows[] = {
    {"v", "BIMI, version 1 (experimental: an individual draft)", ""},
    {"l", "where the logo is", "no logo"},
    {"a", "where the evidence is: a certificate for the mark (VMC or CMC)",
	"no evidence"},
    {"avp", "which picture is preferred: that of the brand or of the person",
	"no preference"},
    {"lps", "the start of local parts that have a logo of their own", "none"},
};

static void
tag_explain(struct as_explainer *x, const struct as_tag *t)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (as_str_is(t->name, rows[i].name)) {
			as_explain_tag(x, t,
			    as_str_from(t->value.n > 0 ? rows[i].meaning
						       : rows[i].empty));
			return;
		}
	as_explain_tag(x, t, AS_STR("an unknown tag; receivers ignore it"));
	if (t->has_value && t->name.n > 0)
		as_explain_problem(x, AS_LEVEL_INFO, t->at, AS_BIMI_DRAFT,
		    "an unknown tag, ignored (names are lower case)");
}

static void
check(struct as_explainer *x, const struct as_bimi *b)
{
	const struct as_tag *l = as_explain_find(x, "l", false);

	if (b->declined)
		as_explain_problem(x, AS_LEVEL_INFO, l->at, AS_BIMI_DRAFT,
		    "l and a are empty: the domain declines to show a logo");
	else if (b->l.n == 0)
		as_explain_problem(x, AS_LEVEL_WARN, l->at, AS_BIMI_DRAFT,
		    "evidence without a place of the logo (l is empty)");
	else if (b->a.n == 0)
		as_explain_problem(x, AS_LEVEL_INFO, x->txt.n, AS_BIMI_DRAFT,
		    "no evidence (a): many receivers then show no logo");
}

void
as_explain_bimi(struct as_explainer *x)
{
	struct as_bimi *b = NULL;
	struct as_why why = {0};
	enum as_err err = as_bimi_read(x->a, x->txt, &x->rd, &b, &why);

	x->view->experimental = true;
	if (!as_explain_read(x, err, &why, as_explain_is_like(x->txt, "BIMI1")))
		return;
	for (size_t i = 0; i < x->rd.n_tags; i++)
		tag_explain(x, &x->rd.tags[i]);
	if (err == AS_OK)
		check(x, b);
}
