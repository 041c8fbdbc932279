/*
 * Any octets as JSON, read by base/json_pull and by base/json: both take the
 * same, but for names that stand twice, and both end at the same place.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_pull.h"
#include "base/limits.h"
#include "must.h"

#include "base/banned.h"

#define INPUT_OCTETS ((size_t)64 * 1024)

/* The strings of a document, one after the other. */
static void
strings_pull(struct as_json_pull *r, struct as_buf *b)
{
	enum as_json_kind kind = as_json_pull_kind(r);
	struct as_str s;

	if (kind == AS_JSON_STRING) {
		MUST(as_json_pull_string(r, &s));
		as_buf_add_str(b, s);
	} else if (kind == AS_JSON_OBJECT) {
		as_json_pull_enter(r);
		while (as_json_pull_member(r, &s)) {
			as_buf_add_str(b, s);
			strings_pull(r, b);
		}
	} else if (kind == AS_JSON_LIST) {
		as_json_pull_enter(r);
		while (as_json_pull_item(r))
			strings_pull(r, b);
	} else {
		MUST(as_json_pull_skip(r));
	}
}

static void
strings_of(const json_t *v, struct as_buf *b)
{
	const char *name;
	json_t *one;
	size_t i;

	if (json_is_string(v))
		as_buf_add_str(b, as_json_get_str(v));
	json_object_foreach((json_t *)(uintptr_t)v, name, one)
	{
		as_buf_puts(b, name);
		strings_of(one, b);
	}
	json_array_foreach(v, i, one) strings_of(one, b);
}

static void
check_same(struct as_arena *a, struct as_str text, const json_t *doc)
{
	struct as_json_pull r;
	struct as_buf x, y;

	as_buf_init(&x, INPUT_OCTETS * 4);
	as_buf_init(&y, INPUT_OCTETS * 4);
	as_json_pull_init(&r, a, text);
	strings_pull(&r, &x);
	MUST(as_json_pull_end(&r));
	strings_of(doc, &y);
	MUST(as_str_eq(as_buf_str(&x), as_buf_str(&y)));
	as_buf_fini(&x);
	as_buf_fini(&y);
}

static void
check_scan(struct as_str text, const struct as_json_pull *r)
{
	struct as_json_scan s = {0}, halves = {0};
	size_t half = text.n / 2;
	size_t end = as_json_scan(&s, text, 0);

	MUST(s.ended && end == r->at);
	if (as_json_scan(&halves, as_str_slice(text, 0, half), 0) == half)
		MUST(as_json_scan(&halves, text, half) == end);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_str text = {(const char *)p, n};
	struct as_arena *a = as_arena_new(INPUT_OCTETS * 8);
	struct as_why why = {.text = ""}, mine = {.text = ""};
	struct as_json_pull r;
	enum as_json_kind kind;
	json_t *doc = NULL;
	bool taken;

	if (a == NULL || n > INPUT_OCTETS) {
		as_arena_free(a);
		return 0;
	}
	as_json_pull_init(&r, a, text);
	kind = as_json_pull_kind(&r);
	taken = as_json_pull_skip(&r);
	if (taken && (kind == AS_JSON_OBJECT || kind == AS_JSON_LIST))
		check_scan(text, &r);
	taken = taken && as_json_pull_end(&r);
	if (!taken)
		MUST(as_json_pull_why(&r, &mine) != AS_OK && mine.text[0] != 0);
	if (as_json_parse(text, INPUT_OCTETS, &doc, &why) == AS_OK) {
		/* The library passes over a NUL behind a number. */
		MUST(taken || as_str_find(text, 0, 0) < text.n);
		if (taken)
			check_same(a, text, doc);
	} else if (taken && (kind == AS_JSON_OBJECT || kind == AS_JSON_LIST)) {
		MUST(why.code == AS_ELIMIT ||
		    strstr(why.text, "duplicate") != NULL);
	}
	json_decref(doc);
	as_arena_free(a);
	return 0;
}
