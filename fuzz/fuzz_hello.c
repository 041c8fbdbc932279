/* std/hello: a server's flight, whole, octet by octet and in pieces that the
 * input chooses, gives one answer, and the answer keeps its caps.
 *
 * The octets are read as they are, so that a captured flight is a seed. */
#include "../test/hello_same.h"
#include "must.h"

#include "base/banned.h"

static void
check_answer(const struct as_hello_answer *an, size_t n)
{
	MUST(an->octets <= n && an->octets <= AS_MAX_SHAKE_OCTETS);
	MUST(as_hello_end_name(an->end)[0] != 0);
	MUST(as_hello_end_text(an->end)[0] != 0);
	MUST(an->n_certificates <= AS_MAX_CHAIN_CERTS);
	MUST(an->n_certificates <= an->certificates_sent);
	MUST(an->certificates_octets <= AS_MAX_CHAIN_OCTETS);
	MUST(an->n_extensions <= AS_MAX_HELLO_EXTENSIONS);
	MUST(an->n_ssl2_kinds <= AS_MAX_SSL2_KINDS);
	MUST(an->exchange.prime.n <= AS_MAX_DH_PRIME_OCTETS);
	MUST(an->text.n <= AS_MAX_HELLO_TEXT);
	MUST(an->records <= an->octets / 5);
	MUST((an->end == AS_HELLO_MALFORMED || an->end == AS_HELLO_TOO_LONG) ==
		(an->why != NULL) ||
	    an->end == AS_HELLO_NOT_TLS);
	if (an->end == AS_HELLO_FLIGHT || an->end == AS_HELLO_HELLO ||
	    an->end == AS_HELLO_RETRY || an->end == AS_HELLO_SSL2)
		MUST(an->version != 0);
	if (an->end == AS_HELLO_ALERT)
		MUST(an->alerted);
	if (an->exchange.prime.n > 0)
		MUST(an->exchange.prime.p[0] != 0 &&
		    (an->exchange.bits + 7) / 8 == an->exchange.prime.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)4 << 20);
	const struct as_str s = {(const char *)p, n};
	size_t piece = n > 0 ? (size_t)p[n - 1] % 97 + 1 : 1;
	const struct as_hello_answer *whole, *lean;

	MUST(a != NULL);
	for (int close = 0; close < 2; close++) {
		whole = hello_read_in(a, s, 0, true, close != 0);
		MUST(whole != NULL && whole->end != AS_HELLO_NO_MEMORY);
		MUST((whole->end == AS_HELLO_MORE) <= (close == 0));
		check_answer(whole, n);
		MUST(hello_same(
		    whole, hello_read_in(a, s, 1, true, close != 0)));
		MUST(hello_same(
		    whole, hello_read_in(a, s, piece, true, close != 0)));
		lean = hello_read_in(a, s, piece, false, close != 0);
		MUST(lean->end == whole->end && lean->octets == whole->octets &&
		    lean->certificates_sent == whole->certificates_sent &&
		    lean->suite == whole->suite);
	}
	as_arena_free(a);
	return 0;
}
