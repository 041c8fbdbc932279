/*
 * render/html - text into a page.
 */
#ifndef AS_RENDER_HTML_H
#define AS_RENDER_HTML_H

#include "base/buf.h"

/* What all pages look like: src/render/page.css. */
extern const struct as_str as_data_page_css;

/* Append text, in content or in a quoted attribute: markup is escaped, control
 * and bidi characters are written as for a terminal. */
void as_html_add(struct as_buf *b, struct as_str s);

/* <TAG class="CLASS">text</TAG> and a line feed; CLASS may be NULL.  Nothing for
 * an empty text. */
void as_html_element(
    struct as_buf *b, const char *tag, const char *class, struct as_str text);

/* From <!DOCTYPE html> to <body>.  The page may load and run nothing; its one
 * style sheet is allowed by its digest. */
void as_html_head(struct as_buf *b, struct as_str title);
void as_html_foot(struct as_buf *b);

#endif
