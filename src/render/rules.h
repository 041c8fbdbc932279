/*
 * render/rules - the catalogue of rules as JSON and as text.
 */
#ifndef AS_RENDER_RULES_H
#define AS_RENDER_RULES_H

#include <jansson.h>

#include "assess/assess.h"
#include "render/term.h"

/* {"version", "rules": [...]}; only `one` when it is not NULL.  The caller owns
 * the result; NULL on no memory. */
json_t *as_rules_json(const struct as_rule_info *one) AS_MUST_USE;

void as_rules_text(const struct as_term *t); /* a line a rule */
void as_rule_text(const struct as_term *t, const struct as_rule_info *rule);

#endif
