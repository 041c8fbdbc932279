/*
 * std/tag_list - "tag=value; tag=value", as DKIM, DMARC, MTA-STS and TLS-RPT
 * records have it.
 *
 * Only what really is the same: cutting at the separator, dropping white space
 * around each part, and keeping the place.  Which names, values and white space
 * are right differs and is the caller's.
 */
#ifndef AS_STD_TAG_LIST_H
#define AS_STD_TAG_LIST_H

#include <stdbool.h>

#include "base/limits.h"
#include "base/str.h"

#define AS_WSP "\t "     /* RFC 5234 B.1 */
#define AS_FWS "\t \r\n" /* the octets of RFC 6376 2.8 FWS */

struct as_split {
	struct as_str text;
	char separator;
	const char *space; /* AS_WSP or AS_FWS */
	size_t at;         /* where the next item starts */
	bool ended;
};

struct as_split as_split_start(
    struct as_str text, char separator, const char *space);

/* Next item without the white space around it, *at its octet in the text.
 * False at the end.  "a;;" gives "a", "", "". */
bool as_split_next(struct as_split *s, struct as_str *item, size_t *at);

struct as_tag {
	struct as_str name;
	struct as_str value;
	size_t at;         /* of the name */
	size_t value_at;   /* of the value */
	bool has_value;    /* "=" was there */
	bool space_around; /* white space touched the "=" */
};

/* Next item, cut at its first "=".  The nothing behind a final separator is
 * skipped, an empty item before it is not. */
bool as_tag_next(struct as_split *s, struct as_tag *out);

/* The names met in one list. */
struct as_tag_seen {
	struct as_str names[AS_MAX_RECORD_TAGS];
	size_t n;
};

/* Remember a tag.  AS_ESYNTAX when its name was met before (RFC 6376 3.2, which
 * RFC 9989 4.7 builds on: that spoils the whole list); AS_ELIMIT past
 * AS_MAX_RECORD_TAGS. */
AS_MUST_USE enum as_err as_tag_seen_add(struct as_tag_seen *s,
    const struct as_tag *t, bool any_case, struct as_why *why);

/* NULL, or what is wrong with a field by the grammar that RFC 8461 3.1 and RFC
 * 8460 3 share: no white space around "=", a name of 1 to 32 letters, digits,
 * "_", "-" and ".", a value of visible characters. */
const char *as_tag_field_fault(const struct as_tag *t);

bool as_is_alpha(char c);
bool as_is_digit(char c);

#endif
