/*
 * render/alarm - domains as a check of a monitoring system: one line, a state
 * and figures, as the Monitoring Plugins Development Guidelines ask.
 */
#ifndef AS_RENDER_ALARM_H
#define AS_RENDER_ALARM_H

#include "model/finding.h"

/* In the order of the exit status. */
#define AS_ALARM_STATE_MAP(X) \
	X(AS_ALARM_OK, "OK") \
	X(AS_ALARM_WARNING, "WARNING") \
	X(AS_ALARM_CRITICAL, "CRITICAL") \
	X(AS_ALARM_UNKNOWN, "UNKNOWN")
AS_DECLARE_ENUM(alarm_state, AS_ALARM_STATE_MAP);

/* When to raise: so many findings at or above a level. */
struct as_threshold {
	enum as_verdict level;
	uint64_t from, to; /* a number outside of it raises, ends included */
	bool inside;       /* a number inside of it does */
};

/*
 * LEVEL (info, warn, fail): any finding raises; RANGE of the guidelines, such
 * as 10, 10:, ~:10, 10:20 or @10:20, of findings at or above `usual`; or
 * LEVEL=RANGE.  NULL: `usual` alone.  AS_EINVAL.
 */
AS_MUST_USE enum as_err as_threshold_parse(const char *text,
    enum as_verdict usual, struct as_threshold *out, struct as_why *why);

struct as_alarm {
	struct as_threshold warning, critical;
	/* Of all domains so far. */
	size_t domains, faulty;
	size_t counts[AS_VERDICT_UNKNOWN + 1];
	/* The one that is named. */
	enum as_verdict worst; /* its worst finding, UNKNOWN above WARN */
	size_t worst_n;        /* as many of them */
	struct as_buf name, text;
};

void as_alarm_init(struct as_alarm *a); /* after the thresholds are set */
void as_alarm_fini(struct as_alarm *a);
void as_alarm_add(struct as_alarm *a, const struct as_assessment *as);

/* Also the exit status. */
enum as_alarm_state as_alarm_state(const struct as_alarm *a);

/* "ASSAY CRITICAL - ... | findings=1;..." and a line feed. */
void as_alarm_line(struct as_buf *b, const struct as_alarm *a);

/* The same when nothing could be said, for the reason `text`. */
void as_alarm_fault(struct as_buf *b, struct as_str text);

#endif
