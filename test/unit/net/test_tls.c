/* net/tls: handshakes in memory against certificates made here. */
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "harness.h"
#include "net/tls_private.h"
#include "peer/pki.h"

#include "base/banned.h"

#define HOST   "mx.example"
#define DAY_MS ((int64_t)86400 * 1000)

struct world {
	struct as_arena *a;
	struct pki pki;
	struct as_tls *tls;
	int64_t now_ms;
};

static void
world_init(struct world *w)
{
	struct as_clock clock = as_clock_system();

	w->a = as_arena_new((size_t)64 << 20);
	pki_init(&w->pki);
	w->now_ms = clock.wall_ms(clock.ctx);
	if (as_tls_new(pki_pem(w->a, w->pki.root), &w->tls, NULL) != AS_OK)
		pki_need(NULL, "as_tls_new");
}

static void
world_fini(struct world *w)
{
	as_tls_free(w->tls);
	pki_fini(&w->pki);
	as_arena_free(w->a);
}

/* Both ends in one thread, over a pair of memory BIOs. */
static bool
shake(SSL *client, SSL *server)
{
	BIO *near = NULL, *far = NULL;
	int c = 0, s = 0;

	BIO_new_bio_pair(&near, 1 << 18, &far, 1 << 18);
	SSL_set_bio(client, near, near);
	SSL_set_bio(server, far, far);
	SSL_set_accept_state(server);
	for (int i = 0; i < 20 && (c != 1 || s != 1); i++) {
		c = SSL_do_handshake(client);
		s = SSL_do_handshake(server);
	}
	ERR_clear_error();
	return c == 1 && s == 1;
}

/* Look at a server as `host`, with another name sent; false when the handshake
 * failed. */
static bool
look_as(struct world *w, const struct pki_server *peer, const char *sni,
    const char *host, const struct as_tls_tlsa *tlsa, size_t n_tlsa,
    struct as_tls_view *out)
{
	SSL_CTX *ctx = pki_server_ctx(peer);
	SSL *client = as_tls_session(w->tls, as_str_from(sni), AS_TLS_ANY);
	SSL *server = SSL_new(ctx);
	bool ok = shake(client, server);

	if (ok)
		ok = T_INT(as_tls_look(w->tls, w->a, client, as_str_from(host),
			       tlsa, n_tlsa, w->now_ms, out),
		    AS_OK);
	SSL_free(client);
	SSL_free(server);
	SSL_CTX_free(ctx);
	return ok;
}

static bool
look(struct world *w, const struct pki_server *peer, const char *host,
    const struct as_tls_tlsa *tlsa, size_t n_tlsa, struct as_tls_view *out)
{
	return look_as(w, peer, host, host, tlsa, n_tlsa, out);
}

/* --- versions, suites, groups --- */

static const struct {
	const char *name;
	int version;
	const char *ciphers;
	const char *want_version, *want_cipher, *want_group;
	bool forward_secrecy;
} sessions[] = {
    {"TLS 1.3", TLS1_3_VERSION, NULL, "TLSv1.3", "TLS_AES_256_GCM_SHA384",
	"x25519", true},
    {"TLS 1.2 ECDHE", TLS1_2_VERSION, "ECDHE-RSA-AES128-GCM-SHA256", "TLSv1.2",
	"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "x25519", true},
    {"TLS 1.2 DHE", TLS1_2_VERSION, "DHE-RSA-AES256-GCM-SHA384", "TLSv1.2",
	"TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "modp_2048", true},
    {"TLS 1.2 static RSA", TLS1_2_VERSION, "AES128-SHA", "TLSv1.2",
	"TLS_RSA_WITH_AES_128_CBC_SHA", "", false},
    {"TLS 1.2 without encryption", TLS1_2_VERSION, "NULL-SHA256", "TLSv1.2",
	"TLS_RSA_WITH_NULL_SHA256", "", false},
    {"TLS 1.1", TLS1_1_VERSION, "ECDHE-RSA-AES128-SHA", "TLSv1.1",
	"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "x25519", true},
    {"TLS 1.0", TLS1_VERSION, "AES256-SHA", "TLSv1",
	"TLS_RSA_WITH_AES_256_CBC_SHA", "", false},
    {"an anonymous suite is not preferred to a certificate", TLS1_2_VERSION,
	"ADH-AES256-SHA:AES256-SHA", "TLSv1.2", "TLS_RSA_WITH_AES_256_CBC_SHA",
	"", false},
};

static void
test_sessions(struct world *w)
{
	X509 *leaf = pki_leaf(&w->pki, (struct pki_spec){.san = "DNS:" HOST});
	struct pki_server peer = {
	    .leaf = leaf, .key = w->pki.leaf_key, .rest = {w->pki.mid}};

	for (size_t i = 0; i < sizeof(sessions) / sizeof(sessions[0]); i++) {
		struct as_tls_view v;

		t_case("%s", sessions[i].name);
		peer.version = sessions[i].version;
		peer.ciphers = sessions[i].ciphers;
		if (!T_OK(look(w, &peer, HOST, NULL, 0, &v)))
			continue;
		T_STR(v.version, sessions[i].want_version);
		T_STR(v.cipher, sessions[i].want_cipher);
		T_STR(v.group, sessions[i].want_group);
		T_INT(v.forward_secrecy, sessions[i].forward_secrecy);
		T_OK(v.trusted && v.name_matches);
		T_INT(v.dane, AS_TLS_DANE_NOT_CHECKED);
		T_INT(v.n_chain, 2);
	}
	X509_free(leaf);
}

static void
test_groups(struct world *w)
{
	static const char *const lists[][2] = {{"P-256", "secp256r1"},
	    {"P-384", "secp384r1"}, {"P-521", "secp521r1"}, {"X448", "x448"}};
	X509 *leaf = pki_leaf(&w->pki, (struct pki_spec){.san = "DNS:" HOST});

	for (size_t i = 0; i < 8; i++) {
		int version = i % 2 != 0 ? TLS1_3_VERSION : TLS1_2_VERSION;
		SSL_CTX *ctx = pki_server_ctx(&(struct pki_server){.leaf = leaf,
		    .key = w->pki.leaf_key,
		    .version = version,
		    .ciphers = "ECDHE-RSA-AES128-GCM-SHA256"});
		SSL *client = as_tls_session(w->tls, AS_STR(HOST), AS_TLS_ANY),
		    *server;
		struct as_tls_view v = {0};

		t_case("group %s, %s", lists[i / 2][0],
		    i % 2 != 0 ? "TLS 1.3" : "TLS 1.2");
		SSL_CTX_set1_groups_list(ctx, lists[i / 2][0]);
		server = SSL_new(ctx);
		T_OK(shake(client, server));
		T_INT(as_tls_look(w->tls, w->a, client, AS_STR(HOST), NULL, 0,
			  w->now_ms, &v),
		    AS_OK);
		T_STR(v.group, lists[i / 2][1]);
		SSL_free(client);
		SSL_free(server);
		SSL_CTX_free(ctx);
	}
	X509_free(leaf);
}

/* --- chains --- */

static void
check_chain(struct world *w, const char *name, const struct pki_server *peer,
    uint32_t code, bool name_matches)
{
	struct as_tls_view v;

	t_case("%s", name);
	if (!T_OK(look(w, peer, HOST, NULL, 0, &v)))
		return;
	T_INT(v.trusted, code == 0);
	T_INT(v.verify_code, code);
	T_OK(v.verify_text.n > 0);
	T_INT(v.name_matches, name_matches);
}

static void
test_chains(struct world *w)
{
	struct pki *p = &w->pki;
	EVP_PKEY *ec = pki_ec("P-256"), *weak = pki_rsa(1024);
	EVP_PKEY *ed = pki_ed25519();
	X509 *good = pki_leaf(p, (struct pki_spec){.san = "DNS:" HOST});
	X509 *past = pki_leaf(p,
	    (struct pki_spec){
		.san = "DNS:" HOST, .from_days = -30, .to_days = -2});
	X509 *self = pki_cert(&(struct pki_spec){
	    .cn = HOST, .san = "DNS:" HOST, .key = p->leaf_key});
	X509 *other = pki_leaf(p, (struct pki_spec){.san = "DNS:mx2.example"});
	X509 *named = pki_leaf(p, (struct pki_spec){.cn = HOST});
	X509 *ecdsa =
	    pki_leaf(p, (struct pki_spec){.san = "DNS:" HOST, .key = ec});
	X509 *small =
	    pki_leaf(p, (struct pki_spec){.san = "DNS:" HOST, .key = weak});
	X509 *edw =
	    pki_leaf(p, (struct pki_spec){.san = "DNS:" HOST, .key = ed});
	X509 *sha1 = pki_leaf(
	    p, (struct pki_spec){.san = "DNS:" HOST, .digest = "SHA1"});

	check_chain(w, "a good chain",
	    &(struct pki_server){good, p->leaf_key, {p->mid}}, 0, true);
	check_chain(w, "the root is sent, too",
	    &(struct pki_server){good, p->leaf_key, {p->mid, p->root}}, 0,
	    true);
	check_chain(w, "in the wrong order",
	    &(struct pki_server){good, p->leaf_key, {p->root, p->mid}}, 0,
	    true);
	check_chain(w, "expired, otherwise good",
	    &(struct pki_server){past, p->leaf_key, {p->mid}}, 0, true);
	check_chain(w, "self-signed",
	    &(struct pki_server){self, p->leaf_key, {NULL}},
	    X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, true);
	check_chain(w, "intermediate missing",
	    &(struct pki_server){good, p->leaf_key, {NULL}},
	    X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, true);
	check_chain(w, "for another name",
	    &(struct pki_server){other, p->leaf_key, {p->mid}}, 0, false);
	check_chain(w, "the name is in the subject alone",
	    &(struct pki_server){named, p->leaf_key, {p->mid}}, 0, false);
	check_chain(w, "ECDSA leaf", &(struct pki_server){ecdsa, ec, {p->mid}},
	    0, true);
	check_chain(w, "Ed25519 leaf", &(struct pki_server){edw, ed, {p->mid}},
	    0, true);
	check_chain(w, "RSA of 1024 bits",
	    &(struct pki_server){small, weak, {p->mid}}, 0, true);
	check_chain(w, "signed with SHA-1",
	    &(struct pki_server){sha1, p->leaf_key, {p->mid}}, 0, true);
	X509_free(good);
	X509_free(past);
	X509_free(self);
	X509_free(other);
	X509_free(named);
	X509_free(ecdsa);
	X509_free(small);
	X509_free(edw);
	X509_free(sha1);
	EVP_PKEY_free(ec);
	EVP_PKEY_free(weak);
	EVP_PKEY_free(ed);
}

static void
test_description(struct world *w)
{
	EVP_PKEY *ec = pki_ec("P-384");
	X509 *leaf = pki_leaf(&w->pki,
	    (struct pki_spec){.cn = "caf\xc3\xa9, \x1b[31m",
		.san = "DNS:" HOST ",IP:192.0.2.1,DNS:*.b.example,email:a@b",
		.key = ec,
		.from_days = -10,
		.to_days = 20});
	struct pki_server peer = {leaf, ec, {w->pki.mid}};
	struct as_tls_view v = {0};
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	t_case("a certificate is described");
	T_OK(look(w, &peer, HOST, NULL, 0, &v));
	if (T_INT(v.n_chain, 2)) {
		const struct as_tls_cert *c = &v.chain[0];

		T_STR(c->subject, "CN=caf\\C3\\A9\\, \\1B[31m");
		T_STR(c->issuer, "CN=Test Intermediate");
		T_INT(c->n_names, 2);
		T_STR(c->names[0], HOST);
		T_STR(c->names[1], "*.b.example");
		T_STR(c->key_type, "EC");
		T_INT(c->key_bits, 384);
		T_STR(c->signature, "ecdsa-with-SHA256");
		T_OK(!c->ca && v.chain[1].ca);
		T_INT(c->serial.n, 2);
		T_OK(llabs(c->not_after - w->now_ms - 20 * DAY_MS) < 60000);
		T_OK(llabs(c->not_before - w->now_ms + 10 * DAY_MS) < 60000);
		X509_digest(leaf, EVP_sha256(), sum, &n);
		T_OK(memcmp(sum, c->sha256, 32) == 0);
		X509_digest(leaf, EVP_sha512(), sum, &n);
		T_OK(memcmp(sum, c->sha512, 64) == 0);
		T_OK(memcmp(c->sha256, c->spki_sha256, 32) != 0);
	}
	X509_free(leaf);
	EVP_PKEY_free(ec);
}

static void
test_caps(struct world *w)
{
	struct pki *p = &w->pki;
	char san[AS_MAX_CERT_NAMES * 32] = "DNS:" HOST;
	struct as_tls_view v = {0};
	struct pki_server peer = {.key = p->leaf_key};
	SSL *ssl;

	for (int i = 0; i < AS_MAX_CERT_NAMES; i++)
		(void)snprintf(san + strlen(san), sizeof(san) - strlen(san),
		    ",DNS:h%d.example", i);
	peer.leaf = pki_leaf(p, (struct pki_spec){.san = san});
	t_case("names over the cap are cut");
	peer.rest[0] = p->mid;
	T_OK(look(w, &peer, HOST, NULL, 0, &v));
	T_INT(v.chain[0].n_names, AS_MAX_CERT_NAMES);
	T_OK(v.chain[0].names_cut && !v.chain[1].names_cut);
	t_case("certificates over the cap are cut");
	for (int i = 0; i < 14; i++)
		peer.rest[i] = p->mid;
	T_OK(look(w, &peer, HOST, NULL, 0, &v));
	T_INT(v.n_chain, AS_MAX_CHAIN_CERTS);
	T_OK(v.chain_cut && v.trusted);
	t_case("a chain over the cap of octets ends the handshake");
	X509_free(peer.leaf);
	{
		size_t room = (size_t)AS_MAX_CHAIN_OCTETS + 4096, n = 0;
		char *many = malloc(room);

		n += (size_t)snprintf(many, room, "DNS:" HOST);
		while (n + 80 < room)
			n += (size_t)snprintf(many + n, room - n,
			    ",DNS:a-long-name-to-fill-the-certificate.example");
		peer.leaf = pki_leaf(p, (struct pki_spec){.san = many});
		free(many);
	}
	T_OK(!look(w, &peer, HOST, NULL, 0, &v));
	X509_free(peer.leaf);
	t_case("an address is no SNI, a final dot is dropped");
	ssl = as_tls_session(w->tls, AS_STR("192.0.2.1"), AS_TLS_ANY);
	T_OK(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) == NULL);
	SSL_free(ssl);
	ssl = as_tls_session(w->tls, AS_STR("mx.example."), AS_TLS_ANY);
	T_STR(as_str_from(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name)),
	    HOST);
	SSL_free(ssl);
}

/* T7: no certificate may take the machine. */
static void
test_huge_key(struct world *w)
{
	struct pki *p = &w->pki;
	EVP_PKEY *huge = pki_rsa_public(20000);
	X509 *ca = pki_cert(&(struct pki_spec){.cn = "Huge",
	    .key = huge,
	    .issuer = p->root,
	    .issuer_key = p->root_key,
	    .ca = true});
	X509 *leaf = pki_cert(&(struct pki_spec){.cn = "leaf",
	    .san = "DNS:" HOST,
	    .key = p->leaf_key,
	    .issuer = ca,
	    .issuer_key = p->leaf_key});
	STACK_OF(X509) *sent = sk_X509_new_null();
	struct as_tls_cert *certs;
	clock_t begin = clock();
	size_t n = 0;
	bool cut = true;

	t_case("an RSA key of 20000 bits verifies nothing, at once");
	sk_X509_push(sent, leaf);
	sk_X509_push(sent, ca);
	T_INT(as_tls_path(as_tls_store(w->tls), sent),
	    X509_V_ERR_CERT_SIGNATURE_FAILURE);
	T_INT(as_tls_chain(w->a, sent, &certs, &n, &cut), AS_OK);
	T_OK(clock() - begin < CLOCKS_PER_SEC / 2);
	T_INT(n, 2);
	T_OK(!cut);
	T_INT(certs[1].key_bits, 20000);
	T_OK(ERR_peek_error() == 0);
	sk_X509_free(sent);
	X509_free(ca);
	X509_free(leaf);
	EVP_PKEY_free(huge);
}

/* A chain that the peer could send, judged in little time, never as trusted. */
static void
check_hostile(struct world *w, const char *name, X509 *const *certs)
{
	STACK_OF(X509) *sent = sk_X509_new_null();
	struct as_tls_cert *seen;
	clock_t begin = clock();
	size_t n = 0;
	bool cut;

	t_case("hostile: %s", name);
	for (size_t i = 0; certs[i] != NULL; i++)
		sk_X509_push(sent, certs[i]);
	T_OK(as_tls_path(as_tls_store(w->tls), sent) != X509_V_OK);
	T_INT(as_tls_chain(w->a, sent, &seen, &n, &cut), AS_OK);
	T_OK(n > 0 && n <= AS_MAX_CHAIN_CERTS);
	T_OK(clock() - begin < CLOCKS_PER_SEC);
	T_OK(ERR_peek_error() == 0);
	sk_X509_free(sent);
}

/* Each issued the other: no way up. */
static void
hostile_loop(struct world *w)
{
	EVP_PKEY *ka = pki_ec("P-256"), *kb = pki_ec("P-256");
	X509 *b0 =
	    pki_cert(&(struct pki_spec){.cn = "B", .key = kb, .ca = true});
	X509 *a = pki_cert(&(struct pki_spec){
	    .cn = "A", .key = ka, .issuer = b0, .issuer_key = kb, .ca = true});
	X509 *b = pki_cert(&(struct pki_spec){
	    .cn = "B", .key = kb, .issuer = a, .issuer_key = ka, .ca = true});

	check_hostile(w, "two that issued each other",
	    (X509 *[]){a, b, a, b, a, b, a, b, a, b, a, b, NULL});
	X509_free(a);
	X509_free(b);
	X509_free(b0);
	EVP_PKEY_free(ka);
	EVP_PKEY_free(kb);
}

/* Ten of one name and key: whose issuer is whose? */
static void
hostile_twins(struct world *w)
{
	EVP_PKEY *key = pki_ec("P-256");
	X509 *all[11] = {NULL};

	for (int i = 0; i < 10; i++)
		all[i] = pki_cert(&(struct pki_spec){.cn = "Twin",
		    .key = key,
		    .issuer = i == 0 ? NULL : all[i - 1],
		    .issuer_key = key,
		    .ca = true});
	check_hostile(w, "ten of one name", all);
	for (int i = 0; i < 10; i++)
		X509_free(all[i]);
	EVP_PKEY_free(key);
}

/* Each name against each constraint. */
static void
hostile_constraints(struct world *w)
{
	struct pki *p = &w->pki;
	size_t room = (size_t)60 * 1024, n_names, n_limits = 0;
	char *names = malloc(room), *limits = malloc(room);
	X509 *ca, *leaf;

	n_names = (size_t)snprintf(names, room, "DNS:" HOST);
	for (int i = 0; i < 2000; i++) {
		n_names += (size_t)snprintf(
		    names + n_names, room - n_names, ",DNS:h%d.a.example", i);
		n_limits += (size_t)snprintf(limits + n_limits, room - n_limits,
		    "%spermitted;DNS:h%d.b.example", i == 0 ? "" : ",", i);
	}
	ca = pki_cert(&(struct pki_spec){.cn = "Limits",
	    .key = p->mid_key,
	    .issuer = p->root,
	    .issuer_key = p->root_key,
	    .ca = true});
	pki_extend(ca, p->root, NID_name_constraints, limits);
	X509_sign(ca, p->root_key, EVP_sha256());
	leaf = pki_leaf(p,
	    (struct pki_spec){
		.san = names, .issuer = ca, .issuer_key = p->mid_key});
	check_hostile(w, "2,000 names against 2,000 constraints",
	    (X509 *[]){leaf, ca, NULL});
	X509_free(leaf);
	X509_free(ca);
	free(names);
	free(limits);
}

/* A signature of the length that an RSA key of 3072 bits wants, so that it is
 * raised to the exponent before it proves wrong. */
static void
forge_signature(X509 *x)
{
	const ASN1_BIT_STRING *sig = NULL;
	unsigned char bytes[384];

	memset(bytes, 0x5a, sizeof(bytes));
	X509_get0_signature(&sig, NULL, x);
	ASN1_BIT_STRING_set((ASN1_BIT_STRING *)sig, bytes, sizeof(bytes));
}

/* A public exponent as long as the modulus, where OpenSSL allows one. */
static void
hostile_exponent(struct world *w)
{
	struct pki *p = &w->pki;
	EVP_PKEY *slow = pki_rsa_public(3072);
	X509 *all[AS_MAX_CHAIN_CERTS + 1] = {NULL}, *up = p->root;
	EVP_PKEY *up_key = p->root_key;

	for (int i = AS_MAX_CHAIN_CERTS - 1; i >= 0; i--) {
		all[i] = pki_cert(&(struct pki_spec){.cn = "Slow",
		    .key = slow,
		    .issuer = up,
		    .issuer_key = up_key,
		    .ca = i > 0});
		if (up != p->root)
			forge_signature(all[i]);
		up = all[i];
		up_key = p->leaf_key;
	}
	check_hostile(w, "ten keys that are slow to use", all);
	for (int i = 0; i < AS_MAX_CHAIN_CERTS; i++)
		X509_free(all[i]);
	EVP_PKEY_free(slow);
}

/* --- names: RFC 9525 6.3 --- */

static const struct {
	const char *san, *host;
	bool match;
} names[] = {
    {"DNS:mx.example", "mx.example", true},
    {"DNS:MX.Example", "mx.eXample", true},
    {"DNS:mx.example", "mx.example.", true},
    {"DNS:other.example,DNS:mx.example", "mx.example", true},
    {"DNS:mx.example", "mx2.example", false},
    {"DNS:example", "mx.example", false},
    {"DNS:*.mail.example", "mx.mail.example", true},
    {"DNS:*.mail.example", "xn--bcher-kva.mail.example", true},
    {"DNS:*.mail.example", "mail.example", false},
    {"DNS:*.mail.example", "a.mx.mail.example", false},
    {"DNS:m*.mail.example", "mx.mail.example", false},
    {"DNS:*x.mail.example", "mx.mail.example", false},
    {"DNS:mx.*.example", "mx.mail.example", false},
    {"DNS:*.*.example", "mx.mail.example", false}, {"DNS:*", "example", false},
    {"DNS:xn--bcher-kva.example", "xn--bcher-kva.example", true},
    {"DNS:mx.mail.example", ".mail.example", false},
    {"DNS:mx.mail.example", "", false}, {"DNS:mx.mail.example", ".", false},
    {"IP:192.0.2.1", "192.0.2.1", false},
    {"email:root@mx.example", "mx.example", false},
    {"URI:https://mx.example/", "mx.example", false},
    {NULL, "leaf.example", false}, /* the subject says so */
};

/* TLS-6, STS-7 */
static void
test_names(struct world *w)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		X509 *leaf = pki_leaf(&w->pki,
		    (struct pki_spec){
			.cn = "leaf.example", .san = names[i].san});
		struct as_tls_host h;

		t_case("%s against \"%s\"",
		    names[i].san != NULL ? names[i].san : "subject",
		    names[i].host);
		as_tls_host_init(&h, as_str_from(names[i].host));
		T_INT(as_tls_host_matches(leaf, &h), names[i].match);
		X509_free(leaf);
	}
	t_case("NUL inside a host name");
	{
		X509 *leaf =
		    pki_leaf(&w->pki, (struct pki_spec){.san = "DNS:" HOST});
		struct as_tls_host h;

		as_tls_host_init(&h, (struct as_str){"mx.example\0.evil", 16});
		T_OK(!as_tls_host_matches(leaf, &h));
		X509_free(leaf);
	}
}

/* --- DANE --- */

enum subject { LEAF, MID, ROOT, NEXT };

/* The data of a TLSA record for one of the certificates. */
static struct as_str
tlsa_data(struct as_arena *a, X509 *x, int selector, int matching)
{
	unsigned char *der = NULL, sum[64];
	int n = selector == 0 ? i2d_X509(x, &der)
			      : i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
	struct as_str out = {(char *)der, (size_t)n};
	unsigned len = 0;

	if (matching != 0) {
		EVP_Digest(der, (size_t)n, sum, &len,
		    matching == 1 ? EVP_sha256() : EVP_sha512(), NULL);
		out = (struct as_str){(char *)sum, len};
	}
	out = as_str_dup(a, out);
	OPENSSL_free(der);
	return out;
}

struct dane_record {
	enum subject of;
	uint8_t usage, selector, matching;
	bool spoilt; /* last octet changed */
	uint8_t cut; /* octets missing at the end */
};

#define CHAIN_FULL 1 /* leaf, intermediate, root */
#define CHAIN_MID  0 /* leaf, intermediate */
#define CHAIN_LEAF 2
#define LEAF_GOOD  0
#define LEAF_PAST  1
#define LEAF_OTHER 2 /* for another name */
#define M          AS_TLS_DANE_MATCH
#define X          AS_TLS_DANE_MISMATCH
#define N          AS_TLS_DANE_NOT_CHECKED

static const struct {
	const char *name;
	int chain, leaf;
	struct dane_record r[3];
	size_t n;
	enum as_tls_dane want;
} danes[] = {
    {"3 1 1", 0, 0, {{LEAF, 3, 1, 1}}, 1, M},
    {"3 0 1", 0, 0, {{LEAF, 3, 0, 1}}, 1, M},
    {"3 1 2", 0, 0, {{LEAF, 3, 1, 2}}, 1, M},
    {"3 0 0", 0, 0, {{LEAF, 3, 0, 0}}, 1, M},
    {"3 1 0", 0, 0, {{LEAF, 3, 1, 0}}, 1, M},
    {"3 1 1 of a leaf that expired", 0, LEAF_PAST, {{LEAF, 3, 1, 1}}, 1, M},
    {"3 1 1 of a leaf for another name", 0, LEAF_OTHER, {{LEAF, 3, 1, 1}}, 1,
	M},
    {"3 1 1 with the leaf alone", CHAIN_LEAF, 0, {{LEAF, 3, 1, 1}}, 1, M},
    {"3 1 1 of the intermediate", 0, 0, {{MID, 3, 1, 1}}, 1, X},
    {"3 1 1 of another key", 0, 0, {{LEAF, 3, 1, 1, true}}, 1, X},
    {"3 0 1 with the digest of the key", 0, 0, {{NEXT, 3, 0, 1}}, 1, X},
    {"rollover: next key and this one", 0, 0,
	{{NEXT, 3, 1, 1}, {LEAF, 3, 1, 1}}, 2, M},
    {"2 1 1 of the intermediate", 0, 0, {{MID, 2, 1, 1}}, 1, M},
    {"2 0 1 of the intermediate", 0, 0, {{MID, 2, 0, 1}}, 1, M},
    {"2 0 2 of the intermediate", 0, 0, {{MID, 2, 0, 2}}, 1, M},
    {"2 0 1 of the root, sent", CHAIN_FULL, 0, {{ROOT, 2, 0, 1}}, 1, M},
    {"2 1 1 of the root, sent", CHAIN_FULL, 0, {{ROOT, 2, 1, 1}}, 1, M},
    {"2 0 1 of the root, not sent", 0, 0, {{ROOT, 2, 0, 1}}, 1, X},
    {"2 0 0 of the root, not sent", 0, 0, {{ROOT, 2, 0, 0}}, 1, M},
    {"2 1 0 of the root, not sent", 0, 0, {{ROOT, 2, 1, 0}}, 1, M},
    {"2 0 0 of the intermediate, not sent", CHAIN_LEAF, 0, {{MID, 2, 0, 0}}, 1,
	M},
    {"2 1 0 of the intermediate, not sent", CHAIN_LEAF, 0, {{MID, 2, 1, 0}}, 1,
	M},
    {"2 0 0 of a stranger", 0, 0, {{NEXT, 2, 0, 0}}, 1, X},
    {"2 1 1 of the leaf", 0, 0, {{LEAF, 2, 1, 1}}, 1, X},
    {"2 1 1, leaf for another name", 0, LEAF_OTHER, {{MID, 2, 1, 1}}, 1, X},
    {"2 1 1, leaf expired", 0, LEAF_PAST, {{MID, 2, 1, 1}}, 1, X},
    {"2 1 1 spoilt", 0, 0, {{MID, 2, 1, 1, true}}, 1, X},
    {"agility: SHA-512 wrong, SHA-256 right", 0, 0,
	{{LEAF, 3, 1, 1}, {LEAF, 3, 1, 2, true}}, 2, X},
    {"agility: SHA-512 right, SHA-256 wrong", 0, 0,
	{{LEAF, 3, 1, 1, true}, {LEAF, 3, 1, 2}}, 2, M},
    {"agility is by selector", 0, 0, {{LEAF, 3, 0, 1}, {LEAF, 3, 1, 2, true}},
	2, M},
    {"agility is by usage", 0, 0, {{LEAF, 3, 1, 1}, {MID, 2, 1, 2, true}}, 2,
	M},
    {"agility leaves whole data alone", 0, 0,
	{{LEAF, 3, 1, 0}, {LEAF, 3, 1, 2, true}}, 2, M},
    {"usages 0 and 1 are unusable", 0, 0, {{MID, 0, 0, 1}, {LEAF, 1, 1, 1}}, 2,
	N},
    {"unusable ones are passed over", 0, 0, {{LEAF, 1, 1, 1}, {LEAF, 3, 1, 1}},
	2, M},
    {"a digest too short is unusable", 0, 0, {{LEAF, 3, 1, 1, false, 1}}, 1, N},
    {"selector 2 is unusable", 0, 0, {{LEAF, 3, 2, 1}}, 1, N},
    {"matching type 3 is unusable", 0, 0, {{LEAF, 3, 1, 3}}, 1, N},
    {"a whole certificate that is none is unusable", 0, 0,
	{{MID, 2, 0, 0, false, 9}}, 1, N},
};

static void
make_record(struct as_arena *a, X509 *x, const struct dane_record *r,
    struct as_tls_tlsa *out)
{
	struct as_str data = tlsa_data(
	    a, x, r->selector == 0 ? 0 : 1, r->matching == 3 ? 1 : r->matching);

	if (r->spoilt) {
		char *p = as_arena_copy(a, data.p, data.n);
		p[data.n - 1] ^= 1;
		data.p = p;
	}
	data.n -= r->cut;
	*out = (struct as_tls_tlsa){r->usage, r->selector, r->matching, data};
}

/* DANE-2, DANE-4, DANE-5 */
static void
test_dane(struct world *w)
{
	struct pki *p = &w->pki;
	EVP_PKEY *next_key = pki_ec("P-256");
	X509 *leaves[3] = {pki_leaf(p, (struct pki_spec){.san = "DNS:" HOST}),
	    pki_leaf(p,
		(struct pki_spec){
		    .san = "DNS:" HOST, .from_days = -30, .to_days = -2}),
	    pki_leaf(p, (struct pki_spec){.san = "DNS:other.example"})};
	X509 *next =
	    pki_leaf(p, (struct pki_spec){.san = "DNS:" HOST, .key = next_key});

	for (size_t i = 0; i < sizeof(danes) / sizeof(danes[0]); i++) {
		struct pki_server peer = {
		    leaves[danes[i].leaf], p->leaf_key, {p->mid}};
		X509 *of[] = {peer.leaf, p->mid, p->root, next};
		struct as_tls_tlsa tlsa[3];
		struct as_tls_view v = {0};

		if (danes[i].chain == CHAIN_FULL)
			peer.rest[1] = p->root;
		if (danes[i].chain == CHAIN_LEAF)
			peer.rest[0] = NULL;
		for (size_t j = 0; j < danes[i].n; j++)
			make_record(w->a, of[danes[i].r[j].of], &danes[i].r[j],
			    &tlsa[j]);
		t_case("DANE: %s", danes[i].name);
		T_OK(look(w, &peer, HOST, tlsa, danes[i].n, &v));
		T_INT(v.dane, danes[i].want);
		if (danes[i].n == 1)
			T_INT(v.dane_path,
			    danes[i].r[0].usage == 2 &&
				(v.dane == M || danes[i].leaf == LEAF_OTHER));
		/* Order must not matter. */
		for (size_t j = 0; j < danes[i].n; j++)
			make_record(w->a, of[danes[i].r[j].of], &danes[i].r[j],
			    &tlsa[danes[i].n - 1 - j]);
		T_OK(look(w, &peer, HOST, tlsa, danes[i].n, &v));
		T_INT(v.dane, danes[i].want);
	}
	t_case("DANE: usage 2 judges dates by the time given");
	{
		struct pki_server peer = {leaves[0], p->leaf_key, {p->mid}};
		struct as_tls_tlsa t = {2, 1, 1, tlsa_data(w->a, p->mid, 1, 1)};
		struct as_tls_view v = {0};

		w->now_ms += 400 * DAY_MS;
		T_OK(look(w, &peer, HOST, &t, 1, &v));
		T_INT(v.dane, X);
		w->now_ms -= 400 * DAY_MS;
	}
	t_case("DANE: usage 2 asks for the name that was sent as SNI");
	{
		struct pki_server peer = {leaves[2], p->leaf_key, {p->mid}};
		struct as_tls_tlsa t = {2, 1, 1, tlsa_data(w->a, p->mid, 1, 1)};
		struct as_tls_view v = {0};

		T_OK(look_as(w, &peer, "other.example", HOST, &t, 1, &v));
		T_INT(v.dane, M);
		T_OK(!v.name_matches);
		T_OK(look_as(w, &peer, HOST, "other.example", &t, 1, &v));
		T_INT(v.dane, X);
		T_OK(v.dane_path);
		T_OK(v.name_matches);
	}
	for (int i = 0; i < 3; i++)
		X509_free(leaves[i]);
	X509_free(next);
	EVP_PKEY_free(next_key);
}

/* --- the store --- */

static void
test_store(struct world *w)
{
	struct as_str pem = pki_pem(w->a, w->pki.root);
	char path[] = "/tmp/assay-test-ca-XXXXXX";
	struct as_tls *tls = NULL;
	struct as_why why = {0};
	int fd = mkstemp(path);

	t_case("text before and after certificates is passed over");
	T_INT(as_tls_new(as_str_printf(w->a, "# my root\n%s\n# end\n", pem.p),
		  &tls, NULL),
	    AS_OK);
	as_tls_free(tls);
	t_case("no certificate");
	T_INT(as_tls_new(AS_STR("nothing"), &tls, &why), AS_EABSENT);
	T_OK(why.text[0] != 0);
	t_case("a certificate twice");
	T_INT(as_tls_new(as_str_printf(w->a, "%s%s", pem.p, pem.p), &tls, NULL),
	    AS_OK);
	as_tls_free(tls);
	t_case("a spoilt certificate after a good one");
	T_INT(as_tls_new(as_str_printf(w->a,
			     "%s-----BEGIN CERTIFICATE-----\nAAAA\n"
			     "-----END CERTIFICATE-----\n",
			     pem.p),
		  &tls, &why),
	    AS_ESYNTAX);
	t_case("the file of the system is read at once");
	T_OK(write(fd, pem.p, pem.n) == (ssize_t)pem.n);
	(void)close(fd);
	(void)setenv("SSL_CERT_FILE", path, 1);
	T_INT(as_tls_new(AS_STR_NULL, &tls, NULL), AS_OK);
	(void)unlink(path);
	T_INT(
	    sk_X509_OBJECT_num(X509_STORE_get0_objects(as_tls_store(tls))), 1);
	as_tls_free(tls);
	(void)unsetenv("SSL_CERT_FILE");
}

/* In a child that has not used OpenSSL yet. */
static void
test_no_memory(void)
{
	CRYPTO_malloc_fn ssl_malloc;
	CRYPTO_realloc_fn ssl_realloc;
	CRYPTO_free_fn ssl_free;
	volatile size_t big = SIZE_MAX / 4;
	void *none;
	struct as_tls *tls;
	int status = 0;
	pid_t pid;

	t_case("OpenSSL without memory ends the process");
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL ||
		    as_tls_new(AS_STR("no PEM"), &tls, NULL) == AS_OK)
			_exit(0);
		CRYPTO_get_mem_functions(&ssl_malloc, &ssl_realloc, &ssl_free);
		ssl_free(ssl_realloc(ssl_malloc(9, "", 0), 99, "", 0), "", 0);
		none = ssl_malloc(0, "", 0);
		none = ssl_malloc(big, "", 0);
		printf("# OpenSSL goes on with %p\n", none);
		(void)fflush(stdout);
		_exit(0);
	}
	T_INT(waitpid(pid, &status, 0), pid);
	T_OK(status != 0);
}

int
main(void)
{
	struct world w;

	test_no_memory();
	world_init(&w);
	test_sessions(&w);
	test_groups(&w);
	test_chains(&w);
	test_description(&w);
	test_caps(&w);
	test_huge_key(&w);
	hostile_loop(&w);
	hostile_twins(&w);
	hostile_constraints(&w);
	hostile_exponent(&w);
	test_names(&w);
	test_dane(&w);
	test_store(&w);
	world_fini(&w);
	return t_done();
}
