/*
 * app/file - files of the operator, read whole.
 */
#ifndef AS_APP_FILE_H
#define AS_APP_FILE_H

#include "base/arena.h"
#include "base/str.h"

/* Read a file, or standard input for "-".  AS_EIO: cannot be read, why names
 * path and cause; AS_ELIMIT: over `cap` octets. */
AS_MUST_USE enum as_err as_file_read(struct as_arena *a, const char *path,
    size_t cap, struct as_str *out, struct as_why *why);

#endif
