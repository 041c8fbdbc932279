/*
 * model/report_wire_fields - what stands in an event, in which order.
 */
#ifndef AS_MODEL_REPORT_WIRE_FIELDS_H
#define AS_MODEL_REPORT_WIRE_FIELDS_H

#include "base/limits.h"
#include "model/report_wire.h"

/* What the first octet of an event says. */
#define AS_WIRE_BEGIN   'B'
#define AS_WIRE_ROW     'R'
#define AS_WIRE_POLICY  'P'
#define AS_WIRE_TLS     'T'
#define AS_WIRE_FAILURE 'F'
#define AS_WIRE_NOTE    'N'
#define AS_WIRE_END     'E'
#define AS_WIRE_DROP    'D'
#define AS_WIRE_RAW     'X' /* a part of the octets of a piece */
#define AS_WIRE_FOUND   'O'
#define AS_WIRE_REFUSED 'Z'

enum as_wire_type {
	AS_WIRE_TEXT,
	AS_WIRE_NUMBER, /* uint64_t, or int64_t as its bits */
	AS_WIRE_FLAG,
	AS_WIRE_KIND,
	AS_WIRE_IP,
	AS_WIRE_LIST, /* of structs that hold texts only */
};

struct as_wire_field {
	enum as_wire_type type;
	size_t at;
	size_t n_at; /* of a list: where its length stands */
	size_t each; /* texts in one item */
};

struct as_wire_shape {
	const struct as_wire_field *fields;
	size_t n;
};

extern const struct as_wire_shape as_wire_row, as_wire_policy, as_wire_tls,
    as_wire_failure, as_wire_note, as_wire_head, as_wire_piece;

#endif
