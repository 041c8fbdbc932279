/*
 * test/hello_peer - what a real OpenSSL server says to a ClientHello.
 *
 * A server in memory: octets in, its flight out.  Keys and certificates are made
 * anew by each program.
 */
#ifndef AS_TEST_HELLO_PEER_H
#define AS_TEST_HELLO_PEER_H

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/buf.h"

struct peer_keys {
	EVP_PKEY *rsa, *ec;
	X509 *rsa_cert, *ec_cert;
};

/* A server's settings; NULL and 0: not set. */
struct peer {
	int from, to; /* versions */
	const char *ciphers, *suites, *groups;
	const char *dh; /* name of the group of its DHE */
	bool rsa, ec;   /* certificates */
	bool ask;       /* for a client certificate */
	bool staple;
	bool intermediate; /* send the other certificate as a second one */
	size_t fragment;
	bool compression;
};

static inline X509 *
peer_certificate(EVP_PKEY *key)
{
	X509 *x = X509_new();
	X509_NAME *name;

	if (x == NULL)
		return NULL;
	(void)X509_set_version(x, 2);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	(void)X509_gmtime_adj(X509_getm_notBefore(x), 0);
	(void)X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	name = X509_get_subject_name(x);
	(void)X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)"mx.example", -1, -1, 0);
	(void)X509_set_issuer_name(x, name);
	(void)X509_set_pubkey(x, key);
	(void)X509_sign(x, key, EVP_sha256());
	return x;
}

static inline bool
peer_keys_init(struct peer_keys *k)
{
	k->rsa = EVP_RSA_gen(2048);
	k->ec = EVP_EC_gen("P-256");
	if (k->rsa == NULL || k->ec == NULL)
		return false;
	k->rsa_cert = peer_certificate(k->rsa);
	k->ec_cert = peer_certificate(k->ec);
	return k->rsa_cert != NULL && k->ec_cert != NULL;
}

static inline void
peer_keys_fini(struct peer_keys *k)
{
	X509_free(k->rsa_cert);
	X509_free(k->ec_cert);
	EVP_PKEY_free(k->rsa);
	EVP_PKEY_free(k->ec);
}

static inline EVP_PKEY *
peer_dh(const char *group)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DH", NULL);
	OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(
				   "group", (char *)(uintptr_t)group, 0),
	    OSSL_PARAM_construct_end()};
	EVP_PKEY *key = NULL;

	if (EVP_PKEY_paramgen_init(ctx) != 1 ||
	    EVP_PKEY_CTX_set_params(ctx, params) != 1 ||
	    EVP_PKEY_generate(ctx, &key) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static inline int
peer_staple(SSL *ssl, void *arg)
{
	static const char text[] = "not an OCSP response, but its size";
	unsigned char *p = OPENSSL_memdup(text, sizeof(text) - 1);

	(void)arg;
	return p != NULL &&
		SSL_set_tlsext_status_ocsp_resp(
		    ssl, p, (long)sizeof(text) - 1) == 1
	    ? SSL_TLSEXT_ERR_OK
	    : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static inline bool
peer_certify(SSL_CTX *ctx, const struct peer *p, const struct peer_keys *k)
{
	if (p->rsa &&
	    (SSL_CTX_use_certificate(ctx, k->rsa_cert) != 1 ||
		SSL_CTX_use_PrivateKey(ctx, k->rsa) != 1))
		return false;
	if (p->intermediate && SSL_CTX_add1_chain_cert(ctx, k->ec_cert) != 1)
		return false;
	return !p->ec ||
	    (SSL_CTX_use_certificate(ctx, k->ec_cert) == 1 &&
		SSL_CTX_use_PrivateKey(ctx, k->ec) == 1);
}

static inline bool
peer_configure(SSL_CTX *ctx, const struct peer *p, const struct peer_keys *k)
{
	SSL_CTX_set_security_level(ctx, 0);
	if (p->from != 0 && SSL_CTX_set_min_proto_version(ctx, p->from) != 1)
		return false;
	if (p->to != 0 && SSL_CTX_set_max_proto_version(ctx, p->to) != 1)
		return false;
	if (p->ciphers != NULL && SSL_CTX_set_cipher_list(ctx, p->ciphers) != 1)
		return false;
	if (p->suites != NULL && SSL_CTX_set_ciphersuites(ctx, p->suites) != 1)
		return false;
	if (p->groups != NULL && SSL_CTX_set1_groups_list(ctx, p->groups) != 1)
		return false;
	if (p->dh != NULL && SSL_CTX_set0_tmp_dh_pkey(ctx, peer_dh(p->dh)) != 1)
		return false;
	if (p->fragment != 0)
		SSL_CTX_set_max_send_fragment(ctx, (long)p->fragment);
	if (p->ask)
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	if (p->staple)
		(void)SSL_CTX_set_tlsext_status_cb(ctx, peer_staple);
	return peer_certify(ctx, p, k);
}

/* Append what the server answers; false: it could not be set up. */
static inline bool
peer_answer(const struct peer *p, const struct peer_keys *k,
    struct as_str hello, struct as_buf *out)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	SSL *ssl = NULL;
	BIO *in = BIO_new(BIO_s_mem()), *from = BIO_new(BIO_s_mem());
	bool ok = ctx != NULL && peer_configure(ctx, p, k);
	const char *octets;
	long n;

	if (ok)
		ssl = SSL_new(ctx);
	if (ssl == NULL) {
		BIO_free(in);
		BIO_free(from);
		SSL_CTX_free(ctx);
		return false;
	}
	SSL_set_bio(ssl, in, from);
	SSL_set_accept_state(ssl);
	(void)BIO_write(in, hello.p, (int)hello.n);
	(void)SSL_do_handshake(ssl);
	n = BIO_get_mem_data(from, &octets);
	as_buf_add(out, octets, n > 0 ? (size_t)n : 0);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	return true;
}

#endif
