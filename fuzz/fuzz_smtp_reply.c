/* net/smtp_reply: the same octets, whole and one by one, give equal replies and
 * the same end. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "net/smtp_reply.h"

#include "base/banned.h"

#define MAX_REPLIES 64

struct outcome {
	struct as_smtp_reply *replies[MAX_REPLIES];
	size_t n;
	enum as_err end;
	size_t taken;
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
read_all(struct as_arena *a, struct as_buf *in, struct outcome *o)
{
	o->end = AS_OK;
	while (o->end == AS_OK && o->n < MAX_REPLIES) {
		size_t before = in->n;
		struct as_why why = {0};

		o->end = as_smtp_reply_read(a, in, &o->replies[o->n], &why);
		if (o->end == AS_OK) {
			o->n++;
			o->taken += before - in->n;
		} else if (in->n != before) {
			abort();
		}
	}
}

static void
check_reply(const struct as_smtp_reply *r)
{
	if (r->code < 200 || r->code > 599 || r->n_lines == 0 ||
	    r->n_lines > AS_MAX_SMTP_REPLY_LINES)
		abort();
	for (size_t i = 0; i < r->n_lines; i++)
		if (r->lines[i].n > AS_MAX_SMTP_LINE_OCTETS ||
		    memchr(r->lines[i].p, '\n', r->lines[i].n) != NULL)
			abort();
}

static void
compare(const struct outcome *a, const struct outcome *b)
{
	if (a->n != b->n || a->end != b->end || a->taken != b->taken)
		abort();
	for (size_t i = 0; i < a->n; i++) {
		const struct as_smtp_reply *x = a->replies[i];
		const struct as_smtp_reply *y = b->replies[i];

		check_reply(x);
		if (x->code != y->code || x->n_lines != y->n_lines ||
		    x->bare_lf != y->bare_lf)
			abort();
		for (size_t j = 0; j < x->n_lines; j++)
			if (!as_str_eq(x->lines[j], y->lines[j]))
				abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)16 << 20);
	struct outcome whole = {0}, octets = {.end = AS_EABSENT};
	struct as_buf in;

	if (a == NULL)
		return 0;
	as_buf_init(&in, (size_t)1 << 20);
	as_buf_add(&in, p, n);
	read_all(a, &in, &whole);
	as_buf_reset(&in);
	for (size_t i = 0; i < n && octets.n < MAX_REPLIES; i++) {
		if (octets.end != AS_EABSENT)
			break;
		as_buf_add(&in, p + i, 1);
		read_all(a, &in, &octets);
	}
	compare(&whole, &octets);
	as_buf_fini(&in);
	as_arena_free(a);
	return 0;
}
