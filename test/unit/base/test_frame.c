#include "harness.h"

#include "base/frame.h"
#include "base/limits.h"

static void
test_round_trip(void)
{
	struct as_buf b;
	struct as_frame f;

	as_buf_init(&b, 1000);
	t_case("frames come out as they went in, one by one");
	as_frame_write(&b, 'J', AS_STR("first"));
	as_frame_write(&b, 'D', AS_STR(""));
	as_frame_write(&b, 0xff, (struct as_str){"\0\xff", 2});
	T_INT(as_frame_read(&b, &f), AS_OK);
	T_INT(f.type, 'J');
	T_STR(f.payload, "first");
	as_frame_drop(&b, &f);
	T_INT(as_frame_read(&b, &f), AS_OK);
	T_INT(f.type, 'D');
	T_STR(f.payload, "");
	as_frame_drop(&b, &f);
	T_INT(as_frame_read(&b, &f), AS_OK);
	T_INT(f.type, 0xff);
	T_INT(f.payload.n, 2);
	as_frame_drop(&b, &f);
	T_INT(as_frame_read(&b, &f), AS_EABSENT);
	as_buf_fini(&b);
}

static void
test_in_pieces(void)
{
	struct as_buf all, b;
	struct as_frame f;

	as_buf_init(&all, 100);
	as_buf_init(&b, 100);
	as_frame_write(&all, 'J', AS_STR("in pieces"));
	t_case("a frame that comes octet by octet is absent until it is whole");
	for (size_t i = 0; i < all.n; i++) {
		T_INT(as_frame_read(&b, &f), AS_EABSENT);
		as_buf_add(&b, all.p + i, 1);
	}
	T_INT(as_frame_read(&b, &f), AS_OK);
	T_STR(f.payload, "in pieces");
	as_buf_fini(&all);
	as_buf_fini(&b);
}

static void
test_refused(void)
{
	struct as_buf b;
	struct as_frame f;
	const char *big;

	as_buf_init(&b, 100);
	t_case("a length of 0 ends the conversation");
	as_buf_add(&b, "\0\0\0\0J", 5);
	T_INT(as_frame_read(&b, &f), AS_ESYNTAX);

	t_case("a length over the cap does, before anything is waited for");
	as_buf_reset(&b);
	as_buf_add(&b, "\xff\xff\xff\xff", 4);
	T_INT(as_frame_read(&b, &f), AS_ELIMIT);
	as_buf_reset(&b);
	as_buf_add(&b, "\x00\x80\x00\x01", 4);
	T_INT(as_frame_read(&b, &f), AS_ELIMIT);
	as_buf_reset(&b);
	as_buf_add(&b, "\x00\x80\x00\x00", 4);
	T_INT(as_frame_read(&b, &f), AS_EABSENT);
	as_buf_fini(&b);

	t_case("a frame at the cap is written, one over it is not");
	big = calloc(1, AS_MAX_FRAME_OCTETS);
	as_buf_init(&b, 2 * AS_MAX_FRAME_OCTETS);
	as_frame_write(&b, 'D', (struct as_str){big, AS_MAX_FRAME_OCTETS});
	T_OK(!as_buf_ok(&b));
	as_buf_reset(&b);
	as_frame_write(&b, 'D', (struct as_str){big, AS_MAX_FRAME_OCTETS - 1});
	T_OK(as_buf_ok(&b));
	T_INT(as_frame_read(&b, &f), AS_OK);
	T_INT(f.payload.n, AS_MAX_FRAME_OCTETS - 1);
	as_buf_fini(&b);
	free((void *)(uintptr_t)big);
}

int
main(void)
{
	test_round_trip();
	test_in_pieces();
	test_refused();
	return t_done();
}
