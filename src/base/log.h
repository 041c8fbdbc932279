/*
 * base/log - what Assay says about itself, on standard error.
 *
 * Every line goes through the terminal filter of base/utf8, so octets from the
 * network that end up in a message stay harmless.
 */
#ifndef AS_BASE_LOG_H
#define AS_BASE_LOG_H

#include "base/err.h"

enum as_log_level { AS_LOG_ERROR, AS_LOG_WARN, AS_LOG_INFO, AS_LOG_DEBUG };

struct as_log {
	enum as_log_level max; /* lines above this level are dropped */
	int fd;                /* -1: silent */
	const char *name;      /* "assay", "assay prober" */
};

void as_log(const struct as_log *log, enum as_log_level level, const char *fmt,
    ...) AS_PRINTF(3, 4);

#endif
