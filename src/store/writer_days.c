/*
 * Which days a report is about.
 */
#include "store/writer_private.h"

#include "base/banned.h"

#define DAY       INT64_C(86400)
#define TOLERANCE INT64_C(7200) /* real daily reports span up to an hour more */
#define MAX_DAYS  366           /* a longer span says nothing of a day */

static int64_t
day_of(int64_t t)
{
	return t >= 0 ? t / DAY : -((DAY - 1 - t) / DAY);
}

/* Ends are told as the last second, or as the first of the next day. */
struct as_days
as_days_of(const struct as_report_head *h)
{
	struct as_days d = {.n = 1};
	int64_t begin = h->begin, end = h->end;

	if (begin == AS_REPORT_NO_TIME)
		begin = end;
	if (end == AS_REPORT_NO_TIME || end < begin)
		end = begin;
	if (begin == AS_REPORT_NO_TIME)
		return (struct as_days){0};
	if (end - begin <= DAY + TOLERANCE) {
		d.first = day_of(begin + (end - begin) / 2);
		return d;
	}
	d.begin = begin;
	d.end = end;
	d.first = day_of(begin);
	d.n = (size_t)(day_of(end - 1) - d.first) + 1;
	if (d.n > MAX_DAYS) {
		d.first = day_of(begin + (end - begin) / 2);
		d.n = 1;
	}
	return d;
}

/* Of total, the part that lies before the i-th day.  A span is under 2^25
 * seconds, so nothing overflows. */
static uint64_t
until(const struct as_days *d, size_t i, uint64_t total)
{
	int64_t edge = (d->first + (int64_t)i) * DAY;
	uint64_t span = (uint64_t)(d->end - d->begin), part;

	if (edge <= d->begin)
		return 0;
	part = (uint64_t)(edge - d->begin);
	return part >= span ? total
			    : total / span * part + total % span * part / span;
}

uint64_t
as_days_share(const struct as_days *d, size_t i, uint64_t total)
{
	if (d->n <= 1)
		return total;
	return until(d, i + 1, total) - until(d, i, total);
}
