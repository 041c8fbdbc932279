/*
 * std/tls_rpt - the TLS reporting record (RFC 8460 3).
 */
#ifndef AS_STD_TLS_RPT_H
#define AS_STD_TLS_RPT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "std/reading.h"

/* Starts with "v=TLSRPTv1;" or is "v=TLSRPTv1" (RPT-1). */
bool as_tls_rpt_is_record(struct as_str txt);

struct as_tls_rpt {
	struct as_str *rua; /* mailto: and https: URIs, in order */
	size_t n_rua;       /* at least 1 */
};

AS_MUST_USE enum as_err as_tls_rpt_parse(struct as_arena *a, struct as_str txt,
    struct as_tls_rpt **out, struct as_why *why);

/* The same for people (std/reading): *out comes with faults too, as far as it
 * was read, but for AS_EVERSION and AS_ENOMEM. */
AS_MUST_USE enum as_err as_tls_rpt_read(struct as_arena *a, struct as_str txt,
    struct as_reading *rd, struct as_tls_rpt **out, struct as_why *why);

#endif
