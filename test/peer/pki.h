/*
 * test/peer/pki - keys and certificates made at test time.
 *
 * A test that cannot make its certificate stops with a message: nothing after
 * it would mean anything.
 */
#ifndef AS_TEST_PEER_PKI_H
#define AS_TEST_PEER_PKI_H

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

struct pki_spec {
	const char *cn;
	const char *san; /* "DNS:mx.example,DNS:*.example"; NULL: none */
	EVP_PKEY *key;
	X509 *issuer; /* NULL: self-signed */
	EVP_PKEY *issuer_key;
	int from_days, to_days; /* from now; both 0: -1 to 90 */
	bool ca;
	const char *digest; /* NULL: SHA256 */
};

static inline void *
pki_need(void *p, const char *what)
{
	if (p == NULL) {
		printf("Bail out! pki: %s\n", what);
		ERR_print_errors_fp(stdout);
		exit(1);
	}
	return p;
}

static inline EVP_PKEY *
pki_rsa(unsigned bits)
{
	return pki_need(EVP_RSA_gen(bits), "RSA key");
}

static inline EVP_PKEY *
pki_ec(const char *curve)
{
	return pki_need(EVP_EC_gen(curve), "EC key");
}

static inline EVP_PKEY *
pki_ed25519(void)
{
	return pki_need(
	    EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), "Ed25519 key");
}

/* An RSA public key that nobody has the private part of; its exponent is as long
 * as OpenSSL still takes it. */
static inline EVP_PKEY *
pki_rsa_public(int bits)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	BIGNUM *n = BN_new(), *e = BN_new();
	EVP_PKEY *key = NULL;
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params;

	BN_rand(n, bits, BN_RAND_TOP_TWO, BN_RAND_BOTTOM_ODD);
	if (bits <= OPENSSL_RSA_SMALL_MODULUS_BITS)
		BN_rand(e, bits - 1, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD);
	else
		BN_rand(e, OPENSSL_RSA_MAX_PUBEXP_BITS, BN_RAND_TOP_ONE,
		    BN_RAND_BOTTOM_ODD);
	OSSL_PARAM_BLD_push_BN(b, "n", n);
	OSSL_PARAM_BLD_push_BN(b, "e", e);
	params = OSSL_PARAM_BLD_to_param(b);
	EVP_PKEY_fromdata_init(ctx);
	EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(b);
	BN_free(n);
	BN_free(e);
	EVP_PKEY_CTX_free(ctx);
	return pki_need(key, "RSA public key");
}

static inline void
pki_extend(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	ext = pki_need(X509V3_EXT_conf_nid(NULL, &ctx, nid, value), value);
	X509_add_ext(x, ext, -1);
	X509_EXTENSION_free(ext);
}

static inline X509 *
pki_cert(const struct pki_spec *s)
{
	static long serial = 4096;
	X509 *x = pki_need(X509_new(), "certificate");
	X509 *issuer = s->issuer != NULL ? s->issuer : x;
	EVP_PKEY *signer = s->issuer != NULL ? s->issuer_key : s->key;
	int type = EVP_PKEY_get_base_id(signer);
	bool own_digest = type == EVP_PKEY_ED25519;
	int to = s->from_days == 0 && s->to_days == 0 ? 90 : s->to_days;
	int from = s->from_days == 0 && s->to_days == 0 ? -1 : s->from_days;

	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
	X509_time_adj_ex(X509_getm_notBefore(x), from, 0, NULL);
	X509_time_adj_ex(X509_getm_notAfter(x), to, 0, NULL);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN",
	    MBSTRING_UTF8, (const unsigned char *)s->cn, -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(issuer));
	X509_set_pubkey(x, s->key);
	pki_extend(x, issuer, NID_basic_constraints,
	    s->ca ? "critical,CA:TRUE" : "CA:FALSE");
	pki_extend(x, issuer, NID_subject_key_identifier, "hash");
	if (s->san != NULL)
		pki_extend(x, issuer, NID_subject_alt_name, s->san);
	if (X509_sign(x, signer,
		own_digest
		    ? NULL
		    : EVP_get_digestbyname(
			  s->digest != NULL ? s->digest : "SHA256")) <= 0)
		pki_need(NULL, "signature");
	return x;
}

static inline struct as_str
pki_pem(struct as_arena *a, X509 *x)
{
	BIO *bio = pki_need(BIO_new(BIO_s_mem()), "BIO");
	struct as_str out;
	char *p = NULL;
	long n;

	PEM_write_bio_X509(bio, x);
	n = BIO_get_mem_data(bio, &p);
	out = as_str_dup(a, (struct as_str){p, (size_t)n});
	BIO_free(bio);
	return out;
}

/* Root -> intermediate: the authority of most tests. */
struct pki {
	EVP_PKEY *root_key, *mid_key, *leaf_key;
	X509 *root, *mid;
};

static inline void
pki_init(struct pki *p)
{
	*p = (struct pki){.root_key = pki_ec("P-256"),
	    .mid_key = pki_ec("P-256"),
	    .leaf_key = pki_rsa(2048)};
	p->root = pki_cert(&(struct pki_spec){
	    .cn = "Test Root", .key = p->root_key, .ca = true});
	p->mid = pki_cert(&(struct pki_spec){.cn = "Test Intermediate",
	    .key = p->mid_key,
	    .issuer = p->root,
	    .issuer_key = p->root_key,
	    .ca = true});
}

/* A leaf under the intermediate; fields left out of `s` get good values. */
static inline X509 *
pki_leaf(const struct pki *p, struct pki_spec s)
{
	if (s.cn == NULL)
		s.cn = "leaf";
	if (s.key == NULL)
		s.key = p->leaf_key;
	if (s.issuer == NULL) {
		s.issuer = p->mid;
		s.issuer_key = p->mid_key;
	}
	return pki_cert(&s);
}

static inline void
pki_fini(struct pki *p)
{
	X509_free(p->root);
	X509_free(p->mid);
	EVP_PKEY_free(p->root_key);
	EVP_PKEY_free(p->mid_key);
	EVP_PKEY_free(p->leaf_key);
}

/* A server's side: `rest` are the certificates sent after the leaf. */
struct pki_server {
	X509 *leaf;
	EVP_PKEY *key;
	X509 *rest[16];
	int version;         /* TLS1_VERSION...; 0: any */
	const char *ciphers; /* NULL: the library's */
};

static inline SSL_CTX *
pki_server_ctx(const struct pki_server *s)
{
	SSL_CTX *ctx = pki_need(SSL_CTX_new(TLS_server_method()), "context");

	SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_min_proto_version(
	    ctx, s->version != 0 ? s->version : TLS1_VERSION);
	SSL_CTX_set_max_proto_version(ctx, s->version);
	SSL_CTX_set_dh_auto(ctx, 1);
	if (s->ciphers != NULL && SSL_CTX_set_cipher_list(ctx, s->ciphers) != 1)
		pki_need(NULL, s->ciphers);
	if (SSL_CTX_use_certificate(ctx, s->leaf) != 1 ||
	    SSL_CTX_use_PrivateKey(ctx, s->key) != 1)
		pki_need(NULL, "server certificate");
	for (size_t i = 0; s->rest[i] != NULL; i++)
		if (SSL_CTX_add1_chain_cert(ctx, s->rest[i]) != 1)
			pki_need(NULL, "chain certificate");
	return ctx;
}

#endif
