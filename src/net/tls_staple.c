/* Which certificate is asked for, and the OCSP response that comes with it. Part
 * of net/tls. */
#include <openssl/ct.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <time.h>

#include "base/limits.h"
#include "net/tls_private.h"

#include "base/banned.h"

/* --- kinds --- */

static const struct {
	const char *suites, *signatures;
} kinds[] = {
    [AS_TLS_RSA] = {"aRSA:!eNULL:@SECLEVEL=0",
	"RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:"
	"RSA+SHA512:RSA+SHA1"},
    [AS_TLS_ECDSA] = {"aECDSA:!eNULL:@SECLEVEL=0",
	"ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ed448:ECDSA+SHA1"},
};

bool
as_tls_ask_kind(SSL *ssl, enum as_tls_kind kind)
{
	return kind == AS_TLS_ANY ||
	    (SSL_set_cipher_list(ssl, kinds[kind].suites) == 1 &&
		SSL_set1_sigalgs_list(ssl, kinds[kind].signatures) == 1);
}

/* --- the staple --- */

/* Wall ms; 0: none. */
static int64_t
time_ms(const ASN1_GENERALIZEDTIME *t)
{
	struct tm tm = {0};

	if (t == NULL || ASN1_TIME_to_tm(t, &tm) != 1)
		return 0;
	return (int64_t)timegm(&tm) * 1000;
}

/* Of the certificates sent the one that issued the leaf; NULL: none. */
static X509 *
issuer_of(STACK_OF(X509) *sent)
{
	X509 *leaf = sk_X509_value(sent, 0);

	for (int i = 0; i < sk_X509_num(sent); i++)
		if (X509_check_issued(sk_X509_value(sent, i), leaf) ==
		    X509_V_OK)
			return sk_X509_value(sent, i);
	return NULL;
}

/* RFC 6960 4.2.2.2: by the issuer, or by one whom it named for this.  A store
 * that holds nobody else asks for no more; dates are judged from the facts. */
static bool
is_signed(OCSP_BASICRESP *basic, STACK_OF(X509) *sent, X509 *issuer)
{
	X509_STORE *store = X509_STORE_new();
	bool yes = store != NULL && X509_STORE_add_cert(store, issuer) == 1 &&
	    X509_STORE_set_flags(store,
		X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME) == 1 &&
	    OCSP_basic_verify(basic, sent, store, 0) == 1;

	X509_STORE_free(store);
	return yes;
}

static enum as_tls_staple
status_of(int status)
{
	switch (status) {
	case V_OCSP_CERTSTATUS_GOOD: return AS_TLS_STAPLE_GOOD;
	case V_OCSP_CERTSTATUS_REVOKED: return AS_TLS_STAPLE_REVOKED;
	default: return AS_TLS_STAPLE_UNKNOWN;
	}
}

/* Responders choose the digest of the identifier: each answer is held against
 * one made with its own (RFC 6960 4.1.1). */
static OCSP_SINGLERESP *
answer_for(OCSP_BASICRESP *basic, X509 *leaf, X509 *issuer)
{
	for (int i = 0; i < OCSP_resp_count(basic); i++) {
		OCSP_SINGLERESP *single = OCSP_resp_get0(basic, i);
		OCSP_CERTID *have =
		    OCSP_CERTID_dup(OCSP_SINGLERESP_get0_id(single));
		ASN1_OBJECT *oid = NULL;
		const EVP_MD *md;
		OCSP_CERTID *want = NULL;
		bool same;

		if (have != NULL)
			(void)OCSP_id_get0_info(NULL, &oid, NULL, NULL, have);
		md = oid != NULL ? EVP_get_digestbyobj(oid) : NULL;
		if (md != NULL)
			want = OCSP_cert_to_id(md, leaf, issuer);
		same = want != NULL && OCSP_id_cmp(want, have) == 0;
		OCSP_CERTID_free(want);
		OCSP_CERTID_free(have);
		if (same)
			return single;
	}
	return NULL;
}

/* RFC 6962 3.3: timestamps that the authority puts into its answer. */
static uint32_t
count_scts(OCSP_SINGLERESP *single)
{
	STACK_OF(SCT) *all =
	    OCSP_SINGLERESP_get1_ext_d2i(single, NID_ct_cert_scts, NULL, NULL);
	int n = all != NULL ? sk_SCT_num(all) : 0;

	SCT_LIST_free(all);
	return n > 0 ? (uint32_t)n : 0;
}

static void
basic_look(OCSP_BASICRESP *basic, STACK_OF(X509) *sent, struct as_tls_view *out)
{
	ASN1_GENERALIZEDTIME *from = NULL, *until = NULL;
	X509 *issuer = issuer_of(sent);
	OCSP_SINGLERESP *single;
	int status;

	if (issuer == NULL) {
		out->staple = AS_TLS_STAPLE_UNCHECKED;
		return;
	}
	single = answer_for(basic, sk_X509_value(sent, 0), issuer);
	if (single == NULL)
		return;
	status = OCSP_single_get0_status(single, NULL, NULL, &from, &until);
	out->staple_from = time_ms(from);
	out->staple_until = time_ms(until);
	out->scts_staple = count_scts(single);
	out->staple = is_signed(basic, sent, issuer) ? status_of(status)
						     : AS_TLS_STAPLE_FORGED;
}

/* TLS-6, TLS-7 */
void
as_tls_staple_read(
    struct as_str der, STACK_OF(X509) *sent, struct as_tls_view *out)
{
	const unsigned char *p = (const unsigned char *)der.p;
	OCSP_RESPONSE *response;
	OCSP_BASICRESP *basic = NULL;

	if (der.n == 0 || sk_X509_num(sent) <= 0)
		return;
	out->staple = AS_TLS_STAPLE_MALFORMED;
	if (der.n > AS_MAX_STAPLE_OCTETS)
		return;
	response = d2i_OCSP_RESPONSE(NULL, &p, (long)der.n);
	if (response != NULL &&
	    OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL)
		basic = OCSP_response_get1_basic(response);
	if (basic != NULL)
		basic_look(basic, sent, out);
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
	ERR_clear_error();
}
