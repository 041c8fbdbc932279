/*
 * model/shape - turns a field list into the shape that the codec walks.
 *
 * For the .c files that define shapes; everyone else needs model/codec.h.
 */
#ifndef AS_MODEL_SHAPE_H
#define AS_MODEL_SHAPE_H

#include "model/codec.h"

/* What a row adds to name, kind, offset and doc: n_at, shape, names.  The
 * struct is the typedef that AS_SHAPE makes in the scope of the rows. */
#define AS_REST_BOOL(m, of)   0, NULL, NULL
#define AS_REST_U32(m, of)    0, NULL, NULL
#define AS_REST_TIME(m, of)   0, NULL, NULL
#define AS_REST_TEXT(m, of)   0, NULL, NULL
#define AS_REST_OCTETS(m, of) 0, NULL, NULL
#define AS_REST_HEX(m, of)    0, NULL, NULL
#define AS_REST_RRTYPE(m, of) 0, NULL, NULL
#define AS_REST_ENUM(m, of)   0, NULL, &as_names_##of
#define AS_REST_STRS(m, of)   offsetof(as_shape_struct, n_##m), NULL, NULL
#define AS_REST_ONE(m, of)    0, &as_shape_##of, NULL
#define AS_REST_LIST(m, of) \
	offsetof(as_shape_struct, n_##m), &as_shape_##of, NULL

// clang-format off
#define AS_ROW(kind, m, of, doc) \
	{#m, sizeof(#m) - 1, AS_KIND_##kind, offsetof(as_shape_struct, m), \
	    AS_REST_##kind(m, of), doc},
#define AS_ROW_ONE(kind, m, of, doc) +1

/* Defines as_shape_TAG of struct as_TAG from its list. */
#define AS_SHAPE(tag, LIST) \
	static const struct as_field *fields_##tag(void) \
	{ \
		typedef struct as_##tag as_shape_struct; \
		static const struct as_field fields[] = {LIST(AS_ROW)}; \
		return fields; \
	} \
	const struct as_shape as_shape_##tag = {#tag, \
	    sizeof(struct as_##tag), fields_##tag, 0 LIST(AS_ROW_ONE)};
// clang-format on

#endif
