/*
 * The verdict of check_host() as text and JSON.
 */
#include "render/spf.h"

#include "base/json.h"
#include "harness.h"
#include "std/dns_wire.h"

static struct as_arena *arena;

/* One record a name, of type TXT or A; the rest finds nothing. */
static struct as_spf_reply
lookup(void *ctx, struct as_str name, uint16_t type)
{
	static const struct {
		const char *name;
		uint16_t type;
		const char *value;
	} rows[] = {
	    {"a.test", AS_RR_TXT, "v=spf1 a/24 include:b.test -all exp=e.test"},
	    {"a.test", AS_RR_A, "198.51.100.1"},
	    {"b.test", AS_RR_TXT, "v=spf1 exists:%{i}.b.test ~all"},
	    {"e.test", AS_RR_TXT, "No: %{l}"},
	    {"n.test", AS_RR_TXT, "v=spf1 ?all"},
	    {"s.test", AS_RR_TXT, "v=spf1 redirect=t.test"},
	    {"t.test", AS_RR_TXT, "v=spf1 ~all"},
	    {"p.test", AS_RR_TXT, "v=spf1 exists:p.test wrong"},
	    {"x.test", AS_RR_TXT, "v=spf1 include:none.test"},
	    {"f.test", AS_RR_TXT, "v=spf1 -all exp=none.test"},
	    {"w.test", AS_RR_TXT,
		"v=spf1 exists:%{d}.a-label-that-is-long.and-more-of-"
		"them.and-more-of-them.w.test all"},
	};
	struct as_spf_reply r = {.kind = AS_SPF_REPLY_VOID};

	(void)ctx;
	if (as_str_is(name, "dead.test"))
		r = (struct as_spf_reply){
		    .kind = AS_SPF_REPLY_ERROR, .cause = AS_STR("timeout")};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].type == type && as_str_is(name, rows[i].name)) {
			struct as_str *one = AS_NEW(arena, struct as_str);
			*one = as_str_from(rows[i].value);
			r = (struct as_spf_reply){.list = one, .n = 1};
		}
	return r;
}

static struct as_spf_query
query(const char *sender)
{
	struct as_spf_query q = {.sender = as_str_from(sender),
	    .helo = AS_STR("helo.test"),
	    .void_limit = AS_SPF_VOIDS};

	(void)!as_ip_parse(AS_STR("192.0.2.1"), &q.ip);
	return q;
}

static void
text_of(struct as_buf *b, const char *sender, bool colour)
{
	struct as_spf_query q = query(sender);
	struct as_term t = {b, 80, colour};
	struct as_spf_verdict v;

	as_buf_init(b, 65536);
	T_INT(as_spf_eval(arena, &q, lookup, NULL, &v), AS_OK);
	as_spf_text(&t, &q, &v);
	T_OK(as_buf_ok(b));
}

static void
test_text(void)
{
	struct as_buf b;

	t_case("text: verdict, explanation, trace");
	text_of(&b, "\x1b[1mme@a.test", false);
	T_STR(as_buf_str(&b),
	    "FAIL  192.0.2.1 may not send for a.test\n"
	    "\n"
	    "  Explanation  No: \\x1b[1mme\n"
	    "  Sender       \\x1b[1mme@a.test\n"
	    "  HELO         helo.test\n"
	    "  Record       v=spf1 a/24 include:b.test -all exp=e.test\n"
	    "  Lookups      3, of 10 allowed; 1 that found nothing, of 2 "
	    "allowed\n"
	    "\n"
	    "  a/24                  no match    1 lookup    a.test: "
	    "198.51.100.1\n"
	    "  include:b.test        no match    2 lookups   it gives "
	    "softfail\n"
	    "    exists:%{i}.b.test  no match    1 lookup    192.0.2.1.b.test "
	    "has no A record\n"
	    "    ~all                softfail\n"
	    "  -all                  fail\n"
	    "  exp=e.test            used\n");
	as_buf_fini(&b);

	t_case("text: a term too long for its column");
	text_of(&b, "me@w.test", false);
	T_OK(memmem(b.p, b.n, ".w.test no match 1 lookup\n      w.test.a-",
		 40) != NULL);
	T_OK(memmem(b.p, b.n, "\n  all  pass\n", 13) != NULL);
	as_buf_fini(&b);
}

static void
test_sentences(void)
{
	static const char *const cases[][2] = {
	    {"me@a.test", "FAIL  192.0.2.1 may not send for a.test\n\n"},
	    {"me@w.test", "PASS  192.0.2.1 may send for w.test\n\n"},
	    {"me@n.test",
		"NEUTRAL  n.test leaves open whether 192.0.2.1 may send for "
		"it\n\n"},
	    {"me@s.test", "SOFTFAIL  192.0.2.1 should not send for s.test\n\n"},
	    {"me@none.test",
		"NONE  none.test does not say who may send for it\n\n"
		"  Why          RFC 7208 4.5: none.test has no SPF record\n"},
	    {"me@dead.test",
		"TEMPERROR  it cannot be told now whether 192.0.2.1 may send "
		"for dead.test\n\n"
		"  Why          RFC 7208 4.4: no answer for TXT of dead.test: "
		"timeout\n"},
	    {"me@p.test",
		"PERMERROR  the policy of p.test is broken: it does not tell "
		"whether 192.0.2.1\n"
		"           may send\n\n"
		"  Why          RFC 7208 4.6.1: wrong: no such mechanism "
		"(record "
		"of p.test)\n"},
	    {"me@f.test",
		"FAIL  192.0.2.1 may not send for f.test\n\n"
		"  Sender "},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_buf b;
		t_case("text: %s", cases[i][0]);
		text_of(&b, cases[i][0], false);
		if (!T_OK(as_str_has_prefix(as_buf_str(&b), cases[i][1])))
			T_STR(as_buf_str(&b), cases[i][1]);
		as_buf_fini(&b);
		as_arena_reset(arena);
	}
}

static void
test_json(void)
{
	struct as_spf_query q = query("me@a.test");
	struct as_spf_verdict v;
	const json_t *step;
	json_t *doc;

	t_case("JSON: all that a program wants");
	T_INT(as_spf_eval(arena, &q, lookup, NULL, &v), AS_OK);
	doc = as_spf_json(&q, &v);
	T_STR(as_json_get_str(json_object_get(doc, "result")), "fail");
	T_STR(as_json_get_str(json_object_get(doc, "explanation")), "No: me");
	T_STR(as_json_get_str(json_object_get(doc, "ip")), "192.0.2.1");
	T_OK(json_is_null(json_object_get(doc, "problem")));
	T_INT(json_integer_value(json_object_get(doc, "lookups")), 3);
	T_INT(json_integer_value(json_object_get(doc, "void_lookups")), 1);
	T_INT(json_array_size(json_object_get(doc, "trace")), 6);
	step = json_array_get(json_object_get(doc, "trace"), 1);
	T_STR(as_json_get_str(json_object_get(step, "term")), "include:b.test");
	T_STR(as_json_get_str(json_object_get(step, "outcome")), "no-match");
	T_STR(as_json_get_str(json_object_get(step, "result")), "softfail");
	T_INT(json_integer_value(json_object_get(step, "cost")), 2);
	step = json_array_get(json_object_get(doc, "trace"), 0);
	T_OK(json_object_get(step, "result") == NULL);
	json_decref(doc);

	t_case("JSON: nothing to tell is null");
	q = query("me@none.test");
	T_INT(as_spf_eval(arena, &q, lookup, NULL, &v), AS_OK);
	doc = as_spf_json(&q, &v);
	T_OK(json_is_null(json_object_get(doc, "record")));
	T_OK(json_is_null(json_object_get(doc, "explanation")));
	T_OK(json_is_string(json_object_get(doc, "problem")));
	T_OK(json_is_array(json_object_get(doc, "trace")));
	json_decref(doc);
	as_arena_reset(arena);
}

static void
test_colour(void)
{
	struct as_buf b;

	t_case("colour only when asked");
	text_of(&b, "me@a.test", true);
	T_OK(memchr(b.p, 27, b.n) != NULL);
	as_buf_fini(&b);
	text_of(&b, "me@x.test", false);
	T_OK(memchr(b.p, 27, b.n) == NULL);
	as_buf_fini(&b);
}

int
main(void)
{
	arena = as_arena_new((size_t)1 << 20);
	test_text();
	test_sentences();
	test_json();
	test_colour();
	as_arena_free(arena);
	return t_done();
}
