/*
 * std/domain: what people type, and what they are shown.
 */
#include "std/domain.h"

#include "base/limits.h"
#include "harness.h"

#include "base/banned.h"

static struct as_arena *arena;

struct parse_case {
	const char *name;
	const char *typed;
	const char *canonical; /* NULL: AS_ESYNTAX */
	const char *why;       /* starts so */
	size_t at;
};

#define L63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz01234567890"
#define L61 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz012345678"

static const struct parse_case parse_cases[] = {
    {"plain", "example.test", "example.test", NULL, 0},
    {"upper case", "Example.TEST", "example.test", NULL, 0},
    {"final dot", "example.test.", "example.test", NULL, 0},
    {"white space around", " \texample.test\r\n", "example.test", NULL, 0},
    {"white space and final dot", " a.b. ", "a.b", NULL, 0},
    {"top-level name", "test", "test", NULL, 0},
    {"underscore labels", "_dmarc._x.example.test", "_dmarc._x.example.test",
	NULL, 0},
    {"hyphens anywhere", "r3---sn.-a.b-.test", "r3---sn.-a.b-.test", NULL, 0},
    {"digits in front", "3com.1.test", "3com.1.test", NULL, 0},
    {"reverse name", "1.2.0.192.in-addr.arpa", "1.2.0.192.in-addr.arpa", NULL,
	0},
    {"U-label", "bücher.example", "xn--bcher-kva.example", NULL, 0},
    {"U-label in upper case", "BÜCHER.example", "xn--bcher-kva.example", NULL,
	0},
    {"sharp s is kept (non-transitional)", "faß.example", "xn--fa-hia.example",
	NULL, 0},
    {"decomposed letter",
	"bu\xcc\x88"
	"cher.example",
	"xn--bcher-kva.example", NULL, 0},
    {"ideographic dot", "例え。テスト", "xn--r8jz45g.xn--zckzah", NULL, 0},
    {"U-label and final dot", "bücher.example.", "xn--bcher-kva.example", NULL,
	0},
    {"U-label below an underscore", "_dmarc.bücher.example",
	"_dmarc.xn--bcher-kva.example", NULL, 0},
    {"A-label stays", "xn--bcher-kva.example", "xn--bcher-kva.example", NULL,
	0},
    {"label of 63", L63 ".test", L63 ".test", NULL, 0},
    {"name of 253", L63 "." L63 "." L63 "." L61, L63 "." L63 "." L63 "." L61,
	NULL, 0},
    {"nothing", "", NULL, "it is empty", 0},
    {"white space alone", " \t ", NULL, "it is empty", 3},
    {"the root", ".", NULL, "RFC 1035 2.3.1: empty label", 0},
    {"empty label inside", "a..b", NULL, "RFC 1035 2.3.1: empty label", 2},
    {"empty label in front", ".a", NULL, "RFC 1035 2.3.1: empty label", 0},
    {"two final dots", "a..", NULL, "RFC 1035 2.3.1: empty label", 2},
    {"label of 64", "a." L63 "x.test", NULL, "RFC 1035 2.3.4: label of 64", 2},
    {"name of 254", L63 "." L63 "." L63 "." L61 "x", NULL,
	"RFC 1035 2.3.4: name of 254", 0},
    {"space inside", " a b.test", NULL, "octet 32", 2},
    {"star", "*.example.test", NULL, "\"*\"", 0},
    {"backslash", "a\\046b.test", NULL, "\"\\\"", 1},
    {"comma list", "a.test,b.test", NULL, "\",\"", 6},
    {"control", "a\001b.test", NULL, "octet 1 ", 1},
    {"IPv4", "192.0.2.1", NULL, "it is an IP address", 0},
    {"IPv6", " 2001:db8::1", NULL, "it is an IP address", 1},
    {"IPv6 in brackets", "[2001:db8::1]", NULL, "it is an IP address", 0},
    {"address literal of SMTP", "[IPv6:2001:db8::1]", NULL,
	"it is an IP address", 0},
    {"IPv4 in brackets", "[192.0.2.1]", NULL, "it is an IP address", 0},
    {"IP block", "192.0.2.0/24", NULL, "it is a block of IP", 0},
    {"number for a top label", "192.0.2", NULL, "RFC 3696 2", 6},
    {"URL", "https://example.test/", NULL, "it is a URL", 0},
    {"URL with user", "https://u@example.test", NULL, "it is a URL", 0},
    {"path", "example.test/x", NULL, "it is a path", 0},
    {"e-mail address", "me@example.test", NULL, "it is an e-mail address", 0},
    {"mailto", "mailto:me@example.test", NULL, "it is an e-mail address", 0},
    {"port", "example.test:25", NULL, "it is a name with a port", 0},
    {"malformed UTF-8", "a\xff.test", NULL, "RFC 5891 5", 0},
    {"disallowed code point",
	"a\xe2\x80\xae"
	"b.test",
	NULL, "RFC 5891 5", 0},
    {"U-label too long for its A-label", "ü" L63 ".test", NULL, "RFC 5891 5",
	0},
};

/* TREE-8 */
static void
test_parse(void)
{
	for (size_t i = 0; i < sizeof(parse_cases) / sizeof(parse_cases[0]);
	     i++) {
		const struct parse_case *c = &parse_cases[i];
		struct as_str out = AS_STR_NULL;
		struct as_why why = {0};
		enum as_err err;

		t_case("parse: %s", c->name);
		err = as_domain_parse(arena, as_str_from(c->typed), &out, &why);
		T_INT(err, c->canonical == NULL ? AS_ESYNTAX : AS_OK);
		T_STR(out, c->canonical);
		if (c->canonical != NULL)
			continue;
		T_INT(why.at, c->at);
		if (!T_OK(as_str_has_prefix(as_str_from(why.text), c->why)))
			printf("# why: %s\n", why.text);
	}

	t_case("parse: NUL in ASCII and in a U-label");
	struct as_str out = AS_STR_NULL;
	struct as_why why;
	T_INT(as_domain_parse(arena, AS_STR("a\0b.test"), &out, &why),
	    AS_ESYNTAX);
	T_INT(why.at, 1);
	T_INT(as_domain_parse(arena, AS_STR("ü\0b.test"), &out, &why),
	    AS_ESYNTAX);
	T_OK(as_str_is_null(out));

	t_case("parse: a megabyte is refused at once");
	size_t n = 1024 * 1024;
	char *big = malloc(n);
	T_OK(big != NULL);
	memset(big, 0xc3, n);
	T_INT(as_domain_parse(arena, (struct as_str){big, n}, &out, NULL),
	    AS_ESYNTAX);
	free(big);

	t_case("parse: no memory");
	struct as_arena *tiny = as_arena_new(2);
	T_INT(as_domain_parse(tiny, AS_STR("a.test"), &out, NULL), AS_ENOMEM);
	T_INT(as_domain_parse(tiny, AS_STR("ü.test"), &out, NULL), AS_ENOMEM);
	as_arena_free(tiny);
}

static void
test_labels(void)
{
	t_case("labels");
	T_INT(as_domain_labels(AS_STR(".")), 0);
	T_INT(as_domain_labels(AS_STR("test")), 1);
	T_INT(as_domain_labels(AS_STR("a.b.test")), 3);

	t_case("drop");
	T_STR(as_domain_drop(AS_STR("a.b.test"), 0), "a.b.test");
	T_STR(as_domain_drop(AS_STR("a.b.test"), 1), "b.test");
	T_STR(as_domain_drop(AS_STR("a.b.test"), 2), "test");
	T_STR(as_domain_drop(AS_STR("a.b.test"), 3), ".");
	T_STR(as_domain_drop(AS_STR("a.b.test"), 9), ".");
	T_STR(as_domain_drop(AS_STR("."), 1), ".");

	t_case("within: whole labels only");
	T_OK(as_domain_within(AS_STR("a.test"), AS_STR("a.test")));
	T_OK(as_domain_within(AS_STR("b.a.test"), AS_STR("a.test")));
	T_OK(!as_domain_within(AS_STR("ba.test"), AS_STR("a.test")));
	T_OK(!as_domain_within(AS_STR("test"), AS_STR("a.test")));
	T_OK(as_domain_within(AS_STR("a.test"), AS_STR(".")));
	T_OK(as_domain_within(AS_STR("."), AS_STR(".")));
	T_OK(!as_domain_within(AS_STR("."), AS_STR("test")));
	T_OK(!as_domain_within(AS_STR("a.test"), AS_STR_NULL));
}

struct display_case {
	const char *name;
	const char *canonical;
	const char *shown; /* NULL: as it is */
};

static const struct display_case display_cases[] = {
    {"ASCII", "example.test", NULL},
    {"the root", ".", NULL},
    {"Latin with marks", "xn--bcher-kva.example", "bücher.example"},
    {"two A-labels", "xn--r8jz45g.xn--zckzah", "例え.テスト"},
    {"below an underscore", "_dmarc.xn--bcher-kva.example",
	"_dmarc.bücher.example"},
    {"Cyrillic name that looks like nothing else", "xn--e1afmkfd.test",
	"пример.test"},
    {"Cyrillic that looks Latin (apple), Latin top", "xn--80ak6aa92e.com",
	NULL},
    {"Cyrillic that looks Latin, Cyrillic top", "xn--80ak6aa92e.xn--p1ai",
	"аррӏе.рф"},
    {"Latin and Cyrillic in one label", "xn--pypal-4ve.com", NULL},
    {"Han and Latin in one label", "xn--a-bz3a.test", NULL},
    {"not an A-label", "xn--a.test", NULL},
    {"undecodable", "xn--999999999.test", NULL},
    {"an escaped octet", "xn--bcher-kva\\046x.test", NULL},
};

static void
test_display(void)
{
	for (size_t i = 0; i < sizeof(display_cases) / sizeof(display_cases[0]);
	     i++) {
		const struct display_case *c = &display_cases[i];

		t_case("display: %s", c->name);
		T_STR(as_domain_display(arena, as_str_from(c->canonical)),
		    c->shown == NULL ? c->canonical : c->shown);
	}
}

int
main(void)
{
	arena = as_arena_new(AS_MAX_JOB_OCTETS);
	if (arena == NULL)
		return 1;
	test_parse();
	test_labels();
	test_display();
	as_arena_free(arena);
	return t_done();
}
