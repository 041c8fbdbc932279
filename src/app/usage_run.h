/*
 * app/usage_run - what the reports of the store say of one domain: for the
 * commands sources and enforce.
 */
#ifndef AS_APP_USAGE_RUN_H
#define AS_APP_USAGE_RUN_H

#include <libpsl.h>

#include "app/run.h"
#include "assess/usage.h"
#include "store/store.h"

struct as_usage_run {
	struct as_arena *arena;
	psl_ctx_t *psl;
	enum as_format format;
	int64_t now_ms, today; /* today is a day */
	const char *path;
	struct as_str domain;
};

/* Read the settings; one argument, the domain.  AS_EINVAL, AS_EIO.
 * as_usage_run_close also after an error. */
AS_MUST_USE enum as_err as_usage_run_open(
    struct as_usage_run *r, const struct as_settings *s, struct as_why *why);
void as_usage_run_close(struct as_usage_run *r);

/* The window of --days that ends today. */
AS_MUST_USE enum as_err as_usage_run_read(struct as_usage_run *r,
    const struct as_settings *s, struct as_usage **out, struct as_why *why);

#endif
