#include "net/tls.h"

#include <openssl/ct.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ip.h"
#include "base/limits.h"
#include "net/tls_private.h"

#include "base/banned.h"

struct as_tls {
	SSL_CTX *ctx;
	X509_STORE *store;
};

/* Suites with a certificate, those without encryption last: an anonymous suite
 * would show no chain to a server that prefers it. */
#define SUITES "ALL:COMPLEMENTOFALL:!aNULL:+eNULL:@SECLEVEL=0"
#define SUITES_13 \
	"TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:" \
	"TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:" \
	"TLS_AES_128_CCM_8_SHA256"

/* --- the trust store --- */

static enum as_err
store_add_pem(X509_STORE *store, struct as_str pem, struct as_why *why)
{
	BIO *bio =
	    pem.n > INT32_MAX ? NULL : BIO_new_mem_buf(pem.p, (int)pem.n);
	enum as_err err = bio == NULL ? AS_ENOMEM : AS_OK;
	size_t n = 0;
	X509 *x;

	while (err == AS_OK &&
	    (x = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
		if (X509_STORE_add_cert(store, x) != 1)
			err = AS_ENOMEM;
		X509_free(x);
		n++;
	}
	if (err == AS_OK &&
	    ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		err = as_why_set(why, AS_ESYNTAX, AS_WHY_NOWHERE,
		    "certificate %zu of the trust store cannot be read", n + 1);
	else if (err == AS_OK && n == 0)
		err = as_why_set(why, AS_EABSENT, AS_WHY_NOWHERE,
		    "no certificate in the trust store");
	BIO_free(bio);
	ERR_clear_error();
	return err;
}

/* One file, read whole now: a folder of hashes would be read at use. */
static enum as_err
store_add_system(X509_STORE *store, struct as_why *why)
{
	const char *files[] = {getenv(X509_get_default_cert_file_env()),
	    X509_get_default_cert_file(), "/etc/ssl/certs/ca-certificates.crt",
	    "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		int ok = files[i] != NULL &&
		    X509_STORE_load_file(store, files[i]) == 1;

		ERR_clear_error();
		if (ok)
			return AS_OK;
	}
	return as_why_set(why, AS_EABSENT, AS_WHY_NOWHERE,
	    "no trust store of the system was found");
}

/* --- the library --- */

static void *
ssl_malloc(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return as_alloc_or_end(n);
}

static void *
ssl_realloc(void *p, size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return as_realloc_or_end(p, n);
}

static void
ssl_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

/* Out of memory OpenSSL says that a server's key has no parameters, or that its
 * certificate matches nothing: a prober that ends is better. */
void
as_tls_prepare(void)
{
	(void)CRYPTO_set_mem_functions(ssl_malloc, ssl_realloc, ssl_free);
	(void)signal(SIGPIPE, SIG_IGN);
}

/* --- the context --- */

/* Takes the place of the check inside the handshake, which would cost its time
 * twice and judge by today's date. */
static int
judge_later(X509_STORE_CTX *x, void *ctx)
{
	(void)ctx;
	X509_STORE_CTX_set_error(x, X509_V_OK);
	return 1;
}

static bool
context_init(SSL_CTX *ctx)
{
	SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, judge_later, NULL);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_max_cert_list(ctx, AS_MAX_CHAIN_OCTETS);
	/* Servers without RFC 5746 are looked at, too. */
	SSL_CTX_set_options(ctx, SSL_OP_LEGACY_SERVER_CONNECT);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	return SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION) == 1 &&
	    SSL_CTX_set_cipher_list(ctx, SUITES) == 1 &&
	    SSL_CTX_set_ciphersuites(ctx, SUITES_13) == 1 &&
	    SSL_CTX_enable_ct(ctx, SSL_CT_VALIDATION_PERMISSIVE) == 1 &&
	    SSL_CTX_dane_enable(ctx) == 1;
}

enum as_err
as_tls_new(struct as_str ca_pem, struct as_tls **out, struct as_why *why)
{
	struct as_tls *tls = calloc(1, sizeof(*tls));
	enum as_err err = AS_ENOMEM;

	if (tls == NULL)
		return AS_ENOMEM;
	as_tls_prepare();
	tls->ctx = SSL_CTX_new(TLS_client_method());
	tls->store = X509_STORE_new();
	if (tls->ctx != NULL && tls->store != NULL && context_init(tls->ctx))
		err = as_str_is_null(ca_pem)
		    ? store_add_system(tls->store, why)
		    : store_add_pem(tls->store, ca_pem, why);
	if (err == AS_OK)
		*out = tls;
	else
		as_tls_free(tls);
	ERR_clear_error();
	return err;
}

void
as_tls_free(struct as_tls *tls)
{
	if (tls == NULL)
		return;
	SSL_CTX_free(tls->ctx);
	X509_STORE_free(tls->store);
	free(tls);
}

X509_STORE *
as_tls_store(struct as_tls *tls)
{
	return tls->store;
}

SSL *
as_tls_session(struct as_tls *tls, struct as_str host, enum as_tls_kind kind)
{
	SSL *ssl = SSL_new(tls->ctx);
	struct as_tls_host h;
	struct as_ip ip;

	if (ssl == NULL)
		return NULL;
	SSL_set_connect_state(ssl);
	if (!as_tls_ask_kind(ssl, kind) ||
	    SSL_set_tlsext_status_type(ssl, TLSEXT_STATUSTYPE_ocsp) != 1) {
		SSL_free(ssl);
		return NULL;
	}
	as_tls_host_init(&h, host);
	/* RFC 6066 3: no addresses. */
	if (h.n > 0 && as_ip_parse(as_str_from(h.text), &ip) != AS_OK &&
	    SSL_set_tlsext_host_name(ssl, h.text) != 1) {
		SSL_free(ssl);
		return NULL;
	}
	return ssl;
}

/* --- what was agreed --- */

/* OpenSSL's names of groups where the IANA registry has others. */
static const struct {
	const char *openssl, *iana;
} group_names[] = {
    {"prime256v1", "secp256r1"},
    {"P-256", "secp256r1"},
    {"P-384", "secp384r1"},
    {"P-521", "secp521r1"},
    {"X25519", "x25519"},
    {"X448", "x448"},
};

static enum as_err
group_text(struct as_arena *a, const char *name, struct as_str *out)
{
	struct as_str s = as_str_from(name);

	for (size_t i = 0; i < sizeof(group_names) / sizeof(group_names[0]);
	     i++)
		if (as_str_is(s, group_names[i].openssl))
			s = as_str_from(group_names[i].iana);
	*out = as_str_dup(a, s);
	return as_str_is_null(*out) ? AS_ENOMEM : AS_OK;
}

/* TLS 1.2 and older: the key that the server sent for the exchange. */
static enum as_err
temporary_group(struct as_arena *a, SSL *ssl, struct as_str *out)
{
	char name[64] = "";
	EVP_PKEY *key = NULL;
	size_t n = 0;
	enum as_err err;

	*out = AS_STR("");
	if (SSL_get_peer_tmp_key(ssl, &key) != 1 || key == NULL)
		return AS_OK;
	if (EVP_PKEY_get_group_name(key, name, sizeof(name), &n) == 1) {
		err = group_text(a, name, out);
	} else if (EVP_PKEY_get_base_id(key) == EVP_PKEY_DH) {
		*out = as_str_printf(a, "dh-%d", EVP_PKEY_get_bits(key));
		err = as_str_is_null(*out) ? AS_ENOMEM : AS_OK;
	} else {
		err = group_text(a, EVP_PKEY_get0_type_name(key), out);
	}
	EVP_PKEY_free(key);
	return err;
}

static enum as_err
copy_group(struct as_arena *a, SSL *ssl, struct as_str *out)
{
	const char *name = NULL;

	if (SSL_version(ssl) >= TLS1_3_VERSION)
		name =
		    SSL_group_to_name(ssl, (int)SSL_get_negotiated_group(ssl));
	return name != NULL ? group_text(a, name, out)
			    : temporary_group(a, ssl, out);
}

static bool
is_ephemeral(const SSL_CIPHER *c)
{
	int kx = c != NULL ? SSL_CIPHER_get_kx_nid(c) : NID_undef;

	return kx == NID_kx_any || kx == NID_kx_ecdhe || kx == NID_kx_dhe ||
	    kx == NID_kx_ecdhe_psk || kx == NID_kx_dhe_psk;
}

static enum as_err
copy_session(struct as_arena *a, SSL *ssl, struct as_tls_view *out)
{
	const SSL_CIPHER *c = SSL_get_current_cipher(ssl);
	const char *name = c != NULL ? SSL_CIPHER_standard_name(c) : "";

	if (name == NULL)
		name = SSL_CIPHER_get_name(c);
	out->version = as_str_dup(a, as_str_from(SSL_get_version(ssl)));
	out->cipher = as_str_dup(a, as_str_from(name));
	if (as_str_is_null(out->version) || as_str_is_null(out->cipher))
		return AS_ENOMEM;
	out->forward_secrecy = is_ephemeral(c);
	return copy_group(a, ssl, &out->group);
}

/* --- the chain --- */

/* The first certificates of the chain, as many as are looked at.  The stack
 * borrows them from `ssl`: sk_X509_free. */
static STACK_OF(X509) *
first_certs(SSL *ssl)
{
	STACK_OF(X509) *all = SSL_get_peer_cert_chain(ssl);
	STACK_OF(X509) *some = sk_X509_new_null();
	int n = all != NULL ? sk_X509_num(all) : 0;

	for (int i = 0; some != NULL && i < n && i < AS_MAX_CHAIN_CERTS; i++)
		if (sk_X509_push(some, sk_X509_value(all, i)) <= 0) {
			sk_X509_free(some);
			return NULL;
		}
	return some;
}

static enum as_err
judge(struct as_arena *a, struct as_str host, const struct as_tls_dane_ask *ask,
    struct as_tls_view *out)
{
	struct as_tls_host h;
	int code;

	if (sk_X509_num(ask->sent) == 0)
		return AS_OK;
	as_tls_host_init(&h, host);
	code = as_tls_path(ask->store, ask->sent);
	if (code == X509_V_ERR_OUT_OF_MEM)
		return AS_ENOMEM;
	out->trusted = code == X509_V_OK;
	out->verify_code = (uint32_t)code;
	out->verify_text =
	    as_str_dup(a, as_str_from(X509_verify_cert_error_string(code)));
	if (as_str_is_null(out->verify_text))
		return AS_ENOMEM;
	out->name_matches =
	    as_tls_host_matches(sk_X509_value(ask->sent, 0), &h);
	return as_tls_dane_check(ask, out);
}

/* RFC 6962 3.3.1; those of the leaf and of the staple are counted there. */
static uint32_t
count_scts(SSL *ssl)
{
	const STACK_OF(SCT) *all = SSL_get0_peer_scts(ssl);
	uint32_t n = 0;

	for (int i = 0; all != NULL && i < sk_SCT_num(all); i++)
		if (SCT_get_source(sk_SCT_value(all, i)) ==
		    SCT_SOURCE_TLS_EXTENSION)
			n++;
	return n;
}

static struct as_str
staple_of(SSL *ssl)
{
	const unsigned char *p = NULL;
	long n = SSL_get_tlsext_status_ocsp_resp(ssl, &p);

	return p != NULL && n > 0 ? (struct as_str){(const char *)p, (size_t)n}
				  : AS_STR("");
}

/* DANE-6: the name that was sent as SNI. */
static void
base_init(struct as_tls_host *h, const SSL *ssl, struct as_str host)
{
	const char *sni = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

	as_tls_host_init(h, sni != NULL ? as_str_from(sni) : host);
}

enum as_err
as_tls_look(struct as_tls *tls, struct as_arena *a, SSL *ssl,
    struct as_str host, const struct as_tls_tlsa *tlsa, size_t n_tlsa,
    int64_t now_ms, struct as_tls_view *out)
{
	struct as_tls_dane_ask ask = {.ctx = tls->ctx,
	    .store = tls->store,
	    .tlsa = tlsa,
	    .n_tlsa = n_tlsa,
	    .now_ms = now_ms};
	enum as_err err;

	*out = (struct as_tls_view){0};
	AS_TRY(copy_session(a, ssl, out));
	AS_TRY(as_tls_chain(a, SSL_get_peer_cert_chain(ssl), &out->chain,
	    &out->n_chain, &out->chain_cut));
	ask.sent = first_certs(ssl);
	if (ask.sent == NULL)
		return AS_ENOMEM;
	base_init(&ask.base, ssl, host);
	err = judge(a, host, &ask, out);
	as_tls_staple_read(staple_of(ssl), ask.sent, out);
	out->scts_handshake = count_scts(ssl);
	sk_X509_free(ask.sent);
	ERR_clear_error();
	return err;
}

/* --- a flight in the clear --- */

/* As many certificates as can be read and are looked at; NULL: no memory. */
static STACK_OF(X509) *
flight_certs(const struct as_tls_flight *f, bool *cut)
{
	STACK_OF(X509) *sent = sk_X509_new_null();

	*cut = f->n_der > AS_MAX_CHAIN_CERTS;
	for (size_t i = 0;
	     sent != NULL && i < f->n_der && i < AS_MAX_CHAIN_CERTS; i++) {
		const unsigned char *p = (const unsigned char *)f->der[i].p;
		X509 *x = d2i_X509(NULL, &p, (long)f->der[i].n);

		*cut = *cut || x == NULL;
		if (x == NULL)
			break;
		if (sk_X509_push(sent, x) <= 0) {
			X509_free(x);
			sk_X509_pop_free(sent, X509_free);
			return NULL;
		}
	}
	return sent;
}

enum as_err
as_tls_look_flight(struct as_tls *tls, struct as_arena *a,
    const struct as_tls_flight *f, struct as_tls_view *out)
{
	struct as_tls_dane_ask ask = {.ctx = tls->ctx,
	    .store = tls->store,
	    .tlsa = f->tlsa,
	    .n_tlsa = f->n_tlsa,
	    .now_ms = f->now_ms};
	enum as_err err;
	bool cut;

	*out = (struct as_tls_view){.version = AS_STR(""),
	    .cipher = AS_STR(""),
	    .group = AS_STR(""),
	    .verify_text = AS_STR("")};
	ask.sent = flight_certs(f, &cut);
	if (ask.sent == NULL)
		return AS_ENOMEM;
	err = as_tls_chain(
	    a, ask.sent, &out->chain, &out->n_chain, &out->chain_cut);
	out->chain_cut = out->chain_cut || cut;
	as_tls_host_init(&ask.base, f->base.n > 0 ? f->base : f->host);
	if (err == AS_OK)
		err = judge(a, f->host, &ask, out);
	as_tls_staple_read(f->ocsp, ask.sent, out);
	sk_X509_pop_free(ask.sent, X509_free);
	ERR_clear_error();
	return err;
}
