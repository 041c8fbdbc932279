/*
 * net/smtp - one visit to one mail server: banner, EHLO, STARTTLS, handshake,
 * QUIT (RFC 5321, RFC 3207); or TLS from the first octet (RFC 8314 3).
 *
 * Waits for the banner, sends nothing but EHLO (HELO when that is refused),
 * STARTTLS, EHLO again inside TLS, and QUIT.  In place of a
 * handshake a visit can carry octets of the caller's and bring back what they
 * are answered with.  Each step has a
 * deadline and the whole visit has one, so that a tarpit cannot hold it:
 * AS_SMTP_*_MS of base/limits.h.  doc/smtp-visit.md draws the states.
 */
#ifndef AS_NET_SMTP_H
#define AS_NET_SMTP_H

#include "base/ip.h"
#include "net/loop.h"
#include "net/tls.h"

struct as_smtp_visit;

/* In milliseconds; 0: that of base/limits.h. */
struct as_smtp_deadlines {
	uint32_t connect_ms, banner_ms, reply_ms, handshake_ms, quit_ms;
	uint32_t session_ms; /* over all */
};

/* An exchange in place of a handshake: octets of the caller's, records and all,
 * and who reads the answer. */
struct as_smtp_hello {
	struct as_str octets;
	struct as_str farewell; /* said when enough was read; may be empty */
	/* Takes what came, in any pieces; true: that is enough.  The visit ends
	 * after AS_MAX_SHAKE_OCTETS all the same. */
	bool (*read)(void *ctx, const char *p, size_t n);
	void *ctx;
};

struct as_smtp_target {
	struct as_ip ip; /* vetted by the caller */
	uint16_t port;
	struct as_str host; /* name check */
	struct as_str base; /* SNI and name for usage 2; empty: host */
	const char *ehlo_name;
	const struct as_tls_tlsa *tlsa; /* usable and secure ones */
	size_t n_tlsa;
	struct as_clock clock; /* wall_ms judges dates for usage 2 */
	struct as_smtp_deadlines deadlines;
	bool implicit; /* TLS from the first octet; `end` is OK from connection
	                  on, and there is no banner and no EHLO */
	const struct as_smtp_hello *hello; /* NULL: a full handshake */
	enum as_tls_kind kind; /* of certificate that is asked for */
	bool inject; /* say EHLO behind STARTTLS in one segment and see whether
	                it is answered inside TLS (RFC 3207 6): a test that
	                nobody gets unasked */
	bool insist; /* say STARTTLS where it is not offered, too, and take
	                nothing but the code of the answer */
};

/* How far the dialogue came. */
enum as_visit_end {
	AS_VISIT_OK, /* EHLO (or HELO) was answered 250 */
	AS_VISIT_REFUSED,
	AS_VISIT_UNREACHABLE,
	AS_VISIT_TIMEOUT,
	AS_VISIT_CLOSED,    /* before EHLO was answered */
	AS_VISIT_BUSY,      /* 421 or another 4xx: come back later */
	AS_VISIT_REJECTED,  /* 5xx to the connection or to EHLO and HELO */
	AS_VISIT_MALFORMED, /* not SMTP */
	AS_VISIT_TOO_LONG,  /* over a cap of smtp_reply */
};

enum as_visit_starttls {
	AS_VISIT_TLS_NOT_REACHED,
	AS_VISIT_TLS_NOT_OFFERED,
	AS_VISIT_TLS_ACCEPTED, /* 220 */
	AS_VISIT_TLS_REFUSED,  /* 5xx, or a code that has no place here */
	AS_VISIT_TLS_LATER,    /* 4xx */
	AS_VISIT_TLS_NO_ANSWER,
};

enum as_visit_handshake {
	AS_VISIT_SHAKE_NOT_TRIED,
	AS_VISIT_SHAKE_OK,
	AS_VISIT_SHAKE_ALERT,
	AS_VISIT_SHAKE_CLOSED,
	AS_VISIT_SHAKE_TIMEOUT,
	AS_VISIT_SHAKE_FAILED,
	AS_VISIT_SHAKE_READ, /* the reader of a hello had enough */
};

/* What came of EHLO inside TLS (RFC 3207 4.2). */
enum as_visit_inside {
	AS_VISIT_INSIDE_NOT_ASKED,
	AS_VISIT_INSIDE_ANSWERED, /* whatever the code */
	AS_VISIT_INSIDE_CLOSED,
	AS_VISIT_INSIDE_TIMEOUT,
	AS_VISIT_INSIDE_MALFORMED, /* not SMTP, or over a cap */
};

struct as_smtp_view {
	enum as_visit_end end;
	struct as_str detail; /* cause when not OK, or of STARTTLS_NO_ANSWER */
	uint32_t banner_code;
	struct as_str banner; /* first line */
	uint32_t ehlo_code;   /* the answer to EHLO, also with helo_only */
	struct as_str *ehlo;  /* lines of a 250 answer, the greeting first */
	size_t n_ehlo;
	bool helo_only;
	enum as_visit_starttls starttls;
	uint32_t starttls_code;
	struct as_str starttls_text;
	uint32_t unoffered_code; /* of STARTTLS that was not offered; 0: none */
	uint32_t injected; /* octets in plain text after 220.  Before our hello:
	                      no handshake is tried (NOT_TRIED).  In place of
	                      the first TLS record: it is given up (FAILED) */
	enum as_visit_handshake handshake;
	bool reset; /* the connection ended by a reset, not by a close */
	struct as_str handshake_detail;
	uint32_t alert;         /* received; 0 none */
	struct as_tls_view tls; /* with SHAKE_OK */
	enum as_visit_inside inside;
	struct as_str inside_detail; /* cause when not ANSWERED */
	uint32_t inside_code;
	struct as_str *inside_ehlo; /* lines of a 250 answer */
	size_t n_inside_ehlo;
	bool obeyed; /* with `inject`: the EHLO that was said in the clear was
	                answered inside TLS */
};

/* `view` lives in the arena given to start.  NULL: memory ran out, and nothing
 * is known. */
typedef void as_smtp_fn(void *ctx, const struct as_smtp_view *view);

/* Begin; fn runs exactly once, never before this returns, unless cancelled.
 * NULL: we have no memory or no descriptor left.  The target itself is copied;
 * what it points to must live until then; `tls` may be NULL with a hello. */
struct as_smtp_visit *as_smtp_start(struct as_loop *loop, struct as_tls *tls,
    struct as_arena *a, const struct as_smtp_target *target, as_smtp_fn *fn,
    void *ctx) AS_MUST_USE;
void as_smtp_cancel(struct as_smtp_visit *v);

#endif
