/*
 * std/dns_wire, on messages put together octet by octet.
 */
#include "std/dns_wire.h"

#include <time.h>

#include "base/limits.h"
#include "harness.h"

#include "base/banned.h"

struct packet {
	uint8_t p[70000];
	size_t n;
};

static void
put(struct packet *k, const void *p, size_t n)
{
	memcpy(k->p + k->n, p, n);
	k->n += n;
}

#define PUT(k, lit) put((k), (lit), sizeof(lit) - 1)

static void
put16(struct packet *k, unsigned v)
{
	k->p[k->n++] = (uint8_t)(v >> 8);
	k->p[k->n++] = (uint8_t)v;
}

/* A header, with `answers` claimed, and the question example.test/TXT; its
 * name stands at offset 12, "test" at 20. */
static void
packet_start(struct packet *k, unsigned flags, unsigned answers)
{
	k->n = 0;
	put16(k, 0x1234);
	put16(k, flags);
	put16(k, 1);
	put16(k, answers);
	put16(k, 0);
	put16(k, 0);
	PUT(k, "\7example\4test\0\0\20\0\1");
}

#define EXAMPLE "\300\14" /* pointer to example.test */

/* A record of example.test. */
static void
put_rr(struct packet *k, unsigned type, const void *rdata, size_t n)
{
	PUT(k, EXAMPLE);
	put16(k, type);
	PUT(k, "\0\1\0\1\121\200"); /* IN, 86400 */
	put16(k, (unsigned)n);
	put(k, rdata, n);
}

#define PUT_RR(k, type, lit) put_rr((k), (type), (lit), sizeof(lit) - 1)

static struct as_arena *arena;
static struct packet k;
static struct as_dns_msg m;
static struct as_dns_rr rr;
static struct as_why why;

/* Open k and read its first record. */
static void
first(void)
{
	T_INT(as_dns_msg_open(k.p, k.n, &m, &why), AS_OK);
	T_INT(as_dns_msg_next(arena, &m, &rr, &why), AS_OK);
}

static void
test_types(void)
{
	uint16_t type = 0;

	t_case("record types: number to text and back");
	T_STR(as_str_from(as_rrtype_text(AS_RR_TLSA)), "TLSA");
	T_OK(as_rrtype_text(9999) == NULL);
	T_INT(as_rrtype_parse(AS_STR("caa"), &type), AS_OK);
	T_INT(type, 257);
	T_INT(as_rrtype_parse(AS_STR("SPF"), &type), AS_EABSENT);
	T_INT(as_rrtype_parse(AS_STR_NULL, &type), AS_EABSENT);
}

static void
test_header(void)
{
	t_case("header: flags, rcode and count");
	packet_start(&k, 0x8603, 7);
	T_INT(as_dns_msg_open(k.p, k.n, &m, &why), AS_OK);
	T_OK(m.aa && m.tc);
	T_INT(m.rcode, 3);
	T_INT(m.answers, 7);
	T_INT(m.at, k.n);

	t_case("header: no question is fine");
	packet_start(&k, 0x8180, 0);
	k.p[5] = 0;
	T_INT(as_dns_msg_open(k.p, 12, &m, &why), AS_OK);
	T_OK(!m.aa && !m.tc);
	T_INT(as_dns_msg_next(arena, &m, &rr, &why), AS_EABSENT);

	t_case("header: two questions are refused");
	packet_start(&k, 0x8180, 0);
	k.p[5] = 2;
	T_INT(as_dns_msg_open(k.p, k.n, &m, &why), AS_ESYNTAX);
	T_INT(why.at, 4);

	t_case("header: every cut of header and question is refused");
	packet_start(&k, 0x8180, 0);
	for (size_t n = 0; n < k.n; n++) {
		uint8_t *exact = malloc(n + 1);
		T_OK(exact != NULL);
		memcpy(exact, k.p, n);
		T_INT(as_dns_msg_open(exact, n, &m, NULL), AS_ESYNTAX);
		free(exact);
	}

	t_case("header: longer than DNS allows");
	packet_start(&k, 0x8180, 0);
	T_INT(as_dns_msg_open(k.p, 65536, &m, &why), AS_ELIMIT);
	T_INT(as_dns_msg_open(k.p, 65535, &m, &why), AS_OK);
}

static void
test_walk(void)
{
	t_case("walk: two records, then the end");
	packet_start(&k, 0x8180, 2);
	PUT_RR(&k, AS_RR_A, "\300\0\2\1");
	PUT_RR(&k, AS_RR_TXT, "\1x");
	first();
	T_STR(rr.owner, "example.test");
	T_INT(rr.type, AS_RR_A);
	T_INT(rr.class_, 1);
	T_INT(rr.ttl, 86400);
	T_INT(rr.rdata_n, 4);
	T_INT(as_dns_msg_next(arena, &m, &rr, &why), AS_OK);
	T_INT(rr.type, AS_RR_TXT);
	T_INT(as_dns_msg_next(arena, &m, &rr, &why), AS_EABSENT);

	t_case("walk: fewer records than the header claims");
	packet_start(&k, 0x8180, 2);
	PUT_RR(&k, AS_RR_A, "\300\0\2\1");
	first();
	T_INT(as_dns_msg_next(arena, &m, &rr, &why), AS_ESYNTAX);
	T_INT(as_dns_msg_next(arena, &m, &rr, &why), AS_ESYNTAX);
	T_INT(m.read, 1);

	t_case("walk: every cut of a record is refused");
	packet_start(&k, 0x8180, 1);
	size_t from = k.n;
	PUT_RR(&k, AS_RR_A, "\300\0\2\1");
	for (size_t n = from; n < k.n; n++) {
		uint8_t *exact = malloc(n);
		T_OK(exact != NULL);
		memcpy(exact, k.p, n);
		T_INT(as_dns_msg_open(exact, n, &m, NULL), AS_OK);
		T_INT(as_dns_msg_next(arena, &m, &rr, NULL), AS_ESYNTAX);
		free(exact);
	}

	t_case("walk: more records than are read");
	packet_start(&k, 0x8180, AS_MAX_RRS_PER_ANSWER + 1);
	for (int i = 0; i <= AS_MAX_RRS_PER_ANSWER; i++)
		PUT_RR(&k, AS_RR_A, "\300\0\2\1");
	first();
	for (int i = 1; i < AS_MAX_RRS_PER_ANSWER; i++)
		T_INT(as_dns_msg_next(arena, &m, &rr, &why), AS_OK);
	T_INT(as_dns_msg_next(arena, &m, &rr, &why), AS_ELIMIT);

	t_case("walk: no memory");
	struct as_arena *tiny = as_arena_new(4);
	packet_start(&k, 0x8180, 1);
	PUT_RR(&k, AS_RR_A, "\300\0\2\1");
	T_INT(as_dns_msg_open(k.p, k.n, &m, &why), AS_OK);
	T_INT(as_dns_msg_next(tiny, &m, &rr, &why), AS_ENOMEM);
	T_INT(m.read, 0);
	as_arena_free(tiny);
}

struct name_case {
	const char *name;
	const char *octets; /* RDATA, at offset 42 */
	size_t n;
	enum as_err err;
	const char *text;
	size_t used;
};

#define OCTETS(lit) lit, sizeof(lit) - 1

static const struct name_case name_cases[] = {
    {"the root", OCTETS("\0"), AS_OK, ".", 1},
    {"letters are lowered", OCTETS("\3WwW\2Ab\0"), AS_OK, "www.ab", 8},
    {"underscore, hyphen, digits", OCTETS("\5_a-09\0"), AS_OK, "_a-09", 7},
    {"a dot in a label", OCTETS("\3a.b\1c\0"), AS_OK, "a\\046b.c", 7},
    {"a backslash in a label", OCTETS("\1\\\0"), AS_OK, "\\092", 3},
    {"NUL, DEL and high octets", OCTETS("\3\0\177\377\0"), AS_OK,
	"\\000\\127\\255", 5},
    {"a star", OCTETS("\1*\0"), AS_OK, "\\042", 3},
    {"pointer alone", OCTETS("\300\14"), AS_OK, "example.test", 2},
    {"labels, then a pointer", OCTETS("\2mx\300\24"), AS_OK, "mx.test", 5},
    {"pointer forward", OCTETS("\300\377"), AS_ESYNTAX, NULL, 0},
    {"pointer to itself", OCTETS("\300\52"), AS_ESYNTAX, NULL, 0},
    {"pointer to the start of its own name", OCTETS("\1a\300\52"), AS_ESYNTAX,
	NULL, 0},
    {"pointer into its own labels", OCTETS("\1a\300\53"), AS_ESYNTAX, NULL, 0},
    {"pointer into the header", OCTETS("\300\13"), AS_ESYNTAX, NULL, 0},
    {"pointer cut off", OCTETS("\300"), AS_ESYNTAX, NULL, 0},
    {"label cut off", OCTETS("\5abc"), AS_ESYNTAX, NULL, 0},
    {"no end", OCTETS("\3abc"), AS_ESYNTAX, NULL, 0},
    {"label kind 01", OCTETS("\101a\0"), AS_ESYNTAX, NULL, 0},
    {"label kind 10", OCTETS("\201a\0"), AS_ESYNTAX, NULL, 0},
};

static void
test_names(void)
{
	for (size_t i = 0; i < sizeof(name_cases) / sizeof(name_cases[0]);
	     i++) {
		const struct name_case *c = &name_cases[i];
		struct as_str name = AS_STR_NULL;
		size_t at;

		t_case("name: %s", c->name);
		packet_start(&k, 0x8180, 1);
		put_rr(&k, AS_RR_CNAME, c->octets, c->n);
		first();
		T_INT(rr.rdata_at, 42);
		at = rr.rdata_at;
		T_INT(as_dns_read_name(arena, &m, &at, &name, &why), c->err);
		T_STR(name, c->text);
		T_INT(at - rr.rdata_at, c->used);
	}
}

static void
test_name_lengths(void)
{
	struct as_str name;
	char label[64];
	size_t at;

	memset(label, 'a', sizeof(label));
	label[0] = 63;
	t_case("name: 255 octets are the most");
	packet_start(&k, 0x8180, 0);
	at = k.n;
	for (int i = 0; i < 3; i++)
		put(&k, label, 64);
	k.p[k.n++] = 61;
	put(&k, label + 1, 61);
	PUT(&k, "\0");
	T_INT(as_dns_msg_open(k.p, k.n, &m, &why), AS_OK);
	T_INT(as_dns_read_name(arena, &m, &at, &name, &why), AS_OK);
	T_INT(name.n, AS_MAX_NAME_OCTETS);

	t_case("name: 256 octets are refused");
	packet_start(&k, 0x8180, 0);
	at = k.n;
	for (int i = 0; i < 3; i++)
		put(&k, label, 64);
	k.p[k.n++] = 62;
	put(&k, label + 1, 62);
	PUT(&k, "\0");
	T_INT(as_dns_msg_open(k.p, k.n, &m, &why), AS_OK);
	T_INT(as_dns_read_name(arena, &m, &at, &name, &why), AS_ESYNTAX);

	t_case("name: 127 labels of unusual octets");
	packet_start(&k, 0x8180, 0);
	at = k.n;
	for (int i = 0; i < 127; i++)
		PUT(&k, "\1\1");
	PUT(&k, "\0");
	T_INT(as_dns_msg_open(k.p, k.n, &m, &why), AS_OK);
	T_INT(as_dns_read_name(arena, &m, &at, &name, &why), AS_OK);
	T_INT(name.n, 127 * 4 + 126);
}

/* Pointers that each go back to the one before; the first to example.test. */
static size_t
put_chain(struct packet *q, unsigned pointers)
{
	size_t last = 12;

	for (unsigned i = 0; i < pointers; i++) {
		size_t at = q->n;
		put16(q, 0xc000u | (unsigned)last);
		last = at;
	}
	return last;
}

static void
test_pointer_chain(void)
{
	struct as_str name = AS_STR_NULL;
	size_t at;

	t_case("name: as many pointers as a name may need");
	packet_start(&k, 0x8180, 0);
	at = put_chain(&k, AS_MAX_NAME_POINTERS);
	T_INT(as_dns_msg_open(k.p, k.n, &m, &why), AS_OK);
	T_INT(as_dns_read_name(arena, &m, &at, &name, &why), AS_OK);
	T_STR(name, "example.test");

	t_case("name: one pointer more is refused");
	packet_start(&k, 0x8180, 0);
	at = put_chain(&k, AS_MAX_NAME_POINTERS + 1);
	T_INT(as_dns_msg_open(k.p, k.n, &m, &why), AS_OK);
	T_INT(as_dns_read_name(arena, &m, &at, &name, &why), AS_ESYNTAX);

	/* 8000 pointers, read from 20000 places: without the cap this would be
	 * 160 million steps; with it, 2.5 million. */
	t_case("name: a pointer chain is cheap");
	struct timespec from, to;
	packet_start(&k, 0x8180, 0);
	at = put_chain(&k, 8000);
	T_INT(as_dns_msg_open(k.p, k.n, &m, &why), AS_OK);
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	for (int i = 0; i < 20000; i++) {
		size_t here = at;
		enum as_err err =
		    as_dns_read_name(arena, &m, &here, &name, NULL);
		if (err != AS_ESYNTAX)
			T_INT(err, AS_ESYNTAX);
	}
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	T_OK(to.tv_sec - from.tv_sec < 2);
}

static void
test_ip(void)
{
	struct as_ip ip;
	char text[AS_IP_TEXT];

	t_case("A and AAAA");
	packet_start(&k, 0x8180, 2);
	PUT_RR(&k, AS_RR_A, "\300\0\2\1");
	PUT_RR(&k, AS_RR_AAAA, "\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\5");
	first();
	T_INT(as_dns_read_ip(&m, &rr, &ip, &why), AS_OK);
	T_STR(as_str_from(as_ip_text(&ip, text)), "192.0.2.1");
	T_INT(as_dns_msg_next(arena, &m, &rr, &why), AS_OK);
	T_INT(as_dns_read_ip(&m, &rr, &ip, &why), AS_OK);
	T_STR(as_str_from(as_ip_text(&ip, text)), "2001:db8::5");

	t_case("A of a wrong length");
	packet_start(&k, 0x8180, 1);
	PUT_RR(&k, AS_RR_A, "\300\0\2\1\1");
	first();
	T_INT(as_dns_read_ip(&m, &rr, &ip, &why), AS_ESYNTAX);

	t_case("AAAA of a wrong length");
	packet_start(&k, 0x8180, 1);
	PUT_RR(&k, AS_RR_AAAA, "\300\0\2\1");
	first();
	T_INT(as_dns_read_ip(&m, &rr, &ip, &why), AS_ESYNTAX);

	t_case("an address is not read from another type");
	packet_start(&k, 0x8180, 1);
	PUT_RR(&k, AS_RR_TXT, "\3abc");
	first();
	T_INT(as_dns_read_ip(&m, &rr, &ip, &why), AS_EINVAL);
}

struct mx_case {
	const char *name;
	const char *octets;
	size_t n;
	enum as_err err;
	unsigned preference;
	const char *exchange;
};

static const struct mx_case mx_cases[] = {
    {"plain", OCTETS("\0\12\2MX\300\14"), AS_OK, 10, "mx.example.test"},
    {"null MX", OCTETS("\0\0\0"), AS_OK, 0, "."},
    {"no name", OCTETS("\0\12"), AS_ESYNTAX, 0, NULL},
    {"nothing", OCTETS(""), AS_ESYNTAX, 0, NULL},
    {"octets behind the name", OCTETS("\0\12\0\0"), AS_ESYNTAX, 0, NULL},
    {"name runs out of the record", OCTETS("\0\12\1a"), AS_ESYNTAX, 0, NULL},
};

static void
test_mx(void)
{
	for (size_t i = 0; i < sizeof(mx_cases) / sizeof(mx_cases[0]); i++) {
		const struct mx_case *c = &mx_cases[i];
		struct as_str exchange = AS_STR_NULL;
		uint16_t preference = 0;

		t_case("MX: %s", c->name);
		packet_start(&k, 0x8180, 1);
		put_rr(&k, AS_RR_MX, c->octets, c->n);
		first();
		PUT(&k, "\0"); /* a neighbour that could end the name */
		m.n = k.n;
		T_INT(as_dns_read_mx(
			  arena, &m, &rr, &preference, &exchange, &why),
		    c->err);
		T_INT(preference, c->preference);
		T_STR(exchange, c->exchange);
	}
}

#define TIMES "\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4"

static const struct {
	const char *name;
	const char *octets;
	size_t n;
	enum as_err err;
	uint32_t serial;
} soa_cases[] = {
    {"short names", OCTETS("\0\0\1\2\3\4" TIMES), AS_OK, 0x01020304},
    {"names that point", OCTETS("\2ns\300\14\300\24\377\377\377\377" TIMES),
	AS_OK, 0xffffffff},
    {"an octet too many", OCTETS("\0\0\1\2\3\4" TIMES "\0"), AS_ESYNTAX, 7},
    {"an octet too few", OCTETS("\0\0\1\2\3" TIMES), AS_ESYNTAX, 7},
    {"names alone", OCTETS("\0\0"), AS_ESYNTAX, 7},
    {"one name", OCTETS("\0"), AS_ESYNTAX, 7},
    {"nothing", OCTETS(""), AS_ESYNTAX, 7},
};

/* MX-6 */
static void
test_soa(void)
{
	for (size_t i = 0; i < sizeof(soa_cases) / sizeof(soa_cases[0]); i++) {
		uint32_t serial = 7;

		t_case("SOA: %s", soa_cases[i].name);
		packet_start(&k, 0x8180, 1);
		put_rr(&k, AS_RR_SOA, soa_cases[i].octets, soa_cases[i].n);
		first();
		T_INT(as_dns_read_soa(arena, &m, &rr, &serial, &why),
		    soa_cases[i].err);
		T_OK(serial == soa_cases[i].serial);
	}
}

struct txt_case {
	const char *name;
	const char *octets;
	size_t n;
	enum as_err err;
	unsigned strings;
	const char *joined;
	size_t joined_n;
};

static const struct txt_case txt_cases[] = {
    {"one string", OCTETS("\3abc"), AS_OK, 1, OCTETS("abc")},
    {"split inside a token", OCTETS("\4p=re\4ject"), AS_OK, 2,
	OCTETS("p=reject")},
    {"empty strings count", OCTETS("\0\1a\0"), AS_OK, 3, OCTETS("a")},
    {"one empty string", OCTETS("\0"), AS_OK, 1, OCTETS("")},
    {"raw octets stay", OCTETS("\3\0\n\377"), AS_OK, 1, OCTETS("\0\n\377")},
    {"no string at all", OCTETS(""), AS_ESYNTAX, 0, OCTETS("")},
    {"string cut off", OCTETS("\4abc"), AS_ESYNTAX, 0, OCTETS("")},
    {"second string cut off", OCTETS("\1a\1"), AS_ESYNTAX, 0, OCTETS("")},
};

/* The parts of the joined text, put together again, are the RDATA. */
static void
lengths_check(const struct txt_case *c)
{
	struct as_str lengths = AS_STR_NULL;
	size_t at = 0, used = 0;

	T_INT(as_dns_read_txt_lengths(arena, &m, &rr, &lengths, &why), c->err);
	T_INT(lengths.n, c->strings);
	for (size_t i = 0; i < lengths.n; i++) {
		size_t n = (uint8_t)lengths.p[i];

		T_OK((uint8_t)c->octets[at] == n);
		T_OK(memcmp(c->octets + at + 1, c->joined + used, n) == 0);
		at += n + 1;
		used += n;
	}
	T_INT(used, c->joined_n);
}

/* DNS-2, SPF-2 */
static void
test_txt(void)
{
	struct as_str joined;
	uint16_t strings;

	for (size_t i = 0; i < sizeof(txt_cases) / sizeof(txt_cases[0]); i++) {
		const struct txt_case *c = &txt_cases[i];

		t_case("TXT: %s", c->name);
		packet_start(&k, 0x8180, 1);
		put_rr(&k, AS_RR_TXT, c->octets, c->n);
		first();
		joined = AS_STR_NULL;
		strings = 0;
		T_INT(as_dns_read_txt(arena, &m, &rr, &joined, &strings, &why),
		    c->err);
		T_INT(strings, c->strings);
		T_OK(
		    as_str_eq(joined, (struct as_str){c->joined, c->joined_n}));
		T_INT(as_str_is_null(joined), c->err != AS_OK);
		lengths_check(c);
	}

	t_case("TXT: 16384 octets are read, one more is not");
	for (size_t extra = 0; extra < 2; extra++) {
		static char rdata[20000];
		size_t n = 0, left = AS_MAX_TXT_OCTETS + extra;
		while (left > 0) {
			size_t part = left < 255 ? left : 255;
			rdata[n] = (char)part;
			n += part + 1;
			left -= part;
		}
		packet_start(&k, 0x8180, 1);
		put_rr(&k, AS_RR_TXT, rdata, n);
		first();
		T_INT(as_dns_read_txt(arena, &m, &rr, &joined, &strings, &why),
		    extra == 0 ? AS_OK : AS_ELIMIT);
		T_INT(strings, 65);
		T_INT(joined.n, AS_MAX_TXT_OCTETS);
	}
}

static void
test_tlsa(void)
{
	struct as_dns_tlsa t;

	t_case("TLSA: plain");
	packet_start(&k, 0x8180, 1);
	PUT_RR(&k, AS_RR_TLSA, "\3\1\2\252\0\273");
	first();
	T_INT(as_dns_read_tlsa(arena, &m, &rr, &t, &why), AS_OK);
	T_INT(t.usage, 3);
	T_INT(t.selector, 1);
	T_INT(t.matching, 2);
	T_OK(as_str_eq(t.data, AS_STR("\252\0\273")));

	t_case("TLSA: the data outlives the packet");
	memset(k.p, 0, k.n);
	T_OK(as_str_eq(t.data, AS_STR("\252\0\273")));

	t_case("TLSA: no data is read as empty");
	packet_start(&k, 0x8180, 1);
	PUT_RR(&k, AS_RR_TLSA, "\3\1\1");
	first();
	T_INT(as_dns_read_tlsa(arena, &m, &rr, &t, &why), AS_OK);
	T_INT(t.data.n, 0);

	t_case("TLSA: too short");
	packet_start(&k, 0x8180, 1);
	PUT_RR(&k, AS_RR_TLSA, "\3\1");
	first();
	T_INT(as_dns_read_tlsa(arena, &m, &rr, &t, &why), AS_ESYNTAX);
}

struct caa_case {
	const char *name;
	const char *octets;
	size_t n;
	enum as_err err;
	unsigned flags;
	const char *tag;
	const char *value;
};

static const struct caa_case caa_cases[] = {
    {"plain", OCTETS("\200\5issueca.test"), AS_OK, 128, "issue", "ca.test"},
    {"empty value", OCTETS("\0\5issue"), AS_OK, 0, "issue", ""},
    {"case is kept", OCTETS("\0\5IssueX"), AS_OK, 0, "Issue", "X"},
    {"empty tag", OCTETS("\0\0x"), AS_ESYNTAX, 0, NULL, NULL},
    {"tag runs out", OCTETS("\0\6issue"), AS_ESYNTAX, 0, NULL, NULL},
    {"tag with a hyphen", OCTETS("\0\3a-bx"), AS_ESYNTAX, 0, NULL, NULL},
    {"flags alone", OCTETS("\0"), AS_ESYNTAX, 0, NULL, NULL},
    {"nothing", OCTETS(""), AS_ESYNTAX, 0, NULL, NULL},
};

static void
test_caa(void)
{
	for (size_t i = 0; i < sizeof(caa_cases) / sizeof(caa_cases[0]); i++) {
		const struct caa_case *c = &caa_cases[i];
		struct as_dns_caa caa = {0};

		t_case("CAA: %s", c->name);
		packet_start(&k, 0x8180, 1);
		put_rr(&k, AS_RR_CAA, c->octets, c->n);
		first();
		T_INT(as_dns_read_caa(arena, &m, &rr, &caa, &why), c->err);
		T_INT(caa.flags, c->flags);
		T_STR(caa.tag, c->tag);
		T_STR(caa.value, c->value);
	}
}

/* RFC 9824: type 128 is bit 0 of octet 16 of block 0. */
#define ZEROS_10 "\0\0\0\0\0\0\0\0\0\0"
#define NXNAME   "\0\21\0\0\0\0\0\3" ZEROS_10 "\200"

static const struct {
	const char *name;
	const char *octets;
	size_t n;
	uint16_t type;
	enum as_err err;
	bool listed;
} nsec_cases[] = {
    {"NXNAME", OCTETS("\0" NXNAME), AS_RR_NXNAME, AS_OK, true},
    {"RRSIG beside it", OCTETS("\0" NXNAME), AS_RR_RRSIG, AS_OK, true},
    {"another type is not there", OCTETS("\0" NXNAME), AS_RR_MX, AS_OK, false},
    {"A and MX", OCTETS("\1a\0\0\2\100\1"), AS_RR_MX, AS_OK, true},
    {"a type past the bitmap", OCTETS("\1a\0\0\2\100\1"), AS_RR_NXNAME, AS_OK,
	false},
    {"a later block", OCTETS("\0\0\1\100\1\1\100"), AS_RR_CAA, AS_OK, true},
    {"the same bit in another block", OCTETS("\0\1\1\100"), AS_RR_A, AS_OK,
	false},
    {"no type", OCTETS("\0"), AS_RR_A, AS_OK, false},
    {"blocks that go back", OCTETS("\0\1\1\100\0\1\100"), AS_RR_A, AS_ESYNTAX,
	false},
    {"a block twice", OCTETS("\0\0\1\100\0\1\100"), AS_RR_A, AS_ESYNTAX, false},
    {"an empty block", OCTETS("\0\0\0"), AS_RR_A, AS_ESYNTAX, false},
    {"a block too long", OCTETS("\0\0\41" ZEROS_10 ZEROS_10 ZEROS_10 "\0\0\0"),
	AS_RR_A, AS_ESYNTAX, false},
    {"a block that runs out", OCTETS("\0\0\2\100"), AS_RR_A, AS_ESYNTAX, false},
    {"half a block", OCTETS("\0\0"), AS_RR_A, AS_ESYNTAX, false},
    {"no name", OCTETS(""), AS_RR_A, AS_ESYNTAX, false},
};

static void
test_nsec(void)
{
	for (size_t i = 0; i < sizeof(nsec_cases) / sizeof(nsec_cases[0]);
	     i++) {
		bool listed = true;

		t_case("NSEC: %s", nsec_cases[i].name);
		packet_start(&k, 0x8180, 1);
		put_rr(&k, AS_RR_NSEC, nsec_cases[i].octets, nsec_cases[i].n);
		first();
		T_INT(as_dns_read_nsec(
			  arena, &m, &rr, nsec_cases[i].type, &listed, &why),
		    nsec_cases[i].err);
		T_INT(listed, nsec_cases[i].listed);
	}
}

int
main(void)
{
	arena = as_arena_new(AS_MAX_JOB_OCTETS);
	if (arena == NULL)
		return 1;
	test_types();
	test_header();
	test_walk();
	test_names();
	test_name_lengths();
	test_pointer_chain();
	test_ip();
	test_mx();
	test_soa();
	test_txt();
	test_tlsa();
	test_caa();
	test_nsec();
	as_arena_free(arena);
	return t_done();
}
