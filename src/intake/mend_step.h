/*
 * intake/mend_step - inside intake/mend: how its parts pass text on.
 */
#ifndef AS_INTAKE_MEND_STEP_H
#define AS_INTAKE_MEND_STEP_H

#include "intake/mend.h"

enum as_mend_step {
	AS_MEND_GO,
	AS_MEND_WAIT, /* for octets behind the window's */
};

/* Nothing is passed on once m->err is set. */
void as_mend_text(struct as_mend *m, struct as_str text);
void as_mend_tell(
    struct as_mend *m, enum as_mend_kind kind, struct as_str name);
void as_mend_fail(struct as_mend *m, enum as_err err, const char *text);

/* Pass on plain octets from m->at up to `end` in the window. */
void as_mend_plain(struct as_mend *m, size_t end);

/* Pass on the character at m->at, which is not plain; false: wait. */
bool as_mend_character(struct as_mend *m);

/* At "&". */
enum as_mend_step as_mend_ampersand(struct as_mend *m);

#endif
