/*
 * intake/mend_tag - what stands at a "<": a tag, or text.
 */
#ifndef AS_INTAKE_MEND_TAG_H
#define AS_INTAKE_MEND_TAG_H

#include "base/str.h"

/* A tag taken apart. */
struct as_mend_tag {
	struct as_str name; /* without prefix; a name of XML, in ASCII */
	size_t end;         /* behind it; of text: behind what was looked at */
	bool closing, empty;
	bool broken; /* "</name" without ">" */
};

enum as_mend_tag_is {
	AS_MEND_TAG,
	AS_MEND_TAG_PART, /* it may be one: its end is not there yet */
	AS_MEND_TAG_TEXT,
};

/* The tag at w[at], a "<".  Attributes are passed over, not kept. */
enum as_mend_tag_is as_mend_tag_read(
    struct as_str w, size_t at, struct as_mend_tag *t);

#endif
