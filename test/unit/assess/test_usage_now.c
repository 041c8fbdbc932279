#include "assess/usage_now.h"

#include "std/dns_wire.h"

#include "harness.h"

#define MOST 6

static const char senders_text[] =
    "spf\t_spf.service.example\tMail Service\tmarketing\tchecked\t\n"
    "spf\tdeep.example\tDeep Service\tmailbox\tchecked\t\n";

static const struct {
	const char *name;
	/* name, text; text NULL: the server fails, "": no record */
	const char *txt[MOST][2];
	bool permits_known;
	size_t ranges;
	const char *service, *term; /* of the last; NULL: none */
	size_t permits;
	bool known, there;
	const char *p, *sp, *np;
	bool pct, testing;
} rows[] = {
    {"nothing was answered",
	{{"council.example", NULL}, {"_dmarc.council.example", NULL}}, false, 0,
	NULL, NULL, 0, false, false, "", "", "", false, false},
    {"nothing is published",
	{{"council.example", ""}, {"_dmarc.council.example", ""}}, true, 0,
	NULL, NULL, 0, true, false, "", "", "", false, false},
    {"includes, one inside another",
	{{"council.example",
	     "v=spf1 ip4:192.0.2.1 -ip4:192.0.2.9 ip4:10.0.0.0/8 "
	     "include:a.example "
	     "include:_spf.service.example -all"},
	    {"_spf.service.example", "v=spf1 ip4:198.51.100.1 -all"},
	    {"a.example", "v=spf1 include:deep.example -all"},
	    {"deep.example", "v=spf1 -all"},
	    {"_dmarc.council.example",
		"v=DMARC1; p=quarantine; sp=reject; t=y; pct=50"}},
	true, 1, "Mail Service", "include:_spf.service.example", 2, true, true,
	"quarantine", "reject", "", true, true},
    {"an include that was not answered",
	{{"council.example", "v=spf1 include:_spf.service.example -all"},
	    {"_spf.service.example", NULL},
	    {"_dmarc.council.example", "v=DMARC1; p=reject; np=none"}},
	false, 0, "Mail Service", "include:_spf.service.example", 1, true, true,
	"reject", "", "none", false, false},
    {"two policies are none",
	{{"council.example", "v=spf1 -all"},
	    {"_dmarc.council.example", "v=DMARC1; p=reject"},
	    {"_dmarc.council.example", "v=DMARC1; p=none"}},
	true, 0, NULL, NULL, 0, true, false, "", "", "", false, false},
    {"a policy without p, but with rua",
	{{"council.example", "v=spf1 -all"},
	    {"_dmarc.council.example", "v=DMARC1; rua=mailto:a@b.example"}},
	true, 0, NULL, NULL, 0, true, true, "none", "", "", false, false},
};

/* Answers from the table; records of one name are put together. */
static size_t
answers_make(size_t row, struct as_answer *list, struct as_rr_txt *txt)
{
	size_t n = 0;

	for (size_t i = 0; i < MOST && rows[row].txt[i][0] != NULL; i++) {
		struct as_str name = as_str_from(rows[row].txt[i][0]);
		const char *text = rows[row].txt[i][1];

		txt[i] =
		    (struct as_rr_txt){.text = as_str_from(text), .strings = 1};
		if (n > 0 && as_str_eq(list[n - 1].name, name)) {
			list[n - 1].n_txt++;
			continue;
		}
		list[n++] = (struct as_answer){.name = name,
		    .type = AS_RR_TXT,
		    .outcome = text == NULL ? AS_DNS_SERVFAIL
			: text[0] == 0      ? AS_DNS_NODATA
					    : AS_DNS_OK,
		    .txt = &txt[i],
		    .n_txt = text != NULL && text[0] != 0};
	}
	return n;
}

static void
row_check(struct as_arena *a, size_t i)
{
	struct as_answer answers[MOST];
	struct as_rr_txt txt[MOST];
	struct as_domain_facts d = {.name = AS_STR("council.example"),
	    .answers = answers,
	    .n_answers = answers_make(i, answers, txt)};
	struct as_facts facts = {.domain = &d};
	struct as_assess_options options = {0};
	struct as_usage_options o = {0};
	struct as_policy_now now;
	struct as_case c;

	T_OK(as_case_init(a, &facts, &options, &c) == AS_OK);
	T_OK(as_usage_permits_find(a, &c,
		 (struct as_str){senders_text, sizeof(senders_text) - 1},
		 &o) == AS_OK);
	T_INT(o.permits_known, rows[i].permits_known);
	if (T_INT(o.n_permits, rows[i].permits) && o.n_permits > 0) {
		T_STR(o.permits[o.n_permits - 1].service, rows[i].service);
		T_STR(o.permits[o.n_permits - 1].term, rows[i].term);
	}
	T_INT(o.n_ranges, rows[i].ranges);
	if (o.n_ranges > 0)
		T_STR(o.ranges[0].term, "ip4:192.0.2.1");
	now = as_policy_now_find(&c);
	T_INT(now.known, rows[i].known);
	T_INT(now.there, rows[i].there);
	T_STR(now.p, rows[i].p);
	T_STR(now.sp, rows[i].sp);
	T_STR(now.np, rows[i].np);
	T_INT(now.has_pct, rows[i].pct);
	T_INT(now.testing, rows[i].testing);
}

int
main(void)
{
	struct as_arena *a = as_arena_new(1 << 22);

	if (a == NULL)
		return 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_case("%s", rows[i].name);
		row_check(a, i);
		as_arena_reset(a);
	}
	as_arena_free(a);
	return t_done();
}
