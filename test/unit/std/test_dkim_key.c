#include "std/dkim_key.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/tsv.h"
#include "corpus.h"
#include "harness.h"

/* Octets in a table, NUL allowed. */
#define S(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

/* The keys of RFC 8463 A.2. */
#define ED25519 "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define RSA \
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk" \
	"08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8u" \
	"BsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryO" \
	"TIKT+l/K4w3QIDAQAB"

static struct as_arena *arena;

/* A record as one line: algorithm, bits, exponent, flags. */
static void
describe(struct as_buf *b, const struct as_dkim_key *k)
{
	as_buf_printf(
	    b, AS_STR_FMT " %u %u", AS_STR_ARG(k->k), k->bits, k->exponent);
	as_buf_printf(b, "%s%s%s%s", k->revoked ? " revoked" : "",
	    k->testing ? " testing" : "", k->strict ? " strict" : "",
	    k->sha1_only ? " sha1" : "");
	as_buf_printf(b, "%s%s%s", k->for_email ? "" : " no-email",
	    k->for_tlsrpt ? "" : " no-tlsrpt", k->weak != NULL ? " weak" : "");
}

static const struct {
	const char *name;
	struct as_str txt;
	enum as_dkim_alg alg;
	const char *want;
} good[] = {
    {"RFC 8463 A.2, RSA", S("v=DKIM1; k=rsa; p=" RSA), AS_DKIM_RSA,
	"rsa 1024 65537"},
    {"RFC 8463 A.2, Ed25519", S("v=DKIM1; k=ed25519; p=" ED25519),
	AS_DKIM_ED25519, "ed25519 256 0"},
    {"p alone", S("p=" RSA), AS_DKIM_RSA, "rsa 1024 65537"},
    {"the padding left out",
	S("k=ed25519;p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
	AS_DKIM_ED25519, "ed25519 256 0"},
    {"white space and folds in p",
	S("k=ed25519; p= 11qYAYKxCrfVS/7T\r\n\tyWQHOg7hcvPapiMl rwIaaPcHURo "
	  "= "),
	AS_DKIM_ED25519, "ed25519 256 0"},
    {"white space around all", S(" v = DKIM1\t;\r\n p\t=\t" RSA " ; "),
	AS_DKIM_RSA, "rsa 1024 65537"},
    {"revoked", S("v=DKIM1; p="), AS_DKIM_RSA, "rsa 0 0 revoked"},
    {"revoked, white space", S("v=DKIM1; k=ed25519; p= ;"), AS_DKIM_ED25519,
	"ed25519 0 0 revoked"},
    {"flags", S("v=DKIM1; t=y:s; p=" RSA), AS_DKIM_RSA,
	"rsa 1024 65537 testing strict"},
    {"flags with white space and unknown ones", S("t= x : s ; p=" RSA),
	AS_DKIM_RSA, "rsa 1024 65537 strict"},
    {"flags in upper case are unknown", S("t=Y:S; p=" RSA), AS_DKIM_RSA,
	"rsa 1024 65537"},
    {"h=sha1", S("h=sha1; p=" RSA), AS_DKIM_RSA, "rsa 1024 65537 sha1"},
    {"h=sha1:sha256", S("h=sha1 : sha256; p=" RSA), AS_DKIM_RSA,
	"rsa 1024 65537"},
    {"h of unknown hashes", S("h=md5; p=" RSA), AS_DKIM_RSA,
	"rsa 1024 65537 sha1"},
    {"s=tlsrpt", S("s=tlsrpt; p=" RSA), AS_DKIM_RSA, "rsa 1024 65537 no-email"},
    {"s=email", S("s=email; p=" RSA), AS_DKIM_RSA, "rsa 1024 65537 no-tlsrpt"},
    {"s=x:*", S("s=x:*; p=" RSA), AS_DKIM_RSA, "rsa 1024 65537"},
    {"s of unknown services", S("s=x; p=" RSA), AS_DKIM_RSA,
	"rsa 1024 65537 no-email no-tlsrpt"},
    {"notes and unknown tags", S("v=DKIM1; g=*; n=a=b, c; x_1=; p=" RSA),
	AS_DKIM_RSA, "rsa 1024 65537"},
    {"tag names in upper case are unknown", S("K=ed25519; P=x; p=" RSA),
	AS_DKIM_RSA, "rsa 1024 65537"},
    {"V in upper case is unknown", S("V=DKIM9; p=" RSA), AS_DKIM_RSA,
	"rsa 1024 65537"},
    {"another key type", S("v=DKIM1; k=ed448; p=AAAA"), AS_DKIM_OTHER,
	"ed448 0 0"},
    {"key type in upper case", S("k=RSA; p=" RSA), AS_DKIM_OTHER, "RSA 0 0"},
};

/* DKIM-2, DKIM-3, DKIM-6, DKIM-8 */
static void
test_good(void)
{
	struct as_buf b;

	as_buf_init(&b, 4096);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct as_dkim_key *k = NULL;
		struct as_why why = {0};

		t_case("record: %s", good[i].name);
		T_OK(as_dkim_key_is_like(good[i].txt));
		if (!T_INT(as_dkim_key_parse(arena, good[i].txt, &k, &why),
			AS_OK)) {
			printf("# %s\n", why.text);
			continue;
		}
		as_buf_reset(&b);
		describe(&b, k);
		T_STR(as_buf_str(&b), good[i].want);
		T_INT(k->alg, good[i].alg);
	}
	as_buf_fini(&b);
}

static const struct {
	const char *name;
	struct as_str txt;
	enum as_err err;
	size_t at;
	bool like;
} bad[] = {
    {"nothing", S(""), AS_ESYNTAX, AS_WHY_NOWHERE, false},
    {"an SPF record", S("v=spf1 -all"), AS_EVERSION, 2, false},
    {"no p", S("v=DKIM1; k=rsa"), AS_ESYNTAX, AS_WHY_NOWHERE, true},
    {"P in upper case alone", S("P=" RSA), AS_ESYNTAX, AS_WHY_NOWHERE, false},
    {"version 2", S("v=DKIM2; p=" RSA), AS_EVERSION, 2, true},
    {"version in lower case", S("v=dkim1; p=" RSA), AS_EVERSION, 2, true},
    {"a colon behind the version", S("v=DKIM1: g=*; p=" RSA), AS_EVERSION, 2,
	true},
    {"v is not first", S("k=rsa; v=DKIM1; p=" RSA), AS_EVERSION, 7, true},
    {"p occurs twice", S("p=" RSA "; p="), AS_ESYNTAX, 220, true},
    {"an unknown tag occurs twice", S("x=1; x=1; p=" RSA), AS_ESYNTAX, 5, true},
    {"an empty tag", S("v=DKIM1;; p=" RSA), AS_ESYNTAX, 8, true},
    {"a tag without =", S("v=DKIM1; rsa; p=" RSA), AS_ESYNTAX, 9, true},
    {"no tag name", S("v=DKIM1; =rsa; p=" RSA), AS_ESYNTAX, 9, true},
    {"a tag name that starts with a digit", S("1a=x; p=" RSA), AS_ESYNTAX, 0,
	true},
    {"a tag name with a hyphen", S("a-b=x; p=" RSA), AS_ESYNTAX, 0, true},
    {"NUL in a value", S("n=a\0b; p=" RSA), AS_ESYNTAX, 3, true},
    {"8-bit octets in a value", S("n=\xc3\xa4; p=" RSA), AS_ESYNTAX, 2, true},
    {"a quotation mark in p", S("p=\"" RSA "\""), AS_ESYNTAX, 2, true},
    {"a backslash in p", S("p=AAAA\\; n=x"), AS_ESYNTAX, 6, true},
    {"p is cut to one digit over", S("k=ed25519; p=AAAAA"), AS_ESYNTAX, 18,
	true},
    {"padding too early", S("k=ed25519; p=A==="), AS_ESYNTAX, 14, true},
    {"too much padding", S("k=ed25519; p=AA==="), AS_ESYNTAX, 17, true},
    {"too little padding", S("k=ed25519; p=AA="), AS_ESYNTAX, 16, true},
    {"padding alone",
	S("k=ed25519; p="
	  "="),
	AS_ESYNTAX, 13, true},
    {"text behind the padding", S("k=ed25519; p=AA==AA"), AS_ESYNTAX, 17, true},
    {"RSA cut", S("p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDk"), AS_ESYNTAX, 42,
	true},
    {"octets behind an RSA key", S("p=MAYC AQMCAQMAAAA="), AS_ESYNTAX, 13,
	true},
    {"Ed25519 under k=rsa", S("p=" ED25519), AS_ESYNTAX, 2, true},
    {"RSA under k=ed25519", S("k=ed25519; p=" RSA), AS_ESYNTAX, 13, true},
    {"Ed25519 wrapped in SubjectPublicKeyInfo",
	S("k=ed25519; p=MCowBQYDK2VwAyEA" ED25519), AS_ESYNTAX, 13, true},
    {"Ed25519 wrapped under k=rsa", S("p=MCowBQYDK2VwAyEA" ED25519), AS_ESYNTAX,
	2, true},
    {"Ed25519 of 31 octets",
	S("k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHUQ=="),
	AS_ESYNTAX, 13, true},
    {"Ed25519 of 33 octets",
	S("k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURoA"),
	AS_ESYNTAX, 13, true},
};

/* DKIM-2, DKIM-6 */
static void
test_bad(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct as_dkim_key *k = NULL;
		struct as_why why = {0};

		t_case("refused: %s", bad[i].name);
		T_INT(
		    as_dkim_key_parse(arena, bad[i].txt, &k, &why), bad[i].err);
		T_OK(k == NULL);
		T_INT(why.code, bad[i].err);
		T_INT(why.at, bad[i].at);
		T_OK(strncmp(why.text, "RFC ", 4) == 0);
		T_INT(as_dkim_key_is_like(bad[i].txt), bad[i].like);
	}
}

/* What is said of keys that were cut or wrongly joined. */
static const struct {
	const char *name;
	struct as_str txt;
	const char *says;
} spoilt[] = {
    {"cut after one string",
	S("v=DKIM1; k=rsa; n=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; "
	  "p="
	  "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwFdm9f/9RBAPf+AWC7KM"
	  "elcRalAo3wb6m96nE5HUBT3GBOamlGooaWx03VfoR6LTLbUKfDuqXXwzgHXQmb1M"
	  "PUlqTgcZ3b/QtrtbUg9zIVFpYLV537T/Cwf+0h+jUGR1LXCCC2moN19fC8"),
	"fills just one string"},
    {"cut elsewhere", S("p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDk"),
	"says that it has 162 octets, but p holds 30"},
    {"joined with quotes", S("p=MIGfMA0GCSq\" \"GSIb3"), "with their quotes"},
    {"escaped twice", S("p=MIGfMA0GCSq\\; n=x"), "escaped twice"},
    {"two texts", S("p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=11qY"),
	"behind the \"=\""},
    {"two keys", S("p=MAYCAQMCAQMwBgIBAwIBAw"), "two texts were joined"},
    {"Ed25519 wrapped", S("k=ed25519; p=MCowBQYDK2VwAyEA" ED25519),
	"take its last 32"},
};

/* DKIM-4 */
static void
test_spoilt(void)
{
	for (size_t i = 0; i < sizeof(spoilt) / sizeof(*spoilt); i++) {
		struct as_dkim_key *k = NULL;
		struct as_why why = {0};

		t_case("spoilt: %s", spoilt[i].name);
		T_INT(as_dkim_key_parse(arena, spoilt[i].txt, &k, &why),
		    AS_ESYNTAX);
		if (!T_OK(strstr(why.text, spoilt[i].says) != NULL))
			printf("# %s\n", why.text);
	}
}

static const char *
hash_of(const char *record)
{
	struct as_dkim_key *k = NULL;
	char *hex = as_arena_alloc(arena, 2 * AS_DKIM_HASH_OCTETS + 1);

	if (as_dkim_key_parse(arena, as_str_from(record), &k, NULL) != AS_OK)
		return "";
	for (size_t i = 0; i < AS_DKIM_HASH_OCTETS; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", k->sha256[i]);
	return hex;
}

/* What "openssl pkey -pubin -outform DER | sha256sum" gives (DKIM-11). */
static void
test_hash(void)
{
	t_case("hash: Ed25519, as openssl has it");
	T_STR(as_str_from(hash_of("k=ed25519; p=" ED25519)),
	    "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9");
	t_case("hash: RSA, as openssl has it");
	T_STR(as_str_from(hash_of("p=" RSA)),
	    "362d9a99501883f6d1ac717c53fff96582fb0a7c52464cb64b9082aa887bc7b4");
	t_case("hash: the same key without its wrapping");
	T_STR(as_str_from(
		  hash_of("v=DKIM1; t=s; "
			  "p=MIGJAoGBAOQeU5CgFPNZGIazlXo2k/"
			  "eJ1jpaTTxrmqF1HrDLlt04pvaMtCJj8nXo"
			  "liLRC/H9vJjMI1vdb3XLcW60AIN/PBD8EL97/"
			  "y4GwJH7LPUvGP48vqUe+owqszes"
			  "biGy1PlCO8c70/"
			  "OjFnJVgvMF87YR4Lcincb7aSvI5MgpP6X8rjDdAgMBAAE=")),
	    "362d9a99501883f6d1ac717c53fff96582fb0a7c52464cb64b9082aa887bc7b4");
}

/* --- RSA keys made here --- */

static BIGNUM *
number(const char *hex)
{
	BIGNUM *n = NULL;

	(void)BN_hex2bn(&n, hex);
	return n;
}

static void
der_head(struct as_buf *b, unsigned char tag, size_t n)
{
	unsigned char head[] = {
	    tag, 0x82, (unsigned char)(n >> 8), (unsigned char)n};

	as_buf_add(b, head, sizeof(head));
}

static void
der_integer(struct as_buf *b, const BIGNUM *n)
{
	unsigned char octets[8192];
	size_t len = (size_t)BN_num_bytes(n) + 1;

	(void)BN_bn2binpad(n, octets, (int)len);
	der_head(b, 0x02, len);
	as_buf_add(b, octets, len);
}

/* RSAPublicKey (RFC 8017 A.1.1); lengths in the long form are BER, which
 * libcrypto takes, too. */
static struct as_str
der_make(const BIGNUM *n, const BIGNUM *e)
{
	struct as_buf b;
	struct as_str der;

	as_buf_init(&b, 20000);
	der_head(&b, 0x30, (size_t)BN_num_bytes(n) + BN_num_bytes(e) + 10);
	der_integer(&b, n);
	der_integer(&b, e);
	der = as_str_dup(arena, as_buf_str(&b));
	as_buf_fini(&b);
	return der;
}

static struct as_str
record_make(struct as_str der)
{
	char *text = as_arena_alloc(arena, der.n * 2 + 8);
	int n = EVP_EncodeBlock(
	    (unsigned char *)text, (const unsigned char *)der.p, (int)der.n);

	return as_str_printf(arena, "v=DKIM1; p=%.*s", n, text);
}

/* A modulus of two random primes, `gap` apart (0: unrelated). */
static BIGNUM *
modulus_make(int bits, BN_ULONG gap)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *p = BN_new(), *q = BN_new(), *n = BN_new();

	(void)BN_generate_prime_ex(p, bits / 2, 0, NULL, NULL, NULL);
	if (gap == 0) {
		(void)BN_generate_prime_ex(q, bits / 2, 0, NULL, NULL, NULL);
	} else {
		(void)BN_copy(q, p);
		do
			(void)BN_add_word(q, 2);
		while (BN_check_prime(q, ctx, NULL) != 1);
	}
	(void)BN_mul(n, p, q, ctx);
	BN_free(p);
	BN_free(q);
	BN_CTX_free(ctx);
	return n;
}

static void
check_rsa(const char *name, BIGNUM *n, const char *e, enum as_err err,
    const char *weak)
{
	BIGNUM *exponent = number(e);
	struct as_dkim_key *k = NULL;
	struct as_why why = {0};

	t_case("rsa: %s", name);
	if (!T_INT(as_dkim_key_parse(
		       arena, record_make(der_make(n, exponent)), &k, &why),
		err))
		printf("# %s\n", why.text);
	if (k != NULL) {
		T_INT(k->bits, BN_num_bits(n));
		T_INT(k->exponent,
		    BN_num_bits(exponent) > 32 ? 0 : BN_get_word(exponent));
		T_INT(k->weak != NULL, weak != NULL);
		if (k->weak != NULL && weak != NULL)
			T_OK(strstr(k->weak, weak) != NULL);
	}
	BN_free(exponent);
	BN_free(n);
}

/* k * M + 65537 ^ 5 mod M, without small factors. */
static BIGNUM *
roca_make(void)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *m = BN_new(), *n = BN_new(), *g = number("010001");
	bool divided = true;

	(void)BN_one(m);
	for (BN_ULONG p = 2; p <= 167; p++) {
		bool prime = true;
		for (BN_ULONG d = 2; d < p; d++)
			prime = prime && p % d != 0;
		if (prime)
			(void)BN_mul_word(m, p);
	}
	(void)BN_set_word(n, 5);
	(void)BN_mod_exp(n, g, n, m, ctx);
	(void)BN_lshift(m, m, 800);
	while (divided) {
		(void)BN_add(n, n, m);
		divided = false;
		for (BN_ULONG p = 3; p < 500; p += 2)
			divided = divided || BN_mod_word(n, p) == 0;
	}
	BN_free(m);
	BN_free(g);
	BN_CTX_free(ctx);
	return n;
}

/* DKIM-4, DKIM-7 */
static void
test_rsa(void)
{
	BIGNUM *n;

	check_rsa("512 bits", modulus_make(512, 0), "03", AS_OK, NULL);
	check_rsa("1024 bits", modulus_make(1024, 0), "010001", AS_OK, NULL);
	check_rsa("2048 bits", modulus_make(2048, 0), "010001", AS_OK, NULL);
	check_rsa("exponent 1", modulus_make(512, 0), "01", AS_OK, NULL);
	check_rsa("an exponent of 33 bits", modulus_make(512, 0), "0100000001",
	    AS_OK, NULL);
	check_rsa("an even exponent", modulus_make(512, 0), "010000",
	    AS_ESYNTAX, NULL);
	check_rsa("exponent 0", modulus_make(512, 0), "00", AS_ESYNTAX, NULL);
	check_rsa("modulus 0", number("00"), "03", AS_ESYNTAX, NULL);
	check_rsa("modulus 1", number("01"), "03", AS_ESYNTAX, NULL);
	check_rsa("the exponent is over the modulus", number("0101"), "010001",
	    AS_ESYNTAX, NULL);
	n = modulus_make(1024, 0);
	(void)BN_clear_bit(n, 0);
	check_rsa("an even modulus", n, "010001", AS_ESYNTAX, NULL);
	n = modulus_make(1024, 0);
	(void)BN_mul_word(n, 479);
	check_rsa("a small factor", n, "010001", AS_OK, "small prime");
	check_rsa(
	    "close factors", modulus_make(1024, 2), "010001", AS_OK, "close");
	n = modulus_make(512, 0);
	BN_CTX *ctx = BN_CTX_new();
	(void)BN_sqr(n, n, ctx);
	BN_CTX_free(ctx);
	check_rsa("a square", n, "010001", AS_OK, "close");
	check_rsa("the form of ROCA", roca_make(), "010001", AS_OK, "ROCA");
	n = BN_new();
	(void)BN_one(n);
	(void)BN_lshift(n, n, 16384);
	(void)BN_add_word(n, 1);
	check_rsa("16385 bits", n, "010001", AS_ELIMIT, NULL);
}

/* RSAPublicKey as libcrypto writes it, an octet more, an octet less.
 * DKIM-7. */
static void
test_pkcs1(void)
{
	struct as_dkim_key *k = NULL, *same = NULL;
	struct as_str der = {NULL, 0};
	const unsigned char *p;
	unsigned char *out = NULL;
	EVP_PKEY *key;

	t_case("rsa: PKCS 1 and SubjectPublicKeyInfo are one key");
	T_INT(as_dkim_key_parse(arena, AS_STR("p=" RSA), &k, NULL), AS_OK);
	p = (const unsigned char *)k->key.p;
	key = d2i_PUBKEY(NULL, &p, (long)k->key.n);
	der.n = (size_t)i2d_PublicKey(key, &out);
	der.p = as_arena_copy(arena, out, der.n);
	T_INT(as_dkim_key_parse(arena, record_make(der), &same, NULL), AS_OK);
	T_INT(same != NULL ? same->bits : 0, 1024);
	T_INT(same != NULL ? same->exponent : 0, 65537);
	der.n++;
	T_INT(as_dkim_key_parse(arena, record_make(der), &same, NULL),
	    AS_ESYNTAX);
	der.n -= 2;
	T_INT(as_dkim_key_parse(arena, record_make(der), &same, NULL),
	    AS_ESYNTAX);
	EVP_PKEY_free(key);
	OPENSSL_free(out);
}

static void
test_limits(void)
{
	static char txt[AS_MAX_TXT_OCTETS];
	struct as_dkim_key *k = NULL;
	size_t n = 0;

	t_case("limits: more tags than are looked at");
	for (char a = 'a'; a < 'z'; a++)
		for (char b = 'a'; b < 'z'; b++)
			n += (size_t)snprintf(
			    txt + n, sizeof(txt) - n, "x%c%c=1;", a, b);
	T_INT(as_dkim_key_parse(arena, (struct as_str){txt, n}, &k, NULL),
	    AS_ELIMIT);
	t_case("limits: a key of 12 KiB");
	memset(txt, 'A', sizeof(txt));
	memcpy(txt, "p=", 2);
	T_INT(as_dkim_key_parse(
		  arena, (struct as_str){txt, sizeof(txt) - 2}, &k, NULL),
	    AS_ELIMIT);
	t_case("limits: no memory");
	for (size_t cap = 0; cap < 320; cap += 16) {
		struct as_arena *small = as_arena_new(cap);
		enum as_err err =
		    as_dkim_key_parse(small, AS_STR("p=" RSA), &k, NULL);
		T_OK(err == AS_OK || err == AS_ENOMEM);
		T_OK(err == AS_OK ? k->bits == 1024 : cap < 304);
		as_arena_free(small);
	}
}

/* --- the corpus --- */

static bool
is_usable(struct as_str txt)
{
	struct as_dkim_key *k = NULL;

	return as_dkim_key_parse(arena, as_str_trim(txt), &k, NULL) == AS_OK &&
	    k->alg != AS_DKIM_OTHER && !k->revoked;
}

/* dns-file and expected are the third and fifth columns. */
static bool
corpus_row(const struct as_str *cells)
{
	struct as_str path = as_str_printf(
	    arena, "standards/dkim/" AS_STR_FMT, AS_STR_ARG(cells[2]));
	struct as_buf b;
	bool there = t_corpus_read(&b, path.p);

	if (there) {
		while (b.n > 0 && b.p[b.n - 1] == '\n')
			b.n--;
		t_case("corpus: " AS_STR_FMT, AS_STR_ARG(cells[2]));
		T_INT(is_usable(as_buf_str(&b)),
		    !as_str_is(cells[4], "invalid-key"));
	}
	as_buf_fini(&b);
	return there;
}

static void
test_corpus(void)
{
	struct as_str cells[AS_TSV_COLUMNS];
	unsigned used = 0, skipped = 0;
	struct as_buf b;

	if (t_corpus_read(&b, "standards/dkim/INDEX.tsv")) {
		struct as_tsv t = {.text = as_buf_str(&b)};
		size_t n;
		while ((n = as_tsv_next(&t, cells)) > 0) {
			if (n >= 5 && corpus_row(cells))
				used++;
			else
				skipped++;
		}
	}
	as_buf_fini(&b);
	printf("# corpus: %u used, %u skipped\n", used, skipped);
}

int
main(void)
{
	arena = as_arena_new((size_t)4 * 1024 * 1024);
	test_good();
	test_bad();
	test_spoilt();
	test_hash();
	test_rsa();
	test_pkcs1();
	test_limits();
	test_corpus();
	as_arena_free(arena);
	return t_done();
}
