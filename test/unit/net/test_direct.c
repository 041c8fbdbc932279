/* net/direct: questions to scripted name servers on loopback. */
#include "net/direct.h"

#include "base/limits.h"
#include "dns_peer.h"
#include "fds.h"
#include "harness.h"
#include "net/direct_wire.h"

#include "base/banned.h"

#define TRY_MS 200

/* --- the server --- */

struct state {
	unsigned seen; /* of "second" */
};

static size_t
large(const struct peer_question *q, uint8_t *out)
{
	uint8_t txt[256];
	size_t at = peer_begin(q, 0, out);

	memset(txt, 'x', sizeof(txt));
	txt[0] = 255;
	for (int i = 0; i < 100; i++)
		at = peer_add(out, at, 16, txt, sizeof(txt));
	return at;
}

static size_t
good(const struct peer_question *q, uint8_t *out)
{
	static const uint8_t mx[] = {0, 10, 2, 'm', 'x', 0};

	return peer_add(out, peer_begin(q, 0, out), 15, mx, sizeof(mx));
}

/* What the first label says. */
static size_t
script(void *ctx, const struct peer_question *q, uint8_t *out)
{
	struct state *s = ctx;
	size_t n = good(q, out);
	bool edns = q->packet[11] == 1;

	if (strncmp(q->name, "silent.", 7) == 0)
		return 0;
	if (strncmp(q->name, "second.", 7) == 0)
		return s->seen++ == 0 ? 0 : n;
	if (strncmp(q->name, "no-edns.", 8) == 0)
		return edns ? peer_begin(q, 1, out) : n;
	if (strncmp(q->name, "edns.", 5) == 0)
		return edns ? n : 0;
	if (strncmp(q->name, "recursive.", 10) == 0)
		return (q->packet[2] & 1) != 0 ? 0 : n;
	if (strncmp(q->name, "header.", 7) == 0) {
		out[3] = 5;
		memset(out + 4, 0, 8);
		return 12;
	}
	if (strncmp(q->name, "header-only.", 12) == 0) {
		memset(out + 4, 0, 8);
		return 12;
	}
	if (strncmp(q->name, "wrong-id.", 9) == 0)
		out[0] ^= 1;
	if (strncmp(q->name, "wrong-name.", 11) == 0)
		out[13] = 'x';
	if (strncmp(q->name, "wrong-type.", 11) == 0)
		out[q->end - 3] ^= 1;
	if (strncmp(q->name, "question.", 9) == 0)
		out[2] &= 0x7f;
	if (strncmp(q->name, "capitals.", 9) == 0)
		out[13] = 'C';
	if (strncmp(q->name, "short.", 6) == 0)
		return 11;
	if (strncmp(q->name, "large.", 6) == 0 && q->tcp)
		return large(q, out);
	if (strncmp(q->name, "large.", 6) == 0 ||
	    strncmp(q->name, "cut.", 4) == 0)
		out[2] |= 2;
	if (strncmp(q->name, "hangs.", 6) == 0) {
		out[2] |= 2;
		if (q->tcp)
			(void)pause(); /* and takes no more */
	}
	if (strncmp(q->name, "no-tcp.", 7) == 0) {
		out[2] |= 2;
		return q->tcp ? 0 : n;
	}
	return n;
}

/* --- our side --- */

struct direct_bench {
	struct peer peer;
	struct state state;
	struct as_loop *loop;
	struct as_direct *direct;
	unsigned left;
	uint16_t port;
};

struct answer {
	struct direct_bench *b;
	bool asking, early;
	unsigned calls;
	enum as_direct_end end;
	bool tcp;
	size_t n;
	uint8_t rcode;
	uint16_t answers;
	char detail[96];
	uint32_t took_ms;
};

static void
on_reply(void *ctx, const struct as_direct_reply *r)
{
	struct answer *a = ctx;

	a->calls++;
	a->early |= a->asking;
	a->end = r->end;
	a->tcp = r->tcp;
	a->n = r->n;
	a->took_ms = r->took_ms;
	(void)snprintf(a->detail, sizeof(a->detail), "%s", r->detail);
	if (r->packet != NULL) {
		a->rcode = r->packet[3] & 15;
		a->answers = (uint16_t)(r->packet[6] << 8 | r->packet[7]);
	}
	if (--a->b->left == 0)
		as_loop_stop(a->b->loop);
}

static struct as_direct_query *
ask(struct direct_bench *b, struct answer *a, const char *name)
{
	struct as_direct_question question = {.ip = {4, {127, 0, 0, 1}},
	    .port = b->port,
	    .name = as_str_from(name),
	    .type = 15};
	struct as_direct_query *q;

	*a = (struct answer){.b = b, .asking = true};
	q = as_direct_ask(b->direct, &question, on_reply, a);
	a->asking = false;
	b->left += q != NULL;
	return q;
}

static void
ask_one(struct direct_bench *b, struct answer *a, const char *name)
{
	t_case("%s", name);
	T_OK(ask(b, a, name) != NULL);
	as_loop_run(b->loop);
	T_INT(a->calls, 1);
	T_OK(!a->early);
}

static void
bench_open(struct direct_bench *b, uint32_t window)
{
	static const struct as_direct_config usual = {
	    .try_ms = TRY_MS, .tries = 2};
	struct as_direct_config config = usual;

	*b = (struct direct_bench){.left = 0};
	config.window = window;
	if (!peer_start(&b->peer, script, &b->state))
		abort();
	b->port = (uint16_t)strtoul(strchr(b->peer.address, '@') + 1, NULL, 10);
	b->loop = as_loop_new();
	b->direct = as_direct_new(b->loop, &config);
}

static void
bench_close(struct direct_bench *b)
{
	as_direct_free(b->direct);
	as_loop_free(b->loop);
	peer_stop(&b->peer);
}

/* --- cases --- */

static void
test_answers(void)
{
	static const struct {
		const char *name;
		enum as_direct_end end;
		uint8_t rcode;
		uint16_t answers;
		bool tcp;
	} cases[] = {
	    {"good.test", AS_DIRECT_ANSWER, 0, 1, false},
	    {"second.test", AS_DIRECT_ANSWER, 0, 1, false},
	    {"edns.test", AS_DIRECT_ANSWER, 0, 1, false},
	    {"no-edns.test", AS_DIRECT_ANSWER, 0, 1, false},
	    {"recursive.test", AS_DIRECT_ANSWER, 0, 1, false},
	    {"capitals.test", AS_DIRECT_ANSWER, 0, 1, false},
	    {"header.test", AS_DIRECT_ANSWER, 5, 0, false},
	    {"large.test", AS_DIRECT_ANSWER, 0, 100, true},
	    {"silent.test", AS_DIRECT_TIMEOUT, 0, 0, false},
	    {"wrong-id.test", AS_DIRECT_TIMEOUT, 0, 0, false},
	    {"wrong-name.test", AS_DIRECT_TIMEOUT, 0, 0, false},
	    {"wrong-type.test", AS_DIRECT_TIMEOUT, 0, 0, false},
	    {"question.test", AS_DIRECT_TIMEOUT, 0, 0, false},
	    {"header-only.test", AS_DIRECT_TIMEOUT, 0, 0, false},
	    {"short.test", AS_DIRECT_TIMEOUT, 0, 0, false},
	    {"cut.test", AS_DIRECT_NO_TCP, 0, 0, false},
	    {"no-tcp.test", AS_DIRECT_NO_TCP, 0, 0, false},
	    {"hangs.test", AS_DIRECT_NO_TCP, 0, 0, false},
	};
	struct direct_bench b;
	struct answer a;
	size_t fds;

	bench_open(&b, 0);
	fds = count_fds();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask_one(&b, &a, cases[i].name);
		T_INT(a.end, cases[i].end);
		T_INT(a.rcode, cases[i].rcode);
		T_INT(a.answers, cases[i].answers);
		T_INT(a.tcp, cases[i].tcp);
		T_OK(a.took_ms <= 2 * TRY_MS + 500);
		if (cases[i].end != AS_DIRECT_ANSWER)
			T_OK(a.detail[0] != 0);
	}
	t_case("no descriptor is left behind");
	T_INT(count_fds(), fds);
	bench_close(&b);
}

static void
test_nobody(void)
{
	struct direct_bench b;
	struct answer a;

	bench_open(&b, 0);
	peer_stop(&b.peer);
	b.peer.pid = 0;
	ask_one(&b, &a, "nobody.test");
	T_INT(a.end, AS_DIRECT_REFUSED);

	t_case("what is no name is not asked");
	T_OK(ask(&b, &a, "") == NULL);
	T_OK(ask(&b, &a, "a..b") == NULL);
	bench_close(&b);
}

static void
test_window(void)
{
	struct direct_bench b;
	struct answer a[20];
	size_t before;

	t_case("no more sockets than the window is wide");
	bench_open(&b, 3);
	before = count_fds();
	for (size_t i = 0; i < 20; i++)
		T_OK(ask(&b, &a[i], "good.test") != NULL);
	T_INT(count_fds(), before + 3);
	as_loop_run(b.loop);
	for (size_t i = 0; i < 20; i++) {
		T_INT(a[i].calls, 1);
		T_INT(a[i].end, AS_DIRECT_ANSWER);
		T_OK(!a[i].early);
	}
	bench_close(&b);
}

static void
test_cancel(void)
{
	struct direct_bench b;
	struct as_direct_query *q[3];
	struct answer a[3];

	t_case("one that is forgotten makes room for the next");
	bench_open(&b, 1);
	q[0] = ask(&b, &a[0], "silent.test");
	q[1] = ask(&b, &a[1], "good.test");
	q[2] = ask(&b, &a[2], "good.test");
	as_direct_cancel(q[0]);
	as_direct_cancel(q[2]);
	b.left -= 2;
	as_loop_run(b.loop);
	T_INT(a[0].calls, 0);
	T_INT(a[1].calls, 1);
	T_INT(a[2].calls, 0);

	t_case("freed with questions in flight and waiting");
	(void)ask(&b, &a[0], "silent.test");
	(void)ask(&b, &a[1], "silent.test");
	bench_close(&b);
	T_INT(a[0].calls + a[1].calls, 0);
}

static void
test_wire(void)
{
	struct as_direct_wire w = {.name = "\4test", .name_n = 6, .type = 16};
	uint8_t out[AS_DIRECT_QUERY_OCTETS];
	size_t n;

	t_case("the question in octets");
	w.id = 0x1234;
	n = as_direct_wire_write(&w, out);
	T_INT(n, 22);
	T_OK(memcmp(out, "\x12\x34\0\0\0\1\0\0\0\0\0\0\4test\0\0\x10\0\1",
		 22) == 0);
	T_INT(as_direct_wire_judge(&w, out, n), AS_DIRECT_STRAY);
	out[2] = 0x80;
	T_INT(as_direct_wire_judge(&w, out, n), AS_DIRECT_FITS);
	for (size_t i = 0; i < n; i++)
		T_INT(as_direct_wire_judge(&w, out, i), AS_DIRECT_STRAY);
	w.edns = true;
	n = as_direct_wire_write(&w, out);
	T_INT(n, 33);
	T_INT(out[11], 1);
	T_INT(out[24], 41);
}

int
main(void)
{
	test_wire();
	test_answers();
	test_nobody();
	test_window();
	test_cancel();
	return t_done();
}
