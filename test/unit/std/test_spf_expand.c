/*
 * Macro expansion: the examples of RFC 7208 7.4, and its edges.
 */
#include "base/limits.h"
#include "harness.h"
#include "std/spf_parts.h"

static const struct as_spf_macros values = {
    .s = {"strong-bad@email.example.com", 28},
    .l = {"strong-bad", 10},
    .o = {"email.example.com", 17},
    .d = {"email.example.com", 17},
    .i = {"192.0.2.3", 9},
    .p = {"mx.example.org", 14},
    .v = {"in-addr", 7},
    .h = {"", 0},
    .c = {"192.0.2.3", 9},
    .r = {"receiver.example", 16},
    .t = {"1700000000", 10},
};

static struct as_str
expand(struct as_arena *a, const char *text, const struct as_spf_macros *m)
{
	struct as_spf_slip slip;
	struct as_str out = AS_STR_NULL;

	T_OK(as_spf_explanation_check(as_str_from(text), &slip));
	T_INT(as_spf_expand(a, as_str_from(text), m, &out), AS_OK);
	return out;
}

/* SPF-16 */
static void
test_examples(struct as_arena *a)
{
	static const char *const cases[][2] = {
	    {"%{s}", "strong-bad@email.example.com"},
	    {"%{o}", "email.example.com"},
	    {"%{d}", "email.example.com"},
	    {"%{d4}", "email.example.com"},
	    {"%{d3}", "email.example.com"},
	    {"%{d2}", "example.com"},
	    {"%{d1}", "com"},
	    {"%{dr}", "com.example.email"},
	    {"%{d2r}", "example.email"},
	    {"%{l}", "strong-bad"},
	    {"%{l-}", "strong.bad"},
	    {"%{lr}", "strong-bad"},
	    {"%{lr-}", "bad.strong"},
	    {"%{l1r-}", "strong"},
	    {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
	    {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
	    {"%{lr-}.lp.%{ir}.%{v}._spf.%{d2}",
		"bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
	    {"%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}",
		"3.2.0.192.in-addr.strong.lp._spf.example.com"},
	    {"%{d2}.trusted-domains.example.net",
		"example.com.trusted-domains.example.net"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		t_case("RFC 7208 7.4: %s", cases[i][0]);
		T_STR(expand(a, cases[i][0], &values), cases[i][1]);
	}
}

/* SPF-16 */
static void
test_rules(struct as_arena *a)
{
	static const char *const cases[][2] = {
	    {"plain text.", "plain text."},
	    {"", ""},
	    {"%%%_%-", "% %20"},
	    {"%{h}", ""},
	    {"x%{h}y", "xy"},
	    {"%{d0002}", "example.com"},
	    {"%{d99999999999999999999999999}", "email.example.com"},
	    {"%{D}", "email.example.com"},
	    {"%{S}", "strong-bad%40email.example.com"},
	    {"%{DR}", "com.example.email"},
	    {"%{s.-}", "strong.bad@email.example.com"},
	    {"%{l1-}", "bad"},
	    {"%{c} %{r} %{t}", "192.0.2.3 receiver.example 1700000000"},
	    {"%{p1}", "org"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		t_case("expand: %s", cases[i][0]);
		T_STR(expand(a, cases[i][0], &values), cases[i][1]);
	}
}

static void
test_parts(struct as_arena *a)
{
	static const char *const cases[][3] = {
	    /* value of l, macro, wanted */
	    {"a-b-c", "%{l-}", "a.b.c"},
	    {"a-b-c", "%{lr-}", "c.b.a"},
	    {"a-b-c", "%{l2-}", "b.c"},
	    {"a-b-c", "%{l2r-}", "b.a"},
	    {"a-b-c", "%{l3r-}", "c.b.a"},
	    {"a-b-c", "%{l4r-}", "c.b.a"},
	    {"-a-", "%{l-}", ".a."},
	    {"-a-", "%{lr-}", ".a."},
	    {"--", "%{lr-}", ".."},
	    {"--", "%{l1r-}", ""},
	    {"a+b,c/d_e=f", "%{l+,/_=}", "a.b.c.d.e.f"},
	    {"a+b,c/d_e=f", "%{lr+,/_=}", "f.e.d.c.b.a"},
	    {"a.b-c", "%{l-}", "a.b.c"},
	    {"a.b-c", "%{lr-}", "c.a.b"},
	    {"", "%{lr-}", ""},
	    {"~jack&jill=up-a_b3.c", "%{L}", "~jack%26jill%3Dup-a_b3.c"},
	    {"\xc3\xa9", "%{L}", "%C3%A9"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_spf_macros m = values;
		m.l = as_str_from(cases[i][0]);
		t_case("\"%s\" as %s", cases[i][0], cases[i][1]);
		T_STR(expand(a, cases[i][1], &m), cases[i][2]);
	}
}

static void
test_has(void)
{
	t_case("which macros a text uses");
	T_OK(as_spf_macro_has(AS_STR("a%{p}"), 'p'));
	T_OK(as_spf_macro_has(AS_STR("%%%{P2r-}"), 'p'));
	T_OK(as_spf_macro_has(AS_STR("%{d}%{p}"), 'p'));
	T_OK(!as_spf_macro_has(AS_STR("%%{p}"), 'p'));
	T_OK(!as_spf_macro_has(AS_STR("p%{d}%-%_"), 'p'));
	T_OK(!as_spf_macro_has(AS_STR(""), 'p'));
}

static void
test_limits(struct as_arena *a)
{
	static char label[64 * 1024], text[AS_MAX_SPF_TEXT + 1];
	struct as_spf_macros m = values;
	struct as_str out = AS_STR_NULL;
	char *p = text;

	t_case("an expansion may be long, but not endless");
	memset(label, 'x', sizeof(label));
	m.l = (struct as_str){label, AS_MAX_SPF_TEXT};
	T_INT(as_spf_expand(a, AS_STR("%{l}"), &m, &out), AS_OK);
	T_INT(out.n, AS_MAX_SPF_TEXT);
	T_INT(as_spf_expand(a, AS_STR("%{l}%{l}%%"), &m, &out), AS_ELIMIT);
	T_INT(as_spf_expand(a, AS_STR("%{lr-}%{h}%%"), &m, &out), AS_ELIMIT);

	t_case("names lose labels from the left until they fit (7.3)");
	for (int i = 0; i < 30; i++) /* 30 labels of 9 octets, with dots */
		p += snprintf(p, 11, "%c12345678.", 'a' + i % 26);
	out = as_spf_expand_trim((struct as_str){text, (size_t)(p - text)});
	T_INT(out.n, 249);
	T_INT(out.p[0], 'f');
	T_STR(as_spf_expand_trim(AS_STR("a.example.")), "a.example");
	T_STR(as_spf_expand_trim(AS_STR("a.example..")), "a.example.");
	T_STR(as_spf_expand_trim(AS_STR("")), "");
	T_STR(as_spf_expand_trim(AS_STR(".")), "");
	out = as_spf_expand_trim((struct as_str){label, 300});
	T_INT(out.n, 300);
}

int
main(void)
{
	struct as_arena *a = as_arena_new((size_t)4 << 20);

	test_examples(a);
	test_rules(a);
	test_parts(a);
	test_has();
	test_limits(a);
	as_arena_free(a);
	return t_done();
}
