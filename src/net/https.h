/*
 * net/https - fetch one small file over HTTPS, by libcurl's multi interface.
 *
 * Made for MTA-STS (RFC 8461 3.3): https only, no redirects, no proxy, TLS 1.2
 * or newer, a certificate that is valid for the host, one vetted address, at
 * most AS_MAX_POLICY_OCTETS, one deadline (AS_HTTPS_FETCH_MS).
 */
#ifndef AS_NET_HTTPS_H
#define AS_NET_HTTPS_H

#include "base/ip.h"
#include "net/loop.h"
#include "net/tls.h"

struct as_https;
struct as_https_fetch;

/* Initialises curl, which reads no file afterwards: enter a sandbox then. */
AS_MUST_USE enum as_err as_https_new(
    struct as_loop *loop, struct as_tls *tls, struct as_https **out);
void as_https_free(struct as_https *h);

struct as_https_target {
	struct as_str host; /* URL, SNI, name check */
	const char *path;   /* "/.well-known/mta-sts.txt" */
	struct as_ip ip;    /* vetted by the caller */
	uint16_t port;
	const char *user_agent;
	uint32_t fetch_ms; /* deadline of the whole; 0: AS_HTTPS_FETCH_MS */
};

enum as_get_end {
	AS_GET_OK, /* status 200; the body is whole */
	AS_GET_REFUSED,
	AS_GET_UNREACHABLE,
	AS_GET_TIMEOUT,
	AS_GET_TLS,         /* handshake failed */
	AS_GET_CERTIFICATE, /* chain, dates or name: detail says which */
	AS_GET_STATUS,      /* neither 200 nor a redirect */
	AS_GET_REDIRECT,    /* 3xx with Location */
	AS_GET_TOO_LARGE,
	AS_GET_BROKEN, /* not HTTP, cut short */
	AS_GET_RESET,  /* the connection broke: by the server or on the way */
};

struct as_https_view {
	enum as_get_end end;
	struct as_str detail;
	uint32_t status;
	struct as_str content_type; /* as sent */
	struct as_str location;
	struct as_str body;        /* with AS_GET_OK */
	struct as_tls_cert *chain; /* also when the certificate is not valid */
	size_t n_chain;
};

/* As as_smtp_fn: NULL when memory ran out. */
typedef void as_https_fn(void *ctx, const struct as_https_view *view);

/* As as_smtp_start. */
struct as_https_fetch *as_https_start(struct as_https *h, struct as_arena *a,
    const struct as_https_target *target, as_https_fn *fn,
    void *ctx) AS_MUST_USE;
void as_https_cancel(struct as_https_fetch *f);

#endif
