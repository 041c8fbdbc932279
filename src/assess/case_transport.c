/*
 * The records that protect and watch mail on its way: MTA-STS and TLS-RPT.
 */
#include "assess/case.h"

#include "base/banned.h"

static enum as_err
sts_fill(struct as_case *c)
{
	struct as_str at =
	    as_str_printf(c->a, "_mta-sts." AS_STR_FMT, AS_STR_ARG(c->name));
	enum as_err err;

	AS_TRY(as_case_txt(c, at, as_mta_sts_is_record, &c->sts_set));
	if (c->sts_set.found != AS_FOUND_ONE)
		return AS_OK;
	err = as_mta_sts_parse(c->a, c->sts_set.texts[0], &c->sts, &c->sts_why);
	if (err != AS_OK)
		c->sts = NULL;
	return err == AS_ENOMEM ? err : AS_OK;
}

static enum as_err
policy_fill(struct as_case *c)
{
	const struct as_policy_facts *p = c->facts->policy;
	enum as_err err;

	if (p == NULL || !as_str_eq(p->name, c->name))
		return AS_OK;
	c->policy_facts = p;
	if (p->outcome != AS_SUBJECT_DONE || p->fetch != AS_FETCH_OK)
		return AS_OK;
	err =
	    as_mta_sts_policy_parse(c->a, p->body, &c->policy, &c->policy_why);
	if (err != AS_OK)
		c->policy = NULL;
	return err == AS_ENOMEM ? err : AS_OK;
}

static enum as_err
rpt_fill(struct as_case *c)
{
	struct as_str at =
	    as_str_printf(c->a, "_smtp._tls." AS_STR_FMT, AS_STR_ARG(c->name));
	enum as_err err;

	AS_TRY(as_case_txt(c, at, as_tls_rpt_is_record, &c->rpt_set));
	if (c->rpt_set.found != AS_FOUND_ONE)
		return AS_OK;
	err = as_tls_rpt_parse(c->a, c->rpt_set.texts[0], &c->rpt, &c->rpt_why);
	if (err != AS_OK)
		c->rpt = NULL;
	return err == AS_ENOMEM ? err : AS_OK;
}

/* RFC 8461 5: without a record, or without a policy that can be used, senders
 * go on as if there were none. */
static enum as_tri
sts_enforces(const struct as_case *c)
{
	if (c->sts_set.found == AS_FOUND_UNKNOWN)
		return AS_UNSURE;
	if (c->sts == NULL)
		return AS_NO;
	if (c->policy != NULL)
		return c->policy->mode == AS_MTA_STS_ENFORCE ? AS_YES : AS_NO;
	if (c->policy_why.code != AS_OK)
		return AS_NO;
	return as_fetch_is_definite(c->policy_facts) ? AS_NO : AS_UNSURE;
}

static enum as_tri
dane_enforces(const struct as_case *c)
{
	bool cut = c->mx_answer != NULL && c->mx_answer->cut;
	enum as_tri all = c->n_mx == 0 ? AS_NO : cut ? AS_UNSURE : AS_YES;

	for (size_t i = 0; i < c->n_mx; i++) {
		if (c->mx[i].has_address == AS_NO)
			all = AS_NO; /* nobody delivers there */
		else if (c->mx[i].dane == AS_DANE_USE_UNKNOWN)
			all = all == AS_NO ? AS_NO : AS_UNSURE;
		else if (c->mx[i].dane != AS_DANE_USE_EFFECTIVE)
			all = AS_NO;
	}
	return all;
}

bool
as_fetch_is_definite(const struct as_policy_facts *p)
{
	if (p == NULL || p->outcome != AS_SUBJECT_DONE)
		return false;
	switch (p->fetch) {
	case AS_FETCH_NO_ADDRESS:
	case AS_FETCH_FORBIDDEN:
	case AS_FETCH_TLS:
	case AS_FETCH_CERTIFICATE:
	case AS_FETCH_REDIRECT:
	case AS_FETCH_TOO_LARGE:
	case AS_FETCH_MEDIA_TYPE:
	case AS_FETCH_BROKEN: return true;
	case AS_FETCH_STATUS:
		/* Busy or faulty servers may do better next time. */
		return p->status != 408 && p->status != 429 && p->status < 500;
	default: return false;
	}
}

enum as_err
as_case_transport(struct as_case *c)
{
	AS_TRY(sts_fill(c));
	AS_TRY(policy_fill(c));
	AS_TRY(rpt_fill(c));
	c->sts_enforces = sts_enforces(c);
	c->dane_enforces = dane_enforces(c);
	return AS_OK;
}
