#include "std/mta_sts.h"

#include "base/json.h"
#include "base/limits.h"
#include "corpus.h"
#include "harness.h"

/* Octets in a table, NUL allowed. */
#define S(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

static struct as_arena *arena;

/* --- the TXT record --- */

static const struct {
	const char *name;
	struct as_str txt;
	enum as_err err;
	const char *id; /* with AS_OK */
	size_t at;      /* with an error */
} records[] = {
    {"the example of RFC 8461 3.1", S("v=STSv1; id=20160831085700Z;"), AS_OK,
	"20160831085700Z", 0},
    {"no final semicolon", S("v=STSv1;id=1"), AS_OK, "1", 0},
    {"white space around the semicolons", S("v=STSv1; \t id=a1 \t; "), AS_OK,
	"a1", 0},
    {"an extension field", S("v=STSv1; id=1; x_y-z.9=a:b<c"), AS_OK, "1", 0},
    {"an extension before id", S("v=STSv1; foo=bar; id=2;"), AS_OK, "2", 0},
    {"of two ids the first counts", S("v=STSv1; id=1; id=2"), AS_OK, "1", 0},
    {"an id of 32", S("v=STSv1; id=12345678901234567890123456789012"), AS_OK,
	"12345678901234567890123456789012", 0},
    {"an id of 33", S("v=STSv1; id=123456789012345678901234567890123"),
	AS_ESYNTAX, NULL, 12},
    {"an id with a hyphen", S("v=STSv1; id=2020-01"), AS_ESYNTAX, NULL, 12},
    {"an empty id", S("v=STSv1; id=;"), AS_ESYNTAX, NULL, 9},
    {"no id", S("v=STSv1;"), AS_ESYNTAX, NULL, 8},
    {"nothing but the version", S("v=STSv1"), AS_ESYNTAX, NULL, 7},
    {"id in upper case is another field", S("v=STSv1; ID=1"), AS_ESYNTAX, NULL,
	13},
    {"version in lower case", S("v=stsv1; id=1"), AS_EVERSION, NULL, 0},
    {"V in upper case", S("V=STSv1; id=1"), AS_EVERSION, NULL, 0},
    {"white space before the first semicolon", S("v=STSv1 ; id=1"), AS_EVERSION,
	NULL, 0},
    {"another version", S("v=STSv2; id=1"), AS_EVERSION, NULL, 0},
    {"nothing", S(""), AS_EVERSION, NULL, 0},
    {"white space around =", S("v=STSv1; id = 1"), AS_ESYNTAX, NULL, 9},
    {"an empty field", S("v=STSv1;; id=1"), AS_ESYNTAX, NULL, 8},
    {"a field without =", S("v=STSv1; id=1; foo"), AS_ESYNTAX, NULL, 15},
    {"two = in a field", S("v=STSv1; id=1; a=b=c"), AS_ESYNTAX, NULL, 15},
    {"NUL in a value", S("v=STSv1; id=1; a=b\0c"), AS_ESYNTAX, NULL, 15},
    {"an 8-bit octet in a value", S("v=STSv1; id=1; a=\xc3\xa4"), AS_ESYNTAX,
	NULL, 15},
    {"an 8-bit octet in id", S("v=STSv1; id=\xff"), AS_ESYNTAX, NULL, 9},
    {"a field name of 33",
	S("v=STSv1; id=1; a23456789012345678901234567890123=1"), AS_ESYNTAX,
	NULL, 15},
};

/* STS-1, STS-2 */
static void
test_records(void)
{
	for (size_t i = 0; i < sizeof(records) / sizeof(*records); i++) {
		struct as_mta_sts *m = NULL;
		struct as_why why = {0};
		enum as_err err;

		t_case("record: %s", records[i].name);
		err = as_mta_sts_parse(arena, records[i].txt, &m, &why);
		T_INT(err, records[i].err);
		if (err == AS_OK && records[i].err == AS_OK)
			T_STR(m->id, records[i].id);
		if (records[i].err != AS_OK) {
			T_INT(why.at, records[i].at);
			T_OK(strstr(why.text, "RFC 8461 3.1: ") == why.text);
			T_OK(m == NULL);
		}
		T_INT(as_mta_sts_is_record(records[i].txt),
		    records[i].err != AS_EVERSION);
	}
}

static void
test_many_fields(void)
{
	static char txt[AS_MAX_TXT_OCTETS];
	struct as_mta_sts *m = NULL;
	size_t n = (size_t)snprintf(txt, sizeof(txt), "v=STSv1;id=7");

	t_case("record: thousands of fields");
	while (n + 4 < sizeof(txt))
		n += (size_t)snprintf(txt + n, sizeof(txt) - n, ";a=b");
	T_INT(
	    as_mta_sts_parse(arena, (struct as_str){txt, n}, &m, NULL), AS_OK);
	T_STR(m != NULL ? m->id : AS_STR_NULL, "7");
}

/* --- the policy --- */

static const struct {
	const char *name;
	struct as_str body;
	enum as_err err;
	enum as_mta_sts_mode mode;
	uint32_t max_age;
	const char *mx;  /* joined by space */
	const char *why; /* part of the text */
} policies[] = {
    {"the example of RFC 8461 3.2",
	S("version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\n"
	  "mx: *.example.net\r\nmx: backupmx.example.com\r\n"
	  "max_age: 604800\r\n"),
	AS_OK, AS_MTA_STS_ENFORCE, 604800,
	"mail.example.com *.example.net backupmx.example.com", NULL},
    {"line feeds alone, no last one",
	S("version: STSv1\nmode: testing\nmx: a.example\nmax_age: 86400"),
	AS_OK, AS_MTA_STS_TESTING, 86400, "a.example", NULL},
    {"no white space, and much of it",
	S("version:STSv1 \nmode:\t enforce\t\nmx:a.b\nmax_age:0\n"), AS_OK,
	AS_MTA_STS_ENFORCE, 0, "a.b", NULL},
    {"mode none needs no mx", S("version: STSv1\nmode: none\nmax_age: 1\n"),
	AS_OK, AS_MTA_STS_NONE, 1, "", NULL},
    {"the version may stand last",
	S("mode: none\nmax_age: 1\nversion: STSv1\n"), AS_OK, AS_MTA_STS_NONE,
	1, "", NULL},
    {"unknown fields, UTF-8 in them",
	S("version: STSv1\nx-note: gr\xc3\xbc\xc3\x9f\x65: a b\nmode: none\n"
	  "max_age: 1\n"),
	AS_OK, AS_MTA_STS_NONE, 1, "", NULL},
    {"of duplicates the first counts",
	S("version: STSv1\nmode: enforce\nmode: none\nmx: a.b\nmax_age: 9\n"
	  "max_age: x\nversion: STSv2\n"),
	AS_OK, AS_MTA_STS_ENFORCE, 9, "a.b", NULL},
    {"blank lines at the end are borne",
	S("version: STSv1\nmode: none\nmax_age: 1\n\n \r\n"), AS_OK,
	AS_MTA_STS_NONE, 1, "", NULL},
    {"the longest max_age",
	S("version: STSv1\nmode: none\nmax_age: 31557600\n"), AS_OK,
	AS_MTA_STS_NONE, 31557600, "", NULL},
    {"max_age over its limit",
	S("version: STSv1\nmode: none\nmax_age: 31557601\n"), AS_ERANGE, 0, 0,
	NULL, "line 3"},
    {"max_age over 64 bits",
	S("version: STSv1\nmode: none\nmax_age: 99999999999999999999999\n"),
	AS_ERANGE, 0, 0, NULL, "line 3"},
    {"max_age is negative", S("version: STSv1\nmode: none\nmax_age: -1\n"),
	AS_ESYNTAX, 0, 0, NULL, "digits"},
    {"max_age is empty", S("version: STSv1\nmode: none\nmax_age:\n"),
	AS_ESYNTAX, 0, 0, NULL, "digits"},
    {"no mx though enforced", S("version: STSv1\nmode: enforce\nmax_age: 1\n"),
	AS_ESYNTAX, 0, 0, NULL, "no mx"},
    {"no mode", S("version: STSv1\nmx: a.b\nmax_age: 1\n"), AS_ESYNTAX, 0, 0,
	NULL, "no mode"},
    {"no max_age", S("version: STSv1\nmode: enforce\nmx: a.b\n"), AS_ESYNTAX, 0,
	0, NULL, "no max_age"},
    {"no version", S("mode: none\nmax_age: 1\n"), AS_ESYNTAX, 0, 0, NULL,
	"no version"},
    {"nothing", S(""), AS_ESYNTAX, 0, 0, NULL, "no version"},
    {"version 2", S("version: STSv2\nmode: none\nmax_age: 1\n"), AS_EVERSION, 0,
	0, NULL, "line 1"},
    {"version in lower case", S("version: stsv1\nmode: none\nmax_age: 1\n"),
	AS_EVERSION, 0, 0, NULL, "line 1"},
    {"a field name with a capital",
	S("version: STSv1\nMode: none\nmax_age: 1\n"), AS_ESYNTAX, 0, 0, NULL,
	"lower case"},
    {"mode in upper case", S("version: STSv1\nmode: ENFORCE\nmax_age: 1\n"),
	AS_ESYNTAX, 0, 0, NULL, "line 2"},
    {"white space before the colon",
	S("version: STSv1\nmode : none\nmax_age: 1\n"), AS_ESYNTAX, 0, 0, NULL,
	"line 2"},
    {"an HTML page", S("<!DOCTYPE html>\n<html>\n"), AS_ESYNTAX, 0, 0, NULL,
	"line 1"},
    {"a byte order mark", S("\xef\xbb\xbfversion: STSv1\nmode: none\n"),
	AS_ESYNTAX, 0, 0, NULL, "line 1"},
    {"NUL", S("version: STSv1\nmode: none\0\nmax_age: 1\n"), AS_ESYNTAX, 0, 0,
	NULL, "line 2: octet 0"},
    {"carriage returns alone", S("version: STSv1\rmode: none\rmax_age: 1\r"),
	AS_ESYNTAX, 0, 0, NULL, "line 1: octet 13"},
    {"mx with an underscore",
	S("version: STSv1\nmode: enforce\nmx: a_b.c\nmax_age: 1\n"), AS_ESYNTAX,
	0, 0, NULL, "line 3"},
    {"mx with a wildcard inside",
	S("version: STSv1\nmode: enforce\nmx: a.*.c\nmax_age: 1\n"), AS_ESYNTAX,
	0, 0, NULL, "line 3"},
    {"mx with a wildcard as part of a label",
	S("version: STSv1\nmode: enforce\nmx: *a.c\nmax_age: 1\n"), AS_ESYNTAX,
	0, 0, NULL, "line 3"},
    {"mx is a wildcard alone",
	S("version: STSv1\nmode: enforce\nmx: *.\nmax_age: 1\n"), AS_ESYNTAX, 0,
	0, NULL, "line 3"},
    {"mx ends in a dot",
	S("version: STSv1\nmode: enforce\nmx: a.b.\nmax_age: 1\n"), AS_ESYNTAX,
	0, 0, NULL, "line 3"},
    {"mx is a U-label",
	S("version: STSv1\nmode: enforce\nmx: m\xc3\xbcll.de\nmax_age: 1\n"),
	AS_ESYNTAX, 0, 0, NULL, "line 3"},
    {"mx is an address literal",
	S("version: STSv1\nmode: enforce\nmx: [192.0.2.1]\nmax_age: 1\n"),
	AS_ESYNTAX, 0, 0, NULL, "line 3"},
    {"two names in one mx",
	S("version: STSv1\nmode: enforce\nmx: a.b, c.d\nmax_age: 1\n"),
	AS_ESYNTAX, 0, 0, NULL, "line 3"},
    {"mx is empty", S("version: STSv1\nmode: enforce\nmx:\nmax_age: 1\n"),
	AS_ESYNTAX, 0, 0, NULL, "line 3"},
};

static void
check_mx(const struct as_mta_sts_policy *p, const char *want)
{
	struct as_str joined = AS_STR("");

	for (size_t i = 0; i < p->n_mx; i++)
		joined = as_str_printf(arena, AS_STR_FMT "%s" AS_STR_FMT,
		    AS_STR_ARG(joined), i == 0 ? "" : " ",
		    AS_STR_ARG(p->mx[i]));
	T_STR(joined, want);
}

/* STS-4, STS-5 */
static void
test_policies(void)
{
	for (size_t i = 0; i < sizeof(policies) / sizeof(*policies); i++) {
		struct as_mta_sts_policy *p = NULL;
		struct as_why why = {0};
		enum as_err err;

		t_case("policy: %s", policies[i].name);
		err =
		    as_mta_sts_policy_parse(arena, policies[i].body, &p, &why);
		T_INT(err, policies[i].err);
		if (policies[i].err != AS_OK) {
			T_OK(p == NULL);
			if (!T_OK(strstr(why.text, policies[i].why) != NULL))
				printf("# why: %s\n", why.text);
		} else if (p != NULL) {
			T_INT(p->mode, policies[i].mode);
			T_INT(p->max_age, policies[i].max_age);
			check_mx(p, policies[i].mx);
		}
	}
}

static void
test_policy_limits(void)
{
	static char body[AS_MAX_POLICY_OCTETS + 1];
	const char *head = "version: STSv1\nmode: enforce\nmax_age: 1\n";
	size_t n = (size_t)snprintf(body, sizeof(body), "%s", head);
	struct as_mta_sts_policy *p = NULL;
	struct as_why why;

	t_case("policy: as many mx lines as are allowed");
	for (size_t i = 0; i < AS_MAX_POLICY_MX; i++)
		n += (size_t)snprintf(body + n, sizeof(body) - n, "mx: a.b\n");
	T_INT(
	    as_mta_sts_policy_parse(arena, (struct as_str){body, n}, &p, &why),
	    AS_OK);
	T_INT(p != NULL ? p->n_mx : 0, AS_MAX_POLICY_MX);
	t_case("policy: one mx line more");
	n += (size_t)snprintf(body + n, sizeof(body) - n, "mx: a.b\n");
	T_INT(
	    as_mta_sts_policy_parse(arena, (struct as_str){body, n}, &p, &why),
	    AS_ELIMIT);
	t_case("policy: one octet over the cap");
	memset(body, '\n', sizeof(body));
	T_INT(as_mta_sts_policy_parse(
		  arena, (struct as_str){body, sizeof(body)}, &p, &why),
	    AS_ELIMIT);
	T_INT(why.at, AS_MAX_POLICY_OCTETS);
}

static void
test_no_memory(void)
{
	struct as_arena *small = as_arena_new(8);
	struct as_mta_sts_policy *p = NULL;
	struct as_mta_sts *m = NULL;

	t_case("no memory");
	T_INT(as_mta_sts_parse(small, AS_STR("v=STSv1; id=1"), &m, NULL),
	    AS_ENOMEM);
	T_INT(
	    as_mta_sts_policy_parse(small, AS_STR("version: STSv1"), &p, NULL),
	    AS_ENOMEM);
	as_arena_free(small);
}

static const struct {
	const char *pattern, *host;
	bool match;
} matches[] = {
    {"mail.example.com", "mail.example.com", true},
    {"MAIL.Example.com", "mail.example.com", true},
    {"mail.example.com", "mail2.example.com", false},
    {"*.example.com", "mail.example.com", true},
    {"*.EXAMPLE.com", "mail.example.com", true},
    {"*.example.com", "a.mail.example.com", false},
    {"*.example.com", "example.com", false},
    {"*.example.com", ".example.com", false},
    {"*.example.com", "mailexample.com", false},
    {"*.com", "example.com", true},
    {"example.com", "mail.example.com", false},
    {"*.example.com", "", false},
};

/* STS-5 */
static void
test_matches(void)
{
	for (size_t i = 0; i < sizeof(matches) / sizeof(*matches); i++) {
		t_case("match: %s and \"%s\"", matches[i].pattern,
		    matches[i].host);
		T_INT(as_mta_sts_mx_match(as_str_from(matches[i].pattern),
			  as_str_from(matches[i].host)),
		    matches[i].match);
	}
	t_case("modes have their texts");
	T_STR(as_str_from(as_mta_sts_mode_text(AS_MTA_STS_ENFORCE)), "enforce");
	T_STR(as_str_from(as_mta_sts_mode_text(AS_MTA_STS_TESTING)), "testing");
	T_STR(as_str_from(as_mta_sts_mode_text(AS_MTA_STS_NONE)), "none");
}

/* --- the corpus: a report quotes the policy it was made under --- */

static struct as_str
policy_quoted(const json_t *report)
{
	const json_t *first =
	    json_array_get(json_object_get(report, "policies"), 0);
	const json_t *lines =
	    json_object_get(json_object_get(first, "policy"), "policy-string");
	struct as_str body = AS_STR("");

	for (size_t i = 0; i < json_array_size(lines); i++) {
		struct as_str line = as_json_get_str(json_array_get(lines, i));
		body = as_str_printf(arena, AS_STR_FMT AS_STR_FMT "\n",
		    AS_STR_ARG(body), AS_STR_ARG(line));
	}
	return body;
}

static void
test_corpus(void)
{
	struct as_mta_sts_policy *p = NULL;
	bool there;
	struct as_buf b;
	json_t *report = NULL;

	there = t_corpus_read(&b, "standards/tlsrpt/rfc8460-example.json");
	if (there) {
		t_case("corpus: the policy in the example of RFC 8460 B");
		T_INT(as_json_parse(as_buf_str(&b), b.n, &report, NULL), AS_OK);
		T_INT(as_mta_sts_policy_parse(
			  arena, policy_quoted(report), &p, NULL),
		    AS_OK);
		T_INT(p != NULL ? p->max_age : 0, 86400);
		T_OK(p != NULL && p->n_mx == 1 &&
		    as_mta_sts_mx_match(
			p->mx[0], AS_STR("mx1.mail.company-y.example")));
		json_decref(report);
	}
	as_buf_fini(&b);
	printf("# corpus: %d used, %d skipped\n", there, !there);
}

int
main(void)
{
	arena = as_arena_new((size_t)4 * 1024 * 1024);
	test_records();
	test_many_fields();
	test_policies();
	test_policy_limits();
	test_no_memory();
	test_matches();
	test_corpus();
	as_arena_free(arena);
	return t_done();
}
