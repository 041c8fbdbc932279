/*
 * app/print - what check and scan print, in one of the formats.
 */
#ifndef AS_APP_PRINT_H
#define AS_APP_PRINT_H

#include "app/run.h"
#include "render/form.h"

struct as_print {
	const struct as_form *form;
	struct as_sheet sheet;
	FILE *stream;
	const char *name; /* of the stream, for messages */
	bool begun;       /* a part was printed */
};

/* `most`: columns of text.  Sheet and stream may be changed before the head. */
void as_print_init(struct as_print *p, const struct as_form *form,
    struct as_run *run, unsigned most);

/* Make the part of a domain, in an empty buffer. */
void as_print_make(struct as_print *p, struct as_buf *b,
    const struct as_assessment *as, const struct as_facts *facts);

/* Each as as_run_write. */
AS_MUST_USE enum as_err as_print_head(struct as_print *p, struct as_why *why);
AS_MUST_USE enum as_err as_print_part(
    struct as_print *p, struct as_buf *b, struct as_why *why);
AS_MUST_USE enum as_err as_print_foot(struct as_print *p, struct as_why *why);

#endif
