/*
 * The plan against a model server: what is found is what is configured.
 */
#include "std/tls_plan.h"

#include "harness.h"

/* --- tables of the test --- */

static const struct as_tls_suite_row suite_rows[] = {
    {0x1302, AS_SUITE_RECOMMENDED},
    {0x1303, AS_SUITE_RECOMMENDED},
    {0x1301, AS_SUITE_RECOMMENDED},
    {0x1304, AS_SUITE_OK},
    {0xc02c, AS_SUITE_RECOMMENDED},
    {0xc030, AS_SUITE_RECOMMENDED},
    {0xc02b, AS_SUITE_RECOMMENDED},
    {0xc02f, AS_SUITE_RECOMMENDED},
    {0x009f, AS_SUITE_OK},
    {0x009e, AS_SUITE_OK},
    {0xc00a, AS_SUITE_LEGACY_CBC},
    {0xc014, AS_SUITE_LEGACY_CBC},
    {0x0039, AS_SUITE_LEGACY_CBC},
    {0x009d, AS_SUITE_LEGACY_NO_FS},
    {0x0035, AS_SUITE_LEGACY_NO_FS},
    {0x000a, AS_SUITE_WEAK},
    {0x0005, AS_SUITE_FORBIDDEN},
    {0x0034, AS_SUITE_FORBIDDEN},
    {0x0002, AS_SUITE_FORBIDDEN},
    {0x008c, AS_SUITE_NOT_FOR_SMTP},
};
static const struct as_tls_group_row group_rows[] = {
    {0x11ec, AS_TLS_GROUP_PQ},
    {0x11eb, AS_TLS_GROUP_PQ},
    {0x001d, AS_TLS_GROUP_EC},
    {0x0017, AS_TLS_GROUP_EC},
    {0x0018, AS_TLS_GROUP_EC},
    {0x0100, AS_TLS_GROUP_FF},
    {0x0101, AS_TLS_GROUP_FF},
    {0x6399, AS_TLS_GROUP_KYBER},
    {0x0013, AS_TLS_GROUP_OLD},
};

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define SUITES   N(suite_rows)
#define GROUPS   N(group_rows)

static const struct as_tls_plan_tables tables = {
    suite_rows, SUITES, group_rows, GROUPS};

/* With the suite of an answer that names none. */
static const struct as_tls_suite_row null_rows[] = {
    {0x1301, AS_SUITE_RECOMMENDED}, {0x0000, AS_SUITE_FORBIDDEN}};
static const struct as_tls_plan_tables null_tables = {
    null_rows, N(null_rows), group_rows, GROUPS};

/* --- the model --- */

enum quirk {
	PLAIN,
	CLOSES,      /* for an alert, in the lack of a version */
	ONLY_CLOSES, /* for an alert, always */
	SLAMS,       /* the door, from the n-th connection on */
	STUMBLES,    /* closes the n-th connection, that alone */
	MUTE,
	NO_BIG,
	LIAR,
	LATE_ORDER,
	OLD_TONGUE,
	FOREIGN_GROUP,
	FOREIGN_SIGNATURE,
	FOREIGN_COMPRESSION,
	NEWER, /* answers TLS 1.2 to whatever is older */
};

struct server {
	bool versions[AS_TLS_VERSIONS];
	uint16_t suites[SUITES]; /* in its order; for the versions they fit */
	size_t n_suites;
	bool groups[GROUPS];
	bool server_order, rsa, ecdsa, sha1;
	uint32_t dhe_bits; /* 0: no DHE */
	enum quirk quirk;
	unsigned asked, nth;
};

static uint32_t seed = 1;

static uint32_t
dice(uint32_t sides)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % sides;
}

static bool
in(const struct as_hello_codes *list, uint16_t code)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i] == code)
			return true;
	return false;
}

/* The version that server and hello agree on, or -1. */
static int
version_agree(const struct server *s, const struct as_hello *h)
{
	if (h->form == AS_HELLO_FORM_SSL2)
		return s->versions[AS_TLS_AT_SSL2] ? AS_TLS_AT_SSL2 : -1;
	if (h->versions.n > 0)
		return s->versions[AS_TLS_AT_1_3] &&
			in(&h->versions, AS_TLS_1_3)
		    ? AS_TLS_AT_1_3
		    : -1;
	for (int v = AS_TLS_AT_1_2; v >= AS_TLS_AT_SSL3; v--)
		if (s->versions[v] &&
		    as_tls_version_at((enum as_tls_version_index)v) <=
			h->version)
			return v;
	return -1;
}

static uint16_t
group_agree(const struct server *s, const struct as_hello *h, bool ec_only)
{
	for (size_t i = 0; i < GROUPS; i++)
		if (s->groups[i] && in(&h->groups, group_rows[i].code) &&
		    (!ec_only || group_rows[i].kind == AS_TLS_GROUP_EC ||
			group_rows[i].kind == AS_TLS_GROUP_OLD))
			return group_rows[i].code;
	return 0;
}

/* Can it do this suite with this hello? */
static bool
can(const struct server *s, const struct as_hello *h, int v, uint16_t suite)
{
	struct as_tls_exchange x = as_tls_exchange_get(suite);
	bool sha1_only = h->signatures.n > 0 && !in(&h->signatures, 0x0401);
	bool is_signed = x.kx == AS_TLS_KX_DHE || x.kx == AS_TLS_KX_ECDHE;

	if ((suite >> 8 == 0x13) != (v == AS_TLS_AT_1_3))
		return false;
	if (v == AS_TLS_AT_1_3)
		return group_agree(s, h, false) != 0;
	if (x.kx == AS_TLS_KX_PSK)
		return false; /* nobody has a key in common with us */
	if (x.auth == AS_TLS_AUTH_RSA && !s->rsa)
		return false;
	if (x.auth == AS_TLS_AUTH_ECDSA && !s->ecdsa)
		return false;
	if (is_signed && sha1_only && !s->sha1)
		return false;
	if (x.kx == AS_TLS_KX_ECDHE && v != AS_TLS_AT_SSL3 &&
	    group_agree(s, h, true) == 0)
		return false;
	return x.kx != AS_TLS_KX_DHE || s->dhe_bits > 0;
}

static uint16_t
suite_agree(const struct server *s, const struct as_hello *h, int v)
{
	struct as_hello_codes own = {s->suites, s->n_suites};
	const struct as_hello_codes *first =
	    s->server_order ? &own : &h->suites;
	const struct as_hello_codes *other =
	    s->server_order ? &h->suites : &own;

	for (size_t i = 0; i < first->n; i++)
		if (in(other, first->v[i]) && can(s, h, v, first->v[i]))
			return first->v[i];
	return 0;
}

static void
exchange_fill(const struct server *s, const struct as_hello *h,
    struct as_hello_answer *an)
{
	struct as_tls_exchange x = as_tls_exchange_get(an->suite);
	static const struct as_str der = {"DER", 3};
	bool sha1_only = h->signatures.n > 0 && !in(&h->signatures, 0x0401);

	an->certificates = (struct as_str *)&der;
	an->n_certificates = an->certificates_sent = 1;
	if (x.kx == AS_TLS_KX_DHE)
		an->exchange = (struct as_hello_exchange){
		    .seen = true, .bits = s->dhe_bits};
	if (x.kx == AS_TLS_KX_ECDHE)
		an->exchange = (struct as_hello_exchange){.seen = true,
		    .curve_type = 3,
		    .group = group_agree(s, h, true)};
	if (h->signatures.n > 0)
		an->exchange.signature = sha1_only ? 0x0201 : 0x0401;
	an->extensions[an->n_extensions++] = AS_TLS_EXT_EMS;
}

/* Does the least suite below TLS 1.3 come first? */
static bool
is_reversed(const struct as_hello *h)
{
	return h->suites.n > 2 && h->suites.v[0] == 0x0002;
}

/* What no client has offered. */
static void
foreign_fill(const struct server *s, const struct as_hello *h,
    struct as_hello_answer *an)
{
	bool old = h->form == AS_HELLO_FORM_TLS && h->versions.n == 0;

	if (s->quirk == FOREIGN_GROUP)
		an->group = an->exchange.group = 0x4242;
	if (s->quirk == FOREIGN_SIGNATURE && old)
		an->exchange.signature = 0x0202 + 0x5000;
	if (s->quirk == FOREIGN_COMPRESSION)
		an->compression = 64;
	if (s->quirk == NEWER && old)
		an->version = AS_TLS_1_2;
}

static struct as_hello_answer
answer(struct server *s, const struct as_hello *h)
{
	struct as_hello_answer an = {.end = AS_HELLO_ALERT, .alert = 40};
	int v = version_agree(s, h);

	s->asked++;
	if (s->quirk == MUTE)
		return (struct as_hello_answer){.end = AS_HELLO_TIMEOUT};
	if (s->quirk == SLAMS && s->asked >= s->nth)
		return (struct as_hello_answer){.end = AS_HELLO_CLOSED};
	if (s->quirk == STUMBLES && s->asked == s->nth)
		return (struct as_hello_answer){.end = AS_HELLO_RESET};
	if (s->quirk == OLD_TONGUE)
		return (struct as_hello_answer){.end = AS_HELLO_SSL2};
	if (s->quirk == LATE_ORDER && is_reversed(h))
		return (struct as_hello_answer){.end = AS_HELLO_TIMEOUT};
	if ((v < 0 && s->quirk == CLOSES) || s->quirk == ONLY_CLOSES)
		an = (struct as_hello_answer){.end = AS_HELLO_CLOSED};
	if (v < 0 || (s->quirk == NO_BIG && h->pad_to > 0))
		return an;
	if (v == AS_TLS_AT_SSL2)
		return (struct as_hello_answer){.end = AS_HELLO_SSL2};
	an.suite = suite_agree(s, h, v);
	if (an.suite != 0)
		an = (struct as_hello_answer){
		    .end = AS_HELLO_ALERT, .suite = an.suite};
	if (s->quirk == LIAR)
		an.suite = 0xc02f;
	if (an.suite == 0)
		return an;
	an.end = v == AS_TLS_AT_1_3 ? AS_HELLO_RETRY : AS_HELLO_FLIGHT;
	an.version = as_tls_version_at((enum as_tls_version_index)v);
	an.alert = 0;
	if (v == AS_TLS_AT_1_3)
		an.group = group_agree(s, h, false);
	else
		exchange_fill(s, h, &an);
	foreign_fill(s, h, &an);
	return an;
}

/* --- a run --- */

static const struct as_tls_map *
run(struct as_arena *a, struct server *s, bool deep, uint32_t budget)
{
	struct as_tls_plan_options o = {.deep = deep, .budget = budget};
	struct as_tls_plan *p = as_tls_plan_new(
	    a, s->quirk == OLD_TONGUE ? &null_tables : &tables, &o);
	struct as_buf wire;
	struct as_tls_ask ask;

	as_buf_init(&wire, 65536);
	while (as_tls_plan_next(p, &ask)) {
		struct as_hello_answer an = answer(s, &ask.hello);

		as_buf_reset(&wire);
		T_OK(as_hello_write(&wire, &ask.hello, NULL) == AS_OK);
		T_OK(ask.hello.pad_to == 0 || wire.n >= ask.hello.pad_to);
		as_tls_plan_take(p, &an);
	}
	T_OK(!as_tls_plan_next(p, &ask));
	as_buf_fini(&wire);
	T_INT(as_tls_plan_map(p)->connections, s->asked);
	return as_tls_plan_map(p);
}

/* Does the server take a suite in a version, whatever else is offered? */
static bool
takes(const struct server *s, int v, uint16_t suite)
{
	uint16_t groups[GROUPS];
	struct as_hello h = {.groups = {groups, GROUPS}};

	if (v == AS_TLS_AT_SSL2)
		return false; /* its kinds are not in the tables */
	for (size_t i = 0; i < GROUPS; i++)
		groups[i] = group_rows[i].code;
	for (size_t i = 0; i < s->n_suites; i++)
		if (s->suites[i] == suite)
			return s->versions[v] && can(s, &h, v, suite);
	return false;
}

static bool
has_suite(const struct as_tls_map_version *v, uint16_t suite)
{
	for (size_t i = 0; i < v->n_suites; i++)
		if (v->suites[i] == suite)
			return true;
	return false;
}

/* A version that is on but can agree on nothing looks like one that is off. */
static bool
works(const struct server *s, int v)
{
	if (v == AS_TLS_AT_SSL2)
		return s->versions[v];
	for (size_t i = 0; i < s->n_suites; i++)
		if (takes(s, v, s->suites[i]))
			return true;
	return false;
}

static bool
works_at_all(const struct server *s)
{
	for (int v = 0; v < AS_TLS_VERSIONS; v++)
		if (works(s, v))
			return true;
	return false;
}

/* Of a server that closes on everything nothing is known. */
static enum as_tls_seen
seen_of_none(const struct server *s)
{
	for (int v = 0; v < AS_TLS_VERSIONS; v++)
		if (s->versions[v])
			return AS_TLS_SEEN_NO; /* it has an alert for those */
	return s->quirk == CLOSES ? AS_TLS_SEEN_OPEN : AS_TLS_SEEN_NO;
}

static struct server
server_roll(void)
{
	struct server s = {.server_order = dice(2),
	    .rsa = dice(4) > 0,
	    .ecdsa = dice(2),
	    .sha1 = dice(3) == 0,
	    .dhe_bits = dice(2) ? 1024 * (1 + dice(3)) : 0,
	    .quirk = dice(5) == 0 ? CLOSES : PLAIN};

	for (int v = 0; v < AS_TLS_VERSIONS; v++)
		s.versions[v] = dice(v >= AS_TLS_AT_1_2 ? 4 : 3) > 1;
	for (size_t i = 0; i < SUITES; i++) {
		size_t at = dice((uint32_t)s.n_suites + 1);

		if (dice(2) == 0)
			continue;
		memmove(&s.suites[at + 1], &s.suites[at],
		    (s.n_suites - at) * sizeof(s.suites[0]));
		s.suites[at] = suite_rows[i].code;
		s.n_suites++;
	}
	for (size_t i = 0; i < GROUPS; i++)
		s.groups[i] = dice(2);
	return s;
}

/* --- what must hold --- */

static void
check_versions(const struct server *s, const struct as_tls_map *m, bool deep)
{
	for (int v = 0; v < AS_TLS_VERSIONS; v++) {
		const struct as_tls_map_version *mv = &m->versions[v];
		size_t n = 0;

		if (works(s, v))
			T_INT(mv->seen, AS_TLS_SEEN_YES);
		else if (works_at_all(s))
			T_INT(mv->seen, AS_TLS_SEEN_NO);
		else
			T_INT(mv->seen, seen_of_none(s));
		for (size_t i = 0; i < SUITES; i++) {
			uint16_t code = suite_rows[i].code;
			n += takes(s, v, code);
			if (deep)
				T_INT(has_suite(mv, code), takes(s, v, code));
			else if (has_suite(mv, code))
				T_OK(takes(s, v, code));
		}
		if (mv->order != AS_TLS_ORDER_UNKNOWN)
			T_INT(
			    mv->order == AS_TLS_ORDER_SERVER, s->server_order);
		if (deep && n > 2)
			T_OK(mv->order != AS_TLS_ORDER_UNKNOWN);
	}
}

static void
check_classes(const struct server *s, const struct as_tls_map *m)
{
	for (int v = AS_TLS_AT_SSL3; v < AS_TLS_VERSIONS; v++)
		for (int c = 0; c < AS_SUITE_NOT_FOR_SMTP; c++) {
			bool any = false;

			if (!works(s, v) ||
			    m->versions[v].classes[c] == AS_TLS_SEEN_NOT_ASKED)
				continue;
			for (size_t i = 0; i < SUITES; i++)
				any = any ||
				    (suite_rows[i].class ==
					    (enum as_suite_class)c &&
					takes(s, v, suite_rows[i].code));
			T_INT(
			    m->versions[v].classes[c] == AS_TLS_SEEN_YES, any);
			if (any)
				T_OK(takes(s, v, m->versions[v].first[c]));
		}
}

/* A class that one version has told of is not asked for in older ones; but none
 * goes unseen. */
static void
check_all_classes(const struct server *s, const struct as_tls_map *m)
{
	for (size_t i = 0; i < SUITES; i++) {
		bool seen = suite_rows[i].class == AS_SUITE_NOT_FOR_SMTP;
		bool any = false;

		for (int v = AS_TLS_AT_SSL3; v <= AS_TLS_AT_1_2; v++) {
			any = any || takes(s, v, suite_rows[i].code);
			seen = seen ||
			    m->versions[v].classes[suite_rows[i].class] ==
				AS_TLS_SEEN_YES;
		}
		T_OK(seen || !any);
	}
}

/* Those that only old versions know are seen beside TLS 1.3, too. */
static void
check_old_groups(const struct server *s, const struct as_tls_map *m)
{
	for (size_t i = 0; i < GROUPS; i++)
		if (group_rows[i].kind == AS_TLS_GROUP_OLD && s->rsa &&
		    m->groups[i].seen != AS_TLS_SEEN_NOT_ASKED)
			T_INT(
			    m->groups[i].seen == AS_TLS_SEEN_YES, s->groups[i]);
}

static void
check_groups(const struct server *s, const struct as_tls_map *m)
{
	if (!works(s, AS_TLS_AT_1_3))
		return;
	for (size_t i = 0; i < GROUPS; i++)
		if (m->groups[i].seen != AS_TLS_SEEN_NOT_ASKED)
			T_INT(
			    m->groups[i].seen == AS_TLS_SEEN_YES, s->groups[i]);
}

/* Does a version up to TLS 1.2, the highest that works, take such a suite? */
static bool
top_takes(const struct server *s, enum as_tls_kx kx, enum as_tls_auth auth)
{
	for (int v = AS_TLS_AT_1_2; v >= AS_TLS_AT_SSL3; v--) {
		if (!works(s, v))
			continue;
		for (size_t i = 0; i < SUITES; i++) {
			struct as_tls_exchange x =
			    as_tls_exchange_get(suite_rows[i].code);
			if ((kx == AS_TLS_KX_UNKNOWN || x.kx == kx) &&
			    (auth == AS_TLS_AUTH_UNKNOWN || x.auth == auth) &&
			    takes(s, v, suite_rows[i].code))
				return true;
		}
		return false;
	}
	return false;
}

static void
check_chains(const struct server *s, const struct as_tls_map *m)
{
	T_INT(m->rsa.seen == AS_TLS_SEEN_YES,
	    top_takes(s, AS_TLS_KX_UNKNOWN, AS_TLS_AUTH_RSA));
	T_INT(m->ecdsa.seen == AS_TLS_SEEN_YES,
	    top_takes(s, AS_TLS_KX_UNKNOWN, AS_TLS_AUTH_ECDSA));
	T_INT(m->rsa.seen == AS_TLS_SEEN_YES, m->rsa.n_certificates > 0);
	if (m->dhe == AS_TLS_SEEN_YES)
		T_INT(m->dhe_bits, s->dhe_bits);
	else
		T_OK(!top_takes(s, AS_TLS_KX_DHE, AS_TLS_AUTH_UNKNOWN));
}

static void
test_random(struct as_arena *a)
{
	unsigned most = 0, total = 0, cut = 0;

	t_case("500 servers, asked in short");
	for (unsigned i = 0; i < 500; i++) {
		struct server s = server_roll();
		const struct as_tls_map *m = run(a, &s, false, 0);

		T_OK(m->connections <= AS_TLS_PLAN_BUDGET);
		check_versions(&s, m, false);
		check_classes(&s, m);
		check_groups(&s, m);
		if (m->n_left_out == 0) {
			check_chains(&s, m);
			check_all_classes(&s, m);
			check_old_groups(&s, m);
		}
		most = m->connections > most ? m->connections : most;
		total += m->connections;
		cut += m->n_left_out > 0;
		as_arena_reset(a);
	}
	printf("# at most %u connections, %u in 500; %u servers were cut\n",
	    most, total, cut);
	T_OK(cut < 50);
	t_case("500 servers, asked for everything");
	for (unsigned i = 0; i < 500; i++) {
		struct server s = server_roll();
		const struct as_tls_map *m = run(a, &s, true, 0);

		T_INT(m->n_left_out, 0);
		check_versions(&s, m, true);
		check_classes(&s, m);
		check_groups(&s, m);
		check_chains(&s, m);
		as_arena_reset(a);
	}
}

static bool
violates(const struct as_tls_map *m, enum as_tls_violation_kind kind,
    uint16_t asked, uint16_t code)
{
	for (size_t i = 0; i < m->n_violations; i++)
		if (m->violations[i].kind == kind &&
		    m->violations[i].asked == asked &&
		    m->violations[i].code == code)
			return true;
	return false;
}

/* One server of each kind that does not play along. */
static void
test_quirks(struct as_arena *a)
{
	struct server s = {.versions = {false, false, true, true, true, true},
	    .suites = {0x1301, 0xc02f, 0xc014, 0x0035, 0x000a, 0x0005},
	    .n_suites = 6,
	    .groups = {true, false, true, true},
	    .server_order = true,
	    .rsa = true};
	const struct as_tls_map *m;

	t_case("a server that offers all");
	m = run(a, &s, false, 0);
	T_INT(m->group, 0x11ec);
	T_INT(m->big_hello, AS_TLS_SEEN_YES);
	T_INT(m->ems, AS_TLS_SEEN_YES);
	T_INT(m->renegotiation, AS_TLS_SEEN_NO);
	T_INT(m->sha1_signature, AS_TLS_SEEN_NO);
	T_INT(m->versions[AS_TLS_AT_1_2].first[AS_SUITE_FORBIDDEN], 0x0005);

	t_case("a budget of ten");
	s.asked = 0;
	m = run(a, &s, false, 10);
	T_INT(m->connections, 10);
	T_OK(m->n_left_out > 3);
	T_OK(m->stopped == NULL);

	t_case("no answer about the order is no order");
	s.asked = 0;
	s.quirk = LATE_ORDER;
	m = run(a, &s, false, 0);
	T_OK(m->stopped == NULL);
	T_OK(m->versions[AS_TLS_AT_1_2].n_suites > 1);
	T_INT(m->versions[AS_TLS_AT_1_2].order, AS_TLS_ORDER_UNKNOWN);

	t_case("SSLv2 in answer to TLS is no yes to TLS");
	s.asked = 0;
	s.quirk = OLD_TONGUE;
	m = run(a, &s, false, 0);
	T_INT(m->versions[AS_TLS_AT_1_2].seen, AS_TLS_SEEN_OPEN);
	T_INT(m->versions[AS_TLS_AT_SSL2].seen, AS_TLS_SEEN_YES);
	T_OK(violates(m, AS_TLS_VIOLATES_VERSION, AS_TLS_1_2, AS_TLS_SSL2));

	t_case("big hellos are dropped");
	s.asked = 0;
	s.quirk = NO_BIG;
	m = run(a, &s, false, 0);
	T_INT(m->big_hello, AS_TLS_SEEN_NO);
	T_INT(m->versions[AS_TLS_AT_1_3].seen, AS_TLS_SEEN_YES);

	t_case("a server that says nothing is left alone");
	s.asked = 0;
	s.quirk = MUTE;
	m = run(a, &s, false, 0);
	T_INT(m->connections, 2);
	T_OK(m->stopped != NULL);
	T_INT(m->versions[AS_TLS_AT_1_3].seen, AS_TLS_SEEN_OPEN);
	T_INT(m->versions[AS_TLS_AT_1_0].seen, AS_TLS_SEEN_NOT_ASKED);

	t_case("a server that answers what was not offered comes to an end");
	s.asked = 0;
	s.quirk = LIAR;
	m = run(a, &s, true, 0);
	T_OK(m->connections < 60);
	T_INT(m->versions[AS_TLS_AT_1_3].seen, AS_TLS_SEEN_OPEN);
	T_OK(violates(m, AS_TLS_VIOLATES_SUITE, AS_TLS_1_3, 0xc02f));

	t_case("one that only closes has not said no");
	s = (struct server){.quirk = CLOSES};
	m = run(a, &s, false, 0);
	T_INT(m->versions[AS_TLS_AT_1_2].seen, AS_TLS_SEEN_OPEN);
	T_INT(m->connections, AS_TLS_VERSIONS + 1);
	T_OK(m->stopped != NULL);
}

/* A server that offers much. */
static struct server
server_usual(enum quirk quirk)
{
	return (struct server){
	    .versions = {false, false, true, true, true, true},
	    .suites = {0x1301, 0xc02f, 0x009e, 0xc014, 0x0035, 0x000a},
	    .n_suites = 6,
	    .groups = {true, false, true, true},
	    .server_order = true,
	    .rsa = true,
	    .dhe_bits = 2048,
	    .quirk = quirk};
}

static void
same_offer(const struct as_tls_map *m, const struct as_tls_map *want)
{
	for (int v = 0; v < AS_TLS_VERSIONS; v++) {
		T_INT(m->versions[v].seen, want->versions[v].seen);
		for (int c = 0; c < AS_SUITE_CLASSES; c++)
			T_INT(m->versions[v].classes[c],
			    want->versions[v].classes[c]);
	}
	for (size_t i = 0; i < want->n_groups; i++)
		T_INT(m->groups[i].seen, want->groups[i].seen);
	T_INT(m->dhe, want->dhe);
	T_INT(m->rsa.seen, want->rsa.seen);
	T_INT(m->ecdsa.seen, want->ecdsa.seen);
	T_INT(m->sha1_signature, want->sha1_signature);
	T_INT(m->big_hello, want->big_hello);
}

/* Nothing is said that an undisturbed search does not say, and a no least of
 * all. */
static void
no_more_than(const struct as_tls_map *m, const struct as_tls_map *want)
{
	for (int v = 0; v < AS_TLS_VERSIONS; v++) {
		if (m->versions[v].seen == AS_TLS_SEEN_NO)
			T_INT(want->versions[v].seen, AS_TLS_SEEN_NO);
		for (int c = 0; c < AS_SUITE_CLASSES; c++)
			if (m->versions[v].classes[c] == AS_TLS_SEEN_NO)
				T_INT(want->versions[v].classes[c],
				    AS_TLS_SEEN_NO);
	}
	for (size_t i = 0; i < want->n_groups; i++)
		if (m->groups[i].seen == AS_TLS_SEEN_NO)
			T_INT(want->groups[i].seen, AS_TLS_SEEN_NO);
	if (m->dhe == AS_TLS_SEEN_NO)
		T_INT(want->dhe, AS_TLS_SEEN_NO);
	if (m->rsa.seen == AS_TLS_SEEN_NO)
		T_INT(want->rsa.seen, AS_TLS_SEEN_NO);
	if (m->big_hello == AS_TLS_SEEN_NO)
		T_INT(want->big_hello, AS_TLS_SEEN_NO);
}

static void
test_closes(struct as_arena *a)
{
	struct server s = server_usual(PLAIN);
	const struct as_tls_map *want = run(a, &s, false, 100), *m;
	unsigned all = s.asked;

	t_case("a server that closes for no says the same as one with alerts");
	s = server_usual(ONLY_CLOSES);
	m = run(a, &s, false, 100);
	same_offer(m, want);
	T_OK(m->stopped == NULL);
	T_INT(m->n_left_out, 0);
	printf("# %u connections, %u with alerts\n", m->connections, all);
	T_OK(m->versions[AS_TLS_AT_SSL3].closed);

	t_case("one that closes all from the n-th on is left alone by then");
	for (unsigned n = 1; n <= all; n++) {
		s = server_usual(SLAMS);
		s.nth = n;
		m = run(a, &s, false, 0);
		no_more_than(m, want);
		T_OK(m->stopped != NULL || m->n_left_out > 0);
		T_OK(m->stopped != NULL || n > AS_TLS_PLAN_BUDGET - 4);
		if (n > 1)
			T_OK(s.asked <= n + 4);
	}

	t_case("that goes for one that has closed for no before, too");
	for (unsigned n = 1; n <= all; n++) {
		s = server_usual(SLAMS);
		s.nth = n;
		s.versions[AS_TLS_AT_1_0] = false;
		m = run(a, &s, true, 0);
		T_OK(m->stopped != NULL || s.asked < n);
	}

	t_case("a single close in between changes nothing");
	for (unsigned n = 1; n <= all; n++) {
		s = server_usual(STUMBLES);
		s.nth = n;
		m = run(a, &s, false, 100);
		same_offer(m, want);
		T_OK(m->stopped == NULL);
	}

	t_case("a close at the end of the budget stays open");
	for (unsigned b = 2; b < all; b++) {
		s = server_usual(ONLY_CLOSES);
		m = run(a, &s, false, b);
		no_more_than(m, want);
		T_OK(m->n_left_out > 0 || m->stopped != NULL);
	}
}

/* What was not offered is a violation and no fact. */
static void
test_foreign(struct as_arena *a)
{
	struct server s = server_usual(FOREIGN_GROUP);
	const struct as_tls_map *m = run(a, &s, false, 0);

	t_case("a group that was not offered");
	T_OK(violates(m, AS_TLS_VIOLATES_GROUP, AS_TLS_1_3, 0x4242));
	T_OK(violates(m, AS_TLS_VIOLATES_GROUP, AS_TLS_1_2, 0x4242));
	T_INT(m->group, 0);
	for (size_t i = 0; i < m->n_groups; i++)
		T_OK(m->groups[i].seen != AS_TLS_SEEN_YES &&
		    (m->groups[i].seen != AS_TLS_SEEN_NO ||
			group_rows[i].kind == AS_TLS_GROUP_OLD));

	t_case("a signature that was not offered");
	s = server_usual(FOREIGN_SIGNATURE);
	m = run(a, &s, false, 0);
	T_OK(violates(m, AS_TLS_VIOLATES_SIGNATURE, AS_TLS_1_2, 0x5202));
	T_INT(m->rsa.seen, AS_TLS_SEEN_YES);
	T_INT(m->rsa.signature, 0);

	t_case("a compression that was not offered");
	s = server_usual(FOREIGN_COMPRESSION);
	m = run(a, &s, false, 0);
	T_OK(violates(m, AS_TLS_VIOLATES_COMPRESSION, AS_TLS_1_2, 64));
	T_INT(m->compression, AS_TLS_SEEN_NOT_ASKED);

	t_case("a version newer than offered");
	s = server_usual(NEWER);
	m = run(a, &s, false, 0);
	T_OK(violates(m, AS_TLS_VIOLATES_VERSION, AS_TLS_1_0, AS_TLS_1_2));
	T_INT(m->versions[AS_TLS_AT_1_0].seen, AS_TLS_SEEN_OPEN);
	T_INT(m->versions[AS_TLS_AT_1_2].seen, AS_TLS_SEEN_YES);

	t_case("an honest server violates nothing");
	s = server_usual(PLAIN);
	m = run(a, &s, true, 0);
	T_INT(m->n_violations, 0);
}

/* A deep search costs one connection a suite, and one to see the end. */
static void
test_cost(struct as_arena *a)
{
	struct server s = {.versions = {[AS_TLS_AT_1_2] = true},
	    .suites = {0xc030, 0xc02f, 0x009f, 0xc014, 0x0035},
	    .n_suites = 5,
	    .groups = {[3] = true},
	    .rsa = true,
	    .dhe_bits = 2048};
	const struct as_tls_map *m;

	t_case("the cost of every suite");
	m = run(a, &s, true, 0);
	T_INT(m->versions[AS_TLS_AT_1_2].n_suites, 5);
	T_OK(m->versions[AS_TLS_AT_1_2].complete);
	/* six versions, five suites of which one is known already, and its
	 * end; order, ECDSA, SHA-1, big; one group and its end */
	T_OK(m->connections <= 6 + 5 + 1 + 4 + 2);
}

int
main(void)
{
	struct as_arena *a = as_arena_new((size_t)64 << 20);

	if (a == NULL)
		return 1;
	test_quirks(a);
	test_cost(a);
	test_closes(a);
	test_foreign(a);
	test_random(a);
	as_arena_free(a);
	return t_done();
}
