/*
 * probe/answer_sig - the signatures that came with an answer.
 *
 * Not to verify them, which is the resolver's: they name the zone, and tell when
 * they end.
 */
#ifndef AS_PROBE_ANSWER_SIG_H
#define AS_PROBE_ANSWER_SIG_H

#include "probe/answer_rr.h"

/*
 * Add to ans->rrsig those of the list that cover the records asked for, or a
 * CNAME of the chain, or a SOA that denies them; sorted, at most
 * AS_MAX_SIGNATURES, further ones are left out.  Damaged ones are skipped: the
 * resolver has judged the answer.  Only AS_ENOMEM.
 */
AS_MUST_USE enum as_err as_answer_keep_signatures(struct as_arena *a,
    struct as_arena *scratch, const struct as_rr_list *list,
    struct as_answer *ans);

#endif
