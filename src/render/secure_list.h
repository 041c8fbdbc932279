/*
 * render/secure_list - the list of domains to which TLS may be forced
 * (assess/secure_list), in the formats of those who use it.
 */
#ifndef AS_RENDER_SECURE_LIST_H
#define AS_RENDER_SECURE_LIST_H

#include "assess/secure_list.h"
#include "base/buf.h"

#define AS_SECURE_FORMAT_MAP(X) \
	X(AS_SECURE_LINES, "lines") \
	X(AS_SECURE_COMMA, "comma") \
	X(AS_SECURE_POSTFIX, "postfix") /* smtp_tls_policy_maps */ \
	X(AS_SECURE_EXCHANGE, \
	    "exchange")           /* columns of New-OutboundConnector */ \
	X(AS_SECURE_JSON, "json") /* assay.secure-list/1, with ages */
AS_DECLARE_ENUM(secure_format, AS_SECURE_FORMAT_MAP);

struct as_secure_list {
	enum as_secure criterion;
	int64_t now;                           /* wall ms, for ages */
	const struct as_secure_entry *entries; /* sorted by domain */
	size_t n;
	size_t left_out, unknown, too_old; /* domains that are not on it */
};

void as_secure_write(struct as_buf *b, enum as_secure_format format,
    const struct as_secure_list *list);

/* The domains of a list that as_secure_write made, in any order.  AS_ESYNTAX:
 * it is no such list; AS_ENOMEM. */
AS_MUST_USE enum as_err as_secure_read(struct as_arena *a,
    enum as_secure_format format, struct as_str text, struct as_str **out,
    size_t *n, struct as_why *why);

#endif
