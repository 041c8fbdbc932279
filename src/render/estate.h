/*
 * render/estate - the domains of an organisation, what a list would change, and
 * names that may belong to it: as text, as JSON (assay.estate/1,
 * assay.estate-plan/1, assay.suggestions/1) and as CSV that imports again.
 */
#ifndef AS_RENDER_ESTATE_H
#define AS_RENDER_ESTATE_H

#include <jansson.h>

#include "model/estate_plan.h"
#include "render/term.h"

struct as_estate_view {
	const struct as_estate_entry *list;
	size_t n;
	size_t of; /* in the whole estate */
};

struct as_hints_view {
	const struct as_estate_hint *list;
	size_t n;
};

void as_estate_text(const struct as_term *t, const struct as_estate_view *v);
void as_estate_csv(struct as_buf *b, const struct as_estate_view *v);

/* All that is said of one domain, a line each. */
void as_estate_show(const struct as_term *t, const struct as_estate_entry *e);

/* What stays as it is, is counted only; of many of a kind the first are shown. */
void as_plan_text(const struct as_term *t, const struct as_estate_plan *p);
void as_hints_text(const struct as_term *t, const struct as_hints_view *v);

/* The caller owns the result; NULL on no memory. */
json_t *as_estate_json(const struct as_estate_view *v) AS_MUST_USE;
json_t *as_plan_json(const struct as_estate_plan *p) AS_MUST_USE;
json_t *as_hints_json(const struct as_hints_view *v) AS_MUST_USE;

#endif
