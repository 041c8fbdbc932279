#include "assess/key_use.h"

#include "std/dns_wire.h"

#include "harness.h"

#define TODAY 20000
#define ROOM  8

/* Ed25519, RFC 8463 A.2. */
#define ED "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

static const char senders_text[] =
    "dkim-cname\tservice.example\tMail Service\tmarketing\tchecked\t\n";

static struct as_arena *arena;

static struct as_usage_key
seen(const char *signer, const char *selector, const char *result,
    uint64_t messages, int ago_first, int ago_last)
{
	return (struct as_usage_key){as_str_from(signer), as_str_from(selector),
	    as_str_from(result), TODAY - ago_first, TODAY - ago_last, messages};
}

static struct as_key_uses
make(struct as_usage_key *keys, size_t n, struct as_answer *answers,
    size_t n_answers)
{
	struct as_usage *u = AS_NEW(arena, struct as_usage);
	struct as_key_use_ask ask = {.usage = u,
	    .senders = {senders_text, sizeof(senders_text) - 1},
	    .answers = answers,
	    .n_answers = n_answers};
	struct as_key_uses out = {0};

	*u = (struct as_usage){.domain = AS_STR("council.example"),
	    .first = TODAY - 89,
	    .last = TODAY,
	    .keys = keys,
	    .n_keys = n};
	T_OK(as_key_uses_make(arena, &ask, &out) == AS_OK);
	return out;
}

/* --- one key and what DNS has --- */

static const struct {
	const char *name, *result;
	int last; /* days ago */
	int outcome;
	const char *txt, *alias;
	bool cut;
	const char *state, *says;
	bool act;
} rows[] = {
    {"published and in use", "pass", 0, AS_DNS_OK, ED, NULL, false, "published",
	"published: ed25519, 256 bits", false},
    {"test mode", "pass", 0, AS_DNS_OK, ED "; t=y", NULL, false, "published",
	"test mode (t=y)", true},
    {"published, but not used lately", "pass", 30, AS_DNS_OK, ED, NULL, false,
	"published", "not seen since 2024-09-04", true},
    {"published, but nothing passes", "fail", 0, AS_DNS_OK, ED, NULL, false,
	"published", "the other half", true},
    {"gone while in use", "pass", 3, AS_DNS_NXDOMAIN, NULL, NULL, false,
	"absent", "until 2024-10-01: publish it again", true},
    {"gone and out of use", "pass", 40, AS_DNS_NODATA, NULL, NULL, false,
	"absent", "retired", false},
    {"a key that never was", "fail", 0, AS_DNS_NXDOMAIN, NULL, NULL, false,
	"absent", "never published", false},
    {"revoked while in use", "pass", 0, AS_DNS_OK, "v=DKIM1; p=", NULL, false,
	"revoked", "still sign with it", true},
    {"revoked in peace", "pass", 50, AS_DNS_OK, "v=DKIM1; p=", NULL, false,
	"revoked", "revoked (p is empty)", false},
    {"no key", "pass", 0, AS_DNS_OK, "v=DKIM1; p=???", NULL, false, "unusable",
	"no key: ", true},
    {"another text", "pass", 0, AS_DNS_OK, "hello", NULL, false, "absent",
	"publish it again", true},
    {"a server that fails", "pass", 0, AS_DNS_SERVFAIL, NULL, NULL, false,
	"unknown", "no clear answer", false},
    {"more came than is kept", "pass", 0, AS_DNS_OK, "hello", NULL, true,
	"unknown", "no clear answer", false},
    {"a service's key", "pass", 0, AS_DNS_OK, ED, "k1.service.example", false,
	"published", "published", false},
};

static void
row_check(size_t i)
{
	struct as_usage_key key =
	    seen("council.example", "s1", rows[i].result, 10, 60, rows[i].last);
	struct as_rr_txt txt = {.text = as_str_from(rows[i].txt), .strings = 1};
	struct as_str chain = as_str_from(rows[i].alias);
	struct as_answer ans = {.name = AS_STR("s1._domainkey.council.example"),
	    .type = AS_RR_TXT,
	    .outcome = (enum as_dns_outcome)rows[i].outcome,
	    .txt = &txt,
	    .n_txt = rows[i].txt != NULL,
	    .cut = rows[i].cut,
	    .chain = &chain,
	    .n_chain = rows[i].alias != NULL};
	struct as_key_uses out = make(&key, 1, &ans, 1);
	const struct as_key_use *k = out.list;

	T_INT(out.n, 1);
	T_INT(out.n_needs, 0);
	T_OK(k->own);
	T_STR(as_str_from(as_key_state_text(k->state)), rows[i].state);
	if (!T_OK(as_str_has(k->text, as_str_from(rows[i].says))))
		printf("# " AS_STR_FMT "\n", AS_STR_ARG(k->text));
	T_INT(k->act, rows[i].act);
	T_STR(k->service, rows[i].alias != NULL ? "Mail Service" : "");
}

/* --- lists --- */

static void
list_check(void)
{
	struct as_usage_key keys[] = {
	    seen("other.example", "x", "pass", 90, 9, 1),
	    seen("council.example", "s1", "pass", 50, 30, 2),
	    seen("Council.Example", "S1", "fail", 5, 40, 1),
	    seen("mail.council.example", "s2", "pass", 20, 9, 1),
	    seen("council.example", "", "pass", 7, 9, 1),
	    seen("council.example", "bad selector", "fail", 1, 9, 9),
	};
	struct as_key_uses out = make(keys, 6, NULL, 0);

	t_case("rows of one key are joined, and our own come first");
	T_INT(out.n, 5);
	T_INT(out.others, 1);
	T_STR(out.list[0].selector, "s1");
	T_INT(out.list[0].messages, 55);
	T_INT(out.list[0].passed, 50);
	T_INT(out.list[0].first, TODAY - 40);
	T_INT(out.list[0].last, TODAY - 1);
	T_STR(out.list[1].signer, "mail.council.example");
	T_STR(out.list[4].signer, "other.example");
	T_STR(out.list[4].text, "");

	t_case("asked is for what DNS can hold, of our own alone");
	T_INT(out.n_needs, 2);
	T_STR(out.needs[0].name, "s1._domainkey.council.example");
	T_STR(out.needs[1].name, "s2._domainkey.mail.council.example");
	T_STR(out.list[2].text, "the reporter left out which key");
}

static void
many_check(void)
{
	static struct as_usage_key keys[AS_KEY_USES_ASKED + 20];
	size_t n = sizeof(keys) / sizeof(keys[0]);
	struct as_key_uses out;

	t_case("no more are asked than the cap");
	for (size_t i = 0; i < n; i++) {
		struct as_str s = as_str_printf(arena, "s%zu", i);

		keys[i] = seen("council.example", s.p, "pass", 1000 - i, 9, 1);
	}
	out = make(keys, n, NULL, 0);
	T_INT(out.n, n);
	T_INT(out.n_needs, AS_KEY_USES_ASKED);
	T_STR(out.needs[0].name, "s0._domainkey.council.example");
}

/* --- what the look at the domain found --- */

static void
found_check(void)
{
	struct as_rr_txt txt = {.text = AS_STR(ED), .strings = 1};
	struct as_answer answers[] = {
	    {.name = AS_STR("k1._domainkey.council.example"),
		.type = AS_RR_TXT,
		.outcome = AS_DNS_OK,
		.txt = &txt,
		.n_txt = 1},
	};
	struct as_str selectors[] = {AS_STR("k1"), AS_STR("old")};
	struct as_domain_facts d = {.name = AS_STR("council.example"),
	    .answers = answers,
	    .n_answers = 1,
	    .selectors = selectors,
	    .n_selectors = 2};
	struct as_facts facts = {.domain = &d};
	struct as_assess_options options = {0};
	struct as_case c;
	struct as_usage_key key =
	    seen("council.example", "old", "pass", 9, 9, 1);
	struct as_usage u = {.domain = AS_STR("council.example"),
	    .first = TODAY - 89,
	    .last = TODAY,
	    .keys = &key,
	    .n_keys = 1};
	struct as_key_use_ask ask = {.usage = &u, .now = &c};
	struct as_key_uses out;

	t_case("a key in DNS that no report tells of, and one that is gone");
	T_OK(as_case_init(arena, &facts, &options, &c) == AS_OK);
	T_OK(as_key_uses_make(arena, &ask, &out) == AS_OK);
	T_INT(out.n, 2);
	T_INT(out.n_needs, 0);
	T_STR(out.list[0].selector, "old");
	T_INT(out.list[0].state, AS_KEY_ABSENT);
	T_STR(out.list[1].selector, "k1");
	T_INT(out.list[1].state, AS_KEY_PUBLISHED);
	T_OK(out.list[1].first > out.list[1].last);
	T_OK(as_str_has(out.list[1].text, AS_STR("in no report")));
}

int
main(void)
{
	arena = as_arena_new(1 << 22);
	if (arena == NULL)
		return 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_case("key: %s", rows[i].name);
		row_check(i);
	}
	list_check();
	many_check();
	found_check();
	as_arena_free(arena);
	return t_done();
}
