/* net/smtp: an exchange of the caller's in place of a handshake. */
#include "base/limits.h"
#include "net/smtp.h"

#include "harness.h"
#include "peer/script.h"

#include "base/banned.h"

#define HELLO    "hello\r\n"
#define FAREWELL "bye\r\n"
#define STARTTLS \
	{SCRIPT_SEND, "220 mx.example ESMTP\r\n", 0}, \
	    {SCRIPT_EXPECT, "EHLO probe.example\r\n", 0}, \
	    {SCRIPT_SEND, "250-mx.example\r\n250 STARTTLS\r\n", 0}, \
	    {SCRIPT_EXPECT, "STARTTLS\r\n", 0}, \
	{ \
		SCRIPT_SEND, "220 go\r\n", 0 \
	}
#define EXPECT(text) \
	{ \
		SCRIPT_EXPECT, text, 0 \
	}
#define SEND(text) \
	{ \
		SCRIPT_SEND, text, 0 \
	}
#define HANG \
	{ \
		SCRIPT_HANG, NULL, 0 \
	}

/* Has enough when an exclamation mark comes. */
struct reader {
	char got[64];
	size_t n;
};

static bool
reader_read(void *ctx, const char *p, size_t n)
{
	struct reader *r = ctx;

	for (size_t i = 0; i < n; i++) {
		if (r->n < sizeof(r->got))
			r->got[r->n++] = p[i];
		if (p[i] == '!')
			return true;
	}
	return false;
}

struct seen {
	const struct as_smtp_view *view;
	unsigned calls;
};

static void
on_view(void *ctx, const struct as_smtp_view *view)
{
	struct seen *s = ctx;

	s->view = view;
	s->calls++;
}

static const struct {
	const char *name;
	struct script_step steps[SCRIPT_MAX_STEPS];
	bool implicit;
	struct as_smtp_deadlines deadlines;
	enum as_visit_starttls starttls;
	enum as_visit_handshake shake;
	const char *got; /* NULL: not compared */
} rows[] = {
    {"read after STARTTLS",
	{STARTTLS, EXPECT(HELLO), SEND("answer!"), EXPECT(FAREWELL)}, false,
	{0}, AS_VISIT_TLS_ACCEPTED, AS_VISIT_SHAKE_READ, "answer!"},
    {"from the first octet", {EXPECT(HELLO), SEND("a!"), EXPECT(FAREWELL)},
	true, {0}, AS_VISIT_TLS_NOT_REACHED, AS_VISIT_SHAKE_READ, "a!"},
    {"closed in the middle", {STARTTLS, EXPECT(HELLO), SEND("half")}, false,
	{0}, AS_VISIT_TLS_ACCEPTED, AS_VISIT_SHAKE_CLOSED, "half"},
    {"no answer", {STARTTLS, EXPECT(HELLO), HANG}, false, {.handshake_ms = 100},
	AS_VISIT_TLS_ACCEPTED, AS_VISIT_SHAKE_TIMEOUT, ""},
    {"an octet at a time", {STARTTLS, EXPECT(HELLO), {SCRIPT_DRIP, ".", 5}},
	false, {.handshake_ms = 100}, AS_VISIT_TLS_ACCEPTED,
	AS_VISIT_SHAKE_TIMEOUT, NULL},
    {"no end", {STARTTLS, EXPECT(HELLO), {SCRIPT_FLOOD, "......", 0}}, false,
	{0}, AS_VISIT_TLS_ACCEPTED, AS_VISIT_SHAKE_FAILED, NULL},
    {"plain text behind 220",
	{{SCRIPT_SEND, "220 mx.example ESMTP\r\n", 0},
	    EXPECT("EHLO probe.example\r\n"),
	    SEND("250-mx.example\r\n250 STARTTLS\r\n"), EXPECT("STARTTLS\r\n"),
	    SEND("220 go\r\n250 more\r\n"), HANG},
	false, {0}, AS_VISIT_TLS_ACCEPTED, AS_VISIT_SHAKE_NOT_TRIED, ""},
    {"refused",
	{{SCRIPT_SEND, "220 mx.example ESMTP\r\n", 0},
	    EXPECT("EHLO probe.example\r\n"),
	    SEND("250-mx.example\r\n250 STARTTLS\r\n"), EXPECT("STARTTLS\r\n"),
	    SEND("454 not now\r\n"), EXPECT("QUIT\r\n"), SEND("221 bye\r\n")},
	false, {0}, AS_VISIT_TLS_LATER, AS_VISIT_SHAKE_NOT_TRIED, ""},
};

static void
check_row(struct as_loop *loop, struct as_arena *a, size_t i)
{
	struct reader r = {.n = 0};
	struct seen s = {0};
	struct as_smtp_hello hello = {.octets = AS_STR(HELLO),
	    .farewell = AS_STR(FAREWELL),
	    .read = reader_read,
	    .ctx = &r};
	struct script_peer peer;
	struct as_smtp_target t = {.ip = {4, {127, 0, 0, 1}},
	    .host = AS_STR("mx.example"),
	    .ehlo_name = "probe.example",
	    .clock = as_clock_system(),
	    .deadlines = rows[i].deadlines,
	    .implicit = rows[i].implicit,
	    .hello = &hello};

	t_case("%s", rows[i].name);
	script_peer_start(&peer, rows[i].steps, NULL);
	t.port = peer.port;
	T_OK(as_smtp_start(loop, NULL, a, &t, on_view, &s) != NULL);
	as_loop_run(loop);
	(void)script_peer_stop(&peer);
	T_INT(s.calls, 1);
	if (!T_OK(s.view != NULL))
		return;
	T_INT(s.view->end, AS_VISIT_OK);
	T_INT(s.view->starttls, rows[i].starttls);
	T_INT(s.view->handshake, rows[i].shake);
	if (rows[i].got != NULL)
		T_STR(((struct as_str){r.got, r.n}), rows[i].got);
}

int
main(void)
{
	struct as_arena *a = as_arena_new((size_t)16 << 20);
	struct as_loop *loop = as_loop_new();

	if (a == NULL || loop == NULL)
		return 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(loop, a, i);
	as_loop_free(loop);
	as_arena_free(a);
	return t_done();
}
