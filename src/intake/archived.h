/*
 * intake/archived - the members of a zip or tar file, or what xz, bzip2 or zstd
 * packed, by libarchive.
 */
#ifndef AS_INTAKE_ARCHIVED_H
#define AS_INTAKE_ARCHIVED_H

#include "intake/source.h"

struct as_archive;

bool as_is_zip(struct as_str start);
bool as_is_tar(struct as_str start);
bool as_is_packed(struct as_str start); /* xz, bzip2, zstd */

AS_MUST_USE enum as_err as_archive_new(struct as_peek *from,
    struct as_budget *budget, struct as_archive **out, struct as_why *why);
void as_archive_free(struct as_archive *ar); /* accepts NULL */

/* The next regular file: its name as it stands (any octets), and its octets,
 * which are gone with the next call.  AS_EABSENT: there is none; AS_ESYNTAX: the
 * archive is damaged from here on; AS_EUNSUPPORTED: this one is encrypted. */
AS_MUST_USE enum as_err as_archive_next(struct as_archive *ar,
    struct as_str *name, struct as_source *octets, struct as_why *why);

/* Of the source of a member: AS_ESYNTAX, AS_ELIMIT; this says more. */
const struct as_why *as_archive_why(const struct as_archive *ar);

#endif
