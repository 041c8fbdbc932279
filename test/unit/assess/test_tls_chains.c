/* assess/tls_verdict: every chain that a server shows is judged. */
#include "tls_fixtures.h"

#include "base/banned.h"

static struct as_arena *arena;
static struct as_tls_document documents[T_DOCUMENTS];

/* --- reports: the handshake shows ECDSA, a hello shows RSA --- */

#define LEAF(key, bits, digest, more) \
	"{\"subject\":\"CN=mx.example\"," \
	"\"issuer\":\"C=US,O=Let's Encrypt,CN=E7\"," \
	"\"not_before\":\"2026-10-01T00:00:00Z\"," \
	"\"not_after\":\"2027-03-01T00:00:00Z\",\"names\":[\"mx.example\"]" \
	"," more "\"key_type\":\"" key "\",\"key_bits\":" bits \
	",\"signature\":\"ecdsa-with-SHA256\",\"sha256\":\"" digest "\"}"
#define REPORT(answers, handshake, ec, chain, rsa) \
	"{\"schema\":\"assay.tls/" \
	"1\",\"host\":\"mx.example\",\"port\":25," answers \
	"\"servers\":[{\"name\":\"mx.example\"," \
	"\"address\":\"192.0.2.25\",\"port\":25,\"outcome\":\"done\"," T_SMTP( \
	    "mx.example") "\"tls\":{\"outcome\":\"ok\"," \
			  "\"version\":\"TLSv1.3\",\"cipher\":\"TLS_AES_256_" \
			  "GCM_SHA384\"," \
			  "\"forward_secrecy\":true," handshake \
			  "\"chain\":[" ec "]}," \
			  "\"versions\":[" T_13 "," T_12 "," T_NONE_OLD \
			  "],\"chains\":[{" \
			  "\"kind\":\"RSA\",\"offered\":\"yes\",\"sent\":" \
			  "1," chain "\"chain\":[" rsa "]}]}]}"
#define EC   LEAF("EC", "256", "00", "")
#define RSA  LEAF("RSA", "2048", "11", "")
#define FINE T_TRUSTED

#define CAA(tag, value) \
	"\"caa\":[{\"name\":\"mx.example\",\"type\":\"CAA\"," \
	"\"outcome\":\"ok\",\"caa\":[{\"tag\":\"" tag "\",\"value\":\"" value \
	"\"}]}],"

struct chains_case {
	const char *name;
	const char *report;
	const char *id, *seen; /* the remark that is made; NULL: none */
	const char *trust;     /* how it begins; NULL: any */
};

static const struct chains_case cases[] = {
    {"both well", REPORT("", FINE, EC, FINE, RSA), NULL, NULL,
	"Senders that go by MTA-STS accept it"},
    {"one leaf twice is one chain",
	REPORT("", FINE, EC, "\"trusted\":false,", EC), NULL, NULL,
	"Senders that go by MTA-STS accept it"},
    {"the RSA one for another name",
	REPORT("", FINE, EC, "\"trusted\":true,", RSA), "cert.name",
	"RSA: mx.example", "ECDSA: Senders that go by MTA-STS accept it"},
    {"the RSA one from nobody",
	REPORT("", FINE, EC,
	    "\"verify_code\":18,\"verify_text\":\"self-signed certificate\","
	    "\"name_matches\":true,",
	    RSA),
	"cert.untrusted", "RSA: self-signed certificate", "ECDSA: "},
    {"the RSA one without its issuer",
	REPORT("", FINE, EC,
	    "\"verify_code\":20,\"verify_text\":\"no issuer\","
	    "\"name_matches\":true,",
	    RSA),
	"cert.incomplete",
	"RSA: not sent, and no root that is known: C=US,O=Let's Encrypt,CN=E7",
	"ECDSA: "},
    {"the RSA one for clients",
	REPORT("", FINE, EC, FINE,
	    LEAF("RSA", "2048", "11",
		"\"purposes\":[\"TLS Web Client Authentication\"],")),
	"cert.purpose", "RSA: TLS Web Client Authentication", NULL},
    {"DANE: no record stands for the RSA one",
	REPORT("", FINE "\"dane\":\"match\",", EC,
	    FINE "\"dane\":\"mismatch\",", RSA),
	"cert.dane", "RSA: no record stands for it", "ECDSA: "},
    {"DANE vouches for both, whatever their names",
	REPORT("", "\"dane\":\"match\",", EC, "\"dane\":\"match\",", RSA), NULL,
	NULL,
	"Senders that go by MTA-STS refuse it (no public authority vouches for "
	"it); those that go by DANE accept it."},
    {"revoked, so says the staple of the RSA one",
	REPORT("", FINE, EC,
	    FINE "\"staple\":\"revoked\","
		 "\"staple_until\":\"2026-12-01T00:00:00Z\",",
	    RSA),
	"cert.revoked",
	"RSA: so says the response that is stapled to it; it counts until "
	"2026-12-01",
	NULL},
    {"a staple that ran out",
	REPORT("",
	    FINE "\"staple\":\"good\","
		 "\"staple_until\":\"2026-11-01T00:00:00Z\",",
	    EC, FINE, RSA),
	"cert.staple",
	"ECDSA: the response that is stapled to it has run out; it counted "
	"until 2026-11-01",
	NULL},
    {"a staple that nobody of account signed",
	REPORT("", FINE "\"staple\":\"forged\",", EC, FINE, RSA), "cert.staple",
	"ECDSA: the response that is stapled to it is not signed by its "
	"authority",
	NULL},
    {"a staple that cannot be checked is no fault",
	REPORT("", FINE "\"staple\":\"unchecked\",", EC, FINE, RSA), NULL, NULL,
	NULL},
    {"a staple that is demanded and missing",
	REPORT("", FINE, EC, FINE,
	    LEAF("RSA", "2048", "11", "\"must_staple\":true,")),
	"cert.staple", "RSA: it demands a stapled response; none came", NULL},
    {"CAA names the authority",
	REPORT(CAA("issue", "letsencrypt.org"), FINE, EC, FINE, RSA), NULL,
	NULL, NULL},
    {"CAA names another",
	REPORT(CAA("issue", "ca.example"), FINE, EC, FINE, RSA), "caa.issuer",
	"ECDSA: Let's Encrypt issued it; the records at mx.example name "
	"ca.example; RSA: Let's Encrypt issued it; the records at mx.example "
	"name ca.example",
	NULL},
    {"CAA names nobody", REPORT(CAA("issue", ";"), FINE, EC, FINE, EC),
	"caa.issuer",
	"Let's Encrypt issued it; the records at mx.example name nobody", NULL},
    {"CAA for mail certificates alone",
	REPORT(CAA("issuemail", ";"), FINE, EC, FINE, RSA), NULL, NULL, NULL},
};

static const char *const about[] = {"cert.name", "cert.untrusted",
    "cert.incomplete", "cert.purpose", "cert.dane", "cert.revoked",
    "cert.staple", "caa.issuer", "cert.order", "cert.dates"};

static const struct as_tls_remark *
remark_find(const struct as_tls_verdict *v, const char *id)
{
	for (size_t i = 0; i < v->n_remarks; i++)
		if (strcmp(v->remarks[i].id, id) == 0)
			return &v->remarks[i];
	return NULL;
}

static void
case_run(const struct chains_case *c)
{
	const struct as_tls_remark *r;
	struct t_tls t;

	t_case("%s", c->name);
	if (!T_OK(t_tls_judge(arena, c->report, documents, &t)))
		return;
	for (size_t i = 0; i < sizeof(about) / sizeof(about[0]); i++) {
		bool want = c->id != NULL && strcmp(c->id, about[i]) == 0;

		r = remark_find(t.v, about[i]);
		if (!T_INT(r != NULL, want) || r == NULL)
			continue;
		T_STR(r->seen, c->seen);
	}
	if (c->trust != NULL && !T_OK(as_str_has_prefix(t.v->trust, c->trust)))
		printf("# %.*s\n", (int)t.v->trust.n, t.v->trust.p);
}

/* --- what the page says of CAA --- */

#define DARK \
	"\"caa\":[{\"name\":\"mx.example\",\"type\":\"CAA\"," \
	"\"outcome\":\"servfail\"}],"
#define NONE \
	"\"caa\":[{\"name\":\"mx.example\",\"type\":\"CAA\"," \
	"\"outcome\":\"nodata\"},{\"name\":\"example\",\"type\":\"CAA\"," \
	"\"outcome\":\"nxdomain\"}],"

static const struct {
	const char *name, *report, *want;
} words[] = {
    {"never asked", REPORT("", FINE, EC, FINE, RSA),
	"the records could not be had"},
    {"SERVFAIL", REPORT(DARK, FINE, EC, FINE, RSA),
	"the records could not be had"},
    {"no record", REPORT(NONE, FINE, EC, FINE, RSA),
	"no record: any authority may issue"},
    {"named", REPORT(CAA("issue", "letsencrypt.org"), FINE, EC, FINE, RSA),
	"letsencrypt.org may issue, by the records at mx.example; its "
	"authority is among them"},
    {"an authority that is not in the table",
	REPORT(CAA("issue", "ca.example"), FINE,
	    T_CERT("EC", "256", "ecdsa-with-SHA256"), FINE,
	    T_CERT("EC", "256", "ecdsa-with-SHA256")),
	"ca.example may issue, by the records at mx.example; cannot be "
	"compared: by which name its authority goes in such records is not "
	"known here"},
};

static void
words_test(void)
{
	struct t_tls t;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		t_case("CAA in words: %s", words[i].name);
		if (T_OK(t_tls_judge(arena, words[i].report, documents, &t)))
			T_STR(t.v->caa, words[i].want);
	}
}

int
main(void)
{
	arena = as_arena_new((size_t)64 << 20);
	t_case("the documents");
	t_documents_read(documents);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		case_run(&cases[i]);
	words_test();
	as_arena_free(arena);
	return t_done();
}
