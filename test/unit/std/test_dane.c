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

/* --- records and certificates --- */

#define A32 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B32 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C32 "cccccccccccccccccccccccccccccccc"
/* SHA-256 of "abc" (FIPS 180-4) */
#define ABC_SHA256 \
	"\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde\x5d\xae\x22\x23" \
	"\xb0\x03\x61\xa3\x96\x17\x7a\x9c\xb4\x10\xff\x61\xf2\x00\x15\xad"

#define RR(u, s, m, text) \
	{ \
		(u), (s), (m), \
		{ \
			(text), sizeof(text) - 1 \
		} \
	}

/* An EC and an RSA certificate of one server. */
static const struct as_dane_cert certs[] = {
    {{A32, 32}, {A32 B32, 64}, {C32, 32}, {C32 A32, 64}},
    {{B32, 32}, {B32 B32, 64}, {ABC_SHA256, 32}, {"", 0}},
};

/* DANE-4 */
static void
test_is_of(void)
{
	static const struct {
		const char *name;
		struct as_dns_tlsa t;
		bool first, second;
	} cases[] = {
	    {"certificate, SHA-256", RR(3, 0, 1, A32), true, false},
	    {"certificate, SHA-512", RR(3, 0, 2, A32 B32), true, false},
	    {"key, SHA-256", RR(3, 1, 1, C32), true, false},
	    {"key, SHA-512", RR(2, 1, 2, C32 A32), true, false},
	    {"key, whole", RR(3, 1, 0, "abc"), false, true},
	    {"the digest of the other part", RR(3, 1, 1, A32), false, false},
	    {"a digest that is not known matches nothing", RR(3, 1, 2, ""),
		false, false},
	    {"a start of the digest", RR(3, 0, 1, "aaaa"), false, false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		t_case("stands for: %s", cases[i].name);
		T_INT(as_dane_is_of(&cases[i].t, &certs[0]), cases[i].first);
		T_INT(as_dane_is_of(&cases[i].t, &certs[1]), cases[i].second);
	}
}

/* DANE-5: in either order. */
static void
test_agility(void)
{
	static const struct {
		const char *name;
		struct as_dns_tlsa t[2];
		bool outranked[2], match[2];
	} cases[] = {
	    {"SHA-512 alone counts", {RR(3, 1, 1, C32), RR(3, 1, 2, B32 B32)},
		{true, false}, {false, false}},
	    {"the stale digest is the weaker one",
		{RR(3, 1, 1, B32), RR(3, 1, 2, C32 A32)}, {true, false},
		{true, false}},
	    {"another selector", {RR(3, 1, 1, C32), RR(3, 0, 2, B32 A32)},
		{false, false}, {true, false}},
	    {"another usage", {RR(3, 1, 1, C32), RR(2, 1, 2, B32 A32)},
		{false, false}, {true, false}},
	    {"whole data has no rank",
		{RR(3, 1, 0, "abc"), RR(3, 1, 2, B32 A32)}, {false, false},
		{false, true}},
	    {"two kinds of certificate",
		{RR(3, 1, 1, C32), RR(3, 1, 1, ABC_SHA256)}, {false, false},
		{true, true}},
	    {"usage 2 is no leaf's", {RR(2, 1, 1, C32), RR(3, 1, 1, B32)},
		{false, false}, {false, false}},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct as_dns_tlsa turned[2] = {cases[i].t[1], cases[i].t[0]};

		t_case("agility: %s", cases[i].name);
		for (size_t k = 0; k < 2; k++) {
			T_INT(as_dane_outranked(cases[i].t, 2, k),
			    cases[i].outranked[k]);
			T_INT(as_dane_outranked(turned, 2, 1 - k),
			    cases[i].outranked[k]);
			T_INT(as_dane_ee_match(cases[i].t, 2, &certs[k]),
			    cases[i].match[k]);
			T_INT(as_dane_ee_match(turned, 2, &certs[k]),
			    cases[i].match[k]);
		}
	}
}

int
main(void)
{
	test_rows();
	test_whole();
	test_is_of();
	test_agility();
	return t_done();
}
