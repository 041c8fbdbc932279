#include "std/dkim_material.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "std/rsa_der.h"
#include "std/rsa_weak.h"

#include "base/banned.h"

#define ED25519_OCTETS 32

/* What SubjectPublicKeyInfo puts before an Ed25519 key (RFC 8410 4). */
static const unsigned char ed25519_head[] = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

/* --- the length of DER --- */

/* How long the first octets say that all is; 0: they say nothing. */
static size_t
der_announced(struct as_str der)
{
	const unsigned char *p = (const unsigned char *)der.p;
	size_t n, len = 0;

	if (der.n < 2 || p[0] != 0x30)
		return 0;
	if (p[1] < 0x80)
		return 2 + (size_t)p[1];
	n = p[1] & 0x7f;
	if (n == 0 || n > 2 || der.n < 2 + n)
		return 0;
	for (size_t i = 0; i < n; i++)
		len = len << 8 | p[2 + i];
	return 2 + n + len;
}

static bool
is_digit64(char c)
{
	return as_is_alpha(c) || as_is_digit(c) || c == '+' || c == '/';
}

/* Where in the record octet `octet` of the key begins. */
static size_t
place_of(const struct as_tag *p, size_t octet)
{
	size_t digits = octet * 8 / 6, i = 0;

	for (; i < p->value.n; i++)
		if (is_digit64(p->value.p[i]) && digits-- == 0)
			break;
	return p->value_at + i;
}

static enum as_err
not_whole(const struct as_dkim_key *k, const struct as_tag *p, const char *cut,
    struct as_why *why)
{
	size_t whole = der_announced(k->key);

	if (whole > k->key.n)
		return as_why_set(why, AS_ESYNTAX, p->value_at + p->value.n,
		    "RFC 6376 3.6.2.2: the key ends early: it says that it has "
		    "%zu octets, but p holds %zu%s",
		    whole, k->key.n, cut);
	if (whole > 0 && whole < k->key.n)
		return as_why_set(why, AS_ESYNTAX, place_of(p, whole),
		    "RFC 6376 3.6.2.2: p goes on behind the key: it says that "
		    "it has %zu octets, but p holds %zu; two texts were joined",
		    whole, k->key.n);
	return as_why_set(why, AS_ESYNTAX, p->value_at,
	    "RFC 6376 3.6.1: p is not a whole RSA key (%zu octets of DER)",
	    k->key.n);
}

/* --- RSA --- */

/* The key inside DER, read to its end; NULL when it is none.  DKIM keys are
 * SubjectPublicKeyInfo in practice and RSAPublicKey by the letter (DKIM-7). */
static EVP_PKEY *
rsa_decode(struct as_str der, bool *pkcs1)
{
	const unsigned char *start = (const unsigned char *)der.p;
	const unsigned char *p = start;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)der.n);

	*pkcs1 = key == NULL;
	if (key == NULL) {
		p = start;
		key = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)der.n);
	}
	if (key != NULL && (p != start + der.n || !EVP_PKEY_is_a(key, "RSA"))) {
		EVP_PKEY_free(key);
		return NULL;
	}
	return key;
}

/* DKIM-4, DKIM-7 */
static enum as_err
rsa_check(const BIGNUM *n, const BIGNUM *e, size_t at, struct as_dkim_key *k,
    struct as_why *why)
{
	if (BN_num_bits(n) > AS_RSA_BITS_MOST)
		return as_why_set(why, AS_ELIMIT, at,
		    "RFC 6376 3.6.1: a modulus of %d bits; no verifier uses "
		    "more than %d",
		    BN_num_bits(n), AS_RSA_BITS_MOST);
	if (BN_is_negative(n) || BN_num_bits(n) < 4 || !BN_is_odd(n))
		return as_why_set(why, AS_ESYNTAX, at,
		    "RFC 8017 3.1: the modulus is even or too small to be "
		    "one");
	if (BN_is_negative(e) || !BN_is_odd(e) || BN_cmp(e, n) >= 0)
		return as_why_set(why, AS_ESYNTAX, at,
		    "RFC 8017 3.1: the exponent is even or not below the "
		    "modulus");
	k->bits = (uint32_t)BN_num_bits(n);
	k->exponent = BN_num_bits(e) <= 32 ? (uint32_t)BN_get_word(e) : 0;
	if (as_rsa_weak(n, &k->weak) != AS_OK)
		return as_why_no_memory(why);
	return AS_OK;
}

/* DKIM-11 */
static bool
hash(const unsigned char *p, size_t n, struct as_dkim_key *k)
{
	return EVP_Digest(p, n, k->sha256, NULL, EVP_sha256(), NULL) == 1;
}

static enum as_err
rsa_hash(const EVP_PKEY *key, struct as_dkim_key *k, struct as_why *why)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);
	bool ok = n > 0 && hash(der, (size_t)n, k);

	OPENSSL_free(der);
	return ok ? AS_OK : as_why_no_memory(why);
}

static enum as_err
rsa_numbers(
    const EVP_PKEY *key, size_t at, struct as_dkim_key *k, struct as_why *why)
{
	BIGNUM *n = NULL, *e = NULL;
	enum as_err err;

	if (!EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) ||
	    !EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e))
		err = as_why_no_memory(why);
	else
		err = rsa_check(n, e, at, k, why);
	BN_free(n);
	BN_free(e);
	return err;
}

/* The usual form needs no decoder, which takes a hundred times as long. */
static enum as_err
rsa_usual_read(struct as_dkim_key *k, struct as_str n, struct as_str e,
    size_t at, struct as_why *why)
{
	BIGNUM *bn = BN_bin2bn((const unsigned char *)n.p, (int)n.n, NULL);
	BIGNUM *be = BN_bin2bn((const unsigned char *)e.p, (int)e.n, NULL);
	enum as_err err;

	if (bn == NULL || be == NULL)
		err = as_why_no_memory(why);
	else
		err = rsa_check(bn, be, at, k, why);
	if (err == AS_OK && !hash((const unsigned char *)k->key.p, k->key.n, k))
		err = as_why_no_memory(why);
	BN_free(bn);
	BN_free(be);
	return err;
}

static enum as_err
rsa_read(struct as_dkim_key *k, const struct as_tag *p, const char *cut,
    struct as_why *why)
{
	enum as_err err = AS_OK;
	struct as_str n, e;
	EVP_PKEY *key;

	if (as_rsa_der_read(k->key, &n, &e))
		return rsa_usual_read(k, n, e, p->value_at, why);

	(void)ERR_set_mark();
	key = rsa_decode(k->key, &k->pkcs1);
	if (key == NULL)
		err = not_whole(k, p, cut, why);
	else
		err = rsa_numbers(key, p->value_at, k, why);
	if (err == AS_OK)
		err = rsa_hash(key, k, why);
	EVP_PKEY_free(key);
	(void)ERR_pop_to_mark();
	return err;
}

/* --- Ed25519 --- */

static bool
is_wrapped(struct as_str key)
{
	return key.n == sizeof(ed25519_head) + ED25519_OCTETS &&
	    memcmp(key.p, ed25519_head, sizeof(ed25519_head)) == 0;
}

/* DKIM-6 */
static enum as_err
ed25519_read(struct as_dkim_key *k, const struct as_tag *p, struct as_why *why)
{
	unsigned char info[sizeof(ed25519_head) + ED25519_OCTETS];

	if (k->key.n != ED25519_OCTETS)
		return as_why_set(why, AS_ESYNTAX, p->value_at,
		    "RFC 8463 4.2: p holds %zu octets; an Ed25519 key has 32, "
		    "without any wrapping%s",
		    k->key.n,
		    is_wrapped(k->key) ? " (here a SubjectPublicKeyInfo: take "
					 "its last 32)"
				       : "");
	k->bits = 256;
	memcpy(info, ed25519_head, sizeof(ed25519_head));
	memcpy(info + sizeof(ed25519_head), k->key.p, ED25519_OCTETS);
	return hash(info, sizeof(info), k) ? AS_OK : as_why_no_memory(why);
}

enum as_err
as_dkim_material_read(struct as_dkim_key *k, const struct as_tag *p,
    const char *cut, struct as_why *why)
{
	return k->alg == AS_DKIM_RSA ? rsa_read(k, p, cut, why)
				     : ed25519_read(k, p, why);
}
