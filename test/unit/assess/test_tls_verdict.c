#include "tls_fixtures.h"

static struct as_arena *arena;
static struct as_tls_document documents[T_DOCUMENTS];

static bool
says(const struct as_tls_verdict *v, const char *id)
{
	for (size_t i = 0; i < v->n_remarks; i++)
		if (strcmp(v->remarks[i].id, id) == 0)
			return v->remarks[i].cite[0] != 0 &&
			    v->remarks[i].why[0] != 0;
	return false;
}

static const struct as_tls_reading *
reading(const struct as_tls_verdict *v, const char *id)
{
	for (size_t i = 0; i < v->n_readings; i++)
		if (strcmp(v->readings[i].id, id) == 0)
			return &v->readings[i];
	return NULL;
}

/* Is there a step of the product with this line? */
static bool
has_line(const struct as_tls_verdict *v, const char *product, const char *text)
{
	for (size_t i = 0; i < v->n_changes; i++)
		for (size_t k = 0; k < v->changes[i].n_steps; k++)
			if (strcmp(v->changes[i].product, product) == 0 &&
			    v->changes[i].steps[k].lines.n > 0 &&
			    strstr(v->changes[i].steps[k].lines.p, text) !=
				NULL)
				return true;
	return false;
}

/* --- grades and remarks --- */

#define ONE_TLS(versions) \
	T_TLS_HEAD T_SMTP("mx.example") "\"versions\":[" versions "]" T_TLS_END
#define V(version, offered) \
	"{\"version\":\"" version "\",\"offered\":\"" offered "\"}"
#define SUITE_12(suite, class) \
	"{\"version\":\"TLSv1.2\",\"offered\":\"yes\",\"suites\":[\"" suite \
	"\"],\"classes\":[" T_CLASS(class, "yes", suite) "]}"
#define DHE(bits, class) \
	ONE_TLS(T_13 "," T_12 "," T_NONE_OLD \
		     "],\"dhe\":\"yes\",\"dhe_bits\":" bits \
		     ",\"dhe_class\":\"" class "\",\"left_out\":[")

static const struct {
	const char *name, *json;
	enum as_tls_grade grade;
	const char *first; /* id of the worst remark; NULL: none */
	const char *also;
} cases[] = {
    {"good", T_GOOD, AS_TLS_GRADE_GOOD, NULL, NULL},
    {"post-quantum", T_POST_QUANTUM, AS_TLS_GRADE_GOOD, NULL, NULL},
    {"old", T_OLD, AS_TLS_GRADE_WEAK, "suite.forbidden", "version.old"},
    {"no STARTTLS", T_BROKEN, AS_TLS_GRADE_BROKEN, "starttls.missing", NULL},
    {"busy is not bad", T_BUSY, AS_TLS_GRADE_UNKNOWN, NULL, NULL},
    {"no version at all",
	ONE_TLS(T_NO("TLSv1.3") "," T_NO("TLSv1.2") "," T_NONE_OLD),
	AS_TLS_GRADE_BROKEN, "tls.none", NULL},
    {"no version, one unknown",
	ONE_TLS(V("TLSv1.3", "unknown") "," T_NO("TLSv1.2") "," T_NONE_OLD),
	AS_TLS_GRADE_UNKNOWN, NULL, NULL},
    {"SSL 3.0 alone",
	ONE_TLS(T_NO("TLSv1.3") "," T_NO("TLSv1.2") "," T_NO(
	    "TLSv1.1") "," T_NO("TLSv1") "," V("SSLv3", "yes")),
	AS_TLS_GRADE_BROKEN, "version.only-ssl", "version.ssl"},
    {"SSL 3.0 alone, TLS 1.2 unknown",
	ONE_TLS(V("TLSv1.2", "unknown") "," V("SSLv3", "yes")),
	AS_TLS_GRADE_WEAK, "version.ssl", NULL},
    {"TLS 1.0 alone",
	ONE_TLS(T_NO("TLSv1.3") "," T_NO("TLSv1.2") "," T_NO("TLSv1.1") "," V(
	    "TLSv1", "yes")),
	AS_TLS_GRADE_WEAK, "version.outdated", "version.no-1.2"},
    {"TLS 1.0 alone, by its longer name",
	ONE_TLS(T_NO("TLSv1.3") "," T_NO("TLSv1.2") "," T_NO("TLSv1.1") "," V(
	    "TLSv1.0", "yes")),
	AS_TLS_GRADE_WEAK, "version.outdated", "version.old"},
    {"TLS 1.0 beside better ones",
	ONE_TLS(T_13 "," T_12 "," T_NO("TLSv1.1") "," V(
	    "TLSv1", "yes") "," T_NO("SSLv3") "," T_NO("SSLv2")),
	AS_TLS_GRADE_FIT, "version.old", NULL},
    {"an old version unknown",
	ONE_TLS(T_13 "," T_12 "," T_NO("TLSv1.1") "," V(
	    "TLSv1", "unknown") "," T_NO("SSLv3") "," T_NO("SSLv2")),
	AS_TLS_GRADE_UNKNOWN, NULL, NULL},
    {"old versions not asked", ONE_TLS(T_13 "," T_12), AS_TLS_GRADE_UNKNOWN,
	NULL, NULL},
    {"TLS 1.2 alone", ONE_TLS(T_NO("TLSv1.3") "," T_12 "," T_NONE_OLD),
	AS_TLS_GRADE_FIT, "version.no-1.3", NULL},
    {"TLS 1.3 alone", ONE_TLS(T_13 "," T_NO("TLSv1.2") "," T_NONE_OLD),
	AS_TLS_GRADE_FIT, "version.no-1.2", NULL},
    {"NULL", ONE_TLS(T_13 "," SUITE_12("TLS_RSA_WITH_NULL_SHA", "forbidden")),
	AS_TLS_GRADE_WEAK, "suite.forbidden", NULL},
    {"export alone",
	ONE_TLS(T_NO("TLSv1.3") "," SUITE_12(
	    "TLS_RSA_EXPORT_WITH_RC4_40_MD5", "forbidden")),
	AS_TLS_GRADE_BROKEN, "suite.only-forbidden", "suite.forbidden"},
    {"export seen, and then the search stopped",
	ONE_TLS(T_NO("TLSv1.3") "," SUITE_12("TLS_RSA_EXPORT_WITH_RC4_40_MD5",
	    "forbidden") "],\"stopped\":\"421\",\"left_out\":["),
	AS_TLS_GRADE_WEAK, "suite.forbidden", NULL},
    {"export seen, the rest left out",
	ONE_TLS(T_NO("TLSv1.3") "," SUITE_12("TLS_RSA_EXPORT_WITH_RC4_40_MD5",
	    "forbidden") "],\"left_out\":[\"suites\""),
	AS_TLS_GRADE_WEAK, "suite.forbidden", NULL},
    {"anonymous suites harm no mail",
	ONE_TLS(T_13
	    "," SUITE_12("TLS_DH_anon_WITH_AES_256_GCM_SHA384", "forbidden")),
	AS_TLS_GRADE_FIT, "suite.anonymous", NULL},
    {"static RSA alone",
	ONE_TLS(T_NO("TLSv1.3") ","
				"{\"version\":\"TLSv1.2\",\"offered\":\"yes\","
				"\"classes\":[" T_CLASS(
				    "recommended", "no", "") "," T_CLASS("ok",
				    "no", "") "," T_CLASS("legacy-cbc", "no",
				    "") "," T_CLASS("legacy-no-fs", "yes",
				    "TLS_RSA_WITH_AES_128_GCM_SHA256") "]}"),
	AS_TLS_GRADE_WEAK, "secrecy.none", "suite.no-secrecy"},
    {"static RSA beside others",
	ONE_TLS(T_13
	    "," SUITE_12("TLS_RSA_WITH_AES_128_GCM_SHA256", "legacy-no-fs")),
	AS_TLS_GRADE_FIT, "suite.no-secrecy", NULL},
    {"3DES",
	ONE_TLS(
	    T_13 "," SUITE_12("TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", "weak")),
	AS_TLS_GRADE_FIT, "suite.weak", NULL},
    {"CBC",
	ONE_TLS(T_13
	    "," SUITE_12("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "legacy-cbc")),
	AS_TLS_GRADE_FIT, "suite.cbc", NULL},
    {"DHE 512", DHE("512", "weak"), AS_TLS_GRADE_WEAK, "dhe.broken", NULL},
    {"DHE 1024", DHE("1024", "weak"), AS_TLS_GRADE_FIT, "dhe.short", NULL},
    {"DHE 2048, no safe prime", DHE("2048", "subgroup"), AS_TLS_GRADE_FIT,
	"dhe.subgroup", NULL},
    {"DHE 2048, shared", DHE("2048", "shared"), AS_TLS_GRADE_GOOD, "dhe.shared",
	NULL},
    {"DHE 2048, safe", DHE("2048", "safe"), AS_TLS_GRADE_GOOD, NULL, NULL},
    {"nothing from the server", T_TLS_HEAD "\"stopped\":\"\"" T_TLS_END,
	AS_TLS_GRADE_UNKNOWN, NULL, NULL},
};

static void
grades_test(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct t_tls t;

		t_case("grade: %s", cases[i].name);
		as_arena_reset(arena);
		if (!t_tls_judge(arena, cases[i].json, documents, &t))
			continue;
		T_STR(as_str_from(as_tls_grade_text(t.v->grade)),
		    as_tls_grade_text(cases[i].grade));
		T_INT(t.judgement.grade, cases[i].grade);
		T_OK(t.v->sentence.n > 0);
		if (cases[i].first == NULL)
			T_INT(t.v->n_remarks, 0);
		else if (T_OK(t.v->n_remarks > 0))
			T_STR(as_str_from(t.v->remarks[0].id), cases[i].first);
		if (cases[i].also != NULL)
			T_OK(says(t.v, cases[i].also));
	}
}

/* --- certificates --- */

#define CERTIFIED(more, cert) \
	T_TLS_HEAD T_SMTP("mx.example") T_TLS("TLSv1.3", \
	    "TLS_AES_256_GCM_SHA384", more, \
	    cert) "\"versions\":[" T_13 "," T_12 "," T_NONE_OLD "]" T_TLS_END
#define LATE \
	T_CERT_DATED("EC", "256", "ecdsa-with-SHA256", "2026-11-01T00:00:00Z")
#define ENDS T_CERT_DATED("EC", "256", "ecdsa-with-SHA256", "%sT00:00:00Z")

/* Of the steps, the one that is due and no other. */
static void
ends_test(
    const char *day, const char *id, enum as_tls_grade grade, const char *seen)
{
	static const char *const steps[] = {
	    "cert.expires-week", "cert.expires-soon", "cert.expires-month"};
	struct as_str report =
	    as_str_printf(arena, CERTIFIED(T_TRUSTED, ENDS), day);
	struct t_tls t;

	t_case("certificate: runs out on %s", day);
	if (!t_tls_judge(arena, report.p, documents, &t))
		return;
	T_INT(t.v->grade, grade);
	T_STR(t.v->remarks[0].seen, seen);
	for (size_t i = 0; i < 3; i++)
		T_INT(says(t.v, steps[i]), strcmp(steps[i], id) == 0);
}

static void
certificates_test(void)
{
	struct t_tls t;

	t_case("certificate: nobody vouches: it counts for MTA-STS alone");
	if (t_tls_judge(arena,
		CERTIFIED("\"name_matches\":true,",
		    T_CERT("EC", "256", "ecdsa-with-SHA256")),
		documents, &t)) {
		T_INT(t.v->grade, AS_TLS_GRADE_GOOD);
		T_OK(says(t.v, "cert.untrusted"));
		T_STR(t.v->trust,
		    "Senders that go by MTA-STS refuse it (no public authority "
		    "vouches for it); DANE with usage 3 asks for no authority, "
		    "only that the TLSA record fits.");
	}
	t_case("certificate: ran out");
	if (t_tls_judge(arena, CERTIFIED(T_TRUSTED, LATE), documents, &t)) {
		T_INT(t.v->grade, AS_TLS_GRADE_FIT);
		T_OK(says(t.v, "cert.dates"));
		T_STR(t.v->remarks[0].seen, "ran out on 2026-11-01");
	}
	ends_test("2026-12-01", "cert.expires-week", AS_TLS_GRADE_FIT,
	    "in 5 days, on 2026-12-01");
	ends_test("2026-12-08", "cert.expires-soon", AS_TLS_GRADE_GOOD,
	    "in 12 days, on 2026-12-08");
	ends_test("2026-12-20", "cert.expires-month", AS_TLS_GRADE_GOOD,
	    "in 24 days, on 2026-12-20");
	t_case("certificate: RSA of 1024 bits and SHA-1");
	if (t_tls_judge(arena,
		CERTIFIED(
		    T_TRUSTED, T_CERT("RSA", "1024", "sha1WithRSAEncryption")),
		documents, &t)) {
		T_OK(says(t.v, "cert.key-short"));
		T_OK(says(t.v, "cert.signature"));
		T_INT(t.v->grade, AS_TLS_GRADE_FIT);
		T_INT(reading(t.v, "rfc9325")->meets, AS_TLS_NOT_MET);
	}
	t_case("certificate: a curve of 192 bits, and of 112");
	if (t_tls_judge(arena,
		CERTIFIED(T_TRUSTED, T_CERT("EC", "192", "ecdsa-with-SHA256")),
		documents, &t)) {
		T_OK(says(t.v, "cert.key-short"));
		T_OK(!says(t.v, "cert.key-broken"));
	}
	if (t_tls_judge(arena,
		CERTIFIED(T_TRUSTED, T_CERT("EC", "112", "ecdsa-with-SHA256")),
		documents, &t)) {
		T_OK(says(t.v, "cert.key-broken"));
		T_INT(t.v->grade, AS_TLS_GRADE_WEAK);
	}
	t_case("certificate: a curve of 256 bits");
	if (t_tls_judge(arena,
		CERTIFIED(T_TRUSTED, T_CERT("EC", "256", "ecdsa-with-SHA256")),
		documents, &t))
		T_OK(!says(t.v, "cert.key-short"));
	t_case("certificate: signed with MD2");
	if (t_tls_judge(arena,
		CERTIFIED(
		    T_TRUSTED, T_CERT("RSA", "2048", "md2WithRSAEncryption")),
		documents, &t))
		T_OK(says(t.v, "cert.signature"));
}

/* --- documents --- */

static bool
objects(
    const struct as_tls_reading *r, const char *what, enum as_tls_level level)
{
	for (size_t i = 0; i < r->n_objections; i++)
		if (as_str_is(r->objections[i].what, what))
			return r->objections[i].mark.level == level;
	return false;
}

static void
documents_test(void)
{
	struct t_tls t;

	t_case("documents: a good server, and what each says of it");
	if (t_tls_judge(arena, T_GOOD, documents, &t)) {
		T_INT(t.v->n_readings, T_DOCUMENTS);
		T_INT(reading(t.v, "rfc9325")->meets, AS_TLS_MET);
		T_OK(!reading(t.v, "rfc9325")->complete);
		T_INT(reading(t.v, "ncsc-nl-2025-05")->meets, AS_TLS_MET);
		T_INT(reading(t.v, "mailcheck-2022")->meets, AS_TLS_MET);
		T_OK(objects(reading(t.v, "bsi-tr-02102-2"), "x25519",
		    AS_TLS_INSUFFICIENT));
	}
	t_case("documents: post-quantum groups count against nobody");
	if (t_tls_judge(arena, T_POST_QUANTUM, documents, &t))
		for (size_t i = 0; i < t.v->n_readings; i++)
			T_OK(!objects(&t.v->readings[i], "X25519MLKEM768",
			    AS_TLS_INSUFFICIENT));
	t_case("documents: an old server");
	if (t_tls_judge(arena, T_OLD, documents, &t)) {
		const struct as_tls_reading *r = reading(t.v, "rfc9325");

		T_INT(r->meets, AS_TLS_NOT_MET);
		T_OK(objects(r, "TLS 1.0", AS_TLS_INSUFFICIENT));
		T_OK(objects(
		    r, "TLS_RSA_WITH_RC4_128_SHA", AS_TLS_INSUFFICIENT));
		T_OK(objects(
		    r, "TLS_RSA_WITH_AES_128_CBC_SHA", AS_TLS_PHASE_OUT));
		T_OK(objects(r, "DHE prime of 1024 bits", AS_TLS_INSUFFICIENT));
		T_OK(objects(r, "RSA key of 1024 bits", AS_TLS_INSUFFICIENT));
		T_OK(objects(r, "rsa_pkcs1_sha1", AS_TLS_INSUFFICIENT));
		T_OK(r->objections[0].mark.level == AS_TLS_INSUFFICIENT);
		T_OK(r->objections[r->n_objections - 1].mark.level ==
		    AS_TLS_PHASE_OUT);
		T_INT(reading(t.v, "mailcheck-2022")->meets, AS_TLS_MET);
	}
	t_case("documents: nothing is told of a busy server");
	if (t_tls_judge(arena, T_BUSY, documents, &t))
		for (size_t i = 0; i < t.v->n_readings; i++)
			T_INT(t.v->readings[i].meets, AS_TLS_UNTOLD);
	t_case("documents: an unknown version that would not do");
	if (t_tls_judge(arena,
		ONE_TLS(T_13 "," T_12 "," T_NO("TLSv1.1") "," V(
		    "TLSv1", "unknown") "," T_NO("SSLv3") "," T_NO("SSLv2")),
		documents, &t)) {
		T_INT(reading(t.v, "rfc9325")->meets, AS_TLS_UNTOLD);
		T_STR(reading(t.v, "rfc9325")->untold, "TLS 1.0");
		T_INT(reading(t.v, "mailcheck-2022")->meets, AS_TLS_MET);
	}
}

/* --- what to change --- */

static void
changes_test(void)
{
	struct t_tls t;

	t_case("changes: a good server needs none");
	if (t_tls_judge(arena, T_GOOD, documents, &t))
		T_INT(t.v->n_changes, 0);
	t_case("changes: an old server");
	if (t_tls_judge(arena, T_OLD, documents, &t)) {
		T_OK(has_line(t.v, "Postfix",
		    "smtpd_tls_exclude_ciphers = RC4, 3DES, kRSA\n"));
		T_OK(has_line(
		    t.v, "Postfix", "smtpd_tls_protocols = >=TLSv1.2\n"));
		T_OK(has_line(t.v, "Postfix", "smtpd_tls_dh1024_param_file"));
		T_OK(
		    has_line(t.v, "Postfix", "tls_preempt_cipherlist = yes\n"));
		T_OK(has_line(t.v, "Exim",
		    "tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.3:"
		    "+VERS-TLS1.2:-3DES-CBC:-ARCFOUR-128:-RSA"));
		T_OK(has_line(t.v, "Exim",
		    "tls_require_ciphers = DEFAULT:!RC4:!3DES:!kRSA\n"));
		T_OK(has_line(t.v, "Exchange", "TLS 1.0\\Server\n"));
		T_OK(!has_line(t.v, "Exchange", "SSL 3.0\\Server\n"));
		T_OK(has_line(t.v, "Exchange",
		    "Disable-TlsCipherSuite -Name "
		    "TLS_RSA_WITH_3DES_EDE_CBC_SHA\n"));
		for (size_t i = 0; i < t.v->n_changes; i++)
			T_INT(t.v->changes[i].named,
			    strcmp(t.v->changes[i].product, "Exim") == 0);
	}
	t_case("changes: a busy server is left alone");
	if (t_tls_judge(arena, T_BUSY, documents, &t))
		T_INT(t.v->n_changes, 0);
	t_case("changes: no STARTTLS");
	if (t_tls_judge(arena, T_BROKEN, documents, &t)) {
		T_OK(has_line(
		    t.v, "Postfix", "smtpd_tls_security_level = may\n"));
		T_OK(!has_line(t.v, "Postfix", "exclude_ciphers"));
	}
}

int
main(void)
{
	arena = as_arena_new(AS_MAX_JOB_OCTETS);
	if (arena == NULL)
		return 1;
	t_case("the documents");
	t_documents_read(documents);
	grades_test();
	certificates_test();
	documents_test();
	changes_test();
	as_arena_free(arena);
	return t_done();
}
