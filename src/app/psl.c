#include "app/psl.h"

#include "base/banned.h"

enum as_err
as_psl_open(const char *path, psl_ctx_t **out, struct as_why *why)
{
	*out = path != NULL ? psl_load_file(path) : psl_latest(NULL);
	if (path != NULL && (*out == NULL || psl_suffix_count(*out) == 0))
		return as_why_set(why, AS_EIO, AS_WHY_NOWHERE,
		    "%.120s: not a public suffix list that can be read", path);
	return AS_OK;
}
