#include "harness.h"

#include "base/str.h"

static void
test_compare(void)
{
	t_case("equality and order");
	T_OK(as_str_eq(AS_STR("a"), AS_STR("a")));
	T_OK(!as_str_eq(AS_STR("a"), AS_STR("A")));
	T_OK(as_str_eq(AS_STR_NULL, AS_STR("")));
	T_OK(as_str_eq_case(AS_STR("aZ-\xe4"), AS_STR("Az-\xe4")));
	T_OK(!as_str_eq_case(AS_STR("["), AS_STR("{")));
	T_OK(as_str_cmp(AS_STR("a"), AS_STR("b")) < 0);
	T_OK(as_str_cmp(AS_STR("ab"), AS_STR("a")) > 0);
	T_OK(as_str_cmp(AS_STR(""), AS_STR_NULL) == 0);
	T_OK(as_str_cmp(AS_STR("\x7f"), AS_STR("\xff")) < 0);
	T_OK(as_str_cmp((struct as_str){"a\0b", 3}, AS_STR("a")) > 0);

	t_case("absent is not empty");
	T_OK(as_str_is_null(AS_STR_NULL));
	T_OK(as_str_is_null(as_str_from(NULL)));
	T_OK(!as_str_is_null(AS_STR("")));

	t_case("prefixes and suffixes");
	T_OK(as_str_has_prefix(AS_STR("v=spf1 "), "v=spf1"));
	T_OK(!as_str_has_prefix(AS_STR("v=sp"), "v=spf1"));
	T_OK(as_str_has_prefix_case(AS_STR("V=SPF1"), "v=spf1"));
	T_OK(as_str_has_suffix_case(AS_STR("a.TEST"), AS_STR(".test")));
	T_OK(!as_str_has_suffix_case(AS_STR("test"), AS_STR(".test")));
}

static void
test_cut(void)
{
	struct as_str s = AS_STR("abc");

	t_case("slices stay inside");
	T_STR(as_str_slice(s, 1, 2), "b");
	T_STR(as_str_slice(s, 1, 99), "bc");
	T_STR(as_str_slice(s, 99, 100), "");
	T_STR(as_str_slice(s, 2, 1), "");
	T_OK(as_str_is_null(as_str_slice(AS_STR_NULL, 0, 5)));

	t_case("trimming takes space and tab only");
	T_STR(as_str_trim(AS_STR(" \t a b\t ")), "a b");
	T_STR(as_str_trim(AS_STR(" \t ")), "");
	T_STR(as_str_trim(AS_STR("\n")), "\n");

	t_case("finding a character");
	T_INT(as_str_find(s, 'b', 0), 1);
	T_INT(as_str_find(s, 'a', 1), 3);
	T_INT(as_str_find(s, 'a', 99), 3);
}

struct number {
	const char *text;
	uint64_t max;
	enum as_err err;
	uint64_t value;
};

static const struct number numbers[] = {
    {"0", 10, AS_OK, 0},
    {"10", 10, AS_OK, 10},
    {"11", 10, AS_ERANGE, 0},
    {"007", 10, AS_OK, 7},
    {"18446744073709551615", UINT64_MAX, AS_OK, UINT64_MAX},
    {"18446744073709551616", UINT64_MAX, AS_ERANGE, 0},
    {"99999999999999999999999", UINT64_MAX, AS_ERANGE, 0},
    {"5", 4, AS_ERANGE, 0},
    {"", 10, AS_ESYNTAX, 0},
    {"-1", 10, AS_ESYNTAX, 0},
    {"+1", 10, AS_ESYNTAX, 0},
    {" 1", 10, AS_ESYNTAX, 0},
    {"1 ", 10, AS_ESYNTAX, 0},
    {"99x", 10, AS_ESYNTAX, 0},
};

static void
test_numbers(void)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct number *n = &numbers[i];
		uint64_t v = 0;
		t_case("number \"%s\" up to %llu", n->text,
		    (unsigned long long)n->max);
		T_INT(as_str_u64(as_str_from(n->text), n->max, &v), n->err);
		T_OK(v == n->value);
	}
}

static void
test_escape(struct as_arena *a)
{
	char all[256];
	struct as_str s, back;
	struct as_why why;

	t_case("any octet survives escaping");
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	s = as_str_escape(a, (struct as_str){all, 256});
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			T_OK(false);
	T_INT(as_str_unescape(a, s, &back, &why), AS_OK);
	T_OK(as_str_eq(back, (struct as_str){all, 256}));

	t_case("how it looks");
	T_STR(as_str_escape(a, (struct as_str){"a\\\0\xff\n\"", 6}),
	    "a\\\\\\000\\255\\010\"");
	T_STR(as_str_escape(a, AS_STR("")), "");

	static const char *const bad[] = {
	    "\\", "a\\", "\\1", "\\12", "\\256", "\\999", "\\x41", "\\-01"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		t_case("no escape: %s", bad[i]);
		T_INT(as_str_unescape(a, as_str_from(bad[i]), &back, &why),
		    AS_ESYNTAX);
		T_INT(why.at, as_str_find(as_str_from(bad[i]), '\\', 0));
	}
}

static void
test_copies(struct as_arena *a)
{
	struct as_arena *none = as_arena_new(0);
	struct as_str s;

	t_case("copies end in NUL, outside their length");
	s = as_str_dup(a, (struct as_str){"abcdef", 3});
	T_STR(s, "abc");
	T_INT(s.p[3], 0);
	T_STR(as_str_lower(a, AS_STR("AbC\xc4")), "abc\xc4");
	T_STR(as_str_printf(a, "%s/%d", "x", 7), "x/7");

	t_case("no memory gives absent");
	T_OK(as_str_is_null(as_str_dup(none, AS_STR("a"))));
	T_OK(as_str_is_null(as_str_lower(none, AS_STR("a"))));
	T_OK(as_str_is_null(as_str_escape(none, AS_STR("a"))));
	T_OK(as_str_is_null(as_str_printf(none, "a")));
	as_arena_free(none);
}

int
main(void)
{
	struct as_arena *a = as_arena_new(1024 * 1024);

	if (a == NULL)
		return 99;
	test_compare();
	test_cut();
	test_numbers();
	test_escape(a);
	test_copies(a);
	as_arena_free(a);
	return t_done();
}
