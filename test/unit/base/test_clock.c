#include "harness.h"

#include "base/clock.h"

struct stamp {
	const char *text;
	int64_t ms;
	const char *canonical;
};

static const struct stamp stamps[] = {
    {"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"},
    {"2026-11-24T17:03:04Z", 1795539784000, "2026-11-24T17:03:04Z"},
    {"2026-11-24t17:03:04.5z", 1795539784500, "2026-11-24T17:03:04.500Z"},
    {"2026-11-24 18:03:04.1239+01:00", 1795539784123,
	"2026-11-24T17:03:04.123Z"},
    {"2026-11-24T16:33:04-00:30", 1795539784000, "2026-11-24T17:03:04Z"},
    {"2026-11-24", 1795478400000, "2026-11-24T00:00:00Z"},
    {"@1795539784", 1795539784000, "2026-11-24T17:03:04Z"},
    {"2024-02-29", 1709164800000, "2024-02-29T00:00:00Z"},
    {"2000-02-29", 951782400000, "2000-02-29T00:00:00Z"},
    {"2016-12-31T23:59:60Z", 1483228800000, "2017-01-01T00:00:00Z"},
    {"1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z"},
    {"1969-12-31T23:59:59Z", -1000, "1969-12-31T23:59:59Z"},
    {"0001-01-01T00:00:00Z", -62135596800000, "0001-01-01T00:00:00Z"},
    {"0999-12-31", -30610310400000, "0999-12-31T00:00:00Z"},
    {"9999-12-31T23:59:59.999Z", 253402300799999, "9999-12-31T23:59:59.999Z"},
};

static const char *const no_stamps[] = {"", "@", "@-1", "@1.5", "now", "2026",
    "2026-11", "2026-13-01", "2026-00-01", "2026-11-31", "2026-11-00",
    "2023-02-29", "1900-02-29", "0000-01-01", "2026-11-24T", "2026-11-24Z",
    "2026-11-24T17:03Z", "2026-11-24T24:00:00Z", "2026-11-24T17:60:00Z",
    "2026-11-24T17:03:61Z", "2026-11-24T17:03:04", "2026-11-24T17:03:04.Z",
    "2026-11-24T17:03:04+1:00", "2026-11-24T17:03:04+01:60",
    "2026-11-24T17:03:04+0100", "2026-11-24T17:03:04Zx", " 2026-11-24",
    "2026-11-24 ", "+026-11-24", "2026-1-024", "@253402300800"};

static void
test_parse(void)
{
	char buf[AS_TIME_TEXT];
	int64_t ms;

	for (size_t i = 0; i < sizeof(stamps) / sizeof(stamps[0]); i++) {
		const struct stamp *s = &stamps[i];
		t_case("time %s", s->text);
		ms = 12345;
		T_INT(as_time_parse(as_str_from(s->text), &ms), AS_OK);
		T_INT(ms, s->ms);
		T_STR(as_str_from(as_time_text(s->ms, buf)), s->canonical);
	}
	for (size_t i = 0; i < sizeof(no_stamps) / sizeof(no_stamps[0]); i++) {
		t_case("no time: \"%s\"", no_stamps[i]);
		T_OK(as_time_parse(as_str_from(no_stamps[i]), &ms) != AS_OK);
	}
}

static void
test_edges(void)
{
	char buf[AS_TIME_TEXT];

	t_case("times without a four-digit year have no text");
	T_STR(as_str_from(as_time_text(253402300800000, buf)), "-");
	T_STR(as_str_from(as_time_text(-62135596800001, buf)), "-");
	T_STR(as_str_from(as_time_text(INT64_MAX, buf)), "-");
	T_STR(as_str_from(as_time_text(INT64_MIN, buf)), "-");

	t_case("each day of four centuries is read as it was written");
	for (int64_t day = -150000; day < 150000; day += 7) {
		int64_t ms = day * 86400000 + 3723004, back = 0;
		(void)as_time_text(ms, buf);
		if (as_time_parse(as_str_from(buf), &back) != AS_OK ||
		    back != ms)
			T_STR(as_str_from(buf), "the same");
	}
	T_OK(true);

	t_case("the system's clocks go forward");
	struct as_clock c = as_clock_system();
	int64_t before = c.mono_ms(c.ctx);
	T_OK(c.mono_ms(c.ctx) >= before);
	T_OK(c.wall_ms(c.ctx) > 1577836800000); /* 2020 */
}

int
main(void)
{
	test_parse();
	test_edges();
	return t_done();
}
