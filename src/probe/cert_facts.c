#include "probe/cert_facts.h"

#include "base/banned.h"

static struct as_str
raw(const uint8_t *p, size_t n)
{
	return (struct as_str){(const char *)p, n};
}

static struct as_cert
cert_of(const struct as_tls_cert *from)
{
	return (struct as_cert){
	    .subject = from->subject,
	    .issuer = from->issuer,
	    .serial = from->serial,
	    .not_before = from->not_before,
	    .not_after = from->not_after,
	    .names = from->names,
	    .n_names = from->n_names,
	    .names_cut = from->names_cut,
	    .key_type = from->key_type,
	    .key_bits = from->key_bits,
	    .signature = from->signature,
	    .ca = from->ca,
	    .purposes = from->purposes,
	    .n_purposes = from->n_purposes,
	    .scts = from->scts,
	    .must_staple = from->must_staple,
	    .sha256 = raw(from->sha256, sizeof(from->sha256)),
	    .sha512 = raw(from->sha512, sizeof(from->sha512)),
	    .spki_sha256 = raw(from->spki_sha256, sizeof(from->spki_sha256)),
	    .spki_sha512 = raw(from->spki_sha512, sizeof(from->spki_sha512)),
	};
}

struct as_cert *
as_cert_facts(struct as_arena *a, const struct as_tls_cert *from, size_t n)
{
	struct as_cert *to = n > 0 ? as_arena_array(a, n, sizeof(*to)) : NULL;

	for (size_t i = 0; to != NULL && i < n; i++)
		to[i] = cert_of(&from[i]);
	return to;
}
