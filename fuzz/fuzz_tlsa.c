/* std/tlsa: what was read, written again, reads the same. */
#include "base/buf.h"
#include "readings.h"
#include "std/tlsa.h"

#include "base/banned.h"

static void
check_again(struct as_arena *a, const struct as_tlsa *t)
{
	struct as_tlsa *again = NULL;
	struct as_buf b;

	as_buf_init(&b, t->rr.data.n * 3 + 64);
	as_buf_printf(
	    &b, "%u %u %u", t->rr.usage, t->rr.selector, t->rr.matching);
	for (size_t i = 0; i < t->rr.data.n; i++)
		as_buf_printf(&b, "%s%02x", i % 16 == 0 ? " " : "",
		    (unsigned char)t->rr.data.p[i]);
	MUST(as_tlsa_parse(a, as_buf_str(&b), &again, NULL) == AS_OK);
	MUST(again->rr.usage == t->rr.usage);
	MUST(again->rr.selector == t->rr.selector);
	MUST(again->rr.matching == t->rr.matching);
	MUST(as_str_eq(again->rr.data, t->rr.data));
	as_buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)4 << 20);
	struct as_str txt = {(const char *)p, n};
	struct as_tlsa *t = NULL;
	enum as_tlsa_part part;

	if (a == NULL)
		return 0;
	if (as_tlsa_parse(a, txt, &t, NULL) == AS_OK) {
		MUST(t->rr.data.n > 0);
		for (size_t i = 0; i < AS_TLSA_PARTS; i++)
			MUST(t->has[i] && t->at[i] < n);
		if (as_dane_fault(&t->rr, &part) != NULL)
			MUST(part < AS_TLSA_PARTS);
		check_again(a, t);
	}
	MUST_READ_ALIKE(tlsa, as_tlsa, txt);
	as_arena_free(a);
	return 0;
}
