/*
 * assess/spf_tree - the record of a domain and all that it leads to, term by
 * term: what each costs at worst, which lead nowhere, and who stands behind.
 *
 * Pure: it asks for lookups and never makes them (see assess/dmarc_view).
 */
#ifndef AS_ASSESS_SPF_TREE_H
#define AS_ASSESS_SPF_TREE_H

#include "assess/case.h"
#include "assess/senders.h"
#include "std/need.h"

#define AS_SPF_TREE_MAP(X) \
	X(AS_SPF_TREE_FINE, "fine") \
	X(AS_SPF_TREE_VOID, "void")       /* DNS has nothing there (4.6.4) */ \
	X(AS_SPF_TREE_DEAD, "dead")       /* a permerror when it is reached */ \
	X(AS_SPF_TREE_DEPENDS, "depends") /* on the mail: a macro, or ptr */ \
	X(AS_SPF_TREE_UNKNOWN, "unknown") \
	X(AS_SPF_TREE_UNREACHED, "not-reached") /* behind all, or ignored */
AS_DECLARE_ENUM(spf_tree_state, AS_SPF_TREE_MAP);

/* How wide a range is that mail may come from. */
enum as_spf_width {
	AS_SPF_WIDTH_FINE,
	AS_SPF_WIDTH_WIDE, /* wider than /16 or /32 */
	AS_SPF_WIDTH_OPEN, /* wider than /8 or /16: as good as +all; or that
	                      itself, and what leads to it */
};

struct as_spf_row {
	unsigned depth; /* 0: a term of the domain's own record */
	const struct as_spf_term *term;
	enum as_spf_tree_state state;
	struct as_str detail; /* why, in words; may be empty; octets from
	                         outside */
	uint32_t lookups;     /* of the term and all beneath */
	uint32_t voids;
	struct as_sender sender; /* service is empty: not known */
	enum as_spf_width width;
	const char *special; /* the special-purpose range of an address, or
	                        NULL */
};

struct as_spf_tree_ask {
	struct as_str domain;            /* canonical */
	struct as_str senders;           /* data/senders.tsv */
	const struct as_answer *answers; /* so far */
	size_t n_answers;
	bool last; /* no more can be asked: what is open is unknown */
};

#define AS_SPF_TREE_NEEDS 64  /* of one round */
#define AS_SPF_TREE_ROWS  600 /* nobody reads more */

struct as_spf_tree {
	/* When n_needs is not 0, nothing else counts: make it again. */
	struct as_need *needs;
	size_t n_needs;

	const struct as_case *c; /* spf_set, spf, spf_why and cost count */
	struct as_spf_row *rows; /* in the order of the records */
	size_t n_rows;
	bool cut; /* more than AS_SPF_TREE_ROWS */
};

/* AS_OK, also when more must be known; AS_ENOMEM. */
AS_MUST_USE enum as_err as_spf_tree_make(struct as_arena *a,
    const struct as_spf_tree_ask *ask, struct as_spf_tree *out);

/* How wide the range of a term is. */
enum as_spf_width as_spf_width_of(const struct as_spf_term *t);

#endif
