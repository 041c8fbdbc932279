/*
 * The BIMI assertion record.  Experimental, as the draft is.
 */
#include "assess/case.h"

#include "base/banned.h"

enum as_err
as_case_bimi(struct as_case *c)
{
	struct as_str at = as_str_printf(
	    c->a, "default._bimi." AS_STR_FMT, AS_STR_ARG(c->name));
	enum as_err err;

	AS_TRY(as_case_txt(c, at, as_bimi_is_record, &c->bimi_set));
	if (c->bimi_set.found != AS_FOUND_ONE)
		return AS_OK;
	err = as_bimi_parse(c->a, c->bimi_set.texts[0], &c->bimi, &c->bimi_why);
	if (err != AS_OK)
		c->bimi = NULL;
	return err == AS_ENOMEM ? err : AS_OK;
}
