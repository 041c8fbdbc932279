#include "std/dnssec_lint.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/limits.h"

#include "base/banned.h"

#define NAME_WIRE_OCTETS (AS_MAX_NAME_OCTETS + 2)

/* --- the registry --- */

#define GOOD   AS_DNSSEC_RANK_GOOD
#define USABLE AS_DNSSEC_RANK_USABLE
#define RARE   AS_DNSSEC_RANK_RARE
#define SHA1   AS_DNSSEC_RANK_SHA1
#define BROKEN AS_DNSSEC_RANK_BROKEN

/* IANA, DNS Security Algorithm Numbers.  DNSSEC-4 */
static const struct as_dnssec_kind algorithms[] = {
    {1, BROKEN, "RSAMD5"},
    {3, BROKEN, "DSA"},
    {5, SHA1, "RSASHA1"},
    {6, BROKEN, "DSA-NSEC3-SHA1"},
    {7, SHA1, "RSASHA1-NSEC3-SHA1"},
    {8, GOOD, "RSASHA256"},
    {10, USABLE, "RSASHA512"},
    {12, BROKEN, "ECC-GOST"},
    {13, GOOD, "ECDSAP256SHA256"},
    {14, USABLE, "ECDSAP384SHA384"},
    {15, GOOD, "ED25519"},
    {16, USABLE, "ED448"},
    {17, RARE, "SM2SM3"},
    {23, RARE, "ECC-GOST12"},
    {253, RARE, "PRIVATEDNS"},
    {254, RARE, "PRIVATEOID"},
};

/* IANA, DNSSEC Delegation Signer Resource Record Digest Algorithms. */
static const struct as_dnssec_kind digests[] = {
    {1, SHA1, "SHA-1"},
    {2, GOOD, "SHA-256"},
    {3, BROKEN, "GOST R 34.11-94"},
    {4, GOOD, "SHA-384"},
    {5, RARE, "GOST R 34.11-2012"},
    {6, RARE, "SM3"},
};

static const struct as_dnssec_kind *
kind_find(const struct as_dnssec_kind *list, size_t n, uint32_t number)
{
	static const struct as_dnssec_kind none = {0, RARE, "unassigned"};

	for (size_t i = 0; i < n; i++)
		if (list[i].number == number)
			return &list[i];
	return &none;
}

const struct as_dnssec_kind *
as_dnssec_algorithm(uint32_t number)
{
	return kind_find(
	    algorithms, sizeof(algorithms) / sizeof(algorithms[0]), number);
}

const struct as_dnssec_kind *
as_dnssec_digest(uint32_t number)
{
	return kind_find(digests, sizeof(digests) / sizeof(digests[0]), number);
}

/* --- keys --- */

static uint8_t
key_octet(const struct as_dns_dnskey *k, size_t i)
{
	return (uint8_t)k->key.p[i];
}

/* RFC 4034 B.1: of RSAMD5, the last 24 bits of the modulus but for eight. */
static uint16_t
tag_rsamd5(const struct as_dns_dnskey *k)
{
	size_t n = k->key.n;

	if (n < 3)
		return 0;
	return (uint16_t)(key_octet(k, n - 3) << 8 | key_octet(k, n - 2));
}

uint16_t
as_dnssec_key_tag(const struct as_dns_dnskey *k)
{
	uint32_t sum = k->flags;

	if (k->algorithm == 1)
		return tag_rsamd5(k);
	sum += (uint32_t)k->protocol << 8 | k->algorithm;
	for (size_t i = 0; i < k->key.n; i++)
		sum += i % 2 == 0 ? (uint32_t)key_octet(k, i) << 8
				  : key_octet(k, i);
	return (uint16_t)(sum + (sum >> 16));
}

bool
as_dnssec_key_signs(const struct as_dns_dnskey *k)
{
	return (k->flags & AS_DNSKEY_ZONE) != 0 &&
	    (k->flags & AS_DNSKEY_REVOKE) == 0 && k->protocol == 3;
}

bool
as_dnssec_is_rsa(uint32_t algorithm)
{
	return algorithm == 1 || algorithm == 5 || algorithm == 7 ||
	    algorithm == 8 || algorithm == 10;
}

/* RFC 3110 2: length of the exponent, exponent, modulus. */
static uint32_t
rsa_bits(const struct as_dns_dnskey *k)
{
	size_t at = 1, n = k->key.n, exponent;
	uint32_t bits;

	if (n < 3)
		return 0;
	exponent = key_octet(k, 0);
	if (exponent == 0) {
		exponent = (size_t)key_octet(k, 1) << 8 | key_octet(k, 2);
		at = 3;
	}
	at += exponent;
	while (at < n && key_octet(k, at) == 0)
		at++;
	if (exponent == 0 || at >= n)
		return 0;
	bits = (uint32_t)(n - at) * 8;
	for (uint8_t top = key_octet(k, at); (top & 0x80u) == 0; bits--)
		top = (uint8_t)(top << 1);
	return bits;
}

uint32_t
as_dnssec_key_bits(const struct as_dns_dnskey *k)
{
	if (as_dnssec_is_rsa(k->algorithm))
		return rsa_bits(k);
	switch (k->algorithm) {
	case 13:
	case 15: return 256;
	case 14: return 384;
	case 16: return 456;
	default: return 0;
	}
}

/* --- DS --- */

struct wire {
	uint8_t p[NAME_WIRE_OCTETS];
	size_t n;
};

/* An octet of a label, "\DDD" read; *i moves behind it. */
static uint8_t
octet_read(struct as_str name, size_t *i)
{
	unsigned v = 0;

	if (name.p[*i] != '\\' || name.n - *i < 4)
		return (uint8_t)name.p[(*i)++];
	for (size_t k = 1; k <= 3; k++)
		v = v * 10 + (unsigned)(name.p[*i + k] - '0');
	*i += 4;
	return (uint8_t)v;
}

/* Canonical text into wire form (RFC 4034 6.2); false: not a name. */
static bool
wire_write(struct as_str name, struct wire *w)
{
	size_t i = 0;

	w->n = 0;
	while (i < name.n && !as_str_is(name, ".")) {
		size_t start = w->n++;
		while (i < name.n && name.p[i] != '.') {
			if (w->n >= sizeof(w->p) - 1)
				return false;
			w->p[w->n++] = octet_read(name, &i);
		}
		i++;
		if (w->n - start - 1 > AS_MAX_LABEL_OCTETS ||
		    w->n > sizeof(w->p) - 1)
			return false;
		w->p[start] = (uint8_t)(w->n - start - 1);
	}
	w->p[w->n++] = 0;
	return true;
}

static const EVP_MD *
digest_md(uint8_t type)
{
	switch (type) {
	case 1: return EVP_sha1();
	case 2: return EVP_sha256();
	case 4: return EVP_sha384();
	default: return NULL;
	}
}

/* Hash of owner and DNSKEY data (RFC 4034 5.1.4); false: no memory. */
static bool
key_hash(const EVP_MD *md, const struct wire *owner,
    const struct as_dns_dnskey *k, uint8_t out[EVP_MAX_MD_SIZE], unsigned *n)
{
	uint8_t head[4] = {(uint8_t)(k->flags >> 8), (uint8_t)k->flags,
	    k->protocol, k->algorithm};
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok;

	ok = ctx != NULL && EVP_DigestInit_ex(ctx, md, NULL) == 1 &&
	    EVP_DigestUpdate(ctx, owner->p, owner->n) == 1 &&
	    EVP_DigestUpdate(ctx, head, sizeof(head)) == 1 &&
	    EVP_DigestUpdate(ctx, k->key.p, k->key.n) == 1 &&
	    EVP_DigestFinal_ex(ctx, out, n) == 1;
	EVP_MD_CTX_free(ctx);
	return ok;
}

enum as_ds_fit
as_dnssec_ds_fit(struct as_str owner, const struct as_dns_ds *ds,
    const struct as_dns_dnskey *k)
{
	const EVP_MD *md = digest_md(ds->digest_type);
	uint8_t hash[EVP_MAX_MD_SIZE];
	struct wire wire;
	unsigned n;

	if (ds->algorithm != k->algorithm ||
	    ds->key_tag != as_dnssec_key_tag(k))
		return AS_DS_DIFFERS;
	if (md == NULL || !wire_write(owner, &wire) ||
	    !key_hash(md, &wire, k, hash, &n))
		return AS_DS_UNSURE;
	return ds->digest.n == n && memcmp(ds->digest.p, hash, n) == 0
	    ? AS_DS_FITS
	    : AS_DS_DIFFERS;
}

bool
as_dnssec_ds_sha256(struct as_str owner, const struct as_dns_dnskey *k,
    uint8_t out[AS_DS_SHA256_OCTETS])
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	struct wire wire;
	unsigned n;

	if (!wire_write(owner, &wire) ||
	    !key_hash(EVP_sha256(), &wire, k, hash, &n))
		return false;
	memcpy(out, hash, AS_DS_SHA256_OCTETS);
	return true;
}

/* --- signatures --- */

/* DNSSEC-2 */
bool
as_dnssec_ends_soon(int64_t inception_ms, int64_t expiration_ms, int64_t now_ms)
{
	int64_t left = expiration_ms - now_ms;

	return left < AS_DNSSEC_SOON_MS &&
	    left < (expiration_ms - inception_ms) / 3;
}
