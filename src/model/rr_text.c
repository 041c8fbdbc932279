#include "model/rr_text.h"

#include "base/banned.h"

struct as_str
as_hex_text(struct as_arena *a, struct as_str octets)
{
	static const char digits[] = "0123456789abcdef";
	char *out = as_arena_alloc(a, 2 * octets.n + 1);

	if (out == NULL)
		return AS_STR_NULL;
	for (size_t i = 0; i < octets.n; i++) {
		out[2 * i] = digits[(uint8_t)octets.p[i] >> 4];
		out[2 * i + 1] = digits[(uint8_t)octets.p[i] & 15];
	}
	return (struct as_str){out, 2 * octets.n};
}

struct as_str
as_rr_mx_text(struct as_arena *a, const struct as_rr_mx *mx)
{
	bool null = as_str_is(mx->exchange, ".");

	return as_str_printf(a, "%u " AS_STR_FMT "%s", mx->preference,
	    AS_STR_ARG(mx->exchange), null ? "" : ".");
}

/* Three numbers, then octets: TLSA and DS alike. */
static struct as_str
numbers_text(struct as_arena *a, const uint32_t n[3], struct as_str octets)
{
	struct as_str hex = as_hex_text(a, octets);

	if (as_str_is_null(hex))
		return AS_STR_NULL;
	return as_str_printf(
	    a, "%u %u %u " AS_STR_FMT, n[0], n[1], n[2], AS_STR_ARG(hex));
}

struct as_str
as_rr_tlsa_text(struct as_arena *a, const struct as_rr_tlsa *t)
{
	return numbers_text(
	    a, (uint32_t[]){t->usage, t->selector, t->matching}, t->data);
}

struct as_str
as_rr_ds_text(struct as_arena *a, const struct as_rr_ds *d)
{
	return numbers_text(a,
	    (uint32_t[]){d->key_tag, d->algorithm, d->digest_type}, d->digest);
}

struct as_str
as_rr_caa_text(struct as_arena *a, const struct as_rr_caa *c)
{
	return as_str_printf(a, "%u " AS_STR_FMT " \"" AS_STR_FMT "\"",
	    c->flags, AS_STR_ARG(c->tag), AS_STR_ARG(c->value));
}
