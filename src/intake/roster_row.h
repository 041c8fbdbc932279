/*
 * intake/roster_row - inside intake/roster: what the cells of one record say.
 */
#ifndef AS_INTAKE_ROSTER_ROW_H
#define AS_INTAKE_ROSTER_ROW_H

#include "base/limits.h"
#include "intake/csv.h"
#include "intake/roster.h"

enum as_roster_column {
	COLUMN_NONE, /* left out */
	COLUMN_DOMAIN,
	COLUMN_PERHAPS,         /* domains, when no other column has them */
	COLUMN_CONTACT_PERHAPS, /* else of domains, as the last resort */
	COLUMN_ORGANISATION,
	COLUMN_GROUP,
	COLUMN_OWNER,
	COLUMN_CONTACT,
	COLUMN_ROLE,
	COLUMN_PARKED,
	COLUMN_TAGS,
	COLUMN_NOTES,
};

struct as_roster_columns {
	enum as_roster_column kind[AS_MAX_CSV_CELLS];
	size_t domain; /* which holds them */
};

#define AS_ROSTER_WORD 40 /* octets; no word that we know is longer */

/* A heading or a word of a list, bare: letters in lower case, digits, no blanks
 * and punctuation. */
struct as_str as_roster_word(struct as_str s, char room[AS_ROSTER_WORD]);

/* All but the name.  AS_ESYNTAX, AS_ELIMIT: why names the column; AS_ENOMEM. */
AS_MUST_USE enum as_err as_roster_row(struct as_arena *a,
    const struct as_roster_columns *columns, const struct as_csv_record *r,
    struct as_estate_entry *e, struct as_why *why);

/* Give each domain of the cell to the sink, with the rest of *line. */
AS_MUST_USE enum as_err as_roster_names(struct as_arena *a, struct as_str cell,
    struct as_roster_line *line, const struct as_roster_sink *sink,
    struct as_why *why);

#endif
