/*
 * base/utf8 - text from the network, made fit for its sink.
 */
#ifndef AS_BASE_UTF8_H
#define AS_BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* Octets of the well-formed UTF-8 sequence at s[at], its code point in *cp;
 * 0 when it is malformed (overlong, surrogate, over U+10FFFF). */
size_t as_utf8_next(struct as_str s, size_t at, uint32_t *cp);

/* The sequence of a code point up to U+10FFFF, which is not looked at, into four
 * octets of room; returns how many it takes. */
size_t as_utf8_put(char *out, uint32_t cp);

bool as_utf8_is_valid(struct as_str s);

/* A control, bidi control or invisible filler: what can disguise a line. */
bool as_utf8_is_unsafe(uint32_t cp);

/* Could a spreadsheet take it, at the start of a cell, for that of a formula? */
bool as_utf8_starts_formula(uint32_t cp);

/* Well-formed, and without NUL? */
bool as_utf8_is_clean(struct as_str s);

/* What is not clean in s becomes U+FFFD; into AS_UTF8_MENDED octets of room for
 * each of s, returns how many it takes. */
#define AS_UTF8_MENDED 3
size_t as_utf8_mend(char *out, struct as_str s);

/* The first `most` octets of s; less, so that no sequence is cut in two. */
struct as_str as_utf8_cut(struct as_str s, size_t most);

/*
 * Append text for a terminal: line feed becomes a space; C0 and C1 controls,
 * DEL, bidi and other invisible controls, and malformed octets become "\xNN"
 * or "\u{NNNN}".
 */
void as_term_add(struct as_buf *b, struct as_str s);

/* Columns that s takes when written by as_term_add (wide and zero-width code
 * points by wcwidth of the C library are not consulted: one a code point). */
size_t as_term_width(struct as_str s);

#endif
