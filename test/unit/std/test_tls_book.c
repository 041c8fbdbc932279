#include "std/tls_book.h"

#include "harness.h"
#include "source_file.h"

static struct as_arena *arena;
static struct as_tls_book *book;

static void
test_tables(void)
{
	const struct as_tls_tables tables = {
	    .ciphers = t_source_file(arena, "data/tls-ciphers.tsv"),
	    .groups = t_source_file(arena, "data/tls-groups.tsv"),
	    .signatures = t_source_file(arena, "data/tls-signatures.tsv")};
	struct as_why why = {.text = ""};

	t_case("the shipped tables are read");
	T_INT(as_tls_book_parse(arena, &tables, &book, &why), AS_OK);
	T_STR(as_str_from(why.text), "");
	T_OK(book->n_suites > 200);
	T_OK(book->n_groups > 50);
	T_OK(book->n_signatures > 30);
}

/* What a name says of the exchange. */
static struct as_tls_exchange
named_exchange(struct as_str name)
{
	static const struct {
		const char *prefix;
		struct as_tls_exchange is;
	} rows[] = {
	    {"TLS_NULL_WITH_", {AS_TLS_KX_NULL, AS_TLS_AUTH_NONE}},
	    {"TLS_RSA_PSK_", {AS_TLS_KX_PSK, AS_TLS_AUTH_PSK}},
	    {"TLS_DHE_PSK_", {AS_TLS_KX_PSK, AS_TLS_AUTH_PSK}},
	    {"TLS_ECDHE_PSK_", {AS_TLS_KX_PSK, AS_TLS_AUTH_PSK}},
	    {"TLS_PSK_", {AS_TLS_KX_PSK, AS_TLS_AUTH_PSK}},
	    {"TLS_SRP_", {AS_TLS_KX_SRP, AS_TLS_AUTH_SRP}},
	    {"TLS_RSA_EXPORT_", {AS_TLS_KX_RSA_EXPORT, AS_TLS_AUTH_RSA}},
	    {"TLS_RSA_", {AS_TLS_KX_RSA, AS_TLS_AUTH_RSA}},
	    {"TLS_DH_anon_", {AS_TLS_KX_DHE, AS_TLS_AUTH_NONE}},
	    {"TLS_DH_DSS_", {AS_TLS_KX_DH, AS_TLS_AUTH_DSS}},
	    {"TLS_DH_RSA_", {AS_TLS_KX_DH, AS_TLS_AUTH_RSA}},
	    {"TLS_DHE_DSS_", {AS_TLS_KX_DHE, AS_TLS_AUTH_DSS}},
	    {"TLS_DHE_RSA_", {AS_TLS_KX_DHE, AS_TLS_AUTH_RSA}},
	    {"TLS_ECDH_anon_", {AS_TLS_KX_ECDHE, AS_TLS_AUTH_NONE}},
	    {"TLS_ECDH_ECDSA_", {AS_TLS_KX_ECDH, AS_TLS_AUTH_ECDSA}},
	    {"TLS_ECDH_RSA_", {AS_TLS_KX_ECDH, AS_TLS_AUTH_RSA}},
	    {"TLS_ECDHE_ECDSA_", {AS_TLS_KX_ECDHE, AS_TLS_AUTH_ECDSA}},
	    {"TLS_ECDHE_RSA_", {AS_TLS_KX_ECDHE, AS_TLS_AUTH_RSA}},
	    {"TLS_", {AS_TLS_KX_TLS13, AS_TLS_AUTH_TLS13}},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (as_str_has_prefix(name, rows[i].prefix))
			return rows[i].is;
	return (struct as_tls_exchange){AS_TLS_KX_UNKNOWN, AS_TLS_AUTH_UNKNOWN};
}

static void
test_exchanges(void)
{
	for (size_t i = 0; i < book->n_suites; i++) {
		const struct as_tls_suite *s = &book->suites[i];
		struct as_tls_exchange want = named_exchange(s->name);

		if (s->class == AS_SUITE_SIGNAL)
			continue;
		t_case("the exchange of " AS_STR_FMT, AS_STR_ARG(s->name));
		T_INT(s->exchange.kx, want.kx);
		T_INT(s->exchange.auth, want.auth);
		T_OK(as_tls_suite_find(book, s->code) == s);
	}
	t_case("a code without a name");
	T_OK(as_tls_suite_find(book, 0xfefe) == NULL);
	T_INT(as_tls_exchange_get(0xfefe).kx, AS_TLS_KX_UNKNOWN);
}

static void
test_versions(void)
{
	static const struct {
		uint16_t suite, from, to;
	} rows[] = {
	    {0x0005, AS_TLS_SSL3, AS_TLS_1_2}, /* RC4_128_SHA */
	    {0x002f, AS_TLS_SSL3, AS_TLS_1_2}, /* AES_128_CBC_SHA */
	    {0x003c, AS_TLS_1_2, AS_TLS_1_2},  /* AES_128_CBC_SHA256 */
	    {0x009c, AS_TLS_1_2, AS_TLS_1_2},  /* AES_128_GCM_SHA256 */
	    {0xc09c, AS_TLS_1_2, AS_TLS_1_2},  /* AES_128_CCM */
	    {0xc014, AS_TLS_1_0, AS_TLS_1_2},  /* ECDHE_RSA AES_256_CBC */
	    {0xcca8, AS_TLS_1_2, AS_TLS_1_2},  /* CHACHA20 */
	    {0x1301, AS_TLS_1_3, AS_TLS_1_3},
	    {0x00ff, AS_TLS_SSL3, AS_TLS_1_3},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct as_tls_suite *s =
		    as_tls_suite_find(book, rows[i].suite);

		t_case("versions of suite %04x", rows[i].suite);
		if (!T_OK(s != NULL))
			continue;
		T_INT(s->from, rows[i].from);
		T_INT(s->to, rows[i].to);
		T_OK(as_tls_suite_fits(s, rows[i].to));
		T_OK(!as_tls_suite_fits(s, rows[i].to + 1));
	}
}

static void
test_groups(void)
{
	static const struct {
		uint16_t code;
		const char *name;
		enum as_group_class class;
		uint16_t from, to;
		bool finite;
	} rows[] = {
	    {0x0017, "secp256r1", AS_GROUP_GOOD, AS_TLS_1_0, AS_TLS_1_3, false},
	    {0x001d, "x25519", AS_GROUP_GOOD, AS_TLS_1_0, AS_TLS_1_3, false},
	    {0x0016, "secp256k1", AS_GROUP_LEGACY, AS_TLS_1_0, AS_TLS_1_2,
		false},
	    {0x001c, "brainpoolP512r1", AS_GROUP_OK, AS_TLS_1_0, AS_TLS_1_2,
		false},
	    {0x001f, "brainpoolP256r1tls13", AS_GROUP_OK, AS_TLS_1_3,
		AS_TLS_1_3, false},
	    {0x0100, "ffdhe2048", AS_GROUP_OK, AS_TLS_1_0, AS_TLS_1_3, true},
	    {0x0200, "MLKEM512", AS_GROUP_PQ, AS_TLS_1_3, AS_TLS_1_3, false},
	    {0x11eb, "SecP256r1MLKEM768", AS_GROUP_PQ_HYBRID, AS_TLS_1_3,
		AS_TLS_1_3, false},
	    {0x11ec, "X25519MLKEM768", AS_GROUP_PQ_HYBRID, AS_TLS_1_3,
		AS_TLS_1_3, false},
	    {0x11ed, "SecP384r1MLKEM1024", AS_GROUP_PQ_HYBRID, AS_TLS_1_3,
		AS_TLS_1_3, false},
	    {0x6399, "X25519Kyber768Draft00", AS_GROUP_PQ_OBSOLETE, AS_TLS_1_3,
		AS_TLS_1_3, false},
	    {0xfe30, "X25519Kyber512Draft00", AS_GROUP_PQ_OBSOLETE, AS_TLS_1_3,
		AS_TLS_1_3, false},
	    {0xff01, "arbitrary_explicit_prime_curves", AS_GROUP_FORBIDDEN,
		AS_TLS_1_0, AS_TLS_1_2, false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct as_tls_group *g =
		    as_tls_group_find(book, rows[i].code);

		t_case("group %s", rows[i].name);
		if (!T_OK(g != NULL))
			continue;
		T_STR(g->name, rows[i].name);
		T_INT(g->class, rows[i].class);
		T_INT(g->from, rows[i].from);
		T_INT(g->to, rows[i].to);
		T_INT(g->finite_field, rows[i].finite);
		T_OK(!as_tls_group_fits(g, g->to + 1));
	}
	t_case("a group without a name");
	T_OK(as_tls_group_find(book, 0x4588) == NULL);
}

static void
test_signatures(void)
{
	t_case("signature schemes");
	T_STR(as_tls_signature_find(book, 0x0804)->name, "rsa_pss_rsae_sha256");
	T_INT(as_tls_signature_find(book, 0x0804)->auth, AS_TLS_AUTH_RSA);
	T_INT(as_tls_signature_find(book, 0x0202)->auth, AS_TLS_AUTH_DSS);
	T_INT(as_tls_signature_find(book, 0x0403)->auth, AS_TLS_AUTH_ECDSA);
	T_INT(as_tls_signature_find(book, 0x0807)->auth, AS_TLS_AUTH_ECDSA);
	T_INT(as_tls_signature_find(book, 0x0905)->auth, AS_TLS_AUTH_TLS13);
	T_INT(as_tls_signature_find(book, 0x0201)->class, AS_SIGNATURE_WEAK);
	T_OK(as_tls_signature_find(book, 0x0000) == NULL);
}

static void
test_words(void)
{
	t_case("words");
	T_STR(as_str_from(as_suite_class_name(AS_SUITE_LEGACY_CBC)),
	    "legacy-cbc");
	T_STR(as_str_from(as_suite_class_text(AS_SUITE_LEGACY_NO_FS)),
	    "no forward secrecy");
	T_STR(
	    as_str_from(as_group_class_name(AS_GROUP_PQ_HYBRID)), "pq-hybrid");
	T_STR(as_str_from(as_group_class_text(AS_GROUP_PQ)), "post-quantum");
	T_STR(as_str_from(as_signature_class_name(AS_SIGNATURE_WEAK)), "weak");
	T_STR(as_str_from(as_signature_class_text(AS_SIGNATURE_OK)), "sound");
	T_STR(as_str_from(as_tls_kx_text(AS_TLS_KX_ECDHE)), "ECDHE");
	T_STR(as_str_from(as_tls_auth_text(AS_TLS_AUTH_NONE)), "anonymous");
	T_STR(as_str_from(as_tls_version_name(AS_TLS_1_3)), "TLSv1.3");
	T_STR(as_str_from(as_tls_version_name(AS_TLS_SSL2)), "SSLv2");
	T_OK(as_tls_version_name(0x0305) == NULL);
	T_STR(as_str_from(as_tls_alert_name(40)), "handshake_failure");
	T_OK(as_tls_alert_name(255) == NULL);
	T_STR(as_str_from(as_tls_ext_name(51)), "key_share");
	T_OK(as_tls_ext_name(9999) == NULL);
	T_STR(as_str_from(as_ssl2_kind_name(0x0700c0)),
	    "SSL_CK_DES_192_EDE3_CBC_WITH_MD5");
	T_OK(as_ssl2_kind_name(0x0700c1) == NULL);
	for (size_t i = 0; i < AS_SSL2_KINDS; i++)
		T_OK(as_ssl2_kind_name(as_ssl2_kinds()[i]) != NULL);
}

#define ROW "0x0001\tTLS_RSA_WITH_NULL_MD5\tforbidden\n"

static void
test_faults(void)
{
	static const struct {
		const char *name, *text;
		size_t line;
	} rows[] = {
	    {"a code without 0x", ROW "0001\tx\tok\n", 2},
	    {"a code too short", "0x001\tx\tok\n", 1},
	    {"a digit that is none", "0x00g1\tx\tok\n", 1},
	    {"no name", "#\n0x0001\t\tok\n", 2},
	    {"no class", ROW ROW "0x0001\tx\n", 3},
	    {"an unknown class", "0x0001\tx\tgoodish\n", 1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct as_tls_tables tables = {
		    .ciphers = as_str_from(rows[i].text)};
		struct as_tls_book *b = NULL;
		struct as_why why = {0};

		t_case("%s", rows[i].name);
		T_INT(as_tls_book_parse(arena, &tables, &b, &why), AS_ESYNTAX);
		T_INT(why.at, rows[i].line);
		T_OK(b == NULL);
	}
	t_case("no memory");
	for (size_t cap = 0; cap < 256; cap += 32) {
		const struct as_tls_tables tables = {.ciphers = AS_STR(ROW),
		    .groups = AS_STR("0x0017\tsecp256r1\tgood\n"),
		    .signatures = AS_STR("0x0401\trsa_pkcs1_sha256\tok\n")};
		struct as_arena *small = as_arena_new(cap);
		struct as_tls_book *b = NULL;
		enum as_err err = as_tls_book_parse(small, &tables, &b, NULL);

		T_OK(err == AS_OK ? b != NULL : err == AS_ENOMEM && b == NULL);
		as_arena_free(small);
	}
}

int
main(void)
{
	arena = as_arena_new((size_t)1024 * 1024);
	test_tables();
	if (book != NULL) {
		test_exchanges();
		test_versions();
		test_groups();
		test_signatures();
	}
	test_words();
	test_faults();
	as_arena_free(arena);
	return t_done();
}
