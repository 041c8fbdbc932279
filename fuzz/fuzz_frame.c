/* base/frame: the same octets, whole and one by one, give equal frames and the
 * same end; a frame that was read, written again, is the octets it was. */
#include "base/frame.h"
#include "base/limits.h"
#include "must.h"

#include "base/banned.h"

static void
check_again(const struct as_frame *f, const char *at)
{
	struct as_buf b;

	as_buf_init(&b, f->payload.n + 5);
	as_frame_write(&b, f->type, f->payload);
	MUST(as_buf_ok(&b));
	MUST(as_str_eq(as_buf_str(&b), (struct as_str){at, f->payload.n + 5}));
	as_buf_fini(&b);
}

/* Frames out of *in; a sum that depends on each and on their order. */
static enum as_err
read_all(struct as_buf *in, uint64_t *sum)
{
	struct as_frame f;
	enum as_err err;

	while ((err = as_frame_read(in, &f)) == AS_OK) {
		MUST(f.payload.n < AS_MAX_FRAME_OCTETS);
		check_again(&f, in->p);
		*sum = *sum * 31 + f.type;
		for (size_t i = 0; i < f.payload.n; i++)
			*sum = *sum * 31 + (unsigned char)f.payload.p[i];
		as_frame_drop(in, &f);
	}
	MUST(err == AS_EABSENT || err == AS_ELIMIT || err == AS_ESYNTAX);
	return err;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	uint64_t whole = 0, octets = 0;
	enum as_err end, err = AS_EABSENT;
	size_t left;
	struct as_buf in;

	as_buf_init(&in, n);
	as_buf_add(&in, p, n);
	end = read_all(&in, &whole);
	left = in.n;
	as_buf_reset(&in);
	for (size_t i = 0; i < n && err == AS_EABSENT; i++) {
		as_buf_add(&in, p + i, 1);
		err = read_all(&in, &octets);
	}
	MUST(err == end && octets == whole);
	MUST(end != AS_EABSENT || in.n == left);
	as_buf_fini(&in);
	return 0;
}
