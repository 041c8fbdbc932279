/*
 * std/dmarc_report - do the targets of rua and ruf take reports? (RFC 9990 4)
 *
 * Reports go to another organization only with its word: a TXT at
 * `<policy domain>._report._dmarc.<host of the URI>`.
 */
#ifndef AS_STD_DMARC_REPORT_H
#define AS_STD_DMARC_REPORT_H

#include "std/dmarc.h"

enum as_dmarc_consent {
	AS_DMARC_CONSENT_UNKNOWN, /* not answered */
	AS_DMARC_CONSENT_GIVEN,
	AS_DMARC_CONSENT_MOVED,      /* to other addresses at the same host */
	AS_DMARC_CONSENT_ELSEWHERE,  /* it names an address at another host: no
	                                report to either */
	AS_DMARC_CONSENT_REFUSED,    /* no record */
	AS_DMARC_CONSENT_IMPOSSIBLE, /* the name is longer than names may be */
};
const char *as_dmarc_consent_text(enum as_dmarc_consent c); /* "given" */

/* May reports be sent, with this word? */
bool as_dmarc_consent_is_given(enum as_dmarc_consent c);

enum as_dmarc_report { AS_DMARC_RUA, AS_DMARC_RUF };

/* The name to ask.  AS_ELIMIT: longer than AS_MAX_NAME_OCTETS; AS_ENOMEM. */
AS_MUST_USE enum as_err as_dmarc_consent_name(struct as_arena *a,
    struct as_str policy_domain, struct as_str host, struct as_str *out);

/* What the TXT texts at that name say of reports of this kind to `host` (EXT-1,
 * EXT-3): one record that begins with v=DMARC1 is enough; of several the
 * strictest counts.  `cut`: some texts, or their ends, are not at hand.  With
 * MOVED, *instead is the record whose addresses count.  AS_ENOMEM. */
AS_MUST_USE enum as_err as_dmarc_consent_read(struct as_arena *a,
    const struct as_str *texts, size_t n, bool cut, enum as_dmarc_report kind,
    struct as_str host, enum as_dmarc_consent *out,
    const struct as_dmarc **instead);

#endif
