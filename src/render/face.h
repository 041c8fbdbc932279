/*
 * render/face - how a verdict and a letter look on a terminal.
 */
#ifndef AS_RENDER_FACE_H
#define AS_RENDER_FACE_H

#include "model/finding.h"
#include "render/term.h"

/* At most nine columns. */
const char *as_verdict_word(enum as_verdict v);
enum as_style as_verdict_style(enum as_verdict v);
enum as_style as_grade_style(char grade);

/* The letter of one axis, padded. */
void as_grade_put(const struct as_term *t, char grade, size_t columns);

#endif
