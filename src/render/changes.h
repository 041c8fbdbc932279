/*
 * render/changes - what changed about domains, one event after the other.
 */
#ifndef AS_RENDER_CHANGES_H
#define AS_RENDER_CHANGES_H

#include <jansson.h>

#include "model/event.h"
#include "render/term.h"

/* An event as it is shown. */
struct as_change_shown {
	int64_t id, at; /* UTC seconds */
	struct as_str domain;
	const struct as_event *event;
	struct as_str title; /* as_change_title */
};

/* A paragraph, ending in a line feed. */
void as_change_text(const struct as_term *t, const struct as_change_shown *c);

/* One object of "changes"; NULL: no memory. */
json_t *as_change_json(const struct as_change_shown *c) AS_MUST_USE;

void as_changes_csv_head(struct as_buf *b);
void as_change_csv(struct as_buf *b, const struct as_change_shown *c);

#endif
