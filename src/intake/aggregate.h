/*
 * intake/aggregate - the reader of DMARC aggregate reports (RFC 7489 appendix C,
 * RFC 9990), as intake/reader has it.
 *
 * The octets are read as well-formed XML, however they came (intake/mend), and
 * each record goes to the sink as it ends.  Elements may stand in any order, of any
 * namespace; unknown ones are passed over.
 *
 * A row is given whole or not at all: one from which a piece is missing is
 * counted as unread.  A report that ends in the midst of a row is refused, as
 * the whole one may yet come; one that ends elsewhere is marked as cut.
 */
#ifndef AS_INTAKE_AGGREGATE_H
#define AS_INTAKE_AGGREGATE_H

#include "model/report.h"

struct as_aggregate;

/* AGG-1, AGG-5, AGG-9. */
AS_MUST_USE enum as_err as_aggregate_new(
    const struct as_report_sink *sink, struct as_aggregate **out);
void as_aggregate_free(struct as_aggregate *a); /* accepts NULL */
AS_MUST_USE enum as_err as_aggregate_feed(
    struct as_aggregate *a, struct as_str octets, struct as_why *why);
AS_MUST_USE enum as_err as_aggregate_end(
    struct as_aggregate *a, struct as_why *why);

#endif
