/*
 * probe/probe_dkim - looks for DKIM keys (RFC 6376 3.6.2).
 *
 * Selectors cannot be listed, only tried.  First `_domainkey.NAME` itself: if
 * that does not exist, nothing beneath it does (RFC 8020).  With it a selector
 * that nobody would choose, which only a wildcard answers; it is made from the
 * domain name, so that a replay asks the same.  Then the given and the shipped
 * selectors, in batches: a batch without one clear answer ends the search.
 */
#ifndef AS_PROBE_PROBE_DKIM_H
#define AS_PROBE_PROBE_DKIM_H

#include "probe/book.h"

struct as_probe_dkim {
	struct as_arena *arena;
	struct as_book *book;
	struct as_str domain;
	struct as_str random;     /* selector */
	struct as_str *selectors; /* to try: given ones first */
	size_t n_selectors;
	size_t n_given;
	size_t n_tried;        /* asked so far */
	size_t batch_at;       /* where the batch in flight starts */
	bool guarded;          /* the guard was asked */
	bool judged;           /* and its answers were looked at */
	bool trusted;          /* no `_domainkey`, and the denial is signed */
	bool denied;           /* no `_domainkey` */
	struct as_str *probed; /* those that were answered */
	size_t n_probed;
};

/* AS_ENOMEM: nothing will be asked. */
AS_MUST_USE enum as_err as_probe_dkim_init(struct as_probe_dkim *d,
    struct as_arena *a, struct as_book *book, struct as_str domain,
    const struct as_str *given, size_t n_given, const struct as_str *shipped,
    size_t n_shipped);

/* The book is idle: look at what came, and ask what is next.  False when
 * nothing is left to ask. */
bool as_probe_dkim_next(struct as_probe_dkim *d);

/* What was found out, once as_probe_dkim_next gave false. */
void as_probe_dkim_write(
    const struct as_probe_dkim *d, struct as_domain_facts *facts);

#endif
