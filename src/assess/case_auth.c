/*
 * The records that say who may send as the domain: SPF and DMARC.
 */
#include "assess/case.h"
#include "std/dns_wire.h"

#include "base/banned.h"

/* --- SPF --- */

static enum as_spf_known
known_txt(const struct as_answer *ans, struct as_str *txt)
{
	size_t n = 0;

	if (!as_case_known(ans))
		return AS_SPF_UNKNOWN;
	if (as_answer_is_none(ans))
		return AS_SPF_VOID;
	for (size_t i = 0; i < ans->n_txt; i++)
		if (as_spf_is_record(ans->txt[i].text)) {
			*txt = ans->txt[i].text;
			n++;
		}
	if (n > 1)
		return AS_SPF_MULTIPLE;
	if (ans->cut)
		return AS_SPF_UNKNOWN;
	return n == 1 ? AS_SPF_FOUND : AS_SPF_NONE;
}

static enum as_spf_known
known_answer(const struct as_answer *ans)
{
	if (!as_case_known(ans))
		return AS_SPF_UNKNOWN;
	return as_answer_is_none(ans) ? AS_SPF_VOID : AS_SPF_FOUND;
}

#define MX_NAMES_MOST 10 /* RFC 7208 4.6.4 */

static enum as_spf_known
known_mx(const struct as_answer *ans)
{
	enum as_spf_known known = known_answer(ans);

	return known == AS_SPF_FOUND && ans->n_mx > MX_NAMES_MOST
	    ? AS_SPF_TOO_MANY
	    : known;
}

/* An `a` term asks A or AAAA by the family of the client (5.3): it is void for
 * certain only when neither has an answer. */
static enum as_spf_known
known_address(const struct as_case *c, struct as_str name)
{
	enum as_spf_known v4 = known_answer(as_case_answer(c, name, AS_RR_A));
	const struct as_answer *aaaa = as_case_answer(c, name, AS_RR_AAAA);

	if (v4 != AS_SPF_VOID || aaaa == NULL)
		return v4;
	return known_answer(aaaa);
}

enum as_spf_known
as_case_spf_term(
    const struct as_case *c, enum as_spf_kind kind, struct as_str name)
{
	switch (kind) {
	case AS_SPF_MX: return known_mx(as_case_answer(c, name, AS_RR_MX));
	case AS_SPF_EXISTS:
		return known_answer(as_case_answer(c, name, AS_RR_A));
	case AS_SPF_A: return known_address(c, name);
	default: return AS_SPF_UNKNOWN;
	}
}

/* The answer that leaves such a term unknown. */
static const struct as_answer *
unknown_of(const struct as_case *c, enum as_spf_kind kind, struct as_str name)
{
	const struct as_answer *a = as_case_answer(c, name, AS_RR_A);

	if (kind == AS_SPF_MX)
		return as_case_answer(c, name, AS_RR_MX);
	return as_case_known(a) ? as_case_answer(c, name, AS_RR_AAAA) : a;
}

static enum as_spf_known
spf_ask(
    void *ctx, enum as_spf_kind kind, struct as_str name, struct as_str *txt)
{
	struct as_case *c = ctx;
	enum as_spf_known known;

	if (kind == AS_SPF_INCLUDE || kind == AS_SPF_REDIRECT)
		return known_txt(as_case_answer(c, name, AS_RR_TXT), txt);
	known = as_case_spf_term(c, kind, name);
	if (known == AS_SPF_UNKNOWN && c->n_spf_unknown++ == 0)
		c->spf_unknown = unknown_of(c, kind, name);
	return known;
}

enum as_err
as_case_spf(struct as_case *c)
{
	enum as_err err;

	AS_TRY(as_case_txt(c, c->name, as_spf_is_record, &c->spf_set));
	if (c->spf_set.found != AS_FOUND_ONE)
		return AS_OK;
	err = as_spf_parse(c->a, c->spf_set.texts[0], &c->spf, &c->spf_why);
	if (err != AS_OK) {
		c->spf = NULL;
		return err == AS_ENOMEM ? err : AS_OK;
	}
	return as_spf_cost_eval(c->a, c->name, c->spf, spf_ask, c, &c->cost);
}

/* --- DMARC --- */

/* DMARC-3 */
static enum as_err
dmarc_step(
    struct as_case *c, const struct as_txt_set *set, struct as_dmarc_step *out)
{
	if (set->found != AS_FOUND_UNKNOWN)
		return as_dmarc_step_read(c->a, set->texts, set->n, false, out);
	out->known = AS_DMARC_KNOWN_UNKNOWN;
	return AS_OK;
}

enum as_err
as_case_dmarc(struct as_case *c)
{
	struct as_str names[AS_MAX_DMARC_QUERIES];

	c->n_steps = as_dmarc_walk_names(c->name, names, AS_MAX_DMARC_QUERIES);
	for (size_t i = 0; i < c->n_steps; i++) {
		struct as_str at = as_str_printf(
		    c->a, "_dmarc." AS_STR_FMT, AS_STR_ARG(names[i]));

		AS_TRY(as_case_txt(c, at, as_dmarc_is_like, &c->dmarc_sets[i]));
		c->steps[i].name = names[i];
		AS_TRY(dmarc_step(c, &c->dmarc_sets[i], &c->steps[i]));
	}
	as_dmarc_discover(c->name, c->steps, c->n_steps, &c->dmarc);
	c->dmarc_name = AS_STR("");
	c->dmarc_policy = AS_DMARC_ABSENT;
	if (c->dmarc.policy == NULL)
		return AS_OK;
	c->dmarc_record = c->dmarc.policy->record;
	c->dmarc_policy = c->dmarc.applied;
	c->dmarc_name = c->dmarc_sets[c->dmarc.policy - c->steps].name;
	return AS_OK;
}
