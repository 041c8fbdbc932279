#include "render/record.h"

#include "assess/explain.h"
#include "base/json.h"
#include "base/limits.h"
#include "harness.h"

static struct as_arena *arena;

static struct as_record_view *
explain(enum as_record_type type, struct as_str txt)
{
	struct as_explain_input in = {.type = type, .text = txt};
	struct as_record_view *v = NULL;

	as_arena_reset(arena);
	T_INT(as_explain(arena, &in, &v), AS_OK);
	return v;
}

/* --- JSON --- */

static const struct {
	enum as_record_type type;
	const char *txt;
	const char *want;
} docs[] = {
    {AS_RECORD_SPF, "v=spf1 mx -all",
	"{\"type\":\"spf\",\"status\":\"valid\",\"fields\":{\"v\":\"spf1\","
	"\"terms\":[\"mx\",\"-all\"],\"all\":\"-\",\"lookups\":1},"
	"\"problems\":[],"},
    {AS_RECORD_DMARC, "v=DMARC1; p=none; pct=5",
	"{\"type\":\"dmarc\",\"status\":\"valid\",\"fields\":{\"v\":"
	"\"DMARC1\",\"p\":\"none\",\"pct\":\"5\"},\"problems\":["},
    {AS_RECORD_DKIM, "v=DKIM1; p=",
	"{\"type\":\"dkim\",\"status\":\"valid\",\"fields\":{\"v\":\"DKIM1\","
	"\"p\":\"\"},\"problems\":[{\"level\":\"info\",\"at\":11,\"text\":"
	"\"the key is revoked: nothing may sign with it any more\",\"cite\":"
	"\"RFC 6376 3.6.1\"}],"},
    {AS_RECORD_DKIM, "v=DKIM1",
	"{\"type\":\"dkim\",\"status\":\"unusable\",\"fields\":{\"v\":"
	"\"DKIM1\"},\"problems\":[{\"level\":\"error\",\"at\":null,"},
    {AS_RECORD_MTA_STS, "v=spf1 -all",
	"{\"type\":\"mta-sts\",\"status\":\"not-this-type\",\"fields\":{},"
	"\"problems\":[{\"level\":\"error\",\"at\":0,\"text\":\"does not start "
	"with \\\"v=STSv1;\\\"\",\"cite\":\"RFC 8461 "
	"3.1\"},{\"level\":\"info\","
	"\"at\":0,\"text\":\"this is a record of another type: spf\",\"cite\":"
	"null}],\"explanation\":[]}"},
    {AS_RECORD_MTA_STS_POLICY,
	"version: STSv1\nmode: enforce\nmx: a.b\nmx: *.c\nmax_age: 604800\n",
	"{\"type\":\"mta-sts-policy\",\"status\":\"valid\",\"fields\":{"
	"\"version\":\"STSv1\",\"mode\":\"enforce\",\"mx\":[\"a.b\",\"*.c\"],"
	"\"max_age\":604800},\"problems\":[],"},
    {AS_RECORD_TLSA, "3 1 1 AB",
	"{\"type\":\"tlsa\",\"status\":\"unusable\",\"fields\":{\"usage\":3,"
	"\"selector\":1,\"matching\":1,\"data\":\"ab\"},"},
    {AS_RECORD_CAA, "128 issue \"c.d; a=1\"",
	"{\"type\":\"caa\",\"status\":\"valid\",\"fields\":{\"flags\":128,"
	"\"tag\":\"issue\",\"value\":\"c.d; a=1\",\"issuer\":\"c.d\","
	"\"parameters\":[\"a=1\"]},\"problems\":[],"},
    {AS_RECORD_TLS_RPT, "v=TLSRPTv1; rua=mailto:a@b; rua=mailto:c@d",
	"{\"type\":\"tls-rpt\",\"status\":\"valid\",\"fields\":{\"v\":"
	"\"TLSRPTv1\",\"rua\":\"mailto:a@b\"},"},
    {AS_RECORD_BIMI, "v=BIMI1; l=; a=",
	"{\"type\":\"bimi\",\"status\":\"valid\",\"fields\":{\"v\":\"BIMI1\","
	"\"l\":\"\",\"a\":\"\"},"},
};

static void
test_docs(void)
{
	for (size_t i = 0; i < sizeof(docs) / sizeof(docs[0]); i++) {
		struct as_buf b;
		json_t *doc;
		t_case("JSON of %.40s", docs[i].txt);
		doc = as_record_json(
		    explain(docs[i].type, as_str_from(docs[i].txt)));
		as_buf_init(&b, AS_MAX_FRAME_OCTETS);
		as_json_write(&b, doc, AS_JSON_COMPACT);
		if (!T_OK(as_buf_ok(&b) &&
			as_str_has_prefix(as_buf_str(&b), docs[i].want)))
			T_STR(as_buf_str(&b), docs[i].want);
		json_decref(doc);
		as_buf_fini(&b);
	}
}

/* --- text --- */

static void
text_write(struct as_buf *b, enum as_record_type type, struct as_str txt)
{
	struct as_term t = {b, 80, false};

	as_buf_init(b, AS_MAX_FRAME_OCTETS);
	as_record_text(&t, explain(type, txt));
}

static void
test_text(void)
{
	struct as_buf b;

	t_case("text of a record");
	text_write(&b, AS_RECORD_DMARC,
	    AS_STR("v=DMARC1; p=reject; pct=50; rua=mailto:a@b.example"));
	T_STR(as_buf_str(&b),
	    "dmarc: valid\n"
	    "\n"
	    "  v=DMARC1                    DMARC, version 1\n"
	    "  p=reject                    mail that fails is to be refused\n"
	    "  pct=50                      abolished; receivers that follow "
	    "RFC "
	    "7489 apply\n"
	    "                              the policy to 50 of 100 failing "
	    "messages\n"
	    "  rua=mailto:a@b.example      aggregate reports (who sent as this "
	    "domain, mostly\n"
	    "                              daily) go to a@b.example\n"
	    "\n"
	    "  warn    pct was abolished: new receivers ignore it, old ones "
	    "spare a part of\n"
	    "          the forged mail; use t=y for a test, at octet 21 [RFC "
	    "9989 4.7]\n"
	    "          v=DMARC1; p=reject; pct=50; rua=mailto:a@b.e\n"
	    "                              ^\n");
	as_buf_fini(&b);
	t_case("text of a good record");
	text_write(&b, AS_RECORD_CAA, AS_STR("0 issue \";\""));
	T_OK(as_str_has_suffix_case(
	    as_buf_str(&b), AS_STR("\n\nNothing is wrong with it.\n")));
	as_buf_fini(&b);
	t_case("text of something else");
	text_write(&b, AS_RECORD_TLSA, AS_STR(""));
	T_STR(as_buf_str(&b),
	    "tlsa: not-this-type: the text does not set out to be such a "
	    "record\n"
	    "\n"
	    "  error   a TLSA record starts with its usage, a number, at octet "
	    "1 "
	    "[RFC 6698\n"
	    "          2.2]\n");
	as_buf_fini(&b);
}

static void
test_hostile(void)
{
	struct as_str txt = AS_STR("v=spf1 \x1b[2J\0\xe2\x80\xae\xff\x9b"
				   "a\nb\r\x07 -all");
	struct as_buf b;
	size_t bad = 0;

	t_case("nothing of the record reaches the terminal raw");
	for (size_t type = 0; type < as_names_record_type.n; type++) {
		text_write(&b, (enum as_record_type)type, txt);
		for (size_t i = 0; i < b.n; i++)
			bad +=
			    (b.p[i] < 0x20 && b.p[i] != '\n') || b.p[i] > 0x7e;
		T_OK(b.n > 0);
		as_buf_fini(&b);
	}
	T_INT(bad, 0);
}

int
main(void)
{
	arena = as_arena_new(AS_EXPLAIN_OCTETS);
	test_docs();
	test_text();
	test_hostile();
	as_arena_free(arena);
	return t_done();
}
