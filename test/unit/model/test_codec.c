#include "harness.h"

#include "base/limits.h"
#include "full.h"
#include "model/facts.h"

/* An enum is written always. */
#define ENUMS "\"outcome\":\"ok\",\"security\":\"indeterminate\""

#define CAP ((size_t)1024 * 1024)

static struct as_str
print(struct as_arena *a, const struct as_shape *shape, const void *v)
{
	struct as_buf b;
	struct as_str s = AS_STR_NULL;

	as_buf_init(&b, 16 * CAP);
	as_codec_print(&b, shape, v, AS_JSON_COMPACT);
	if (as_buf_ok(&b))
		s = as_str_dup(a, as_buf_str(&b));
	as_buf_fini(&b);
	return s;
}

static struct as_facts *
full_facts(struct as_arena *a)
{
	struct as_facts *f = AS_NEW(a, struct as_facts);
	unsigned seed = 0;

	full_fill(a, &as_shape_facts, f, &seed);
	f->schema = AS_STR(AS_FACTS_SCHEMA);
	return f;
}

static void
test_round_trip(struct as_arena *a)
{
	struct as_facts *f = full_facts(a);
	struct as_why why = {0};
	void *back = NULL;
	struct as_str text = print(a, &as_shape_facts, f);

	t_case("a document with every member set comes back the same");
	T_OK(text.n > 1000);
	T_INT(
	    as_codec_parse(a, &as_shape_facts, text, 16 * CAP, &back, &why), 0);
	T_STR(as_str_from(why.text), "");
	if (T_OK(back != NULL)) {
		T_OK(full_same(&as_shape_facts, f, back));
		T_OK(as_str_eq(print(a, &as_shape_facts, back), text));
	}

	t_case("equal facts give equal octets");
	T_OK(as_str_eq(print(a, &as_shape_facts, full_facts(a)), text));
}

static void
test_written_form(struct as_arena *a)
{
	struct as_rr_txt txt = {
	    .text = {"v=spf1\0\xff \\\"", 11}, .strings = 2};
	struct as_str chain[] = {AS_STR("b.example"), AS_STR("")};
	struct as_rr_tlsa tlsa = {.usage = 3, .data = {"\x00\xab\x10", 3}};
	struct as_answer ans = {
	    .name = AS_STR("example.org"),
	    .type = 16,
	    .security = AS_DNSSEC_SECURE,
	    .chain = chain,
	    .n_chain = 2,
	    .txt = &txt,
	    .n_txt = 1,
	    .tlsa = &tlsa,
	    .n_tlsa = 1,
	    .at = 1764000000123,
	};
	struct as_answer none = {0};
	struct as_domain_facts empty = {0};
	struct as_facts facts = {.domain = &empty};

	t_case(
	    "members in the order of the list, empty ones but enums left out");
	T_STR(print(a, &as_shape_answer, &ans),
	    "{\"name\":\"example.org\",\"type\":\"TXT\",\"outcome\":\"ok\","
	    "\"security\":\"secure\",\"chain\":[\"b.example\",\"\"],\"txt\":[{"
	    "\"text\":"
	    "\"v=spf1\\\\000\\\\255 \\\\\\\\\\\"\",\"strings\":2}],"
	    "\"tlsa\":[{\"usage\":3,\"data\":\"00ab10\"}],"
	    "\"at\":\"2025-11-24T16:00:00.123Z\"}");
	T_STR(print(a, &as_shape_answer, &none), "{" ENUMS "}");

	t_case("a struct that is there but empty is an empty object");
	T_STR(print(a, &as_shape_facts, &facts),
	    "{\"domain\":{\"outcome\":\"done\"}}");

	t_case("a type without mnemonic is TYPE123");
	none.type = 65280;
	T_STR(print(a, &as_shape_answer, &none),
	    "{\"type\":\"TYPE65280\"," ENUMS "}");

	t_case("a time outside the calendar is left out");
	none.type = 0;
	none.at = INT64_MAX;
	T_STR(print(a, &as_shape_answer, &none), "{" ENUMS "}");
	none.at = INT64_MIN;
	T_STR(print(a, &as_shape_answer, &none), "{" ENUMS "}");
}

static void
test_lenience(struct as_arena *a)
{
	void *v;
	struct as_facts *f;
	struct as_domain_facts *d;

	t_case("unknown members are skipped, those left out are zero");
	if (!T_INT(
		as_codec_parse(a, &as_shape_facts,
		    AS_STR("{\"later\":{\"x\":[1]},\"domain\":{\"name\":"
			   "\"example.org\",\"answers\":[{}]},\"hosts\":[]}"),
		    CAP, &v, NULL),
		0))
		return;
	f = v;
	d = f->domain;
	T_STR(d->name, "example.org");
	T_INT(d->outcome, AS_SUBJECT_DONE);
	T_INT(d->at, 0);
	T_INT(d->n_answers, 1);
	T_INT(d->answers[0].outcome, AS_DNS_OK);
	T_OK(as_str_is_null(d->answers[0].name));
	T_OK(f->hosts == NULL && f->n_hosts == 0);
	T_OK(f->policy == NULL);

	t_case("other spellings of the same value are read");
	T_INT(as_codec_parse(a, &as_shape_answer,
		  AS_STR("{\"type\":\"type257\",\"at\":\"@1764000000\","
			 "\"tlsa\":[{\"data\":\"AbCD\"}]}"),
		  CAP, &v, NULL),
	    0);
	T_STR(print(a, &as_shape_answer, v),
	    "{\"type\":\"CAA\"," ENUMS ",\"tlsa\":[{\"data\":\"abcd\"}],"
	    "\"at\":\"2025-11-24T16:00:00Z\"}");
}

struct bad {
	const char *name;
	const char *text;
	const char *why; /* the start of it */
	enum as_err err;
};

static const struct bad bads[] = {
    {"not JSON", "{\"domain\":", "JSON, line 1 column ", AS_ESYNTAX},
    {"two documents", "{} {}", "JSON, line 1 column ", AS_ESYNTAX},
    {"a member twice", "{\"hosts\":[],\"hosts\":[]}", "hosts: it stands twice",
	AS_ESYNTAX},
    {"a list for the document", "[]", "the document: not an object",
	AS_ESYNTAX},
    {"a string for a list", "{\"hosts\":\"x\"}", "hosts: not a list",
	AS_ESYNTAX},
    {"an object for a list", "{\"hosts\":{}}", "hosts: not a list", AS_ESYNTAX},
    {"a list for one", "{\"domain\":[]}", "domain: not an object", AS_ESYNTAX},
    {"null for one", "{\"domain\":null}", "domain: not an object", AS_ESYNTAX},
    {"a number in a list of structs", "{\"hosts\":[{},7]}",
	"hosts[1]: not an object", AS_ESYNTAX},
    {"a string for a number",
	"{\"domain\":{\"answers\":[{},{},{},{\"ttl\":\"1\"}]}}",
	"domain.answers[3].ttl: not a number", AS_ESYNTAX},
    {"a fraction for a number", "{\"domain\":{\"queries\":1.5}}",
	"domain.queries: not a number", AS_ESYNTAX},
    {"a negative number", "{\"domain\":{\"queries\":-1}}",
	"domain.queries: not within 0 to 4294967295", AS_ESYNTAX},
    {"a number too large", "{\"domain\":{\"queries\":4294967296}}",
	"domain.queries: not within 0 to 4294967295", AS_ESYNTAX},
    {"a number for a truth", "{\"domain\":{\"only_dns\":1}}",
	"domain.only_dns: not true or false", AS_ESYNTAX},
    {"a number for text", "{\"schema\":1}", "schema: not a string", AS_ESYNTAX},
    {"a number for octets", "{\"domain\":{\"name\":1}}",
	"domain.name: not a string", AS_ESYNTAX},
    {"a broken escape", "{\"domain\":{\"name\":\"a\\\\9\"}}",
	"domain.name: an escape must be", AS_ESYNTAX},
    {"an escape over 255", "{\"domain\":{\"selectors\":[\"a\",\"\\\\256\"]}}",
	"domain.selectors[1]: an escape must be", AS_ESYNTAX},
    {"an unknown outcome", "{\"domain\":{\"answers\":[{\"outcome\":\"OK\"}]}}",
	"domain.answers[0].outcome: not one of the values known here",
	AS_ESYNTAX},
    {"a number for an outcome", "{\"domain\":{\"outcome\":0}}",
	"domain.outcome: not a string", AS_ESYNTAX},
    {"no record type", "{\"domain\":{\"answers\":[{\"type\":\"TYPE65536\"}]}}",
	"domain.answers[0].type: not a record type", AS_ESYNTAX},
    {"no time", "{\"domain\":{\"at\":\"yesterday\"}}",
	"domain.at: not a time of RFC 3339", AS_ESYNTAX},
    {"a time before year 1",
	"{\"domain\":{\"at\":\"0001-01-01T00:00:00+01:00\"}}",
	"domain.at: not within the years 1 to 9999", AS_ESYNTAX},
    {"half an octet",
	"{\"hosts\":[{\"tls\":{\"chain\":[{\"sha256\":\"abc\"}]}}]}",
	"hosts[0].tls.chain[0].sha256: an odd number of hex digits",
	AS_ESYNTAX},
    {"no hex", "{\"hosts\":[{\"tls\":{\"chain\":[{\"serial\":\"0g\"}]}}]}",
	"hosts[0].tls.chain[0].serial: not hexadecimal", AS_ESYNTAX},
};

static void
test_faults(struct as_arena *a)
{
	for (size_t i = 0; i < sizeof(bads) / sizeof(bads[0]); i++) {
		struct as_why why = {0};
		void *v = &why;

		t_case("%s is refused, with its place", bads[i].name);
		T_INT(as_codec_parse(a, &as_shape_facts,
			  as_str_from(bads[i].text), CAP, &v, &why),
		    bads[i].err);
		T_INT(why.code, bads[i].err);
		if (!T_OK(
			as_str_has_prefix(as_str_from(why.text), bads[i].why)))
			printf("# got \"%s\"\n", why.text);
		T_OK(v == &why);
	}
	t_case("a fault needs no why");
	void *v;
	T_INT(as_codec_parse(
		  a, &as_shape_facts, AS_STR("{\"hosts\":1}"), CAP, &v, NULL),
	    AS_ESYNTAX);
}

/* {"addresses":["","",...]} with n items */
static enum as_err
parse_items(struct as_arena *a, size_t n, struct as_why *why)
{
	struct as_buf b;
	enum as_err err;
	void *v;

	as_buf_init(&b, CAP);
	as_buf_puts(&b, "{\"addresses\":[");
	for (size_t i = 0; i < n; i++)
		as_buf_puts(&b, i == 0 ? "\"\"" : ",\"\"");
	as_buf_puts(&b, "]}");
	err = as_codec_parse(a, &as_shape_answer, as_buf_str(&b), CAP, &v, why);
	as_buf_fini(&b);
	return err;
}

static void
test_caps(struct as_arena *a)
{
	struct as_arena *small = as_arena_new(64);
	struct as_why why;
	struct as_buf b;
	void *v;

	t_case("a list at its cap is read, one past it is not");
	T_INT(parse_items(a, AS_MAX_LIST_ITEMS, &why), AS_OK);
	T_INT(parse_items(a, AS_MAX_LIST_ITEMS + 1, &why), AS_ELIMIT);
	T_STR(as_str_from(why.text), "addresses: the list is too long");

	t_case("a document past the cap is not parsed");
	T_INT(as_codec_parse(
		  a, &as_shape_facts, AS_STR("{\"hosts\":[]}"), 11, &v, &why),
	    AS_ELIMIT);
	T_INT(as_codec_parse(
		  a, &as_shape_facts, AS_STR("{\"hosts\":[]}"), 12, &v, &why),
	    AS_OK);

	t_case("an arena at its cap is no crash");
	T_INT(as_codec_parse(small, &as_shape_facts,
		  AS_STR("{\"hosts\":[{},{}]}"), CAP, &v, &why),
	    AS_ENOMEM);
	T_OK(as_codec_copy(small, &as_shape_facts, full_facts(a)) == NULL);
	as_arena_free(small);

	t_case("a buffer at its cap says so");
	as_buf_init(&b, 100);
	as_codec_print(&b, &as_shape_facts, full_facts(a), AS_JSON_PRETTY);
	T_OK(!as_buf_ok(&b));
	as_buf_fini(&b);
}

static void
test_copy(struct as_arena *a)
{
	struct as_arena *first = as_arena_new(16 * CAP);
	struct as_facts *f = full_facts(first), *copy;
	struct as_str before = print(a, &as_shape_facts, f);
	struct as_facts none = {0};

	t_case("a copy outlives what it was copied from");
	copy = as_codec_copy(a, &as_shape_facts, f);
	as_arena_free(first);
	if (T_OK(copy != NULL))
		T_OK(as_str_eq(print(a, &as_shape_facts, copy), before));

	t_case("what is absent stays absent in the copy");
	copy = as_codec_copy(a, &as_shape_facts, &none);
	if (T_OK(copy != NULL)) {
		T_OK(as_str_is_null(copy->schema));
		T_OK(copy->domain == NULL && copy->hosts == NULL);
	}
}

int
main(void)
{
	struct as_arena *a = as_arena_new(64 * CAP);

	if (a == NULL)
		return 99;
	test_round_trip(a);
	test_written_form(a);
	test_lenience(a);
	test_faults(a);
	test_caps(a);
	test_copy(a);
	as_arena_free(a);
	return t_done();
}
