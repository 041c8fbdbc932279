#include "std/dane.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "harness.h"

#define OCTETS_64 \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
	const char *name;
	uint8_t usage, selector, matching;
	size_t n; /* octets of data */
	bool usable;
	const char *why; /* part of the text */
} rows[] = {
    {"3 1 1", 3, 1, 1, 32, true, NULL},
    {"3 1 2", 3, 1, 2, 64, true, NULL},
    {"2 0 1", 2, 0, 1, 32, true, NULL},
    {"2 1 2", 2, 1, 2, 64, true, NULL},
    {"usage 0", 0, 1, 1, 32, false, "RFC 7672 3.1.3"},
    {"usage 1", 1, 1, 1, 32, false, "RFC 7672 3.1.3"},
    {"usage 4", 4, 1, 1, 32, false, "RFC 6698 2.1.1"},
    {"usage 255", 255, 1, 1, 32, false, "RFC 6698 2.1.1"},
    {"selector 2", 3, 2, 1, 32, false, "RFC 6698 2.1.2"},
    {"matching 3", 3, 1, 3, 32, false, "RFC 6698 2.1.3"},
    {"SHA-256 of 31 octets", 3, 1, 1, 31, false, "32 octets"},
    {"SHA-256 of 64 octets", 3, 1, 1, 64, false, "32 octets"},
    {"SHA-512 of 32 octets", 3, 1, 2, 32, false, "64 octets"},
    {"no data", 3, 1, 1, 0, false, "32 octets"},
    {"the whole certificate, but it is none", 3, 0, 0, 64, false,
	"not a certificate"},
    {"the whole key, but it is none", 3, 1, 0, 64, false, "not a public key"},
    {"the whole key, but it is empty", 3, 1, 0, 0, false, "not a public key"},
};

/* DANE-2 */
static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct as_dns_tlsa t = {rows[i].usage, rows[i].selector,
		    rows[i].matching, {OCTETS_64, rows[i].n}};
		const char *why = as_dane_unusable(&t);

		t_case("%s", rows[i].name);
		T_INT(why == NULL, rows[i].usable);
		if (why != NULL && rows[i].why != NULL)
			T_OK(strstr(why, rows[i].why) != NULL);
	}
}

static X509 *
cert_make(EVP_PKEY *key)
{
	X509 *cert = X509_new();
	X509_NAME *name = X509_get_subject_name(cert);

	(void)X509_set_version(cert, 2);
	(void)X509_gmtime_adj(X509_getm_notBefore(cert), 0);
	(void)X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
	(void)X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)"mx.example.test", -1, -1, 0);
	(void)X509_set_issuer_name(cert, name);
	(void)X509_set_pubkey(cert, key);
	(void)X509_sign(cert, key, NULL);
	return cert;
}

/* Whole, with an octet behind it, and one octet short. */
static void
check_der(const char *what, uint8_t selector, unsigned char *der, int len)
{
	char *more = malloc((size_t)len + 1);
	struct as_dns_tlsa t = {3, selector, 0, {more, (size_t)len}};

	t_case("matching 0: %s", what);
	if (!T_OK(len > 0 && more != NULL))
		return;
	memcpy(more, der, (size_t)len);
	more[len] = 0;
	T_OK(as_dane_unusable(&t) == NULL);
	t.data.n++;
	T_OK(as_dane_unusable(&t) != NULL);
	t.data.n -= 2;
	T_OK(as_dane_unusable(&t) != NULL);
	t.data.n++;
	t.selector = !selector;
	T_OK(as_dane_unusable(&t) != NULL);
	free(more);
}

/* DANE-2 */
static void
test_whole(void)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	X509 *cert = cert_make(key);
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);

	check_der("a certificate", 0, der, len);
	OPENSSL_free(der);
	der = NULL;
	len = i2d_PUBKEY(key, &der);
	check_der("a public key", 1, der, len);
	OPENSSL_free(der);
	X509_free(cert);
	EVP_PKEY_free(key);
}

int
main(void)
{
	test_rows();
	test_whole();
	return t_done();
}
