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

enum as_err
as_case_transport(struct as_case *c)
{
	AS_TRY(sts_fill(c));
	AS_TRY(policy_fill(c));
	return rpt_fill(c);
}
