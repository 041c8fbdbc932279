#include "base/json.h"

#include "base/limits.h"
#include "harness.h"

#define S(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

/* --- reading, and writing what was read --- */

static const struct {
	const char *name;
	struct as_str text;
	const char *want; /* written compact; NULL: refused */
} docs[] = {
    {"an object", S("{\"b\": 1, \"a\": [true, null, \"x\"]}"),
	"{\"b\":1,\"a\":[true,null,\"x\"]}"},
    {"white space around", S(" \r\n\t[ ] \n"), "[]"},
    {"numbers", S("[0,-1,9223372036854775807,1.5]"),
	"[0,-1,9223372036854775807,1.5]"},
    {"an escaped NUL", S("[\"a\\u0000b\"]"), "[\"a\\u0000b\"]"},
    {"UTF-8 and escapes", S("[\"\xc3\xa4\\u20ac\\n\\\"\"]"),
	"[\"\xc3\xa4\xe2\x82\xac\\n\\\"\"]"},
    {"a surrogate pair", S("[\"\\ud83d\\ude00\"]"), "[\"\xf0\x9f\x98\x80\"]"},
    {"what does not show itself is escaped",
	S("[\"\x7f\xc2\x9b\xe2\x80\xae\xef\xbb\xbf\xf3\xa0\x81\x81\"]"),
	"[\"\\u007F\\u009B\\u202E\\uFEFF\\uDB40\\uDC41\"]"},
    {"DEL inside a longer text",
	S("[\"0123456\x7f"
	  "89abcdef\x7f\"]"),
	"[\"0123456\\u007F89abcdef\\u007F\"]"},
    {"nothing", S(""), NULL},
    {"white space alone", S("  "), NULL},
    {"a bare string", S("\"x\""), NULL},
    {"a bare number", S("1"), NULL},
    {"two documents", S("{} {}"), NULL},
    {"text behind", S("{}x"), NULL},
    {"a key twice", S("{\"a\":1,\"a\":2}"), NULL},
    {"a key twice, once escaped", S("{\"a\":1,\"\\u0061\":2}"), NULL},
    {"NUL in a key", S("{\"a\\u0000\":1}"), NULL},
    {"a raw NUL", S("[\"a\0b\"]"), NULL},
    {"a raw NUL behind", S("{}\0"), NULL},
    {"a raw control", S("[\"a\nb\"]"), NULL},
    {"malformed UTF-8", S("[\"\xff\"]"), NULL},
    {"overlong UTF-8", S("[\"\xc0\x80\"]"), NULL},
    {"a lone surrogate", S("[\"\\ud800\"]"), NULL},
    {"a byte order mark", S("\xef\xbb\xbf{}"), NULL},
    {"single quotes", S("{'a':1}"), NULL},
    {"a final comma", S("[1,]"), NULL},
    {"a leading zero", S("[01]"), NULL},
    {"a number over 64 bits", S("[9223372036854775808]"), NULL},
    {"a real that overflows", S("[1e999]"), NULL},
    {"not a number", S("[NaN]"), NULL},
    {"cut", S("{\"a\": [1"), NULL},
};

/* --- what would take too much memory --- */

/* `n` times `unit`, in a list. */
static enum as_err
load_many(const char *unit, size_t n, const char *want)
{
	struct as_why why = {.text = ""};
	json_t *doc = NULL;
	struct as_buf b;
	enum as_err err;

	as_buf_init(&b, (size_t)64 * 1024 * 1024);
	as_buf_puts(&b, "[");
	for (size_t i = 0; i < n; i++) {
		as_buf_puts(&b, i > 0 ? "," : "");
		as_buf_puts(&b, unit);
	}
	as_buf_puts(&b, "]");
	err = as_json_parse(as_buf_str(&b), b.n, &doc, &why);
	if (!T_OK(strstr(why.text, want) != NULL))
		printf("# got %s\n", why.text);
	as_buf_fini(&b);
	json_decref(doc);
	return err;
}

static void
test_vast(void)
{
	static const char quoted[] = "\"[[{{,,\\\"[[\\\\\"";
	char deep[AS_MAX_JSON_DEPTH * 2 + 2] = "";

	t_case("as many objects as a document may have, and one more");
	T_INT(load_many("{}", AS_MAX_JSON_CONTAINERS - 1, ""), AS_OK);
	T_INT(load_many("{}", AS_MAX_JSON_CONTAINERS, "too many objects"),
	    AS_ELIMIT);
	T_INT(load_many("[]", AS_MAX_JSON_CONTAINERS, "too many objects"),
	    AS_ELIMIT);

	t_case("as many values, and one more");
	T_INT(load_many("1", AS_MAX_JSON_VALUES, ""), AS_OK);
	T_INT(load_many("1", AS_MAX_JSON_VALUES + 1, "too many values"),
	    AS_ELIMIT);

	t_case("what stands in a string counts nothing");
	T_INT(load_many(quoted, AS_MAX_JSON_CONTAINERS / 3, ""), AS_OK);

	t_case("as deep as a document may be, and one deeper");
	memset(deep, '[', AS_MAX_JSON_DEPTH - 1);
	memset(deep + AS_MAX_JSON_DEPTH - 1, ']', AS_MAX_JSON_DEPTH - 1);
	T_INT(load_many(deep, 1, ""), AS_OK);
	memset(deep, '[', AS_MAX_JSON_DEPTH);
	memset(deep + AS_MAX_JSON_DEPTH, ']', AS_MAX_JSON_DEPTH);
	T_INT(load_many(deep, 1, "too deep"), AS_ELIMIT);
}

/* Those that follow have counts of their own. */
static void
test_vast_next(void)
{
	struct as_why why = {.text = ""};
	json_t *doc = NULL;
	struct as_buf b;
	size_t at = 0, n = 0;
	enum as_err err;

	t_case("many documents after each other are each judged alone");
	as_buf_init(&b, (size_t)4 * 1024 * 1024);
	for (size_t i = 0; i <= AS_MAX_JSON_CONTAINERS; i++)
		as_buf_puts(&b, "[[]]\n");
	while ((err = as_json_parse_next(as_buf_str(&b), &at, &doc, &why)) ==
	    AS_OK) {
		json_decref(doc);
		n++;
	}
	T_INT(err, AS_EABSENT);
	T_INT(n, AS_MAX_JSON_CONTAINERS + 1);
	as_buf_fini(&b);
}

static void
test_docs(void)
{
	struct as_buf b;

	as_buf_init(&b, 4096);
	for (size_t i = 0; i < sizeof(docs) / sizeof(*docs); i++) {
		json_t *doc = NULL;
		struct as_why why = {0};
		enum as_err err;

		t_case("read: %s", docs[i].name);
		err = as_json_parse(docs[i].text, 1000, &doc, &why);
		T_INT(err, docs[i].want != NULL ? AS_OK : AS_ESYNTAX);
		as_buf_reset(&b);
		if (doc != NULL && docs[i].want != NULL) {
			as_json_write(&b, doc, AS_JSON_COMPACT);
			T_STR(as_buf_str(&b), docs[i].want);
		} else {
			T_OK(doc == NULL);
			T_INT(why.code, AS_ESYNTAX);
			T_OK(why.at <= docs[i].text.n);
			T_OK(strstr(why.text, "line ") != NULL);
		}
		json_decref(doc);
	}
	as_buf_fini(&b);
}

static void
test_caps(void)
{
	static char deep[100000];
	json_t *doc = NULL;
	struct as_why why;
	struct as_buf b;

	t_case("cap: exactly it, and one less");
	T_INT(as_json_parse(AS_STR("[1]"), 3, &doc, NULL), AS_OK);
	T_INT(as_json_parse(AS_STR("[1]"), 2, &doc, &why), AS_ELIMIT);
	T_INT(why.at, 2);
	as_buf_init(&b, 3);
	t_case("cap: a document that fits, and one that does not");
	as_json_write(&b, doc, AS_JSON_COMPACT);
	T_STR(as_buf_str(&b), "[1]");
	T_OK(as_buf_ok(&b));
	as_json_write(&b, doc, AS_JSON_COMPACT);
	T_OK(!as_buf_ok(&b));
	json_decref(doc);
	as_buf_fini(&b);

	t_case("cap: depth");
	memset(deep, '[', sizeof(deep));
	T_INT(as_json_parse((struct as_str){deep, sizeof(deep)}, sizeof(deep),
		  &doc, &why),
	    AS_ELIMIT);
}

static void
test_write(void)
{
	json_t *doc = json_pack("{s:i,s:[i,i],s:{}}", "z", 1, "a", 1, 2, "e");
	struct as_buf b;

	as_buf_init(&b, 1000);
	t_case("write: keys in the order they were set");
	as_json_write(&b, doc, AS_JSON_COMPACT);
	T_STR(as_buf_str(&b), "{\"z\":1,\"a\":[1,2],\"e\":{}}");
	t_case("write: pretty");
	as_buf_reset(&b);
	as_json_write(&b, doc, AS_JSON_PRETTY);
	T_STR(as_buf_str(&b),
	    "{\n  \"z\": 1,\n  \"a\": [\n    1,\n    2\n  ],\n  \"e\": {}\n}");
	t_case("write: appends");
	as_buf_reset(&b);
	as_buf_puts(&b, "x");
	as_json_write(&b, json_object_get(doc, "z"), AS_JSON_COMPACT);
	T_STR(as_buf_str(&b), "x1");
	t_case("write: no document");
	as_json_write(&b, NULL, AS_JSON_COMPACT);
	T_OK(!as_buf_ok(&b));
	json_decref(doc);
	t_case("write: controls, quotes and backslashes are escaped");
	as_buf_reset(&b);
	doc = as_json_str(AS_STR("\x01\n\"\\"));
	as_json_write(&b, doc, AS_JSON_COMPACT);
	T_STR(as_buf_str(&b), "\"\\u0001\\n\\\"\\\\\"");
	json_decref(doc);
	as_buf_fini(&b);
}

/* --- several documents in one text --- */

static const struct {
	const char *name;
	struct as_str text;
	unsigned count;
	enum as_err end;
	size_t at; /* of the fault */
} streams[] = {
    {"nothing", S(""), 0, AS_EABSENT, 0},
    {"white space", S(" \n\t\r"), 0, AS_EABSENT, 0},
    {"one", S("{}"), 1, AS_EABSENT, 0},
    {"lines", S("{\"a\":1}\n[2]\n{}\n"), 3, AS_EABSENT, 0},
    {"close together", S("{}{}[]"), 3, AS_EABSENT, 0},
    {"text behind", S("{} {} x"), 2, AS_ESYNTAX, 7},
    {"the third is cut", S("{}\n{}\n{\"a\":"), 2, AS_ESYNTAX, 11},
    {"a raw NUL between", S("{}\0{}"), 1, AS_ESYNTAX, 3},
};

static void
test_streams(void)
{
	for (size_t i = 0; i < sizeof(streams) / sizeof(*streams); i++) {
		size_t at = 0;
		unsigned count = 0;
		enum as_err err;
		struct as_why why = {0};
		json_t *doc;

		t_case("stream: %s", streams[i].name);
		while ((err = as_json_parse_next(
			    streams[i].text, &at, &doc, &why)) == AS_OK) {
			json_decref(doc);
			count++;
		}
		T_INT(count, streams[i].count);
		T_INT(err, streams[i].end);
		if (streams[i].end == AS_ESYNTAX)
			T_INT(why.at, streams[i].at);
	}
}

/* --- strings --- */

static const struct {
	const char *name;
	struct as_str in;
	const char *want;
} strings[] = {
    {"ASCII", S("abc"), "abc"},
    {"empty", S(""), ""},
    {"UTF-8", S("\xc3\xa4\xf0\x9f\x98\x80"), "\xc3\xa4\xf0\x9f\x98\x80"},
    {"NUL", S("a\0b"),
	"a\xef\xbf\xbd"
	"b"},
    {"a broken octet", S("a\xff"), "a\xef\xbf\xbd"},
    {"a cut sequence", S("\xe2\x82"), "\xef\xbf\xbd\xef\xbf\xbd"},
    {"overlong", S("\xc0\x80"), "\xef\xbf\xbd\xef\xbf\xbd"},
    {"a surrogate", S("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"over U+10FFFF", S("\xf4\x90\x80\x80"),
	"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
};

static void
test_strings(void)
{
	for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
		json_t *v = as_json_str(strings[i].in);

		t_case("string: %s", strings[i].name);
		T_STR(as_json_get_str(v), strings[i].want);
		json_decref(v);
	}
	t_case("string: absent becomes empty");
	json_t *v = as_json_str(AS_STR_NULL);
	T_STR(as_json_get_str(v), "");
	json_decref(v);
	t_case("string: of another kind, or of nothing");
	v = json_integer(1);
	T_OK(as_str_is_null(as_json_get_str(v)));
	T_OK(as_str_is_null(as_json_get_str(NULL)));
	json_decref(v);
}

/* --- NUL --- */

static void
test_nul(void)
{
	struct as_str text =
	    AS_STR("{\"a\":[\"x\\u0000y\",{\"b\":\"\\u0000\"},1],"
		   "\"c\":\"\"}");
	json_t *doc = NULL;
	struct as_buf b;
	bool found;

	t_case("NUL in strings becomes a character");
	as_buf_init(&b, 1000);
	T_OK(as_json_parse(text, 1000, &doc, NULL) == AS_OK);
	T_OK(as_json_nul_mend(doc, &found) == AS_OK && found);
	as_json_write(&b, doc, AS_JSON_COMPACT);
	T_STR(as_buf_str(&b),
	    "{\"a\":[\"x\xef\xbf\xbdy\",{\"b\":\"\xef\xbf\xbd\"},1],"
	    "\"c\":\"\"}");
	T_OK(as_json_nul_mend(doc, &found) == AS_OK && !found);
	json_decref(doc);
	as_buf_fini(&b);
}

int
main(void)
{
	test_docs();
	test_vast();
	test_vast_next();
	test_caps();
	test_write();
	test_streams();
	test_strings();
	test_nul();
	return t_done();
}
