/*
 * base/json - jansson, with our caps and habits.
 *
 * A tree is read whole, with duplicates refused, and depth and number of values
 * bounded (AS_MAX_JSON_*) before memory is spent; a document is written with its keys in the order they were
 * set, so equal content gives equal octets.
 */
#ifndef AS_BASE_JSON_H
#define AS_BASE_JSON_H

#include <jansson.h>

#include "base/buf.h"
#include "base/str.h"

/* Parse one document; the caller owns *out (json_decref).  AS_ELIMIT past
 * `cap` octets, too deep or too many values; AS_ESYNTAX with line and column in why.  Out of memory ends
 * the process (json.c says why). */
AS_MUST_USE enum as_err as_json_parse(
    struct as_str text, size_t cap, json_t **out, struct as_why *why);

/* The next of several documents that follow each other, from text[*at] on;
 * *at moves behind it.  AS_EABSENT: only white space is left; AS_ELIMIT,
 * AS_ESYNTAX as above, line and column counted from the start of that document. */
AS_MUST_USE enum as_err as_json_parse_next(
    struct as_str text, size_t *at, json_t **out, struct as_why *why);

/* Where a document ends, found without reading it.  Begin with {0}. */
struct as_json_scan {
	size_t containers, values, depth,
	    deepest; /* so far, as far as the text is
	                                              well formed */
	bool in_string, escaped;
	bool ended; /* the object or list that it began with was closed */
};

/* Scan text[at..), the next part of a text; returns where it stopped: behind
 * the end of the document, or of the text. */
size_t as_json_scan(struct as_json_scan *s, struct as_str text, size_t at);

enum as_json_style { AS_JSON_COMPACT, AS_JSON_PRETTY };

/* Append the document, without a final line feed.  b->full on failure. */
void as_json_write(
    struct as_buf *b, const json_t *doc, enum as_json_style style);

/* A string value of any octets: malformed UTF-8 and NUL become U+FFFD.  NULL
 * on no memory. */
json_t *as_json_str(struct as_str s) AS_MUST_USE;

/* Make NUL in the strings of a document U+FFFD; *found says whether there was one.
 * AS_ENOMEM. */
AS_MUST_USE enum as_err as_json_nul_mend(json_t *doc, bool *found);

/* Such a string; null for an empty text. */
json_t *as_json_str_or_null(struct as_str s) AS_MUST_USE;

/* Set a key to a fresh value, which is taken; false when one of them is NULL or
 * there is no memory. */
bool as_json_put(json_t *obj, const char *key, json_t *value);

/* Set a key to a text; an empty one is left out. */
bool as_json_put_any(json_t *obj, const char *key, struct as_str s);

/* Append a fresh value, as as_json_put. */
bool as_json_add(json_t *list, json_t *item);

/* `v` when all went well; else it is let go, and NULL. */
json_t *as_json_done(json_t *v, bool ok) AS_MUST_USE;

/* The string value inside the tree; AS_STR_NULL for another kind or NULL. */
struct as_str as_json_get_str(const json_t *v);

#endif
