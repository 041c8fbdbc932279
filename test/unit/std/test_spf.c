/*
 * std/spf: the grammar, and what is said about faults.
 */
#include "std/spf.h"

#include "base/limits.h"
#include "harness.h"

#include "base/banned.h"

static struct as_arena *arena;

/* SPF-1 */
static void
test_is_record(void)
{
	t_case("record or not");
	T_OK(as_spf_is_record(AS_STR("v=spf1")));
	T_OK(as_spf_is_record(AS_STR("v=spf1 ")));
	T_OK(as_spf_is_record(AS_STR("V=SpF1 -all")));
	T_OK(!as_spf_is_record(AS_STR("v=spf10")));
	T_OK(!as_spf_is_record(AS_STR("v=spf1mx")));
	T_OK(!as_spf_is_record(AS_STR("v=spf1\t-all")));
	T_OK(!as_spf_is_record(AS_STR(" v=spf1 -all")));
	T_OK(!as_spf_is_record(AS_STR("v=spf")));
	T_OK(!as_spf_is_record(AS_STR("")));
	T_OK(!as_spf_is_record(AS_STR_NULL));
}

/* --- records that are fine --- */

/* Texts of RFC 7208 (sections 5, 6, 7 and appendix A), then corners. */
static const char *const good[] = {
    "v=spf1",
    "v=spf1 ",
    "v=spf1   a    -all   ",
    "v=spf1 +all",
    "v=spf1 a -all",
    "v=spf1 a:example.org -all",
    "v=spf1 mx -all",
    "v=spf1 mx:example.org -all",
    "v=spf1 mx mx:example.org -all",
    "v=spf1 mx/30 mx:example.org/30 -all",
    "v=spf1 ptr -all",
    "v=spf1 ip4:192.0.2.128/28 -all",
    "v=spf1 include:example.com include:example.net -all",
    "v=spf1 exists:%{ir}.%{l1r+-}._spf.%{d} -all",
    "v=spf1 redirect=example.com",
    "v=spf1 redirect=_spf.example.com",
    "v=spf1 exists:_h.%{h}._l.%{l}._o.%{o}._i.%{i}._spf.%{d} ?all",
    "v=spf1 mx -all exp=explain._spf.%{d}",
    "v=spf1 mx -exists:%{d2r}.mailhosts.%{o} -all",
    "v=spf1 a:%{d1}.com",
    "v=spf1 a/0 a//0 a/32//128 mx:a.test/24//64",
    "v=spf1 a:foo:bar/baz.example.com",
    "v=spf1 a:foo/24.example.com/24",
    "v=spf1 a:a.b1-c -all",
    "v=spf1 a:x.xn--zckzah -all",
    "v=spf1 a:a..test -all",
    "v=spf1 a:.test",
    "v=spf1 include:a.test.",
    "v=spf1 include:%{d}",
    "v=spf1 include:%%",
    "v=spf1 include:a%_b%-c.test",
    "v=spf1 exists:%{S128R.-+,/_=}",
    "v=spf1 exists:%{l01r}",
    "v=spf1 ptr:a.test",
    "v=spf1 ip6:::1 ip6:2001:db8::/32 ip6:::ffff:192.0.2.1/0",
    "v=spf1 ip4:0.0.0.0/0",
    "V=SPF1 IP4:192.0.2.1 REDIRECT=a.test",
    "v=spf1 moo.cow-far_out=man:dog/cat ip4:192.0.2.1 -all",
    "v=spf1 default=pass",
    "v=spf1 op=",
    "v=spf1 ra=postmaster rp=100 rr=all:none -all",
    "v=spf1 include=a.test",
    "v=spf1 all -all redirect=a.test",
    "v=spf1 a:example.com-all",
};

/* SPF-14, SPF-16, SPF-17, SPF-18 */
static void
test_good(void)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct as_spf *spf = NULL;
		struct as_why why = {0};

		t_case("good: %s", good[i]);
		if (!T_INT(
			as_spf_parse(arena, as_str_from(good[i]), &spf, &why),
			AS_OK))
			printf("# why: %s\n", why.text);
	}
}

/* --- records that are not --- */

struct bad_case {
	const char *text;
	size_t at;
	const char *why;   /* starts so */
	const char *cause; /* ends so; NULL: no cause is named */
};

#define HEAD "v=spf1 " /* 7 octets */

static const struct bad_case bad[] = {
    /* all */
    {HEAD "-all.", 7, "RFC 7208 4.6.1: -all.: no such mechanism",
	"nothing may follow \"all\""},
    {HEAD "-all:foobar", 11, "RFC 7208 5.1: -all:foobar: \"all\" stands alone",
	"nothing may follow \"all\""},
    {HEAD "-all/8", 11, "RFC 7208 5.1", "nothing may follow \"all\""},
    {HEAD "-all;", 11, "RFC 7208 4.6.1", "by spaces, not by \";\""},
    /* names */
    {HEAD "ip4:192.0.2.4 -all moo", 26, "RFC 7208 4.6.1: moo: no such", NULL},
    {HEAD "1up=foo", 7, "RFC 7208 4.6.1: 1up=foo: a term starts", NULL},
    {HEAD "=all", 7, "RFC 7208 4.6.1", NULL},
    {HEAD "moo.cow/far_out=man:dog/cat", 7, "RFC 7208 4.6.1",
	"a domain wants \"include:\" or \"a:\" before it"},
    {HEAD "moo.cow:far_out=man:dog/cat", 7, "RFC 7208 4.6.1", NULL},
    {HEAD "- all", 8, "RFC 7208 4.6.1: -: a term starts",
	"no space may follow a qualifier: write \"-all\""},
    {HEAD "--all", 8, "RFC 7208 4.6.1", "did you mean \"all\"?"},
    {HEAD "include:a.test \xe2\x80\x93"
	  "all",
	22, "RFC 7208 4.6.1: ???all", "a typographic dash stands for \"-\""},
    {HEAD "a:example.net \x96"
	  "all",
	21, "RFC 7208 4.6.1", "a typographic dash stands for \"-\""},
    {HEAD "mx\xc2\xa0-all", 9, "RFC 7208 4.6.1",
	"a no-break space stands for a space"},
    {HEAD "a:ctrl.example.com\rptr -all", 25, "RFC 7208 3.1",
	"a line break stands for a space"},
    {HEAD "mx\t-all", 9, "RFC 7208 4.6.1", "a tab stands for a space"},
    {HEAD "-all\"", 11, "RFC 7208 4.6.1",
	"a quotation mark is part of the record"},
    {HEAD "mx, -all", 9, "RFC 7208 4.6.1", "by spaces, not by \",\""},
    {HEAD "ip4:192.0.2.1,192.0.2.2 -all", 11, "RFC 7208 5.6",
	"by spaces, not by \",\""},
    /* modifiers and mechanisms mixed up */
    {HEAD "redirect:t2.example.com", 7,
	"RFC 7208 4.6.1: redirect:t2.example.com: a modifier, not a mechanism",
	"write \"redirect=\", with an equals sign"},
    {HEAD "-redirect=t2.example.com", 7, "RFC 7208 4.6.1",
	"\"redirect\" takes no qualifier"},
    {HEAD "exp:e.test -all", 7, "RFC 7208 4.6.1",
	"write \"exp=\", with an equals sign"},
    {HEAD "-moo=x", 7, "RFC 7208 4.6.1: -moo=x: a qualifier before", NULL},
    {HEAD "ipv4:192.0.2.1 -all", 7, "RFC 7208 4.6.1: ipv4:192.0.2.1: no such",
	"did you mean \"ip4\"?"},
    {HEAD "ipv6:2001:db8::1", 7, "RFC 7208 4.6.1", "did you mean \"ip6\"?"},
    {HEAD "ip:2001:db8::1", 7, "RFC 7208 4.6.1", "did you mean \"ip6\"?"},
    {HEAD "ip:192.0.2.1", 7, "RFC 7208 4.6.1", "did you mean \"ip4\"?"},
    {HEAD "inlcude:a.test", 7, "RFC 7208 4.6.1", "did you mean \"include\"?"},
    {HEAD "includes:a.test", 7, "RFC 7208 4.6.1", "did you mean \"include\"?"},
    {HEAD "Exist:a.test", 7, "RFC 7208 4.6.1", "did you mean \"exists\"?"},
    {HEAD "-al", 7, "RFC 7208 4.6.1", "did you mean \"all\"?"},
    {HEAD "192.0.2.1 -all", 7, "RFC 7208 4.6.1",
	"write \"ip4:\" before this address"},
    {HEAD "192.0.2.0/24 -all", 7, "RFC 7208 4.6.1",
	"write \"ip4:\" before this address"},
    {HEAD "+2001:db8::1", 8, "RFC 7208 4.6.1",
	"write \"ip6:\" before this address"},
    {HEAD "mail.example.com -all", 7, "RFC 7208 4.6.1",
	"a domain wants \"include:\" or \"a:\" before it"},
    /* missing spaces */
    {HEAD "ip4:192.0.2.1-all", 11, "RFC 7208 5.6",
	"a space is missing before \"-all\""},
    {HEAD "mx~all", 9, "RFC 7208 4.6.1", "a space is missing before \"~all\""},
    {HEAD "mx-all", 7, "RFC 7208 4.6.1", "a space is missing before \"-all\""},
    {HEAD "include:a.test~all", 21, "RFC 7208 7.1",
	"a space is missing before \"~all\""},
    {HEAD "ip4:192.0.2.1ip4:192.0.2.2", 11, "RFC 7208 5.6",
	"a space is missing before \"ip4:\""},
    {HEAD "include:ip4:192.0.2.1", 27, "RFC 7208 7.1",
	"\"ip4:\" is a term of its own: leave out what stands before it"},
    /* addresses */
    {HEAD "ip4", 10, "RFC 7208 5.6: ip4: an address belongs", NULL},
    {HEAD "ip4/24", 10, "RFC 7208 5.6: ip4/24: an address belongs", NULL},
    {HEAD "ip4: 192.0.2.1 -all", 10, "RFC 7208 5.6: ip4:: an address belongs",
	"no space may follow \":\""},
    {HEAD "ip4:192.0.2.4/33", 21, "RFC 7208 5.6: ip4:192.0.2.4/33: an IPv4 pr",
	NULL},
    {HEAD "ip4:192.0.2.4/032", 21, "RFC 7208 5.6", NULL},
    {HEAD "ip4:192.0.2.4/", 21, "RFC 7208 5.6: ip4:192.0.2.4/: a number", NULL},
    {HEAD "ip4:192.0.2.4//32", 21, "RFC 7208 5.6", NULL},
    {HEAD "ip4:192.0.2.4:8080", 11, "RFC 7208 5.6", "a port has no place here"},
    {HEAD "ip4:192.0.2", 11, "RFC 7208 5.6",
	"an IPv4 address has four numbers"},
    {HEAD "ip4:192.0.2.256", 11, "RFC 7208 5.6: ip4:192.0.2.256: not an IPv4",
	NULL},
    {HEAD "ip4:192.0.02.1", 11, "RFC 7208 5.6", NULL},
    {HEAD "ip4:192.0.2.*", 11, "RFC 7208 5.6",
	"write a block, such as 192.0.2.0/24, for \"*\""},
    {HEAD "ip4:192.0.2.1-192.0.2.9", 11, "RFC 7208 5.6",
	"a range is written as blocks, 192.0.2.0/24"},
    {HEAD "ip4:192.0.2.0/255.255.255.0", 21, "RFC 7208 5.6",
	"write a prefix length, such as /24, for the mask"},
    {HEAD "ip4:mail.example.com", 11, "RFC 7208 5.6",
	"ip4 takes an address; a host name wants \"a:\""},
    {HEAD "ip4::192.0.2.1", 11, "RFC 7208 5.6", "one colon too many"},
    {HEAD "ip4:2001:db8::1", 11, "RFC 7208 5.6",
	"write \"ip6:\" before this address"},
    {HEAD "ip6:192.0.2.1", 11, "RFC 7208 5.6: ip6:192.0.2.1: not an IPv6",
	"write \"ip4:\" before this address"},
    {HEAD "ip6:::192.0.2.1/129", 23, "RFC 7208 5.6", NULL},
    {HEAD "ip6:::192.0.2.1//33", 23, "RFC 7208 5.6", NULL},
    {HEAD "ip6::CAFE::BABE", 11, "RFC 7208 5.6", NULL},
    {HEAD "ip6:fe80::1%eth0", 11, "RFC 7208 5.6", NULL},
    /* prefix lengths of a and mx */
    {HEAD "a/33 -all", 9, "RFC 7208 5.3: a/33: an IPv4 prefix length", NULL},
    {HEAD "mx//129", 11, "RFC 7208 5.4: mx//129: an IPv6 prefix length", NULL},
    {HEAD "a/24/64", 11, "RFC 7208 5.3: a/24/64: an IPv6 prefix length stands",
	NULL},
    {HEAD "a/", 9, "RFC 7208 5.3: a/: a number belongs", NULL},
    {HEAD "a//", 10, "RFC 7208 5.3", NULL},
    {HEAD "a/24//", 13, "RFC 7208 5.3", NULL},
    {HEAD "a/08", 9, "RFC 7208 5.3: a/08: a prefix length has no leading",
	NULL},
    {HEAD "a:b.test/24/", 18, "RFC 7208 5.3", NULL},
    {HEAD "mx/x", 10, "RFC 7208 5.4", NULL},
    {HEAD "a/99999999999999999999999", 9, "RFC 7208 5.3", NULL},
    /* domains */
    {HEAD "a:foo-bar -all", 9, "RFC 7208 7.1: a:foo-bar: a domain needs a dot",
	NULL},
    {HEAD "a:museum.", 9, "RFC 7208 7.1", NULL},
    {HEAD "a:", 9, "RFC 7208 7.1: a:: a domain is missing", NULL},
    {HEAD "a:/24", 9, "RFC 7208 7.1: a:/24: a domain is missing", NULL},
    {HEAD "a:example.com:8080", 20, "RFC 7208 7.1", NULL},
    {HEAD "a:111.222.33.44", 20, "RFC 7208 7.1",
	"write \"ip4:\" before this address"},
    {HEAD "a:192.0.2.1", 17, "RFC 7208 7.1: a:192.0.2.1: the last label may no",
	"write \"ip4:\" before this address"},
    {HEAD "mx:192.0.2.0/24", 18, "RFC 7208 7.1",
	"write \"ip4:\" before this address"},
    {HEAD "a:abc.123", 13, "RFC 7208 7.1", NULL},
    {HEAD "a:example.-com", 17, "RFC 7208 7.1", NULL},
    {HEAD "a:example.com-", 17, "RFC 7208 7.1", NULL},
    {HEAD "a:example..", 17, "RFC 7208 7.1: a:example..: nothing stands", NULL},
    {HEAD "a:%{d}.", 14, "RFC 7208 7.1", NULL},
    {HEAD "a:%{d}com", 13, "RFC 7208 7.1", NULL},
    {HEAD "include", 14, "RFC 7208 5.2: include: a colon and a domain", NULL},
    {HEAD "include/24", 14, "RFC 7208 5.2", NULL},
    {HEAD "include: a.test -all", 15, "RFC 7208 7.1: include:: a domain is",
	"no space may follow \":\""},
    {HEAD "include:a.test/24", 21, "RFC 7208 7.1",
	"\"include\" takes no prefix length"},
    {HEAD "ptr/0 -all", 10, "RFC 7208 5.5", NULL},
    {HEAD "ptr:", 11, "RFC 7208 7.1", NULL},
    {HEAD "exists", 13, "RFC 7208 5.7", NULL},
    {HEAD "exists:", 14, "RFC 7208 7.1", NULL},
    {HEAD "exists:mail.example.com/24", 30, "RFC 7208 7.1",
	"\"exists\" takes no prefix length"},
    {HEAD "redirect=", 16, "RFC 7208 7.1: redirect=: a domain is missing",
	NULL},
    {HEAD "redirect=-all ?all", 16, "RFC 7208 7.1",
	"a space is missing before \"-all\""},
    {HEAD "exp=-all", 11, "RFC 7208 7.1", "a space is missing before \"-all\""},
    {HEAD "exp= -all", 11, "RFC 7208 7.1", "no space may follow \"=\""},
    {HEAD "exp=a.test -all exp=b.test", 23, "RFC 7208 6: exp=b.test: a second",
	NULL},
    {HEAD "redirect=a.test redirect=a.test", 23, "RFC 7208 6", NULL},
    {HEAD "a:\xef\xbb\xbf"
	  "garbage.example.net -all",
	9, "RFC 7208 3.1", "an invisible mark (BOM) is part of the record"},
    /* macros */
    {HEAD "-exists:%(ir).sbl.example.com ?all", 15,
	"RFC 7208 7.1: -exists:%(ir).sbl.example.com: \"%\" must be", NULL},
    {HEAD "exists:foo%.sbl.example.com", 17, "RFC 7208 7.1", NULL},
    {HEAD "exists:foo%", 17, "RFC 7208 7.1", NULL},
    {HEAD "a:%{a}.example.com", 11, "RFC 7208 7.1: a:%{a}.example.com: unknow",
	NULL},
    {HEAD "-all exp=%{r}.example.com", 18, "RFC 7208 7.2", NULL},
    {HEAD "exists:%{c}.a.test", 16, "RFC 7208 7.2", NULL},
    {HEAD "exists:%{T}.a.test", 16, "RFC 7208 7.2", NULL},
    {HEAD "exists:%{d0}", 17, "RFC 7208 7.3", NULL},
    {HEAD "exists:%{d", 15, "RFC 7208 7.1", NULL},
    {HEAD "exists:%{", 15, "RFC 7208 7.1", NULL},
    {HEAD "exists:%{}", 16, "RFC 7208 7.1", NULL},
    {HEAD "exists:%{dr2}", 18, "RFC 7208 7.1", NULL},
    {HEAD "exists:%{d*}", 17, "RFC 7208 7.1", NULL},
    {HEAD "-all foo=%abc", 16, "RFC 7208 7.1", NULL},
    {HEAD "foo=a\x7f", 12, "RFC 7208 3.1", NULL},
};

static bool
has_suffix(const char *s, const char *suffix)
{
	return as_str_has_suffix_case(as_str_from(s), as_str_from(suffix));
}

/* SPF-9, SPF-11, SPF-14, SPF-17, SPF-18 */
static void
test_bad(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct bad_case *c = &bad[i];
		struct as_spf *spf = NULL;
		struct as_why why = {0};

		t_case("bad: %s", c->text + 7);
		T_INT(as_spf_parse(arena, as_str_from(c->text), &spf, &why),
		    AS_ESYNTAX);
		T_INT(why.code, AS_ESYNTAX);
		T_INT(why.at, c->at);
		if (!T_OK(spf == NULL) ||
		    !T_OK(as_str_has_prefix(as_str_from(why.text), c->why)) ||
		    !T_OK(c->cause != NULL ? has_suffix(why.text, c->cause)
					   : strstr(why.text, "; ") == NULL))
			printf("# why: %s\n", why.text);
	}
}

static void
test_bad_more(void)
{
	struct as_spf *spf = NULL;
	struct as_why why;
	char big[4096] = HEAD;

	t_case("bad: NUL in a domain");
	T_INT(
	    as_spf_parse(arena, AS_STR(HEAD "a:foo.example.com\0"), &spf, &why),
	    AS_ESYNTAX);
	T_INT(why.at, 24);

	t_case("bad: not a record");
	T_INT(as_spf_parse(arena, AS_STR("v=spf2.0/pra"), &spf, &why),
	    AS_EVERSION);

	t_case("bad: a long term is cut in the message");
	memset(big + 7, 'x', 1000);
	T_INT(as_spf_parse(arena, (struct as_str){big, 1007}, &spf, &why),
	    AS_ESYNTAX);
	T_OK(strlen(why.text) < 120);
	T_OK(strstr(why.text, "xxx...: no such mechanism") != NULL);

	for (size_t extra = 0; extra < 2; extra++) {
		size_t n = AS_MAX_SPF_TERMS + extra;
		t_case("%zu terms", n);
		memset(big, ' ', sizeof(big));
		memcpy(big, HEAD, 7);
		for (size_t i = 0; i < n; i++)
			big[7 + 2 * i] = 'a';
		T_INT(as_spf_parse(
			  arena, (struct as_str){big, sizeof(big)}, &spf, &why),
		    extra == 0 ? AS_OK : AS_ELIMIT);
	}

	t_case("no memory");
	struct as_arena *tiny = as_arena_new(300);
	T_INT(as_spf_parse(tiny, AS_STR(HEAD "a mx ptr -all"), &spf, &why),
	    AS_ENOMEM);
	as_arena_free(tiny);
}

/* --- what the struct holds --- */

static struct as_spf *
must_parse(const char *text)
{
	struct as_spf *spf = NULL;
	struct as_why why;

	if (as_spf_parse(arena, as_str_from(text), &spf, &why) != AS_OK) {
		printf("Bail out! %s: %s\n", text, why.text);
		exit(1);
	}
	return spf;
}

/* SPF-14 */
static void
test_terms(void)
{
	char ip[AS_IP_TEXT];
	struct as_spf *spf =
	    must_parse("v=spf1  a:A.test/24//64 -mx ~IP4:192.0.2.0/25 "
		       "?ip6:2001:db8::1 include:%{d}.x.test exists:e.test ptr "
		       "exp=why.test foo=%{d}b");
	const struct as_spf_term *t = spf->terms;

	t_case("terms: number and places");
	T_INT(spf->n_terms, 9);
	T_INT(t[0].at, 8);
	T_INT(t[1].at, 24);
	T_INT(t[8].at, spf->text.n - t[8].text.n);

	t_case("terms: a with domain and both lengths");
	T_INT(t[0].kind, AS_SPF_A);
	T_INT(t[0].qualifier, '+');
	T_STR(t[0].text, "a:A.test/24//64");
	T_STR(t[0].name, "a");
	T_STR(t[0].spec, "A.test");
	T_OK(!t[0].has_macro);
	T_INT(t[0].cidr4, 24);
	T_INT(t[0].cidr6, 64);

	t_case("terms: mx alone");
	T_INT(t[1].kind, AS_SPF_MX);
	T_INT(t[1].qualifier, '-');
	T_STR(t[1].text, "-mx");
	T_INT(t[1].spec.n, 0);
	T_INT(t[1].cidr4, 32);
	T_INT(t[1].cidr6, 128);

	t_case("terms: ip4 and ip6");
	T_INT(t[2].kind, AS_SPF_IP4);
	T_INT(t[2].qualifier, '~');
	T_STR(t[2].name, "IP4");
	T_STR(as_str_from(as_ip_text(&t[2].ip.ip, ip)), "192.0.2.0");
	T_INT(t[2].ip.bits, 25);
	T_INT(t[3].kind, AS_SPF_IP6);
	T_INT(t[3].qualifier, '?');
	T_INT(t[3].ip.bits, 128);

	t_case("terms: macros are seen");
	T_OK(t[4].has_macro);
	T_OK(!t[5].has_macro);
	T_OK(t[8].has_macro);

	t_case("terms: modifiers");
	T_INT(t[7].kind, AS_SPF_EXP);
	T_STR(t[7].spec, "why.test");
	T_INT(t[8].kind, AS_SPF_UNKNOWN_MODIFIER);
	T_STR(t[8].name, "foo");
	T_STR(t[8].spec, "%{d}b");
	T_OK(spf->all == NULL && spf->redirect == NULL);

	t_case("terms: the record outlives the text it came from");
	char text[] = "v=spf1 a:b.test";
	T_INT(as_spf_parse(arena, as_str_from(text), &spf, NULL), AS_OK);
	memset(text, 'x', sizeof(text) - 1);
	T_STR(spf->text, "v=spf1 a:b.test");
	T_STR(spf->terms[0].spec, "b.test");
}

/* SPF-5, SPF-11 */
static void
test_all_and_redirect(void)
{
	struct as_spf *spf;

	t_case("redirect without all");
	spf = must_parse("v=spf1 redirect=a.test mx");
	T_OK(spf->redirect == &spf->terms[0] && spf->all == NULL);

	t_case("redirect beside all is not used (6.1)");
	spf = must_parse("v=spf1 redirect=a.test ~all");
	T_OK(spf->redirect == NULL && spf->all == &spf->terms[1]);

	t_case("the first all counts");
	spf = must_parse("v=spf1 ?all -all");
	T_OK(spf->all == &spf->terms[0]);

	t_case("terms that cost a lookup (4.6.4)");
	spf = must_parse("v=spf1 include:a.test a mx ptr exists:a.test "
			 "redirect=a.test ip4:192.0.2.1 ip6:::1 exp=a.test "
			 "foo=a.test");
	for (size_t i = 0; i < spf->n_terms; i++)
		T_INT(as_spf_is_lookup(&spf->terms[i]), i < 6);
	T_OK(!as_spf_is_lookup(must_parse("v=spf1 -all")->all));
}

static void
test_deny_all(void)
{
	t_case("deny all");
	T_OK(as_spf_is_deny_all(must_parse("v=spf1 -all")));
	T_OK(as_spf_is_deny_all(must_parse("V=SPF1  -ALL ")));
	T_OK(as_spf_is_deny_all(must_parse("v=spf1 exp=a.test -all")));
	T_OK(as_spf_is_deny_all(must_parse("v=spf1 -all mx")));
	T_OK(!as_spf_is_deny_all(must_parse("v=spf1")));
	T_OK(!as_spf_is_deny_all(must_parse("v=spf1 ~all")));
	T_OK(!as_spf_is_deny_all(must_parse("v=spf1 mx -all")));
	T_OK(!as_spf_is_deny_all(must_parse("v=spf1 redirect=a.test")));
}

struct target_case {
	const char *term;
	const char *target; /* NULL: none */
	bool is_name;
};

static const struct target_case target_cases[] = {
    {"mx", "own.test", true},
    {"a/24", "own.test", true},
    {"a:Mail.Test./24", "mail.test", true},
    {"include:_spf.a.test", "_spf.a.test", true},
    {"a:foo:bar/baz.test", "foo\\058bar\\047baz.test", true},
    {"a:a\\046b.test", "a\\092046b.test", true},
    {"a:a..test", "a..test", false},
    {"a:.test", ".test", false},
    {"a:a123456789012345678901234567890123456789012345678901234567890123.test",
	"a123456789012345678901234567890123456789012345678901234567890123.test",
	false},
    {"a:!12345678901234567890123456789012345678901234567890123456789012.test",
	"\\03312345678901234567890123456789012345678901234567890123456789012"
	".test",
	true},
    {"include:%{d}.a.test", NULL, false},
    {"exists:%%.a.test", NULL, false},
};

static void
test_targets(void)
{
	char text[300];

	for (size_t i = 0; i < sizeof(target_cases) / sizeof(target_cases[0]);
	     i++) {
		const struct target_case *c = &target_cases[i];
		struct as_str got;

		t_case("target: %s", c->term);
		(void)snprintf(text, sizeof(text), "v=spf1 %s", c->term);
		got = as_spf_target(
		    arena, must_parse(text)->terms, AS_STR("own.test"));
		T_STR(got, c->target);
		T_INT(as_str_is_null(got), c->target == NULL);
		T_INT(as_spf_is_name(got), c->is_name);
	}

	t_case("target: a name of 253 octets, and of 254");
	memset(text, 'a', sizeof(text));
	for (size_t i = 63; i < 253; i += 64)
		text[i] = '.';
	T_OK(as_spf_is_name((struct as_str){text, 253}));
	T_OK(!as_spf_is_name((struct as_str){text, 254}));
}

int
main(void)
{
	arena = as_arena_new(AS_MAX_JOB_OCTETS);
	if (arena == NULL)
		return 1;
	test_is_record();
	test_good();
	test_bad();
	test_bad_more();
	test_terms();
	test_all_and_redirect();
	test_deny_all();
	test_targets();
	as_arena_free(arena);
	return t_done();
}
