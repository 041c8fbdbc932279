/*
 * What TLS one mail host offers, against scripted visits.
 */
#include "probe/tls_facts.h"
#include "replay.h"
#include "std/tls_book.h"

#define ADDRESS "198.41.0.4"

/* --- tables of the test --- */

static const struct as_tls_suite_row suites[] = {
    {0x1301, AS_SUITE_RECOMMENDED}, {0xc02f, AS_SUITE_RECOMMENDED}};
static const struct as_tls_group_row groups[] = {{0x001d, AS_TLS_GROUP_EC}};
static const struct as_tls_plan_tables tables = {suites, 2, groups, 1};
static const struct as_tls_book book = {.n_suites = 0};

/* --- the server: a handshake, then an alert to each hello --- */

static struct {
	unsigned nth; /* the visit that goes another way */
	const struct as_smtp_view *view;
	const struct as_smtp_view *injected;
	unsigned injections;
	struct as_str octets; /* the answer to a hello */
} server;

static const struct as_smtp_view good = {.end = AS_VISIT_OK,
    .starttls = AS_VISIT_TLS_ACCEPTED,
    .starttls_code = 220,
    .handshake = AS_VISIT_SHAKE_OK,
    .inside = AS_VISIT_INSIDE_ANSWERED,
    .tls = {.version = {"TLSv1.3", 7}}};
static const struct as_smtp_view heard = {.end = AS_VISIT_OK,
    .starttls = AS_VISIT_TLS_ACCEPTED,
    .handshake = AS_VISIT_SHAKE_READ};
static const struct as_smtp_view closed = {.end = AS_VISIT_OK,
    .starttls = AS_VISIT_TLS_ACCEPTED,
    .handshake = AS_VISIT_SHAKE_CLOSED};
static const struct as_smtp_view reset = {.end = AS_VISIT_OK,
    .starttls = AS_VISIT_TLS_ACCEPTED,
    .handshake = AS_VISIT_SHAKE_CLOSED,
    .reset = true};
static const struct as_smtp_view busy = {.end = AS_VISIT_BUSY};
static const struct as_smtp_view text_behind = {
    .end = AS_VISIT_OK, .starttls = AS_VISIT_TLS_ACCEPTED, .injected = 9};

static const struct as_smtp_view *
play(const struct as_smtp_target *t, unsigned nth)
{
	if (t->inject) {
		server.injections++;
		return server.injected;
	}
	if (nth == server.nth)
		return server.view;
	if (t->hello == NULL)
		return &good;
	T_OK(t->hello->read(t->hello->ctx, server.octets.p, server.octets.n));
	return &heard;
}

/* Replays as `play` says; `own`, when it is given, is this machine's address. */
static struct as_tls_server *
search_by(struct replay *r, fake_smtp_fn *fn, const struct as_ip *own,
    const struct as_job *job)
{
	replay_open(r);
	r->config.tls_tables = &tables;
	r->config.tls_book = &book;
	r->config.own = own;
	r->config.n_own = own != NULL;
	r->job = *job;
	r->job.address = AS_STR(ADDRESS);
	r->job.port = 25;
	fake_reset();
	fake_smtp_by(ADDRESS, fn);
	replay_run(r, as_probe_tls_start, AS_JOB_TLS, "mx.example");
	return r->done.tls;
}

static struct as_tls_server *
search(struct replay *r, const struct as_job *job)
{
	return search_by(r, play, NULL, job);
}

static void
server_set(unsigned nth, const struct as_smtp_view *view)
{
	memset(&server, 0, sizeof(server));
	server.nth = nth;
	server.view = view;
	server.injected = &good;
	server.octets = AS_STR("\x15\x03\x01\x00\x02\x02\x28");
}

/* --- cases --- */

static void
test_own(void)
{
	struct as_ip own;
	struct as_tls_server *s;
	struct replay r;

	t_case("nobody aims us at this machine");
	T_OK(as_ip_parse(AS_STR(ADDRESS), &own) == AS_OK);
	server_set(0, NULL);
	s = search_by(&r, play, &own, &(struct as_job){.id = 0});
	T_INT(s->smtp->outcome, AS_SMTP_OWN);
	T_INT(s->connections, 0);
	T_INT(fake_smtp_visits(), 0);
	replay_close(&r);
}

static void
test_search(void)
{
	struct as_tls_server *s;
	struct replay r;

	t_case("alerts are an answer");
	server_set(0, NULL);
	s = search(&r, &(struct as_job){.id = 0});
	T_INT(s->outcome, AS_SUBJECT_DONE);
	T_INT(s->stopped.n, 0);
	T_INT(s->connections, fake_smtp_visits());
	T_INT(s->connections, 1 + AS_TLS_VERSIONS);
	T_INT(s->budget, AS_TLS_PLAN_BUDGET);
	for (size_t i = 0; i < s->n_versions; i++)
		T_INT(s->versions[i].offered, AS_OFFER_NO);
	T_INT(s->command_injection, AS_OFFER_NOT_ASKED);
	replay_close(&r);

	t_case("421 by now: what is left is not told");
	server_set(4, &busy);
	s = search(&r, &(struct as_job){.inject = true});
	T_STR(s->stopped, "the server asks to come back later");
	T_INT(s->connections, 4);
	T_INT(fake_smtp_visits(), 4);
	T_INT(s->versions[1].offered, AS_OFFER_NO);
	T_INT(s->versions[2].offered, AS_OFFER_NOT_ASKED);
	T_INT(s->command_injection, AS_OFFER_UNKNOWN);
	replay_close(&r);

	t_case("text behind STARTTLS ends the search, and it is said");
	server_set(1, &text_behind);
	s = search(&r, &(struct as_job){.inject = true});
	T_STR(s->stopped, "plain text came after STARTTLS");
	T_INT(s->smtp->injected, 9);
	T_INT(fake_smtp_visits(), 1);
	replay_close(&r);
	server_set(3, &text_behind);
	s = search(&r, &(struct as_job){.id = 0});
	T_STR(s->stopped, "plain text came after STARTTLS");
	T_INT(fake_smtp_visits(), 3);
	replay_close(&r);
}

static const struct as_smtp_view *slam;

/* Closes on each hello. */
static const struct as_smtp_view *
play_slam(const struct as_smtp_target *t, unsigned nth)
{
	(void)nth;
	return t->hello == NULL ? &good : slam;
}

/* Closes on hellos of SSLv2, answers others. */
static const struct as_smtp_view *
play_old(const struct as_smtp_target *t, unsigned nth)
{
	bool record = t->hello != NULL && t->hello->octets.p[0] == 22;

	return t->hello == NULL || record ? play(t, nth) : slam;
}

static void
test_close(void)
{
	struct as_tls_server *s;
	struct replay r;

	t_case("one that only closes has said nothing");
	server_set(0, NULL);
	slam = &closed;
	s = search_by(&r, play_slam, NULL, &(struct as_job){.id = 0});
	T_STR(s->stopped, "the server closes whatever it is asked");
	for (size_t i = 0; i < s->n_versions; i++)
		T_INT(s->versions[i].offered, AS_OFFER_UNKNOWN);
	replay_close(&r);

	t_case("a reset is told from a close");
	server_set(0, NULL);
	slam = &reset;
	s = search_by(&r, play_old, NULL, &(struct as_job){.id = 0});
	T_INT(s->stopped.n, 0);
	T_STR(s->versions[5].refusal, "reset");
	T_STR(s->versions[4].refusal, "handshake_failure");
	replay_close(&r);
}

static void
test_injection(void)
{
	static const struct {
		const char *name;
		struct as_smtp_view view;
		enum as_offer want;
	} rows[] = {
	    {"obeyed",
		{.end = AS_VISIT_OK,
		    .starttls = AS_VISIT_TLS_ACCEPTED,
		    .handshake = AS_VISIT_SHAKE_OK,
		    .obeyed = true,
		    .inside = AS_VISIT_INSIDE_CLOSED},
		AS_OFFER_YES},
	    {"EHLO is answered inside, the one before is not",
		{.end = AS_VISIT_OK,
		    .starttls = AS_VISIT_TLS_ACCEPTED,
		    .handshake = AS_VISIT_SHAKE_OK,
		    .inside = AS_VISIT_INSIDE_ANSWERED},
		AS_OFFER_NO},
	    {"taken for a record of TLS",
		{.end = AS_VISIT_OK,
		    .starttls = AS_VISIT_TLS_ACCEPTED,
		    .handshake = AS_VISIT_SHAKE_ALERT},
		AS_OFFER_NO},
	    {"STARTTLS refused with a command behind it",
		{.end = AS_VISIT_OK, .starttls = AS_VISIT_TLS_REFUSED},
		AS_OFFER_NO},
	    {"closed",
		{.end = AS_VISIT_OK,
		    .starttls = AS_VISIT_TLS_ACCEPTED,
		    .handshake = AS_VISIT_SHAKE_CLOSED},
		AS_OFFER_UNKNOWN},
	    {"nothing is answered inside",
		{.end = AS_VISIT_OK,
		    .starttls = AS_VISIT_TLS_ACCEPTED,
		    .handshake = AS_VISIT_SHAKE_OK,
		    .inside = AS_VISIT_INSIDE_TIMEOUT},
		AS_OFFER_UNKNOWN},
	    {"421", {.end = AS_VISIT_BUSY}, AS_OFFER_UNKNOWN},
	};
	struct as_tls_server *s;
	struct replay r;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		t_case("%s", rows[i].name);
		server_set(0, NULL);
		server.injected = &rows[i].view;
		s = search(&r, &(struct as_job){.inject = true});
		T_INT(s->command_injection, rows[i].want);
		T_INT(server.injections, 1);
		T_INT(s->connections, fake_smtp_visits());
		replay_close(&r);
	}

	t_case("with TLS from the first octet there is nothing to inject");
	server_set(0, NULL);
	s = search(&r, &(struct as_job){.inject = true, .implicit = true});
	T_INT(server.injections, 0);
	T_INT(s->command_injection, AS_OFFER_NOT_ASKED);
	replay_close(&r);

	t_case("nor without a handshake");
	server_set(1, &closed);
	s = search(&r, &(struct as_job){.inject = true});
	T_INT(server.injections, 0);
	T_INT(s->command_injection, AS_OFFER_NOT_ASKED);
	replay_close(&r);
}

/* --- the map as facts --- */

static struct as_tls_server
facts_of(struct as_arena *a, const struct as_tls_map *map)
{
	const struct as_prober_config config = {
	    .tls_book = &book, .dh_primes = AS_STR("")};
	const struct as_smtp_target target = {.port = 25};
	const struct as_tls_facts_ask ask = {
	    .config = &config, .target = &target, .map = map};
	struct as_tls_server s = {.connections = 1};

	T_OK(as_tls_facts_fill(a, &ask, &s) == AS_OK);
	return s;
}

static void
test_facts(void)
{
	struct as_arena *a = as_arena_new((size_t)1024 * 1024);
	struct as_tls_map *m = AS_NEW(a, struct as_tls_map);
	struct as_tls_server s;

	t_case("a prime that nobody else has");
	m->dhe = AS_TLS_SEEN_YES;
	m->dhe_bits = 2048;
	m->dhe_prime = AS_STR("\xff\xfe");
	s = facts_of(a, m);
	T_STR(s.dhe_class, "own");
	T_INT(s.dhe_prime.n, 0);

	t_case("a prime that is longer than we keep is not called so");
	m->dhe_bits = 20000;
	m->dhe_prime = AS_STR("");
	s = facts_of(a, m);
	T_INT(s.dhe, AS_OFFER_YES);
	T_INT(s.dhe_class.n, 0);

	t_case("violations in words");
	m->violations[0] = (struct as_tls_violation){
	    AS_TLS_VIOLATES_VERSION, AS_TLS_1_0, AS_TLS_1_2};
	m->violations[1] = (struct as_tls_violation){
	    AS_TLS_VIOLATES_VERSION, AS_TLS_1_2, 0x7f12};
	m->violations[2] = (struct as_tls_violation){
	    AS_TLS_VIOLATES_COMPRESSION, AS_TLS_1_2, 64};
	m->n_violations = 3;
	s = facts_of(a, m);
	if (T_INT(s.n_violations, 3)) {
		T_STR(s.violations[0], "version TLSv1.2 to a hello of TLSv1");
		T_STR(s.violations[1], "version 0x7F12 to a hello of TLSv1.2");
		T_STR(s.violations[2],
		    "compression 0x0040 to a hello of TLSv1.2");
	}
	as_arena_free(a);
}

/* The facts of a search with so large an arena, as text; NULL: none, and that is
 * said. */
static char *
search_capped(size_t cap)
{
	struct as_probing *p;
	struct replay r;
	struct as_buf b;

	server_set(0, NULL);
	replay_open(&r);
	as_arena_free(r.arena);
	r.arena = as_arena_new(cap);
	r.config.tls_tables = &tables;
	r.config.tls_book = &book;
	r.job = (struct as_job){.kind = AS_JOB_TLS,
	    .name = AS_STR("mx.example"),
	    .address = AS_STR(ADDRESS),
	    .inject = true};
	fake_reset();
	fake_smtp_by(ADDRESS, play);
	as_buf_init(&b, AS_MAX_FRAME_OCTETS);
	p = as_probe_tls_start(&r.probe, r.arena, &r.job, replay_on_done, &r);
	as_loop_run(r.probe.loop);
	T_INT(r.dones, p != NULL);
	if (p != NULL && r.done.tls->outcome == AS_SUBJECT_DONE)
		as_codec_print(
		    &b, &as_shape_job_done, &r.done, AS_JSON_COMPACT);
	else if (p != NULL)
		T_INT(r.done.tls->outcome, AS_SUBJECT_CANCELLED);
	as_buf_add(&b, "", 1);
	replay_close(&r);
	if (b.n > 1)
		return b.p;
	as_buf_fini(&b);
	return NULL;
}

static void
test_memory(void)
{
	unsigned none = 0, whole = 0, other = 0;
	char *want = search_capped(AS_MAX_JOB_OCTETS), *got;

	t_case("with every size of arena all facts, or none");
	T_OK(want != NULL);
	for (size_t cap = 256; want != NULL && whole < 20; cap += 48) {
		got = search_capped(cap);
		none += got == NULL;
		whole += got != NULL && strcmp(got, want) == 0;
		other += got != NULL && strcmp(got, want) != 0;
		free(got);
	}
	T_INT(other, 0);
	T_OK(none > 20);
	free(want);
}

int
main(void)
{
	test_facts();
	test_memory();
	test_own();
	test_search();
	test_close();
	test_injection();
	return t_done();
}
