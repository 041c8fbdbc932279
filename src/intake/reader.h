/*
 * intake/reader - one report, unwrapped already, as a stream of octets that may
 * come in any split.
 *
 * Two readers with one face: aggregate (XML) and TLS (JSON).  Memory is constant,
 * whatever the report's length, for aggregate reports; a TLS report is held
 * whole up to its cap.  Each refuses with a diagnosis for people in *why: what
 * it is, where, what to do.  Failure reports are several parts of a mail: see
 * intake/failure.
 *
 * Caps: base/limits, AS_MAX_REPORT_*.
 */
#ifndef AS_INTAKE_READER_H
#define AS_INTAKE_READER_H

#include "model/report.h"

struct as_reader;

/* What the first octets (a few hundred are enough) look like.  AS_EABSENT: no
 * report that we know; *why says what it looks like instead. */
AS_MUST_USE enum as_err as_reader_sniff(
    struct as_str start, enum as_report_kind *kind, struct as_why *why);

/* A reader that gives its events to *sink, which must outlive it.  AS_EINVAL: a
 * kind that is not read from a stream. */
AS_MUST_USE enum as_err as_reader_new(enum as_report_kind kind,
    const struct as_report_sink *sink, struct as_reader **out);
void as_reader_free(struct as_reader *r); /* accepts NULL */

/* The next octets.  An error is final: if the report had begun, the sink got
 * `drop`. */
AS_MUST_USE enum as_err as_reader_feed(
    struct as_reader *r, struct as_str octets, struct as_why *why);

/* No more octets: the sink got `end` (AS_OK), or `drop` if it had begun (else). */
AS_MUST_USE enum as_err as_reader_end(struct as_reader *r, struct as_why *why);

#endif
