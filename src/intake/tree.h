/*
 * intake/tree - the elements of an aggregate report (RFC 7489 appendix C,
 * RFC 9990) and where their texts go.
 */
#ifndef AS_INTAKE_TREE_H
#define AS_INTAKE_TREE_H

#include <stdint.h>

#include "intake/value.h"
#include "model/report.h"

enum as_node {
	AS_NODE_SKIP, /* unknown, with all inside */
	AS_NODE_TOP,  /* the document */
	AS_NODE_FEEDBACK,
	AS_NODE_METADATA,
	AS_NODE_RANGE,
	AS_NODE_POLICY,
	AS_NODE_RECORD,
	AS_NODE_ROW,
	AS_NODE_EVALUATED,
	AS_NODE_IDENTIFIERS,
	AS_NODE_RESULTS,
	AS_NODE_REASON,
	AS_NODE_DKIM,
	AS_NODE_SPF,
	/* Texts, named after the struct that they go to, or one by one. */
	AS_NODE_IN_HEAD,
	AS_NODE_IN_ROW,
	AS_NODE_IN_REASON,
	AS_NODE_IN_DKIM,
	AS_NODE_IN_SPF,
	AS_NODE_BEGIN,
	AS_NODE_END,
	AS_NODE_ERROR,
	AS_NODE_DOMAIN,
	AS_NODE_SOURCE_IP,
	AS_NODE_COUNT,
};

struct as_element {
	struct as_str name;
	enum as_node node;
	enum as_words words;
	size_t offset; /* of a struct as_str in its struct */
};

/* The element of that name inside `parent`; NULL: none is known. */
const struct as_element *as_element_find(
    enum as_node parent, struct as_str name);

/* Does it hold a text? */
bool as_node_is_text(enum as_node node);

/* Does it hold a part of the report so that its name, wherever it stands, means
 * just that?  (Not so "dkim" and "spf".) */
bool as_node_is_part(enum as_node node);

#endif
