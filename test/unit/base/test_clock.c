/*
 * base/clock: time as text and back.
 */
#include "base/clock.h"

#include "harness.h"

#include "base/banned.h"

struct text_case {
	int64_t ms;
	const char *text;
};

static const struct text_case text_cases[] = {
    {0, "1970-01-01T00:00:00Z"},
    {1, "1970-01-01T00:00:00.001Z"},
    {-1, "1969-12-31T23:59:59.999Z"},
    {-1000, "1969-12-31T23:59:59Z"},
    {-1001, "1969-12-31T23:59:58.999Z"},
    {951782400000, "2000-02-29T00:00:00Z"},
    {1795539784123, "2026-11-24T17:03:04.123Z"},
    {4107542399999, "2100-02-28T23:59:59.999Z"},
    {4107542400000, "2100-03-01T00:00:00Z"},
    {253402300799999, "9999-12-31T23:59:59.999Z"},
    {253402300800000, "-"},
    {-62135596800000, "0001-01-01T00:00:00Z"},
    {-62135596799999, "0001-01-01T00:00:00.001Z"},
    {-62135596800001, "-"},
    {-30610224000000, "1000-01-01T00:00:00Z"},
    {-30610224000001, "0999-12-31T23:59:59.999Z"},
    {INT64_MAX, "-"},
    {INT64_MIN, "-"},
};

static void
test_text(void)
{
	for (size_t i = 0; i < sizeof(text_cases) / sizeof(text_cases[0]);
	     i++) {
		const struct text_case *c = &text_cases[i];
		char text[AS_TIME_TEXT];
		int64_t back = 0;

		t_case("time %lld is %s", (long long)c->ms, c->text);
		T_STR(as_str_from(as_time_text(c->ms, text)), c->text);
		if (text[0] == '-')
			continue;
		T_INT(as_time_parse(as_str_from(text), &back), AS_OK);
		T_INT(back, c->ms);
	}

	t_case("each day of 400 years, there and back");
	for (int64_t day = -719162; day < -719162 + 146097 * 2; day++) {
		char text[AS_TIME_TEXT];
		int64_t back = 0;
		enum as_err err = as_time_parse(
		    as_str_from(as_time_text(day * 86400000, text)), &back);
		if (err != AS_OK || back != day * 86400000) {
			T_STR(as_str_from(text), "the same day");
			return;
		}
	}
	T_OK(true);
}

struct parse_case {
	const char *text;
	int64_t ms; /* -1: AS_ESYNTAX, -2: AS_ERANGE */
};

static const struct parse_case parse_cases[] = {
    {"2026-11-24T17:03:04Z", 1795539784000},
    {"2026-11-24t17:03:04z", 1795539784000},
    {"2026-11-24 17:03:04Z", 1795539784000},
    {"2026-11-24T17:03:04.1Z", 1795539784100},
    {"2026-11-24T17:03:04.12Z", 1795539784120},
    {"2026-11-24T17:03:04.1239999999999999999999Z", 1795539784123},
    {"2026-11-24T18:03:04+01:00", 1795539784000},
    {"2026-11-24T11:33:04-05:30", 1795539784000},
    {"2026-11-24T17:03:04-00:00", 1795539784000},
    {"2026-11-25T16:02:04+22:59", 1795539784000},
    {"2026-11-24", 1795478400000},
    {"2024-02-29", 1709164800000},
    {"2016-12-31T23:59:60Z", 1483228800000},
    {"@0", 0},
    {"@1795539784", 1795539784000},
    {"@253402300799", 253402300799000},
    {"@253402300800", -2},
    {"@", -1},
    {"@-1", -1},
    {"@1.5", -1},
    {"", -1},
    {"2026", -1},
    {"2026-11-2", -1},
    {"26-11-24", -1},
    {"2026-1-24", -1},
    {"2026-00-24", -1},
    {"2026-13-24", -1},
    {"2026-11-00", -1},
    {"2026-11-31", -1},
    {"2026-02-29", -1},
    {"1900-02-29", -1},
    {"0000-01-01", -1},
    {"2026/11/24", -1},
    {"2026-11-24Z", -1},
    {"+026-11-24", -1},
    {"2026-1-024", -1},
    {"2026-11-24T", -1},
    {"2026-11-24T17:03:04", -1},
    {"2026-11-24T17:03Z", -1},
    {"2026-11-24T24:00:00Z", -1},
    {"2026-11-24T17:60:04Z", -1},
    {"2026-11-24T17:03:61Z", -1},
    {"2026-11-24T17:03:04.Z", -1},
    {"2026-11-24T17:03:04Zx", -1},
    {"2026-11-24T17:03:04+0100", -1},
    {"2026-11-24T17:03:04+24:00", -1},
    {"2026-11-24T17:03:04+01:60", -1},
    {"2026-11-24T17:03:04+", -1},
    {"2026-11-24T-7:03:04Z", -1},
    {"2026-11-24  17:03:04Z", -1},
    {" 2026-11-24", -1},
    {"yesterday", -1},
};

static void
test_parse(void)
{
	for (size_t i = 0; i < sizeof(parse_cases) / sizeof(parse_cases[0]);
	     i++) {
		const struct parse_case *c = &parse_cases[i];
		int64_t ms = -3;
		enum as_err want = c->ms == -1 ? AS_ESYNTAX
		    : c->ms == -2              ? AS_ERANGE
					       : AS_OK;

		t_case("parse \"%s\"", c->text);
		T_INT(as_time_parse(as_str_from(c->text), &ms), want);
		T_INT(ms, want == AS_OK ? c->ms : -3);
	}

	t_case("parse: NUL and absent text");
	int64_t ms;
	T_INT(as_time_parse(AS_STR("2026-11-24\0"), &ms), AS_ESYNTAX);
	T_INT(as_time_parse(AS_STR("2026-11-24T17:03:04\0"), &ms), AS_ESYNTAX);
	T_INT(as_time_parse(AS_STR_NULL, &ms), AS_ESYNTAX);
}

static void
test_system(void)
{
	struct as_clock c = as_clock_system();
	int64_t a = c.mono_ms(c.ctx), b = c.mono_ms(c.ctx);

	t_case("the machine's clock");
	T_OK(b >= a);
	T_OK(c.wall_ms(c.ctx) > 1700000000000);
}

int
main(void)
{
	test_text();
	test_parse();
	test_system();
	return t_done();
}
