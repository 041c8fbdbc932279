/*
 * model/usage - how a domain was used by those who sent mail as it, as aggregate
 * reports tell: what is read from the store for a window of days.
 *
 * A day is UTC seconds divided by 86400.  Counts are messages, never rows.
 */
#ifndef AS_MODEL_USAGE_H
#define AS_MODEL_USAGE_H

#include "model/record.h"
#include "model/report.h"

/* Whose mail a source sends. */
#define AS_USAGE_CLASS_MAP(X) \
	X(AS_USAGE_OURS, "ours") \
	X(AS_USAGE_THIRD_PARTY, "third-party") /* a service, for us */ \
	X(AS_USAGE_FORWARDER, "forwarder")     /* passes our mail on */ \
	X(AS_USAGE_FOREIGN, "foreign")         /* uses our name */ \
	X(AS_USAGE_UNKNOWN, "unknown")
AS_DECLARE_ENUM(usage_class, AS_USAGE_CLASS_MAP);
#define AS_USAGE_CLASSES 5

/* The class of a word; false: it is none. */
bool as_usage_class_find(struct as_str word, enum as_usage_class *out);

/* Messages of one row on one day. */
struct as_usage_row {
	int64_t day;
	uint64_t messages; /* of this day; 0 is possible */
	struct as_str reporter;
	const struct as_report_head *head;
	const struct as_report_row *row;
};

/* Who reported: over the window. */
struct as_usage_reporter {
	struct as_str org;
	int64_t first, last; /* day */
	uint64_t days, reports, messages;
	unsigned gap; /* most days from one report to the next */
};

/* A DKIM key by name, and one result of it. */
struct as_usage_key {
	struct as_str signer, selector, result;
	int64_t first, last; /* day */
	uint64_t messages;
};

/* The operator's word on a source: its name, an address or a prefix. */
struct as_usage_word {
	struct as_str source;
	enum as_usage_class class;
};

/* What DNS says of an address that sent. */
struct as_usage_host {
	struct as_ip ip;
	struct as_str name; /* forward-confirmed; empty: it has none */
};

/* Where an address is, as files of the operator say. */
struct as_usage_place {
	uint32_t asn;          /* 0: not known */
	struct as_str network; /* who runs it; may be empty */
	char country[3];       /* ISO 3166; "": not known */
};

/* What is read goes here; pointers live until the call returns.  An error ends
 * the reading.  Hosts come last, of addresses that were in rows.  All functions must
 * be there. */
struct as_usage_sink {
	void *ctx;
	enum as_err (*row)(void *ctx, const struct as_usage_row *row);
	enum as_err (*reporter)(void *ctx, const struct as_usage_reporter *r);
	enum as_err (*key)(void *ctx, const struct as_usage_key *k);
	enum as_err (*word)(void *ctx, const struct as_usage_word *w);
	enum as_err (*host)(void *ctx, const struct as_usage_host *h);
};

#endif
