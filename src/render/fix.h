/*
 * render/fix - what is to be published: for people, for programs, and as input
 * of what publishes it.
 *
 * Every text of the network is quoted by the rules of its format, so that none
 * ends its string, its line or its comment.
 */
#ifndef AS_RENDER_FIX_H
#define AS_RENDER_FIX_H

#include <jansson.h>

#include "assess/fix.h"
#include "render/term.h"

#define AS_FIX_SCHEMA "assay.fix/1"

/* The steps, what they come to, and what is left to do by others. */
void as_fix_text(const struct as_term *t, const struct as_fix *fix,
    const struct as_fix_verdict *v);

/* The document; the caller owns it, NULL on no memory. */
json_t *as_fix_json(
    const struct as_fix *fix, const struct as_fix_verdict *v) AS_MUST_USE;

/* A format for a program; comments tell the rest. */
struct as_fix_format {
	const char *name;    /* "zone" */
	const char *comment; /* how a comment line begins */
	const char *blank;   /* a line that says nothing, with its end */
	void (*write)(const struct as_fix *fix,
	    const struct as_fix_format *format, struct as_buf *b);
};

/* NULL: there is none of that name. */
const struct as_fix_format *as_fix_format_find(struct as_str name);

/* The whole text; of steps that others must take only comments. */
void as_fix_write(const struct as_fix_format *format, const struct as_fix *fix,
    const struct as_fix_verdict *v, struct as_buf *b);

/* The records alone of the sets in the domain's own zone, as a zone file. */
void as_fix_records(const struct as_fix *fix, struct as_buf *b);

#endif
