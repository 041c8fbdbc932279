/* std/dns_wire: walk a whole message and read every record as every type. */
#include <stdlib.h>

#include "base/limits.h"
#include "must.h"
#include "std/dns_wire.h"
#include "std/dnssec_rr.h"

#include "base/banned.h"

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	    c == '_';
}

/* The text form that the header promises. */
static void
check_name(struct as_str name)
{
	size_t octets = 0, label = 0;

	MUST(name.n > 0);
	if (as_str_is(name, "."))
		return;
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '.') {
			MUST(label > 0 && label <= AS_MAX_LABEL_OCTETS);
			octets++;
			label = 0;
			continue;
		}
		if (name.p[i] == '\\') {
			uint64_t v = 0;
			MUST(as_str_u64(as_str_slice(name, i + 1, i + 4), 255,
				 &v) == AS_OK &&
			    i + 3 < name.n);
			MUST(v >= 128 || !is_plain((char)v));
			i += 3;
		} else {
			MUST(is_plain(name.p[i]));
		}
		octets++;
		label++;
	}
	MUST(label > 0 && label <= AS_MAX_LABEL_OCTETS);
	MUST(octets <= AS_MAX_NAME_OCTETS);
}

static void
read_record(
    struct as_arena *a, const struct as_dns_msg *m, const struct as_dns_rr *rr)
{
	struct as_why why;
	struct as_str s;
	struct as_ip ip;
	struct as_dns_tlsa tlsa;
	struct as_dns_caa caa;
	uint16_t v;
	uint32_t serial;
	bool listed;
	size_t at = rr->rdata_at;

	check_name(rr->owner);
	MUST(rr->rdata_at + rr->rdata_n <= m->n);
	if (as_dns_read_name(a, m, &at, &s, &why) == AS_OK) {
		check_name(s);
		MUST(at > rr->rdata_at && at <= m->n);
	} else {
		MUST(at == rr->rdata_at);
	}
	if (as_dns_read_ip(m, rr, &ip, &why) == AS_OK)
		MUST(ip.len == rr->rdata_n);
	if (as_dns_read_mx(a, m, rr, &v, &s, &why) == AS_OK)
		check_name(s);
	if (as_dns_read_soa(a, m, rr, &serial, &why) == AS_OK)
		MUST(rr->rdata_n >= 22);
	if (as_dns_read_txt(a, m, rr, &s, &v, &why) == AS_OK)
		MUST(v > 0 && s.n + v == rr->rdata_n &&
		    s.n <= AS_MAX_TXT_OCTETS);
	if (as_dns_read_txt_lengths(a, m, rr, &s, &why) == AS_OK)
		MUST(s.n > 0 && s.n <= rr->rdata_n);
	if (as_dns_read_tlsa(a, m, rr, &tlsa, &why) == AS_OK)
		MUST(tlsa.data.n + 3 == rr->rdata_n);
	if (as_dns_read_caa(a, m, rr, &caa, &why) == AS_OK)
		MUST(caa.tag.n > 0 &&
		    caa.tag.n + caa.value.n + 2 == rr->rdata_n);
	MUST(as_dns_read_nsec(a, m, rr, AS_RR_NXNAME, &listed, &why) == AS_OK ||
	    !listed);
}

static void
read_dnssec(
    struct as_arena *a, const struct as_dns_msg *m, const struct as_dns_rr *rr)
{
	struct as_dns_dnskey key;
	struct as_dns_ds ds;
	struct as_dns_rrsig sig;
	struct as_dns_nsec3param param;
	struct as_why why;

	if (as_dns_read_dnskey(a, m, rr, &key, &why) == AS_OK)
		MUST(key.key.n + 4 == rr->rdata_n);
	if (as_dns_read_ds(a, m, rr, &ds, &why) == AS_OK)
		MUST(ds.digest.n + 4 == rr->rdata_n);
	if (as_dns_read_nsec3param(a, m, rr, &param, &why) == AS_OK)
		MUST(param.salt.n + 5 == rr->rdata_n);
	if (as_dns_read_rrsig(a, m, rr, &sig, &why) == AS_OK) {
		check_name(sig.signer);
		MUST(rr->rdata_n > 18);
		MUST(as_dns_rrsig_ms(sig.expiration, 0) % 1000 == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct as_arena *a = as_arena_new((size_t)64 << 20);
	struct as_dns_msg m;
	struct as_dns_rr rr;
	struct as_why why;
	enum as_err err;
	unsigned records = 0;

	if (a == NULL)
		return 0;
	if (as_dns_msg_open(p, n, &m, &why) == AS_OK) {
		while ((err = as_dns_msg_next(a, &m, &rr, &why)) == AS_OK) {
			read_record(a, &m, &rr);
			read_dnssec(a, &m, &rr);
			records++;
		}
		MUST(err != AS_EABSENT || records == m.answers);
		MUST(records <= AS_MAX_RRS_PER_ANSWER && records == m.read);
		MUST(as_dns_msg_next(a, &m, &rr, &why) == err);
		MUST(
		    (as_dns_msg_authority(&m) == AS_OK) == (err == AS_EABSENT));
		while (err == AS_EABSENT &&
		    as_dns_msg_next(a, &m, &rr, &why) == AS_OK)
			read_dnssec(a, &m, &rr);
	}
	as_arena_free(a);
	return 0;
}
