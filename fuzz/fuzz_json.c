/* base/json: what was read, written again, reads as equal and writes the same
 * octets; any octets make a string that can be written. */
#include "base/json.h"
#include "base/utf8.h"
#include "must.h"

#include "base/banned.h"

static void
check_again(const json_t *doc, size_t n, enum as_json_style style)
{
	struct as_buf first, second;
	json_t *again = NULL;

	as_buf_init(&first, n * 64 + 4096);
	as_buf_init(&second, n * 64 + 4096);
	as_json_write(&first, doc, style);
	if (as_buf_ok(&first)) {
		MUST(as_json_parse(as_buf_str(&first), first.n, &again, NULL) ==
		    AS_OK);
		MUST(json_equal(doc, again));
		as_json_write(&second, again, style);
		MUST(as_str_eq(as_buf_str(&first), as_buf_str(&second)));
	}
	json_decref(again);
	as_buf_fini(&first);
	as_buf_fini(&second);
}

static void
check_doc(struct as_str text)
{
	struct as_why why = {0};
	json_t *doc = NULL;
	enum as_err err = as_json_parse(text, text.n, &doc, &why);

	if (err != AS_OK) {
		must_explain(&why, err, text.n);
		MUST(doc == NULL);
		return;
	}
	check_again(doc, text.n, AS_JSON_COMPACT);
	check_again(doc, text.n, AS_JSON_PRETTY);
	json_decref(doc);
}

static void
check_stream(struct as_str text)
{
	struct as_why why = {0};
	size_t at = 0, before = 0;
	enum as_err err;
	json_t *doc;

	while ((err = as_json_parse_next(text, &at, &doc, &why)) == AS_OK) {
		MUST(at >= before + 2 && at <= text.n);
		before = at;
		json_decref(doc);
	}
	if (err != AS_EABSENT)
		must_explain(&why, err, text.n);
	else
		MUST(at == text.n);
}

static void
check_string(struct as_str text)
{
	json_t *v = as_json_str(text);
	struct as_str s;
	struct as_buf b;

	if (v == NULL)
		return;
	s = as_json_get_str(v);
	MUST(as_utf8_is_valid(s));
	MUST(as_str_find(s, 0, 0) == s.n);
	if (as_utf8_is_valid(text) && as_str_find(text, 0, 0) == text.n)
		MUST(as_str_eq(s, text));
	as_buf_init(&b, s.n * 6 + 2);
	as_json_write(&b, v, AS_JSON_COMPACT);
	MUST(as_buf_ok(&b));
	as_buf_fini(&b);
	json_decref(v);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_str text = {(const char *)p, n};

	check_doc(text);
	check_stream(text);
	check_string(text);
	return 0;
}
