/*
 * std/dnssec_rr, on messages put together octet by octet.
 */
#include "std/dnssec_rr.h"

#include "harness.h"

#include "base/banned.h"

#define HEADER_OCTETS 12
#define RR_OCTETS     11 /* the root, type, class, ttl, length */

static struct as_arena *arena;
static struct as_dns_msg m;
static struct as_dns_rr rr;
static struct as_why why;

struct packet {
	uint8_t p[512];
	size_t n;
};
static struct packet k;

static void
put(const void *p, size_t n)
{
	memcpy(k.p + k.n, p, n);
	k.n += n;
}

static void
packet_start(unsigned answers, unsigned authority)
{
	uint8_t head[HEADER_OCTETS] = {0x12, 0x34, 0x81, 0x80};

	head[7] = (uint8_t)answers;
	head[9] = (uint8_t)authority;
	k.n = 0;
	put(head, sizeof(head));
}

static void
put_rr(unsigned type, const void *rdata, size_t n)
{
	uint8_t head[RR_OCTETS] = {0, (uint8_t)(type >> 8), (uint8_t)type, 0, 1,
	    0, 0, 1, 44, (uint8_t)(n >> 8), (uint8_t)n};

	put(head, sizeof(head));
	put(rdata, n);
}

static void
open_one(unsigned type, const void *rdata, size_t n)
{
	packet_start(1, 0);
	put_rr(type, rdata, n);
	T_INT(as_dns_msg_open(k.p, k.n, &m, &why), AS_OK);
	T_INT(as_dns_msg_next(arena, &m, &rr, &why), AS_OK);
}

#define OPEN(type, lit) open_one((type), (lit), sizeof(lit) - 1)

static void
test_dnskey(void)
{
	struct as_dns_dnskey key;

	t_case("DNSKEY");
	OPEN(AS_RR_DNSKEY, "\1\1\3\15\252\273\0");
	T_INT(as_dns_read_dnskey(arena, &m, &rr, &key, &why), AS_OK);
	T_INT(key.flags, 257);
	T_INT(key.protocol, 3);
	T_INT(key.algorithm, 13);
	T_OK(key.key.n == 3 && memcmp(key.key.p, "\252\273", 3) == 0);

	t_case("DNSKEY: no key is a key of no octets");
	OPEN(AS_RR_DNSKEY, "\1\1\3\15");
	T_INT(as_dns_read_dnskey(arena, &m, &rr, &key, &why), AS_OK);
	T_INT(key.key.n, 0);

	t_case("DNSKEY: cut off");
	OPEN(AS_RR_DNSKEY, "\1\1\3");
	T_INT(as_dns_read_dnskey(arena, &m, &rr, &key, &why), AS_ESYNTAX);
	T_STR(as_str_from(why.text), "RFC 4034 2.1: DNSKEY data too short");
}

static void
test_ds(void)
{
	struct as_dns_ds ds;

	t_case("DS");
	OPEN(AS_RR_DS, "\354\105\5\1\53\261");
	T_INT(as_dns_read_ds(arena, &m, &rr, &ds, &why), AS_OK);
	T_INT(ds.key_tag, 60485);
	T_INT(ds.algorithm, 5);
	T_INT(ds.digest_type, 1);
	T_OK(ds.digest.n == 2 && memcmp(ds.digest.p, "\53\261", 2) == 0);

	t_case("DS: cut off");
	OPEN(AS_RR_DS, "\354\105\5");
	T_INT(as_dns_read_ds(arena, &m, &rr, &ds, &why), AS_ESYNTAX);
}

/* TXT, algorithm 13, 2 labels, TTL 300, 2026-11-26 to 2026-11-24, tag 4660 */
#define RRSIG_FIXED "\0\20\15\2\0\0\1\54\152\45\322\0\152\43\57\0\22\64"

static void
test_rrsig(void)
{
	struct as_dns_rrsig sig;

	t_case("RRSIG");
	OPEN(AS_RR_RRSIG, RRSIG_FIXED "\3GOV\4test\0\1\2\3");
	T_INT(as_dns_read_rrsig(arena, &m, &rr, &sig, &why), AS_OK);
	T_INT(sig.covered, AS_RR_TXT);
	T_INT(sig.algorithm, 13);
	T_INT(sig.expiration, 0x6a25d200);
	T_INT(sig.inception, 0x6a232f00);
	T_INT(sig.key_tag, 0x1234);
	T_STR(sig.signer, "gov.test");

	t_case("RRSIG: nothing behind the signer");
	OPEN(AS_RR_RRSIG, RRSIG_FIXED "\0");
	T_INT(as_dns_read_rrsig(arena, &m, &rr, &sig, &why), AS_OK);
	T_STR(sig.signer, ".");

	t_case("RRSIG: no signer");
	OPEN(AS_RR_RRSIG, RRSIG_FIXED);
	T_INT(as_dns_read_rrsig(arena, &m, &rr, &sig, &why), AS_ESYNTAX);

	t_case("RRSIG: the signer is cut off");
	OPEN(AS_RR_RRSIG, RRSIG_FIXED "\3gov\4te");
	T_INT(as_dns_read_rrsig(arena, &m, &rr, &sig, &why), AS_ESYNTAX);

	t_case("RRSIG: the signer runs into the next record");
	packet_start(2, 0);
	put_rr(
	    AS_RR_RRSIG, RRSIG_FIXED "\3gov", sizeof(RRSIG_FIXED "\3gov") - 1);
	put_rr(AS_RR_A, "\300\0\2\1", 4);
	T_INT(as_dns_msg_open(k.p, k.n, &m, &why), AS_OK);
	T_INT(as_dns_msg_next(arena, &m, &rr, &why), AS_OK);
	T_INT(as_dns_read_rrsig(arena, &m, &rr, &sig, &why), AS_ESYNTAX);
}

static void
test_nsec3param(void)
{
	struct as_dns_nsec3param param;

	t_case("NSEC3PARAM");
	OPEN(AS_RR_NSEC3PARAM, "\1\0\1\364\2\253\315");
	T_INT(as_dns_read_nsec3param(arena, &m, &rr, &param, &why), AS_OK);
	T_INT(param.hash, 1);
	T_INT(param.flags, 0);
	T_INT(param.iterations, 500);
	T_OK(param.salt.n == 2 && memcmp(param.salt.p, "\253\315", 2) == 0);

	t_case("NSEC3PARAM: no salt");
	OPEN(AS_RR_NSEC3PARAM, "\1\0\0\0\0");
	T_INT(as_dns_read_nsec3param(arena, &m, &rr, &param, &why), AS_OK);
	T_INT(param.iterations, 0);
	T_INT(param.salt.n, 0);

	t_case("NSEC3PARAM: the salt is cut off, or something follows it");
	OPEN(AS_RR_NSEC3PARAM, "\1\0\0\0\2\253");
	T_INT(as_dns_read_nsec3param(arena, &m, &rr, &param, &why), AS_ESYNTAX);
	OPEN(AS_RR_NSEC3PARAM, "\1\0\0\0\0\253");
	T_INT(as_dns_read_nsec3param(arena, &m, &rr, &param, &why), AS_ESYNTAX);
	OPEN(AS_RR_NSEC3PARAM, "\1\0\0\0");
	T_INT(as_dns_read_nsec3param(arena, &m, &rr, &param, &why), AS_ESYNTAX);
}

static void
test_no_memory(void)
{
	struct as_arena *tiny = as_arena_new(1);
	struct as_dns_dnskey key;
	struct as_dns_ds ds;
	struct as_dns_rrsig sig;
	struct as_dns_nsec3param param;

	t_case("no memory");
	OPEN(AS_RR_DNSKEY, "\1\1\3\15abcd");
	T_INT(as_dns_read_dnskey(tiny, &m, &rr, &key, &why), AS_ENOMEM);
	T_INT(as_dns_read_ds(tiny, &m, &rr, &ds, &why), AS_ENOMEM);
	OPEN(AS_RR_RRSIG, RRSIG_FIXED "\3gov\0");
	T_INT(as_dns_read_rrsig(tiny, &m, &rr, &sig, &why), AS_ENOMEM);
	OPEN(AS_RR_NSEC3PARAM, "\1\0\0\0\2\253\315");
	T_INT(as_dns_read_nsec3param(tiny, &m, &rr, &param, &why), AS_ENOMEM);
	as_arena_free(tiny);
}

static void
test_authority(void)
{
	t_case("the authority section follows the answers");
	packet_start(1, 2);
	put_rr(AS_RR_A, "\300\0\2\1", 4);
	put_rr(AS_RR_NS, "\0", 1);
	put_rr(AS_RR_RRSIG, RRSIG_FIXED "\0", sizeof(RRSIG_FIXED "\0") - 1);
	T_INT(as_dns_msg_open(k.p, k.n, &m, &why), AS_OK);
	T_INT(m.authority, 2);
	T_INT(as_dns_msg_authority(&m), AS_EINVAL);
	T_INT(as_dns_msg_next(arena, &m, &rr, &why), AS_OK);
	T_INT(as_dns_msg_next(arena, &m, &rr, &why), AS_EABSENT);
	T_INT(as_dns_msg_authority(&m), AS_OK);
	T_INT(as_dns_msg_next(arena, &m, &rr, &why), AS_OK);
	T_INT(rr.type, AS_RR_NS);
	T_INT(as_dns_msg_next(arena, &m, &rr, &why), AS_OK);
	T_INT(rr.type, AS_RR_RRSIG);
	T_INT(as_dns_msg_next(arena, &m, &rr, &why), AS_EABSENT);
}

static void
test_times(void)
{
	int64_t now = INT64_C(1795521600000); /* 2026-11-24T12:00:00Z */

	t_case("times of signatures are those nearest to now");
	T_OK(as_dns_rrsig_ms(1795521600, now) == now);
	T_OK(as_dns_rrsig_ms(1795521599, now + 999) == now - 1000);
	T_OK(as_dns_rrsig_ms(0, now) == 0);
	T_OK(as_dns_rrsig_ms(0, INT64_C(0xc0000000) * 1000) ==
	    INT64_C(0x100000000) * 1000);
	T_OK(as_dns_rrsig_ms(0, 0) == 0);
	T_OK(as_dns_rrsig_ms(0xffffffff, 0) == -1000);
	T_OK(as_dns_rrsig_ms(5, INT64_C(0x100000000) * 1000) ==
	    INT64_C(0x100000005) * 1000);
}

int
main(void)
{
	arena = as_arena_new(1 << 20);
	test_dnskey();
	test_ds();
	test_rrsig();
	test_nsec3param();
	test_no_memory();
	test_authority();
	test_times();
	as_arena_free(arena);
	return t_done();
}
