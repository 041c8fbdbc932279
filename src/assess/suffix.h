/*
 * assess/suffix - organizations by the public suffix list, as receivers of RFC
 * 7489 find them (3.2).
 *
 * `list` is a psl_ctx_t of libpsl, or NULL: then nothing is known.  A top-level
 * domain that the list lacks counts as a suffix.
 */
#ifndef AS_ASSESS_SUFFIX_H
#define AS_ASSESS_SUFFIX_H

#include <stdbool.h>

#include "base/str.h"

/* The organizational domain: the suffix and one label more; a suffix itself, or
 * a name that the list cannot read, is its own.  A slice of `name`; AS_STR_NULL
 * without a list. */
struct as_str as_suffix_organization(const void *list, struct as_str name);

/* The longest public suffix that `name` ends in, maybe itself.  A slice of
 * `name`; AS_STR_NULL without a list or when there is none. */
struct as_str as_suffix_of(const void *list, struct as_str name);

/* Is the name itself a public suffix?  False without a list. */
bool as_suffix_is(const void *list, struct as_str name);

#endif
