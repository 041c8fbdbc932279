/*
 * std/dnssec_lint, with the example of RFC 4034 5.4 and a key of the root.
 */
#include "std/dnssec_lint.h"

#include "harness.h"

#include "base/banned.h"

#define DAY INT64_C(86400000)

/* RFC 4034 5.4: dskey.example.com, 256 3 5, key id 60485 */
static const char rfc4034_key[] =
    "01039e8a247418e318903b215a848acfd5f37f026bd4062db26c774c690968d5"
    "d56df8bfda91e6f36d9a279888f41333357c5e6029990d10fdf5663062a51276"
    "3326980a615ddbf17a05ddfcce7e5fb3abcca05a31b0957452d4521e83870789"
    "063115bf97f6c308ccf57cdc9ce7fe10f6ed1bd0cc0660038c50dcdb0feb963c"
    "2f17";

/* KSK-2017 of the root: 257 3 8, key id 20326 */
static const char root_key[] =
    "03010001acffb409bcc939f831f7a1e5ec88f7a59255ec53040be432027390a4"
    "ce896d6f9086f3c5e177fbfe118163aaec7af1462c47945944c4e2c026be5e98"
    "bbcded25978272e1e3e079c5094d573f0e83c92f02b32d3513b1550b826929c8"
    "0dd0f92cac966d17769fd5867b647c3f38029abdc48152eb8f207159ecc5d232"
    "c7c1537c79f4b7ac28ff11682f21681bf6d6aba555032bf6f9f036beb2aaa5b3"
    "778d6eebfba6bf9ea191be4ab0caea759e2f773a1f9029c73ecb8d5735b9321d"
    "b085f1b8e2d8038fe2941992548cee0d67dd4547e11dd63af9c9fc1c5466fb68"
    "4cf009d7197c2cf79e792ab501e6a8a1ca519af2cb9b5f6367e94c0d47502451"
    "357be1b5";

static struct as_arena *arena;

static struct as_str
unhex(const char *hex)
{
	size_t n = strlen(hex) / 2;
	char *p = as_arena_alloc(arena, n + 1);

	for (size_t i = 0; i < n; i++) {
		unsigned v = 0;
		if (sscanf(hex + 2 * i, "%2x", &v) != 1)
			abort();
		p[i] = (char)v;
	}
	return (struct as_str){p, n};
}

static struct as_dns_dnskey
key(unsigned flags, unsigned algorithm, const char *hex)
{
	return (struct as_dns_dnskey){
	    (uint16_t)flags, 3, (uint8_t)algorithm, unhex(hex)};
}

static struct as_dns_ds
ds(unsigned tag, unsigned algorithm, unsigned type, const char *hex)
{
	return (struct as_dns_ds){
	    (uint16_t)tag, (uint8_t)algorithm, (uint8_t)type, unhex(hex)};
}

static void
test_tags(void)
{
	struct as_dns_dnskey k = key(256, 5, rfc4034_key);

	t_case("key tags of RFC 4034 5.4 and of the root");
	T_INT(as_dnssec_key_tag(&k), 60485);
	k = key(257, 8, root_key);
	T_INT(as_dnssec_key_tag(&k), 20326);

	t_case("the tag changes when the key is revoked (RFC 5011 2.1)");
	k.flags |= AS_DNSKEY_REVOKE;
	T_INT(as_dnssec_key_tag(&k), 20326 + 128);

	t_case("the tag of RSAMD5 comes from the modulus (RFC 4034 B.1)");
	k = key(256, 1, "0103aabbccdd");
	T_INT(as_dnssec_key_tag(&k), 0xbbcc);
	k = key(256, 1, "0103");
	T_INT(as_dnssec_key_tag(&k), 0);

	t_case("an odd number of octets, and none");
	k = key(0, 0, "01");
	T_INT(as_dnssec_key_tag(&k), 0x0300 + 0x0100);
	k = key(256, 13, "");
	T_INT(as_dnssec_key_tag(&k), 256 + 0x30d);
}

static void
test_bits(void)
{
	struct as_dns_dnskey k = key(256, 5, rfc4034_key);

	t_case("RSA keys: bits of the modulus (RFC 3110 2)");
	T_INT(as_dnssec_key_bits(&k), 1024);
	k = key(257, 8, root_key);
	T_INT(as_dnssec_key_bits(&k), 2048);
	k = key(256, 8,
	    "0000020001"
	    "7fff");
	T_INT(as_dnssec_key_bits(&k), 15);
	k = key(256, 10,
	    "0103"
	    "000001");
	T_INT(as_dnssec_key_bits(&k), 1);

	t_case("RSA keys that cannot be read");
	k = key(256, 8, "");
	T_INT(as_dnssec_key_bits(&k), 0);
	k = key(256, 8, "0103");
	T_INT(as_dnssec_key_bits(&k), 0);
	k = key(256, 8, "09030303");
	T_INT(as_dnssec_key_bits(&k), 0);
	k = key(256, 8, "01030000");
	T_INT(as_dnssec_key_bits(&k), 0);
	k = key(256, 8, "000000ffff");
	T_INT(as_dnssec_key_bits(&k), 0);
	k = key(256, 8, "00ffff01ff");
	T_INT(as_dnssec_key_bits(&k), 0);

	t_case("curves");
	k = key(256, 13, "00");
	T_INT(as_dnssec_key_bits(&k), 256);
	k.algorithm = 14;
	T_INT(as_dnssec_key_bits(&k), 384);
	k.algorithm = 15;
	T_INT(as_dnssec_key_bits(&k), 256);
	k.algorithm = 16;
	T_INT(as_dnssec_key_bits(&k), 456);
	k.algorithm = 99;
	T_INT(as_dnssec_key_bits(&k), 0);
}

static void
test_signs(void)
{
	struct as_dns_dnskey k = key(256, 13, "00");

	t_case("keys that sign a zone");
	T_OK(as_dnssec_key_signs(&k));
	k.flags = 257;
	T_OK(as_dnssec_key_signs(&k));
	k.flags = 257 | AS_DNSKEY_REVOKE;
	T_OK(!as_dnssec_key_signs(&k));
	k.flags = 1;
	T_OK(!as_dnssec_key_signs(&k));
	k.flags = 256;
	k.protocol = 2;
	T_OK(!as_dnssec_key_signs(&k));
}

struct fit_case {
	const char *name;
	unsigned tag, algorithm, type;
	const char *digest;
	enum as_ds_fit fit;
};

#define D1 "2bb183af5f22588179a53b0a98631fad1a292118"
#define D2 "d4b7d520e7bb5f0f67674a0cceb1e3e0614b93c4f9e99b8383f6a1e4469da50a"
#define D4 \
	"ab64dbebe13c0b6bae558b78ccab93b836f8ada4cbed2d4484a8715a819de7b9" \
	"e846315e70ea5d884b377394bdaf16a3"

static const struct fit_case fit_cases[] = {
    {"SHA-1 (RFC 4034 5.4)", 60485, 5, 1, D1, AS_DS_FITS},
    {"SHA-256 (RFC 4509 2.3)", 60485, 5, 2, D2, AS_DS_FITS},
    {"SHA-384", 60485, 5, 4, D4, AS_DS_FITS},
    {"another tag", 60486, 5, 2, D2, AS_DS_DIFFERS},
    {"another algorithm", 60485, 8, 2, D2, AS_DS_DIFFERS},
    {"another digest", 60485, 5, 1, "00" D1, AS_DS_DIFFERS},
    {"a digest of another kind", 60485, 5, 2, D1, AS_DS_DIFFERS},
    {"no digest", 60485, 5, 2, "", AS_DS_DIFFERS},
    {"a digest that we cannot compute", 60485, 5, 3, D2, AS_DS_UNSURE},
};

static void
test_fit(void)
{
	static const char long_label[64] = "x";
	struct as_dns_dnskey k = key(256, 5, rfc4034_key);
	uint8_t hash[AS_DS_SHA256_OCTETS];
	struct as_dns_ds d;

	for (size_t i = 0; i < sizeof(fit_cases) / sizeof(fit_cases[0]); i++) {
		const struct fit_case *c = &fit_cases[i];

		t_case("DS and DNSKEY: %s", c->name);
		d = ds(c->tag, c->algorithm, c->type, c->digest);
		T_INT(as_dnssec_ds_fit(AS_STR("dskey.example.com"), &d, &k),
		    c->fit);
	}

	t_case("DS and DNSKEY: the owner counts");
	d = ds(60485, 5, 2, D2);
	T_INT(as_dnssec_ds_fit(AS_STR("other.example.com"), &d, &k),
	    AS_DS_DIFFERS);
	T_INT(as_dnssec_ds_fit(AS_STR("dskey\\046example.com"), &d, &k),
	    AS_DS_DIFFERS);
	T_INT(as_dnssec_ds_fit(AS_STR("dskey.e\\120ample.com"), &d, &k),
	    AS_DS_FITS);

	t_case("the digest of a new DS record");
	T_OK(as_dnssec_ds_sha256(AS_STR("dskey.example.com"), &k, hash));
	T_OK(memcmp(hash, unhex(D2).p, sizeof(hash)) == 0);
	T_OK(!as_dnssec_ds_sha256((struct as_str){long_label, 64}, &k, hash));

	t_case("DS and DNSKEY: the root");
	k = key(257, 8, root_key);
	d = ds(20326, 8, 2,
	    "e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d");
	T_INT(as_dnssec_ds_fit(AS_STR("."), &d, &k), AS_DS_FITS);
}

static void
test_names_that_are_none(void)
{
	struct as_dns_dnskey k = key(257, 8, root_key);
	struct as_dns_ds d = ds(20326, 8, 2, "00");
	char text[400];

	t_case("an owner that is no name");
	memset(text, 'a', sizeof(text));
	T_INT(
	    as_dnssec_ds_fit((struct as_str){text, 64}, &d, &k), AS_DS_UNSURE);
	for (size_t i = 1; i < sizeof(text); i += 2)
		text[i] = '.';
	T_INT(as_dnssec_ds_fit((struct as_str){text, sizeof(text)}, &d, &k),
	    AS_DS_UNSURE);
	T_INT(as_dnssec_ds_fit((struct as_str){text, 253}, &d, &k),
	    AS_DS_DIFFERS);
	T_INT(as_dnssec_ds_fit(AS_STR("a\\x"), &d, &k), AS_DS_DIFFERS);
}

static void
test_registry(void)
{
	static const uint8_t good[] = {8, 13, 15}, usable[] = {10, 14, 16};
	static const uint8_t bad[] = {1, 3, 6, 12};

	t_case("algorithms");
	for (size_t i = 0; i < sizeof(good); i++)
		T_INT(as_dnssec_algorithm(good[i])->rank, AS_DNSSEC_RANK_GOOD);
	for (size_t i = 0; i < sizeof(usable); i++)
		T_INT(as_dnssec_algorithm(usable[i])->rank,
		    AS_DNSSEC_RANK_USABLE);
	for (size_t i = 0; i < sizeof(bad); i++)
		T_INT(as_dnssec_algorithm(bad[i])->rank, AS_DNSSEC_RANK_BROKEN);
	T_INT(as_dnssec_algorithm(5)->rank, AS_DNSSEC_RANK_SHA1);
	T_INT(as_dnssec_algorithm(7)->rank, AS_DNSSEC_RANK_SHA1);
	T_INT(as_dnssec_algorithm(200)->rank, AS_DNSSEC_RANK_RARE);
	T_INT(as_dnssec_algorithm(UINT32_MAX)->rank, AS_DNSSEC_RANK_RARE);
	T_STR(as_str_from(as_dnssec_algorithm(13)->name), "ECDSAP256SHA256");
	T_OK(as_dnssec_is_rsa(8) && !as_dnssec_is_rsa(13));

	t_case("digests");
	T_INT(as_dnssec_digest(1)->rank, AS_DNSSEC_RANK_SHA1);
	T_INT(as_dnssec_digest(2)->rank, AS_DNSSEC_RANK_GOOD);
	T_INT(as_dnssec_digest(3)->rank, AS_DNSSEC_RANK_BROKEN);
	T_INT(as_dnssec_digest(4)->rank, AS_DNSSEC_RANK_GOOD);
	T_INT(as_dnssec_digest(0)->rank, AS_DNSSEC_RANK_RARE);
}

/* DNSSEC-2 */
static void
test_soon(void)
{
	t_case("signatures that end soon");
	T_OK(as_dnssec_ends_soon(0, 30 * DAY, 28 * DAY));
	T_OK(as_dnssec_ends_soon(0, 30 * DAY, 27 * DAY + 1));
	T_OK(!as_dnssec_ends_soon(0, 30 * DAY, 27 * DAY));
	T_OK(as_dnssec_ends_soon(0, 30 * DAY, 31 * DAY));

	t_case("signatures that live for days only");
	T_OK(!as_dnssec_ends_soon(0, 2 * DAY, DAY));
	T_OK(as_dnssec_ends_soon(0, 2 * DAY, 2 * DAY - DAY / 2));
	T_OK(!as_dnssec_ends_soon(0, 7 * DAY, 4 * DAY + DAY / 2));
	T_OK(as_dnssec_ends_soon(0, 7 * DAY, 5 * DAY));

	t_case("a signature that ends before it begins");
	T_OK(as_dnssec_ends_soon(DAY, 0, DAY / 2));
}

int
main(void)
{
	arena = as_arena_new(1 << 20);
	test_tags();
	test_bits();
	test_signs();
	test_fit();
	test_names_that_are_none();
	test_registry();
	test_soon();
	as_arena_free(arena);
	return t_done();
}
