/*
 * base/json_pull - JSON read value by value, without a tree in between.
 *
 * What is well formed is what base/json takes: RFC 8259, UTF-8 without faults,
 * no lone surrogates, NUL only as an escape and never in a name; of numbers
 * those that fit int64_t or double.  The reader stands before a value; each call
 * moves behind what it reads.  After the first fault every call fails.
 */
#ifndef AS_BASE_JSON_PULL_H
#define AS_BASE_JSON_PULL_H

#include "base/arena.h"
#include "base/str.h"

struct as_json_pull {
	struct as_arena *a; /* of strings that hold escapes */
	struct as_str text;
	size_t at;
	unsigned depth;   /* of objects and lists that were entered */
	bool first;       /* no item of the innermost one was read */
	enum as_err err;  /* the first fault */
	const char *what; /* of it; NULL: none, or out of memory */
};

enum as_json_kind {
	AS_JSON_NOTHING, /* the end, or no JSON */
	AS_JSON_OBJECT,
	AS_JSON_LIST,
	AS_JSON_STRING,
	AS_JSON_NUMBER,
	AS_JSON_TRUE,
	AS_JSON_FALSE,
	AS_JSON_NULL,
};

void as_json_pull_init(
    struct as_json_pull *r, struct as_arena *a, struct as_str text);

/* What the next value begins as. */
enum as_json_kind as_json_pull_kind(struct as_json_pull *r);

/* Go into an object or a list, which stands here. */
void as_json_pull_enter(struct as_json_pull *r);

/* The next member or item; false at the end of the object or list, which is
 * left with it, and at a fault. */
bool as_json_pull_member(struct as_json_pull *r, struct as_str *name);
bool as_json_pull_item(struct as_json_pull *r);

/* A value that stands here; false at a fault.  A string is a part of the text,
 * or in the arena; *integer is false for a number with fraction or exponent. */
bool as_json_pull_string(struct as_json_pull *r, struct as_str *out);
bool as_json_pull_number(struct as_json_pull *r, bool *integer, int64_t *out);

/* Is a string that was read a part of the text?  Then no escape is in it. */
bool as_json_pull_is_part(const struct as_json_pull *r, struct as_str s);

/* Behind the ASCII from s[at] on that stands in a JSON string as it is. */
size_t as_json_plain_end(struct as_str s, size_t at);

/* Any value. */
bool as_json_pull_skip(struct as_json_pull *r);

/* Nothing but white space is left. */
bool as_json_pull_end(struct as_json_pull *r);

/* The fault in words, with line and column; returns its code. */
enum as_err as_json_pull_why(const struct as_json_pull *r, struct as_why *why);

#endif
