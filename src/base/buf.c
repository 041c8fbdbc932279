#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

void
as_buf_init(struct as_buf *b, size_t cap)
{
	*b = (struct as_buf){.cap = cap};
}

void
as_buf_fini(struct as_buf *b)
{
	free(b->p);
	*b = (struct as_buf){.cap = b->cap};
}

void
as_buf_reset(struct as_buf *b)
{
	b->n = 0;
	b->full = false;
}

/* Room for n octets more and the NUL that printf puts behind them. */
static bool
buf_grow(struct as_buf *b, size_t n)
{
	size_t room, need;
	char *p;

	if (b->full || n > b->cap || b->n > b->cap - n || n >= SIZE_MAX - b->n)
		return false;
	need = b->n + n + 1;
	if (need <= b->room)
		return true;
	room = b->room < 256 ? 256 : b->room;
	while (room < need)
		room = room <= b->cap / 2 ? room * 2
		    : b->cap < SIZE_MAX   ? b->cap + 1
					  : SIZE_MAX;
	p = realloc(b->p, room);
	if (p == NULL)
		return false;
	b->p = p;
	b->room = room;
	return true;
}

/* Without asking for memory; within the cap. */
static bool
has_room(const struct as_buf *b, size_t n)
{
	return !b->full && n <= b->cap && b->n <= b->cap - n &&
	    b->n < b->room && n < b->room - b->n;
}

void
as_buf_add(struct as_buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	if (!has_room(b, n) && !buf_grow(b, n)) {
		b->full = true;
		return;
	}
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void
as_buf_add_str(struct as_buf *b, struct as_str s)
{
	as_buf_add(b, s.p, s.n);
}

void
as_buf_puts(struct as_buf *b, const char *cstr)
{
	as_buf_add(b, cstr, strlen(cstr));
}

void
as_buf_vprintf(struct as_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0 || !buf_grow(b, (size_t)n)) {
		b->full = true;
		return;
	}
	(void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	b->n += (size_t)n;
}

void
as_buf_printf(struct as_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	as_buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void
as_buf_drop(struct as_buf *b, size_t n)
{
	if (n > b->n)
		n = b->n;
	if (n == 0)
		return;
	memmove(b->p, b->p + n, b->n - n);
	b->n -= n;
}

bool
as_buf_ok(const struct as_buf *b)
{
	return !b->full;
}

struct as_str
as_buf_str(const struct as_buf *b)
{
	return (struct as_str){b->p != NULL ? b->p : "", b->n};
}
