/* net/tls: stapled responses and chains outside a session, against certificates
 * made here. */
#include <openssl/ct.h>
#include <openssl/ocsp.h>

#include "base/clock.h"
#include "base/limits.h"
#include "harness.h"
#include "net/tls_private.h"
#include "peer/pki.h"

#include "base/banned.h"

#define HOST "mx.example"
#define DAY  86400L

struct world {
	struct as_arena *a;
	struct pki pki;
	struct as_tls *tls;
	X509 *leaf, *other, *helper, *stranger;
	EVP_PKEY *helper_key;
	STACK_OF(X509) *sent; /* leaf, intermediate */
	int64_t now_ms;
};

/* --- responses --- */

enum by { BY_ISSUER, BY_HELPER, BY_STRANGER };

struct staple_case {
	const char *name;
	int status;
	enum by by;
	long from, until; /* days; until 0: not said */
	bool of_other;    /* about another certificate */
	bool sha256;      /* digest of the identifier */
	unsigned scts;
	enum as_tls_staple want;
};

/* One SCT of RFC 6962 3.2; nobody checks its signature here. */
static SCT *
sct_make(void)
{
	static unsigned char id[32] = {1}, signature[4] = {2};
	SCT *sct = pki_need(SCT_new(), "SCT");

	if (SCT_set_version(sct, SCT_VERSION_V1) != 1 ||
	    SCT_set1_log_id(sct, id, sizeof(id)) != 1 ||
	    SCT_set_signature_nid(sct, NID_ecdsa_with_SHA256) != 1 ||
	    SCT_set1_signature(sct, signature, sizeof(signature)) != 1)
		pki_need(NULL, "SCT");
	SCT_set_timestamp(sct, 1);
	return sct;
}

static STACK_OF(SCT) *
scts_make(unsigned n)
{
	STACK_OF(SCT) *all = pki_need(sk_SCT_new_null(), "SCTs");

	while (n-- > 0)
		sk_SCT_push(all, sct_make());
	return all;
}

static void
signer_of(const struct world *w, enum by by, X509 **cert, EVP_PKEY **key)
{
	*cert = by == BY_ISSUER ? w->pki.mid
	    : by == BY_HELPER   ? w->helper
				: w->stranger;
	*key = by == BY_ISSUER ? w->pki.mid_key : w->helper_key;
}

static struct as_str
der_of(struct world *w, OCSP_RESPONSE *response)
{
	unsigned char *p = NULL;
	int n = i2d_OCSP_RESPONSE(response, &p);
	struct as_str out;

	if (n <= 0)
		pki_need(NULL, "response");
	out = as_str_dup(w->a, (struct as_str){(char *)p, (size_t)n});
	OPENSSL_free(p);
	return out;
}

static struct as_str
response_make(struct world *w, const struct staple_case *c)
{
	OCSP_BASICRESP *basic = pki_need(OCSP_BASICRESP_new(), "response");
	OCSP_CERTID *id = OCSP_cert_to_id(c->sha256 ? EVP_sha256() : EVP_sha1(),
	    c->of_other ? w->other : w->leaf, w->pki.mid);
	ASN1_TIME *from = X509_gmtime_adj(NULL, c->from * DAY);
	ASN1_TIME *until =
	    c->until != 0 ? X509_gmtime_adj(NULL, c->until * DAY) : NULL;
	ASN1_TIME *when = X509_gmtime_adj(NULL, -DAY);
	STACK_OF(SCT) *scts = scts_make(c->scts);
	OCSP_SINGLERESP *single = OCSP_basic_add1_status(basic, id, c->status,
	    OCSP_REVOKED_STATUS_KEYCOMPROMISE, when, from, until);
	OCSP_RESPONSE *response;
	struct as_str out;
	EVP_PKEY *key;
	X509 *cert;

	signer_of(w, c->by, &cert, &key);
	if (single == NULL ||
	    (c->scts > 0 &&
		OCSP_SINGLERESP_add1_ext_i2d(
		    single, NID_ct_cert_scts, scts, 0, 0) != 1) ||
	    OCSP_basic_sign(basic, cert, key, EVP_sha256(), NULL, 0) != 1)
		pki_need(NULL, "response");
	response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
	out = der_of(w, pki_need(response, "response"));
	OCSP_RESPONSE_free(response);
	OCSP_BASICRESP_free(basic);
	OCSP_CERTID_free(id);
	ASN1_TIME_free(from);
	ASN1_TIME_free(until);
	ASN1_TIME_free(when);
	SCT_LIST_free(scts);
	return out;
}

static const struct staple_case cases[] = {
    {"good", V_OCSP_CERTSTATUS_GOOD, BY_ISSUER, -1, 6, false, false, 0,
	AS_TLS_STAPLE_GOOD},
    {"good, identified by SHA-256", V_OCSP_CERTSTATUS_GOOD, BY_ISSUER, -1, 6,
	false, true, 0, AS_TLS_STAPLE_GOOD},
    {"good, signed by one whom the issuer named", V_OCSP_CERTSTATUS_GOOD,
	BY_HELPER, -1, 6, false, false, 0, AS_TLS_STAPLE_GOOD},
    {"good, with two timestamps", V_OCSP_CERTSTATUS_GOOD, BY_ISSUER, -1, 6,
	false, false, 2, AS_TLS_STAPLE_GOOD},
    {"good, and no end", V_OCSP_CERTSTATUS_GOOD, BY_ISSUER, -1, 0, false, false,
	0, AS_TLS_STAPLE_GOOD},
    {"stale: dates are for the judge", V_OCSP_CERTSTATUS_GOOD, BY_ISSUER, -30,
	-23, false, false, 0, AS_TLS_STAPLE_GOOD},
    {"revoked", V_OCSP_CERTSTATUS_REVOKED, BY_ISSUER, -1, 6, false, false, 0,
	AS_TLS_STAPLE_REVOKED},
    {"unknown to the authority", V_OCSP_CERTSTATUS_UNKNOWN, BY_ISSUER, -1, 6,
	false, false, 0, AS_TLS_STAPLE_UNKNOWN},
    {"signed by a stranger", V_OCSP_CERTSTATUS_GOOD, BY_STRANGER, -1, 6, false,
	false, 0, AS_TLS_STAPLE_FORGED},
    {"a revocation signed by a stranger", V_OCSP_CERTSTATUS_REVOKED,
	BY_STRANGER, -1, 6, false, false, 0, AS_TLS_STAPLE_FORGED},
    {"about another certificate", V_OCSP_CERTSTATUS_GOOD, BY_ISSUER, -1, 6,
	true, false, 0, AS_TLS_STAPLE_MALFORMED},
};

static void
test_verdicts(struct world *w)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct staple_case *c = &cases[i];
		struct as_tls_view v = {0};
		int64_t off;

		t_case("staple: %s", c->name);
		as_tls_staple_read(response_make(w, c), w->sent, &v);
		T_INT(v.staple, c->want);
		T_INT(v.scts_staple, c->scts);
		if (c->of_other || !T_OK(v.staple_from != 0))
			continue;
		T_INT(v.staple_until != 0, c->until != 0);
		off = v.staple_until - w->now_ms - c->until * DAY * 1000;
		T_OK(c->until == 0 || (off > -60000 && off < 60000));
	}
}

static void
test_unusable(struct world *w)
{
	struct as_str good = response_make(w, &cases[0]);
	char *big = as_arena_alloc(w->a, AS_MAX_STAPLE_OCTETS + 1);
	OCSP_RESPONSE *later =
	    OCSP_response_create(OCSP_RESPONSE_STATUS_TRYLATER, NULL);
	STACK_OF(X509) *alone = sk_X509_new_null();
	struct as_tls_view v = {0};

	sk_X509_push(alone, w->leaf);
	t_case("staple: none");
	as_tls_staple_read(AS_STR(""), w->sent, &v);
	T_INT(v.staple, AS_TLS_STAPLE_NONE);
	t_case("staple: the issuer was not sent");
	as_tls_staple_read(good, alone, &v);
	T_INT(v.staple, AS_TLS_STAPLE_UNCHECKED);
	t_case("staple: no DER");
	as_tls_staple_read(AS_STR("no"), w->sent, &v);
	T_INT(v.staple, AS_TLS_STAPLE_MALFORMED);
	t_case("staple: the responder asks to come back later");
	as_tls_staple_read(der_of(w, later), w->sent, &v);
	T_INT(v.staple, AS_TLS_STAPLE_MALFORMED);
	t_case("staple: more than the cap");
	memset(big, 0x30, AS_MAX_STAPLE_OCTETS + 1);
	memcpy(big, good.p, good.n);
	as_tls_staple_read(
	    (struct as_str){big, AS_MAX_STAPLE_OCTETS + 1}, w->sent, &v);
	T_INT(v.staple, AS_TLS_STAPLE_MALFORMED);
	t_case("staple: cut at every octet it is never good");
	for (size_t n = 1; n < good.n; n++) {
		as_tls_staple_read((struct as_str){good.p, n}, w->sent, &v);
		if (!T_INT(v.staple, AS_TLS_STAPLE_MALFORMED))
			break;
	}
	sk_X509_free(alone);
	OCSP_RESPONSE_free(later);
}

/* --- a flight in the clear --- */

static struct as_str
cert_der(struct world *w, X509 *x)
{
	unsigned char *p = NULL;
	int n = i2d_X509(x, &p);
	struct as_str out =
	    as_str_dup(w->a, (struct as_str){(char *)p, (size_t)n});

	OPENSSL_free(p);
	return out;
}

static void
test_flight(struct world *w)
{
	struct as_str der[3] = {cert_der(w, w->leaf), cert_der(w, w->pki.mid),
	    AS_STR("no certificate")};
	struct as_tls_flight f = {.host = AS_STR(HOST),
	    .der = der,
	    .n_der = 2,
	    .ocsp = response_make(w, &cases[6]),
	    .now_ms = w->now_ms};
	uint8_t digest[32];
	struct as_tls_tlsa tlsa = {3, 0, 1, {(char *)digest, sizeof(digest)}};
	struct as_tls_view v;

	X509_digest(w->leaf, EVP_sha256(), digest, NULL);
	t_case("flight: trusted, named, revoked");
	T_INT(as_tls_look_flight(w->tls, w->a, &f, &v), AS_OK);
	T_OK(v.trusted && v.name_matches && !v.chain_cut);
	T_INT(v.n_chain, 2);
	T_INT(v.staple, AS_TLS_STAPLE_REVOKED);
	T_INT(v.dane, AS_TLS_DANE_NOT_CHECKED);
	T_STR(v.version, "");
	t_case("flight: a TLSA record stands for it");
	f.tlsa = &tlsa;
	f.n_tlsa = 1;
	T_INT(as_tls_look_flight(w->tls, w->a, &f, &v), AS_OK);
	T_INT(v.dane, AS_TLS_DANE_MATCH);
	t_case("flight: and another does not");
	digest[0] ^= 1;
	T_INT(as_tls_look_flight(w->tls, w->a, &f, &v), AS_OK);
	T_INT(v.dane, AS_TLS_DANE_MISMATCH);
	t_case("flight: another name");
	f.host = AS_STR("other.example");
	T_INT(as_tls_look_flight(w->tls, w->a, &f, &v), AS_OK);
	T_OK(v.trusted && !v.name_matches);
	t_case("flight: a certificate that cannot be read ends the chain");
	f.n_der = 3;
	T_INT(as_tls_look_flight(w->tls, w->a, &f, &v), AS_OK);
	T_OK(v.chain_cut);
	T_INT(v.n_chain, 2);
	t_case("flight: no certificate");
	f.n_der = 0;
	T_INT(as_tls_look_flight(w->tls, w->a, &f, &v), AS_OK);
	T_INT(v.n_chain, 0);
	T_INT(v.staple, AS_TLS_STAPLE_NONE);
	T_OK(!v.trusted && !v.name_matches);
}

/* --- timestamps in the certificate --- */

static void
test_embedded(struct world *w)
{
	STACK_OF(SCT) *scts = scts_make(3);
	X509 *x = X509_dup(w->leaf);
	STACK_OF(X509) *sent = sk_X509_new_null();
	struct as_tls_cert *certs;
	size_t n;
	bool cut;

	t_case("timestamps in the certificate");
	if (X509_add1_ext_i2d(x, NID_ct_precert_scts, scts, 0, 0) != 1 ||
	    X509_sign(x, w->pki.mid_key, EVP_sha256()) <= 0)
		pki_need(NULL, "SCTs");
	sk_X509_push(sent, x);
	T_INT(as_tls_chain(w->a, sent, &certs, &n, &cut), AS_OK);
	if (T_INT(n, 1))
		T_INT(certs[0].scts, 3);
	sk_X509_pop_free(sent, X509_free);
	SCT_LIST_free(scts);
}

static void
world_init(struct world *w)
{
	struct as_clock clock = as_clock_system();
	struct pki *p = &w->pki;

	w->a = as_arena_new((size_t)16 << 20);
	w->now_ms = clock.wall_ms(clock.ctx);
	pki_init(p);
	w->leaf = pki_leaf(p, (struct pki_spec){.san = "DNS:" HOST});
	w->other = pki_leaf(p, (struct pki_spec){.san = "DNS:" HOST});
	w->helper_key = pki_ec("P-256");
	w->helper = pki_leaf(
	    p, (struct pki_spec){.cn = "Responder", .key = w->helper_key});
	pki_extend(w->helper, p->mid, NID_ext_key_usage, "OCSPSigning");
	if (X509_sign(w->helper, p->mid_key, EVP_sha256()) <= 0)
		pki_need(NULL, "responder");
	w->stranger = pki_cert(
	    &(struct pki_spec){.cn = "Stranger", .key = w->helper_key});
	w->sent = sk_X509_new_null();
	sk_X509_push(w->sent, w->leaf);
	sk_X509_push(w->sent, p->mid);
	if (as_tls_new(pki_pem(w->a, p->root), &w->tls, NULL) != AS_OK)
		pki_need(NULL, "as_tls_new");
}

static void
world_fini(struct world *w)
{
	as_tls_free(w->tls);
	sk_X509_free(w->sent);
	X509_free(w->leaf);
	X509_free(w->other);
	X509_free(w->helper);
	X509_free(w->stranger);
	EVP_PKEY_free(w->helper_key);
	pki_fini(&w->pki);
	as_arena_free(w->a);
}

int
main(void)
{
	struct world w = {0};

	world_init(&w);
	test_verdicts(&w);
	test_unusable(&w);
	test_flight(&w);
	test_embedded(&w);
	world_fini(&w);
	return t_done();
}
