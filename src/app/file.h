/*
 * app/file - files of the operator, read and replaced whole.
 */
#ifndef AS_APP_FILE_H
#define AS_APP_FILE_H

#include "base/arena.h"
#include "base/str.h"

/* Read a file, or standard input for "-".  AS_EIO: cannot be read, why names
 * path and cause; AS_ELIMIT: over `cap` octets. */
AS_MUST_USE enum as_err as_file_read(struct as_arena *a, const char *path,
    size_t cap, struct as_str *out, struct as_why *why);

/* Is there nothing of this name? */
bool as_file_is_missing(const char *path);

/* Write a file, or all of it anew: readers see the old one or the new one, whole,
 * also when the machine stops.  AS_EOUTPUT: why names path and cause. */
AS_MUST_USE enum as_err as_file_replace(
    const char *path, struct as_str text, struct as_why *why);

#endif
