#include "std/dane.h"

#include <openssl/err.h>
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
