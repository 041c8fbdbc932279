/*
 * intake/decode - octets of an XML document become UTF-8.
 *
 * The encoding is told by a byte-order mark, by the shape of the first octets,
 * or by the XML declaration (XML 1.0 appendix F); without any it is UTF-8.
 * Whoever declares what it is not gets what it declared: nothing is guessed.
 * UTF-8 passes unchecked: whoever reads on checks it.  No memory, no files: the tables
 * are built in, as the reader's process may open nothing.
 */
#ifndef AS_INTAKE_DECODE_H
#define AS_INTAKE_DECODE_H

#include <stdint.h>

#include "base/str.h"

/* Of the start, looked at for a declaration. */
#define AS_DECODE_HEAD 512

enum as_decode_form {
	AS_DECODE_UTF8,
	AS_DECODE_UTF16_LE,
	AS_DECODE_UTF16_BE,
	AS_DECODE_TABLE,
};

struct as_decode {
	enum as_decode_form form;
	const uint16_t *table; /* of 128 */
	size_t mark;           /* octets of byte-order mark to drop */
	const char *name;      /* of the encoding, static */
	bool unknown;          /* declared, and not known or not so */
	bool half;             /* one octet of two waits, in `first` */
	uint32_t first;
	uint32_t high; /* a first surrogate waits; 0: none */
};

/* The decoder for a document that starts with `head`.  False: more octets are
 * needed to tell (give up to AS_DECODE_HEAD, or all there are with `final`). */
bool as_decode_init(struct as_decode *d, struct as_str head, bool final);

/* The decoder for a plain text that is all at hand: by its byte-order mark, by
 * zeros in every second octet, as UTF-8 when it is that, else as Windows-1252,
 * which spreadsheets write. */
void as_decode_init_text(struct as_decode *d, struct as_str all);

/* The decoder for the encoding of this name ("windows-1250", "UTF-8"); the mark
 * of UTF-8 and UTF-16 is still looked for.  False: no such name is known. */
bool as_decode_init_named(
    struct as_decode *d, struct as_str all, struct as_str name);

/* Turn octets into UTF-8 at out, of room octets (eight at least); returns how
 * many were written and sets *used, never 0.  What is no character becomes the
 * octet 0xff. */
size_t as_decode_run(struct as_decode *d, struct as_str in, char *out,
    size_t room, size_t *used);

/* No more octets: what an unfinished one becomes. */
size_t as_decode_end(struct as_decode *d, char *out);

#endif
