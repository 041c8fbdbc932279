/*
 * assess/path_private - what the two sides of a path share.
 */
#ifndef AS_ASSESS_PATH_PRIVATE_H
#define AS_ASSESS_PATH_PRIVATE_H

#include "assess/path.h"
#include "assess/say.h"

/* Findings of one question that call for action, worst first. */
AS_MUST_USE enum as_err as_path_todo(struct as_arena *a,
    const struct as_assessment *as, enum as_axis_id axis,
    const struct as_finding ***out, size_t *n);

/* What each way of sending meets at one address.  why: what stands against the
 * server, or the cause of an unknown. */
void as_path_see(struct as_say *o, const struct as_mx *m,
    const struct as_host_facts *h, struct as_path_server *out);

/* All servers of the case, and what each way of sending comes to.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_path_ways(struct as_say *o, struct as_path_to *out);

#endif
