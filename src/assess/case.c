#include "assess/case.h"

#include <string.h>

#include "assess/role.h"
#include "std/dns_wire.h"

#include "base/banned.h"

const struct as_answer *
as_case_answer(const struct as_case *c, struct as_str name, uint32_t type)
{
	return as_answer_find(c->d->answers, c->d->n_answers, name, type);
}

bool
as_case_is_bogus(const struct as_answer *ans)
{
	return ans != NULL &&
	    (ans->outcome == AS_DNS_BOGUS || ans->security == AS_DNSSEC_BOGUS);
}

struct as_str
as_case_shown(struct as_arena *a, struct as_str s)
{
	bool cut = s.n > AS_SHOWN_OCTETS;
	struct as_str e =
	    as_str_escape(a, as_str_slice(s, 0, cut ? AS_SHOWN_OCTETS : s.n));

	return cut && !as_str_is_null(e)
	    ? as_str_printf(a, AS_STR_FMT "...", AS_STR_ARG(e))
	    : e;
}

struct as_str
as_case_cause(const struct as_case *c, const struct as_answer *ans)
{
	struct as_str s;

	if (ans != NULL && as_answer_is_known(ans) && as_case_is_bogus(ans))
		s = as_str_printf(c->a,
		    "DNSSEC validation failed for " AS_STR_FMT,
		    AS_STR_ARG(as_str_escape(c->a, ans->name)));
	else if (as_case_known(ans))
		s = as_str_printf(c->a,
		    "the answer for " AS_STR_FMT
		    " is longer than what is kept of it",
		    AS_STR_ARG(as_str_escape(c->a, ans->name)));
	else if (ans != NULL)
		s = as_answer_cause(c->a, ans);
	else if (c->d->outcome != AS_SUBJECT_DONE)
		s = as_str_printf(c->a, "not asked: the probe ended early (%s)",
		    as_subject_outcome_text(c->d->outcome));
	else if (c->d->budget_reached)
		s = AS_STR("not asked: the budget of questions for this "
			   "domain was used up");
	else
		s = AS_STR("not asked");
	return as_str_is_null(s) ? AS_STR("not known") : s;
}

bool
as_case_known(const struct as_answer *ans)
{
	return as_answer_is_known(ans) && !as_case_is_bogus(ans);
}

enum as_dnssec
as_case_security(const struct as_case *c)
{
	if (as_case_is_bogus(c->mx_answer) ||
	    as_case_is_bogus(c->spf_set.answer))
		return AS_DNSSEC_BOGUS;
	if (as_case_known(c->mx_answer))
		return c->mx_answer->security;
	if (as_case_known(c->spf_set.answer))
		return c->spf_set.answer->security;
	return AS_DNSSEC_INDETERMINATE;
}

/* Every TXT of the answer that is of the kind. */
static enum as_err
texts_collect(struct as_case *c, as_is_record *is, struct as_txt_set *out)
{
	const struct as_answer *ans = out->answer;

	out->texts = as_arena_array(c->a, ans->n_txt, sizeof(*out->texts));
	if (out->texts == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < ans->n_txt; i++)
		if (is(ans->txt[i].text))
			out->texts[out->n++] = ans->txt[i].text;
	for (size_t i = 0; i < ans->n_txt; i++)
		out->cut |= ans->txt[i].cut && is(ans->txt[i].text);
	out->cut |= ans->cut;
	return AS_OK;
}

enum as_err
as_case_txt(struct as_case *c, struct as_str name, as_is_record *is,
    struct as_txt_set *out)
{
	memset(out, 0, sizeof(*out));
	if (as_str_is_null(name))
		return AS_ENOMEM;
	out->name = name;
	out->answer = as_case_answer(c, name, AS_RR_TXT);
	if (!as_case_known(out->answer))
		return AS_OK;
	AS_TRY(texts_collect(c, is, out));
	if (out->n > 1)
		out->found = AS_FOUND_MANY;
	else if (out->cut)
		out->found = AS_FOUND_UNKNOWN;
	else
		out->found = out->n == 1 ? AS_FOUND_ONE : AS_FOUND_NONE;
	return AS_OK;
}

static void
zone_find(struct as_case *c)
{
	struct as_zone_case *z = &c->zone;

	z->name = c->d->zone;
	if (z->name.n == 0)
		return;
	z->dnskey = as_case_answer(c, z->name, AS_RR_DNSKEY);
	z->ds = as_case_answer(c, z->name, AS_RR_DS);
	z->nsec3param = as_case_answer(c, z->name, AS_RR_NSEC3PARAM);
}

enum as_err
as_case_init(struct as_arena *a, const struct as_facts *facts,
    const struct as_assess_options *options, struct as_case *out)
{
	memset(out, 0, sizeof(*out));
	out->a = a;
	out->facts = facts;
	out->d = facts->domain;
	out->options = options;
	out->name = facts->domain->name;
	out->shown = as_str_escape(a, out->name);
	if (as_str_is_null(out->shown))
		return AS_ENOMEM;
	zone_find(out);
	AS_TRY(as_case_mail(out));
	AS_TRY(as_case_spf(out));
	AS_TRY(as_case_dmarc(out));
	AS_TRY(as_case_dkim(out));
	AS_TRY(as_case_transport(out));
	AS_TRY(as_case_bimi(out));
	return as_role_find(out);
}
