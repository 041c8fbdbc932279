#include "net/dns.h"

#include "dns_ask.h"
#include "dns_peer.h"
#include "harness.h"
#include "net/sandbox.h"

enum { A = 1, SOA = 6, TXT = 16 };

/* An anchor that covers none of the names asked here. */
#define OTHER_ANCHOR \
	"signed.example. IN DS 1 13 2 " \
	"0000000000000000000000000000000000000000000000000000000000000000\n"

#define SMALL_MS 250
#define MANY     3000

static const uint8_t address[] = {192, 0, 2, 1};

static size_t
add_txt(uint8_t *out, size_t at, size_t octets)
{
	static uint8_t rdata[PEER_OUT_OCTETS];
	size_t n = 0;

	while (octets > 0) {
		size_t piece = octets > 255 ? 255 : octets;

		rdata[n] = (uint8_t)piece;
		memset(rdata + n + 1, 't', piece);
		n += piece + 1;
		octets -= piece;
	}
	return peer_add(out, at, TXT, rdata, n);
}

/* Times that this question came before. */
static unsigned
count_seen(const char *name)
{
	static struct {
		char name[80];
		unsigned n;
	} seen[64];
	size_t i = 0;

	while (i < 63 && seen[i].n > 0 && strcmp(seen[i].name, name) != 0)
		i++;
	(void)snprintf(seen[i].name, sizeof(seen[i].name), "%.79s", name);
	return seen[i].n++;
}

static size_t
cut_to_tcp(const struct peer_question *q, uint8_t *out, size_t octets)
{
	size_t at = peer_begin(q, 0, out);

	if (q->tcp)
		return add_txt(out, at, octets);
	out[2] |= 2; /* TC */
	return at;
}

static size_t
cname(const struct peer_question *q, uint8_t *out)
{
	/* "ok" and a pointer to the question's second label */
	uint8_t target[] = {2, 'o', 'k', 0xc0, (uint8_t)(13 + q->packet[12])};
	size_t at =
	    peer_add(out, peer_begin(q, 0, out), 5, target, sizeof(target));
	const uint8_t rr[] = {0xc0, (uint8_t)(at - sizeof(target)), 0, A, 0, 1,
	    0, 0, 1, 44, 0, 4, 192, 0, 2, 1};

	memcpy(out + at, rr, sizeof(rr));
	out[7]++;
	return at + sizeof(rr);
}

/* The first label of the question says what to do. */
static size_t
script(void *ctx, const struct peer_question *q, uint8_t *out)
{
	size_t at = peer_begin(q, 0, out);
	const char *name = q->name;

	(void)ctx;
	if (strncmp(name, "nx.", 3) == 0)
		return peer_begin(q, 3, out);
	if (strncmp(name, "servfail.", 9) == 0)
		return peer_begin(q, 2, out);
	if (strncmp(name, "silent.", 7) == 0)
		return 0;
	if (strncmp(name, "late.", 5) == 0 && count_seen(name) < 2)
		return 0;
	/* libunbound asks a failing server five times */
	if (strncmp(name, "flaky.", 6) == 0 && count_seen(name) < 5)
		return peer_begin(q, 2, out);
	if (strncmp(name, "malformed.", 10) == 0) {
		out[7] = 9; /* answers that are not there */
		out[at] = 0xff;
		return at + 1;
	}
	if (strncmp(name, "big4k.", 6) == 0)
		return cut_to_tcp(q, out, 4000);
	if (strncmp(name, "big60k.", 7) == 0)
		return cut_to_tcp(q, out, 60000);
	if (strncmp(name, "alias.", 6) == 0)
		return cname(q, out);
	if (q->type == A)
		return peer_add(out, at, A, address, 4);
	if (q->type == TXT && strncmp(name, "nodata.", 7) != 0)
		return add_txt(out, at, 5);
	return at;
}

struct world {
	struct peer peer;
	struct as_str server;
	struct as_dns_config config;
};

static bool
world_open(struct world *w)
{
	if (!peer_start(&w->peer, script, NULL))
		return false;
	w->server = as_str_from(w->peer.address);
	w->config = (struct as_dns_config){.servers = &w->server,
	    .n_servers = 1,
	    .trust_anchors = AS_STR(OTHER_ANCHOR)};
	return true;
}

static void
check_good(struct bench *b)
{
	struct got g;

	t_case("an answer, that no anchor covers");
	ask_one(b, &g, "ok.plain.example", TXT);
	T_INT(g.kind, AS_REPLY_PACKET);
	T_INT(g.security, AS_SECURITY_INDETERMINATE);
	T_STR(as_str_from(g.text), "0: TXT \"ttttt\"");
	T_OK(!g.early && g.calls == 1 && !g.proposed);

	t_case("again, from the cache: still not before ask returns");
	ask_one(b, &g, "ok.plain.example", TXT);
	T_STR(as_str_from(g.text), "0: TXT \"ttttt\"");
	T_OK(!g.early && g.calls == 1);

	t_case("no such name");
	ask_one(b, &g, "nx.plain.example", TXT);
	T_INT(g.kind, AS_REPLY_PACKET);
	T_INT(g.rcode, 3);
	T_STR(as_str_from(g.text), "3:");

	t_case("no data");
	ask_one(b, &g, "nodata.plain.example", TXT);
	T_INT(g.kind, AS_REPLY_PACKET);
	T_STR(as_str_from(g.text), "0:");

	t_case("a CNAME and what it leads to");
	ask_one(b, &g, "alias.plain.example", A);
	T_STR(as_str_from(g.text), "0: CNAME ok.plain.example.|A 192.0.2.1");
}

static void
check_large(struct bench *b)
{
	struct got g;

	t_case("4 kB of TXT come by TCP");
	ask_one(b, &g, "big4k.plain.example", TXT);
	T_INT(g.kind, AS_REPLY_PACKET);
	T_OK(g.n > 4000 && g.n < 5000);

	t_case("60 kB of TXT come by TCP");
	ask_one(b, &g, "big60k.plain.example", TXT);
	T_INT(g.kind, AS_REPLY_PACKET);
	T_OK(g.n > 60000);
}

/* All at once: each of these rests six seconds. */
static void
check_failures(struct bench *b)
{
	struct got fail = {0}, flaky = {0}, bad = {0};

	t_case("three failing questions are asked");
	T_OK(ask(b, &fail, "servfail.plain.example", TXT));
	T_OK(ask(b, &flaky, "flaky.plain.example", TXT));
	T_OK(ask(b, &bad, "malformed.plain.example", TXT));
	wait_all(b);

	t_case("SERVFAIL is a failure, with its rcode");
	T_INT(fail.kind, AS_REPLY_FAILED);
	T_INT(fail.rcode, 2);
	T_INT(fail.security, AS_SECURITY_INDETERMINATE);
	T_STR(as_str_from(fail.detail), "no server gave a usable answer");

	t_case("what fails once is asked again, and heard");
	T_INT(flaky.kind, AS_REPLY_PACKET);
	T_STR(as_str_from(flaky.text), "0: TXT \"ttttt\"");

	t_case("a malformed answer is a failure");
	T_INT(bad.kind, AS_REPLY_FAILED);
}

/* DNS-1 */
static void
test_replies(struct world *w)
{
	struct bench b;

	t_case("a resolver for a scripted server");
	if (!T_OK(bench_open(&b, &w->config)))
		return;
	check_good(&b);
	check_large(&b);
	check_failures(&b);
	bench_close(&b);
}

/* DNS-1 */
static void
test_deadline(struct world *w)
{
	struct as_dns_config config = w->config;
	struct bench b;
	struct got silent = {0}, late = {0};

	config.query_ms = SMALL_MS;
	config.tries = 8;
	t_case("silence, and an answer to a later try");
	T_OK(bench_open(&b, &config));
	T_OK(ask(&b, &late, "late.plain.example", TXT));
	wait_all(&b);
	T_INT(late.kind, AS_REPLY_PACKET);
	T_OK(late.took_ms >= SMALL_MS);
	T_OK(ask(&b, &silent, "silent.plain.example", TXT));
	wait_all(&b);
	T_INT(silent.kind, AS_REPLY_TIMEOUT);
	T_INT(silent.security, AS_SECURITY_INDETERMINATE);
	T_STR(
	    as_str_from(silent.detail), "no answer within 250 ms, in 8 tries");
	T_OK(silent.took_ms >= 8 * SMALL_MS);
	bench_close(&b);
}

static void
test_names(struct world *w)
{
	static const char *const bad[] = {"", "..", "a..example", ".example",
	    "a b.example", "a\\999.example", "a\\1.example", "a\\",
	    ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	     ".example")};
	struct bench b;
	struct got g;

	T_OK(bench_open(&b, &w->config));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		t_case("not a name: \"%s\"", bad[i]);
		T_OK(!ask(&b, &g, bad[i], TXT));
	}
	t_case("escapes, a final dot and the root are names");
	ask_one(&b, &g, "o\\107.a\\046b.example.", TXT);
	T_STR(as_str_from(g.text), "0: TXT \"ttttt\"");
	ask_one(&b, &g, ".", SOA);
	T_INT(g.kind, AS_REPLY_PACKET);
	bench_close(&b);
}

struct tick {
	struct as_timer *timer;
	unsigned n;
};

static void
on_tick(void *ctx)
{
	struct tick *t = ctx;

	t->n++;
	as_timer_set(t->timer, 1);
}

static void
test_burst(struct world *w)
{
	struct as_dns_config config = w->config;
	struct got *all = calloc(MANY, sizeof(*all));
	struct bench b;
	struct tick tick = {.n = 0};
	unsigned good = 0;
	char name[64];

	config.window = 10;
	t_case("a burst goes through a narrow window, all of it");
	T_OK(all != NULL && bench_open(&b, &config));
	for (unsigned i = 0; i < MANY; i++) {
		(void)snprintf(name, sizeof(name), "n%u.burst.example", i);
		T_OK(ask(&b, &all[i], name, A));
	}
	tick.timer = as_timer_new(b.loop, on_tick, &tick);
	as_timer_set(tick.timer, 1);
	wait_all(&b);
	for (unsigned i = 0; i < MANY; i++)
		good += all[i].calls == 1 && !all[i].early &&
		    strcmp(all[i].text, "0: A 192.0.2.1") == 0;
	T_INT(good, MANY);
	/* The loop had its turns meanwhile. */
	T_OK(tick.n > 10);
	as_timer_free(tick.timer);
	bench_close(&b);
	free(all);
}

static struct got *victims[4];

static void
cancel_victims(struct got *g)
{
	for (size_t i = 0; i < 4; i++)
		if (victims[i] != NULL && victims[i]->q != NULL) {
			as_dns_cancel(victims[i]->q);
			victims[i]->q = NULL;
			g->b->left--;
		}
	as_loop_stop(g->b->loop);
}

static void
free_all(struct got *g)
{
	as_dns_free(g->b->dns);
	g->b->dns = NULL;
	as_loop_stop(g->b->loop);
}

static void
test_cancel(struct world *w)
{
	struct as_dns_config config = w->config;
	struct got g[6] = {{0}};
	struct bench b;

	config.window = 2;
	t_case("cancelled while it waits");
	T_OK(bench_open(&b, &config));
	T_OK(ask(&b, &g[0], "ok.plain.example", TXT));
	as_dns_cancel(g[0].q);
	b.left--;
	ask_one(&b, &g[1], "nx.plain.example", TXT);
	T_INT(g[0].calls, 0);

	t_case("cancelled in another's callback: flying, resting or waiting");
	g[0].then = cancel_victims;
	T_OK(ask(&b, &g[2], "silent.plain.example", TXT));
	T_OK(ask(&b, &g[0], "ok.plain.example", TXT));
	T_OK(ask(&b, &g[3], "silent2.plain.example", TXT));
	T_OK(ask(&b, &g[4], "servfail.plain.example", TXT));
	victims[0] = &g[2];
	victims[1] = &g[3];
	victims[2] = &g[4];
	victims[3] = &g[0]; /* itself: has no handle any more */
	wait_all(&b);
	T_INT(g[0].calls, 1);
	T_INT(g[2].calls + g[3].calls + g[4].calls, 0);
	T_INT(b.left, 0);

	t_case("freed in a callback, with queries in every state");
	g[5].then = free_all;
	T_OK(ask(&b, &g[2], "silent.plain.example", TXT));
	T_OK(ask(&b, &g[5], "ok.plain.example", TXT));
	T_OK(ask(&b, &g[3], "servfail.plain.example", TXT));
	T_OK(ask(&b, &g[4], "nx.plain.example", TXT));
	wait_all(&b);
	T_INT(g[5].calls, 1);
	T_OK(b.dns == NULL);
	bench_close(&b);
}

static void
stop(struct got *g)
{
	as_loop_stop(g->b->loop);
}

static void
test_free_pending(struct world *w)
{
	struct got g[3] = {{0}};
	struct bench b;

	t_case("freed while queries fly and wait");
	T_OK(bench_open(&b, &w->config));
	T_OK(ask(&b, &g[0], "silent.plain.example", TXT));
	g[1].then = stop;
	T_OK(ask(&b, &g[1], "ok.plain.example", TXT));
	wait_all(&b);
	T_INT(g[1].calls, 1);
	T_OK(ask(&b, &g[2], "ok.plain.example", TXT));
	bench_close(&b);
	T_INT(g[0].calls + g[2].calls, 0);
	as_dns_free(NULL);
}

static void
test_refused(void)
{
	static const struct {
		const char *what, *server, *anchors, *config, *want;
	} rows[] = {
	    {"a server that is a name", "ns.example", NULL, NULL,
		"\"ns.example\": a resolver is ADDRESS or ADDRESS@PORT"},
	    {"a port that is none", "192.0.2.1@0", NULL, NULL,
		"a resolver's port is a number from 1 to 65535"},
	    {"no anchor in the text", "192.0.2.1", "; nothing\n", NULL,
		"trust anchors: no DS or DNSKEY in it"},
	    {"an anchor of another type", "192.0.2.1", "\n. IN A 192.0.2.1\n",
		NULL, "trust anchors: line 2: neither DS nor DNSKEY"},
	    {"an anchor cut short", "192.0.2.1", ". IN DS 20326 8\n", NULL,
		"trust anchors: line 1: "},
	    {"a file that is not there", "192.0.2.1", NULL,
		"/nonexistent/resolver.conf", "/nonexistent/resolver.conf: "},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct as_loop *loop = as_loop_new();
		struct as_why why = {.text = ""};
		struct as_str server = as_str_from(rows[i].server);
		struct as_dns *dns;

		t_case("refused: %s", rows[i].what);
		T_OK(as_dns_new(loop,
			 &(struct as_dns_config){.servers = &server,
			     .n_servers = 1,
			     .trust_anchors = as_str_from(rows[i].anchors),
			     .resolver_config = rows[i].config},
			 &dns, &why) != AS_OK);
		T_OK(dns == NULL);
		if (!T_OK(
			as_str_has_prefix(as_str_from(why.text), rows[i].want)))
			printf("# got %s\n", why.text);
		as_loop_free(loop);
	}
}

/* In a child: sandbox first, then questions by UDP and TCP. */
static int
sandboxed(const struct as_dns_config *config)
{
	const struct as_sandbox_limits limits = {.files = 1024};
	struct as_sandbox_state state;
	struct got small, large;
	struct bench b;

	if (!bench_open(&b, config))
		return 2;
	if (as_sandbox_enter(&limits, &state, NULL) != AS_OK)
		return 3;
	ask_one(&b, &small, "ok.plain.example", TXT);
	ask_one(&b, &large, "big60k.plain.example", TXT);
	if (small.kind != AS_REPLY_PACKET || large.kind != AS_REPLY_PACKET)
		return 4;
	return strcmp(small.text, "0: TXT \"ttttt\"") == 0 ? 0 : 5;
}

static void
test_sandbox(struct world *w)
{
	int status = -1;
	pid_t pid;

	t_case("all files are read before the sandbox: it works inside");
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(sandboxed(&w->config));
	T_OK(waitpid(pid, &status, 0) == pid);
	T_OK(WIFEXITED(status));
	T_INT(WEXITSTATUS(status), 0);
}

int
main(void)
{
	struct world w;

	t_case("a scripted server");
	if (!T_OK(world_open(&w)))
		return t_done();
	test_replies(&w);
	test_deadline(&w);
	test_names(&w);
	test_burst(&w);
	test_cancel(&w);
	test_free_pending(&w);
	test_refused();
	test_sandbox(&w);
	peer_stop(&w.peer);
	return t_done();
}
