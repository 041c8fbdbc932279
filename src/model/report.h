/*
 * model/report - what a received report says: DMARC aggregate reports (RFC 7489
 * 7.2, RFC 9990), failure reports (RFC 9991, RFC 6591, RFC 5965) and TLS reports
 * (RFC 8460), as events.
 *
 * A reader gives events to a sink in the order in which it meets them, so that
 * a report of a million rows needs no more memory than one of ten.  Rows may
 * come before the head is complete (elements stand in any order in the wild):
 * the head comes last, with `end`.
 *
 * Text is UTF-8, as the report had it without white space around it; what was
 * absent is AS_STR_NULL, what was empty is empty.  Nothing is guessed: a word
 * that no standard knows stays that word and is never taken for "pass" or
 * "fail" (as_report_verdict says unknown).  All pointers live until the call of
 * the sink returns.
 */
#ifndef AS_MODEL_REPORT_H
#define AS_MODEL_REPORT_H

#include "base/ip.h"

enum as_report_kind {
	AS_REPORT_AGGREGATE,
	AS_REPORT_FAILURE,
	AS_REPORT_TLS,
};

/* "aggregate", "failure", "tls"; static. */
const char *as_report_kind_name(enum as_report_kind kind);

/* What a result word means for counting. */
enum as_report_verdict {
	AS_REPORT_VERDICT_UNKNOWN, /* absent, empty or no known word */
	AS_REPORT_VERDICT_PASS,
	AS_REPORT_VERDICT_FAIL,
	AS_REPORT_VERDICT_OTHER, /* known, neither: none, neutral, ... */
};
enum as_report_verdict as_report_verdict(struct as_str word);

/* Counts and times that a report did not give, or not as a number. */
#define AS_REPORT_NO_TIME  INT64_MIN
#define AS_REPORT_NO_COUNT UINT64_MAX

/* One report; the published policy belongs to aggregate reports alone. */
struct as_report_head {
	enum as_report_kind kind;
	struct as_str org_name;
	struct as_str email; /* contact */
	struct as_str extra_contact_info;
	struct as_str report_id;
	struct as_str domain; /* whose policy: lower case, without end dot */
	int64_t begin, end;   /* UTC seconds; AS_REPORT_NO_TIME */
	struct as_str version;
	struct as_str generator;
	struct as_str adkim, aspf, p, sp, np, fo, pct, testing;
	struct as_str discovery_method;
	const struct as_str *errors;
	size_t n_errors;
	uint64_t rows;     /* given to the sink */
	uint64_t messages; /* sum of their counts, saturating */
	uint64_t unread;   /* rows that could not be read and were not given */
	bool cut;          /* it ended too early, or a cap was met */
};

struct as_report_reason {
	struct as_str type, comment;
};

struct as_report_dkim {
	struct as_str domain, selector, result, human_result;
};

struct as_report_spf {
	struct as_str domain, scope, result, human_result;
};

/* One row of an aggregate report. */
struct as_report_row {
	struct as_str source_ip;              /* as it stood */
	struct as_ip ip;                      /* ip.len 0: it is none */
	uint64_t count;                       /* messages; AS_REPORT_NO_COUNT */
	struct as_str disposition, dkim, spf; /* policy_evaluated */
	struct as_str header_from, envelope_from, envelope_to;
	const struct as_report_reason *reasons;
	size_t n_reasons;
	const struct as_report_dkim *dkims;
	size_t n_dkims;
	const struct as_report_spf *spfs;
	size_t n_spfs;
};

/* One policy of a TLS report (RFC 8460 4.4), then its failures. */
struct as_report_tls_policy {
	struct as_str type; /* sts, tlsa, no-policy-found */
	struct as_str domain;
	const struct as_str *strings, *mx_hosts;
	size_t n_strings, n_mx_hosts;
	uint64_t successes, failures; /* sessions; AS_REPORT_NO_COUNT */
};

struct as_report_tls_failure {
	struct as_str result_type;
	struct as_str sending_mta_ip, receiving_ip;
	struct as_str receiving_mx_hostname, receiving_mx_helo;
	uint64_t sessions; /* failed; AS_REPORT_NO_COUNT */
	struct as_str info_uri, reason_code;
};

/* One failure report.  What is personal (local parts, subjects) is left out by
 * the reader unless it is told to keep it. */
struct as_report_failure {
	struct as_str feedback_type, auth_failure, delivery_result;
	struct as_str identity_alignment;
	struct as_str source_ip;
	struct as_ip ip;
	struct as_str reported_domain, reporting_mta, arrival_date;
	struct as_str original_mail_from, original_rcpt_to;
	struct as_str header_from; /* of the message that came along */
	struct as_str subject, message_id;
	struct as_str dkim_domain, dkim_identity, dkim_selector, spf_dns;
	struct as_str authentication_results;
	uint64_t incidents; /* 1 unless it says otherwise */
};

/* A repair, or something odd that was left as it stood. */
struct as_report_note {
	struct as_str code;  /* stable: "encoding-repaired" */
	struct as_str where; /* "record 12, source_ip"; may be empty */
	struct as_str text;  /* for people */
};

/*
 * Where events go.  A function may be NULL: not wanted.  An error ends the
 * reading and is what the reader returns.  Between `begin` and `end` or `drop`
 * all events are of one report.
 */
struct as_report_sink {
	void *ctx;
	enum as_err (*begin)(void *ctx, enum as_report_kind kind);
	enum as_err (*row)(void *ctx, const struct as_report_row *row);
	enum as_err (*tls_policy)(
	    void *ctx, const struct as_report_tls_policy *policy);
	enum as_err (*tls_failure)(
	    void *ctx, const struct as_report_tls_failure *failure);
	enum as_err (*failure)(
	    void *ctx, const struct as_report_failure *failure);
	enum as_err (*note)(void *ctx, const struct as_report_note *note);
	enum as_err (*end)(void *ctx, const struct as_report_head *head);
	/* It is no report after all: forget its events. */
	enum as_err (*drop)(void *ctx);
};

#endif
