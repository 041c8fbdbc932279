/*
 * std/tlsa - a TLSA record as people write it (RFC 6698 2.2): "3 1 1 0C72AC..",
 * three numbers, then hexadecimal data that blanks may cut.
 *
 * What the numbers are good for is std/dane's to say.
 */
#ifndef AS_STD_TLSA_H
#define AS_STD_TLSA_H

#include "base/arena.h"
#include "std/dane.h"
#include "std/reading.h"

struct as_tlsa {
	struct as_dns_tlsa rr;
	size_t at[AS_TLSA_PARTS]; /* octet where each part starts */
	bool has[AS_TLSA_PARTS];  /* the part was there and could be read */
};

/* AS_EVERSION: does not start with a number, so it is something else;
 * AS_ESYNTAX: cannot be read (why: place and clause). */
AS_MUST_USE enum as_err as_tlsa_parse(struct as_arena *a, struct as_str txt,
    struct as_tlsa **out, struct as_why *why);

/* The same for people (std/reading; no tags): *out comes with faults too, as
 * far as it was read, but for AS_EVERSION and AS_ENOMEM. */
AS_MUST_USE enum as_err as_tlsa_read(struct as_arena *a, struct as_str txt,
    struct as_reading *rd, struct as_tlsa **out, struct as_why *why);

#endif
