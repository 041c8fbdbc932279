#include "harness.h"

#include <stdint.h>

#include "base/arena.h"

static bool
is_zero(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return false;
	return true;
}

static void
test_alloc(void)
{
	struct as_arena *a = as_arena_new(100000);
	size_t sizes[] = {0, 1, 7, 16, 100, 20000, 16384, 3};

	t_case("memory is zeroed, aligned and writable");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		unsigned char *p = as_arena_alloc(a, sizes[i]);
		if (!T_OK(p != NULL))
			continue;
		T_INT((uintptr_t)p % _Alignof(max_align_t), 0);
		T_OK(is_zero(p, sizes[i]));
		memset(p, 0xff, sizes[i]);
	}

	t_case("after a reset memory is zeroed again");
	as_arena_reset(a);
	T_INT(as_arena_used(a), 0);
	for (int i = 0; i < 20; i++) {
		unsigned char *p = as_arena_alloc(a, 1000);
		if (T_OK(p != NULL)) {
			T_OK(is_zero(p, 1000));
			memset(p, 0xff, 1000);
		}
	}
	as_arena_free(a);
}

static void
test_cap(void)
{
	struct as_arena *a = as_arena_new(1000);

	t_case("the cap is met by NULL, and what was given stays");
	char *p = as_arena_copy(a, "text", 4);
	T_OK(p != NULL);
	T_OK(as_arena_alloc(a, 1000) == NULL);
	T_OK(as_arena_alloc(a, SIZE_MAX) == NULL);
	T_OK(as_arena_array(a, SIZE_MAX / 2, 4) == NULL);
	T_OK(as_arena_copy(a, "x", SIZE_MAX) == NULL);
	T_STR(as_str_from(p), "text");
	T_OK(as_arena_alloc(a, 500) != NULL);

	t_case("many small pieces meet the cap too");
	as_arena_reset(a);
	size_t n = 0;
	while (n < 2000 && as_arena_alloc(a, 1) != NULL)
		n++;
	T_OK(n > 0 && n <= 1000);
	as_arena_reset(a);
	T_OK(as_arena_alloc(a, 900) != NULL);
	as_arena_free(a);

	t_case("freeing nothing is fine");
	as_arena_free(NULL);
	T_OK(true);
}

int
main(void)
{
	test_alloc();
	test_cap();
	return t_done();
}
