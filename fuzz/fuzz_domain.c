/* std/domain: what is accepted is canonical, and is read back as it is. */
#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "must.h"
#include "std/domain.h"

#include "base/banned.h"

static void
check_canonical(struct as_arena *a, struct as_str name)
{
	struct as_str again = AS_STR_NULL;
	size_t labels = as_domain_labels(name);

	MUST(name.n > 0 && name.n <= AS_MAX_NAME_OCTETS);
	MUST(as_domain_parse(a, name, &again, NULL) == AS_OK);
	MUST(as_str_eq(again, name));
	MUST(labels > 0);
	MUST(as_str_is(as_domain_drop(name, labels), "."));
	for (size_t i = 0; i < labels; i++) {
		struct as_str top = as_domain_drop(name, i);
		MUST(as_domain_labels(top) == labels - i);
		MUST(as_domain_within(name, top));
		MUST(i == 0 || !as_domain_within(top, name));
	}
}

static void
check_display(struct as_arena *a, struct as_str name)
{
	struct as_str shown = as_domain_display(a, name);
	struct as_str back = AS_STR_NULL;

	MUST(as_utf8_is_valid(shown));
	if (as_str_eq(shown, name))
		return;
	MUST(as_domain_parse(a, shown, &back, NULL) == AS_OK);
	MUST(as_str_eq(back, name));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)1 << 20);
	struct as_str text = {(const char *)p, n}, name = AS_STR_NULL;
	struct as_why why = {0};

	if (a == NULL)
		return 0;
	if (as_domain_parse(a, text, &name, &why) == AS_OK) {
		check_canonical(a, name);
		check_display(a, name);
	} else {
		MUST(as_str_is_null(name) && why.text[0] != 0);
	}
	as_arena_free(a);
	return 0;
}
