/*
 * The readers of records and names, on text that was cut or damaged
 * (test/unit/std/sweep.h).
 */
#include "harness.h"
#include "std/bimi.h"
#include "std/caa.h"
#include "std/dkim_key.h"
#include "std/dmarc.h"
#include "std/domain.h"
#include "std/mta_sts.h"
#include "std/report_uri.h"
#include "std/spf.h"
#include "std/tls_rpt.h"
#include "std/tlsa.h"
#include "sweep.h"

#include "base/banned.h"

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

static void
read_bimi(struct as_arena *a, struct as_str text, struct outcome *o)
{
	struct as_bimi *b = NULL;

	o->err = as_bimi_parse(a, text, &b, &o->why);
	o->given = b != NULL;
	SAY(o, "%d", as_bimi_is_record(text));
	if (b == NULL)
		return;
	SAY(o, " %d", b->declined);
	say_str(o, b->l);
	say_str(o, b->a);
	say_str(o, b->avp);
	say_list(o, b->lps, b->n_lps);
}

static void
read_caa(struct as_arena *a, struct as_str text, struct outcome *o)
{
	struct as_caa *c = NULL;

	o->err = as_caa_parse(a, text, &c, &o->why);
	o->given = c != NULL;
	if (c == NULL)
		return;
	SAY(o, "%u", c->rr.flags);
	say_str(o, c->rr.tag);
	say_str(o, c->rr.value);
	if (c->issue != NULL) {
		say_str(o, c->issue->issuer);
		SAY(o, "%zu", c->issue->n_params);
	}
}

static void
read_tlsa_text(struct as_arena *a, struct as_str text, struct outcome *o)
{
	struct as_tlsa *t = NULL;

	o->err = as_tlsa_parse(a, text, &t, &o->why);
	o->given = t != NULL;
	if (t == NULL)
		return;
	SAY(o, "%u %u %u", t->rr.usage, t->rr.selector, t->rr.matching);
	say_str(o, t->rr.data);
}

/* --- the good records --- */

#define RANGE       (1u << AS_ERANGE)
#define UNSUPPORTED (1u << AS_EUNSUPPORTED)

#define ED25519 "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define RSA \
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk" \
	"08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8u" \
	"BsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryO" \
	"TIKT+l/K4w3QIDAQAB"

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
    {{"bimi record", read_bimi, SYNTAX | VERSION},
	S("v=BIMI1; l=https://example.org/logo.svg; a=https://example.org/"
	  "vmc.pem; lps=news,a-b; avp=personal; x=y;")},
    {{"caa issue", read_caa, SYNTAX | VERSION | UNSUPPORTED},
	S("128 issue \"ca.example.net; accounturi=https://ca.example.net/1; "
	  "validationmethods=dns-01\"")},
    {{"caa iodef", read_caa, SYNTAX | VERSION | UNSUPPORTED},
	S("0 iodef mailto:security@example.org")},
    {{"tlsa as text", read_tlsa_text, SYNTAX | VERSION},
	S("3 1 1 0C72AC70B745AC19998811B131D662C9 "
	  "AC69DBDBE7CB23E5B514B56664C5D3D6")},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		sweep(&rows[i].sweep, rows[i].text);
	return t_done();
}
