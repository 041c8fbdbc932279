/*
 * probe/probe_spf - asks for the tree of an SPF record (RFC 7208).
 *
 * TXT of the domain and of its include and redirect targets; A and AAAA of `a`
 * targets, MX of `mx` targets and A of `exists` targets, so that void lookups
 * (4.6.4) can be counted.  Targets with macros depend on a message and are not
 * asked.  Bounded by AS_MAX_SPF_QUERIES and AS_MAX_SPF_DEPTH.
 */
#ifndef AS_PROBE_PROBE_SPF_H
#define AS_PROBE_PROBE_SPF_H

#include "probe/book.h"

struct as_probe_spf {
	struct as_arena *arena;
	struct as_book *book;
	uint32_t queries; /* asked for the tree, beside the domain's own TXT */
};

/* Ask for the TXT of `domain` and go on from there.  `s` must live as long as
 * the book. */
void as_probe_spf_start(struct as_probe_spf *s, struct as_arena *a,
    struct as_book *book, struct as_str domain);

/* The one SPF record among the texts of an answer; false when there is none, or
 * several (4.5), or the answer is not there. */
bool as_probe_spf_find(const struct as_answer *ans, struct as_str *txt);

#endif
