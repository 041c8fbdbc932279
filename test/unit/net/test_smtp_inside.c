/* net/smtp: what is said inside TLS, which certificate is asked for, and what is
 * stapled to it. */
#include <openssl/ocsp.h>

#include "base/limits.h"
#include "harness.h"
#include "net/smtp.h"
#include "peer/pki.h"
#include "peer/script.h"

#include "base/banned.h"

#define HOST "mx.example"

struct world {
	struct as_arena *a;
	struct pki pki;
	struct as_tls *tls;
	struct as_loop *loop;
	SSL_CTX *both; /* an RSA and an ECDSA certificate */
	X509 *rsa, *ec;
	EVP_PKEY *ec_key;
	const struct as_smtp_view *view;
};

static void
on_view(void *ctx, const struct as_smtp_view *view)
{
	struct world *w = ctx;

	w->view = view;
}

static struct as_smtp_target
target(void)
{
	return (struct as_smtp_target){.ip = {4, {127, 0, 0, 1}},
	    .host = AS_STR(HOST),
	    .ehlo_name = "probe.example",
	    .clock = as_clock_system()};
}

/* One visit; the script must have gone as written. */
static bool
visit(struct world *w, const struct script_step *steps,
    const struct as_smtp_target *how)
{
	struct as_smtp_target t = *how;
	struct script_peer peer;

	script_peer_start(&peer, steps, w->both);
	t.port = peer.port;
	w->view = NULL;
	T_OK(as_smtp_start(w->loop, w->tls, w->a, &t, on_view, w) != NULL);
	as_loop_run(w->loop);
	T_INT(script_peer_stop(&peer), 0);
	return T_OK(w->view != NULL);
}

static bool
shaken(struct world *w, const struct script_step *steps,
    const struct as_smtp_target *how)
{
	return visit(w, steps, how) &&
	    T_OK(w->view->handshake == AS_VISIT_SHAKE_OK);
}

// clang-format off
#define S(text) {SCRIPT_SEND, text, 0}
#define E(text) {SCRIPT_EXPECT, text, 0}
#define HANG    {SCRIPT_HANG, NULL, 0}
#define TLS     {SCRIPT_TLS, NULL, 0}
#define NOTIFY  {SCRIPT_NOTIFY, NULL, 0}
#define FLOOD(text) {SCRIPT_FLOOD, text, 0}
// clang-format on
#define EHLO  E("EHLO probe.example\r\n")
#define QUIT  E("QUIT\r\n")
#define OFFER S("250-mx.example\r\n250 STARTTLS\r\n")
#define UP    S("220 mx.example\r\n"), EHLO, OFFER, E("STARTTLS\r\n")
#define PLAIN S("220 mx\r\n"), EHLO, S("250 mx\r\n"), E("STARTTLS\r\n")
#define GO    S("220 go\r\n"), TLS

struct row {
	const char *name;
	struct script_step steps[SCRIPT_MAX_STEPS];
	enum as_visit_inside inside;
	uint32_t code;
	size_t n_ehlo;
	const char *detail;
};

static const struct row rows[] = {
    {"EHLO is answered",
	{UP, GO, EHLO, S("250-mx\r\n250 REQUIRETLS\r\n"), QUIT},
	AS_VISIT_INSIDE_ANSWERED, 250, 2, NULL},
    {"in pieces", {UP, GO, EHLO, S("250-m"), S("x\r\n25"), S("0 A\r\n"), QUIT},
	AS_VISIT_INSIDE_ANSWERED, 250, 2, NULL},
    {"EHLO is refused", {UP, GO, EHLO, S("502 no\r\n"), QUIT},
	AS_VISIT_INSIDE_ANSWERED, 502, 0, NULL},
    {"silence", {UP, GO, EHLO, HANG}, AS_VISIT_INSIDE_TIMEOUT, 0, 0,
	"EHLO inside TLS: no answer in 400 ms"},
    {"closed", {UP, GO, EHLO}, AS_VISIT_INSIDE_CLOSED, 0, 0,
	"EHLO inside TLS: closed by the server"},
    {"close_notify", {UP, GO, EHLO, NOTIFY}, AS_VISIT_INSIDE_CLOSED, 0, 0,
	"EHLO inside TLS: closed by close_notify"},
    {"nonsense", {UP, GO, EHLO, S("what?\r\n"), HANG},
	AS_VISIT_INSIDE_MALFORMED, 0, 0, NULL},
    {"an answer without end", {UP, GO, EHLO, FLOOD("250-A\r\n")},
	AS_VISIT_INSIDE_MALFORMED, 0, 0, NULL},
};

/* TLS-1 */
static void
test_inside(struct world *w)
{
	struct as_smtp_target t = target();

	t.deadlines.reply_ms = 400;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];

		t_case("inside TLS: %s", r->name);
		if (!shaken(w, r->steps, &t))
			continue;
		T_INT(w->view->inside, r->inside);
		T_INT(w->view->inside_code, r->code);
		T_INT(w->view->n_inside_ehlo, r->n_ehlo);
		T_OK(!w->view->obeyed);
		if (r->detail != NULL)
			T_STR(w->view->inside_detail, r->detail);
		else
			T_INT(w->view->inside_detail.n > 0,
			    r->inside != AS_VISIT_INSIDE_ANSWERED);
	}
}

/* RFC 3207 6: TLS-1 */
static void
test_inject(struct world *w)
{
	static const struct script_step obeys[SCRIPT_MAX_STEPS] = {UP, EHLO, GO,
	    S("250-mx.example\r\n250 SIZE 9\r\n"), EHLO, S("250 mx\r\n"), QUIT};
	static const struct script_step forgets[SCRIPT_MAX_STEPS] = {
	    UP, EHLO, GO, EHLO, S("250 mx\r\n"), QUIT};
	static const struct script_step greets[SCRIPT_MAX_STEPS] = {
	    UP, EHLO, GO, S("220 mx.example\r\n"), EHLO, S("250 mx\r\n"), QUIT};
	static const struct script_step in_clear[SCRIPT_MAX_STEPS] = {
	    UP, EHLO, S("220 go\r\n250 mx\r\n"), HANG};
	struct as_smtp_target t = target();
	struct script_peer peer;

	t.inject = true;
	t.deadlines.quit_ms = 1000;
	t_case("a command said in the clear is answered inside TLS");
	if (shaken(w, obeys, &t)) {
		T_OK(w->view->obeyed);
		T_INT(w->view->inside, AS_VISIT_INSIDE_ANSWERED);
		T_INT(w->view->n_inside_ehlo, 1);
	}
	t.deadlines.quit_ms = 50;
	t_case("a command said in the clear is forgotten");
	if (shaken(w, forgets, &t)) {
		T_OK(!w->view->obeyed);
		T_INT(w->view->inside, AS_VISIT_INSIDE_ANSWERED);
	}
	t.deadlines.quit_ms = 1000;
	t_case("a greeting inside TLS answers no command");
	if (shaken(w, greets, &t)) {
		T_OK(!w->view->obeyed);
		T_INT(w->view->inside, AS_VISIT_INSIDE_ANSWERED);
	}
	t_case("a command said in the clear is answered in the clear");
	script_peer_start(&peer, in_clear, w->both);
	t.port = peer.port;
	T_OK(as_smtp_start(w->loop, w->tls, w->a, &t, on_view, w) != NULL);
	as_loop_run(w->loop);
	T_INT(script_peer_stop(&peer), 0);
	T_OK(w->view != NULL && w->view->injected > 0 && !w->view->obeyed);
}

/* TLS-1: an offer that was taken away on the way. */
static void
test_insist(struct world *w)
{
	static const struct {
		const char *name;
		struct script_step steps[SCRIPT_MAX_STEPS];
		uint32_t code;
	} tries[] = {
	    {"refused", {PLAIN, S("502 no\r\n"), QUIT}, 502},
	    {"accepted: nothing is sent", {PLAIN, S("220 go\r\n")}, 220},
	    {"421", {PLAIN, S("421 bye\r\n")}, 421},
	    {"closed", {PLAIN}, 0},
	    {"silence", {PLAIN, HANG}, 0},
	    {"nonsense", {PLAIN, S("what?\r\n"), HANG}, 0},
	};
	struct as_smtp_target t = target();

	t.insist = true;
	t.deadlines.reply_ms = 200;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		t_case("STARTTLS without an offer: %s", tries[i].name);
		if (!visit(w, tries[i].steps, &t))
			continue;
		T_INT(w->view->end, AS_VISIT_OK);
		T_INT(w->view->starttls, AS_VISIT_TLS_NOT_OFFERED);
		T_INT(w->view->handshake, AS_VISIT_SHAKE_NOT_TRIED);
		T_INT(w->view->unoffered_code, tries[i].code);
	}
	t_case("STARTTLS with an offer goes its usual way");
	if (shaken(w, rows[0].steps, &t))
		T_INT(w->view->unoffered_code, 0);
}

/* DANE-4: both certificates of a server. */
static void
test_kinds(struct world *w)
{
	static const struct script_step steps[SCRIPT_MAX_STEPS] = {
	    UP, GO, EHLO, S("250 mx\r\n"), QUIT};
	static const struct {
		enum as_tls_kind kind;
		const char *key;
	} all[] = {{AS_TLS_RSA, "RSA"}, {AS_TLS_ECDSA, "EC"}};
	static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
	struct as_smtp_target t = target();

	for (size_t i = 0; i < 4; i++) {
		t_case("ask for a certificate of kind %s, version %zu",
		    all[i % 2].key, i / 2);
		SSL_CTX_set_max_proto_version(w->both, versions[i / 2]);
		t.kind = all[i % 2].kind;
		if (shaken(w, steps, &t) && T_INT(w->view->tls.n_chain, 1))
			T_STR(w->view->tls.chain[0].key_type, all[i % 2].key);
	}
}

/* --- the stapled response --- */

struct staple {
	unsigned char *p;
	int n;
};

static int
on_status(SSL *ssl, void *arg)
{
	const struct staple *st = arg;

	if (st->n == 0)
		return SSL_TLSEXT_ERR_NOACK;
	SSL_set_tlsext_status_ocsp_resp(
	    ssl, OPENSSL_memdup(st->p, (size_t)st->n), st->n);
	return SSL_TLSEXT_ERR_OK;
}

static const struct staple_row {
	const char *name;
	int status;
	enum { BY_ISSUER, BY_ANOTHER, BY_LEAF } by;
	bool other, broken, later;
	enum as_tls_staple want;
} staples[] = {
    {"good", V_OCSP_CERTSTATUS_GOOD, .want = AS_TLS_STAPLE_GOOD},
    {"revoked", V_OCSP_CERTSTATUS_REVOKED, .want = AS_TLS_STAPLE_REVOKED},
    {"not known", V_OCSP_CERTSTATUS_UNKNOWN, .want = AS_TLS_STAPLE_UNKNOWN},
    {"signed by a stranger", V_OCSP_CERTSTATUS_GOOD, .by = BY_ANOTHER,
	.want = AS_TLS_STAPLE_FORGED},
    {"signed with the key of the server", V_OCSP_CERTSTATUS_GOOD, .by = BY_LEAF,
	.want = AS_TLS_STAPLE_FORGED},
    {"for another certificate", V_OCSP_CERTSTATUS_GOOD, .other = true,
	.want = AS_TLS_STAPLE_MALFORMED},
    {"cut", V_OCSP_CERTSTATUS_GOOD, .broken = true,
	.want = AS_TLS_STAPLE_MALFORMED},
    {"try later", V_OCSP_CERTSTATUS_GOOD, .later = true,
	.want = AS_TLS_STAPLE_MALFORMED},
};

static void
staple_make(struct world *w, const struct staple_row *r, struct staple *st)
{
	X509 *signers[] = {w->pki.root, w->pki.mid, w->ec};
	EVP_PKEY *keys[] = {w->pki.root_key, w->pki.mid_key, w->ec_key};
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_RESPONSE *response;
	OCSP_CERTID *id =
	    OCSP_cert_to_id(EVP_sha1(), r->other ? w->rsa : w->ec, w->pki.root);
	ASN1_TIME *now = X509_gmtime_adj(NULL, 0);
	ASN1_TIME *next = ASN1_TIME_set(NULL, 2000000000);

	(void)OCSP_basic_add1_status(basic, id, r->status,
	    OCSP_REVOKED_STATUS_KEYCOMPROMISE, now, now, next);
	if (OCSP_basic_sign(
		basic, signers[r->by], keys[r->by], EVP_sha256(), NULL, 0) != 1)
		pki_need(NULL, "signed response");
	response = r->later
	    ? OCSP_response_create(OCSP_RESPONSE_STATUS_TRYLATER, NULL)
	    : OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
	st->p = NULL;
	st->n = i2d_OCSP_RESPONSE(response, &st->p);
	if (r->broken)
		st->n /= 2;
	OCSP_RESPONSE_free(response);
	OCSP_BASICRESP_free(basic);
	OCSP_CERTID_free(id);
	ASN1_TIME_free(now);
	ASN1_TIME_free(next);
}

/* TLS-6, TLS-7 */
static void
test_staples(struct world *w)
{
	static const struct script_step steps[SCRIPT_MAX_STEPS] = {
	    UP, GO, EHLO, S("250 mx\r\n"), QUIT};
	struct as_smtp_target t = target();
	struct staple st = {NULL, 0};

	t.kind = AS_TLS_ECDSA;
	SSL_CTX_set_tlsext_status_cb(w->both, on_status);
	SSL_CTX_set_tlsext_status_arg(w->both, &st);
	t_case("no staple");
	if (shaken(w, steps, &t))
		T_INT(w->view->tls.staple, AS_TLS_STAPLE_NONE);
	t_case("a staple, and the issuer is not sent");
	staple_make(w, &staples[0], &st);
	if (shaken(w, steps, &t))
		T_INT(w->view->tls.staple, AS_TLS_STAPLE_UNCHECKED);
	OPENSSL_free(st.p);
	SSL_CTX_add_extra_chain_cert(w->both, w->pki.root);
	X509_up_ref(w->pki.root);
	for (size_t i = 0; i < sizeof(staples) / sizeof(staples[0]); i++) {
		const struct staple_row *r = &staples[i];

		t_case("a staple: %s", r->name);
		staple_make(w, r, &st);
		if (shaken(w, steps, &t)) {
			T_INT(w->view->tls.staple, r->want);
			T_OK(r->want == AS_TLS_STAPLE_MALFORMED ||
			    w->view->tls.staple_until == 2000000000000);
		}
		OPENSSL_free(st.p);
	}
}

static void
world_init(struct world *w)
{
	*w = (struct world){.a = as_arena_new((size_t)16 << 20)};
	pki_init(&w->pki);
	w->loop = as_loop_new();
	w->ec_key = pki_ec("P-256");
	w->rsa = pki_cert(&(struct pki_spec){.cn = HOST,
	    .key = w->pki.leaf_key,
	    .issuer = w->pki.root,
	    .issuer_key = w->pki.root_key,
	    .san = "DNS:" HOST});
	w->ec = pki_cert(&(struct pki_spec){.cn = HOST,
	    .key = w->ec_key,
	    .issuer = w->pki.root,
	    .issuer_key = w->pki.root_key,
	    .san = "DNS:" HOST});
	w->both = pki_server_ctx(
	    &(struct pki_server){.leaf = w->rsa, .key = w->pki.leaf_key});
	if (SSL_CTX_use_cert_and_key(w->both, w->ec, w->ec_key, NULL, 1) != 1 ||
	    w->loop == NULL ||
	    as_tls_new(pki_pem(w->a, w->pki.root), &w->tls, NULL) != AS_OK)
		pki_need(NULL, "the world");
}

int
main(void)
{
	struct world w;

	world_init(&w);
	test_inside(&w);
	test_inject(&w);
	test_insist(&w);
	test_kinds(&w);
	test_staples(&w);
	SSL_CTX_free(w.both);
	X509_free(w.rsa);
	X509_free(w.ec);
	EVP_PKEY_free(w.ec_key);
	as_tls_free(w.tls);
	as_loop_free(w.loop);
	pki_fini(&w.pki);
	as_arena_free(w.a);
	return t_done();
}
