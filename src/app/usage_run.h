/*
 * app/usage_run - what the reports of the store say of one domain, beside what
 * DNS says: for the commands sources and enforce.
 */
#ifndef AS_APP_USAGE_RUN_H
#define AS_APP_USAGE_RUN_H

#include "app/places.h"
#include "app/usage_ask.h"
#include "assess/key_use.h"
#include "assess/usage.h"
#include "store/store.h"

struct as_usage_run {
	struct as_arena *arena;
	struct as_run run; /* settings */
	bool offline;
	int64_t now_ms, today; /* today is a day */
	const char *path;
	struct as_str domain;
	struct as_places *places; /* NULL: no such files */
	struct as_usage_ask ask;
};

/* Read the settings; one argument, the domain.  AS_EINVAL, AS_EIO.
 * as_usage_run_close also after an error. */
AS_MUST_USE enum as_err as_usage_run_open(
    struct as_usage_run *r, const struct as_settings *s, struct as_why *why);
void as_usage_run_close(struct as_usage_run *r);

/* The window of --days that ends today, and what DNS says, unless it is not to
 * be asked. */
AS_MUST_USE enum as_err as_usage_run_read(struct as_usage_run *r,
    const struct as_settings *s, struct as_usage **out, struct as_why *why);

/* The keys of the domain, after as_usage_run_read; DNS is asked for those that
 * reports tell of, unless it is not to be. */
AS_MUST_USE enum as_err as_usage_run_keys(struct as_usage_run *r,
    const struct as_usage *u, struct as_key_uses *out, struct as_why *why);

#endif
