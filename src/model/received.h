/*
 * model/received - what the store has of a received report beside what the report
 * says, and of things that gave none.
 *
 * Text is as it came, for whoever prints it to make harmless; what was absent is
 * AS_STR_NULL.  Times are UTC seconds or AS_REPORT_NO_TIME.
 */
#ifndef AS_MODEL_RECEIVED_H
#define AS_MODEL_RECEIVED_H

#include "model/report.h"

/* What it came in. */
struct as_received_from {
	struct as_str input, path; /* file or mailbox; place inside */
	struct as_str mail_from, mail_date, message_id;
	int64_t received;
	bool kept;       /* its octets, as they came */
	uint64_t octets; /* of what is kept */
};

/* A report.  Notes, `others` and the octets are not read for lists. */
struct as_received {
	int64_t id; /* in the store, from 1 */
	struct as_report_head head;
	bool conflict; /* others have its reporter, id, domain and time, too */
	const int64_t *others; /* their ids, the first ones */
	size_t n_others;
	const struct as_report_note *notes;
	size_t n_notes;
	struct as_received_from from;
};

/* A thing that gave no report. */
struct as_quarantined {
	int64_t id; /* from 1 */
	struct as_str diagnosis;
	struct as_received_from from;
};

#endif
