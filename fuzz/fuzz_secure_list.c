/*
 * Any octets as a list of before, in each format: what is read is part of it.
 */
#include <stdint.h>
#include <stdlib.h>

#include "must.h"
#include "render/secure_list.h"

#include "base/banned.h"

#define CAP ((size_t)16 * 1024 * 1024)

static void
check_format(struct as_str text, enum as_secure_format format)
{
	struct as_arena *a = as_arena_new(CAP);
	struct as_why why;
	struct as_str *all;
	size_t n;

	if (a != NULL &&
	    as_secure_read(a, format, text, &all, &n, &why) == AS_OK) {
		MUST(n <= text.n);
		for (size_t i = 0; i < n; i++)
			MUST(all[i].n <= text.n);
	}
	as_arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct as_str text = {(const char *)data, size};

	for (size_t f = 0; f < as_names_secure_format.n; f++)
		check_format(text, (enum as_secure_format)f);
	return 0;
}
