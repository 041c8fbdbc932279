/*
 * app/store_path - where the database is.
 */
#ifndef AS_APP_STORE_PATH_H
#define AS_APP_STORE_PATH_H

#include "app/settings.h"

/* --store, or assay.db in the user's data directory.  AS_EINVAL: neither is
 * known; AS_ENOMEM. */
AS_MUST_USE enum as_err as_store_path(struct as_arena *a,
    const struct as_settings *s, const char **out, struct as_why *why);

/* Is it the path of a file that is not there? */
bool as_store_is_missing(const char *path);

/* Make the folder of such a path, for its owner alone, when it is not there. */
AS_MUST_USE enum as_err as_store_folder(
    struct as_arena *a, const char *path, struct as_why *why);

#endif
