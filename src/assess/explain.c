#include "assess/explainer.h"

#include <stdlib.h>

#include "base/limits.h"
#include "std/bimi.h"
#include "std/dkim_key.h"
#include "std/dmarc.h"
#include "std/mta_sts.h"
#include "std/spf.h"
#include "std/tls_rpt.h"

#include "base/banned.h"

static as_explain_fn *const types[] = {
    [AS_RECORD_SPF] = as_explain_spf,
    [AS_RECORD_DKIM] = as_explain_dkim,
    [AS_RECORD_DMARC] = as_explain_dmarc,
    [AS_RECORD_MTA_STS] = as_explain_mta_sts,
    [AS_RECORD_MTA_STS_POLICY] = as_explain_mta_sts_policy,
    [AS_RECORD_TLS_RPT] = as_explain_tls_rpt,
    [AS_RECORD_TLSA] = as_explain_tlsa,
    [AS_RECORD_BIMI] = as_explain_bimi,
    [AS_RECORD_CAA] = as_explain_caa,
};

static enum as_err
view_new(struct as_explainer *x, enum as_record_type type)
{
	struct as_record_view *v = AS_NEW(x->a, struct as_record_view);

	if (v == NULL)
		return AS_ENOMEM;
	v->type = type;
	v->text = x->txt;
	v->parts = as_arena_array(x->a, AS_MAX_RECORD_PARTS, sizeof(*v->parts));
	v->problems =
	    as_arena_array(x->a, AS_MAX_RECORD_PROBLEMS, sizeof(*v->problems));
	if (v->parts == NULL || v->problems == NULL)
		return AS_ENOMEM;
	x->view = v;
	return as_reading_init(&x->rd, x->a);
}

/* DNS holds a text as strings; what puts them there must cut it. */
static void
strings_check(struct as_explainer *x, const struct as_explain_input *in)
{
	size_t at = 0;

	for (size_t i = 0; i < in->n_strings; i++) {
		size_t n = in->strings[i];
		if (n > AS_MAX_STRING_OCTETS)
			as_explain_problem(x, AS_LEVEL_WARN, at, "RFC 1035 3.3",
			    "a string of %zu octets: DNS holds at most %d in "
			    "one; publish it as %zu strings",
			    n, AS_MAX_STRING_OCTETS,
			    (n + AS_MAX_STRING_OCTETS - 1) /
				AS_MAX_STRING_OCTETS);
		at += n;
	}
}

/* --- what a text that is something else may be --- */

static bool
is_dkim(struct as_str txt)
{
	return as_str_has_prefix(txt, "v=DKIM1") && as_dkim_key_is_like(txt);
}

static const struct {
	enum as_record_type type;
	bool (*is)(struct as_str txt);
} kinds[] = {
    {AS_RECORD_SPF, as_spf_is_record},
    {AS_RECORD_DKIM, is_dkim},
    {AS_RECORD_DMARC, as_dmarc_is_like},
    {AS_RECORD_MTA_STS, as_mta_sts_is_record},
    {AS_RECORD_TLS_RPT, as_tls_rpt_is_record},
    {AS_RECORD_BIMI, as_bimi_is_record},
};

static void
hint(struct as_explainer *x)
{
	struct as_record_view *v = x->view;

	if (v->status != AS_RECORD_VALID && x->txt.n > 0 && x->txt.p[0] == '"')
		as_explain_problem(x, AS_LEVEL_INFO, 0, "RFC 1035 5.1",
		    "quotation marks belong to the zone file, not to the "
		    "record");
	if (v->status != AS_RECORD_NOT_THIS_TYPE)
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].type != v->type && kinds[i].is(x->txt))
			as_explain_problem(x, AS_LEVEL_INFO, 0, "",
			    "this is a record of another type: %s",
			    as_record_type_text(kinds[i].type));
}

/* --- order --- */

/* Worst first, then by place, what has none last. */
static int
problem_cmp(const void *pa, const void *pb)
{
	const struct as_record_problem *a = pa, *b = pb;

	if (a->level != b->level)
		return a->level > b->level ? -1 : 1;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return as_str_cmp(a->text, b->text);
}

enum as_err
as_explain(struct as_arena *a, const struct as_explain_input *in,
    struct as_record_view **out)
{
	struct as_explainer x = {
	    .a = a, .txt = in->text, .senders = in->senders};

	if (in->text.n > AS_MAX_RECORD_OCTETS)
		return AS_ELIMIT;
	AS_TRY(view_new(&x, in->type));
	types[in->type](&x);
	strings_check(&x, in);
	hint(&x);
	qsort(x.view->problems, x.view->n_problems, sizeof(*x.view->problems),
	    problem_cmp);
	*out = x.view;
	return x.err;
}
