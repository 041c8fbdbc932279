/*
 * assess/dmarc_maker - what the parts of a DMARC view share while it is made.
 * Private to assess/dmarc_*.c.
 */
#ifndef AS_ASSESS_DMARC_MAKER_H
#define AS_ASSESS_DMARC_MAKER_H

#include "assess/dmarc_view.h"

/* Asked in one go; what is over it is asked in the next. */
#define AS_DMARC_NEEDS AS_MAX_QUERIES_PER_DOMAIN

struct as_dmarc_maker {
	struct as_arena *a;
	const struct as_dmarc_ask *ask;
	struct as_dmarc_view *v;
	struct as_facts facts; /* the answers, as a case takes them */
	struct as_domain_facts domain_facts;
	struct as_dmarc_identity author;
};

/* NULL: not known. */
const struct as_answer *as_dmarc_answer(
    const struct as_dmarc_maker *m, struct as_str name, uint32_t type);

/* It must be known. */
void as_dmarc_need_add(
    struct as_dmarc_maker *m, struct as_str name, uint16_t type);
void as_dmarc_need_mail(struct as_dmarc_maker *m, struct as_str name);

/* A case of a name, with nothing in it yet. */
AS_MUST_USE enum as_err as_dmarc_case_new(
    struct as_dmarc_maker *m, struct as_str name, struct as_case **out);

/* The walk from a name, as far as it is known; the rest is needed. */
AS_MUST_USE enum as_err as_dmarc_walk_make(
    struct as_dmarc_maker *m, struct as_str name, struct as_case **out);

/* The organizational domain by the walk; empty when it is not known. */
AS_MUST_USE enum as_err as_dmarc_organization_find(
    struct as_dmarc_maker *m, struct as_str name, struct as_str *out);

/* --- parts, one file each; only AS_ENOMEM --- */

AS_MUST_USE enum as_err as_dmarc_targets_make(struct as_dmarc_maker *m);
AS_MUST_USE enum as_err as_dmarc_notes_make(struct as_dmarc_maker *m);

#endif
