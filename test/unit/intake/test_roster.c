/* Lists of domains as people have them: what is read of each, line by line. */
#include "base/buf.h"
#include "harness.h"
#include "intake/csv.h"
#include "intake/roster.h"

/* What was read, as text: "LINE name(form) key=value ...". */
static struct as_buf trace;

static enum as_err
domain(void *ctx, const struct as_roster_line *l)
{
	const struct as_estate_entry *e = &l->entry;

	(void)ctx;
	as_buf_printf(&trace, "%zu " AS_STR_FMT, l->line, AS_STR_ARG(e->name));
	if (l->form != AS_ROSTER_PLAIN)
		as_buf_printf(&trace, "(%s)", as_roster_form_text(l->form));
	for (int i = 0; i < AS_ESTATE_TEXTS; i++)
		if (!as_str_is_null(e->text[i]))
			as_buf_printf(&trace, " %s=" AS_STR_FMT,
			    as_estate_text_text((enum as_estate_text)i),
			    AS_STR_ARG(e->text[i]));
	for (size_t i = 0; i < e->n_tags; i++)
		as_buf_printf(&trace, " #" AS_STR_FMT, AS_STR_ARG(e->tags[i]));
	as_buf_puts(&trace, "\n");
	return AS_OK;
}

static enum as_err
refused(void *ctx, size_t line, struct as_str typed, const struct as_why *why)
{
	(void)ctx;
	as_buf_printf(&trace, "%zu ! " AS_STR_FMT ": %s\n", line,
	    AS_STR_ARG(typed), why->text);
	return AS_OK;
}

static enum as_err
note(void *ctx, size_t line, struct as_str text)
{
	(void)ctx;
	as_buf_printf(&trace, "%zu - " AS_STR_FMT "\n", line, AS_STR_ARG(text));
	return AS_OK;
}

static enum as_err
read_as(struct as_str octets, struct as_str charset, struct as_why *why)
{
	struct as_roster_sink sink = {NULL, domain, refused, note};

	as_buf_reset(&trace);
	return as_roster_read(octets, charset, &sink, why);
}

#define UTF16_LE \
	"\xff\xfe" \
	"d\0o\0m\0a\0i\0n\0\t\0o\0w\0n\0e\0r\0\n\0" \
	"\xe9\0.\0x\0.\0f\0r\0\t\0A\0\n\0"

#define LIT(s) \
	{ \
		(s), sizeof(s) - 1 \
	}

static const struct {
	const char *name;
	struct as_str octets;
	const char *want;
} cases[] = {
    {"one name a line, in any shape",
	LIT("# our names\nOne.Example.\n\n two.example\t\r\nthree.example"),
	"2 one.example\n4 two.example\n5 three.example\n"},
    {"a mark, semicolons, CR LF, headings of a spreadsheet",
	LIT("\xef\xbb\xbf"
	    "Domain Name;Organization;E-Mail\r\n"
	    "A.example;Treasury, the;it@a.example\r\n"),
	"2 a.example organisation=Treasury, the contact=it@a.example\n"},
    {"Windows-1252, in the name too",
	LIT("domain;owner\nb\xfc"
	    "cher.example;M\xfcller \x80\n"),
	"2 xn--bcher-kva.example owner=M\xc3\xbcller \xe2\x82\xac\n"},
    {"UTF-16", {UTF16_LE, sizeof(UTF16_LE) - 1}, "2 xn--9ca.x.fr owner=A\n"},
    {"UTF-16 without a mark", {&UTF16_LE[2], sizeof(UTF16_LE) - 3},
	"2 xn--9ca.x.fr owner=A\n"},
    {"quoted cells with line breaks, quotes and the delimiter",
	LIT("domain,notes,owner\n"
	    "a.example,\"first, \"\"second\"\"\r\nthird\" ,\"B\"\n"
	    "c.example,,\n"),
	"2 a.example owner=B notes=first, \"second\" third\n"
	"4 c.example owner= notes=\n"},
    {"a quote that is not closed costs its line, not the next ones",
	LIT("domain,owner\na.example,\"Treasury\nb.example,\"Health\"\n"
	    "c.example,\"Interior\"\n"),
	"2 ! : RFC 4180 2: text behind a closing quote: is one missing?\n"
	"3 b.example owner=Health\n4 c.example owner=Interior\n"},
    {"one that is not closed at the end",
	LIT("domain,owner\na.example,\"x\nb.example,y\n"),
	"2 ! : RFC 4180 2: a quoted cell has no end\n3 b.example owner=y\n"},
    {"URLs, mail addresses and wildcards",
	LIT("https://www.a.example:8443/path?x=1,2\n//b.example\n"
	    "mailto:x@c.example?subject=y\n*.d.example\n.e.example\n"
	    "Office <office@f.example>\n@g.example\nhttp://u:p@h.example/\n"
	    "www.i.example\ni.example/path\n"),
	"1 a.example(URL)\n2 b.example(URL)\n3 c.example(mail address)\n"
	"4 d.example(wildcard)\n5 e.example(wildcard)\n"
	"6 f.example(mail address)\n7 g.example(mail address)\n"
	"8 h.example(URL)\n9 www.i.example\n10 i.example(URL)\n"},
    {"what is no domain is refused by its line",
	LIT("domain\n192.0.2.1\nhttp://[2001:db8::1]/\nlocalhost\n"
	    "a..example\n10.0.0.0/8\n-\nb.example\n"),
	"2 ! 192.0.2.1: it is an IP address\n"
	"3 ! http://[2001:db8::1]/: it is an IP address\n"
	"4 ! localhost: a single label is not a whole domain name\n"
	"5 ! a..example: RFC 1035 2.3.1: empty label (two dots, or a dot "
	"first)\n"
	"6 ! 10.0.0.0/8: it is an IP address\n"
	"7 ! -: a single label is not a whole domain name\n"
	"8 b.example\n"},
    {"several names in one cell",
	LIT("Domains,Owner\n\"a.example, b.example\nc.example\",X\n"),
	"2 a.example owner=X\n2 b.example owner=X\n2 c.example owner=X\n"},
    {"a title ahead of the head, and columns that are not known",
	LIT("Our domains;;\n;;\nBudget;Domain;Owner\n7;a.example;B\n"),
	"3 - the column \"Budget\" is left out\n4 a.example owner=B\n"},
    {"without a head the column of domains is found",
	LIT("1,Treasury,a.example\n2,Health,b.example\n"),
	"1 a.example\n2 b.example\n"},
    {"a website is a domain when nothing better is there",
	LIT("Company|Website|Contact e-mail\nA|https://a.example/|x@y.example"
	    "\n"),
	"2 a.example(URL) organisation=A contact=x@y.example\n"},
    {"addresses are domains as the last resort",
	LIT("Name\tE-mail\nA\tx@a.example\n"),
	"1 - the column \"Name\" is left out\n2 a.example(mail address)\n"},
    {"\"sep=\" names the delimiter",
	LIT("sep=|\ndomain|notes\na.example|x, y; z\n"),
	"3 a.example notes=x, y; z\n"},
    {"the delimiter that stands first wins",
	LIT("a.example;Ministry, the\nb.example;Treasury, the\n"),
	"1 a.example\n2 b.example\n"},
    {"roles in people's words, and a column of parked ones",
	LIT("domain,role,parked\na.example,Sends only,\nb.example,,yes\n"
	    "c.example,parked,no\nd.example,,no\ne.example,king,\n"
	    "f.example,,perhaps\n"),
	"2 a.example role=sends-only\n3 b.example role=parked\n"
	"4 c.example role=parked\n5 d.example role=\n"
	"6 ! e.example: \"king\" is no role: full, receives-only, sends-only, "
	"parked or legacy\n"
	"7 ! f.example: \"perhaps\" in the column of parked domains: yes or "
	"no\n"},
    {"tags are sorted, each once",
	LIT("domain,tags\na.example,\"web; critical,web | x\"\n"),
	"2 a.example #critical #web #x\n"},
    {"what a spreadsheet was kept from is itself again; hidden octets go",
	LIT("domain,notes\na.example\xe2\x80\x8b,'=1+1;'-2 '3\n"
	    "b.example\xc2\xa0,x\xe2\x80\xaey\x01\n"),
	"2 a.example notes==1+1;-2 '3\n3 b.example notes=xy\xef\xbf\xbd\n"},
    {"lone CR, and short lines",
	LIT("owner,domain\rX,a.example\rY\rZ,b.example\r"),
	"2 a.example owner=X\n"
	"3 ! Y: 1 cells, and the domain would be in column 2\n"
	"4 b.example owner=Z\n"},
    {"a heading that stands twice counts once",
	LIT("domain,owner,owner\na.example,X,Y\n"),
	"1 - the column \"owner\" is left out\n2 a.example owner=X\n"},
};

static void
test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_why why = {0};

		t_case("%s", cases[i].name);
		T_INT(read_as(cases[i].octets, AS_STR_NULL, &why), AS_OK);
		T_STR(as_buf_str(&trace), cases[i].want);
	}
}

static void
test_faults(void)
{
	struct as_why why = {0};

	t_case("an encoding that is named");
	T_INT(read_as(AS_STR("domain;owner\na.example;\xd0\n"),
		  AS_STR("windows-1251"), &why),
	    AS_OK);
	T_STR(as_buf_str(&trace), "2 a.example owner=\xd0\xa0\n");
	T_INT(read_as(AS_STR("a.example"), AS_STR("klingon"), &why), AS_EINVAL);
	t_case("no domains at all");
	T_INT(read_as(AS_STR("hello\nworld\n"), AS_STR_NULL, &why), AS_ESYNTAX);
	T_STR(as_str_from(why.text), "no column of it holds domain names");
	T_INT(read_as(AS_STR(""), AS_STR_NULL, &why), AS_ESYNTAX);
	t_case("a head without domains is an empty list");
	T_INT(read_as(AS_STR("domain\n"), AS_STR_NULL, &why), AS_OK);
	T_INT(trace.n, 0);
}

/* A line over a cap is refused; memory does not grow with it. */
static void
test_caps(void)
{
	struct as_buf b;
	struct as_why why = {0};

	t_case("caps: a line, its cells, names in one cell");
	as_buf_init(&b, 1 << 20);
	as_buf_puts(&b, "domain,notes\na.example,");
	for (int i = 0; i < 70000; i++)
		as_buf_puts(&b, "x");
	as_buf_puts(&b, "\nb.example,\n");
	for (int i = 0; i < 300; i++)
		as_buf_puts(&b, ",");
	as_buf_puts(&b, "x\n");
	for (int i = 0; i < 70; i++)
		as_buf_printf(&b, "n%d.example ", i);
	T_OK(as_buf_ok(&b));
	T_INT(read_as(as_buf_str(&b), AS_STR_NULL, &why), AS_OK);
	T_OK(as_str_has(as_buf_str(&trace),
	    AS_STR("2 ! : a line of more than 65536 octets\n"
		   "3 b.example notes=\n"
		   "4 ! : more than 256 cells in one line\n"
		   "5 n0.example notes=\n")));
	T_OK(as_str_has(as_buf_str(&trace),
	    AS_STR("5 ! n64.example: more than 64 names in one cell\n")));
	T_OK(!as_str_has(as_buf_str(&trace), AS_STR("n65")));
	as_buf_fini(&b);
}

int
main(void)
{
	as_buf_init(&trace, 1 << 20);
	test_cases();
	test_faults();
	test_caps();
	as_buf_fini(&trace);
	return t_done();
}
