/*
 * intake/roster - a list of domains that an organisation keeps: a CSV file out of a
 * spreadsheet, or one name a line.
 *
 * Any encoding of intake/decode, any form of intake/csv.  The head is the line
 * with known headings ahead of the first domain; without one, the column that
 * holds domains is found by what stands in it, and the others are left out.
 * URLs, mail addresses and wildcards stand for their domains.  A line that
 * cannot be read is told, and the others go on.
 */
#ifndef AS_INTAKE_ROSTER_H
#define AS_INTAKE_ROSTER_H

#include "model/estate.h"

/* Of what form a name was written. */
#define AS_ROSTER_FORM_MAP(X) \
	X(AS_ROSTER_PLAIN, "name") \
	X(AS_ROSTER_URL, "URL") \
	X(AS_ROSTER_ADDRESS, "mail address") \
	X(AS_ROSTER_WILDCARD, "wildcard")
AS_DECLARE_ENUM(roster_form, AS_ROSTER_FORM_MAP);

/* The domain that a text stands for, canonical.  AS_ESYNTAX: none, or not a whole
 * one; AS_ENOMEM. */
AS_MUST_USE enum as_err as_roster_name(struct as_arena *a, struct as_str text,
    struct as_str *out, enum as_roster_form *form, struct as_why *why);

/* One domain of the list; all of it dies with the call. */
struct as_roster_line {
	size_t line;         /* of the file, from 1 */
	struct as_str typed; /* as it stands there */
	enum as_roster_form form;
	struct as_estate_entry entry; /* says what the file has columns for */
};

struct as_roster_sink {
	void *ctx;
	/* An error ends the reading. */
	enum as_err (*domain)(void *ctx, const struct as_roster_line *line);
	/* A line, or one name of it, that is refused. */
	enum as_err (*refused)(void *ctx, size_t line, struct as_str typed,
	    const struct as_why *why);
	/* Something that was left out, of the whole file. */
	enum as_err (*note)(void *ctx, size_t line, struct as_str text);
};

/* Read a whole file.  `charset` names its encoding; AS_STR_NULL: it is found.
 * AS_EINVAL: it is not known; AS_ELIMIT: over AS_MAX_ROSTER_OCTETS; AS_ESYNTAX: no
 * column of it holds domains; what the sink returned. */
AS_MUST_USE enum as_err as_roster_read(struct as_str octets,
    struct as_str charset, const struct as_roster_sink *sink,
    struct as_why *why);

#endif
