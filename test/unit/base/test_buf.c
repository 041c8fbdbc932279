#include "base/buf.h"

#include "harness.h"

static void
test_add(void)
{
	struct as_buf b;

	as_buf_init(&b, 1000);
	t_case("empty");
	T_STR(as_buf_str(&b), "");
	T_OK(as_buf_ok(&b));
	t_case("octets, text and nothing");
	as_buf_add(&b, "a\0", 2);
	as_buf_add(&b, NULL, 0);
	as_buf_puts(&b, "bc");
	as_buf_add_str(&b, AS_STR("de"));
	as_buf_add_str(&b, AS_STR_NULL);
	as_buf_printf(&b, "%s-%d", "f", 7);
	T_OK(as_str_eq(as_buf_str(&b), AS_STR("a\0bcdef-7")));
	t_case("reset empties");
	as_buf_reset(&b);
	T_STR(as_buf_str(&b), "");
	t_case("fini may be called twice, and the buffer used again");
	as_buf_puts(&b, "x");
	as_buf_fini(&b);
	as_buf_fini(&b);
	T_STR(as_buf_str(&b), "");
	as_buf_puts(&b, "y");
	T_STR(as_buf_str(&b), "y");
	as_buf_fini(&b);
}

static void
test_cap(void)
{
	static const size_t caps[] = {0, 1, 10, 255, 256, 257, 300, 5000};
	char text[5002];

	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < sizeof(caps) / sizeof(*caps); i++) {
		struct as_buf b;
		as_buf_init(&b, caps[i]);
		t_case(
		    "cap of %zu: all of it fits, one more does not", caps[i]);
		as_buf_add(&b, text, caps[i]);
		T_OK(as_buf_ok(&b));
		T_INT(b.n, caps[i]);
		as_buf_add(&b, text, 1);
		T_OK(!as_buf_ok(&b));
		T_INT(b.n, caps[i]);
		t_case("cap of %zu: by format", caps[i]);
		as_buf_reset(&b);
		as_buf_printf(&b, "%.*s", (int)caps[i], text);
		T_OK(as_buf_ok(&b));
		T_INT(b.n, caps[i]);
		as_buf_printf(&b, "x");
		T_OK(!as_buf_ok(&b));
		T_INT(b.n, caps[i]);
		t_case("cap of %zu: full stays full until reset", caps[i]);
		as_buf_reset(&b);
		as_buf_add(&b, text, caps[i] + 1);
		T_OK(!as_buf_ok(&b));
		T_INT(b.n, 0);
		as_buf_puts(&b, "");
		as_buf_drop(&b, 1);
		T_OK(!as_buf_ok(&b));
		as_buf_reset(&b);
		T_OK(as_buf_ok(&b));
		as_buf_fini(&b);
	}
	t_case("a length that overflows");
	struct as_buf b;
	as_buf_init(&b, SIZE_MAX);
	as_buf_puts(&b, "ab");
	as_buf_add(&b, text, SIZE_MAX - 1);
	T_OK(!as_buf_ok(&b));
	T_STR(as_buf_str(&b), "ab");
	as_buf_fini(&b);
}

static void
test_drop(void)
{
	static const struct {
		size_t n;
		const char *left;
	} rows[] = {{0, "abc"}, {1, "bc"}, {3, ""}, {4, ""}, {SIZE_MAX, ""}};
	struct as_buf b;

	as_buf_init(&b, 100);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		t_case("drop %zu of 3", rows[i].n);
		as_buf_reset(&b);
		as_buf_puts(&b, "abc");
		as_buf_drop(&b, rows[i].n);
		T_STR(as_buf_str(&b), rows[i].left);
		as_buf_puts(&b, "d");
		T_INT(b.n, strlen(rows[i].left) + 1);
	}
	as_buf_fini(&b);
	t_case("drop from a buffer that never held anything");
	as_buf_drop(&b, 5);
	T_STR(as_buf_str(&b), "");
}

static void
test_growth(void)
{
	struct as_buf b;

	t_case("a mebibyte, octet by octet");
	as_buf_init(&b, 1 << 20);
	for (size_t i = 0; i < 1 << 20; i++) {
		char c = (char)(i * 31 >> 3);
		as_buf_add(&b, &c, 1);
	}
	bool ok = as_buf_ok(&b) && b.n == 1 << 20;
	for (size_t i = 0; ok && i < 1 << 20; i++)
		ok = b.p[i] == (char)(i * 31 >> 3);
	T_OK(ok);
	as_buf_fini(&b);
}

int
main(void)
{
	test_add();
	test_cap();
	test_drop();
	test_growth();
	return t_done();
}
