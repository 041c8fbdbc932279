#include "app/politeness.h"

#include "harness.h"

#define N 400

static struct as_turn turns[N];
static unsigned gone; /* turns that came */

static void
on_go(struct as_turn *t)
{
	(void)t;
	gone++;
}

static void
join(struct as_politeness *p, unsigned i, const char *ip)
{
	turns[i] = (struct as_turn){.go = on_go, .since_ms = i};
	if (as_ip_parse(as_str_from(ip), &turns[i].ip) != AS_OK ||
	    as_politeness_join(p, &turns[i]) != AS_OK)
		abort();
}

static void
test_limits(void)
{
	struct as_politeness *p = as_politeness_new(1, 2);

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

	t_case("the oldest that waits");
	T_OK(as_politeness_oldest(p) == NULL);
	join(p, 5, "192.0.2.3");
	join(p, 6, "192.0.2.1");
	T_OK(as_politeness_oldest(p) == &turns[5]);
	as_politeness_leave(p, &turns[5]); /* gives up */
	T_OK(as_politeness_oldest(p) == &turns[6]);
	T_INT(gone, 5);
	as_politeness_free(p);
}

static void
test_ipv6(void)
{
	struct as_politeness *p = as_politeness_new(1, 2);

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
	struct as_politeness *p = as_politeness_new(1, 2);
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
			inside += turns[i].spot != NULL && !turns[i].waiting;
		if (inside > inside_most)
			inside_most = inside;
		for (unsigned i = 0; i < N && !any; i++) {
			if (turns[i].spot == NULL || turns[i].waiting)
				continue;
			as_politeness_leave(p, &turns[i]);
			any = true;
		}
	}
	T_INT(gone, N);
	T_INT(inside_most, 6);
	T_OK(as_politeness_oldest(p) == NULL);
	as_politeness_free(p);
}

static void
test_carried(void)
{
	struct as_politeness *p = as_politeness_new(1, 2);

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
	struct as_politeness *p = as_politeness_new(1, 1);

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
	struct as_politeness *p = as_politeness_new(1, 2);
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
	test_many();
	return t_done();
}
