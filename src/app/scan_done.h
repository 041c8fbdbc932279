/*
 * app/scan_done - what an earlier scan finished, read from its output file.
 *
 * Keeps 16 octets of SHA-256 a domain, so that a list of a million names costs
 * some 32 MiB, and only when --resume asks for it.
 */
#ifndef AS_APP_SCAN_DONE_H
#define AS_APP_SCAN_DONE_H

#include <stdio.h>

#include "base/str.h"

struct as_scan_done;

/*
 * Read the lines of an NDJSON file that an earlier scan wrote.  A last line without line
 * feed was cut: *keep is the length of the file without it.  AS_ESYNTAX,
 * AS_ELIMIT: a line is not of ours, why names it; AS_EIO.  The caller frees *out.
 */
AS_MUST_USE enum as_err as_scan_done_read(FILE *f, const char *path,
    struct as_scan_done **out, long *keep, struct as_why *why);

bool as_scan_done_has(const struct as_scan_done *d, struct as_str domain);
size_t as_scan_done_count(const struct as_scan_done *d);
void as_scan_done_free(struct as_scan_done *d); /* accepts NULL */

#endif
