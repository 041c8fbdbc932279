#include "std/dnssec_rr.h"

#include "base/banned.h"

#define RRSIG_FIXED_OCTETS 18 /* RFC 4034 3.1: before the signer's name */

static uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static enum as_err
too_short(struct as_why *why, const struct as_dns_rr *rr, const char *what)
{
	return as_why_set(
	    why, AS_ESYNTAX, rr->rdata_at, "%s data too short", what);
}

/* n octets of the record data behind the first `skip`, copied. */
static enum as_err
octets_copy(struct as_arena *a, const struct as_dns_msg *m,
    const struct as_dns_rr *rr, size_t skip, size_t n, struct as_str *out,
    struct as_why *why)
{
	char *p = as_arena_copy(a, m->p + rr->rdata_at + skip, n);

	if (p == NULL)
		return as_why_no_memory(why);
	*out = (struct as_str){p, n};
	return AS_OK;
}

enum as_err
as_dns_read_dnskey(struct as_arena *a, const struct as_dns_msg *m,
    const struct as_dns_rr *rr, struct as_dns_dnskey *out, struct as_why *why)
{
	const uint8_t *p = m->p + rr->rdata_at;
	struct as_str key;

	if (rr->rdata_n < 4)
		return too_short(why, rr, "RFC 4034 2.1: DNSKEY");
	AS_TRY(octets_copy(a, m, rr, 4, rr->rdata_n - 4u, &key, why));
	*out = (struct as_dns_dnskey){
	    .flags = get16(p), .protocol = p[2], .algorithm = p[3], .key = key};
	return AS_OK;
}

enum as_err
as_dns_read_ds(struct as_arena *a, const struct as_dns_msg *m,
    const struct as_dns_rr *rr, struct as_dns_ds *out, struct as_why *why)
{
	const uint8_t *p = m->p + rr->rdata_at;
	struct as_str digest;

	if (rr->rdata_n < 4)
		return too_short(why, rr, "RFC 4034 5.1: DS");
	AS_TRY(octets_copy(a, m, rr, 4, rr->rdata_n - 4u, &digest, why));
	*out = (struct as_dns_ds){.key_tag = get16(p),
	    .algorithm = p[2],
	    .digest_type = p[3],
	    .digest = digest};
	return AS_OK;
}

enum as_err
as_dns_read_rrsig(struct as_arena *a, const struct as_dns_msg *m,
    const struct as_dns_rr *rr, struct as_dns_rrsig *out, struct as_why *why)
{
	const uint8_t *p = m->p + rr->rdata_at;
	size_t at = rr->rdata_at + RRSIG_FIXED_OCTETS;
	struct as_str signer;

	if (rr->rdata_n <= RRSIG_FIXED_OCTETS)
		return too_short(why, rr, "RFC 4034 3.1: RRSIG");
	AS_TRY(as_dns_read_name(a, m, &at, &signer, why));
	if (at > rr->rdata_at + rr->rdata_n)
		return as_why_set(why, AS_ESYNTAX, rr->rdata_at,
		    "RFC 4034 3.1.7: the signer's name is cut off");
	*out = (struct as_dns_rrsig){.covered = get16(p),
	    .algorithm = p[2],
	    .expiration = get32(p + 8),
	    .inception = get32(p + 12),
	    .key_tag = get16(p + 16),
	    .signer = signer};
	return AS_OK;
}

enum as_err
as_dns_read_nsec3param(struct as_arena *a, const struct as_dns_msg *m,
    const struct as_dns_rr *rr, struct as_dns_nsec3param *out,
    struct as_why *why)
{
	const uint8_t *p = m->p + rr->rdata_at;
	struct as_str salt;

	if (rr->rdata_n < 5)
		return too_short(why, rr, "RFC 5155 4.2: NSEC3PARAM");
	if (p[4] + 5u != rr->rdata_n)
		return as_why_set(why, AS_ESYNTAX, rr->rdata_at + 4,
		    "RFC 5155 4.2: NSEC3PARAM data and its salt differ in "
		    "length");
	AS_TRY(octets_copy(a, m, rr, 5, p[4], &salt, why));
	*out = (struct as_dns_nsec3param){.hash = p[0],
	    .flags = p[1],
	    .iterations = get16(p + 2),
	    .salt = salt};
	return AS_OK;
}

int64_t
as_dns_rrsig_ms(uint32_t time, int64_t near_ms)
{
	int64_t near = near_ms / 1000;
	/* How far `time` is ahead of the low 32 bits of now, as a signed
	 * number of 32 bits. */
	uint32_t ahead = time - (uint32_t)near;
	int64_t delta =
	    ahead < 0x80000000u ? (int64_t)ahead : (int64_t)ahead - 0x100000000;

	return (near + delta) * 1000;
}
