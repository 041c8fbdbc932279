#include "std/dh_prime.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "harness.h"
#include "source_file.h"

static struct as_arena *arena;
static struct as_str table;

static struct as_str
octets_of(const BIGNUM *bn, int width)
{
	char *p = as_arena_alloc(arena, (size_t)width);

	T_OK(BN_bn2binpad(bn, (unsigned char *)p, width) == width);
	return (struct as_str){p, (size_t)width};
}

static void
expect(const BIGNUM *bn, const char *name, enum as_dh_class class)
{
	struct as_dh_prime found = {0};

	t_case("%s is known", name);
	T_OK(as_dh_prime_find(table, octets_of(bn, BN_num_bytes(bn)), &found));
	T_STR(found.name, name);
	T_INT(found.class, class);
	T_INT(found.bits, BN_num_bits(bn));
}

/* The primes that libcrypto keeps. */
static void
test_standards(void)
{
	static const struct {
		BIGNUM *(*get)(BIGNUM *);
		const char *name;
		enum as_dh_class class;
	} rows[] = {
	    {BN_get_rfc2409_prime_768, "Oakley group 1", AS_DH_WEAK},
	    {BN_get_rfc2409_prime_1024, "Oakley group 2", AS_DH_WEAK},
	    {BN_get_rfc3526_prime_1536, "modp_1536", AS_DH_WEAK},
	    {BN_get_rfc3526_prime_2048, "modp_2048", AS_DH_SAFE},
	    {BN_get_rfc3526_prime_3072, "modp_3072", AS_DH_SAFE},
	    {BN_get_rfc3526_prime_4096, "modp_4096", AS_DH_SAFE},
	    {BN_get_rfc3526_prime_6144, "modp_6144", AS_DH_SAFE},
	    {BN_get_rfc3526_prime_8192, "modp_8192", AS_DH_SAFE},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		BIGNUM *bn = rows[i].get(NULL);

		expect(bn, rows[i].name, rows[i].class);
		BN_free(bn);
	}
}

static BIGNUM *
named_prime(const char *group)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DH", NULL);
	OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(
		OSSL_PKEY_PARAM_GROUP_NAME, (char *)(uintptr_t)group, 0),
	    OSSL_PARAM_construct_end()};
	EVP_PKEY *key = NULL;
	BIGNUM *p = NULL;

	T_OK(EVP_PKEY_paramgen_init(ctx) == 1);
	T_OK(EVP_PKEY_CTX_set_params(ctx, params) == 1);
	T_OK(EVP_PKEY_generate(ctx, &key) == 1);
	T_OK(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_P, &p) == 1);
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(ctx);
	return p;
}

static void
test_named(void)
{
	static const struct {
		const char *group, *name;
		enum as_dh_class class;
	} rows[] = {
	    {"ffdhe2048", "ffdhe2048", AS_DH_SAFE},
	    {"ffdhe3072", "ffdhe3072", AS_DH_SAFE},
	    {"ffdhe4096", "ffdhe4096", AS_DH_SAFE},
	    {"ffdhe6144", "ffdhe6144", AS_DH_SAFE},
	    {"ffdhe8192", "ffdhe8192", AS_DH_SAFE},
	    {"dh_1024_160", "RFC 5114 1024 bits", AS_DH_WEAK},
	    {"dh_2048_224", "RFC 5114 2048 bits, 224-bit subgroup",
		AS_DH_SUBGROUP},
	    {"dh_2048_256", "RFC 5114 2048 bits, 256-bit subgroup",
		AS_DH_SUBGROUP},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		BIGNUM *p;

		t_case("libcrypto knows %s", rows[i].group);
		p = named_prime(rows[i].group);
		if (T_OK(p != NULL))
			expect(p, rows[i].name, rows[i].class);
		BN_free(p);
	}
}

/* A prime that was shipped with servers for years (logjam, 2015). */
static void
test_program(void)
{
	BIGNUM *bn = NULL;

	t_case("a prime of 512 bits");
	T_OK(BN_hex2bn(&bn,
		 "9FDB8B8A004544F0045F1737D0BA2E0B274CDF1A9F588218FB435316A16E"
		 "374171FD19D8D8F37C39BF863FD60E3E300680A3030C6E4C3757D08F70E6"
		 "AA871033") > 0);
	expect(bn, "Apache mod_ssl 2.2, 512 bits", AS_DH_WEAK);
	BN_free(bn);
}

static void
test_edges(void)
{
	struct as_dh_prime found = {0};
	BIGNUM *bn = BN_get_rfc3526_prime_2048(NULL);

	t_case("leading zeros do not matter");
	T_OK(as_dh_prime_find(table, octets_of(bn, 300), &found));
	T_STR(found.name, "modp_2048");
	t_case("another number is not known");
	T_OK(BN_add_word(bn, 2) == 1);
	T_OK(!as_dh_prime_find(table, octets_of(bn, 256), &found));
	T_OK(!as_dh_prime_find(table, AS_STR(""), &found));
	T_OK(!as_dh_prime_find(table, AS_STR_NULL, &found));
	T_OK(!as_dh_prime_find(table, AS_STR("\0\0"), &found));
	t_case("rows that cannot be read");
	/* SHA-256 of the one octet 0x17. */
#define HASH "8f11b05da785e43e713d03774c6bd3405d99cd3024af334ffd68db663aa37034"
	T_OK(as_dh_prime_find(
	    AS_STR(HASH "\t5\tfive bits\tweak\tx\n"), AS_STR("\x17"), &found));
	T_INT(found.bits, 5);
	T_OK(!as_dh_prime_find(
	    AS_STR(HASH "\tv\tfive bits\tweak\tx\n"), AS_STR("\x17"), &found));
	T_OK(!as_dh_prime_find(
	    AS_STR(HASH "\t5\tfive bits\tnone\tx\n"), AS_STR("\x17"), &found));
	T_OK(!as_dh_prime_find(
	    AS_STR(HASH "\t5\tfive bits\n"), AS_STR("\x17"), &found));
#undef HASH
	BN_free(bn);
	t_case("words");
	T_STR(as_str_from(as_dh_class_name(AS_DH_SHARED)), "shared");
	T_STR(
	    as_str_from(as_dh_class_text(AS_DH_SUBGROUP)), "not a safe prime");
}

int
main(void)
{
	arena = as_arena_new((size_t)1024 * 1024);
	table = t_source_file(arena, "data/dh-primes.tsv");
	test_standards();
	test_named();
	test_program();
	test_edges();
	as_arena_free(arena);
	return t_done();
}
