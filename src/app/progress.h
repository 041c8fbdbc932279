/*
 * app/progress - how far a scan is, on standard error and only on a terminal.
 */
#ifndef AS_APP_PROGRESS_H
#define AS_APP_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

struct as_progress {
	bool on; /* standard error is a terminal */
	struct as_clock clock;
	int64_t began_ms; /* monotonic */
	uint64_t total;   /* 0: not known */
	uint64_t done;
	uint64_t untested;
	const char *noun; /* of what is done */
	const char *odd;  /* what untested ones are */
};

void as_progress_init(
    struct as_progress *p, struct as_clock clock, uint64_t total);
void as_progress_show(const struct as_progress *p, unsigned in_flight);
void as_progress_clear(const struct as_progress *p); /* before other output */

#endif
