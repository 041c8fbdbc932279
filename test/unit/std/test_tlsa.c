#include "std/tlsa.h"

#include "harness.h"

/* Octets in a table, NUL allowed. */
#define S(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}
#define DIGEST \
	"0C72AC70B745AC19998811B131D662C9AC69DBDBE7CB23E5B514B56664C5D3D6"

static struct as_arena *arena;

static const struct {
	const char *name;
	struct as_str txt;
	enum as_err err;
	unsigned usage, selector, matching;
	size_t n;  /* octets of data, with AS_OK */
	size_t at; /* with an error */
} rows[] = {
    {"the usual record", S("3 1 1 " DIGEST), AS_OK, 3, 1, 1, 32, 0},
    {"lower case", S("3 1 1 0c72ac70"), AS_OK, 3, 1, 1, 4, 0},
    {"data with blanks and line ends", S(" 2  0\t1 0c 72\r\n ac 7 0 "), AS_OK,
	2, 0, 1, 4, 0},
    {"numbers up to 255", S("255 255 255 00"), AS_OK, 255, 255, 255, 1, 0},
    {"nothing", S(""), AS_EVERSION, 0, 0, 0, 0, 0},
    {"blanks", S("  "), AS_EVERSION, 0, 0, 0, 0, 0},
    {"a line of a zone", S("_25._tcp.mx.example. TLSA 3 1 1 00"), AS_EVERSION,
	0, 0, 0, 0, 0},
    {"another record", S("v=spf1 -all"), AS_EVERSION, 0, 0, 0, 0, 0},
    {"an acronym", S("DANE-EE 1 1 00"), AS_ESYNTAX, 0, 0, 0, 0, 0},
    {"an acronym later on", S("3 spki 1 00"), AS_ESYNTAX, 0, 0, 0, 0, 2},
    {"a number over 255", S("3 256 1 00"), AS_ESYNTAX, 0, 0, 0, 0, 2},
    {"a sign", S("3 -1 1 00"), AS_ESYNTAX, 0, 0, 0, 0, 2},
    {"no selector", S("3"), AS_ESYNTAX, 0, 0, 0, 0, 1},
    {"no matching type", S("3 1 "), AS_ESYNTAX, 0, 0, 0, 0, 4},
    {"no data", S("3 1 1"), AS_ESYNTAX, 0, 0, 0, 0, 5},
    {"half an octet", S("3 1 1 abc"), AS_ESYNTAX, 0, 0, 0, 0, 9},
    {"no hexadecimal digit", S("3 1 1 abxd"), AS_ESYNTAX, 0, 0, 0, 0, 8},
    {"colons", S("3 1 1 ab:cd"), AS_ESYNTAX, 0, 0, 0, 0, 8},
    {"parentheses", S("3 1 1 ( ab )"), AS_ESYNTAX, 0, 0, 0, 0, 6},
    {"NUL in the data", S("3 1 1 ab\0cd"), AS_ESYNTAX, 0, 0, 0, 0, 8},
    {"NUL in a number", S("3\0 1 1 abcd"), AS_ESYNTAX, 0, 0, 0, 0, 0},
    {"an 8-bit octet", S("3 1 1 ab\xff"), AS_ESYNTAX, 0, 0, 0, 0, 8},
};

static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct as_tlsa *t = NULL;
		struct as_why why = {0};
		t_case("%s", rows[i].name);
		T_INT(as_tlsa_parse(arena, rows[i].txt, &t, &why), rows[i].err);
		if (rows[i].err != AS_OK) {
			T_INT(why.at, rows[i].at);
			T_OK(t == NULL && why.text[0] != 0);
			continue;
		}
		if (!T_OK(t != NULL))
			continue;
		T_INT(t->rr.usage, rows[i].usage);
		T_INT(t->rr.selector, rows[i].selector);
		T_INT(t->rr.matching, rows[i].matching);
		T_INT(t->rr.data.n, rows[i].n);
	}
}

static void
test_places(void)
{
	struct as_tlsa *t = NULL;
	enum as_tlsa_part part = AS_TLSA_USAGE;

	t_case("octets and places");
	T_INT(as_tlsa_parse(arena, AS_STR(" 3 0  1  aB 01"), &t, NULL), AS_OK);
	T_STR(t->rr.data, "\xab\x01");
	T_INT(t->at[AS_TLSA_USAGE], 1);
	T_INT(t->at[AS_TLSA_SELECTOR], 3);
	T_INT(t->at[AS_TLSA_MATCHING], 6);
	T_INT(t->at[AS_TLSA_DATA], 9);
	T_OK(as_dane_fault(&t->rr, &part) != NULL);
	T_INT(part, AS_TLSA_DATA);
}

static void
test_faults(void)
{
	static const struct {
		struct as_str txt;
		enum as_tlsa_part part;
	} bad[] = {
	    {S("0 1 1 " DIGEST), AS_TLSA_USAGE},
	    {S("1 1 1 " DIGEST), AS_TLSA_USAGE},
	    {S("4 1 1 " DIGEST), AS_TLSA_USAGE},
	    {S("3 2 1 " DIGEST), AS_TLSA_SELECTOR},
	    {S("3 1 3 " DIGEST), AS_TLSA_MATCHING},
	    {S("3 1 2 " DIGEST), AS_TLSA_DATA},
	    {S("3 1 0 " DIGEST), AS_TLSA_DATA},
	    {S("3 0 0 " DIGEST), AS_TLSA_DATA},
	};
	enum as_tlsa_part part = AS_TLSA_DATA;
	struct as_tlsa *t = NULL;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		t_case("unusable: %.7s", bad[i].txt.p);
		T_INT(as_tlsa_parse(arena, bad[i].txt, &t, NULL), AS_OK);
		T_OK(as_dane_fault(&t->rr, &part) != NULL);
		T_INT(part, bad[i].part);
	}
	t_case("usable");
	T_INT(as_tlsa_parse(arena, AS_STR("3 1 1 " DIGEST), &t, NULL), AS_OK);
	T_OK(as_dane_fault(&t->rr, &part) == NULL);
}

static void
test_reading(void)
{
	struct as_tlsa *t = NULL;
	struct as_reading rd;
	struct as_why why = {0};

	t_case("all faults at once");
	T_INT(as_reading_init(&rd, arena), AS_OK);
	T_INT(as_tlsa_read(arena, AS_STR("300 x 1 0g"), &rd, &t, &why),
	    AS_ESYNTAX);
	T_INT(rd.n_faults, 3);
	T_INT(rd.faults[0].at, 0);
	T_INT(rd.faults[1].at, 4);
	T_INT(rd.faults[2].at, 9);
	T_INT(why.at, 0);
	T_OK(t != NULL && t->has[AS_TLSA_MATCHING] && !t->has[AS_TLSA_USAGE]);
	t_case("what is missing is told once");
	T_INT(as_reading_init(&rd, arena), AS_OK);
	T_INT(as_tlsa_read(arena, AS_STR("3"), &rd, &t, NULL), AS_ESYNTAX);
	T_INT(rd.n_faults, 1);
}

static void
test_memory(void)
{
	struct as_arena *small = as_arena_new(64);
	struct as_tlsa *t = NULL;

	t_case("no memory");
	T_INT(as_tlsa_parse(small, AS_STR("3 1 1 00"), &t, NULL), AS_ENOMEM);
	as_arena_free(small);
}

int
main(void)
{
	arena = as_arena_new((size_t)1024 * 1024);
	test_rows();
	test_places();
	test_faults();
	test_reading();
	test_memory();
	as_arena_free(arena);
	return t_done();
}
