#include "model/finding.h"

#include "base/banned.h"

AS_DEFINE_ENUM(verdict, AS_VERDICT_MAP)
AS_DEFINE_ENUM(role, AS_ROLE_MAP)
AS_DEFINE_ENUM(phase, AS_PHASE_MAP)
AS_DEFINE_ENUM(axis_id, AS_AXIS_MAP)

bool
as_verdict_level(struct as_str text, enum as_verdict *out)
{
	for (int v = AS_VERDICT_INFO; v <= AS_VERDICT_FAIL; v++)
		if (as_str_is(text, as_verdict_text((enum as_verdict)v))) {
			*out = (enum as_verdict)v;
			return true;
		}
	return false;
}

bool
as_cite_next(struct as_str *rest, struct as_str *cite)
{
	size_t end = as_str_find(*rest, ';', 0);

	*cite = as_str_trim(as_str_slice(*rest, 0, end));
	*rest = as_str_slice(*rest, end + 1, rest->n);
	return cite->n > 0;
}
