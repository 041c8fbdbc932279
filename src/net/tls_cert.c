/* The certificates of a chain, described.  Part of net/tls. */
#include "net/tls.h"

#include <openssl/ct.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "base/limits.h"

#include "base/banned.h"

static enum as_err
copy_text(struct as_arena *a, const void *p, size_t n, struct as_str *out)
{
	if (n > AS_MAX_CERT_TEXT_OCTETS)
		n = AS_MAX_CERT_TEXT_OCTETS;
	*out = as_str_dup(a, (struct as_str){n == 0 ? "" : p, n});
	return as_str_is_null(*out) ? AS_ENOMEM : AS_OK;
}

static enum as_err
copy_cstr(struct as_arena *a, const char *text, struct as_str *out)
{
	struct as_str s = as_str_from(text != NULL ? text : "");

	return copy_text(a, s.p, s.n, out);
}

static enum as_err
copy_name(struct as_arena *a, const X509_NAME *name, struct as_str *out)
{
	BIO *bio = BIO_new(BIO_s_mem());
	enum as_err err = AS_ENOMEM;
	char *p = NULL;
	long n = 0;

	if (bio != NULL) {
		/* A name that cannot be shown as text is shown empty. */
		if (X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) >= 0)
			n = BIO_get_mem_data(bio, &p);
		err = copy_text(a, p, n > 0 ? (size_t)n : 0, out);
	}
	BIO_free(bio);
	return err;
}

/* Wall ms; 0 for a time that is none, so that such a certificate has expired. */
static int64_t
time_ms(const ASN1_TIME *t)
{
	struct tm tm = {0};

	if (t == NULL || ASN1_TIME_to_tm(t, &tm) != 1)
		return 0;
	return (int64_t)timegm(&tm) * 1000;
}

static enum as_err
copy_names(struct as_arena *a, X509 *x, struct as_tls_cert *out)
{
	GENERAL_NAMES *all =
	    X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	enum as_err err = AS_OK;
	int n = all != NULL ? sk_GENERAL_NAME_num(all) : 0;
	size_t room = n > AS_MAX_CERT_NAMES ? AS_MAX_CERT_NAMES : (size_t)n;

	out->names = as_arena_array(a, room, sizeof(*out->names));
	if (out->names == NULL)
		err = AS_ENOMEM;
	for (int i = 0; i < n && err == AS_OK; i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(all, i);
		const ASN1_IA5STRING *s =
		    g->type == GEN_DNS ? g->d.dNSName : NULL;

		if (s == NULL)
			continue;
		if (out->n_names == room) {
			out->names_cut = true;
			break;
		}
		err = copy_text(a, ASN1_STRING_get0_data(s),
		    (size_t)ASN1_STRING_length(s), &out->names[out->n_names++]);
	}
	GENERAL_NAMES_free(all);
	return err;
}

static enum as_err
copy_oid(struct as_arena *a, const ASN1_OBJECT *oid, struct as_str *out)
{
	char text[128] = "";

	if (oid != NULL)
		(void)OBJ_obj2txt(text, sizeof(text), oid, 0);
	return copy_cstr(a, text, out);
}

static enum as_err
copy_key(struct as_arena *a, X509 *x, struct as_tls_cert *out)
{
	EVP_PKEY *key = X509_get0_pubkey(x);
	ASN1_OBJECT *oid = NULL;
	int bits;

	if (key == NULL) {
		(void)X509_PUBKEY_get0_param(
		    &oid, NULL, NULL, NULL, X509_get_X509_PUBKEY(x));
		return copy_oid(a, oid, &out->key_type);
	}
	bits = EVP_PKEY_get_bits(key);
	out->key_bits = bits > 0 ? (uint32_t)bits : 0;
	return copy_cstr(a, EVP_PKEY_get0_type_name(key), &out->key_type);
}

static enum as_err
copy_signature(struct as_arena *a, const X509 *x, struct as_str *out)
{
	const X509_ALGOR *alg = NULL;
	const ASN1_OBJECT *oid = NULL;

	X509_get0_signature(NULL, &alg, x);
	if (alg != NULL)
		X509_ALGOR_get0(&oid, NULL, NULL, alg);
	return copy_oid(a, oid, out);
}

static enum as_err
digest(const uint8_t *p, int n, uint8_t sha256[32], uint8_t sha512[64])
{
	if (n < 0 ||
	    EVP_Digest(p, (size_t)n, sha256, NULL, EVP_sha256(), NULL) != 1 ||
	    EVP_Digest(p, (size_t)n, sha512, NULL, EVP_sha512(), NULL) != 1)
		return AS_ENOMEM;
	return AS_OK;
}

/* *octets: length of the DER form. */
static enum as_err
copy_digests(X509 *x, struct as_tls_cert *out)
{
	uint8_t *der = NULL, *spki = NULL;
	int n_der = i2d_X509(x, &der);
	int n_spki = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &spki);
	enum as_err err = digest(der, n_der, out->sha256, out->sha512);

	if (err == AS_OK)
		err = digest(spki, n_spki, out->spki_sha256, out->spki_sha512);
	OPENSSL_free(der);
	OPENSSL_free(spki);
	return err;
}

static enum as_err
copy_purposes(struct as_arena *a, X509 *x, struct as_tls_cert *out)
{
	EXTENDED_KEY_USAGE *all =
	    X509_get_ext_d2i(x, NID_ext_key_usage, NULL, NULL);
	enum as_err err = AS_OK;
	int n = all != NULL ? sk_ASN1_OBJECT_num(all) : 0;

	if (n > AS_MAX_CERT_PURPOSES)
		n = AS_MAX_CERT_PURPOSES;
	out->purposes = as_arena_array(a, (size_t)n, sizeof(*out->purposes));
	if (out->purposes == NULL)
		err = AS_ENOMEM;
	for (int i = 0; i < n && err == AS_OK; i++)
		err = copy_oid(a, sk_ASN1_OBJECT_value(all, i),
		    &out->purposes[out->n_purposes++]);
	sk_ASN1_OBJECT_pop_free(all, ASN1_OBJECT_free);
	return err;
}

static uint32_t
count_scts(X509 *x)
{
	STACK_OF(SCT) *all =
	    X509_get_ext_d2i(x, NID_ct_precert_scts, NULL, NULL);
	int n = all != NULL ? sk_SCT_num(all) : 0;

	SCT_LIST_free(all);
	return n > 0 ? (uint32_t)n : 0;
}

/* RFC 7633 4: the features name status_request (5). */
static bool
must_staple(X509 *x)
{
	TLS_FEATURE *all = X509_get_ext_d2i(x, NID_tlsfeature, NULL, NULL);
	int n = all != NULL ? sk_ASN1_INTEGER_num(all) : 0;
	bool yes = false;

	for (int i = 0; i < n; i++)
		if (ASN1_INTEGER_get(sk_ASN1_INTEGER_value(all, i)) ==
		    TLSEXT_TYPE_status_request)
			yes = true;
	sk_ASN1_INTEGER_pop_free(all, ASN1_INTEGER_free);
	return yes;
}

static enum as_err
describe(struct as_arena *a, X509 *x, struct as_tls_cert *out)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(x);

	AS_TRY(copy_name(a, X509_get_subject_name(x), &out->subject));
	AS_TRY(copy_name(a, X509_get_issuer_name(x), &out->issuer));
	AS_TRY(copy_text(a, ASN1_STRING_get0_data(serial),
	    (size_t)ASN1_STRING_length(serial), &out->serial));
	out->not_before = time_ms(X509_get0_notBefore(x));
	out->not_after = time_ms(X509_get0_notAfter(x));
	AS_TRY(copy_names(a, x, out));
	AS_TRY(copy_key(a, x, out));
	AS_TRY(copy_signature(a, x, &out->signature));
	out->ca = X509_check_ca(x) == 1;
	AS_TRY(copy_purposes(a, x, out));
	out->scts = count_scts(x);
	out->must_staple = must_staple(x);
	return copy_digests(x, out);
}

enum as_err
as_tls_chain(struct as_arena *a, STACK_OF(X509) *sent, struct as_tls_cert **out,
    size_t *n, bool *cut)
{
	int count = sent != NULL ? sk_X509_num(sent) : 0;
	size_t octets = 0;
	struct as_tls_cert *certs;

	*cut = count > AS_MAX_CHAIN_CERTS;
	if (*cut)
		count = AS_MAX_CHAIN_CERTS;
	*n = 0;
	certs =
	    as_arena_array(a, (size_t)(count > 0 ? count : 0), sizeof(*certs));
	if (certs == NULL)
		return AS_ENOMEM;
	for (int i = 0; i < count; i++) {
		X509 *x = sk_X509_value(sent, i);
		int size = i2d_X509(x, NULL);

		octets += size > 0 ? (size_t)size : AS_MAX_CHAIN_OCTETS + 1;
		if (octets > AS_MAX_CHAIN_OCTETS) {
			*cut = true;
			break;
		}
		AS_TRY(describe(a, x, &certs[i]));
		*n = (size_t)i + 1;
	}
	ERR_clear_error();
	*out = certs;
	return AS_OK;
}
