#include "std/caa.h"

#include "base/limits.h"
#include "harness.h"

/* Octets in a table, NUL allowed. */
#define S(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

static struct as_arena *arena;

/* --- as text --- */

static const struct {
	const char *name;
	struct as_str txt;
	enum as_err err;
	unsigned flags;
	const char *tag, *value; /* with AS_OK */
	size_t at;               /* with an error */
} rows[] = {
    {"an authority", S("0 issue \"ca1.example.net\""), AS_OK, 0, "issue",
	"ca1.example.net", 0},
    {"without quotation marks", S("0 issue ca1.example.net"), AS_OK, 0, "issue",
	"ca1.example.net", 0},
    {"nobody", S("0 issue \";\""), AS_OK, 0, "issue", ";", 0},
    {"nothing in quotation marks", S("0 issue \"\""), AS_OK, 0, "issue", "", 0},
    {"blanks around", S(" 128\tissuewild  \"a.b\" \r\n"), AS_OK, 128,
	"issuewild", "a.b", 0},
    {"a tag in upper case", S("0 ISSUE \"a.b\""), AS_OK, 0, "ISSUE", "a.b", 0},
    {"escapes", S("0 contactemail \"a\\\"b\\\\c\\100\\000\""), AS_OK, 0,
	"contactemail", "a\"b\\cd", 0},
    {"an unknown property", S("0 tbs \"Unknown\""), AS_OK, 0, "tbs", "Unknown",
	0},
    {"the example of RFC 8659 4.4",
	S("0 iodef \"mailto:security@example.com\""), AS_OK, 0, "iodef",
	"mailto:security@example.com", 0},
    {"http: for iodef", S("0 iodef \"http://iodef.example.com/\""), AS_OK, 0,
	"iodef", "http://iodef.example.com/", 0},
    {"parameters", S("0 issue \"ca.example ; a=1;b = 2 ; \""), AS_OK, 0,
	"issue", "ca.example ; a=1;b = 2 ; ", 0},
    {"an empty parameter value", S("0 issue \"ca.example; a=\""), AS_OK, 0,
	"issue", "ca.example; a=", 0},
    {"parameters without an issuer", S("0 issue \"; a=1\""), AS_OK, 0, "issue",
	"; a=1", 0},
    {"nothing", S(""), AS_EVERSION, 0, NULL, NULL, 0},
    {"another record", S("v=spf1 -all"), AS_EVERSION, 0, NULL, NULL, 0},
    {"a line of a zone", S("example. CAA 0 issue \"a.b\""), AS_EVERSION, 0,
	NULL, NULL, 0},
    {"flags over 255", S("256 issue \"a.b\""), AS_ESYNTAX, 0, NULL, NULL, 0},
    {"flags that are no number", S("0x80 issue \"a.b\""), AS_ESYNTAX, 0, NULL,
	NULL, 0},
    {"no tag", S("0 "), AS_ESYNTAX, 0, NULL, NULL, 2},
    {"a tag with a hyphen", S("0 issue-wild \"a.b\""), AS_ESYNTAX, 0, NULL,
	NULL, 7},
    {"no value", S("0 issue"), AS_ESYNTAX, 0, NULL, NULL, 7},
    {"one quotation mark", S("0 issue \"a.b"), AS_ESYNTAX, 0, NULL, NULL, 8},
    {"an escaped quotation mark", S("0 issue \"a.b\\\""), AS_ESYNTAX, 0, NULL,
	NULL, 8},
    {"something behind", S("0 issue \"a.b\" c"), AS_ESYNTAX, 0, NULL, NULL, 14},
    {"blanks without quotation marks", S("0 issue a.b; c=d"), AS_ESYNTAX, 0,
	NULL, NULL, 13},
    {"a bad escape", S("0 issue \"a\\256\""), AS_ESYNTAX, 0, NULL, NULL, 10},
    {"a short escape", S("0 issue \"a\\25\""), AS_ESYNTAX, 0, NULL, NULL, 10},
    {"the malformed value of RFC 8659 4.2", S("0 issue \"%%%%%\""), AS_ESYNTAX,
	0, NULL, NULL, 9},
    {"a URL in place of a name", S("0 issue \"https://ca.example\""),
	AS_ESYNTAX, 0, NULL, NULL, 9},
    {"a place behind an escape", S("0 issue \"\\099a.b; =1\""), AS_ESYNTAX, 0,
	NULL, NULL, 18},
    {"a final dot", S("0 issue \"ca.example.\""), AS_ESYNTAX, 0, NULL, NULL,
	20},
    {"a parameter without =", S("0 issue \"a.b; c\""), AS_ESYNTAX, 0, NULL,
	NULL, 14},
    {"an empty parameter", S("0 issue \"a.b;; c=d\""), AS_ESYNTAX, 0, NULL,
	NULL, 13},
    {"a blank inside a parameter", S("0 issue \"a.b; c=d e\""), AS_ESYNTAX, 0,
	NULL, NULL, 17},
    {"accounturi twice", S("0 issue \"a.b; accounturi=x; accounturi=y\""),
	AS_ESYNTAX, 0, NULL, NULL, 28},
    {"a bad validation method",
	S("0 issue \"a.b; validationmethods=dns-01,_\""), AS_ESYNTAX, 0, NULL,
	NULL, 39},
    {"iodef without a scheme", S("0 iodef \"security@example.com\""),
	AS_ESYNTAX, 0, NULL, NULL, 9},
    {"iodef of another scheme", S("0 iodef \"ftp://example.com/\""), AS_ESYNTAX,
	0, NULL, NULL, 9},
    {"unknown and critical", S("128 tbs \"Unknown\""), AS_EUNSUPPORTED, 0, NULL,
	NULL, 4},
    {"NUL in the tag", S("0 is\0sue \"a.b\""), AS_ESYNTAX, 0, NULL, NULL, 4},
    {"an 8-bit octet in the issuer", S("0 issue \"\xc3\xa4.b\""), AS_ESYNTAX, 0,
	NULL, NULL, 9},
};

/* CAA-1 */
static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct as_caa *c = NULL;
		struct as_why why = {0};
		t_case("%s", rows[i].name);
		T_INT(as_caa_parse(arena, rows[i].txt, &c, &why), rows[i].err);
		if (rows[i].err != AS_OK) {
			T_INT(why.at, rows[i].at);
			T_OK(c == NULL && why.text[0] != 0);
			continue;
		}
		if (!T_OK(c != NULL))
			continue;
		T_INT(c->rr.flags, rows[i].flags);
		T_STR(c->rr.tag, rows[i].tag);
		if (!as_str_has_prefix(c->rr.value, rows[i].value))
			T_STR(c->rr.value, rows[i].value);
	}
}

/* --- values --- */

static void
test_issue(void)
{
	struct as_caa_issue *c = NULL;

	t_case("issuer and parameters");
	T_INT(as_caa_issue_parse(arena,
		  AS_STR(" ca1.example.net ; account = 230123 ; b=x=y"), &c,
		  NULL),
	    AS_OK);
	T_STR(c->issuer, "ca1.example.net");
	T_INT(c->n_params, 2);
	T_STR(c->params[0].name, "account");
	T_STR(c->params[0].value, "230123");
	T_INT(c->params[0].at, 19);
	T_STR(c->params[1].value, "x=y");
	t_case("nobody");
	T_INT(as_caa_issue_parse(arena, AS_STR(" "), &c, NULL), AS_OK);
	T_INT(c->issuer.n + c->n_params, 0);
}

static void
test_limits(void)
{
	static char txt[8192];
	struct as_arena *small = as_arena_new(64);
	struct as_caa_issue *c = NULL;
	size_t n = (size_t)snprintf(txt, sizeof(txt), "a.b");

	t_case("as many parameters as are allowed, and one more");
	for (size_t i = 0; i < AS_MAX_RECORD_TAGS; i++)
		n += (size_t)snprintf(txt + n, sizeof(txt) - n, ";c=d");
	T_INT(as_caa_issue_parse(arena, (struct as_str){txt, n}, &c, NULL),
	    AS_OK);
	T_INT(c != NULL ? c->n_params : 0, AS_MAX_RECORD_TAGS);
	n += (size_t)snprintf(txt + n, sizeof(txt) - n, ";c=d");
	T_INT(as_caa_issue_parse(arena, (struct as_str){txt, n}, &c, NULL),
	    AS_ELIMIT);
	t_case("an issuer longer than a name");
	memset(txt, 'a', 300);
	T_INT(as_caa_issue_parse(arena, (struct as_str){txt, 300}, &c, NULL),
	    AS_ESYNTAX);
	t_case("no memory");
	T_INT(as_caa_issue_parse(small, AS_STR("a.b"), &c, NULL), AS_ENOMEM);
	as_arena_free(small);
}

/* CAA-1 */
static void
test_check(void)
{
	struct as_dns_caa rr = {0, AS_STR("issue"), AS_STR("ca.example")};
	struct as_caa_issue *issue = NULL;
	struct as_why why = {0};

	t_case("records from the wire");
	T_INT(as_caa_check(arena, &rr, &issue, &why), AS_OK);
	T_OK(issue != NULL);
	rr.tag = AS_STR("");
	T_INT(as_caa_check(arena, &rr, &issue, &why), AS_ESYNTAX);
	rr.tag = AS_STR("is\0ue");
	T_INT(as_caa_check(arena, &rr, &issue, &why), AS_ESYNTAX);
	T_INT(why.at, 2);
	rr.tag = AS_STR("future");
	T_INT(as_caa_check(arena, &rr, &issue, &why), AS_OK);
	T_OK(issue == NULL);
	rr.flags = AS_CAA_CRITICAL;
	T_INT(as_caa_check(arena, &rr, &issue, &why), AS_EUNSUPPORTED);
	t_case("properties");
	T_INT(as_caa_property_find(AS_STR("IssueMail")), AS_CAA_ISSUEMAIL);
	T_INT(as_caa_property_find(AS_STR("issuevmc")), AS_CAA_ISSUEVMC);
	T_INT(
	    as_caa_property_find(AS_STR("contactphone")), AS_CAA_CONTACTPHONE);
	T_INT(as_caa_property_find(AS_STR("")), AS_CAA_OTHER);
}

static void
test_reading(void)
{
	struct as_caa *c = NULL;
	struct as_reading rd;

	t_case("a comment sign is noted");
	T_INT(as_reading_init(&rd, arena), AS_OK);
	T_INT(as_caa_read(arena, AS_STR("0 issue ;"), &rd, &c, NULL), AS_OK);
	T_INT(rd.n_faults, 1);
	T_OK(rd.n_faults == 1 && !rd.faults[0].fatal && rd.faults[0].at == 8);
	t_case("all faults at once");
	T_INT(as_reading_init(&rd, arena), AS_OK);
	T_INT(as_caa_read(arena, AS_STR("x0 i-s a b"), &rd, &c, NULL),
	    AS_EVERSION);
	T_INT(as_caa_read(arena, AS_STR("300 i-s a b"), &rd, &c, NULL),
	    AS_ESYNTAX);
	T_INT(rd.n_faults, 3);
}

int
main(void)
{
	arena = as_arena_new((size_t)1024 * 1024);
	test_rows();
	test_issue();
	test_limits();
	test_check();
	test_reading();
	as_arena_free(arena);
	return t_done();
}
