/*
 * render/form_private - the formats, one file each.
 */
#ifndef AS_RENDER_FORM_PRIVATE_H
#define AS_RENDER_FORM_PRIVATE_H

#include "render/form.h"

extern const struct as_form as_form_csv_findings;
extern const struct as_form as_form_csv_domains;
extern const struct as_form as_form_sarif;
extern const struct as_form as_form_html;

#endif
