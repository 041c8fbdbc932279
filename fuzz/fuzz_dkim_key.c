/* std/dkim_key: a key that is read has the bits of its octets, and reads the
 * same with white space folded into it. */
#include "base/buf.h"
#include "base/limits.h"
#include "must.h"
#include "readings.h"
#include "std/dkim_key.h"

#include "base/banned.h"

static void
check_key(const struct as_dkim_key *k)
{
	if (k->revoked) {
		MUST(k->bits == 0 && k->key.n == 0);
		return;
	}
	switch (k->alg) {
	case AS_DKIM_RSA:
		MUST(k->bits > 3 && k->bits <= 16384);
		MUST(k->bits <= k->key.n * 8);
		MUST(k->exponent == 0 || k->exponent % 2 == 1);
		break;
	case AS_DKIM_ED25519: MUST(k->bits == 256 && k->key.n == 32); break;
	case AS_DKIM_OTHER: MUST(k->bits == 0); break;
	}
	MUST(k->alg == AS_DKIM_RSA || k->weak == NULL);
}

/* The record with a fold at the end of each tag. */
static void
check_fold(struct as_arena *a, struct as_str txt, const struct as_dkim_key *k)
{
	struct as_dkim_key *folded = NULL;
	struct as_buf b;

	as_buf_init(&b, txt.n * 4 + 8);
	for (size_t i = 0; i < txt.n; i++) {
		if (txt.p[i] == ';')
			as_buf_puts(&b, "\r\n ");
		as_buf_add(&b, &txt.p[i], 1);
	}
	as_buf_puts(&b, "\r\n\t");
	MUST(as_dkim_key_parse(a, as_buf_str(&b), &folded, NULL) == AS_OK);
	MUST(folded->alg == k->alg && folded->bits == k->bits);
	MUST(folded->testing == k->testing && folded->strict == k->strict);
	MUST(as_str_eq(folded->key, k->key));
	as_buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)1 << 20);
	struct as_str txt = {(const char *)p, n};
	struct as_dkim_key *k = NULL;
	struct as_why why = {0};
	enum as_err err;

	if (a == NULL || n > AS_MAX_TXT_OCTETS) {
		as_arena_free(a);
		return 0;
	}
	err = as_dkim_key_parse(a, txt, &k, &why);
	if (err == AS_OK) {
		MUST(as_dkim_key_is_like(txt));
		check_key(k);
		check_fold(a, txt, k);
	} else {
		must_explain(&why, err, n);
	}
	MUST_READ_ALIKE(dkim_key, as_dkim_key, txt);
	as_arena_free(a);
	return 0;
}
