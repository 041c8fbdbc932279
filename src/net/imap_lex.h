/*
 * net/imap_lex - what an IMAP server says (RFC 3501 7 and 9), cut into items.
 *
 * Octets go in as they come, items come out at once, so that neither a list of
 * a million numbers nor a mail has to be held.  Every item has its cap; lines
 * have none, as SEARCH answers all in one: whoever reads counts octets.
 * Bare line feeds end lines too.
 */
#ifndef AS_NET_IMAP_LEX_H
#define AS_NET_IMAP_LEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/str.h"

enum as_imap_kind {
	AS_IMAP_TAG,     /* "*", "+" or a tag: the start of a response */
	AS_IMAP_WORD,    /* an atom or number, "BODY[]<0>", "\Seen" */
	AS_IMAP_STRING,  /* a quoted string, without quotes */
	AS_IMAP_OPEN,    /* ( */
	AS_IMAP_CLOSE,   /* ) */
	AS_IMAP_LITERAL, /* `number` octets follow, as AS_IMAP_OCTETS */
	AS_IMAP_OCTETS,  /* some of them */
	AS_IMAP_WHOLE,   /* all of them were there */
	AS_IMAP_TEXT, /* after OK, NO, BAD, BYE, PREAUTH or "+", with its code
	                    in brackets; cut at AS_MAX_IMAP_TEXT */
	AS_IMAP_END,  /* of the response */
};

struct as_imap_item {
	enum as_imap_kind kind;
	struct as_str text; /* until the function returns */
	uint64_t number;
	unsigned depth; /* of parentheses around it */
	unsigned at;    /* items before it in its response, without octets */
};

/* What it returns other than AS_OK ends the reading. */
typedef enum as_err as_imap_fn(void *ctx, const struct as_imap_item *item);

struct as_imap_lex {
	as_imap_fn *fn;
	void *ctx;
	uint64_t literal_cap; /* may be changed between responses */
	/* its own */
	unsigned state, at, depth;
	bool text_next; /* the line goes on as text */
	uint64_t left;  /* of a literal */
	size_t n;
	char word[AS_MAX_IMAP_STRING];
};

void as_imap_lex_init(
    struct as_imap_lex *l, uint64_t literal_cap, as_imap_fn *fn, void *ctx);

/* AS_ESYNTAX, AS_ELIMIT: the server speaks no IMAP, or too much of it: there is
 * no way on; what fn returned. */
AS_MUST_USE enum as_err as_imap_lex_feed(
    struct as_imap_lex *l, struct as_str octets, struct as_why *why);

/* The number after a word of a response code, "[UIDVALIDITY 12] ok"; false: it is
 * not there, or no number, and *out stays. */
bool as_imap_code(struct as_str text, const char *word, uint32_t *out);

#endif
