#include "net/zone.h"

#include <ldns/ldns.h>

#include "base/limits.h"
#include "harness.h"

static const char whole_text[] =
    "$ORIGIN example.com.\n"
    "$TTL 300\n"
    "@ IN SOA ns hostmaster 1 2 3 4 5\n"
    "  IN NS ns\n"
    "  IN MX 10 MAIL\n"
    "  IN MX 20 backup.example.net.\n"
    "  IN TXT \"v=spf1 \" \"-all\"\n"
    "ns IN A 192.0.2.1\n"
    "mail 60 IN A 192.0.2.2\n"
    "mail IN A 192.0.2.3\n"
    "mail IN A 192.0.2.2 ; twice\n"
    "alias IN CNAME www\n"
    "www IN CNAME web.sub.deep\n"
    "web.sub.deep IN A 192.0.2.4\n"
    "out IN CNAME elsewhere.example.net.\n"
    "gone IN CNAME nothing\n"
    "loop1 IN CNAME loop2\n"
    "loop2 IN CNAME loop1\n"
    "*.wild IN TXT wild\n"
    "*.wild IN MX 5 mail\n"
    "there.wild IN A 192.0.2.5\n"
    "*.cwild IN CNAME mail\n"
    "child IN NS ns.child\n"
    "child IN DS 1 13 2 (\n"
    "  0000000000000000000000000000000000000000000000000000000000000000 )\n"
    "ns.child IN A 192.0.2.6\n"
    "moved IN DNAME there.example.net.\n"
    "inside IN DNAME deep\n"
    "a\\.b IN TXT dotted\n"
    "\\000x IN TXT nul\n"
    "$ORIGIN low\n"
    "x IN TXT relative-origin\n";

enum { A = 1, NS = 2, CNAME = 5, SOA = 6, MX = 15, TXT = 16, DS = 43 };

/* What ldns, which did not write it, reads in the packet: "RCODE: " and the
 * answer's records without TTL and class, "|" between. */
static void
show(const struct as_buf *packet, struct as_buf *out)
{
	ldns_pkt *pkt = NULL;
	ldns_rr_list *rrs;

	if (ldns_wire2pkt(&pkt, (const uint8_t *)packet->p, packet->n) !=
	    LDNS_STATUS_OK) {
		as_buf_puts(out, "damaged");
		return;
	}
	as_buf_printf(out, "%u:", (unsigned)ldns_pkt_get_rcode(pkt));
	rrs = ldns_pkt_answer(pkt);
	for (size_t i = 0; i < ldns_rr_list_rr_count(rrs); i++) {
		ldns_rr *rr = ldns_rr_list_rr(rrs, i);
		char *owner = ldns_rdf2str(ldns_rr_owner(rr));
		char *type = ldns_rr_type2str(ldns_rr_get_type(rr));

		as_buf_printf(out, "%s%s %s", i > 0 ? "|" : " ", owner, type);
		free(owner);
		free(type);
		for (size_t j = 0; j < ldns_rr_rd_count(rr); j++) {
			char *rd = ldns_rdf2str(ldns_rr_rdf(rr, j));

			as_buf_printf(out, " %s", rd);
			free(rd);
		}
	}
	ldns_pkt_free(pkt);
}

struct ask {
	struct as_buf packet, text;
	struct as_str apex, leaves;
	enum as_zone_answer answer;
};

static struct as_str
find(struct as_zones *z, struct ask *k, const char *name, uint16_t type)
{
	as_buf_reset(&k->text);
	k->answer = as_zones_find(
	    z, as_str_from(name), type, &k->packet, &k->apex, &k->leaves);
	if (k->answer == AS_ZONE_NOT_OURS)
		return AS_STR("net");
	if (k->answer == AS_ZONE_BROKEN)
		return AS_STR("broken");
	show(&k->packet, &k->text);
	if (k->answer == AS_ZONE_LEAVES)
		as_buf_printf(
		    &k->text, " -> " AS_STR_FMT, AS_STR_ARG(k->leaves));
	return as_buf_str(&k->text);
}

static struct ask
ask_new(void)
{
	struct ask k = {.answer = AS_ZONE_NOT_OURS};

	as_buf_init(&k.packet, AS_MAX_DNS_MESSAGE_OCTETS);
	as_buf_init(&k.text, 100000);
	return k;
}

static void
ask_free(struct ask *k)
{
	as_buf_fini(&k->packet);
	as_buf_fini(&k->text);
}

struct row {
	const char *what, *name;
	uint16_t type;
	const char *want;
};

static const struct row whole_rows[] = {
    {"data at the apex, names whole, lower case", "example.com", MX,
	"0: example.com. MX 10 mail.example.com.|"
	"example.com. MX 20 backup.example.net."},
    {"strings stay apart", "example.com", TXT,
	"0: example.com. TXT \"v=spf1 \" \"-all\""},
    {"upper case and a final dot in the question", "MAIL.Example.COM.", A,
	"0: mail.example.com. A 192.0.2.2|mail.example.com. A 192.0.2.3"},
    {"no data", "mail.example.com", TXT, "0:"},
    {"no such name", "absent.example.com", A, "3:"},
    {"an empty non-terminal has no data", "deep.example.com", A, "0:"},
    {"a deeper empty non-terminal too", "sub.deep.example.com", TXT, "0:"},
    {"a CNAME chain to its end", "alias.example.com", A,
	"0: alias.example.com. CNAME www.example.com.|"
	"www.example.com. CNAME web.sub.deep.example.com.|"
	"web.sub.deep.example.com. A 192.0.2.4"},
    {"the CNAME itself", "alias.example.com", CNAME,
	"0: alias.example.com. CNAME www.example.com."},
    {"a chain to nothing", "gone.example.com", A,
	"3: gone.example.com. CNAME nothing.example.com."},
    {"a chain to no data", "alias.example.com", TXT,
	"0: alias.example.com. CNAME www.example.com.|"
	"www.example.com. CNAME web.sub.deep.example.com."},
    {"a chain that leaves", "out.example.com", A,
	"0: out.example.com. CNAME elsewhere.example.net."
	" -> elsewhere.example.net"},
    {"a loop", "loop1.example.com", A, "broken"},
    {"a wildcard", "any.wild.example.com", TXT,
	"0: any.wild.example.com. TXT \"wild\""},
    {"a wildcard many labels deep", "a.b.c.wild.example.com", MX,
	"0: a.b.c.wild.example.com. MX 5 mail.example.com."},
    {"a wildcard without the type", "any.wild.example.com", A, "0:"},
    {"a name that is there shuts the wildcard out", "there.wild.example.com",
	TXT, "0:"},
    {"below it as well", "x.there.wild.example.com", TXT, "3:"},
    {"the wildcard's parent has no data", "wild.example.com", TXT, "0:"},
    {"a wildcard CNAME", "z.cwild.example.com", A,
	"0: z.cwild.example.com. CNAME mail.example.com.|"
	"mail.example.com. A 192.0.2.2|mail.example.com. A 192.0.2.3"},
    {"a delegation is the child's", "child.example.com", NS, "net"},
    {"below a delegation", "www.child.example.com", A, "net"},
    {"glue is no answer", "ns.child.example.com", A, "net"},
    {"the DS of the child is the parent's", "child.example.com", DS,
	"0: child.example.com. DS 1 13 2 00000000000000000000000000000000"
	"00000000000000000000000000000000"},
    {"the DS of the apex is not here", "example.com", DS, "net"},
    {"a DNAME renames what is below", "a.b.moved.example.com", A,
	"0: a.b.moved.example.com. CNAME a.b.there.example.net."
	" -> a.b.there.example.net"},
    {"a DNAME inside the zone", "web.sub.inside.example.com", A,
	"0: web.sub.inside.example.com. CNAME web.sub.deep.example.com.|"
	"web.sub.deep.example.com. A 192.0.2.4"},
    {"a DNAME leaves its own name alone", "moved.example.com", A, "0:"},
    {"a dot inside a label", "a\\046b.example.com", TXT,
	"0: a\\.b.example.com. TXT \"dotted\""},
    {"is not two labels", "a.b.example.com", TXT, "3:"},
    {"an octet 0 in a label", "\\000x.example.com", TXT,
	"0: \\000x.example.com. TXT \"nul\""},
    {"$ORIGIN without a final dot", "x.low.example.com", TXT,
	"0: x.low.example.com. TXT \"relative-origin\""},
    {"another zone", "example.net", A, "net"},
    {"a name that only ends alike", "notexample.com", A, "net"},
    {"the parent", "com", NS, "net"},
    {"the root", ".", NS, "net"},
    {"not a name", "a..example.com", A, "net"},
    {"a label of 64",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	"aaaaaaaaa.example.com",
	A, "net"},
};

static void
run_rows(struct as_zones *z, const struct row *rows, size_t n)
{
	struct ask k = ask_new();

	for (size_t i = 0; i < n; i++) {
		t_case("%s", rows[i].what);
		T_STR(find(z, &k, rows[i].name, rows[i].type), rows[i].want);
	}
	ask_free(&k);
}

static void
test_whole(void)
{
	struct as_zones *z = as_zones_new();
	struct ask k = ask_new();
	struct as_why why = {.code = AS_OK};

	t_case("a whole zone is read");
	T_INT(
	    as_zones_add(z, as_str_from(whole_text), AS_STR_NULL, &why), AS_OK);
	run_rows(z, whole_rows, sizeof(whole_rows) / sizeof(whole_rows[0]));

	t_case("the apex is named");
	(void)find(z, &k, "mail.example.com", A);
	T_STR(k.apex, "example.com");

	t_case("the same zone twice is refused");
	T_INT(as_zones_add(z, as_str_from(whole_text), AS_STR_NULL, &why),
	    AS_ESYNTAX);
	T_STR(as_str_from(why.text), "the zone example.com is here already");
	ask_free(&k);
	as_zones_free(z);
}

static void
test_fragment(void)
{
	static const char text[] = "_dmarc TXT \"v=DMARC1; p=reject\"\n"
				   "www CNAME x.example.net.\n"
				   "*.w TXT star\n";
	static const struct row rows[] = {
	    {"an RRset of a fragment", "_dmarc.example.org", TXT,
		"0: _dmarc.example.org. TXT \"v=DMARC1; p=reject\""},
	    {"another type is the net's", "_dmarc.example.org", MX, "net"},
	    {"another name is the net's", "example.org", TXT, "net"},
	    {"a CNAME answers any type", "www.example.org", TXT,
		"0: www.example.org. CNAME x.example.net. -> x.example.net"},
	    {"a wildcard of a fragment stands for itself", "a.w.example.org",
		TXT, "net"},
	};
	struct as_zones *z = as_zones_new();
	struct ask k = ask_new();

	t_case("a fragment is read with an origin");
	T_INT(as_zones_add(z, as_str_from(text), AS_STR("Example.ORG"), NULL),
	    AS_OK);
	run_rows(z, rows, sizeof(rows) / sizeof(rows[0]));

	t_case("a fragment has no apex");
	(void)find(z, &k, "_dmarc.example.org", TXT);
	T_STR(k.apex, "");
	ask_free(&k);
	as_zones_free(z);
}

static void
test_several(void)
{
	static const char child[] =
	    "child.example.com. SOA a. b. 1 2 3 4 5\n"
	    "www.child.example.com. A 192.0.2.77\n"
	    "back.child.example.com. CNAME mail.example.com.\n";
	static const char over[] = "mail.example.com. A 198.51.100.1\n";
	static const struct row rows[] = {
	    {"the deepest zone answers", "www.child.example.com", A,
		"0: www.child.example.com. A 192.0.2.77"},
	    {"its DS stays with the parent", "child.example.com", DS,
		"0: child.example.com. DS 1 13 2 "
		"00000000000000000000000000000000"
		"00000000000000000000000000000000"},
	    {"a fragment lies over the zones, along a chain too",
		"back.child.example.com", A,
		"0: back.child.example.com. CNAME mail.example.com.|"
		"mail.example.com. A 198.51.100.1"},
	};
	struct as_zones *z = as_zones_new();

	t_case("three files side by side");
	T_INT(
	    as_zones_add(z, as_str_from(whole_text), AS_STR_NULL, NULL), AS_OK);
	T_INT(as_zones_add(z, as_str_from(child), AS_STR_NULL, NULL), AS_OK);
	T_INT(as_zones_add(z, as_str_from(over), AS_STR_NULL, NULL), AS_OK);
	run_rows(z, rows, sizeof(rows) / sizeof(rows[0]));
	as_zones_free(z);
}

static void
test_refused(void)
{
	static const struct {
		const char *what, *text, *want;
	} rows[] = {
	    {"$INCLUDE", "a. A 192.0.2.1\n$INCLUDE /etc/passwd\n",
		"line 2: $INCLUDE is not followed"},
	    {"$GENERATE", "\n\n$GENERATE 1-9 a$ A 192.0.2.$\n", "line 3: "},
	    {"an address of three parts", "a. A 192.0.2.1\nb. A 192.0.2\n",
		"line 2: "},
	    {"the first line of a record counts",
		"a. A 192.0.2.1\nb. MX (\n\n\n 10 )\n", "line 2: "},
	    {"a record outside its zone",
		"a. SOA a. b. 1 2 3 4 5\n; note\nb. A 192.0.2.1\n",
		"line 3: outside the zone a"},
	    {"CNAME and other data", "a. A 192.0.2.1\na. CNAME b.\n",
		"line 1: a CNAME and other data at one name"},
	    {"two CNAMEs", "a. CNAME b.\na. CNAME c.\n",
		"line 2: a CNAME and other data at one name"},
	    {"a second SOA", "a. SOA a. b. 1 2 3 4 5\na. SOA a. b. 2 2 3 4 5\n",
		"line 2: a second SOA"},
	    {"a class other than IN", "a. CH TXT x\n",
		"line 1: a class other than IN"},
	    {"an unknown type", "a. NOSUCH x\n", "line 1: "},
	    {"nothing", "", "no record in it"},
	    {"comments alone", "; a\n\n   ; b", "no record in it"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct as_zones *z = as_zones_new();
		struct as_why why = {.code = AS_OK};
		struct ask k = ask_new();

		t_case("refused: %s", rows[i].what);
		T_INT(as_zones_add(
			  z, as_str_from(rows[i].text), AS_STR_NULL, &why),
		    AS_ESYNTAX);
		if (!T_OK(
			as_str_has_prefix(as_str_from(why.text), rows[i].want)))
			printf("# got %s\n", why.text);
		T_STR(find(z, &k, "a", A), "net");
		ask_free(&k);
		as_zones_free(z);
	}
	as_zones_free(NULL);
}

/* `count` copies of one line, with its number in it. */
static struct as_str
many(struct as_buf *b, const char *format, unsigned count)
{
	as_buf_reset(b);
	for (unsigned i = 0; i < count; i++)
		as_buf_printf(b, format, i);
	return as_buf_str(b);
}

static void
test_hostile(void)
{
	struct as_zones *z = as_zones_new();
	struct ask k = ask_new();
	struct as_why why = {.code = AS_OK};
	struct as_buf b;

	as_buf_init(&b, AS_MAX_ZONE_OCTETS + 100);
	t_case("an octet 0 in the text");
	T_INT(
	    as_zones_add(z, (struct as_str){"a. A 1\0", 7}, AS_STR_NULL, &why),
	    AS_ESYNTAX);

	t_case("an origin that is no name");
	T_INT(as_zones_add(z, AS_STR("a A 192.0.2.1"), AS_STR(".."), &why),
	    AS_EINVAL);

	t_case("an RRset that fits in no message");
	T_INT(as_zones_add(
		  z, many(&b, "big. TXT \"%0200u\"\n", 400), AS_STR_NULL, &why),
	    AS_OK);
	T_STR(find(z, &k, "big", TXT), "broken");

	t_case("an RRset that just fits");
	T_INT(as_zones_add(z, many(&b, "fits. TXT \"%0200u\"\n", 300),
		  AS_STR_NULL, &why),
	    AS_OK);
	T_INT(find(z, &k, "fits", TXT).n > 60000, 1);

	t_case("a chain of AS_MAX_CNAME_CHAIN is followed, one more is not");
	as_buf_reset(&b);
	for (unsigned i = 0; i <= AS_MAX_CNAME_CHAIN; i++)
		as_buf_printf(&b, "c%u. CNAME c%u.\n", i, i + 1);
	as_buf_printf(
	    &b, "c%u. A 192.0.2.1\n", (unsigned)AS_MAX_CNAME_CHAIN + 1);
	T_INT(as_zones_add(z, as_buf_str(&b), AS_STR_NULL, &why), AS_OK);
	T_STR(find(z, &k, "c0", A), "broken");
	T_INT(find(z, &k, "c1", A).n > 0 && k.answer == AS_ZONE_ANSWER, 1);

	t_case("a DNAME that makes too long a name");
	T_INT(
	    as_zones_add(z,
		AS_STR("d. SOA a. b. 1 2 3 4 5\n"
		       "d. DNAME aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		       ".bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb."
		       "cccccccccccccccccccccccccccccccccccccccccccccccccc.\n"),
		AS_STR_NULL, &why),
	    AS_OK);
	T_STR(find(z, &k,
		  "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee."
		  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff."
		  "d",
		  A),
	    "broken");

	t_case("more octets than a zone file may have");
	as_buf_reset(&b);
	while (b.n <= AS_MAX_ZONE_OCTETS)
		as_buf_puts(&b, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n");
	T_INT(as_zones_add(z, as_buf_str(&b), AS_STR_NULL, &why), AS_ELIMIT);
	as_buf_fini(&b);
	ask_free(&k);
	as_zones_free(z);
}

int
main(void)
{
	test_whole();
	test_fragment();
	test_several();
	test_refused();
	test_hostile();
	return t_done();
}
