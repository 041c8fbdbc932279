/*
 * base/tsv - tab-separated tables: one row a line, "#" starts a comment line.
 */
#ifndef AS_BASE_TSV_H
#define AS_BASE_TSV_H

#include "base/str.h"

#define AS_TSV_COLUMNS 16

struct as_tsv {
	struct as_str text; /* the caller's, whole file */
	size_t at;
	size_t line; /* of the row last read, from 1 */
};

/* Next row: its cells as slices of the text, at most AS_TSV_COLUMNS (further
 * ones dropped).  Returns the number of cells; 0 at the end. */
size_t as_tsv_next(struct as_tsv *t, struct as_str cells[AS_TSV_COLUMNS]);

#endif
