/*
 * model/record - one record explained: what its parts mean and what is wrong.
 *
 * All texts are UTF-8 fit for JSON; octets of the record inside them have gone
 * through as_str_escape.  Memory: one arena.
 */
#ifndef AS_MODEL_RECORD_H
#define AS_MODEL_RECORD_H

#include "model/codec.h"

#define AS_RECORD_TYPE_MAP(X) \
	X(AS_RECORD_SPF, "spf") \
	X(AS_RECORD_DKIM, "dkim") \
	X(AS_RECORD_DMARC, "dmarc") \
	X(AS_RECORD_MTA_STS, "mta-sts") \
	X(AS_RECORD_MTA_STS_POLICY, "mta-sts-policy") \
	X(AS_RECORD_TLS_RPT, "tls-rpt") \
	X(AS_RECORD_TLSA, "tlsa") \
	X(AS_RECORD_BIMI, "bimi") \
	X(AS_RECORD_CAA, "caa")
AS_DECLARE_ENUM(record_type, AS_RECORD_TYPE_MAP);

/* UNUSABLE: a conforming reader must discard it or return permerror.
 * NOT_THIS_TYPE: it does not even set out to be such a record. */
#define AS_RECORD_STATUS_MAP(X) \
	X(AS_RECORD_VALID, "valid") \
	X(AS_RECORD_UNUSABLE, "unusable") \
	X(AS_RECORD_NOT_THIS_TYPE, "not-this-type")
AS_DECLARE_ENUM(record_status, AS_RECORD_STATUS_MAP);

/* In the order of urgency. */
#define AS_LEVEL_MAP(X) \
	X(AS_LEVEL_INFO, "info") \
	X(AS_LEVEL_WARN, "warn") \
	X(AS_LEVEL_ERROR, "error")
AS_DECLARE_ENUM(level, AS_LEVEL_MAP);

enum as_part_kind {
	AS_PART_TEXT,   /* a JSON string */
	AS_PART_NUMBER, /* a JSON number; value holds its digits */
	AS_PART_ITEM,   /* a member of the JSON list of this name */
};

/* One part of a record: a tag, a term, a number, a line. */
struct as_record_part {
	struct as_str name;  /* its key in "fields": "p", "terms"; escaped, a
	                        NUL behind it */
	struct as_str value; /* as written, escaped */
	enum as_part_kind kind;
	struct as_str shown;   /* as people see it: "p=reject"; empty: it is not
	                        in the record but follows from it */
	struct as_str meaning; /* plain words; empty with what follows */
	size_t at;             /* octet of the record; AS_WHY_NOWHERE */
};

struct as_record_problem {
	enum as_level level;
	size_t at;          /* octet of the record; AS_WHY_NOWHERE */
	struct as_str text; /* one sentence, without its clause */
	struct as_str cite; /* "RFC 7208 4.6.4"; empty when there is none */
};

struct as_record_view {
	enum as_record_type type;
	enum as_record_status status;
	bool experimental;  /* of no standard yet */
	struct as_str text; /* the record: raw octets, the strings joined */
	struct as_record_part *parts; /* in the order of the record */
	size_t n_parts;
	struct as_record_problem *problems; /* worst first, then by place */
	size_t n_problems;
};

#endif
