/*
 * net/tls_private - what the files of net/tls share.
 */
#ifndef AS_NET_TLS_PRIVATE_H
#define AS_NET_TLS_PRIVATE_H

#include "net/tls.h"

/* A host name as OpenSSL takes it: NUL-terminated, no final dot. */
struct as_tls_host {
	char text[256];
	size_t n; /* 0: not a name that a certificate could have */
};

void as_tls_host_init(struct as_tls_host *h, struct as_str host);

/* Does a SAN of the certificate match (RFC 9525 6.3)? */
bool as_tls_host_matches(X509 *leaf, const struct as_tls_host *h);

/* Path to a root of the store, dates ignored: X509_V_OK or why not. */
int as_tls_path(X509_STORE *store, STACK_OF(X509) *sent);

/* Ask for certificates of one kind; false: no memory. */
bool as_tls_ask_kind(SSL *ssl, enum as_tls_kind kind);

/* A stapled response; `sent` from the leaf on.  Sets the members staple*; empty
 * octets leave them. */
void as_tls_staple_read(
    struct as_str der, STACK_OF(X509) *sent, struct as_tls_view *out);

/* What TLSA records are held against. */
struct as_tls_dane_ask {
	SSL_CTX *ctx;
	X509_STORE *store;
	STACK_OF(X509) *sent;
	const struct as_tls_tlsa *tlsa;
	size_t n_tlsa;
	struct as_tls_host base; /* the name that usage 2 asks for */
	int64_t now_ms;
};

/* The TLSA records against the chain that was sent: sets dane, dane_path. */
AS_MUST_USE enum as_err as_tls_dane_check(
    const struct as_tls_dane_ask *ask, struct as_tls_view *out);

#endif
