/*
 * The readers of octets from DNS, on messages and data that were cut or damaged
 * (test/unit/std/sweep.h).
 */
#include <openssl/evp.h>

#include "harness.h"
#include "std/dane.h"
#include "std/dns_wire.h"
#include "std/dnssec_rr.h"
#include "sweep.h"

#include "base/banned.h"

/* Usage, selector, matching, data. */
static void
read_tlsa(struct as_arena *a, struct as_str text, struct outcome *o)
{
	struct as_dns_tlsa t;

	(void)a;
	if (text.n < 3) {
		say_verdict(o, "not a TLSA record", 0);
		return;
	}
	t.usage = (uint8_t)text.p[0];
	t.selector = (uint8_t)text.p[1];
	t.matching = (uint8_t)text.p[2];
	t.data = as_str_slice(text, 3, text.n);
	say_verdict(o, as_dane_unusable(&t), AS_WHY_NOWHERE);
}

static void
say_dnssec(struct as_arena *a, const struct as_dns_msg *m,
    const struct as_dns_rr *rr, struct outcome *o)
{
	struct as_dns_dnskey key;
	struct as_dns_ds ds;
	struct as_dns_rrsig sig;
	struct as_dns_nsec3param nsec3;

	if (as_dns_read_dnskey(a, m, rr, &key, NULL) == AS_OK) {
		SAY(o, "key %u %u", key.flags, key.algorithm);
		say_str(o, key.key);
	}
	if (as_dns_read_ds(a, m, rr, &ds, NULL) == AS_OK) {
		SAY(o, "ds %u %u", ds.key_tag, ds.digest_type);
		say_str(o, ds.digest);
	}
	if (as_dns_read_rrsig(a, m, rr, &sig, NULL) == AS_OK) {
		SAY(o, "sig %u %u", sig.covered, sig.expiration);
		say_str(o, sig.signer);
	}
	if (as_dns_read_nsec3param(a, m, rr, &nsec3, NULL) == AS_OK) {
		SAY(o, "nsec3 %u", nsec3.iterations);
		say_str(o, nsec3.salt);
	}
}

static void
say_rr(struct as_arena *a, const struct as_dns_msg *m,
    const struct as_dns_rr *rr, struct outcome *o)
{
	struct as_dns_tlsa tlsa;
	struct as_dns_caa caa;
	struct as_ip ip;
	struct as_str s;
	uint16_t v;
	size_t at = rr->rdata_at;

	SAY(o, " %u", rr->type);
	say_str(o, rr->owner);
	if (as_dns_read_name(a, m, &at, &s, NULL) == AS_OK)
		say_str(o, s);
	if (as_dns_read_ip(m, rr, &ip, NULL) == AS_OK)
		SAY(o, "ip%d.%d", ip.b[0], ip.b[3]);
	if (as_dns_read_mx(a, m, rr, &v, &s, NULL) == AS_OK)
		say_str(o, s);
	if (as_dns_read_txt(a, m, rr, &s, &v, NULL) == AS_OK)
		say_str(o, s);
	if (as_dns_read_tlsa(a, m, rr, &tlsa, NULL) == AS_OK)
		say_str(o, tlsa.data);
	if (as_dns_read_caa(a, m, rr, &caa, NULL) == AS_OK)
		say_str(o, caa.value);
	say_dnssec(a, m, rr, o);
}

/* The records before a fault stay good: they are said. */
static void
read_message(struct as_arena *a, struct as_str text, struct outcome *o)
{
	struct as_dns_rr rr;
	struct as_dns_msg m;

	o->err = as_dns_msg_open((const uint8_t *)text.p, text.n, &m, &o->why);
	if (o->err != AS_OK)
		return;
	while ((o->err = as_dns_msg_next(a, &m, &rr, &o->why)) == AS_OK)
		say_rr(a, &m, &rr, o);
	if (o->err == AS_EABSENT)
		o->err = AS_OK;
	o->given = o->err == AS_OK;
}

/* --- the good records --- */

#define RSA \
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk" \
	"08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8u" \
	"BsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryO" \
	"TIKT+l/K4w3QIDAQAB"
#define OCTETS_32 "0123456789abcdef0123456789abcdef"

/* A header, the question example.test/TXT, and one record a type, with names
 * that point back. */
#define MESSAGE \
	"\x12\x34\x81\x80\0\1\0\15\0\0\0\0" \
	"\7example\4test\0\0\20\0\1" \
	"\300\14\0\20\0\1\0\0\16\20\0\15\6v=spf1\5 -all" \
	"\300\14\0\1\0\1\0\0\16\20\0\4\300\0\2\1" \
	"\300\14\0\34\0\1\0\0\16\20\0\20\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1" \
	"\300\14\0\17\0\1\0\0\16\20\0\7\0\12\2mx\300\14" \
	"\300\14\0\5\0\1\0\0\16\20\0\7\4a\0b.\300\24" \
	"\300\14\0\14\0\1\0\0\16\20\0\6\3mx1\300\14" \
	"\3_25\300\14\0\64\0\1\0\0\16\20\0\43\3\1\1" OCTETS_32 \
	"\300\14\1\1\0\1\0\0\16\20\0\13\0\5issueca.x" \
	"\300\14\0\2\0\1\0\0\16\20\0\2\300\14" \
	"\300\14\0\60\0\1\0\0\16\20\0\44\1\1\3\17" OCTETS_32 \
	"\300\14\0\53\0\1\0\0\16\20\0\44\4\322\17\2" OCTETS_32 \
	"\300\14\0\56\0\1\0\0\16\20\0\64\0\20\17\2\0\0\16\20" \
	"\145\0\0\0\144\0\0\0\4\322\300\14" OCTETS_32 \
	"\300\14\0\63\0\1\0\0\16\20\0\7\1\0\0\12\2\253\315"

static const struct {
	struct sweep sweep;
	struct as_str text;
} rows[] = {
    {{"tlsa 3 1 1", read_tlsa, SYNTAX}, S("\3\1\1" OCTETS_32)},
    {{"tlsa 2 0 2", read_tlsa, SYNTAX}, S("\2\0\2" OCTETS_32 OCTETS_32)},
    {{"dns message", read_message, SYNTAX}, S(MESSAGE)},
};

/* A whole public key as data: DER, which a cut must not get past. */
static void
test_whole_key(void)
{
	static const struct sweep s = {"tlsa 3 1 0", read_tlsa, SYNTAX};
	unsigned char data[3 + sizeof(RSA)] = {3, 1, 0};
	int n = EVP_DecodeBlock(
	    data + 3, (const unsigned char *)RSA, (int)sizeof(RSA) - 1);

	t_case("tlsa 3 1 0: a key");
	if (T_INT(n, 162))
		sweep(&s, (struct as_str){(const char *)data, 3 + 162});
}

/* The message of the sweep holds what it should. */
static void
test_message(void)
{
	static const char *const parts[] = {"v=spf1 -all", "ip192.1",
	    "mx.example.test", "ca.x", "key 257 15", "ds 1234 2", "sig 16 ",
	    "nsec3 10"};
	struct as_arena *a = as_arena_new(ROOM);
	struct outcome o;

	t_case("dns message: every kind of record is read");
	outcome_init(&o);
	if (T_OK(a != NULL))
		read_message(a, AS_STR(MESSAGE), &o);
	T_INT(o.err, AS_OK);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (!T_OK(memmem(o.got.p, o.got.n, parts[i],
			      strlen(parts[i])) != NULL))
			printf("# %s\n", parts[i]);
	as_buf_fini(&o.got);
	as_arena_free(a);
}

int
main(void)
{
	test_message();
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		sweep(&rows[i].sweep, rows[i].text);
	test_whole_key();
	return t_done();
}
