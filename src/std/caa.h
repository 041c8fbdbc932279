/*
 * std/caa - who may issue certificates (RFC 8659, RFC 8657, RFC 9495).
 *
 * A record as people write it, and the value of each property, from there or
 * from the wire.
 */
#ifndef AS_STD_CAA_H
#define AS_STD_CAA_H

#include <stdbool.h>

#include "base/arena.h"
#include "std/dns_wire.h"
#include "std/reading.h"

#define AS_CAA_CRITICAL 128 /* RFC 8659 4.1: bit 0 of the flags */

/* The properties of the IANA registry that are in use. */
#define AS_CAA_PROPERTY_MAP(X) \
	X(ISSUE, "issue") \
	X(ISSUEWILD, "issuewild") \
	X(ISSUEMAIL, "issuemail") \
	X(ISSUEVMC, "issuevmc") \
	X(IODEF, "iodef") \
	X(CONTACTEMAIL, "contactemail") \
	X(CONTACTPHONE, "contactphone") \
	X(OTHER, "")

enum as_caa_property {
#define AS_CAA_ENUM(code, text) AS_CAA_##code,
	AS_CAA_PROPERTY_MAP(AS_CAA_ENUM)
#undef AS_CAA_ENUM
};

/* By its tag, in any case (RFC 8659 4.1). */
enum as_caa_property as_caa_property_find(struct as_str tag);

/* --- the value of issue, issuewild, issuemail and issuevmc --- */

struct as_caa_issue {
	struct as_str issuer;  /* empty: nobody may issue */
	struct as_tag *params; /* in order; places within the value */
	size_t n_params;
};

/* Parse by RFC 8659 4.2.  AS_ESYNTAX: malformed, which certification authorities
 * read as "nobody may issue"; also parameters that RFC 8657 knows and that
 * cannot be met; AS_ELIMIT: more than AS_MAX_RECORD_TAGS parameters.  why->at is
 * an octet of the value. */
AS_MUST_USE enum as_err as_caa_issue_parse(struct as_arena *a,
    struct as_str value, struct as_caa_issue **out, struct as_why *why);

/* Is it a URL that reports can be sent to (RFC 8659 4.4)?  AS_ESYNTAX if not. */
AS_MUST_USE enum as_err as_caa_iodef_check(
    struct as_str value, struct as_why *why);

/*
 * What a certification authority makes of one record of a set, whatever its
 * property.  AS_ESYNTAX: its value is malformed; AS_EUNSUPPORTED: critical, and
 * of an unknown property, so that nobody may issue (RFC 8659 4.5).  *issue is
 * what as_caa_issue_parse gives, NULL for other properties.
 */
AS_MUST_USE enum as_err as_caa_check(struct as_arena *a,
    const struct as_dns_caa *rr, struct as_caa_issue **issue,
    struct as_why *why);

/* --- a record as text: flags, tag, value (RFC 8659 4.1.1) --- */

struct as_caa {
	struct as_dns_caa rr; /* escapes of the value undone */
	size_t flags_at, tag_at;
	size_t value_at;       /* of its first octet, behind a quotation mark */
	struct as_str written; /* the value with its escapes */
	struct as_caa_issue
	    *issue; /* of the properties that have one, or NULL */
};

/* AS_EVERSION: does not start with a number, so it is something else;
 * AS_ESYNTAX: cannot be read; else as as_caa_check. */
AS_MUST_USE enum as_err as_caa_parse(struct as_arena *a, struct as_str txt,
    struct as_caa **out, struct as_why *why);

/* The same for people (std/reading; no tags): *out comes with faults too, as
 * far as it was read, but for AS_EVERSION and AS_ENOMEM. */
AS_MUST_USE enum as_err as_caa_read(struct as_arena *a, struct as_str txt,
    struct as_reading *rd, struct as_caa **out, struct as_why *why);

/* Where octet `at` of the value stands in the text. */
size_t as_caa_place(const struct as_caa *c, size_t at);

#endif
