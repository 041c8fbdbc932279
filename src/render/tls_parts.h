/*
 * render/tls_parts - the parts of the page that render/tls prints.
 */
#ifndef AS_RENDER_TLS_PARTS_H
#define AS_RENDER_TLS_PARTS_H

#include "render/tls.h"

#define AS_TLS_INDENT           2
#define AS_TLS_COLUMN           16 /* where texts stand, behind a label */
#define AS_TLS_NAME_COLUMN      22 /* behind the name of a document */
#define AS_TLS_LINE_OCTETS      65536
#define AS_TLS_SHOWN_OBJECTIONS 5

void as_tls_heading(const struct as_term *t, const char *text);

/* A label and a wrapped text. */
void as_tls_row(const struct as_term *t, const char *label, enum as_style style,
    struct as_str text);

/* The same with what a buffer holds, which is freed. */
void as_tls_row_take(const struct as_term *t, const char *label,
    enum as_style style, struct as_buf *b);

void as_tls_join(struct as_buf *b, const char *between, struct as_str item);

/* Versions, suites, groups, DHE and features. */
void as_tls_offer_text(const struct as_term *t, const struct as_tls_server *s);

void as_tls_chains_text(
    const struct as_term *t, const struct as_tls_verdict *v, int64_t now_ms);

#endif
