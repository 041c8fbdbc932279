#include "app/politeness.h"

#include "harness.h"

#define N 400 /* at most 16 times 25: somewhere */

static struct as_turn turns[N];
static unsigned gone; /* turns that came */

static void
on_go(struct as_turn *t)
{
	(void)t;
	gone++;
}

static struct as_politeness *late_at;
static unsigned n_late;

static void
on_late(struct as_turn *t)
{
	n_late++;
	as_politeness_leave(late_at, t);
}

static struct as_politeness *
politeness(unsigned address, unsigned network, unsigned firm)
{
	struct as_manners m = {address, network, firm};

	return as_politeness_new(&m);
}

static void
join_of(struct as_politeness *p, unsigned i, const char *ip, const char *firm)
{
	turns[i] = (struct as_turn){.go = on_go,
	    .late = on_late,
	    .since_ms = i,
	    .operator= as_str_from(firm)};
	if (as_ip_parse(as_str_from(ip), &turns[i].ip) != AS_OK ||
	    as_politeness_join(p, &turns[i]) != AS_OK)
		abort();
}

static void
join(struct as_politeness *p, unsigned i, const char *ip)
{
	join_of(p, i, ip, NULL);
}

static void
test_limits(void)
{
	struct as_politeness *p = politeness(1, 2, 4);

	gone = 0;
	t_case("one at an address");
	join(p, 0, "192.0.2.1");
	T_INT(gone, 1);
	join(p, 1, "192.0.2.1");
	T_INT(gone, 1);

	t_case("two in a /24, and who may go passes who may not");
	join(p, 2, "192.0.2.2");
	T_INT(gone, 2);
	join(p, 3, "192.0.2.3");
	T_INT(gone, 2);
	join(p, 4, "192.0.3.1");
	T_INT(gone, 3);

	t_case("a free place goes to who waited longest and may");
	as_politeness_leave(p, &turns[2]);
	T_INT(gone, 4);
	T_OK(turns[1].waiting);
	T_OK(!turns[3].waiting);
	as_politeness_leave(p, &turns[0]);
	T_INT(gone, 5);
	T_OK(!turns[1].waiting);

	t_case("those that waited too long, and no others");
	join(p, 5, "192.0.2.3");
	join(p, 6, "192.0.2.1");
	join(p, 7, "192.0.2.1");
	as_politeness_leave(p, &turns[5]); /* gives up */
	late_at = p;
	n_late = 0;
	as_politeness_expire(p, 5);
	T_INT(n_late, 0);
	as_politeness_expire(p, 7);
	T_INT(n_late, 1);
	T_OK(turns[6].queue == NULL);
	T_OK(turns[7].waiting);
	T_INT(gone, 5);
	as_politeness_free(p);
}

static void
test_ipv6(void)
{
	struct as_politeness *p = politeness(1, 2, 4);

	gone = 0;
	t_case("IPv6 networks are /48, apart from IPv4");
	join(p, 0, "2001:db8:1:1::1");
	join(p, 1, "2001:db8:1:2::1");
	join(p, 2, "2001:db8:1:3::1");
	T_INT(gone, 2);
	join(p, 3, "2001:db8:2::1");
	join(p, 4, "32.1.13.184");
	T_INT(gone, 4);
	as_politeness_free(p);
}

static void
test_all_served(void)
{
	struct as_politeness *p = politeness(1, 2, 4);
	unsigned rounds = 0, inside_most = 0;
	char ip[40];

	gone = 0;
	t_case("400 turns in three networks are all served, two at a time");
	for (unsigned i = 0; i < N; i++) {
		(void)snprintf(ip, sizeof(ip), "198.51.%u.%u", i % 3, i % 7);
		join(p, i, ip);
	}
	for (bool any = true; any; rounds++) {
		unsigned inside = 0;
		any = false;
		for (unsigned i = 0; i < N; i++)
			inside += turns[i].queue != NULL && !turns[i].waiting;
		if (inside > inside_most)
			inside_most = inside;
		for (unsigned i = 0; i < N && !any; i++) {
			if (turns[i].queue == NULL || turns[i].waiting)
				continue;
			as_politeness_leave(p, &turns[i]);
			any = true;
		}
	}
	T_INT(gone, N);
	T_INT(inside_most, 6);
	as_politeness_free(p);
}

/* Addresses of sixteen networks, in turn. */
static const char *
somewhere(unsigned i)
{
	static char ip[40];

	(void)snprintf(ip, sizeof(ip), "198.51.%u.%u", i % 16, i / 16);
	return ip;
}

static void
test_operators(void)
{
	struct as_politeness *p = politeness(1, 2, 4);

	gone = 0;
	t_case("four to an operator, wherever its servers stand");
	for (unsigned i = 0; i < 8; i++)
		join_of(p, i, somewhere(i), "big.example");
	T_INT(gone, 4);

	t_case("others do not wait for it, not even at its addresses");
	join_of(p, 8, somewhere(5), "small.example");
	T_INT(gone, 5);
	join_of(p, 9, somewhere(6), NULL);
	T_INT(gone, 6);

	t_case("its next one goes when one of its own leaves");
	as_politeness_leave(p, &turns[9]);
	T_INT(gone, 6);
	as_politeness_leave(p, &turns[0]);
	T_INT(gone, 7);
	T_OK(!turns[4].waiting);

	t_case("who may not go at its address is passed by");
	as_politeness_leave(p, &turns[1]);
	T_OK(turns[5].waiting); /* the address of turn 8 */
	T_OK(!turns[6].waiting);
	as_politeness_leave(p, &turns[8]);
	T_OK(turns[5].waiting);
	as_politeness_leave(p, &turns[2]);
	T_OK(!turns[5].waiting);
	T_INT(gone, 9);
	as_politeness_free(p);
}

/* What two operators, and one leaving, may set free at once. */
static void
test_two_at_once(void)
{
	struct as_politeness *p = politeness(1, 2, 1);

	gone = 0;
	t_case("one that leaves lets in all that it kept out");
	join_of(p, 0, "192.0.2.1", "a.example");
	join_of(p, 1, "192.0.2.1", "b.example");
	join_of(p, 2, "192.0.2.2", "a.example");
	join_of(p, 3, "203.0.113.1", "a.example");
	T_INT(gone, 1);
	as_politeness_leave(p, &turns[0]);
	T_INT(gone, 3);
	T_OK(!turns[1].waiting);
	T_INT(!turns[2].waiting + !turns[3].waiting, 1);
	as_politeness_leave(p, &turns[turns[2].waiting ? 3 : 2]);
	T_INT(gone, 4);
	as_politeness_free(p);
}

/* Random joins and leaves: no limit is passed, and nobody who may go waits. */
static bool
all_is_well(unsigned n, unsigned firms)
{
	unsigned at[16][25] = {{0}}, net[16] = {0}, firm[8] = {0};

	for (unsigned i = 0; i < n; i++)
		if (turns[i].queue != NULL && !turns[i].waiting) {
			at[i % 16][i / 16]++;
			net[i % 16]++;
			firm[i * 7 % firms]++;
		}
	for (unsigned i = 0; i < n; i++) {
		unsigned a = at[i % 16][i / 16], c = net[i % 16];
		unsigned f = firm[i * 7 % firms];
		if (a > 1 || c > 2 || f > 4)
			return false;
		if (turns[i].queue != NULL && turns[i].waiting && a < 1 &&
		    c < 2 && f < 4)
			return false;
	}
	return true;
}

static void
test_random(void)
{
	static const char *const names[] = {"a.example", "b.example",
	    "c.example", "d.example", "e.example", "f.example", "g.example"};
	const unsigned firms = sizeof(names) / sizeof(names[0]);
	struct as_politeness *p = politeness(1, 2, 4);
	unsigned seed = 1;
	bool well = true;

	t_case("20,000 random steps: within the limits, and nobody left out");
	memset(turns, 0, sizeof(turns));
	for (unsigned step = 0; step < 20000 && well; step++) {
		unsigned i;
		seed = seed * 1103515245 + 12345;
		i = (seed >> 8) % N;
		if (turns[i].queue != NULL)
			as_politeness_leave(p, &turns[i]);
		else
			join_of(p, i, somewhere(i), names[i * 7 % firms]);
		well = all_is_well(N, firms);
	}
	T_OK(well);
	as_politeness_free(p);
}

static void
test_carried(void)
{
	struct as_politeness *p = politeness(1, 2, 4);

	gone = 0;
	t_case("an IPv4 address is the same in the dress of IPv6");
	join(p, 0, "8.8.8.8");
	join(p, 1, "::ffff:8.8.8.8");
	join(p, 2, "64:ff9b::808:808");
	T_INT(gone, 1);
	join(p, 3, "::ffff:8.8.9.9");
	T_INT(gone, 2);
	as_politeness_free(p);
}

static void
test_turns_of_addresses(void)
{
	struct as_politeness *p = politeness(1, 1, 4);

	gone = 0;
	t_case("many names at one address do not hold up its neighbour");
	for (unsigned i = 0; i < 10; i++)
		join(p, i, "192.0.2.1");
	join(p, 10, "192.0.2.2");
	as_politeness_leave(p, &turns[0]);
	T_OK(!turns[1].waiting);
	as_politeness_leave(p, &turns[1]);
	T_OK(!turns[10].waiting);
	as_politeness_leave(p, &turns[10]);
	T_OK(!turns[2].waiting);
	as_politeness_free(p);
}

/* 200,000 waits at one address, as a list of domains that all point there makes
 * them: quadratic work would take minutes. */
static void
test_many(void)
{
	const unsigned n = 200000;
	struct as_politeness *p = politeness(1, 2, 4);
	struct as_turn *many = calloc(n, sizeof(*many));

	t_case("200,000 that wait at one address cost little");
	gone = 0;
	for (unsigned i = 0; i < n; i++) {
		many[i] = (struct as_turn){.go = on_go};
		if (as_ip_parse(AS_STR("192.0.2.1"), &many[i].ip) != AS_OK ||
		    as_politeness_join(p, &many[i]) != AS_OK)
			abort();
	}
	T_INT(gone, 1);
	for (unsigned i = n - 1; i > n / 2; i--)
		as_politeness_leave(p, &many[i]); /* they give up */
	T_INT(gone, 1);
	for (unsigned i = 0; i <= n / 2; i++)
		as_politeness_leave(p, &many[i]);
	T_INT(gone, n / 2 + 1);
	as_politeness_free(p);
	free(many);
}

int
main(void)
{
	test_limits();
	test_ipv6();
	test_all_served();
	test_carried();
	test_turns_of_addresses();
	test_operators();
	test_two_at_once();
	test_random();
	test_many();
	return t_done();
}
