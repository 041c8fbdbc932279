/*
 * store/report_read_private - the parts of the reader of reports.
 */
#ifndef AS_STORE_REPORT_READ_PRIVATE_H
#define AS_STORE_REPORT_READ_PRIVATE_H

#include "store/report_read.h"
#include "store/sql.h"

/* What as_report_head_columns reads, in its order. */
#define AS_HEAD_COLUMNS \
	"id, kind, org, email, extra, report_id, domain, begin, \"end\"," \
	" version, generator, adkim, aspf, p, sp, np, fo, pct, testing," \
	" discovery, rows, messages, unread, cut, conflict, input, path," \
	" mail_from, mail_date, message_id, received"
#define AS_N_HEAD_COLUMNS 31

/* A report of the row at hand, whose texts live as long as it.  AS_ESYNTAX: the
 * database holds what no report is. */
AS_MUST_USE enum as_err as_report_head_columns(
    struct as_query *q, struct as_received *out, struct as_why *why);

/* AS_EABSENT, in words. */
enum as_err as_report_absent(int64_t id, struct as_why *why);

/* An address of 4 or 16 octets; any other is none. */
struct as_ip as_ip_column(struct as_query *q, int at);

/* Copies the texts that are there; false: no memory. */
bool as_texts_keep(struct as_arena *a, struct as_str *const *list, size_t n);

#endif
