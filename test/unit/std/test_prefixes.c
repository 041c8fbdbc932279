/*
 * All readers of std, on good records that were cut or damaged.
 *
 * A record grows octet by octet from nothing, and has NUL put in, and in place
 * of an octet, at every position.  Each such text is read twice: alone in
 * memory of its exact size, and with more octets behind it.  Both must give
 * the same, and an error must be one that the header names, with a place in
 * the text and a reason, and without a result.
 */
#include <openssl/evp.h>

#include "base/buf.h"
#include "harness.h"
#include "std/dane.h"
#include "std/dkim_key.h"
#include "std/dmarc.h"
#include "std/dns_wire.h"
#include "std/domain.h"
#include "std/mta_sts.h"
#include "std/report_uri.h"
#include "std/spf.h"
#include "std/tls_rpt.h"

#include "base/banned.h"

/* What reading came to; `got` says all of a result in one line. */
struct outcome {
	enum as_err err;
	bool given; /* *out was set */
	struct as_why why;
	struct as_buf got;
};

typedef void reader(struct as_arena *a, struct as_str text, struct outcome *o);

#define SAY(o, ...) as_buf_printf(&(o)->got, __VA_ARGS__)

static void
say_str(struct outcome *o, struct as_str s)
{
	SAY(o, "[%zu:", s.n);
	as_buf_add_str(&o->got, s);
	SAY(o, "]");
}

static void
say_list(struct outcome *o, const struct as_str *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		say_str(o, list[i]);
}

static void
read_spf(struct as_arena *a, struct as_str text, struct outcome *o)
{
	struct as_spf *spf = NULL;

	o->err = as_spf_parse(a, text, &spf, &o->why);
	o->given = spf != NULL;
	SAY(o, "%d", as_spf_is_record(text));
	if (spf == NULL)
		return;
	for (size_t i = 0; i < spf->n_terms; i++) {
		const struct as_spf_term *t = &spf->terms[i];
		SAY(o, " %d%c%d/%d/%d@%zu", t->kind, t->qualifier, t->ip.bits,
		    t->cidr4, t->cidr6, t->at);
		say_str(o, t->text);
		say_str(o, as_spf_target(a, t, AS_STR("example.org")));
	}
	SAY(o, " %d", as_spf_is_deny_all(spf));
}

static void
say_uris(struct outcome *o, const struct as_dmarc_uri *u, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		SAY(o, " %d%d", u[i].usable, u[i].has_size);
		say_str(o, u[i].text);
		say_str(o, u[i].host);
	}
}

static void
read_dmarc(struct as_arena *a, struct as_str text, struct outcome *o)
{
	struct as_dmarc *d = NULL;

	o->err = as_dmarc_parse(a, text, &d, &o->why);
	o->given = d != NULL;
	SAY(o, "%d", as_dmarc_is_like(text));
	if (d == NULL)
		return;
	SAY(o, " %d%d%d %d%c%c%c %u", as_dmarc_own_policy(d),
	    as_dmarc_sub_policy(d), as_dmarc_np_policy(d), d->testing, d->psd,
	    d->adkim, d->aspf, d->pct);
	say_str(o, d->fo);
	say_uris(o, d->rua, d->n_rua);
	say_uris(o, d->ruf, d->n_ruf);
	for (size_t i = 0; i < d->n_notes; i++) {
		SAY(o, " @%zu", d->notes[i].at);
		say_str(o, d->notes[i].text);
	}
}

static void
read_dkim_key(struct as_arena *a, struct as_str text, struct outcome *o)
{
	struct as_dkim_key *k = NULL;

	o->err = as_dkim_key_parse(a, text, &k, &o->why);
	o->given = k != NULL;
	SAY(o, "%d", as_dkim_key_is_like(text));
	if (k == NULL)
		return;
	SAY(o, " %d %u %u %d%d%d%d%d%d %s", k->alg, k->bits, k->exponent,
	    k->revoked, k->testing, k->strict, k->sha1_only, k->for_email,
	    k->for_tlsrpt, k->weak != NULL ? k->weak : "");
	say_str(o, k->k);
	as_buf_add_str(&o->got, k->key);
}

static void
read_mta_sts(struct as_arena *a, struct as_str text, struct outcome *o)
{
	struct as_mta_sts *m = NULL;

	o->err = as_mta_sts_parse(a, text, &m, &o->why);
	o->given = m != NULL;
	SAY(o, "%d", as_mta_sts_is_record(text));
	if (m != NULL)
		say_str(o, m->id);
}

static void
read_policy(struct as_arena *a, struct as_str text, struct outcome *o)
{
	struct as_mta_sts_policy *p = NULL;

	o->err = as_mta_sts_policy_parse(a, text, &p, &o->why);
	o->given = p != NULL;
	if (p == NULL)
		return;
	SAY(o, "%d %u", p->mode, p->max_age);
	say_list(o, p->mx, p->n_mx);
}

static void
read_tls_rpt(struct as_arena *a, struct as_str text, struct outcome *o)
{
	struct as_tls_rpt *r = NULL;

	o->err = as_tls_rpt_parse(a, text, &r, &o->why);
	o->given = r != NULL;
	SAY(o, "%d", as_tls_rpt_is_record(text));
	if (r != NULL)
		say_list(o, r->rua, r->n_rua);
}

static void
read_domain(struct as_arena *a, struct as_str text, struct outcome *o)
{
	struct as_str name = AS_STR_NULL;

	o->err = as_domain_parse(a, text, &name, &o->why);
	o->given = name.p != NULL;
	if (name.p == NULL)
		return;
	say_str(o, name);
	say_str(o, as_domain_display(a, name));
	SAY(o, "%zu", as_domain_labels(name));
}

/* Its verdict is a text alone. */
static void
say_verdict(struct outcome *o, const char *fault, size_t at)
{
	o->given = fault == NULL;
	o->err = AS_OK;
	if (fault != NULL)
		o->err = as_why_set(&o->why, AS_ESYNTAX, at, "%s", fault);
}

static void
read_uri(struct as_arena *a, struct as_str text, struct outcome *o)
{
	struct as_report_uri u = {0};
	size_t at = 0;
	const char *fault = as_report_uri_read(text, &u, &at);

	(void)a;
	say_verdict(o, fault, at);
	if (fault == NULL) {
		SAY(o, "%d", u.scheme);
		say_str(o, u.host);
	}
}

/* Usage, selector, matching, data. */
static void
read_tlsa(struct as_arena *a, struct as_str text, struct outcome *o)
{
	struct as_dns_tlsa t;

	(void)a;
	if (text.n < 3) {
		say_verdict(o, "not a TLSA record", 0);
		return;
	}
	t.usage = (uint8_t)text.p[0];
	t.selector = (uint8_t)text.p[1];
	t.matching = (uint8_t)text.p[2];
	t.data = as_str_slice(text, 3, text.n);
	say_verdict(o, as_dane_unusable(&t), AS_WHY_NOWHERE);
}

static void
say_rr(struct as_arena *a, const struct as_dns_msg *m,
    const struct as_dns_rr *rr, struct outcome *o)
{
	struct as_dns_tlsa tlsa;
	struct as_dns_caa caa;
	struct as_ip ip;
	struct as_str s;
	uint16_t v;
	size_t at = rr->rdata_at;

	SAY(o, " %u", rr->type);
	say_str(o, rr->owner);
	if (as_dns_read_name(a, m, &at, &s, NULL) == AS_OK)
		say_str(o, s);
	if (as_dns_read_ip(m, rr, &ip, NULL) == AS_OK)
		SAY(o, "ip%d.%d", ip.b[0], ip.b[3]);
	if (as_dns_read_mx(a, m, rr, &v, &s, NULL) == AS_OK)
		say_str(o, s);
	if (as_dns_read_txt(a, m, rr, &s, &v, NULL) == AS_OK)
		say_str(o, s);
	if (as_dns_read_tlsa(a, m, rr, &tlsa, NULL) == AS_OK)
		say_str(o, tlsa.data);
	if (as_dns_read_caa(a, m, rr, &caa, NULL) == AS_OK)
		say_str(o, caa.value);
}

/* The records before a fault stay good: they are said. */
static void
read_message(struct as_arena *a, struct as_str text, struct outcome *o)
{
	struct as_dns_rr rr;
	struct as_dns_msg m;

	o->err = as_dns_msg_open((const uint8_t *)text.p, text.n, &m, &o->why);
	if (o->err != AS_OK)
		return;
	while ((o->err = as_dns_msg_next(a, &m, &rr, &o->why)) == AS_OK)
		say_rr(a, &m, &rr, o);
	if (o->err == AS_EABSENT)
		o->err = AS_OK;
	o->given = o->err == AS_OK;
}

/* --- one text --- */

#define ROOM ((size_t)1 << 20)

static void
outcome_init(struct outcome *o)
{
	memset(o, 0, sizeof(*o));
	as_buf_init(&o->got, ROOM);
}

/* Read a copy of `text` with `behind` after it. */
static void
read_copy(
    reader *read, struct as_str text, const char *behind, struct outcome *o)
{
	struct as_arena *a = as_arena_new(ROOM);
	size_t more = strlen(behind);
	char *copy = malloc(text.n + more);

	outcome_init(o);
	if (a == NULL || (copy == NULL && text.n + more > 0))
		exit(1);
	for (size_t i = 0; i < text.n + more; i++)
		copy[i] = i < text.n ? text.p[i] : behind[i - text.n];
	read(a, (struct as_str){copy, text.n}, o);
	free(copy);
	as_arena_free(a);
}

static bool
same(const struct outcome *a, const struct outcome *b)
{
	return a->err == b->err && a->given == b->given &&
	    a->why.at == b->why.at && strcmp(a->why.text, b->why.text) == 0 &&
	    as_str_eq(as_buf_str(&a->got), as_buf_str(&b->got));
}

/* NULL, or what is not clean about an error. */
static const char *
unclean(const struct outcome *o, size_t n, unsigned errors)
{
	if (!as_buf_ok(&o->got))
		return "the result is too long";
	if (o->err == AS_OK)
		return o->given ? NULL : "no error and no result";
	if ((errors & 1u << o->err) == 0)
		return "an error that the header does not name";
	if (o->given)
		return "an error and a result";
	if (o->why.code != o->err || o->why.text[0] == 0)
		return "no reason";
	if (o->why.at > n && o->why.at != AS_WHY_NOWHERE)
		return "the place is outside";
	return NULL;
}

struct sweep {
	const char *name;
	reader *read;
	unsigned errors; /* bits of enum as_err */
};

/* Octets that carry on with whatever stands before them. */
static const char *const BEHIND = "1a=.mAQA;p=reject 0123456789\n-all";

/* True when all is well; what it came to in *err. */
static bool
check_text(const struct sweep *s, struct as_str text, enum as_err *err)
{
	struct outcome alone, followed;
	const char *fault;

	read_copy(s->read, text, "", &alone);
	read_copy(s->read, text, BEHIND, &followed);
	fault = unclean(&alone, text.n, s->errors);
	if (fault == NULL && !same(&alone, &followed))
		fault = "octets behind the text make a difference";
	if (fault != NULL)
		printf("# %s: %s: %s\n# text: " AS_STR_FMT "\n", fault,
		    as_err_name(alone.err), alone.why.text, AS_STR_ARG(text));
	*err = alone.err;
	as_buf_fini(&alone.got);
	as_buf_fini(&followed.got);
	return fault == NULL;
}

static void
sweep_prefixes(const struct sweep *s, struct as_str text)
{
	enum as_err err = AS_EINVAL;

	t_case("%s: every prefix", s->name);
	for (size_t n = 0; n <= text.n; n++)
		T_OK(check_text(s, as_str_slice(text, 0, n), &err));
	T_INT(err, AS_OK); /* of the whole */
}

static void
sweep_nul(const struct sweep *s, struct as_str text)
{
	char *bad = malloc(text.n + 1);
	enum as_err err;

	if (bad == NULL)
		exit(1);
	t_case("%s: NUL in place of every octet", s->name);
	memcpy(bad, text.p, text.n);
	for (size_t at = 0; at < text.n; at++) {
		bad[at] = 0;
		T_OK(check_text(s, (struct as_str){bad, text.n}, &err));
		bad[at] = text.p[at];
	}
	t_case("%s: NUL put in at every position", s->name);
	for (size_t at = 0; at <= text.n; at++) {
		memcpy(bad, text.p, at);
		bad[at] = 0;
		memcpy(bad + at + 1, text.p + at, text.n - at);
		T_OK(check_text(s, (struct as_str){bad, text.n + 1}, &err));
	}
	free(bad);
}

static void
sweep(const struct sweep *s, struct as_str text)
{
	sweep_prefixes(s, text);
	sweep_nul(s, text);
}

/* --- the good records --- */

/* Octets in a table, NUL allowed. */
#define S(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

#define SYNTAX  (1u << AS_ESYNTAX)
#define VERSION (1u << AS_EVERSION)
#define RANGE   (1u << AS_ERANGE)

#define ED25519 "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define RSA \
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk" \
	"08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8u" \
	"BsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryO" \
	"TIKT+l/K4w3QIDAQAB"
#define OCTETS_32 "0123456789abcdef0123456789abcdef"

/* A header, the question example.test/TXT, and one record a type, with names
 * that point back. */
#define MESSAGE \
	"\x12\x34\x81\x80\0\1\0\11\0\0\0\0" \
	"\7example\4test\0\0\20\0\1" \
	"\300\14\0\20\0\1\0\0\16\20\0\15\6v=spf1\5 -all" \
	"\300\14\0\1\0\1\0\0\16\20\0\4\300\0\2\1" \
	"\300\14\0\34\0\1\0\0\16\20\0\20\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1" \
	"\300\14\0\17\0\1\0\0\16\20\0\7\0\12\2mx\300\14" \
	"\300\14\0\5\0\1\0\0\16\20\0\7\4a\0b.\300\24" \
	"\300\14\0\14\0\1\0\0\16\20\0\6\3mx1\300\14" \
	"\3_25\300\14\0\64\0\1\0\0\16\20\0\43\3\1\1" OCTETS_32 \
	"\300\14\1\1\0\1\0\0\16\20\0\14\0\5issueca.x\0" \
	"\300\14\0\2\0\1\0\0\16\20\0\2\300\14"

static const struct {
	struct sweep sweep;
	struct as_str text;
} rows[] = {
    {{"spf, all kinds of terms", read_spf, SYNTAX | VERSION},
	S("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a:a.example/24//64 "
	  "+mx ?ptr:b.example include:%{d2}.c.example ~exists:%{ir}.%{v}."
	  "d.example x-y=%% exp=e.example -all")},
    {{"spf, redirect", read_spf, SYNTAX | VERSION},
	S("V=SPF1 a//64 redirect=_spf.example.com.")},
    {{"dmarc, every tag", read_dmarc, SYNTAX | VERSION},
	S("v=DMARC1 ; p=reject; sp=quarantine; np=none; t=y; psd=n; "
	  "adkim=s; aspf=r; fo=1:d:s; rua=mailto:a@example.org!10m,"
	  "https://example.org/r; ruf=mailto:b@example.net; pct=50; "
	  "rf=afrf; ri=3600; x=y;")},
    {{"dmarc, the shortest", read_dmarc, SYNTAX | VERSION},
	S("v=DMARC1;p=none")},
    {{"dkim key, RSA", read_dkim_key, SYNTAX | VERSION},
	S("v=DKIM1; h=sha1:sha256; k=rsa; t=y:s; s=email:tlsrpt; n=a=20b;"
	  " p=" RSA)},
    {{"dkim key, Ed25519, folded", read_dkim_key, SYNTAX | VERSION},
	S("k=ed25519;\r\n p= " ED25519 " ;")},
    {{"mta-sts record", read_mta_sts, SYNTAX | VERSION},
	S("v=STSv1; id=20160831085700Z; x_y-z.9=a:b<c;")},
    {{"mta-sts policy", read_policy, SYNTAX | VERSION | RANGE},
	S("version: STSv1\r\nmode: enforce\nmx: mail.example.com\r\n"
	  "mx: *.example.net\nx-note: gr\xc3\xbc\xc3\x9f\x65\n"
	  "max_age: 604800\r\n")},
    {{"tls-rpt record", read_tls_rpt, SYNTAX | VERSION},
	S("v=TLSRPTv1; rua=mailto:a@example.org , "
	  "https://example.org/%2c?x=y; ext=1;")},
    {{"domain", read_domain, SYNTAX},
	S(" _dmarc.M\xc3\xbcller.xn--mller-kva.Example.ORG. ")},
    {{"report uri, mailto", read_uri, SYNTAX},
	S("mailto:dmarc%21x@example.org?subject=a%20b")},
    {{"report uri, https", read_uri, SYNTAX},
	S("https://reports.example.org:8443/a/b?c=d")},
    {{"tlsa 3 1 1", read_tlsa, SYNTAX}, S("\3\1\1" OCTETS_32)},
    {{"tlsa 2 0 2", read_tlsa, SYNTAX}, S("\2\0\2" OCTETS_32 OCTETS_32)},
    {{"dns message", read_message, SYNTAX}, S(MESSAGE)},
};

/* A whole public key as data: DER, which a cut must not get past. */
static void
test_whole_key(void)
{
	static const struct sweep s = {"tlsa 3 1 0", read_tlsa, SYNTAX};
	unsigned char data[3 + sizeof(RSA)] = {3, 1, 0};
	int n = EVP_DecodeBlock(
	    data + 3, (const unsigned char *)RSA, (int)sizeof(RSA) - 1);

	t_case("tlsa 3 1 0: a key");
	if (T_INT(n, 162))
		sweep(&s, (struct as_str){(const char *)data, 3 + 162});
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		sweep(&rows[i].sweep, rows[i].text);
	test_whole_key();
	return t_done();
}
