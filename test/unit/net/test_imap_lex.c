/* net/imap_lex: what servers say becomes items, whole and octet by octet. */
#include "net/imap_lex.h"

#include "base/buf.h"
#include "harness.h"

#include "base/banned.h"

#define CAP 100

static const struct {
	const char *name, *in, *want;
	enum as_err end;
} cases[] = {
    {"untagged text", "* OK [UIDVALIDITY 5] go (on\r\n",
	"* OK '[UIDVALIDITY 5] go (on' .", AS_OK},
    {"tagged", "A1 NO [AUTHENTICATIONFAILED] \"no\"\r\n",
	"A1 NO '[AUTHENTICATIONFAILED] \"no\"' .", AS_OK},
    {"text that is absent", "A1 OK\r\n", "A1 OK .", AS_OK},
    {"continuation", "+ VXNlcg==\r\n", "+ 'VXNlcg==' .", AS_OK},
    {"bare continuation", "+\r\n", "+ .", AS_OK},
    {"numbers", "* SEARCH 1 22 333\r\n", "* SEARCH 1 22 333 .", AS_OK},
    {"no numbers", "* SEARCH\r\n", "* SEARCH .", AS_OK},
    {"folder", "* LIST (\\HasNoChildren \\Drafts) \"/\" \"a \\\"b\\\" c\"\r\n",
	"* LIST ( \\HasNoChildren \\Drafts ) \"/\" \"a \"b\" c\" .", AS_OK},
    {"mail", "* 3 FETCH (UID 7 BODY[]<0> {5}\r\na)\r\n\" FLAGS (\\Seen))\r\n",
	"* 3 FETCH ( UID 7 BODY[]<0> {5} <a)\r\n\"> ! FLAGS ( \\Seen ) ) .",
	AS_OK},
    {"empty mail", "* 3 FETCH (BODY[] {0}\r\n UID 7)\r\n",
	"* 3 FETCH ( BODY[] {0} ! UID 7 ) .", AS_OK},
    {"mail that is quoted", "* 3 FETCH (BODY[] \"\" UID 7)\r\n",
	"* 3 FETCH ( BODY[] \"\" UID 7 ) .", AS_OK},
    {"bare LF", "* 2 EXISTS\n* BYE x\n", "* 2 EXISTS . * BYE 'x' .", AS_OK},
    {"literal with bare LF", "* 1 FETCH (BODY[] {1}\nx)\n",
	"* 1 FETCH ( BODY[] {1} <x> ! ) .", AS_OK},
    {"empty lines", "\r\n\r\n* 1 EXISTS\r\n", "* 1 EXISTS .", AS_OK},
    {"an answer inside a mail", "* 1 FETCH (BODY[] {7}\r\nA1 OK\r\n)\r\n",
	"* 1 FETCH ( BODY[] {7} <A1 OK\r\n> ! ) .", AS_OK},
    {"octets are not for people", "* OK \x01\xff\r\n", "* OK '\x01\xff' .",
	AS_OK},
    {"literal at the cap", "* X {100}\r\n", "* X {100}", AS_OK},
    {"literal over the cap", "* X {101}\r\n", "* X", AS_ELIMIT},
    {"literal of 2^64", "* X {18446744073709551617}\r\n", "* X", AS_ELIMIT},
    {"literal of many zeros", "* X {000000000000001}\r\n", "* X", AS_ELIMIT},
    {"literal without size", "* X {}\r\n", "* X", AS_ESYNTAX},
    {"literal of minus one", "* X {-1}\r\n", "* X", AS_ESYNTAX},
    {"literal that does not wait", "* X {3+}\r\n", "* X", AS_ESYNTAX},
    {"words behind a size", "* X {3} y\r\n", "* X", AS_ESYNTAX},
    {"quote without end", "* X \"ab\r\n", "* X", AS_ESYNTAX},
    {"backslash at the end", "* X \"ab\\\r\n", "* X", AS_ESYNTAX},
    {"too many )", "* X (a))\r\n", "* X ( a )", AS_ESYNTAX},
    {"too deep", "* X (((((((((\r\n", "* X ( ( ( ( ( ( ( (", AS_ELIMIT},
    {"parentheses end with the line", "* X (((((((\r\n* Y (((((((\r\n",
	"* X ( ( ( ( ( ( ( . * Y ( ( ( ( ( ( ( .", AS_OK},
};

static enum as_err
on_item(void *ctx, const struct as_imap_item *item)
{
	static const char *const around[AS_IMAP_END + 1] = {
	    [AS_IMAP_STRING] = "\"",
	    [AS_IMAP_TEXT] = "'",
	    [AS_IMAP_WHOLE] = "!",
	    [AS_IMAP_END] = "."};
	struct as_buf *b = ctx;
	bool inside = b->n > 0 && b->p[b->n - 1] == '>';

	if (item->kind == AS_IMAP_OCTETS) {
		b->n -= inside;
		as_buf_puts(b, inside ? "" : " <");
		as_buf_add_str(b, item->text);
		as_buf_puts(b, ">");
		return AS_OK;
	}
	as_buf_puts(b, b->n > 0 ? " " : "");
	if (item->kind == AS_IMAP_LITERAL)
		as_buf_printf(b, "{%llu}", (unsigned long long)item->number);
	if (around[item->kind] != NULL)
		as_buf_puts(b, around[item->kind]);
	as_buf_add_str(b, item->text);
	if (item->kind == AS_IMAP_STRING || item->kind == AS_IMAP_TEXT)
		as_buf_puts(b, around[item->kind]);
	return AS_OK;
}

static void
check(size_t i, size_t step)
{
	struct as_str in = as_str_from(cases[i].in), want;
	struct as_imap_lex l;
	struct as_why why = {.text = ""};
	enum as_err err = AS_OK;
	struct as_buf b;

	t_case("%s, %zu at a time", cases[i].name, step);
	as_buf_init(&b, 4096);
	as_imap_lex_init(&l, CAP, on_item, &b);
	for (size_t at = 0; err == AS_OK && at < in.n; at += step)
		err =
		    as_imap_lex_feed(&l, as_str_slice(in, at, at + step), &why);
	want = as_str_from(cases[i].want);
	T_INT(err, cases[i].end);
	T_OK((err == AS_OK) == (why.text[0] == 0));
	T_OK(as_str_eq(as_buf_str(&b), want));
	if (!as_str_eq(as_buf_str(&b), want))
		printf("# %.*s\n# %s\n", AS_STR_ARG(as_buf_str(&b)),
		    cases[i].want);
	as_buf_fini(&b);
}

/* A word as long as memory lasts is none. */
static void
check_long(const char *begin, enum as_err want)
{
	struct as_imap_lex l;
	struct as_why why;
	struct as_buf b;
	enum as_err err;

	t_case("endless after %s", begin);
	as_buf_init(&b, 65536);
	as_imap_lex_init(&l, CAP, on_item, &b);
	err = as_imap_lex_feed(&l, as_str_from(begin), &why);
	for (int i = 0; i < 100000 && err == AS_OK; i++)
		err = as_imap_lex_feed(&l, AS_STR("xxxxxxxxxx"), &why);
	T_INT(err, want);
	T_OK(b.n < 64);
	as_buf_fini(&b);
}

static void
check_cut(void)
{
	struct as_imap_lex l;
	struct as_why why;
	struct as_buf b;

	t_case("a text is cut");
	as_buf_init(&b, 65536);
	as_imap_lex_init(&l, CAP, on_item, &b);
	T_INT(as_imap_lex_feed(&l, AS_STR("* OK "), &why), AS_OK);
	for (int i = 0; i < 2000; i++)
		T_INT(as_imap_lex_feed(&l, AS_STR("x"), &why), AS_OK);
	T_INT(as_imap_lex_feed(&l, AS_STR("\r\n"), &why), AS_OK);
	T_INT(b.n, strlen("* OK '") + AS_MAX_IMAP_TEXT + strlen("' ."));
	as_buf_fini(&b);
}

static const struct {
	const char *text;
	bool want;
	uint32_t number;
} codes[] = {
    {"[UIDVALIDITY 1700000000] ok", true, 1700000000},
    {"[uidvalidity 7]", true, 7},
    {"[UIDVALIDITY 4294967295] ok", true, UINT32_MAX},
    {"[UIDVALIDITY 4294967296] ok", false, 0},
    {"[UIDVALIDITY -1] ok", false, 0},
    {"[UIDVALIDITY ] ok", false, 0},
    {"[UIDVALIDITY 5", false, 0},
    {"[UIDVALIDITY", false, 0},
    {"[UIDVALIDITYX 5]", false, 0},
    {"[UIDNEXT 5]", false, 0},
    {"UIDVALIDITY 5", false, 0},
    {"", false, 0},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t step = 1; step < 100; step += step < 3 ? 1 : 40)
			check(i, step);
	check_long("", AS_ELIMIT);
	check_long("* ", AS_ELIMIT);
	check_long("* X \"", AS_ELIMIT);
	check_long("* OK ", AS_OK);
	check_cut();
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		uint32_t n = 0;

		t_case("code %s", codes[i].text);
		T_INT(
		    as_imap_code(as_str_from(codes[i].text), "UIDVALIDITY", &n),
		    codes[i].want);
		T_INT(n, codes[i].number);
	}
	return t_done();
}
