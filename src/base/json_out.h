/*
 * base/json_out - JSON written value by value, without a tree in between.
 *
 * The caller opens and closes, and names each member before its value; what comes
 * out is what base/json writes of a tree with the same content.
 */
#ifndef AS_BASE_JSON_OUT_H
#define AS_BASE_JSON_OUT_H

#include "base/json.h"

struct as_json_out {
	struct as_buf *b;
	enum as_json_style style;
	unsigned depth;
	bool inside; /* something stands before it in the innermost one */
	bool named;  /* the name of this value stands before it */
};

void as_json_out_open(struct as_json_out *o, char bracket); /* { or [ */
void as_json_out_close(struct as_json_out *o, char bracket);
void as_json_out_name(struct as_json_out *o, const char *name);

/* A string of any octets, as as_json_str makes it.  What does not show itself on a
 * terminal (as_utf8_is_unsafe) is escaped. */
void as_json_out_str(struct as_json_out *o, struct as_str s);

/* Such a string; null for an empty text. */
void as_json_out_str_or_null(struct as_json_out *o, struct as_str s);

/* null, true, false, a number: as it is. */
void as_json_out_word(struct as_json_out *o, const char *word);

/* A tree, which is taken; NULL: no memory, b->full. */
void as_json_out_tree(struct as_json_out *o, json_t *v);

#endif
