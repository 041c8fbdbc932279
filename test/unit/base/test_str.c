/*
 * base/str: text with any octet in it.
 */
#include "base/str.h"

#include "harness.h"

#include "base/banned.h"

static struct as_arena *arena;

static void
test_null(void)
{
	t_case("absent and empty differ, but are equal text");
	T_OK(as_str_is_null(as_str_from(NULL)));
	T_OK(as_str_is_null(AS_STR_NULL));
	T_OK(!as_str_is_null(AS_STR("")));
	T_OK(as_str_eq(AS_STR_NULL, AS_STR("")));

	t_case("absent text is safe everywhere");
	T_OK(as_str_is(AS_STR_NULL, ""));
	T_OK(!as_str_is(AS_STR_NULL, "x"));
	T_OK(as_str_has_prefix(AS_STR_NULL, ""));
	T_OK(!as_str_has_prefix_case(AS_STR_NULL, "x"));
	T_OK(as_str_has_suffix_case(AS_STR_NULL, AS_STR_NULL));
	T_INT(as_str_cmp(AS_STR_NULL, AS_STR("")), 0);
	T_INT(as_str_slice(AS_STR_NULL, 3, 9).n, 0);
	T_INT(as_str_trim(AS_STR_NULL).n, 0);
	T_INT(as_str_find(AS_STR_NULL, 'x', 0), 0);
	T_INT(as_str_dup(arena, AS_STR_NULL).n, 0);
	T_STR(as_str_escape(arena, AS_STR_NULL), "");
}

static void
test_equal(void)
{
	t_case("equal: NUL is an octet like others");
	T_OK(as_str_eq(AS_STR("a\0b"), AS_STR("a\0b")));
	T_OK(!as_str_eq(AS_STR("a\0b"), AS_STR("a\0c")));
	T_OK(!as_str_is(AS_STR("a\0"), "a"));

	t_case("equal without case: ASCII letters only");
	T_OK(as_str_eq_case(AS_STR("AZaz"), AS_STR("azAZ")));
	T_OK(!as_str_eq_case(AS_STR("@["), AS_STR("`{")));
	T_OK(!as_str_eq_case(AS_STR("\xc4"), AS_STR("\xe4")));
	T_OK(!as_str_eq_case(AS_STR("a"), AS_STR("ab")));
	T_OK(as_str_is_case(AS_STR("SPF"), "spf"));

	t_case("prefix and suffix");
	T_OK(as_str_has_prefix(AS_STR("v=spf1"), "v="));
	T_OK(!as_str_has_prefix(AS_STR("V=spf1"), "v="));
	T_OK(as_str_has_prefix_case(AS_STR("V=spf1"), "v="));
	T_OK(!as_str_has_prefix_case(AS_STR("v"), "v="));
	T_OK(as_str_has_suffix_case(AS_STR("a.Test"), AS_STR(".test")));
	T_OK(!as_str_has_suffix_case(AS_STR("test"), AS_STR(".test")));

	t_case("order is by octet, the shorter first");
	T_OK(as_str_cmp(AS_STR("a"), AS_STR("b")) < 0);
	T_OK(as_str_cmp(AS_STR("\xff"), AS_STR("a")) > 0);
	T_OK(as_str_cmp(AS_STR("a"), AS_STR("ab")) < 0);
	T_OK(as_str_cmp(AS_STR("ab"), AS_STR("a")) > 0);
	T_OK(as_str_cmp(AS_STR("a\0b"), AS_STR("a\0a")) > 0);
}

static void
test_parts(void)
{
	struct as_str s = AS_STR("abcdef");

	t_case("slice is clipped");
	T_STR(as_str_slice(s, 1, 3), "bc");
	T_STR(as_str_slice(s, 4, 99), "ef");
	T_STR(as_str_slice(s, 99, 99), "");
	T_STR(as_str_slice(s, 4, 2), "");
	T_STR(as_str_slice(s, 0, SIZE_MAX), "abcdef");

	t_case("trim takes space and tab, not line ends");
	T_STR(as_str_trim(AS_STR(" \t a b\t ")), "a b");
	T_STR(as_str_trim(AS_STR(" \t ")), "");
	T_STR(as_str_trim(AS_STR("a\n")), "a\n");

	t_case("find");
	T_OK(as_str_has(AS_STR("a.b.c"), AS_STR("b.c")));
	T_OK(as_str_has(AS_STR("abc"), AS_STR("abc")));
	T_OK(!as_str_has(AS_STR("abc"), AS_STR("abcd")));
	T_OK(!as_str_has(AS_STR("ab"), AS_STR("ba")));
	T_OK(as_str_has(AS_STR("a"), AS_STR("")));
	T_INT(as_str_find(AS_STR("a.b.c"), '.', 0), 1);
	T_INT(as_str_find(AS_STR("a.b.c"), '.', 2), 3);
	T_INT(as_str_find(AS_STR("a.b.c"), '.', 4), 5);
	T_INT(as_str_find(AS_STR("abc"), 'c', 99), 3);
	T_INT(as_str_find(AS_STR("a\0c"), 0, 0), 1);
}

struct number_case {
	const char *text;
	uint64_t max;
	enum as_err err;
	uint64_t value;
};

static const struct number_case number_cases[] = {
    {"0", 0, AS_OK, 0},
    {"7", 7, AS_OK, 7},
    {"8", 7, AS_ERANGE, 0},
    {"007", 7, AS_OK, 7},
    {"65535", 65535, AS_OK, 65535},
    {"65536", 65535, AS_ERANGE, 0},
    {"18446744073709551615", UINT64_MAX, AS_OK, UINT64_MAX},
    {"18446744073709551616", UINT64_MAX, AS_ERANGE, 0},
    {"99999999999999999999999999", UINT64_MAX, AS_ERANGE, 0},
    {"", 9, AS_ESYNTAX, 0},
    {"-1", 9, AS_ESYNTAX, 0},
    {"+1", 9, AS_ESYNTAX, 0},
    {" 1", 9, AS_ESYNTAX, 0},
    {"1 ", 9, AS_ESYNTAX, 0},
    {"0x1", 9, AS_ESYNTAX, 0},
    {"99999999999999999999999999x", 9, AS_ESYNTAX, 0},
};

static void
test_numbers(void)
{
	for (size_t i = 0; i < sizeof(number_cases) / sizeof(number_cases[0]);
	     i++) {
		const struct number_case *c = &number_cases[i];
		uint64_t v = 0;

		t_case("number: \"%s\", at most %llu", c->text,
		    (unsigned long long)c->max);
		T_INT(as_str_u64(as_str_from(c->text), c->max, &v), c->err);
		T_OK(v == c->value);
	}

	t_case("number: NUL inside");
	uint64_t v = 0;
	T_INT(as_str_u64(AS_STR("1\0"), 99, &v), AS_ESYNTAX);
}

static void
test_copies(void)
{
	char text[] = "AbC";
	struct as_str s = as_str_dup(arena, as_str_from(text));
	struct as_arena *tiny = as_arena_new(2);

	t_case("copies end in NUL and live on their own");
	text[0] = 'x';
	T_STR(s, "AbC");
	T_INT(s.p[3], 0);
	T_STR(as_str_lower(arena, AS_STR("A-Z\xc4_")), "a-z\xc4_");
	T_STR(as_str_printf(arena, "%s-%d", "a", 7), "a-7");
	T_STR(as_str_printf(arena, "%s", ""), "");

	t_case("no memory gives absent text");
	T_OK(tiny != NULL);
	T_OK(as_str_is_null(as_str_dup(tiny, AS_STR("abc"))));
	T_OK(as_str_is_null(as_str_lower(tiny, AS_STR("abc"))));
	T_OK(as_str_is_null(as_str_printf(tiny, "abc")));
	T_OK(as_str_is_null(as_str_escape(tiny, AS_STR("abc"))));
	T_INT(as_str_unescape(tiny, AS_STR("abc"), &s, NULL), AS_ENOMEM);
	as_arena_free(tiny);
}

struct unescape_case {
	const char *text;
	size_t at; /* of the fault */
};

static const struct unescape_case unescape_cases[] = {{"a\\", 1}, {"\\1", 0},
    {"ab\\12", 2}, {"\\256", 0}, {"\\999", 0}, {"\\x41", 0}, {"\\0a1", 0},
    {"\\\\\\n", 2}, {"\\-01", 0}};

static void
test_escape(void)
{
	struct as_str s = AS_STR_NULL, all;
	char octets[256];
	struct as_why why;

	t_case("escape: printable ASCII stays");
	T_STR(as_str_escape(arena, AS_STR("az AZ~\"'<")), "az AZ~\"'<");

	t_case("escape: the rest is decimal");
	T_STR(as_str_escape(arena, AS_STR("\\\n\0\x7f\xff")),
	    "\\\\\\010\\000\\127\\255");

	t_case("escape and back, every octet");
	for (int i = 0; i < 256; i++)
		octets[i] = (char)i;
	all = (struct as_str){octets, sizeof(octets)};
	T_INT(
	    as_str_unescape(arena, as_str_escape(arena, all), &s, &why), AS_OK);
	T_OK(as_str_eq(s, all));

	for (size_t i = 0;
	     i < sizeof(unescape_cases) / sizeof(unescape_cases[0]); i++) {
		const struct unescape_case *c = &unescape_cases[i];
		t_case("unescape refuses: %s", c->text);
		T_INT(as_str_unescape(arena, as_str_from(c->text), &s, &why),
		    AS_ESYNTAX);
		T_INT(why.at, c->at);
	}
}

/* Texts of the usual forms take another way than the rest; both agree. */
static void
test_formats(void)
{
	char wide[1200];

	memset(wide, 'w', sizeof(wide));
	t_case("formats: numbers to their ends");
	T_STR(as_str_printf(arena, "%zu %u %zu", (size_t)UINT64_MAX, UINT32_MAX,
		  (size_t)0),
	    "18446744073709551615 4294967295 0");
	t_case("formats: parts of texts, up to a NUL");
	T_STR(
	    as_str_printf(arena, "<%.*s|%.*s|%.*s>", 2, "abc", 9, "ab", 0, "x"),
	    "<ab|ab|>");
	t_case("formats: usual and unusual ones in one text");
	T_STR(as_str_printf(
		  arena, "%u%% of %s, %02d or %.2s", 7U, "all", 3, "abc"),
	    "7% of all, 03 or ab");
	t_case("formats: a text longer than the room for most");
	for (int n = 1020; n < 1028; n++) {
		struct as_str s = as_str_printf(arena, "%.*s%s", n, wide, "!");

		T_INT(s.n, n + 1);
		T_INT(s.p[n], '!');
		T_INT(s.p[n + 1], 0);
	}
}

int
main(void)
{
	arena = as_arena_new(1 << 20);
	if (arena == NULL)
		return 1;
	test_null();
	test_equal();
	test_parts();
	test_numbers();
	test_copies();
	test_escape();
	test_formats();
	as_arena_free(arena);
	return t_done();
}
