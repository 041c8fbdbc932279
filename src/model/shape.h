/*
 * model/shape - turns a field list into the shape that the codec walks.
 *
 * For the .c files that define shapes; everyone else needs model/codec.h.
 */
#ifndef AS_MODEL_SHAPE_H
#define AS_MODEL_SHAPE_H

#include "model/codec.h"

#define AS_REST_BOOL(m, of)   0, NULL, NULL
#define AS_REST_U32(m, of)    0, NULL, NULL
#define AS_REST_TIME(m, of)   0, NULL, NULL
#define AS_REST_TEXT(m, of)   0, NULL, NULL
#define AS_REST_OCTETS(m, of) 0, NULL, NULL
#define AS_REST_HEX(m, of)    0, NULL, NULL
#define AS_REST_RRTYPE(m, of) 0, NULL, NULL
#define AS_REST_ENUM(m, of)   0, NULL, &as_names_##of
#define AS_REST_STRS(m, of)   offsetof(AS_SHAPE_STRUCT, n_##m), NULL, NULL
#define AS_REST_ONE(m, of)    0, &as_shape_##of, NULL
#define AS_REST_LIST(m, of) \
	offsetof(AS_SHAPE_STRUCT, n_##m), &as_shape_##of, NULL

#endif
