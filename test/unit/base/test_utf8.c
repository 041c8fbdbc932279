#include "harness.h"

#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"

static const char *const bad[] = {
    "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2",
    "\xc2\x41",                                         /* lone, short */
    "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80", /* overlong */
    "\xed\xa0\x80", "\xed\xbf\xbf",                     /* surrogate */
    "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",     /* too high */
    "\xe2\x82", "\xf0\x9f\x98", "a\xc3",                /* cut */
};

static void
test_validity(void)
{
	uint32_t cp;

	t_case("well-formed sequences of each length");
	T_OK(as_utf8_is_valid(AS_STR("")));
	T_OK(as_utf8_is_valid((struct as_str){"a\0b", 3}));
	T_INT(as_utf8_next(AS_STR("\xc3\xa9"), 0, &cp), 2);
	T_INT(cp, 0xe9);
	T_INT(as_utf8_next(AS_STR("\xe2\x82\xac"), 0, &cp), 3);
	T_INT(cp, 0x20ac);
	T_INT(as_utf8_next(AS_STR("\xf4\x8f\xbf\xbf"), 0, &cp), 4);
	T_INT(cp, 0x10ffff);
	T_INT(as_utf8_next(AS_STR("a"), 1, &cp), 0);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		t_case("malformed sequence %zu", i);
		T_OK(!as_utf8_is_valid(as_str_from(bad[i])));
	}
}

struct shown {
	const char *name, *text, *want;
};

static const struct shown showns[] = {
    {"plain", "a\"b\\c", "a\"b\\c"},
    {"letters of the world", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
	"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
    {"line feed", "a\nb", "a b"},
    {"return and tab", "a\r\tb", "a\\x0d\\x09b"},
    {"colour", "\x1b[31m", "\\x1b[31m"},
    {"C1 control", "\xc2\x9b", "\\u{9b}"},
    {"C1 as an octet", "\x9b", "\\x9b"},
    {"delete", "\x7f", "\\x7f"},
    {"right-to-left override", "\xe2\x80\xae", "\\u{202e}"},
    {"isolate", "\xe2\x81\xa6", "\\u{2066}"},
    {"zero width space", "\xe2\x80\x8b", "\\u{200b}"},
    {"byte order mark", "\xef\xbb\xbf", "\\u{feff}"},
    {"soft hyphen", "\xc2\xad", "\\u{ad}"},
    {"line separator", "\xe2\x80\xa8", "\\u{2028}"},
    {"tag", "\xf3\xa0\x81\x81", "\\u{e0041}"},
    {"malformed", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
};

static void
test_terminal(void)
{
	struct as_buf b;

	as_buf_init(&b, 10000);
	for (size_t i = 0; i < sizeof(showns) / sizeof(showns[0]); i++) {
		t_case("on a terminal: %s", showns[i].name);
		as_buf_reset(&b);
		as_term_add(&b, as_str_from(showns[i].text));
		T_STR(as_buf_str(&b), showns[i].want);
	}

	t_case("width counts what is shown");
	T_INT(as_term_width(AS_STR("a\nb")), 3);
	T_INT(as_term_width(AS_STR("\x1b")), 4);
	T_INT(as_term_width(AS_STR("\xc3\xa9")), 1);
	T_INT(as_term_width(AS_STR("\xe2\x80\xae")), 8);
	T_INT(as_term_width(AS_STR("\xc2\x9b")), 6);
	T_INT(as_term_width(AS_STR("\xff")), 4);
	as_buf_fini(&b);
}

static void
test_log(void)
{
	struct as_log log = {AS_LOG_INFO, -1, "assay"};
	int fd[2];
	char line[200];
	ssize_t n;

	t_case("a log line is filtered, one line, and kept to its level");
	if (!T_OK(pipe(fd) == 0))
		return;
	as_log(&log, AS_LOG_ERROR, "silent");
	log.fd = fd[1];
	as_log(&log, AS_LOG_DEBUG, "dropped");
	as_log(&log, AS_LOG_WARN, "said %s", "\x1b[2J\nmore");
	as_log(NULL, AS_LOG_ERROR, "nobody");
	(void)close(fd[1]);
	n = read(fd[0], line, sizeof(line));
	T_OK(n > 0);
	T_STR(((struct as_str){line, n > 0 ? (size_t)n : 0}),
	    "assay: warning: said \\x1b[2J more\n");
	(void)close(fd[0]);
}

int
main(void)
{
	test_validity();
	test_terminal();
	test_log();
	return t_done();
}
