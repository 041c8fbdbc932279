/*
 * The fetch of an MTA-STS policy.
 */
#include "replay.h"

#define HOST "mta-sts.example.org"
#define V4   "198.41.0.4"
#define V6   "2001:503:ba3e::2:30"

static const struct as_https_view good = {
    .end = AS_GET_OK,
    .status = 200,
    .content_type = {"text/plain", 10},
    .body = {"version: STSv1\n", 15},
};

static struct as_policy_facts *
fetch(struct replay *r)
{
	replay_run(r, as_probe_policy_start, AS_JOB_POLICY, "example.org");
	return r->done.policy;
}

static void
test_good(void)
{
	struct replay r;
	struct as_policy_facts *p;

	t_case("a policy");
	fake_reset();
	fake_rr(HOST, "A", V4);
	fake_https(V4, &good);
	replay_open(&r);
	p = fetch(&r);
	T_STR(p->name, "example.org");
	T_STR(p->host, HOST);
	T_INT(p->outcome, AS_SUBJECT_DONE);
	T_INT(p->fetch, AS_FETCH_OK);
	T_INT(p->status, 200);
	T_STR(p->body, "version: STSv1\n");
	T_STR(p->address, V4);
	T_INT(p->n_answers, 2);
	T_OK(p->at > 0 && p->took_ms > 0);
	T_STR(p->vantage, "test");
	replay_close(&r);
}

static void
test_media_type(void)
{
	static const struct {
		const char *type;
		enum as_fetch fetch;
	} cases[] = {
	    {"text/plain", AS_FETCH_OK},
	    {"Text/Plain; charset=utf-8", AS_FETCH_OK},
	    {"text/plain ;x=y", AS_FETCH_OK},
	    {"text/html", AS_FETCH_MEDIA_TYPE},
	    {"text/plainer", AS_FETCH_MEDIA_TYPE},
	    {"", AS_FETCH_MEDIA_TYPE},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_https_view view = good;
		struct replay r;
		struct as_policy_facts *p;
		t_case("media type \"%s\"", cases[i].type);
		view.content_type = as_str_from(cases[i].type);
		fake_reset();
		fake_rr(HOST, "A", V4);
		fake_https(V4, &view);
		replay_open(&r);
		p = fetch(&r);
		T_INT(p->fetch, cases[i].fetch);
		T_STR(p->body, "version: STSv1\n");
		replay_close(&r);
	}
}

static void
test_outcomes(void)
{
	static const struct {
		enum as_get_end end;
		enum as_fetch fetch;
	} cases[] = {
	    {AS_GET_REFUSED, AS_FETCH_REFUSED},
	    {AS_GET_UNREACHABLE, AS_FETCH_UNREACHABLE},
	    {AS_GET_TIMEOUT, AS_FETCH_TIMEOUT},
	    {AS_GET_TLS, AS_FETCH_TLS},
	    {AS_GET_CERTIFICATE, AS_FETCH_CERTIFICATE},
	    {AS_GET_STATUS, AS_FETCH_STATUS},
	    {AS_GET_REDIRECT, AS_FETCH_REDIRECT},
	    {AS_GET_TOO_LARGE, AS_FETCH_TOO_LARGE},
	    {AS_GET_BROKEN, AS_FETCH_BROKEN},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_https_view view = {
		    .end = cases[i].end, .detail = AS_STR("why")};
		struct replay r;
		struct as_policy_facts *p;
		t_case("fetch: %s", as_fetch_text(cases[i].fetch));
		fake_reset();
		fake_rr(HOST, "A", V4);
		fake_https(V4, &view);
		replay_open(&r);
		p = fetch(&r);
		T_INT(p->fetch, cases[i].fetch);
		T_STR(p->detail, "why");
		T_INT(p->outcome, AS_SUBJECT_DONE);
		T_INT(fake_https_fetches(), 1);
		replay_close(&r);
	}

	t_case("fetch: our memory ran out");
	struct replay r;
	fake_reset();
	fake_rr(HOST, "A", V4);
	fake_https(V4, NULL);
	replay_open(&r);
	T_INT(fetch(&r)->outcome, AS_SUBJECT_CANCELLED);
	replay_close(&r);
}

static void
test_addresses(void)
{
	static const struct as_ip own = {4, {198, 41, 0, 4}};
	static const struct as_prefix allow = {{4, {198, 41, 0, 0}}, 16};
	struct replay r;
	struct as_policy_facts *p;

	t_case("no address");
	fake_reset();
	fake_rr("example.org", "A", V4);
	replay_open(&r);
	p = fetch(&r);
	T_INT(p->fetch, AS_FETCH_NO_ADDRESS);
	T_INT(fake_https_fetches(), 0);
	replay_close(&r);

	t_case("DNS does not say: unknown, not absent");
	fake_reset();
	fake_rr(HOST, "TXT", "x");
	fake_fault(HOST, "AAAA", FAKE_SERVFAIL);
	replay_open(&r);
	p = fetch(&r);
	T_INT(p->fetch, AS_FETCH_DNS_UNKNOWN);
	T_OK(as_str_find(p->detail, 'A', 0) < p->detail.n);
	replay_close(&r);

	t_case("bogus addresses are not used");
	fake_reset();
	fake_rr(HOST, "A", V4);
	fake_fault(HOST, NULL, FAKE_BOGUS);
	replay_open(&r);
	p = fetch(&r);
	T_INT(p->fetch, AS_FETCH_DNS_UNKNOWN);
	T_INT(fake_https_fetches(), 0);
	replay_close(&r);

	t_case("a special address is never fetched from");
	fake_reset();
	fake_rr(HOST, "A", "127.0.0.1");
	fake_rr(HOST, "AAAA", "::1");
	replay_open(&r);
	p = fetch(&r);
	T_INT(p->fetch, AS_FETCH_FORBIDDEN);
	T_OK(p->detail.n > 0);
	T_INT(fake_https_fetches(), 0);
	replay_close(&r);

	t_case("nor is an address of our own, which is not the domain's fault");
	fake_reset();
	fake_rr(HOST, "A", V4);
	fake_rr(HOST, "AAAA", "::1");
	fake_https(V4, &good);
	replay_open(&r);
	r.config.own = &own;
	r.config.n_own = 1;
	p = fetch(&r);
	T_INT(p->fetch, AS_FETCH_OWN);
	T_INT(fake_https_fetches(), 0);
	replay_close(&r);

	t_case("unless it is allowed");
	fake_reset();
	fake_rr(HOST, "A", V4);
	fake_https(V4, &good);
	replay_open(&r);
	r.config.own = &own;
	r.config.n_own = 1;
	r.config.allow = &allow;
	r.config.n_allow = 1;
	p = fetch(&r);
	T_INT(p->fetch, AS_FETCH_OK);
	replay_close(&r);

	t_case("special ones beside a good one are passed over");
	fake_reset();
	fake_rr(HOST, "A", "10.1.2.3");
	fake_rr(HOST, "A", V4);
	fake_https(V4, &good);
	replay_open(&r);
	p = fetch(&r);
	T_INT(p->fetch, AS_FETCH_OK);
	T_STR(p->address, V4);
	replay_close(&r);

	t_case("refused: the next address is tried");
	fake_reset();
	fake_rr(HOST, "A", "198.41.0.3");
	fake_rr(HOST, "A", V4);
	fake_rr(HOST, "AAAA", V6);
	fake_https(V6, &good);
	replay_open(&r);
	p = fetch(&r);
	T_INT(p->fetch, AS_FETCH_OK);
	T_STR(p->address, V6);
	T_INT(fake_https_fetches(), 3);
	replay_close(&r);

	t_case("all refuse: the last one is told");
	fake_reset();
	fake_rr(HOST, "A", V4);
	fake_rr(HOST, "AAAA", V6);
	replay_open(&r);
	p = fetch(&r);
	T_INT(p->fetch, AS_FETCH_REFUSED);
	T_STR(p->address, V6);
	replay_close(&r);
}

static void
test_cancel(void)
{
	static const uint32_t when[] = {1, 50};
	struct replay r;

	for (size_t i = 0; i < 2; i++) {
		t_case(
		    "cancelled during the %s", i == 0 ? "questions" : "fetch");
		fake_reset();
		fake_rr(HOST, "A", V4);
		replay_open(&r);
		replay_cancel(&r, as_probe_policy_start, AS_JOB_POLICY,
		    "example.org", when[i]);
		T_INT(fake_https_fetches(), i);
		replay_close(&r);
	}
}

/* What a parent makes of it that waits for its turn at the host. */
static void
test_two_jobs(void)
{
	static const struct as_ip own = {4, {198, 41, 0, 4}};
	struct as_str addresses[] = {
	    AS_STR("127.0.0.1"), AS_STR("nonsense"), AS_STR(V4), AS_STR(V6)};
	struct replay r;
	struct as_policy_facts *p;

	t_case("the lookup alone: it ends with the address to be asked first");
	fake_reset();
	fake_rr(HOST, "A", "10.1.2.3");
	fake_rr(HOST, "AAAA", V6);
	fake_https(V6, &good);
	replay_open(&r);
	r.job.only_dns = true;
	p = fetch(&r);
	T_INT(p->outcome, AS_SUBJECT_DONE);
	T_INT(p->fetch, AS_FETCH_NOT_TRIED);
	T_STR(p->address, V6);
	T_INT(p->n_answers, 2);
	T_INT(fake_https_fetches(), 0);
	replay_close(&r);

	t_case("the lookup alone, without an address: that is all");
	fake_reset();
	replay_open(&r);
	r.job.only_dns = true;
	p = fetch(&r);
	T_INT(p->fetch, AS_FETCH_NO_ADDRESS);
	T_INT(p->address.n, 0);
	replay_close(&r);

	t_case("the fetch alone: nothing is asked, addresses are judged again");
	fake_reset();
	fake_https(V6, &good);
	replay_open(&r);
	r.job.addresses = addresses;
	r.job.n_addresses = 4;
	p = fetch(&r);
	T_INT(p->fetch, AS_FETCH_OK);
	T_STR(p->address, V6);
	T_STR(p->body, "version: STSv1\n");
	T_INT(p->n_answers, 0);
	T_INT(fake_https_fetches(), 2); /* V4 refuses */
	replay_close(&r);

	t_case("the fetch alone, of addresses that may not be asked");
	fake_reset();
	replay_open(&r);
	r.config.own = &own;
	r.config.n_own = 1;
	r.job.kind = AS_JOB_POLICY;
	r.job.name = AS_STR("example.org");
	r.job.addresses = addresses;
	r.job.n_addresses = 3;
	T_OK(as_probe_policy_start(
		 &r.probe, r.arena, &r.job, replay_on_done, &r) == NULL);
	T_INT(fake_https_fetches(), 0);
	replay_close(&r);
}

static void
world_good(void)
{
	fake_reset();
	fake_rr(HOST, "A", V4);
	fake_https(V4, &good);
}

static void
test_no_memory(void)
{
	t_case("with any amount of memory: the same facts, or none");
	replay_sweep(world_good, as_probe_policy_start,
	    (struct as_job){
		.id = 7, .kind = AS_JOB_POLICY, .name = AS_STR("example.org")});
}

int
main(void)
{
	test_good();
	test_media_type();
	test_outcomes();
	test_addresses();
	test_two_jobs();
	test_cancel();
	test_no_memory();
	fake_reset();
	return t_done();
}
