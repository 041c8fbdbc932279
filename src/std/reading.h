/*
 * std/reading - all that a parser met in one record, for those who explain it.
 *
 * A parser stops at the first fault, as a receiver does.  Given a reading it
 * keeps the fault, reads on, and lists every tag, so that a person can be told
 * all that is wrong at once.  Its verdict stays that of the first fault.
 */
#ifndef AS_STD_READING_H
#define AS_STD_READING_H

#include "base/arena.h"
#include "std/tag_list.h"

struct as_fault {
	size_t at;          /* octet of the record, or AS_WHY_NOWHERE */
	struct as_str text; /* "RFC 8461 3.1: no id field" */
	bool fatal; /* spoils the record; else only the part is ignored */
};

struct as_reading {
	struct as_arena *a;
	struct as_tag *tags; /* in order, faulty ones too */
	size_t n_tags;
	struct as_fault *faults; /* in the order they were met */
	size_t n_faults;
	size_t n_more;       /* faults past AS_MAX_RECORD_NOTES, not kept */
	struct as_why first; /* fatal fault; code AS_OK: none */
};

/* AS_ENOMEM. */
AS_MUST_USE enum as_err as_reading_init(
    struct as_reading *r, struct as_arena *a);

/* --- for parsers; `r` may be NULL: then nothing is kept --- */

/* Keep one tag; those past AS_MAX_RECORD_TAGS are dropped. */
void as_reading_tag(struct as_reading *r, const struct as_tag *t);

/*
 * What reading one part of a record came to: `err`, and *why unless AS_OK.
 * Without a reading `err` comes back.  With one the fault is kept and AS_OK
 * comes back, but for AS_ENOMEM, and AS_ELIMIT, which is kept and ends the
 * reading.
 */
AS_MUST_USE enum as_err as_reading_keep(
    struct as_reading *r, enum as_err err, const struct as_why *why);

/* Keep a deviation that the record survives.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_reading_note(
    struct as_reading *r, size_t at, const char *fmt, ...) AS_PRINTF(3, 4);

/* The verdict, when the parser came to `err`: AS_ENOMEM, and anything without a
 * reading, as it is; else the first fatal fault, in *why too, or AS_OK. */
AS_MUST_USE enum as_err as_reading_end(
    const struct as_reading *r, enum as_err err, struct as_why *why);

#endif
