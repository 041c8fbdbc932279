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
data_fault(const struct as_dns_tlsa *t)
{
	switch (t->matching) {
	case 0:
		if (is_whole_der(t))
			return NULL;
		return t->selector == 0
		    ? "RFC 6698 2.1.4: the data is not a certificate"
		    : "RFC 6698 2.1.4: the data is not a public key";
	case 1:
		return t->data.n == 32
		    ? NULL
		    : "RFC 6698 2.1.3: a SHA-256 digest has 32 octets";
	case 2:
		return t->data.n == 64
		    ? NULL
		    : "RFC 6698 2.1.3: a SHA-512 digest has 64 octets";
	default: return "RFC 6698 2.1.3: the matching type is not 0, 1 or 2";
	}
}

const char *
as_dane_unusable(const struct as_dns_tlsa *t)
{
	if (t->usage == 0 || t->usage == 1)
		return "RFC 7672 3.1.3: usages PKIX-TA(0) and PKIX-EE(1) do "
		       "not work for SMTP; use 3 or 2";
	if (t->usage != 2 && t->usage != 3)
		return "RFC 6698 2.1.1: the usage is not 0 to 3";
	if (t->selector > 1)
		return "RFC 6698 2.1.2: the selector is not 0 or 1";
	return data_fault(t);
}
