#include "std/tls_rpt.h"

#include "base/limits.h"
#include "harness.h"

/* Octets in a table, NUL allowed. */
#define S(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

static struct as_arena *arena;

static const struct {
	const char *name;
	struct as_str txt;
	enum as_err err;
	const char *rua; /* joined by space, with AS_OK */
	size_t at;       /* with an error */
} records[] = {
    {"the mailto: example of RFC 8460 3.1.1",
	S("v=TLSRPTv1;rua=mailto:reports@example.com"), AS_OK,
	"mailto:reports@example.com", 0},
    {"the https: example of RFC 8460 3.1.2",
	S("v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt"), AS_OK,
	"https://reporting.example.com/v1/tlsrpt", 0},
    {"both, with white space around the comma",
	S("v=TLSRPTv1; rua=mailto:a@b.example \t, https://c.example/"), AS_OK,
	"mailto:a@b.example https://c.example/", 0},
    {"a final semicolon", S("v=TLSRPTv1; rua=mailto:a@b.example; "), AS_OK,
	"mailto:a@b.example", 0},
    {"an extension field", S("v=TLSRPTv1; x=1; rua=mailto:a@b.example"), AS_OK,
	"mailto:a@b.example", 0},
    {"a scheme in upper case", S("v=TLSRPTv1; rua=MAILTO:a@b.example"), AS_OK,
	"MAILTO:a@b.example", 0},
    {"= inside the URI", S("v=TLSRPTv1; rua=https://b.example/?k=v"), AS_OK,
	"https://b.example/?k=v", 0},
    {"%-encoded marks",
	S("v=TLSRPTv1; rua=mailto:a%21b%2C%3bc@b.example?subject=x"), AS_OK,
	"mailto:a%21b%2C%3bc@b.example?subject=x", 0},
    {"an IPv6 host", S("v=TLSRPTv1; rua=https://[2001:db8::1]:8443/r"), AS_OK,
	"https://[2001:db8::1]:8443/r", 0},
    {"another scheme beside a good one",
	S("v=TLSRPTv1; rua=http://b.example/,mailto:a@b.example"), AS_OK,
	"mailto:a@b.example", 0},
    {"of two rua the first counts",
	S("v=TLSRPTv1; rua=mailto:a@b.example; rua=mailto:c@d.example"), AS_OK,
	"mailto:a@b.example", 0},
    {"other schemes alone", S("v=TLSRPTv1; rua=http://b.example/"), AS_ESYNTAX,
	NULL, 16},
    {"no scheme", S("v=TLSRPTv1; rua=a@b.example"), AS_ESYNTAX, NULL, 16},
    {"no rua", S("v=TLSRPTv1;"), AS_ESYNTAX, NULL, 11},
    {"the version alone", S("v=TLSRPTv1"), AS_ESYNTAX, NULL, 10},
    {"RUA in upper case is another field",
	S("v=TLSRPTv1; RUA=mailto:a@b.example"), AS_ESYNTAX, NULL, 34},
    {"an empty rua", S("v=TLSRPTv1; rua="), AS_ESYNTAX, NULL, 16},
    {"an empty URI in the list", S("v=TLSRPTv1; rua=mailto:a@b.example,"),
	AS_ESYNTAX, NULL, 35},
    {"! not encoded", S("v=TLSRPTv1; rua=mailto:a@b.example!10m"), AS_ESYNTAX,
	NULL, 34},
    {"white space inside a URI", S("v=TLSRPTv1; rua=mailto:a @b.example"),
	AS_ESYNTAX, NULL, 24},
    {"a cut % sequence", S("v=TLSRPTv1; rua=mailto:a@b.example?x=%2"),
	AS_ESYNTAX, NULL, 37},
    {"mailto: without @", S("v=TLSRPTv1; rua=mailto:b.example"), AS_ESYNTAX,
	NULL, 23},
    {"mailto: with nothing before @", S("v=TLSRPTv1; rua=mailto:@b.example"),
	AS_ESYNTAX, NULL, 23},
    {"mailto: with nothing behind @", S("v=TLSRPTv1; rua=mailto:a@"),
	AS_ESYNTAX, NULL, 23},
    {"https: without a host", S("v=TLSRPTv1; rua=https:///x"), AS_ESYNTAX, NULL,
	22},
    {"https: without slashes", S("v=TLSRPTv1; rua=https:b.example"), AS_ESYNTAX,
	NULL, 22},
    {"https: with a user", S("v=TLSRPTv1; rua=https://u:p@b.example/"),
	AS_ESYNTAX, NULL, 22},
    {"white space around =", S("v=TLSRPTv1; rua = mailto:a@b.example"),
	AS_ESYNTAX, NULL, 12},
    {"a comma where a semicolon belongs",
	S("v=TLSRPTv1, rua=mailto:a@b.example"), AS_EVERSION, NULL, 0},
    {"version in lower case", S("v=tlsrptv1; rua=mailto:a@b.example"),
	AS_EVERSION, NULL, 0},
    {"another version", S("v=TLSRPTv2; rua=mailto:a@b.example"), AS_EVERSION,
	NULL, 0},
    {"nothing", S(""), AS_EVERSION, NULL, 0},
    {"NUL in a URI", S("v=TLSRPTv1; rua=mailto:a\0@b.example"), AS_ESYNTAX,
	NULL, 24},
    {"an 8-bit octet in a URI", S("v=TLSRPTv1; rua=mailto:\xc3\xa4@b.example"),
	AS_ESYNTAX, NULL, 23},
};

static void
check_rua(const struct as_tls_rpt *r, const char *want)
{
	struct as_str joined = AS_STR("");

	for (size_t i = 0; i < r->n_rua; i++)
		joined = as_str_printf(arena, AS_STR_FMT "%s" AS_STR_FMT,
		    AS_STR_ARG(joined), i == 0 ? "" : " ",
		    AS_STR_ARG(r->rua[i]));
	T_STR(joined, want);
}

/* RPT-1, RPT-2 */
static void
test_records(void)
{
	for (size_t i = 0; i < sizeof(records) / sizeof(*records); i++) {
		struct as_tls_rpt *r = NULL;
		struct as_why why = {0};
		enum as_err err;

		t_case("%s", records[i].name);
		err = as_tls_rpt_parse(arena, records[i].txt, &r, &why);
		T_INT(err, records[i].err);
		if (records[i].err != AS_OK) {
			T_OK(r == NULL);
			T_INT(why.at, records[i].at);
			T_OK(strstr(why.text, "RFC 8460 3: ") == why.text);
		} else if (r != NULL) {
			check_rua(r, records[i].rua);
		}
		T_INT(as_tls_rpt_is_record(records[i].txt),
		    records[i].err != AS_EVERSION);
	}
}

static void
test_limits(void)
{
	static char txt[AS_MAX_TXT_OCTETS];
	struct as_arena *small = as_arena_new(64);
	struct as_tls_rpt *r = NULL;
	size_t n = (size_t)snprintf(txt, sizeof(txt), "v=TLSRPTv1;rua=");

	t_case("as many URIs as are allowed, and one more");
	for (size_t i = 0; i < AS_MAX_REPORT_URIS; i++)
		n += (size_t)snprintf(txt + n, sizeof(txt) - n, "mailto:a@b,");
	T_INT(as_tls_rpt_parse(arena, (struct as_str){txt, n - 1}, &r, NULL),
	    AS_OK);
	T_INT(r != NULL ? r->n_rua : 0, AS_MAX_REPORT_URIS);
	n += (size_t)snprintf(txt + n, sizeof(txt) - n, "mailto:a@b");
	T_INT(as_tls_rpt_parse(arena, (struct as_str){txt, n}, &r, NULL),
	    AS_ELIMIT);
	t_case("no memory");
	T_INT(as_tls_rpt_parse(
		  small, AS_STR("v=TLSRPTv1;rua=mailto:a@b"), &r, NULL),
	    AS_ENOMEM);
	as_arena_free(small);
}

int
main(void)
{
	arena = as_arena_new((size_t)1024 * 1024);
	test_records();
	test_limits();
	as_arena_free(arena);
	return t_done();
}
