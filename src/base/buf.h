/*
 * base/buf - a growing buffer that is born with its cap.
 *
 * Past the cap nothing is added and the buffer turns `full` for good: a cut
 * document is told from a whole one by asking as_buf_ok once at the end.
 */
#ifndef AS_BASE_BUF_H
#define AS_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct as_buf {
	char *p;
	size_t n;
	size_t room;
	size_t cap;
	bool full; /* something did not fit, or memory was out */
};

void as_buf_init(struct as_buf *b, size_t cap);
void as_buf_fini(struct as_buf *b);
void as_buf_reset(struct as_buf *b); /* empty again, memory kept */
void as_buf_add(struct as_buf *b, const void *p, size_t n);
void as_buf_add_str(struct as_buf *b, struct as_str s);
void as_buf_puts(struct as_buf *b, const char *cstr);
void as_buf_printf(struct as_buf *b, const char *fmt, ...) AS_PRINTF(2, 3);
void as_buf_vprintf(struct as_buf *b, const char *fmt, va_list ap)
    AS_PRINTF(2, 0);
void as_buf_drop(struct as_buf *b, size_t n); /* remove from the front */
bool as_buf_ok(const struct as_buf *b);
struct as_str as_buf_str(const struct as_buf *b); /* valid until next change */

#endif
