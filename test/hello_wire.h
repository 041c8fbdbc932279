/*
 * test/hello_wire - flights made by hand, and read in all ways.
 *
 *	hello_wire_init();
 *	hello_record(22, hello_message(14, AS_STR("")));
 *	T_INT(hello_read_wire()->end, ...);
 *	hello_wire_fini();
 */
#ifndef AS_TEST_HELLO_WIRE_H
#define AS_TEST_HELLO_WIRE_H

#include "harness.h"
#include "hello_same.h"

static struct as_arena *hello_arena;
static struct as_buf hello_wire;

static inline void
hello_put(uint64_t v, unsigned octets)
{
	for (unsigned i = octets; i-- > 0;) {
		char c = (char)(v >> (8 * i));

		as_buf_add(&hello_wire, &c, 1);
	}
}

static inline void
hello_record(unsigned type, struct as_str body)
{
	hello_put(type, 1);
	hello_put(0x0303, 2);
	hello_put(body.n, 2);
	as_buf_add_str(&hello_wire, body);
}

/* A handshake message, header and all, in the arena. */
static inline struct as_str
hello_message(unsigned type, struct as_str body)
{
	char *p = as_arena_alloc(hello_arena, body.n + 4);

	p[0] = (char)type;
	p[1] = (char)(body.n >> 16);
	p[2] = (char)(body.n >> 8);
	p[3] = (char)body.n;
	if (body.n > 0)
		memcpy(p + 4, body.p, body.n);
	return (struct as_str){p, body.n + 4};
}

#define S(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}
#define R24 "rrrrrrrrrrrrrrrrrrrrrrrr"
#define R32 R24 "rrrrrrrr"
#define RETRY \
	"\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91" \
	"\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c"

static inline struct as_str
hello_server(unsigned suite)
{
	char *p = as_arena_copy(hello_arena, "\3\3" R32 "\0\0\0\0", 38);

	p[35] = (char)(suite >> 8);
	p[36] = (char)suite;
	return hello_message(2, (struct as_str){p, 38});
}

static inline const struct as_hello_answer *
hello_read_wire(void)
{
	return hello_read_in(
	    hello_arena, as_buf_str(&hello_wire), 0, true, true);
}

/* Does every prefix say the same however it is cut? */
static inline void
hello_check_cuts(void)
{
	struct as_str all = as_buf_str(&hello_wire);
	struct as_arena *a = as_arena_new((size_t)2 * 1024 * 1024);
	size_t step = all.n > 2000 ? all.n / 300 : 1;
	bool same = true;

	for (size_t n = 0; n <= all.n; n += step) {
		struct as_str s = as_str_slice(all, 0, n);

		same = same &&
		    hello_same(hello_read_in(a, s, 0, true, n % 2 == 0),
			hello_read_in(a, s, n % 3 + 1, true, n % 2 == 0));
		as_arena_reset(a);
	}
	T_OK(same);
	as_arena_free(a);
}

static inline void
hello_wire_init(void)
{
	hello_arena = as_arena_new((size_t)64 * 1024 * 1024);
	as_buf_init(&hello_wire, (size_t)1024 * 1024);
}

static inline void
hello_wire_fini(void)
{
	as_buf_fini(&hello_wire);
	as_arena_free(hello_arena);
}

#endif
