/*
 * The tree of an SPF record, as text and JSON.
 */
#include "render/spf_tree.h"

#include "base/json.h"
#include "harness.h"
#include "std/dns_wire.h"

static struct as_arena *arena;

static const struct {
	const char *name;
	uint16_t type;
	const char *value; /* NULL: SERVFAIL */
} rows[] = {
    {"a.test", AS_RR_TXT,
	"v=spf1 a:host.test a:gone.test include:_spf.google.com "
	"include:none.test include:%{i}.m.test ptr ip4:10.0.0.0/9 "
	"ip4:192.0.0.0/4 -all a:late.test redirect=b.test"},
    {"host.test", AS_RR_A, "198.51.100.1"},
    {"_spf.google.com", AS_RR_TXT, "v=spf1 include:deep.test ~all"},
    {"deep.test", AS_RR_TXT,
	"v=spf1 ip4:20.0.0.0/24 ip4:20.0.1.0/24 ip4:20.0.2.0/24 "
	"ip4:20.0.3.0/24 ip6:2606::/48 mx -all"},
    {"deep.test", AS_RR_MX, NULL},
    {"free.test", AS_RR_TXT, "v=spf1 include:wide.test -all"},
    {"kept.test", AS_RR_TXT, "v=spf1 ?include:wide.test -all"},
    {"wide.test", AS_RR_TXT, "v=spf1 redirect=all.test"},
    {"all.test", AS_RR_TXT, "v=spf1 +all"},
    {"loop.test", AS_RR_TXT, "v=spf1 redirect=loop.test"},
    {"two.test", AS_RR_TXT, "v=spf1 -all"},
    {"two.test", AS_RR_TXT, "v=spf1 ~all"},
    {"bad.test", AS_RR_TXT, "v=spf1 inclde:x.test"},
    {"dead.test", AS_RR_TXT, NULL},
    {"over.test", AS_RR_TXT, "v=spf1 a:1.test a:2.test mx:3.test -all"},
    {"hid.test", AS_RR_TXT,
	"v=spf1 include:dead.test include:dead.test include:dead.test "
	"include:dead.test include:dead.test "
	"include:a-name-that-leaves-no-room-for-more-words.dead.test -all"},
    {"a-name-that-leaves-no-room-for-more-words.dead.test", AS_RR_TXT, NULL},
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

/* What DNS says; nothing there is NXDOMAIN. */
static struct as_answer
answer(struct as_str name, uint32_t type)
{
	struct as_answer a = {.name = name,
	    .type = type,
	    .outcome = AS_DNS_NXDOMAIN,
	    .txt = as_arena_array(arena, 2, sizeof(*a.txt)),
	    .addresses = as_arena_array(arena, 1, sizeof(*a.addresses))};

	for (size_t i = 0; i < N_ROWS; i++) {
		if (!as_str_is(name, rows[i].name) || type != rows[i].type)
			continue;
		a.outcome = AS_DNS_OK;
		if (rows[i].value == NULL)
			a.outcome = AS_DNS_SERVFAIL;
		else if (type == AS_RR_TXT)
			a.txt[a.n_txt++].text = as_str_from(rows[i].value);
		else
			a.addresses[a.n_addresses++] =
			    as_str_from(rows[i].value);
	}
	return a;
}

/* Round after round until nothing is asked any more. */
static void
make(const char *domain, struct as_spf_tree *tree)
{
	static struct as_answer known[500];
	struct as_spf_tree_ask ask = {.domain = as_str_from(domain),
	    .senders = AS_STR("spf\t_spf.google.com\tGoogle "
			      "Workspace\tmailbox\tchecked\n"),
	    .answers = known};

	for (int round = 0; round < 20; round++) {
		if (!T_OK(as_spf_tree_make(arena, &ask, tree) == AS_OK) ||
		    tree->n_needs == 0)
			return;
		for (size_t i = 0; i < tree->n_needs; i++)
			known[ask.n_answers++] =
			    answer(tree->needs[i].name, tree->needs[i].type);
	}
	T_OK(!"an end of the questions");
}

static void
check_text(const char *domain, const char *want)
{
	struct as_spf_tree tree;
	struct as_buf b;
	struct as_term t = {.out = &b, .width = 80};

	t_case("the text of %s", domain);
	make(domain, &tree);
	as_buf_init(&b, 65536);
	as_spf_tree_text(&t, &tree);
	T_STR(as_buf_str(&b), want);
	as_buf_fini(&b);
}

static const json_t *
term_find(const json_t *doc, const char *term)
{
	const json_t *list = json_object_get(doc, "terms"), *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		const char *text =
		    json_string_value(json_object_get(one, "term"));
		if (text != NULL && strcmp(text, term) == 0)
			return one;
	}
	return NULL;
}

static struct as_str
text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return as_str_from(s != NULL ? s : "");
}

static void
check_json(void)
{
	struct as_spf_tree tree;
	const json_t *term;
	json_t *doc;

	t_case("the terms as JSON");
	make("a.test", &tree);
	doc = as_spf_tree_json(&tree);
	T_STR(text_of(doc, "status"), "found");
	T_STR(text_of(doc, "all"), "-");
	T_INT(json_integer_value(json_object_get(doc, "lookups")), 8);
	T_INT(json_integer_value(json_object_get(doc, "void_lookups")), 2);
	T_OK(json_is_true(json_object_get(doc, "broken")));
	T_OK(json_is_false(json_object_get(doc, "complete")));
	term = term_find(doc, "include:_spf.google.com");
	T_STR(text_of(term, "service"), "Google Workspace");
	T_INT(json_integer_value(json_object_get(term, "lookups")), 3);
	T_STR(text_of(term, "state"), "fine");
	T_STR(text_of(term_find(doc, "include:none.test"), "state"), "dead");
	T_STR(text_of(term_find(doc, "a:gone.test"), "state"), "void");
	T_STR(text_of(term_find(doc, "a:late.test"), "state"), "not-reached");
	T_STR(
	    text_of(term_find(doc, "redirect=b.test"), "state"), "not-reached");
	T_STR(text_of(term_find(doc, "ptr"), "state"), "depends");
	T_STR(text_of(term_find(doc, "mx"), "state"), "unknown");
	T_STR(text_of(term_find(doc, "ip4:192.0.0.0/4"), "width"), "open");
	T_STR(text_of(term_find(doc, "ip4:10.0.0.0/9"), "width"), "wide");
	T_STR(text_of(term_find(doc, "ip4:10.0.0.0/9"), "special"),
	    "private use (RFC 1918)");
	json_decref(doc);
}

/* +all counts where every term on the way to it passes. */
static void
check_open(void)
{
	static const char *const terms[] = {
	    "include:wide.test", "redirect=all.test", "+all"};
	struct as_spf_tree tree;
	json_t *doc;

	make("free.test", &tree);
	doc = as_spf_tree_json(&tree);
	for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
		t_case("open: %s", terms[i]);
		T_STR(text_of(term_find(doc, terms[i]), "width"), "open");
	}
	T_STR(text_of(term_find(doc, "-all"), "width"), "");
	json_decref(doc);
	make("kept.test", &tree);
	doc = as_spf_tree_json(&tree);
	t_case("not open: what does not pass");
	T_STR(text_of(term_find(doc, "?include:wide.test"), "width"), "");
	T_STR(text_of(term_find(doc, "+all"), "width"), "open");
	json_decref(doc);
}

static void
check_status(const char *domain, const char *status, bool open)
{
	struct as_spf_tree tree;
	json_t *doc;

	t_case("%s is %s", domain, status);
	make(domain, &tree);
	doc = as_spf_tree_json(&tree);
	T_STR(text_of(doc, "status"), status);
	T_INT(as_spf_tree_is_open(&tree), open);
	json_decref(doc);
}

int
main(void)
{
	arena = as_arena_new((size_t)64 << 20);
	if (arena == NULL)
		return 1;
	check_text("a.test",
	    "a.test  at least 8 lookups (10 allowed), 2 without an answer (2 "
	    "allowed)\n"
	    "  v=spf1 a:host.test a:gone.test include:_spf.google.com "
	    "include:none.test include:%{i}.m.test ptr ip4:10.0.0.0/9 "
	    "ip4:192.0.0.0/4 -all a:late.test redirect=b.test\n"
	    "  A part of it is dead: receivers that come to it give up on the "
	    "whole record.\n"
	    "\n"
	    "  a:host.test              1 lookup\n"
	    "  a:gone.test              1 lookup    there is no address\n"
	    "  include:_spf.google.com  3 lookups   Google Workspace\n"
	    "    include:deep.test      2 lookups\n"
	    "      ip4:20.0.0.0/24\n"
	    "      ip4:20.0.1.0/24\n"
	    "      ip4:20.0.2.0/24\n"
	    "      ... and 2 more ranges\n"
	    "      mx                   1 lookup    DNS did not tell\n"
	    "      -all\n"
	    "    ~all\n"
	    "  include:none.test        1 lookup    dead: the name does not "
	    "exist\n"
	    "  include:%{i}.m.test      1 lookup    it differs with each mail\n"
	    "  ptr                      1 lookup    it differs with each "
	    "client\n"
	    "  ip4:10.0.0.0/9                       a wide range; private use "
	    "(RFC 1918)\n"
	    "  ip4:192.0.0.0/4                      a large part of the "
	    "internet\n"
	    "  -all\n"
	    "  a:late.test                          never reached: it stands "
	    "behind all\n"
	    "  redirect=b.test                      ignored beside all\n");
	check_text("loop.test",
	    "loop.test  1 lookup (10 allowed), 0 without an answer (2 "
	    "allowed)\n"
	    "  v=spf1 redirect=loop.test\n"
	    "  A part of it is dead: receivers that come to it give up on the "
	    "whole record.\n"
	    "\n"
	    "  redirect=loop.test  1 lookup    dead: it leads back to "
	    "itself\n");
	check_text("over.test",
	    "over.test  3 lookups (10 allowed), 3 without an answer (2 "
	    "allowed)\n"
	    "  v=spf1 a:1.test a:2.test mx:3.test -all\n"
	    "  Over the limit: receivers that come to it give up on the whole "
	    "record.\n"
	    "\n"
	    "  a:1.test   1 lookup    there is no address\n"
	    "  a:2.test   1 lookup    there is no address\n"
	    "  mx:3.test  1 lookup    no mail server is listed there\n"
	    "  -all\n");
	check_text("hid.test",
	    "hid.test  at least 6 lookups (10 allowed), 0 without an answer (2 "
	    "allowed)\n"
	    "  v=spf1 include:dead.test include:dead.test include:dead.test "
	    "include:dead.test include:dead.test "
	    "include:a-name-that-leaves-no-room-for-more-words.dead.test "
	    "-all\n"
	    "  Everyone else is refused.\n"
	    "\n"
	    "  include:dead.test  1 lookup    DNS did not tell\n"
	    "  include:dead.test  1 lookup    DNS did not tell\n"
	    "  include:dead.test  1 lookup    DNS did not tell\n"
	    "  ... and 3 more like these\n"
	    "  -all\n");
	check_text("two.test",
	    "two.test  has several SPF records, which breaks them all\n"
	    "  v=spf1 -all\n"
	    "  v=spf1 ~all\n");
	check_json();
	check_open();
	check_status("two.test", "multiple", false);
	check_status("bad.test", "unusable", false);
	check_status("nothing.test", "none", false);
	check_status("dead.test", "unknown", true);
	as_arena_free(arena);
	return t_done();
}
