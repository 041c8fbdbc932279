#include "harness.h"

#include "base/tsv.h"

static void
test_rows(void)
{
	struct as_tsv t = {
	    .text = AS_STR("# head\n\na\tb\r\n\tx\t\n#\nlast"),
	};
	struct as_str cells[AS_TSV_COLUMNS];

	t_case("rows, with comments and blank lines left out");
	T_INT(as_tsv_next(&t, cells), 2);
	T_INT(t.line, 3);
	T_STR(cells[0], "a");
	T_STR(cells[1], "b");
	T_INT(as_tsv_next(&t, cells), 3);
	T_STR(cells[0], "");
	T_STR(cells[1], "x");
	T_STR(cells[2], "");
	T_INT(as_tsv_next(&t, cells), 1);
	T_STR(cells[0], "last");
	T_INT(t.line, 6);
	T_INT(as_tsv_next(&t, cells), 0);
	T_INT(as_tsv_next(&t, cells), 0);
}

static void
test_edges(void)
{
	struct as_tsv empty = {.text = AS_STR_NULL};
	struct as_tsv wide = {
	    .text = AS_STR("1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\t13\t14\t15"
			   "\t16\t17\t18\nnext"),
	};
	struct as_str cells[AS_TSV_COLUMNS];

	t_case("an empty table has no rows");
	T_INT(as_tsv_next(&empty, cells), 0);

	t_case("cells past the last column are dropped");
	T_INT(as_tsv_next(&wide, cells), AS_TSV_COLUMNS);
	T_STR(cells[15], "16");
	T_INT(as_tsv_next(&wide, cells), 1);
	T_STR(cells[0], "next");
}

int
main(void)
{
	test_rows();
	test_edges();
	return t_done();
}
