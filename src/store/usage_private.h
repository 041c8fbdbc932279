/*
 * store/usage_private - the parts of the reader of usage.
 */
#ifndef AS_STORE_USAGE_PRIVATE_H
#define AS_STORE_USAGE_PRIVATE_H

#include "model/usage.h"
#include "store/sql.h"

/* Results and reasons of a row, from the JSON that the writer made; absent text
 * leaves them out.  AS_ENOMEM, AS_ESYNTAX. */
AS_MUST_USE enum as_err as_usage_auth_read(struct as_arena *a,
    struct as_str auth, struct as_str reasons, struct as_report_row *row,
    struct as_why *why);

/* An address of the database; false: it is none. */
bool as_usage_ip_read(struct as_str octets, struct as_ip *out);

/* The operator's words on a domain. */
AS_MUST_USE enum as_err as_usage_words_read(struct as_store *s,
    struct as_str domain, const struct as_usage_sink *sink, struct as_why *why);

#endif
