/*
 * The tests of the public suffix list, with the list that they belong to
 * (TREE-7).  Neither is part of this tree: test/corpus.h says where they are.
 *
 * "null" stands for a name that is no name, or that is a suffix itself.
 */
#include <libpsl.h>

#include "assess/suffix.h"
#include "corpus.h"
#include "harness.h"
#include "std/domain.h"

#include "base/banned.h"

static struct as_arena *arena;

/* "NAME REGISTRABLE"; false: a comment, or nothing. */
static bool
pair_read(struct as_str line, struct as_str *name, struct as_str *want)
{
	size_t at = as_str_find(line, ' ', 0);

	*name = as_str_slice(line, 0, at);
	*want = as_str_slice(line, at + 1, line.n);
	return line.n > 0 && !as_str_has_prefix(line, "//") && want->n > 0;
}

static void
check_pair(const psl_ctx_t *list, struct as_str name, struct as_str want)
{
	struct as_str got, wanted;
	bool is_name = as_domain_parse(arena, name, &got, NULL) == AS_OK;

	t_case("suffix list: " AS_STR_FMT, AS_STR_ARG(name));
	if (as_str_is(want, "null")) {
		T_OK(!is_name || as_suffix_is(list, got));
		return;
	}
	if (!T_OK(is_name) || !T_OK(!as_suffix_is(list, got)))
		return;
	T_INT(as_domain_parse(arena, want, &wanted, NULL), AS_OK);
	T_OK(as_str_eq(as_suffix_organization(list, got), wanted));
	T_OK(as_str_eq(as_suffix_of(list, got), as_domain_drop(wanted, 1)));
}

static unsigned
check_pairs(const psl_ctx_t *list, struct as_str text)
{
	struct as_str name, want;
	unsigned used = 0;

	for (size_t at = 0; at < text.n;) {
		size_t end = as_str_find(text, '\n', at);
		if (pair_read(as_str_slice(text, at, end), &name, &want)) {
			/* An input that is null is none. */
			if (!as_str_is(name, "null"))
				check_pair(list, name, want);
			used++;
		}
		at = end + 1;
	}
	return used;
}

static psl_ctx_t *
list_open(struct as_buf *b)
{
	psl_ctx_t *list = NULL;
	FILE *f;

	if (!t_corpus_read(b, "standards/psl/public_suffix_list.dat"))
		return NULL;
	f = fmemopen(b->p, b->n, "r");
	if (f != NULL) {
		list = psl_load_fp(f);
		(void)fclose(f);
	}
	return list;
}

int
main(void)
{
	struct as_buf names, tests;
	psl_ctx_t *list = list_open(&names);
	bool there = t_corpus_read(&tests, "standards/psl/tests.txt");
	unsigned used = 0;

	arena = as_arena_new((size_t)1 << 20);
	if (list != NULL && there && arena != NULL)
		used = check_pairs(list, as_buf_str(&tests));
	as_arena_free(arena);
	psl_free(list);
	as_buf_fini(&names);
	as_buf_fini(&tests);
	if (!there) {
		printf("1..1\nok 1 - the tests of the public suffix list # "
		       "skip not "
		       "on this machine\n");
		return 0;
	}
	t_case("the suite was there, all 78 of it");
	T_INT(used, 78);
	printf("# %u pairs used, 0 skipped\n", used);
	return t_done();
}
