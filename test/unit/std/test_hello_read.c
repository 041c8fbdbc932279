/* Flights made by hand: every end, and every cut between octets. */
#include "hello_wire.h"

/* Octets on the hello_wire as they are. */
static const struct {
	const char *name;
	struct as_str octets;
	enum as_hello_end end;
} raw[] = {
    {"nothing", S(""), AS_HELLO_CLOSED},
    {"an alert", S("\x15\3\1\0\2\2\x28"), AS_HELLO_ALERT},
    {"an alert in two records", S("\x15\3\1\0\1\2\x15\3\1\0\1\x28"),
	AS_HELLO_ALERT},
    {"close_notify", S("\x15\3\1\0\2\1\0"), AS_HELLO_ALERT},
    {"a warning, then closed", S("\x15\3\1\0\2\1\x70"), AS_HELLO_ALERT},
    {"half an alert", S("\x15\3\1\0\2\2"), AS_HELLO_CUT},
    {"an alert of level 3", S("\x15\3\1\0\2\3\x28"), AS_HELLO_MALFORMED},
    {"five warnings", S("\x15\3\1\0\x0a\1\x70\1\x70\1\x70\1\x70\1\x70"),
	AS_HELLO_TOO_LONG},
    {"an SMTP line", S("220 mx.example ESMTP\r\n"), AS_HELLO_SMTP},
    {"an SMTP line of many", S("500-5.5.1 what\r\n"), AS_HELLO_SMTP},
    {"an SMTP code alone", S("421"), AS_HELLO_SMTP},
    {"HTTP", S("HTTP/1.1 400 Bad Request\r\n"), AS_HELLO_HTTP},
    {"text", S("Protocol mismatch.\n"), AS_HELLO_TEXT},
    {"text without an end", S("Go away"), AS_HELLO_TEXT},
    {"an empty line", S("\r\n"), AS_HELLO_TEXT},
    {"four digits", S("2200 x\n"), AS_HELLO_TEXT},
    {"octets", S("\1\2\3"), AS_HELLO_NOT_TLS},
    {"NUL", S("\0"), AS_HELLO_NOT_TLS},
    {"an 8-bit octet and more", S("\xff\xfb\x01\xff"), AS_HELLO_NOT_TLS},
    {"a record of version 2", S("\x16\2\0\0\1\2"), AS_HELLO_NOT_TLS},
    {"an empty record", S("\x16\3\3\0\0"), AS_HELLO_MALFORMED},
    {"a record of 16385 octets", S("\x16\3\3\x40\1"), AS_HELLO_MALFORMED},
    {"change_cipher_spec", S("\x14\3\3\0\1\1"), AS_HELLO_MALFORMED},
    {"application data", S("\x17\3\3\0\1\1"), AS_HELLO_MALFORMED},
    {"a certificate first", S("\x16\3\3\0\4\x0b\0\0\0"), AS_HELLO_MALFORMED},
    {"a Finished", S("\x16\3\3\0\4\x14\0\0\0"), AS_HELLO_MALFORMED},
    {"a message of type 200", S("\x16\3\3\0\4\xc8\0\0\0"), AS_HELLO_MALFORMED},
    {"a ServerHello of 16 MB", S("\x16\3\3\0\4\2\xff\xff\xff"),
	AS_HELLO_TOO_LONG},
    {"half a header", S("\x16\3\3"), AS_HELLO_CUT},
    {"half a message", S("\x16\3\3\0\5\2\0\0\4x"), AS_HELLO_CUT},
    {"an alert inside a message", S("\x16\3\3\0\2\2\0\x15\3\3\0\2\2\x28"),
	AS_HELLO_MALFORMED},
    {"a message inside an alert", S("\x15\3\3\0\1\2\x16\3\3\0\1\2"),
	AS_HELLO_MALFORMED},
    {"a ServerHello of no octets", S("\x16\3\3\0\4\2\0\0\0"),
	AS_HELLO_MALFORMED},
    {"an SSLv2 ERROR", S("\x80\3\0\0\1"), AS_HELLO_SSL2_ERROR},
    {"an SSLv2 ERROR too long", S("\x80\4\0\0\1x"), AS_HELLO_MALFORMED},
    {"an SSLv2 message too short", S("\x80\2\4"), AS_HELLO_NOT_TLS},
    {"an SSLv2 message of another type", S("\x80\5\2\0\0\0\0"),
	AS_HELLO_NOT_TLS},
};

static void
test_raw(void)
{
	for (size_t i = 0; i < sizeof(raw) / sizeof(raw[0]); i++) {
		const struct as_hello_answer *an;

		t_case("%s", raw[i].name);
		as_buf_reset(&hello_wire);
		as_buf_add_str(&hello_wire, raw[i].octets);
		an = hello_read_wire();
		T_INT(an->end, raw[i].end);
		T_INT(an->why != NULL || an->end == AS_HELLO_NOT_TLS,
		    an->end == AS_HELLO_MALFORMED ||
			an->end == AS_HELLO_TOO_LONG ||
			an->end == AS_HELLO_NOT_TLS);
		hello_check_cuts();
	}
}

/* The body of a ServerHello, and what becomes of it. */
static const struct {
	const char *name;
	struct as_str body;
	enum as_hello_end end;
	uint16_t version, group, downgrade;
} hellos[] = {
    {"1.3", S("\3\3" R32 "\0\x13\1\0\0\x0c\0\x2b\0\2\3\4\0\x33\0\2\0\x1d"),
	AS_HELLO_MALFORMED, AS_TLS_1_3, 0x1d, 0},
    {"1.3 with a share",
	S("\3\3" R32 "\0\x13\1\0\0\x0f\0\x2b\0\2\3\4\0\x33\0\5\0\x1d\0\1k"),
	AS_HELLO_HELLO, AS_TLS_1_3, 0x1d, 0},
    {"1.3 without a share (a pre-shared key)",
	S("\3\3" R32 "\0\x13\1\0\0\6\0\x2b\0\2\3\4"), AS_HELLO_HELLO,
	AS_TLS_1_3, 0, 0},
    {"a draft of 1.3", S("\3\3" R32 "\0\x13\1\0\0\6\0\x2b\0\2\x7f\x1c"),
	AS_HELLO_HELLO, 0x7f1c, 0, 0},
    {"a retry",
	S("\3\3" RETRY "\0\x13\1\0\0\x0c\0\x2b\0\2\3\4\0\x33\0\2\x11\xec"),
	AS_HELLO_RETRY, AS_TLS_1_3, 0x11ec, 0},
    {"a retry with a cookie alone",
	S("\3\3" RETRY "\0\x13\1\0\0\x0d\0\x2b\0\2\3\4\0\x2c\0\3\0\1c"),
	AS_HELLO_RETRY, AS_TLS_1_3, 0, 0},
    {"a retry with a whole share",
	S("\3\3" RETRY "\0\x13\1\0\0\x0f\0\x2b\0\2\3\4\0\x33\0\5\0\x1d\0\1k"),
	AS_HELLO_MALFORMED, AS_TLS_1_3, 0x1d, 0},
    {"1.2 in supported_versions",
	S("\3\3" R32 "\0\xc0\x2f\0\0\6\0\x2b\0\2\3\3"), AS_HELLO_MALFORMED,
	AS_TLS_1_2, 0, 0},
    {"1.2 that could do 1.3", S("\3\3" R24 "DOWNGRD\1\0\xc0\x2f\0"),
	AS_HELLO_CUT, AS_TLS_1_2, 0, AS_TLS_1_3},
    {"1.1 that could do 1.2", S("\3\2" R24 "DOWNGRD\0\0\xc0\x13\0"),
	AS_HELLO_CUT, AS_TLS_1_1, 0, AS_TLS_1_2},
    {"1.2, DOWNGRD and something", S("\3\3" R24 "DOWNGRD\2\0\xc0\x2f\0"),
	AS_HELLO_CUT, AS_TLS_1_2, 0, 0},
    {"SSLv3", S("\3\0" R32 "\0\0\5\0"), AS_HELLO_CUT, AS_TLS_SSL3, 0, 0},
    {"an empty list of extensions", S("\3\1" R32 "\0\0\5\0\0\0"), AS_HELLO_CUT,
	AS_TLS_1_0, 0, 0},
    {"version 2.0", S("\2\0" R32 "\0\0\5\0"), AS_HELLO_MALFORMED, 0x200, 0, 0},
    {"a session id of 33 octets", S("\3\3" R32 "\x21" R32 "x\0\5\0"),
	AS_HELLO_MALFORMED, 0, 0, 0},
    {"an octet too many", S("\3\3" R32 "\0\0\5\0\0\0x"), AS_HELLO_MALFORMED, 0,
	0, 0},
    {"an extension twice", S("\3\3" R32 "\0\0\5\0\0\x08\0\x17\0\0\0\x17\0\0"),
	AS_HELLO_MALFORMED, 0, 0, 0},
    {"an extension that is cut", S("\3\3" R32 "\0\0\5\0\0\5\0\x17\0\2x"),
	AS_HELLO_MALFORMED, 0, 0, 0},
};

static void
test_hellos(void)
{
	for (size_t i = 0; i < sizeof(hellos) / sizeof(hellos[0]); i++) {
		const struct as_hello_answer *an;

		t_case("ServerHello: %s", hellos[i].name);
		as_buf_reset(&hello_wire);
		hello_record(22, hello_message(2, hellos[i].body));
		an = hello_read_wire();
		T_INT(an->end, hellos[i].end);
		T_INT(an->version, hellos[i].version);
		T_INT(an->group, hellos[i].group);
		T_INT(an->downgrade, hellos[i].downgrade);
		hello_check_cuts();
	}
}

/* What follows a ServerHello of a suite. */
static const struct {
	const char *name;
	unsigned suite, type;
	struct as_str body;
	enum as_hello_end end; /* CUT: read, more was to come */
	uint16_t group, signature;
	uint32_t bits;
} exchanges[] = {
    {"ECDHE", 0xc02f, 12, S("\3\0\x1d\1k\x08\4\0\1s"), AS_HELLO_CUT, 0x1d,
	0x0804, 0},
    {"ECDHE of an explicit prime curve", 0xc02f, 12, S("\1whatever"),
	AS_HELLO_CUT, 0, 0, 0},
    {"ECDHE of curve type 9", 0xc02f, 12, S("\x09xx"), AS_HELLO_MALFORMED, 0, 0,
	0},
    {"ECDHE without octets", 0xc02f, 12, S(""), AS_HELLO_MALFORMED, 0, 0, 0},
    {"ECDHE, signature cut", 0xc02f, 12, S("\3\0\x1d\1k\x08\4\0\2s"),
	AS_HELLO_MALFORMED, 0x1d, 0x0804, 0},
    {"anonymous ECDHE", 0xc018, 12, S("\3\0\x17\1k"), AS_HELLO_CUT, 0x17, 0, 0},
    {"anonymous ECDHE with a signature", 0xc018, 12,
	S("\3\0\x17\1k\x08\4\0\1s"), AS_HELLO_MALFORMED, 0x17, 0, 0},
    {"DHE", 0x009e, 12, S("\0\2\x0f\xff\0\1\2\0\1y\4\1\0\1s"), AS_HELLO_CUT, 0,
	0x0401, 12},
    {"DHE, leading zeros", 0x009e, 12,
	S("\0\4\0\0\x0f\xff\0\1\2\0\1y\4\1\0\1s"), AS_HELLO_CUT, 0, 0x0401, 12},
    {"DHE, a prime of nothing", 0x009e, 12, S("\0\0\0\1\2\0\1y\4\1\0\1s"),
	AS_HELLO_CUT, 0, 0x0401, 0},
    {"DHE, cut", 0x009e, 12, S("\0\2\x0f\xff\0\1\2\0\2y"), AS_HELLO_MALFORMED,
	0, 0, 0},
    {"anonymous DHE", 0x0034, 12, S("\0\1\x80\0\1\2\0\1y"), AS_HELLO_CUT, 0, 0,
	8},
    {"RSA for export", 0x0003, 12, S("\0\1\x80\0\1\3\4\1\0\1s"), AS_HELLO_CUT,
	0, 0x0401, 8},
    {"a pre-shared key", 0x008c, 12, S("\0\4hint"), AS_HELLO_CUT, 0, 0, 0},
    {"a suite that nobody knows", 0xfefe, 12, S("x"), AS_HELLO_CUT, 0, 0, 0},
    {"a certificate of no octets", 0x002f, 11, S("\0\0\3\0\0\0"),
	AS_HELLO_MALFORMED, 0, 0, 0},
    {"a certificate that is cut", 0x002f, 11, S("\0\0\4\0\0\2x"),
	AS_HELLO_MALFORMED, 0, 0, 0},
    {"no certificate", 0x002f, 11, S("\0\0\0"), AS_HELLO_CUT, 0, 0, 0},
    {"a staple", 0x002f, 22, S("\1\0\0\4ocsp"), AS_HELLO_CUT, 0, 0, 0},
    {"a staple that is cut", 0x002f, 22, S("\1\0\0\5ocsp"), AS_HELLO_MALFORMED,
	0, 0, 0},
    {"a staple of type 2", 0x002f, 22, S("\2xxx"), AS_HELLO_CUT, 0, 0, 0},
    {"supplemental data", 0x002f, 23, S("x"), AS_HELLO_CUT, 0, 0, 0},
    {"a HelloRequest", 0x002f, 0, S(""), AS_HELLO_CUT, 0, 0, 0},
    {"a HelloRequest with a body", 0x002f, 0, S("x"), AS_HELLO_MALFORMED, 0, 0,
	0},
    {"ServerHelloDone", 0x002f, 14, S(""), AS_HELLO_FLIGHT, 0, 0, 0},
    {"ServerHelloDone with a body", 0x002f, 14, S("x"), AS_HELLO_MALFORMED, 0,
	0, 0},
    {"a session ticket", 0x002f, 4, S(""), AS_HELLO_MALFORMED, 0, 0, 0},
};

static void
test_exchanges(void)
{
	for (size_t i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++) {
		const struct as_hello_answer *an;

		t_case("after ServerHello: %s", exchanges[i].name);
		as_buf_reset(&hello_wire);
		hello_record(22, hello_server(exchanges[i].suite));
		hello_record(
		    22, hello_message(exchanges[i].type, exchanges[i].body));
		an = hello_read_wire();
		T_INT(an->end, exchanges[i].end);
		T_INT(an->suite, exchanges[i].suite);
		T_INT(an->exchange.group, exchanges[i].group);
		T_INT(an->exchange.signature, exchanges[i].signature);
		T_INT(an->exchange.bits, exchanges[i].bits);
		T_INT(an->exchange.prime.n, (exchanges[i].bits + 7) / 8);
		hello_check_cuts();
	}
	t_case("a second ServerHello");
	as_buf_reset(&hello_wire);
	hello_record(22, hello_server(0x002f));
	hello_record(22, hello_server(0x002f));
	T_INT(hello_read_wire()->end, AS_HELLO_MALFORMED);
	t_case("a change of version in a later record");
	as_buf_reset(&hello_wire);
	hello_record(22, hello_server(0x002f));
	as_buf_add(&hello_wire, "\x16\2\0\0\1", 5);
	T_INT(hello_read_wire()->end, AS_HELLO_MALFORMED);
	t_case("a warning before ServerHello does not end it");
	as_buf_reset(&hello_wire);
	hello_record(21, AS_STR("\1\x70"));
	hello_record(22, hello_server(0x002f));
	hello_record(22, hello_message(14, AS_STR("")));
	T_INT(hello_read_wire()->end, AS_HELLO_FLIGHT);
	T_INT(hello_read_wire()->alert, AS_TLS_ALERT_UNRECOGNIZED_NAME);
}

static void
test_ssl2(void)
{
	const struct as_hello_answer *an;

	t_case("an SSLv2 SERVER-HELLO");
	as_buf_reset(&hello_wire);
	as_buf_add(&hello_wire,
	    "\x80\x13\4\0\1\0\2\0\1\0\6\0\1C\7\0\xc0\1\0\x80I", 21);
	an = hello_read_wire();
	T_INT(an->end, AS_HELLO_SSL2);
	T_INT(an->version, AS_TLS_SSL2);
	T_INT(an->n_ssl2_kinds, 2);
	T_INT(an->ssl2_kinds[0], 0x0700c0);
	T_INT(an->ssl2_kinds[1], 0x010080);
	T_STR(an->ssl2_certificate, "C");
	hello_check_cuts();
	t_case("an SSLv2 SERVER-HELLO of another version");
	hello_wire.p[6] = 3;
	T_INT(hello_read_wire()->end, AS_HELLO_MALFORMED);
	t_case("more kinds than are kept");
	as_buf_reset(&hello_wire);
	as_buf_add(&hello_wire, "\x80\xa1\4\0\1\0\2\0\0\0\x96\0\0", 13);
	for (size_t i = 0; i < 50; i++)
		as_buf_add(&hello_wire, "\7\0\xc0", 3);
	an = hello_read_wire();
	T_INT(an->end, AS_HELLO_SSL2);
	T_INT(an->n_ssl2_kinds, AS_MAX_SSL2_KINDS);
}

static void
test_lost(void)
{
	static const struct {
		enum as_hello_loss loss;
		struct as_str octets;
		enum as_hello_end end;
	} rows[] = {
	    {AS_HELLO_LOSS_CLOSED, S(""), AS_HELLO_CLOSED},
	    {AS_HELLO_LOSS_RESET, S(""), AS_HELLO_RESET},
	    {AS_HELLO_LOSS_TIMEOUT, S(""), AS_HELLO_TIMEOUT},
	    {AS_HELLO_LOSS_CLOSED, S("\x16\3"), AS_HELLO_CUT},
	    {AS_HELLO_LOSS_RESET, S("\x16\3"), AS_HELLO_RESET},
	    {AS_HELLO_LOSS_TIMEOUT, S("\x16\3"), AS_HELLO_TIMEOUT},
	    {AS_HELLO_LOSS_TIMEOUT, S("421 too busy"), AS_HELLO_SMTP},
	    {AS_HELLO_LOSS_RESET, S("\x15\3\1\0\2\2\x28"), AS_HELLO_ALERT},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct as_hello_reader *r =
		    as_hello_reader_new(hello_arena, false);

		t_case("lost: %s after %zu octets",
		    as_hello_end_text(rows[i].end), rows[i].octets.n);
		(void)as_hello_read(r, rows[i].octets.p, rows[i].octets.n);
		T_INT(as_hello_lose(r, rows[i].loss), rows[i].end);
		T_INT(as_hello_lose(r, AS_HELLO_LOSS_CLOSED), rows[i].end);
		as_hello_reader_free(r);
	}
	t_case("the words of an end");
	T_STR(as_str_from(as_hello_end_name(AS_HELLO_RETRY)), "retry");
	T_STR(as_str_from(as_hello_end_text(AS_HELLO_CLOSED)),
	    "closed without an answer");
	as_hello_reader_free(NULL);
}

int
main(void)
{
	hello_wire_init();
	test_raw();
	test_hellos();
	test_exchanges();
	test_ssl2();
	test_lost();
	hello_wire_fini();
	return t_done();
}
