#include "base/tsv.h"

#include "harness.h"

#define S(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

/* Rows as text: cells joined by "|", rows by "/", each after its line number. */
static const struct {
	const char *name;
	struct as_str text;
	const char *want;
} rows[] = {
    {"nothing", S(""), ""},
    {"a line feed", S("\n"), ""},
    {"a cell", S("a"), "1:a"},
    {"a row and its line feed", S("a\tb\n"), "1:a|b"},
    {"CR LF", S("a\tb\r\nc\r\n"), "1:a|b/2:c"},
    {"empty cells", S("\ta\t\n\t\n"), "1:|a|/2:|"},
    {"comments and empty lines", S("# x\n\n#\ta\nb\n\r\n #c\n"), "4:b/6: #c"},
    {"a comment without line feed", S("a\n#b"), "1:a"},
    {"NUL in a cell", S("a\0b\tc"), "1:a.b|c"},
    {"a lone CR stays", S("a\rb\tc"), "1:a\rb|c"},
    {"sixteen cells", S("1\t2\t3\t4\t5\t6\t7\t8\t9\t0\ta\tb\tc\td\te\tf"),
	"1:1|2|3|4|5|6|7|8|9|0|a|b|c|d|e|f"},
    {"a seventeenth is dropped, the next row is not",
	S("1\t2\t3\t4\t5\t6\t7\t8\t9\t0\ta\tb\tc\td\te\tf\tg\th\nx"),
	"1:1|2|3|4|5|6|7|8|9|0|a|b|c|d|e|f/2:x"},
};

int
main(void)
{
	struct as_arena *a = as_arena_new(65536);

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct as_tsv t = {.text = rows[i].text};
		struct as_str cells[AS_TSV_COLUMNS], got = AS_STR("");
		size_t n;

		t_case("%s", rows[i].name);
		while ((n = as_tsv_next(&t, cells)) > 0) {
			T_OK(n <= AS_TSV_COLUMNS);
			got = as_str_printf(a,
			    AS_STR_FMT "%s%zu:", AS_STR_ARG(got),
			    got.n > 0 ? "/" : "", t.line);
			for (size_t k = 0; k < n; k++) {
				struct as_str c = as_str_dup(a, cells[k]);
				char *nul = memchr(c.p, 0, c.n);
				if (nul != NULL)
					*nul = '.';
				got = as_str_printf(a,
				    AS_STR_FMT "%s" AS_STR_FMT, AS_STR_ARG(got),
				    k > 0 ? "|" : "", AS_STR_ARG(c));
			}
		}
		T_STR(got, rows[i].want);
		T_INT(as_tsv_next(&t, cells), 0);
	}
	t_case("absent text has no rows");
	struct as_tsv none = {.text = AS_STR_NULL};
	struct as_str cells[AS_TSV_COLUMNS];
	T_INT(as_tsv_next(&none, cells), 0);
	as_arena_free(a);
	return t_done();
}
