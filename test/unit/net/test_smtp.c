/* net/smtp: visits to scripted servers on loopback. */
#include "net/smtp.h"

#include <errno.h>
#include <poll.h>
#include <sys/resource.h>

#include "base/limits.h"
#include "fds.h"
#include "harness.h"
#include "peer/pki.h"
#include "peer/script.h"

#include "base/banned.h"

#define HOST "mx.example"

struct world {
	struct as_arena *a;
	struct pki pki;
	struct as_tls *tls;
	struct as_loop *loop;
	SSL_CTX *good, *expired, *anonymous;
};

/* What one visit gave. */
struct seen {
	struct world *w;
	const struct as_smtp_view *view;
	unsigned calls;
	int64_t took_ms;
};

static void
on_view(void *ctx, const struct as_smtp_view *view)
{
	struct seen *s = ctx;

	s->view = view;
	s->calls++;
}

static struct as_smtp_target
target_at(uint16_t port)
{
	return (struct as_smtp_target){.ip = {4, {127, 0, 0, 1}},
	    .port = port,
	    .host = AS_STR(HOST),
	    .ehlo_name = "probe.example",
	    .clock = as_clock_system()};
}

static struct as_smtp_visit *
begin(struct world *w, const struct as_smtp_target *t, struct seen *s)
{
	*s = (struct seen){.w = w};
	return as_smtp_start(w->loop, w->tls, w->a, t, on_view, s);
}

static void
visit(struct world *w, const struct as_smtp_target *t, struct seen *s)
{
	size_t fds = count_fds();
	int64_t at = t->clock.mono_ms(t->clock.ctx);

	T_OK(begin(w, t, s) != NULL);
	T_INT(s->calls, 0);
	as_loop_run(w->loop);
	s->took_ms = t->clock.mono_ms(t->clock.ctx) - at;
	T_INT(s->calls, 1);
	T_OK(s->view != NULL);
	T_INT(count_fds(), fds);
}

/* --- a table of dialogues --- */

#define S(text) \
	{ \
		SCRIPT_SEND, text, 0 \
	}
#define SN(text) \
	{ \
		SCRIPT_SEND_N, text, sizeof(text) - 1 \
	}
#define E(text) \
	{ \
		SCRIPT_EXPECT, text, 0 \
	}
#define ANY(n) \
	{ \
		SCRIPT_EXPECT_ANY, NULL, n \
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
#define TLS \
	{ \
		SCRIPT_TLS, NULL, 0 \
	}
#define TLS_BAD \
	{ \
		SCRIPT_TLS_BAD, NULL, 0 \
	}
#define DRIP(text, ms) \
	{ \
		SCRIPT_DRIP, text, ms \
	}
#define FLOOD(text) \
	{ \
		SCRIPT_FLOOD, text, 0 \
	}
#define BANNER         S("220 mx.example ESMTP\r\n")
#define EHLO           E("EHLO probe.example\r\n")
#define HELO           E("HELO probe.example\r\n")
#define QUIT           E("QUIT\r\n")
#define OFFER          S("250-mx.example\r\n250-SIZE 10\r\n250 STARTTLS\r\n")
#define UP_TO_STARTTLS BANNER, EHLO, OFFER, E("STARTTLS\r\n")
#define GO             S("220 go\r\n")
#define INSIDE         EHLO, S("250-mx.example\r\n250 SIZE 10\r\n")
#define HELLO_REQUEST  "\x16\x03\x03\x00\x04\x00\x00\x00\x00"

struct dialogue {
	const char *name;
	struct script_step steps[SCRIPT_MAX_STEPS];
	struct as_smtp_deadlines deadlines;
	enum { GOOD, EXPIRED, ANONYMOUS } server;
	enum as_visit_end end;
	enum as_visit_starttls starttls;
	enum as_visit_handshake shake;
	uint32_t alert;
	bool injected;
	bool helo_only;
	uint32_t ehlo_code, starttls_code;
	const char *detail, *shake_detail; /* parts of them */
};

static const struct dialogue dialogues[] = {
    {"the whole way", {UP_TO_STARTTLS, GO, TLS, INSIDE, QUIT},
	.starttls = AS_VISIT_TLS_ACCEPTED, .shake = AS_VISIT_SHAKE_OK,
	.ehlo_code = 250, .starttls_code = 220},
    {"a banner of three lines in pieces, and replies in pieces",
	{S("220-mx.exa"), PAUSE(5), S("mple\r\n220-a"), PAUSE(5),
	    S("\r\n220 b\r"), PAUSE(5), S("\n"), EHLO, S("250-x\r\n250 start"),
	    PAUSE(5), S("tls\r\n"), E("STARTTLS\r\n"), GO, TLS},
	.starttls = AS_VISIT_TLS_ACCEPTED, .shake = AS_VISIT_SHAKE_OK,
	.ehlo_code = 250, .starttls_code = 220},
    {"an expired certificate does not end the handshake",
	{UP_TO_STARTTLS, GO, TLS, INSIDE, QUIT}, .server = EXPIRED,
	.starttls = AS_VISIT_TLS_ACCEPTED, .shake = AS_VISIT_SHAKE_OK,
	.ehlo_code = 250, .starttls_code = 220},
    {"STARTTLS is not offered",
	{BANNER, EHLO, S("250-mx.example STARTTLS\r\n250 XSTARTTLS\r\n"), QUIT,
	    S("221 bye\r\n")},
	.starttls = AS_VISIT_TLS_NOT_OFFERED, .ehlo_code = 250},
    {"the first line offers nothing",
	{BANNER, EHLO, S("250 STARTTLS\r\n"), QUIT},
	.starttls = AS_VISIT_TLS_NOT_OFFERED, .ehlo_code = 250},
    {"EHLO refused, HELO taken",
	{BANNER, EHLO, S("502 no\r\n"), HELO, S("250 mx\r\n"), QUIT},
	.starttls = AS_VISIT_TLS_NOT_OFFERED, .helo_only = true,
	.ehlo_code = 502},
    {"EHLO and HELO refused",
	{BANNER, EHLO, S("550 no\r\n"), HELO, S("550 go away\r\n"), QUIT},
	.end = AS_VISIT_REJECTED, .ehlo_code = 550,
	.detail = "HELO: 550 go away"},
    {"EHLO refused, then closed", {BANNER, EHLO, S("554 no\r\n"), HELO},
	.end = AS_VISIT_REJECTED, .ehlo_code = 554},
    {"EHLO put off", {BANNER, EHLO, S("451 later\r\n"), QUIT},
	.end = AS_VISIT_BUSY, .ehlo_code = 451, .detail = "EHLO: 451 later"},
    {"EHLO answered 421", {BANNER, EHLO, S("421 bye\r\n")},
	.end = AS_VISIT_BUSY, .ehlo_code = 421},
    {"EHLO answered 354", {BANNER, EHLO, S("354 what\r\n"), QUIT},
	.end = AS_VISIT_MALFORMED, .ehlo_code = 354},
    {"busy 421", {S("421 too many\r\n")}, .end = AS_VISIT_BUSY,
	.detail = "banner: 421 too many"},
    {"busy 450", {S("450 wait\r\n"), QUIT}, .end = AS_VISIT_BUSY},
    {"rejected 554", {S("554 no mail here\r\n"), QUIT, S("221 bye\r\n")},
	.end = AS_VISIT_REJECTED, .detail = "banner: 554 no mail here"},
    {"banner 250", {S("250 hi\r\n"), QUIT}, .end = AS_VISIT_MALFORMED},
    {"another protocol", {S("SSH-2.0-OpenSSH_9.2\r\n"), HANG},
	.end = AS_VISIT_MALFORMED, .detail = "RFC 5321"},
    {"NULs for a banner", {SN("\0\0\0\0"), HANG}, .end = AS_VISIT_MALFORMED},
    {"NUL inside the banner", {SN("220 a\0b\r\n"), EHLO, S("250 x\r\n"), QUIT},
	.starttls = AS_VISIT_TLS_NOT_OFFERED, .ehlo_code = 250},
    {"closed at once", {{SCRIPT_END}}, .end = AS_VISIT_CLOSED,
	.detail = "banner: closed by the server"},
    {"closed inside the banner", {S("220 mx")}, .end = AS_VISIT_CLOSED},
    {"reset before EHLO is answered", {BANNER, EHLO, RESET},
	.end = AS_VISIT_CLOSED, .detail = "EHLO: connection reset"},
    {"silence", {HANG}, .deadlines = {.banner_ms = 150},
	.end = AS_VISIT_TIMEOUT, .detail = "banner: no answer in 150 ms"},
    {"silence and one deadline for all", {HANG},
	.deadlines = {.session_ms = 150}, .end = AS_VISIT_TIMEOUT,
	.detail = "over 150 ms"},
    {"silence after EHLO", {BANNER, EHLO, HANG}, .deadlines = {.reply_ms = 150},
	.end = AS_VISIT_TIMEOUT},
    {"a banner drips", {DRIP("220-a\r\n", 2)}, .deadlines = {.banner_ms = 200},
	.end = AS_VISIT_TIMEOUT},
    {"a banner drips over the cap of lines", {DRIP("220-\r\n", 0)},
	.end = AS_VISIT_TOO_LONG, .detail = "100 lines"},
    {"an endless banner", {FLOOD("220-and on and on\r\n")},
	.end = AS_VISIT_TOO_LONG, .detail = "100 lines"},
    {"an endless line", {S("220 "), FLOOD("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")},
	.end = AS_VISIT_TOO_LONG, .detail = "2048 octets"},
    {"an endless answer to EHLO", {BANNER, EHLO, FLOOD("250-A\r\n")},
	.end = AS_VISIT_TOO_LONG},
    {"no answer to QUIT", {BANNER, EHLO, S("250 x\r\n"), QUIT, HANG},
	.deadlines = {.quit_ms = 100}, .starttls = AS_VISIT_TLS_NOT_OFFERED,
	.ehlo_code = 250},
    {"a second banner is no answer to EHLO",
	{S("220 a\r\n220 b\r\n"), EHLO, QUIT}, .end = AS_VISIT_MALFORMED,
	.ehlo_code = 220},
    {"STARTTLS put off", {UP_TO_STARTTLS, S("454 not now\r\n"), QUIT},
	.starttls = AS_VISIT_TLS_LATER, .ehlo_code = 250, .starttls_code = 454},
    {"STARTTLS answered 421", {UP_TO_STARTTLS, S("421 bye\r\n")},
	.starttls = AS_VISIT_TLS_LATER, .ehlo_code = 250, .starttls_code = 421},
    {"STARTTLS refused", {UP_TO_STARTTLS, S("502 no\r\n"), QUIT},
	.starttls = AS_VISIT_TLS_REFUSED, .ehlo_code = 250,
	.starttls_code = 502},
    {"STARTTLS answered 250", {UP_TO_STARTTLS, S("250 yes\r\n"), QUIT},
	.starttls = AS_VISIT_TLS_REFUSED, .ehlo_code = 250,
	.starttls_code = 250},
    {"STARTTLS without an answer", {UP_TO_STARTTLS, HANG},
	.deadlines = {.reply_ms = 150}, .starttls = AS_VISIT_TLS_NO_ANSWER,
	.ehlo_code = 250, .detail = "STARTTLS: no answer"},
    {"STARTTLS, closed", {UP_TO_STARTTLS}, .starttls = AS_VISIT_TLS_NO_ANSWER,
	.ehlo_code = 250, .detail = "STARTTLS: closed"},
    {"STARTTLS, nonsense", {UP_TO_STARTTLS, S("what?\r\n"), HANG},
	.starttls = AS_VISIT_TLS_NO_ANSWER, .ehlo_code = 250,
	.detail = "RFC 5321"},
    {"injection in one piece", {UP_TO_STARTTLS, S("220 go\r\n250 x\r\n"), HANG},
	.starttls = AS_VISIT_TLS_ACCEPTED, .injected = true, .ehlo_code = 250,
	.starttls_code = 220, .shake_detail = "before the handshake"},
    {"plain text after our hello",
	{UP_TO_STARTTLS, GO, ANY(60), S("454 no TLS\r\n"), HANG},
	.starttls = AS_VISIT_TLS_ACCEPTED, .shake = AS_VISIT_SHAKE_FAILED,
	.injected = true, .ehlo_code = 250, .starttls_code = 220,
	.shake_detail = "454 no TLS"},
    {"an alert", {UP_TO_STARTTLS, GO, TLS_BAD}, .server = ANONYMOUS,
	.starttls = AS_VISIT_TLS_ACCEPTED, .shake = AS_VISIT_SHAKE_ALERT,
	.alert = 40, .ehlo_code = 250, .starttls_code = 220,
	.shake_detail = "handshake failure"},
    {"closed at our hello", {UP_TO_STARTTLS, GO, ANY(60)},
	.starttls = AS_VISIT_TLS_ACCEPTED, .shake = AS_VISIT_SHAKE_CLOSED,
	.ehlo_code = 250, .starttls_code = 220, .shake_detail = "closed"},
    {"reset at our hello", {UP_TO_STARTTLS, GO, ANY(60), RESET},
	.starttls = AS_VISIT_TLS_ACCEPTED, .shake = AS_VISIT_SHAKE_CLOSED,
	.ehlo_code = 250, .starttls_code = 220, .shake_detail = "reset"},
    {"close_notify at our hello",
	{UP_TO_STARTTLS, GO, ANY(60), SN("\x15\x03\x03\x00\x02\x01\x00"), HANG},
	.starttls = AS_VISIT_TLS_ACCEPTED, .shake = AS_VISIT_SHAKE_CLOSED,
	.ehlo_code = 250, .starttls_code = 220},
    {"no answer to our hello", {UP_TO_STARTTLS, GO, ANY(60), HANG},
	.deadlines = {.handshake_ms = 150}, .starttls = AS_VISIT_TLS_ACCEPTED,
	.shake = AS_VISIT_SHAKE_TIMEOUT, .ehlo_code = 250, .starttls_code = 220,
	.shake_detail = "no answer in 150 ms"},
    {"a record that drips",
	{UP_TO_STARTTLS, GO, ANY(60), SN("\x16\x03\x03\x3f\xff"),
	    DRIP("\2", 2)},
	.deadlines = {.handshake_ms = 200}, .starttls = AS_VISIT_TLS_ACCEPTED,
	.shake = AS_VISIT_SHAKE_TIMEOUT, .ehlo_code = 250,
	.starttls_code = 220},
    {"nonsense in a record",
	{UP_TO_STARTTLS, GO, ANY(60), SN("\x16\x03\x03\x00\x04garb"), HANG},
	.starttls = AS_VISIT_TLS_ACCEPTED, .shake = AS_VISIT_SHAKE_FAILED,
	.ehlo_code = 250, .starttls_code = 220},
};

static bool
has(struct as_str s, const char *part)
{
	return part == NULL ||
	    (s.n > 0 && memmem(s.p, s.n, part, strlen(part)) != NULL);
}

static void
check_dialogue(struct world *w, const struct dialogue *d)
{
	SSL_CTX *ctxs[] = {w->good, w->expired, w->anonymous};
	struct as_smtp_target t;
	struct script_peer peer;
	struct seen s;

	t_case("%s", d->name);
	script_peer_start(&peer, d->steps, ctxs[d->server]);
	t = target_at(peer.port);
	t.deadlines = d->deadlines;
	visit(w, &t, &s);
	T_INT(script_peer_stop(&peer), 0);
	if (s.view == NULL)
		return;
	T_INT(s.view->end, d->end);
	T_INT(s.view->starttls, d->starttls);
	T_INT(s.view->handshake, d->shake);
	T_INT(s.view->alert, d->alert);
	T_INT(s.view->injected > 0, d->injected);
	T_INT(s.view->helo_only, d->helo_only);
	T_INT(s.view->ehlo_code, d->ehlo_code);
	T_INT(s.view->starttls_code, d->starttls_code);
	T_OK(has(s.view->detail, d->detail));
	T_OK(d->end == AS_VISIT_OK || s.view->detail.n > 0);
	T_OK(has(s.view->handshake_detail, d->shake_detail));
	if (has(s.view->handshake_detail, "connection reset"))
		T_OK(s.view->reset);
	if (has(s.view->handshake_detail, "closed by the server"))
		T_OK(!s.view->reset);
	T_OK(s.took_ms < 3000);
}

/* TLS-1, TLS-8 */
static void
test_dialogues(struct world *w)
{
	for (size_t i = 0; i < sizeof(dialogues) / sizeof(dialogues[0]); i++)
		check_dialogue(w, &dialogues[i]);
}

/* --- what is kept --- */

static void
test_view(struct world *w)
{
	static const struct script_step steps[SCRIPT_MAX_STEPS] = {
	    UP_TO_STARTTLS, S("220 2.0.0 go ahead\r\n"), TLS, INSIDE, QUIT};
	struct as_smtp_target t;
	struct script_peer peer;
	struct seen s;

	t_case("what a visit keeps");
	script_peer_start(&peer, steps, w->good);
	t = target_at(peer.port);
	visit(w, &t, &s);
	T_INT(script_peer_stop(&peer), 0);
	T_INT(s.view->banner_code, 220);
	T_STR(s.view->banner, "mx.example ESMTP");
	if (T_INT(s.view->n_ehlo, 3))
		T_STR(s.view->ehlo[2], "STARTTLS");
	T_STR(s.view->starttls_text, "2.0.0 go ahead");
	T_STR(s.view->tls.version, "TLSv1.3");
	T_OK(s.view->tls.trusted && s.view->tls.name_matches);
	T_INT(s.view->tls.n_chain, 2);
	T_INT(s.view->tls.dane, AS_TLS_DANE_NOT_CHECKED);
}

static void
test_dane(struct world *w)
{
	static const struct script_step steps[SCRIPT_MAX_STEPS] = {
	    UP_TO_STARTTLS, GO, TLS, INSIDE, QUIT};
	unsigned char sum[EVP_MAX_MD_SIZE];
	struct as_tls_tlsa tlsa = {3, 1, 1, {(char *)sum, 32}};
	struct as_smtp_target t;
	struct script_peer peer;
	struct seen s;

	X509_pubkey_digest(w->pki.root, EVP_sha256(), sum, NULL);
	for (int i = 0; i < 2; i++) {
		t_case("TLSA records reach the chain: %s",
		    i == 0 ? "mismatch" : "match");
		script_peer_start(&peer, steps, w->good);
		t = target_at(peer.port);
		t.tlsa = &tlsa;
		t.n_tlsa = 1;
		visit(w, &t, &s);
		T_INT(script_peer_stop(&peer), 0);
		T_INT(s.view->tls.dane,
		    i == 0 ? AS_TLS_DANE_MISMATCH : AS_TLS_DANE_MATCH);
		memcpy(sum, s.view->tls.chain[0].spki_sha256, 32);
	}
}

/* --- T6: injection, at every split, with three line ends --- */

/* TLS-1 */
static void
test_injection(struct world *w)
{
	static const char *const texts[] = {"220 go ahead\r\n250 injected\r\n",
	    "220 go ahead\n250 injected\n", "220 go ahead\r250 injected\r\n"};

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(texts[i]);

		t_case("injection with line end %zu, at each of %zu splits", i,
		    n - 1);
		for (size_t k = 1; k < n; k++) {
			struct script_step steps[SCRIPT_MAX_STEPS] = {
			    UP_TO_STARTTLS, {SCRIPT_SEND_N, texts[i], k},
			    PAUSE(4), {SCRIPT_SEND_N, texts[i] + k, n - k},
			    HANG};
			struct as_smtp_target t;
			struct script_peer peer;
			struct seen s;

			script_peer_start(&peer, steps, w->good);
			t = target_at(peer.port);
			visit(w, &t, &s);
			T_INT(script_peer_stop(&peer), 0);
			T_INT(s.view->starttls, AS_VISIT_TLS_ACCEPTED);
			T_OK(s.view->injected > 0);
			T_OK(s.view->handshake != AS_VISIT_SHAKE_OK);
		}
	}
}

/* --- the way there --- */

static bool
has_loopback6(void)
{
	struct sockaddr_in6 s = {.sin6_family = AF_INET6};
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	bool yes;

	s.sin6_addr = in6addr_loopback;
	yes = fd >= 0 && bind(fd, (struct sockaddr *)&s, sizeof(s)) == 0;
	if (fd >= 0)
		(void)close(fd);
	return yes;
}

static void
test_connection(struct world *w)
{
	struct as_smtp_target t;
	struct seen s;
	uint16_t port;
	int fd = peer_listen(1, &port);

	(void)close(fd);
	t_case("connection refused");
	t = target_at(port);
	visit(w, &t, &s);
	T_INT(s.view->end, AS_VISIT_REFUSED);
	T_STR(s.view->detail, "connection: Connection refused");
	t_case("no route");
	t.ip = (struct as_ip){4, {255, 255, 255, 255}};
	visit(w, &t, &s);
	T_INT(s.view->end, AS_VISIT_UNREACHABLE);
	T_OK(s.view->detail.n > 0);
	t_case("over IPv6");
	t.ip = (struct as_ip){16, {[15] = 1}};
	visit(w, &t, &s);
	T_INT(s.view->end,
	    has_loopback6() ? AS_VISIT_REFUSED : AS_VISIT_UNREACHABLE);
	t_case("cancelled");
	fd = peer_listen(1, &port);
	t = target_at(port);
	{
		size_t fds = count_fds();
		struct as_smtp_visit *v = begin(w, &t, &s);

		T_OK(v != NULL);
		as_smtp_cancel(v);
		as_loop_run(w->loop);
		T_INT(s.calls, 0);
		T_INT(count_fds(), fds);
	}
	(void)close(fd);
}

/* Nobody accepts, and the queue is full: SYNs get no answer. */
static void
test_no_answer(struct world *w)
{
	struct as_smtp_target t;
	struct sockaddr_in to = {.sin_family = AF_INET};
	struct seen s;
	uint16_t port;
	int fd = peer_listen(0, &port), full[4];

	t_case("no answer to the connection");
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = htons(port);
	for (int i = 0; i < 4; i++) {
		full[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)connect(full[i], (struct sockaddr *)&to, sizeof(to));
	}
	t = target_at(port);
	t.deadlines.connect_ms = 200;
	visit(w, &t, &s);
	T_INT(s.view->end, AS_VISIT_TIMEOUT);
	T_STR(s.view->detail, "connection: no answer in 200 ms");
	T_OK(s.took_ms >= 190 && s.took_ms < 1500);
	for (int i = 0; i < 4; i++)
		(void)close(full[i]);
	(void)close(fd);
}

/* No descriptor or no memory left says nothing of the peer. */
static void
test_our_faults(struct world *w)
{
	struct as_arena *whole = w->a;
	struct as_smtp_target t = target_at(9);
	struct rlimit old, few;
	struct seen s;
	static const struct script_step steps[SCRIPT_MAX_STEPS] = {
	    UP_TO_STARTTLS, GO, HANG};
	size_t fds = count_fds();

	t_case("no descriptor left");
	(void)getrlimit(RLIMIT_NOFILE, &old);
	few = (struct rlimit){3, old.rlim_max};
	(void)setrlimit(RLIMIT_NOFILE, &few);
	T_OK(begin(w, &t, &s) == NULL);
	(void)setrlimit(RLIMIT_NOFILE, &old);
	T_INT(count_fds(), fds);
	t_case("no memory at some point of a visit");
	for (size_t cap = 64; cap < 12000; cap += 611) {
		struct script_peer peer;
		bool begun;

		script_peer_start(&peer, steps, w->good);
		t = target_at(peer.port);
		t.deadlines.handshake_ms = 50;
		w->a = as_arena_new(cap);
		begun = begin(w, &t, &s) != NULL;
		as_loop_run(w->loop);
		T_INT(s.calls, begun);
		T_OK(s.view == NULL || s.view->detail.n > 0 ||
		    s.view->handshake_detail.n > 0);
		if (!begun)
			(void)kill(peer.pid, SIGKILL);
		(void)script_peer_stop(&peer);
		as_arena_free(w->a);
	}
	w->a = whole;
	T_INT(count_fds(), fds);
}

/* --- many at once --- */

#define GOOD_VISITS   100
#define SILENT_VISITS 50
#define DRIP_VISITS   50
#define ALL_VISITS    (GOOD_VISITS + SILENT_VISITS + DRIP_VISITS)

/* Serves one after the other, for as long as the parent lives. */
static void
serve_good(int listener, SSL_CTX *ctx)
{
	static const struct script_step steps[SCRIPT_MAX_STEPS] = {
	    UP_TO_STARTTLS, GO, TLS, INSIDE, QUIT};

	(void)signal(SIGPIPE, SIG_IGN);
	for (;;) {
		struct script_side s = {
		    .fd = accept(listener, NULL, NULL), .ctx = ctx};

		for (size_t i = 0; i < 9; i++)
			if (!side_play(&s, &steps[i]))
				break;
		SSL_free(s.ssl);
		(void)close(s.fd);
	}
}

/* One octet of a banner to everybody, every 20 ms. */
static void
serve_drip(int listener)
{
	int fds[DRIP_VISITS + 8];
	size_t n = 0;

	for (;;) {
		struct pollfd p = {listener, POLLIN, 0};

		while (n < DRIP_VISITS + 8 && poll(&p, 1, 0) > 0)
			fds[n++] = accept(listener, NULL, NULL);
		for (size_t i = 0; i < n; i++)
			(void)send(fds[i], "2", 1, MSG_NOSIGNAL);
		for (size_t i = 0; i < n; i++)
			(void)send(fds[i], "20-slow\r\n", 9, MSG_NOSIGNAL);
		peer_wait_ms(20);
	}
}

static pid_t
serve(int listener, SSL_CTX *ctx)
{
	pid_t parent = getpid(), pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid != 0)
		return pid;
	if (ctx != NULL)
		serve_good(listener, ctx);
	else
		serve_drip(listener);
	_exit(getppid() == parent ? 0 : 1);
}

static void
end_server(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

static void
check_many(const struct seen *seen)
{
	size_t good = 0, slow = 0, calls = 0;

	for (size_t i = 0; i < ALL_VISITS; i++) {
		const struct as_smtp_view *v = seen[i].view;

		calls += seen[i].calls;
		if (v == NULL)
			continue;
		if (i % 2 == 0)
			good += v->end == AS_VISIT_OK &&
			    v->handshake == AS_VISIT_SHAKE_OK && v->tls.trusted;
		else
			slow += v->end == AS_VISIT_TIMEOUT ||
			    v->end == AS_VISIT_TOO_LONG;
	}
	T_INT(calls, ALL_VISITS);
	T_INT(good, GOOD_VISITS);
	T_INT(slow, SILENT_VISITS + DRIP_VISITS);
}

static void
test_many(struct world *w)
{
	static struct seen seen[ALL_VISITS];
	size_t fds = count_fds();
	uint16_t ports[3];
	int good = peer_listen(GOOD_VISITS + 8, &ports[0]);
	int silent = peer_listen(SILENT_VISITS + 8, &ports[1]);
	int drip = peer_listen(DRIP_VISITS + 8, &ports[2]);
	pid_t good_pid = serve(good, w->good), drip_pid = serve(drip, NULL);
	struct as_clock clock = as_clock_system();
	int64_t at = clock.mono_ms(clock.ctx);

	t_case("200 visits at once: tarpits hold nobody up");
	for (size_t i = 0; i < ALL_VISITS; i++) {
		struct as_smtp_target t =
		    target_at(ports[i % 2 == 0 ? 0 : 1 + i / 2 % 2]);

		if (i % 2 != 0)
			t.deadlines.banner_ms = 1000;
		T_OK(begin(w, &t, &seen[i]) != NULL);
	}
	as_loop_run(w->loop);
	check_many(seen);
	T_OK(clock.mono_ms(clock.ctx) - at < 20000);
	end_server(good_pid);
	end_server(drip_pid);
	(void)close(good);
	(void)close(silent);
	(void)close(drip);
	T_INT(count_fds(), fds);
}

/* A peer that never ends its handshake is stopped by the cap of octets. */
static void
test_endless_handshake(struct world *w)
{
	static char hellos[9 * 5000];
	const struct script_step steps[SCRIPT_MAX_STEPS] = {UP_TO_STARTTLS, GO,
	    ANY(60), {SCRIPT_SEND_N, hellos, sizeof(hellos)},
	    {SCRIPT_SEND_N, hellos, sizeof(hellos)},
	    {SCRIPT_SEND_N, hellos, sizeof(hellos)},
	    {SCRIPT_SEND_N, hellos, sizeof(hellos)},
	    {SCRIPT_SEND_N, hellos, sizeof(hellos)},
	    {SCRIPT_SEND_N, hellos, sizeof(hellos)},
	    {SCRIPT_SEND_N, hellos, sizeof(hellos)}, HANG};
	struct as_smtp_target t;
	struct script_peer peer;
	struct seen s;

	t_case("a handshake without end");
	for (size_t i = 0; i < sizeof(hellos); i += 9)
		memcpy(hellos + i, HELLO_REQUEST, 9);
	script_peer_start(&peer, steps, w->good);
	t = target_at(peer.port);
	visit(w, &t, &s);
	(void)script_peer_stop(&peer);
	T_INT(s.view->handshake, AS_VISIT_SHAKE_FAILED);
	T_STR(s.view->handshake_detail, "TLS handshake does not end");
	T_OK(s.took_ms < 3000);
}

static void
world_init(struct world *w, X509 **leaf, X509 **past)
{
	w->a = as_arena_new((size_t)64 << 20);
	pki_init(&w->pki);
	w->loop = as_loop_new();
	*leaf = pki_leaf(&w->pki, (struct pki_spec){.san = "DNS:" HOST});
	*past = pki_leaf(&w->pki,
	    (struct pki_spec){
		.san = "DNS:" HOST, .from_days = -9, .to_days = -2});
	w->good = pki_server_ctx(
	    &(struct pki_server){*leaf, w->pki.leaf_key, {w->pki.mid}});
	w->expired = pki_server_ctx(
	    &(struct pki_server){*past, w->pki.leaf_key, {w->pki.mid}});
	w->anonymous = pki_server_ctx(&(struct pki_server){.leaf = *leaf,
	    .key = w->pki.leaf_key,
	    .version = TLS1_2_VERSION,
	    .ciphers = "ADH-AES256-SHA"});
	if (w->loop == NULL ||
	    as_tls_new(pki_pem(w->a, w->pki.root), &w->tls, NULL) != AS_OK)
		pki_need(NULL, "as_tls_new");
}

int
main(void)
{
	struct world w;
	X509 *leaf, *past;

	world_init(&w, &leaf, &past);
	test_dialogues(&w);
	test_view(&w);
	test_dane(&w);
	test_injection(&w);
	test_connection(&w);
	test_no_answer(&w);
	test_our_faults(&w);
	test_endless_handshake(&w);
	test_many(&w);
	SSL_CTX_free(w.good);
	SSL_CTX_free(w.expired);
	SSL_CTX_free(w.anonymous);
	X509_free(leaf);
	X509_free(past);
	as_tls_free(w.tls);
	as_loop_free(w.loop);
	pki_fini(&w.pki);
	as_arena_free(w.a);
	return t_done();
}
