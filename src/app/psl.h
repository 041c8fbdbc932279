/*
 * app/psl - the public suffix list.
 */
#ifndef AS_APP_PSL_H
#define AS_APP_PSL_H

#include <libpsl.h>

#include "base/err.h"

/* The list of a file; NULL: the system's, which may not be there (*out is NULL
 * then).  psl_free accepts both.  AS_EIO. */
AS_MUST_USE enum as_err as_psl_open(
    const char *path, psl_ctx_t **out, struct as_why *why);

#endif
