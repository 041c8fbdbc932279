/*
 * render/spf - the verdict of check_host() as text and as JSON.
 */
#ifndef AS_RENDER_SPF_H
#define AS_RENDER_SPF_H

#include <jansson.h>

#include "render/term.h"
#include "std/spf_eval.h"

/* The verdict first, then what led to it: each term, and its cost. */
void as_spf_text(const struct as_term *t, const struct as_spf_query *query,
    const struct as_spf_verdict *verdict);

/* {"result", "explanation", "lookups", "void_lookups", "trace": [...]} and what
 * was asked.  The caller owns the result; NULL on no memory. */
json_t *as_spf_json(const struct as_spf_query *query,
    const struct as_spf_verdict *verdict) AS_MUST_USE;

#endif
