/*
 * intake/csv - records of comma-separated values (RFC 4180), as programs and people
 * write them: parted by commas, semicolons, tabs or bars; lines that end in CR LF,
 * LF or CR; quoted cells with line breaks in them.
 *
 * Works on UTF-8 that is at hand.  A record that is not whole is refused alone:
 * the next one begins on the line behind its first.
 */
#ifndef AS_INTAKE_CSV_H
#define AS_INTAKE_CSV_H

#include "base/str.h"

struct as_csv {
	struct as_str text;
	char delimiter;
	size_t at;
	size_t line; /* of `at`, from 1 */
};

struct as_csv_record {
	const struct as_str *cells; /* without quotes; not trimmed */
	size_t n;                   /* at least one */
	size_t line;                /* where it begins */
};

/* Read from the start; a line "sep=;" there names the delimiter, else it is the
 * one that parts the first records best. */
void as_csv_init(struct as_csv *c, struct as_str text);

/* The next record; cells live in the arena or are part of the text.  Lines with
 * nothing on them, and those that start with "#", are passed over.  AS_EABSENT:
 * there is none; AS_ESYNTAX, AS_ELIMIT: one is refused, why says what is wrong
 * with it and out->line where it begins (go on with the next); AS_ENOMEM. */
AS_MUST_USE enum as_err as_csv_next(struct as_csv *c, struct as_arena *a,
    struct as_csv_record *out, struct as_why *why);

#endif
