#include "harness.h"
#include "render/term.h"

static void
wrapped(unsigned width, size_t column, size_t indent, const char *in,
    const char *want)
{
	struct as_buf b;
	struct as_term t = {&b, width, false};

	as_buf_init(&b, 4096);
	as_term_wrap(&t, AS_STYLE_BAD, column, indent, as_str_from(in));
	T_STR(as_buf_str(&b), want);
	as_buf_fini(&b);
}

static void
sentence(const char *in, const char *want)
{
	struct as_buf b;
	struct as_term t = {&b, 80, false};

	as_buf_init(&b, 4096);
	as_term_sentence(&t, AS_STYLE_PLAIN, 0, 0, as_str_from(in));
	T_STR(as_buf_str(&b), want);
	as_buf_fini(&b);
}

int
main(void)
{
	struct as_buf b;
	struct as_term t = {&b, 80, true};

	t_case("wrap: short text stays");
	wrapped(40, 0, 2, "one two", "one two\n");
	t_case("wrap: breaks before the word that does not fit");
	wrapped(10, 0, 2, "one two three", "one two\n  three\n");
	t_case("wrap: the cursor's column counts");
	wrapped(10, 6, 2, "one two", "one\n  two\n");
	t_case("wrap: a long word stays whole");
	wrapped(
	    10, 0, 2, "a 0123456789abcdef b", "a\n  0123456789abcdef\n  b\n");
	t_case("wrap: empty text is an empty line");
	wrapped(10, 0, 2, "", "\n");
	t_case("wrap: line feeds are blanks");
	wrapped(40, 0, 2, "a\nb", "a b\n");
	t_case("sentence: a capital at its start, a stop at its end");
	sentence("no answer", "No answer.\n");
	sentence("v=spf1 is it.", "v=spf1 is it.\n");
	sentence("mx.a.test is it", "mx.a.test is it.\n");
	t_case("padded: up to the column, at least one blank, none for 0");
	as_buf_init(&b, 4096);
	as_term_put_padded(&t, AS_STYLE_PLAIN, AS_STR("ab"), 4);
	as_term_put_padded(&t, AS_STYLE_PLAIN, AS_STR("ab"), 2);
	as_term_put_padded(&t, AS_STYLE_PLAIN, AS_STR("ab"), 0);
	T_STR(as_buf_str(&b), "ab  ab ab");
	as_buf_fini(&b);
	t_case("colour: on, off, and never from the text");
	as_buf_init(&b, 4096);
	as_term_put(&t, AS_STYLE_GOOD, AS_STR("ok\x1b[0m"));
	T_STR(as_buf_str(&b), "\x1b[32mok\\x1b[0m\x1b[0m");
	as_buf_fini(&b);
	return t_done();
}
