/*
 * render/record - one explained record as JSON and as text.
 */
#ifndef AS_RENDER_RECORD_H
#define AS_RENDER_RECORD_H

#include <jansson.h>

#include "model/record.h"
#include "render/term.h"

/*
 * {"type", "status", "fields": {name: value or list}, "problems": [{"level",
 * "at", "text", "cite"}], "explanation": [{"field", "text", "at", "meaning"}]}.
 * "at" is an octet of the record, counted from 0, or null.  The caller owns the
 * result; NULL on no memory.
 */
json_t *as_record_json(const struct as_record_view *v) AS_MUST_USE;

/* Part by part, then the problems, each with its place. */
void as_record_text(const struct as_term *t, const struct as_record_view *v);

#endif
