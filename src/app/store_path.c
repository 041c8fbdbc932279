#include "app/store_path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/file.h"
#include "store/store.h"

#include "base/banned.h"

/* XDG: a relative path in the variable counts as none. */
enum as_err
as_store_path(struct as_arena *a, const struct as_settings *s, const char **out,
    struct as_why *why)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	struct as_str path = AS_STR_NULL;

	*out = s->store;
	if (s->store != NULL)
		return AS_OK;
	if (data != NULL && data[0] == '/')
		path = as_str_printf(a, "%s/assay/assay.db", data);
	else if (home != NULL && home[0] == '/')
		path = as_str_printf(a, "%s/.local/share/assay/assay.db", home);
	else
		return as_why_set(why, AS_EINVAL, AS_WHY_NOWHERE,
		    "there is no home directory: say --store FILE");
	*out = path.p;
	return as_str_is_null(path) ? as_why_no_memory(why) : AS_OK;
}

bool
as_store_is_missing(const char *path)
{
	return !as_store_is_server(path) && as_file_is_missing(path);
}

enum as_err
as_store_folder(struct as_arena *a, const char *path, struct as_why *why)
{
	struct as_str all = as_str_from(path);

	for (size_t at = as_str_find(all, '/', 1); at < all.n;
	     at = as_str_find(all, '/', at + 1)) {
		struct as_str part = as_str_dup(a, as_str_slice(all, 0, at));

		if (as_str_is_null(part))
			return as_why_no_memory(why);
		if (mkdir(part.p, 0700) != 0 && errno != EEXIST)
			return as_why_set(why, AS_ESYS, AS_WHY_NOWHERE,
			    "%.120s: %s", part.p, strerror(errno));
	}
	return AS_OK;
}
