/*
 * What is read of flights that a real server sent, whole and in any pieces.
 *
 *	test_std_hello_flight [DIRECTORY]	writes the flights there as seeds
 */
#include "hello_peer.h"

#include "harness.h"
#include "hello_same.h"

#define ANY 0xffff /* of an expected code: some value, not 0 */

static const uint16_t all_suites[] = {0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f,
    0xc02c, 0xc030, 0xcca8, 0xcca9, 0x009e, 0x009f, 0xc009, 0xc013, 0xc00a,
    0xc014, 0x0033, 0x0039, 0x0067, 0x009c, 0x002f, 0x0035, 0x003b, 0x0002,
    0xc010, 0xc006, 0x0034, 0xc018, 0x00a6};
static const uint16_t old_suites[] = {
    0xc009, 0xc013, 0xc014, 0x0033, 0x002f, 0x0035};
static const uint16_t all_groups[] = {
    0x11ec, 0x001d, 0x0017, 0x0018, 0x0019, 0x0100, 0x0101};
static const uint16_t p384[] = {0x0018};
static const uint16_t all_signatures[] = {0x0403, 0x0503, 0x0804, 0x0805,
    0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0807};
static const uint16_t tls13[] = {0x0304};
static const uint16_t tls13_to_10[] = {0x0304, 0x0303, 0x0302, 0x0301};

#define CODES(a) \
	{ \
		(a), sizeof(a) / sizeof((a)[0]) \
	}

#define COMMON \
	.groups = CODES(all_groups), .signatures = CODES(all_signatures), \
	.ems = true, .etm = true, .renegotiation = true, \
	.point_formats = true, .status_request = true, .ticket = true, \
	.sct = true

static const char x25519_key[32] = {9, 1, 2, 3};
static const struct as_hello_share shares[] = {
    {0x001d, {x25519_key, sizeof(x25519_key)}}};

/* The hellos, by what they are for. */
enum asked {
	HELLO_13, /* no share */
	HELLO_13_SHARE,
	HELLO_13_P384,
	HELLO_12,
	HELLO_11,
	HELLO_10,
	HELLO_ANY,  /* 1.0 to 1.3 */
	HELLO_BIG,  /* the same, over one packet, in small records */
	HELLO_SSL2, /* record format only; offers TLS 1.0 */
	HELLO_BARE, /* TLS 1.0 without extensions */
	HELLO_FALLBACK,
};

static const struct as_hello hellos[] = {
    [HELLO_13] = {.version = AS_TLS_1_2,
	.versions = CODES(tls13),
	.suites = CODES(all_suites),
	.key_share = true,
	.psk_modes = true,
	COMMON},
    [HELLO_13_SHARE] = {.version = AS_TLS_1_2,
	.versions = CODES(tls13),
	.suites = CODES(all_suites),
	.shares = shares,
	.n_shares = 1,
	COMMON},
    [HELLO_13_P384] = {.version = AS_TLS_1_2,
	.versions = CODES(tls13),
	.suites = CODES(all_suites),
	.key_share = true,
	.groups = CODES(p384),
	.signatures = CODES(all_signatures)},
    [HELLO_12] = {.version = AS_TLS_1_2,
	.suites = CODES(all_suites),
	.server_name = {"mx.example", 10},
	COMMON},
    [HELLO_11] = {.version = AS_TLS_1_1,
	.suites = CODES(all_suites),
	.scsv = true,
	COMMON},
    [HELLO_10] = {.version = AS_TLS_1_0,
	.suites = CODES(all_suites),
	.compressions = {"\1\0", 2},
	COMMON},
    [HELLO_ANY] = {.version = AS_TLS_1_2,
	.versions = CODES(tls13_to_10),
	.suites = CODES(all_suites),
	.key_share = true,
	COMMON},
    [HELLO_BIG] = {.version = AS_TLS_1_2,
	.versions = CODES(tls13_to_10),
	.suites = CODES(all_suites),
	.key_share = true,
	.pad_to = 3000,
	.fragment = 400,
	COMMON},
    [HELLO_SSL2] = {.form = AS_HELLO_FORM_SSL2,
	.version = AS_TLS_1_0,
	.suites = CODES(old_suites),
	.scsv = true},
    [HELLO_BARE] = {.version = AS_TLS_1_0, .suites = CODES(old_suites)},
    [HELLO_FALLBACK] = {.version = AS_TLS_1_1,
	.suites = CODES(all_suites),
	.fallback = true,
	COMMON},
};

static const struct flight {
	const char *name;
	enum asked asked;
	struct peer peer;
	enum as_hello_end end;
	uint16_t version, suite;
	uint16_t group;     /* of HelloRetryRequest, ServerHello or curve */
	uint16_t signature; /* of ServerKeyExchange */
	uint32_t bits;
	size_t certificates;
	uint8_t alert;
} flights[] = {
    {"1.3 without a share", HELLO_13, {.rsa = true}, AS_HELLO_RETRY, AS_TLS_1_3,
	0x1301, 0x001d, 0, 0, 0, 0},
    {"1.3 with a share", HELLO_13_SHARE, {.rsa = true}, AS_HELLO_HELLO,
	AS_TLS_1_3, 0x1301, 0x001d, 0, 0, 0, 0},
    {"1.3 of another group", HELLO_13_SHARE,
	{.rsa = true, .groups = "P-384", .suites = "TLS_AES_128_GCM_SHA256"},
	AS_HELLO_RETRY, AS_TLS_1_3, 0x1301, 0x0018, 0, 0, 0, 0},
    {"1.3, ffdhe3072", HELLO_13, {.rsa = true, .groups = "ffdhe3072"},
	AS_HELLO_RETRY, AS_TLS_1_3, 0x1301, 0x0101, 0, 0, 0, 0},
    {"1.3, no group in common", HELLO_13_P384,
	{.rsa = true, .groups = "X25519"}, AS_HELLO_ALERT, 0, 0, 0, 0, 0, 0,
	AS_TLS_ALERT_HANDSHAKE_FAILURE},
    {"1.3 refused", HELLO_13, {.rsa = true, .to = TLS1_2_VERSION},
	AS_HELLO_ALERT, 0, 0, 0, 0, 0, 0, AS_TLS_ALERT_PROTOCOL_VERSION},
    {"1.2 offered to 1.3 only", HELLO_12, {.rsa = true, .from = TLS1_3_VERSION},
	AS_HELLO_ALERT, 0, 0, 0, 0, 0, 0, AS_TLS_ALERT_PROTOCOL_VERSION},
    {"any, a server of 1.2", HELLO_ANY, {.rsa = true, .to = TLS1_2_VERSION},
	AS_HELLO_FLIGHT, AS_TLS_1_2, 0xc02f, 0x001d, ANY, 0, 1, 0},
    {"any, a server of 1.1", HELLO_ANY,
	{.rsa = true, .to = TLS1_1_VERSION, .ciphers = "ECDHE"},
	AS_HELLO_FLIGHT, AS_TLS_1_1, 0xc013, 0x001d, 0, 0, 1, 0},
    {"big and in pieces", HELLO_BIG, {.rsa = true}, AS_HELLO_RETRY, AS_TLS_1_3,
	0x1301, 0x001d, 0, 0, 0, 0},
    {"1.2 ECDHE RSA", HELLO_12,
	{.rsa = true,
	    .ciphers = "ECDHE-RSA-AES256-GCM-SHA384",
	    .groups = "P-384"},
	AS_HELLO_FLIGHT, AS_TLS_1_2, 0xc030, 0x0018, ANY, 0, 1, 0},
    {"1.2 ECDHE ECDSA", HELLO_12,
	{.ec = true, .ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305"},
	AS_HELLO_FLIGHT, AS_TLS_1_2, 0xcca9, 0x001d, 0x0403, 0, 1, 0},
    {"1.2 DHE 2048", HELLO_12,
	{.rsa = true,
	    .ciphers = "DHE-RSA-AES128-GCM-SHA256",
	    .dh = "ffdhe2048"},
	AS_HELLO_FLIGHT, AS_TLS_1_2, 0x009e, 0, ANY, 2048, 1, 0},
    {"1.2 DHE 1024", HELLO_12,
	{.rsa = true, .ciphers = "DHE-RSA-AES256-SHA", .dh = "dh_1024_160"},
	AS_HELLO_FLIGHT, AS_TLS_1_2, 0x0039, 0, ANY, 1024, 1, 0},
    {"1.2 static RSA", HELLO_12, {.rsa = true, .ciphers = "AES128-GCM-SHA256"},
	AS_HELLO_FLIGHT, AS_TLS_1_2, 0x009c, 0, 0, 0, 1, 0},
    {"1.2 NULL", HELLO_12, {.rsa = true, .ciphers = "NULL-SHA256"},
	AS_HELLO_FLIGHT, AS_TLS_1_2, 0x003b, 0, 0, 0, 1, 0},
    {"1.2 ECDHE NULL", HELLO_12, {.rsa = true, .ciphers = "ECDHE-RSA-NULL-SHA"},
	AS_HELLO_FLIGHT, AS_TLS_1_2, 0xc010, 0x001d, ANY, 0, 1, 0},
    {"1.2 anonymous DH", HELLO_12,
	{.ciphers = "ADH-AES128-SHA", .dh = "ffdhe2048"}, AS_HELLO_FLIGHT,
	AS_TLS_1_2, 0x0034, 0, 0, 2048, 0, 0},
    {"1.2 anonymous ECDH", HELLO_12, {.ciphers = "AECDH-AES128-SHA"},
	AS_HELLO_FLIGHT, AS_TLS_1_2, 0xc018, 0x001d, 0, 0, 0, 0},
    {"1.2 no suite in common", HELLO_12,
	{.rsa = true, .to = TLS1_2_VERSION, .ciphers = "AES256-GCM-SHA384"},
	AS_HELLO_ALERT, 0, 0, 0, 0, 0, 0, AS_TLS_ALERT_HANDSHAKE_FAILURE},
    {"1.2 with all there is", HELLO_12,
	{.rsa = true,
	    .to = TLS1_2_VERSION,
	    .ask = true,
	    .staple = true,
	    .intermediate = true},
	AS_HELLO_FLIGHT, AS_TLS_1_2, 0xc02f, 0x001d, ANY, 0, 2, 0},
    {"1.2 in records of 512", HELLO_12,
	{.rsa = true,
	    .to = TLS1_2_VERSION,
	    .ask = true,
	    .staple = true,
	    .intermediate = true,
	    .fragment = 512},
	AS_HELLO_FLIGHT, AS_TLS_1_2, 0xc02f, 0x001d, ANY, 0, 2, 0},
    {"1.1", HELLO_11, {.rsa = true, .ciphers = "ECDHE"}, AS_HELLO_FLIGHT,
	AS_TLS_1_1, 0xc013, 0x001d, 0, 0, 1, 0},
    {"1.0 ECDSA", HELLO_10, {.ec = true, .ciphers = "ECDHE"}, AS_HELLO_FLIGHT,
	AS_TLS_1_0, 0xc009, 0x001d, 0, 0, 1, 0},
    {"1.0 DHE", HELLO_10,
	{.rsa = true, .ciphers = "DHE-RSA-AES128-SHA", .dh = "modp_1536"},
	AS_HELLO_FLIGHT, AS_TLS_1_0, 0x0033, 0, 0, 1536, 1, 0},
    {"1.0 in an SSLv2 record", HELLO_SSL2,
	{.rsa = true, .ciphers = "AES128-SHA"}, AS_HELLO_FLIGHT, AS_TLS_1_0,
	0x002f, 0, 0, 0, 1, 0},
    {"1.0 without extensions", HELLO_BARE,
	{.rsa = true, .ciphers = "AES256-SHA"}, AS_HELLO_FLIGHT, AS_TLS_1_0,
	0x0035, 0, 0, 0, 1, 0},
    {"a fallback that is seen through", HELLO_FALLBACK, {.rsa = true},
	AS_HELLO_ALERT, 0, 0, 0, 0, 0, 0, AS_TLS_ALERT_INAPPROPRIATE_FALLBACK},
};

#define N_FLIGHTS (sizeof(flights) / sizeof(flights[0]))

static struct as_arena *arena;
static struct peer_keys keys;
static struct as_str octets[N_FLIGHTS];

static void
make_flight(size_t i)
{
	struct as_hello hello = hellos[flights[i].asked];
	struct as_buf out, answer;

	memset(hello.random, (int)i + 1, sizeof(hello.random));
	as_buf_init(&out, AS_MAX_HELLO_OCTETS);
	as_buf_init(&answer, AS_MAX_SHAKE_OCTETS);
	T_INT(as_hello_write(&out, &hello, NULL), AS_OK);
	T_OK(peer_answer(&flights[i].peer, &keys, as_buf_str(&out), &answer));
	octets[i] = as_str_dup(arena, as_buf_str(&answer));
	as_buf_fini(&out);
	as_buf_fini(&answer);
}

static void
check_codes(const struct flight *f, const struct as_hello_answer *an)
{
	const struct as_hello_exchange *x = &an->exchange;
	bool named = x->seen && x->curve_type == 3;

	T_INT(an->end, f->end);
	T_INT(an->version, f->version);
	T_INT(an->suite, f->suite);
	T_INT(named ? x->group : an->group, f->group);
	T_INT(x->bits, f->bits);
	if (f->signature == ANY)
		T_OK(x->signature != 0 && x->is_signed);
	else
		T_INT(x->signature, f->signature);
	T_INT(an->certificates_sent, f->certificates);
	T_INT(an->alert, f->alert);
}

/* Of the certificates, all that was sent is kept as it was. */
static void
check_certificates(const struct flight *f, const struct as_hello_answer *an)
{
	for (size_t i = 0; i < an->n_certificates; i++) {
		const unsigned char *p =
		    (const unsigned char *)an->certificates[i].p;
		X509 *x = d2i_X509(NULL, &p, (long)an->certificates[i].n);
		X509 *want =
		    (i == 0 && f->peer.rsa) ? keys.rsa_cert : keys.ec_cert;

		if (T_OK(x != NULL))
			T_OK(X509_cmp(x, want) == 0);
		X509_free(x);
	}
	T_INT(an->n_certificates, f->certificates);
}

static void
test_flight(size_t i)
{
	const struct flight *f = &flights[i];
	const struct as_hello_answer *an;

	t_case("%s", f->name);
	make_flight(i);
	an = hello_read_in(arena, octets[i], 0, true, false);
	if (!T_OK(an != NULL))
		return;
	check_codes(f, an);
	check_certificates(f, an);
	T_INT(an->certificate_request, f->peer.ask);
	T_INT(an->ocsp.n > 0, f->peer.staple);
	T_OK(an->octets <= octets[i].n);
	if (an->end == AS_HELLO_FLIGHT) {
		T_INT(an->octets, octets[i].n);
		T_INT(as_hello_has(an, AS_TLS_EXT_RENEGOTIATION),
		    f->asked != HELLO_BARE);
		T_INT(as_hello_has(an, AS_TLS_EXT_EMS),
		    f->asked != HELLO_BARE && f->asked != HELLO_SSL2);
	}
}

/* Every prefix, and every way to cut it, gives one answer. */
static void
test_pieces(size_t i)
{
	static const size_t pieces[] = {1, 2, 5, 7, 61, 1000};
	struct as_arena *a = as_arena_new((size_t)4 * 1024 * 1024);
	bool same = true;

	t_case("%s, in pieces", flights[i].name);
	for (size_t n = 0; n <= octets[i].n && same; n++) {
		struct as_str s = as_str_slice(octets[i], 0, n);
		bool close = n % 2 == 0;
		const struct as_hello_answer *whole =
		    hello_read_in(a, s, 0, true, close);
		const struct as_hello_answer *cut =
		    hello_read_in(a, s, pieces[n % 6], true, close);
		const struct as_hello_answer *one =
		    hello_read_in(a, s, 1, true, close);

		same = hello_same(whole, cut) && hello_same(whole, one);
		if (whole->octets > n)
			same = false;
		as_arena_reset(a);
	}
	T_OK(same);
	as_arena_free(a);
}

/* Without `keep` nothing is kept, and all else is the same. */
static void
test_lean(size_t i)
{
	const struct as_hello_answer *full, *lean;
	struct as_arena *a = as_arena_new((size_t)16 * 1024);

	t_case("%s, nothing kept", flights[i].name);
	full = hello_read_in(arena, octets[i], 0, true, false);
	lean = hello_read_in(a, octets[i], 0, false, false);
	T_INT(lean->end, full->end);
	T_INT(lean->certificates_sent, full->certificates_sent);
	T_INT(lean->certificates_octets, full->certificates_octets);
	T_INT(lean->n_certificates, 0);
	T_INT(lean->ocsp.n, 0);
	T_OK(as_arena_used(a) < 3072);
	as_arena_free(a);
}

static bool
write_seed(const char *directory, size_t i)
{
	char name[4096];
	FILE *f;
	bool ok;

	(void)snprintf(name, sizeof(name), "%s/flight-%02zu", directory, i);
	f = fopen(name, "wb");
	if (f == NULL)
		return false;
	ok = fwrite(octets[i].p, 1, octets[i].n, f) == octets[i].n;
	return fclose(f) == 0 && ok;
}

int
main(int argc, char **argv)
{
	arena = as_arena_new((size_t)4 * 1024 * 1024);
	t_case("keys");
	T_OK(peer_keys_init(&keys));
	for (size_t i = 0; i < N_FLIGHTS; i++) {
		test_flight(i);
		test_pieces(i);
		test_lean(i);
	}
	for (size_t i = 0; argc > 1 && i < N_FLIGHTS; i++)
		T_OK(write_seed(argv[1], i));
	peer_keys_fini(&keys);
	as_arena_free(arena);
	return t_done();
}
