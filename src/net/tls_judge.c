/* The chain against the store, the name and TLSA records.  Part of net/tls. */
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/limits.h"
#include "net/tls_private.h"

#include "base/banned.h"

/* RFC 9525: the subject is never looked at (6.3 knows SANs only), and "*" is a
 * whole left-most label or nothing. */
#define HOST_FLAGS \
	(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | \
	    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS)

void
as_tls_host_init(struct as_tls_host *h, struct as_str host)
{
	*h = (struct as_tls_host){.n = 0};
	if (host.n > 0 && host.p[host.n - 1] == '.')
		host.n--;
	/* OpenSSL reads a leading dot as "any name below". */
	if (host.n == 0 || host.n > AS_MAX_NAME_OCTETS || host.p[0] == '.' ||
	    memchr(host.p, 0, host.n) != NULL)
		return;
	memcpy(h->text, host.p, host.n);
	h->n = host.n;
}

/* TLS-6, STS-7 */
bool
as_tls_host_matches(X509 *leaf, const struct as_tls_host *h)
{
	bool yes = h->n > 0 &&
	    X509_check_host(leaf, h->text, h->n, HOST_FLAGS, NULL) == 1;

	ERR_clear_error();
	return yes;
}

/* A check of `sent` as a server's chain, whatever the strength of its keys. */
static X509_STORE_CTX *
begin_check(X509_STORE *store, STACK_OF(X509) *sent)
{
	X509_STORE_CTX *x = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;

	if (x == NULL ||
	    X509_STORE_CTX_init(x, store, sk_X509_value(sent, 0), sent) != 1 ||
	    X509_STORE_CTX_set_default(x, "ssl_server") != 1) {
		X509_STORE_CTX_free(x);
		return NULL;
	}
	param = X509_STORE_CTX_get0_param(x);
	X509_VERIFY_PARAM_set_auth_level(param, 0);
	X509_VERIFY_PARAM_set_depth(param, AS_MAX_CHAIN_CERTS);
	return x;
}

static int
run_check(X509_STORE_CTX *x)
{
	int ok = X509_verify_cert(x), code = X509_STORE_CTX_get_error(x);

	ERR_clear_error();
	if (ok == 1)
		return X509_V_OK;
	return code != X509_V_OK ? code : X509_V_ERR_UNSPECIFIED;
}

int
as_tls_path(X509_STORE *store, STACK_OF(X509) *sent)
{
	X509_STORE_CTX *x = begin_check(store, sent);
	int code = X509_V_ERR_OUT_OF_MEM;

	if (x != NULL) {
		X509_STORE_CTX_set_flags(x, X509_V_FLAG_NO_CHECK_TIME);
		code = run_check(x);
	}
	X509_STORE_CTX_free(x);
	return code;
}

/* RFC 7672 3.1: usages 2 and 3, known selectors and matching types; what else
 * is malformed SSL_dane_tlsa_add refuses (DANE-2). */
static bool
add_record(SSL *holder, const struct as_tls_tlsa *t)
{
	if ((t->usage != 3 && t->usage != 2) || t->selector > 1 ||
	    t->matching > 2)
		return false;
	return SSL_dane_tlsa_add(holder, t->usage, t->selector, t->matching,
		   (const uint8_t *)t->data.p, t->data.n) == 1;
}

/* Those of a usage that `usages` has the bit of. */
static size_t
add_records(SSL *holder, const struct as_tls_dane_ask *ask, unsigned usages)
{
	size_t usable = 0;

	for (size_t i = 0; i < ask->n_tlsa && i < AS_MAX_TLSA_RECORDS; i++)
		if (ask->tlsa[i].usage < 8 &&
		    (usages >> ask->tlsa[i].usage & 1) != 0 &&
		    add_record(holder, &ask->tlsa[i]))
			usable++;
	ERR_clear_error();
	return usable;
}

/* DANE-4 */
static enum as_err
match_records(SSL *holder, const struct as_tls_dane_ask *ask,
    const struct as_tls_host *host, bool *matched)
{
	X509_STORE_CTX *x = begin_check(ask->store, ask->sent);
	X509_VERIFY_PARAM *param;
	int code;

	if (x == NULL)
		return AS_ENOMEM;
	param = X509_STORE_CTX_get0_param(x);
	X509_STORE_CTX_set0_dane(x, SSL_get0_dane(holder));
	X509_VERIFY_PARAM_set_time(param, (time_t)(ask->now_ms / 1000));
	X509_VERIFY_PARAM_set_hostflags(param, HOST_FLAGS);
	code = X509_V_ERR_OUT_OF_MEM;
	if (host == NULL || host->n == 0 ||
	    X509_VERIFY_PARAM_set1_host(param, host->text, host->n) == 1)
		code = run_check(x);
	*matched = code == X509_V_OK &&
	    SSL_get0_dane_authority(holder, NULL, NULL) >= 0;
	X509_STORE_CTX_free(x);
	return code == X509_V_ERR_OUT_OF_MEM ? AS_ENOMEM : AS_OK;
}

/*
 * OpenSSL's own DANE rules, applied after the handshake: an SSL that never
 * connects holds the records.  With usages 2 and 3 alone no root of the store
 * is consulted, a leaf that matches usage 3 is taken without dates and, by the
 * flag, without names (RFC 7671 5.1), the strongest digest of a usage and
 * selector alone counts (9), and a usage 2 certificate or key given whole need
 * not be in the chain (5.2).  `host` NULL: names aside.
 * DANE-4, DANE-5.
 */
static enum as_err
check_usages(const struct as_tls_dane_ask *ask, unsigned usages,
    const struct as_tls_host *host, size_t *usable, bool *matched)
{
	const char *base = host != NULL && host->n > 0 ? host->text : "invalid";
	SSL *holder = SSL_new(ask->ctx);
	enum as_err err = AS_ENOMEM;

	*matched = false;
	if (holder != NULL && SSL_dane_enable(holder, base) > 0) {
		SSL_dane_set_flags(holder, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
		err = AS_OK;
		*usable = add_records(holder, ask, usages);
		if (*usable > 0)
			err = match_records(holder, ask, host, matched);
	}
	SSL_free(holder);
	return err;
}

#define USAGE_2 (1u << 2)
#define USAGE_3 (1u << 3)

enum as_err
as_tls_dane_check(const struct as_tls_dane_ask *ask, struct as_tls_view *out)
{
	bool named = ask->base.n > 0, matched;
	size_t usable = 0, anchors = 0;

	out->dane = AS_TLS_DANE_NOT_CHECKED;
	if (ask->n_tlsa == 0 || sk_X509_num(ask->sent) <= 0)
		return AS_OK;
	AS_TRY(check_usages(ask, named ? USAGE_2 | USAGE_3 : USAGE_3,
	    &ask->base, &usable, &matched));
	if (usable > 0)
		out->dane = matched ? AS_TLS_DANE_MATCH : AS_TLS_DANE_MISMATCH;
	return check_usages(ask, USAGE_2, NULL, &anchors, &out->dane_path);
}
