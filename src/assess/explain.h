/*
 * assess/explain - one record, tag by tag, and what is wrong with it.
 *
 * Pure: equal texts give equal explanations.  One file a type says what its
 * parts mean, on top of the parsers of std.
 */
#ifndef AS_ASSESS_EXPLAIN_H
#define AS_ASSESS_EXPLAIN_H

#include "model/record.h"

struct as_explain_input {
	enum as_record_type type;
	struct as_str text;    /* the record, strings joined; at most
	                       AS_MAX_RECORD_OCTETS, or AS_ELIMIT */
	const size_t *strings; /* octets of each TXT string, in order */
	size_t n_strings;      /* 0: how it is cut is not known */
	struct as_str senders; /* data/senders.tsv; may be empty */
};

/* Memory that the longest record can need. */
#define AS_EXPLAIN_OCTETS ((size_t)16 * 1024 * 1024)

/* AS_ENOMEM; AS_ELIMIT as above. */
AS_MUST_USE enum as_err as_explain(struct as_arena *a,
    const struct as_explain_input *in, struct as_record_view **out);

#endif
