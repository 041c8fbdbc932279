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

struct as_digest {
	EVP_MD_CTX *md;
	uint8_t octets[4096]; /* not hashed yet */
	size_t n;
};

AS_MUST_USE bool as_digest_begin(struct as_digest *d);
void as_digest_event(struct as_digest *d, const struct as_event *e);
void as_digest_head(struct as_digest *d, const struct as_report_head *h);
AS_MUST_USE bool as_digest_end(
    struct as_digest *d, uint8_t out[AS_DIGEST_OCTETS]);

/* --- reports that wait (writer_batch) --- */

/* So many, or so much of them, wait to be put in order. */
#define AS_BATCH_REPORTS ((size_t)1024)
#define AS_BATCH_OCTETS  ((size_t)4 * 1024 * 1024)
#define AS_BATCH_RAW     ((size_t)64 * 1024) /* longer ones do not wait */

/* A whole report, as it goes to the database; texts are the batch's. */
struct as_kept {
	struct as_report_head head;
	const struct as_event *events; /* NULL: its rows are there already */
	struct as_store_origin origin;
	struct as_str notes;
	uint8_t digest[AS_DIGEST_OCTETS];
	bool conflict;
	int64_t day;
	size_t at; /* in the order of coming */
};

struct as_batch {
	struct as_kept *kept[AS_BATCH_REPORTS];
	uint64_t digests[AS_BATCH_REPORTS], names[AS_BATCH_REPORTS];
	size_t n;
};

/* Does one of them say the same? */
bool as_batch_has(
    const struct as_batch *b, const uint8_t digest[AS_DIGEST_OCTETS]);

/* Mark those of the same name; false: there is none. */
bool as_batch_mark(struct as_batch *b, const struct as_report_head *h);

/* b has room. */
void as_batch_add(struct as_batch *b, struct as_kept *k);

/* By domain and day. */
void as_batch_sort(struct as_batch *b);

/* --- octets (quarantine) --- */

/* Keep them once, whatever they hold; `hash` names them.  q: INSERT INTO raw. */
AS_MUST_USE enum as_err as_raw_keep(struct as_query *q, struct as_str raw,
    uint8_t hash[AS_DIGEST_OCTETS], struct as_why *why);

/* --- heads (writer_head) --- */

struct as_heads {
	struct as_query *report, *raw, *known, *known_exactly, *mark;
};

AS_MUST_USE enum as_err as_heads_init(
    struct as_store *s, struct as_heads *h, struct as_why *why);
void as_heads_fini(struct as_heads *h);
AS_MUST_USE enum as_err as_heads_insert(struct as_heads *h, struct as_arena *a,
    int64_t id, const struct as_kept *k, struct as_why *why);

/* Of those in the database: does one say the same, does one bear its name? */
AS_MUST_USE enum as_err as_heads_find(struct as_heads *h,
    const struct as_kept *k, bool *same, bool *named, struct as_why *why);
/* Mark those of its name. */
AS_MUST_USE enum as_err as_heads_mark(
    struct as_heads *h, const struct as_report_head *head, struct as_why *why);

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

/* --- sums that wait (writer_held) --- */

#define AS_SUM_KEYS 6

/* What a sum is of: a table of sums, a day, and texts of which the first is the
 * domain. */
struct as_sum_key {
	uint8_t table;
	int64_t day;
	struct as_str texts[AS_SUM_KEYS];
	size_t n;
};

struct as_sum {
	const char *octets; /* of the texts, one behind the other */
	uint32_t lengths[AS_SUM_KEYS];
	uint8_t table, n_keys;
	int64_t day;
	uint64_t counts[2];
};

struct as_str as_sum_text(const struct as_sum *s, size_t i);
void as_sum_add(struct as_sum *s, const uint64_t counts[2]);
int as_sum_cmp(const void *a, const void *b); /* by table, domain, day, rest */

struct as_held {
	struct as_arena *a;
	struct as_sum *list;
	uint32_t *slots; /* index in list, plus one */
	size_t n, max;   /* max: a power of two */
	size_t octets;   /* of texts, then it is full too */
};

/* After false, as_held_fini. */
AS_MUST_USE bool as_held_init(struct as_held *h, size_t max, size_t octets);
void as_held_fini(struct as_held *h);
bool as_held_is_full(const struct as_held *h);

/* It is not full.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_held_add(
    struct as_held *h, const struct as_sum_key *k, const uint64_t counts[2]);
void as_held_sort(struct as_held *h);
void as_held_reset(struct as_held *h);

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

/* The events of a report whose head is not known yet, one by one; then, with its
 * head, add what they mean.  *out: it was added; else there were too many, and
 * as_sums_add_stored has to. */
AS_MUST_USE enum as_err as_sums_expect(
    struct as_sums *u, const struct as_event *e, struct as_why *why);
AS_MUST_USE enum as_err as_sums_add_expected(struct as_sums *u,
    const struct as_report_head *h, bool *out, struct as_why *why);
void as_sums_forget(struct as_sums *u); /* what was expected */

/* Write them, in the order of their keys. */
AS_MUST_USE enum as_err as_sums_flush(struct as_sums *u, struct as_why *why);
void as_sums_drop(struct as_sums *u);

#endif
