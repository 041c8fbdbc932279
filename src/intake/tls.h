/*
 * intake/tls - the reader of TLS reports (RFC 8460 4), as intake/reader
 * has it.
 *
 * The document is read in pieces (intake/tls_cut), so that a report of any length
 * needs little memory.  A member of another
 * kind than the standard's is not read and noted; unknown members are passed
 * over.  What the standard's errata and reporters have in several forms is read
 * in each: mx-host and mx-host-pattern, one string or a list.
 */
#ifndef AS_INTAKE_TLS_H
#define AS_INTAKE_TLS_H

#include "model/report.h"

struct as_tls_reader;

/* RPT-3. */
AS_MUST_USE enum as_err as_tls_reader_new(
    const struct as_report_sink *sink, struct as_tls_reader **out);
void as_tls_reader_free(struct as_tls_reader *t); /* accepts NULL */
AS_MUST_USE enum as_err as_tls_reader_feed(
    struct as_tls_reader *t, struct as_str octets, struct as_why *why);
AS_MUST_USE enum as_err as_tls_reader_end(
    struct as_tls_reader *t, struct as_why *why);

#endif
