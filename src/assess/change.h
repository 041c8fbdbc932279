/*
 * assess/change - what is different about a domain between two looks.
 *
 * Pure.  Compared is what was known after each look (assess/last_known): what is
 * unknown on either side, or was not asked on either, is no change.
 */
#ifndef AS_ASSESS_CHANGE_H
#define AS_ASSESS_CHANGE_H

#include "assess/assess.h"
#include "model/event.h"

/* Records, policies, mail servers, certificates, TLS: events of cause DOMAIN.
 * The options hold for both sides.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_change_facts(struct as_arena *a,
    const struct as_facts *before, const struct as_facts *after,
    const struct as_assess_options *options, struct as_events *out);

/*
 * Verdicts that are at least a warning before or after, grades and the role of
 * `domain` (octets as in the facts).  Added to `out`, which may hold events already.  AS_ENOMEM.
 *
 * To tell whose doing it is, call it three times: what was kept against the old
 * facts judged by today's rules (RULES), those as of then against as of now
 * (TIME), those against the new facts (DOMAIN).
 */
AS_MUST_USE enum as_err as_change_verdicts(struct as_arena *a,
    struct as_str domain, const struct as_verdicts *before,
    const struct as_verdicts *after, enum as_event_cause cause,
    struct as_events *out);

/* "SPF record removed at example.org": one line, for a list of changes.
 * AS_STR_NULL: no memory. */
struct as_str as_change_title(struct as_arena *a, const struct as_event *e);

#endif
