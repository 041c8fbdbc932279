/*
 * One mail host at one address.
 */
#include "replay.h"

#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct as_host_facts *
visit(struct replay *r, const char *host, const char *address)
{
	r->job.address = as_str_from(address);
	replay_run(r, as_probe_host_start, AS_JOB_HOST, host);
	return r->done.host;
}

static struct as_tls_cert leaf = {
    .subject = {"CN=mx", 5},
    .key_type = {"EC", 2},
    .key_bits = 256,
};

static struct as_str ehlo[] = {{"mx.example.org", 14}, {"STARTTLS", 8}};

static const struct as_smtp_view good = {
    .end = AS_VISIT_OK,
    .banner_code = 220,
    .banner = {"hello", 5},
    .ehlo_code = 250,
    .ehlo = ehlo,
    .n_ehlo = 2,
    .starttls = AS_VISIT_TLS_ACCEPTED,
    .starttls_code = 220,
    .handshake = AS_VISIT_SHAKE_OK,
    .tls = {.version = {"TLSv1.3", 7},
	.trusted = true,
	.name_matches = true,
	.dane = AS_TLS_DANE_MATCH,
	.dane_path = true,
	.chain = &leaf,
	.n_chain = 1},
};

static void
world(bool secure)
{
	fake_reset();
	if (secure)
		fake_secure("example.org");
	fake_rr("mx.example.org", "A", "198.41.0.4");
	fake_rr("_25._tcp.mx.example.org", "TLSA", "3 1 1 " HASH);
	fake_rr("_25._tcp.mx.example.org", "TLSA", "1 1 1 " HASH);
	fake_rr("_25._tcp.mx.example.org", "TLSA", "3 1 1 0011");
	fake_rr("4.0.41.198.in-addr.arpa", "PTR", "mx.example.org");
	fake_smtp("198.41.0.4", &good);
}

static void
test_good(void)
{
	struct replay r;
	struct as_host_facts *h;

	t_case("a visit with TLSA, PTR, dialogue and handshake");
	world(true);
	replay_open(&r);
	h = visit(&r, "mx.example.org", "198.41.0.4");
	T_STR(h->name, "mx.example.org");
	T_STR(h->address, "198.41.0.4");
	T_INT(h->port, 25);
	T_INT(h->outcome, AS_SUBJECT_DONE);
	T_INT(h->tlsa->n_tlsa, 3);
	T_INT(h->tlsa->security, AS_DNSSEC_SECURE);
	T_STR(h->ptr->names[0], "mx.example.org");
	if (T_INT(h->n_reverse, 1)) {
		T_STR(h->reverse[0].name, "mx.example.org");
		T_INT(h->reverse[0].type, AS_RR_A);
		T_STR(h->reverse[0].addresses[0], "198.41.0.4");
	}
	T_INT(h->smtp->outcome, AS_SMTP_OK);
	T_INT(h->smtp->n_ehlo, 2);
	T_INT(h->smtp->starttls, AS_STARTTLS_ACCEPTED);
	T_INT(h->tls->outcome, AS_TLS_OK);
	T_INT(h->tls->dane, AS_DANE_MATCH);
	T_OK(h->tls->dane_path);
	T_INT(h->tls->n_chain, 1);
	T_STR(h->tls->chain[0].key_type, "EC");
	T_INT(h->tls->chain[0].spki_sha512.n, 64);

	t_case("only the usable TLSA record is matched");
	T_INT(fake_smtp_seen()->n_tlsa, 1);
	T_INT(fake_smtp_seen()->tlsa[0].usage, 3);
	T_STR(fake_smtp_seen()->host, "mx.example.org");
	T_INT(fake_smtp_seen()->port, 25);
	replay_close(&r);

	t_case("TLSA that is not secure is shown, but not matched");
	world(false);
	replay_open(&r);
	h = visit(&r, "mx.example.org", "198.41.0.4");
	T_INT(h->tlsa->n_tlsa, 3);
	T_INT(fake_smtp_seen()->n_tlsa, 0);
	replay_close(&r);

	t_case("TLSA that is bogus is not there");
	world(true);
	fake_fault("_25._tcp.mx.example.org", NULL, FAKE_BOGUS);
	replay_open(&r);
	h = visit(&r, "mx.example.org", "198.41.0.4");
	T_INT(h->tlsa->outcome, AS_DNS_BOGUS);
	T_INT(h->tlsa->n_tlsa, 0);
	T_INT(fake_smtp_seen()->n_tlsa, 0);
	replay_close(&r);
}

/* MX-5 */
static void
test_reverse(void)
{
	struct replay r;
	struct as_host_facts *h;

	t_case("no reverse name: nothing to follow");
	world(true);
	fake_smtp("198.41.0.5", &good);
	replay_open(&r);
	h = visit(&r, "mx.example.org", "198.41.0.5");
	T_INT(h->ptr->outcome, AS_DNS_NXDOMAIN);
	T_INT(h->n_reverse, 0);
	T_INT(h->smtp->outcome, AS_SMTP_OK);
	replay_close(&r);

	t_case("a reverse name that is not answered is unknown");
	world(true);
	fake_fault("mx.example.org", "A", FAKE_SERVFAIL);
	replay_open(&r);
	h = visit(&r, "mx.example.org", "198.41.0.4");
	if (T_INT(h->n_reverse, 1))
		T_INT(h->reverse[0].outcome, AS_DNS_SERVFAIL);
	T_INT(h->smtp->outcome, AS_SMTP_OK);
	replay_close(&r);

	t_case("many reverse names: four are followed");
	world(true);
	for (unsigned i = 0; i < 50; i++) {
		char name[32];
		(void)snprintf(name, sizeof(name), "n%02u.example.org", i);
		fake_rr("4.0.41.198.in-addr.arpa", "PTR", name);
	}
	replay_open(&r);
	h = visit(&r, "mx.example.org", "198.41.0.4");
	T_INT(h->ptr->n_names, 51);
	T_INT(h->n_reverse, AS_MAX_REVERSE_NAMES);
	T_INT(fake_asked(NULL, "A"), AS_MAX_REVERSE_NAMES);
	replay_close(&r);

	t_case("of an IPv6 address the AAAA records are asked");
	world(true);
	fake_rr("a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.5.0."
		"1.0.0.2.ip6.arpa",
	    "PTR", "mx.example.org");
	fake_rr("mx.example.org", "AAAA", "2001:500::a");
	replay_open(&r);
	h = visit(&r, "mx.example.org", "2001:500::a");
	if (T_INT(h->n_reverse, 1)) {
		T_INT(h->reverse[0].type, AS_RR_AAAA);
		T_INT(h->reverse[0].n_addresses, 1);
	}
	replay_close(&r);
}

/* mx.example.org is an alias of mail.example.org, and has TLSA records of its
 * own besides. */
static void
world_alias(const char *target)
{
	fake_reset();
	fake_secure("example.org");
	fake_rr("mx.example.org", "CNAME", target);
	fake_rr(target, "A", "198.41.0.4");
	fake_rr("_25._tcp.mx.example.org", "TLSA", "3 1 1 " HASH);
	fake_smtp("198.41.0.4", &good);
}

/* DANE-4, DANE-6 */
static void
test_alias(void)
{
	struct replay r;
	struct as_host_facts *h;

	t_case("the records of the alias's target count, and its name");
	world_alias("mail.example.org");
	fake_rr("_25._tcp.mail.example.org", "TLSA", "2 0 1 " HASH);
	replay_open(&r);
	h = visit(&r, "mx.example.org", "198.41.0.4");
	T_INT(h->tlsa->n_tlsa, 1);
	T_INT(h->tlsa_alias->n_tlsa, 1);
	T_STR(h->tlsa_alias->name, "_25._tcp.mail.example.org");
	T_INT(fake_smtp_seen()->n_tlsa, 1);
	T_INT(fake_smtp_seen()->tlsa[0].usage, 2);
	T_STR(fake_smtp_seen()->base, "mail.example.org");
	T_STR(fake_smtp_seen()->host, "mx.example.org");
	replay_close(&r);

	t_case("its own where the target has none");
	world_alias("mail.example.org");
	replay_open(&r);
	h = visit(&r, "mx.example.org", "198.41.0.4");
	T_OK(as_answer_is_none(h->tlsa_alias));
	T_INT(fake_smtp_seen()->n_tlsa, 1);
	T_INT(fake_smtp_seen()->tlsa[0].usage, 3);
	T_INT(fake_smtp_seen()->base.n, 0);
	replay_close(&r);

	t_case("none where the target hides whether it has any");
	world_alias("mail.example.org");
	fake_fault("_25._tcp.mail.example.org", NULL, FAKE_SERVFAIL);
	replay_open(&r);
	h = visit(&r, "mx.example.org", "198.41.0.4");
	T_INT(h->tlsa_alias->outcome, AS_DNS_SERVFAIL);
	T_INT(fake_smtp_seen()->n_tlsa, 0);
	replay_close(&r);

	t_case("a target that is not signed is not asked for");
	world_alias("mail.example.net");
	fake_rr("_25._tcp.mail.example.net", "TLSA", "2 0 1 " HASH);
	replay_open(&r);
	h = visit(&r, "mx.example.org", "198.41.0.4");
	T_OK(h->tlsa_alias == NULL);
	T_INT(fake_asked("_25._tcp.mail.example.net", "TLSA"), 0);
	T_INT(fake_smtp_seen()->n_tlsa, 1);
	T_INT(fake_smtp_seen()->tlsa[0].usage, 3);
	replay_close(&r);
}

#define SHAKEN .starttls = AS_VISIT_TLS_ACCEPTED, .handshake = AS_VISIT_SHAKE_OK

/* TLS-8 */
static void
test_outcomes(void)
{
	static const struct {
		const char *what;
		struct as_smtp_view view;
		enum as_smtp_outcome outcome;
		enum as_starttls starttls;
		bool tls;
	} cases[] = {
	    {"refused", {.end = AS_VISIT_REFUSED}, AS_SMTP_REFUSED,
		AS_STARTTLS_NOT_REACHED, false},
	    {"unreachable", {.end = AS_VISIT_UNREACHABLE}, AS_SMTP_UNREACHABLE,
		AS_STARTTLS_NOT_REACHED, false},
	    {"timeout", {.end = AS_VISIT_TIMEOUT}, AS_SMTP_TIMEOUT,
		AS_STARTTLS_NOT_REACHED, false},
	    {"closed", {.end = AS_VISIT_CLOSED}, AS_SMTP_CLOSED,
		AS_STARTTLS_NOT_REACHED, false},
	    {"busy", {.end = AS_VISIT_BUSY}, AS_SMTP_BUSY,
		AS_STARTTLS_NOT_REACHED, false},
	    {"rejected", {.end = AS_VISIT_REJECTED}, AS_SMTP_REJECTED,
		AS_STARTTLS_NOT_REACHED, false},
	    {"malformed", {.end = AS_VISIT_MALFORMED}, AS_SMTP_MALFORMED,
		AS_STARTTLS_NOT_REACHED, false},
	    {"too long", {.end = AS_VISIT_TOO_LONG}, AS_SMTP_TOO_LONG,
		AS_STARTTLS_NOT_REACHED, false},
	    {"no STARTTLS", {.starttls = AS_VISIT_TLS_NOT_OFFERED}, AS_SMTP_OK,
		AS_STARTTLS_NOT_OFFERED, false},
	    {"STARTTLS refused", {.starttls = AS_VISIT_TLS_REFUSED}, AS_SMTP_OK,
		AS_STARTTLS_REFUSED, false},
	    {"STARTTLS later", {.starttls = AS_VISIT_TLS_LATER}, AS_SMTP_OK,
		AS_STARTTLS_LATER, false},
	    {"STARTTLS unanswered", {.starttls = AS_VISIT_TLS_NO_ANSWER},
		AS_SMTP_OK, AS_STARTTLS_NO_ANSWER, false},
	    {"another certificate than TLSA tells",
		{.starttls = AS_VISIT_TLS_ACCEPTED,
		    .handshake = AS_VISIT_SHAKE_OK,
		    .tls = {.dane = AS_TLS_DANE_MISMATCH}},
		AS_SMTP_OK, AS_STARTTLS_ACCEPTED, true},
	    {"handshake closed",
		{.starttls = AS_VISIT_TLS_ACCEPTED,
		    .handshake = AS_VISIT_SHAKE_CLOSED},
		AS_SMTP_OK, AS_STARTTLS_ACCEPTED, true},
	    {"handshake timeout",
		{.starttls = AS_VISIT_TLS_ACCEPTED,
		    .handshake = AS_VISIT_SHAKE_TIMEOUT},
		AS_SMTP_OK, AS_STARTTLS_ACCEPTED, true},
	    {"handshake failed",
		{.starttls = AS_VISIT_TLS_ACCEPTED,
		    .handshake = AS_VISIT_SHAKE_FAILED},
		AS_SMTP_OK, AS_STARTTLS_ACCEPTED, true},
	    {"handshake alert",
		{.starttls = AS_VISIT_TLS_ACCEPTED,
		    .handshake = AS_VISIT_SHAKE_ALERT,
		    .alert = 40},
		AS_SMTP_OK, AS_STARTTLS_ACCEPTED, true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct replay r;
		struct as_host_facts *h;
		t_case("visit: %s", cases[i].what);
		world(true);
		fake_smtp("198.41.0.4", &cases[i].view);
		replay_open(&r);
		h = visit(&r, "mx.example.org", "198.41.0.4");
		T_INT(h->outcome, AS_SUBJECT_DONE);
		T_INT(h->smtp->outcome, cases[i].outcome);
		T_INT(h->smtp->starttls, cases[i].starttls);
		T_INT(h->tls != NULL, cases[i].tls);
		replay_close(&r);
	}

	t_case("visit: our memory ran out");
	struct replay r;
	world(true);
	fake_smtp("198.41.0.4", NULL);
	replay_open(&r);
	T_INT(visit(&r, "mx.example.org", "198.41.0.4")->outcome,
	    AS_SUBJECT_CANCELLED);
	replay_close(&r);
}

static const struct as_smtp_view *slip_view;

/* The first visit is fine. */
static const struct as_smtp_view *
slip_play(const struct as_smtp_target *t, unsigned nth)
{
	static const struct as_smtp_view fine = {SHAKEN};

	(void)nth;
	return t->inject ? slip_view : &fine;
}

/* TLS-1: who refuses STARTTLS with a command behind it, or takes that for a
 * record of TLS, has not obeyed. */
static void
test_slip_refused(void)
{
	static const struct {
		const char *what;
		struct as_smtp_view view;
		enum as_slipped slipped;
	} cases[] = {
	    {"refused", {.end = AS_VISIT_OK, .starttls = AS_VISIT_TLS_REFUSED},
		AS_SLIPPED_DROPPED},
	    {"put off", {.end = AS_VISIT_OK, .starttls = AS_VISIT_TLS_LATER},
		AS_SLIPPED_NO_ANSWER},
	    {"taken for TLS",
		{.end = AS_VISIT_OK,
		    .starttls = AS_VISIT_TLS_ACCEPTED,
		    .handshake = AS_VISIT_SHAKE_ALERT},
		AS_SLIPPED_DROPPED},
	    {"busy", {.end = AS_VISIT_BUSY}, AS_SLIPPED_NO_ANSWER},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct replay r;

		t_case("STARTTLS with a command behind it: %s", cases[i].what);
		world(true);
		slip_view = &cases[i].view;
		fake_smtp_by("198.41.0.4", slip_play);
		replay_open(&r);
		r.config.try_injection = true;
		T_INT(visit(&r, "mx.example.org", "198.41.0.4")->smtp->slipped,
		    cases[i].slipped);
		T_INT(fake_smtp_visits(), 2);
		replay_close(&r);
	}
}

/* TLS-1 */
static void
test_slip(void)
{
	static const struct {
		const char *what;
		struct as_smtp_view view;
		enum as_slipped slipped;
		bool unasked;
	} cases[] = {
	    {"forgotten", {SHAKEN, .inside = AS_VISIT_INSIDE_ANSWERED},
		AS_SLIPPED_DROPPED, false},
	    {"obeyed", {SHAKEN, .obeyed = true}, AS_SLIPPED_OBEYED, false},
	    {"silence", {SHAKEN}, AS_SLIPPED_NO_ANSWER, false},
	    {"no TLS", {.end = AS_VISIT_OK}, AS_SLIPPED_NOT_TRIED, false},
	    {"unasked", {SHAKEN}, AS_SLIPPED_NOT_TRIED, true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool tried = cases[i].slipped != AS_SLIPPED_NOT_TRIED;
		struct replay r;

		t_case("a command behind STARTTLS: %s", cases[i].what);
		world(true);
		fake_smtp("198.41.0.4", &cases[i].view);
		replay_open(&r);
		r.config.try_injection = !cases[i].unasked;
		T_INT(visit(&r, "mx.example.org", "198.41.0.4")->smtp->slipped,
		    cases[i].slipped);
		T_INT(fake_smtp_visits(), tried ? 2 : 1);
		T_INT(fake_smtp_seen()->inject, tried);
		replay_close(&r);
	}
}

static void
test_special(void)
{
	static const char *const addresses[] = {"127.0.0.1", "10.0.0.1",
	    "169.254.169.254", "192.168.1.1", "0.0.0.0", "::1", "fe80::1",
	    "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"};
	static const struct as_prefix allow = {{4, {127, 0, 0, 0}}, 8};
	struct replay r;
	struct as_host_facts *h;

	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		t_case("never connected to: %s", addresses[i]);
		world(true);
		replay_open(&r);
		h = visit(&r, "mx.example.org", addresses[i]);
		T_INT(h->smtp->outcome, AS_SMTP_FORBIDDEN);
		T_OK(h->smtp->detail.n > 0);
		T_INT(fake_smtp_visits(), 0);
		T_INT(h->tlsa->outcome, AS_DNS_OK);
		replay_close(&r);
	}

	t_case("unless the operator allows the range");
	world(true);
	fake_smtp("127.0.0.1", &good);
	replay_open(&r);
	r.config.allow = &allow;
	r.config.n_allow = 1;
	h = visit(&r, "mx.example.org", "127.0.0.1");
	T_INT(h->smtp->outcome, AS_SMTP_OK);
	replay_close(&r);

	t_case("an address of our own is not visited, in whatever dress");
	for (size_t i = 0; i < 2; i++) {
		static const char *const dress[] = {
		    "198.41.0.4", "64:ff9b::c629:4"};
		static const struct as_ip own = {4, {198, 41, 0, 4}};
		world(true);
		fake_smtp(dress[i], &good);
		replay_open(&r);
		r.config.own = &own;
		r.config.n_own = 1;
		h = visit(&r, "mx.example.org", dress[i]);
		T_INT(h->smtp->outcome, AS_SMTP_OWN);
		T_INT(fake_smtp_visits(), 0);
		replay_close(&r);
	}

	t_case("what is no address is not visited");
	world(true);
	replay_open(&r);
	h = visit(&r, "mx.example.org", "198.41.0.4; rm");
	T_INT(h->smtp->outcome, AS_SMTP_NOT_TRIED);
	T_INT(fake_smtp_visits(), 0);
	replay_close(&r);
}

static void
test_names(void)
{
	struct replay r;
	struct as_host_facts *h;

	t_case("the PTR name of an IPv6 address");
	world(true);
	replay_open(&r);
	h = visit(&r, "mx.example.org", "2001:503:ba3e::2:30");
	T_STR(h->ptr->name,
	    "0.3.0.0.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.e.3.a.b.3.0.5.0.1.0.0.2"
	    ".ip6.arpa");
	T_INT(h->smtp->outcome, AS_SMTP_REFUSED);
	replay_close(&r);

	t_case("dead DNS delays the visit, but does not prevent it");
	world(true);
	fake_fault(".arpa", NULL, FAKE_TIMEOUT);
	fake_fault("_25._tcp.mx.example.org", NULL, FAKE_TIMEOUT);
	replay_open(&r);
	h = visit(&r, "mx.example.org", "198.41.0.4");
	T_INT(h->tlsa->outcome, AS_DNS_TIMEOUT);
	T_INT(h->smtp->outcome, AS_SMTP_OK);
	T_OK(h->took_ms <= AS_HOST_DNS_MS + 200);
	replay_close(&r);
}

static void
test_cancel(void)
{
	static const uint32_t when[] = {1, 50};
	struct replay r;

	for (size_t i = 0; i < 2; i++) {
		t_case(
		    "cancelled during the %s", i == 0 ? "questions" : "visit");
		world(true);
		replay_open(&r);
		r.job.address = AS_STR("198.41.0.4");
		replay_cancel(&r, as_probe_host_start, AS_JOB_HOST,
		    "mx.example.org", when[i]);
		T_INT(fake_smtp_visits(), i);
		replay_close(&r);
	}
}

static void
world_secure(void)
{
	world(true);
}

static void
world_of_alias(void)
{
	world_alias("mail.example.org");
	fake_rr("_25._tcp.mail.example.org", "TLSA", "3 1 1 " HASH);
}

static void
test_no_memory(void)
{
	struct as_job job = {.id = 7,
	    .kind = AS_JOB_HOST,
	    .name = AS_STR("mx.example.org"),
	    .address = AS_STR("198.41.0.4")};

	t_case("with any amount of memory: the same facts, or none");
	replay_sweep(world_secure, as_probe_host_start, job);
	replay_sweep(world_of_alias, as_probe_host_start, job);
}

int
main(void)
{
	test_good();
	test_reverse();
	test_alias();
	test_outcomes();
	test_slip();
	test_slip_refused();
	test_special();
	test_names();
	test_cancel();
	test_no_memory();
	fake_reset();
	return t_done();
}
