/* std/tls_book and std/dh_prime: any text is a table or is refused by line. */
#include <string.h>

#include "must.h"
#include "std/dh_prime.h"
#include "std/tls_book.h"

#include "base/banned.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)16 << 20);
	const struct as_str s = {(const char *)p, n};
	const struct as_tls_tables tables[] = {
	    {.ciphers = s}, {.groups = s}, {.signatures = s}};
	struct as_dh_prime prime;

	MUST(a != NULL);
	for (size_t i = 0; i < 3; i++) {
		struct as_tls_book *b = NULL;
		struct as_why why = {0};
		enum as_err err = as_tls_book_parse(a, &tables[i], &b, &why);

		MUST((err == AS_OK) == (b != NULL));
		if (err != AS_OK) {
			must_explain(&why, err, n + 1);
			continue;
		}
		for (size_t j = 0; j < b->n_suites; j++) {
			const struct as_tls_suite *suite = &b->suites[j];

			MUST(suite->name.n > 0 && suite->from <= suite->to);
			MUST(as_tls_suite_find(b, suite->code)->code ==
			    suite->code);
		}
	}
	if (as_dh_prime_find(s, AS_STR("\x17"), &prime))
		MUST(as_dh_class_name(prime.class)[0] != 0);
	as_arena_free(a);
	return 0;
}
