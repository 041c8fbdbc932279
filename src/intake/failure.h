/*
 * intake/failure - the reader of failure reports about single mails: RFC 5965
 * with the fields of RFC 6591 and RFC 9991, and the plain text that some mail
 * systems send instead.
 *
 * Whoever takes the mail apart gives its parts, decoded.  Other feedback of RFC
 * 5965 (abuse, opt-out) is read the same way and keeps its type.
 *
 * Personal data is left out unless it is asked for: of addresses the part ahead
 * of "@", wherever they stand, and the subject.
 */
#ifndef AS_INTAKE_FAILURE_H
#define AS_INTAKE_FAILURE_H

#include "model/report.h"

struct as_failure_parts {
	struct as_str feedback; /* message/feedback-report; may be absent */
	struct as_str text;     /* the part for people; may be absent */
	struct as_str original; /* header of the mail it is about, or all of
	                           that mail; may be absent */
	struct as_str mail_from, message_id; /* of the report's own mail */
};

/* Does a text for people hold what such a report without other parts says? */
bool as_failure_is_text(struct as_str text);

/* Give one report to the sink.  AS_EVERSION: the parts hold no such report;
 * AS_ELIMIT: one is over AS_MAX_REPORT_FAILURE_OCTETS; else what the sink
 * returned, and then it got `drop`.  FAIL-1, FAIL-2, FAIL-3, FAIL-4. */
AS_MUST_USE enum as_err as_failure_read(const struct as_failure_parts *parts,
    bool keep_personal, const struct as_report_sink *sink, struct as_why *why);

#endif
