#include "intake/field.h"
#include "intake/value.h"

#include "base/banned.h"

/* What is left of the text. */
struct scan {
	struct as_str s;
};

static void
drop(struct scan *c, size_t n)
{
	c->s = as_value_trim(as_str_slice(c->s, n, c->s.n));
}

/* A number of `least` to `most` digits. */
static bool
number(struct scan *c, size_t least, size_t most, int64_t *out)
{
	size_t n = 0;

	*out = 0;
	while (n < c->s.n && n < most && c->s.p[n] >= '0' && c->s.p[n] <= '9')
		*out = *out * 10 + (c->s.p[n++] - '0');
	if (n < least)
		return false;
	drop(c, n);
	return true;
}

static bool
mark(struct scan *c, char m)
{
	if (c->s.n == 0 || c->s.p[0] != m)
		return false;
	drop(c, 1);
	return true;
}

/* One of names of three letters, 1 for the first; 0: none. */
static int64_t
name(struct scan *c, const char *names)
{
	struct as_str all = as_str_from(names);

	for (size_t i = 0; c->s.n >= 3 && i < all.n; i += 3) {
		if (as_str_eq_case(as_str_slice(c->s, 0, 3),
			as_str_slice(all, i, i + 3))) {
			drop(c, 3);
			return (int64_t)i / 3 + 1;
		}
	}
	return 0;
}

/* Seconds that the zone is ahead of UTC. */
static bool
zone(struct scan *c, int64_t *ahead)
{
	int64_t hhmm, sign = mark(c, '-') ? -1 : 1;

	*ahead = 0;
	if (sign > 0 && !mark(c, '+'))
		return as_str_has_prefix_case(c->s, "UT") ||
		    as_str_has_prefix_case(c->s, "GMT");
	if (!number(c, 4, 4, &hhmm) || hhmm % 100 > 59)
		return false;
	*ahead = sign * (hhmm / 100 * 3600 + hhmm % 100 * 60);
	return true;
}

/* Days from 1970-01-01 to that day of the Gregorian calendar. */
static int64_t
days(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t m = (month + 9) % 12; /* March is 0 */

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day -
	    1 - 719468;
}

enum as_err
as_field_date(struct as_str text, int64_t *time)
{
	struct scan c = {as_value_trim(text)};
	int64_t day, month, year, hour, minute, second = 0, ahead;

	if (name(&c, "montuewedthufrisatsun") > 0)
		(void)mark(&c, ',');
	if (!number(&c, 1, 2, &day) || day < 1 || day > 31)
		return AS_ESYNTAX;
	month = name(&c, "janfebmaraprmayjunjulaugsepoctnovdec");
	if (month == 0 || !number(&c, 4, 4, &year) || year < 1970)
		return AS_ESYNTAX;
	if (!number(&c, 1, 2, &hour) || !mark(&c, ':') ||
	    !number(&c, 2, 2, &minute))
		return AS_ESYNTAX;
	if (mark(&c, ':') && !number(&c, 2, 2, &second))
		return AS_ESYNTAX;
	if (hour > 23 || minute > 59 || second > 60 || !zone(&c, &ahead))
		return AS_ESYNTAX;
	*time = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 +
	    second - ahead;
	return AS_OK;
}
