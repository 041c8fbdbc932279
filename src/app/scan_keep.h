/*
 * app/scan_keep - looks of a scan go into the history.
 */
#ifndef AS_APP_SCAN_KEEP_H
#define AS_APP_SCAN_KEEP_H

#include "app/run.h"

struct as_scan_keep;

/* AS_EIO and what the store says. */
AS_MUST_USE enum as_err as_scan_keep_open(struct as_arena *a,
    const struct as_settings *s, struct as_scan_keep **out, struct as_why *why);
void as_scan_keep_close(struct as_scan_keep *k); /* accepts NULL */

/* One domain: what was seen, and how it was judged.  Durable with the end, and in
 * between now and then. */
AS_MUST_USE enum as_err as_scan_keep_look(struct as_scan_keep *k,
    const struct as_facts *facts, const struct as_assessment *as,
    struct as_why *why);
AS_MUST_USE enum as_err as_scan_keep_end(
    struct as_scan_keep *k, struct as_why *why);

#endif
