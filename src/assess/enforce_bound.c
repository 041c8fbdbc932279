/*
 * How sure one may be of a share.
 */
#include <math.h>
#include <stdio.h>

#include "assess/enforce_private.h"

#include "base/banned.h"

#define Z    1.6448536 /* 95 %, one-sided */
#define MOST UINT64_C(1000000000)

double
as_enforce_bound(uint64_t passed, uint64_t messages)
{
	double n = (double)messages, p, z2 = Z * Z, centre, spread;

	if (messages == 0)
		return 0;
	p = (double)passed / n;
	centre = p + z2 / (2 * n);
	spread = Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n));
	p = (centre - spread) / (1 + z2 / n);
	return p < 0 ? 0 : p;
}

uint64_t
as_enforce_needed(uint64_t failed, double bar)
{
	uint64_t low = failed, high = MOST; /* of which high is enough */

	if (failed >= MOST || as_enforce_bound(high - failed, high) < bar)
		return UINT64_MAX;
	while (high - low > 1) {
		uint64_t middle = low + (high - low) / 2;

		if (as_enforce_bound(middle - failed, middle) >= bar)
			high = middle;
		else
			low = middle;
	}
	return high;
}

const char *
as_share_text(double share, char buf[AS_SHARE_TEXT])
{
	unsigned tenths = (unsigned)(share * 1000 + 1e-9);

	(void)snprintf(buf, AS_SHARE_TEXT, "%u.%u", tenths / 10, tenths % 10);
	return buf;
}
