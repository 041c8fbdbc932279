/*
 * render/csv - rows of comma-separated values (RFC 4180) that a spreadsheet
 * reads as text: no cell is a formula, whatever the network put into it.
 */
#ifndef AS_RENDER_CSV_H
#define AS_RENDER_CSV_H

#include "base/buf.h"

/*
 * Append one cell, with a comma before it unless it is the first of its row.
 * Control and bidi characters are written as for a terminal.  What a
 * spreadsheet could take for the start of a formula (= + - @, their wide forms)
 * gets an apostrophe before it: at the start of the cell, and behind a
 * semicolon, which divides cells in many languages.
 */
void as_csv_cell(struct as_buf *b, struct as_str s);

/* A number of our own. */
void as_csv_number(struct as_buf *b, size_t n);

void as_csv_end(struct as_buf *b); /* of the row: CR LF */

#endif
