#include "std/dmarc.h"

#include "base/buf.h"
#include "base/limits.h"
#include "harness.h"

/* Octets in a table, NUL allowed. */
#define S(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

static struct as_arena *arena;

/* What a record says, as one line: p/sp/np as declared, then as they take
 * effect (own, sub, np), then what differs from the defaults. */
static void
describe(struct as_buf *b, const struct as_dmarc *d)
{
	as_buf_printf(b, "%s/%s/%s", as_dmarc_policy_text(d->p),
	    as_dmarc_policy_text(d->sp), as_dmarc_policy_text(d->np));
	as_buf_printf(b, " -> %s/%s/%s",
	    as_dmarc_policy_text(as_dmarc_own_policy(d)),
	    as_dmarc_policy_text(as_dmarc_sub_policy(d)),
	    as_dmarc_policy_text(as_dmarc_np_policy(d)));
	as_buf_printf(b, "%s%s%s", d->p_invalid ? " p!" : "",
	    d->sp_invalid ? " sp!" : "", d->np_invalid ? " np!" : "");
	as_buf_puts(b, d->testing ? " t" : "");
	if (d->psd != 'u')
		as_buf_printf(b, " psd=%c", d->psd);
	if (d->adkim != 'r')
		as_buf_printf(b, " adkim=%c", d->adkim);
	if (d->aspf != 'r')
		as_buf_printf(b, " aspf=%c", d->aspf);
	if (d->fo.n > 0)
		as_buf_printf(b, " fo=" AS_STR_FMT, AS_STR_ARG(d->fo));
	if (d->has_pct)
		as_buf_printf(b, " pct=%u", d->pct);
	as_buf_printf(
	    b, "%s%s", d->has_rf ? " rf" : "", d->has_ri ? " ri" : "");
}

static const struct {
	const char *name;
	struct as_str txt;
	const char *want;
	size_t notes;
	size_t note_at; /* of the first */
} good[] = {
    {"RFC 9989 B.2.1: monitoring",
	S("v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com"),
	"none/absent/absent -> none/none/none", 0, 0},
    {"RFC 9989 B.2.5: testing quarantine",
	S("v=DMARC1; p=quarantine; rua=mailto:dmarc-feedback@example.com,"
	  "mailto:tld-test@thirdparty.example.net; t=y"),
	"quarantine/absent/absent -> quarantine/quarantine/quarantine t", 0, 0},
    {"all tags",
	S("v=DMARC1;p=reject;sp=quarantine;np=none;adkim=s;aspf=s;psd=n;fo=1:d;"
	  "t=n;"),
	"reject/quarantine/none -> reject/quarantine/none psd=n adkim=s aspf=s "
	"fo=1:d",
	0, 0},
    {"tags and values in upper case",
	S("V=DMARC1; P=REJECT; SP=None; ADKIM=S; PSD=Y; T=Y"),
	"reject/none/absent -> reject/none/none t psd=y adkim=s", 0, 0},
    {"white space around = and ;", S("v = DMARC1 \t;\t p\t=\treject ; "),
	"reject/absent/absent -> reject/reject/reject", 0, 0},
    {"p need not be second", S("v=DMARC1; t=n; p=reject"),
	"reject/absent/absent -> reject/reject/reject", 0, 0},
    {"sp alone falls through to np", S("v=DMARC1; p=none; sp=reject"),
	"none/reject/absent -> none/reject/reject", 0, 0},
    {"np alone", S("v=DMARC1; p=none; np=reject"),
	"none/absent/reject -> none/none/reject", 0, 0},
    {"the version alone", S("v=DMARC1"),
	"absent/absent/absent -> absent/absent/absent", 0, 0},
    {"no p, a usable rua", S("v=DMARC1; rua=mailto:a@b.example"),
	"absent/absent/absent -> none/none/none", 0, 0},
    {"no p, an rua that is not usable", S("v=DMARC1; rua=https://b.example/"),
	"absent/absent/absent -> absent/absent/absent", 1, 14},
    {"p unknown, a usable rua",
	S("v=DMARC1; p=block; sp=reject; rua=mailto:a@b.example"),
	"absent/reject/absent -> none/none/none p!", 1, 12},
    {"p unknown, no rua", S("v=DMARC1; p=monitor"),
	"absent/absent/absent -> absent/absent/absent p!", 1, 12},
    {"p empty", S("v=DMARC1; p=; t=n"),
	"absent/absent/absent -> absent/absent/absent p!", 2, 12},
    {"sp unknown spoils a good p", S("v=DMARC1; p=reject; sp=x"),
	"reject/absent/absent -> absent/absent/absent sp!", 1, 23},
    {"np unknown, a usable rua",
	S("v=DMARC1; p=reject; np=x; rua=mailto:a@b.example"),
	"reject/absent/absent -> none/none/none np!", 1, 23},
    {"letters out of range", S("v=DMARC1; p=none; t=1; psd=x; adkim=; aspf=rr"),
	"none/absent/absent -> none/none/none", 5, 20},
    {"historic tags", S("v=DMARC1; p=reject; pct=50; rf=afrf; ri=86400"),
	"reject/absent/absent -> reject/reject/reject pct=50 rf ri", 0, 0},
    {"pct out of range", S("v=DMARC1; p=reject; pct=101"),
	"reject/absent/absent -> reject/reject/reject pct=100", 1, 24},
    {"pct no number", S("v=DMARC1; p=reject; pct=50%"),
	"reject/absent/absent -> reject/reject/reject pct=100", 1, 24},
    {"pct 0", S("v=DMARC1; p=reject; pct=0"),
	"reject/absent/absent -> reject/reject/reject pct=0", 0, 0},
    {"unknown tags", S("v=DMARC1; p=none; policy=reject; x=y"),
	"none/absent/absent -> none/none/none", 2, 18},
    {"fo d:s", S("v=DMARC1; p=none; fo=D : s"),
	"none/absent/absent -> none/none/none fo=D : s", 0, 0},
    {"fo d:0:s", S("v=DMARC1; p=none; fo=d:0:s"),
	"none/absent/absent -> none/none/none fo=d:0:s", 0, 0},
    {"fo 0:1", S("v=DMARC1; p=none; fo=0:1"),
	"none/absent/absent -> none/none/none", 1, 21},
    {"fo d:d", S("v=DMARC1; p=none; fo=d:d"),
	"none/absent/absent -> none/none/none", 1, 21},
    {"fo 1:", S("v=DMARC1; p=none; fo=1:"),
	"none/absent/absent -> none/none/none", 1, 21},
    {"empty tags", S("v=DMARC1;; ; p=none;;"),
	"none/absent/absent -> none/none/none", 3, 9},
    {"a tag without =", S("v=DMARC1; p=none; reject"),
	"none/absent/absent -> none/none/none", 1, 18},
    {"a comma where a semicolon belongs", S("v=DMARC1; p=none, sp=none"),
	"absent/absent/absent -> absent/absent/absent p!", 1, 12},
    {"a tag name with a digit", S("v=DMARC1; p=none; p2=reject"),
	"none/absent/absent -> none/none/none", 1, 18},
    {"no tag name", S("v=DMARC1; p=none; =reject"),
	"none/absent/absent -> none/none/none", 1, 18},
    {"NUL in a value", S("v=DMARC1; p=rej\0ect"),
	"absent/absent/absent -> absent/absent/absent", 1, 10},
    {"8-bit octets in a value", S("v=DMARC1; p=none; rua=mailto:\xc3\xa4@b.c"),
	"none/absent/absent -> none/none/none", 1, 18},
    {"typographic quotes", S("v=DMARC1; p=\xe2\x80\x9cnone\xe2\x80\x9d"),
	"absent/absent/absent -> absent/absent/absent", 1, 10},
};

/* DMARC-1, DMARC-2, DMARC-5, DMARC-7, DMARC-9 */
static void
test_good(void)
{
	struct as_buf b;

	as_buf_init(&b, 4096);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct as_dmarc *d = NULL;

		t_case("record: %s", good[i].name);
		T_OK(as_dmarc_is_like(good[i].txt));
		if (!T_INT(as_dmarc_parse(arena, good[i].txt, &d, NULL), AS_OK))
			continue;
		as_buf_reset(&b);
		describe(&b, d);
		T_STR(as_buf_str(&b), good[i].want);
		T_INT(d->n_notes, good[i].notes);
		if (d->n_notes > 0)
			T_INT(d->notes[0].at, good[i].note_at);
		T_OK(as_str_eq(d->text, good[i].txt));
	}
	as_buf_fini(&b);
}

static const struct {
	const char *name;
	struct as_str txt;
	enum as_err err;
	size_t at;
	bool like;
} bad[] = {
    {"nothing", S(""), AS_EVERSION, 0, false},
    {"an SPF record", S("v=spf1 -all"), AS_EVERSION, 2, false},
    {"version in lower case", S("v=dmarc1; p=none"), AS_EVERSION, 2, true},
    {"version 2", S("v=DMARC2; p=none"), AS_EVERSION, 2, false},
    {"version 10", S("v=DMARC10; p=none"), AS_EVERSION, 8, true},
    {"no semicolon behind the version", S("v=DMARC1 p=none"), AS_EVERSION, 8,
	true},
    {"a colon behind the version", S("v=DMARC1: p=none"), AS_EVERSION, 8, true},
    {"NUL behind the version", S("v=DMARC1\0; p=none"), AS_EVERSION, 8, true},
    {"white space first", S(" v=DMARC1; p=none"), AS_EVERSION, 0, true},
    {"a quotation mark first", S("\"v=DMARC1; p=none\""), AS_EVERSION, 0,
	false},
    {"v is not first", S("p=none; v=DMARC1"), AS_EVERSION, 0, false},
    {"an empty tag first", S("; v=DMARC1; p=none"), AS_EVERSION, 0, false},
    {"v without a value", S("v; p=none"), AS_EVERSION, 0, false},
    {"p occurs twice", S("v=DMARC1; p=none; p=reject"), AS_ESYNTAX, 18, true},
    {"P and p", S("v=DMARC1; P=none; p=none"), AS_ESYNTAX, 18, true},
    {"an unknown tag occurs twice", S("v=DMARC1; x=1; p=none; x=1"), AS_ESYNTAX,
	23, true},
    {"v occurs twice", S("v=DMARC1; v=DMARC1; p=none"), AS_ESYNTAX, 10, true},
};

/* DMARC-1 */
static void
test_bad(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct as_dmarc *d = NULL;
		struct as_why why = {0};

		t_case("refused: %s", bad[i].name);
		T_INT(as_dmarc_parse(arena, bad[i].txt, &d, &why), bad[i].err);
		T_OK(d == NULL);
		T_INT(why.code, bad[i].err);
		T_INT(why.at, bad[i].at);
		T_OK(strncmp(why.text, "RFC ", 4) == 0);
		T_INT(as_dmarc_is_like(bad[i].txt), bad[i].like);
	}
}

/* One rua item: what is left of it. */
static const struct {
	const char *name;
	struct as_str item;
	const char *text, *host;
	bool usable, has_size;
	size_t notes;
} uris[] = {
    {"plain", S("mailto:a@Example.COM"), "mailto:a@Example.COM", "example.com",
	true, false, 0},
    {"scheme in upper case", S("MAILTO:a@b.example"), "MAILTO:a@b.example",
	"b.example", true, false, 0},
    {"header fields", S("mailto:a@b.example?subject=x@y"),
	"mailto:a@b.example?subject=x@y", "b.example", true, false, 0},
    {"encoded comma and mark", S("mailto:a%2Cb%21@b.example"),
	"mailto:a%2Cb%21@b.example", "b.example", true, false, 0},
    {"a size", S("mailto:a@b.example!10m"), "mailto:a@b.example", "b.example",
	true, true, 1},
    {"a size without unit", S("mailto:a@b.example!50"), "mailto:a@b.example",
	"b.example", true, true, 1},
    {"a size of another unit", S("mailto:a@b.example!10x"),
	"mailto:a@b.example!10x", "", false, false, 1},
    {"a size without digits", S("mailto:a@b.example!m"), "mailto:a@b.example!m",
	"", false, false, 1},
    {"a mark in the local part", S("mailto:a!b@b.example"),
	"mailto:a!b@b.example", "", false, false, 1},
    {"no scheme", S("a@b.example"), "a@b.example", "", false, false, 1},
    {"white space behind the scheme", S("mailto: a@b.example"),
	"mailto: a@b.example", "", false, false, 1},
    {"https", S("https://b.example/r"), "https://b.example/r", "", false, false,
	1},
    {"an unknown scheme", S("x:y"), "x:y", "", false, false, 1},
    {"no host", S("mailto:a@"), "mailto:a@", "", false, false, 1},
    {"no local part", S("mailto:@b.example"), "mailto:@b.example", "", false,
	false, 1},
    {"an address literal", S("mailto:a@[192.0.2.1]"), "mailto:a@[192.0.2.1]",
	"", false, false, 1},
    {"two dots in the host", S("mailto:a@b..example"), "mailto:a@b..example",
	"", false, false, 1},
    {"the root as host", S("mailto:a@."), "mailto:a@.", "", false, false, 1},
    {"two addresses", S("mailto:a@b.example@c.example"),
	"mailto:a@b.example@c.example", "", false, false, 1},
    {"size alone", S("!10m"), "", "", false, true, 2},
};

/* DMARC-8 */
static void
test_uris(void)
{
	for (size_t i = 0; i < sizeof(uris) / sizeof(*uris); i++) {
		struct as_str txt = as_str_printf(arena,
		    "v=DMARC1; p=none; rua= " AS_STR_FMT
		    " ; ruf=mailto:f@b.example",
		    AS_STR_ARG(uris[i].item));
		struct as_dmarc *d = NULL;

		t_case("uri: %s", uris[i].name);
		T_INT(as_dmarc_parse(arena, txt, &d, NULL), AS_OK);
		if (!T_INT(d != NULL ? d->n_rua : 0, 1))
			continue;
		T_STR(d->rua[0].text, uris[i].text);
		T_STR(d->rua[0].host, uris[i].host);
		T_INT(d->rua[0].usable, uris[i].usable);
		T_INT(d->rua[0].has_size, uris[i].has_size);
		T_INT(d->n_notes, uris[i].notes);
		T_INT(d->n_ruf, 1);
	}
}

static void
test_uri_list(void)
{
	struct as_dmarc *d = NULL;

	t_case("uri: a list with an empty item, and places");
	T_INT(as_dmarc_parse(arena,
		  AS_STR("v=DMARC1; rua=mailto:a@b.example,,\tx@y , "
			 "mailto:c@d.example"),
		  &d, NULL),
	    AS_OK);
	if (!T_INT(d != NULL ? d->n_rua : 0, 3))
		return;
	T_STR(d->rua[2].host, "d.example");
	T_INT(d->n_notes, 2);
	T_INT(d->notes[0].at, 33);
	T_INT(d->notes[1].at, 35);
	T_STR(d->notes[1].tag, "rua");
}

static size_t
repeat(char *txt, size_t n, size_t size, const char *what)
{
	size_t len = strlen(what);

	for (; n + len < size; n += len)
		memcpy(txt + n, what, len);
	return n;
}

static void
test_limits(void)
{
	static char txt[AS_MAX_TXT_OCTETS];
	size_t head =
	    (size_t)snprintf(txt, sizeof(txt), "%s", "v=DMARC1;p=reject;");
	struct as_dmarc *d = NULL;
	struct as_why why = {0};
	size_t n;

	t_case("limits: thousands of empty tags");
	n = repeat(txt, head, sizeof(txt), ";");
	T_INT(as_dmarc_parse(arena, (struct as_str){txt, n}, &d, NULL), AS_OK);
	T_INT(d != NULL ? d->n_notes : 0, AS_MAX_RECORD_NOTES);
	T_INT(d != NULL ? d->p : 0, AS_DMARC_REJECT);

	t_case("limits: thousands of the same tag");
	n = repeat(txt, head, sizeof(txt), "x=y;");
	T_INT(as_dmarc_parse(arena, (struct as_str){txt, n}, &d, &why),
	    AS_ESYNTAX);

	t_case("limits: more tags than are looked at");
	n = head;
	for (char a = 'a'; a < 'z'; a++)
		for (char b = 'a'; b < 'z'; b++)
			n += (size_t)snprintf(
			    txt + n, sizeof(txt) - n, "x%c%c=1;", a, b);
	T_INT(as_dmarc_parse(arena, (struct as_str){txt, n}, &d, &why),
	    AS_ELIMIT);

	t_case("limits: thousands of URIs");
	n = head + (size_t)snprintf(txt + head, sizeof(txt) - head, "rua=");
	n = repeat(txt, n, sizeof(txt), "mailto:a@b.example,");
	T_INT(as_dmarc_parse(arena, (struct as_str){txt, n}, &d, NULL), AS_OK);
	T_INT(d != NULL ? d->n_rua : 0, AS_MAX_REPORT_URIS);
	T_INT(d != NULL ? d->n_notes : 0, 1);
}

/* Whatever the memory, the answer is the record or AS_ENOMEM. */
static void
test_no_memory(void)
{
	unsigned failed = 0;
	bool worked = false;

	t_case("limits: memory");
	for (size_t cap = 0; cap < 8192; cap += 16) {
		struct as_arena *small = as_arena_new(cap);
		struct as_dmarc *d = NULL;
		enum as_err err = as_dmarc_parse(small,
		    AS_STR("v=DMARC1; x=; rua=mailto:a@b.example!1m"), &d,
		    NULL);
		T_OK(err == AS_OK || err == AS_ENOMEM);
		T_OK((err == AS_OK) == (d != NULL));
		T_OK(!worked || err == AS_OK);
		worked = err == AS_OK;
		failed += err != AS_OK;
		as_arena_free(small);
	}
	T_OK(worked && failed > 0);
}

/* DMARC-6 */
static void
test_applied(void)
{
	struct as_dmarc d = {.testing = false};

	t_case("t=n applies what is declared");
	T_INT(as_dmarc_applied(&d, AS_DMARC_REJECT), AS_DMARC_REJECT);
	t_case("t=y is one step lower");
	d.testing = true;
	T_INT(as_dmarc_applied(&d, AS_DMARC_REJECT), AS_DMARC_QUARANTINE);
	T_INT(as_dmarc_applied(&d, AS_DMARC_QUARANTINE), AS_DMARC_NONE);
	T_INT(as_dmarc_applied(&d, AS_DMARC_NONE), AS_DMARC_NONE);
	T_INT(as_dmarc_applied(&d, AS_DMARC_ABSENT), AS_DMARC_ABSENT);
}

int
main(void)
{
	arena = as_arena_new((size_t)4 * 1024 * 1024);
	test_good();
	test_bad();
	test_uris();
	test_uri_list();
	test_limits();
	test_no_memory();
	test_applied();
	as_arena_free(arena);
	return t_done();
}
