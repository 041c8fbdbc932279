/* net/tls: certificates in DER, one after the other, as a chain. */
#include <openssl/x509.h>
#include <stdlib.h>

#include "base/limits.h"
#include "net/tls_private.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
check_cert(const struct as_tls_cert *c)
{
	if (c->n_names > AS_MAX_CERT_NAMES ||
	    c->subject.n > AS_MAX_CERT_TEXT_OCTETS ||
	    c->serial.n > AS_MAX_CERT_TEXT_OCTETS ||
	    as_str_is_null(c->key_type) || as_str_is_null(c->signature))
		abort();
	for (size_t i = 0; i < c->subject.n; i++)
		if (c->subject.p[i] < ' ' || c->subject.p[i] > '~')
			abort();
}

/* The judgements may say anything, but must come to an end. */
static void
judge(STACK_OF(X509) *sent)
{
	X509_STORE *store = X509_STORE_new();
	struct as_tls_host h;

	as_tls_host_init(&h, AS_STR("mx.example"));
	if (store != NULL && sk_X509_num(sent) > 0) {
		(void)X509_STORE_add_cert(
		    store, sk_X509_value(sent, sk_X509_num(sent) - 1));
		(void)as_tls_path(store, sent);
		(void)as_tls_host_matches(sk_X509_value(sent, 0), &h);
	}
	X509_STORE_free(store);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)32 << 20);
	STACK_OF(X509) *sent = sk_X509_new_null();
	const uint8_t *at = p, *end = p + n;
	struct as_tls_cert *certs = NULL;
	size_t n_certs = 0;
	bool cut = false;
	X509 *x;

	while (at < end && (x = d2i_X509(NULL, &at, end - at)) != NULL)
		sk_X509_push(sent, x);
	if (as_tls_chain(a, sent, &certs, &n_certs, &cut) == AS_OK) {
		if (n_certs > AS_MAX_CHAIN_CERTS ||
		    (!cut && n_certs != (size_t)sk_X509_num(sent)))
			abort();
		for (size_t i = 0; i < n_certs; i++)
			check_cert(&certs[i]);
		judge(sent);
	}
	sk_X509_pop_free(sent, X509_free);
	as_arena_free(a);
	return 0;
}
