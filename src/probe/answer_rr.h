/*
 * probe/answer_rr - the records of one message that belong into an answer.
 */
#ifndef AS_PROBE_ANSWER_RR_H
#define AS_PROBE_ANSWER_RR_H

#include "model/facts.h"
#include "std/dns_wire.h"

struct as_rr_list {
	const struct as_dns_msg *msg;
	struct as_dns_rr *rr;
	size_t n;
};

/*
 * Copy the records of type ans->type that the end of the chain owns, up to
 * AS_MAX_ANSWER_OCTETS, sorted as model/facts says; ans->cut when some were
 * left out.  *found counts those that came.  AS_ESYNTAX: damaged record data.
 */
AS_MUST_USE enum as_err as_answer_keep(struct as_arena *a,
    struct as_arena *scratch, const struct as_rr_list *list,
    struct as_answer *ans, size_t *found, struct as_why *why);

#endif
