/*
 * render/tls_told - the failures that TLS reports tell of (assess/tls_told): as
 * text, as JSON (assay.tls-reports/1) and as CSV, a row a kind of failure.
 */
#ifndef AS_RENDER_TLS_TOLD_H
#define AS_RENDER_TLS_TOLD_H

#include <jansson.h>

#include "assess/tls_told.h"
#include "render/term.h"

void as_tls_told_text(const struct as_term *t, const struct as_tls_told *told);

/* The caller owns the result; NULL on no memory. */
json_t *as_tls_told_json(const struct as_tls_told *told) AS_MUST_USE;

void as_tls_told_csv(struct as_buf *b, const struct as_tls_told *told);

/* Who told of it: names, and how many more; appended. */
void as_tls_who_add(struct as_buf *b, const struct as_tls_fault *f);

#endif
