/*
 * base/utf8: well-formed text, and text that is safe on a terminal.
 */
#include "base/utf8.h"

#include "harness.h"

#include "base/banned.h"

struct next_case {
	const char *name;
	const char *octets;
	size_t used; /* 0: malformed */
	uint32_t cp;
};

static const struct next_case next_cases[] = {
    {"ASCII", "a", 1, 'a'},
    {"DEL", "\x7f", 1, 0x7f},
    {"least of two", "\xc2\x80", 2, 0x80},
    {"most of two", "\xdf\xbf", 2, 0x7ff},
    {"least of three", "\xe0\xa0\x80", 3, 0x800},
    {"below the surrogates", "\xed\x9f\xbf", 3, 0xd7ff},
    {"above the surrogates", "\xee\x80\x80", 3, 0xe000},
    {"most of three", "\xef\xbf\xbf", 3, 0xffff},
    {"least of four", "\xf0\x90\x80\x80", 4, 0x10000},
    {"most of four", "\xf4\x8f\xbf\xbf", 4, 0x10ffff},
    {"more follows", "\xc3\xbcx", 2, 0xfc},
    {"lone continuation", "\x80", 0, 0},
    {"overlong slash", "\xc0\xaf", 0, 0},
    {"overlong in two", "\xc1\xbf", 0, 0},
    {"overlong in three", "\xe0\x9f\xbf", 0, 0},
    {"overlong in four", "\xf0\x8f\xbf\xbf", 0, 0},
    {"surrogate", "\xed\xa0\x80", 0, 0},
    {"last surrogate", "\xed\xbf\xbf", 0, 0},
    {"over U+10FFFF", "\xf4\x90\x80\x80", 0, 0},
    {"lead F5", "\xf5\x80\x80\x80", 0, 0},
    {"lead FF", "\xff", 0, 0},
    {"two cut off", "\xc3", 0, 0},
    {"three cut off", "\xe2\x82", 0, 0},
    {"four cut off", "\xf0\x9f\x98", 0, 0},
    {"continuation missing", "\xe2\x82x", 0, 0},
};

static void
test_next(void)
{
	for (size_t i = 0; i < sizeof(next_cases) / sizeof(next_cases[0]);
	     i++) {
		const struct next_case *c = &next_cases[i];
		uint32_t cp = 0;
		size_t used;

		t_case("UTF-8: %s", c->name);
		used = as_utf8_next(as_str_from(c->octets), 0, &cp);
		T_INT(used, c->used);
		if (used > 0)
			T_INT(cp, c->cp);
		T_INT(as_utf8_is_valid(as_str_from(c->octets)), c->used > 0);
	}

	t_case("UTF-8: every code point, there and back");
	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		char o[4];
		size_t n = cp < 0x80 ? 1
		    : cp < 0x800     ? 2
		    : cp < 0x10000   ? 3
				     : 4;
		uint32_t got = 0, rest = cp;
		bool surrogate = cp >= 0xd800 && cp <= 0xdfff;
		for (size_t i = n; i-- > 1; rest >>= 6)
			o[i] = (char)(0x80 | (rest & 0x3f));
		o[0] = (char)(n == 1 ? rest : (0xf00u >> n & 0xff) | rest);
		if (as_utf8_next((struct as_str){o, n}, 0, &got) !=
			(surrogate ? 0 : n) ||
		    (!surrogate && got != cp)) {
			T_INT(got, cp);
			break;
		}
	}
	T_OK(true);

	t_case("UTF-8: NUL is text, absent text is valid");
	uint32_t cp;
	T_INT(as_utf8_next(AS_STR("\0"), 0, &cp), 1);
	T_OK(as_utf8_is_valid(AS_STR_NULL));
	T_INT(as_utf8_next(AS_STR("a"), 1, &cp), 0);
}

struct term_case {
	const char *name;
	const char *text;
	size_t n;
	const char *shown;
	size_t width;
};

#define TEXT(lit) lit, sizeof(lit) - 1

static const struct term_case term_cases[] = {
    {"plain", TEXT("a b"), "a b", 3},
    {"letters of all scripts stay", TEXT("bücher 例え"), "bücher 例え", 9},
    {"line feed", TEXT("a\nb"), "a b", 3},
    {"carriage return", TEXT("a\rb"), "a\\x0db", 6},
    {"tab", TEXT("\t"), "\\x09", 4},
    {"NUL", TEXT("\0"), "\\x00", 4},
    {"colour sequence", TEXT("\x1b[31m"), "\\x1b[31m", 8},
    {"bell and DEL", TEXT("\a\x7f"), "\\x07\\x7f", 8},
    {"C1 control (CSI)",
	TEXT("\xc2\x9b"
	     "31m"),
	"\\u{9b}31m", 9},
    {"raw CSI octet",
	TEXT("\x9b"
	     "31m"),
	"\\x9b31m", 7},
    {"next line", TEXT("\xc2\x85"), "\\u{85}", 6},
    {"right-to-left override",
	TEXT("a\xe2\x80\xae"
	     "b"),
	"a\\u{202e}b", 10},
    {"isolates", TEXT("\xe2\x81\xa6\xe2\x81\xa9"), "\\u{2066}\\u{2069}", 16},
    {"Arabic letter mark", TEXT("\xd8\x9c"), "\\u{61c}", 7},
    {"line separator", TEXT("\xe2\x80\xa8"), "\\u{2028}", 8},
    {"zero-width space", TEXT("\xe2\x80\x8b"), "\\u{200b}", 8},
    {"soft hyphen", TEXT("\xc2\xad"), "\\u{ad}", 6},
    {"grapheme joiner", TEXT("\xcd\x8f"), "\\u{34f}", 7},
    {"Hangul filler", TEXT("\xe3\x85\xa4"), "\\u{3164}", 8},
    {"halfwidth Hangul filler", TEXT("\xef\xbe\xa0"), "\\u{ffa0}", 8},
    {"byte order mark", TEXT("\xef\xbb\xbf"), "\\u{feff}", 8},
    {"musical format control", TEXT("\xf0\x9d\x85\xb3"), "\\u{1d173}", 9},
    {"tag letter", TEXT("\xf3\xa0\x81\x81"), "\\u{e0041}", 9},
    {"supplementary variation selector", TEXT("\xf3\xa0\x84\x80"), "\\u{e0100}",
	9},
    {"malformed octets", TEXT("\xff\xc3"), "\\xff\\xc3", 8},
    {"backslash stays", TEXT("\\x41"), "\\x41", 4},
};

static void
test_term(void)
{
	struct as_buf b;

	as_buf_init(&b, 1000);
	for (size_t i = 0; i < sizeof(term_cases) / sizeof(term_cases[0]);
	     i++) {
		const struct term_case *c = &term_cases[i];
		struct as_str s = {c->text, c->n};

		t_case("terminal: %s", c->name);
		as_buf_reset(&b);
		as_term_add(&b, s);
		T_STR(as_buf_str(&b), c->shown);
		T_INT(as_term_width(s), c->width);
	}

	t_case("terminal: nothing but printable text gets through");
	as_buf_fini(&b);
	as_buf_init(&b, 100000);
	for (int i = 0; i < 65536; i++) {
		char o[2] = {(char)(i >> 8), (char)i};
		struct as_str out;
		as_buf_reset(&b);
		as_term_add(&b, (struct as_str){o, 2});
		out = as_buf_str(&b);
		for (size_t k = 0; k < out.n; k++)
			if ((unsigned char)out.p[k] < 0x20 || out.p[k] == 0x7f)
				T_INT(i, -1);
		if (!as_utf8_is_valid(out))
			T_INT(i, -2);
	}
	T_OK(as_buf_ok(&b));
	as_buf_fini(&b);
}

int
main(void)
{
	test_next();
	test_term();
	return t_done();
}
