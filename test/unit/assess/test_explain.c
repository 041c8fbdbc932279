#include "assess/explain.h"

#include "base/limits.h"
#include "explain_cases.h"
#include "harness.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct as_str senders = {
    "spf\t_spf.google.com\tGoogle Workspace\tmailbox\tchecked\t\n", 52};

static struct as_arena *arena;

static struct as_record_view *
explain(enum as_record_type type, struct as_str txt)
{
	struct as_explain_input in = {
	    .type = type, .text = txt, .senders = senders};
	struct as_record_view *v = NULL;

	as_arena_reset(arena);
	T_INT(as_explain(arena, &in, &v), AS_OK);
	return v;
}

/* "error 7 RFC 7208 5.1|..." */
static struct as_str
problems_text(const struct as_record_view *v)
{
	struct as_str all = AS_STR("");

	for (size_t i = 0; i < v->n_problems; i++) {
		const struct as_record_problem *p = &v->problems[i];
		struct as_str at = p->at == AS_WHY_NOWHERE
		    ? AS_STR("-")
		    : as_str_printf(arena, "%zu", p->at);
		struct as_str cite = p->cite.n > 0 ? p->cite : AS_STR("-");
		all = as_str_printf(arena,
		    AS_STR_FMT "%s%s " AS_STR_FMT " " AS_STR_FMT,
		    AS_STR_ARG(all), i > 0 ? "|" : "", as_level_text(p->level),
		    AS_STR_ARG(at), AS_STR_ARG(cite));
	}
	return all;
}

static bool
is_printable(struct as_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			return false;
	return true;
}

/* What holds of every explanation. */
static bool
is_sound(const struct as_record_view *v)
{
	size_t n = v->text.n;

	if (v->status != AS_RECORD_VALID &&
	    (v->n_problems == 0 || v->problems[0].level != AS_LEVEL_ERROR))
		return false;
	for (size_t i = 0; i < v->n_problems; i++) {
		const struct as_record_problem *p = &v->problems[i];
		if ((p->at > n && p->at != AS_WHY_NOWHERE) || p->text.n == 0 ||
		    !is_printable(p->text) || !is_printable(p->cite))
			return false;
		if (i > 0 && p[-1].level < p->level)
			return false;
	}
	for (size_t i = 0; i < v->n_parts; i++) {
		const struct as_record_part *p = &v->parts[i];
		if (!is_printable(p->name) || !is_printable(p->value) ||
		    !is_printable(p->shown) || !is_printable(p->meaning) ||
		    p->name.p[p->name.n] != 0)
			return false;
		if (p->shown.n > 0 && (p->at > n || p->meaning.n == 0))
			return false;
	}
	return true;
}

/* SPF-20, SPF-18, DKIM-4, DKIM-5, DMARC-9, STS-8, DANE-2 */
static void
test_cases(void)
{
	for (size_t i = 0; i < N(explain_cases); i++) {
		const struct explain_case *c = &explain_cases[i];
		struct as_record_view *v;
		t_case("%s", c->name);
		v = explain(c->type, as_str_from(c->txt));
		if (!T_OK(v != NULL))
			continue;
		T_INT(v->status, c->status);
		T_STR(problems_text(v), c->problems);
		T_OK(is_sound(v));
	}
}

/* --- meanings --- */

static const struct {
	enum as_record_type type;
	const char *txt;
	const char *shown;
	const char *meaning; /* its start */
} meanings[] = {
    {AS_RECORD_SPF, "v=spf1 include:_spf.google.com -all",
	"include:_spf.google.com",
	"servers that the record of _spf.google.com lets pass may send; that "
	"is Google Workspace (mailboxes)"},
    {AS_RECORD_SPF, "v=spf1 -include:x.example -all", "-include:x.example",
	"servers that the record of x.example lets pass may not send (fail); "
	"one lookup"},
    {AS_RECORD_SPF, "v=spf1 ip4:192.0.2.0/24 -all", "ip4:192.0.2.0/24",
	"servers at the 256 addresses of 192.0.2.0/24 may send"},
    {AS_RECORD_SPF, "v=spf1 ?ip6:2001:db8::1 -all", "?ip6:2001:db8::1",
	"servers at the address 2001:db8::1 are left open"},
    {AS_RECORD_SPF, "v=spf1 ip4:0.0.0.0/0 -all", "ip4:0.0.0.0/0",
	"servers at the 4294967296 addresses"},
    {AS_RECORD_SPF, "v=spf1 a/24//64 -all", "a/24//64",
	"servers at the addresses of this domain, with the networks around "
	"them (/24, /64), may send"},
    {AS_RECORD_SPF, "v=spf1 exists:%{i}.x.example ~all",
	"exists:%{i}.x.example",
	"senders for which the name %{i}.x.example exists may send"},
    {AS_RECORD_SPF, "v=spf1 foo -all", "foo", "cannot be read"},
    {AS_RECORD_SPF, "v=spf1 redirect=x.example", "redirect=x.example",
	"what nothing above matches is decided by the record of x.example"},
    {AS_RECORD_DMARC, "v=DMARC1; p=quarantine", "p=quarantine",
	"mail that fails is to be treated as suspicious, usually put into the "
	"spam folder"},
    {AS_RECORD_DMARC, "v=DMARC1;p=none;sp=reject", "sp=reject",
	"subdomains without a record: mail that fails is to be refused"},
    {AS_RECORD_DMARC, "v=DMARC1;p=none;fo=1:D", "fo=1:D",
	"failure reports are wanted when DKIM or SPF did not pass for the "
	"domain, or a DKIM signature failed"},
    {AS_RECORD_DMARC, "v=DMARC1;p=none;ADKIM=s", "ADKIM=s",
	"DKIM counts if it passed for exactly the domain in From"},
    {AS_RECORD_DMARC, "v=DMARC1;p=none;rua=mailto:a@b.c!1k, mailto:d@e.f",
	"rua=mailto:a@b.c!1k, mailto:d@e.f",
	"aggregate reports (who sent as this domain, mostly daily) go to "
	"a@b.c, d@e.f"},
    {AS_RECORD_DKIM, "v=DKIM1; p=" KEY2048, "p=" KEY2048,
	"the public key: RSA of 2048 bits"},
    {AS_RECORD_DKIM, "v=DKIM1; t=s; p=", "t=s", "strict:"},
    {AS_RECORD_MTA_STS, "v=STSv1; id=1", "id=1", "the version of the policy"},
    {AS_RECORD_MTA_STS_POLICY, "mode: enforce\nmx: *.a.example\n",
	"mx: *.a.example", "mail servers one label below a.example"},
    {AS_RECORD_MTA_STS_POLICY, "max_age: 86400\r\n", "max_age: 86400",
	"senders keep the policy for 1 day"},
    {AS_RECORD_TLS_RPT, "v=TLSRPTv1;rua=mailto:a@b.c", "rua=mailto:a@b.c",
	"daily reports on encryption that worked or failed go to "
	"mailto:a@b.c"},
    {AS_RECORD_TLSA, "3 1 1 00", "usage 3", "DANE-EE"},
    {AS_RECORD_TLSA, "9 1 1 00", "usage 9", "not assigned"},
    {AS_RECORD_BIMI, "v=BIMI1;l=", "v=BIMI1",
	"BIMI, version 1 (experimental: an individual draft)"},
    {AS_RECORD_CAA, "0 issue \"ca.example\"", "ca.example",
	"ca.example may issue certificates for this name and those below"},
    {AS_RECORD_CAA, "0 issuewild \";\"", "nobody",
	"nobody may issue wildcard certificates"},
    {AS_RECORD_CAA, "0 issue \"c.example; accounturi=a:b\"", "accounturi=a:b",
	"only for the account a:b"},
};

static const struct as_record_part *
part_find(const struct as_record_view *v, const char *shown)
{
	for (size_t i = 0; i < v->n_parts; i++)
		if (as_str_is(v->parts[i].shown, shown))
			return &v->parts[i];
	return NULL;
}

static void
test_meanings(void)
{
	for (size_t i = 0; i < N(meanings); i++) {
		const struct as_record_part *p;
		t_case("meaning of %.60s", meanings[i].shown);
		p = part_find(
		    explain(meanings[i].type, as_str_from(meanings[i].txt)),
		    meanings[i].shown);
		if (!T_OK(p != NULL))
			continue;
		if (!T_OK(as_str_has_prefix(p->meaning, meanings[i].meaning)))
			T_STR(p->meaning, meanings[i].meaning);
	}
}

/* --- limits --- */

static void
test_strings(void)
{
	static char txt[600];
	size_t strings[] = {255, 300};
	struct as_explain_input in = {.type = AS_RECORD_DKIM,
	    .text = {txt, 555},
	    .strings = strings,
	    .n_strings = 2};
	struct as_record_view *v = NULL;

	t_case("a string over 255 octets");
	(void)snprintf(txt, sizeof(txt), "v=DKIM1; n=%0550d", 0);
	as_arena_reset(arena);
	T_INT(as_explain(arena, &in, &v), AS_OK);
	T_STR(problems_text(v), "error - RFC 6376 3.6.1|warn 255 RFC 1035 3.3");
	t_case("how a text is cut may be unknown");
	in.n_strings = 0;
	T_INT(as_explain(arena, &in, &v), AS_OK);
	T_INT(v->n_problems, 1);
}

static void
test_limits(void)
{
	static char txt[AS_MAX_RECORD_OCTETS + 1];
	struct as_arena *small = as_arena_new(1024);
	struct as_explain_input in = {.text = {txt, sizeof(txt)}};
	struct as_record_view *v = NULL;

	t_case("an SPF record over 450 octets");
	(void)snprintf(txt, sizeof(txt), "v=spf1 exp=%0450d.a -all", 0);
	v = explain(AS_RECORD_SPF, as_str_from(txt));
	T_STR(problems_text(v), "warn 11 RFC 7208 4.3|warn 450 RFC 7208 3.4");
	t_case("a text over the cap");
	T_INT(as_explain(arena, &in, &v), AS_ELIMIT);
	t_case("no memory");
	in.text = AS_STR("v=spf1 -all");
	T_INT(as_explain(small, &in, &v), AS_ENOMEM);
	as_arena_free(small);
}

/* Texts of the greatest size, made of one piece again and again. */
static void
test_large(void)
{
	static char txt[AS_MAX_RECORD_OCTETS];
	static const char *const pieces[] = {" a", " ip4:192.0.2.1", ";",
	    "; p=a", ";x", "\n", "mx: a\n", ",mailto:a@b", " 0", "\"", "\\",
	    "\x80"};
	static const char *const heads[] = {
	    [AS_RECORD_SPF] = "v=spf1",
	    [AS_RECORD_DKIM] = "v=DKIM1; p=",
	    [AS_RECORD_DMARC] = "v=DMARC1; rua=mailto:a@b",
	    [AS_RECORD_MTA_STS] = "v=STSv1;",
	    [AS_RECORD_MTA_STS_POLICY] = "version: STSv1\n",
	    [AS_RECORD_TLS_RPT] = "v=TLSRPTv1; rua=mailto:a@b",
	    [AS_RECORD_TLSA] = "3 1 1 00",
	    [AS_RECORD_BIMI] = "v=BIMI1; l=",
	    [AS_RECORD_CAA] = "0 issue \"a.b",
	};

	for (size_t t = 0; t < N(heads); t++) {
		t_case("large texts: %s",
		    as_record_type_text((enum as_record_type)t));
		for (size_t i = 0; i < N(pieces); i++) {
			struct as_record_view *v;
			size_t n = strlen(heads[t]), step = strlen(pieces[i]);
			memcpy(txt, heads[t], n);
			for (; n + step <= sizeof(txt); n += step)
				memcpy(txt + n, pieces[i], step);
			v = explain(
			    (enum as_record_type)t, (struct as_str){txt, n});
			T_OK(v != NULL && is_sound(v));
			T_OK(v->n_problems <= AS_MAX_RECORD_PROBLEMS);
		}
	}
}

/* Every text as every type, with each octet damaged. */
static void
test_hostile(void)
{
	static const char oddities[] = {
	    0, '\x1b', '\n', (char)0x9b, (char)0xe2};
	char txt[1024];

	for (size_t t = 0; t < as_names_record_type.n; t++) {
		t_case("hostile texts: %s",
		    as_record_type_text((enum as_record_type)t));
		for (size_t i = 0; i < N(explain_cases); i++) {
			size_t n = strlen(explain_cases[i].txt);
			size_t step = n > 100 ? 37 : 5;
			for (size_t at = 0; at < n && n < sizeof(txt);
			     at += step) {
				struct as_record_view *v;
				memcpy(txt, explain_cases[i].txt, n);
				txt[at] = oddities[(i + at) % sizeof(oddities)];
				v = explain((enum as_record_type)t,
				    (struct as_str){txt, n});
				T_OK(v != NULL && is_sound(v));
			}
		}
	}
}

int
main(void)
{
	arena = as_arena_new(AS_EXPLAIN_OCTETS);
	test_cases();
	test_meanings();
	test_strings();
	test_limits();
	test_large();
	test_hostile();
	as_arena_free(arena);
	return t_done();
}
