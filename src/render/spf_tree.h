/*
 * render/spf_tree - what an SPF record leads to, as text and as JSON.
 */
#ifndef AS_RENDER_SPF_TREE_H
#define AS_RENDER_SPF_TREE_H

#include <jansson.h>

#include "assess/spf_tree.h"
#include "render/term.h"

/* What it costs at worst, then term by term. */
void as_spf_tree_text(const struct as_term *t, const struct as_spf_tree *tree);

/* {"domain", "status", "record", "lookups", "void_lookups", "all", "complete",
 * "terms": [...]}; "status": found, none, multiple, unusable, unknown.  The
 * caller owns the result; NULL on no memory. */
json_t *as_spf_tree_json(const struct as_spf_tree *tree) AS_MUST_USE;

/* Could something not be told? */
bool as_spf_tree_is_open(const struct as_spf_tree *tree);

#endif
