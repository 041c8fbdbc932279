/*
 * base/clock - time comes in from outside.
 *
 * Wall time is milliseconds since 1970-01-01T00:00:00Z; monotonic time is
 * milliseconds from an unknown start and never goes back.
 */
#ifndef AS_BASE_CLOCK_H
#define AS_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct as_clock {
	int64_t (*wall_ms)(void *ctx);
	int64_t (*mono_ms)(void *ctx);
	void *ctx;
};

/* The machine's own clock. */
struct as_clock as_clock_system(void);

#define AS_TIME_TEXT 25 /* "2026-11-24T17:03:04.123Z" and NUL */

/* RFC 3339 in UTC, with milliseconds only when they are not 0; returns buf.
 * Years outside 0001-9999 give "-". */
const char *as_time_text(int64_t wall_ms, char buf[AS_TIME_TEXT]);

/* Can it be written: within the years 1 to 9999? */
bool as_time_is_shown(int64_t wall_ms);

/* RFC 3339 ("2026-11-24T17:03:04Z", fraction and offset allowed, "t"/" " as
 * separator too), a date alone (midnight UTC), or "@SECONDS". */
AS_MUST_USE enum as_err as_time_parse(struct as_str text, int64_t *wall_ms);

#endif
