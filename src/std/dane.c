#include "std/dane.h"

#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "base/limits.h"

#include "base/banned.h"

/* Matching type 0 carries the whole object: does it parse, to the end? */
static bool
is_whole_der(const struct as_dns_tlsa *t)
{
	const unsigned char *p = (const unsigned char *)t->data.p;
	const unsigned char *end = p + t->data.n;
	bool ok;

	if (t->data.n == 0 || t->data.n > AS_MAX_DNS_MESSAGE_OCTETS)
		return false;
	(void)ERR_set_mark();
	if (t->selector == 0) {
		X509 *cert = d2i_X509(NULL, &p, (long)t->data.n);
		ok = cert != NULL && p == end;
		X509_free(cert);
	} else {
		EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)t->data.n);
		ok = key != NULL && p == end;
		EVP_PKEY_free(key);
	}
	(void)ERR_pop_to_mark();
	return ok;
}

static const char *
digest_fault(size_t n, uint8_t matching)
{
	if (matching == 1 && n != 32)
		return "RFC 6698 2.1.3: a SHA-256 digest has 32 octets";
	if (matching == 2 && n != 64)
		return "RFC 6698 2.1.3: a SHA-512 digest has 64 octets";
	return NULL;
}

static const char *
data_fault(const struct as_dns_tlsa *t)
{
	if (t->matching != 0)
		return digest_fault(t->data.n, t->matching);
	if (is_whole_der(t))
		return NULL;
	return t->selector == 0
	    ? "RFC 6698 2.1.4: the data is not a certificate"
	    : "RFC 6698 2.1.4: the data is not a public key";
}

/* DANE-2 */
const char *
as_dane_fault(const struct as_dns_tlsa *t, enum as_tlsa_part *part)
{
	enum as_tlsa_part p = AS_TLSA_USAGE;
	const char *fault = NULL;

	if (t->usage == 0 || t->usage == 1) {
		fault = "RFC 7672 3.1.3: usages PKIX-TA(0) and PKIX-EE(1) do "
			"not work for SMTP; use 3 or 2";
	} else if (t->usage > 3) {
		fault = "RFC 6698 2.1.1: the usage is not 0 to 3";
	} else if (t->selector > 1) {
		p = AS_TLSA_SELECTOR;
		fault = "RFC 6698 2.1.2: the selector is not 0 or 1";
	} else if (t->matching > 2) {
		p = AS_TLSA_MATCHING;
		fault = "RFC 6698 2.1.3: the matching type is not 0, 1 or 2";
	} else {
		p = AS_TLSA_DATA;
		fault = data_fault(t);
	}
	if (fault != NULL)
		*part = p;
	return fault;
}

const char *
as_dane_unusable(const struct as_dns_tlsa *t)
{
	enum as_tlsa_part part;

	return as_dane_fault(t, &part);
}

/* Whole data is compared by its digest: facts keep no certificates. */
bool
as_dane_is_of(const struct as_dns_tlsa *t, const struct as_dane_cert *cert)
{
	struct as_str sha256 =
	    t->selector == 0 ? cert->sha256 : cert->spki_sha256;
	struct as_str sha512 =
	    t->selector == 0 ? cert->sha512 : cert->spki_sha512;
	unsigned char own[SHA256_DIGEST_LENGTH];

	switch (t->matching) {
	case 0:
		(void)SHA256((const unsigned char *)t->data.p, t->data.n, own);
		return as_str_eq(
		    (struct as_str){(const char *)own, sizeof(own)}, sha256);
	case 1: return t->data.n == 32 && as_str_eq(t->data, sha256);
	case 2: return t->data.n == 64 && as_str_eq(t->data, sha512);
	default: return false;
	}
}

/* DANE-5 */
bool
as_dane_outranked(const struct as_dns_tlsa *records, size_t n, size_t i)
{
	const struct as_dns_tlsa *t = &records[i];

	for (size_t k = 0; k < n && t->matching == 1; k++)
		if (records[k].usage == t->usage &&
		    records[k].selector == t->selector &&
		    records[k].matching == 2)
			return true;
	return false;
}

/* DANE-4 */
bool
as_dane_ee_match(const struct as_dns_tlsa *records, size_t n,
    const struct as_dane_cert *leaf)
{
	for (size_t i = 0; i < n; i++)
		if (records[i].usage == 3 && as_dane_is_of(&records[i], leaf) &&
		    !as_dane_outranked(records, n, i))
			return true;
	return false;
}
