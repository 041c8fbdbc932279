#include "harness.h"
#include "std/hello.h"

#define CODES(...) \
	{ \
		(const uint16_t[]){__VA_ARGS__}, \
		    sizeof((const uint16_t[]){__VA_ARGS__}) / sizeof(uint16_t) \
	}

static struct as_arena *arena;

/* The octets of a hello; empty when it was refused. */
static struct as_str
written(const struct as_hello *h)
{
	struct as_why why = {.text = ""};
	struct as_buf b;
	struct as_str s;

	as_buf_init(&b, AS_MAX_HELLO_OCTETS * 2);
	T_INT(as_hello_write(&b, h, &why), AS_OK);
	T_STR(as_str_from(why.text), "");
	s = as_str_dup(arena, as_buf_str(&b));
	as_buf_fini(&b);
	return s;
}

static unsigned
u16(struct as_str s, size_t at)
{
	if (!T_OK(at + 2 <= s.n))
		return 0;
	return (unsigned)(unsigned char)s.p[at] << 8 |
	    (unsigned char)s.p[at + 1];
}

/* The message out of its records, each at most `most` octets. */
static struct as_str
message_of(struct as_str wire, size_t most, unsigned version)
{
	struct as_buf b;
	struct as_str s;

	as_buf_init(&b, AS_MAX_HELLO_OCTETS);
	for (size_t at = 0; at < wire.n;) {
		size_t n = u16(wire, at + 3);

		T_INT(wire.p[at], 22);
		T_INT(u16(wire, at + 1), version);
		T_OK(n > 0 && n <= most);
		T_OK(n == most || at + 5 + n == wire.n);
		as_buf_add_str(&b, as_str_slice(wire, at + 5, at + 5 + n));
		at += 5 + n;
	}
	s = as_str_dup(arena, as_buf_str(&b));
	as_buf_fini(&b);
	T_INT(s.p[0], 1);
	T_INT((size_t)(unsigned char)s.p[1] << 16 | u16(s, 2), s.n - 4);
	return s;
}

/* Where the extensions of a message begin, past their length. */
static size_t
extensions_at(struct as_str m)
{
	size_t at = 4 + 2 + 32;

	at += 1 + (unsigned char)m.p[at];
	at += 2 + u16(m, at);
	at += 1 + (unsigned char)m.p[at];
	T_INT(u16(m, at), m.n - at - 2);
	return at + 2;
}

/* The body of an extension; AS_STR_NULL when it is not there. */
static struct as_str
extension_of(struct as_str m, unsigned type)
{
	struct as_str found = AS_STR_NULL;
	size_t at = extensions_at(m);

	while (at < m.n) {
		size_t n = u16(m, at + 2);

		if (u16(m, at) == type)
			found = as_str_slice(m, at + 4, at + 4 + n);
		at += 4 + n;
	}
	T_INT(at, m.n);
	return found;
}

static void
test_bare(void)
{
	struct as_hello h = {
	    .version = AS_TLS_SSL3, .suites = CODES(0x0005, 0x000a)};
	struct as_str s;

	t_case("SSLv3: no extensions, record version 3.0");
	memset(h.random, 'r', sizeof(h.random));
	s = written(&h);
#define R32 "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr"
	T_OK(as_str_eq(s,
	    AS_STR("\x16\3\0\0\x2f\1\0\0\x2b\3\0" R32 "\0\0\4\0\5\0\x0a\1\0")));
	t_case("a session id, SCSV, fallback, two compression methods");
	h.version = AS_TLS_1_0;
	h.session_id = AS_STR("ID");
	h.scsv = h.fallback = true;
	h.compressions = AS_STR("\1\0");
	s = written(&h);
	T_OK(as_str_eq(s,
	    AS_STR("\x16\3\1\0\x36\1\0\0\x32\3\1" R32
		   "\2ID\0\x08\0\5\0\x0a\0\xff\x56\0\2\1\0")));
	t_case("another record version");
	h.record = AS_TLS_1_2;
	T_INT(u16(written(&h), 1), AS_TLS_1_2);
}

static void
test_ssl2(void)
{
	struct as_hello h = {.form = AS_HELLO_FORM_SSL2,
	    .version = AS_TLS_SSL2,
	    .kinds = (const uint32_t[]){0x010080, 0x0700c0},
	    .n_kinds = 2};

	t_case("SSLv2");
	memset(h.random, 'r', sizeof(h.random));
#define R16 "rrrrrrrrrrrrrrrr"
	T_OK(as_str_eq(written(&h),
	    AS_STR("\x80\x1f\1\0\2\0\6\0\0\0\x10\1\0\x80\7\0\xc0" R16)));
	t_case("SSLv2 record that offers TLS 1.0");
	h.version = AS_TLS_1_0;
	h.suites = (struct as_hello_codes)CODES(0x002f);
	h.scsv = true;
	h.n_kinds = 0;
	T_OK(as_str_eq(written(&h),
	    AS_STR("\x80\x1f\1\3\1\0\6\0\0\0\x10\0\0\x2f\0\0\xff" R16)));
}

static const struct as_hello_share shares[] = {
    {0x001d, {"abcdefgh", 8}}, {0x0017, {"xyz", 3}}};

static void
test_extensions(void)
{
	struct as_hello h = {.version = AS_TLS_1_2,
	    .versions = CODES(0x0304, 0x0303),
	    .suites = CODES(0x1301),
	    .groups = CODES(0x11ec, 0x001d),
	    .signatures = CODES(0x0804),
	    .key_share = true,
	    .server_name = AS_STR("mx.example"),
	    .ems = true,
	    .etm = true,
	    .renegotiation = true,
	    .status_request = true,
	    .sct = true,
	    .ticket = true,
	    .psk_modes = true,
	    .point_formats = true,
	    .heartbeat = true};
	static const struct {
		unsigned type;
		struct as_str body;
	} rows[] = {
#define S(lit) {(lit), sizeof(lit) - 1}
	    {AS_TLS_EXT_SERVER_NAME, S("\0\x0d\0\0\x0amx.example")},
	    {AS_TLS_EXT_STATUS_REQUEST, S("\1\0\0\0\0")},
	    {AS_TLS_EXT_GROUPS, S("\0\4\x11\xec\0\x1d")},
	    {AS_TLS_EXT_POINT_FORMATS, S("\1\0")},
	    {AS_TLS_EXT_SIGNATURES, S("\0\2\x08\4")},
	    {AS_TLS_EXT_HEARTBEAT, S("\1")},
	    {AS_TLS_EXT_SCT, S("")},
	    {AS_TLS_EXT_ETM, S("")},
	    {AS_TLS_EXT_EMS, S("")},
	    {AS_TLS_EXT_TICKET, S("")},
	    {AS_TLS_EXT_VERSIONS, S("\4\3\4\3\3")},
	    {AS_TLS_EXT_PSK_MODES, S("\1\1")},
	    {AS_TLS_EXT_KEY_SHARE, S("\0\0")},
	    {AS_TLS_EXT_RENEGOTIATION, S("\0")},
	};
	struct as_str m;

	t_case("every extension");
	m = message_of(written(&h), 16384, AS_TLS_1_0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct as_str body;

		t_case("extension %s", as_tls_ext_name((uint16_t)rows[i].type));
		body = extension_of(m, rows[i].type);
		T_OK(!as_str_is_null(body) && as_str_eq(body, rows[i].body));
	}
	t_case("nothing that was not asked for");
	T_OK(as_str_is_null(extension_of(m, AS_TLS_EXT_ALPN)));
	T_OK(as_str_is_null(extension_of(m, AS_TLS_EXT_PADDING)));
	t_case("key shares");
	h.shares = shares;
	h.n_shares = 2;
	m = message_of(written(&h), 16384, AS_TLS_1_0);
	T_OK(as_str_eq(extension_of(m, AS_TLS_EXT_KEY_SHARE),
	    AS_STR("\0\x13\0\x1d\0\x08"
		   "abcdefgh\0\x17\0\3xyz")));
	t_case("one extension alone");
	h = (struct as_hello){
	    .version = AS_TLS_1_0, .suites = CODES(0x002f), .ems = true};
	m = message_of(written(&h), 16384, AS_TLS_1_0);
	T_INT(m.n - extensions_at(m), 4);
}

/* The wire has the octets asked for, or as few more as can be. */
static void
check_padding(const struct as_hello *hello, size_t octets)
{
	size_t most = hello->fragment != 0 ? hello->fragment : 16384;
	struct as_hello h = *hello;
	struct as_str plain, wire;

	t_case("%s padded to %zu octets, records of %zu",
	    h.ems ? "a hello" : "a bare hello", octets, most);
	plain = written(&h);
	h.pad_to = octets;
	wire = written(&h);
	(void)message_of(wire, most, AS_TLS_1_0);
	if (plain.n >= octets)
		T_INT(wire.n, plain.n);
	else
		T_OK(wire.n >= octets && wire.n <= octets + 2 + 5 + 4 + 5);
}

static void
test_padding(void)
{
	static const uint16_t fragments[] = {0, 16384, 512, 100, 64, 7};
	static const size_t sizes[] = {50, 51, 52, 53, 60, 76, 77, 80, 90, 100,
	    517, 1461, 3000, 16389, 17000, 40000};

	for (size_t i = 0; i < sizeof(fragments) / sizeof(fragments[0]); i++)
		for (size_t j = 0; j < sizeof(sizes) / sizeof(sizes[0]); j++) {
			struct as_hello h = {.version = AS_TLS_1_2,
			    .suites = CODES(0x1301),
			    .fragment = fragments[i]};

			check_padding(&h, sizes[j]);
			h.ems = true;
			check_padding(&h, sizes[j]);
		}
}

static uint16_t many[33000];

static void
test_refused(void)
{
	static const char long_id[33];
	const struct as_hello_codes too_many = {many, 33000};
	const struct {
		const char *name;
		struct as_hello h;
		enum as_err err;
	} rows[] = {
	    {"no suite", {.version = AS_TLS_1_2}, AS_EINVAL},
	    {"no kind", {.form = AS_HELLO_FORM_SSL2}, AS_EINVAL},
	    {"kinds outside SSLv2",
		{.version = AS_TLS_1_0, .suites = CODES(1), .n_kinds = 1},
		AS_EINVAL},
	    {"SSLv3 with an extension",
		{.version = AS_TLS_SSL3, .suites = CODES(1), .etm = true},
		AS_EINVAL},
	    {"SSLv2 with an extension",
		{.form = AS_HELLO_FORM_SSL2, .suites = CODES(1), .pad_to = 600},
		AS_EINVAL},
	    {"a session id of 33 octets",
		{.version = AS_TLS_1_0,
		    .suites = CODES(1),
		    .session_id = {long_id, 33}},
		AS_EINVAL},
	    {"a record of 16385 octets",
		{.version = AS_TLS_1_0, .suites = CODES(1), .fragment = 16385},
		AS_EINVAL},
	    {"over 127 versions",
		{.version = AS_TLS_1_2,
		    .suites = CODES(1),
		    .versions = {many, 128}},
		AS_EINVAL},
	    {"too many suites", {.version = AS_TLS_1_2, .suites = too_many},
		AS_ENOMEM},
	    {"an SSLv2 record over 32767 octets",
		{.form = AS_HELLO_FORM_SSL2, .suites = {many, 11000}},
		AS_EINVAL},
	    {"padding over the cap",
		{.version = AS_TLS_1_2, .suites = CODES(1), .pad_to = 70000},
		AS_ENOMEM},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct as_why why = {0};
		struct as_buf b;

		t_case("refused: %s", rows[i].name);
		as_buf_init(&b, AS_MAX_HELLO_OCTETS * 2);
		T_INT(as_hello_write(&b, &rows[i].h, &why), rows[i].err);
		T_OK(why.text[0] != 0);
		T_INT(b.n, 0);
		as_buf_fini(&b);
	}
}

static void
test_full(void)
{
	struct as_hello h = {.version = AS_TLS_1_2, .suites = CODES(0x1301)};
	struct as_buf b;

	t_case("the caller's buffer is full");
	as_buf_init(&b, 20);
	T_INT(as_hello_write(&b, &h, NULL), AS_ENOMEM);
	as_buf_fini(&b);
}

static void
test_farewell(void)
{
	struct as_str s = as_hello_farewell();

	t_case("a farewell is two alerts");
	T_INT(s.n, 14);
	T_INT(s.p[6], AS_TLS_ALERT_USER_CANCELED);
	T_INT(s.p[13], AS_TLS_ALERT_CLOSE_NOTIFY);
}

int
main(void)
{
	arena = as_arena_new((size_t)16 * 1024 * 1024);
	test_bare();
	test_ssl2();
	test_extensions();
	test_padding();
	test_refused();
	test_full();
	test_farewell();
	as_arena_free(arena);
	return t_done();
}
