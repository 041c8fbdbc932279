/*
 * Any octets as text: escaping is undone by unescaping, what goes to a
 * terminal holds no control and is well-formed UTF-8 as wide as was said, and
 * a JSON string of it can be read.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/utf8.h"
#include "must.h"

#include "base/banned.h"

#define CAP ((size_t)64 * 1024)

static void
check_escape(struct as_arena *a, struct as_str s)
{
	struct as_str escaped = as_str_escape(a, s), back;

	for (size_t i = 0; i < escaped.n; i++)
		MUST(escaped.p[i] >= 0x20 && escaped.p[i] < 0x7f);
	MUST(as_str_unescape(a, escaped, &back, NULL) == AS_OK);
	MUST(as_str_eq(s, back));
	if (as_str_unescape(a, s, &back, NULL) == AS_OK)
		MUST(back.n <= s.n);
}

static void
check_terminal(struct as_str s)
{
	struct as_buf b;
	size_t width = 0;
	uint32_t cp;

	as_buf_init(&b, CAP * 16);
	as_term_add(&b, s);
	MUST(as_buf_ok(&b) && as_utf8_is_valid(as_buf_str(&b)));
	for (size_t at = 0; at < b.n; width++) {
		at += as_utf8_next(as_buf_str(&b), at, &cp);
		MUST(cp >= 0x20 && (cp < 0x7f || cp > 0x9f));
		MUST(cp < 0x202a || cp > 0x202e);
		MUST(cp < 0x2066 || cp > 0x2069);
	}
	MUST(width == as_term_width(s));
	as_buf_fini(&b);
}

static void
check_json(struct as_str s)
{
	json_t *v = as_json_str(s), *back = NULL;
	struct as_buf b;

	MUST(v != NULL);
	as_buf_init(&b, CAP * 16);
	as_buf_puts(&b, "[");
	as_json_write(&b, v, AS_JSON_COMPACT);
	as_buf_puts(&b, "]");
	MUST(as_json_parse(as_buf_str(&b), CAP * 16, &back, NULL) == AS_OK);
	MUST(as_str_eq(
	    as_json_get_str(v), as_json_get_str(json_array_get(back, 0))));
	json_decref(back);
	json_decref(v);
	as_buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new(CAP * 16);
	struct as_str s = {(const char *)p, n};

	if (a != NULL && n > 0 && n <= CAP) {
		check_escape(a, s);
		check_terminal(s);
		check_json(s);
	}
	as_arena_free(a);
	return 0;
}
