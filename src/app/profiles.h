/*
 * app/profiles - the profiles that are part of the program, and the user's own.
 */
#ifndef AS_APP_PROFILES_H
#define AS_APP_PROFILES_H

#include "assess/profile.h"

#define AS_PROFILES_SHIPPED 16

/* All shipped profiles, in the order of their ids.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_profiles_shipped(struct as_arena *a,
    const struct as_profile *out[AS_PROFILES_SHIPPED], struct as_why *why);

/* The profile of an id, or in a file: a word with a "/" or the ending ".tsv".
 * AS_EINVAL: there is none of the id; AS_EIO, AS_ESYNTAX, AS_ELIMIT: the file;
 * why names it, and the line. */
AS_MUST_USE enum as_err as_profile_find(struct as_arena *a, const char *word,
    const struct as_profile **out, struct as_why *why);

/* Several; none twice.  *out has n.  As above. */
AS_MUST_USE enum as_err as_profiles_find(struct as_arena *a,
    const char *const *words, size_t n, const struct as_profile *const **out,
    struct as_why *why);

#endif
