/*
 * app/secret - the password or the token of a mailbox.
 */
#ifndef AS_APP_SECRET_H
#define AS_APP_SECRET_H

#include "base/buf.h"

/* The first line of a file, without its end.  AS_EIO: why names file and cause;
 * AS_ESYNTAX: it is empty; AS_ELIMIT: over AS_MAX_IMAP_SECRET. */
AS_MUST_USE enum as_err as_secret_file(
    const char *path, struct as_buf *out, struct as_why *why);

/* The first line that a command prints, which is run without a shell: words
 * parted by blanks, the first a program in PATH.  It has AS_SECRET_MS.  AS_ESYS:
 * it cannot be run, fails or is too slow. */
#define AS_SECRET_MS 60000
AS_MUST_USE enum as_err as_secret_command(
    const char *command, struct as_buf *out, struct as_why *why);

/* Overwrite and free it. */
void as_secret_forget(struct as_buf *secret);

#endif
