/* base/buf against a plain array: octet of cap, then operations of an octet of
 * kind and an octet of length. */
#include <string.h>

#include "base/buf.h"
#include "must.h"

#include "base/banned.h"

#define MOST 4096

struct model {
	char p[MOST];
	size_t n, cap;
	bool full;
};

static void
model_add(struct model *m, const char *p, size_t n)
{
	if (n > 0 && (m->full || n > m->cap - m->n)) {
		m->full = true;
		return;
	}
	memcpy(m->p + m->n, p, n);
	m->n += n;
}

static void
model_drop(struct model *m, size_t n)
{
	n = n < m->n ? n : m->n;
	memmove(m->p, m->p + n, m->n - n);
	m->n -= n;
}

static void
step(struct as_buf *b, struct model *m, unsigned kind, size_t n)
{
	static const char text[] =
	    "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr"
	    "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr"
	    "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr"
	    "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr";

	switch (kind % 5) {
	case 0:
		as_buf_add(b, text, n);
		model_add(m, text, n);
		break;
	case 1:
		as_buf_printf(b, "%.*s", (int)n, text);
		model_add(m, text, n);
		break;
	case 2:
		as_buf_drop(b, n);
		model_drop(m, n);
		break;
	case 3:
		if (n > 16)
			break;
		as_buf_reset(b);
		m->n = 0;
		m->full = false;
		break;
	default:
		if (n > 2)
			break;
		as_buf_fini(b);
		m->n = 0;
		m->full = false;
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct model m = {.n = 0};
	struct as_buf b;

	if (n == 0)
		return 0;
	m.cap = (size_t)p[0] * 8;
	as_buf_init(&b, m.cap);
	for (size_t i = 1; i + 1 < n; i += 2) {
		step(&b, &m, p[i], p[i + 1]);
		if (p[i] % 5 == 1 && p[i + 1] == 0)
			m.full = b.full; /* an empty format may say either */
		MUST(b.full == m.full);
		MUST(as_str_eq(as_buf_str(&b), (struct as_str){m.p, m.n}));
	}
	as_buf_fini(&b);
	return 0;
}
