/*
 * render/term - text for people: wrapped, indented, coloured when asked.
 *
 * Everything passes the terminal filter of base/utf8, so that no octet from the
 * network moves the cursor, changes a colour or turns the reading direction.
 */
#ifndef AS_RENDER_TERM_H
#define AS_RENDER_TERM_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

enum as_style {
	AS_STYLE_PLAIN,
	AS_STYLE_BOLD,
	AS_STYLE_DIM,
	AS_STYLE_GOOD,
	AS_STYLE_WARN,
	AS_STYLE_BAD,
	AS_STYLE_UNKNOWN,
};

struct as_term {
	struct as_buf *out;
	unsigned width; /* columns to wrap at; at least 40 */
	bool colour;
};

/* Text in a style, filtered, without wrapping. */
void as_term_put(const struct as_term *t, enum as_style style, struct as_str s);
void as_term_puts(const struct as_term *t, enum as_style style, const char *s);

/* As as_term_put, then spaces up to `columns`, at least one; none for 0. */
void as_term_put_padded(const struct as_term *t, enum as_style style,
    struct as_str s, size_t columns);

void as_term_spaces(const struct as_term *t, size_t n);
void as_term_newline(const struct as_term *t);

/*
 * A paragraph: `column` is where the cursor stands now, further lines start at
 * `indent`.  Breaks at spaces; a word longer than a line is left whole, so that
 * records can be copied.  Ends with a line feed.
 */
void as_term_wrap(const struct as_term *t, enum as_style style, size_t column,
    size_t indent, struct as_str s);

/* Append the clause of a list or cause as a sentence: its first letter made a
 * capital where a plain word begins it, a full stop at its end. */
void as_sentence_add(struct as_buf *b, struct as_str clause);

/* Such a sentence, wrapped as above. */
void as_term_sentence(const struct as_term *t, enum as_style style,
    size_t column, size_t indent, struct as_str clause);

#endif
