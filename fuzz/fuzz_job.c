/*
 * What a prober and its parent say to each other, each side hostile to the
 * other: frames, then jobs and facts as JSON.  What is read must survive being
 * written and read again.
 */
#include <stdlib.h>

#include "base/frame.h"
#include "base/limits.h"
#include "probe/job.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
print(struct as_buf *b, const struct as_shape *shape, const void *v)
{
	as_buf_init(b, AS_MAX_FRAME_OCTETS * 4);
	as_codec_print(b, shape, v, AS_JSON_COMPACT);
	if (!as_buf_ok(b))
		abort();
}

static void
text_read(struct as_arena *a, const struct as_shape *shape, struct as_str text)
{
	struct as_buf one, two;
	void *v;

	if (as_codec_parse(a, shape, text, AS_MAX_FRAME_OCTETS, &v, NULL) !=
	    AS_OK)
		return;
	print(&one, shape, v);
	if (as_codec_parse(a, shape, as_buf_str(&one), AS_MAX_FRAME_OCTETS * 4,
		&v, NULL) != AS_OK)
		abort();
	print(&two, shape, v);
	if (!as_str_eq(as_buf_str(&one), as_buf_str(&two)))
		abort();
	as_buf_fini(&one);
	as_buf_fini(&two);
}

static void
frame_take(const struct as_frame *f)
{
	struct as_arena *a = as_arena_new(AS_MAX_FACTS_OCTETS);

	if (a == NULL)
		return;
	if (f->type == AS_FRAME_JOB)
		text_read(a, &as_shape_job, f->payload);
	else if (f->type == AS_FRAME_DONE)
		text_read(a, &as_shape_job_done, f->payload);
	as_arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_frame f;
	struct as_buf in;

	as_buf_init(&in, AS_MAX_FRAME_OCTETS * 2);
	as_buf_add(&in, p, n);
	while (as_frame_read(&in, &f) == AS_OK) {
		frame_take(&f);
		as_frame_drop(&in, &f);
	}
	as_buf_fini(&in);
	return 0;
}
