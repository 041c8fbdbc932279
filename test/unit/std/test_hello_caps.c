/* Flights made by hand that are too much: each cap ends one, or cuts it. */
#include "hello_wire.h"

/* A message in as many records as it takes. */
static void
put_message(struct as_str m)
{
	for (size_t at = 0; at < m.n; at += 16384)
		hello_record(22, as_str_slice(m, at, at + 16384));
}

static struct as_str
chain(size_t n, size_t octets)
{
	size_t one = octets + 3, total = n * one;
	char *p = as_arena_alloc(hello_arena, total + 3);

	p[0] = (char)(total >> 16);
	p[1] = (char)(total >> 8);
	p[2] = (char)total;
	for (size_t i = 0; i < n; i++) {
		char *c = p + 3 + i * one;

		c[0] = (char)(octets >> 16);
		c[1] = (char)(octets >> 8);
		c[2] = (char)octets;
		memset(c + 3, (int)i + 1, octets);
	}
	return hello_message(11, (struct as_str){p, total + 3});
}

static void
test_chains(void)
{
	static const struct {
		const char *name;
		size_t n, octets;
		enum as_hello_end end;
		size_t sent, kept;
	} rows[] = {
	    {"ten", 10, 1000, AS_HELLO_FLIGHT, 10, 10},
	    {"a hundred", 100, 1000, AS_HELLO_FLIGHT, 100, AS_MAX_CHAIN_CERTS},
	    {"a hundred of 2000 octets", 100, 2000, AS_HELLO_TOO_LONG, 0, 0},
	    {"one of 120000 octets", 1, 120000, AS_HELLO_FLIGHT, 1, 1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct as_hello_answer *an;

		t_case("certificates: %s", rows[i].name);
		as_buf_reset(&hello_wire);
		hello_record(22, hello_server(0x002f));
		put_message(chain(rows[i].n, rows[i].octets));
		hello_record(22, hello_message(14, AS_STR("")));
		an = hello_read_wire();
		T_INT(an->end, rows[i].end);
		T_INT(an->certificates_sent, rows[i].sent);
		T_INT(an->n_certificates, rows[i].kept);
		T_INT(an->certificates_octets, rows[i].sent * rows[i].octets);
		for (size_t j = 0; j < an->n_certificates; j++)
			T_OK(an->certificates[j].n == rows[i].octets &&
			    an->certificates[j].p[0] == (char)(j + 1));
		hello_check_cuts();
	}
	t_case("16 MB are refused at their header");
	as_buf_reset(&hello_wire);
	hello_record(22, hello_server(0x002f));
	hello_record(22, AS_STR("\x0b\xff\xff\xff more to come"));
	T_INT(hello_read_wire()->end, AS_HELLO_TOO_LONG);
	T_INT(hello_read_wire()->octets, 5 + 42 + 5 + 4);
}

static struct as_str
dhe(size_t octets)
{
	char *p = as_arena_alloc(hello_arena, octets + 16), *q = p;

	*q++ = (char)(octets >> 8);
	*q++ = (char)octets;
	memset(q, 0xff, octets);
	q += octets;
	memcpy(q, "\0\1\2\0\1y\4\1\0\1s", 11);
	return hello_message(12, (struct as_str){p, octets + 2 + 11});
}

static void
test_primes(void)
{
	static const struct {
		const char *name;
		size_t octets, kept;
		enum as_hello_end end;
	} rows[] = {
	    {"of 16384 bits", 2048, 2048, AS_HELLO_CUT},
	    {"of 16392 bits: told, not kept", 2049, 0, AS_HELLO_CUT},
	    {"of 240000 bits", 30000, 0, AS_HELLO_CUT},
	    {"of 500000 bits", 62500, 0, AS_HELLO_TOO_LONG},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct as_hello_answer *an;

		t_case("a prime %s", rows[i].name);
		as_buf_reset(&hello_wire);
		hello_record(22, hello_server(0x009e));
		put_message(dhe(rows[i].octets));
		an = hello_read_wire();
		T_INT(an->end, rows[i].end);
		T_INT(an->exchange.prime.n, rows[i].kept);
		T_INT(an->exchange.bits,
		    rows[i].end == AS_HELLO_CUT ? rows[i].octets * 8 : 0);
	}
}

static void
test_caps(void)
{
	struct as_hello_reader *r;
	struct as_str s;
	char *big;
	size_t n;

	t_case("65 extensions");
	big = as_arena_alloc(hello_arena, 38 + 2 + 65 * 4);
	memcpy(big, "\3\3" R32 "\0\0\x2f\0\1\4", 40);
	for (size_t i = 0; i < 65; i++)
		big[40 + 4 * i] = (char)(i + 100);
	as_buf_reset(&hello_wire);
	hello_record(22, hello_message(2, (struct as_str){big, 40 + 65 * 4}));
	T_INT(hello_read_wire()->end, AS_HELLO_TOO_LONG);
	T_INT(hello_read_wire()->n_extensions, AS_MAX_HELLO_EXTENSIONS);

	t_case("HelloRequests without end");
	as_buf_reset(&hello_wire);
	for (size_t i = 0; i < 100; i++)
		hello_record(22, hello_message(0, AS_STR("")));
	T_INT(hello_read_wire()->end, AS_HELLO_TOO_LONG);
	T_INT(hello_read_wire()->octets, 9 * (AS_MAX_HELLO_MESSAGES + 1));

	t_case("a line without an end");
	as_buf_reset(&hello_wire);
	for (size_t i = 0; i < 1000; i++)
		as_buf_puts(&hello_wire, "250 ");
	T_INT(hello_read_wire()->end, AS_HELLO_SMTP);
	T_INT(hello_read_wire()->text.n, AS_MAX_HELLO_TEXT);
	T_INT(hello_read_wire()->octets, AS_MAX_HELLO_TEXT);

	t_case("a flight in records of one octet stops at the cap");
	s = chain(1, 120000);
	as_buf_reset(&hello_wire);
	hello_record(22, hello_server(0x002f));
	for (n = 0; n < s.n && hello_wire.n < AS_MAX_SHAKE_OCTETS + 100; n++)
		hello_record(22, as_str_slice(s, n, n + 1));
	T_INT(hello_read_wire()->end, AS_HELLO_TOO_LONG);
	T_INT(hello_read_wire()->octets, AS_MAX_SHAKE_OCTETS);

	t_case("one octet a second: the caller's deadline ends it");
	r = as_hello_reader_new(hello_arena, true);
	for (n = 0; n < AS_TLS_HANDSHAKE_MS / 1000; n++)
		T_INT(as_hello_read(r, hello_wire.p + n, 1), AS_HELLO_MORE);
	T_INT(as_hello_lose(r, AS_HELLO_LOSS_TIMEOUT), AS_HELLO_TIMEOUT);
	T_INT(as_hello_read(r, hello_wire.p, 100), AS_HELLO_TIMEOUT);
	T_INT(as_hello_reader_answer(r)->octets, n);
	as_hello_reader_free(r);
}

/* However little memory there is, the reader says so or says the truth. */
static void
test_memory(void)
{
	bool short_of = false;

	t_case("no memory");
	as_buf_reset(&hello_wire);
	hello_record(22, hello_server(0x009e));
	hello_record(22, chain(3, 100));
	hello_record(22, hello_message(22, AS_STR("\1\0\0\4ocsp")));
	hello_record(22, dhe(128));
	hello_record(22, hello_message(14, AS_STR("")));
	for (size_t cap = 0; cap < 4096; cap += 16) {
		struct as_arena *a = as_arena_new(cap);
		const struct as_hello_answer *an =
		    hello_read_in(a, as_buf_str(&hello_wire), 0, true, false);

		T_OK(an == NULL || an->end == AS_HELLO_NO_MEMORY ||
		    an->end == AS_HELLO_FLIGHT);
		short_of =
		    short_of || (an != NULL && an->end == AS_HELLO_NO_MEMORY);
		as_arena_free(a);
	}
	T_OK(short_of);
}

int
main(void)
{
	hello_wire_init();
	test_chains();
	test_primes();
	test_caps();
	test_memory();
	hello_wire_fini();
	return t_done();
}
