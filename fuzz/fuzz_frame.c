/*
 * Any octets as a stream of frames, read at once and in pieces: both ways see
 * the same frames and the same end.  The first octet is the size of a piece.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/frame.h"

#include "base/banned.h"

#define CAP ((size_t)1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What was seen so far: a sum over the frames, and how it ended. */
struct seen {
	uint64_t sum;
	enum as_err end;
};

static void
frames_take(struct as_buf *b, struct seen *s)
{
	struct as_frame f;

	while ((s->end = as_frame_read(b, &f)) == AS_OK) {
		s->sum = s->sum * 31 + f.type;
		for (size_t i = 0; i < f.payload.n; i++)
			s->sum = s->sum * 31 + (unsigned char)f.payload.p[i];
		s->sum = s->sum * 31 + f.payload.n;
		as_frame_drop(b, &f);
	}
}

static struct seen
read_in_pieces(const uint8_t *p, size_t n, size_t piece)
{
	struct seen s = {0, AS_EABSENT};
	struct as_buf b;

	as_buf_init(&b, CAP);
	for (size_t at = 0; at < n && s.end == AS_EABSENT; at += piece) {
		as_buf_add(&b, p + at, n - at < piece ? n - at : piece);
		frames_take(&b, &s);
	}
	as_buf_fini(&b);
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct seen whole, parts;

	if (n < 2 || n > CAP)
		return 0;
	whole = read_in_pieces(p + 1, n - 1, n - 1);
	parts = read_in_pieces(p + 1, n - 1, (size_t)p[0] + 1);
	if (whole.sum != parts.sum || whole.end != parts.end)
		abort();
	return 0;
}
