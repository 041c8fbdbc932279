#include "model/report_wire_fields.h"

#include "base/banned.h"

#define TEXT(s, m) \
	{ \
		AS_WIRE_TEXT, offsetof(struct s, m), 0, 0 \
	}
#define NUMBER(s, m) \
	{ \
		AS_WIRE_NUMBER, offsetof(struct s, m), 0, 0 \
	}
#define FLAG(s, m) \
	{ \
		AS_WIRE_FLAG, offsetof(struct s, m), 0, 0 \
	}
#define KIND(s, m) \
	{ \
		AS_WIRE_KIND, offsetof(struct s, m), 0, 0 \
	}
#define ADDRESS(s, m) \
	{ \
		AS_WIRE_IP, offsetof(struct s, m), 0, 0 \
	}
#define LIST(s, m, of) \
	{ \
		AS_WIRE_LIST, offsetof(struct s, m), \
		    offsetof(struct s, n_##m), \
		    sizeof(struct of) / sizeof(struct as_str) \
	}
#define SHAPE(fields) \
	{ \
		fields, sizeof(fields) / sizeof(fields[0]) \
	}

#define HOLDS_TEXTS(of, k) \
	_Static_assert(sizeof(struct of) == (k) * sizeof(struct as_str), #of)
HOLDS_TEXTS(as_report_reason, 2);
HOLDS_TEXTS(as_report_dkim, 4);
HOLDS_TEXTS(as_report_spf, 4);

#define ROW as_report_row
static const struct as_wire_field row[] = {
    TEXT(ROW, source_ip),
    ADDRESS(ROW, ip),
    NUMBER(ROW, count),
    TEXT(ROW, disposition),
    TEXT(ROW, dkim),
    TEXT(ROW, spf),
    TEXT(ROW, header_from),
    TEXT(ROW, envelope_from),
    TEXT(ROW, envelope_to),
    LIST(ROW, reasons, as_report_reason),
    LIST(ROW, dkims, as_report_dkim),
    LIST(ROW, spfs, as_report_spf),
};

#define POLICY as_report_tls_policy
static const struct as_wire_field policy[] = {
    TEXT(POLICY, type),
    TEXT(POLICY, domain),
    LIST(POLICY, strings, as_str),
    LIST(POLICY, mx_hosts, as_str),
    NUMBER(POLICY, successes),
    NUMBER(POLICY, failures),
};

#define TLS as_report_tls_failure
static const struct as_wire_field tls[] = {
    TEXT(TLS, result_type),
    TEXT(TLS, sending_mta_ip),
    TEXT(TLS, receiving_ip),
    TEXT(TLS, receiving_mx_hostname),
    TEXT(TLS, receiving_mx_helo),
    NUMBER(TLS, sessions),
    TEXT(TLS, info_uri),
    TEXT(TLS, reason_code),
};

#define FAILURE as_report_failure
static const struct as_wire_field failure[] = {
    TEXT(FAILURE, feedback_type),
    TEXT(FAILURE, auth_failure),
    TEXT(FAILURE, delivery_result),
    TEXT(FAILURE, identity_alignment),
    TEXT(FAILURE, source_ip),
    ADDRESS(FAILURE, ip),
    TEXT(FAILURE, reported_domain),
    TEXT(FAILURE, reporting_mta),
    TEXT(FAILURE, arrival_date),
    TEXT(FAILURE, original_mail_from),
    TEXT(FAILURE, original_rcpt_to),
    TEXT(FAILURE, header_from),
    TEXT(FAILURE, subject),
    TEXT(FAILURE, message_id),
    TEXT(FAILURE, dkim_domain),
    TEXT(FAILURE, dkim_identity),
    TEXT(FAILURE, dkim_selector),
    TEXT(FAILURE, spf_dns),
    TEXT(FAILURE, authentication_results),
    NUMBER(FAILURE, incidents),
};

#define NOTE as_report_note
static const struct as_wire_field note[] = {
    TEXT(NOTE, code),
    TEXT(NOTE, where),
    TEXT(NOTE, text),
};

#define HEAD as_report_head
static const struct as_wire_field head[] = {
    KIND(HEAD, kind),
    TEXT(HEAD, org_name),
    TEXT(HEAD, email),
    TEXT(HEAD, extra_contact_info),
    TEXT(HEAD, report_id),
    TEXT(HEAD, domain),
    NUMBER(HEAD, begin),
    NUMBER(HEAD, end),
    TEXT(HEAD, version),
    TEXT(HEAD, generator),
    TEXT(HEAD, adkim),
    TEXT(HEAD, aspf),
    TEXT(HEAD, p),
    TEXT(HEAD, sp),
    TEXT(HEAD, np),
    TEXT(HEAD, fo),
    TEXT(HEAD, pct),
    TEXT(HEAD, testing),
    TEXT(HEAD, discovery_method),
    LIST(HEAD, errors, as_str),
    NUMBER(HEAD, rows),
    NUMBER(HEAD, messages),
    NUMBER(HEAD, unread),
    FLAG(HEAD, cut),
};

#define PIECE as_report_piece
static const struct as_wire_field piece[] = {
    TEXT(PIECE, path),
    TEXT(PIECE, mail_from),
    TEXT(PIECE, mail_date),
    TEXT(PIECE, message_id),
};

const struct as_wire_shape as_wire_row = SHAPE(row);
const struct as_wire_shape as_wire_policy = SHAPE(policy);
const struct as_wire_shape as_wire_tls = SHAPE(tls);
const struct as_wire_shape as_wire_failure = SHAPE(failure);
const struct as_wire_shape as_wire_note = SHAPE(note);
const struct as_wire_shape as_wire_head = SHAPE(head);
const struct as_wire_shape as_wire_piece = SHAPE(piece);
