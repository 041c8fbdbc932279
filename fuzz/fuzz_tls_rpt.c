/* std/tls_rpt: what was read, written again, reads the same. */
#include "base/buf.h"
#include "base/limits.h"
#include "must.h"
#include "readings.h"
#include "std/tls_rpt.h"

#include "base/banned.h"

static void
check_again(struct as_arena *a, const struct as_tls_rpt *r, size_t n)
{
	struct as_tls_rpt *again = NULL;
	struct as_buf b;

	as_buf_init(&b, n + 64);
	as_buf_puts(&b, "v=TLSRPTv1;rua=");
	for (size_t i = 0; i < r->n_rua; i++) {
		as_buf_puts(&b, i == 0 ? "" : ",");
		as_buf_add_str(&b, r->rua[i]);
	}
	MUST(as_tls_rpt_parse(a, as_buf_str(&b), &again, NULL) == AS_OK);
	MUST(again->n_rua == r->n_rua);
	for (size_t i = 0; i < r->n_rua; i++)
		MUST(as_str_eq(again->rua[i], r->rua[i]));
	as_buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)1 << 20);
	struct as_str txt = {(const char *)p, n};
	struct as_tls_rpt *r = NULL;
	struct as_why why = {0};
	enum as_err err;

	if (a == NULL)
		return 0;
	err = as_tls_rpt_parse(a, txt, &r, &why);
	if (err == AS_OK) {
		MUST(as_tls_rpt_is_record(txt));
		MUST(r->n_rua > 0 && r->n_rua <= AS_MAX_REPORT_URIS);
		check_again(a, r, n);
	} else {
		must_explain(&why, err, n);
	}
	MUST_READ_ALIKE(tls_rpt, as_tls_rpt, txt);
	as_arena_free(a);
	return 0;
}
