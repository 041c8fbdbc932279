/*
 * std/hello - write any ClientHello, read what a server says to it.
 *
 * Sans I/O and without cryptography: octets in, octets out.  A hello is built
 * from a plain struct (RFC 8446 4.1.2, RFC 5246 7.4.1.2, RFC 6101 5.6.1.2, and
 * the SSLv2 record format of RFC 5246 E.2).  The reader takes the answer over
 * any split of octets and stops as soon as all is known that can be known in
 * clear text:
 *
 *	TLS 1.3		ServerHello or HelloRetryRequest
 *	up to TLS 1.2	ServerHelloDone
 *	SSLv2		SERVER-HELLO or ERROR
 *	any		an alert that ends the session; text; a fault; a cap
 *
 * What ends a reader depends on the octets alone, never on how they were split.
 * Time is the caller's: nothing here waits, and a server that sends one octet a
 * second is ended by the deadline of the exchange (AS_TLS_HANDSHAKE_MS), told
 * to the reader by as_hello_lose.
 */
#ifndef AS_STD_HELLO_H
#define AS_STD_HELLO_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "std/tls_code.h"

struct as_hello_codes {
	const uint16_t *v;
	size_t n;
};

struct as_hello_share {
	uint16_t group;
	struct as_str key;
};

enum as_hello_form {
	AS_HELLO_FORM_TLS,
	AS_HELLO_FORM_SSL2, /* SSLv2 record; may offer any version */
};

struct as_hello {
	enum as_hello_form form;
	uint16_t version; /* legacy_version, or of the SSLv2 CLIENT-HELLO */
	uint16_t record; /* version of the record header; 0: 3.0 for SSLv3, else
	                     3.1 (RFC 8446 5.1) */
	struct as_hello_codes versions; /* supported_versions; none: left out */
	struct as_hello_codes suites; /* of TLS; in an SSLv2 hello each becomes
	                                   the kind 00 xx xx */
	const uint32_t *kinds;        /* SSLv2 cipher kinds of 24 bits */
	size_t n_kinds;
	struct as_str compressions; /* method octets; none: the null method */
	struct as_hello_codes groups;
	struct as_hello_codes signatures;
	bool key_share; /* with no shares: an empty list (RFC 8446 4.2.8) */
	const struct as_hello_share *shares;
	size_t n_shares;
	struct as_str server_name; /* empty: no SNI */
	struct as_str session_id;  /* at most 32 octets */
	bool ems;                  /* RFC 7627 */
	bool etm;                  /* RFC 7366 */
	bool renegotiation;        /* empty renegotiation_info (RFC 5746 3.5) */
	bool scsv;                 /* TLS_EMPTY_RENEGOTIATION_INFO_SCSV */
	bool fallback;             /* TLS_FALLBACK_SCSV */
	bool status_request;       /* OCSP (RFC 6066 8) */
	bool sct;                  /* RFC 6962 3.3.1 */
	bool ticket;               /* empty session_ticket (RFC 5077 3.2) */
	bool psk_modes;            /* psk_dhe_ke (RFC 8446 4.2.9) */
	bool point_formats;        /* uncompressed (RFC 8422 5.1.2) */
	bool heartbeat;            /* RFC 6520 2 */
	size_t pad_to;     /* octets of the whole hello, records included:
	                              reached by padding (RFC 7685), not cut */
	uint16_t fragment; /* octets in a record; 0: 16384, the most */
	uint8_t random[32];
};

/* Append the hello to `out`, records and all.  An empty extension list is left
 * out whole (SSLv3 has none).  AS_EINVAL: a list too long for its length field,
 * SSLv3 or SSLv2 with extensions, no suite at all; AS_ENOMEM: `out` is full. */
AS_MUST_USE enum as_err as_hello_write(
    struct as_buf *out, const struct as_hello *h, struct as_why *why);

/* What to say before closing: user_canceled and close_notify (RFC 8446 6.1),
 * static octets. */
struct as_str as_hello_farewell(void);

/* What an exchange ended with.  Row: constant, name in facts, words. */
#define AS_HELLO_END_MAP(X) \
	X(MORE, "more", "more octets are needed") \
	X(FLIGHT, "flight", "the server's flight up to ServerHelloDone") \
	X(HELLO, "hello", "a TLS 1.3 ServerHello") \
	X(RETRY, "retry", "a HelloRetryRequest") \
	X(SSL2, "ssl2", "an SSLv2 SERVER-HELLO") \
	X(ALERT, "alert", "an alert") \
	X(SSL2_ERROR, "ssl2-error", "an SSLv2 ERROR") \
	X(SMTP, "smtp", "a line of SMTP in place of TLS") \
	X(HTTP, "http", "an HTTP answer in place of TLS") \
	X(TEXT, "text", "a line of text in place of TLS") \
	X(NOT_TLS, "not-tls", "octets that are not TLS") \
	X(MALFORMED, "malformed", "TLS that breaks its own rules") \
	X(TOO_LONG, "too-long", "more than a cap allows") \
	X(CLOSED, "closed", "closed without an answer") \
	X(CUT, "cut", "closed in the middle of an answer") \
	X(RESET, "reset", "the connection was reset") \
	X(TIMEOUT, "timeout", "no answer in time") \
	X(NO_MEMORY, "no-memory", "our memory ran out")

enum as_hello_end {
#define AS_HELLO_END_ENUM(code, name, text) AS_HELLO_##code,
	AS_HELLO_END_MAP(AS_HELLO_END_ENUM)
#undef AS_HELLO_END_ENUM
};

const char *as_hello_end_name(enum as_hello_end end); /* "retry" */
const char *as_hello_end_text(enum as_hello_end end);

/* A connection that ended before the reader had enough. */
enum as_hello_loss {
	AS_HELLO_LOSS_CLOSED,
	AS_HELLO_LOSS_RESET,
	AS_HELLO_LOSS_TIMEOUT,
};

/* ServerKeyExchange, as far as it is read. */
struct as_hello_exchange {
	bool seen;
	uint8_t
	    curve_type; /* 3: named; 1, 2: explicit (RFC 8422 5.4); 0: none */
	uint16_t group; /* of a named curve */
	uint32_t bits;  /* of a DH prime, or of an export RSA modulus */
	struct as_str prime;  /* without leading zeros; empty over the cap */
	uint32_t public_bits; /* of the server's DH value */
	struct as_str generator;
	bool is_signed;
	uint16_t signature; /* scheme (RFC 5246 4.7.3); 0 before TLS 1.2 */
};

struct as_hello_answer {
	enum as_hello_end end;
	size_t octets;           /* read up to the end */
	uint32_t records;        /* begun */
	uint16_t record_version; /* of the first record; 0: none */

	/* ServerHello and HelloRetryRequest; `version` is 0 without either. */
	uint16_t version; /* that was agreed on, supported_versions included */
	uint16_t legacy_version;
	uint16_t suite;
	uint8_t compression;
	uint8_t session_id_octets;
	uint16_t group; /* key_share: asked for, or used */
	uint16_t
	    downgrade; /* version that the sentinel in random confesses to have
	                       fallen back from: TLS 1.3 or 1.2 as RFC 8446
	                       4.1.3 says; 0: none */
	uint16_t extensions[AS_MAX_HELLO_EXTENSIONS];
	size_t n_extensions;

	/* The rest of a flight. */
	struct as_str *certificates; /* DER, in the order sent */
	size_t n_certificates;       /* kept, at most AS_MAX_CHAIN_CERTS */
	size_t certificates_sent;
	size_t certificates_octets; /* of all that were sent */
	struct as_hello_exchange exchange;
	bool certificate_request;
	struct as_str ocsp; /* empty: no CertificateStatus */

	/* Alerts. */
	bool alerted; /* alert_level and alert are set, also by a warning */
	uint8_t alert_level;
	uint8_t alert;

	/* SSLv2. */
	struct as_str ssl2_certificate;
	uint32_t ssl2_kinds[AS_MAX_SSL2_KINDS];
	size_t n_ssl2_kinds; /* kept */
	uint16_t ssl2_error;

	struct as_str text; /* first line of SMTP, HTTP or TEXT, raw octets */
	const char *why;    /* static words, with MALFORMED and TOO_LONG */
};

/* Does the ServerHello have this extension? */
bool as_hello_has(const struct as_hello_answer *an, uint16_t extension);

struct as_hello_reader;

/* `keep`: certificates and OCSP are kept, in the arena; without it they are
 * counted only, and a reader needs few octets.  NULL: no memory. */
struct as_hello_reader *as_hello_reader_new(
    struct as_arena *a, bool keep) AS_MUST_USE;

/* Frees the working memory; the answer stays with the arena.  NULL is fine. */
void as_hello_reader_free(struct as_hello_reader *r);

/* Take octets; anything but MORE is final, and what comes later is passed
 * over. */
enum as_hello_end as_hello_read(
    struct as_hello_reader *r, const char *p, size_t n);

/* The connection is gone.  Has no effect when the end was reached before. */
enum as_hello_end as_hello_lose(
    struct as_hello_reader *r, enum as_hello_loss loss);

const struct as_hello_answer *as_hello_reader_answer(
    const struct as_hello_reader *r);

#endif
