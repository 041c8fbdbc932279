/* std/bimi: what was read, written again, reads the same. */
#include "base/buf.h"
#include "readings.h"
#include "std/bimi.h"

#include "base/banned.h"

static void
check_again(struct as_arena *a, const struct as_bimi *r, size_t n)
{
	struct as_bimi *again = NULL;
	struct as_buf b;

	as_buf_init(&b, n + 64);
	as_buf_printf(&b,
	    "v=BIMI1;l=" AS_STR_FMT ";a=" AS_STR_FMT ";avp=" AS_STR_FMT,
	    AS_STR_ARG(r->l), AS_STR_ARG(r->a), AS_STR_ARG(r->avp));
	for (size_t i = 0; i < r->n_lps; i++)
		as_buf_printf(&b, "%s" AS_STR_FMT, i == 0 ? ";lps=" : ",",
		    AS_STR_ARG(r->lps[i]));
	MUST(as_bimi_parse(a, as_buf_str(&b), &again, NULL) == AS_OK);
	MUST(as_str_eq(again->l, r->l) && as_str_eq(again->a, r->a));
	MUST(as_str_eq(again->avp, r->avp));
	MUST(again->declined == r->declined && again->n_lps == r->n_lps);
	as_buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)4 << 20);
	struct as_str txt = {(const char *)p, n};
	struct as_bimi *r = NULL;

	if (a == NULL)
		return 0;
	if (as_bimi_parse(a, txt, &r, NULL) == AS_OK) {
		MUST(as_bimi_is_record(txt));
		MUST(r->declined == (r->l.n == 0 && r->a.n == 0));
		check_again(a, r, n);
	}
	MUST_READ_ALIKE(bimi, as_bimi, txt);
	as_arena_free(a);
	return 0;
}
