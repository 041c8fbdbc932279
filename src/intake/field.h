/*
 * intake/field - header fields of mails and of feedback reports, as text.
 */
#ifndef AS_INTAKE_FIELD_H
#define AS_INTAKE_FIELD_H

#include "base/str.h"

struct as_field {
	struct as_str name, value; /* value: as it stands, folded */
};

/* The next field from *at on; lines that are none are passed over.  False at the
 * end, and with `one` at an empty line that follows a field. */
bool as_field_next(struct as_str s, bool one, size_t *at, struct as_field *out);

/* A value on one line, cut at AS_MAX_REPORT_TEXT octets; octets that are no text
 * become U+FFFD, and *repaired is set.  AS_STR_NULL: no memory. */
struct as_str as_field_text(
    struct as_arena *a, struct as_str value, bool *repaired);

/* The text without what stands ahead of each "@".  AS_STR_NULL: no memory. */
struct as_str as_field_redact(struct as_arena *a, struct as_str text);

/* The domain of the address in "Name <local@domain>"; AS_STR_NULL: none. */
struct as_str as_field_domain(struct as_str text);

/* A date of RFC 5322 3.3, in seconds since 1970; names of zones but UT, UTC and
 * GMT are not known.  AS_ESYNTAX. */
AS_MUST_USE enum as_err as_field_date(struct as_str text, int64_t *time);

#endif
