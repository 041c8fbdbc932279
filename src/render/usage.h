/*
 * render/usage - the sources of a domain's mail, and what its policy may become
 * (assess/usage, assess/enforce): as text, as JSON (assay.sources/1,
 * assay.enforce/1) and as CSV, a row a source.
 */
#ifndef AS_RENDER_USAGE_H
#define AS_RENDER_USAGE_H

#include <jansson.h>

#include "assess/enforce.h"
#include "render/term.h"

void as_sources_text(const struct as_term *t, const struct as_usage *u);
void as_enforce_text(const struct as_term *t, const struct as_enforce *e);

/* The caller owns the result; NULL on no memory. */
json_t *as_sources_json(const struct as_usage *u) AS_MUST_USE;
json_t *as_enforce_json(const struct as_enforce *e) AS_MUST_USE;

void as_sources_csv(struct as_buf *b, const struct as_usage *u);
void as_enforce_csv(struct as_buf *b, const struct as_enforce *e);

/* --- shared by the forms --- */

/* "dkim s1 example.org" or "spf example.org", appended; failed ones say so. */
void as_vouch_add(struct as_buf *b, const struct as_usage_vouch *v);

/* Where a source sends from: addresses that are shown, and how many more. */
void as_addresses_add(struct as_buf *b, const struct as_usage_source *s);

#endif
