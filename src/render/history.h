/*
 * render/history - how a domain was judged over time: as text and as JSON
 * (assay.history/1).
 */
#ifndef AS_RENDER_HISTORY_H
#define AS_RENDER_HISTORY_H

#include <jansson.h>

#include "model/history.h"
#include "render/term.h"

struct as_history_view {
	struct as_str domain;
	const struct as_verdict_run *runs; /* in the order of time */
	size_t n_runs;
};

void as_history_text(const struct as_term *t, const struct as_history_view *v);

/* The caller owns the result; NULL on no memory. */
json_t *as_history_json(const struct as_history_view *v) AS_MUST_USE;

#endif
