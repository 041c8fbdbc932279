#include "harness.h"

#include "base/json.h"

static void
test_parse(void)
{
	json_t *doc;
	struct as_why why;

	t_case("a document is read");
	T_INT(as_json_parse(AS_STR(" {\"a\":\"\\u0000x\"} "), 100, &doc, &why),
	    AS_OK);
	T_INT(as_json_get_str(json_object_get(doc, "a")).n, 2);
	T_OK(as_str_is_null(as_json_get_str(doc)));
	T_OK(as_str_is_null(as_json_get_str(NULL)));
	json_decref(doc);

	t_case("what is no document says where");
	T_INT(
	    as_json_parse(AS_STR("{\n  \"a\":}"), 100, &doc, &why), AS_ESYNTAX);
	T_OK(as_str_has_prefix(as_str_from(why.text), "JSON, line 2 column "));
	T_INT(as_json_parse(AS_STR_NULL, 100, &doc, &why), AS_ESYNTAX);
	T_INT(as_json_parse(AS_STR("{\"a\":1,\"a\":1}"), 100, &doc, NULL),
	    AS_ESYNTAX);
	T_INT(as_json_parse(AS_STR("[\"\xff\"]"), 100, &doc, NULL), AS_ESYNTAX);
	T_INT(as_json_parse(AS_STR("{}"), 1, &doc, &why), AS_ELIMIT);

	t_case("nesting has an end");
	char *deep = malloc(100000);
	memset(deep, '[', 100000);
	T_INT(as_json_parse((struct as_str){deep, 100000}, 100000, &doc, &why),
	    AS_ESYNTAX);
	free(deep);
}

static void
test_sequence(void)
{
	struct as_str text = AS_STR(" {\"a\":1}\n[2] \n\n");
	json_t *doc;
	size_t at = 0;

	t_case("documents that follow each other");
	if (T_INT(as_json_parse_next(text, &at, &doc, NULL), AS_OK)) {
		T_OK(json_is_object(doc));
		json_decref(doc);
	}
	doc = NULL;
	T_INT(as_json_parse_next(text, &at, &doc, NULL), AS_OK);
	T_OK(json_is_array(doc));
	json_decref(doc);
	T_INT(as_json_parse_next(text, &at, &doc, NULL), AS_EABSENT);
	at = 0;
	T_INT(as_json_parse_next(AS_STR("{} x"), &at, &doc, NULL), AS_OK);
	json_decref(doc);
	T_INT(as_json_parse_next(AS_STR("{} x"), &at, &doc, NULL), AS_ESYNTAX);
}

struct text {
	const char *name;
	struct as_str in;
	const char *want; /* as JSON */
};

static const struct text texts[] = {
    {"plain", {"a b", 3}, "\"a b\""},
    {"absent", {NULL, 0}, "\"\""},
    {"controls", {"\x01\n\"\\", 4}, "\"\\u0001\\n\\\"\\\\\""},
    {"UTF-8", {"\xc3\xa9", 2}, "\"\xc3\xa9\""},
    {"malformed UTF-8", {"a\xff\xc3z", 4}, "\"a\xef\xbf\xbd\xef\xbf\xbdz\""},
    {"NUL", {"a\0z", 3}, "\"a\xef\xbf\xbdz\""},
};

static void
test_write(void)
{
	struct as_buf b;
	json_t *doc = json_object();

	as_buf_init(&b, 100);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		json_t *v = as_json_str(texts[i].in);
		t_case("text to JSON: %s", texts[i].name);
		as_buf_reset(&b);
		if (T_OK(v != NULL))
			as_json_write(&b, v, AS_JSON_COMPACT);
		T_STR(as_buf_str(&b), texts[i].want);
		json_decref(v);
	}

	t_case("keys keep the order in which they were set");
	json_object_set_new(doc, "zebra", json_integer(1));
	json_object_set_new(doc, "ape", json_integer(2));
	as_buf_reset(&b);
	as_json_write(&b, doc, AS_JSON_COMPACT);
	T_STR(as_buf_str(&b), "{\"zebra\":1,\"ape\":2}");
	as_buf_reset(&b);
	as_json_write(&b, doc, AS_JSON_PRETTY);
	T_STR(as_buf_str(&b), "{\n  \"zebra\": 1,\n  \"ape\": 2\n}");
	as_buf_fini(&b);

	t_case("a buffer too small is told");
	as_buf_init(&b, 5);
	as_json_write(&b, doc, AS_JSON_COMPACT);
	T_OK(!as_buf_ok(&b));
	as_buf_fini(&b);
	json_decref(doc);
}

int
main(void)
{
	test_parse();
	test_sequence();
	test_write();
	return t_done();
}
