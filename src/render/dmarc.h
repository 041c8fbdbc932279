/*
 * render/dmarc - a DMARC view (assess/dmarc_view) as text and as JSON.
 */
#ifndef AS_RENDER_DMARC_H
#define AS_RENDER_DMARC_H

#include <jansson.h>

#include "assess/dmarc_view.h"
#include "render/term.h"

/* What new receivers do first, then what older ones do, the record, the walk
 * query by query, and who takes the reports. */
void as_dmarc_text(const struct as_term *t, const struct as_dmarc_view *v);

/* {"queries": [...], "policy_domain", "organizational_domain", "declared",
 * "applied", "rfc7489": {...}} and more.  The caller owns the result; NULL on no
 * memory. */
json_t *as_dmarc_json(const struct as_dmarc_view *v) AS_MUST_USE;

#endif
