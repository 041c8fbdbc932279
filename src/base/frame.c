#include "base/frame.h"

#include "base/limits.h"

#include "base/banned.h"

#define HEADER 4

void
as_frame_write(struct as_buf *b, uint8_t type, struct as_str payload)
{
	size_t n = payload.n + 1, before = b->n;
	uint8_t head[HEADER + 1] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16),
	    (uint8_t)(n >> 8), (uint8_t)n, type};

	if (payload.n >= AS_MAX_FRAME_OCTETS) {
		b->full = true;
		return;
	}
	as_buf_add(b, head, sizeof(head));
	as_buf_add_str(b, payload);
	if (b->full)
		b->n = before; /* no half of a frame */
}

enum as_err
as_frame_find(const struct as_buf *b, size_t at, struct as_frame *out)
{
	size_t n, have = b->n - at;
	const uint8_t *p;

	if (have < HEADER)
		return AS_EABSENT;
	p = (const uint8_t *)b->p + at;
	n = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	if (n == 0)
		return AS_ESYNTAX;
	if (n > AS_MAX_FRAME_OCTETS)
		return AS_ELIMIT;
	if (have - HEADER < n)
		return AS_EABSENT;
	out->type = p[HEADER];
	out->payload = (struct as_str){(const char *)p + HEADER + 1, n - 1};
	return AS_OK;
}

enum as_err
as_frame_read(const struct as_buf *b, struct as_frame *out)
{
	return as_frame_find(b, 0, out);
}

size_t
as_frame_octets(const struct as_frame *f)
{
	return HEADER + 1 + f->payload.n;
}

void
as_frame_drop(struct as_buf *b, const struct as_frame *f)
{
	as_buf_drop(b, as_frame_octets(f));
}
