/*
 * check_host() on scripted answers: each result, each limit, and what is asked.
 */
#include "std/spf_eval.h"

#include "base/limits.h"
#include "harness.h"
#include "std/dns_wire.h"
#include "std/spf_run.h"

#include "base/banned.h"

static struct as_arena *arena;

/*
 * A world is lines "NAME TYPE VALUE"; TYPE "FAULT" means no answer for the types
 * that the name does not have, "SLOW" that each answer takes VALUE ms.
 */
struct world {
	const char *text;
	bool shy; /* answers only what was asked for before */
	struct as_need asked[128];
	size_t n_asked;
	size_t rounds, largest_round;
};

struct cells {
	struct as_str name, type, value;
};

static bool
line_next(struct as_str text, size_t *at, struct cells *out)
{
	size_t end = as_str_find(text, '\n', *at);
	struct as_str line = as_str_slice(text, *at, end);
	size_t one = as_str_find(line, ' ', 0);
	size_t two = as_str_find(line, ' ', one + 1);

	if (*at >= text.n)
		return false;
	*at = end + 1;
	out->name = as_str_slice(line, 0, one);
	out->type = as_str_slice(line, one + 1, two);
	out->value = as_str_slice(line, two + 1, line.n);
	return true;
}

static bool
is_asked(const struct world *w, struct as_str name, uint16_t type)
{
	for (size_t i = 0; i < w->n_asked; i++)
		if (w->asked[i].type == type &&
		    as_str_eq(w->asked[i].name, name))
			return true;
	return false;
}

static struct as_spf_reply
world_lookup(void *ctx, struct as_str name, uint16_t type)
{
	const struct world *w = ctx;
	struct as_str text = as_str_from(w->text), *list;
	struct as_spf_reply r = {.kind = AS_SPF_REPLY_VOID, .took_ms = 1};
	bool fault = false;
	struct cells c;
	uint64_t ms = 1;

	if (w->shy && !is_asked(w, name, type))
		return (struct as_spf_reply){.kind = AS_SPF_REPLY_PENDING};
	list = as_arena_array(arena, 64, sizeof(*list));
	for (size_t at = 0; line_next(text, &at, &c);) {
		if (!as_str_eq(c.name, name))
			continue;
		if (as_str_is(c.type, as_rrtype_text(type)))
			list[r.n++] = c.value;
		if (as_str_is(c.type, "FAULT"))
			fault = true;
		if (as_str_is(c.type, "SLOW"))
			(void)!as_str_u64(c.value, 100000, &ms);
	}
	r.list = list;
	r.took_ms = (uint32_t)ms;
	r.cause = AS_STR("SERVFAIL");
	if (r.n > 0)
		r.kind = AS_SPF_REPLY_RECORDS;
	else if (fault)
		r.kind = AS_SPF_REPLY_ERROR;
	return r;
}

static struct as_spf_query
query(const char *ip, const char *sender)
{
	struct as_spf_query q = {.sender = as_str_from(sender),
	    .helo = AS_STR("helo.test"),
	    .now_ms = 1700000000123,
	    .void_limit = AS_SPF_VOIDS,
	    .time_limit_ms = AS_SPF_TIME_MS};

	if (as_ip_parse(as_str_from(ip), &q.ip) != AS_OK)
		abort();
	return q;
}

/* Evaluate with answers that come only when asked for. */
static struct as_spf_verdict
eval_shy(struct world *w, const struct as_spf_query *q)
{
	struct as_spf_verdict v;

	w->shy = true;
	for (;;) {
		T_INT(as_spf_eval(arena, q, world_lookup, w, &v), AS_OK);
		if (v.n_needs == 0)
			return v;
		w->rounds++;
		if (v.n_needs > w->largest_round)
			w->largest_round = v.n_needs;
		for (size_t i = 0; i < v.n_needs; i++) {
			T_OK(as_spf_is_name(v.needs[i].name));
			T_OK(!is_asked(w, v.needs[i].name, v.needs[i].type));
			w->asked[w->n_asked++] = v.needs[i];
		}
	}
}

static void
steps_same(const struct as_spf_step *a, const struct as_spf_step *b)
{
	T_INT(a->depth, b->depth);
	T_INT(a->outcome, b->outcome);
	T_INT(a->result, b->result);
	T_INT(a->lookups, b->lookups);
	T_INT(a->cost, b->cost);
	T_INT(a->voids, b->voids);
	T_OK(as_str_eq(a->term->text, b->term->text));
	T_OK(as_str_eq(a->detail, b->detail));
	T_OK(as_str_eq(a->domain, b->domain));
}

/* Whatever the order in which answers come, the verdict is the same. */
static struct as_spf_verdict
eval_query(struct world *w, const struct as_spf_query *q)
{
	struct world bold = {.text = w->text};
	struct as_spf_verdict v = eval_shy(w, q), all;

	T_INT(as_spf_eval(arena, q, world_lookup, &bold, &all), AS_OK);
	T_INT(all.n_needs, 0);
	T_INT(all.result, v.result);
	T_INT(all.lookups, v.lookups);
	T_INT(all.voids, v.voids);
	T_INT(all.took_ms, v.took_ms);
	T_OK(as_str_eq(all.problem, v.problem));
	T_OK(as_str_eq(all.explanation, v.explanation));
	if (T_INT(all.n_trace, v.n_trace))
		for (size_t i = 0; i < v.n_trace; i++)
			steps_same(&all.trace[i], &v.trace[i]);
	return v;
}

static struct as_spf_verdict
eval(const char *text, const char *ip, const char *sender)
{
	struct world w = {.text = text};
	struct as_spf_query q = query(ip, sender);

	return eval_query(&w, &q);
}

/* --- one record, one client --- */

#define MAIL \
	"mail.test A 192.0.2.1\nmail.test AAAA 2001:db8::1\n" \
	"d.test MX mail.test\nd.test A 192.0.2.9\n" \
	"two.test MX a.two.test\ntwo.test MX mail.test\n" \
	"1.2.0.192.in-addr.arpa PTR mail.test\n" \
	"0.0.127.in-addr.arpa PTR x.test\n" \
	"bad.test FAULT \nnull.test MX .\n" \
	"pass.test TXT v=spf1 +all\nfail.test TXT v=spf1 -all\n" \
	"soft.test TXT v=spf1 ~all\nneutral.test TXT v=spf1 ?all\n" \
	"empty.test TXT v=spf1\nother.test TXT hello\n" \
	"wrong.test TXT v=spf1 wrong\n" \
	"double.test TXT v=spf1 -all\ndouble.test TXT v=spf1 -all\n"

struct record_case {
	const char *record; /* of d.test */
	const char *ip;
	enum as_spf_result result;
	uint32_t lookups, voids;
};

#define R(name) AS_SPF_RESULT_##name

static const struct record_case records[] = {
    {"v=spf1", "192.0.2.1", R(NEUTRAL), 0, 0},
    {"v=spf1 all", "192.0.2.1", R(PASS), 0, 0},
    {"v=spf1 -all", "192.0.2.1", R(FAIL), 0, 0},
    {"v=spf1 ~all", "192.0.2.1", R(SOFTFAIL), 0, 0},
    {"v=spf1 ?all", "192.0.2.1", R(NEUTRAL), 0, 0},
    {"v=spf1 -all ip4:192.0.2.1", "192.0.2.1", R(FAIL), 0, 0},
    {"v=spf1 -all wrong", "192.0.2.1", R(PERMERROR), 0, 0},
    {"v=spf1 ip4:192.0.2.0/24 -all", "192.0.2.1", R(PASS), 0, 0},
    {"v=spf1 ip4:192.0.2.0/24 -all", "::ffff:192.0.2.1", R(PASS), 0, 0},
    {"v=spf1 ip6:::ffff:192.0.2.1 -all", "192.0.2.1", R(FAIL), 0, 0},
    {"v=spf1 ip6:2001:db8::/32 -all", "2001:db8::1", R(PASS), 0, 0},
    {"v=spf1 ip4:0.0.0.0/0 -all", "2001:db8::1", R(FAIL), 0, 0},
    {"v=spf1 a -all", "192.0.2.9", R(PASS), 1, 0},
    {"v=spf1 a -all", "192.0.2.1", R(FAIL), 1, 0},
    {"v=spf1 a/24 -all", "192.0.2.1", R(PASS), 1, 0},
    {"v=spf1 a:mail.test//64 -all", "2001:db8::ff", R(PASS), 1, 0},
    {"v=spf1 a:mail.test/24 -all", "2001:db8::ff", R(FAIL), 1, 0},
    {"v=spf1 a:d.test -all", "2001:db8::ff", R(FAIL), 1, 1},
    {"v=spf1 a:none.test a:none.test ~all", "192.0.2.1", R(SOFTFAIL), 2, 2},
    {"v=spf1 a:n.test a:n.test a:n.test all", "192.0.2.1", R(PERMERROR), 3, 3},
    {"v=spf1 a:bad.test all", "192.0.2.1", R(TEMPERROR), 1, 0},
    {"v=spf1 a:n..test all", "192.0.2.1", R(PASS), 1, 0},
    {"v=spf1 mx -all", "192.0.2.1", R(PASS), 1, 0},
    {"v=spf1 mx -all", "192.0.2.9", R(FAIL), 1, 0},
    {"v=spf1 mx:two.test -all", "192.0.2.1", R(PASS), 1, 1},
    {"v=spf1 mx:mail.test -all", "192.0.2.1", R(FAIL), 1, 1},
    {"v=spf1 mx:null.test -all", "192.0.2.1", R(FAIL), 1, 0},
    {"v=spf1 mx:bad.test -all", "192.0.2.1", R(TEMPERROR), 1, 0},
    {"v=spf1 ptr -all", "192.0.2.1", R(FAIL), 1, 0},
    {"v=spf1 ptr:test.test -all", "192.0.2.1", R(FAIL), 1, 0},
    {"v=spf1 ptr:mail.test -all", "192.0.2.1", R(PASS), 1, 0},
    {"v=spf1 ptr:mail.test -all", "192.0.2.7", R(FAIL), 1, 1},
    {"v=spf1 ptr:ail.test -all", "192.0.2.1", R(FAIL), 1, 0},
    {"v=spf1 exists:mail.test -all", "2001:db8::5", R(PASS), 1, 0},
    {"v=spf1 exists:%{ir}.test -all", "192.0.2.1", R(FAIL), 1, 1},
    {"v=spf1 exists:bad.test -all", "192.0.2.1", R(TEMPERROR), 1, 0},
    {"v=spf1 exists:%{p} -all", "192.0.2.1", R(PASS), 2, 0},
    {"v=spf1 exists:%{p}.test -all", "192.0.2.7", R(FAIL), 2, 1},
    {"v=spf1 include:pass.test -all", "192.0.2.1", R(PASS), 1, 0},
    {"v=spf1 ?include:pass.test -all", "192.0.2.1", R(NEUTRAL), 1, 0},
    {"v=spf1 -include:pass.test all", "192.0.2.1", R(FAIL), 1, 0},
    {"v=spf1 include:fail.test all", "192.0.2.1", R(PASS), 1, 0},
    {"v=spf1 include:soft.test -all", "192.0.2.1", R(FAIL), 1, 0},
    {"v=spf1 include:neutral.test ~all", "192.0.2.1", R(SOFTFAIL), 1, 0},
    {"v=spf1 include:empty.test ~all", "192.0.2.1", R(SOFTFAIL), 1, 0},
    {"v=spf1 include:other.test all", "192.0.2.1", R(PERMERROR), 1, 0},
    {"v=spf1 include:none.test all", "192.0.2.1", R(PERMERROR), 1, 1},
    {"v=spf1 include:wrong.test all", "192.0.2.1", R(PERMERROR), 1, 0},
    {"v=spf1 include:double.test all", "192.0.2.1", R(PERMERROR), 1, 0},
    {"v=spf1 include:bad.test all", "192.0.2.1", R(TEMPERROR), 1, 0},
    {"v=spf1 include:%{d1} all", "192.0.2.1", R(PERMERROR), 1, 0},
    {"v=spf1 redirect=soft.test", "192.0.2.1", R(SOFTFAIL), 1, 0},
    {"v=spf1 redirect=empty.test", "192.0.2.1", R(NEUTRAL), 1, 0},
    {"v=spf1 redirect=none.test", "192.0.2.1", R(PERMERROR), 1, 1},
    {"v=spf1 redirect=other.test", "192.0.2.1", R(PERMERROR), 1, 0},
    {"v=spf1 redirect=bad.test", "192.0.2.1", R(TEMPERROR), 1, 0},
    {"v=spf1 redirect=bad.test ?all", "192.0.2.1", R(NEUTRAL), 0, 0},
    {"v=spf1 a mx redirect=fail.test", "192.0.2.7", R(FAIL), 3, 0},
    {"v=spf1 redirect=d.test", "192.0.2.1", R(PERMERROR), 11, 0},
    {"v=spf1 include:d.test all", "192.0.2.1", R(PERMERROR), 11, 0},
    {"v=spf1 a a a a a a a a a a ~all", "192.0.2.1", R(SOFTFAIL), 10, 0},
    {"v=spf1 a a a a a a a a a a a ~all", "192.0.2.1", R(PERMERROR), 11, 0},
    {"v=spf1 a a a a a a a a a mx a ~all", "192.0.2.1", R(PASS), 10, 0},
    {"v=spf1 a a a a a a a a a exists:%{p}.test all", "192.0.2.1", R(PERMERROR),
	11, 0},
};

/* SPF-5, SPF-7, SPF-9 to 11, SPF-13 to 15 */
static void
test_records(void)
{
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		const struct record_case *c = &records[i];
		struct as_str text =
		    as_str_printf(arena, MAIL "d.test TXT %s\n", c->record);
		struct as_spf_verdict v;
		t_case("%s for %s", c->ip, c->record);
		v = eval(text.p, c->ip, "user@d.test");
		T_STR(as_str_from(as_spf_result_text(v.result)),
		    as_spf_result_text(c->result));
		T_INT(v.lookups, c->lookups);
		T_INT(v.voids, c->voids);
		T_OK((v.problem.n > 0) ==
		    (c->result == R(PERMERROR) || c->result == R(TEMPERROR)));
		T_OK(v.problem.n == 0 ||
		    as_str_has_prefix(v.problem, "RFC 7208 "));
		T_STR(v.record, c->record);
		as_arena_reset(arena);
	}
}

/* --- domains --- */

/* SPF-4 */
static void
test_domains(void)
{
	static const struct {
		const char *sender;
		enum as_spf_result result;
		const char *why;
	} cases[] = {
	    {"user@pass.test", R(PASS), ""},
	    {"user@PASS.test", R(PASS), ""},
	    {"user@pass.test.", R(PASS), ""},
	    {"pass.test", R(PASS), ""},
	    {"@pass.test", R(PASS), ""},
	    {"a@b@pass.test", R(PASS), ""},
	    {"user@none.test", R(NONE),
		"RFC 7208 4.5: none.test has no SPF record"},
	    {"user@other.test", R(NONE),
		"RFC 7208 4.5: other.test has no SPF record"},
	    {"user@double.test", R(PERMERROR),
		"RFC 7208 4.5: double.test has 2 SPF records"},
	    {"user@bad.test", R(TEMPERROR),
		"RFC 7208 4.4: no answer for TXT of bad.test: SERVFAIL"},
	    {"user@localhost", R(NONE),
		"RFC 7208 4.3: \"localhost\" is no domain name of several "
		"labels"},
	    {"user@[192.0.2.1]", R(NONE),
		"RFC 7208 4.3: \"\\091192.0.2.1\\093\" is no domain name of "
		"several labels"},
	    {"user@a..test", R(NONE),
		"RFC 7208 4.3: \"a..test\" is no domain name of several "
		"labels"},
	    {"user@", R(NONE),
		"RFC 7208 4.3: \"\" is no domain name of several labels"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_spf_verdict v;
		t_case("sender \"%s\"", cases[i].sender);
		v = eval(MAIL, "192.0.2.1", cases[i].sender);
		T_INT(v.result, cases[i].result);
		T_STR(v.problem, cases[i].why);
		as_arena_reset(arena);
	}
}

/* SPF-19 */
static void
test_identity(void)
{
	struct world w = {.text = "helo.test TXT v=spf1 -all exp=e.test\n"
				  "e.test TXT %{s} %{l} %{o} %{d} %{h} %{r}\n"
				  "d.test TXT v=spf1 -all exp=e.test\n"};
	struct as_spf_query q = query("192.0.2.1", "");
	struct as_spf_verdict v;

	t_case("no sender: postmaster at the HELO name (2.4)");
	v = eval_query(&w, &q);
	T_STR(v.domain, "helo.test");
	T_STR(v.sender, "postmaster@helo.test");
	T_STR(v.explanation,
	    "postmaster@helo.test postmaster helo.test helo.test helo.test "
	    "unknown");

	t_case("a domain that is not the sender's");
	w.n_asked = 0;
	q = query("192.0.2.1", "User@Other.test");
	q.domain = AS_STR("D.test");
	q.receiver = AS_STR("mx.receiver.test");
	v = eval_query(&w, &q);
	T_STR(v.domain, "d.test");
	T_STR(v.explanation,
	    "User@Other.test User Other.test D.test helo.test "
	    "mx.receiver.test");
	as_arena_reset(arena);
}

/* --- limits --- */

/* SPF-8 */
static void
test_time(void)
{
	static const char text[] =
	    "d.test TXT v=spf1 a mx ptr a a:slow.test ip4:192.0.2.1 -all\n"
	    "d.test SLOW 4000\nslow.test SLOW 9000\nslow.test A 192.0.2.2\n"
	    "d.test A 192.0.2.3\nd.test MX slow.test\n";
	struct world w = {.text = text};
	struct as_spf_query q = query("192.0.2.1", "user@d.test");
	struct as_spf_verdict v;

	t_case("time is counted once a question, and is over at the limit");
	q.time_limit_ms = 21000 + 1; /* TXT A MX slow.test, and PTR */
	v = eval_query(&w, &q);
	T_INT(v.result, R(PASS));
	T_INT(v.took_ms, 21001);
	w.n_asked = 0;
	q.time_limit_ms = 21000;
	v = eval_query(&w, &q);
	T_INT(v.result, R(TEMPERROR));
	T_STR(v.problem, "RFC 7208 4.6.4: the lookups took more than 21000 ms");
	T_INT(v.trace[v.n_trace - 1].outcome, AS_SPF_OUTCOME_ERROR);
	T_STR(v.trace[v.n_trace - 1].term->text, "ptr");
	w.n_asked = 0;
	q.time_limit_ms = 0;
	T_INT(eval_query(&w, &q).result, R(PASS));

	t_case("a record that comes too late");
	w = (struct world){.text = "d.test TXT v=spf1\nd.test SLOW 4000\n"};
	q.time_limit_ms = 3999;
	T_INT(eval_query(&w, &q).result, R(TEMPERROR));
	q.time_limit_ms = 4000;
	w.n_asked = 0;
	T_INT(eval_query(&w, &q).result, R(NEUTRAL));
	as_arena_reset(arena);
}

/* SPF-7 */
static void
test_voids(void)
{
	struct world w = {.text = "d.test TXT v=spf1 a:n.test mx:m.test ~all\n"
				  "m.test MX one.test\nm.test MX two.test\n"};
	struct as_spf_query q = query("192.0.2.1", "user@d.test");
	struct as_spf_verdict v;

	t_case("void lookups: terms are counted, and the limit is a setting");
	v = eval_query(&w, &q);
	T_INT(v.result, R(SOFTFAIL));
	T_INT(v.voids, 2);
	w.n_asked = 0;
	q.void_limit = 1;
	v = eval_query(&w, &q);
	T_INT(v.result, R(PERMERROR));
	T_STR(
	    v.problem, "RFC 7208 4.6.4: more than 1 terms find nothing in DNS");
	as_arena_reset(arena);
}

/* SPF-6 */
static void
test_many_exchanges(void)
{
	struct world w = {.text = NULL};
	struct as_spf_query q = query("192.0.2.1", "user@d.test");
	struct as_str text = AS_STR("d.test TXT v=spf1 mx -all\n");
	struct as_spf_verdict v;

	t_case("ten exchanges are asked at once, an eleventh is an error");
	for (int i = 0; i < 10; i++)
		text = as_str_printf(arena,
		    AS_STR_FMT "d.test MX m%d.test\nm%d.test A 192.0.2.%d\n",
		    AS_STR_ARG(text), i, i, i + 20);
	w.text = text.p;
	v = eval_query(&w, &q);
	T_INT(v.result, R(FAIL));
	T_INT(w.rounds, 3);
	T_INT(w.largest_round, 10);
	T_INT(v.lookups, 1);
	w = (struct world){.text = "d.test TXT v=spf1 mx -all\n"
				   "d.test MX m.test\nd.test MX m.test\n"};
	(void)eval_query(&w, &q); /* one question, though named twice */
	T_INT(w.n_asked, 3);
	text = as_str_printf(
	    arena, AS_STR_FMT "d.test MX m0.test\n", AS_STR_ARG(text));
	w = (struct world){.text = text.p};
	v = eval_query(&w, &q);
	T_INT(v.result, R(PERMERROR));
	T_STR(v.problem, "RFC 7208 4.6.4: d.test has more than 10 exchanges");
	as_arena_reset(arena);
}

/* SPF-6 */
static void
test_many_names(void)
{
	struct as_spf_query q = query("192.0.2.1", "user@d.test");
	struct as_str text = AS_STR("d.test TXT v=spf1 ptr -all\n");

	t_case("the eleventh name of a client is not looked at");
	for (int i = 0; i < 10; i++)
		text = as_str_printf(arena,
		    AS_STR_FMT "1.2.0.192.in-addr.arpa PTR m%d.test\n"
			       "m%d.test A 192.0.2.9\n",
		    AS_STR_ARG(text), i, i);
	text = as_str_printf(arena,
	    AS_STR_FMT "1.2.0.192.in-addr.arpa PTR x.d.test\n"
		       "x.d.test A 192.0.2.1\n",
	    AS_STR_ARG(text));
	struct world w = {.text = text.p};
	T_INT(eval_query(&w, &q).result, R(FAIL));
	T_INT(w.rounds, 3);

	t_case("names that DNS fails for, or cannot hold, are passed over");
	w = (struct world){.text =
			       "d.test TXT v=spf1 ptr -all\nbad.d.test FAULT \n"
			       "1.2.0.192.in-addr.arpa PTR bad.d.test\n"
			       "1.2.0.192.in-addr.arpa PTR .\n"
			       "1.2.0.192.in-addr.arpa PTR x.d.test\n"
			       "x.d.test A 192.0.2.1\n"};
	T_INT(eval_query(&w, &q).result, R(PASS));
	w = (struct world){.text = "d.test TXT v=spf1 ptr -all\n"
				   "1.2.0.192.in-addr.arpa FAULT \n"};
	T_INT(eval_query(&w, &q).result, R(FAIL));
	as_arena_reset(arena);
}

static void
test_p(void)
{
	static const char names[] =
	    "1.2.0.192.in-addr.arpa PTR a.other.test\n"
	    "1.2.0.192.in-addr.arpa PTR x.d.test\n"
	    "1.2.0.192.in-addr.arpa PTR d.test\n"
	    "1.2.0.192.in-addr.arpa PTR a\\033b.other.test\n"
	    "d.test TXT v=spf1 -all exp=e.test\ne.test TXT %{p}\n";
	static const struct {
		const char *valid;
		const char *p;
	} cases[] = {
	    {"a.other.test A 192.0.2.1\nx.d.test A 192.0.2.1\n"
	     "d.test A 192.0.2.1\n",
		"d.test"},
	    {"a.other.test A 192.0.2.1\nx.d.test A 192.0.2.1\n", "x.d.test"},
	    {"a.other.test A 192.0.2.1\n", "a.other.test"},
	    {"a\\033b.other.test A 192.0.2.1\n", "a!b.other.test"},
	    {"d.test A 192.0.2.2\n", "unknown"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_str text =
		    as_str_printf(arena, "%s%s", names, cases[i].valid);
		t_case("%%{p} is \"%s\" (7.3)", cases[i].p);
		T_STR(eval(text.p, "192.0.2.1", "user@d.test").explanation,
		    cases[i].p);
		as_arena_reset(arena);
	}
}

/* --- explanations --- */

/* SPF-12 */
static void
test_explanations(void)
{
	static const struct {
		const char *text; /* beside d.test's "-all exp=e.test" */
		const char *got;  /* NULL: none */
		const char *why;
	} cases[] = {
	    {"e.test TXT Go away, %{c}.", "Go away, 192.0.2.1.", ""},
	    {"e.test TXT at %{t}", "at 1700000000", ""},
	    {"e.test TXT ", "", ""},
	    {"e.test TXT %{x}", NULL, "RFC 7208 7.1: unknown macro letter"},
	    {"e.test TXT a\tb", NULL,
		"RFC 7208 3.1: only visible ASCII characters may stand here"},
	    {"e.test TXT one\ne.test TXT two", NULL,
		"there are several TXT records"},
	    {"f.test TXT one", NULL, "there is no TXT record"},
	    {"e.test FAULT ", NULL, "SERVFAIL"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_str text = as_str_printf(arena,
		    "d.test TXT v=spf1 -all exp=e.test\n%s\n", cases[i].text);
		struct as_spf_verdict v;
		t_case("explanation: %s", cases[i].text);
		v = eval(text.p, "192.0.2.1", "user@d.test");
		T_INT(v.result, R(FAIL));
		T_OK(as_str_is_null(v.explanation) == (cases[i].got == NULL));
		T_STR(v.explanation, cases[i].got != NULL ? cases[i].got : "");
		T_STR(v.trace[1].detail, cases[i].why);
		T_INT(v.trace[1].outcome,
		    cases[i].got != NULL ? AS_SPF_OUTCOME_USED
					 : AS_SPF_OUTCOME_IGNORED);
		T_INT(v.lookups, 0);
		T_INT(v.voids, 0);
		as_arena_reset(arena);
	}

	t_case("a name that DNS cannot hold leads to no text");
	T_OK(as_str_is_null(eval(
	    "d.test TXT v=spf1 -all exp=e..%{d}\n", "192.0.2.1", "user@d.test")
				.explanation));
	t_case("only a fail is explained");
	T_OK(as_str_is_null(eval("d.test TXT v=spf1 ~all exp=e.test\n"
				 "e.test TXT no\n",
	    "192.0.2.1", "user@d.test")
				.explanation));
	as_arena_reset(arena);
}

/* --- the trace --- */

static void
test_trace(void)
{
	static const char text[] =
	    "d.test TXT v=spf1 mx -ip4:192.0.2.8 include:i.test redirect=r.test"
	    " exp=never.test\n"
	    "d.test MX mail.test\nmail.test A 192.0.2.1\n"
	    "i.test TXT v=spf1 a:a.test include:j.test ~all\n"
	    "j.test TXT v=spf1 exists:none.test ?all\na.test A 192.0.2.5\n"
	    "r.test TXT v=spf1 ip4:192.0.2.9 -all exp=%{d2r}\n"
	    "test.r TXT told by %{d}\n";
	static const struct {
		uint32_t depth;
		const char *domain, *term, *target;
		enum as_spf_outcome outcome;
		enum as_spf_result result;
		uint32_t lookups, cost, voids;
		const char *detail;
	} want[] = {
	    {0, "d.test", "mx", "d.test", AS_SPF_OUTCOME_NO_MATCH, R(NONE), 1,
		1, 0, "mail.test: 192.0.2.1"},
	    {0, "d.test", "-ip4:192.0.2.8", "", AS_SPF_OUTCOME_NO_MATCH,
		R(NONE), 1, 0, 0, ""},
	    {0, "d.test", "include:i.test", "i.test", AS_SPF_OUTCOME_NO_MATCH,
		R(SOFTFAIL), 5, 4, 1, ""},
	    {1, "i.test", "a:a.test", "a.test", AS_SPF_OUTCOME_NO_MATCH,
		R(NONE), 3, 1, 0, "a.test: 192.0.2.5"},
	    {1, "i.test", "include:j.test", "j.test", AS_SPF_OUTCOME_NO_MATCH,
		R(NEUTRAL), 5, 2, 1, ""},
	    {2, "j.test", "exists:none.test", "none.test",
		AS_SPF_OUTCOME_NO_MATCH, R(NONE), 5, 1, 1,
		"none.test has no A record"},
	    {2, "j.test", "?all", "", AS_SPF_OUTCOME_MATCH, R(NEUTRAL), 5, 0, 0,
		""},
	    {1, "i.test", "~all", "", AS_SPF_OUTCOME_MATCH, R(SOFTFAIL), 5, 0,
		0, ""},
	    {0, "d.test", "redirect=r.test", "r.test", AS_SPF_OUTCOME_USED,
		R(FAIL), 6, 1, 0, ""},
	    {1, "r.test", "ip4:192.0.2.9", "", AS_SPF_OUTCOME_NO_MATCH, R(NONE),
		6, 0, 0, ""},
	    {1, "r.test", "-all", "", AS_SPF_OUTCOME_MATCH, R(FAIL), 6, 0, 0,
		""},
	    {1, "r.test", "exp=%{d2r}", "test.r", AS_SPF_OUTCOME_USED, R(NONE),
		6, 0, 0, ""},
	};
	struct as_spf_verdict v;

	t_case("the trace: each term that was evaluated, and its cost");
	v = eval(text, "192.0.2.77", "user@d.test");
	T_STR(v.explanation, "told by r.test");
	if (!T_INT(v.n_trace, sizeof(want) / sizeof(want[0])))
		return;
	for (size_t i = 0; i < v.n_trace; i++) {
		const struct as_spf_step *s = &v.trace[i];
		T_INT(s->depth, want[i].depth);
		T_STR(s->domain, want[i].domain);
		T_STR(s->term->text, want[i].term);
		T_STR(s->target, want[i].target);
		T_INT(s->outcome, want[i].outcome);
		T_INT(s->result, want[i].result);
		T_INT(s->lookups, want[i].lookups);
		T_INT(s->cost, want[i].cost);
		T_INT(s->voids, want[i].voids);
		T_STR(s->detail, want[i].detail);
	}

	t_case("an error is told once, where it is");
	v = eval("d.test TXT v=spf1 include:i.test -all\n"
		 "i.test TXT v=spf1 redirect=j.test\nj.test TXT v=spf1 a:x -all"
		 "\n",
	    "192.0.2.77", "user@d.test");
	T_INT(v.result, R(PERMERROR));
	T_INT(v.n_trace, 2);
	T_INT(v.trace[0].outcome, AS_SPF_OUTCOME_ERROR);
	T_STR(v.trace[0].detail, "");
	T_INT(v.trace[1].outcome, AS_SPF_OUTCOME_ERROR);
	T_OK(as_str_eq(v.trace[1].detail, v.problem));
	T_OK(as_str_has_prefix(v.problem, "RFC 7208 7.1: a:x: "));
	as_arena_reset(arena);
}

/* --- hostile records --- */

static void
test_hostile(void)
{
	static const char record[] =
	    "v=spf1 a mx/24//64 ptr:%{d} exists:%{l1r-}.%{ir}.%{p}.t "
	    "ip4:192.0.2.0/24 ip6:2001:db8::/32 include:i.test x=%{s} "
	    "exp=%{d2} redirect=r.test";
	struct as_spf_query q = query("198.51.100.1", "user@d.test");
	struct as_spf_verdict v;
	char text[400];

	t_case("every prefix of a record, and NUL at every place, is judged");
	for (size_t n = 0; n < sizeof(record); n++)
		for (int nul = 0; nul < 2; nul++) {
			struct world w = {.text = text};
			(void)snprintf(text, sizeof(text), "d.test TXT %.*s",
			    (int)n, record);
			if (nul && n > 0)
				text[10 + n] = '\1';
			T_INT(as_spf_eval(arena, &q, world_lookup, &w, &v),
			    AS_OK);
			T_OK(v.n_needs == 0);
			if (nul && n > 7)
				T_INT(v.result, R(PERMERROR));
			if (n < 6)
				T_INT(v.result, R(NONE));
			as_arena_reset(arena);
		}
}

static struct as_spf_reply
nul_lookup(void *ctx, struct as_str name, uint16_t type)
{
	(void)name;
	return (struct as_spf_reply){.kind = type == AS_RR_TXT
		? AS_SPF_REPLY_RECORDS
		: AS_SPF_REPLY_VOID,
	    .list = ctx,
	    .n = 1};
}

static void
test_nul(void)
{
	static const char record[] = "v=spf1 a:d.test x=y -all";
	struct as_spf_query q = query("198.51.100.1", "user@d.test");
	struct as_spf_verdict v;

	t_case("NUL inside a record is a syntax error");
	for (size_t i = 7; i < sizeof(record) - 1; i++) {
		char copy[sizeof(record)];
		struct as_str txt = {copy, sizeof(record) - 1};
		memcpy(copy, record, sizeof(copy));
		copy[i] = 0;
		T_INT(as_spf_eval(arena, &q, nul_lookup, &txt, &v), AS_OK);
		T_INT(v.result, R(PERMERROR));
		as_arena_reset(arena);
	}
	t_case("NUL inside sender and HELO is data");
	q.sender = (struct as_str){"a\0b@d.test", 10};
	q.helo = (struct as_str){"h\0.test", 7};
	struct as_str txt = AS_STR("v=spf1 a:%{h}.%{s}.test -all");
	T_INT(as_spf_eval(arena, &q, nul_lookup, &txt, &v), AS_OK);
	T_INT(v.result, R(FAIL));
	T_STR(v.trace[0].target, "h\\000.test.a\\000b\\064d.test.test");
	as_arena_reset(arena);
}

static void
test_memory(void)
{
	struct world w = {.text =
			      MAIL "d.test TXT v=spf1 a:%{d} mx ptr "
				   "include:fail.test -all exp=mail.test\n"};
	struct as_spf_query q = query("192.0.2.77", "user@d.test");
	struct as_spf_verdict v;
	size_t cap = 0;
	enum as_err err;

	t_case("memory that runs out at any place is told");
	do {
		struct as_arena *a = as_arena_new(cap++);
		err = as_spf_eval(a, &q, world_lookup, &w, &v);
		if (err != AS_OK)
			T_INT(err, AS_ENOMEM);
		as_arena_free(a);
		as_arena_reset(arena);
	} while (err != AS_OK);
	T_INT(v.result, R(FAIL));
}

int
main(void)
{
	arena = as_arena_new((size_t)32 << 20);
	test_records();
	test_domains();
	test_identity();
	test_time();
	test_voids();
	test_many_exchanges();
	test_many_names();
	test_p();
	test_explanations();
	test_trace();
	test_hostile();
	test_nul();
	test_memory();
	as_arena_free(arena);
	return t_done();
}
