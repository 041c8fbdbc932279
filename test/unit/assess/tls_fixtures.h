/*
 * Reports of `assay tls` as JSON, and what reads and judges them.
 */
#ifndef AS_TEST_TLS_FIXTURES_H
#define AS_TEST_TLS_FIXTURES_H

#include "assess/tls_verdict.h"
#include "base/clock.h"
#include "base/limits.h"
#include "harness.h"

#define T_NOW "2026-11-25T08:00:00Z"

#define T_TLS_HEAD \
	"{\"schema\":\"assay.tls/1\",\"host\":\"mx.example\",\"port\":25," \
	"\"servers\":[{\"name\":\"mx.example\",\"address\":\"192.0.2.25\"," \
	"\"port\":25,\"outcome\":\"done\",\"took_ms\":2130," \
	"\"connections\":17,\"budget\":25,"
#define T_TLS_END "}]}"

#define T_SMTP(banner) \
	"\"smtp\":{\"outcome\":\"ok\",\"banner_code\":220,\"banner\":" \
	"\"" banner \
	"\",\"ehlo_code\":250,\"ehlo\":[\"mx.example\",\"STARTTLS\"]," \
	"\"starttls\":\"accepted\",\"starttls_code\":220},"

#define T_CERT_DATED(key, bits, sig, to) \
	"{\"subject\":\"CN=mx.example\",\"issuer\":\"CN=Test CA\"," \
	"\"not_before\":\"2026-10-01T00:00:00Z\",\"not_after\":\"" to \
	"\",\"names\":[\"mx.example\"],\"key_type\":\"" key \
	"\",\"key_bits\":" bits ",\"signature\":\"" sig \
	"\",\"sha256\":\"00112233\"}"
#define T_CERT(key, bits, sig) \
	T_CERT_DATED(key, bits, sig, "2027-03-01T00:00:00Z")

#define T_TLS(version, cipher, more, cert) \
	"\"tls\":{\"outcome\":\"ok\",\"version\":\"" version \
	"\",\"cipher\":\"" cipher "\",\"forward_secrecy\":true," more \
	"\"dane\":\"not-checked\",\"chain\":[" cert "]},"
#define T_TRUSTED "\"trusted\":true,\"name_matches\":true,"

#define T_CLASS(class, offered, first) \
	"{\"class\":\"" class "\",\"offered\":\"" offered \
			      "\",\"first\":\"" first "\"}"
#define T_NO(version) \
	"{\"version\":\"" version "\",\"offered\":\"no\"," \
	"\"refusal\":\"protocol_version\",\"order\":\"unknown\"}"
#define T_13 \
	"{\"version\":\"TLSv1.3\",\"offered\":\"yes\",\"order\":\"server\"," \
	"\"suites\":[\"TLS_AES_256_GCM_SHA384\"," \
	"\"TLS_AES_128_GCM_SHA256\"],\"classes\":[" T_CLASS( \
	    "recommended", "yes", "TLS_AES_256_GCM_SHA384") "]}"
#define T_12 \
	"{\"version\":\"TLSv1.2\",\"offered\":\"yes\",\"order\":\"server\"," \
	"\"suites\":[\"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\"]," \
	"\"classes\":[" T_CLASS("recommended", "yes", \
	    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384") "," T_CLASS("ok", "no", \
	    "") "," T_CLASS("legacy-cbc", "no", \
	    "") "," T_CLASS("legacy-no-fs", "no", "") "," T_CLASS("weak", \
	    "no", "") "," T_CLASS("forbidden", "no", "") "]}"
#define T_NONE_OLD \
	T_NO("TLSv1.1") "," T_NO("TLSv1") "," T_NO("SSLv3") "," T_NO("SSLv2")

#define T_GROUPS(pq) \
	"\"groups\":[{\"name\":\"X25519MLKEM768\",\"class\":\"pq-hybrid\"," \
	"\"offered\":\"" pq "\"},{\"name\":\"x25519\",\"class\":\"good\"," \
	"\"offered\":\"yes\"},{\"name\":\"secp256r1\",\"class\":\"good\"," \
	"\"offered\":\"yes\"}],"
#define T_FEATURES \
	"\"features\":[{\"name\":\"extended-master-secret\"," \
	"\"offered\":\"yes\"},{\"name\":\"secure-renegotiation\"," \
	"\"offered\":\"yes\"},{\"name\":\"compression\",\"offered\":\"no\"}," \
	"{\"name\":\"big-hello\",\"offered\":\"yes\"}]"

/* TLS 1.2 and 1.3, ECDHE and AEAD alone, a key of ECDSA. */
#define T_GOOD_WITH(pq, group) \
	T_TLS_HEAD T_SMTP("mx.example ESMTP Postfix") T_TLS("TLSv1.3", \
	    "TLS_AES_256_GCM_SHA384", T_TRUSTED, \
	    T_CERT("EC", "256", \
		"ecdsa-with-SHA256")) "\"versions\":[" T_13 "," T_12 \
				      "," T_NONE_OLD "]," T_GROUPS( \
					  pq) "\"group\":\"" group \
					      "\",\"dhe\":\"no\"," T_FEATURES \
						  T_TLS_END
#define T_GOOD         T_GOOD_WITH("no", "x25519")
#define T_POST_QUANTUM T_GOOD_WITH("yes", "X25519MLKEM768")

/* TLS 1.0 to 1.2, RC4, 3DES, static RSA, DHE of 1024 bits, the certificate ran
 * out and is signed by nobody; the client's order rules. */
#define T_OLD_VERSION(version) \
	"{\"version\":\"" version "\",\"offered\":\"yes\"," \
	"\"order\":\"client\",\"suites\":[\"TLS_DHE_RSA_WITH_AES_256_CBC_" \
	"SHA\"," \
	"\"TLS_RSA_WITH_3DES_EDE_CBC_SHA\"],\"classes\":[" T_CLASS( \
	    "legacy-cbc", "yes", \
	    "TLS_DHE_RSA_WITH_AES_256_CBC_SHA") "," T_CLASS("legacy-no-fs", \
	    "yes", "TLS_RSA_WITH_AES_128_CBC_SHA") "," T_CLASS("weak", "yes", \
	    "TLS_RSA_WITH_3DES_EDE_CBC_SHA") "," T_CLASS("forbidden", "yes", \
	    "TLS_RSA_WITH_RC4_128_SHA") "]}"
#define T_OLD \
	T_TLS_HEAD T_SMTP("mx.example ESMTP Exim 4.80") T_TLS("TLSv1.2", \
	    "TLS_DHE_RSA_WITH_AES_256_CBC_SHA", \
	    "\"verify_code\":20,\"verify_text\":\"unable to get local " \
	    "issuer certificate\",\"name_matches\":true,", \
	    T_CERT_DATED("RSA", "1024", "sha1WithRSAEncryption", \
		"2026-11-22T00:00:00Z")) "\"versions\":[" T_NO("TLSv1.3") "," T_OLD_VERSION("TLSv1.2") "," T_OLD_VERSION("TLSv1.1") "," T_OLD_VERSION("TLSv1") "," T_NO("SSLv3") "," T_NO("SSLv2") "],\"dhe\":\"yes\",\"dhe_bits\":1024," \
																								   "\"dhe_prime\":\"Postfix, 1024 bits\"," \
																								   "\"dhe_class\":\"weak\"," \
																								   "\"features\":[{\"name\":\"secure-renegotiation\"," \
																								   "\"offered\":\"yes\"}]," \
																								   "\"left_out\":[\"groups\"]" T_TLS_END

/* No STARTTLS. */
#define T_BROKEN \
	T_TLS_HEAD \
	"\"smtp\":{\"outcome\":\"ok\",\"banner\":\"mx.example ESMTP " \
	"Postfix\",\"ehlo\":[\"mx.example\",\"8BITMIME\"]," \
	"\"starttls\":\"not-offered\"}" T_TLS_END

/* 421. */
#define T_BUSY \
	T_TLS_HEAD \
	"\"smtp\":{\"outcome\":\"busy\",\"detail\":\"421 try later\"," \
	"\"banner_code\":421,\"starttls\":\"not-reached\"}" T_TLS_END

/* --- documents of the data folder, read once --- */

#define T_DOCUMENTS 7
static const char *const t_document_names[T_DOCUMENTS] = {"rfc9325",
    "ncsc-uk-tls", "mailcheck-2022", "ncsc-nl-2025-05", "bsi-tr-02102-2",
    "nist-sp-800-52r2", "itsp-40-062"};

/* A file below data, read into `text`; a fault of the test when it does not
 * fit. */
static inline struct as_str
t_table_read(const char *name, char *text, size_t size)
{
	char path[512];
	size_t n = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/data/%s.tsv",
	    getenv("AS_SOURCE_ROOT"), name);
	f = fopen(path, "rb");
	if (T_OK(f != NULL)) {
		n = fread(text, 1, size, f);
		(void)fclose(f);
	}
	T_OK(n > 0 && n < size);
	return (struct as_str){text, n};
}

static inline void
t_documents_read(struct as_tls_document out[T_DOCUMENTS])
{
	static char texts[T_DOCUMENTS][8192];
	char name[64];

	for (size_t i = 0; i < T_DOCUMENTS; i++) {
		(void)snprintf(
		    name, sizeof(name), "tls/%s", t_document_names[i]);
		out[i] = (struct as_tls_document){t_document_names[i],
		    t_table_read(name, texts[i], sizeof(texts[i]))};
	}
}

/* --- a report, read and judged --- */

struct t_tls {
	struct as_tls_report *report;
	struct as_tls_judgement judgement;
	const struct as_tls_verdict *v; /* of its first server */
	int64_t now_ms;
};

static inline bool
t_tls_judge(struct as_arena *a, const char *json,
    const struct as_tls_document *documents, struct t_tls *out)
{
	static char issuers[16384];
	struct as_tls_judge_ask ask = {.documents = documents,
	    .n_documents = T_DOCUMENTS,
	    .caa_issuers =
		t_table_read("caa-issuers", issuers, sizeof(issuers))};
	struct as_why why = {0};
	void *report = NULL;

	if (!T_OK(as_codec_parse(a, &as_shape_tls_report, as_str_from(json),
		      AS_MAX_SUBJECT_OCTETS, &report, &why) == AS_OK)) {
		printf("# %s\n", why.text);
		return false;
	}
	out->report = report;
	T_OK(as_time_parse(AS_STR(T_NOW), &out->now_ms) == AS_OK);
	ask.report = report;
	ask.now_ms = out->now_ms;
	if (!T_OK(as_tls_judge(a, &ask, &out->judgement) == AS_OK))
		return false;
	out->v = &out->judgement.servers[0];
	return T_INT(out->judgement.n_servers, out->report->n_servers);
}

#endif
