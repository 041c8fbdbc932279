/*
 * Every reader of std under damage: each prefix of good records, each octet
 * replaced by NUL and by others, octets put in.  Parsing and reading for people
 * come to the same, and no place lies outside the text.
 */
#include "std/reading.h"

#include "harness.h"
#include "std/bimi.h"
#include "std/caa.h"
#include "std/dkim_key.h"
#include "std/dmarc.h"
#include "std/mta_sts.h"
#include "std/spf.h"
#include "std/tls_rpt.h"
#include "std/tlsa.h"

#define ARENA_OCTETS ((size_t)8 * 1024 * 1024)

static struct as_arena *arena;

typedef enum as_err run_fn(
    struct as_str txt, struct as_reading *rd, struct as_why *why);

#define RUN(noun, type) \
	static enum as_err run_##noun( \
	    struct as_str txt, struct as_reading *rd, struct as_why *why) \
	{ \
		struct type *out = NULL; \
		return rd == NULL \
		    ? as_##noun##_parse(arena, txt, &out, why) \
		    : as_##noun##_read(arena, txt, rd, &out, why); \
	}
RUN(spf, as_spf)
RUN(dkim_key, as_dkim_key)
RUN(dmarc, as_dmarc)
RUN(mta_sts, as_mta_sts)
RUN(mta_sts_policy, as_mta_sts_policy)
RUN(tls_rpt, as_tls_rpt)
RUN(tlsa, as_tlsa)
RUN(bimi, as_bimi)
RUN(caa, as_caa)

static const struct sample {
	const char *name;
	run_fn *run;
	const char *txt;
} samples[] = {
    {"spf", run_spf,
	"v=spf1 a:a.b/24//64 mx ip4:192.0.2.0/24 ip6:2001:db8::/32 "
	"include:_spf.example.com exists:%{ir}.x.example ~all exp=e.example"},
    {"spf, broken", run_spf, "v=spf1 foo ip4:x include: redirect=a.b +al"},
    {"dkim", run_dkim_key,
	"v=DKIM1; k=ed25519; t=y:s; h=sha256; s=email; n=note; "
	"p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="},
    {"dmarc", run_dmarc,
	"v=DMARC1; p=quarantine; sp=none; np=reject; pct=50; fo=1:d; adkim=s; "
	"rua=mailto:a@b.example!10m,https://c.example/; "
	"ruf=mailto:d@e.example"},
    {"mta-sts", run_mta_sts, "v=STSv1; id=20260101T000000; x=y;"},
    {"policy", run_mta_sts_policy,
	"version: STSv1\r\nmode: enforce\nmx: *.example.com\nmx: mx.a\n"
	"max_age: 604800\next: 1\r\n"},
    {"tls-rpt", run_tls_rpt,
	"v=TLSRPTv1; rua=mailto:a@b.example,https://c.example/r?x=y; z=1"},
    {"tlsa", run_tlsa, "3 1 1 0C72AC70 b745ac19 998811b1"},
    {"bimi", run_bimi,
	"v=BIMI1; l=https://b.example/l.svg; a=https://b.example/v.pem; "
	"avp=brand; lps=a,b"},
    {"caa", run_caa,
	"128 issue \"ca.example; accounturi=https://a.b/1; "
	"validationmethods=dns-01,http-01\\100\""},
};

/* False: something did not hold. */
static bool
places_hold(const struct as_reading *rd, size_t n)
{
	for (size_t i = 0; i < rd->n_faults; i++)
		if ((rd->faults[i].at > n &&
			rd->faults[i].at != AS_WHY_NOWHERE) ||
		    rd->faults[i].text.n == 0)
			return false;
	for (size_t i = 0; i < rd->n_tags; i++)
		if (rd->tags[i].at + rd->tags[i].name.n > n ||
		    rd->tags[i].value_at + rd->tags[i].value.n > n)
			return false;
	return true;
}

/* On a copy of just this size, so that a sanitizer sees the edge. */
static bool
holds(run_fn *run, const char *p, size_t n)
{
	char *exact = malloc(n == 0 ? 1 : n);
	struct as_str txt = {exact, n};
	struct as_why why = {0}, read_why = {0};
	struct as_reading rd;
	enum as_err err, read_err;
	bool ok;

	if (exact == NULL)
		return false;
	memcpy(exact, p, n);
	as_arena_reset(arena);
	ok = as_reading_init(&rd, arena) == AS_OK;
	err = run(txt, NULL, &why);
	read_err = run(txt, &rd, &read_why);
	ok = ok && err == read_err && places_hold(&rd, n);
	if (err != AS_OK)
		ok = ok && why.at == read_why.at && why.code == err &&
		    strcmp(why.text, read_why.text) == 0 && why.text[0] != 0 &&
		    (why.at <= n || why.at == AS_WHY_NOWHERE);
	ok = ok && run(txt, NULL, NULL) == err;
	free(exact);
	return ok;
}

static size_t
check_prefixes(const struct sample *s)
{
	size_t bad = 0, n = strlen(s->txt);

	for (size_t i = 0; i <= n; i++)
		bad += !holds(s->run, s->txt, i);
	return bad;
}

static const char oddities[] = {0, 1, '\n', '\r', ' ', '"', '\\', ';', ':', '=',
    '%', '-', 127, (char)0x80, (char)0xc3, (char)0xff};

static size_t
check_octets(const struct sample *s)
{
	char text[512];
	size_t bad = 0, n = strlen(s->txt);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < sizeof(oddities); k++) {
			memcpy(text, s->txt, n);
			text[i] = oddities[k];
			bad += !holds(s->run, text, n);
			memcpy(text + i + 1, s->txt + i, n - i);
			bad += !holds(s->run, text, n + 1);
		}
	return bad;
}

/* What is kept ends at the cap; the rest is counted. */
static void
test_caps(void)
{
	static char txt[8192];
	struct as_reading rd;
	struct as_spf *spf = NULL;
	size_t n = (size_t)snprintf(txt, sizeof(txt), "v=spf1");

	t_case("more faults than are kept");
	for (size_t i = 0; i < 100; i++)
		n += (size_t)snprintf(txt + n, sizeof(txt) - n, " x");
	as_arena_reset(arena);
	T_INT(as_reading_init(&rd, arena), AS_OK);
	T_INT(as_spf_read(arena, (struct as_str){txt, n}, &rd, &spf, NULL),
	    AS_ESYNTAX);
	T_INT(rd.n_faults, AS_MAX_RECORD_NOTES);
	T_INT(rd.n_more, 100 - AS_MAX_RECORD_NOTES);
	T_INT(spf != NULL ? spf->n_terms : 0, 100);
	T_OK(spf != NULL && spf->terms[99].faulty);
}

static void
test_kept(void)
{
	struct as_reading rd;
	struct as_dmarc *d = NULL;
	struct as_dkim_key *k = NULL;
	struct as_mta_sts_policy *p = NULL;
	struct as_why why = {0};

	t_case("tags of a broken record");
	as_arena_reset(arena);
	T_INT(as_reading_init(&rd, arena), AS_OK);
	T_INT(as_dmarc_read(arena,
		  AS_STR("v=DMARC1; p=reject; p=none; sp=none"), &rd, &d, &why),
	    AS_ESYNTAX);
	T_INT(rd.n_tags, 4);
	T_STR(rd.tags[3].name, "sp");
	T_INT(d->sp, AS_DMARC_NONE);
	T_INT(d->p, AS_DMARC_REJECT);
	T_INT(why.at, 20);
	t_case("faults of a key");
	T_INT(as_reading_init(&rd, arena), AS_OK);
	T_INT(as_dkim_key_read(arena, AS_STR("v=DKIM1; k=rsa; 1=2; k=rsa; p=!"),
		  &rd, &k, NULL),
	    AS_ESYNTAX);
	T_INT(rd.n_faults, 3);
	T_INT(rd.faults[0].at, 16);
	T_INT(rd.faults[1].at, 21);
	T_INT(rd.faults[2].at, 30);
	t_case("faults of a policy, and all that is missing");
	T_INT(as_reading_init(&rd, arena), AS_OK);
	T_INT(as_mta_sts_policy_read(arena,
		  AS_STR("mode: enforced\nmx: a.b.\nx\n"), &rd, &p, NULL),
	    AS_ESYNTAX);
	T_INT(rd.n_faults, 5);
	T_INT(rd.faults[0].at, 6);
	T_INT(rd.faults[1].at, 19);
	T_INT(rd.faults[2].at, 24);
	T_INT(rd.faults[4].at, 26);
}

int
main(void)
{
	arena = as_arena_new(ARENA_OCTETS);
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		t_case("%s: each prefix", samples[i].name);
		T_INT(check_prefixes(&samples[i]), 0);
		t_case("%s: each octet damaged", samples[i].name);
		T_INT(check_octets(&samples[i]), 0);
	}
	test_caps();
	test_kept();
	as_arena_free(arena);
	return t_done();
}
