/*
 * Any octets as a facts document: what can be read must print, and what was
 * printed must read and print as itself; a copy prints the same.
 */
#include <stdint.h>
#include <stdlib.h>

#include "model/facts.h"
#include "must.h"

#include "base/banned.h"

#define CAP ((size_t)4 * 1024 * 1024)

/* "{}," may become a struct of a few hundred octets, three times over. */
#define INPUT_OCTETS ((size_t)256 * 1024)
#define ARENA_OCTETS (INPUT_OCTETS * 1024)

static void
check_again(struct as_arena *a, const struct as_buf *first)
{
	struct as_buf second;
	void *v;

	MUST(as_codec_parse(a, &as_shape_facts, as_buf_str(first), CAP, &v,
		 NULL) == AS_OK);
	v = as_codec_copy(a, &as_shape_facts, v);
	MUST(v != NULL);
	as_buf_init(&second, CAP);
	as_codec_print(&second, &as_shape_facts, v, AS_JSON_COMPACT);
	MUST(as_buf_ok(&second));
	MUST(as_str_eq(as_buf_str(first), as_buf_str(&second)));
	as_buf_fini(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new(ARENA_OCTETS);
	struct as_str text = {(const char *)p, n};
	struct as_buf b;
	struct as_why why;
	void *v;

	if (a == NULL)
		return 0;
	as_buf_init(&b, CAP);
	if (as_codec_parse(a, &as_shape_facts, text, INPUT_OCTETS, &v, &why) ==
	    AS_OK) {
		as_codec_print(&b, &as_shape_facts, v, AS_JSON_COMPACT);
		if (as_buf_ok(&b))
			check_again(a, &b);
	}
	as_buf_fini(&b);
	as_arena_free(a);
	return 0;
}
