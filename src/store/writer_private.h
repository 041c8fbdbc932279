/*
 * store/writer_private - the parts of the writer of reports.
 */
#ifndef AS_STORE_WRITER_PRIVATE_H
#define AS_STORE_WRITER_PRIVATE_H

#include <openssl/evp.h>

#include "base/buf.h"
#include "store/reports.h"
#include "store/sql.h"

#define AS_DIGEST_OCTETS 32

/* What is held back of one report before its rows go to the database while it
 * is still being read. */
#define AS_HELD_EVENTS ((size_t)4096)
#define AS_HELD_OCTETS ((size_t)4 * 1024 * 1024)

enum as_event_kind {
	AS_EVENT_ROW,
	AS_EVENT_TLS_POLICY,
	AS_EVENT_TLS_FAILURE,
	AS_EVENT_FAILURE,
};

struct as_event {
	enum as_event_kind kind;
	union {
		struct as_report_row row;
		struct as_report_tls_policy policy;
		struct as_report_tls_failure tls;
		struct as_report_failure failure;
	} of;
	struct as_event *next;
};

/* --- copies (writer_copy) --- */

/* Deep, into the arena; NULL: no memory. */
struct as_event *as_event_copy(
    struct as_arena *a, const struct as_event *e) AS_MUST_USE;
AS_MUST_USE enum as_err as_head_copy(struct as_arena *a,
    const struct as_report_head *from, struct as_report_head *to);

/* --- digest (writer_digest) --- */

void as_digest_event(EVP_MD_CTX *md, const struct as_event *e);
void as_digest_head(EVP_MD_CTX *md, const struct as_report_head *h);

/* --- octets (quarantine) --- */

/* Keep them once, whatever they hold; `hash` names them.  q: INSERT INTO raw. */
AS_MUST_USE enum as_err as_raw_keep(struct as_query *q, struct as_str raw,
    uint8_t hash[AS_DIGEST_OCTETS], struct as_why *why);

/* --- rows (writer_rows) --- */

struct as_rows {
	struct as_query *row, *policy, *tls, *failure;
	struct as_buf text;  /* JSON of one row */
	int64_t n, policies; /* of this report */
};

AS_MUST_USE enum as_err as_rows_init(
    struct as_store *s, struct as_rows *r, struct as_why *why);
void as_rows_fini(struct as_rows *r);
AS_MUST_USE enum as_err as_rows_insert(struct as_rows *r, int64_t report,
    const struct as_event *e, struct as_why *why);

/* --- days (writer_days) --- */

/* The days of a report and their shares of its time. */
struct as_days {
	int64_t first; /* day */
	size_t n;
	int64_t begin, end; /* seconds; of one day: not used */
};

struct as_days as_days_of(const struct as_report_head *h);

/* Of `total` messages those of the i-th day: all days add up to total. */
uint64_t as_days_share(const struct as_days *d, size_t i, uint64_t total);

/* --- sums (writer_sums) --- */

struct as_sums;
AS_MUST_USE enum as_err as_sums_new(
    struct as_store *s, struct as_sums **out, struct as_why *why);
void as_sums_free(struct as_sums *u);

/* Add what a report means to the sums: from its events, or from what is in the
 * database of it. */
AS_MUST_USE enum as_err as_sums_add(struct as_sums *u,
    const struct as_report_head *h, const struct as_event *events,
    struct as_why *why);
AS_MUST_USE enum as_err as_sums_add_stored(struct as_sums *u,
    const struct as_report_head *h, int64_t report, struct as_why *why);

/* Add those of all reports that are stored, and write them; *n counts reports. */
AS_MUST_USE enum as_err as_sums_add_all(
    struct as_store *s, struct as_sums *u, uint64_t *n, struct as_why *why);

/* The same, when there are none yet. */
AS_MUST_USE enum as_err as_sums_make(struct as_store *s, struct as_why *why);

/* Write them, in the order of their keys. */
AS_MUST_USE enum as_err as_sums_flush(struct as_sums *u, struct as_why *why);
void as_sums_drop(struct as_sums *u);

#endif
