/* net/smtp_reply: a table of replies, and 2,000 generated ones, each read whole
 * and in pieces. */
#include "net/smtp_reply.h"

#include "base/limits.h"
#include "harness.h"

#include "base/banned.h"

#define MAX_TEXT ((size_t)256 * 1024)

static const struct {
	const char *name, *bytes;
	enum as_err want;
	uint32_t code;
	size_t n_lines;
	const char *last; /* text of the last line */
	bool bare_lf;
	size_t left; /* octets that stay */
} cases[] = {
    {"one line", "220 mx.example ESMTP\r\n", AS_OK, 220, 1, "mx.example ESMTP",
	false, 0},
    {"code alone", "220\r\n", AS_OK, 220, 1, "", false, 0},
    {"code and space", "220 \r\n", AS_OK, 220, 1, "", false, 0},
    {"bare LF", "220 hi\n", AS_OK, 220, 1, "hi", true, 0},
    {"code and bare LF", "220\n", AS_OK, 220, 1, "", true, 0},
    {"three lines", "250-a\r\n250-SIZE 10\r\n250 STARTTLS\r\n", AS_OK, 250, 3,
	"STARTTLS", false, 0},
    {"one bare LF of three", "250-a\r\n250-b\n250 c\r\n", AS_OK, 250, 3, "c",
	true, 0},
    {"last line is code alone", "250-a\r\n250\r\n", AS_OK, 250, 2, "", false,
	0},
    {"what follows stays", "220 go\r\n250 early\r\n", AS_OK, 220, 1, "go",
	false, 11},
    {"CR inside the text", "220 a\rb\r\n", AS_OK, 220, 1, "a\rb", false, 0},
    {"599", "599 x\r\n", AS_OK, 599, 1, "x", false, 0},
    {"nothing yet", "", AS_EABSENT, 0, 0, NULL, false, 0},
    {"half a code", "22", AS_EABSENT, 0, 0, NULL, false, 2},
    {"no line end", "220 mx", AS_EABSENT, 0, 0, NULL, false, 6},
    {"CR without LF", "220 mx\r", AS_EABSENT, 0, 0, NULL, false, 7},
    {"lines to come", "220-mx\r\n", AS_EABSENT, 0, 0, NULL, false, 8},
    {"empty line", "\r\n", AS_ESYNTAX, 0, 0, NULL, false, 2},
    {"another protocol", "SSH-2.0-x\r\n", AS_ESYNTAX, 0, 0, NULL, false, 11},
    {"code 199", "199 x\r\n", AS_ESYNTAX, 0, 0, NULL, false, 7},
    {"code 600", "600 x\r\n", AS_ESYNTAX, 0, 0, NULL, false, 7},
    {"code of four digits", "2200 x\r\n", AS_ESYNTAX, 0, 0, NULL, false, 8},
    {"two digits", "22 x\r\n", AS_ESYNTAX, 0, 0, NULL, false, 6},
    {"underscore", "220_x\r\n", AS_ESYNTAX, 0, 0, NULL, false, 7},
    {"code differs", "250-a\r\n251 b\r\n", AS_ESYNTAX, 0, 0, NULL, false, 14},
    {"421 inside 250", "250-a\r\n421 b\r\n", AS_ESYNTAX, 0, 0, NULL, false, 14},
    {"line without code inside", "250-a\r\nb\r\n", AS_ESYNTAX, 0, 0, NULL,
	false, 10},
};

static void
check_case(size_t i)
{
	struct as_arena *a = as_arena_new((size_t)1 << 20);
	struct as_smtp_reply *r = NULL;
	struct as_buf in;
	enum as_err err;

	t_case("%s", cases[i].name);
	as_buf_init(&in, MAX_TEXT);
	as_buf_puts(&in, cases[i].bytes);
	err = as_smtp_reply_read(a, &in, &r, NULL);
	T_STR(as_str_from(as_err_name(err)), as_err_name(cases[i].want));
	T_INT(in.n, cases[i].left);
	if (err == AS_OK && T_INT(r->n_lines, cases[i].n_lines)) {
		T_INT(r->code, cases[i].code);
		T_INT(r->bare_lf, cases[i].bare_lf);
		T_STR(r->lines[r->n_lines - 1], cases[i].last);
	}
	as_buf_fini(&in);
	as_arena_free(a);
}

/* --- a generator --- */

enum spoil {
	SPOIL_NOTHING,
	SPOIL_DIGIT,     /* a code digit becomes a letter */
	SPOIL_CODE,      /* a later line has another code */
	SPOIL_SEPARATOR, /* a tab instead of space or hyphen */
	SPOIL_LONG,      /* one line over the cap */
	SPOIL_MANY,      /* one line more than the cap */
	SPOIL_HUGE,      /* over the cap of the whole */
	SPOIL_CUT,       /* the last octet has not come */
	N_SPOILS
};

struct made {
	enum spoil spoil;
	enum as_err want;
	uint32_t code;
	size_t n_lines;
	bool bare_lf;
	struct as_buf bytes;
	size_t starts[AS_MAX_SMTP_REPLY_LINES + 2],
	    ends[102]; /* of the texts */
};

static uint32_t
draw(uint64_t *seed, uint32_t below)
{
	*seed = *seed * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(*seed >> 33) % below;
}

static size_t
text_length(struct made *m, size_t line, size_t spoilt, uint64_t *seed)
{
	if (m->spoil == SPOIL_LONG && line == spoilt)
		return AS_MAX_SMTP_LINE_OCTETS - 5;
	if (m->spoil == SPOIL_HUGE)
		return AS_MAX_SMTP_LINE_OCTETS - 6;
	return draw(seed, 60);
}

static void
make_line(struct made *m, size_t line, size_t spoilt, uint64_t *seed)
{
	size_t n = text_length(m, line, spoilt, seed), start = m->bytes.n;
	bool last = line + 1 == m->n_lines;
	bool bare = m->spoil != SPOIL_LONG && m->spoil != SPOIL_HUGE &&
	    draw(seed, 20) == 0;

	as_buf_printf(&m->bytes, "%03u%c",
	    m->code + (m->spoil == SPOIL_CODE && line == spoilt),
	    last ? ' ' : '-');
	if (m->spoil == SPOIL_DIGIT && line == spoilt)
		m->bytes.p[start + draw(seed, 3)] = 'x';
	if (m->spoil == SPOIL_SEPARATOR && line == spoilt)
		m->bytes.p[start + 3] = '\t';
	m->starts[line] = m->bytes.n;
	for (size_t i = 0; i < n; i++) {
		char c = (char)draw(seed, 256);
		if (c == '\n' || (c == '\r' && i + 1 == n))
			c = 0;
		as_buf_add(&m->bytes, &c, 1);
	}
	m->ends[line] = m->bytes.n;
	as_buf_puts(&m->bytes, bare ? "\n" : "\r\n");
	m->bare_lf |= bare;
}

static void
make(struct made *m, unsigned number, uint64_t *seed)
{
	static const enum as_err wants[N_SPOILS] = {AS_OK, AS_ESYNTAX,
	    AS_ESYNTAX, AS_ESYNTAX, AS_ELIMIT, AS_ELIMIT, AS_ELIMIT,
	    AS_EABSENT};
	size_t spoilt;

	*m = (struct made){.spoil = number % N_SPOILS};
	m->want = wants[m->spoil];
	m->code = 200 + draw(seed, 399);
	m->n_lines = 2 + draw(seed, 12);
	if (m->spoil == SPOIL_MANY)
		m->n_lines = AS_MAX_SMTP_REPLY_LINES + 1;
	if (m->spoil == SPOIL_HUGE)
		m->n_lines = 40;
	spoilt = 1 + draw(seed, (uint32_t)m->n_lines - 1);
	as_buf_init(&m->bytes, MAX_TEXT);
	for (size_t i = 0; i < m->n_lines; i++)
		make_line(m, i, spoilt, seed);
	if (m->spoil == SPOIL_CUT)
		m->bytes.n--;
}

static void
check_text(const struct made *m, const struct as_smtp_reply *r)
{
	for (size_t i = 0; i < r->n_lines; i++) {
		struct as_str want = as_str_slice(
		    as_buf_str(&m->bytes), m->starts[i], m->ends[i]);

		T_OK(as_str_eq(r->lines[i], want));
	}
}

/* Read m in pieces of at most `piece` octets, 0: whole. */
static void
check_made(const struct made *m, uint32_t piece, uint64_t *seed)
{
	struct as_arena *a = as_arena_new((size_t)1 << 20);
	struct as_smtp_reply *r = NULL;
	enum as_err err = AS_EABSENT;
	struct as_buf in;
	size_t at = 0;

	as_buf_init(&in, MAX_TEXT);
	while (err == AS_EABSENT && at < m->bytes.n) {
		size_t n = m->bytes.n - at;
		if (piece != 0 && n > 1 + draw(seed, piece))
			n = 1 + draw(seed, piece);
		if (n > m->bytes.n - at)
			n = m->bytes.n - at;
		as_buf_add(&in, m->bytes.p + at, n);
		at += n;
		err = as_smtp_reply_read(a, &in, &r, NULL);
		T_OK(err != AS_EABSENT || as_arena_used(a) == 0);
	}
	T_STR(as_str_from(as_err_name(err)), as_err_name(m->want));
	if (err == AS_OK && T_INT(r->n_lines, m->n_lines)) {
		T_INT(r->code, m->code);
		T_INT(r->bare_lf, m->bare_lf);
		check_text(m, r);
	}
	as_buf_fini(&in);
	as_arena_free(a);
}

static void
test_generated(void)
{
	uint64_t seed = 20261124;
	struct made m;

	for (unsigned i = 0; i < 2000; i++) {
		if (i % 100 == 0)
			t_case("generated replies from %u", i);
		make(&m, i, &seed);
		check_made(&m, 0, &seed);
		check_made(&m, 700, &seed);
		if (m.bytes.n < 2000 || i < 40)
			check_made(&m, 1, &seed);
		as_buf_fini(&m.bytes);
	}
}

static void
test_caps(void)
{
	struct as_arena *a = as_arena_new((size_t)1 << 20);
	struct as_smtp_reply *r = NULL;
	struct as_buf in;

	as_buf_init(&in, MAX_TEXT);
	t_case("a line of the cap is read");
	as_buf_puts(&in, "220 ");
	while (in.n < AS_MAX_SMTP_LINE_OCTETS - 2)
		as_buf_puts(&in, "a");
	as_buf_puts(&in, "\r\n");
	T_INT(as_smtp_reply_read(a, &in, &r, NULL), AS_OK);
	T_INT(r->lines[0].n, AS_MAX_SMTP_LINE_OCTETS - 6);
	t_case("as many lines as the cap are read");
	for (int i = 1; i < AS_MAX_SMTP_REPLY_LINES; i++)
		as_buf_puts(&in, "250-a\r\n");
	as_buf_puts(&in, "250 z\r\n");
	T_INT(as_smtp_reply_read(a, &in, &r, NULL), AS_OK);
	T_INT(r->n_lines, AS_MAX_SMTP_REPLY_LINES);
	t_case("an endless line without code ends at once");
	as_buf_add(&in, "\0\0\0", 3);
	T_INT(as_smtp_reply_read(a, &in, &r, NULL), AS_ESYNTAX);
	as_buf_reset(&in);
	t_case("NUL is text like any other");
	as_buf_add(&in, "220 a\0b\r\n", 9);
	T_INT(as_smtp_reply_read(a, &in, &r, NULL), AS_OK);
	T_INT(r->lines[0].n, 3);
	t_case("no memory is not a fault of the peer");
	as_arena_free(a);
	a = as_arena_new(8);
	as_buf_puts(&in, "220 mx.example\r\n");
	T_INT(as_smtp_reply_read(a, &in, &r, NULL), AS_ENOMEM);
	T_INT(in.n, 16);
	as_buf_fini(&in);
	as_arena_free(a);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_case(i);
	test_caps();
	test_generated();
	return t_done();
}
