/*
 * assess/dmarc_view - what mail that fails as one name would meet: by RFC 9989,
 * by RFC 7489, and by RFC 9091.
 *
 * Pure: it asks for lookups and never makes them.  The answers there are go in;
 * where more are needed the view ends with a list of them, and is made again
 * once they are known.  Equal answers give equal views.
 */
#ifndef AS_ASSESS_DMARC_VIEW_H
#define AS_ASSESS_DMARC_VIEW_H

#include "assess/case.h"
#include "std/dmarc_7489.h"
#include "std/dmarc_report.h"
#include "std/need.h"

/* What the walk made of one answer. */
#define AS_DMARC_MADE_MAP(X) \
	X(AS_DMARC_MADE_UNKNOWN, "unknown") \
	X(AS_DMARC_MADE_NO_RECORD, "no-record") \
	X(AS_DMARC_MADE_UNUSABLE, "unusable") \
	X(AS_DMARC_MADE_DISCARDED, "discarded") \
	X(AS_DMARC_MADE_KEPT, "kept") \
	X(AS_DMARC_MADE_ENDS, "ends")
AS_DECLARE_ENUM(dmarc_made, AS_DMARC_MADE_MAP);

struct as_dmarc_query {
	const struct as_txt_set *set;     /* name, answer, texts like DMARC */
	const struct as_dmarc_step *step; /* as the walk read it */
	enum as_dmarc_made made;
	struct as_str fault; /* with UNUSABLE: of its first text */
};

/* One receiver generation with a public suffix list. */
struct as_dmarc_old {
	struct as_dmarc_7489 result;
	struct as_str policy_domain; /* empty: none */
};

/* A domain that SPF or DKIM may vouch for, against the author domain. */
struct as_dmarc_identifier {
	struct as_str domain;
	struct as_str organizational; /* by its own walk; empty: not known */
	enum as_dmarc_alignment spf, dkim;
	struct as_str list_organizational; /* by the list; empty: no list */
	enum as_dmarc_alignment old_spf, old_dkim;
};

/* One address of rua or ruf. */
struct as_dmarc_target {
	enum as_dmarc_report kind;
	const struct as_dmarc_uri *uri;
	enum as_tri external; /* its host is another organization's (EXT-1) */
	struct as_str consent_name; /* asked when it may be; else empty */
	enum as_dmarc_consent consent;
	const struct as_dmarc *instead; /* with MOVED */
	enum as_mail mail;              /* of the host (EXT-5) */
	struct as_str
	    withdrawn; /* the service that is there no more; or empty */
	struct as_str since;
};

struct as_dmarc_ask {
	struct as_str domain; /* canonical, at least one label */
	const struct as_str *identifiers;
	size_t n_identifiers;
	const struct as_assess_options *options;
	const struct as_answer *answers; /* so far */
	size_t n_answers;
};

struct as_dmarc_view {
	/* When n_needs is not 0, nothing else counts: make it again. */
	struct as_need *needs;
	size_t n_needs;

	struct as_str domain;
	enum as_tri exists; /* RFC 9989 4.7: not NXDOMAIN (DMARC-22) */
	bool nxname;        /* it does not, but receivers may not notice */
	const struct as_case *walk;
	struct as_dmarc_query *queries; /* that the walk reached */
	size_t n_queries;
	struct as_dmarc_result
	    result; /* np counts for names that are not there */
	const char
	    *tag; /* that decides: "p", "sp", "np"; NULL without policy */

	struct as_str list_organization; /* absent: no list */
	struct as_str suffix;            /* absent: no list, or none */
	struct as_dmarc_old old;         /* RFC 7489 */
	struct as_dmarc_old suffix_old;  /* RFC 9091 too, if the suffix may */

	const struct as_dmarc_step *reporting; /* whose addresses these are */
	struct as_dmarc_target *targets;
	size_t n_targets;
	struct as_dmarc_identifier *identifiers;
	size_t n_identifiers;
	struct as_str *notes; /* sentences, escaped */
	size_t n_notes;
	bool unknown; /* something above could not be told */
};

/* AS_OK, also when more must be known; AS_ENOMEM. */
AS_MUST_USE enum as_err as_dmarc_view_make(struct as_arena *a,
    const struct as_dmarc_ask *ask, struct as_dmarc_view *out);

#endif
