/*
 * model/tls_told - what TLS reports tell of one domain, summed over a window of
 * days: read from the store.
 */
#ifndef AS_MODEL_TLS_TOLD_H
#define AS_MODEL_TLS_TOLD_H

#include "base/err.h"
#include "base/str.h"

/* Failed sessions of one reporter, policy type, result and mail server. */
struct as_tls_told_row {
	struct as_str org, policy, result, mx; /* may be empty */
	struct as_str reason, ip; /* one of those given, or empty */
	uint64_t sessions;
	int64_t first, last; /* day */
};

/* Of one reporter. */
struct as_tls_told_total {
	struct as_str org;
	uint64_t successes, failures; /* sessions */
	uint64_t days;
	int64_t first, last; /* day */
};

/* Pointers live until the call returns; an error ends the reading. */
struct as_tls_told_sink {
	void *ctx;
	enum as_err (*row)(void *ctx, const struct as_tls_told_row *row);
	enum as_err (*total)(void *ctx, const struct as_tls_told_total *total);
};

#endif
