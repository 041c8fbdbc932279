/*
 * How a zone is signed: who is asked, and which signatures are kept.
 */
#include "replay.h"

#define D    "example.org"
#define FROM "1795000000"
#define TO   "1796000000"
#define SIG  " 13 4660 " FROM " " TO " " D

static void
world_signed(void)
{
	fake_reset();
	fake_secure(D);
	fake_rr(D, "SOA", "x");
	fake_rr(D, "RRSIG", "SOA" SIG);
	fake_rr(D, "MX", "10 mx1." D);
	fake_rr(D, "RRSIG", "MX" SIG);
	fake_rr(D, "TXT", "v=spf1 mx -all");
	fake_rr(D, "DNSKEY", "257 3 13 aabb");
	fake_rr(D, "DNSKEY", "256 3 13 ccdd");
	fake_rr(D, "RRSIG", "DNSKEY" SIG);
	fake_rr(D, "DS", "4660 13 2 0102");
	fake_rr(D, "RRSIG", "DS 8 1 " FROM " " TO " org");
	fake_rr(D, "NSEC3PARAM", "1 0 10 abcd");
	fake_rr("mx1." D, "A", "192.0.2.1");
}

static void
test_signed(void)
{
	const struct as_domain_facts *f;
	const struct as_answer *ans;
	struct replay r;

	t_case("a signed domain: its keys, its DS and its NSEC3PARAM");
	world_signed();
	replay_open(&r);
	f = replay_domain(&r, D);
	T_STR(f->zone, D);
	ans = replay_answer(f, D, AS_RR_DNSKEY);
	T_INT(ans->outcome, AS_DNS_OK);
	if (T_INT(ans->n_dnskey, 2)) {
		T_INT(ans->dnskey[0].flags, 256);
		T_INT(ans->dnskey[1].flags, 257);
		T_INT(ans->dnskey[1].protocol, 3);
		T_INT(ans->dnskey[1].algorithm, 13);
		T_STR(ans->dnskey[1].key, "\xaa\xbb");
	}
	ans = replay_answer(f, D, AS_RR_DS);
	if (T_INT(ans->n_ds, 1)) {
		T_INT(ans->ds[0].key_tag, 4660);
		T_INT(ans->ds[0].algorithm, 13);
		T_INT(ans->ds[0].digest_type, 2);
		T_STR(ans->ds[0].digest, "\1\2");
	}
	if (T_INT(ans->n_rrsig, 1))
		T_STR(ans->rrsig[0].signer, "org");
	ans = replay_answer(f, D, AS_RR_NSEC3PARAM);
	if (T_INT(ans->n_nsec3param, 1)) {
		T_INT(ans->nsec3param[0].hash, 1);
		T_INT(ans->nsec3param[0].iterations, 10);
		T_STR(ans->nsec3param[0].salt, "\xab\xcd");
	}
	T_INT(f->queries, fake_asked(NULL, NULL));

	t_case("the signatures of an answer are kept");
	ans = replay_answer(f, D, AS_RR_MX);
	if (T_INT(ans->n_rrsig, 1)) {
		T_INT(ans->rrsig[0].covers, AS_RR_MX);
		T_INT(ans->rrsig[0].algorithm, 13);
		T_INT(ans->rrsig[0].key_tag, 4660);
		T_OK(ans->rrsig[0].inception == INT64_C(1795000000000));
		T_OK(ans->rrsig[0].expiration == INT64_C(1796000000000));
		T_STR(ans->rrsig[0].signer, D);
	}

	t_case("a denial has those of the SOA");
	ans = replay_answer(f, D, AS_RR_CAA);
	T_INT(ans->outcome, AS_DNS_NODATA);
	if (T_INT(ans->n_rrsig, 1))
		T_INT(ans->rrsig[0].covers, AS_RR_SOA);
	replay_close(&r);
}

static void
test_unsigned(void)
{
	const struct as_domain_facts *f;
	struct replay r;

	t_case("an unsigned domain costs no further question");
	fake_reset();
	fake_rr(D, "SOA", "x");
	fake_rr(D, "MX", "10 mx1." D);
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(f->zone.n, 0);
	T_INT(fake_asked(NULL, "DNSKEY"), 0);
	T_INT(fake_asked(NULL, "DS"), 0);
	T_INT(fake_asked(NULL, "NSEC3PARAM"), 0);
	replay_close(&r);

	t_case("a signer that is no zone of the domain is not asked");
	fake_rr(D, "RRSIG", "SOA 13 1 " FROM " " TO " evil.example");
	fake_rr(D, "RRSIG", "MX 13 1 " FROM " " TO " .");
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(f->zone.n, 0);
	T_INT(fake_asked(NULL, "DNSKEY"), 0);
	replay_close(&r);

	t_case("a name that does not exist has no zone worth a look");
	fake_reset();
	fake_rr("org", "SOA", "x");
	fake_rr("org", "RRSIG", "SOA 8 1 " FROM " " TO " org");
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(replay_answer(f, D, AS_RR_MX)->outcome, AS_DNS_NXDOMAIN);
	T_INT(replay_answer(f, D, AS_RR_MX)->n_rrsig, 1);
	T_INT(f->zone.n, 0);
	replay_close(&r);
}

static void
test_inside(void)
{
	const struct as_domain_facts *f;
	struct replay r;

	t_case("a name inside a zone: the zone is asked, not the name");
	world_signed();
	fake_rr("team." D, "MX", "10 mx1." D);
	fake_rr("team." D, "RRSIG", "MX" SIG);
	replay_open(&r);
	f = replay_domain(&r, "team." D);
	T_STR(f->zone, D);
	T_INT(replay_answer(f, D, AS_RR_DNSKEY)->n_dnskey, 2);
	T_INT(fake_asked("team." D, "DNSKEY"), 0);
	replay_close(&r);

	t_case("a name without records of its own: its denial tells the zone");
	world_signed();
	fake_rr("x.empty." D, "A", "192.0.2.1");
	replay_open(&r);
	f = replay_domain(&r, "empty." D);
	T_INT(replay_answer(f, "empty." D, AS_RR_MX)->outcome, AS_DNS_NODATA);
	T_INT(replay_answer(f, "empty." D, AS_RR_SOA)->n_rrsig, 1);
	T_STR(f->zone, D);
	replay_close(&r);

	t_case("an alias is in the zone of its own name");
	world_signed();
	fake_rr("alias." D, "CNAME", "other.example.net");
	fake_rr("alias." D, "RRSIG", "CNAME" SIG);
	fake_rr("other.example.net", "MX", "10 mx1." D);
	fake_rr(
	    "other.example.net", "RRSIG", "MX 8 7 " FROM " " TO " example.net");
	replay_open(&r);
	f = replay_domain(&r, "alias." D);
	if (T_INT(replay_answer(f, "alias." D, AS_RR_MX)->n_rrsig, 2)) {
		const struct as_answer *ans =
		    replay_answer(f, "alias." D, AS_RR_MX);
		T_INT(ans->rrsig[0].covers, AS_RR_CNAME);
		T_STR(ans->rrsig[0].signer, D);
		T_INT(ans->rrsig[1].covers, AS_RR_MX);
		T_STR(ans->rrsig[1].signer, "example.net");
	}
	replay_close(&r);
}

static void
test_unknown(void)
{
	const struct as_domain_facts *f;
	struct replay r;

	t_case("keys that do not come are unknown, not absent");
	world_signed();
	fake_fault(D, "DNSKEY", FAKE_SERVFAIL);
	fake_fault(D, "DS", FAKE_TIMEOUT);
	fake_fault(D, "NSEC3PARAM", FAKE_BOGUS);
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(replay_answer(f, D, AS_RR_DNSKEY)->outcome, AS_DNS_SERVFAIL);
	T_INT(replay_answer(f, D, AS_RR_DS)->outcome, AS_DNS_TIMEOUT);
	T_INT(replay_answer(f, D, AS_RR_NSEC3PARAM)->outcome, AS_DNS_BOGUS);
	T_INT(replay_answer(f, D, AS_RR_NSEC3PARAM)->n_nsec3param, 0);
	T_INT(replay_answer(f, D, AS_RR_NSEC3PARAM)->n_rrsig, 0);
	replay_close(&r);
}

static void
test_hostile(void)
{
	const struct as_domain_facts *f;
	const struct as_answer *ans;
	struct replay r;

	t_case("hundreds of signatures: twelve are kept, none is lost on");
	world_signed();
	for (unsigned i = 0; i < 200; i++) {
		char sig[80];
		(void)snprintf(
		    sig, sizeof(sig), "MX 13 %u " FROM " " TO " " D, i);
		fake_rr(D, "RRSIG", sig);
	}
	replay_open(&r);
	f = replay_domain(&r, D);
	ans = replay_answer(f, D, AS_RR_MX);
	T_INT(ans->n_rrsig, AS_MAX_SIGNATURES);
	T_INT(ans->n_mx, 1);
	T_OK(!ans->cut);
	replay_close(&r);

	t_case("damaged signatures do not harm the answer");
	fake_reset();
	fake_rr(D, "SOA", "x");
	fake_rr(D, "MX", "10 mx1." D);
	fake_rr_octets(D, "RRSIG", AS_STR("\0\17\15\2\0\0"));
	replay_open(&r);
	f = replay_domain(&r, D);
	ans = replay_answer(f, D, AS_RR_MX);
	T_INT(ans->outcome, AS_DNS_OK);
	T_INT(ans->n_rrsig, 0);
	replay_close(&r);

	t_case("damaged keys are a damaged answer");
	world_signed();
	fake_rr_octets(D, "DNSKEY", AS_STR("\1\1\3"));
	replay_open(&r);
	f = replay_domain(&r, D);
	T_INT(replay_answer(f, D, AS_RR_DNSKEY)->outcome, AS_DNS_MALFORMED);
	replay_close(&r);
}

static void
test_memory(void)
{
	static const struct as_job job = {
	    .id = 7, .kind = AS_JOB_DOMAIN, .name = {D, sizeof(D) - 1}};

	t_case("at whatever octet memory ends, the facts are whole or none");
	replay_sweep(world_signed, as_probe_domain_start, job);
}

int
main(void)
{
	test_signed();
	test_unsigned();
	test_inside();
	test_unknown();
	test_hostile();
	test_memory();
	return t_done();
}
