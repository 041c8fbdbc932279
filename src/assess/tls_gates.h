/*
 * assess/tls_gates - the checks behind tls_gates.tbl, and what they look at.
 */
#ifndef AS_ASSESS_TLS_GATES_H
#define AS_ASSESS_TLS_GATES_H

#include "assess/caa_issuer.h"
#include "assess/tls_verdict.h"

#define AS_TLS_SEEN_OCTETS 600 /* of what one remark shows */

#define AS_TLS_MOST_SHOWN 3 /* the first handshake's, RSA, ECDSA */

struct as_tls_look {
	const struct as_tls_server *s;
	int64_t now_ms;
	/* The chains that senders are shown, each leaf once, as handshakes; what
	 * only a handshake tells is told of the first alone. */
	struct as_tls_facts shown[AS_TLS_MOST_SHOWN];
	size_t n_shown;
	struct as_caa_compared caa[AS_TLS_MOST_SHOWN]; /* of each of them */
};

/* AS_OK or AS_ENOMEM. */
AS_MUST_USE enum as_err as_tls_look_init(struct as_arena *a,
    const struct as_tls_judge_ask *ask, const struct as_tls_server *s,
    struct as_tls_look *l);

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

/* Each certificate seen, once, at most `room`; returns how many. */
size_t as_tls_certs(
    const struct as_tls_server *s, const struct as_cert **out, size_t room);

/* "RSA", "ECDSA"; another type of key as OpenSSL calls it. */
struct as_str as_tls_shown_kind(const struct as_tls_facts *tls);

/* Outside its dates, whoever vouches for it? */
bool as_tls_is_out_of_date(const struct as_tls_facts *tls, int64_t now_ms);

/* Does a row fit one of the chains? */
typedef bool as_tls_chain_check(const struct as_tls_look *l,
    const struct as_tls_facts *tls, struct as_buf *seen);
bool as_tls_any_chain(const struct as_tls_look *l, as_tls_chain_check *check,
    struct as_buf *seen);

/* What CAA says of the authority of one chain. */
void as_tls_caa_words(const struct as_caa_compared *got, struct as_buf *b);

/* An item, escaped. */
void as_tls_seen_put(struct as_buf *seen, struct as_str item);

/* The same behind what there is already, ", " between. */
void as_tls_seen_add(struct as_buf *seen, struct as_str item);

/* --- checks outside tls_gates.c --- */

as_tls_check as_tls_check_key_broken, as_tls_check_dates,
    as_tls_check_key_short, as_tls_check_cert_signature,
    as_tls_check_dates_week, as_tls_check_dates_soon, as_tls_check_dates_month,
    as_tls_check_untrusted, as_tls_check_incomplete, as_tls_check_cert_name,
    as_tls_check_cert_purpose, as_tls_check_cert_order;

/* --- tls_gates_vouch.c --- */

as_tls_check as_tls_check_dane, as_tls_check_revoked, as_tls_check_staple,
    as_tls_check_caa;

#endif
