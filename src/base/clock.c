#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#include "base/banned.h"

static int64_t
read_ms(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts) != 0)
		return 0;
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t
system_wall(void *ctx)
{
	(void)ctx;
	return read_ms(CLOCK_REALTIME);
}

static int64_t
system_mono(void *ctx)
{
	(void)ctx;
	return read_ms(CLOCK_MONOTONIC);
}

struct as_clock
as_clock_system(void)
{
	return (struct as_clock){system_wall, system_mono, NULL};
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar. */
static int64_t
days_from_date(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* Seconds of the first and the last second of the calendar. */
#define FIRST_S INT64_C(-62135596800)
#define LAST_S  INT64_C(253402300799)

bool
as_time_is_shown(int64_t wall_ms)
{
	return wall_ms >= FIRST_S * 1000 && wall_ms <= LAST_S * 1000 + 999;
}

const char *
as_time_text(int64_t wall_ms, char buf[AS_TIME_TEXT])
{
	int64_t sec = wall_ms / 1000 - (wall_ms % 1000 < 0);
	int ms = (int)((wall_ms % 1000 + 1000) % 1000);
	time_t t = (time_t)sec;
	struct tm tm;
	int n;

	if (sec < FIRST_S || sec > LAST_S || gmtime_r(&t, &tm) == NULL) {
		(void)snprintf(buf, AS_TIME_TEXT, "-");
		return buf;
	}
	/* %Y of strftime has no leading zeros. */
	n = snprintf(
	    buf, AS_TIME_TEXT, "%04u", ((unsigned)tm.tm_year + 1900) % 10000);
	n += (int)strftime(
	    buf + n, AS_TIME_TEXT - (size_t)n, "-%m-%dT%H:%M:%S", &tm);
	if (ms != 0)
		(void)snprintf(buf + n, AS_TIME_TEXT - (size_t)n, ".%03dZ", ms);
	else
		(void)snprintf(buf + n, AS_TIME_TEXT - (size_t)n, "Z");
	return buf;
}

/* Take two digits at *at; below 0 when they are not there. */
static inline int64_t
take_two(struct as_str s, size_t *at)
{
	unsigned tens, ones;

	if (s.n < *at + 2)
		return -1;
	tens = (unsigned char)s.p[*at] - (unsigned)'0';
	ones = (unsigned char)s.p[*at + 1] - (unsigned)'0';
	*at += 2;
	return tens > 9 || ones > 9 ? -1 : (int64_t)(tens * 10 + ones);
}

static inline bool
take_char(struct as_str s, size_t *at, char c)
{
	if (*at >= s.n || s.p[*at] != c)
		return false;
	(*at)++;
	return true;
}

/* ".123456": milliseconds, digits past the third dropped. */
static bool
take_fraction(struct as_str s, size_t *at, int64_t *ms)
{
	int64_t scale = 100;
	size_t digits = 0;

	*ms = 0;
	if (!take_char(s, at, '.'))
		return true;
	while (*at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9') {
		*ms += (s.p[*at] - '0') * scale;
		scale /= 10;
		(*at)++;
		digits++;
	}
	return digits > 0;
}

/* "Z" or "+01:00": minutes east of UTC. */
static bool
take_offset(struct as_str s, size_t *at, int64_t *minutes)
{
	int64_t h, m;
	bool west;

	*minutes = 0;
	if (take_char(s, at, 'Z') || take_char(s, at, 'z'))
		return true;
	west = take_char(s, at, '-');
	if (!west && !take_char(s, at, '+'))
		return false;
	h = take_two(s, at);
	if (h < 0 || h > 23 || !take_char(s, at, ':'))
		return false;
	m = take_two(s, at);
	if (m < 0 || m > 59)
		return false;
	*minutes = (west ? -1 : 1) * (h * 60 + m);
	return true;
}

static bool
take_date(struct as_str s, size_t *at, int64_t *days)
{
	static const int month_days[] = {
	    31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t century, y, m, d;
	bool leap;

	century = take_two(s, at);
	y = take_two(s, at);
	if (century < 0 || y < 0 || century + y < 1 || !take_char(s, at, '-'))
		return false;
	y += century * 100;
	m = take_two(s, at);
	if (m < 1 || m > 12 || !take_char(s, at, '-'))
		return false;
	d = take_two(s, at);
	leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	if (d < 1 || d > month_days[m - 1] || (m == 2 && d == 29 && !leap))
		return false;
	*days = days_from_date(y, m, d);
	return true;
}

static bool
take_separator(struct as_str s, size_t *at)
{
	return take_char(s, at, 'T') || take_char(s, at, 't') ||
	    take_char(s, at, ' ');
}

static bool
take_clock(struct as_str s, size_t *at, int64_t *seconds)
{
	int64_t h, m, sec;

	h = take_two(s, at);
	if (h < 0 || h > 23 || !take_char(s, at, ':'))
		return false;
	m = take_two(s, at);
	if (m < 0 || m > 59 || !take_char(s, at, ':'))
		return false;
	sec = take_two(s, at);
	if (sec < 0 || sec > 60)
		return false;
	*seconds = h * 3600 + m * 60 + sec;
	return true;
}

enum as_err
as_time_parse(struct as_str s, int64_t *wall_ms)
{
	int64_t days, seconds = 0, ms = 0, east = 0;
	uint64_t epoch;
	size_t at = 0;

	if (s.n > 1 && s.p[0] == '@') {
		AS_TRY(
		    as_str_u64(as_str_slice(s, 1, s.n), 253402300799, &epoch));
		*wall_ms = (int64_t)epoch * 1000;
		return AS_OK;
	}
	if (!take_date(s, &at, &days))
		return AS_ESYNTAX;
	if (at < s.n &&
	    (!take_separator(s, &at) || !take_clock(s, &at, &seconds) ||
		!take_fraction(s, &at, &ms) || !take_offset(s, &at, &east)))
		return AS_ESYNTAX;
	if (at != s.n)
		return AS_ESYNTAX;
	*wall_ms = (days * 86400 + seconds - east * 60) * 1000 + ms;
	return AS_OK;
}
