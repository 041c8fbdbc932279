/*
 * render/path - whether mail from one domain to another will be secure
 * (assess/path), as text and as JSON (assay.path/1).
 */
#ifndef AS_RENDER_PATH_H
#define AS_RENDER_PATH_H

#include <jansson.h>

#include "assess/path.h"
#include "render/term.h"

struct as_path_view {
	const struct as_path_from *from;
	const struct as_path_to *to;
};

/* The three answers, then each way of sending, the servers, and who must do
 * what. */
void as_path_text(const struct as_term *t, const struct as_path_view *v);

/* The caller owns the result; NULL on no memory. */
json_t *as_path_json(const struct as_path_view *v) AS_MUST_USE;

#endif
