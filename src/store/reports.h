/*
 * store/reports - received reports, their rows and what they add up to.
 *
 * A report is the same as another when what it says is the same, however it was
 * wrapped: by a digest of its events.  One of the same reporter, id, domain and
 * range that says something else is kept and counted too (several machines of
 * one reporter send under one id), and both are marked.
 *
 * Sums (`daily`, `dkim_daily`, `tls_daily`) change in the transaction that
 * stores the report.  A report that spans more than a day and a tolerance is
 * spread over its days by their share of its time; else all of it belongs to the
 * day of its middle.
 */
#ifndef AS_STORE_REPORTS_H
#define AS_STORE_REPORTS_H

#include "store/store.h"

/* What came of a report. */
enum as_stored {
	AS_STORED_NEW,
	AS_STORED_DUPLICATE, /* the same is there already: nothing changed */
	AS_STORED_CONFLICT,  /* stored; another of its name says otherwise */
};

/* Where a report came from, and its octets for replay. */
struct as_store_origin {
	struct as_str input, path; /* file or mailbox; place inside */
	struct as_str mail_from, mail_date, message_id;
	struct as_str raw; /* compressed as it came; may be absent */
	int64_t received;
};

/* A writer of one report after the other.  Small ones wait to be written by
 * domain and day, as many as fit a few MB.  An error of any of its functions, or
 * of its sink (as_store_writer_why says which), rolls back what was not
 * committed; after as_store_rollback it must be made anew. */
struct as_store_writer;
AS_MUST_USE enum as_err as_store_writer_new(
    struct as_store *s, struct as_store_writer **out, struct as_why *why);
void as_store_writer_free(struct as_store_writer *w); /* accepts NULL */

/* The sink for the events of its reports.  After `end`, as_store_keep says what
 * comes of the report; `drop`, or a new `begin`, forgets it. */
struct as_report_sink as_store_sink(struct as_store_writer *w);
AS_MUST_USE enum as_err as_store_keep(struct as_store_writer *w,
    const struct as_store_origin *origin, enum as_stored *out,
    struct as_why *why);

/* What the last error of the sink was. */
const struct as_why *as_store_writer_why(const struct as_store_writer *w);

/* Write what the writer holds back to order it; before as_store_commit, and only
 * between reports. */
AS_MUST_USE enum as_err as_store_flush(
    struct as_store_writer *w, struct as_why *why);

/* An input, or a piece of one, that gave no report; one of equal octets (raw) and
 * path is kept once, with the last diagnosis.  Without octets (too many) one of equal input and path. */
AS_MUST_USE enum as_err as_store_quarantine(struct as_store *s,
    const struct as_store_origin *origin, struct as_str diagnosis,
    struct as_why *why);

#endif
