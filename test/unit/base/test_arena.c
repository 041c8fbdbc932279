#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>

#include "harness.h"

static bool
is_zero(const void *p, size_t n)
{
	const unsigned char *c = p;

	for (size_t i = 0; i < n; i++)
		if (c[i] != 0)
			return false;
	return true;
}

static void
test_alloc(void)
{
	static const size_t sizes[] = {
	    0, 1, 15, 16, 17, 4096, 16383, 16384, 16385, 1 << 20};
	struct as_arena *a = as_arena_new((size_t)8 << 20);

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		unsigned char *p = as_arena_alloc(a, sizes[i]);
		t_case("%zu octets: there, aligned, zero", sizes[i]);
		if (!T_OK(p != NULL))
			continue;
		T_INT((uintptr_t)p % alignof(max_align_t), 0);
		T_OK(is_zero(p, sizes[i]));
		memset(p, 0xff, sizes[i]);
	}
	t_case("used counts at least what was asked");
	T_OK(as_arena_used(a) >= (1 << 20) + 16384 * 3 + 4096);
	as_arena_free(a);
	t_case("free accepts NULL");
	as_arena_free(NULL);
	T_OK(true);
}

static void
test_apart(void)
{
	struct as_arena *a = as_arena_new((size_t)4 << 20);
	unsigned char *p[500];
	bool ok = true;

	t_case("no two overlap");
	for (size_t i = 0; i < 500; i++) {
		p[i] = as_arena_alloc(a, i * 7 + 1);
		if (p[i] != NULL)
			memset(p[i], (int)(i % 251), i * 7 + 1);
	}
	for (size_t i = 0; i < 500; i++)
		for (size_t k = 0; p[i] != NULL && k < i * 7 + 1; k++)
			ok = ok && p[i][k] == i % 251;
	T_OK(ok && p[499] != NULL);
	as_arena_free(a);
}

static void
test_cap(void)
{
	struct as_arena *a = as_arena_new(100);

	t_case("cap: one over it, then exactly it");
	T_OK(as_arena_alloc(a, 101) == NULL);
	T_OK(as_arena_alloc(a, 100) != NULL);
	T_OK(as_arena_alloc(a, 1) == NULL);
	t_case("cap: reset makes room again, zeroed");
	as_arena_reset(a);
	T_INT(as_arena_used(a), 0);
	unsigned char *p = as_arena_alloc(a, 100);
	T_OK(p != NULL && is_zero(p, 100));
	as_arena_free(a);

	t_case("cap: many small ones end at it");
	a = as_arena_new(4096);
	size_t n = 0;
	while (n < 10000 && as_arena_alloc(a, 1) != NULL)
		n++;
	T_OK(n > 0 && n <= 4096);
	T_OK(as_arena_used(a) <= 4096 + alignof(max_align_t));
	as_arena_free(a);

	t_case("cap: none at all");
	a = as_arena_new(0);
	T_OK(as_arena_alloc(a, 0) == NULL);
	T_OK(as_arena_alloc(a, 1) == NULL);
	as_arena_free(a);
}

static void
test_overflow(void)
{
	struct as_arena *a = as_arena_new(SIZE_MAX);
	/* Rounding up, or the head of the block, would wrap around. */
	static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 15,
	    SIZE_MAX - 16, SIZE_MAX - 30};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		t_case("overflow: %zx octets", sizes[i]);
		T_OK(as_arena_alloc(a, sizes[i]) == NULL);
	}
	t_case("overflow: arrays");
	T_OK(as_arena_array(a, SIZE_MAX, 2) == NULL);
	T_OK(as_arena_array(a, 2, SIZE_MAX) == NULL);
	T_OK(as_arena_array(a, SIZE_MAX / 2 + 1, 2) == NULL);
	T_OK(as_arena_array(a, SIZE_MAX, 0) != NULL);
	T_OK(as_arena_array(a, 0, SIZE_MAX) != NULL);
	T_OK(as_arena_copy(a, "x", SIZE_MAX) == NULL);
	t_case("overflow: the arena still works");
	T_OK(as_arena_alloc(a, 8) != NULL);
	as_arena_free(a);
}

static void
test_copy(void)
{
	struct as_arena *a = as_arena_new(4096);
	char *p = as_arena_copy(a, "a\0b", 3);

	t_case("copy: any octets, and a NUL behind them");
	T_OK(p != NULL && memcmp(p, "a\0b", 4) == 0);
	t_case("copy: nothing");
	p = as_arena_copy(a, NULL, 0);
	T_OK(p != NULL && p[0] == 0);
	as_arena_free(a);
}

/* Resetting between jobs keeps no more than one block, and loses none of the
 * speed: the same memory comes back. */
static void
test_reset(void)
{
	static const size_t sizes[][2] = {
	    {100, 0}, {100, 1 << 18}, {1 << 18, 100}};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct as_arena *a = as_arena_new((size_t)1 << 20);
		t_case("reset: after %zu and %zu octets", sizes[i][0],
		    sizes[i][1]);
		for (int round = 0; round < 50; round++) {
			T_OK(as_arena_alloc(a, sizes[i][0]) != NULL);
			T_OK(as_arena_alloc(a, sizes[i][1]) != NULL);
			as_arena_reset(a);
			T_INT(as_arena_used(a), 0);
		}
		as_arena_free(a);
	}
}

int
main(void)
{
	test_alloc();
	test_apart();
	test_cap();
	test_overflow();
	test_copy();
	test_reset();
	return t_done();
}
