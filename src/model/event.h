/*
 * model/event - what changed about a domain between two looks at it.
 *
 * An event says what is different, in which direction and by whose doing; it
 * does not say whether to tell anybody.  Texts are escaped (as_str_escape) and
 * fit for people and JSON.  Memory: the arena of whoever made the list.
 */
#ifndef AS_MODEL_EVENT_H
#define AS_MODEL_EVENT_H

#include "model/finding.h"

#define AS_EVENT_KIND_MAP(X) \
	X(AS_EVENT_RECORD_ADDED, "record-added") \
	X(AS_EVENT_RECORD_REMOVED, "record-removed") \
	X(AS_EVENT_RECORD_CHANGED, "record-changed") \
	X(AS_EVENT_POLICY_MOVED, "policy-moved") \
	X(AS_EVENT_MX_ADDED, "mx-added") \
	X(AS_EVENT_MX_REMOVED, "mx-removed") \
	X(AS_EVENT_CERT_RENEWED, "certificate-renewed") \
	X(AS_EVENT_CERT_REPLACED, "certificate-replaced") \
	X(AS_EVENT_TLS_BROKEN, "tls-broken") \
	X(AS_EVENT_TLS_RESTORED, "tls-restored") \
	X(AS_EVENT_FINDING_OPENED, "finding-opened") \
	X(AS_EVENT_FINDING_CLOSED, "finding-closed") \
	X(AS_EVENT_FINDING_MOVED, "finding-moved") \
	X(AS_EVENT_GRADE_MOVED, "grade-moved") \
	X(AS_EVENT_ROLE_MOVED, "role-moved") \
	X(AS_EVENT_SENDER_NEW, "sender-new") \
	X(AS_EVENT_REPORTS_STOPPED, "reports-stopped") \
	X(AS_EVENT_REPORTS_RESUMED, "reports-resumed")
AS_DECLARE_ENUM(event_kind, AS_EVENT_KIND_MAP);

/* Whose doing.  TIME: nothing changed but the date, as when a certificate runs
 * out; RULES: the same facts are judged by a newer catalogue. */
#define AS_EVENT_CAUSE_MAP(X) \
	X(AS_EVENT_BY_DOMAIN, "domain") \
	X(AS_EVENT_BY_TIME, "time") \
	X(AS_EVENT_BY_RULES, "rules")
AS_DECLARE_ENUM(event_cause, AS_EVENT_CAUSE_MAP);

#define AS_EVENT_TURN_MAP(X) \
	X(AS_EVENT_NEITHER, "neither") \
	X(AS_EVENT_BETTER, "better") \
	X(AS_EVENT_WORSE, "worse")
AS_DECLARE_ENUM(event_turn, AS_EVENT_TURN_MAP);

#define AS_EVENT_FIELDS(F) \
	F(ENUM, kind, event_kind, "") \
	F(ENUM, cause, event_cause, "") \
	F(ENUM, turn, event_turn, "for the domain's security") \
	F(TEXT, subject, , "what it is of: domain:NAME or host:NAME") \
	F(TEXT, name, , \
	    "of the record; or which policy: p, sp, np, spf, mta-sts") \
	F(TEXT, type, , "of the record: TXT, MX, ...") \
	F(TEXT, rule, , "of a finding; of a grade the question") \
	F(ENUM, severity, verdict, \
	    "of a finding: the worse of before and after") \
	F(TEXT, before, , "absent: there was none") \
	F(TEXT, after, , "absent: there is none")
AS_DECLARE(event, AS_EVENT_FIELDS);

#define AS_EVENTS_FIELDS(F) \
	F(LIST, list, event, "") \
	F(BOOL, cut, , "there are more than are kept")
AS_DECLARE(events, AS_EVENTS_FIELDS);

/* --- the verdicts of an assessment, as kept to be compared --- */

#define AS_VERDICT_LINE_FIELDS(F) \
	F(TEXT, rule, , "") \
	F(TEXT, subject, , "domain:NAME, or host:NAME for all its addresses") \
	F(ENUM, verdict, verdict, "the worst of them")
AS_DECLARE(verdict_line, AS_VERDICT_LINE_FIELDS);

#define AS_VERDICTS_FIELDS(F) \
	F(TEXT, rules_version, , "of the catalogue") \
	F(ENUM, role, role, "") \
	F(ENUM, phase, phase, "") \
	F(TEXT, grades, , "a letter an axis, in their order") \
	F(LIST, lines, verdict_line, "by rule, then subject")
AS_DECLARE(verdicts, AS_VERDICTS_FIELDS);

#endif
