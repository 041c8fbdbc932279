#include "assess/path_private.h"

#include "base/banned.h"

AS_DEFINE_ENUM(path_sender, AS_PATH_SENDER_MAP)
AS_DEFINE_ENUM(path_way, AS_PATH_WAY_MAP)
AS_DEFINE_ENUM(path_answer, AS_PATH_ANSWER_MAP)

static bool
is_todo(const struct as_finding *f, enum as_axis_id axis)
{
	const struct as_rule_info *rule = as_rule_find(f->rule);

	return (f->verdict == AS_VERDICT_FAIL ||
		   f->verdict == AS_VERDICT_WARN) &&
	    rule != NULL && rule->axis == axis;
}

enum as_err
as_path_todo(struct as_arena *a, const struct as_assessment *as,
    enum as_axis_id axis, const struct as_finding ***out, size_t *n)
{
	*n = 0;
	*out = as_arena_array(a, as->n_findings, sizeof(const void *));
	if (*out == NULL)
		return AS_ENOMEM;
	for (size_t i = 0; i < as->n_findings; i++)
		if (is_todo(&as->findings[i], axis))
			(*out)[(*n)++] = &as->findings[i];
	return AS_OK;
}
