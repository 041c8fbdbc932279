/*
 * std/domain - domain names as Assay handles them (RFC 1035, RFC 5891).
 *
 * Canonical form: A-labels, lower case, no final dot.  "." is the root.
 */
#ifndef AS_STD_DOMAIN_H
#define AS_STD_DOMAIN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/*
 * Canonical form of what a person typed: surrounding white space and one final
 * dot dropped, U-labels turned into A-labels (libidn2, non-transitional),
 * letters lowered.  Underscore labels are allowed.  AS_ESYNTAX with why: empty
 * label, label over 63, name over 253 octets, an octet that no host or service
 * name carries, an IP address, a URL or an e-mail address (why names which).
 */
AS_MUST_USE enum as_err as_domain_parse(struct as_arena *a, struct as_str text,
    struct as_str *out, struct as_why *why);

/* Labels in a canonical name; 0 for the root. */
size_t as_domain_labels(struct as_str name);

/* Without its leftmost `drop` labels; "." when none is left. */
struct as_str as_domain_drop(struct as_str name, size_t drop);

/* Is `name` equal to `top` or below it?  Whole labels; canonical names. */
bool as_domain_within(struct as_str name, struct as_str top);

/* U-label form for people when it is unambiguous, else `name` itself. */
struct as_str as_domain_display(struct as_arena *a, struct as_str name);

#endif
