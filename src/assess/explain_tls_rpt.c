/*
 * What a TLS reporting record means (RFC 8460 3).
 */
#include "assess/explainer.h"
#include "std/tls_rpt.h"

#include "base/banned.h"

static struct as_str
rua_meaning(struct as_explainer *x, const struct as_tls_rpt *r)
{
	struct as_str all = AS_STR("");

	for (size_t i = 0; i < r->n_rua; i++)
		all = as_explain_text(x, AS_STR_FMT "%s" AS_STR_FMT,
		    AS_STR_ARG(all), i > 0 ? ", " : "",
		    AS_STR_ARG(as_explain_esc(x, r->rua[i])));
	return as_explain_text(x,
	    "daily reports on encryption that worked or failed go "
	    "to " AS_STR_FMT,
	    AS_STR_ARG(all.n > 0 ? all : AS_STR("nobody")));
}

static void
field_explain(
    struct as_explainer *x, const struct as_tls_rpt *r, const struct as_tag *t)
{
	if (as_str_is(t->name, "v")) {
		as_explain_tag(x, t, AS_STR("TLS reports, version 1"));
	} else if (!as_str_is(t->name, "rua")) {
		as_explain_tag(x, t, AS_STR("an extension; senders ignore it"));
		if (t->has_value && t->name.n > 0)
			as_explain_problem(x, AS_LEVEL_INFO, t->at,
			    "RFC 8460 3",
			    "an unknown field, ignored (names are lower "
			    "case)");
	} else if (as_explain_is_again(x, t, false)) {
		as_explain_tag(x, t, AS_STR("the same field once more"));
		as_explain_problem(x, AS_LEVEL_WARN, t->at, "RFC 8460 3",
		    "a field that was there before; only the first counts");
	} else {
		as_explain_tag(x, t, rua_meaning(x, r));
	}
}

void
as_explain_tls_rpt(struct as_explainer *x)
{
	struct as_tls_rpt *r = NULL;
	struct as_why why = {0};
	enum as_err err = as_tls_rpt_read(x->a, x->txt, &x->rd, &r, &why);

	if (!as_explain_read(
		x, err, &why, as_explain_is_like(x->txt, "TLSRPTv1")))
		return;
	for (size_t i = 0; i < x->rd.n_tags; i++)
		field_explain(x, r, &x->rd.tags[i]);
}
