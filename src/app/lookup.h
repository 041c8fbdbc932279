/*
 * app/lookup - DNS questions of a command, answered by a sandboxed prober.
 *
 * For commands that follow a standard's own order of lookups (spf, dmarc): ask
 * a batch, look at the answers, ask the next.  One prober serves all batches;
 * it is replaced when it dies (app/crew).  Every question is asked once, and
 * its answer is kept as long as the lookup lives.  What no prober could answer
 * is answered not-asked, with the cause as detail.
 */
#ifndef AS_APP_LOOKUP_H
#define AS_APP_LOOKUP_H

#include "app/errand.h"
#include "app/fleet.h"
#include "std/need.h"

struct as_lookup;

/* `config` (as as_run_open makes it) must outlive the lookup.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_lookup_new(const struct as_fleet_config *config,
    struct as_lookup **out, struct as_why *why);
void as_lookup_free(struct as_lookup *l); /* accepts NULL */

/* Ask those of the questions that have no answer yet (at most
 * AS_MAX_QUERIES_PER_DOMAIN of them: the rest is answered not-asked), and wait
 * until all are answered.  Names are canonical, unusual octets as \DDD
 * (std/dns_wire).  AS_ESYS: no prober can be started; AS_ENOMEM. */
AS_MUST_USE enum as_err as_lookup_ask(struct as_lookup *l,
    const struct as_need *list, size_t n, struct as_why *why);

/* The answer to a question that was asked, or NULL. */
const struct as_answer *as_lookup_find(
    const struct as_lookup *l, struct as_str name, uint32_t type);

/* Its prober, for other tasks of the same command; lives as long as the lookup. */
struct as_errand *as_lookup_errand(struct as_lookup *l);

/* All answers, in the order asked; valid until the next as_lookup_ask. */
const struct as_answer *as_lookup_answers(const struct as_lookup *l, size_t *n);

#endif
