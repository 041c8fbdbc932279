/*
 * DMARC views as text and JSON.
 */
#include "render/dmarc.h"

#include "../assess/dmarc_world.h"
#include "../assess/vectors.h"
#include "base/json.h"
#include "harness.h"

static struct as_arena *arena;
static psl_ctx_t *suffixes;
static struct as_buf out;

static struct as_dmarc_view
view_of(const char *domain, const char *const *lines)
{
	struct as_str id = AS_STR("mail.example.org");
	struct as_dmarc_view v =
	    t_world_view(t_world_new(arena, lines), domain, &id, 1, suffixes);

	T_INT(v.n_needs, 0);
	return v;
}

#define OWN "example.org MX mx.example"
#define D   "_dmarc.example.org TXT v=DMARC1; "

static const struct {
	const char *name, *domain;
	const char *lines[8];
	const char *says[6];
} texts[] = {
    {"reject", "example.org", {OWN, D "p=reject; adkim=s"},
	{"REJECT  mail that fails as example.org is refused\n",
	    "RFC 7489      REJECT      p of _dmarc.example.org\n",
	    "Record        _dmarc.example.org\n",
	    "                v=DMARC1; p=reject; adkim=s\n",
	    "SPF needs the same organization, DKIM the same name\n",
	    "1  _dmarc.example.org  a record; it applies (secure)\n"}},
    {"no policy", "example.org", {OWN},
	{"NO POLICY  nothing is asked for mail that fails as example.org\n",
	    "RFC 9989      NO POLICY\n", "Organization  example.org\n"}},
    {"not known", "example.org", {OWN, "_dmarc.example.org TXT !servfail"},
	{"UNKNOWN  it cannot be told now", "RFC 9989      UNKNOWN\n",
	    "no answer: servfail\n",
	    "not known by the walk, example.org by the public suffix list\n"}},
    {"test mode and sampling", "example.org", {OWN, D "p=reject; t=y; pct=5"},
	{"QUARANTINE  mail that fails as example.org goes to the spam folder; "
	 "at older receivers: REJECT\n",
	    "p of _dmarc.example.org: reject, one step lower with t=y\n",
	    "for 5 % of it; quarantine for the others\n"}},
    {"two records", "example.org", {OWN, D "p=reject", D "p=none"},
	{"2 records, all discarded (secure)\n",
	    "RFC 7489      NO POLICY   more than one record at "
	    "_dmarc.example.org\n",
	    "  - 2 records at _dmarc.example.org"}},
    {"a public suffix", "new.gov.test",
	{"_dmarc.gov.test TXT v=DMARC1; p=none; np=reject; psd=y"},
	{"and RFC 9091  REJECT      np of _dmarc.gov.test\n",
	    "a record with psd=y, the walk ends; it applies (secure)\n"}},
    {"nothing to process", "example.org", {OWN, D "p=x"},
	{"NO DMARC  the record that applies to example.org leads to no "
	 "DMARC\n"}},
    {"a record that is none", "example.org", {OWN, D "p=none; p=none"},
	{"no usable record (secure)\n"}},
    {"reports", "example.org",
	{OWN,
	    D "p=none; rua=mailto:a@example.org,mailto:b@b.example.net,x; "
	      "ruf=mailto:c@dmarc.service.gov.uk",
	    "b.example.net MX .",
	    "example.org._report._dmarc.b.example.net TXT v=DMARC1; "
	    "rua=mailto:z@b.example.net"},
	{"rua  mailto:a@example.org\n       its own\n",
	    "has agreed, and names mailto:z@b.example.net; takes no mail "
	    "(null MX)\n",
	    "rua  x\n       cannot be used\n",
	    "has not agreed, nothing is sent: no TXT at "
	    "example.org._report._dmarc.dmarc.service",
	    "does not exist; UK Mail Check was withdrawn on "
	    "2026-03-31\n"}},
    {"reports elsewhere, and not known", "example.org",
	{OWN, D "p=none; rua=mailto:b@b.example.net,mailto:c@c.example.net",
	    "example.org._report._dmarc.b.example.net TXT v=DMARC1; "
	    "rua=mailto:z@example.com",
	    "example.org._report._dmarc.c.example.net TXT !timeout",
	    "c.example.net MX !timeout", "b.example.net TXT x"},
	{"names another host, nothing is sent to either: example.org._report",
	    "takes no mail (no MX, no address)\n",
	    "whether it has agreed is not known; whether it takes mail is not "
	    "known\n"}},
    {"alignment", "example.org",
	{OWN, D "p=reject; adkim=s",
	    "_dmarc.mail.example.org TXT v=DMARC1; p=none; psd=n"},
	{"Mail that passes as\n  mail.example.org  SPF not aligned, DKIM not "
	 "aligned; at older receivers SPF aligned, DKIM not aligned "
	 "(organization mail.example.org)\n"}},
    {"what a record says does not reach the terminal", "example.org",
	{OWN, D "p=none; rua=\x1b[31mred"}, {"\\x1b[31mred"}},
};

static bool
has(const char *text)
{
	return memmem(out.p, out.n, text, strlen(text)) != NULL;
}

static void
check_lines(void)
{
	for (size_t at = 0; at < out.n;) {
		size_t end = as_str_find(as_buf_str(&out), '\n', at);

		T_OK(end == at || out.p[end - 1] != ' ');
		at = end + 1;
	}
	T_OK(memchr(out.p, 0x1b, out.n) == NULL);
}

static void
check_text(size_t i)
{
	struct as_term t = {&out, 200, false};
	struct as_dmarc_view v = view_of(texts[i].domain, texts[i].lines);

	as_buf_reset(&out);
	as_dmarc_text(&t, &v);
	T_OK(as_buf_ok(&out));
	for (size_t k = 0; k < 6 && texts[i].says[k] != NULL; k++)
		if (!T_OK(has(texts[i].says[k])))
			printf("# not said: %s\n", texts[i].says[k]);
	check_lines();
	as_buf_reset(&out);
	t.width = 60;
	as_dmarc_text(&t, &v);
	check_lines();
}

/* --- JSON --- */

/* "rfc7489.declared", "queries.0.walk" */
static const json_t *
at(const json_t *doc, const char *path)
{
	struct as_str s = as_str_from(path);

	for (size_t from = 0; from < s.n;) {
		size_t end = as_str_find(s, '.', from);
		char key[40];

		(void)snprintf(
		    key, sizeof(key), "%.*s", (int)(end - from), path + from);
		doc = json_is_array(doc)
		    ? json_array_get(doc, strtoul(key, NULL, 10))
		    : json_object_get(doc, key);
		from = end + 1;
	}
	return doc;
}

static const struct {
	const char *name, *domain;
	const char *lines[6];
	const char *paths[12][2]; /* path, value as JSON */
} docs[] = {
    {"a policy", "a.example.org",
	{"a.example.org A x", D "p=reject; sp=quarantine; pct=5"},
	{{"domain", "\"a.example.org\""}, {"state", "\"policy\""},
	    {"policy_domain", "\"example.org\""},
	    {"organizational_domain", "\"example.org\""},
	    {"declared", "\"quarantine\""}, {"applied", "\"quarantine\""},
	    {"tag", "\"sp\""}, {"rfc7489.pct", "5"},
	    {"rfc7489.rest", "\"none\""}, {"inherited", "true"},
	    {"queries.1.walk", "\"kept\""}, {"unknown", "false"}}},
    {"none", "example.org", {OWN},
	{{"state", "\"none\""}, {"policy_domain", "null"}, {"declared", "null"},
	    {"applied", "null"}, {"record", "null"}, {"tag", "null"},
	    {"alignment.spf", "null"}, {"rfc7489.state", "\"none\""},
	    {"rfc7489.pct", "null"}, {"reports", "[]"},
	    {"queries.0.records", "[]"}, {"exists", "true"}}},
    {"not known", "example.org",
	{"example.org MX !servfail", "example.org A !servfail",
	    "example.org AAAA !servfail", "_dmarc.example.org TXT !bogus"},
	{{"state", "\"unknown\""}, {"organizational_domain", "null"},
	    {"exists", "null"}, {"unknown", "true"},
	    {"rfc7489.state", "\"unknown\""},
	    {"queries.0.outcome", "\"bogus\""},
	    {"queries.0.security", "\"bogus\""},
	    {"queries.0.walk", "\"unknown\""},
	    {"alignment.identifiers.0.spf", "null"}}},
    {"two records, an alias, a fault", "a.b.example.org",
	{"_dmarc.a.b.example.org TXT v=DMARC1; p=none",
	    "_dmarc.a.b.example.org TXT v=DMARC1",
	    "_dmarc.b.example.org TXT >x.example",
	    "_dmarc.example.org TXT v=DMARC1 p=none"},
	{{"queries.0.walk", "\"discarded\""},
	    {"queries.0.records", "[\"v=DMARC1; p=none\", \"v=DMARC1\"]"},
	    {"queries.1.alias_of", "[\"x.example\"]"},
	    {"queries.2.walk", "\"unusable\""},
	    {"queries.2.fault",
		"\"RFC 9989 4.8: only \\\";\\\" may follow v=DMARC1\""},
	    {"rfc7489.state", "\"stopped\""}, {"exists", "true"}}},
    {"reports", "example.org",
	{OWN,
	    D "p=none; rua=mailto:a@example.org,mailto:b@b.example.net,x; "
	      "ruf=mailto:c@dmarc.service.gov.uk",
	    "b.example.net MX !timeout"},
	{{"reports.0.kind", "\"rua\""}, {"reports.0.external", "false"},
	    {"reports.0.consent", "\"given\""}, {"reports.0.mail", "\"taken\""},
	    {"reports.1.consent", "\"refused\""},
	    {"reports.1.consent_name",
		"\"example.org._report._dmarc.b.example.net\""},
	    {"reports.1.mail", "\"unknown\""}, {"reports.2.usable", "false"},
	    {"reports.3.kind", "\"ruf\""},
	    {"reports.3.mail", "\"no-such-name\""},
	    {"reports.3.withdrawn", "\"UK Mail Check\""},
	    {"reports.3.since", "\"2026-03-31\""}}},
};

static void
check_doc(size_t i)
{
	struct as_dmarc_view v = view_of(docs[i].domain, docs[i].lines);
	json_t *doc = as_dmarc_json(&v);

	if (!T_OK(doc != NULL))
		return;
	for (size_t k = 0; k < 12 && docs[i].paths[k][0] != NULL; k++) {
		const json_t *got = at(doc, docs[i].paths[k][0]);
		json_t *want =
		    json_loads(docs[i].paths[k][1], JSON_DECODE_ANY, NULL);

		T_OK(want != NULL);
		if (!T_OK(got != NULL && json_equal(got, want)))
			printf("# %s\n", docs[i].paths[k][0]);
		json_decref(want);
	}
	json_decref(doc);
}

int
main(void)
{
	arena = as_arena_new((size_t)256 * 1024 * 1024);
	suffixes = t_suffixes();
	as_buf_init(&out, 65536);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		t_case("text: %s", texts[i].name);
		check_text(i);
	}
	for (size_t i = 0; i < sizeof(docs) / sizeof(*docs); i++) {
		t_case("JSON: %s", docs[i].name);
		check_doc(i);
	}
	as_buf_fini(&out);
	psl_free(suffixes);
	as_arena_free(arena);
	return t_done();
}
