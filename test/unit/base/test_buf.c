#include "harness.h"

#include "base/buf.h"

static void
test_grow(void)
{
	struct as_buf b;

	t_case("a buffer grows to its cap and not past it");
	as_buf_init(&b, 1000);
	for (int i = 0; i < 1000; i++)
		as_buf_add(&b, "x", 1);
	T_OK(as_buf_ok(&b));
	T_INT(as_buf_str(&b).n, 1000);
	as_buf_add(&b, "", 0);
	T_OK(as_buf_ok(&b));
	as_buf_add(&b, "x", 1);
	T_OK(!as_buf_ok(&b));
	T_INT(b.n, 1000);

	t_case("once full, nothing more is added, however small");
	as_buf_drop(&b, 500);
	as_buf_puts(&b, "y");
	T_INT(b.n, 500);
	T_OK(!as_buf_ok(&b));

	t_case("a reset buffer is empty and good again");
	as_buf_reset(&b);
	as_buf_puts(&b, "fresh");
	T_OK(as_buf_ok(&b));
	T_STR(as_buf_str(&b), "fresh");
	as_buf_fini(&b);

	t_case("an unused buffer is empty text");
	as_buf_init(&b, 10);
	T_STR(as_buf_str(&b), "");
	as_buf_drop(&b, 3);
	T_INT(b.n, 0);
	as_buf_fini(&b);
}

static void
test_printf(void)
{
	struct as_buf b;

	t_case("formatted text that fits is added whole");
	as_buf_init(&b, 20);
	as_buf_printf(&b, "%s-%d", "ab", 12);
	as_buf_add_str(&b, AS_STR("!"));
	T_STR(as_buf_str(&b), "ab-12!");

	t_case("formatted text that does not fit is not added in part");
	as_buf_printf(&b, "%s", "0123456789012345");
	T_OK(!as_buf_ok(&b));
	T_STR(as_buf_str(&b), "ab-12!");
	as_buf_fini(&b);
}

static void
test_drop(void)
{
	struct as_buf b;

	t_case("dropping takes from the front");
	as_buf_init(&b, 100);
	as_buf_puts(&b, "abcdef");
	as_buf_drop(&b, 2);
	T_STR(as_buf_str(&b), "cdef");
	as_buf_drop(&b, 100);
	T_STR(as_buf_str(&b), "");
	as_buf_fini(&b);
}

int
main(void)
{
	test_grow();
	test_printf();
	test_drop();
	return t_done();
}
