#include "std/dkim_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/limits.h"
#include "std/rsa_weak.h"
#include "std/tag_list.h"

#include "base/banned.h"

#define ED25519_OCTETS 32
/* libcrypto verifies with no longer modulus. */
#define RSA_BITS_MOST 16384

static enum as_err
no_memory(struct as_why *why)
{
	return as_why_set(why, AS_ENOMEM, AS_WHY_NOWHERE, "out of memory");
}

/* --- base64 (RFC 4648 4) with folding white space inside --- */

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static bool
is_fws(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct base64 {
	char *out;
	size_t n;
	uint32_t bits; /* the last octets' worth of input */
	size_t digits, pads;
};

/* False: this octet does not belong here. */
static bool
base64_add(struct base64 *b, char c)
{
	int v = base64_value(c);

	if (c == '=')
		return ++b->pads + b->digits % 4 <= 4 && b->digits % 4 >= 2;
	if (v < 0 || b->pads > 0)
		return false;
	b->bits = b->bits << 6 | (uint32_t)v;
	if (b->digits++ % 4 != 0)
		b->out[b->n++] =
		    (char)(b->bits >> (6 - 2 * ((b->digits - 1) % 4)));
	return true;
}

/* Padding may be left out (RFC 6376 2.10 makes it optional), not be wrong.
 * DKIM-2. */
static enum as_err
base64_read(struct as_arena *a, const struct as_tag *p, struct as_str *out,
    struct as_why *why)
{
	struct base64 b = {
	    as_arena_alloc(a, p->value.n / 4 * 3 + 4), 0, 0, 0, 0};

	if (b.out == NULL)
		return no_memory(why);
	for (size_t i = 0; i < p->value.n; i++) {
		char c = p->value.p[i];
		if (!is_fws(c) && !base64_add(&b, c))
			return as_why_set(why, AS_ESYNTAX, p->value_at + i,
			    "RFC 6376 3.6.1: p is not base64: octet %u does "
			    "not belong here",
			    (unsigned)(unsigned char)c);
	}
	if (b.digits % 4 == 1 || (b.pads > 0 && (b.digits + b.pads) % 4 != 0))
		return as_why_set(why, AS_ESYNTAX, p->value_at + p->value.n,
		    "RFC 6376 3.6.1: p is not base64: it ends too early");
	*out = (struct as_str){b.out, b.n};
	return AS_OK;
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
	if (BN_num_bits(n) > RSA_BITS_MOST)
		return as_why_set(why, AS_ELIMIT, at,
		    "RFC 6376 3.6.1: a modulus of %d bits; no verifier uses "
		    "more than %d",
		    BN_num_bits(n), RSA_BITS_MOST);
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
		return no_memory(why);
	return AS_OK;
}

static enum as_err
rsa_read(struct as_dkim_key *k, size_t at, struct as_why *why)
{
	enum as_err err = AS_OK;
	EVP_PKEY *key;
	BIGNUM *n = NULL, *e = NULL;

	(void)ERR_set_mark();
	key = rsa_decode(k->key, &k->pkcs1);
	if (key == NULL)
		err = as_why_set(why, AS_ESYNTAX, at,
		    "RFC 6376 3.6.1: p is not a whole RSA key (%zu octets of "
		    "DER)",
		    k->key.n);
	else if (!EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) ||
	    !EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e))
		err = no_memory(why);
	else
		err = rsa_check(n, e, at, k, why);
	BN_free(n);
	BN_free(e);
	EVP_PKEY_free(key);
	(void)ERR_pop_to_mark();
	return err;
}

/* --- Ed25519 --- */

/* DKIM-6 */
static enum as_err
ed25519_read(struct as_dkim_key *k, size_t at, struct as_why *why)
{
	if (k->key.n != ED25519_OCTETS)
		return as_why_set(why, AS_ESYNTAX, at,
		    "RFC 8463 4.2: p holds %zu octets; an Ed25519 key has 32, "
		    "without any wrapping",
		    k->key.n);
	k->bits = 256;
	return AS_OK;
}

/* --- the record --- */

struct reader {
	struct as_arena *a;
	struct as_dkim_key *key;
	struct as_tag p; /* has_value once it was met */
	struct as_tag_seen seen;
	struct as_why *why;
};

/* Is `word` in a colon-separated list? */
static bool
list_has(struct as_str list, const char *word)
{
	struct as_split s = as_split_start(list, ':', AS_FWS);
	struct as_str item;
	size_t at;

	while (as_split_next(&s, &item, &at))
		if (as_str_is(item, word))
			return true;
	return false;
}

static enum as_err
version_check(struct reader *r, const struct as_tag *t)
{
	if (r->seen.n > 1)
		return as_why_set(r->why, AS_EVERSION, t->at,
		    "RFC 6376 3.6.1: v is not the first tag");
	if (!as_str_is(t->value, "DKIM1"))
		return as_why_set(r->why, AS_EVERSION, t->value_at,
		    "RFC 6376 3.6.1: the value of v is not DKIM1");
	return AS_OK;
}

/* DKIM-2, DKIM-5, DKIM-8 */
static enum as_err
tag_take(struct reader *r, const struct as_tag *t)
{
	struct as_dkim_key *k = r->key;

	if (as_str_is(t->name, "v"))
		return version_check(r, t);
	if (as_str_is(t->name, "p")) {
		r->p = *t;
	} else if (as_str_is(t->name, "k")) {
		k->k = t->value;
	} else if (as_str_is(t->name, "h")) {
		k->sha1_only = !list_has(t->value, "sha256");
	} else if (as_str_is(t->name, "s")) {
		bool all = list_has(t->value, "*");
		k->for_email = all || list_has(t->value, "email");
		k->for_tlsrpt = all || list_has(t->value, "tlsrpt");
	} else if (as_str_is(t->name, "t")) {
		k->testing = list_has(t->value, "y");
		k->strict = list_has(t->value, "s");
	}
	return AS_OK;
}

/* RFC 6376 3.2 tag-name; NULL when it is one. */
static const char *
name_fault(const struct as_tag *t)
{
	if (t->name.n == 0 && !t->has_value)
		return "nothing between two \";\"";
	if (!t->has_value)
		return "a tag without \"=\"";
	if (t->name.n == 0 || !as_is_alpha(t->name.p[0]))
		return "a tag name starts with a letter";
	for (size_t i = 1; i < t->name.n; i++)
		if (!as_is_alpha(t->name.p[i]) && !as_is_digit(t->name.p[i]) &&
		    t->name.p[i] != '_')
			return "a tag name takes letters, digits and \"_\" "
			       "only";
	return NULL;
}

/* First octet that RFC 6376 3.2 tag-value does not hold; value.n for none. */
static size_t
value_check(struct as_str value)
{
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];
		if (!is_fws(value.p[i]) && (c < 0x21 || c > 0x7e))
			return i;
	}
	return value.n;
}

static enum as_err
tag_read(struct reader *r, const struct as_tag *t)
{
	const char *fault = name_fault(t);
	size_t bad;

	if (fault != NULL)
		return as_why_set(
		    r->why, AS_ESYNTAX, t->at, "RFC 6376 3.2: %s", fault);
	bad = value_check(t->value);
	if (bad < t->value.n)
		return as_why_set(r->why, AS_ESYNTAX, t->value_at + bad,
		    "RFC 6376 3.2: octet %u is not printable ASCII",
		    (unsigned)(unsigned char)t->value.p[bad]);
	AS_TRY(as_tag_seen_add(&r->seen, t, false, r->why));
	return tag_take(r, t);
}

/* DKIM-3 */
static enum as_err
key_read(struct reader *r)
{
	struct as_dkim_key *k = r->key;

	if (!r->p.has_value)
		return as_why_set(r->why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "RFC 6376 3.6.1: no p tag (its name is lower case)");
	if (as_str_is(k->k, "rsa"))
		k->alg = AS_DKIM_RSA;
	else if (as_str_is(k->k, "ed25519"))
		k->alg = AS_DKIM_ED25519;
	else
		k->alg = AS_DKIM_OTHER;
	AS_TRY(base64_read(r->a, &r->p, &k->key, r->why));
	k->revoked = r->p.value.n == 0;
	if (k->revoked || k->alg == AS_DKIM_OTHER)
		return AS_OK;
	if (k->key.n > AS_MAX_DKIM_KEY_OCTETS)
		return as_why_set(r->why, AS_ELIMIT, r->p.value_at,
		    "RFC 6376 3.6.1: p holds %zu octets; at most %d are looked "
		    "at",
		    k->key.n, AS_MAX_DKIM_KEY_OCTETS);
	return k->alg == AS_DKIM_RSA ? rsa_read(k, r->p.value_at, r->why)
				     : ed25519_read(k, r->p.value_at, r->why);
}

bool
as_dkim_key_is_like(struct as_str txt)
{
	struct as_split list = as_split_start(txt, ';', AS_FWS);
	struct as_tag t;

	for (size_t i = 0; as_tag_next(&list, &t); i++) {
		if (!t.has_value)
			continue;
		if (as_str_is(t.name, "p"))
			return true;
		if (i == 0 && as_str_is_case(t.name, "v") &&
		    as_str_has_prefix_case(t.value, "DKIM"))
			return true;
	}
	return false;
}

static enum as_err
record_read(struct reader *r, struct as_str txt, struct as_reading *rd)
{
	struct as_split list = as_split_start(txt, ';', AS_FWS);
	struct as_tag t;

	while (as_tag_next(&list, &t)) {
		as_reading_tag(rd, &t);
		AS_TRY(as_reading_keep(rd, tag_read(r, &t), r->why));
	}
	return as_reading_keep(rd, key_read(r), r->why);
}

enum as_err
as_dkim_key_read(struct as_arena *a, struct as_str txt, struct as_reading *rd,
    struct as_dkim_key **out, struct as_why *why)
{
	struct as_why own = {0};
	struct reader r = {.a = a, .why = why != NULL ? why : &own};
	enum as_err err;

	r.key = AS_NEW(a, struct as_dkim_key);
	if (r.key == NULL)
		return no_memory(why);
	r.key->k = AS_STR("rsa");
	r.key->for_email = r.key->for_tlsrpt = true;
	err = record_read(&r, txt, rd);
	if (err == AS_OK || rd != NULL)
		*out = r.key;
	return as_reading_end(rd, err, why);
}

enum as_err
as_dkim_key_parse(struct as_arena *a, struct as_str txt,
    struct as_dkim_key **out, struct as_why *why)
{
	return as_dkim_key_read(a, txt, NULL, out, why);
}
