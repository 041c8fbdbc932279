/*
 * std/bimi - the BIMI assertion record
 * (draft-brand-indicators-for-message-identification).
 *
 * Experimental: an individual draft, no standard; it may change.
 */
#ifndef AS_STD_BIMI_H
#define AS_STD_BIMI_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "std/reading.h"

#define AS_BIMI_DRAFT "draft-brand-indicators-for-message-identification"

struct as_bimi {
	struct as_str l;    /* https: URI of the logo, or empty */
	struct as_str a;    /* https: URI of the evidence, or empty */
	struct as_str avp;  /* "brand", "personal", or empty */
	struct as_str *lps; /* prefixes of local parts */
	size_t n_lps;
	bool declined; /* l and a both empty: no logo, please */
};

/* Starts with "v=BIMI1" and nothing or ";" behind it, white space aside. */
bool as_bimi_is_record(struct as_str txt);

/*
 * Parse one TXT.  AS_EVERSION: not a BIMI record, discard it; AS_ESYNTAX: a tag
 * twice, no l, or a location that is not an https: URI; AS_ELIMIT: more than
 * AS_MAX_RECORD_TAGS tags or prefixes.  Receivers must not repair what is
 * wrong.
 */
AS_MUST_USE enum as_err as_bimi_parse(struct as_arena *a, struct as_str txt,
    struct as_bimi **out, struct as_why *why);

/* The same for people (std/reading): *out comes with faults too, as far as it
 * was read, but for AS_EVERSION and AS_ENOMEM. */
AS_MUST_USE enum as_err as_bimi_read(struct as_arena *a, struct as_str txt,
    struct as_reading *rd, struct as_bimi **out, struct as_why *why);

#endif
