/*
 * probe/answer - what came back for one question, as a fact.
 *
 * Joins net/dns (a reply) and std/dns_wire (its octets) into the struct
 * as_answer of model/facts.  A reply that ends in a CNAME without records of
 * the type asked leads to a further question, at most AS_MAX_CNAME_CHAIN times.
 * The security of an answer is the worst of its chain, and a bogus answer never
 * carries records.
 */
#ifndef AS_PROBE_ANSWER_H
#define AS_PROBE_ANSWER_H

#include "model/facts.h"
#include "net/dns.h"

/* The name that the next reply is about: the end of the chain so far. */
struct as_str as_answer_hop(const struct as_answer *ans);

/*
 * Take the reply to as_answer_hop(ans).  On AS_OK, *next is AS_STR_NULL when
 * the answer is complete, or the CNAME target to ask for (same type).
 * `scratch` is used and reset; what stays is in `a`.  AS_ENOMEM: a is full, and
 * the answer is not usable.
 */
AS_MUST_USE enum as_err as_answer_take(struct as_arena *a,
    struct as_arena *scratch, const struct as_dns_reply *reply,
    struct as_answer *ans, struct as_str *next);

/* End an answer without records: outcome and detail (copied; on no memory the
 * detail stays empty). */
void as_answer_fail(struct as_arena *a, struct as_answer *ans,
    enum as_dns_outcome outcome, const char *detail);

/* Octets that the records and the chain of an answer hold, with a fixed charge
 * for each record. */
size_t as_answer_octets(const struct as_answer *ans);

/* Forget the records (outcome and chain stay). */
void as_answer_clear(struct as_answer *ans);

#endif
