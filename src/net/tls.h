/*
 * net/tls - full TLS handshakes by OpenSSL, and what the peer showed.
 *
 * Made for looking, not for protecting: any version and any suite with a
 * certificate that OpenSSL still speaks is accepted (security level 0), and the
 * certificate is judged after the handshake instead of ending it.
 */
#ifndef AS_NET_TLS_H
#define AS_NET_TLS_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct as_tls;

/* To be called before anything else uses OpenSSL: from then on it ends the
 * process when memory is out.  And SIGPIPE is ignored: OpenSSL and curl write to
 * sockets that peers may have closed. */
void as_tls_prepare(void);

/* `ca_pem`: PEM text of the roots; AS_STR_NULL: the system store, read now, so
 * that a sandbox may be entered afterwards.  AS_EABSENT: no certificate there;
 * AS_ESYNTAX: one cannot be read.  Does as_tls_prepare, without harm when that
 * was done before. */
AS_MUST_USE enum as_err as_tls_new(
    struct as_str ca_pem, struct as_tls **out, struct as_why *why);
void as_tls_free(struct as_tls *tls);

/* The certificates that a session can do with: a server with several shows
 * the one that fits (RFC 8446 4.4.2.2). */
enum as_tls_kind { AS_TLS_ANY, AS_TLS_RSA, AS_TLS_ECDSA };

/* A client session for `host` (SNI, RFC 6066); NULL on no memory.  The caller
 * owns it (SSL_free). */
SSL *as_tls_session(
    struct as_tls *tls, struct as_str host, enum as_tls_kind kind) AS_MUST_USE;

/* The shared trust store, for curl (not owned by the caller). */
X509_STORE *as_tls_store(struct as_tls *tls);

struct as_tls_cert {
	struct as_str subject, issuer; /* RFC 2253 */
	struct as_str serial;          /* raw octets */
	int64_t not_before, not_after; /* wall ms */
	struct as_str *names;          /* DNS names of SAN, as they are */
	size_t n_names;
	bool names_cut;
	struct as_str key_type; /* "RSA", "EC", "ED25519", ... */
	uint32_t key_bits;
	struct as_str signature; /* "sha256WithRSAEncryption" */
	bool ca;
	struct as_str *purposes; /* extended key usage, names of OpenSSL; none:
	                            any (RFC 5280 4.2.1.12) */
	size_t n_purposes;
	uint32_t scts;    /* embedded (RFC 6962 3.3) */
	bool must_staple; /* RFC 7633 */
	uint8_t sha256[32], sha512[64];
	uint8_t spki_sha256[32], spki_sha512[64];
};

/* One TLSA record (RFC 6698 2.1), for the match against the chain. */
struct as_tls_tlsa {
	uint8_t usage, selector, matching;
	struct as_str data; /* raw octets */
};

enum as_tls_dane {
	AS_TLS_DANE_NOT_CHECKED, /* no usable record was given */
	AS_TLS_DANE_MATCH,
	AS_TLS_DANE_MISMATCH,
};

/* The stapled OCSP response (RFC 6066 8, RFC 6960). */
enum as_tls_staple {
	AS_TLS_STAPLE_NONE,
	AS_TLS_STAPLE_GOOD,
	AS_TLS_STAPLE_REVOKED,
	AS_TLS_STAPLE_UNKNOWN,   /* the responder does not know it */
	AS_TLS_STAPLE_MALFORMED, /* no answer, or for another certificate */
	AS_TLS_STAPLE_FORGED,    /* not signed on behalf of the issuer */
	AS_TLS_STAPLE_UNCHECKED, /* the issuer was not sent */
};

struct as_tls_view {
	struct as_str version; /* "TLSv1.2" */
	struct as_str cipher;  /* IANA name */
	struct as_str group;   /* IANA name; "modp_2048" (RFC 3526) or "dh-1024"
	                          for a DH group without one; else empty */
	bool forward_secrecy;
	bool trusted;         /* path to a root, dates ignored */
	uint32_t verify_code; /* X509_V_ERR_* of that path; 0: trusted */
	struct as_str verify_text;
	bool name_matches; /* RFC 9525: SAN only, wildcard = one left label */
	enum as_tls_dane dane;
	bool dane_path; /* usage 2 records lead to a valid path, names aside */
	struct as_tls_cert *chain; /* as sent, leaf first */
	size_t n_chain;
	bool chain_cut;
	enum as_tls_staple staple;
	int64_t staple_from, staple_until; /* wall ms; 0: not said */
	/* Certificate timestamps beside those of the leaf itself (RFC 6962 3.3):
	 * in the handshake, and in the stapled response. */
	uint32_t scts_handshake, scts_staple;
};

/* Describe a finished handshake.  Usage 3 matches the leaf alone (RFC 7672
 * 3.1.1); usage 2 needs a chain certificate that matches (or the one, or the
 * key, that the record gives whole), a valid path to it and the name (3.1.2)
 * that was sent as SNI, the TLSA base domain, or `host` where none was sent;
 * digest agility by RFC 7671 9.  Unusable records are passed over.  `now_ms`
 * judges dates for usage 2.  All memory in the arena. */
AS_MUST_USE enum as_err as_tls_look(struct as_tls *tls, struct as_arena *a,
    SSL *ssl, struct as_str host, const struct as_tls_tlsa *tlsa, size_t n_tlsa,
    int64_t now_ms, struct as_tls_view *out);

/* What a server sent in the clear, up to TLS 1.2. */
struct as_tls_flight {
	struct as_str host;       /* name check */
	struct as_str base;       /* name for usage 2; empty: host */
	const struct as_str *der; /* its certificates, leaf first */
	size_t n_der;
	struct as_str ocsp; /* the stapled response; empty: none */
	const struct as_tls_tlsa *tlsa;
	size_t n_tlsa;
	int64_t now_ms;
};

/* The same of certificates without a session, whose members stay empty.  Those
 * behind one that cannot be read are left out, and chain_cut is set. */
AS_MUST_USE enum as_err as_tls_look_flight(struct as_tls *tls,
    struct as_arena *a, const struct as_tls_flight *f, struct as_tls_view *out);

/* Describe the certificates of a chain (for the policy fetch too). */
AS_MUST_USE enum as_err as_tls_chain(struct as_arena *a, STACK_OF(X509) *sent,
    struct as_tls_cert **out, size_t *n, bool *cut);

#endif
