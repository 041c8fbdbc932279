#include "net/splice.h"

#include "base/limits.h"
#include "dns_ask.h"
#include "harness.h"

/* "a. A" answered by "a. CNAME b."; to be gone on with. */
static const uint8_t head[] = {0, 0, 0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 1, 'a',
    0, 0, 1, 0, 1, 0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 3, 1, 'b', 0};

/* Question b.example MX; answers with names by pointer: MX 10 m.example, SOA,
 * A.  rcode 0. */
static const uint8_t live[] = {0, 0, 0x81, 0x80, 0, 1, 0, 3, 0, 0, 0, 0,
    /* 12 */ 1, 'b', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0, 15, 0, 1,
    /* 27 */ 0xc0, 12, 0, 15, 0, 1, 0, 0, 0, 60, 0, 6, 0, 10, 1, 'm', 0xc0, 14,
    /* 45 */ 0xc0, 14, 0, 6, 0, 1, 0, 0, 0, 60, 0, 26, 1, 'n', 0xc0, 14, 0xc0,
    57, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5,
    /* 83 */ 0xc0, 41, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1};

static struct as_buf
begin(size_t cap)
{
	struct as_buf to;

	as_buf_init(&to, cap);
	as_buf_add(&to, head, sizeof(head));
	return to;
}

static void
test_names(void)
{
	struct as_buf to = begin(AS_MAX_DNS_MESSAGE_OCTETS);
	char text[300];

	t_case("names by pointer are written out");
	T_INT(as_splice(&to, live, sizeof(live)), AS_OK);
	show_packet((const uint8_t *)to.p, to.n, text, sizeof(text));
	T_STR(as_str_from(text), "0: CNAME b.|MX m.example.|SOA 5|A 192.0.2.1");
	for (size_t i = 20; i < to.n; i++)
		T_OK((uint8_t)to.p[i] != 0xc0 || (uint8_t)to.p[i + 1] == 0);
	as_buf_fini(&to);
}

static void
test_rcode(void)
{
	struct as_buf to = begin(AS_MAX_DNS_MESSAGE_OCTETS);
	uint8_t gone[27];
	char text[300];

	t_case("the chain ends with the rcode of what it led to");
	memcpy(gone, live, sizeof(gone));
	gone[3] |= 3;
	gone[7] = 0;
	T_INT(as_splice(&to, gone, sizeof(gone)), AS_OK);
	show_packet((const uint8_t *)to.p, to.n, text, sizeof(text));
	T_STR(as_str_from(text), "3: CNAME b.");
	as_buf_fini(&to);
}

static void
test_cut(void)
{
	t_case("a message cut anywhere is damaged");
	for (size_t n = 0; n < sizeof(live); n++) {
		struct as_buf to = begin(AS_MAX_DNS_MESSAGE_OCTETS);

		T_INT(as_splice(&to, live, n), AS_ESYNTAX);
		as_buf_fini(&to);
	}
}

static void
test_damage(void)
{
	static const struct {
		const char *what;
		size_t at;
		uint8_t octet;
	} rows[] = {
	    {"a pointer forward", 28, 200},
	    {"a pointer to itself", 28, 27},
	    {"a label type of 0x40", 12, 0x41},
	    {"RDATA that ends before its name", 38, 3},
	    {"RDATA that goes on after its name", 38, 7},
	    {"more answers than there are", 7, 4},
	    {"more questions than there are", 5, 2},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct as_buf to = begin(AS_MAX_DNS_MESSAGE_OCTETS);
		uint8_t bad[sizeof(live)];

		t_case("damaged: %s", rows[i].what);
		memcpy(bad, live, sizeof(bad));
		bad[rows[i].at] = rows[i].octet;
		T_INT(as_splice(&to, bad, sizeof(bad)), AS_ESYNTAX);
		as_buf_fini(&to);
	}
}

static void
test_full(void)
{
	struct as_buf to = begin(sizeof(head) + 40);
	struct as_buf none;

	t_case("no room is a limit, not a cut answer");
	T_INT(as_splice(&to, live, sizeof(live)), AS_ELIMIT);
	as_buf_fini(&to);

	t_case("nothing to put it behind");
	as_buf_init(&none, 100);
	T_INT(as_splice(&none, live, sizeof(live)), AS_ESYNTAX);
	as_buf_fini(&none);
}

int
main(void)
{
	test_names();
	test_rcode();
	test_cut();
	test_damage();
	test_full();
	return t_done();
}
