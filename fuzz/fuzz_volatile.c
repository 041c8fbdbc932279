/* What a database says that changed of a look: put into a document, the two parted
 * by the first octet 0. */
#include "base/limits.h"
#include "model/facts.h"
#include "model/volatile.h"
#include "must.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)256 * 1024 * 1024);
	struct as_str text = {(const char *)p, n};
	size_t end = as_str_find(text, 0, 0);
	struct as_str side = as_str_slice(text, end + 1, n);
	struct as_facts *facts;
	struct as_buf again;
	struct as_why why = {0};

	if (a == NULL)
		return 0;
	as_buf_init(&again, AS_MAX_FACTS_OCTETS);
	if (as_facts_read(a, as_str_slice(text, 0, end), &facts, NULL) ==
	    AS_OK) {
		if (as_volatile_put(&as_shape_facts, facts, side, &why) !=
		    AS_OK)
			must_explain(&why, AS_ESYNTAX, side.n);
		/* What is there now can be taken out, and put back. */
		as_volatile_take(&again, &as_shape_facts, facts);
		MUST(as_volatile_put(&as_shape_facts, facts, as_buf_str(&again),
			 NULL) == AS_OK);
	}
	as_buf_fini(&again);
	as_arena_free(a);
	return 0;
}
