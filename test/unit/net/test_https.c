/* net/https: fetches from scripted servers on loopback. */
#include "net/https.h"

#include <sys/resource.h>

#include "base/clock.h"
#include "base/limits.h"
#include "fds.h"
#include "harness.h"
#include "net/https_private.h"
#include "net/sandbox.h"
#include "peer/pki.h"
#include "peer/script.h"

#include "base/banned.h"

#define HOST "mta-sts.example"

struct world {
	struct as_arena *a;
	struct pki pki;
	struct as_tls *tls;
	struct as_loop *loop;
	struct as_https *https;
};

struct seen {
	const struct as_https_view *view;
	unsigned calls;
	int64_t took_ms;
};

static void
on_view(void *ctx, const struct as_https_view *view)
{
	struct seen *s = ctx;

	s->view = view;
	s->calls++;
}

static struct as_https_target
target_at(uint16_t port)
{
	return (struct as_https_target){.host = AS_STR(HOST),
	    .path = "/.well-known/mta-sts.txt",
	    .ip = {4, {127, 0, 0, 1}},
	    .port = port,
	    .user_agent = "assay-test"};
}

static void
fetch(struct world *w, const struct as_https_target *t, struct seen *s)
{
	struct as_clock clock = as_clock_system();
	size_t fds = count_fds();
	int64_t at = clock.mono_ms(clock.ctx);

	*s = (struct seen){0};
	T_OK(as_https_start(w->https, w->a, t, on_view, s) != NULL);
	T_INT(s->calls, 0);
	as_loop_run(w->loop);
	s->took_ms = clock.mono_ms(clock.ctx) - at;
	T_INT(s->calls, 1);
	T_OK(s->view != NULL);
	T_INT(count_fds(), fds);
}

/* --- answers --- */

#define S(text) \
	{ \
		SCRIPT_SEND, text, 0 \
	}
#define E(text) \
	{ \
		SCRIPT_EXPECT, text, 0 \
	}
#define PAUSE(ms) \
	{ \
		SCRIPT_PAUSE, NULL, ms \
	}
#define HANG \
	{ \
		SCRIPT_HANG, NULL, 0 \
	}
#define RESET \
	{ \
		SCRIPT_RESET, NULL, 0 \
	}
#define NOTIFY \
	{ \
		SCRIPT_NOTIFY, NULL, 0 \
	}
#define TLS \
	{ \
		SCRIPT_TLS, NULL, 0 \
	}
#define FLOOD(text) \
	{ \
		SCRIPT_FLOOD, text, 0 \
	}
#define DRIP(text, ms) \
	{ \
		SCRIPT_DRIP, text, ms \
	}
#define ASKED \
	TLS, E("GET /.well-known/mta-sts.txt HTTP/1.1\r\n"), \
	    E("Host: mta-sts.example\r\n"), E("User-Agent: assay-test\r\n"), \
	    E("Accept: */*\r\n"), E("\r\n")
#define POLICY "version: STSv1\nmode: none\n"

static const struct {
	const char *name;
	struct script_step steps[SCRIPT_MAX_STEPS];
	enum as_get_end end;
	uint32_t status;
	const char *body, *content_type, *location;
	const char *detail; /* a part of it */
} answers[] = {
    {"200",
	{ASKED,
	    S("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8"
	      "\r\nContent-Length: 26\r\n\r\n" POLICY)},
	AS_GET_OK, 200, POLICY, "text/plain; charset=utf-8", NULL, NULL},
    {"200 in pieces",
	{ASKED, S("HTTP/1.1 2"), PAUSE(5), S("00 OK\r\ncontent-TYPE:text/html"),
	    PAUSE(5), S("\r\nContent-Length: 26\r\n\r\nversion: "), PAUSE(5),
	    S("STSv1\nmode: none\n")},
	AS_GET_OK, 200, POLICY, "text/html", NULL, NULL},
    {"200 chunked",
	{ASKED,
	    S("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	      "f\r\nversion: STSv1\n\r\nb\r\nmode: none\n\r\n0\r\n\r\n")},
	AS_GET_OK, 200, POLICY, NULL, NULL, NULL},
    {"200 ended by close_notify",
	{ASKED, S("HTTP/1.0 200 OK\r\n\r\n" POLICY), NOTIFY}, AS_GET_OK, 200,
	POLICY, NULL, NULL, NULL},
    {"200 ended without close_notify",
	{ASKED, S("HTTP/1.0 200 OK\r\n\r\n" POLICY)}, AS_GET_BROKEN, 200, NULL,
	NULL, NULL, "cut short"},
    {"200 cut short",
	{ASKED, S("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" POLICY),
	    NOTIFY},
	AS_GET_BROKEN, 200, NULL, NULL, NULL, "cut short"},
    {"200 of nothing",
	{ASKED, S("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}, AS_GET_OK,
	200, "", NULL, NULL, NULL},
    {"100 before 200",
	{ASKED,
	    S("HTTP/1.1 100 Continue\r\nContent-Type: a/b\r\n\r\n"
	      "HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n" POLICY)},
	AS_GET_OK, 200, POLICY, NULL, NULL, NULL},
    {"301",
	{ASKED,
	    S("HTTP/1.1 301 Moved\r\nLocation: https://other.example/"
	      "\r\nContent-Length: 2\r\n\r\nhi")},
	AS_GET_REDIRECT, 301, NULL, NULL, "https://other.example/",
	"HTTP status 301, a redirect"},
    {"302 with a body that never ends",
	{ASKED, S("HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n"), FLOOD("x")},
	AS_GET_REDIRECT, 302, NULL, NULL, "/x", NULL},
    {"304 is no redirect", {ASKED, S("HTTP/1.1 304 Not Modified\r\n\r\n")},
	AS_GET_STATUS, 304, NULL, NULL, NULL, "HTTP status 304"},
    {"404",
	{ASKED,
	    S("HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n"
	      "Content-Length: 2\r\n\r\nno")},
	AS_GET_STATUS, 404, NULL, "text/html", NULL, "HTTP status 404"},
    {"404 announcing a large body",
	{ASKED,
	    S("HTTP/1.1 404 Not Found\r\nContent-Length: 99999999\r\n\r\n")},
	AS_GET_STATUS, 404, NULL, NULL, NULL, NULL},
    {"204", {ASKED, S("HTTP/1.1 204 No Content\r\n\r\n")}, AS_GET_STATUS, 204,
	NULL, NULL, NULL, NULL},
    {"500", {ASKED, S("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")},
	AS_GET_STATUS, 500, NULL, NULL, NULL, NULL},
    {"a length over the cap",
	{ASKED, S("HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n")},
	AS_GET_TOO_LARGE, 200, NULL, NULL, NULL, "65536 octets"},
    {"chunks without end",
	{ASKED, S("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
	    FLOOD("10\r\n0123456789abcdef\r\n")},
	AS_GET_TOO_LARGE, 200, NULL, NULL, NULL, "65536 octets"},
    {"a body without length or end",
	{ASKED, S("HTTP/1.1 200 OK\r\n\r\n"), FLOOD("0123456789abcdef")},
	AS_GET_TOO_LARGE, 200, NULL, NULL, NULL, NULL},
    {"a header without end",
	{ASKED, S("HTTP/1.1 200 OK\r\n"), FLOOD("X-More: and on and on\r\n")},
	AS_GET_BROKEN, 200, NULL, NULL, NULL, "header of over 65536"},
    {"interim answers without end",
	{ASKED, FLOOD("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")},
	AS_GET_BROKEN, 103, NULL, NULL, NULL, "header of over 65536"},
    {"not HTTP", {ASKED, S("220 mx.example ESMTP\r\n"), NOTIFY}, AS_GET_BROKEN,
	0, NULL, NULL, NULL, "not HTTP"},
    {"closed without an answer", {ASKED, NOTIFY}, AS_GET_BROKEN, 0, NULL, NULL,
	NULL, NULL},
    {"reset", {ASKED, RESET}, AS_GET_RESET, 0, NULL, NULL, NULL, "was reset"},
    {"reset within the body",
	{ASKED, S("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" POLICY),
	    RESET},
	AS_GET_RESET, 200, NULL, NULL, NULL, "was reset"},
    {"reset at our hello", {RESET}, AS_GET_RESET, 0, NULL, NULL, NULL,
	"was reset"},
    {"plain text in place of TLS", {S("HTTP/1.1 400 Bad\r\n\r\n"), HANG},
	AS_GET_TLS, 0, NULL, NULL, NULL, "wrong version number"},
    {"closed at our hello", {{SCRIPT_END}}, AS_GET_TLS, 0, NULL, NULL, NULL,
	"closed the connection"},
};

static bool
has(struct as_str s, const char *part)
{
	return part == NULL ||
	    (s.n > 0 && memmem(s.p, s.n, part, strlen(part)) != NULL);
}

static void
check_text(struct as_str got, const char *want)
{
	if (want == NULL)
		T_OK(got.n == 0);
	else
		T_STR(got, want);
}

/* STS-3 */
static void
test_answers(struct world *w)
{
	X509 *leaf = pki_leaf(&w->pki, (struct pki_spec){.san = "DNS:" HOST});
	SSL_CTX *ctx = pki_server_ctx(
	    &(struct pki_server){leaf, w->pki.leaf_key, {w->pki.mid}});

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct as_https_target t;
		struct script_peer peer;
		struct seen s;

		t_case("%s", answers[i].name);
		script_peer_start(&peer, answers[i].steps, ctx);
		t = target_at(peer.port);
		fetch(w, &t, &s);
		T_INT(script_peer_stop(&peer), 0);
		if (s.view == NULL)
			continue;
		T_INT(s.view->end, answers[i].end);
		T_INT(s.view->status, answers[i].status);
		check_text(s.view->body, answers[i].body);
		check_text(s.view->content_type, answers[i].content_type);
		check_text(s.view->location, answers[i].location);
		if (!T_OK(has(s.view->detail, answers[i].detail)))
			printf("# detail \"" AS_STR_FMT "\"\n",
			    AS_STR_ARG(s.view->detail));
		T_OK(answers[i].end == AS_GET_OK || s.view->detail.n > 0);
		T_INT(s.view->n_chain,
		    answers[i].steps[0].act != SCRIPT_TLS ? 0 : 2);
		T_OK(s.took_ms < 3000);
	}
	SSL_CTX_free(ctx);
	X509_free(leaf);
}

/* A body of the cap, and one octet more, with and without a length. */
static void
test_size(struct world *w)
{
	static char body[AS_MAX_POLICY_OCTETS + 1];
	X509 *leaf = pki_leaf(&w->pki, (struct pki_spec){.san = "DNS:" HOST});
	SSL_CTX *ctx = pki_server_ctx(
	    &(struct pki_server){leaf, w->pki.leaf_key, {w->pki.mid}});

	memset(body, 'x', sizeof(body));
	for (size_t i = 0; i < 4; i++) {
		size_t n = AS_MAX_POLICY_OCTETS + i % 2;
		bool chunked = i >= 2;
		char header[128];
		struct script_step steps[SCRIPT_MAX_STEPS] = {ASKED, S(header),
		    {SCRIPT_SEND_N, body, n},
		    S(chunked ? "\r\n0\r\n\r\n" : "")};
		struct as_https_target t;
		struct script_peer peer;
		struct seen s;

		t_case("a body of %zu octets%s", n, chunked ? ", chunked" : "");
		(void)snprintf(header, sizeof(header),
		    chunked ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
			      "chunked\r\n\r\n%zx\r\n"
			    : "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
		    n);
		script_peer_start(&peer, steps, ctx);
		t = target_at(peer.port);
		fetch(w, &t, &s);
		(void)script_peer_stop(&peer);
		T_INT(s.view->end, i % 2 == 0 ? AS_GET_OK : AS_GET_TOO_LARGE);
		T_INT(s.view->body.n, i % 2 == 0 ? n : 0);
	}
	SSL_CTX_free(ctx);
	X509_free(leaf);
}

/* --- deadlines --- */

static void
test_deadlines(struct world *w)
{
	static const struct {
		const char *name;
		struct script_step steps[SCRIPT_MAX_STEPS];
	} slow[] = {
	    {"silence before TLS", {HANG}},
	    {"a handshake that drips", {DRIP("\x16\x03\x03\x3f\xff", 5)}},
	    {"no answer to GET", {ASKED, HANG}},
	    {"a body that drips",
		{ASKED, S("HTTP/1.1 200 OK\r\n\r\n"), DRIP("x", 5)}},
	};
	X509 *leaf = pki_leaf(&w->pki, (struct pki_spec){.san = "DNS:" HOST});
	SSL_CTX *ctx = pki_server_ctx(
	    &(struct pki_server){leaf, w->pki.leaf_key, {w->pki.mid}});

	for (size_t i = 0; i < sizeof(slow) / sizeof(slow[0]); i++) {
		struct as_https_target t;
		struct script_peer peer;
		struct seen s;

		t_case("%s", slow[i].name);
		script_peer_start(&peer, slow[i].steps, ctx);
		t = target_at(peer.port);
		t.fetch_ms = 250;
		fetch(w, &t, &s);
		T_INT(script_peer_stop(&peer), 0);
		T_INT(s.view->end, AS_GET_TIMEOUT);
		T_STR(s.view->detail, "not done in 250 ms");
		T_OK(s.took_ms >= 200 && s.took_ms < 1500);
	}
	SSL_CTX_free(ctx);
	X509_free(leaf);
}

/* --- certificates --- */

static void
check_cert(struct world *w, const char *name, const struct pki_server *server,
    enum as_get_end end, const char *detail)
{
	static const struct script_step good[SCRIPT_MAX_STEPS] = {
	    ASKED, S("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")};
	static const struct script_step bad[SCRIPT_MAX_STEPS] = {
	    {SCRIPT_TLS_BAD, NULL, 0}};
	SSL_CTX *ctx = pki_server_ctx(server);
	struct as_https_target t;
	struct script_peer peer;
	struct seen s;

	t_case("%s", name);
	script_peer_start(&peer, end == AS_GET_OK ? good : bad, ctx);
	t = target_at(peer.port);
	fetch(w, &t, &s);
	(void)script_peer_stop(&peer);
	T_INT(s.view->end, end);
	T_STR(s.view->detail, detail);
	if (end == AS_GET_CERTIFICATE && T_OK(s.view->n_chain > 0)) {
		unsigned char sum[EVP_MAX_MD_SIZE];

		X509_digest(server->leaf, EVP_sha256(), sum, NULL);
		T_OK(memcmp(sum, s.view->chain[0].sha256, 32) == 0);
	}
	SSL_CTX_free(ctx);
}

/* STS-3 */
static void
test_certificates(struct world *w)
{
	struct pki *p = &w->pki;
	EVP_PKEY *ec = pki_ec("P-256"), *weak = pki_rsa(1024);
	X509 *good = pki_leaf(p, (struct pki_spec){.san = "DNS:" HOST});
	X509 *star = pki_leaf(p, (struct pki_spec){.san = "DNS:*.example"});
	X509 *past = pki_leaf(p,
	    (struct pki_spec){
		.san = "DNS:" HOST, .from_days = -30, .to_days = -2});
	X509 *early = pki_leaf(p,
	    (struct pki_spec){
		.san = "DNS:" HOST, .from_days = 2, .to_days = 30});
	X509 *self = pki_cert(&(struct pki_spec){
	    .cn = HOST, .san = "DNS:" HOST, .key = p->leaf_key});
	X509 *other = pki_leaf(
	    p, (struct pki_spec){.cn = HOST, .san = "DNS:other.example"});
	X509 *many = pki_leaf(p,
	    (struct pki_spec){.san = "DNS:a.example,DNS:b.example,"
				     "DNS:c.example,DNS:d.example"});
	X509 *named = pki_leaf(p, (struct pki_spec){.cn = HOST});
	X509 *ecdsa =
	    pki_leaf(p, (struct pki_spec){.san = "DNS:" HOST, .key = ec});
	X509 *small =
	    pki_leaf(p, (struct pki_spec){.san = "DNS:" HOST, .key = weak});

	check_cert(w, "a good certificate",
	    &(struct pki_server){good, p->leaf_key, {p->mid}}, AS_GET_OK, "");
	check_cert(w, "a wildcard in front of a single label",
	    &(struct pki_server){star, p->leaf_key, {p->mid}},
	    AS_GET_CERTIFICATE,
	    "certificate is for *.example, not mta-sts.example");
	check_cert(w, "ECDSA, TLS 1.2",
	    &(struct pki_server){ecdsa, ec, {p->mid}, TLS1_2_VERSION, NULL},
	    AS_GET_OK, "");
	check_cert(w, "expired",
	    &(struct pki_server){past, p->leaf_key, {p->mid}},
	    AS_GET_CERTIFICATE, "certificate has expired");
	check_cert(w, "not yet valid",
	    &(struct pki_server){early, p->leaf_key, {p->mid}},
	    AS_GET_CERTIFICATE, "certificate is not yet valid");
	check_cert(w, "self-signed",
	    &(struct pki_server){self, p->leaf_key, {NULL}}, AS_GET_CERTIFICATE,
	    "self-signed certificate");
	check_cert(w, "intermediate missing",
	    &(struct pki_server){good, p->leaf_key, {NULL}}, AS_GET_CERTIFICATE,
	    "unable to get local issuer certificate");
	check_cert(w, "for another name, right in the subject",
	    &(struct pki_server){other, p->leaf_key, {p->mid}},
	    AS_GET_CERTIFICATE,
	    "certificate is for other.example, not mta-sts.example");
	check_cert(w, "for four other names",
	    &(struct pki_server){many, p->leaf_key, {p->mid}},
	    AS_GET_CERTIFICATE,
	    "certificate is for a.example, b.example, c.example and 1 more, "
	    "not mta-sts.example");
	check_cert(w, "right in the subject, no SAN",
	    &(struct pki_server){named, p->leaf_key, {p->mid}},
	    AS_GET_CERTIFICATE,
	    "certificate is for no DNS name, not mta-sts.example");
	check_cert(w, "RSA of 1024 bits",
	    &(struct pki_server){small, weak, {p->mid}}, AS_GET_CERTIFICATE,
	    "EE certificate key too weak");
	check_cert(w, "TLS 1.1 only",
	    &(struct pki_server){
		good, p->leaf_key, {p->mid}, TLS1_1_VERSION, NULL},
	    AS_GET_TLS, "tlsv1 alert protocol version");
	X509_free(good);
	X509_free(star);
	X509_free(past);
	X509_free(early);
	X509_free(self);
	X509_free(other);
	X509_free(many);
	X509_free(named);
	X509_free(ecdsa);
	X509_free(small);
	EVP_PKEY_free(ec);
	EVP_PKEY_free(weak);
}

/* --- the way there, and ours --- */

static void
test_connection(struct world *w)
{
	struct as_https_target t;
	struct rlimit old, few;
	struct as_https_fetch *f;
	struct seen s = {0};
	uint16_t port;
	int fd = peer_listen(1, &port);
	size_t fds;

	(void)close(fd);
	t_case("connection refused");
	t = target_at(port);
	fetch(w, &t, &s);
	T_INT(s.view->end, AS_GET_REFUSED);
	T_STR(s.view->detail, "Connection refused");
	t_case("no route");
	t.ip = (struct as_ip){4, {255, 255, 255, 255}};
	fetch(w, &t, &s);
	T_INT(s.view->end, AS_GET_UNREACHABLE);
	T_OK(s.view->detail.n > 0);
	t_case("a host that fits no URL");
	t = target_at(port);
	t.host = AS_STR("mta-sts.a/b@c");
	fetch(w, &t, &s);
	T_INT(s.view->end, AS_GET_BROKEN);
	T_OK(s.view->detail.n > 0);
	t_case("no descriptor left");
	t = target_at(port);
	(void)getrlimit(RLIMIT_NOFILE, &old);
	few = (struct rlimit){3, old.rlim_max};
	(void)setrlimit(RLIMIT_NOFILE, &few);
	s = (struct seen){0};
	T_OK(as_https_start(w->https, w->a, &t, on_view, &s) != NULL);
	as_loop_run(w->loop);
	(void)setrlimit(RLIMIT_NOFILE, &old);
	T_INT(s.calls, 1);
	T_OK(s.view == NULL);
	t_case("cancelled, before and after it connects");
	fd = peer_listen(4, &port);
	t = target_at(port);
	fds = count_fds();
	s = (struct seen){0};
	f = as_https_start(w->https, w->a, &t, on_view, &s);
	T_OK(f != NULL);
	as_https_cancel(f);
	as_loop_run(w->loop);
	T_INT(s.calls, 0);
	T_INT(count_fds(), fds);
	(void)close(fd);
}

/* Only the vetted address, in either family. */
static void
test_vetted(void)
{
	struct as_https_target t = target_at(443);
	struct sockaddr_in four = {.sin_family = AF_INET};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};

	t_case("sockets to the vetted address alone");
	four.sin_port = six.sin6_port = htons(443);
	four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	T_OK(as_https_is_vetted(&t, (struct sockaddr *)&four));
	T_OK(!as_https_is_vetted(&t, (struct sockaddr *)&six));
	four.sin_port = htons(80);
	T_OK(!as_https_is_vetted(&t, (struct sockaddr *)&four));
	four.sin_port = htons(443);
	four.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
	T_OK(!as_https_is_vetted(&t, (struct sockaddr *)&four));
	t.ip = (struct as_ip){16, {[15] = 1}};
	six.sin6_addr = in6addr_loopback;
	T_OK(as_https_is_vetted(&t, (struct sockaddr *)&six));
	six.sin6_addr = in6addr_any;
	T_OK(!as_https_is_vetted(&t, (struct sockaddr *)&six));
}

/* Fifty at once, each from the callback of the one before too. */
struct chain {
	struct world *w;
	struct as_https_target t;
	unsigned left, good;
};

static void
on_next(void *ctx, const struct as_https_view *view)
{
	struct chain *c = ctx;

	c->good += view != NULL && view->end == AS_GET_REFUSED;
	if (c->left == 0)
		return;
	c->left--;
	(void)!as_https_start(c->w->https, c->w->a, &c->t, on_next, c);
}

static void
test_many(struct world *w)
{
	struct chain c = {.w = w, .left = 150};
	size_t fds = count_fds();
	uint16_t port;
	int fd = peer_listen(1, &port);

	(void)close(fd);
	t_case("fetches begun inside callbacks");
	c.t = target_at(port);
	for (int i = 0; i < 50; i++)
		T_OK(as_https_start(w->https, w->a, &c.t, on_next, &c) != NULL);
	as_loop_run(w->loop);
	T_INT(c.good, 200);
	T_INT(count_fds(), fds);
}

/* No file may be opened once the sandbox is closed. */
static int
fetch_confined(struct as_str pem, uint16_t port)
{
	struct as_sandbox_limits limits = {.files = 64};
	struct as_arena *a = as_arena_new((size_t)4 << 20);
	struct as_loop *loop = as_loop_new();
	struct as_https_target t = target_at(port);
	struct as_sandbox_state state;
	struct as_https *https;
	struct as_tls *tls;
	struct seen s = {0};

	if (as_tls_new(pem, &tls, NULL) != AS_OK ||
	    as_https_new(loop, tls, &https) != AS_OK ||
	    as_sandbox_enter(&limits, &state, NULL) != AS_OK)
		return 101;
	if (as_https_start(https, a, &t, on_view, &s) == NULL)
		return 102;
	as_loop_run(loop);
	if (s.view != NULL && s.view->end != AS_GET_OK)
		printf("# " AS_STR_FMT "\n", AS_STR_ARG(s.view->detail));
	(void)fflush(stdout);
	return s.view == NULL ? 103 : (int)s.view->end;
}

static void
test_confined(struct world *w)
{
	static const struct script_step steps[SCRIPT_MAX_STEPS] = {
	    ASKED, S("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")};
	X509 *leaf = pki_leaf(&w->pki, (struct pki_spec){.san = "DNS:" HOST});
	SSL_CTX *ctx = pki_server_ctx(
	    &(struct pki_server){leaf, w->pki.leaf_key, {w->pki.mid}});
	struct script_peer peer;
	int status = -1;
	pid_t pid;

	t_case("a fetch inside the sandbox");
	script_peer_start(&peer, steps, ctx);
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(fetch_confined(pki_pem(w->a, w->pki.root), peer.port));
	T_OK(waitpid(pid, &status, 0) == pid);
	T_OK(WIFEXITED(status));
	T_INT(WEXITSTATUS(status), AS_GET_OK);
	T_INT(script_peer_stop(&peer), 0);
	SSL_CTX_free(ctx);
	X509_free(leaf);
}

int
main(void)
{
	struct world w;

	w.a = as_arena_new((size_t)64 << 20);
	pki_init(&w.pki);
	w.loop = as_loop_new();
	if (w.loop == NULL ||
	    as_tls_new(pki_pem(w.a, w.pki.root), &w.tls, NULL) != AS_OK ||
	    as_https_new(w.loop, w.tls, &w.https) != AS_OK)
		pki_need(NULL, "as_https_new");
	test_answers(&w);
	test_size(&w);
	test_deadlines(&w);
	test_certificates(&w);
	test_connection(&w);
	test_vetted();
	test_many(&w);
	test_confined(&w);
	as_https_free(w.https);
	as_tls_free(w.tls);
	as_loop_free(w.loop);
	pki_fini(&w.pki);
	as_arena_free(w.a);
	return t_done();
}
