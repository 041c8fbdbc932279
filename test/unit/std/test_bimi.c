#include "std/bimi.h"

#include "base/limits.h"
#include "harness.h"

/* Octets in a table, NUL allowed. */
#define S(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

static struct as_arena *arena;

static const struct {
	const char *name;
	struct as_str txt;
	enum as_err err;
	const char *l, *a; /* with AS_OK */
	size_t at;         /* with an error */
	size_t notes;      /* kept when read for people */
} rows[] = {
    {"logo and evidence",
	S("v=BIMI1; l=https://b.example/l.svg; a=https://b.example/v.pem"),
	AS_OK, "https://b.example/l.svg", "https://b.example/v.pem", 0, 0},
    {"a logo alone", S("v=BIMI1;l=https://b.example/l.svgz;"), AS_OK,
	"https://b.example/l.svgz", "", 0, 0},
    {"white space", S("v = BIMI1 ; l = https://b.example/l.svg"), AS_OK,
	"https://b.example/l.svg", "", 0, 0},
    {"declined", S("v=BIMI1; l=; a=;"), AS_OK, "", "", 0, 0},
    {"a query", S("v=BIMI1; l=https://b.example/l.SVG?x=.png"), AS_OK,
	"https://b.example/l.SVG?x=.png", "", 0, 0},
    {"an unknown tag", S("v=BIMI1; l=; x=1"), AS_OK, "", "", 0, 0},
    {"preference and prefixes", S("v=BIMI1; l=; avp=Brand; lps=news,brand-x"),
	AS_OK, "", "", 0, 0},
    {"a bad preference", S("v=BIMI1; l=; avp=other"), AS_OK, "", "", 0, 1},
    {"bad prefixes", S("v=BIMI1; l=; lps=a_b,,c"), AS_OK, "", "", 0, 2},
    {"a logo that is no SVG", S("v=BIMI1; l=https://b.example/l.png"), AS_OK,
	"https://b.example/l.png", "", 0, 1},
    {"nothing", S(""), AS_EVERSION, NULL, NULL, 0, 0},
    {"another version", S("v=BIMI2; l="), AS_EVERSION, NULL, NULL, 0, 0},
    {"version in lower case", S("v=bimi1; l="), AS_EVERSION, NULL, NULL, 0, 0},
    {"white space before it", S(" v=BIMI1; l="), AS_EVERSION, NULL, NULL, 0, 0},
    {"v is not first", S("l=; v=BIMI1"), AS_EVERSION, NULL, NULL, 0, 0},
    {"no l", S("v=BIMI1; a=;"), AS_ESYNTAX, NULL, NULL, 12, 0},
    {"the version alone", S("v=BIMI1"), AS_ESYNTAX, NULL, NULL, 7, 0},
    {"L in upper case is another tag", S("v=BIMI1; L="), AS_ESYNTAX, NULL, NULL,
	11, 0},
    {"http:", S("v=BIMI1; l=http://b.example/l.svg"), AS_ESYNTAX, NULL, NULL,
	11, 0},
    {"a word for evidence", S("v=BIMI1; l=; a=self"), AS_ESYNTAX, NULL, NULL,
	15, 0},
    {"two logos", S("v=BIMI1; l=https://b.example/l.svg,https://c.example/"),
	AS_ESYNTAX, NULL, NULL, 34, 0},
    {"a tag twice", S("v=BIMI1; l=; l="), AS_ESYNTAX, NULL, NULL, 13, 0},
    {"a second version", S("v=BIMI1; l=; v=BIMI1"), AS_ESYNTAX, NULL, NULL, 13,
	0},
    {"a tag without =", S("v=BIMI1; l=; x"), AS_ESYNTAX, NULL, NULL, 13, 0},
    {"nothing between semicolons", S("v=BIMI1;; l="), AS_ESYNTAX, NULL, NULL, 8,
	0},
    {"NUL in a location", S("v=BIMI1; l=https://b.\0example/l.svg"), AS_ESYNTAX,
	NULL, NULL, 21, 0},
};

/* BIMI-1 */
static void
test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct as_bimi *b = NULL;
		struct as_reading rd;
		struct as_why why = {0};
		t_case("%s", rows[i].name);
		T_INT(as_bimi_parse(arena, rows[i].txt, &b, &why), rows[i].err);
		T_INT(
		    as_bimi_is_record(rows[i].txt), rows[i].err != AS_EVERSION);
		if (rows[i].err != AS_OK) {
			T_INT(why.at, rows[i].at);
			T_OK(b == NULL && why.text[0] != 0);
			continue;
		}
		if (!T_OK(b != NULL))
			continue;
		T_STR(b->l, rows[i].l);
		T_STR(b->a, rows[i].a);
		T_INT(b->declined, rows[i].l[0] == 0 && rows[i].a[0] == 0);
		T_INT(as_reading_init(&rd, arena), AS_OK);
		T_INT(as_bimi_read(arena, rows[i].txt, &rd, &b, NULL), AS_OK);
		T_INT(rd.n_faults, rows[i].notes);
	}
}

static void
test_prefixes(void)
{
	static char txt[AS_MAX_TXT_OCTETS];
	struct as_bimi *b = NULL;
	size_t n = (size_t)snprintf(txt, sizeof(txt), "v=BIMI1;l=;lps=a");

	t_case("prefixes");
	T_INT(as_bimi_parse(arena, AS_STR("v=BIMI1;l=;lps= a , b-2"), &b, NULL),
	    AS_OK);
	T_INT(b->n_lps, 2);
	T_STR(b->lps[1], "b-2");
	t_case("as many prefixes as are allowed, and one more");
	for (size_t i = 1; i < AS_MAX_RECORD_TAGS; i++)
		n += (size_t)snprintf(txt + n, sizeof(txt) - n, ",a");
	T_INT(as_bimi_parse(arena, (struct as_str){txt, n}, &b, NULL), AS_OK);
	T_INT(b->n_lps, AS_MAX_RECORD_TAGS);
	n += (size_t)snprintf(txt + n, sizeof(txt) - n, ",a");
	T_INT(
	    as_bimi_parse(arena, (struct as_str){txt, n}, &b, NULL), AS_ELIMIT);
}

static void
test_memory(void)
{
	struct as_arena *small = as_arena_new(64);
	struct as_bimi *b = NULL;

	t_case("no memory");
	T_INT(as_bimi_parse(small, AS_STR("v=BIMI1; l="), &b, NULL), AS_ENOMEM);
	as_arena_free(small);
}

int
main(void)
{
	arena = as_arena_new((size_t)1024 * 1024);
	test_rows();
	test_prefixes();
	test_memory();
	as_arena_free(arena);
	return t_done();
}
