/*
 * assess/tls_gates - the checks behind tls_gates.tbl, and what they look at.
 */
#ifndef AS_ASSESS_TLS_GATES_H
#define AS_ASSESS_TLS_GATES_H

#include "assess/tls_verdict.h"

#define AS_TLS_SEEN_OCTETS 600 /* of what one remark shows */

struct as_tls_look {
	const struct as_tls_server *s;
	int64_t now_ms;
};

/* Does the row fit?  What was seen is added to `seen`. */
typedef bool as_tls_check(const struct as_tls_look *l, struct as_buf *seen);

struct as_tls_gate {
	const char *id;
	enum as_tls_grade grade;
	enum as_tls_weight weight;
	const char *title, *why, *cite;
	as_tls_check *check;
};

/* All rows, in their order. */
const struct as_tls_gate *as_tls_gates(size_t *n);

/* --- what the facts say --- */

enum as_offer as_tls_version_offer(
    const struct as_tls_server *s, const char *version);
enum as_offer as_tls_feature_offer(
    const struct as_tls_server *s, const char *feature);

/* The newest version that is accepted; NULL: none. */
const struct as_offer_version *as_tls_newest(const struct as_tls_server *s);

/* Suites of a class over all versions, the first one's name in *first. */
enum as_offer as_tls_class_offer(
    const struct as_tls_server *s, const char *class, struct as_str *first);

/* "TLS 1.2" for "TLSv1.2", "SSL 3.0" for "SSLv3"; NULL: none of them. */
const char *as_tls_version_find(struct as_str version);

/* The same, or "an unknown version". */
const char *as_tls_version_words(struct as_str version);

/* The leaf to judge by: of the first handshake, else of the first chain. */
const struct as_cert *as_tls_leaf(const struct as_tls_server *s);

/* Signed by itself, or says so. */
bool as_tls_self_issued(const struct as_cert *c);

/* Each certificate seen, once, at most `room`; returns how many. */
size_t as_tls_certs(
    const struct as_tls_server *s, const struct as_cert **out, size_t room);

/* An item, escaped. */
void as_tls_seen_put(struct as_buf *seen, struct as_str item);

/* The same behind what there is already, ", " between. */
void as_tls_seen_add(struct as_buf *seen, struct as_str item);

/* --- checks outside tls_gates.c --- */

as_tls_check as_tls_check_key_broken, as_tls_check_dates,
    as_tls_check_key_short, as_tls_check_cert_signature,
    as_tls_check_dates_soon, as_tls_check_untrusted, as_tls_check_cert_name,
    as_tls_check_cert_order;

#endif
