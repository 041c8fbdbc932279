/* net/tls: certificates in DER, one after the other, then a stapled response. */
#include <openssl/x509.h>
#include <stdlib.h>

#include "net/tls_private.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	STACK_OF(X509) *sent = sk_X509_new_null();
	struct as_tls_view v = {.staple = AS_TLS_STAPLE_NONE};
	const uint8_t *at = p, *end = p + n;
	bool any;
	X509 *x;

	while (at < end && (x = d2i_X509(NULL, &at, end - at)) != NULL)
		sk_X509_push(sent, x);
	any = sk_X509_num(sent) > 0 && at < end;
	as_tls_staple_read(
	    (struct as_str){(const char *)at, (size_t)(end - at)}, sent, &v);
	/* What came is judged, and what did not come is not. */
	if (any == (v.staple == AS_TLS_STAPLE_NONE))
		abort();
	if ((v.staple == AS_TLS_STAPLE_NONE ||
		v.staple == AS_TLS_STAPLE_MALFORMED ||
		v.staple == AS_TLS_STAPLE_UNCHECKED) &&
	    (v.staple_from != 0 || v.staple_until != 0 || v.scts_staple != 0))
		abort();
	sk_X509_pop_free(sent, X509_free);
	return 0;
}
