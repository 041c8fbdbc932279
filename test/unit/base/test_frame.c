#include "base/frame.h"

#include "base/limits.h"
#include "harness.h"

#define S(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

static const struct {
	const char *name;
	struct as_str in;
	enum as_err err;
	uint8_t type;
	struct as_str payload;
} rows[] = {
    {"nothing yet", S(""), AS_EABSENT, 0, S("")},
    {"half a length", S("\0\0\0"), AS_EABSENT, 0, S("")},
    {"a length alone", S("\0\0\0\1"), AS_EABSENT, 0, S("")},
    {"a type, no payload", S("\0\0\0\1q"), AS_OK, 'q', S("")},
    {"all but the last octet", S("\0\0\0\4qab"), AS_EABSENT, 0, S("")},
    {"a whole one", S("\0\0\0\4qabc"), AS_OK, 'q', S("abc")},
    {"a whole one and more", S("\0\0\0\4qa\0c\0\0\0"), AS_OK, 'q', S("a\0c")},
    {"type 255", S("\0\0\0\1\xff"), AS_OK, 255, S("")},
    {"length 0", S("\0\0\0\0"), AS_ESYNTAX, 0, S("")},
    {"length 0 and more", S("\0\0\0\0qabc"), AS_ESYNTAX, 0, S("")},
    {"the greatest length, nothing behind it", S("\0\x80\0\0"), AS_EABSENT, 0,
	S("")},
    {"a length over the cap", S("\0\x80\0\1"), AS_ELIMIT, 0, S("")},
    {"the greatest number", S("\xff\xff\xff\xff"), AS_ELIMIT, 0, S("")},
    {"text", S("HTTP/1.1 400"), AS_ELIMIT, 0, S("")},
};

static void
test_read(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct as_frame f = {0};
		struct as_buf b;
		as_buf_init(&b, 100);
		as_buf_add_str(&b, rows[i].in);
		t_case("read: %s", rows[i].name);
		if (T_INT(as_frame_read(&b, &f), rows[i].err) &&
		    rows[i].err == AS_OK) {
			T_INT(f.type, rows[i].type);
			T_OK(as_str_eq(f.payload, rows[i].payload));
			as_frame_drop(&b, &f);
			T_INT(b.n, rows[i].in.n - rows[i].payload.n - 5);
		}
		as_buf_fini(&b);
	}
	t_case("the cap of the table is the cap of the code");
	T_INT(AS_MAX_FRAME_OCTETS, 0x800000);
}

/* Frames through a pipe that gives one octet at a time. */
static void
test_octets(void)
{
	struct as_buf out, in;
	unsigned got = 0;

	t_case("octet by octet");
	as_buf_init(&out, 10000);
	as_buf_init(&in, 10000);
	for (uint8_t i = 0; i < 100; i++)
		as_frame_write(&out, i,
		    as_str_slice(
			AS_STR("\0\0\0\1 payload of any octets"), 0, i));
	T_OK(as_buf_ok(&out));
	for (size_t i = 0; i < out.n; i++) {
		struct as_frame f;
		as_buf_add(&in, out.p + i, 1);
		if (as_frame_read(&in, &f) != AS_OK)
			continue;
		T_INT(f.type, got);
		T_INT(f.payload.n, got < 26 ? got : 26);
		as_frame_drop(&in, &f);
		T_INT(in.n, 0);
		got++;
	}
	T_INT(got, 100);
	as_buf_fini(&in);
	as_buf_fini(&out);
}

static void
test_write_limits(void)
{
	char *payload = calloc(1, AS_MAX_FRAME_OCTETS);
	struct as_str s = {payload, AS_MAX_FRAME_OCTETS - 1};
	struct as_frame f;
	struct as_buf b;

	as_buf_init(&b, AS_MAX_FRAME_OCTETS * 2);
	t_case("write: the longest payload comes through");
	as_frame_write(&b, 1, s);
	T_OK(as_buf_ok(&b));
	T_INT(as_frame_read(&b, &f), AS_OK);
	T_INT(f.payload.n, s.n);
	t_case("write: one octet more does not");
	as_buf_reset(&b);
	s.n++;
	as_frame_write(&b, 1, s);
	T_OK(!as_buf_ok(&b));
	T_INT(b.n, 0);
	as_buf_fini(&b);

	t_case("write: what does not fit leaves no half of itself");
	as_buf_init(&b, 20);
	as_frame_write(&b, 1, AS_STR("abc"));
	as_frame_write(&b, 2, AS_STR("0123456789"));
	T_OK(!as_buf_ok(&b));
	T_INT(b.n, 8);
	T_INT(as_frame_read(&b, &f), AS_OK);
	as_frame_drop(&b, &f);
	T_INT(as_frame_read(&b, &f), AS_EABSENT);
	T_INT(b.n, 0);
	as_buf_fini(&b);
	free(payload);
}

int
main(void)
{
	test_read();
	test_octets();
	test_write_limits();
	return t_done();
}
