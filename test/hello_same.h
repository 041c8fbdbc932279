/*
 * test/hello_same - do two readers of a server's flight say the same?
 */
#ifndef AS_TEST_HELLO_SAME_H
#define AS_TEST_HELLO_SAME_H

#include <string.h>

#include "std/hello.h"

static inline bool
hello_same_exchange(
    const struct as_hello_exchange *x, const struct as_hello_exchange *y)
{
	return x->seen == y->seen && x->curve_type == y->curve_type &&
	    x->group == y->group && x->bits == y->bits &&
	    as_str_eq(x->prime, y->prime) && x->public_bits == y->public_bits &&
	    as_str_eq(x->generator, y->generator) &&
	    x->is_signed == y->is_signed && x->signature == y->signature;
}

static inline bool
hello_same_lists(
    const struct as_hello_answer *a, const struct as_hello_answer *b)
{
	if (a->n_certificates != b->n_certificates ||
	    a->n_extensions != b->n_extensions ||
	    a->n_ssl2_kinds != b->n_ssl2_kinds)
		return false;
	for (size_t i = 0; i < a->n_certificates; i++)
		if (!as_str_eq(a->certificates[i], b->certificates[i]))
			return false;
	return memcmp(a->extensions, b->extensions, sizeof(a->extensions)) ==
	    0 &&
	    memcmp(a->ssl2_kinds, b->ssl2_kinds, sizeof(a->ssl2_kinds)) == 0;
}

static inline bool
hello_same(const struct as_hello_answer *a, const struct as_hello_answer *b)
{
	return a->end == b->end && a->octets == b->octets &&
	    a->records == b->records &&
	    a->record_version == b->record_version &&
	    a->version == b->version &&
	    a->legacy_version == b->legacy_version && a->suite == b->suite &&
	    a->compression == b->compression &&
	    a->session_id_octets == b->session_id_octets &&
	    a->group == b->group && a->downgrade == b->downgrade &&
	    hello_same_lists(a, b) &&
	    a->certificates_sent == b->certificates_sent &&
	    a->certificates_octets == b->certificates_octets &&
	    hello_same_exchange(&a->exchange, &b->exchange) &&
	    a->certificate_request == b->certificate_request &&
	    as_str_eq(a->ocsp, b->ocsp) && a->alerted == b->alerted &&
	    a->alert_level == b->alert_level && a->alert == b->alert &&
	    as_str_eq(a->ssl2_certificate, b->ssl2_certificate) &&
	    a->ssl2_error == b->ssl2_error && as_str_eq(a->text, b->text) &&
	    a->why == b->why;
}

/* Read octets in pieces of `piece`; 0: all at once.  Then the connection is
 * closed, if `close` says so. */
static inline const struct as_hello_answer *
hello_read_in(struct as_arena *a, struct as_str octets, size_t piece, bool keep,
    bool close)
{
	struct as_hello_reader *r = as_hello_reader_new(a, keep);

	if (r == NULL)
		return NULL;
	if (piece == 0)
		piece = octets.n + 1;
	for (size_t at = 0; at < octets.n; at += piece) {
		struct as_str s = as_str_slice(octets, at, at + piece);

		(void)as_hello_read(r, s.p, s.n);
	}
	if (close)
		(void)as_hello_lose(r, AS_HELLO_LOSS_CLOSED);
	as_hello_reader_free(r);
	return as_hello_reader_answer(r);
}

#endif
