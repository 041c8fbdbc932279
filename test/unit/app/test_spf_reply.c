/*
 * Stored answers as std/spf_eval wants them: unknown stays unknown.
 */
#include "app/spf_reply.h"

#include "harness.h"
#include "std/dns_wire.h"

static struct as_arena *arena;

static struct as_spf_reply
reply(const struct as_answer *ans)
{
	struct as_spf_reply r;

	T_INT(as_spf_reply_make(arena, ans, &r), AS_OK);
	return r;
}

static void
test_records(void)
{
	struct as_rr_txt txt[] = {{.text = {"one", 3}}, {.text = {"two", 3}}};
	struct as_rr_mx mx[] = {
	    {10, {"a.test", 6}}, {20, {"b.test", 6}}, {20, {".", 1}}};
	struct as_str texts[] = {{"192.0.2.1", 9}, {"192.0.2.2", 9}};
	struct as_answer ans = {.type = AS_RR_TXT,
	    .took_ms = 7,
	    .txt = txt,
	    .n_txt = 2,
	    .mx = mx,
	    .n_mx = 3,
	    .addresses = texts,
	    .n_addresses = 2,
	    .names = texts,
	    .n_names = 1};
	struct as_spf_reply r = reply(&ans);

	t_case("records of each type");
	T_INT(r.kind, AS_SPF_REPLY_RECORDS);
	T_INT(r.took_ms, 7);
	T_INT(r.n, 2);
	T_STR(r.list[1], "two");
	ans.type = AS_RR_MX;
	r = reply(&ans);
	T_INT(r.n, 3);
	T_STR(r.list[2], ".");
	ans.type = AS_RR_A;
	T_INT(reply(&ans).n, 2);
	ans.type = AS_RR_AAAA;
	T_STR(reply(&ans).list[1], "192.0.2.2");
	ans.type = AS_RR_PTR;
	T_INT(reply(&ans).n, 1);
}

static void
test_outcomes(void)
{
	struct as_answer ans = {.type = AS_RR_A, .took_ms = 5};
	struct as_spf_reply r = reply(NULL);

	t_case("not asked yet is pending");
	T_INT(r.kind, AS_SPF_REPLY_PENDING);
	t_case("each outcome: found, none, or unknown");
	for (int o = AS_DNS_OK; o <= AS_DNS_NOT_ASKED; o++) {
		bool none = o == AS_DNS_NXDOMAIN || o == AS_DNS_NODATA;
		ans.outcome = (enum as_dns_outcome)o;
		ans.detail = AS_STR("why\t");
		r = reply(&ans);
		T_INT(r.kind,
		    o == AS_DNS_OK ? AS_SPF_REPLY_RECORDS
			: none     ? AS_SPF_REPLY_VOID
				   : AS_SPF_REPLY_ERROR);
		T_INT(r.took_ms, 5);
		if (o == AS_DNS_BOGUS)
			T_STR(r.cause, "bogus: why\\009");
	}
}

static void
test_cut(void)
{
	struct as_rr_txt txt[] = {{.text = {"v=spf1", 6}, .cut = true}};
	struct as_answer ans = {.type = AS_RR_TXT, .txt = txt, .n_txt = 1};

	t_case("what was cut is not judged");
	T_INT(reply(&ans).kind, AS_SPF_REPLY_ERROR);
	txt[0].cut = false;
	T_INT(reply(&ans).kind, AS_SPF_REPLY_RECORDS);
	ans.cut = true;
	T_INT(reply(&ans).kind, AS_SPF_REPLY_ERROR);
}

static void
test_memory(void)
{
	struct as_rr_txt txt[] = {{.text = {"v=spf1", 6}}};
	struct as_answer ans = {.type = AS_RR_TXT, .txt = txt, .n_txt = 1};
	struct as_arena *a = as_arena_new(0);
	struct as_spf_reply r;

	t_case("no memory");
	T_INT(as_spf_reply_make(a, &ans, &r), AS_ENOMEM);
	ans.outcome = AS_DNS_TIMEOUT;
	T_INT(as_spf_reply_make(a, &ans, &r), AS_ENOMEM);
	as_arena_free(a);
}

int
main(void)
{
	arena = as_arena_new(65536);
	test_records();
	test_outcomes();
	test_cut();
	test_memory();
	as_arena_free(arena);
	return t_done();
}
